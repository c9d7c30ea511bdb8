"""Facilities of everyday life within reach of people and homes, and sports ground per person."""

from __future__ import annotations

from tijian.engine.compute.zonal import Reach, land_within, people_within, per_person

KINDERGARTEN = Reach("kindergartens", 300.0)
PRIMARY, MIDDLE = Reach("primary_schools", 500.0), Reach("middle_schools", 1000.0)

kindergarten_people = people_within("kindergarten_people@1", KINDERGARTEN)
primary_people = people_within("primary_people@1", PRIMARY)
primary_land = land_within("primary_land@1", "residential", PRIMARY)
middle_people = people_within("middle_people@1", MIDDLE)
middle_land = land_within("middle_land@1", "residential", MIDDLE)
sports_per_person = per_person("sports_per_person@1", "sports_grounds")
