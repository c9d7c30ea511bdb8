"""An indicator against its own past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from tijian.engine.catalogue.city import OwnTrendRule
from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.definition import Checks, Indicator, Step
from tijian.engine.grade.cutpoints import CutSet
from tijian.engine.kernel.rounding import exact

Worse = Callable[[Decimal, Decimal], Decimal]


def worsening(indicator: Indicator, criterion: Criterion, cuts: CutSet | None) -> Worse | None:
    """Give the function that says by how much the second value is worse than the first.

    Positive is worse, in the indicator's unit. For ``range`` it is the growth of the distance to the
    innermost interval, or what the criterion's ``trend`` says; None where nothing says which way is worse.
    """
    if criterion.trend is not None:
        sign = 1 if criterion.trend.worse == "up" else -1
        return lambda a, b: sign * (b - a)
    if indicator.direction == "higher":
        return lambda a, b: a - b
    if indicator.direction == "lower":
        return lambda a, b: b - a
    if indicator.direction == "range" and cuts is not None and isinstance(cuts.points[0], tuple):
        low, high = cuts.points[0]

        def distance(x: Decimal) -> Decimal:
            return max(low - x, x - high, Decimal(0))

        return lambda a, b: distance(b) - distance(a)
    return None


def size(step: Step, base: Decimal) -> Decimal:
    """Turn a relative or absolute step into the indicator's unit, relative to a base value."""
    if step.abs is not None:
        return Decimal(str(step.abs))
    return Decimal(str(step.rel)) * abs(base)


@dataclass(frozen=True)
class Run:
    """Consecutive years that got worse.

    Attributes:
        years: First to last year of the run; the first is the one compared with.
        change: How much worse in all, positive.
        threshold: What the change had to reach.
    """

    years: tuple[int, ...]
    change: Decimal
    threshold: Decimal


def running_worse(
    values: Mapping[int, Decimal], year: int, years: int, step: Step, worse: Worse
) -> Run | None:
    """Find whether a value got worse in each of the last years, and in all by at least a step.

    Args:
        values: Comparable values by year; a year that is missing breaks the run.
        year: Last year of the run.
        years: How many years running.
        step: The indicator's ``worsen2``.
        worse: From ``worsening``.
    """
    span = tuple(range(year - years, year + 1))
    if any(y not in values for y in span):
        return None
    if any(worse(values[a], values[b]) <= 0 for a, b in pairwise(span)):
        return None
    change = worse(values[span[0]], values[span[-1]])
    threshold = size(step, values[span[0]])
    return Run(span, change, threshold) if change >= threshold else None


@dataclass(frozen=True)
class OwnTrend:
    """Outcome of judging a value against its own past.

    Attributes:
        grade: 良, 中 or 差; never 优.
        base: Mean of the years before.
        base_years: Those years.
        better: By how much the value is better than the base (negative: worse).
        needed: What 良 asks for.
        limit: The best value there can be, where it is nearer to the base than ``good_share`` asks; else None.
    """

    grade: str
    base: Decimal
    base_years: tuple[int, ...]
    better: Decimal
    needed: Decimal
    limit: Decimal | None = None


def own_trend(
    values: Mapping[int, Decimal], year: int, checks: Checks, rule: OwnTrendRule, worse: Worse
) -> OwnTrend | None:
    """Judge a value against the mean of up to ``rule.years`` years before it.

    良 if it is better by at least ``good_share`` of ``worsen2``; 差 if it got worse ``poor_years`` years
    running and in all by ``worsen2``; else 中. Where the base leaves less room than that to the bound of
    ``checks``, reaching the bound is enough: what stands at 100 % cannot get better. Without any year before,
    no judgement. (Rule of the knowledge pack, 示例/待核; the bound is ours.)
    """
    before = tuple(y for y in range(year - rule.years, year) if y in values)
    if year not in values or not before:
        return None
    base = sum((values[y] for y in before), Decimal(0)) / len(before)
    better = -worse(base, values[year])
    limit, room = _room(base, checks, worse)
    asked = Decimal(str(rule.good_share)) * size(checks.worsen2, base)
    needed = min(asked, room)
    if running_worse(values, year, rule.poor_years, checks.worsen2, worse) is not None:
        grade = "差"
    else:
        grade = "良" if better >= needed and (better > 0 or room == 0) else "中"
    return OwnTrend(grade, base, before, better, needed, limit if room < asked else None)


def _room(base: Decimal, checks: Checks, worse: Worse) -> tuple[Decimal, Decimal]:
    """Give the better of the two bounds and by how much a value could still be better than the base."""
    best = max((exact(checks.min), exact(checks.max)), key=lambda bound: -worse(base, bound))
    return best, max(-worse(base, best), Decimal(0))
