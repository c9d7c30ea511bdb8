"""Areas, sums and shares by zone, nothing counted twice; projected coordinates, metres and square metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Faults

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

NO_ZONE = -1
SQUARE_METRES = 1e6  # in a square kilometre
FEW = 5  # bad features told one by one


@dataclass(frozen=True)
class ZoneSums:
    """Sums over what lies in each zone; all of shape (k,).

    Attributes:
        total: Sum of the known values; 0 where nothing lies in the zone, NaN where nothing there is known.
        known: How many values are known.
        unknown: How many are not.
    """

    total: Floats
    known: Positions
    unknown: Positions


@dataclass(frozen=True)
class Ratio:
    """A part of a whole by zone; shape (k,) each.

    Attributes:
        part: The numerator.
        whole: The denominator.
    """

    part: Floats
    whole: Floats

    @property
    def share(self) -> Floats:
        """Part ÷ whole; NaN where the whole is 0 or unknown."""
        return ratio(self.part, self.whole)

    def rolled_up(self, group: Positions, count: int) -> Ratio:
        """Sum parts and wholes by group, such as the district of a zone: never an average of shares.

        Args:
            group: Group of each zone, 0…count − 1, or −1 for none; shape (k,).
            count: How many groups there are.

        Returns:
            One ratio a group; unknown where a zone of it is unknown.
        """
        return Ratio(_grouped(self.part, group, count), _grouped(self.whole, group, count))


@dataclass(frozen=True)
class BlueGreen:
    """Water and green by zone, m², shape (k,) each; what is both counts as water.

    Attributes:
        water: Water.
        green: Green that is not water.
        zone: The whole zone.
    """

    water: Floats
    green: Floats
    zone: Floats

    @property
    def ratio(self) -> Ratio:
        """Blue and green together of the whole zone."""
        return Ratio(self.water + self.green, self.zone)


def refuse_invalid(geometry: Any, layer: str) -> None:
    """Refuse geometry that crosses itself: its area has no meaning and it is not for us to repair.

    Args:
        geometry: Object array of shapely geometries, shape (n,).
        layer: What the layer is called in faults.

    Raises:
        Refused: Telling the first few features with the reason and the place, and how many more there are.
    """
    bad = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)).tolist()
    faults = Faults()
    hint = "请在制图软件中修复这个要素后重新导出。"
    for i in bad[:FEW]:
        reason = shapely.is_valid_reason(geometry[i])
        faults.add("geometry.invalid", layer, f"第 {i + 1} 个要素", reason, "有效的几何图形", hint)
    if len(bad) > FEW:
        faults.add("geometry.invalid", layer, f"另有 {len(bad) - FEW} 个要素", None, "有效的几何图形", hint)
    faults.raise_if_any()


def union_within(zones: Any, polygons: Any) -> Any:
    """Give, for each zone, the part of it that polygons cover, as one geometry.

    The polygons that touch a zone are united and cut by it once: many times faster than uniting the whole
    layer and cutting that, with the same areas.

    Args:
        zones: Object array of polygons, shape (k,).
        polygons: Object array of polygons, shape (n,); they may overlap.

    Returns:
        Object array of geometries, shape (k,); empty where nothing lies in the zone.

    Raises:
        Refused: If a zone or polygon is invalid.
    """
    zones, polygons = np.asarray(zones, dtype=object), np.asarray(polygons, dtype=object)
    refuse_invalid(zones, "分区")
    refuse_invalid(polygons, "面图层")
    found = np.full(len(zones), shapely.Polygon(), dtype=object)
    at, which = shapely.STRtree(polygons).query(zones, predicate="intersects")
    order = np.lexsort((which, at))
    starts = np.searchsorted(at[order], np.arange(len(zones) + 1))
    near = polygons[which[order]]
    for i in np.flatnonzero(np.diff(starts)).tolist():
        found[i] = shapely.intersection(shapely.union_all(near[starts[i] : starts[i + 1]]), zones[i])
    return found


def area_within(zones: Any, polygons: Any) -> Floats:
    """Give the area of each zone that polygons cover, overlaps once.

    Args:
        zones: Object array of polygons, shape (k,), metres.
        polygons: Object array of polygons, shape (n,).

    Returns:
        m², float64, shape (k,); 0 where nothing lies in the zone.

    Raises:
        Refused: If a zone or polygon is invalid.
    """
    areas: Floats = shapely.area(union_within(zones, polygons))
    return areas


def blue_green(zones: Any, water: Any, green: Any) -> BlueGreen:
    """Give the water and the green of each zone; a pond in a park is water and no more green.

    Args:
        zones: Object array of polygons, shape (k,), metres.
        water: Object array of polygons, shape (n,).
        green: Object array of polygons, shape (m,).

    Raises:
        Refused: If a zone or polygon is invalid.
    """
    wet = union_within(zones, water)
    grown = union_within(zones, green)
    dry: Floats = shapely.area(shapely.difference(grown, wet))
    return BlueGreen(shapely.area(wet), dry, shapely.area(np.asarray(zones, dtype=object)))


def zone_of(points: Floats, zones: Any) -> Positions:
    """Find the zone each point lies in; on a common border it is the first of the zones.

    Args:
        points: x, y in metres, shape (n, 2): points, or the centres of cells.
        zones: Object array of polygons, shape (k,).

    Returns:
        int64, shape (n,): position of the zone, −1 for none.

    Raises:
        Refused: If a zone is invalid.
    """
    zones = np.asarray(zones, dtype=object)
    refuse_invalid(zones, "分区")
    found = np.full(len(points), NO_ZONE, dtype=np.int64)
    at, which = shapely.STRtree(shapely.points(points)).query(zones, predicate="intersects")
    last_first = np.argsort(-at, kind="stable")
    found[which[last_first]] = at[last_first]
    return found


def zone_sums(values: Floats, zone: Positions, count: int) -> ZoneSums:
    """Sum values by zone, the unknown apart.

    Args:
        values: float64, shape (n,); NaN where unknown.
        zone: Zone of each value, −1 for none; shape (n,).
        count: How many zones there are.
    """
    lost = np.isnan(values)
    place = zone + 1  # what lies in no zone is summed before the first and left out
    n_lost = np.bincount(place[lost], minlength=count + 1)[1:].astype(np.int64)
    n_known = np.bincount(place, minlength=count + 1)[1:].astype(np.int64) - n_lost
    weights = np.where(lost, 0.0, values) if lost.any() else values
    total = np.bincount(place, weights=weights, minlength=count + 1)[1:].astype(np.float64)
    total[(n_known == 0) & (n_lost > 0)] = np.nan
    return ZoneSums(total, n_known, n_lost)


def weighted_centres(areas: Any, points: Floats, weights: Floats) -> Floats:
    """Give the mean place of the weights in each area; its middle where nothing weighs anything.

    Args:
        areas: Object array of polygons, or of points that stand for themselves; shape (k,).
        points: x, y in metres, shape (n, 2); on a common border it is the first area's.
        weights: Shape (n,), no NaN.

    Returns:
        float64, shape (k, 2).

    Raises:
        Refused: If an area is invalid.
    """
    found: Floats = shapely.get_coordinates(shapely.centroid(np.asarray(areas, dtype=object)))
    own = zone_of(points, areas)
    inside = own >= 0
    own, points, weights = own[inside], points[inside], weights[inside]
    total = np.bincount(own, weights=weights, minlength=len(found))
    lived = total > 0
    for axis in range(2):
        moment = np.bincount(own, weights=weights * points[:, axis], minlength=len(found))
        found[lived, axis] = moment[lived] / total[lived]
    return found


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; NaN where the whole is 0 or unknown: without a denominator there is no figure."""
    whole = np.asarray(whole, dtype=np.float64)
    share: Floats = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return share


def per_square_kilometre(amount: Floats, area: Floats) -> Floats:
    """Give a density: amounts by the km² of areas in m²; NaN where the area is 0 or unknown."""
    return ratio(amount, np.asarray(area, dtype=np.float64) / SQUARE_METRES)


def _grouped(values: Floats, group: Positions, count: int) -> Floats:
    """Sum in the order of the zones; NaN stays NaN."""
    inside = group >= 0
    total: Floats = np.bincount(group[inside], weights=values[inside], minlength=count).astype(np.float64)
    return total
