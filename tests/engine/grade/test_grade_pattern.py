"""Patterns: true, not true, or not to be known; each at its threshold."""

import itertools
from decimal import Decimal

import pytest
from fake_facts import CITY, Answers, FakeFacts, criterion, cut, indicator, run_of

from tijian.engine.catalogue.disease import Pattern
from tijian.engine.catalogue.document import parse
from tijian.engine.grade.bottom import Line
from tijian.engine.grade.judge import Verdict
from tijian.engine.grade.pattern import see

D = Decimal


def pattern(**document):
    return parse(Pattern, document, "a")


def facts(**more):
    base = {"definitions": {"X1": indicator(name="X1")}, "criteria": {"X1": cut(90, 80, 60)}}
    return FakeFacts(**(base | more))


def graded(grade, value="70.0", **more):
    return facts(
        verdicts={("X1", "A"): Verdict(grade, meant=True)}, numbers={("X1", "A"): {2021: D(value)}}, **more
    )


def holds(some, made, area="A"):
    return see(some, made, area).holds


@pytest.mark.parametrize(
    ("grade", "wanted", "expected"),
    [
        ("差", ["差"], True), ("中", ["差"], False), ("中", ["中", "差"], True), ("优", ["优", "良"], True),
        ("不合格", ["不合格"], True), ("合格", ["不合格"], False), ("合格", ["合格"], True), ("差", ["合格"], False),
        ("无数据", ["差"], None), ("不适用", ["差"], None), ("不评级", ["差"], None),
    ],
)  # fmt: skip
def test_a_grade(grade, wanted, expected):
    seen = see(pattern(ind="X1", grade=wanted), graded(grade), "A")
    assert seen.holds is expected
    assert seen.indicators == (() if expected is None else ("X1",))
    if expected is None:
        assert seen.words == f"某指标为{'或'.join(wanted)}（{grade}）"
    else:
        assert seen.words == f"某指标 70.0，{grade}"


def test_an_indicator_without_verdict_or_outside_the_city_cannot_be_known():
    assert holds(pattern(ind="X1", grade=["差"]), facts()) is None
    seen = see(pattern(ind="N-HT1", grade=["差"]), facts(), "A")
    assert (seen.holds, seen.words) == (None, "N-HT1 不在本市体系中")


@pytest.mark.parametrize(
    ("values", "years", "expected"),
    [
        (("70", "67", "65"), 2, True), (("70", "67", "65.1"), 2, False), (("70", "65", "65"), 2, False),
        (("67", "65"), 2, None), (("70", "65"), 1, True), (("70", "65.1"), 1, False),
        (("70", "68", "66", "64"), 3, True), (("65",), 1, None), (("60", "67", "70"), 2, False),
    ],
)  # fmt: skip
def test_a_worsening(values, years, expected):
    made = facts(numbers={("X1", "A"): run_of(2021, *values)})
    assert holds(pattern(ind="X1", trend="恶化", years=years), made) is expected


def test_a_worsening_over_a_year_that_no_trend_uses_cannot_be_known():
    for excluded in (2019, 2020, 2021):
        made = facts(
            numbers={("X1", "A"): run_of(2021, "90", "80", "70")},
            criteria={"X1": cut(90, 80, 60, exclude_years=[excluded])},
        )
        assert holds(pattern(ind="X1", trend="恶化", years=2), made) is None


@pytest.mark.parametrize("kind", [{"trend": "恶化", "years": 1}, {"behind_type_pct": 10}])
def test_without_criterion_or_direction_a_change_cannot_be_known(kind):
    numbers = {("X1", a): run_of(2021, "90", "50") for a in "ABD"}
    assert holds(pattern(ind="X1", **kind), facts(numbers=numbers, criteria={})) is None
    blind = facts(
        numbers=numbers, definitions={"X1": indicator(direction="pass")}, criteria={"X1": criterion()}
    )
    assert holds(pattern(ind="X1", **kind), blind) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"A": "69.9", "B": "80", "D": "80"}, True), ({"A": "70.4", "B": "80", "D": "80"}, False),
        ({"A": "70.39", "B": "80", "D": "90"}, True), ({"A": "90", "B": "80", "D": "80"}, False),
        ({"A": "10", "B": "80"}, None), ({"B": "80", "D": "80"}, None), ({"A": "-1", "B": "0", "D": "0"}, False),
    ],
)  # fmt: skip
def test_behind_the_median_of_its_type_by_more_than_a_share(values, expected):
    made = facts(numbers={("X1", a): {2021: D(v)} for a, v in values.items()})
    assert holds(pattern(ind="X1", behind_type_pct=12), made) is expected


def test_behind_counts_the_areas_of_the_type_only():
    numbers = {("X1", a): {2021: D(v)} for a, v in {"A": "10", "B": "80", "D": "80"}.items()}
    assert (
        holds(pattern(ind="X1", behind_type_pct=12), facts(numbers=numbers, groups={"A": ["A", "B"]})) is None
    )
    assert (
        see(pattern(ind="X1", behind_type_pct=12), facts(numbers=numbers), "A").words
        == "某指标 10，同类区中位 80"
    )


