"""Who and what lies within a straight line of a facility: land by area, people by points or cells.

Distances are measured from the geometry given: for parks from their edge, not their centre (the figure
moves by points). Facilities outside a zone, and outside the city, count: the layer has to reach beyond the
boundary by the radius, and where it does not the result is marked 边缘不全.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.geo.grid_cover import within_discs
from tijian.engine.compute.geo.overlay import (
    Floats,
    Positions,
    Ratio,
    area_within,
    refuse_invalid,
    union_within,
    zone_sums,
)

Flags = NDArray[np.bool_]

QUARTER = 32  # edges of a quarter circle: a drawn disc lacks 0.04 % of its area, 0.03 % of its radius at most
BLOCK = 512  # facilities asked at once: bounds the memory of the pairs found


@dataclass(frozen=True)
class Coverage:
    """What is served of what there is, by zone.

    Attributes:
        ratio: Served and all: m² or people, shape (k,); the share is NaN where there is nothing to serve.
        incomplete: Where facilities beyond the boundary may be missing (边缘不全), shape (k,).
        unknown: Points or cells of unknown population, left out of both; shape (k,), 0 for land.
    """

    ratio: Ratio
    incomplete: Flags
    unknown: Positions


def radius_by_size(size: Floats, classes: Sequence[tuple[float, float]]) -> Floats:
    """Give each facility the radius of its size class.

    Args:
        size: Sizes such as m² of parks, whole, before any clipping; shape (n,).
        classes: (least size, radius in metres), in any order; a size on the limit belongs to it.

    Returns:
        Metres, shape (n,); NaN for what is smaller than every class, which serves nobody.
    """
    ordered = sorted(classes)
    limits = np.array([least for least, _ in ordered])
    radii = np.array([np.nan, *(radius for _, radius in ordered)])
    found: Floats = radii[np.searchsorted(limits, size, side="right")]
    return found


def reach(facilities: Any, radius: Floats) -> Any:
    """Give the land within each facility's radius, measured from its edge.

    Args:
        facilities: Object array of any geometry, shape (n,), metres.
        radius: Metres, shape (n,); a facility with NaN is left out.

    Returns:
        Object array of polygons, shape (at most n,): arcs drawn with 128 edges a circle.

    Raises:
        Refused: If a facility is invalid.
    """
    facilities, radius = _serving(facilities, radius)
    refuse_invalid(facilities, "设施图层")
    return shapely.buffer(facilities, radius, quad_segs=QUARTER)


def land_covered(zones: Any, land: Any, facilities: Any, radius: Floats, incomplete: Flags) -> Coverage:
    """Give the land of each zone that lies within reach of a facility.

    Args:
        zones: Object array of polygons, shape (k,), metres.
        land: Object array of polygons: the land that should be served; overlaps count once.
        facilities: Object array of any geometry, shape (n,), beyond the zones too.
        radius: Metres, shape (n,); NaN for facilities that serve nobody.
        incomplete: From ``ring_incomplete``, shape (k,).

    Raises:
        Refused: If a geometry is invalid.
    """
    return own_land_covered(union_within(zones, land), facilities, radius, incomplete)


def own_land_covered(own: Any, facilities: Any, radius: Floats, incomplete: Flags) -> Coverage:
    """Give the land of each zone that lies within reach of a facility, where it is known already.

    Args:
        own: The land of each zone, from ``overlay.union_within``; shape (k,).
        facilities: Object array of any geometry, shape (n,), beyond the zones too.
        radius: Metres, shape (n,); NaN for facilities that serve nobody.
        incomplete: From ``ring_incomplete``, shape (k,).

    Raises:
        Refused: If a geometry is invalid.
    """
    served = area_within(own, reach(facilities, radius))
    ratio = Ratio(served, shapely.area(own))
    return Coverage(ratio, incomplete, np.zeros(len(own), dtype=np.int64))


def people_covered(people: Floats, served: Flags, zone: Positions, incomplete: Flags) -> Coverage:
    """Give the people of each zone who are served; a point or cell counts whole, by its place or centre.

    Args:
        people: Shape (n,); NaN where unknown.
        served: From ``within`` or ``grid_cover.fill_discs``, shape (n,).
        zone: From ``overlay.zone_of``, shape (n,).
        incomplete: From ``ring_incomplete``, shape (k,).
    """
    count = len(incomplete)
    everyone = zone_sums(people, zone, count)
    reached = zone_sums(np.where(served | np.isnan(people), people, 0.0), zone, count)
    ratio = Ratio(reached.total, everyone.total)
    return Coverage(ratio, incomplete, everyone.unknown)


def within(points: Floats, facilities: Any, radius: Floats) -> Flags:
    """Tell which points lie within the radius of a facility, exactly and at the limit.

    Args:
        points: x, y in metres, shape (n, 2).
        facilities: Object array of any geometry, shape (m,).
        radius: Metres, shape (m,); a facility with NaN is left out.

    Returns:
        bool, shape (n,).

    Raises:
        Refused: If a facility is invalid.
    """
    facilities, radius = _serving(facilities, radius)
    refuse_invalid(facilities, "设施图层")
    single = shapely.get_type_id(facilities) == shapely.GeometryType.POINT
    near = within_discs(points, shapely.get_coordinates(facilities[single]), radius[single])
    others, reaches = facilities[~single], radius[~single]
    if not len(others):
        return near
    tree = shapely.STRtree(shapely.points(points[~near]))
    left = np.flatnonzero(~near)
    for start in range(0, len(others), BLOCK):
        block = slice(start, start + BLOCK)
        _, found = tree.query(others[block], predicate="dwithin", distance=reaches[block])
        near[left[found]] = True
    return near


def ring_incomplete(away: Floats, ring: float, radius: float) -> Flags:
    """Tell which zones are so near the edge of the known area that a facility beyond it may be missing.

    Args:
        away: From ``to_the_edge``, shape (k,).
        ring: Metres beyond the outline up to which the layer of facilities is complete.
        radius: The greatest radius asked, metres.

    Returns:
        bool, shape (k,).
    """
    return away + ring < radius


def to_the_edge(zones: Any, outline: Any) -> Floats:
    """Give how far each zone lies from the edge of the known area, metres, shape (k,); 0 where it touches it.

    Args:
        zones: Object array of polygons within the outline, shape (k,), metres.
        outline: The boundary up to which, and a ring beyond which, facilities are known.
    """
    distance: Floats = shapely.distance(np.asarray(zones, dtype=object), shapely.boundary(outline))
    return distance


def _serving(facilities: Any, radius: Floats) -> tuple[Any, Floats]:
    """Leave out facilities that are too small, missing or empty."""
    facilities = np.asarray(facilities, dtype=object)
    radius = np.broadcast_to(np.asarray(radius, dtype=np.float64), facilities.shape)
    kept = ~np.isnan(radius) & ~shapely.is_missing(facilities) & ~shapely.is_empty(facilities)
    return facilities[kept], radius[kept]
