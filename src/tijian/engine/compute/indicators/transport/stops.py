"""公交站点 300 m and 500 m 覆盖率: people by cells, and the built-up land; stops by headway and the people near them."""

from __future__ import annotations

import numpy as np

from tijian.engine.compute.geo.coverage import people_covered, within
from tijian.engine.compute.geo.overlay import Floats, zone_of, zone_sums
from tijian.engine.compute.registry import Computation, Computed
from tijian.engine.compute.zonal import Reach, covered, land_within, over_zones, people_within
from tijian.engine.compute.zones import PEOPLE, Zones

STOPS_300, STOPS_500 = Reach("bus_stops", 300.0), Reach("bus_stops", 500.0)

stop_people_300 = people_within("stop_people_300@1", STOPS_300, built=True)
stop_people_500 = people_within("stop_people_500@1", STOPS_500, built=True)
stop_land_300 = land_within("stop_land_300@1", "built_area", STOPS_300)
stop_land_500 = land_within("stop_land_500@1", "built_area", STOPS_500)


HEADWAY = "headway"  # minutes of the window ÷ departures in the better direction; empty where nothing runs


def _frequent(zones: Zones, minutes: float) -> Floats:
    """Tell which stops are served at least so often; one without service is not."""
    with np.errstate(invalid="ignore"):
        return (zones.numbers("bus_stops", HEADWAY) <= minutes).astype(np.float64)


def stops_by_headway(name: str, minutes: float) -> Computation:
    """Declare the share of stops served every so many minutes; a stop without service stays in the denominator."""

    def run(zones: Zones) -> dict[str, Computed]:
        where, k = zone_of(zones.centres("bus_stops"), zones.outlines), len(zones.codes)
        frequent = zone_sums(_frequent(zones, minutes), where, k).total
        every = zone_sums(np.ones(len(where)), where, k).total
        whole = np.where(every > 0, every, np.nan)
        return zones.results(frequent, whole, {"班次": f"间隔 ≤ {minutes:g} min"})

    meaning = f"时段内平均间隔不超过 {minutes:g} min 的站点 ÷ 站点；没有班次的站点留在分母。"
    return over_zones(name, "个", "个", ("bus_stops",), meaning)(run)


def people_by_headway(name: str, minutes: float) -> Computation:
    """Declare the share of people within 500 m of a stop served every so many minutes."""
    reach = Reach("bus_stops", 500.0)

    def run(zones: Zones) -> dict[str, Computed]:
        frequent = _frequent(zones, minutes) > 0
        points, people = zones.centres("population"), zones.numbers("population", PEOPLE)
        served = within(points, zones.geometry("bus_stops")[frequent], reach.radii(zones)[frequent])
        incomplete = zones.incomplete("bus_stops", reach.longest)
        found = people_covered(people, served, zone_of(points, zones.outlines), incomplete)
        return covered(zones, found, reach, 1.0)

    meaning = f"间隔不超过 {minutes:g} min 的站点 500 m 范围内的人口 ÷ 人口；直线距离。"
    return over_zones(name, "人", "人", ("population", "bus_stops"), meaning)(run)


headway_stops_20 = stops_by_headway("headway_stops_20@1", 20.0)
headway_stops_30 = stops_by_headway("headway_stops_30@1", 30.0)
headway_people_20 = people_by_headway("headway_people_20@1", 20.0)
headway_people_30 = people_by_headway("headway_people_30@1", 30.0)
