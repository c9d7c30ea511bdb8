"""社区养老服务设施覆盖率 and 社区便民服务设施覆盖率: communities with what they need near them."""

from __future__ import annotations

import numpy as np

from tijian.engine.compute.gaps import unserved_places
from tijian.engine.compute.geo.coverage import Flags, within
from tijian.engine.compute.geo.overlay import Floats, weighted_centres, zone_of, zone_sums
from tijian.engine.compute.registry import Computed, Gap
from tijian.engine.compute.zonal import doors, over_zones
from tijian.engine.compute.zones import PEOPLE, POPULATION, Zones

ELDERLY_REACH = 500.0
# What a community has to have within reach (示例/待核: the list is published with the criterion).
CONVENIENCES = ("菜市场", "超市", "药店", "快递", "理发", "早餐")
CONVENIENCE_REACH = 800.0
KIND = "type"  # column of the layer of facilities


def _without_care(zones: Zones) -> list[Gap]:
    centres = zones.centres("communities")
    return unserved_places(
        zones, zones.geometry("communities"), centres, _near_care(zones, centres), "elderly_care"
    )


def _near_care(zones: Zones, centres: Floats) -> Flags:
    facilities = zones.geometry("elderly_care")
    return within(centres, facilities, np.full(len(facilities), ELDERLY_REACH))


@over_zones(
    "elderly_communities@1",
    "个",
    "个",
    ("communities", "elderly_care"),
    "直线 500 m 内有在运营养老设施的社区 ÷ 社区；社区按中心所在的区计。",
    gaps=_without_care,
)
def elderly_communities(zones: Zones) -> dict[str, Computed]:
    """Count communities whose centre has a facility within 500 m ÷ communities (LC02)."""
    centres, k = zones.centres("communities"), len(zones.codes)
    served = _near_care(zones, centres)
    where = zone_of(centres, zones.outlines)
    everyone = zone_sums(np.ones(len(centres)), where, k).total
    reached = zone_sums(served.astype(np.float64), where, k).total
    each = [
        {"边缘": f"边缘不全：图层在界外不足 {ELDERLY_REACH:g} m"} if short else {}
        for short in zones.incomplete("elderly_care", ELDERLY_REACH).tolist()
    ]
    whole = np.where(everyone > 0, everyone, np.nan)
    return zones.results(reached, whole, {"覆盖": f"直线 {ELDERLY_REACH:g} m"}, each)


def _inconvenient(zones: Zones) -> list[Gap]:
    centres = people_centres(zones)
    reached, _, _ = _by_kind(zones, centres)
    lacking = [
        "、".join(k for k, there in zip(CONVENIENCES, row, strict=True) if not there)
        for row in reached.T.tolist()
    ]
    served = reached.all(axis=0)
    return unserved_places(zones, zones.geometry("communities"), centres, served, "convenience", lacking)


@over_zones(
    "convenient_communities@1",
    "个",
    "个",
    ("communities", "population", "convenience", "walk_ways"),
    "六类便民设施（菜市场、超市、药店、快递、理发、早餐）都在步行 800 m 以内的社区 ÷ 社区；沿路网量，自社区人口重心起。",
    gaps=_inconvenient,
)
def convenient_communities(zones: Zones) -> dict[str, Computed]:
    """Count communities that reach every listed kind within 800 m on foot from where their people are (LC01)."""
    k, centres = len(zones.codes), people_centres(zones)
    where = zone_of(centres, zones.outlines)
    on_foot, straight, apart = _reached(zones, centres)
    everyone, served, drawn, alone = (
        zone_sums(flags.astype(np.float64), where, k).total
        for flags in (np.ones(len(centres)), on_foot, straight, apart)
    )
    each = [
        {
            "直线距离": f"{100.0 * d / e:.1f} %（{d:.0f} 个 ÷ {e:.0f} 个），与路网并列，不作采用值"
            if e
            else "没有社区",
            **({"未接入路网": f"{a:.0f} 个，距道路 500 m 以外，计入分母"} if a else {}),
            **({"边缘": f"边缘不全：图层在界外不足 {CONVENIENCE_REACH:g} m"} if short else {}),
        }
        for d, e, a, short in zip(
            drawn.tolist(),
            everyone.tolist(),
            alone.tolist(),
            zones.incomplete("convenience", CONVENIENCE_REACH).tolist(),
            strict=True,
        )
    ]
    whole = np.where(everyone > 0, everyone, np.nan)
    return zones.results(served, whole, {"覆盖": f"路网 {CONVENIENCE_REACH:g} m，六类齐全"}, each)


def _reached(zones: Zones, centres: Floats) -> tuple[Flags, Flags, Flags]:
    """Tell which places reach every kind on foot, which in a straight line, and which are not on the network."""
    on_foot, straight, apart = _by_kind(zones, centres)
    return np.all(on_foot, axis=0), np.all(straight, axis=0), apart


def _by_kind(zones: Zones, centres: Floats) -> tuple[Flags, Flags, Flags]:
    """Tell of each kind and place whether it is reached on foot and in a straight line, shape (kinds, n); and who is apart."""
    graph = zones.material.graph()
    if graph is None:
        raise LookupError("walk_ways")
    # Numba takes half a second to import: only where a network is there.
    from tijian.engine.compute.geo.reach import nearest
    from tijian.engine.compute.geo.snap import snap

    kinds = np.array([str(cell) for cell in zones.layers["convenience"].fields[KIND]], dtype=object)
    geometry = zones.geometry("convenience")
    origins = snap(graph.network, centres)
    on_foot, straight = (np.zeros((len(CONVENIENCES), len(centres)), dtype=np.bool_) for _ in range(2))
    for k, kind in enumerate(CONVENIENCES):
        own = geometry[kinds == kind]
        straight[k] = within(centres, own, np.full(len(own), CONVENIENCE_REACH))
        on_foot[k] = ~np.isnan(
            nearest(graph, origins, snap(graph.network, doors(own)), CONVENIENCE_REACH).cost
        )
    return on_foot, straight, origins.unconnected


def people_centres(zones: Zones) -> Floats:
    """Give where the people of each community are on average, shape (n, 2); its middle where nobody is counted."""
    people = np.nan_to_num(zones.numbers(POPULATION, PEOPLE))
    return weighted_centres(zones.geometry("communities"), zones.centres(POPULATION), people)
