"""The shipped story: strong enough to be seen, and seen for what it is."""

import pytest

from tijian.engine.exam.run import run

DISEASES = {
    ("停车难", "210103"): (2019, 2022),
    ("供热不足", "210105"): (2019, 2022),
    ("供热不足", "210104"): (2019, 2022),
    ("管网老化漏损", "210104"): (2019, None),
    ("管网老化漏损", "210106"): (2019, None),
    ("交通拥堵", "210102"): (2019, None),
    ("交通拥堵", "210103"): (2019, None),
    ("内涝", "210106"): (2019, 2023),
    ("内涝", "210114"): (2019, 2023),
    ("绿地不足或不均", "210114"): (2019, None),
    ("绿地不足或不均", "210111"): (2019, None),
    ("公共服务不均", "210111"): (2019, 2023),
    ("公共服务不均", "210113"): (2019, 2023),
    ("活力与人口流失", "210104"): (2019, None),
}


@pytest.fixture(scope="module")
def examined(sick, inputs_of):
    inputs = inputs_of(sick)
    return {year: run(inputs, year) for year in (2019, 2022, 2023)}


def candidates(results):
    return {(c.disease.name, c.area) for c in results.candidates}


def test_the_first_year_shows_poor_grades_in_most_dimensions(examined):
    rows = examined[2019].rows
    poor = [
        row.indicator.dimension
        for (_, area, year), row in rows.items()
        if year == 2019 and area != "210100" and row.verdict.grade == "差"
    ]
    assert len(poor) >= 25
    assert len(set(poor)) >= 5


def test_every_planted_disease_is_proposed_and_healed_ones_are_gone(examined):
    assert len({name for name, _ in DISEASES}) == 8
    assert set(DISEASES) <= candidates(examined[2019])
    for year in (2022, 2023):
        found = candidates(examined[year])
        for disease, (_, healed) in DISEASES.items():
            if healed is not None and year >= healed and disease != ("供热不足", "210105"):
                assert disease not in found, (year, disease)
    assert ("供热不足", "210105") not in candidates(examined[2022])
    assert ("供热不足", "210105") in candidates(examined[2023])


def test_the_measure_without_effect_leaves_the_disease(examined):
    for area in ("210104", "210106"):
        assert ("管网老化漏损", area) in candidates(examined[2023])


def test_dissatisfaction_without_illness_is_a_gap_and_no_disease(examined):
    gaps = {(f.indicator, f.area) for f in examined[2022].findings if f.rule == "gap"}
    assert ("N-WS3", "210112") in gaps
    assert not {name for name, area in candidates(examined[2022]) if area == "210112"}


def test_without_the_story_no_district_is_poor(twin, inputs_of):
    results = run(inputs_of(twin), 2019)
    assert not [k for k, row in results.rows.items() if row.verdict.grade == "差"]
