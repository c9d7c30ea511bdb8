"""Editions of the nine reports: which state of a round they show, and their files."""

from __future__ import annotations

from django.db import models

from tijian.office.ledger.models import DIGEST, Chained, EvidenceFile
from tijian.office.register.models import Basis, Round


class Edition(Chained):
    """The nine reports of a round as of a position of the ledger: stored bytes, never set again."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="editions", verbose_name="轮次")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+", verbose_name="判定依据")
    number = models.IntegerField("版次")
    position = models.BigIntegerField("位置")
    engine = models.CharField("程序版本", max_length=40)

    class Meta:
        verbose_name = "报告版次"
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="publish_edition_once")]

    def __str__(self) -> str:
        return f"{self.round} 报告第 {self.number} 版"


class Report(Chained):
    """One file of an edition."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="reports", verbose_name="版次")
    name = models.CharField("文件名", max_length=120)
    file = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="+", verbose_name="文件")
    sha256 = models.CharField("哈希", max_length=DIGEST)

    class Meta:
        verbose_name = "报告"

    def __str__(self) -> str:
        return self.name
