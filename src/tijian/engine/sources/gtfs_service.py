"""On which dates the services of a GTFS feed run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.gtfs_files import Columns

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
DIGITS = 8
FEW = 5


@dataclass(frozen=True, slots=True)
class Service:
    """A weekly pattern within its dates, and the dates on which it is otherwise.

    Attributes:
        weekdays: Monday to Sunday; all false for a service of single dates.
        first, last: Dates of the pattern, both included.
        added, removed: Single dates.
    """

    weekdays: tuple[bool, ...]
    first: date
    last: date
    added: frozenset[date]
    removed: frozenset[date]

    def runs(self, day: date) -> bool:
        """Tell whether the service runs on a date."""
        if day in self.added:
            return True
        return self.first <= day <= self.last and self.weekdays[day.weekday()] and day not in self.removed


@dataclass(frozen=True)
class Calendar:
    """The services of one feed and the dates it speaks of.

    Attributes:
        services: Identifier → service.
        first, last: Dates of the feed, both included: what calendar and exceptions span, within the dates
            that feed_info declares.
    """

    services: dict[str, Service]
    first: date
    last: date

    def running(self, day: date) -> frozenset[str]:
        """Give the services that run on a date; none outside the dates of the feed."""
        if not self.first <= day <= self.last:
            return frozenset()
        return frozenset(name for name, service in self.services.items() if service.runs(day))


def read_calendar(files: dict[str, Columns], name: str, faults: Faults) -> Calendar | None:
    """Read calendar, exceptions and the dates of the feed; None where nothing ever runs (told in faults)."""
    patterns = _patterns(files.get("calendar.txt"), faults)
    added, removed = _exceptions(files.get("calendar_dates.txt"), faults)
    never = (False,) * len(WEEKDAYS)
    services = {}
    for key in sorted({*patterns, *added, *removed}):
        weekdays, first, last = patterns.get(key, (never, date.max, date.min))
        days = frozenset(added.get(key, ())), frozenset(removed.get(key, ()))
        services[key] = Service(weekdays, first, last, *days)
    spans = [(first, last) for weekdays, first, last in patterns.values() if any(weekdays)]
    spans += [(day, day) for days in added.values() for day in days]
    if not spans:
        hint = "日历里没有任何开行的日子；请向数据提供者索取。"
        faults.add("gtfs.calendar", name, "calendar.txt", None, "至少有一天开行的日历", hint)
        return None
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    declared_first, declared_last = _declared(files.get("feed_info.txt"), faults)
    return Calendar(services, max(first, declared_first), min(last, declared_last))


def _patterns(table: Columns | None, faults: Faults) -> dict[str, tuple[tuple[bool, ...], date, date]]:
    if table is None:
        return {}
    table.must_have(faults, "service_id", *WEEKDAYS, "start_date", "end_date")
    days = zip(*(table[day] for day in WEEKDAYS), strict=True)
    first, last = (dates(table, column, faults) for column in ("start_date", "end_date"))
    found = {}
    for key, week, a, b in zip(table["service_id"], days, first, last, strict=True):
        if a is not None and b is not None:
            found[key] = (tuple(cell == "1" for cell in week), a, b)
    return found


def _exceptions(table: Columns | None, faults: Faults) -> tuple[dict[str, list[date]], dict[str, list[date]]]:
    added: dict[str, list[date]] = {}
    removed: dict[str, list[date]] = {}
    if table is None:
        return added, removed
    table.must_have(faults, "service_id", "date", "exception_type")
    days = dates(table, "date", faults)
    kinds = {ADDED: added, REMOVED: removed}
    for row, (key, day, kind) in enumerate(
        zip(table["service_id"], days, table["exception_type"], strict=True)
    ):
        if kind not in kinds:
            place = f"第 {row + 1} 条，exception_type"
            faults.add("gtfs.exception", table.file, place, kind, "1（加开）或 2（停开）", "请改正。")
        elif day is not None:
            kinds[kind].setdefault(key, []).append(day)
    return added, removed


def _declared(table: Columns | None, faults: Faults) -> tuple[date, date]:
    """Give the dates that feed_info declares; the whole of time where it says nothing."""
    if table is None or not table.rows:
        return date.min, date.max
    first = dates(table, "feed_start_date", faults, blank=date.min)
    last = dates(table, "feed_end_date", faults, blank=date.max)
    return first[0] or date.min, last[0] or date.max


def dates(table: Columns, column: str, faults: Faults, blank: date | None = None) -> list[date | None]:
    """Read a column of dates such as 20190515; None where the cell is none (the first few are told)."""
    found: list[date | None] = []
    wrong = 0
    for row, cell in enumerate(table[column]):
        day = _date(cell) if cell else blank
        found.append(day)
        if day is None:
            wrong += 1
            if wrong <= FEW:
                place = f"第 {row + 1} 条，{column}"
                faults.add("gtfs.date", table.file, place, cell, "八位的日期，如 20190515", "请改正日期。")
    return found


def _date(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if len(cell) == DIGITS and cell.isdigit() else None
    except ValueError:
        return None


def neighbours(day: date) -> tuple[tuple[date, int], ...]:
    """Give a date, the one before and the one after, each with its distance in days."""
    return tuple((day + timedelta(days=shift), shift) for shift in (-1, 0, 1))
