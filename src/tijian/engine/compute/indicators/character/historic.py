"""城市历史建筑平均密度 from the points of the list."""

from __future__ import annotations

from tijian.engine.compute.zonal import count_in_built

historic_density = count_in_built("historic_density@1", "historic_buildings", "处")
