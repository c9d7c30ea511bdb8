"""公交站点 300 m and 500 m 覆盖率: people by cells, and the built-up land."""

from __future__ import annotations

from tijian.engine.compute.zonal import Reach, land_within, people_within

STOPS_300, STOPS_500 = Reach("bus_stops", 300.0), Reach("bus_stops", 500.0)

stop_people_300 = people_within("stop_people_300@1", STOPS_300, built=True)
stop_people_500 = people_within("stop_people_500@1", STOPS_500, built=True)
stop_land_300 = land_within("stop_land_300@1", "built_area", STOPS_300)
stop_land_500 = land_within("stop_land_500@1", "built_area", STOPS_500)
