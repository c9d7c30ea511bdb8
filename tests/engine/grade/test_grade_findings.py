"""Every rule of finding at its threshold, and just beside it."""

from decimal import Decimal

import pytest
from fake_facts import CITY, OWN, Answers, FakeFacts, criterion, cut, indicator, run_of

from tijian.engine.grade.bottom import Line
from tijian.engine.grade.findings import RULE_ZH, RULES, find
from tijian.engine.grade.judge import Subject, Verdict, judge
from tijian.engine.kernel.missing import Status

D = Decimal
CUTS = (90, 80, 60)


def facts(values, rule=None, definition=None, city=None, peers=None, lines=()):
    """Facts of one indicator: ``values`` by area, each a tuple of the years up to 2021; judged by the real judge."""
    definition = definition or indicator()
    rule = rule or cut(*CUTS)
    made = FakeFacts(definitions={"X1": definition}, criteria={"X1": rule})
    for area, held in values.items():
        numbers = run_of(2021, *held)
        made.numbers["X1", area] = numbers
        made.verdicts["X1", area] = judge(
            Subject(definition, "district", {}, 2021, Status.PRESENT, numbers, lines=lines), rule, OWN
        )
    if city is not None:
        made.verdicts["X1", CITY] = city
    made.groups = peers or {}
    return made


def found(made, rule=None):
    return [(f.rule, f.area, f.severity) for f in find(made) if rule is None or f.rule == rule]


def test_every_rule_has_its_chinese_name():
    assert set(RULE_ZH) == set(RULES)


def test_a_good_and_steady_indicator_raises_nothing():
    assert find(facts({"A": ("95", "95", "95"), "B": ("85", "85", "85"), "D": ("80", "80", "80")})) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("60.0", []),
        ("59.9", [("poor", "A", "中")]),
        ("40.1", [("poor", "A", "中")]),
        ("40.0", [("poor", "A", "重")]),
    ],
)
def test_poor_is_a_grade_and_a_third_short_is_severe(value, expected):
    assert found(facts({"A": (value,)})) == expected


def test_the_evidence_of_poor_names_value_line_and_distance():
    (one,) = find(facts({"A": ("51.5",)}))
    assert one.evidence == "51.5%；中≥60；距中 8.5"
    assert (one.indicator, one.question) == ("X1", "")


def test_poor_by_own_trend_says_so():
    made = facts({"A": ("90", "87", "85")}, criterion(levels={"district": {"judge": "own_trend"}}))
    assert ("poor", "A", "中") in found(made)
    assert next(f.evidence for f in find(made) if f.rule == "poor") == "85%；与自身往年相比连续变差"


def test_what_is_not_graded_raises_nothing():
    made = facts(
        {"A": ("10", "5", "1")}, criterion(levels={"district": {"judge": "none", "reason": "不可比"}})
    )
    assert find(made) == []


def test_without_a_value_in_the_year_there_is_nothing_to_find():
    made = facts({"A": ("10",)})
    made.numbers["X1", "A"] = {2020: D(10)}
    assert find(made) == []
    made = facts({"A": ("10",)})
    made.verdicts.clear()
    assert find(made) == []


@pytest.mark.parametrize(
    ("broken", "expected"), [(True, [("bottom_line", "A", "重")]), (False, []), (None, [])]
)
def test_a_broken_bottom_line_is_severe(broken, expected):
    line = Line("≥95", D("94.0"), broken, "", "")
    assert found(facts({"A": ("94.0",)}, lines=(line,))) == expected


def test_a_bottom_line_counts_even_where_nothing_is_judged():
    line = Line("≥上年数", D(74), broken=True, subject="历史建筑", note="")
    made = facts(
        {"A": ("94",)}, criterion(levels={"district": {"judge": "none", "reason": "不可比"}}), lines=(line,)
    )
    (one,) = find(made)
    assert (one.rule, one.evidence) == ("bottom_line", "历史建筑 74；底线≥上年数")


@pytest.mark.parametrize(("value", "expected"), [("100.0", []), ("99.9", [("bottom_line", "A", "重")])])
def test_a_failed_pass_is_a_broken_bottom_line(value, expected):
    rule = criterion(levels={"district": {"judge": "pass", "op": "==", "value": 100}})
    made = facts({"A": (value,)}, rule)
    assert found(made) == expected
    if expected:
        assert "99.9%；合格线 ＝100" in find(made)[0].evidence


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [
        ("50", "优", True), ("50", "良", True), ("50", "中", False), ("50", "差", False), ("50", "不评级", False),
        ("50", "合格", False), ("60", "优", False), ("85", "优", False),
    ],
)  # fmt: skip
def test_poor_where_the_city_is_good_stands_out(value, whole, expected):
    made = facts({"A": (value,)}, city=Verdict(whole, meant=True))
    assert found(made, "outlier") == ([("outlier", "A", "中")] if expected else [])


def test_the_city_itself_does_not_stand_out():
    made = facts({CITY: ("50",)})
    assert found(made, "outlier") == []
    assert found(made, "poor") == [("poor", CITY, "中")]


