"""``tijian catalogue check``: cases recomputed, formulas mutated."""

import re

import pytest

INDICATORS = "catalogues/toy-2024/indicators"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_city_passes_whole(tijian, template):
    answer = tijian("catalogue", "check", template)
    assert answer.code == 0, answer.err
    cases = re.search(r"^用例 (\d+)/(\d+)$", answer.out, re.MULTILINE)
    mutants = re.search(
        r"^变异 (\d+)/(\d+)（另有 \d+ 处改动因单位不符被拒绝，\d+ 处与原式等价）$", answer.out, re.MULTILINE
    )
    assert cases[1] == cases[2]
    assert mutants[1] == mutants[2]
    assert int(cases[1]) > 100
    assert int(mutants[1]) > 100
    assert len(re.findall(r"^  sha256 [0-9a-f]{64}$", answer.out, re.MULTILINE)) == 2


def test_figures_as_json(tijian, toy):
    found = tijian("catalogue", "check", toy, "--json").json
    assert (found["indicators"], found["variables"]) == (9, 14)
    assert found["cases"]["passed"] == found["cases"]["total"]
    assert found["mutants"]["killed"] == found["mutants"]["total"]
    assert set(found["systems"]) == {"toy-2024"}


def test_a_wrong_case_is_named_with_both_numbers(tijian, toy_copy):
    edit(toy_copy / INDICATORS / "LV01.cases.yaml", "expect: 0.62", "expect: 0.63")
    answer = tijian("catalogue", "check", toy_copy)
    assert answer.code == 1
    assert "用例 25/26" in answer.out
    assert (
        "toy-2024/indicators/LV01.cases.yaml，一般情形：写的是“0.62”，应为0.63。"
        "用例与公式不符，请核对：2.5 万人 ÷ 4.0 km2 = 0.625" in answer.err
    )
    (fault,) = tijian("catalogue", "check", toy_copy, "--json").refused
    assert (fault["code"], fault["place"]) == ("case.wrong", "一般情形")


def test_a_changed_formula_fails_its_cases(tijian, toy_copy):
    edit(toy_copy / INDICATORS / "SA01.yaml", "min(1, max(0,", "min(1, max(1,")
    answer = tijian("catalogue", "check", toy_copy)
    assert answer.code == 1
    assert "toy-2024/indicators/SA01.cases.yaml，坏的比有的多" in answer.err


@pytest.mark.parametrize(
    ("indicator", "old", "new", "survivor"),
    [
        ("WA01", "[80, 100, 101, 0, 20]", "[80, 100, 150, 0, 20]", "count(aqi <= 101) / count(aqi >= 0)"),
        ("WA01", "[80, 100, 101, 0, 20]", "[80, 99, 101, 0, 20]", "count(aqi < 100) / count(aqi >= 0)"),
    ],
)
def test_a_change_that_no_case_notices_is_named(tijian, toy_copy, indicator, old, new, survivor):
    edit(toy_copy / INDICATORS / f"{indicator}.cases.yaml", old, new)
    answer = tijian("catalogue", "check", toy_copy, "--json")
    assert answer.code == 1
    figures = answer.json["mutants"]
    assert figures["killed"] == figures["total"] - 1
    (fault,) = answer.refused
    assert (fault["code"], fault["file"]) == ("mutant.survived", f"toy-2024/indicators/{indicator}.yaml")
    assert (fault["place"], fault["value"]) == ("formula", survivor)
    assert (
        "公式改成这样，所有用例仍然通过；请补一个能分辨的用例。" in tijian("catalogue", "check", toy_copy).err
    )


def test_an_aggregation_is_mutated_as_well(tijian, toy_copy):
    path = toy_copy / INDICATORS / "SA01.cases.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("- name: 三处合计")], encoding="utf-8")
    answer = tijian("catalogue", "check", toy_copy, "--json")
    assert answer.code == 1
    assert "numerator" in {f["place"] for f in answer.refused}


def test_indicators_without_cases_are_listed(tijian, toy_copy):
    (toy_copy / INDICATORS / "LV01.cases.yaml").unlink()
    answer = tijian("catalogue", "check", toy_copy)
    assert re.search(r"^没有用例：.*LV01", answer.out, re.MULTILINE)


def test_nothing_to_check_is_refused(tijian, tmp_path):
    answer = tijian("catalogue", "check", tmp_path)
    assert answer.code == 1
    assert "应为一个城市文件夹，内有 city.yaml" in answer.err
