"""A value held against the criteria of a round: the grade a target would reach, and which way is worse."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tijian.engine.exam.files import VALUES
from tijian.engine.exam.inputs import JOINED
from tijian.engine.grade.bottom import apply_line
from tijian.engine.grade.judge import Subject, Verdict, judge
from tijian.engine.grade.trend import Worse, worsening
from tijian.engine.kernel.missing import Status
from tijian.office.register.city import Opened
from tijian.office.values.models import Result

TARGET_SCHEME = "新老城区"
"""The scheme of area types by which targets are set; criteria speak in another."""

GRADED = frozenset({"优", "良", "中", "差", "合格", "不合格"})
JUDGED_BY_VALUE = ("cut", "pass")


def column(result: Result, name: str) -> str:
    """Give one column of a result's line."""
    return result.line()[VALUES.index(name)]


def number(result: Result) -> Decimal | None:
    """Give the value as shown and graded; none where there is none."""
    text = column(result, "value")
    return Decimal(text) if text else None


def past(result: Result) -> dict[int, Decimal]:
    """Give the earlier values that may be compared with a result, by year."""
    history = result.known()["history"]
    return {year: Decimal(text) for year, text, _, joined in history if joined and text is not None}


def type_of(seen: Opened, area: str) -> str:
    """Give the type of an area in the scheme of targets, the larger share of a mixed one; empty without a scheme."""
    city = seen.city
    scheme = TARGET_SCHEME if TARGET_SCHEME in city.areas.schemes else city.areas.default_scheme
    shares = city.by_code[area].types.get(scheme or "", {})
    return max(shares, key=lambda t: shares[t]) if shares else ""


def verdict(
    seen: Opened,
    indicator: str,
    area: str,
    year: int,
    value: Decimal,
    before: Mapping[int, Decimal] | None = None,
) -> Verdict:
    """Judge a value as it would be judged in a year by the criteria that a round is pinned to.

    Args:
        seen: The city as the round sees it.
        indicator: What.
        area: Where.
        year: When.
        value: Rounded as the indicator is.
        before: Comparable values of earlier years, for criteria on an indicator's own past.
    """
    criterion = seen.city.book.criteria.get(indicator)
    definition = seen.programs[indicator].indicator
    level = seen.city.by_code[area].level
    values = {y: v for y, v in (before or {}).items() if y < year} | {year: value}
    bottom = criterion.bottom if criterion is not None else ()
    lines = [
        apply_line(b, value, values.get(year - 1), "")
        for b in bottom
        if b.variable is None and level in b.levels and b.valid(year)
    ]
    scheme = criterion.scheme if criterion is not None and criterion.scheme else None
    shares = seen.city.by_code[area].types.get(scheme or seen.city.areas.default_scheme or "", {})
    subject = Subject(definition, level, shares, year, Status.PRESENT, values, lines)
    return judge(subject, criterion, seen.city.rules.own_trend)


def worse_of(seen: Opened, indicator: str, area: str, year: int) -> Worse | None:
    """Give by how much a second value is worse than a first; none where nothing says which way is worse."""
    criterion = seen.city.book.criteria.get(indicator)
    definition = seen.programs[indicator].indicator
    if criterion is not None:
        # The cut points of a year do not depend on the value that is judged by them.
        return worsening(definition, criterion, verdict(seen, indicator, area, year, Decimal(0)).cuts)
    if definition.direction not in {"higher", "lower"}:
        return None
    sign = 1 if definition.direction == "lower" else -1
    return lambda a, b: sign * (b - a)


def under_old(seen: Opened, before: Result, after: Result) -> str | None:
    """Grade the later value by the earlier round's criterion; none where it was not judged by the value alone."""
    value = number(after)
    if value is None or before.indicator not in seen.programs:
        return None
    found = verdict(seen, before.indicator, before.area, before.round.year, value)
    return found.grade if found.judge in JUDGED_BY_VALUE and found.grade in GRADED else None


def broken(before: Result, after: Result, seen: Opened) -> str:
    """Say in Chinese why two results cannot be compared; empty where they can.

    Args:
        before: A result of an indicator and area.
        after: That of a later round.
        seen: The city as the later round sees it: its definition says what it is linked to.
    """
    for which, result in (("基线", before), ("本轮", after)):
        if number(result) is None:
            return f"{which}{column(result, 'status')}"
    old, new = _definition(before), _definition(after)
    if old != new and f"{old[0]}/{before.indicator}" not in _joined(seen, after.indicator):
        return f"口径由 {old[0]} 修订 {old[1]} 变为 {new[0]} 修订 {new[1]}"
    if column(before, "unit") != column(after, "unit"):
        return f"单位由 {column(before, 'unit')} 变为 {column(after, 'unit')}"
    return ""


def _definition(result: Result) -> tuple[str, str]:
    return column(result, "system"), column(result, "revision")


def _joined(seen: Opened, indicator: str) -> set[str]:
    program = seen.programs.get(indicator)
    links = program.indicator.links if program is not None else ()
    return {link.to for link in links if link.kind in JOINED}