@pytest.mark.parametrize(
    ("value", "n", "score", "whole", "expected"),
    [
        ("85", 100, "59.9", None, True), ("85", 100, "60.0", None, False), ("85", 99, "10.0", None, False),
        ("95", 100, "59.9", None, True), ("70", 100, "10.0", None, False), ("50", 100, "10.0", None, False),
        ("85", 100, "69.9", "80.0", True), ("85", 100, "70.0", "80.0", False), ("85", 100, "70.1", "80.0", False),
        ("85", 100, None, "80.0", False),
    ],
)  # fmt: skip
def test_good_figures_and_bad_feelings(value, n, score, whole, expected):
    made = facts({"A": (value,)})
    made.asked = {"X1": ("Q01",)}
    made.answers["Q01", "A"] = Answers(n, None if score is None else D(score))
    if whole is not None:
        made.answers["Q01", CITY] = Answers(900, D(whole))
    gaps = [f for f in find(made) if f.rule == "gap"]
    assert bool(gaps) is expected
    if expected:
        assert (gaps[0].question, gaps[0].severity) == ("Q01", "中")
        assert f"Q01 “Q01”题 {score} 分（n=100）" in gaps[0].evidence


def test_each_question_of_an_indicator_is_looked_at():
    made = facts({"A": ("85",)})
    made.asked = {"X1": ("Q01", "Q02", "Q03")}
    made.answers = {("Q01", "A"): Answers(200, D(50)), ("Q03", "A"): Answers(200, D(40))}
    assert [f.question for f in find(made) if f.rule == "gap"] == ["Q01", "Q03"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("95", "92", "90"), True), (("95", "92", "90.1"), False), (("95", "95", "90"), False),
        (("95", "96", "90"), False), (("95", "90"), False), (("99", "95", "92", "90"), True),
    ],
)  # fmt: skip
def test_worse_two_years_running_and_by_a_step_in_all(values, expected):
    made = facts({"A": values})
    assert found(made, "worsening") == ([("worsening", "A", "中")] if expected else [])


def test_the_evidence_of_worsening_is_the_series():
    (one,) = find(facts({"A": ("95", "92", "90")}))
    assert one.evidence == "2019—2021 年 95 → 92 → 90，累计变差 5"


@pytest.mark.parametrize(
    ("values", "expected"),
    [(("95", "84.9"), True), (("95", "85.0"), False), (("84.9", "95"), False), (("95",), False)],
)
def test_a_sudden_change_is_more_than_the_jump(values, expected):
    made = facts({"A": values})
    assert found(made, "step") == ([("step", "A", "中")] if expected else [])


def test_a_jump_may_be_a_share():
    definition = indicator(jump={"rel": 0.1})
    assert found(facts({"A": ("100", "90")}, definition=definition), "step") == []
    assert found(facts({"A": ("100", "89.9")}, definition=definition), "step") == [("step", "A", "中")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"A": ("69.9",), "B": ("80",), "D": ("85",)}, ["A"]),  # median 80, 10.1 behind, grade 中
        ({"A": ("70.0",), "B": ("80",), "D": ("85",)}, []),  # exactly the jump
        ({"A": ("80.0",), "B": ("95",), "D": ("95",)}, []),  # 良 is good enough by its own criterion
        ({"A": ("79.9",), "B": ("95",), "D": ("95",)}, ["A"]),
        ({"A": ("50",), "B": ("80",)}, []),  # two areas are no type to compare with
        ({"A": ("50",), "B": ("50",), "D": ("95",)}, []),  # the median is its own
    ],
)
def test_behind_its_own_type(values, expected):
    made = facts(values)
    assert [a for _, a, _ in found(made, "behind")] == expected


def test_behind_asks_for_the_areas_of_the_type_only():
    values = {"A": ("65",), "B": ("95",), "D": ("95",)}
    assert found(facts(values, peers={"A": ["A", "B"]}), "behind") == []
    assert found(facts(values), "behind") == [("behind", "A", "轻")]


def test_the_years_that_no_trend_uses_are_left_out():
    values = {"A": ("95", "75", "70", "65")}
    assert found(facts(values), "worsening") == [("worsening", "A", "中")]
    assert found(facts(values, cut(*CUTS, exclude_years=[2020])), "worsening") == []
    assert found(facts(values, cut(*CUTS, exclude_years=[2020])), "step") == []
    assert found(facts(values, cut(*CUTS, exclude_years=[2018])), "worsening") == [("worsening", "A", "中")]
    behind = {"A": ("65",), "B": ("95",), "D": ("95",)}
    assert found(facts(behind, cut(*CUTS, exclude_years=[2021])), "behind") == []
    assert found(facts({"A": ("50",)}, cut(*CUTS, exclude_years=[2021]))) == [("poor", "A", "中")]


def test_what_has_no_worse_has_no_trend_but_a_grade():
    definition = indicator(direction="pass")
    rule = criterion(levels={"district": {"judge": "pass", "op": "==", "value": 100}})
    made = facts({"A": ("100", "50", "10")}, rule, definition)
    assert found(made) == [("bottom_line", "A", "重")]


def test_findings_come_by_indicator_then_area_in_the_given_order():
    made = facts({"B": ("50",), "A": ("50",)})
    made.definitions = {"X2": indicator("X2"), "X1": made.definitions["X1"]}
    made.criteria["X2"] = cut(*CUTS)
    for area in ("A", "B"):
        made.numbers["X2", area] = made.numbers["X1", area]
        made.verdicts["X2", area] = made.verdicts["X1", area]
    assert [(f.indicator, f.area) for f in find(made)] == [("X2", "A"), ("X2", "B"), ("X1", "A"), ("X1", "B")]
