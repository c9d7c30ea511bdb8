"""GTFS feeds as typed tables: stops, trips, calls in the order of stops; several feeds as one.

Source of all meanings: the GTFS Schedule Reference (gtfs.org). A trip that cannot be right is left out,
counted and named; the rest of the feed stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.canonical import sha256
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.engine.sources.gtfs_files import FEW, Columns, read_files
from tijian.engine.sources.gtfs_service import Calendar, read_calendar
from tijian.engine.sources.gtfs_trips import Left, Trips, read_trips
from tijian.engine.sources.record import SourceRecord

CRS = "EPSG:4326"
MAX_LON, MAX_LAT = 180.0, 90.0


@dataclass(frozen=True)
class Stops:
    """Stops, in the order of the file.

    Attributes:
        id: Identifiers, with the prefix of their feed.
        name: Names.
        lon: Degrees east, WGS 84, shape (n,); NaN where a row has none (a node of a station).
        lat: Degrees north, shape (n,).
    """

    id: list[str]
    name: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        """Count the stops."""
        return len(self.id)


@dataclass(frozen=True)
class Feed:
    """One feed, or several as one.

    Attributes:
        stops: Stops; those without service stay.
        trips: Trips and their calls.
        calendars: Prefix of feed → its calendar.
        timezone: Time zone of all times.
        left: What was left out, by reason.
        blank: Calls whose time was blank and has been interpolated.
        calls: Calls in the files.
        record: Where it came from.
    """

    stops: Stops
    trips: Trips
    calendars: dict[str, Calendar]
    timezone: str
    left: tuple[Left, ...]
    blank: int
    calls: int
    record: SourceRecord

    @property
    def dates(self) -> tuple[date, date]:
        """First and last date of which every one of the feeds speaks; first after last where there is none."""
        return max(c.first for c in self.calendars.values()), min(c.last for c in self.calendars.values())


def read_gtfs(path: Path, name: str, prefix: str = "") -> Feed:
    """Read one feed.

    Args:
        path: A zip, or a folder of text files.
        name: How the feed is called in faults and records.
        prefix: Put before every identifier, so that feeds can be merged.

    Raises:
        Refused: If a file or column is missing, nothing ever runs, agencies lie in several time zones, a
            stop has no possible coordinates, or no trip is left.
    """
    files, digest = read_files(path, name)
    faults = Faults()
    calendar = read_calendar(files, name, faults)
    timezone = _timezone(files["agency.txt"], faults)
    stops = _stops(files["stops.txt"], prefix, faults)
    services = set(calendar.services) if calendar is not None else set()
    with faults.kept():
        trips, left, blank = read_trips(files, stops.id, services, prefix, name)
    if calendar is None or faults.found:
        raise Refused(dict.fromkeys(faults.found))
    record = SourceRecord(name, digest, len(stops), crs=CRS)
    return Feed(stops, trips, {prefix: calendar}, timezone, left, blank, files["stop_times.txt"].rows, record)


def merge(feeds: Sequence[Feed]) -> Feed:
    """Join feeds into one, in the order given; their prefixes must differ.

    Raises:
        Refused: If two have the same prefix, they lie in several time zones, or share no date.
    """
    first = feeds[0]
    name = " + ".join(feed.record.file for feed in feeds)
    faults = Faults()
    prefixes = [prefix for feed in feeds for prefix in feed.calendars]
    if len(set(prefixes)) < len(prefixes):
        faults.add(
            "gtfs.prefix", name, "", ",".join(prefixes), "各不相同的前缀", "请为每份 GTFS 取一个前缀。"
        )
    _one_timezone(sorted({feed.timezone for feed in feeds}), name, faults)
    faults.raise_if_any()
    ids = [i for feed in feeds for i in feed.stops.id]
    names = [n for feed in feeds for n in feed.stops.name]
    lon, lat = (np.concatenate([getattr(feed.stops, c) for feed in feeds]) for c in ("lon", "lat"))
    trips = Trips.joined([feed.trips for feed in feeds], [len(feed.stops) for feed in feeds])
    digest = sha256("".join(feed.record.sha256 for feed in feeds).encode())
    merged = Feed(
        Stops(ids, names, lon, lat),
        trips,
        {prefix: calendar for feed in feeds for prefix, calendar in feed.calendars.items()},
        first.timezone,
        tuple(left for feed in feeds for left in feed.left),
        sum(feed.blank for feed in feeds),
        sum(feed.calls for feed in feeds),
        SourceRecord(name, digest, len(ids), crs=CRS),
    )
    a, b = merged.dates
    if a > b:
        hint = "这几份 GTFS 没有共同的日期；请取同一时期的数据。"
        raise Refused([Fault("gtfs.dates", name, "", f"{a} 起，{b} 止", "有共同日期的几份 GTFS", hint)])
    return merged


def _timezone(agency: Columns, faults: Faults) -> str:
    agency.must_have(faults, "agency_timezone")
    zones = sorted(set(agency["agency_timezone"]))
    _one_timezone(zones, agency.file, faults)
    return zones[0] if zones else ""


def _one_timezone(zones: list[str], file: str, faults: Faults) -> None:
    if len(zones) > 1:
        hint = "时段按一个时区计；请分开提供，或统一时区。"
        faults.add("gtfs.timezone", file, "agency_timezone", "、".join(zones), "一个时区", hint)


def _stops(table: Columns, prefix: str, faults: Faults) -> Stops:
    table.must_have(faults, "stop_id", "stop_lat", "stop_lon")
    kinds = table["location_type"]
    # Only stops and platforms are served; entrances, nodes and boarding areas may lack coordinates.
    rows = [i for i, kind in enumerate(kinds) if kind in {"", "0"}]
    lon, lat = (
        _degrees(table, c, m, rows, faults) for c, m in (("stop_lon", MAX_LON), ("stop_lat", MAX_LAT))
    )
    ids, names = table["stop_id"], table["stop_name"]
    seen: set[str] = set()
    for i in rows:
        if ids[i] in seen:
            faults.add(
                "gtfs.stop",
                table.file,
                f"第 {i + 1} 条",
                ids[i],
                "只出现一次的 stop_id",
                "请删去重复的站点。",
            )
        seen.add(ids[i])
    return Stops([prefix + ids[i] for i in rows], [names[i] for i in rows], lon, lat)


def _degrees(
    table: Columns, column: str, limit: float, rows: list[int], faults: Faults
) -> NDArray[np.float64]:
    cells = table[column]
    found = np.array([_number(cells[i]) for i in rows], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(~(np.abs(found) <= limit)).tolist()
    for i in wrong[:FEW]:
        place, hint = f"第 {rows[i] + 1} 条，{column}", f"这一列共有 {len(wrong)} 处不能用。"
        faults.add(
            "gtfs.degrees", table.file, place, cells[rows[i]], f"{-limit:g} 到 {limit:g} 之间的度数", hint
        )
    return found


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
