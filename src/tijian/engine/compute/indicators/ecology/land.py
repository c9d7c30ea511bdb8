"""区域开发强度, 城市人口密度 and 城市蓝绿空间占比 from outlines and layers."""

from __future__ import annotations

import numpy as np
import shapely

from tijian.engine.compute.geo.overlay import blue_green, zone_of, zone_sums
from tijian.engine.compute.registry import Computed
from tijian.engine.compute.zonal import M2_PER_KM2, over_zones
from tijian.engine.compute.zones import PEOPLE, Zones


@over_zones("development_intensity@1", "km2", "km2", ("built_area",), "建成区面积 ÷ 行政区面积。")
def development_intensity(zones: Zones) -> dict[str, Computed]:
    """Measure the built-up part of each area ÷ the area (EL01)."""
    built = shapely.area(zones.built()) / M2_PER_KM2
    return zones.results(built, shapely.area(zones.outlines) / M2_PER_KM2, {})


@over_zones(
    "built_population_density@1",
    "人",
    "km2",
    ("population", "built_area"),
    "建成区内的人口 ÷ 建成区面积；格网按中心计。",
)
def built_population_density(zones: Zones) -> dict[str, Computed]:
    """Sum the people whose cell has its centre in the built-up area ÷ its km² (EL02)."""
    built = zones.built()
    where = zone_of(zones.centres("population"), built)
    found = zone_sums(zones.numbers("population", PEOPLE), where, len(built))
    area = shapely.area(built) / M2_PER_KM2
    each = [{"人口不明": f"{n} 处"} if n else {} for n in found.unknown.tolist()]
    return zones.results(found.total, np.where(area > 0, area, np.nan), {"人口": "按格网中心或点位"}, each)


@over_zones(
    "blue_green_share@1",
    "km2",
    "km2",
    ("water", "green", "built_area"),
    "建成区内水域与绿地面积之和 ÷ 建成区面积；重叠处先计水域，不重复计算。",
)
def blue_green_share(zones: Zones) -> dict[str, Computed]:
    """Unite water and green within the built-up area ÷ its km²; a pond in a park is water (EL03)."""
    found = blue_green(zones.built(), zones.geometry("water"), zones.geometry("green"))
    each = [
        {"水域": f"{w / M2_PER_KM2:.4f} km²", "水域以外的绿地": f"{g / M2_PER_KM2:.4f} km²"}
        for w, g in zip(found.water.tolist(), found.green.tolist(), strict=True)
    ]
    ratio = found.ratio
    return zones.results(ratio.part / M2_PER_KM2, ratio.whole / M2_PER_KM2, {}, each)