def test_behind_for_what_should_be_low_is_above():
    numbers = {("X1", a): {2021: D(v)} for a, v in {"A": "125", "B": "100", "D": "100"}.items()}
    made = facts(
        numbers=numbers, definitions={"X1": indicator(direction="lower")}, criteria={"X1": cut(60, 80, 90)}
    )
    assert holds(pattern(ind="X1", behind_type_pct=25), made) is False
    assert holds(pattern(ind="X1", behind_type_pct=24.9), made) is True


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict("优", meant=True, lines=(Line("≥8", D(7), broken=True, subject="", note=""),)), True),
        (Verdict("优", meant=True, lines=(Line("≥8", D(9), broken=False, subject="", note=""),)), False),
        (Verdict("优", meant=True), False),
        (Verdict("不合格", meant=True), True),
        (Verdict("合格", meant=True), False),
        (Verdict("不评级", meant=False, lines=(Line("≥8", D(7), broken=True, subject="", note=""),)), True),
        (Verdict("无数据", meant=True), None),
        (Verdict("不适用", meant=True), None),
        (None, None),
    ],
)
def test_a_bottom_line(verdict, expected):
    made = facts(verdicts={} if verdict is None else {("X1", "A"): verdict})
    assert holds(pattern(ind="X1", bottom="破"), made) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("50", "60", "70.1"), True), (("50", "60", "70.0"), False), (("50", "90"), None), (("50", "50", "50"), False),
    ],
)  # fmt: skip
def test_a_gap_between_areas(values, expected):
    made = facts(numbers={("X1", a): {2021: D(v)} for a, v in zip("ABD", values, strict=False)})
    assert holds(pattern(ind="X1", district_gap_over=20), made) is expected
    made.numbers["X1", CITY] = {2021: D(0)}  # the city is no area among the others
    assert holds(pattern(ind="X1", district_gap_over=20), made) is expected


@pytest.mark.parametrize(
    ("n", "score", "below", "above"),
    [
        (100, "49.9", True, False), (100, "50.0", False, False), (100, "50.1", False, True), (99, "10", None, None),
        (400, None, None, None),
    ],
)  # fmt: skip
def test_a_survey(n, score, below, above):
    made = facts(answers={("Q13", "A"): Answers(n, None if score is None else D(score))})
    assert holds(pattern(survey="Q13", below=50), made) is below
    assert holds(pattern(survey="Q13", above=50), made) is above
    assert holds(pattern(survey="Q13", below=50), made, "B") is None


def test_a_survey_pattern_rests_on_its_question():
    made = facts(answers={("Q13", "A"): Answers(400, D("44.0"))})
    seen = see(pattern(survey="Q13", below=50), made, "A")
    assert (seen.questions, seen.indicators, seen.words) == (("Q13",), (), "Q13 “Q13”题 44.0 分（n=400）")


@pytest.mark.parametrize(
    ("score", "grade", "expected"),
    [
        ("40", "优", True), ("40", "良", True), ("40", "中", False), ("40", "无数据", None), ("40", "不评级", None),
        ("60", "优", False), ("60", "中", False), ("60", "无数据", False),
    ],
)  # fmt: skip
def test_a_survey_beside_a_grade(score, grade, expected):
    made = graded(grade, answers={("Q13", "A"): Answers(400, D(score))})
    some = pattern(survey="Q13", below=50, **{"while": {"ind": "X1", "grade": ["优", "良"]}})
    assert holds(some, made) is expected


@pytest.mark.parametrize(
    ("now", "below", "above"),
    [("329", True, False), ("330", False, False), ("331", False, True), (None, None, None)],
)
def test_a_variable_against_a_number(now, below, above):
    made = facts(quantities={} if now is None else {("valid_days", "A", 0): D(now)})
    assert holds(pattern(variable="valid_days", below=330), made) is below
    assert holds(pattern(variable="valid_days", above=330), made) is above


@pytest.mark.parametrize(
    ("before", "now", "over", "below"),
    [
        ("100", "105", False, False), ("100", "105.1", True, False), ("100", "102", False, False),
        ("100", "101.9", False, True), ("100", "90", False, True), ("0", "90", None, None), (None, "90", None, None),
        ("100", None, None, None),
    ],
)  # fmt: skip
def test_the_growth_of_a_variable(before, now, over, below):
    cells = {("vehicles", "A", 0): now, ("vehicles", "A", 1): before}
    made = facts(quantities={k: D(v) for k, v in cells.items() if v is not None})
    assert holds(pattern(variable="vehicles", growth_over=5), made) is over
    assert holds(pattern(variable="vehicles", growth_below=2), made) is below


