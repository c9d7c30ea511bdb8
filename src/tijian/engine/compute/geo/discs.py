"""The compiled loops behind ``grid_cover``; imported only where discs are laid."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]


@compiled
def filled(
    x: Floats, y: Floats, east: Floats, north: Floats, radius: Floats, low: Positions, high: Positions
) -> Flags:
    """Fill a grid by discs, a run of columns a row.

    Args:
        x: Centres of the columns, ascending by equal steps, shape (columns,), at least one.
        y: Centres of the rows, shape (rows,).
        east: x of the centres of discs, shape (m,).
        north: Their y.
        radius: Their radius.
        low: First row of each disc; a row too many does no harm, shape (m,).
        high: Behind its last row.

    Returns:
        Whether a cell's centre lies in a disc, shape (rows, columns).
    """
    columns = len(x)
    step = (x[-1] - x[0]) / (columns - 1) if columns > 1 else 1.0
    runs = np.zeros((len(y), columns + 1), dtype=np.int32)
    for disc in range(len(radius)):
        r = radius[disc]
        for row in range(low[disc], high[disc]):
            up = y[row] - north[disc]
            half = math.sqrt(max(r * r - up * up, 0.0))
            # The column nearest to the end of a run is in or out by the distance itself, whatever the root says.
            first = int(min(max((east[disc] - half - x[0]) / step + 0.5, 0.0), columns - 1.0))
            away = x[first] - east[disc]
            if not math.sqrt(away * away + up * up) <= r:
                first += 1
            last = int(min(max((east[disc] + half - x[0]) / step + 0.5, 0.0), columns - 1.0))
            away = x[last] - east[disc]
            if not math.sqrt(away * away + up * up) <= r:
                last -= 1
            if first <= last:
                runs[row, first] += 1
                runs[row, last + 1] -= 1
    cells = np.zeros((len(y), columns), dtype=np.bool_)
    for row in range(len(y)):
        deep = 0
        for column in range(columns):
            deep += runs[row, column]
            cells[row, column] = deep > 0
    return cells


@compiled
def mark(
    found: Flags,
    px: Floats,
    py: Floats,
    east: Floats,
    north: Floats,
    radius: Floats,
    starts: Positions,
    columns: int,
    south_west: tuple[float, float],
    bucket: float,
) -> None:
    """Mark the points that lie in a disc; discs are sorted into buckets no smaller than any radius.

    Args:
        found: Marks, shape (n,); those already set are kept and cost nothing.
        px: x of the points, shape (n,).
        py: Their y.
        east: x of the centres of discs, bucket by bucket, shape (m,).
        north: Their y.
        radius: Their radius.
        starts: First disc of each bucket, row by row, and the end; shape (rows · columns + 1,).
        columns: Buckets in a row.
        south_west: Corner of the first bucket.
        bucket: Width of a bucket in metres.
    """
    rows = (len(starts) - 1) // columns
    for i in range(len(px)):
        if found[i]:
            continue
        column = math.floor((px[i] - south_west[0]) / bucket)
        row = math.floor((py[i] - south_west[1]) / bucket)
        left, right = max(column - 1, 0), min(column + 1, columns - 1)
        if left > right:
            continue
        for line in range(max(row - 1, 0), min(row + 1, rows - 1) + 1):
            for disc in range(starts[line * columns + left], starts[line * columns + right + 1]):
                x, y = px[i] - east[disc], py[i] - north[disc]
                if math.sqrt(x * x + y * y) <= radius[disc]:
                    found[i] = True
                    break
            if found[i]:
                break
