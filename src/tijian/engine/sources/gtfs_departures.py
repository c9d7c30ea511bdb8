"""Departures and headways at stops, on a date, within a time window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources.gtfs import Feed
from tijian.engine.sources.gtfs_service import neighbours
from tijian.engine.sources.gtfs_times import DAY
from tijian.engine.sources.gtfs_trips import Index

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Departures:
    """Calls at stops within a window, by stop, time, trip.

    Attributes:
        stop: Index into the stops of the feed, shape (n,).
        time: Seconds from midnight of the date, shape (n,).
        trip: Index into the trips of the feed, shape (n,).
        last: Whether the trip ends there, so that nobody can board, shape (n,).
    """

    stop: Index
    time: NDArray[np.float64]
    trip: Index
    last: NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the calls."""
        return len(self.stop)


@dataclass(frozen=True)
class Headways:
    """Service at every stop of the feed, those without service included.

    Attributes:
        departures: Calls within the window, all routes and directions, shape (n,).
        minutes: Window ÷ departures, shape (n,); infinite where there is no service.
        by_direction: Calls of direction 0, 1 and untold, shape (n, 3).
        minutes_by_direction: Window ÷ calls of the direction with most, shape (n,).
    """

    departures: Index
    minutes: NDArray[np.float64]
    by_direction: Index
    minutes_by_direction: NDArray[np.float64]


def departures(feed: Feed, day: date, start: float, end: float) -> Departures:
    """Find the calls on a date within a window of the clock.

    A trip of the day before that runs past midnight counts at its hour of this date; where the window
    itself goes past 24:00, the trips of the next morning count. A trip by frequency runs at
    start + k × headway, k = 0, 1, …, while that is before the end of its interval.

    Args:
        feed: The feed.
        day: A date of every one of its calendars.
        start: Seconds from midnight of the date, included.
        end: Seconds from midnight, excluded; may be past 24:00.

    Raises:
        Refused: If the date is outside a calendar.
    """
    _within(feed, day)
    trips = feed.trips
    runs = np.zeros(len(trips.id), dtype=np.bool_)
    parts: list[tuple[Index, NDArray[np.float64]]] = []
    scheduled = np.ones(len(trips.id), dtype=np.bool_)
    scheduled[trips.frequencies[:, 0].astype(np.int64)] = False
    for other, shift in neighbours(day):
        running = {
            (prefix, s) for prefix, calendar in feed.calendars.items() for s in calendar.running(other)
        }
        runs[:] = [service in running for service in trips.service]
        calls = np.flatnonzero((runs & scheduled)[trips.trip])
        parts.append((calls, trips.time[calls] + shift * DAY))
        calls, times = _by_frequency(feed, runs)
        parts.append((calls, times + shift * DAY))
    calls = np.concatenate([calls for calls, _ in parts])
    times = np.concatenate([times for _, times in parts])
    inside = (times >= start) & (times < end)
    calls, times = calls[inside], times[inside]
    order = np.lexsort((trips.trip[calls], times, trips.stop[calls]))
    calls, times = calls[order], times[order]
    return Departures(trips.stop[calls], times, trips.trip[calls], trips.last[calls])


def _within(feed: Feed, day: date) -> None:
    first, last = feed.dates
    if not first <= day <= last:
        hint = "这一天不在 GTFS 日历之内，开行情况不得而知；请换日期，或取当时的数据。"
        expected = f"{first} 至 {last} 之间的日期"
        raise Refused([Fault("gtfs.date", feed.record.file, "日期", str(day), expected, hint)])


def _by_frequency(feed: Feed, runs: NDArray[np.bool_]) -> tuple[Index, NDArray[np.float64]]:
    """Give the calls, repeated for every departure, of trips that run by frequency."""
    trips = feed.trips
    first = np.searchsorted(trips.trip, np.arange(len(trips.id) + 1))
    calls: list[Index] = [np.zeros(0, dtype=np.int64)]
    times: list[NDArray[np.float64]] = [np.zeros(0)]
    for number, begin, end, headway in trips.frequencies.tolist():
        trip = int(number)
        if not runs[trip]:
            continue
        own = np.arange(first[trip], first[trip + 1])
        offsets = trips.time[own] - trips.time[own[0]]
        starts = np.arange(begin, end, headway)
        calls.append(np.tile(own, starts.size))
        times.append((starts[:, None] + offsets).ravel())
    return np.concatenate(calls), np.concatenate(times)


def headways(feed: Feed, day: date, start: float, end: float) -> Headways:
    """Give the mean headway at every stop: minutes of the window ÷ departures (spatial.md §1).

    All routes count together, and so do last calls of trips; ``by_direction`` tells directions apart.

    Args:
        feed: The feed.
        day: A date of every one of its calendars.
        start: Seconds from midnight, included.
        end: Seconds from midnight, excluded.

    Raises:
        Refused: If the date is outside a calendar.
    """
    found = departures(feed, day, start, end)
    directions = feed.trips.direction[found.trip] % 3
    cells = np.bincount(found.stop * 3 + directions, minlength=len(feed.stops) * 3)
    by_direction = cells.reshape(len(feed.stops), 3).astype(np.int64)
    total = by_direction.sum(axis=1)
    window = (end - start) / MINUTE
    return Headways(total, _minutes(window, total), by_direction, _minutes(window, by_direction.max(axis=1)))


def _minutes(window: float, count: Index) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(window / count, dtype=np.float64)
