"""社区养老服务设施覆盖率: communities with an operating facility near them."""

from __future__ import annotations

import numpy as np

from tijian.engine.compute.geo.coverage import within
from tijian.engine.compute.geo.overlay import zone_of, zone_sums
from tijian.engine.compute.registry import Computed
from tijian.engine.compute.zonal import over_zones
from tijian.engine.compute.zones import Zones

ELDERLY_REACH = 500.0


@over_zones(
    "elderly_communities@1",
    "个",
    "个",
    ("communities", "elderly_care"),
    "直线 500 m 内有在运营养老设施的社区 ÷ 社区；社区按中心所在的区计。",
)
def elderly_communities(zones: Zones) -> dict[str, Computed]:
    """Count communities whose centre has a facility within 500 m ÷ communities (LC02)."""
    centres, k = zones.centres("communities"), len(zones.codes)
    facilities = zones.geometry("elderly_care")
    served = within(centres, facilities, np.full(len(facilities), ELDERLY_REACH))
    where = zone_of(centres, zones.outlines)
    everyone = zone_sums(np.ones(len(centres)), where, k).total
    reached = zone_sums(served.astype(np.float64), where, k).total
    each = [
        {"边缘": f"边缘不全：图层在界外不足 {ELDERLY_REACH:g} m"} if short else {}
        for short in zones.incomplete("elderly_care", ELDERLY_REACH).tolist()
    ]
    whole = np.where(everyone > 0, everyone, np.nan)
    return zones.results(reached, whole, {"覆盖": f"直线 {ELDERLY_REACH:g} m"}, each)
