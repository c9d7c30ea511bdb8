"""The grade of a dimension, by hand and against a slow oracle."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.catalogue.city import DimensionRule
from tijian.engine.grade.dimension import Item, grade_dimension
from tijian.engine.kernel.missing import Status

RULE = DimensionRule(
    points={"优": 4, "良": 3, "中": 2, "差": 1}, min_coverage=0.8, min_judged=0.5, bottom_cap="中"
)
PRESENT, ABSENT, NONE = Status.PRESENT, Status.NOT_APPLICABLE, Status.NO_DATA


def items(text, broken=""):
    """Write items shortly: 优良中差 grades · 合 合格 · 败 不合格 · 不 不评级 but meant · 外 never meant · 缺 无数据 · 空 不适用.

    ``broken`` names positions that break a bottom line.
    """
    grades = {"合": "合格", "败": "不合格", "不": "不评级", "外": "不评级", "缺": "无数据", "空": "不适用"}
    status = {"缺": NONE, "空": ABSENT}
    return [
        Item(f"X{i}", status.get(c, PRESENT), grades.get(c, c), c != "外", c == "败" or str(i) in broken)
        for i, c in enumerate(text)
    ]


@pytest.mark.parametrize(
    ("text", "grade", "score"),
    [
        ("优优优", "优", "4"), ("差差", "差", "1"), ("优良", "良", "3.5"), ("良中", "中", "2.5"), ("中差", "差", "1.5"),
        ("优优优良", "优", "3.75"), ("优优良良良", "良", "3.4"), ("优优优良良", "优", "3.6"), ("优中", "良", "3"), ("优差", "中", "2.5"),
        ("优差差", "中", "2"), ("优优优差", "良", "3.25"), ("良良中中中", "中", "2.4"), ("良良良中中", "良", "2.6"),
        ("中", "中", "2"), ("优合合", "优", "4"), ("差合合合", "差", "1"), ("优外外外", "优", "4"),
    ],
)  # fmt: skip
def test_the_mean_of_the_points_half_down(text, grade, score):
    found = grade_dimension(items(text), RULE)
    assert (found.grade, found.score, found.reason) == (grade, Decimal(score), "")


@pytest.mark.parametrize(
    ("text", "coverage", "grade"),
    [
        ("优优优优缺", Fraction(4, 5), "优"),  # 0.8 exactly
        ("优优优缺", Fraction(3, 4), "不评级"),
        ("优" * 79 + "缺" * 21, Fraction(79, 100), "不评级"),  # just under
        ("优" * 80 + "缺" * 20, Fraction(4, 5), "优"),
        ("优优优优缺空空", Fraction(4, 5), "优"),  # 不适用 leaves the denominator
        ("优优优外缺", Fraction(4, 5), "优"),  # what is never judged is still covered
        ("优空空空", Fraction(1), "优"),
    ],
)
def test_coverage_is_what_is_there_of_what_applies(text, coverage, grade):
    found = grade_dimension(items(text), RULE)
    assert Fraction(found.coverage) == coverage
    assert found.grade == grade
    assert found.reason.startswith("覆盖" if grade == "不评级" else "")


def test_the_reason_says_what_was_reached_and_what_was_asked():
    assert grade_dimension(items("优优优缺"), RULE).reason == "覆盖 75%，低于 80%"


@pytest.mark.parametrize(
    ("text", "graded", "meant", "grade"),
    [
        ("优优不不", 2, 4, "优"),  # half is enough
        ("优优不不不", 2, 5, "不评级"),
        ("优不", 1, 2, "优"),
        ("优不不", 1, 3, "不评级"),
        ("优合不不", 2, 4, "优"),  # 合格 counts as graded
        ("优外外外外", 1, 1, "优"),  # what is not meant to be judged is not asked for
        ("优优优优优优优缺", 7, 8, "优"),
    ],
)
def test_half_of_what_is_meant_must_have_a_grade(text, graded, meant, grade):
    found = grade_dimension(items(text), RULE)
    assert (found.graded, found.meant, found.grade) == (graded, meant, grade)
    if grade == "不评级":
        assert found.reason == f"应评 {meant} 项，只有 {graded} 项有等级"


@pytest.mark.parametrize(
    ("text", "broken", "grade", "reason"),
    [
        ("优优优", "1", "中", "X1 破底线，至多为中"),
        ("良良", "01", "中", "X0、X1 破底线，至多为中"),
        ("优优败", "", "中", "X2 破底线，至多为中"),
        ("中中", "0", "中", ""),
        ("差差", "0", "差", ""),
        ("差败", "", "差", ""),
        ("优优外", "2", "中", "X2 破底线，至多为中"),  # a line may be broken where nothing is judged
        ("优优空", "2", "优", ""),  # what does not apply breaks nothing
    ],
)
def test_a_broken_bottom_line_caps_the_grade(text, broken, grade, reason):
    found = grade_dimension(items(text, broken), RULE)
    assert (found.grade, found.reason) == (grade, reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有适用的指标"),
        ("空空", "没有适用的指标"),
        ("外外", "没有打算评级的指标"),
        ("合合", "只有合格与否的项，不计分"),
        ("合败", "只有合格与否的项，不计分"),
        ("缺", "覆盖 0%，低于 80%"),
    ],
)
def test_where_nothing_scores_there_is_no_grade(text, reason):
    found = grade_dimension(items(text), RULE)
    assert (found.grade, found.score, found.reason) == ("不评级", None, reason)


def test_what_it_rests_on_is_told():
    found = grade_dimension(items("优良合败外缺空", broken="0"), RULE)
    assert (found.graded, found.meant, found.applicable) == (4, 5, 6)
    assert found.broken == ("X0", "X3")


def test_other_rules_give_other_grades():
    strict = DimensionRule(
        points={"优": 4, "良": 3, "中": 2, "差": 1}, min_coverage=0.9, min_judged=0.8, bottom_cap="差"
    )
    assert grade_dimension(items("优优优优缺"), strict).grade == "不评级"
    assert grade_dimension(items("优优优不"), strict).grade == "不评级"
    assert grade_dimension(items("优优", "0"), strict).grade == "差"


def slowly(some, rule):
    """The rule of invariant 13, read word for word, in fractions."""
    apply = [i for i in some if i.status is not ABSENT]
    if not apply:
        return "不评级"
    there = [i for i in apply if i.status is PRESENT]
    if Fraction(len(there), len(apply)) < Fraction(str(rule.min_coverage)):
        return "不评级"
    meant = [i for i in apply if i.meant]
    graded = [i for i in meant if i.grade in {"优", "良", "中", "差", "合格", "不合格"}]
    if not meant or Fraction(len(graded), len(meant)) < Fraction(str(rule.min_judged)):
        return "不评级"
    worth = {"优": 4, "良": 3, "中": 2, "差": 1}
    scores = [worth[i.grade] for i in graded if i.grade in worth]
    if not scores:
        return "不评级"
    mean = Fraction(sum(scores), len(scores))
    for points in (1, 2, 3, 4):  # half goes down
        if mean <= points + Fraction(1, 2):
            break
    if any(i.broken for i in apply):
        points = min(points, worth[rule.bottom_cap])
    return {4: "优", 3: "良", 2: "中", 1: "差"}[points]


@settings(derandomize=True, deadline=None, max_examples=800)
@given(
    st.text("优良中差合败不外缺空", max_size=12),
    st.sets(st.integers(0, 11), max_size=2),
    st.sampled_from("优良中差"),
)
def test_against_the_rule_read_word_for_word(text, broken, cap):
    rule = RULE.model_copy(update={"bottom_cap": cap})
    some = items(text, "".join(str(b) for b in broken if b < 10))
    assert grade_dimension(some, rule).grade == slowly(some, rule)


def test_the_order_of_the_items_does_not_matter():
    draw = random.Random(1)  # noqa: S311 — examples, not secrets
    for _ in range(200):
        some = items("".join(draw.choice("优良中差合败不外缺空") for _ in range(9)))
        other = draw.sample(some, len(some))
        one, two = grade_dimension(some, RULE), grade_dimension(other, RULE)
        assert (one.grade, one.score, one.coverage, one.graded) == (
            two.grade,
            two.score,
            two.coverage,
            two.graded,
        )
