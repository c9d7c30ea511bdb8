"""Straight pieces of edges in a grid of square cells, and the nearest of them to a point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Grid = tuple[float, float, float, int, int]  # west, south, width of a cell, columns, rows

MOST_CELLS = 4_000_000


class Cells(NamedTuple):
    """Straight pieces by cell.

    Attributes:
        grid: West and south side, width of a cell, columns, rows.
        first: Offsets by cell, row after row, shape (columns · rows + 1,).
        listed: Pieces, ascending in each cell; piece i goes from vertex i to the next of its edge.
        owner: Edge of each vertex, shape (v,).
    """

    grid: Grid
    first: Positions
    listed: Numbers
    owner: Numbers


def cells_of(start: Positions, shape: Floats) -> Cells:
    """List the pieces of edges in a grid with about as many cells as pieces.

    Args:
        start: Offsets into ``shape`` by edge, shape (m + 1,), at least one edge.
        shape: Vertices, metres, shape (v, 2).
    """
    low, high = shape.min(axis=0), shape.max(axis=0)
    sides = np.maximum(high - low, 1.0)
    even = np.sqrt(sides[0] * sides[1] / min(len(shape), MOST_CELLS))
    width = float(max(even, sides.max() / np.sqrt(MOST_CELLS)))
    columns, rows = (int(side) for side in (high - low) // width + 1)
    grid = (float(low[0]), float(low[1]), width, columns, rows)
    owner = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    return Cells(grid, *listed_by_cell(shape, owner, grid), owner)


@compiled
def _columns_in_row(a: Floats, b: Floats, row: int, grid: Grid) -> tuple[int, int]:
    """Give the first and last column in which a piece touches a row of cells, with a hair's breadth to spare."""
    west, south, width, columns, _ = grid
    low, high = 0.0, 1.0
    rise = b[1] - a[1]
    if rise != 0.0:
        at_bottom = (south + row * width - a[1]) / rise
        at_top = (south + (row + 1) * width - a[1]) / rise
        low, high = max(low, min(at_bottom, at_top)), min(high, max(at_bottom, at_top))
    one, other = a[0] + (b[0] - a[0]) * low, a[0] + (b[0] - a[0]) * high
    spare = 1e-6 * width
    first = int((min(one, other) - spare - west) / width)
    last = int((max(one, other) + spare - west) / width)
    return max(first, 0), min(last, columns - 1)


@compiled
def listed_by_cell(shape: Floats, owner: Numbers, grid: Grid) -> tuple[Positions, Numbers]:
    """List the pieces that touch each cell.

    Args:
        shape: Vertices of all edges, shape (v, 2); piece i goes from vertex i to the next of the same edge.
        owner: Edge of each vertex, ascending, shape (v,).
        grid: Cells that hold every vertex.

    Returns:
        Offsets by cell, row after row, and pieces in ascending order in each.
    """
    _, south, width, columns, rows = grid
    first = np.zeros(columns * rows + 2, np.int64)
    listed = np.empty(0, np.int32)
    for filling in range(2):
        for piece in range(len(shape) - 1):
            if owner[piece] != owner[piece + 1]:
                continue
            a, b = shape[piece], shape[piece + 1]
            bottom = max(int((min(a[1], b[1]) - south) / width), 0)
            top = min(int((max(a[1], b[1]) - south) / width), rows - 1)
            for row in range(bottom, top + 1):
                start, stop = _columns_in_row(a, b, row, grid)
                for column in range(start, stop + 1):
                    cell = row * columns + column
                    if filling:
                        listed[first[cell + 1]] = piece
                        first[cell + 1] += 1
                    else:
                        first[cell + 2] += 1
        if filling == 0:
            first = np.cumsum(first)
            listed = np.empty(first[-1], np.int32)
    return first[:-1].copy(), listed


