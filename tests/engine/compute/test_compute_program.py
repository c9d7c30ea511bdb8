"""Smallest bad catalogues, each with the words its message must contain; and good ones made ready to run."""

import copy

import pytest
import yaml

from tijian.engine.catalogue.systems import load_catalogue
from tijian.engine.compute.program import compile_catalogue, reported
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.missing import Status

SYSTEM = {
    "id": "s-1", "title": {"zh": "试"}, "year": 2019, "issuer": "a", "document": "b", "origin": "国家",
    "status": "draft", "mark": "示例/待核", "dimensions": [{"id": "D", "zh": "维", "short": "维"}],
}  # fmt: skip


def variable(unit="km", **more):
    return {"zh": "变量", "unit": unit, "aggregate": "sum", "kind": "存量", "decimals": 1} | more


def indicator(name, formula="road / built", **more):
    base = {
        "id": name, "revision": 1, "name": {"zh": name}, "dimension": "维", "meaning": "意思。", "concepts": ["绿色"],
        "kind": "导向", "unit": "km/km2", "decimals": 2, "direction": "higher", "scales": ["city", "district"],
        "period": {"type": "calendar_year"}, "methods": ["部门提报"], "secrecy": "公开",
        "inputs": {"road": {"unit": "km", "zh": "路"}, "built": {"unit": "km2", "zh": "建成区"}},
        "formula": formula, "aggregate": "own",
        "checks": {"min": 0, "max": 9, "jump": {"rel": 0.1}, "worsen2": {"rel": 0.05}},
    }  # fmt: skip
    return copy.deepcopy(base) | more


VARIABLES = {"road": variable("km"), "built": variable("km2"), "aqi": variable("-", period="day")}


@pytest.fixture
def catalogue(tmp_path):
    def write(*indicators, variables=VARIABLES):
        folder = tmp_path / "s-1"
        (folder / "indicators").mkdir(parents=True)
        (folder / "system.yaml").write_text(yaml.safe_dump(SYSTEM, allow_unicode=True), encoding="utf-8")
        (folder / "variables.yaml").write_text(
            yaml.safe_dump(variables, allow_unicode=True), encoding="utf-8"
        )
        for one in indicators:
            path = folder / "indicators" / f"{one['id']}.yaml"
            path.write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
        return load_catalogue([folder])

    return write


@pytest.fixture
def only_fault(catalogue):
    def refused(*indicators, variables=VARIABLES):
        with pytest.raises(Refused) as refused:
            compile_catalogue(catalogue(*indicators, variables=variables))
        assert len(refused.value.faults) == 1, str(refused.value)
        return refused.value.faults[0]

    return refused


def inputs(**units):
    return {name: {"unit": unit, "zh": name} for name, unit in units.items()}


ALL = inputs(road="km", built="km2", aqi="-")

