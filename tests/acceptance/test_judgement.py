"""One value, two criteria: what the demo city shows of old and new districts, from the files alone."""

import pytest
from acceptance_setting import TEMPLATE
from oracle_compare import read_values
from oracle_grades import by_cuts, cut_points, exact, rounded, version_of

from tijian.shells.cli.main import run as command_line

OLD, NEW, MIXED = "210103", "210112", "210106"  # 沈河, 浑南, 铁西
YEAR = 2019
RANK = {g: i for i, g in enumerate(("优", "良", "中", "差"))}


@pytest.fixture(scope="module")
def values(examined):
    return read_values(examined("story", YEAR))


@pytest.fixture(scope="module")
def cuts(oracle):
    """Give the cut points of an area by its criterion, or None."""

    def give(key, area):
        _, judgement = oracle("story").judgement(key, area, YEAR)
        if judgement is None or judgement["judge"] != "cut":
            return None
        decimals = oracle("story").files.indicators[key]["decimals"]
        return cut_points(judgement, oracle("story").shares(key, area), decimals)

    return give


def regraded(key, values, cuts, direction):
    """Give the grade of 沈河's value by its own criterion and by 浑南's."""
    value = values.loc[(key, OLD), "value"]
    points = cuts(key, OLD), cuts(key, NEW)
    if not value or None in points:
        return None
    return tuple(by_cuts(exact(value), p, direction) for p in points)


def test_six_indicators_would_get_another_grade_in_a_new_district(values, cuts, oracle):
    moved = {}
    for key, indicator in oracle("story").files.indicators.items():
        pair = regraded(key, values, cuts, indicator["direction"])
        if pair is not None and pair[0] != pair[1]:
            assert pair[0] == values.loc[(key, OLD), "grade"]
            moved[key] = pair
    assert len(moved) >= 6, moved


def contrasts(values):
    """List the indicators in which 沈河 is 良 and 浑南 中."""
    grades = values["grade"].unstack()
    return [key for key, row in grades.iterrows() if (row[OLD], row[NEW]) == ("良", "中")]


def test_the_contrasts_of_good_and_fair_are_judged_by_one_criterion_and_two_types(values):
    found = contrasts(values)
    assert "TC02" in found
    for key in found:
        old, new = values.loc[(key, OLD)], values.loc[(key, NEW)]
        assert (old["area_type"], new["area_type"]) == ("老区", "新区")
        assert old["criterion"] == new["criterion"] != ""


def test_in_one_contrast_nothing_but_the_criteria_separates_the_districts(values, cuts, oracle):
    """Both figures are 良 for an old district and 中 for a new one."""
    alone = []
    for key in contrasts(values):
        direction = oracle("story").files.indicators[key]["direction"]
        if cuts(key, OLD) is None:
            continue  # judged by its own past
        old, new = (exact(values.loc[(key, area), "value"]) for area in (OLD, NEW))
        swapped = by_cuts(old, cuts(key, NEW), direction), by_cuts(new, cuts(key, OLD), direction)
        if swapped == ("中", "良"):
            alone.append(key)
    assert alone, contrasts(values)


def written(points, direction):
    sign = "≥" if direction == "higher" else "≤"
    return [f"{g}{sign}{p.normalize():f}" for g, p in zip(RANK, points, strict=False)]


def test_the_mixed_district_is_explained_with_both_sets_and_their_mean(city, oracle, cuts, capsys):
    assert command_line(["explain", "TC02", MIXED, str(YEAR), "--data", str(city("story"))]) == 0
    text = capsys.readouterr().out
    judgement = version_of(oracle("story").files.criteria["TC02"], YEAR)["levels"]["district"]
    shares = oracle("story").shares("TC02", MIXED)
    assert len(shares) == 2
    for name, share in shares.items():
        assert f"{name} {share:g}" in text
        for words in written([exact(p) for p in judgement["cuts"][name]], "higher"):
            assert words in text
    mean = [
        rounded(sum(exact(s) * exact(judgement["cuts"][t][k]) for t, s in shares.items()), 2)
        for k in range(3)
    ]
    assert mean == cuts("TC02", MIXED)
    for words in written(mean, "higher"):
        assert words in text


def test_explanations_of_two_districts_name_two_criteria(city, capsys, values, cuts):
    for area in (OLD, NEW):
        assert command_line(["explain", "TC02", area, str(YEAR), "--data", str(city("story"))]) == 0
        text = capsys.readouterr().out
        kind = values.loc[("TC02", area), "area_type"]
        for words in written(cuts("TC02", area), "higher"):
            assert words in text
        assert kind in text
        assert values.loc[("TC02", area), "grade"] in text


def test_the_template_holds_both_kinds_of_district(oracle):
    assert TEMPLATE.is_dir()
    kinds = {
        code: max(a["types"]["城区类型"], key=a["types"]["城区类型"].get)
        for code, a in oracle("story").files.areas.items()
    }
    assert (kinds[OLD], kinds[NEW]) == ("老区", "新区")
