"""Published documents, what a round pins of them, and the datasets it reads."""

from __future__ import annotations

import json

from django.db import models

from tijian.office.ledger.models import DIGEST, Chained, EvidenceFile

SYSTEM, DISEASES, CRITERIA, CITY = "system", "diseases", "criteria", "city"
KINDS = {SYSTEM: "指标体系", DISEASES: "城市病知识", CRITERIA: "判定标准", CITY: "城市文件"}


class Document(Chained):
    """The text of one file, kept once under the hash of its bytes."""

    sha256 = models.CharField("哈希", max_length=DIGEST, unique=True)
    text = models.TextField("内容")

    class Meta:
        verbose_name = "文件"

    def __str__(self) -> str:
        return self.sha256[:12]


class Publication(Chained):
    """A published set of documents: frozen, named by the hash of its manifest; a change is a new revision."""

    kind = models.CharField("类别", max_length=20, choices=KINDS)
    name = models.CharField("名称", max_length=80)
    revision = models.IntegerField("修订")
    sha256 = models.CharField("哈希", max_length=DIGEST)
    files = models.TextField("文件的哈希")  # canonical JSON: path in the city folder → hash
    mark = models.CharField("标记", max_length=40, default="")
    unproven = models.TextField("未验算", default="")  # what lacked cases and was published all the same
    note = models.TextField("说明", default="")

    class Meta:
        verbose_name = "公布"
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "revision"], name="register_publication_once")
        ]

    def __str__(self) -> str:
        return f"{KINDS[self.kind]} {self.name} 修订 {self.revision}"

    def manifest(self) -> dict[str, str]:
        """Give the files: path in the city folder → hash."""
        found: dict[str, str] = json.loads(self.files)
        return found


class Round(Chained):
    """One examination (体检轮次): a year and the areas examined. What it judges by stands in its bases."""

    name = models.CharField("名称", max_length=40, unique=True)
    year = models.IntegerField("年度")
    areas = models.TextField("区")  # codes joined by a space, in the city's order

    class Meta:
        verbose_name = "体检轮次"

    def __str__(self) -> str:
        return self.name

    def codes(self) -> tuple[str, ...]:
        """Give the codes of the areas examined."""
        return tuple(self.areas.split())


class Basis(Chained):
    """What a round judges by from here on: publications of each kind. Its latest basis is in force."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="bases", verbose_name="轮次")
    publications = models.TextField("公布")  # ids joined by a space, ascending
    sha256 = models.CharField("哈希", max_length=DIGEST)
    cause = models.CharField("缘由", max_length=20)
    note = models.TextField("说明", default="")

    class Meta:
        verbose_name = "判定依据"

    def __str__(self) -> str:
        return f"{self.round} 依据 {self.sha256[:12]}"

    def ids(self) -> tuple[int, ...]:
        """Give the ids of its publications."""
        return tuple(int(i) for i in self.publications.split())


class Closing(Chained):
    """The end of a round: from here on its results stand and are never computed again."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="closing", verbose_name="轮次")
    lesson = models.TextField("小结", default="")

    class Meta:
        verbose_name = "轮次结束"

    def __str__(self) -> str:
        return f"{self.round} 已结束"


class Dataset(Chained):
    """A spatial layer of one period, in numbered revisions; its bytes are an evidence file."""

    layer = models.CharField("图层", max_length=40)
    period = models.CharField("时期", max_length=20)
    revision = models.IntegerField("修订")
    file = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="+", verbose_name="文件")
    sha256 = models.CharField("哈希", max_length=DIGEST)
    provider = models.CharField("提供者", max_length=120)
    captured = models.CharField("状态日期", max_length=20, default="")
    licence = models.CharField("许可", max_length=200, default="")
    mark = models.CharField("标记", max_length=40, default="")

    class Meta:
        verbose_name = "数据集"
        constraints = [
            models.UniqueConstraint(fields=["layer", "period", "revision"], name="register_dataset_once")
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.period} 修订 {self.revision}"
