"""What is written, what the year before says, other names, levels of areas, and the form of the answer."""

import json
from pathlib import Path

import pytest

from tijian.engine.catalogue.loading import load_city
from tijian.engine.exam.intake.examine import examine
from tijian.engine.exam.intake.names import period_text, units_in, year_in
from tijian.engine.exam.intake.unit_words import unit_of
from tijian.engine.exam.intake.verdicts import Use, Verdict
from tijian.engine.kernel.canonical import sha256

ROOT = Path(__file__).parents[2]
# The mock-up of the page 导入预检, its names brought to those of the catalogue.
WATER = """市水务局供水情况表,,,,,,
单位：万立方米、万人、个,,,,,,
区,供水总量（万 m³）,漏损水量（万 m³）,公共供水用水人口（万人）,常住人口（万人）,水质合格样（个）,水质检测样（个）
和平区,5214,912,72.6,73.1,1180,1180
沈河区,5830,1090,77.5,78.0,1204,1204
皇姑区,6021,1379,86.9,87.4,1166,1166
大东区,4988,1227,74.8,75.2,1142,1142
铁西区,1.02亿,1938,133.2,1335935,1530,1530
浑南区,6472,６４１,78.4,79.6,1098,1098
于洪区,7105,924,98.7,106.3,"1012",'1008
沈北新区,4216,—,55.1,61.8,1084,1086
苏家屯区,3604,683,45.0,52.2,见附件,1072
"""


@pytest.fixture(scope="module")
def city():
    return load_city(ROOT / "cities" / "shenyang")


@pytest.fixture(scope="module")
def toy():
    return load_city(ROOT / "tests" / "toy" / "city")


def read(text, city, year=2019, **keywords):
    return examine([("表.csv", text.encode())], city, year=year, **keywords)


def by_address(intake):
    return {cell.address: cell for cell in intake.cells}


def test_the_form_of_the_mock_up_adds_up(city):
    intake = read(WATER, city, previous={("water_pop", "210114", "2018"): 72.4})
    assert intake.totals == {
        "cells": 54,
        "taken": 46,
        "converted": 3,
        "blank": 1,
        "asked": 2,
        "refused": 2,
        "given": 50,
    }
    cells = by_address(intake)
    assert "是不是 133.5935" in cells["E8"].note
    assert "万人" in cells["E8"].note
    assert "36.3%" in cells["D10"].note
    assert "1012个 大于水质检测样数 1008个" in cells["F10"].note
    assert "G10" in cells["F10"].note
    assert cells["B8"].value == 10_200
    assert cells["C11"].reason == "无数据"


def test_the_answer_has_the_keys_of_the_contract(city):
    document = read(WATER, city).as_json()
    json.dumps(document, allow_nan=False)
    assert list(document) == ["files", "cells", "contradictions"]
    assert document["files"] == [{"file": "表.csv", "rows": 9}]
    assert document["cells"][0] == {
        "file": "表.csv",
        "sheet": "",
        "row": 1,
        "column": 1,
        "text": "5214",
        "verdict": "taken",
        "value": 5214.0,
        "unit": "万m3",
        "note": "",
    }


def test_what_would_be_written_says_where_it_came_from(city):
    text = "区,年份,常住人口（人）\n和平区,2018,731000\n沈河区,2018,不适用\n大东区,2018,\n"
    intake = read(text, city, strand="第三方", mark="估算")
    first, second = intake.given
    assert (first.kind, first.item, first.area, first.period) == (
        "variable",
        "resident_pop",
        "210102",
        "2018",
    )
    assert (first.value, first.unit, first.text, first.reason) == (73.1, "万人", "731000", "")
    assert (first.strand, first.mark, first.place) == ("第三方", "估算", "表.csv C2")
    assert first.sha256 == sha256(text.encode()) == intake.files[0].sha256
    assert "731000 人 已换算为 73.1 万人" in first.note
    assert (second.value, second.reason) == (None, "不适用")


def test_a_survey_row_is_written_as_one_figure(city):
    text = "question,area,period,n,mean,margin\nQ01,210102,2019,300,72.5,2.1\nQ01,210103,2019,30.5,72.5,2.1\n"
    (figure,) = read(text, city).given
    assert (figure.kind, figure.item, figure.value, figure.n, figure.margin) == (
        "survey",
        "Q01",
        72.5,
        300,
        2.1,
    )


def test_an_indicator_can_be_given_itself(city):
    (figure,) = read("区,城市道路网密度（km/km2）\n和平区,8.2\n", city, strand="第三方").given
    assert (figure.kind, figure.item, figure.value) == ("indicator", "TC02", 8.2)


def test_the_same_figure_of_two_strands_is_no_contradiction(city):
    text = (
        "variable,area,period,value,unit,strand,mark\n"
        "road_length,210102,2019,400,km,自体检,\nroad_length,210102,2019,410,km,第三方,\n"
    )
    intake = read(text, city)
    assert intake.contradictions == ()
    assert [g.strand for g in intake.given] == ["自体检", "第三方"]


def test_equal_figures_in_two_files_are_written_once(city):
    data = "区,供水总量\n和平区,5214\n".encode()
    intake = examine([("甲.csv", data), ("乙.csv", data)], city, year=2019)
    assert intake.totals["taken"] == 2
    assert [g.place for g in intake.given] == ["甲.csv B2"]
    assert "甲.csv B2 相同" in intake.cells[1].note


