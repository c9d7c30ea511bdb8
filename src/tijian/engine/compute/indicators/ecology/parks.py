"""公园绿地服务半径覆盖率, of residential land and of people.

Radii by size as in the list of 2021 (待核): parks of 5,000 m² and more 500 m, of 2,000 m² and more 300 m.
"""

from __future__ import annotations

from tijian.engine.compute.zonal import Reach, land_within, people_within

PARKS = Reach("parks", classes=((5000.0, 500.0), (2000.0, 300.0)))

park_land = land_within("park_coverage@1", "residential", PARKS)
park_people = people_within("park_people@1", PARKS, built=True)
