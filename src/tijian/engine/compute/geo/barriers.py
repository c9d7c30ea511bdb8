"""Points that close a way: gates, bollards, walls across a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

SAME = 1e-3  # metres: what is nearer than this is one place


@dataclass(frozen=True)
class Cut:
    """Vertices of lines after barriers were put on them.

    Attributes:
        coordinates: x, y, shape (v,2).
        owner: Line of each vertex, ascending, shape (v,).
        closed: Where one cannot pass, shape (v,).
        unused: Barriers that lie on no line.
    """

    coordinates: Floats
    owner: Positions
    closed: Flags
    unused: int


def cut_at(coordinates: Floats, owner: Positions, barriers: Floats, reach: float) -> Cut:
    """Close lines at barriers: at the vertices they lie on, otherwise across the nearest line within reach.

    Args:
        coordinates: Vertices of lines, metres, shape (v, 2).
        owner: Line of each vertex, ascending from 0, shape (v,).
        barriers: x, y, metres, shape (b, 2).
        reach: How far from a line, in metres, a barrier still closes it; of several equally near all are.

    Returns:
        The vertices, with a vertex more where a barrier lies between two.
    """
    closed = np.zeros(len(coordinates), dtype=bool)
    if not len(barriers) or not len(coordinates):
        return Cut(coordinates, owner, closed, len(barriers))
    points = shapely.points(barriers)
    on, vertex = shapely.STRtree(shapely.points(coordinates)).query(points, "dwithin", distance=SAME)
    closed[vertex] = True
    left = np.setdiff1d(np.arange(len(points)), on)
    pieces = np.flatnonzero(owner[1:] == owner[:-1])
    ends = np.stack([coordinates[pieces], coordinates[pieces + 1]], axis=1)
    tree = shapely.STRtree(shapely.linestrings(ends))
    nearest, piece = tree.query_nearest(points[left], max_distance=reach, all_matches=True)
    unused = len(left) - len(np.unique(nearest))
    return _inserted(coordinates, owner, closed, (pieces[piece], barriers[left][nearest]), unused)


def _inserted(
    coordinates: Floats, owner: Positions, closed: Flags, found: tuple[Positions, Any], unused: int
) -> Cut:
    """Put closed vertices after the rows given, at the place nearest to the barrier."""
    row, barrier = found
    low, high = coordinates[row], coordinates[row + 1]
    ahead = (low[:, 0] < high[:, 0]) | ((low[:, 0] == high[:, 0]) & (low[:, 1] < high[:, 1]))
    # From the western end whatever the drawing, so that the place has the same bits either way.
    west, east = np.where(ahead[:, None], low, high), np.where(ahead[:, None], high, low)
    step = east - west
    square = np.einsum("ij,ij->i", step, step)
    from_west = np.einsum("ij,ij->i", barrier - west, step)
    from_west = np.clip(np.divide(from_west, square, out=np.zeros(len(row)), where=square > 0), 0.0, 1.0)
    share = np.where(ahead, from_west, 1.0 - from_west)
    before = share * np.sqrt(square)
    at_first, at_last = before < SAME, np.sqrt(square) - before < SAME
    closed[row[at_first]] = True
    closed[row[at_last] + 1] = True
    between = ~(at_first | at_last)
    order = np.lexsort((share[between], row[between]))
    place = (west + step * from_west[:, None])[between][order]
    row = row[between][order]
    return Cut(
        np.insert(coordinates, row + 1, place, axis=0),
        np.insert(owner, row + 1, owner[row]),
        np.insert(closed, row + 1, np.ones(len(row), dtype=bool)),
        unused,
    )
