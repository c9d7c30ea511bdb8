"""Targets on their way in: each for one area, held against its baseline and the criteria of the round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tijian.engine.grade.words import judgement_words, quantity
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.rounding import exact
from tijian.office.register.city import Opened
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.treat.grading import GRADED, number, past, type_of, verdict, worse_of
from tijian.office.treat.models import Target
from tijian.office.values.models import Result
from tijian.office.values.results import current

TEXT_LENGTH = 20


@dataclass(frozen=True)
class TargetGiven:
    """One target as it is given.

    Attributes:
        indicator, value, year: What is to be reached by when; the value as written, in the indicator's unit.
        area_type: 老城区 or 新城区: the areas of the measure that are of this type, a mixed one by its
            larger share.
        areas: Codes it is for; empty for all of the type, or all of the measure.
    """

    indicator: str
    value: str
    year: int
    area_type: str = ""
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where targets are set: the round of their baselines and the areas of the measure."""

    which: Round
    seen: Opened
    areas: tuple[str, ...]

    def types(self) -> set[str]:
        return {type_of(self.seen, a) for a in self.areas}

    def reached_by(self, given: TargetGiven) -> list[str]:
        return [
            a
            for a in self.areas
            if (not given.areas or a in given.areas)
            and (not given.area_type or type_of(self.seen, a) == given.area_type)
        ]


def plan(given: Sequence[TargetGiven], which: Round, areas: Sequence[str], faults: Faults) -> list[Target]:
    """Make the rows of targets, one for each area that each is for, without their measure.

    Args:
        given: Targets as given.
        which: Round whose results are the baselines.
        areas: Areas of the measure.
        faults: Gets everything that stands against them.
    """
    place = _Place(which, open_round_city(which), tuple(areas))
    if not given:
        faults.add("target.none", "目标", "", None, "至少一个目标", "对策要绑定一个指标的目标。")
    rows: list[Target] = []
    for rank, target in enumerate(given, 1):
        rows.extend(_rows(rank, target, place, faults))
    _check_whole(rows, given, place, faults)
    return rows


def _check_whole(rows: Sequence[Target], given: Sequence[TargetGiven], place: _Place, faults: Faults) -> None:
    """Refuse two targets for one cell, and areas of the measure that have none."""
    cells = [(r.indicator, r.area) for r in rows]
    for indicator, area in sorted({c for c in cells if cells.count(c) > 1}):
        where = place.seen.city.label(area)
        faults.add("target.twice", "目标", where, indicator, "一区一指标一个目标", "请只留一个。")
    if given and not faults.found:
        for area in place.areas:
            if all(a != area for _, a in cells):
                where = place.seen.city.label(area)
                hint = "没有目标的区无从回评，请补上，或把它移出对策。"
                faults.add("target.area", "目标", where, None, "每个治理的区至少一个目标", hint)


def _rows(rank: int, given: TargetGiven, place: _Place, faults: Faults) -> Iterator[Target]:
    where = f"第 {rank} 个"
    if given.indicator not in place.seen.programs:
        faults.add("target.indicator", "目标", where, given.indicator, "本轮体系中的指标", "请改正指标代码。")
        return
    if given.year <= place.which.year:
        expected = f"{place.which.year} 以后的年份"
        faults.add("target.year", "目标", where, given.year, expected, "目标年要晚于基线年。")
    value = _value(where, given, place, faults)
    codes = place.reached_by(given)
    if not codes:
        shown = "、".join([given.area_type, *given.areas])
        faults.add("target.area", "目标", where, shown, "对策所及的区", "没有一个区在目标范围内，请改正。")
    elif not given.area_type and not given.areas and len(place.types()) > 1:
        hint = "对策跨几类城区，请分别定目标，或写明区。"
        faults.add("target.type", "目标", where, None, "、".join(sorted(place.types())), hint)
    elif value is not None:
        results = current(place.which, scope=[given.indicator])
        for area in codes:
            row = _row(where, given, value, results.get((given.indicator, area)), place, area, faults)
            if row is not None:
                yield row


def _value(where: str, given: TargetGiven, place: _Place, faults: Faults) -> Decimal | None:
    """Read a value; one with more decimals than the indicator shows could not be told from its neighbour."""
    definition = place.seen.programs[given.indicator].indicator
    try:
        value = Decimal(given.value.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    low, high = exact(definition.checks.min), exact(definition.checks.max)
    unit = Decimal(1).scaleb(-definition.decimals)
    if len(given.value) > TEXT_LENGTH or not value.is_finite() or value % unit != 0:
        expected = f"最多 {definition.decimals} 位小数的数，单位 {definition.unit}"
        faults.add("target.value", "目标", where, given.value, expected, "请改正目标值。")
        return None
    if not low <= value <= high:
        faults.add("target.range", "目标", where, given.value, f"{low:f}—{high:f}", "超出这项指标的值域。")
        return None
    return value.quantize(unit)


def _row(
    where: str,
    given: TargetGiven,
    value: Decimal,
    baseline: Result | None,
    place: _Place,
    area: str,
    faults: Faults,
) -> Target | None:
    label = f"{where}，{place.seen.city.label(area)}"
    start = number(baseline) if baseline is not None else None
    if baseline is None or start is None:
        hint = "没有基线就无从回评，请先补齐数据，或换一项指标。"
        faults.add("target.baseline", "目标", label, None, f"{place.which} 的值", hint)
        return None
    worse = worse_of(place.seen, given.indicator, area, place.which.year)
    if worse is None:
        faults.add(
            "target.direction", "目标", label, given.indicator, "写明哪个方向为差的指标", "请换一项指标。"
        )
        return None
    if worse(start, value) > 0:
        expected = f"不差于基线 {start:f} 的值"
        faults.add("target.worse", "目标", label, f"{value:f}", expected, "目标不能比基线更差，请改正。")
        return None
    found = verdict(place.seen, given.indicator, area, given.year, value, past(baseline))
    definition = place.seen.programs[given.indicator].indicator
    judged = judgement_words(found, definition, type_of(place.seen, area))
    reach = quantity(value, definition.unit)
    return Target(
        indicator=given.indicator,
        area=area,
        area_type=type_of(place.seen, area),
        year=given.year,
        value=float(value),
        text=f"{value:f}",
        unit=definition.unit,
        baseline=baseline,
        grade=found.grade,
        criterion=found.criterion,
        words=f"目标 {reach}，{_reach(baseline.grade, found.grade)}（{judged}）",
    )


def _reach(before: str, grade: str) -> str:
    if grade not in GRADED:
        return f"{grade}，说不出等级"
    return f"仍为{grade}" if before == grade else f"可达{grade}"
