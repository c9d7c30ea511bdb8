"""An indicator against its own past."""

from decimal import Decimal

import pytest
from fake_facts import OWN, criterion, cut, indicator, run_of

from tijian.engine.catalogue.city import OwnTrendRule
from tijian.engine.catalogue.definition import Checks, Step
from tijian.engine.grade.cutpoints import CutSet
from tijian.engine.grade.trend import own_trend, running_worse, size, worsening

D = Decimal
ABS5, REL5 = Step(abs=5.0), Step(rel=0.05)
WITHIN5, WITHIN5PC = (Checks(min=0, max=120, jump=step, worsen2=step) for step in (ABS5, REL5))
HIGHER = worsening(indicator(), criterion(), None)
LOWER = worsening(indicator(direction="lower"), criterion(), None)


@pytest.mark.parametrize(
    ("definition", "rule", "cuts", "a", "b", "by"),
    [
        (indicator(), criterion(), None, "8", "7.5", "0.5"),
        (indicator(), criterion(), None, "7.5", "8", "-0.5"),
        (indicator(direction="lower"), criterion(), None, "0.1", "0.3", "0.2"),
        (indicator(direction="range"), criterion(trend={"worse": "down"}), None, "110", "105", "5"),
        (indicator(direction="range"), criterion(trend={"worse": "up"}), None, "110", "105", "-5"),
        (indicator(), criterion(trend={"worse": "up"}), None, "8", "7.5", "-0.5"),
        (indicator(direction="pass"), criterion(trend={"worse": "up"}), None, "0", "1", "1"),
    ],
)
def test_by_how_much_the_second_value_is_worse(definition, rule, cuts, a, b, by):
    assert worsening(definition, rule, cuts)(D(a), D(b)) == D(by)


INSIDE = CutSet(((D("0.9"), D("1.4")), (D("0.8"), D("1.5")), (D("0.6"), D("1.8"))))


@pytest.mark.parametrize(
    ("a", "b", "by"),
    [("1.0", "1.3", "0"), ("1.3", "1.5", "0.1"), ("1.0", "0.7", "0.2"), ("0.7", "1.6", "0"), ("0.7", "1.7", "0.1"),
     ("1.7", "1.0", "-0.3"), ("0.9", "1.4", "0")],
)  # fmt: skip
def test_a_range_gets_worse_by_its_distance_to_the_innermost_interval(a, b, by):
    worse = worsening(indicator(direction="range"), cut((0.9, 1.4), (0.8, 1.5), (0.6, 1.8)), INSIDE)
    assert worse(D(a), D(b)) == D(by)


@pytest.mark.parametrize("direction", ["range", "pass"])
def test_where_nothing_says_which_way_is_worse_there_is_no_trend(direction):
    assert worsening(indicator(direction=direction), criterion(), None) is None


@pytest.mark.parametrize(
    ("step", "base", "amount"),
    [
        (Step(abs=2.5), "100", "2.5"),
        (Step(rel=0.1), "80", "8.0"),
        (Step(rel=0.1), "-80", "8.0"),
        (Step(rel=0.05), "0", "0"),
    ],
)
def test_a_step_in_the_unit_of_the_indicator(step, base, amount):
    assert size(step, D(base)) == D(amount)


@pytest.mark.parametrize(
    ("values", "years", "step", "change"),
    [
        (("90", "87", "85"), 2, ABS5, "5"),  # exactly the step
        (("90", "87", "85.1"), 2, ABS5, None),  # a tenth short of it
        (("90", "85", "85"), 2, ABS5, None),  # one year stood still
        (("90", "91", "80"), 2, ABS5, None),  # one year got better
        (("95", "90", "91", "80"), 2, ABS5, None),
        (("99", "90", "87", "85"), 2, ABS5, "5"),  # earlier years do not count
        (("90", "80"), 2, ABS5, None),  # too short
        (("90", "85"), 1, ABS5, "5"),
        (("90", "89", "88", "84"), 3, ABS5, "6"),
        (("100", "98", "95"), 2, REL5, "5"),  # 5 % of the first year
        (("100", "98", "95.1"), 2, REL5, None),
        (("200", "195", "191"), 2, REL5, None),
        (("-10", "-12", "-16"), 2, ABS5, "6"),
    ],
)
def test_getting_worse_year_after_year(values, years, step, change):
    run = running_worse(run_of(2021, *values), 2021, years, step, HIGHER)
    if change is None:
        assert run is None
        return
    assert run.change == D(change)
    assert run.years == tuple(range(2021 - years, 2022))
    assert run.change >= run.threshold


def test_a_missing_year_breaks_the_run():
    values = run_of(2021, "90", "80", "70")
    assert running_worse(values, 2021, 2, ABS5, HIGHER).change == 20
    for gap in (2019, 2020, 2021):
        assert running_worse({y: v for y, v in values.items() if y != gap}, 2021, 2, ABS5, HIGHER) is None


def test_the_same_run_the_other_way_round_is_no_worsening():
    assert running_worse(run_of(2021, "70", "80", "90"), 2021, 2, ABS5, HIGHER) is None
    assert running_worse(run_of(2021, "70", "80", "90"), 2021, 2, ABS5, LOWER).change == 20


