"""Discs over cells and points by scan lines: the same answer as a distance to every disc, far sooner.

A disc cuts a row of cells in one run of columns. Runs are added up as +1 at their start and −1 behind
their end, so a million cells and twenty thousand discs need some hundred thousand additions. The ends of
every run are tested by the distance itself (√(Δx² + Δy²) ≤ r, as GEOS does), so that nothing depends on how
a root is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

BANDS = 8  # bands of scattered points within a typical radius
BLOCK = 1 << 21  # points measured at once
LARGEST = 2.0**61  # sums of whole numbers stay below it
SMALLEST = 1e-3  # metres: the least height of a band
ROUNDINGS = 16
SLACK = 1e-9  # relative: a point this near the limit is tested by its distance


def fill_discs(x: Floats, y: Floats, centres: Floats, radius: Floats) -> Flags:
    """Tell which cells of a grid have their centre within a disc, exactly and at the limit.

    Args:
        x: Centres of the columns in metres, ascending, shape (columns,).
        y: Centres of the rows in metres, ascending, shape (rows,).
        centres: x, y of the discs, shape (m, 2).
        radius: Metres, shape (m,).

    Returns:
        bool, shape (rows, columns).
    """
    centre, r = np.asarray(centres, dtype=np.float64).reshape(-1, 2), np.asarray(radius, dtype=np.float64)
    low = np.searchsorted(y, centre[:, 1] - r * (1 + SLACK))
    high = np.searchsorted(y, centre[:, 1] + r * (1 + SLACK), side="right")
    disc, row = _expanded(low, high)
    up = y[row] - centre[disc, 1]
    east, reach = centre[disc, 0], r[disc]
    half = np.sqrt(np.maximum(reach * reach - up * up, 0.0))
    first = np.searchsorted(x, east - half)
    last = np.searchsorted(x, east + half, side="right") - 1
    first = _mended(x, first, -1, east, up, reach)
    last = _mended(x, last, 1, east, up, reach)
    runs = first <= last
    width = len(x) + 1
    size = len(y) * width
    steps = np.bincount(row[runs] * width + first[runs], minlength=size)
    steps -= np.bincount(row[runs] * width + last[runs] + 1, minlength=size)
    return np.cumsum(steps.reshape(len(y), width), axis=1)[:, :-1] > 0


def _mended(x: Floats, end: Positions, out: int, east: Floats, up: Floats, reach: Floats) -> Positions:
    """Move the end of each run by a cell where the distance says otherwise; ``out`` leads away from it."""
    for _ in range(2):
        inner = np.clip(end, 0, len(x) - 1)
        outer = np.clip(end + out, 0, len(x) - 1)
        gains = (outer == end + out) & (_distance(x[outer] - east, up) <= reach)
        loses = (inner == end) & (_distance(x[inner] - east, up) > reach)
        end = end + np.where(gains, out, np.where(loses, -out, 0))
    return end


def disc_sums(values: Floats, cell: float, radius: float) -> Floats:
    """Sum, for each cell of a square grid, the cells whose centre lies within a radius of its own.

    Rows are summed up once and each disc is read off as one difference a row, in whole numbers: so what holds
    nothing sums to exactly 0, and the order of summing is nothing.

    Args:
        values: Not below 0, shape (rows, columns); NaN where unknown.
        cell: Width of a cell in metres.
        radius: Metres.

    Returns:
        Shape (rows, columns); NaN where the disc holds an unknown cell. Beyond the grid there is nothing.
    """
    unknown = np.isnan(values)
    known = np.where(unknown, 0.0, values)
    most = float(known.sum())
    unit = 2.0 ** np.floor(np.log2(LARGEST / most)) if most > 0 else 1.0
    total = _whole_sums(np.round(known * unit).astype(np.int64), cell, radius) / unit
    if unknown.any():
        total[_whole_sums(unknown.astype(np.int64), cell, radius) > 0] = np.nan
    return total


def _whole_sums(values: Positions, cell: float, radius: float) -> Positions:
    """Sum whole numbers over discs."""
    rows, columns = values.shape
    ahead = np.zeros((rows, columns + 1), dtype=np.int64)
    np.cumsum(values, axis=1, out=ahead[:, 1:])
    steps = np.arange(max(rows, columns)) * cell
    total = np.zeros((rows, columns), dtype=np.int64)
    for up in range(min(rows, int(np.searchsorted(steps, radius, side="right")))):
        half = int((_distance(steps, steps[up]) <= radius).sum()) - 1
        at = np.arange(columns)
        run = ahead[:, np.minimum(at + half + 1, columns)] - ahead[:, np.maximum(at - half, 0)]
        total[: rows - up] += run[up:]
        if up:
            total[up:] += run[: rows - up]
    return total


def within_discs(points: Floats, centres: Floats, radius: Floats) -> Flags:
    """Tell which scattered points lie within a disc, exactly and at the limit.

    Points are sorted into narrow bands and by x within them; of each disc and band the inner run is surely
    inside, and only the points between it and the outermost run are measured.

    Args:
        points: x, y in metres, shape (n, 2).
        centres: x, y of the discs, shape (m, 2).
        radius: Metres, shape (m,).

    Returns:
        bool, shape (n,).
    """
    centre, r = np.asarray(centres, dtype=np.float64).reshape(-1, 2), np.asarray(radius, dtype=np.float64)
    if not len(points) or not len(r):
        return np.zeros(len(points), dtype=bool)
    bands = _Bands.of(points, float(np.median(r)) / BANDS)
    order = np.lexsort((centre[:, 0], bands.row(centre[:, 1])))  # neighbours are looked up after one another
    runs = bands.runs(centre[order], r[order])
    steps = np.bincount(runs.sure_start, minlength=len(points) + 1)
    steps -= np.bincount(runs.sure_end, minlength=len(points) + 1)
    sure = np.cumsum(steps)[:-1] > 0
    disc = np.concatenate([runs.disc, runs.disc])
    start = np.concatenate([runs.start, runs.sure_end])
    end = np.concatenate([runs.sure_start, runs.end])
    for block in _blocks(end - start):
        which, at = _expanded(start[block], end[block])
        open_ = ~sure[at]
        which, at = which[open_], at[open_]
        own = order[disc[block][which]]
        near = _distance(bands.x[at] - centre[own, 0], bands.y[at] - centre[own, 1]) <= r[own]
        sure[at[near]] = True
    found = np.empty(len(points), dtype=bool)
    found[bands.order] = sure
    return found


@dataclass(frozen=True)
class _Runs:
    """Places of sorted points for each disc and band: outermost run, and the run surely inside it."""

    disc: Positions
    start: Positions
    sure_start: Positions
    sure_end: Positions
    end: Positions


@dataclass(frozen=True)
class _Bands:
    """Points sorted by band and x; one key holds both, so that one search finds a place.

    Attributes:
        order: Original position of each sorted point.
        x: Sorted.
        y: In the same order.
        key: Band · stride + (x − west), ascending.
        west: Least x.
        south: Least y.
        height: Of a band, metres.
        stride: More than any width, so that bands do not meet.
        slack: Metres by which keys and bands may be off through rounding.
    """

    order: Positions
    x: Floats
    y: Floats
    key: Floats
    west: float
    south: float
    height: float
    stride: float
    slack: float

    @classmethod
    def of(cls, points: Floats, height: float) -> _Bands:
        """Sort points into bands of at least this height; never more bands than points."""
        x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        west, south = float(x.min()), float(y.min())
        height = max(height, float(np.ptp(y)) / len(y), SMALLEST)
        stride = 2.0 * float(np.ptp(x)) + 1.0
        key = np.floor((y - south) / height) * stride + (x - west)
        order = np.argsort(key, kind="stable")
        largest = max(float(key.max()), float(np.abs(points).max()))
        slack = ROUNDINGS * float(np.spacing(largest))
        return cls(order, x[order], y[order], key[order], west, south, height, stride, slack)

    def row(self, y: Floats) -> Positions:
        """Give the band of each y, of points or not."""
        return np.floor((y - self.south) / self.height).astype(np.int64)

    def runs(self, centre: Floats, r: Floats) -> _Runs:
        """Find both runs of every disc in every band it may touch."""
        last = int(self.row(self.y.max(keepdims=True))[0])
        wide = r + self.slack
        low = np.clip(self.row(centre[:, 1] - wide), 0, last + 1)
        high = np.clip(self.row(centre[:, 1] + wide) + 1, 0, last + 1)
        disc, band = _expanded(low, high)
        bottom = self.south + band * self.height - centre[disc, 1]
        top = bottom + self.height
        nearest = np.maximum(np.maximum(bottom, -top) - self.slack, 0.0)
        farthest = np.maximum(-bottom, top) + self.slack
        reach = r[disc] * (1 + SLACK) + self.slack
        outer = np.sqrt(np.maximum(reach * reach - nearest * nearest, 0.0)) + self.slack
        reach = r[disc] * (1 - SLACK)
        inner = np.sqrt(np.maximum(reach * reach - farthest * farthest, 0.0)) - self.slack
        start, end = self._places(band, centre[disc, 0], outer)
        sure_start, sure_end = self._places(band, centre[disc, 0], inner)
        none = inner <= 0
        sure_start[none] = sure_end[none] = end[none]
        return _Runs(disc, start, sure_start, sure_end, end)

    def _places(self, band: Positions, east: Floats, half: Floats) -> tuple[Positions, Positions]:
        """Find the sorted points of a band within a half width of x; limits stay within the band."""
        base, width = band * self.stride, self.stride - 0.5
        left = np.clip(east - half - self.west, -0.25, width)
        right = np.clip(east + half - self.west, -0.25, width)
        start = np.searchsorted(self.key, base + left)
        return start, np.searchsorted(self.key, base + right, side="right")


def _blocks(lengths: Positions) -> list[slice]:
    """Cut runs into blocks of not much more than ``BLOCK`` points, to bound the memory."""
    ends = np.cumsum(lengths)
    cuts = np.searchsorted(ends, np.arange(BLOCK, int(ends[-1]) if len(ends) else 0, BLOCK)) + 1
    limits = np.unique(np.concatenate([[0], cuts, [len(lengths)]])).tolist()
    return [slice(a, b) for a, b in pairwise(limits)]


def _expanded(low: Positions, high: Positions) -> tuple[Positions, Positions]:
    """Write out every whole number of the ranges low…high − 1, with the range it belongs to."""
    lengths = np.maximum(high - low, 0)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    first = np.cumsum(lengths) - lengths
    return owner, np.arange(len(owner)) - first[owner] + low[owner]


def _distance(x: Floats, y: Floats | float) -> Floats:
    """Give √(x² + y²) as GEOS computes it, not by ``hypot``, which rounds otherwise."""
    result: Floats = np.sqrt(x * x + y * y)
    return result
