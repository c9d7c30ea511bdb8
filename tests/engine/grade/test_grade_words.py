"""Verdicts in words."""

from decimal import Decimal

import pytest
from fake_facts import OWN, criterion, cut, indicator, run_of

from tijian.engine.grade.bottom import Line
from tijian.engine.grade.judge import Subject, judge
from tijian.engine.grade.words import judgement_words, quantity
from tijian.engine.kernel.missing import Status

D = Decimal


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [("81.9", "%", "81.9%"), ("5.2", "‰", "5.2‰"), ("6.24", "km/km2", "6.24 km/km²"), ("282", "天", "282 天"),
     ("0.84", "-", "0.84"), ("0.84", "1", "0.84"), ("1E+2", "人", "100 人")],
)  # fmt: skip
def test_a_number_with_its_unit(value, unit, text):
    assert quantity(D(value), unit) == text


def words(rule, values, definition=None, status=Status.PRESENT, lines=(), shares=None, revisions=()):
    definition = definition or indicator()
    held = run_of(2021, *values)
    subject = Subject(
        definition, "district", shares or {}, 2021, status, held, lines=lines, revisions=revisions
    )
    verdict = judge(subject, rule, OWN)
    return judgement_words(verdict, definition, "")


CUTS = cut(90, 80, 60)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (("90.0",), "优≥90 良≥80 中≥60 → 优"),
        (("85.5",), "优≥90 良≥80 中≥60 → 良；距优 4.5 个百分点"),
        (("51.5",), "优≥90 良≥80 中≥60 → 差；距中 8.5 个百分点"),
    ],
)
def test_a_grade_by_cut_points(values, text):
    assert words(CUTS, values) == text


def test_a_distance_that_is_no_percentage_carries_no_points():
    assert words(CUTS, ("85.5",), indicator(unit="分")).endswith("距优 4.5")


def test_a_range_is_written_as_intervals():
    rule = cut((0.9, 1.4), (0.8, 1.5), (0.6, 1.8))
    text = words(rule, ("1.45",), indicator(direction="range", unit="-", decimals=2))
    assert text == "优 0.9～1.4 良 0.8～1.5 中 0.6～1.8 → 良；距优 0.05"


def test_a_mixed_area_shows_both_sets_and_their_mean():
    rule = criterion(
        levels={"district": {"judge": "cut", "cuts": {"老区": [90, 80, 60], "新区": [80, 70, 50]}}}
    )
    text = words(rule, ("88.0",), shares={"老区": 0.7, "新区": 0.3})
    assert text == (
        "混合区：老区 0.7（优≥90 良≥80 中≥60）、新区 0.3（优≥80 良≥70 中≥50），"
        "按份额加权为 优≥87 良≥77 中≥57 → 优"
    )
    assert words(rule, ("88.0",), shares={"新区": 1}) == "新区 优≥80 良≥70 中≥50 → 优"


@pytest.mark.parametrize(
    ("op", "value", "held", "text"),
    [
        ("==", 100, "100.0", "合格线 ＝100 → 合格"),
        ("<=", 30.5, "31.0", "合格线 ≤30.5 → 不合格"),
        ("==", 0, "1.0", "合格线 ＝0 → 不合格"),
    ],
)
def test_a_pass(op, value, held, text):
    assert words(criterion(levels={"district": {"judge": "pass", "op": op, "value": value}}), (held,)) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (("80", "82", "90"), "看自身趋势：比 2019、2020 年均值 81 好转 9（好转 2.5 为良）→ 良"),
        (("90", "87", "85"), "看自身趋势：比 2019、2020 年均值 88.5 变差 3.5（好转 2.5 为良）→ 差"),
        (("80", "80.0"), "看自身趋势：比 2020 年均值 80 好转 0（好转 2.5 为良）→ 中"),
        (("99", "99.5"), "看自身趋势：比 2020 年均值 99 好转 0.5（到 100 已不能更好，达到即为良）→ 中"),
        (("100", "100"), "看自身趋势：比 2020 年均值 100 好转 0（已不能更好，保持 100 为良）→ 良"),
    ],
)
def test_its_own_past(values, text):
    assert words(criterion(levels={"district": {"judge": "own_trend"}}), values) == text


@pytest.mark.parametrize(("status", "text"), [(Status.NO_DATA, "无数据"), (Status.NOT_APPLICABLE, "不适用")])
def test_a_reason_is_its_own_word(status, text):
    assert words(CUTS, (), status=status) == text


def test_why_there_is_no_grade():
    assert (
        words(criterion(levels={"district": {"judge": "none", "reason": "不可比"}}), ("1",))
        == "不评级：不可比"
    )
    assert words(None, ("1",)) == "不评级：没有标准"


def test_lines_stand_beside_a_value_without_grade():
    lines = (
        Line("＝0", D(1), broken=True, subject="劣Ⅴ类断面", note=""),
        Line("≥80", D(79), broken=None, subject="", note="", why="按修订 1 的口径定，这一年是修订 2"),
    )
    assert words(CUTS, ("95.0",), lines=lines, revisions=(2,)) == (
        "不评级：判定标准按修订 1 的口径定，这一年是修订 2；底线 劣Ⅴ类断面 ＝0：1，破底线；"
        "底线≥80：按修订 1 的口径定，这一年是修订 2，不能判断"
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Line("≥80", D("79.9"), broken=True, subject="", note=""), "底线 ≥80：79.9，破底线"),
        (Line("≥80", D("80.0"), broken=False, subject="", note=""), "底线 ≥80：80.0，守住底线"),
        (
            Line("≥上年数", D(74), broken=True, subject="历史建筑", note=""),
            "底线 历史建筑 ≥上年数：74，破底线",
        ),
        (
            Line("≥上年数", None, broken=None, subject="历史建筑 ", note=""),
            "底线≥上年数：历史建筑  没有数，不能判断",
        ),
    ],
)
def test_bottom_lines_follow_the_grade(line, text):
    assert words(CUTS, ("95.0",), lines=(line,)) == f"优≥90 良≥80 中≥60 → 优；{text}"
