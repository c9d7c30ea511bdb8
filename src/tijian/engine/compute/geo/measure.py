"""Lengths and areas of what lies inside an outline."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ON_LINE = 1e-6  # metres: the middle of a piece on a slanted edge may fall beside it by a rounding


def clipped_length(lines: Any, outline: Any) -> float:
    """Sum the lengths of the parts of lines that lie inside a closed outline.

    Lines wholly inside or outside are decided by prepared predicates. The others are cut at their
    crossings with the outline's edges (found through an R-tree) and each piece is kept if its middle lies
    inside: many times faster than overlaying line by line with a long outline, and held against that
    overlay in the tests. A piece along the outline counts as inside.

    Args:
        lines: Object array of LineString or MultiLineString, shape (n,), projected, metres.
        outline: Polygon or MultiPolygon in the same system.

    Returns:
        Metres. Summed in the order of the lines, so that equal input gives equal bits.
    """
    if shapely.is_empty(outline):
        return 0.0
    shapely.prepare(outline)
    touching = lines[shapely.intersects(outline, lines)]
    inside = shapely.contains_properly(outline, touching)
    whole = shapely.length(touching[inside])
    crossing = _crossing_length(_segments(touching[~inside]), outline)
    return float(sum(whole.tolist())) + crossing


def _segments(lines: Any) -> Floats:
    """Give the straight pieces of lines as (m, 4): x0, y0, x1, y1."""
    parts = shapely.get_parts(lines)
    points, owner = shapely.get_coordinates(parts, return_index=True)
    joined = owner[1:] == owner[:-1]
    pieces: Floats = np.hstack([points[:-1][joined], points[1:][joined]])
    turned: Floats = pieces[(pieces[:, :2] != pieces[:, 2:]).any(axis=1)]  # a repeated point has no direction
    return turned


def _crossing_length(segments: Floats, outline: Any) -> float:
    """Cut segments at the outline and sum the pieces whose middle lies in it."""
    if not len(segments):
        return 0.0
    owner, place = _cuts(segments, _segments(shapely.get_rings(shapely.get_parts(outline))))
    every = np.arange(len(segments))
    owner = np.concatenate([owner, every, every])
    place = np.concatenate([place, np.zeros(len(segments)), np.ones(len(segments))])
    order = np.lexsort((place, owner))
    owner, place = owner[order], place[order]
    same = owner[1:] == owner[:-1]
    who, start, end = owner[:-1][same], place[:-1][same], place[1:][same]
    step = segments[:, 2:] - segments[:, :2]
    middle = segments[who, :2] + step[who] * ((start + end) / 2)[:, None]
    kept = shapely.dwithin(outline, shapely.points(middle), ON_LINE)
    lengths = np.hypot(step[who, 0], step[who, 1]) * (end - start)
    return float(sum(lengths[kept].tolist()))


def _cuts(segments: Floats, edges: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Find where segments meet edges: positions of the segments, and shares 0…1 along them."""
    tree = shapely.STRtree(shapely.linestrings(edges.reshape(-1, 2, 2)))
    who, edge = tree.query(shapely.linestrings(segments.reshape(-1, 2, 2)))
    p, r = segments[who, :2], segments[who, 2:] - segments[who, :2]
    q, s = edges[edge, :2], edges[edge, 2:] - edges[edge, :2]
    turn = _cross(r, s)
    with np.errstate(divide="ignore", invalid="ignore"):
        along = _cross(q - p, s) / turn
        across = _cross(q - p, r) / turn
    meets = (turn != 0) & (along >= 0) & (along <= 1) & (across >= 0) & (across <= 1)
    flat = (turn == 0) & (_cross(q - p, r) == 0)
    square = np.einsum("ij,ij->i", r, r)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.einsum("ij,ij->i", q - p, r) / square
        last = np.einsum("ij,ij->i", q + s - p, r) / square
    owner = np.concatenate([who[meets], who[flat], who[flat]])
    place = np.concatenate([along[meets], np.clip(first[flat], 0, 1), np.clip(last[flat], 0, 1)])
    return owner, place


def _cross(a: Floats, b: Floats) -> Floats:
    result: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return result