def test_a_shrinking_below_a_negative_growth():
    made = facts(quantities={("green", "A", 0): D("98.9"), ("green", "A", 1): D(100)})
    assert holds(pattern(variable="green", growth_below=-1), made) is True
    assert holds(pattern(variable="green", growth_below=-1.1), made) is False


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (
            {"complaint": "停车", "rise_pct": 20, "per_10k_over": 30},
            "“停车”投诉同比增加 20% 以上或每万人超过 30 件",
        ),
        ({"complaint": "停车", "rise_pct": 20}, "“停车”投诉同比增加 20% 以上"),
        ({"alarm": "占用消防通道", "count_over": 20}, "“占用消防通道”告警一年超过 20 次"),
        ({"text": "夜间利用率低于 70%"}, "夜间利用率低于 70%"),
    ],
)
def test_what_an_examination_cannot_see_is_never_true(document, words):
    seen = see(pattern(**document), facts(), "A")
    assert (seen.holds, seen.words, seen.indicators, seen.questions) == (None, words, (), ())


STATES = {True: {"survey": "T", "below": 50}, False: {"survey": "F", "below": 50}, None: {"text": "不知"}}
# Kleene's tables, written out.
ALL = {
    (True, True): True, (True, False): False, (True, None): None,
    (False, True): False, (False, False): False, (False, None): False,
    (None, True): None, (None, False): False, (None, None): None,
}  # fmt: skip
ANY = {
    (True, True): True, (True, False): True, (True, None): True,
    (False, True): True, (False, False): False, (False, None): None,
    (None, True): True, (None, False): None, (None, None): None,
}  # fmt: skip


def told():
    return facts(answers={("T", "A"): Answers(400, D(40)), ("F", "A"): Answers(400, D(60))})


@pytest.mark.parametrize("pair", list(itertools.product(STATES, repeat=2)))
def test_truth_tables_of_two(pair):
    members = [STATES[s] for s in pair]
    assert holds(pattern(all=members), told()) is ALL[pair]
    assert holds(pattern(any=members), told()) is ANY[pair]


@pytest.mark.parametrize("three", list(itertools.product(STATES, repeat=3)))
def test_truth_tables_of_three_are_those_of_two_twice(three):
    members = [STATES[s] for s in three]
    assert holds(pattern(all=members), told()) is ALL[ALL[three[0], three[1]], three[2]]
    assert holds(pattern(any=members), told()) is ANY[ANY[three[0], three[1]], three[2]]
    nested = pattern(any=[{"all": members[:2]}, members[2]])
    assert holds(nested, told()) is ANY[ALL[three[0], three[1]], three[2]]


def test_a_joint_pattern_rests_on_what_is_true_in_it():
    made = graded("差", answers={("T", "A"): Answers(400, D(40)), ("F", "A"): Answers(400, D(60))})
    some = pattern(any=[{"ind": "X1", "grade": ["差"]}, STATES[False], STATES[True], {"text": "不知"}])
    seen = see(some, made, "A")
    assert (seen.indicators, seen.questions) == (("X1",), ("T",))
    assert seen.words == "某指标 70.0，差；或T “T”题 40 分（n=400）"
    both = see(pattern(all=[{"ind": "X1", "grade": ["差"]}, STATES[True]]), made, "A")
    assert both.words == "某指标 70.0，差，且T “T”题 40 分（n=400）"


UNREAD = Verdict(
    "不评级", meant=True, judge="cut", other_revision="判定标准按修订 1 的口径定，这一年是修订 2"
)


@pytest.mark.parametrize(
    "asked",
    [
        {"grade": ["差"]}, {"grade": ["优"]}, {"trend": "恶化", "years": 2}, {"behind_type_pct": 12},
        {"district_gap_over": 20},
    ],
)  # fmt: skip
def test_figures_of_a_revision_that_the_criterion_does_not_judge_cannot_be_known(asked):
    series = {"A": ("90", "70", "50"), "B": ("90",), "D": ("90",)}
    numbers = {("X1", area): run_of(2021, *values) for area, values in series.items()}
    made = facts(numbers=numbers, verdicts={("X1", "A"): UNREAD})
    seen = see(pattern(ind="X1", **asked), made, "A")
    assert (seen.holds, seen.indicators) == (None, ())
    assert seen.words == "某指标（判定标准按修订 1 的口径定，这一年是修订 2）"
    if "grade" not in asked:
        made.verdicts.clear()
        assert holds(pattern(ind="X1", **asked), made) is True


@pytest.mark.parametrize(
    ("judge", "lines", "expected"),
    [
        ("cut", (), False),
        ("pass", (), None),
        ("cut", (Line("≥8", D(7), broken=None, subject="", note=""),), None),
        ("cut", (Line("≥8", D(7), broken=True, subject="甲", note=""),), True),
        ("pass", (Line("≥8", D(7), broken=True, subject="甲", note=""),), True),
        ("cut", (Line("≥8", D(9), broken=False, subject="甲", note=""),), False),
    ],
)
def test_a_bottom_line_on_a_variable_holds_under_every_revision(judge, lines, expected):
    verdict = Verdict("不评级", meant=True, judge=judge, lines=lines, other_revision="口径不同")
    assert holds(pattern(ind="X1", bottom="破"), facts(verdicts={("X1", "A"): verdict})) is expected
