"""Travel matrix and land use, checked together and put in an order that does not depend on the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tijian.engine.compute.geo.frames import Floats, Frame, Positions, Table, made_like, ranks
from tijian.engine.kernel.faults import Faults

Missing = Literal["refuse", "unknown"]

MATRIX, LAND_USE = "出行时间表 travel_matrix", "用地表 land_use"


@dataclass(frozen=True)
class Columns:
    """The columns that a call reads and the one it adds.

    Attributes:
        origin: Column of ``travel_matrix`` with the id one starts from.
        destination: The id one reaches.
        cost: The minutes.
        group: Columns of ``travel_matrix`` under which pairs are kept apart.
        place: Column of ``land_use`` with its ids.
        amounts: Columns of ``land_use`` that are summed.
        label: Column of the result that tells cutoff or decay.
    """

    origin: str
    destination: str
    cost: str
    group: tuple[str, ...]
    place: str
    amounts: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Travel:
    """Both tables, checked; pairs in the order of group, origin and destination by sorted id.

    Attributes:
        frame: ``land_use`` as given.
        columns: What the columns are called.
        ids: Ids of ``land_use``, shape (n,).
        groups: Distinct values of the group columns, sorted; one empty tuple where there are none.
        group: Position in ``groups`` of each pair, shape (m,).
        origin: Row in ``land_use`` of each pair, shape (m,).
        destination: The same for where it leads.
        minutes: Cost of each pair, shape (m,).
        amounts: Column → values by row of ``land_use``.
    """

    frame: Frame
    columns: Columns
    ids: list[Any]
    groups: list[tuple[Any, ...]]
    group: Positions
    origin: Positions
    destination: Positions
    minutes: Floats
    amounts: dict[str, Floats]

    def spot(self, at: Positions) -> Positions:
        """Give the row of the result each pair adds to, under the first cutoff."""
        return self.group * len(self.ids) + at

    def sums(self, at: Positions, values: Floats) -> Floats:
        """Sum values of pairs by group and by the row they belong to; shape (groups · n,)."""
        size = len(self.groups) * len(self.ids)
        total: Floats = np.bincount(self.spot(at), weights=values, minlength=size).astype(np.float64)
        return total

    def result(self, parts: Sequence[tuple[object, dict[str, Floats]]]) -> Any:
        """Put the figures of every cutoff or decay together, as a table of the kind of ``land_use``."""
        every = [(key, place) for key in self.groups for place in self.ids]
        columns: dict[str, Any] = {self.columns.place: [place for _ in parts for _, place in every]}
        for k, name in enumerate(self.columns.group):
            columns[name] = [key[k] for _ in parts for key, _ in every]
        columns[self.columns.label] = [told for told, _ in parts for _ in every]
        for name in parts[0][1]:
            columns[name] = np.concatenate([figures[name] for _, figures in parts])
        return made_like(self.frame, columns)


def read_travel(travel_matrix: Frame, land_use: Frame, columns: Columns, missing: Missing) -> Travel:
    """Check both tables whole, then put the pairs in order.

    Args:
        travel_matrix: One row a pair.
        land_use: One row a place.
        columns: What the columns are called.
        missing: Whether an empty amount is refused or stands as NaN.

    Raises:
        Refused: First for columns that are not there, then with every fault of the rows at once.
    """
    faults = Faults()
    matrix, places = Table(travel_matrix, MATRIX, faults), Table(land_use, LAND_USE, faults)
    matrix.require((columns.origin, columns.destination, columns.cost, *columns.group))
    places.require((columns.place, *columns.amounts))
    _distinct(columns, faults)
    faults.raise_if_any()
    ids = places.labels(columns.place)
    rows: dict[Any, int] = {}
    again = [i for i, key in enumerate(ids) if rows.setdefault(key, i) != i]
    places.note("access.twice", columns.place, again, ids.__getitem__, "不重复的编号", "每个地点只留一行。")
    place = np.arange(len(ids)) if faults.found else ranks(ids)  # blank ids cannot be ranked
    amounts = {name: places.numbers(name, unknown=missing == "unknown") for name in columns.amounts}
    minutes = matrix.numbers(columns.cost)
    origin, destination = (_rows(matrix, name, rows) for name in (columns.origin, columns.destination))
    groups, group = _grouped([matrix.labels(name) for name in columns.group], len(minutes))
    known = np.flatnonzero((origin >= 0) & (destination >= 0))
    order = known[np.lexsort((place[destination[known]], place[origin[known]], group[known]))]
    group, origin, destination = group[order], origin[order], destination[order]
    _pairs_once(matrix, columns, order, (group, origin, destination), ids)
    faults.raise_if_any()
    return Travel(land_use, columns, ids, groups, group, origin, destination, minutes[order], amounts)


def _distinct(columns: Columns, faults: Faults) -> None:
    """Note names that would fall together in the result."""
    told = Counter((columns.place, *columns.group, columns.label, *dict.fromkeys(columns.amounts)))
    for name, count in told.items():
        if count > 1:
            faults.add(
                "access.name", "结果表", f"列 {name}", None, "互不相同的列名", "请给其中一个输入列改名。"
            )


def _pairs_once(
    matrix: Table, columns: Columns, order: Positions, pairs: tuple[Positions, ...], ids: list[Any]
) -> None:
    """Note every pair that comes again under the same group; ``pairs`` are sorted."""
    same = np.logical_and.reduce([np.diff(part) == 0 for part in pairs])
    at = {int(order[k]): k for k in (np.flatnonzero(same) + 1).tolist()}
    _, origin, destination = pairs
    matrix.note(
        "access.pair",
        f"{columns.origin}, {columns.destination}",
        sorted(at),
        lambda row: f"{ids[origin[at[row]]]} → {ids[destination[at[row]]]}",
        "每对起讫点只有一行",
        "请去掉重复的行，或用 group 写明分组列。",
    )


def _rows(matrix: Table, name: str, rows: dict[Any, int]) -> Positions:
    """Find the row of ``land_use`` for each id of a column of the matrix, −1 where there is none."""
    labels = matrix.labels(name)
    found = np.fromiter((rows.get(key, -1) for key in labels), dtype=np.int64, count=len(labels))
    matrix.note(
        "access.unknown",
        name,
        np.flatnonzero(found < 0).tolist(),
        labels.__getitem__,
        "用地表里有的编号",
        "请在用地表补上，或改正编号（数字与文字不相等）。",
    )
    return found


def _grouped(columns: list[list[Any]], m: int) -> tuple[list[tuple[Any, ...]], Positions]:
    """Give the distinct groups, sorted, and the group of each pair."""
    if not columns:
        return [()], np.zeros(m, dtype=np.int64)
    keys = list(zip(*columns, strict=True))
    distinct = list(dict.fromkeys(keys))
    distinct.sort(key=lambda key: [(type(value).__name__, value) for value in key])
    place = {key: i for i, key in enumerate(distinct)}
    return distinct, np.fromiter((place[key] for key in keys), dtype=np.int64, count=m)
