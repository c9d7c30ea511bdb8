"""One value to one verdict: grade, criterion, distance to the next grade, bottom lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tijian.engine.catalogue.city import OwnTrendRule
from tijian.engine.catalogue.criterion import Criterion, Judgement, Version
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.bottom import OPERATORS, Line
from tijian.engine.grade.cutpoints import CutSet, cuts_for, grade_of, to_next
from tijian.engine.grade.revision import other_revision
from tijian.engine.grade.trend import OwnTrend, own_trend, worsening
from tijian.engine.kernel.missing import Status

NOT_GRADED = "不评级"


@dataclass(frozen=True)
class Subject:
    """What is to be judged.

    Attributes:
        indicator: The definition.
        level: Level of the area.
        shares: Share of each area type; empty for an upper area.
        year: The period.
        status: Whether there is a value.
        values: Rounded comparable values by year, the year itself included where present.
        lines: Bottom lines already applied.
        n, margin: Sample of a survey figure; None elsewhere.
        revisions: Revision of the definition in force, then those joined with it; empty: the definition's.
    """

    indicator: Indicator
    level: str
    shares: Mapping[str, float]
    year: int
    status: Status
    values: Mapping[int, Decimal]
    lines: Sequence[Line] = ()
    n: float | None = None
    margin: float | None = None
    revisions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The judgement of one value, with everything its explanation needs.

    Attributes:
        grade: 优 良 中 差 合格 不合格 不评级 无数据 不适用.
        meant: Whether a judgement is meant here.
        criterion: ``ID@version``; empty where no criterion applies.
        judge: cut, own_trend, pass or none.
        reason: Why there is no grade.
        cuts: Cut points, for ``cut``.
        next: Next better grade and the distance to it.
        trend: Outcome of ``own_trend``.
        passing: The judgement of a ``pass``.
        lines: Bottom lines applied.
        other_revision: Why the criterion says nothing of figures under the revision in force; empty where it does.
    """

    grade: str
    meant: bool
    criterion: str = ""
    judge: str = "none"
    reason: str = ""
    cuts: CutSet | None = None
    next: tuple[str, Decimal] | None = None
    trend: OwnTrend | None = None
    passing: Judgement | None = None
    lines: tuple[Line, ...] = field(default=())
    other_revision: str = ""

    @property
    def broken(self) -> bool:
        """Whether a bottom line is broken; a failed pass is one."""
        return self.grade == "不合格" or any(line.broken for line in self.lines)


def judge(subject: Subject, criterion: Criterion | None, rule: OwnTrendRule) -> Verdict:
    """Judge one value by the criterion in force, or say why it is not graded."""
    lines = tuple(subject.lines)
    version = criterion.version(subject.year) if criterion is not None else None
    judgement = version.levels.get(subject.level) if version is not None else None
    meant = judgement is not None and _is_meant(judgement, subject)
    if subject.status is not Status.PRESENT:
        return Verdict(subject.status.zh, meant, reason="", lines=lines)
    if criterion is None or version is None or judgement is None:
        reason = "没有标准" if criterion is None else f"{subject.year} 年本级没有生效的标准"
        return Verdict(NOT_GRADED, meant=False, reason=reason, lines=lines)
    name = f"{subject.indicator.id}@{version.version}"
    apart = _apart(subject, version)
    why_not = judgement.reason
    if judgement.judge != "none":
        # What was never meant to be judged keeps its own reason.
        why_not = (apart if meant else "") or _too_small(subject, criterion)
    if why_not:
        verdict = Verdict(NOT_GRADED, meant, name, judgement.judge, why_not, lines=lines)
    else:
        verdict = _apply(subject, criterion, judgement, rule, name, lines)
    return replace(verdict, other_revision=apart)


def _apart(subject: Subject, version: Version) -> str:
    words = other_revision(version.revision, subject.indicator, subject.revisions)
    return f"判定标准{words}" if words else ""


def _apply(
    subject: Subject,
    criterion: Criterion,
    judgement: Judgement,
    rule: OwnTrendRule,
    name: str,
    lines: tuple[Line, ...],
) -> Verdict:
    if judgement.judge == "cut":
        return _by_cuts(subject, judgement, name, lines)
    if judgement.judge == "pass":
        return _by_pass(subject, judgement, name, lines)
    return _by_trend(subject, criterion, rule, name, lines)


def _is_meant(judgement: Judgement, subject: Subject) -> bool:
    """Tell whether a judgement is meant: not where none is, nor for a type without cut points."""
    if judgement.judge == "cut":
        return isinstance(cuts_for(judgement, subject.shares, subject.indicator.decimals), CutSet)
    return judgement.judge != "none"


def _too_small(subject: Subject, criterion: Criterion) -> str:
    sample = criterion.sample
    if sample is None or subject.n is None or subject.margin is None:
        return ""
    if subject.n < sample.min_n:
        return f"样本 {subject.n:.0f} 份，少于 {sample.min_n} 份"
    if subject.margin > sample.max_margin:
        return f"误差 ±{subject.margin:g} 分，超过 ±{sample.max_margin:g} 分"
    return ""


def _by_cuts(subject: Subject, judgement: Judgement, name: str, lines: tuple[Line, ...]) -> Verdict:
    cuts = cuts_for(judgement, subject.shares, subject.indicator.decimals)
    if isinstance(cuts, str):
        # A type for which no cut points exist was never meant to be judged.
        return Verdict(NOT_GRADED, meant=False, criterion=name, judge="cut", reason=cuts, lines=lines)
    value, direction = subject.values[subject.year], subject.indicator.direction
    return Verdict(
        grade_of(value, cuts, direction),
        meant=True,
        criterion=name,
        judge="cut",
        cuts=cuts,
        next=to_next(value, cuts, direction),
        lines=lines,
    )


def _by_pass(subject: Subject, judgement: Judgement, name: str, lines: tuple[Line, ...]) -> Verdict:
    value = subject.values[subject.year]
    holds = OPERATORS[str(judgement.op)](value, Decimal(str(judgement.value)))
    grade = "合格" if holds else "不合格"
    return Verdict(grade, meant=True, criterion=name, judge="pass", passing=judgement, lines=lines)


def _by_trend(
    subject: Subject, criterion: Criterion, rule: OwnTrendRule, name: str, lines: tuple[Line, ...]
) -> Verdict:
    reason, outcome = "没有往年的可比值", None
    worse = worsening(subject.indicator, criterion, None)
    if subject.year in criterion.exclude_years:
        reason = f"{subject.year} 年不作趋势"
    elif worse is None:
        reason = "没有写明哪个方向为差"
    else:
        usable = {y: v for y, v in subject.values.items() if y not in criterion.exclude_years}
        outcome = own_trend(usable, subject.year, subject.indicator.checks, rule, worse)
    if outcome is None:
        return Verdict(NOT_GRADED, meant=True, criterion=name, judge="own_trend", reason=reason, lines=lines)
    return Verdict(outcome.grade, meant=True, criterion=name, judge="own_trend", trend=outcome, lines=lines)