BAD = {
    "unknown input": (
        indicator("X1", "road / lake", inputs=inputs(road="km", lake="km2")),
        "input.unknown", "inputs.lake", "lake", ["variables.yaml 中的变量", "请先定义它"],
    ),
    "unknown indicator as input": (
        indicator("X1", "other", inputs={"other": {"unit": "km/km2", "zh": "另", "indicator": "X9"}}),
        "input.unknown", "inputs.other", "X9", ["指标 X9"],
    ),
    "unit of the indicator": (
        indicator("X1", unit="km/亩"), "unit.unknown", "unit", "km/亩", ["不认识“亩”", "formats.md"],
    ),
    "unit of an input": (
        indicator("X1", inputs=inputs(road="公里", built="km2")),
        "unit.unknown", "inputs.road.unit", "公里", ["不认识“公里”"],
    ),
    "unit of an input of another kind": (
        indicator("X1", inputs=inputs(road="km2", built="km2")),
        "input.unit", "inputs.road.unit", "km2", ["与变量单位 km 同一量纲", "可以换算"],
    ),
    "unit of the result": (
        indicator("X1", unit="人/km2"), "formula.result", "formula", "人/km2（公式：road / built）",
        ["km/km2", "公式的量纲与 unit 不符"],
    ),
    "kilometres and square kilometres": (
        indicator("X1", "road + built"), "formula.unit", "formula",
        "road + built（公式：road + built）", ["左边是 km，右边是 km2", "不能相加减"],
    ),
    "a variable not among the inputs": (
        indicator("X1", "road / pop"), "formula.variable", "formula", "pop（公式：road / pop）", ["inputs 中列出的变量"],
    ),
    "a scale constant": (
        indicator("X1", "road / built * 100"), "formula.scale", "formula", "100（公式：road / built * 100）",
        ["不写比例常数", "万由单位换算"],
    ),
    "an unreadable formula": (
        indicator("X1", "road ** built"), "formula.operand", "formula", "*（公式：road ** built）", ["一个数、变量或函数"],
    ),
    "a function of the formula": (
        indicator("X1", "sqrt(road)"), "formula.function", "formula", "sqrt（公式：sqrt(road)）",
        ["min、max、if、prev、count、sum、mean"],
    ),
    "a computation that is not registered": (
        indicator("X1", methods=["部门提报", "第三方计算"], compute="road_density@2"),
        "compute.unknown", "compute", "road_density@2", ["road_density@1", "survey_score@1", "先登记"],
    ),
    "a variable by the day read as one of the year": (
        indicator("X1", "aqi", inputs=inputs(aqi="-"), unit="-"), "formula.period", "formula", "aqi",
        ["count、sum、mean", "aqi 是分期变量"],
    ),
    "a variable of the year read by the day": (
        indicator("X1", "mean(road) / built"), "formula.period", "formula", "road", ["road 是年度变量"],
    ),
    "a variable of the year among those by the day": (
        indicator("X1", "sum(aqi * built) / built", unit="-", inputs=inputs(aqi="-", built="km2")),
        "formula.period", "formula", "built", ["built 是年度变量"],
    ),
    "a weight that is no input": (
        indicator("X1", aggregate={"weight": "pop"}), "aggregate.weight", "aggregate", "pop", ["inputs 中的变量", "权重也是输入"],
    ),
    "an aggregation of another unit": (
        indicator("X1", aggregate={"numerator": "built", "denominator": "road"}),
        "formula.result", "aggregate", "km/km2", ["km2/km"],
    ),
    "an unreadable aggregation": (
        indicator("X1", aggregate={"numerator": "road", "denominator": "built *"}),
        "formula.operand", "aggregate", "公式末尾", ["一个数、变量或函数"],
    ),
    "an aggregation over what is no input": (
        indicator("X1", aggregate={"numerator": "road", "denominator": "lake"}),
        "formula.variable", "aggregate", "lake", ["inputs 中列出的变量"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_definition_is_refused_with_file_place_and_words(only_fault, name):
    definition, code, place, value, words = BAD[name]
    fault = only_fault(definition)
    assert (fault.code, fault.file, fault.place) == (code, "s-1/indicators/X1.yaml", place)
    assert fault.value == value
    for word in words:
        assert word in str(fault)


def test_an_unknown_unit_of_a_variable_is_named_by_its_file(only_fault):
    fault = only_fault(variables=VARIABLES | {"field": variable("亩")})
    assert (fault.code, fault.file, fault.place) == ("unit.unknown", "s-1/variables.yaml", "field.unit")
    assert "不认识“亩”" in fault.hint


def linked(name, other):
    return indicator(name, "other", inputs={"other": {"unit": "km/km2", "zh": "另", "indicator": other}})


def test_indicators_that_need_one_another_are_a_cycle(only_fault):
    fault = only_fault(linked("A1", "B1"), linked("B1", "C1"), linked("C1", "A1"), indicator("D1"))
    assert fault.code == "formula.cycle"
    assert fault.file.startswith("s-1/indicators/")
    assert {"A1", "B1", "C1"} == set(fault.value.split(" → "))
    assert "D1" not in fault.value
    assert "互相引用" in fault.hint


def test_an_indicator_that_needs_itself_is_a_cycle(only_fault):
    fault = only_fault(linked("A1", "A1"))
    assert (fault.code, fault.file, fault.value) == ("formula.cycle", "s-1/indicators/A1.yaml", "A1 → A1")


def test_everything_wrong_is_told_at_once(catalogue):
    with pytest.raises(Refused) as refused:
        compile_catalogue(
            catalogue(
                indicator("A1", "road / lake", inputs=inputs(road="里", lake="km2")),
                indicator("B1", "road + built"),
                indicator("C1", methods=["第三方计算"], formula=None, compute="nothing@1"),
                linked("D1", "E1"),
                linked("E1", "D1"),
                indicator("F1"),
                variables=VARIABLES | {"field": variable("亩")},
            )
        )
    assert sorted(
        (f.code, f.file.rsplit("/", 1)[1]) for f in refused.value.faults if f.code != "formula.cycle"
    ) == [
        ("compute.unknown", "C1.yaml"),
        ("formula.unit", "B1.yaml"),
        ("input.unknown", "A1.yaml"),
        ("unit.unknown", "A1.yaml"),
        ("unit.unknown", "variables.yaml"),
    ]
    assert [set(f.value.split(" → ")) for f in refused.value.faults if f.code == "formula.cycle"] == [
        {"D1", "E1"}
    ]


def test_inputs_come_before_what_needs_them(catalogue):
    order = list(compile_catalogue(catalogue(linked("A1", "B1"), linked("B1", "C1"), indicator("C1"))))
    assert order == ["C1", "B1", "A1"]


@pytest.mark.parametrize(
    ("unit", "given", "factor"),
    [
        ("km/km2", {"road": "km", "built": "km2"}, 1.0),
        ("km/km2", {"road": "m", "built": "ha"}, 0.1),
        ("m/km2", {"road": "km", "built": "km2"}, 1000.0),
        ("m/万m2", {"road": "km", "built": "km2"}, 10.0),
    ],
)
def test_the_factor_leads_from_the_formula_to_the_unit(catalogue, unit, given, factor):
    one = indicator(
        "X1", unit=unit, inputs=inputs(**given), aggregate={"numerator": "road", "denominator": "built"}
    )
    program = compile_catalogue(catalogue(one))["X1"]
    assert program.formula_factor == factor
    assert program.ratio.factor == factor
    assert program.ratio.numerator_unit.same_kind(program.units["road"])
    assert program.shown_ratio is program.ratio


def test_a_percentage_is_a_factor_of_a_hundred(catalogue):
    one = indicator("X1", "(road - prev(road)) / prev(road)", unit="%", inputs=inputs(road="km"))
    program = compile_catalogue(catalogue(one))["X1"]
    assert program.formula_factor == 100.0
    assert program.ratio is None
    assert program.shown_ratio.factor == 100.0
    assert program.depth == {"road": 1}


def test_a_formula_that_is_no_quotient_shows_no_ratio(catalogue):
    program = compile_catalogue(catalogue(indicator("X1", "-road", unit="m", inputs=inputs(road="km"))))["X1"]
    assert program.shown_ratio is None
    assert program.formula_factor == 1000.0


def test_how_far_back_formula_aggregation_and_weight_look(catalogue):
    one = indicator(
        "X1", "road / built", aggregate={"numerator": "prev(prev(road))", "denominator": "prev(built)"}
    )
    weighted = indicator("X2", aggregate={"weight": "road"})
    programs = compile_catalogue(catalogue(one, weighted))
    assert programs["X1"].depth == {"road": 2, "built": 1}
    assert programs["X2"].depth == {"road": 0, "built": 0}
    assert programs["X2"].weight == "road"


@pytest.mark.parametrize(("word", "status"), [("无数据", Status.NO_DATA), ("不适用", Status.NOT_APPLICABLE)])
def test_what_zero_below_the_line_means_is_taken_over(catalogue, word, status):
    assert compile_catalogue(catalogue(indicator("X1", zero_denominator=word)))["X1"].on_zero is status


def test_variables_by_the_day_inside_sub_period_functions_are_right(catalogue):
    one = indicator("X1", "count(aqi <= 100) + mean(aqi)", unit="-", inputs=inputs(aqi="-"))
    assert compile_catalogue(catalogue(one))["X1"].depth == {"aqi": 0}


@pytest.mark.parametrize(
    ("more", "level", "lowest", "asked"),
    [
        ({}, "district", True, True),
        ({}, "city", False, False),
        ({"aggregate": "own"}, "city", False, True),
        ({"aggregate": "own"}, "district", True, True),
        ({"aggregate": "none"}, "district", True, True),
        ({"aggregate": "none"}, "city", False, False),
        ({"levels": ["city"]}, "city", False, True),
        ({"levels": ["city"]}, "district", True, False),
        ({"levels": ["city"], "aggregate": "own"}, "district", True, False),
    ],
)
def test_where_a_variable_is_asked(catalogue, more, level, lowest, asked):
    made = catalogue(variables=VARIABLES | {"v": variable(**more)}).variables["v"]
    assert reported(made, level, lowest) is asked


@pytest.mark.parametrize("system", ["cn-2019-draft", "shenyang-n-2019"])
def test_the_shipped_systems_are_ready_to_run(shipped_catalogue, system):
    programs = compile_catalogue(shipped_catalogue)
    mine = [i for i, s in shipped_catalogue.system_of.items() if s == system]
    assert len(mine) == {"cn-2019-draft": 36, "shenyang-n-2019": 11}[system]
    assert set(mine) <= set(programs)
    assert all(p.formula is not None or p.computation is not None for p in programs.values())
