"""Periods: a calendar year, a 供暖季 named by the year it starts in, and what lies inside them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FORMS = {
    "day": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "month": re.compile(r"([0-9]{4})-([0-9]{2})"),
    "quarter": re.compile(r"([0-9]{4})Q([1-4])"),
}
YEAR = re.compile(r"[0-9]{4}")
FIRST_YEAR, LAST_YEAR = 1949, 2100


class PeriodType(StrEnum):
    """How often a quantity is known."""

    CALENDAR_YEAR = "calendar_year"
    HEATING_SEASON = "heating_season"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


ANNUAL = (PeriodType.CALENDAR_YEAR, PeriodType.HEATING_SEASON)
PERIOD_ZH = {
    PeriodType.CALENDAR_YEAR: "日历年",
    PeriodType.HEATING_SEASON: "供暖季",
    PeriodType.QUARTER: "季度",
    PeriodType.MONTH: "月",
    PeriodType.DAY: "日",
}


@dataclass(frozen=True, slots=True)
class Season:
    """First and last day of the 供暖季 of a city, as (month, day); it ends in the following year."""

    start: tuple[int, int] = (11, 1)
    end: tuple[int, int] = (3, 31)


def parse_year(text: str) -> int:
    """Read the name of an annual period.

    Raises:
        ValueError: If it is not four digits of a plausible year.
    """
    if not YEAR.fullmatch(text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise ValueError(text)
    return int(text)


def parse_sub(text: str, kind: PeriodType) -> date:
    """Read the name of a sub-period and give its first day.

    Raises:
        ValueError: If the text is not a period of that kind or the date does not exist.
    """
    match = FORMS[kind.value].fullmatch(text)
    if match is None:
        raise ValueError(text)
    numbers = [int(g) for g in match.groups()]
    if kind is PeriodType.DAY:
        return date(numbers[0], numbers[1], numbers[2])
    month = numbers[1] if kind is PeriodType.MONTH else 3 * numbers[1] - 2
    return date(numbers[0], month, 1)


def bounds(year: int, kind: PeriodType, season: Season) -> tuple[date, date]:
    """Give the first and the last day of an annual period."""
    if kind is PeriodType.HEATING_SEASON:
        return date(year, *season.start), date(year + 1, *season.end)
    return date(year, 1, 1), date(year, 12, 31)


def sub_periods(year: int, kind: PeriodType, sub: PeriodType, season: Season) -> list[str]:
    """List the names of the sub-periods whose first day lies in an annual period, in order."""
    first, last = bounds(year, kind, season)
    if sub is PeriodType.DAY:
        return [(first + timedelta(days=i)).isoformat() for i in range((last - first).days + 1)]
    months = [
        (y, m)
        for y in range(first.year, last.year + 1)
        for m in range(1, 13)
        if first <= date(y, m, 1) <= last
    ]
    if sub is PeriodType.MONTH:
        return [f"{y}-{m:02d}" for y, m in months]
    return [f"{y}Q{(m + 2) // 3}" for y, m in months if m % 3 == 1]


def last_day(year: int, month: int) -> int:
    """Give the last day of a month."""
    return calendar.monthrange(year, month)[1]


def label(year: int, kind: PeriodType) -> str:
    """Name an annual period as reports do: 2019 年, 2019/20 供暖季."""
    if kind is PeriodType.HEATING_SEASON:
        return f"{year}/{(year + 1) % 100:02d} 供暖季"
    return f"{year} 年"
