"""One value to one verdict: every way of judging against every state of the value."""

from decimal import Decimal

import pytest
from fake_facts import OWN, criterion, cut, indicator, run_of

from tijian.engine.grade.bottom import Line
from tijian.engine.grade.judge import Subject, judge
from tijian.engine.kernel.missing import Status

PRESENT, ABSENT, NONE = Status.PRESENT, Status.NOT_APPLICABLE, Status.NO_DATA
WAYS = {
    "cut": {"judge": "cut", "cuts": [90, 80, 70]},
    "own_trend": {"judge": "own_trend"},
    "pass": {"judge": "pass", "op": ">=", "value": 75},
    "none": {"judge": "none", "reason": "不可比"},
}
KEPT = Line("≥60", Decimal(80), broken=False, subject="", note="")
BROKEN = Line("≥60", Decimal(50), broken=True, subject="", note="")
UNKNOWN = Line("≥60", None, broken=None, subject="", note="")


def subject(status=PRESENT, values=("80", "85"), **more):
    held = run_of(2021, *values)
    if status is not PRESENT:
        held.pop(2021, None)
    base = {"indicator": indicator(), "level": "district", "shares": {}, "year": 2021}
    return Subject(**(base | {"status": status, "values": held} | more))


def by(way, **more):
    return criterion(levels={"district": WAYS[way]}, **more)


@pytest.mark.parametrize(
    ("way", "status", "grade", "meant"),
    [
        ("cut", PRESENT, "良", True), ("cut", NONE, "无数据", True), ("cut", ABSENT, "不适用", True),
        ("own_trend", PRESENT, "良", True), ("own_trend", NONE, "无数据", True), ("own_trend", ABSENT, "不适用", True),
        ("pass", PRESENT, "合格", True), ("pass", NONE, "无数据", True), ("pass", ABSENT, "不适用", True),
        ("none", PRESENT, "不评级", False), ("none", NONE, "无数据", False), ("none", ABSENT, "不适用", False),
    ],
)  # fmt: skip
def test_every_way_of_judging_and_every_state(way, status, grade, meant):
    verdict = judge(subject(status), by(way), OWN)
    assert (verdict.grade, verdict.meant, verdict.broken) == (grade, meant, False)
    if status is PRESENT:
        assert (verdict.judge, verdict.criterion) == (way, "X1@1")
        assert verdict.reason == ("不可比" if way == "none" else "")
    else:
        assert (verdict.criterion, verdict.reason) == ("", "")


def test_a_cut_tells_its_points_and_the_way_to_the_next_grade():
    verdict = judge(subject(values=("85",)), by("cut"), OWN)
    assert verdict.cuts.points == (Decimal(90), Decimal(80), Decimal(70))
    assert verdict.next == ("优", Decimal(5))
    assert (verdict.trend, verdict.passing) == (None, None)


@pytest.mark.parametrize(("value", "grade", "broken"), [("75.0", "合格", False), ("74.9", "不合格", True)])
def test_a_failed_pass_breaks_a_bottom_line(value, grade, broken):
    verdict = judge(subject(values=(value,)), by("pass"), OWN)
    assert (verdict.grade, verdict.broken, verdict.passing.value) == (grade, broken, 75)


@pytest.mark.parametrize(
    ("op", "value", "held", "grade"),
    [("==", 100, "100.0", "合格"), ("==", 100, "99.9", "不合格"), ("<=", 30, "30.0", "合格"), ("<=", 30, "30.1", "不合格"),
     ("<", 30, "30.0", "不合格"), (">", 30, "30.0", "不合格"), (">", 30, "30.1", "合格"), ("==", 0, "0.0", "合格")],
)  # fmt: skip
def test_every_comparison_of_a_pass(op, value, held, grade):
    rule = criterion(levels={"district": {"judge": "pass", "op": op, "value": value}})
    assert judge(subject(values=(held,)), rule, OWN).grade == grade


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (None, "没有标准"),
        (criterion(2022, levels={"district": WAYS["cut"]}), "2021 年本级没有生效的标准"),
        (criterion(2019, 2020, levels={"district": WAYS["cut"]}), "2021 年本级没有生效的标准"),
        (criterion(levels={"city": WAYS["cut"]}), "2021 年本级没有生效的标准"),
    ],
)
def test_without_a_criterion_in_force_nothing_is_meant(rule, reason):
    verdict = judge(subject(), rule, OWN)
    assert (verdict.grade, verdict.meant, verdict.reason, verdict.criterion) == ("不评级", False, reason, "")
    missing = judge(subject(NONE), rule, OWN)
    assert (missing.grade, missing.meant) == ("无数据", False)