@compiled
def _nearer(
    x: float, y: float, shape: Floats, candidates: Numbers, best: tuple[float, int, float]
) -> tuple[float, int, float]:
    """Hold pieces against the best so far: its squared distance, the piece (−1 for none), the share along it."""
    square, chosen, share_of = best
    for piece in candidates:
        ax, ay = shape[piece, 0], shape[piece, 1]
        dx, dy = shape[piece + 1, 0] - ax, shape[piece + 1, 1] - ay
        share = min(max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0), 1.0)
        # Measured to the vertex itself at the end, so that it is as far on either of its pieces.
        px = ax + dx * share - x if share < 1.0 else shape[piece + 1, 0] - x
        py = ay + dy * share - y if share < 1.0 else shape[piece + 1, 1] - y
        found = px * px + py * py
        if found < square or (found == square and (chosen < 0 or piece < chosen)):
            square, chosen, share_of = found, int(piece), share
    return square, chosen, share_of


@compiled
def _search(
    x: float, y: float, shape: Floats, grid: Grid, first: Positions, listed: Numbers, most: float
) -> tuple[float, int, float]:
    """Go through rings of cells around a point until no nearer piece can follow."""
    west, south, width, columns, rows = grid
    at_column = min(max(int((x - west) / width), 0), columns - 1)
    at_row = min(max(int((y - south) / width), 0), rows - 1)
    left, below = x - (west + at_column * width), y - (south + at_row * width)
    inside = min(left, width - left, below, width - below)
    best = (most * most, -1, 0.0)
    for ring in range(max(columns, rows) + 1):
        gap = inside + (ring - 1) * width  # every cell of this ring is at least so far away
        if ring > 0 and gap > 0 and gap * gap > best[0]:
            break
        for row in range(max(at_row - ring, 0), min(at_row + ring, rows - 1) + 1):
            step = 1 if ring == 0 or row in (at_row - ring, at_row + ring) else 2 * ring
            for column in range(at_column - ring, at_column + ring + 1, step):
                if 0 <= column < columns:
                    cell = row * columns + column
                    best = _nearer(x, y, shape, listed[first[cell] : first[cell + 1]], best)
    return best


@compiled
def nearest_piece(
    points: Floats,
    edges: tuple[Floats, Floats],
    cells: Cells,
    most: float,
) -> tuple[Numbers, Floats, Floats]:
    """Find the nearest piece to each point, the earliest where several are.

    Args:
        points: x, y, shape (k, 2).
        edges: Vertices, and metres along.
        cells: From ``cells_of``.
        most: Metres beyond which nothing is near.

    Returns:
        Edge (−1 for none), metres along it, metres beside it; each of shape (k,).
    """
    shape, along = edges
    grid, first, listed, owner = cells
    west, south, width, columns, rows = grid
    edge = np.full(len(points), -1, np.int32)
    offset, distance = np.full(len(points), np.nan), np.full(len(points), np.nan)
    for i in range(len(points)):
        x, y = points[i, 0], points[i, 1]
        beside = max(west - x, x - (west + columns * width), south - y, y - (south + rows * width))
        if not beside <= most:  # also where a coordinate is NaN
            continue
        square, piece, share = _search(x, y, shape, grid, first, listed, most)
        if piece >= 0:
            step = along[piece + 1] - along[piece]
            edge[i] = owner[piece]
            offset[i] = along[piece] + step * share if share < 1.0 else along[piece + 1]
            distance[i] = np.sqrt(square)
    return edge, offset, distance


@compiled
def places(edge: Numbers, offset: Floats, start: Positions, shape: Floats, along: Floats) -> Floats:
    """Give the coordinates of positions on edges, NaN where there is no edge; shape (k, 2)."""
    found = np.full((len(edge), 2), np.nan)
    for i in range(len(edge)):
        if edge[i] < 0:
            continue
        begin, end = start[edge[i]], start[edge[i] + 1]
        row = min(begin + np.searchsorted(along[begin:end], offset[i], side="right") - 1, end - 2)
        step = along[row + 1] - along[row]
        share = (offset[i] - along[row]) / step if step > 0.0 else 0.0
        found[i] = shape[row] + (shape[row + 1] - shape[row]) * share
    return found
