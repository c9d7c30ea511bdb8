"""城市道路网密度 from a road layer and the outline of the built-up area."""

from __future__ import annotations

import numpy as np
import shapely

from tijian.engine.compute.geo.measure import clipped_length
from tijian.engine.compute.registry import Computed, Material, indicator
from tijian.engine.kernel.missing import Status

M_PER_KM, M2_PER_KM2 = 1000.0, 1_000_000.0


@indicator(
    "road_density@1",
    numerator_unit="km",
    denominator_unit="km2",
    needs=("roads", "built_area"),
    meaning="建成区范围内道路中心线长度 ÷ 建成区面积；道路按区界和建成区界裁剪，界外不计。",
)
def road_density(material: Material) -> dict[str, Computed]:
    """Measure centre lines clipped to each area's built-up outline.

    Lines: metres in the projected system, shape (n,). Outlines: the built-up polygons cut by the
    area's boundary, so that no road counts twice and none outside counts at all.
    Source: numerator and denominator as in GB/T 51328-2018 (待核).
    """
    roads, built = material.layer("roads"), material.layer("built_area")
    whole = None if built is None else shapely.union_all(built.geometry)
    results: dict[str, Computed] = {}
    for code in material.codes():
        outline = material.outline(code)
        if roads is None or built is None or outline is None:
            results[code] = Computed(Status.NO_DATA, Status.NO_DATA, {"缺": "道路、建成区图层或边界"})
            continue
        inside = shapely.intersection(whole, outline)
        area = float(shapely.area(inside)) / M2_PER_KM2
        length = clipped_length(np.asarray(roads.geometry), inside) / M_PER_KM
        results[code] = Computed(
            length,
            area,
            {
                "道路图层": f"{roads.record.file}（sha256 {roads.record.sha256[:8]}）",
                "建成区图层": f"{built.record.file}（sha256 {built.record.sha256[:8]}）",
                "量算坐标系": roads.crs,
            },
        )
    return results
