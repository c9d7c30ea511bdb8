"""Street intersections: points where three ways or more meet, those of one crossing taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.geo.overlay import per_square_kilometre, zone_of

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

WAYS = 3
PAIR = 2  # a neighbourhood of two is one intersection
TOLERANCE = 15.0  # metres


@dataclass(frozen=True)
class Intersections:
    """Intersections after consolidation.

    Attributes:
        points: x, y in metres: the mean of the points taken together, shape (k, 2), sorted by x, then y.
        members: Intersection of each point given, shape (n,).
        tolerance: Metres used.
    """

    points: Floats
    members: Positions
    tolerance: float

    def density(self, zones: Any) -> Floats:
        """Count intersections by km² of zone: polygons in metres, shape (z,); one on a border counts once."""
        zone = zone_of(self.points, zones)
        count = np.bincount(zone[zone >= 0], minlength=len(zones)).astype(np.float64)
        return per_square_kilometre(count, shapely.area(zones))


def junctions(lines: Any) -> tuple[Floats, Positions]:
    """Find the points where street lines meet, with the number of ways that leave them.

    Ways are told by the neighbouring point of a line, so that a street drawn twice (once a direction) is one
    way, and lines that cross without a common point (a bridge) do not meet.

    Args:
        lines: Object array of LineStrings, shape (n,), metres; they meet where they share a point exactly.

    Returns:
        x, y of every point with three ways or more, shape (k, 2), sorted by x, then y; and their ways, (k,).
    """
    points, owner = shapely.get_coordinates(lines, return_index=True)
    places, at = _distinct(points)
    start, end = at[:-1], at[1:]
    kept = (owner[1:] == owner[:-1]) & (start != end)
    low, high = np.minimum(start, end)[kept], np.maximum(start, end)[kept]
    low, high = np.divmod(np.unique(low * len(places) + high), max(len(places), 1))
    ways = np.bincount(np.concatenate([low, high]), minlength=len(places)).astype(np.int64)
    crossing = ways >= WAYS
    return places[crossing], ways[crossing]


def _distinct(points: Floats) -> tuple[Floats, Positions]:
    """Give the distinct points, sorted by x, then y, and the place of each; faster than numpy's by rows."""
    order = np.lexsort((points[:, 1], points[:, 0]))
    ordered = points[order]
    first = np.ones(len(points), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    at = np.empty(len(points), dtype=np.int64)
    at[order] = np.cumsum(first) - 1
    return ordered[first], at


def consolidate(points: Floats, tolerance: float = TOLERANCE) -> Intersections:
    """Take points of one crossing together by complete linkage.

    No two points of an intersection are farther apart than the tolerance. (Single linkage and buffers, the
    usual ways, string neighbours to chains: 118 points at 20 m in one city.) Defays (1977), Comput. J. 20(4);
    points are taken in order of x, then y, which decides between equal distances, so the order of the input
    does not.

    Args:
        points: x, y in metres, shape (n, 2).
        tolerance: Metres; the greatest extent of an intersection.
    """
    order = np.lexsort((points[:, 1], points[:, 0]))
    label = _neighbourhoods(points[order], tolerance)
    by_label = np.argsort(label, kind="stable")
    size = np.bincount(label)
    ends = np.cumsum(size)
    # Neighbourhoods of one or two, most of them, are one intersection each; the others are split.
    split, made = label.copy(), len(size)
    for k in np.flatnonzero(size > PAIR).tolist():
        group = by_label[ends[k] - size[k] : ends[k]]
        own = _complete(points[order[group]], tolerance)
        split[group[own > 0]] = own[own > 0] + made - 1
        made += int(own.max())
    cluster = np.empty(len(points), dtype=np.int64)
    cluster[order] = split
    size = np.bincount(cluster, minlength=made)
    x, y = (np.bincount(cluster[order], weights=axis[order], minlength=made) / size for axis in points.T)
    rank = np.lexsort((y, x))
    place = np.empty(made, dtype=np.int64)
    place[rank] = np.arange(made)
    return Intersections(np.column_stack([x, y])[rank], place[cluster], tolerance)


def _neighbourhoods(points: Floats, tolerance: float) -> Positions:
    """Number groups of points that are farther apart than the tolerance: no intersection spans two."""
    from scipy.sparse import coo_array  # type: ignore[import-untyped]
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]
    from scipy.spatial import KDTree  # type: ignore[import-untyped]

    if not len(points):
        return np.empty(0, dtype=np.int64)
    pairs = KDTree(points).query_pairs(tolerance, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    _, label = connected_components(links, directed=False)
    return np.asarray(label, dtype=np.int64)


def _complete(points: Floats, tolerance: float) -> Positions:
    """Number the clusters of complete linkage, from 0."""
    from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]

    found = fcluster(linkage(points, method="complete"), tolerance, criterion="distance")
    return np.asarray(found, dtype=np.int64) - 1
