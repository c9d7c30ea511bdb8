"""Numbers of the variables, recomputed by hand, and that every number stands on its own."""

import pytest

from tijian.engine.catalogue.loading import load_city
from tijian.engine.exam.generate import generate
from tijian.engine.exam.generate.values import grown
from tijian.engine.kernel.faults import Refused


@pytest.fixture
def toy(make_toy, tmp_path, table):
    folder = make_toy()
    generate(load_city(folder), 7, tmp_path / "out")
    return {key: row["value"] for key, row in table(tmp_path / "out").items()}


@pytest.mark.parametrize(
    ("key", "text", "how"),
    [
        (("people", "S1", 2020), "9.09", "10 ÷ 1.1 = 9.0909"),
        (("people", "S1", 2021), "10.00", "base"),
        (("people", "S2", 2022), "11.00", "20 × 1.1 × 0.5"),
        (("served", "S1", 2020), "5.91", "9.09 × (0.8 − 0.15) = 5.9085, of the written 9.09"),
        (("served", "S3", 2022), "15.68", "16.50 × 0.95 = 15.675, half to even"),
        (("homes", "S1", 2022), "4950", "5.50 × 1000 × 0.9"),
        (("homes", "S1", 2020), "10100", "9.09 × 1000 ÷ 0.9"),
        (("clear_days", "D1", 2020), "190", "200 + 250 − 260"),
        (("clear_days", "D2", 2022), "205", "210 + 255 − 260"),
        (("clear_days", "C", 2022), "225", "230 + 255 − 260"),
        (("income", "C", 2020), "90.0", "100 × 0.9"),
        (("income", "C", 2022), "125.0", "100 × 1.25"),
        (("beds", "D1", 2022), "2022", "written out"),
    ],
)
def test_formulas(toy, key, text, how):
    assert toy[key] == text, how


def test_only_what_is_asked_at_a_level(toy):
    areas = {v: {a for name, a, _ in toy if name == v} for v in ("people", "clear_days", "income", "beds")}
    streets, districts = {"S1", "S2", "S3", "S4"}, {"D1", "D2"}
    assert areas == {
        "people": streets,
        "clear_days": {*streets, *districts, "C"},
        "income": {"C"},
        "beds": districts,
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"base": 10, "spread": "proportional", "follow": {2020: 50, 2021: 100, 2022: 120}},
            ["5", "10", "12"],
        ),
        ({"base": 10, "year_value": {2022: 99}, "noise_pct": 0}, ["10", "10", "99"]),
        ({"of": "people", "divide_by": {"base": 0.5}}, ["18", "20", "11"]),
        ({"of": "people", "ratio": 1, "step": -0.9, "floor": 0.2}, ["17", "10", "1"]),
        ({"of": "people", "ratio": 1, "year_step": {2022: 1}, "year_factor": {2022: 2}}, ["9", "10", "22"]),
    ],
)
def test_other_forms(make_toy, tmp_path, table, settings, expected):
    variable = {"zh": "某", "unit": "万人", "aggregate": "sum", "decimals": 0}
    folder = make_toy(settings={"other": settings}, variables={"other": variable})
    generate(load_city(folder), 7, tmp_path / "out")
    rows = table(tmp_path / "out")
    assert [rows["other", "S1", y]["value"] for y in (2020, 2021, 2022)] == expected


def test_districts_keep_to_the_plausible_range_and_the_city_does_not(make_toy, tmp_path, table):
    variable = {"zh": "某", "unit": "天", "aggregate": "own", "decimals": 0, "range": {"min": 5, "max": 9}}
    settings = {"base": [1, 6, 7, 8, 9, 10], "city": 50}
    folder = make_toy(settings={"other": settings}, variables={"other": variable})
    generate(load_city(folder), 7, tmp_path / "out")
    rows = table(tmp_path / "out")
    assert [rows["other", a, 2021]["value"] for a in ("D1", "D2", "S4", "C")] == ["5", "6", "9", "50"]


def test_extra_years_are_written_for_that_variable_only(twin, table):
    rows = table(twin)
    assert {y for v, _, y in rows if v == "nonpublic"} == {2017, *range(2018, 2024)}
    assert min(y for v, _, y in rows if v == "resident_pop") == 2018


