"""积水内涝点密度, 医院 4 km 覆盖率, 人均避难场所 and its coverage."""

from __future__ import annotations

from tijian.engine.compute.zonal import Reach, count_in_built, land_within, people_within, per_person

HOSPITALS = Reach("hospitals", 4000.0)

waterlogging_density = count_in_built("waterlogging_density@1", "waterlogging", "个")
hospital_land = land_within("hospital_coverage@1", "construction_land", HOSPITALS)
shelter_per_person = per_person("shelter_per_person@1", "shelters")
shelter_people = people_within("shelter_people@1", Reach("shelters", 1000.0))