def test_two_files_of_one_name_are_not_mixed_up(city):
    data = "区,供水总量\n和平区,5214\n".encode()
    intake = examine([("甲.csv", data), ("甲.csv", data + b"\n")], city, year=2019)
    assert [f.code for f in intake.faults] == ["file.twice"]
    assert len(intake.given) == 1


def test_figures_of_another_year_are_told(city):
    intake = read("2018年供水\n区,供水总量\n和平区,5214\n", city)
    assert intake.given[0].period == "2018"
    assert "2018 年" in intake.files[0].sheets[0].notes[0]


def test_a_leap_of_ten_thousand_is_named(city):
    text = "区,供水总量\n和平区,52140\n"
    (cell,) = read(text, city, previous={("supply_water", "210102", "2018"): 5000.0}).cells
    assert cell.verdict is Verdict.ASKED
    assert "是不是 5214" in cell.note


def test_other_names_can_be_given(city):
    text = "区,用水人口\n和平区,72.6\n"
    assert read(text, city).cells[0].verdict is Verdict.REFUSED
    assert "公共供水用水人口" in read(text, city).cells[0].note
    (cell,) = read(text, city, aliases={"用水人口": "water_pop"}).cells
    assert (cell.item, cell.verdict) == ("water_pop", Verdict.TAKEN)


def test_a_rehearsal_accepts_names_it_does_not_know_and_says_so(city):
    intake = read("区,某项（万人）,供水总量\n和平区,1.5万人,5214\n新民市,3,5214\n", city, accept_unknown=True)
    cells = by_address(intake)
    assert (cells["B2"].value, cells["B2"].unit) == (1.5, "万人")
    assert "体系中没有" in cells["B2"].note
    assert "没有“新民市”" in cells["C3"].note
    assert cells["C3"].use is Use.ASIDE
    assert [g.area for g in intake.given] == ["210102"]


def test_upper_areas_are_sums_and_only_compared(toy):
    text = "街道,常住人口\n灯塔街道,2.4\n鹭洲,1.5\n桥头街道,2.5\n东岸区,6.4\n东岸区,6.6\n"
    intake = read(text, toy, year=2024)
    assert [c.use for c in intake.cells] == [Use.WRITE] * 3 + [Use.CHECK] * 2
    assert [g.area for g in intake.given] == ["990101001", "990101002", "990101003"]


def test_months_across_are_periods(toy):
    intake = read("河水氨氮月均值（mg/L）,,,\n区,1月,2月,12月\n东岸区,0.5,0.6,—\n", toy, year=2024)
    assert [g.period for g in intake.given] == ["2024-01", "2024-02", "2024-12"]
    assert intake.given[2].reason == "无数据"


def test_days_of_a_daily_variable_are_written_themselves(toy):
    intake = read(
        "空气质量指数日值\n日期,东岸区,西岸区\n2024-01-01,48,52\n2024-02-30,50,51\n", toy, year=2024
    )
    assert [(g.item, g.area, g.period) for g in intake.given] == [
        ("aqi", "990101", "2024-01-01"),
        ("aqi", "990102", "2024-01-01"),
    ]
    assert [c.verdict for c in intake.cells[2:]] == [Verdict.REFUSED] * 2


def test_a_broken_year_of_days_is_not_written_as_a_count(city):
    intake = read("日期,AQI\n2015-01-01,48\n2015-01-02,52\n", city)
    assert [(s.covered, s.counted) for s in intake.series] == [(2, 2)]
    assert intake.given == ()


def test_paths_are_read_by_their_name(city, tmp_path):
    path = tmp_path / "供水.csv"
    path.write_bytes("区,供水总量\n和平区,5214\n".encode("gb18030"))
    intake = examine([path], city, year=2019)
    assert (intake.files[0].file, intake.files[0].encoding) == ("供水.csv", "GB18030")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("万立方米", "万m3"),
        ("万 m³", "万m3"),
        ("平方公里", "km2"),
        ("㎡", "m2"),
        ("公顷", "ha"),
        ("人次/日", "人次/d"),
        ("家", "个"),
        ("万座", "万个"),
        ("单位：万人", "万人"),
        ("％", "%"),
        ("元/平方米", "元/m2"),
        ("小时/户", "h/户"),
        ("亩", None),
        ("-", None),
        ("和平区", None),
    ],
)
def test_units_as_people_write_them(text, unit):
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2019", "2019"),
        ("2019年度", "2019"),
        ("2019.0", "2019"),
        ("2018-2019供暖季", "2018"),
        ("2018/19采暖期", "2018"),
        ("2019年第三季度", "2019Q3"),
        ("2019Q1", "2019Q1"),
        ("2019年1月", "2019-01"),
        ("2019-1-2", "2019-01-02"),
        ("20190102", "2019-01-02"),
        ("2019年1月2日", "2019-01-02"),
        ("2019-01-02 00:00", "2019-01-02"),
        ("3月", "M03"),
        ("二季度", "Q2"),
        ("2019-13", ""),
        ("1019", ""),
        ("19年", ""),
        ("", ""),
    ],
)
def test_periods_as_people_write_them(text, period):
    assert period_text(text) == period


def test_titles_say_the_year_and_the_units():
    assert year_in("沈阳市2019年供水情况表") == "2019"
    assert year_in("2018—2019年对比") == ""
    assert units_in("单位：万人、平方公里") == ("万人", "km2")
    assert units_in("单位：市水务局") == ()
