"""Kinds of computed indicators over layers; the indicators themselves stand in ``indicators``, one declaration each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.gaps import unserved_land
from tijian.engine.compute.geo.coverage import (
    Coverage,
    Flags,
    own_land_covered,
    people_covered,
    radius_by_size,
    within,
)
from tijian.engine.compute.geo.overlay import Floats, Positions, union_within, zone_of, zone_sums
from tijian.engine.compute.registry import Computation, Computed, Gap, Material, indicator
from tijian.engine.compute.zones import LAYER_ZH, PEOPLE, POPULATION, Zones

M2_PER_KM2, M2_PER_HA = 1_000_000.0, 10_000.0
LAND_STEP = 100.0  # metres between the points that stand for land
DOOR_STEP = 50.0  # metres between the points at which an area is entered
AREA = "area"  # column of usable m² of a ground or shelter


@dataclass(frozen=True)
class Reach:
    """How far a kind of facility serves, in a straight line.

    Attributes:
        layer: The facilities.
        radius: Metres; with ``classes`` not used.
        classes: (least m² of the facility, metres), where its size decides.
    """

    layer: str
    radius: float = 0.0
    classes: tuple[tuple[float, float], ...] = ()

    @property
    def longest(self) -> float:
        """The greatest radius, metres."""
        return max((r for _, r in self.classes), default=self.radius)

    @property
    def words(self) -> str:
        """The rule in Chinese."""
        if not self.classes:
            return f"直线 {self.radius:g} m"
        parts = (f"≥ {least:g} m² 直线 {r:g} m" for least, r in sorted(self.classes, reverse=True))
        return "，".join(parts)

    def radii(self, zones: Zones) -> Floats:
        """Give the radius of each facility; size is that of the whole, before any clipping; NaN serves nobody."""
        geometry = zones.geometry(self.layer)
        if self.classes:
            return radius_by_size(shapely.area(geometry), self.classes)
        return np.full(len(geometry), self.radius)


def over_zones(
    name: str,
    numerator_unit: str,
    denominator_unit: str,
    needs: tuple[str, ...],
    meaning: str,
    beside: tuple[str, ...] = (),
    gaps: Callable[[Zones], list[Gap]] | None = None,
) -> Callable[[Callable[[Zones], dict[str, Computed]]], Computation]:
    """Declare a function over zones whose layers are all there; otherwise the lack is said of every area.

    Layers ``beside`` are looked at where the city has them; ``gaps`` gives the places that are not served.
    """

    def places(material: Material) -> list[Gap]:
        zones = Zones.of(material, needs)
        return [] if zones.lacking or gaps is None else gaps(zones)

    def wrap(run: Callable[[Zones], dict[str, Computed]]) -> Computation:
        def whole(material: Material) -> dict[str, Computed]:
            zones = Zones.of(material, needs)
            return zones.nothing() if zones.lacking else run(zones)

        made = indicator(
            name,
            numerator_unit=numerator_unit,
            denominator_unit=denominator_unit,
            needs=(*needs, *beside),
            meaning=meaning,
            gaps=None if gaps is None else places,
        )
        return made(whole)

    return wrap


def count_in_built(name: str, layer: str, unit: str) -> Computation:
    """Declare a density: features of a point layer in the built-up area ÷ its km²."""

    def run(zones: Zones) -> dict[str, Computed]:
        built = zones.built()
        where = zone_of(zones.centres(layer), built)
        found = zone_sums(np.ones(len(where)), where, len(built)).total
        return zones.results(found, shapely.area(built) / M2_PER_KM2, {"计数": "按点位所在；面按中心"})

    meaning = f"建成区范围内的{LAYER_ZH[layer]} ÷ 建成区面积；落在哪个区计入哪个区。"
    return over_zones(name, unit, "km2", (layer, "built_area"), meaning)(run)


def per_person(name: str, layer: str) -> Computation:
    """Declare usable m² of a layer (its column, else the area drawn) ÷ people of the area."""

    def run(zones: Zones) -> dict[str, Computed]:
        measured = AREA in zones.layers[layer].fields
        size = zones.numbers(layer, AREA) if measured else shapely.area(zones.geometry(layer))
        k = len(zones.codes)
        above = zone_sums(size, zone_of(zones.centres(layer), zones.outlines), k).total
        people = _people(zones)
        return zones.results(above, people, {"面积": "图层所写的有效面积" if measured else "图上面积"})

    meaning = f"{LAYER_ZH[layer]}面积 ÷ 人口；人口按格网或点位所在的区相加。"
    return over_zones(name, "m2", "人", (layer, POPULATION), meaning)(run)


@dataclass(frozen=True)
class Summed:
    """A column summed over the features of an area.

    Attributes:
        layer: Points, or areas that count where their centre lies.
        column: What is summed; an empty cell is unknown and left out, and counted.
        per: How many of the column's units make one of the result's.
        weight: Column of the same layer by which it is multiplied first: minutes × persons; "" for none.
    """

    layer: str
    column: str
    per: float = 1.0
    weight: str = ""

    def numbers(self, zones: Zones) -> Floats:
        """Give what each feature adds, in units of the result; NaN where a cell is empty."""
        cells = zones.numbers(self.layer, self.column) / self.per
        return cells * zones.numbers(self.layer, self.weight) if self.weight else cells


def ratio_of_sums(
    name: str, above: Summed, below: Summed, units: tuple[str, str], meaning: str
) -> Computation:
    """Declare the sum of one column ÷ the sum of another, features counted where their centre lies.

    Where both stand in one layer, a feature that lacks one of the two adds to neither: its known half would
    pull the ratio.
    """
    layers = tuple(dict.fromkeys((above.layer, below.layer)))

    def run(zones: Zones) -> dict[str, Computed]:
        k, numbers = len(zones.codes), [above.numbers(zones), below.numbers(zones)]
        if len(layers) == 1:
            lost = np.isnan(numbers[0]) | np.isnan(numbers[1])
            numbers = [np.where(lost, np.nan, n) for n in numbers]
        where = [zone_of(zones.centres(s.layer), zones.outlines) for s in (above, below)]
        one, other = (zone_sums(n, w, k) for n, w in zip(numbers, where, strict=True))
        unknown = one.unknown if len(layers) == 1 else one.unknown + other.unknown
        each = [{"没有数": f"{n} 处，不计入"} if n else {} for n in unknown.tolist()]
        whole = np.where(other.total > 0, other.total, np.nan)
        return zones.results(one.total, whole, {"归区": "按点位所在；面按中心"}, each)

    return over_zones(name, *units, layers, meaning)(run)


def land_within(name: str, land: str, reach: Reach) -> Computation:
    """Declare a coverage of land: the part of a land use in the built-up area within reach ÷ all of it."""

    def run(zones: Zones) -> dict[str, Computed]:
        incomplete = zones.incomplete(reach.layer, reach.longest)
        facilities, radii = zones.geometry(reach.layer), reach.radii(zones)
        own = union_within(zones.built(), zones.geometry(land))
        found = own_land_covered(own, facilities, radii, incomplete)
        return covered(zones, found, reach, M2_PER_HA, land_on_foot(zones, reach, own))

    meaning = f"建成区内{LAYER_ZH[land]}落在{LAYER_ZH[reach.layer]}服务半径内的面积 ÷ {LAYER_ZH[land]}面积；{reach.words}，从设施边缘量起，重叠只计一次。"
    needs = (land, reach.layer, "built_area")

    def gaps(zones: Zones) -> list[Gap]:
        own = union_within(zones.built(), zones.geometry(land))
        return unserved_land(zones, own, reach.layer, reach.radii(zones))

    return over_zones(name, "ha", "ha", needs, meaning, ("walk_ways",), gaps)(run)


def people_within(name: str, reach: Reach, *, built: bool = False) -> Computation:
    """Declare a coverage of people: those within reach ÷ all, of the area or of its built-up part."""

    def run(zones: Zones) -> dict[str, Computed]:
        points, people = zones.centres(POPULATION), zones.numbers(POPULATION, PEOPLE)
        served = within(points, zones.geometry(reach.layer), reach.radii(zones))
        where = zone_of(points, zones.built() if built else zones.outlines)
        incomplete = zones.incomplete(reach.layer, reach.longest)
        beside = on_foot(zones, reach, points, people, where)
        return covered(zones, people_covered(people, served, where, incomplete), reach, 1.0, beside)

    needs = (POPULATION, reach.layer, *(("built_area",) if built else ()))
    meaning = f"{LAYER_ZH[reach.layer]}服务半径内的人口 ÷ {'建成区' if built else ''}人口；{reach.words}，人口按格网中心或点位。"
    return over_zones(name, "人", "人", needs, meaning, beside=("walk_ways",))(run)


def covered(
    zones: Zones, found: Coverage, reach: Reach, unit: float, beside: Sequence[Mapping[str, str]] = ()
) -> dict[str, Computed]:
    """Give a coverage as results; nothing to serve is no data, and a short ring is said.

    Args:
        zones: The areas.
        found: What is served of what there is.
        reach: The rule.
        unit: Units of ``found`` in one of the result.
        beside: What is true of one area each beyond that, such as the figure by another method.
    """
    whole = np.where(found.ratio.whole > 0, found.ratio.whole, np.nan)
    each = [
        {
            **({"边缘": f"边缘不全：图层在界外不足 {reach.longest:g} m"} if short else {}),
            **({"人口不明": f"{unknown} 处"} if unknown else {}),
            **(beside[i] if beside else {}),
        }
        for i, (short, unknown) in enumerate(
            zip(found.incomplete.tolist(), found.unknown.tolist(), strict=True)
        )
    ]
    return zones.results(found.ratio.part / unit, whole / unit, {"覆盖": reach.words}, each)


def on_foot(
    zones: Zones, reach: Reach, points: Floats, people: Floats, where: Positions
) -> Sequence[Mapping[str, str]]:
    """Say beside a straight-line coverage what it is along the streets; nothing where the city has no network.

    People are put on the nearest street; those further than 500 m from all are not served, stay in the
    denominator and are counted. Areas are reached at points of their edge every 50 m.

    Args:
        zones: The areas.
        reach: The rule.
        points: Where people are, shape (n, 2).
        people: How many, shape (n,), NaN where unknown.
        where: The area of each, −1 for none.
    """
    if zones.material.graph() is None:
        return ()
    served, unconnected = _walked(zones, reach, points)
    k = len(zones.codes)
    reached = zone_sums(np.where(served, people, people * 0.0), where, k).total
    everyone = zone_sums(people, where, k).total
    apart = zone_sums(unconnected.astype(np.float64), where, k).total
    return [
        {
            "路网距离": f"{100.0 * r / e:.1f} %（{r:,.0f} 人 ÷ {e:,.0f} 人），与直线并列，不作采用值"
            if e > 0
            else "没有人口",
            **({"未接入路网": f"{a:.0f} 处，距道路 500 m 以外，计入分母"} if a else {}),
        }
        for r, e, a in zip(reached.tolist(), everyone.tolist(), apart.tolist(), strict=True)
    ]


def land_on_foot(zones: Zones, reach: Reach, own: Any) -> Sequence[Mapping[str, str]]:
    """Say beside a straight-line coverage of land what it is along the streets; nothing without a network.

    Land stands for points on a square grid of 100 m; facilities are entered as in ``on_foot``.

    Args:
        zones: The areas.
        reach: The rule.
        own: The land of each area, object array of shape (k,).
    """
    if zones.material.graph() is None:
        return ()
    spots = [_grid(one) for one in own]
    where = np.repeat(np.arange(len(own)), [len(s) for s in spots])
    served, unconnected = _walked(zones, reach, np.concatenate(spots))
    every, reached, apart = (
        np.bincount(where, weights=flags, minlength=len(own))
        for flags in (np.ones(len(where)), served.astype(np.float64), unconnected.astype(np.float64))
    )
    return [
        {
            "路网距离": f"{100.0 * r / n:.1f} %（{LAND_STEP:g} m 网点 {r:.0f} ÷ {n:.0f}），与直线并列，不作采用值",
            **({"未接入路网": f"{a:.0f} 个网点，距道路 500 m 以外，计入分母"} if a else {}),
        }
        if n
        else {"路网距离": "没有用地"}
        for r, n, a in zip(reached.tolist(), every.tolist(), apart.tolist(), strict=True)
    ]


def _grid(land: Any) -> Floats:
    """Give the points of a square grid that lie in some land, shape (n, 2)."""
    if shapely.is_empty(land):
        return np.empty((0, 2))
    shapely.prepare(land)
    low = np.ceil(np.array(shapely.bounds(land)[:2]) / LAND_STEP) * LAND_STEP
    x, y = (np.arange(a, b, LAND_STEP) for a, b in zip(low, shapely.bounds(land)[2:], strict=True))
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside: Floats = points[shapely.contains_xy(land, points)]
    return inside


def _walked(zones: Zones, reach: Reach, points: Floats) -> tuple[Flags, Flags]:
    """Tell which places come to a facility along the streets, and which are not on them; shape (n,) each."""
    # Numba takes half a second to import: only where a network is there.
    from tijian.engine.compute.geo.reach import nearest
    from tijian.engine.compute.geo.snap import snap

    graph = zones.material.graph()
    if graph is None:
        raise LookupError("walk_ways")
    origins, radii = snap(graph.network, points), reach.radii(zones)
    served = np.zeros(len(points), dtype=np.bool_)
    for radius in np.unique(radii[~np.isnan(radii)]).tolist():
        entries = doors(zones.geometry(reach.layer)[radii == radius])
        served |= ~np.isnan(nearest(graph, origins, snap(graph.network, entries), radius).cost)
    return served, origins.unconnected


def doors(facilities: Any) -> Floats:
    """Give where facilities are entered: points as they are, areas at points of their edge."""
    single = shapely.get_type_id(facilities) == shapely.GeometryType.POINT
    edges = shapely.segmentize(shapely.boundary(facilities[~single]), DOOR_STEP)
    found: Floats = np.vstack([shapely.get_coordinates(facilities[single]), shapely.get_coordinates(edges)])
    return found


def _people(zones: Zones) -> Floats:
    """Sum people by area; an area without anybody has no figure per person."""
    where = zone_of(zones.centres(POPULATION), zones.outlines)
    total = zone_sums(zones.numbers(POPULATION, PEOPLE), where, len(zones.codes)).total
    return np.where(total > 0, total, np.nan)
