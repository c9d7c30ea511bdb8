"""The register of 城市病: a confirmed disease with its evidence, and the states it went through."""

from __future__ import annotations

from django.db import models

from tijian.office.ledger.models import Chained, EvidenceFile
from tijian.office.ledger.permissions import ACCOUNT_LENGTH
from tijian.office.register.models import Publication, Round
from tijian.office.values.models import Candidate, Result, Scan


class Diagnosis(Chained):
    """A 城市病 confirmed by a person in one or more areas of a round; what became of it stands in its states.

    ``disease`` is the id in the knowledge, empty for one that the knowledge does not know; ``areas`` holds
    codes joined by a space; ``scan`` is the search that was the latest when it was confirmed.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="diagnoses", verbose_name="轮次")
    disease = models.CharField("城市病", max_length=40, default="")
    name = models.CharField("名称", max_length=40)
    areas = models.TextField("区")
    severity = models.CharField("程度", max_length=4)
    field = models.CharField("领域", max_length=20, default="")
    cause = models.TextField("成因")
    cause_known = models.BooleanField("成因出自知识")
    opinion = models.TextField("诊断意见")
    reason = models.TextField("没有候选而确认的理由", default="")
    scan = models.ForeignKey(Scan, models.PROTECT, null=True, related_name="+", verbose_name="扫描")
    candidate = models.ForeignKey(
        Candidate, models.PROTECT, null=True, related_name="diagnoses", verbose_name="候选"
    )
    knowledge = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="+", verbose_name="城市病知识"
    )

    class Meta:
        verbose_name = "诊断"

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def codes(self) -> tuple[str, ...]:
        """Give the codes of the areas."""
        return tuple(self.areas.split())


class Side(models.TextChoices):
    """What a piece of evidence does: speaks for, speaks against, or is expected and not there."""

    FOR = "支持"
    AGAINST = "反对"
    MISSING = "缺"


class Evidence(Chained):
    """One piece of evidence of a diagnosis: a link to a result, the candidate or a file, or a sentence alone."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="evidence", verbose_name="诊断")
    rank = models.IntegerField("次序")
    side = models.CharField("作用", max_length=4, choices=Side.choices)
    text = models.TextField("说明", default="")
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+", verbose_name="结果")
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, related_name="+", verbose_name="候选")
    file = models.ForeignKey(EvidenceFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = "诊断证据"

    def __str__(self) -> str:
        return f"{self.side}：{self.text}"

    @property
    def linked(self) -> bool:
        """Whether it rests on something stored, not on a sentence alone."""
        return any((self.result_id, self.candidate_id, self.file_id))


class Step(models.TextChoices):
    """What happens to a diagnosis; the latest step is its state."""

    CONFIRMED = "确认"
    REVOKED = "撤销"
    CLOSED = "销号"
    RELAPSED = "复发"


OPEN = frozenset({Step.CONFIRMED, Step.RELAPSED})
"""States in which a disease is there and to be treated."""


class State(Chained):
    """From here on a diagnosis is in this state; the latest row counts."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="states", verbose_name="诊断")
    state = models.CharField("状态", max_length=4, choices=Step.choices)
    reason = models.TextField("理由")
    account = models.CharField("操作人", max_length=ACCOUNT_LENGTH)
    day = models.DateField("日期")

    class Meta:
        verbose_name = "诊断状态"

    def __str__(self) -> str:
        return f"{self.diagnosis} {self.state}"