def test_noise_has_the_size_that_is_set(make_toy, tmp_path, table):
    # 1 % of 4 areas × 3 years × 40 seeds: the standard deviation is known to about 5 %.
    folder = make_toy()
    city = load_city(folder)
    off = []
    for seed in range(40):
        generate(city, seed, tmp_path / str(seed))
        rows = table(tmp_path / str(seed))
        off += [
            float(rows["built_area", c, y]["value"]) / (12 * 1.02 ** (y - 2021)) - 1
            for c in ("S1", "S2", "S3", "S4")
            for y in (2020, 2021, 2022)
        ]
    assert abs(sum(off) / len(off)) < 0.002
    assert (sum(x * x for x in off) / len(off)) ** 0.5 == pytest.approx(0.01, rel=0.12)


def test_a_variable_or_year_more_changes_no_other_number(make_toy, tmp_path, table, write_yaml):
    plain = make_toy("plain")
    variable = {"zh": "某", "unit": "万人", "aggregate": "sum", "decimals": 2}
    more = make_toy("more", settings={"aaa": {"base": 3, "noise_pct": 5}}, variables={"aaa": variable})
    city = (more / "city.yaml").read_text(encoding="utf-8")
    (more / "city.yaml").write_text(city.replace("last: 2022", "last: 2023"), encoding="utf-8")
    for extra in ("clear_days", "income", "beds"):
        _extend(more / "generator.yaml", extra, write_yaml)
    generate(load_city(plain), 7, tmp_path / "a")
    generate(load_city(more), 7, tmp_path / "b")
    before, after = table(tmp_path / "a"), table(tmp_path / "b")
    assert {k: after[k] for k in before} == before
    assert len(after) > len(before)


def _extend(path, name, write_yaml):
    import yaml

    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in ("follow", "year_index", "table"):
        series = document["variables"][name].get(key)
        if series:
            series[2023] = series[2022]
    write_yaml(path, document)


def test_growth_needs_no_mathematical_library():
    assert grown(10, 2) == 1.1 * 1.1
    assert grown(10, -1) == 1 / 1.1
    assert grown(5, 0) == 1.0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"people": {"base": [1, 2]}}, ["people.base", "6 个数"]),
        ({"people": {"base": {"老区": 1}}}, ["people.base", "没有区类"]),
        ({"served": {"of": "nobody", "ratio": 1}}, ["served.of", "nobody"]),
        ({"people": {"of": "served", "ratio": 1}}, ["不绕圈"]),
        ({"clear_days": {"base": 200}}, ["clear_days", "city"]),
        ({"income": {"base": 3}}, ["income", "city"]),
        ({"beds": {"table": {2021: [1, 2, 0, 0, 0, 0]}}}, ["beds.table", "2020、2022"]),
        ({"people": {"base": 1, "cap": 1}}, ["people", "cap 配 ratio"]),
        ({"people": {"bas": 1}}, ["bas"]),
    ],
)
def test_settings_that_do_not_fit_are_named(make_toy, tmp_path, settings, words):
    folder = make_toy(settings=settings)
    with pytest.raises(Refused) as refused:
        generate(load_city(folder), 7, tmp_path / "out")
    for word in words:
        assert word in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_variable_without_settings_is_named(make_toy, tmp_path):
    variable = {"zh": "井盖数", "unit": "个", "aggregate": "sum", "decimals": 0}
    folder = make_toy(variables={"covers": variable, "lids": variable})
    with pytest.raises(Refused) as refused:
        generate(load_city(folder), 7, tmp_path / "out")
    assert [f.code for f in refused.value.faults] == ["generator.variable"] * 2
    assert "covers" in str(refused.value)


def test_an_area_that_is_asked_must_be_listed(make_toy, tmp_path):
    folder = make_toy(order=["D1", "D2", "S1", "S2", "S3", "X9"])
    with pytest.raises(Refused) as refused:
        generate(load_city(folder), 7, tmp_path / "out")
    assert "X9" in str(refused.value)
