"""The grade of a dimension in an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tijian.engine.catalogue.city import DimensionRule
from tijian.engine.grade.cutpoints import GRADES
from tijian.engine.kernel.missing import Status

PASSED = ("合格", "不合格")
GRADED = (*GRADES, *PASSED)


@dataclass(frozen=True)
class Item:
    """One indicator as a dimension sees it.

    Attributes:
        indicator: Its id.
        status: Whether there is a value.
        grade: Its grade or non-grade.
        meant: Whether a judgement is meant at this level.
        broken: Whether it breaks a bottom line.
    """

    indicator: str
    status: Status
    grade: str
    meant: bool
    broken: bool


@dataclass(frozen=True)
class DimensionResult:
    """The grade of a dimension, and what it rests on.

    Attributes:
        grade: 优 良 中 差 or 不评级.
        score: Mean of the points, None where nothing scores.
        coverage: Values present ÷ applicable, None where nothing applies.
        graded: Items with a grade.
        meant: Items meant to be judged that apply.
        applicable: Items that apply.
        broken: Indicators whose bottom line is broken.
        reason: Why there is no grade, or why it was capped; empty otherwise.
    """

    grade: str
    score: Decimal | None
    coverage: Decimal | None
    graded: int
    meant: int
    applicable: int
    broken: tuple[str, ...]
    reason: str


def grade_dimension(items: Sequence[Item], rule: DimensionRule) -> DimensionResult:
    """Score a dimension by the rule of ``design.md`` invariant 13.

    Mean of the points over graded items, rounded half down to a grade, at most ``bottom_cap`` where a
    bottom line is broken; 不评级 under the coverage or when too few of the items meant to be judged have
    a grade. 合格 and 不合格 count as graded and score nothing.
    """
    applicable = [i for i in items if i.status is not Status.NOT_APPLICABLE]
    present = [i for i in applicable if i.status is Status.PRESENT]
    meant = [i for i in applicable if i.meant]
    graded = [i for i in meant if i.grade in GRADED]
    broken = tuple(i.indicator for i in applicable if i.broken)
    points = [Decimal(str(rule.points[g])) for g in GRADES for i in graded if i.grade == g]  # type: ignore[index]
    score = sum(points, Decimal(0)) / len(points) if points else None
    coverage = Decimal(len(present)) / len(applicable) if applicable else None
    grade, reason = "不评级", _why_not(len(graded), len(meant), coverage, score, rule)
    if not reason and score is not None:
        grade, reason = _capped(score, broken, rule)
    return DimensionResult(grade, score, coverage, len(graded), len(meant), len(applicable), broken, reason)


def _why_not(
    graded: int, meant: int, coverage: Decimal | None, score: Decimal | None, rule: DimensionRule
) -> str:
    if coverage is None:
        return "没有适用的指标"
    if coverage < Decimal(str(rule.min_coverage)):
        return f"覆盖 {100 * coverage:.0f}%，低于 {100 * Decimal(str(rule.min_coverage)):.0f}%"
    if meant == 0:
        return "没有打算评级的指标"
    if Decimal(graded) / meant < Decimal(str(rule.min_judged)):
        return f"应评 {meant} 项，只有 {graded} 项有等级"
    if score is None:
        return "只有合格与否的项，不计分"
    return ""


def _nearest(score: Decimal, rule: DimensionRule) -> str:
    """Give the grade whose points are nearest; half way between two, the lower one."""
    ascending = sorted((Decimal(str(p)), g) for g, p in rule.points.items())
    return min(ascending, key=lambda pair: (abs(pair[0] - score), pair[0]))[1]


def _capped(score: Decimal, broken: tuple[str, ...], rule: DimensionRule) -> tuple[str, str]:
    grade = _nearest(score, rule)
    if broken and GRADES.index(grade) < GRADES.index(rule.bottom_cap):
        return rule.bottom_cap, f"{'、'.join(broken)} 破底线，至多为{rule.bottom_cap}"
    return grade, ""
