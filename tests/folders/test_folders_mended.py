"""Mistakes that once gave a wrong number, a fault of the program or a fault nobody understands."""

import re
import shutil
import time
from pathlib import Path

import pytest
from breakages import (
    AREAS,
    BODIES,
    CITY,
    CRITERIA,
    REPORTS,
    ROW,
    RULES,
    SOURCES,
    SYSTEM,
    VARIABLES,
    bytes_of,
    edit,
    indicator,
    put,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TOY = Path(__file__).parents[1] / "toy" / "city"
LV01_CASES = f"{SYSTEM}/indicators/LV01.cases.yaml"
JUDGE_NONE = "{judge: none, reason: 人均道路只供参考}"
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{c}: &{c} [{','.join(['*' + p] * 10)}]\n" for p, c in zip("abcde", "bcdef", strict=True)
)

# name: (what is broken, codes of the faults, what the first of them says)
UNMEANT = {
    "full-width day": (
        edit(VARIABLES, "aqi,990101,2024-12-22", "aqi,990101,２０２４-12-22"), {"cell.period"}, "２０２４-12-22",
    ),
    "geographic system": (
        edit(CITY, 'projected: "EPSG:4526"', 'projected: "EPSG:4490"'), {"crs.projected"}, "以米为单位的投影坐标系",
    ),
    "system in feet": (
        edit(CITY, 'projected: "EPSG:4526"', 'projected: "EPSG:2263"'), {"crs.projected"}, "以米为单位的投影坐标系",
    ),
    "unknown system": (edit(CITY, "EPSG:4526", "EPSG:99999"), {"crs.unknown"}, "没有这个代码"),
    "bottom line at an unknown level": (
        edit(CRITERIA, "levels: [district, city], op", "levels: [town], op"), {"criterion.level"}, "town",
    ),
    "month 13": (
        edit(CITY, 'valid_from: "2022-01-01"', 'valid_from: "2022-13-01"'), {"document.value_error"}, "日历上没有这一天",
    ),
    "month 13 in reports": (edit(REPORTS, "2025-10-20", "2025-13-20"), {"document.value_error"}, "日历上没有这一天"),
    "month 13 without quotes": (
        edit(CITY, 'valid_from: "2022-01-01"', "valid_from: 2022-13-01"), {"yaml.broken"}, "没有这样的日期或数",
    ),
    "coverage in per cent": (edit(RULES, "min_coverage: 0.8", "min_coverage: 80"), {"document.less_than_equal"}, "不大于 1"),
    "points that do not fall": (edit(RULES, "优: 4, 良: 3", "优: 0, 良: 3"), {"document.value_error"}, "由高到低"),
    "equal points": (edit(RULES, "差: 1}", "差: 2}"), {"document.value_error"}, "由高到低"),
    "points of 差 missing": (edit(RULES, ", 差: 1}", "}"), {"document.value_error"}, "没有写差"),
    "day 45": (edit(indicator("LV01"), "as_of: 12-31", "as_of: 13-45"), {"document.value_error"}, "每年都有的一天"),
    "indicator by month": (
        edit(indicator("LV01"), "type: calendar_year", "type: month"), {"document.value_error"}, "指标一年一个值",
    ),
    "lead of an unknown dimension": (edit(BODIES, "leads: [水绿]", "leads: [蓝绿]"), {"body.leads"}, "总报告、水绿"),
    "two bodies of one id": (edit(BODIES, "id: works", "id: statistics"), {"body.twice"}, "各不相同的 id"),
    "season from day 45": (edit(CITY, '"12-22"', '"13-45"'), {"document.value_error"}, "每年都有的一天"),
    "season from 30 February": (edit(CITY, '"12-22"', '"02-30"'), {"document.value_error"}, "2 月写到 28 日"),
    "season of more than a year": (edit(CITY, '"12-22", "01-10"', '"01-10", "12-22"'), {"document.value_error"}, "次年"),
    "lookback after the year": (edit(CITY, "lookback: 2022", "lookback: 2025"), {"document.value_error"}, "由早到晚"),
    "control character": (edit(RULES, "findings:", "# \x07\nfindings:"), {"yaml.character"}, "U+0007"),
    "huge integer": (edit(RULES, "years: 2,", "years: " + "9" * 5000 + ","), {"yaml.broken"}, "没有这样的日期或数"),
    "list as key": (edit(RULES, "findings:", "? [a, b]\n: 1\nfindings:"), {"yaml.broken"}, "键"),
    "date as key": (edit(REPORTS, "  2023:", "  2023-01-01:"), {"yaml.broken"}, "2023-01-01"),
    "key as number and as text": (edit(REPORTS, "  2024:", '  "2023":'), {"yaml.broken"}, "重复的键 2023"),
    "recursive alias": (put(RULES, "a: &a [*a]\n"), {"yaml.alias"}, "*a"),
    "too deep": (put(RULES, "a: " + "[" * 990 + "]" * 990), {"document.deep"}, "层次不太深"),
    "not a number": (edit(indicator("LV01"), "min: 0,", "min: .nan,"), {"document.finite_number"}, ".nan"),
    "infinite cut point": (edit(CRITERIA, "[90, 80, 70]", "[.inf, 80, 70]"), {"document.finite_number"}, ".inf"),
    "tab before a comment": (
        edit(indicator("LV01"), "decimals: 2", "decimals: '2'\t# zwei"), {"document.int_type"}, "整数",
    ),
    "sources as list": (put(SOURCES, "- a\n"), {"document.form"}, "[内容, 可靠程度]"),
    "level misspelt": (
        edit(CITY, "{id: district, zh", "{id: districts, zh"), {"area.level", "criterion.level"}, "districts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNMEANT)
def test_what_cannot_be_meant_is_refused(name, copy, exam):
    do, codes, words = UNMEANT[name]
    folder = copy()
    do(folder)
    answer = exam(folder, "--json")
    assert answer.code == 1, answer.err
    assert {f["code"] for f in answer.refused} == codes
    assert words in " ".join(answer.refused[0].values())


CASES = {
    "unknown input": (edit(LV01_CASES, "residents: 2.5", "people: 2.5"), "case.input", "residents、land"),
    "no indicator": (
        put(f"{SYSTEM}/indicators/ZZ01.cases.yaml", "- {name: 一, inputs: {residents: 1.5}, expect: 2, how: x}\n"),
        "case.orphan",
        "没有 ZZ01.yaml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_cases_that_do_not_belong_are_refused(name, copy, tijian):
    do, code, words = CASES[name]
    folder = copy()
    do(folder)
    answer = tijian("catalogue", "check", folder, "--json")
    assert answer.code == 1
    (fault,) = answer.refused
    assert fault["code"] == code
    assert words in " ".join(fault.values())


@pytest.mark.parametrize(
    "case",
    [
        "areas: [{residents: 1, land: 1}, {people: 1}], expect: 1.0",
        "inputs: {residents: 1, land: 1}, prev: {people: 1}, expect: 1.0",
        "inputs: {residents: 1, land: 1}, city: {people: 1}, expect: 1.0",
    ],
)
def test_every_part_of_a_case_is_looked_at(case, copy, tijian):
    folder = copy()
    put(LV01_CASES, f"- {{name: 一, {case}, how: x}}\n")(folder)
    answer = tijian("catalogue", "check", folder, "--json")
    assert [(f["code"], f["value"]) for f in answer.refused] == [("case.input", "people")]


def test_damaged_utf8_with_a_mark_names_the_byte(copy, exam):
    folder = copy()
    good = (folder / VARIABLES).read_bytes()
    bytes_of(VARIABLES, lambda d: d.replace("万".encode(), "万".encode()[:2], 1))(folder)
    (fault,) = (f for f in exam(folder, "--json").refused if f["code"] == "text.damaged")
    assert fault["value"] == "0xE4"
    assert f"第 {good.index('万'.encode()) + 1} 个字节" in fault["place"]
    assert "从文件开头数起" in fault["hint"]


def test_many_aliases_are_refused_quickly(copy, exam):
    folder = copy()
    put(RULES, LAUGHS)(folder)
    start = time.monotonic()
    assert [f["code"] for f in exam(folder, "--json").refused] == ["yaml.alias"]
    assert time.monotonic() - start < 0.5


ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}|'[a-z]+', ")
WORDS = {
    "below zero": edit(indicator("LV01"), "decimals: 2", "decimals: -1"),
    "above one": edit(indicator("WA01"), "min_coverage: 0.8", "min_coverage: 2"),
    "pattern": edit(indicator("LV01"), "id: LV01", "id: lv01"),
    "one of": edit(indicator("LV01"), "direction: range", "direction: 区间"),
    "tab": edit(indicator("LV01"), "  residents:", "\tresidents:"),
    "quote": edit(VARIABLES, ROW, f'"{ROW}'),
    "zero": edit(RULES, "years: 2,", "years: 0,"),
}


@pytest.mark.parametrize("name", WORDS)
def test_no_english_in_a_fault(name, copy, exam):
    folder = copy()
    WORDS[name](folder)
    for fault in exam(folder, "--json").refused:
        assert not ENGLISH.search(" ".join(fault.values())), fault


ONE = {
    "two cuts": (edit(CRITERIA, "[90, 80, 70]", "[90, 80]"), "至少 3 项"),
    "two cuts of a type": (edit(CRITERIA, "cuts: [90, 80, 70]", "cuts: {甲: [90, 80]}"), "至少 3 项"),
    "no cuts at all": (edit(CRITERIA, "cuts: [90, 80, 70]", "cuts: 高"), "列表，或键和值"),
    "aggregate": (
        edit(indicator("LV01"), "aggregate: {numerator: residents, denominator: land}", "aggregate: sum"),
        "键和值，或“own”",
    ),
    "half an aggregate": (edit(indicator("LV01"), "residents, denominator: land}", "residents}"), "weight"),
    "no reason": (edit(CRITERIA, JUDGE_NONE, "{judge: none}"), "reason"),
}


@pytest.mark.parametrize("name", ONE)
def test_one_mistake_is_one_fault(name, copy, exam):
    do, expected = ONE[name]
    folder = copy()
    do(folder)
    (fault,) = exam(folder, "--json").refused
    assert expected in fault["expected"]


@pytest.mark.parametrize(
    "do",
    [
        edit(CRITERIA, "  kind: 专家", "  scheme: 城区类型\n  kind: 专家"),
        edit(CRITERIA, "cuts: [90, 80, 70]", "cuts: {老区: [90, 80, 70]}"),
    ],
    ids=["scheme", "type"],
)
def test_an_expectation_is_never_empty(do, copy, exam):
    folder = copy()
    do(folder)
    assert all(f["expected"] for f in exam(folder, "--json").refused)


@pytest.mark.parametrize(
    "do",
    [
        edit(AREAS, '{code: "990104"', '{code: "990101"'),
        edit(CRITERIA, JUDGE_NONE, "{judge: none}"),
        put(LV01_CASES, ""),
    ],
    ids=["dict", "judgement", "NoneType"],
)
def test_no_python_words_in_a_value(do, copy, exam):
    folder = copy()
    do(folder)
    for fault in exam(folder, "--json").refused:
        assert not re.search(r"^\{'|NoneType|Error$|Exception$", fault["value"]), fault


BYTE = st.one_of(st.integers(32, 126), st.integers(0, 255))
FLIPS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), BYTE), min_size=1, max_size=3)
DOCUMENTS = sorted(p.relative_to(TOY) for p in TOY.rglob("*.yaml"))


@settings(
    max_examples=50,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.sampled_from(DOCUMENTS), flips=FLIPS)
def test_flipped_bytes_in_documents_never_break_the_program(name, flips, tmp_path, exam, tijian):
    folder = tmp_path / "toy"
    if not folder.exists():
        shutil.copytree(TOY, folder)
    path: Path = folder / name
    good = path.read_bytes()
    data = bytearray(good)
    for place, byte in flips:
        data[int(place * len(data))] = byte
    try:
        path.write_bytes(data)
        answers = exam(folder), tijian("catalogue", "check", folder)
    finally:
        path.write_bytes(good)
    assert all(a.code in {0, 1} for a in answers), [a.err for a in answers]
