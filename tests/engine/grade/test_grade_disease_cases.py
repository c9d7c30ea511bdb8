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
