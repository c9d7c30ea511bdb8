"""Measures with targets and milestones, what happened to them, and the effect seen in later rounds."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from tijian.office.diagnose.models import Diagnosis, State
from tijian.office.ledger.models import Chained, EvidenceFile
from tijian.office.ledger.permissions import ACCOUNT_LENGTH
from tijian.office.people.models import Body
from tijian.office.register.models import Round
from tijian.office.values.models import Candidate, Result


class Measure(Chained):
    """What is done about a diagnosis, and by whom; ``areas`` and ``supporting`` hold codes joined by a space.

    It has no column for progress: how far it has come follows from its milestones (``queries.progress``).
    """

    number = models.CharField("编号", max_length=20, unique=True)
    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="measures", verbose_name="诊断")
    name = models.CharField("名称", max_length=80)
    lead = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="牵头单位")
    supporting = models.TextField("配合单位", default="")
    areas = models.TextField("区")
    text = models.TextField("内容", default="")

    class Meta:
        verbose_name = "对策"

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def codes(self) -> tuple[str, ...]:
        """Give the codes of the areas treated."""
        return tuple(self.areas.split())

    def supporters(self) -> tuple[str, ...]:
        """Give the codes of the supporting bodies."""
        return tuple(self.supporting.split())


class Cancellation(Chained):
    """The end of a measure that will not be carried on."""

    measure = models.OneToOneField(Measure, models.PROTECT, related_name="cancellation", verbose_name="对策")
    reason = models.TextField("理由")
    account = models.CharField("操作人", max_length=ACCOUNT_LENGTH)
    day = models.DateField("日期")

    class Meta:
        verbose_name = "对策取消"

    def __str__(self) -> str:
        return f"{self.measure} 已取消"


class Target(Chained):
    """The value an indicator is to reach in one area by a year, starting from one revision of a result.

    ``grade`` is what the target would be judged by ``criterion``, the one of the baseline's round that
    holds in the target's year; ``words`` says so in Chinese.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="targets", verbose_name="对策")
    indicator = models.CharField("指标", max_length=20)
    area = models.CharField("区", max_length=20)
    area_type = models.CharField("新老城区", max_length=20, default="")
    year = models.IntegerField("目标年")
    value = models.FloatField("目标值")
    text = models.CharField("目标值原文", max_length=40)
    unit = models.CharField("单位", max_length=30)
    baseline = models.ForeignKey(Result, models.PROTECT, related_name="+", verbose_name="基线")
    grade = models.CharField("目标等级", max_length=10)
    criterion = models.CharField("判定标准", max_length=40, default="")
    words = models.TextField("判定说明", default="")

    class Meta:
        verbose_name = "目标"
        constraints = [
            models.UniqueConstraint(fields=["measure", "indicator", "area"], name="treat_target_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure.number} {self.indicator} {self.area} {self.text}"

    @property
    def number(self) -> Decimal:
        """The value as it was written, rounded as its indicator is."""
        return Decimal(self.text)


class Milestone(Chained):
    """A step of a measure as it was planned: ``due`` is the baseline date and never moves."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="milestones", verbose_name="对策")
    rank = models.IntegerField("次序")
    name = models.CharField("名称", max_length=80)
    due = models.DateField("基准日期")
    done_when = models.TextField("完成标准")

    class Meta:
        verbose_name = "里程碑"
        constraints = [models.UniqueConstraint(fields=["measure", "rank"], name="treat_milestone_once")]

    def __str__(self) -> str:
        return f"{self.measure.number} 第 {self.rank} 个里程碑“{self.name}”"


class Happening(models.TextChoices):
    """What can happen to a milestone."""

    SUBMITTED = "报送"
    ACCEPTED = "验收"
    RETURNED = "退回"
    CANCELLED = "取消"
    POSTPONED = "延期"


class Event(Chained):
    """One thing that happened to a milestone; its state follows from its events in order.

    ``due`` is the new date of a postponement; ``submission`` is what was accepted or returned.
    """

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="events", verbose_name="里程碑")
    kind = models.CharField("事项", max_length=4, choices=Happening.choices)
    text = models.TextField("说明", default="")
    account = models.CharField("操作人", max_length=ACCOUNT_LENGTH)
    day = models.DateField("日期")
    due = models.DateField("新的日期", null=True)
    submission = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="报送")

    class Meta:
        verbose_name = "里程碑事项"

    def __str__(self) -> str:
        return f"{self.milestone} {self.kind}"


class Proof(Chained):
    """A file that a submission brings as evidence, with the hash it was submitted under."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="proofs", verbose_name="报送")
    file = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="+", verbose_name="文件")
    sha256 = models.CharField("哈希", max_length=64)

    class Meta:
        verbose_name = "里程碑佐证"

    def __str__(self) -> str:
        return f"{self.event}：{self.file}"


class Effect(Chained):
    """回评: one target looked at again in a later round, between two revisions of results.

    Numbers are texts, as printed; empty where there is none. ``change`` and ``peers_change`` are in the
    indicator's unit, after minus before; ``better`` tells whether that is for the better.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="effects", verbose_name="目标")
    round = models.ForeignKey(Round, models.PROTECT, related_name="effects", verbose_name="轮次")
    revision = models.IntegerField("修订")
    before = models.ForeignKey(Result, models.PROTECT, related_name="+", verbose_name="基线")
    after = models.ForeignKey(Result, models.PROTECT, related_name="+", verbose_name="本轮")
    comparable = models.BooleanField("可比")
    why_not = models.TextField("为何不可比", default="")
    change = models.CharField("变化", max_length=40, default="")
    better = models.BooleanField("变好", null=True)
    reached = models.BooleanField("达标", null=True)
    due = models.BooleanField("已到目标年")
    grade_before = models.CharField("基线等级", max_length=10)
    grade_after = models.CharField("本轮等级", max_length=10)
    grade_cause = models.CharField("等级变动缘由", max_length=10, default="")
    moves = models.CharField("本轮结果的变动缘由", max_length=200, default="")
    peers = models.IntegerField("同类未治理区个数")
    peers_change = models.CharField("同类未治理区平均变化", max_length=40, default="")
    difference = models.CharField("与同类未治理区之差", max_length=40, default="")
    words = models.TextField("结论")

    class Meta:
        verbose_name = "回评"
        constraints = [
            models.UniqueConstraint(fields=["target", "round", "revision"], name="treat_effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.round} 回评 {self.revision}"


class Peer(Chained):
    """An untreated area of the same type beside an effect, by the same two rounds."""

    effect = models.ForeignKey(Effect, models.PROTECT, related_name="beside", verbose_name="回评")
    area = models.CharField("区", max_length=20)
    before = models.ForeignKey(Result, models.PROTECT, related_name="+", verbose_name="基线")
    after = models.ForeignKey(Result, models.PROTECT, related_name="+", verbose_name="本轮")
    change = models.CharField("变化", max_length=40)

    class Meta:
        verbose_name = "同类未治理区"

    def __str__(self) -> str:
        return f"{self.effect} {self.area} {self.change}"


class Discharge(Chained):
    """On what a 销号 rests: effects by id, or the reason for an exception."""

    state = models.OneToOneField(State, models.PROTECT, related_name="discharge", verbose_name="销号")
    effects = models.TextField("回评", default="")  # ids joined by a space, ascending
    exception = models.TextField("例外的理由", default="")

    class Meta:
        verbose_name = "销号依据"

    def __str__(self) -> str:
        return f"{self.state}"

    def ids(self) -> tuple[int, ...]:
        """Give the ids of its effects."""
        return tuple(int(i) for i in self.effects.split())


class Relapse(Chained):
    """On what a 复发 rests: a new candidate, or a target's indicator that fell back."""

    state = models.OneToOneField(State, models.PROTECT, related_name="relapse", verbose_name="复发")
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, related_name="+", verbose_name="候选")
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+", verbose_name="结果")
    target = models.ForeignKey(Target, models.PROTECT, null=True, related_name="+", verbose_name="目标")

    class Meta:
        verbose_name = "复发依据"

    def __str__(self) -> str:
        return f"{self.state}"