def test_the_version_of_the_year_judges():
    versions = [
        {
            "version": 3,
            "from": 2019,
            "to": 2020,
            "levels": {"district": {"judge": "cut", "cuts": [80, 70, 60]}},
        },
        {"version": 7, "from": 2021, "levels": {"district": {"judge": "cut", "cuts": [95, 90, 85]}}},
    ]
    rule = criterion(versions=versions)
    now = judge(subject(values=("84.9",)), rule, OWN)
    assert (now.grade, now.criterion) == ("差", "X1@7")
    held = run_of(2020, "84.9")
    earlier = judge(Subject(indicator(), "district", {}, 2020, PRESENT, held), rule, OWN)
    assert (earlier.grade, earlier.criterion) == ("优", "X1@3")


TYPED = {
    "judge": "cut",
    "cuts": {"老区": [90, 80, 70], "新区": [80, 70, 60]},
    "missing_type": {"郊区": "村庄不评"},
}


@pytest.mark.parametrize(
    ("shares", "grade", "meant", "reason"),
    [
        ({"老区": 1}, "中", True, ""),
        ({"新区": 1}, "良", True, ""),
        ({"老区": 0.5, "新区": 0.5}, "良", True, ""),  # 85 75 65
        ({"老区": 0.5, "郊区": 0.5}, "中", True, ""),
        ({"郊区": 1}, "不评级", False, "村庄不评"),
        ({"别的": 1}, "不评级", False, "这类区没有切点"),
    ],
)
def test_area_types_decide_the_points(shares, grade, meant, reason):
    rule = criterion(levels={"district": TYPED})
    verdict = judge(subject(values=("75.0",), shares=shares), rule, OWN)
    assert (verdict.grade, verdict.meant, verdict.reason) == (grade, meant, reason)
    assert judge(subject(NONE, shares=shares), rule, OWN).meant is meant


@pytest.mark.parametrize(
    ("n", "margin", "reason"),
    [
        (150, 5.0, ""), (149, 5.0, "样本 149 份，少于 150 份"), (150, 5.1, "误差 ±5.1 分，超过 ±5 分"),
        (10, 20.0, "样本 10 份，少于 150 份"),
    ],
)  # fmt: skip
def test_a_survey_figure_needs_its_sample(n, margin, reason):
    rule = by("cut", sample={"min_n": 150, "max_margin": 5})
    verdict = judge(subject(values=("85",), n=n, margin=margin), rule, OWN)
    assert (verdict.grade, verdict.reason, verdict.meant) == ("不评级" if reason else "良", reason, True)


def test_a_figure_that_is_no_survey_needs_no_sample():
    rule = by("cut", sample={"min_n": 150, "max_margin": 5})
    assert judge(subject(values=("85",)), rule, OWN).grade == "良"


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(
    ("lines", "broken"),
    [
        ((KEPT,), False),
        ((BROKEN,), True),
        ((KEPT, BROKEN), True),
        ((UNKNOWN,), False),
        ((UNKNOWN, BROKEN), True),
    ],
)
def test_bottom_lines_travel_with_every_verdict(way, status, lines, broken):
    verdict = judge(subject(status, lines=lines), by(way), OWN)
    assert verdict.lines == lines
    assert verdict.broken is broken


@pytest.mark.parametrize(
    ("values", "more", "grade", "reason"),
    [
        (("80", "85"), {}, "良", ""),
        (("85",), {}, "不评级", "没有往年的可比值"),
        (("80", "85"), {"exclude_years": [2021]}, "不评级", "2021 年不作趋势"),
        (("80", "85"), {"exclude_years": [2020]}, "不评级", "没有往年的可比值"),
        (("80", "99", "81"), {"exclude_years": [2020]}, "中", ""),
        (("80", "85", "83"), {"exclude_years": [2020]}, "良", ""),
        (("90", "87", "85"), {}, "差", ""),
        (("90", "87", "85"), {"exclude_years": [2020]}, "中", ""),
    ],
)
def test_own_trend_leaves_out_the_years_that_no_trend_uses(values, more, grade, reason):
    verdict = judge(subject(values=values), by("own_trend", **more), OWN)
    assert (verdict.grade, verdict.reason, verdict.meant) == (grade, reason, True)
    assert (verdict.trend is None) == bool(reason)


