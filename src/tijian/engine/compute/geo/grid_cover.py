"""Discs over cells and points: the same answer as a distance to every disc, far sooner.

On a grid a disc cuts each row in one run of columns, kept as +1 at its start and −1 behind its end, so that a
million cells and twenty thousand discs need some hundred thousand additions. Scattered points are measured
to the discs of the buckets around them. Both decide by the distance itself (√(Δx² + Δy²) ≤ r, as GEOS does),
so that nothing depends on how a root is rounded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

BUCKETS = 1024  # on a side, at most
LARGEST = 2.0**61  # sums of whole numbers stay below it
SMALLEST = 1e-3  # metres: more than coordinates are rounded by
ROUNDINGS = 16  # of a coordinate, by which a row may be off
SLACK = 1e-9  # relative: a point this near the limit is tested by its distance


def fill_discs(x: Floats, y: Floats, centres: Floats, radius: Floats) -> Flags:
    """Tell which cells of a grid have their centre within a disc, exactly and at the limit.

    Args:
        x: Centres of the columns in metres, ascending by equal steps, shape (columns,).
        y: Centres of the rows in metres, ascending by equal steps, shape (rows,).
        centres: x, y of the discs, shape (m, 2).
        radius: Metres, shape (m,).

    Returns:
        bool, shape (rows, columns).
    """
    from tijian.engine.compute.geo.discs import filled

    centre, r = np.asarray(centres, dtype=np.float64).reshape(-1, 2), np.asarray(radius, dtype=np.float64)
    east, north = np.ascontiguousarray(centre[:, 0]), np.ascontiguousarray(centre[:, 1])
    wide = r + r * SLACK + ROUNDINGS * np.spacing(np.abs(y).max(initial=0.0))
    low = np.searchsorted(y, north - wide)
    high = np.searchsorted(y, north + wide, side="right")
    return filled(x, y, east, north, r, low, high)


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

    Discs are sorted into square buckets, those of like radius together, so that a point is only measured to
    those in the nine buckets around it, and to none once it is found in one.

    Args:
        points: x, y in metres, shape (n, 2).
        centres: x, y of the discs, shape (m, 2).
        radius: Metres, shape (m,).

    Returns:
        bool, shape (n,).
    """
    from tijian.engine.compute.geo.discs import mark

    centre, r = np.asarray(centres, dtype=np.float64).reshape(-1, 2), np.asarray(radius, dtype=np.float64)
    px, py = (np.ascontiguousarray(axis, dtype=np.float64) for axis in points.T)
    found = np.zeros(len(px), dtype=bool)
    size = np.floor(np.log2(np.maximum(r, 1.0)))
    for like in np.unique(size)[::-1].tolist():
        own, reach = centre[size == like], r[size == like]
        corner = own.min(axis=0)
        bucket = max(float(reach.max()) * (1 + SLACK) + SMALLEST, float(np.ptp(own, axis=0).max()) / BUCKETS)
        column, row = np.floor((own - corner) / bucket).astype(np.int64).T
        columns = int(column.max()) + 1
        place = row * columns + column
        order = np.argsort(place, kind="stable")
        starts = np.searchsorted(place[order], np.arange((int(row.max()) + 1) * columns + 1))
        east, north = own[order].T.copy()
        mark(
            found,
            px,
            py,
            east,
            north,
            reach[order],
            starts,
            columns,
            (float(corner[0]), float(corner[1])),
            bucket,
        )
    return found


def _distance(x: Floats, y: Floats | float) -> Floats:
    """Give √(x² + y²) as GEOS computes it, not by ``hypot``, which rounds otherwise."""
    result: Floats = np.sqrt(x * x + y * y)
    return result
