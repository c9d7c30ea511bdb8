"""Trips of a GTFS feed and their calls at stops: checked, ordered, blank times filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.gtfs_files import FEW, Columns
from tijian.engine.sources.gtfs_times import interpolated, seconds

NO_DIRECTION = -1
Index = NDArray[np.int64]
REASONS = {
    "route": "所属线路不在 routes.txt 中的班次",
    "service": "所属服务不在日历中的班次",
    "trip": "所属班次不在 trips.txt 中的停靠",
    "stop": "停靠站不在 stops.txt 中的班次",
    "time": "有时刻读不成时刻的班次",
    "order": "停靠次序缺失或重复的班次",
    "ends": "首站或末站没有时刻的班次",
    "back": "时刻倒退的班次",
    "frequency": "发车间隔写错的班次",
    "calls": "没有两个停靠站的班次",
}


@dataclass(frozen=True, slots=True)
class Left:
    """What was left out for one reason: its code, the reason in Chinese, how many, the first few by id."""

    code: str
    reason: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class Trips:
    """Trips and their calls; calls of a trip stand together, in the order of stops.

    Attributes:
        id: Trip identifiers, with prefix, t of them.
        route: Route of each trip, with prefix.
        service: Prefix and service of each trip.
        direction: 0 or 1, −1 where the feed does not tell, shape (t,).
        trip: Trip of each call, index into ``id``, shape (n,), ascending.
        stop: Stop of each call, index into the stops, shape (n,).
        time: Departure in seconds of the service day, shape (n,); arrival where no departure is given.
        last: Whether the call is the last of its trip, shape (n,).
        frequencies: Rows of trip, start, end (seconds), headway (seconds), shape (f, 4); a trip that
            stands here runs by them and not at its own times.
    """

    id: list[str]
    route: list[str]
    service: list[tuple[str, str]]
    direction: Index
    trip: Index
    stop: Index
    time: NDArray[np.float64]
    last: NDArray[np.bool_]
    frequencies: NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence[Trips], stops: Sequence[int]) -> Trips:
        """Join the trips of several feeds that have so many stops each."""
        trips = np.cumsum([0, *(len(part.id) for part in parts)])
        before = np.cumsum([0, *stops])
        frequencies = [part.frequencies + np.array([trips[i], 0, 0, 0]) for i, part in enumerate(parts)]
        return cls(
            [i for part in parts for i in part.id],
            [route for part in parts for route in part.route],
            [service for part in parts for service in part.service],
            np.concatenate([part.direction for part in parts]),
            np.concatenate([part.trip + trips[i] for i, part in enumerate(parts)]),
            np.concatenate([part.stop + before[i] for i, part in enumerate(parts)]),
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.last for part in parts]),
            np.concatenate(frequencies),
        )


class _Out:
    """Trips that are left out, each for the first reason found."""

    def __init__(self, ids: list[str]) -> None:
        self.ids, self.out = ids, np.zeros(len(ids), dtype=np.bool_)
        self.left: list[Left] = []

    def leave(self, code: str, trips: Index) -> None:
        """Leave out trips, given by index, repeated or not."""
        new = np.unique(trips)
        new = new[~self.out[new]]
        self.out[new] = True
        self.tell(code, [self.ids[i] for i in new.tolist()])

    def tell(self, code: str, names: list[str]) -> None:
        """Note what is left out."""
        if names:
            self.left.append(Left(code, REASONS[code], len(names), tuple(sorted(names)[:FEW])))


def read_trips(
    files: dict[str, Columns], stop_ids: list[str], services: set[str], prefix: str, name: str
) -> tuple[Trips, tuple[Left, ...], int]:
    """Read trips, calls and frequencies.

    Args:
        files: The files of the feed.
        stop_ids: Identifiers of stops, with prefix.
        services: Services of the calendar.
        prefix: Prefix of the feed.
        name: How the feed is called in faults.

    Returns:
        The trips that can be right, what was left out, and the number of blank times filled.

    Raises:
        Refused: If a column is missing or no trip is left.
    """
    trips, calls = files["trips.txt"], files["stop_times.txt"]
    faults = Faults()
    trips.must_have(faults, "route_id", "service_id", "trip_id")
    calls.must_have(faults, "trip_id", "departure_time", "stop_id", "stop_sequence")
    files["routes.txt"].must_have(faults, "route_id")
    faults.raise_if_any()
    out = _Out(trips["trip_id"])
    _leave_dangling(trips, set(files["routes.txt"]["route_id"]), services, out)
    trip, stop, time, blank = _calls(calls, trips["trip_id"], stop_ids, prefix, out)
    frequencies = _frequencies(files.get("frequencies.txt"), trips["trip_id"], out)
    served = np.bincount(trip, minlength=trips.rows)
    out.leave("calls", np.flatnonzero(served < 2))  # noqa: PLR2004 — a trip goes from one stop to another
    if out.out.all():
        hint = "没有一个班次可用，请先改正：" + "；".join(f"{x.reason} {x.count} 个" for x in out.left) + "。"
        faults.add("gtfs.trips", name, "trips.txt", None, "至少一个可用的班次", hint)
        faults.raise_if_any()
    return (
        _kept(trips, prefix, out.out, (trip, stop, time, blank), frequencies),
        tuple(out.left),
        _filled(trip, blank, out.out),
    )


def _filled(trip: Index, blank: NDArray[np.bool_], out: NDArray[np.bool_]) -> int:
    return int((blank & ~out[trip]).sum())


def _kept(
    trips: Columns,
    prefix: str,
    out: NDArray[np.bool_],
    calls: tuple[Index, Index, NDArray[np.float64], NDArray[np.bool_]],
    frequencies: NDArray[np.float64],
) -> Trips:
    """Drop what is left out, and number the trips anew."""
    trip, stop, time, _ = calls
    rows = np.flatnonzero(~out)
    number = np.full(trips.rows, -1)
    number[rows] = np.arange(rows.size)
    kept = ~out[trip]
    trip, stop, time = number[trip[kept]], stop[kept], time[kept]
    runs = frequencies[~out[frequencies[:, 0].astype(np.int64)]]
    runs[:, 0] = number[runs[:, 0].astype(np.int64)]
    directions = [int(d) if d in {"0", "1"} else NO_DIRECTION for d in trips["direction_id"]]
    return Trips(
        [prefix + trips["trip_id"][i] for i in rows],
        [prefix + trips["route_id"][i] for i in rows],
        [(prefix, trips["service_id"][i]) for i in rows],
        np.array(directions, dtype=np.int64)[rows],
        trip,
        stop,
        interpolated(time),
        np.append(trip[1:] != trip[:-1], values=True) if trip.size else np.zeros(0, dtype=np.bool_),
        runs,
    )


def _leave_dangling(trips: Columns, routes: set[str], services: set[str], out: _Out) -> None:
    pairs = (("route", "route_id", routes), ("service", "service_id", services))
    for code, column, known in pairs:
        out.leave(
            code, np.array([i for i, key in enumerate(trips[column]) if key not in known], dtype=np.int64)
        )


def _indices(cells: list[str], known: list[str], prefix: str = "") -> Index:
    """Look up identifiers; −1 where one is not known."""
    place = {key: i for i, key in enumerate(known)}
    return np.array([place.get(prefix + cell, -1) for cell in cells], dtype=np.int64)


def _calls(
    calls: Columns, trip_ids: list[str], stop_ids: list[str], prefix: str, out: _Out
) -> tuple[Index, Index, NDArray[np.float64], NDArray[np.bool_]]:
    """Order the calls and leave out trips whose calls cannot be right; times stay NaN where blank."""
    trip, stop = _indices(calls["trip_id"], trip_ids), _indices(calls["stop_id"], stop_ids, prefix)
    out.tell("trip", sorted({calls["trip_id"][i] for i in np.flatnonzero(trip < 0)}))
    place = np.array([int(c) if c.isdecimal() else -1 for c in calls["stop_sequence"]], dtype=np.int64)
    departure, arrival = seconds(calls["departure_time"]), seconds(calls["arrival_time"])
    order = np.lexsort((place, trip))
    order = order[trip[order] >= 0]
    trip, stop, place = trip[order], stop[order], place[order]
    departure, arrival = departure[order], arrival[order]
    time = np.where(np.isnan(departure), arrival, departure)
    out.leave("stop", trip[stop < 0])
    out.leave("time", trip[(departure < 0) | (arrival < 0)])
    same = trip[1:] == trip[:-1]
    out.leave("order", np.concatenate([trip[place < 0], trip[1:][same & (place[1:] == place[:-1])]]))
    blank = np.isnan(time)
    ends = np.ones(trip.size, dtype=np.bool_)
    ends[1:-1] = ~(same[1:] & same[:-1])
    out.leave("ends", trip[ends & blank])
    timed = np.flatnonzero(~blank)
    back = (trip[timed][1:] == trip[timed][:-1]) & (np.diff(time[timed]) < 0)
    out.leave("back", trip[timed][1:][back])
    return trip, stop, time, blank


def _frequencies(table: Columns | None, trip_ids: list[str], out: _Out) -> NDArray[np.float64]:
    """Read the trips that run by headway; leave out those whose headway or interval cannot be right."""
    if table is None or not table.rows:
        return np.zeros((0, 4))
    trip = _indices(table["trip_id"], trip_ids)
    start, end = seconds(table["start_time"]), seconds(table["end_time"])
    headway = np.array([float(c) if c.isdecimal() else 0.0 for c in table["headway_secs"]])
    right = (start >= 0) & (end > start) & (headway > 0)
    out.leave("frequency", trip[(trip >= 0) & ~right])
    rows = np.column_stack([trip, start, end, headway])
    return np.asarray(rows[(trip >= 0) & right], dtype=np.float64)