@pytest.mark.parametrize(
    ("values", "grade", "base", "better"),
    [
        (("80", "80", "80", "82.5"), "良", "80", "2.5"),  # half of worsen2, exactly
        (("80", "80", "80", "82.4"), "中", "80", "2.4"),
        (("80", "80", "80", "80"), "中", "80", "0"),
        (("80", "80", "80", "70"), "中", "80", "-10"),  # one bad year is not two
        (("80", "80", "77", "75"), "差", "79", "-4"),  # worse two years running, 5 in all
        (("80", "80", "77", "75.1"), "中", "79", "-3.9"),
        (("80", "85", "80", "79"), "差", str((D(80) + 85 + 80) / 3), None),
        (("85", "80", "80", "75"), "中", str((D(85) + 80 + 80) / 3), None),  # stood still once
        (("60", "99", "80", "80", "82.5"), "中", str((D(99) + 80 + 80) / 3), None),  # only three years back
        (("80", "83"), "良", "80", "3"),  # one year before is enough
        (("80", "82"), "中", "80", "2"),
        (("80", "70"), "中", "80", "-10"),
        (("80", "77", "75"), "差", "78.5", "-3.5"),
    ],
)
def test_own_trend_by_hand(values, grade, base, better):
    found = own_trend(run_of(2021, *values), 2021, WITHIN5, OWN, HIGHER)
    assert (found.grade, found.base, found.needed) == (grade, D(base), D("2.5"))
    if better is not None:
        assert found.better == D(better)


def test_own_trend_against_a_share_of_the_mean():
    # mean 100, worsen2 5 %, half of it 2.5
    assert own_trend(run_of(2021, "90", "110", "102.5"), 2021, WITHIN5PC, OWN, HIGHER).grade == "良"
    assert own_trend(run_of(2021, "90", "110", "102.4"), 2021, WITHIN5PC, OWN, HIGHER).grade == "中"


@pytest.mark.parametrize(
    ("values", "grade", "needed", "limit"),
    [
        (("100", "100"), "良", "0", "100"),  # cannot get better
        (("100", "100", "100", "100"), "良", "0", "100"),
        (("98", "100"), "良", "2", "100"),  # two of the 2.5 there would have to be: reached
        (("98", "99.9"), "中", "2", "100"),
        (("97.5", "100"), "良", "2.5", None),  # just room enough: the ordinary rule
        (("97.4", "99.9"), "良", "2.5", None),
        (("100", "99.9"), "中", "0", "100"),
        (("100", "98", "95"), "差", "1", "100"),  # worse two years running comes before the bound
    ],
)
def test_what_is_near_the_best_there_can_be_has_only_to_reach_it(values, grade, needed, limit):
    checks = Checks(min=0, max=100, jump=ABS5, worsen2=ABS5)
    found = own_trend(run_of(2021, *values), 2021, checks, OWN, HIGHER)
    assert (found.grade, found.needed) == (grade, D(needed))
    assert found.limit == (None if limit is None else D(limit))
    mirrored = [str(100 - D(v)) for v in values]
    low = own_trend(run_of(2021, *mirrored), 2021, checks, OWN, LOWER)
    assert (low.grade, low.needed) == (grade, D(needed))
    assert low.limit == (None if limit is None else 100 - D(limit))


def test_own_trend_of_what_should_be_low():
    assert own_trend(run_of(2021, "10", "7.5"), 2021, WITHIN5, OWN, LOWER).grade == "良"
    assert own_trend(run_of(2021, "10", "12", "15"), 2021, WITHIN5, OWN, LOWER).grade == "差"


@pytest.mark.parametrize(
    ("values", "year"), [({}, 2021), (run_of(2021, "80"), 2021), (run_of(2020, "80", "81"), 2021), (run_of(2017, "80") | run_of(2021, "90"), 2021)]
)  # fmt: skip
def test_without_a_value_or_a_year_before_there_is_no_trend(values, year):
    assert own_trend(values, year, WITHIN5, OWN, HIGHER) is None


def test_a_gap_leaves_the_mean_of_the_years_that_are_there():
    values = run_of(2018, "80") | run_of(2021, "90", "87")
    found = own_trend(values, 2021, WITHIN5, OWN, HIGHER)
    assert found.base_years == (2018, 2020)
    assert found.base == 85
    assert found.grade == "中"


def test_the_rule_says_how_many_years_and_how_much():
    values = run_of(2021, "70", "80", "81")
    assert (
        own_trend(values, 2021, WITHIN5, OwnTrendRule(years=1, good_share=0.2, poor_years=2), HIGHER).grade
        == "良"
    )
    assert (
        own_trend(values, 2021, WITHIN5, OwnTrendRule(years=1, good_share=0.3, poor_years=2), HIGHER).grade
        == "中"
    )
    falling = run_of(2021, "80", "75")
    assert (
        own_trend(falling, 2021, WITHIN5, OwnTrendRule(years=3, good_share=0.5, poor_years=1), HIGHER).grade
        == "差"
    )
