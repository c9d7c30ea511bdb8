"""What was reported, what was adopted, and what came of it; nothing is ever overwritten."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from tijian.office.ledger.models import DIGEST, Chained, EvidenceFile
from tijian.office.register.models import Basis, Round


class Source(Chained):
    """Where figures came from: a file that was brought, or a correction typed in."""

    name = models.CharField("名称", max_length=255)
    sha256 = models.CharField("哈希", max_length=DIGEST)
    file = models.ForeignKey(EvidenceFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    provider = models.CharField("提供者", max_length=120, default="")
    rows = models.IntegerField("行数", default=0)
    encoding = models.CharField("编码", max_length=20, default="")
    note = models.TextField("说明", default="")

    class Meta:
        verbose_name = "来源"

    def __str__(self) -> str:
        return self.name


class Given(Chained):
    """What values and survey cells share: a figure or a reason, as it was given and where it stands."""

    area = models.CharField("区", max_length=20)
    period = models.CharField("时期", max_length=20)
    revision = models.IntegerField("修订")
    value = models.FloatField("数值", null=True)
    reason = models.CharField("缺值原因", max_length=20, default="")
    mark = models.CharField("标记", max_length=40, default="")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name="来源")
    row = models.IntegerField("行", default=0)
    note = models.TextField("说明", default="")

    class Meta:
        abstract = True


class Value(Given):
    """One revision of a reported variable in an area, period and strand; ``value`` in the variable's unit."""

    variable = models.CharField("变量", max_length=60)
    strand = models.CharField("来源类别", max_length=10)
    text = models.CharField("原文", max_length=60)
    unit = models.CharField("单位", max_length=30)

    class Meta:
        verbose_name = "值"
        constraints = [
            models.UniqueConstraint(
                fields=["variable", "area", "period", "strand", "revision"], name="values_value_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.variable} {self.area} {self.period} {self.strand} 修订 {self.revision}"

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """What it is a revision of."""
        return (self.variable, self.area, self.period, self.strand)


class SurveyMean(Given):
    """One revision of the mean answer to a question, with sample and margin (95 %, in 分)."""

    question = models.CharField("题号", max_length=20)
    n = models.IntegerField("样本")
    margin = models.FloatField("误差", null=True)

    class Meta:
        verbose_name = "调查均值"
        constraints = [
            models.UniqueConstraint(
                fields=["question", "area", "period", "revision"], name="values_survey_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.area} {self.period} 修订 {self.revision}"

    @property
    def cell(self) -> tuple[str, str, str]:
        """What it is a revision of."""
        return (self.question, self.area, self.period)


class Choice(Chained):
    """The strand adopted for an indicator or variable, in numbered revisions; an empty one takes it back."""

    item = models.CharField("指标或变量", max_length=60)
    area = models.CharField("区", max_length=20)
    year = models.IntegerField("年度")
    revision = models.IntegerField("修订")
    strand = models.CharField("来源类别", max_length=10, default="")
    reason = models.TextField("理由")

    class Meta:
        verbose_name = "采用值"
        constraints = [
            models.UniqueConstraint(fields=["item", "area", "year", "revision"], name="values_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.area} {self.year} {self.strand or '撤销'}"

    @property
    def cell(self) -> tuple[str, str, int]:
        """What it is a revision of."""
        return (self.item, self.area, self.year)


class Result(Chained):
    """One revision of an indicator's row in a round: the line of ``values.csv`` and what stands behind it.

    ``fields`` holds the line word for word; ``facts`` what pages show beside it (``results.facts``).
    ``value`` and ``grade`` are taken out of the line for queries.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="results", verbose_name="轮次")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+", verbose_name="判定依据")
    indicator = models.CharField("指标", max_length=20)
    area = models.CharField("区", max_length=20)
    revision = models.IntegerField("修订")
    value = models.FloatField("数值", null=True)
    grade = models.CharField("等级", max_length=10)
    fields = models.TextField("结果行")
    facts = models.TextField("依据")
    cause = models.CharField("变动缘由", max_length=10)
    engine = models.CharField("程序版本", max_length=40)

    class Meta:
        verbose_name = "结果"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "indicator", "area", "revision"], name="values_result_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.indicator} {self.area} 修订 {self.revision}"

    @property
    def cell(self) -> tuple[str, str]:
        """What it is a revision of, within its round."""
        return (self.indicator, self.area)

    def line(self) -> list[str]:
        """Give the line of ``values.csv``."""
        found: list[str] = json.loads(self.fields)
        return found

    def known(self) -> dict[str, Any]:
        """Give what stands behind the line."""
        found: dict[str, Any] = json.loads(self.facts)
        return found


class DimensionGrade(Chained):
    """One revision of the grade of a dimension in an area and round: the line of ``dimensions.csv``."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="dimensions", verbose_name="轮次")
    dimension = models.CharField("维度", max_length=40)
    area = models.CharField("区", max_length=20)
    revision = models.IntegerField("修订")
    grade = models.CharField("等级", max_length=10)
    fields = models.TextField("结果行")
    reason = models.TextField("说明", default="")
    engine = models.CharField("程序版本", max_length=40)

    class Meta:
        verbose_name = "维度等级"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "dimension", "area", "revision"], name="values_dimension_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.dimension} {self.area} 修订 {self.revision}"

    @property
    def cell(self) -> tuple[str, str]:
        """What it is a revision of, within its round."""
        return (self.dimension, self.area)

    def line(self) -> list[str]:
        """Give the line of ``dimensions.csv``."""
        found: list[str] = json.loads(self.fields)
        return found


class Scan(Chained):
    """A search for findings and candidates over a whole round, on its inputs as of a position."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="scans", verbose_name="轮次")
    position = models.BigIntegerField("位置")
    findings = models.TextField("短板线索")  # canonical JSON: the lines of findings.csv
    engine = models.CharField("程序版本", max_length=40)

    class Meta:
        verbose_name = "短板扫描"

    def __str__(self) -> str:
        return f"{self.round} 扫描（第 {self.position} 条记录）"

    def lines(self) -> list[list[str]]:
        """Give the lines of ``findings.csv``."""
        found: list[list[str]] = json.loads(self.findings)
        return found


class Candidate(Chained):
    """A 城市病 proposed by a scan: what matched, what is missing, what speaks against it."""

    scan = models.ForeignKey(Scan, models.PROTECT, related_name="candidates", verbose_name="扫描")
    number = models.CharField("编号", max_length=20)
    disease = models.CharField("城市病", max_length=40)
    name = models.CharField("名称", max_length=40)
    area = models.CharField("区", max_length=20)
    score = models.IntegerField("次序分")
    severity = models.CharField("程度", max_length=4)
    evidence = models.TextField("证据")  # canonical JSON: values.scan.evidence

    class Meta:
        verbose_name = "候选城市病"

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def known(self) -> dict[str, Any]:
        """Give necessary, matched, missing, against, causes, indicators and questions."""
        found: dict[str, Any] = json.loads(self.evidence)
        return found