@pytest.mark.parametrize("direction", ["range", "pass"])
def test_own_trend_needs_to_know_which_way_is_worse(direction):
    definition = indicator(direction=direction)
    verdict = judge(subject(indicator=definition), by("own_trend"), OWN)
    assert (verdict.grade, verdict.reason) == ("不评级", "没有写明哪个方向为差")
    told = judge(subject(indicator=definition), by("own_trend", trend={"worse": "down"}), OWN)
    assert told.grade == "良"


def test_a_range_is_graded_by_its_intervals():
    definition = indicator(direction="range", decimals=2)
    rule = cut((0.9, 1.4), (0.8, 1.5), (0.6, 1.8))
    verdict = judge(subject(values=("1.45",), indicator=definition), rule, OWN)
    assert (verdict.grade, verdict.next) == ("良", ("优", Decimal("0.05")))


def of_revision(way, revision, **more):
    version = {"version": 1, "from": 2019, "revision": revision, "levels": {"district": WAYS[way]}}
    return criterion(versions=[version], **more)


OTHER = "判定标准按修订 1 的口径定，这一年是修订 2"


@pytest.mark.parametrize("way", ["cut", "own_trend", "pass"])
def test_a_value_of_another_revision_is_meant_to_be_judged_and_is_not(way):
    verdict = judge(subject(revisions=(2,)), by(way), OWN)
    assert (verdict.grade, verdict.meant, verdict.reason) == ("不评级", True, OTHER)
    assert (verdict.criterion, verdict.judge, verdict.other_revision) == ("X1@1", way, OTHER)
    assert (verdict.cuts, verdict.trend, verdict.passing, verdict.next) == (None, None, None, None)


@pytest.mark.parametrize("way", ["cut", "own_trend", "pass"])
@pytest.mark.parametrize(
    ("stated", "revisions", "judged"),
    [
        (None, (), True), (None, (1,), True), (None, (2,), False), (None, (2, 1), True), (None, (3, 2), False),
        (1, (1,), True), (1, (2,), False), (2, (2,), True), (2, (1,), False), (2, (1, 2), True), (2, (), False),
        (2, (3, 2), True), (3, (2, 1), False),
    ],
)  # fmt: skip
def test_a_criterion_judges_the_revision_it_names_and_those_joined_with_it(way, stated, revisions, judged):
    verdict = judge(subject(revisions=revisions), of_revision(way, stated), OWN)
    assert (verdict.grade != "不评级") is judged
    assert (verdict.other_revision == "") is judged


def test_without_a_name_a_criterion_judges_the_revision_of_the_definition():
    later = indicator(revision=3)
    assert judge(subject(indicator=later), by("cut"), OWN).grade == "良"
    verdict = judge(subject(indicator=later, revisions=(4,)), by("cut"), OWN)
    assert verdict.reason == "判定标准按修订 3 的口径定，这一年是修订 4"


def test_each_version_of_a_criterion_judges_its_own_revision():
    points = {"district": {"judge": "cut", "cuts": [80, 70, 60]}}
    versions = [
        {"version": 1, "from": 2019, "to": 2020, "levels": {"district": WAYS["cut"]}},
        {"version": 2, "from": 2021, "revision": 2, "levels": points},
    ]
    verdict = judge(subject(revisions=(2,)), criterion(versions=versions), OWN)
    assert (verdict.grade, verdict.criterion) == ("优", "X1@2")


@pytest.mark.parametrize(("status", "word"), [(NONE, "无数据"), (ABSENT, "不适用")])
def test_without_a_value_the_revision_says_nothing(status, word):
    verdict = judge(subject(status, revisions=(2,)), by("cut"), OWN)
    assert (verdict.grade, verdict.meant, verdict.reason) == (word, True, "")


def test_what_was_never_meant_to_be_judged_keeps_its_reason():
    none = judge(subject(revisions=(2,)), by("none"), OWN)
    assert (none.grade, none.meant, none.reason, none.other_revision) == ("不评级", False, "不可比", OTHER)
    typed = criterion(levels={"district": TYPED})
    verdict = judge(subject(revisions=(2,), shares={"郊区": 1}), typed, OWN)
    assert (verdict.meant, verdict.reason, verdict.other_revision) == (False, "村庄不评", OTHER)


def test_the_revision_is_told_before_the_sample():
    rule = by("cut", sample={"min_n": 150, "max_margin": 5})
    assert judge(subject(n=10, margin=20.0, revisions=(2,)), rule, OWN).reason == OTHER
