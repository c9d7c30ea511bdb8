"""The thirty cases of tests/data/disease_cases.yaml, over the healthy figures of the generator."""

from pathlib import Path

import pytest
import yaml

from tijian.engine.grade.diagnosis import diagnose

CASES = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "data" / "disease_cases.yaml").read_text(encoding="utf-8")
)


def name(case):
    return f"{case['disease']}-{'yes' if case['expect'] else 'no'}"


def test_there_are_two_cases_of_every_disease(shenyang):
    assert len(CASES) == 30
    assert sorted(name(c) for c in CASES) == sorted(
        f"{d.id}-{w}" for d in shenyang.diseases for w in ("yes", "no")
    )


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022, 2023])
def test_the_healthy_city_has_no_disease(healthy, shenyang, year):
    found = diagnose(healthy.facts(year), shenyang.diseases)
    assert [(c.disease.id, c.area, c.necessary.words) for c in found] == []


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_case_is_proposed_or_not(healthy, shenyang, case):
    found = diagnose(healthy.facts(case["year"], case), shenyang.diseases)
    here = [c for c in found if (c.disease.id, c.area) == (case["disease"], case["area"])]
    assert bool(here) is case["expect"], here


@pytest.mark.parametrize("case", [c for c in CASES if "cause_first" in c], ids=name)
def test_the_cause_that_should_stand_first_has_evidence(healthy, shenyang, case):
    found = diagnose(healthy.facts(case["year"], case), shenyang.diseases)
    (here,) = [c for c in found if (c.disease.id, c.area) == (case["disease"], case["area"])]
    assert here.first_cause == case["cause_first"], [
        (r.cause.name, len(r.seen_for), len(r.seen_against)) for r in here.causes
    ]


def proposed(healthy, shenyang, disease, area, year=2022, **case):
    found = diagnose(healthy.facts(year, {"area": area, **case}), shenyang.diseases)
    return (disease, area) in {(c.disease.id, c.area) for c in found}


@pytest.mark.parametrize(
    ("series", "score", "expected"),
    [
        ([0.32, 0.32, 0.24], 43, True), ([0.32, 0.32, 0.24], 50, False),
        ([0.32, 0.32, 0.32], 43, True), ([0.32, 0.32, 0.32], 65, False),
    ],
)  # fmt: skip
def test_fair_parking_with_dissatisfaction_is_proposed(healthy, shenyang, series, score, expected):
    case = {"series": {"N-PK2": series}, "survey": {"Q13": score}}
    assert proposed(healthy, shenyang, "parking_shortage", "210104", **case) is expected


@pytest.mark.parametrize(
    ("series", "score", "expected"),
    [
        ([100, 100, 50], 54, True), ([100, 100, 50], 55, False),  # one section of two, with and without the people
        ([100, 100, 100], 45, False), ([50, 50, 50], 45, False),  # no step
        ([50, 50, 100], 45, False),
    ],
)  # fmt: skip
def test_one_section_lost_is_proposed_where_people_say_so(healthy, shenyang, series, score, expected):
    case = {"series": {"EL05": series}, "survey": {"Q03": score}}
    assert proposed(healthy, shenyang, "black_odorous_water", "210104", **case) is expected


def test_dissatisfaction_that_makes_a_candidate_does_so_for_every_grade_above_poor(shenyang):
    beside = [
        (d.id, p.while_.grade)
        for d in shenyang.diseases
        for p in d.necessary.any or ()
        if p.while_ is not None and "良" in p.while_.grade
    ]
    assert len({d for d, _ in beside}) == 6
    assert {grade for _, grade in beside} == {("优", "良", "中")}
