"""Cut points of pure and mixed areas, and grades at, above and below them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.catalogue.criterion import Judgement
from tijian.engine.catalogue.document import parse
from tijian.engine.grade.cutpoints import CutSet, cuts_for, grade_of, to_next, written

D = Decimal
ROADS = {"老区": [9, 8, 6], "新区": [8, 6.5, 5], "城乡结合部": [7, 5.5, 4]}
DENSITY = {
    "老区": [[0.9, 1.4], [0.8, 1.5], [0.6, 1.8]],
    "新区": [[0.7, 1.2], [0.55, 1.4], [0.35, 1.5]],
}


def judged(cuts, **more):
    return parse(Judgement, {"judge": "cut", "cuts": cuts} | more, "a")


def points(*numbers):
    return tuple(tuple(map(D, n)) if isinstance(n, tuple) else D(n) for n in numbers)


@pytest.mark.parametrize(
    ("cuts", "shares", "decimals", "expected"),
    [
        ([8, 7, 5.5], {}, 2, points("8", "7", "5.5")),
        ([8, 7, 5.5], {"老区": 0.7, "新区": 0.3}, 2, points("8", "7", "5.5")),
        (ROADS, {"老区": 1}, 2, points("9", "8", "6")),
        (ROADS, {"城乡结合部": 1}, 2, points("7", "5.5", "4")),
        # 铁西: 0.7 × 9 + 0.3 × 8 = 8.7 · 0.7 × 8 + 0.3 × 6.5 = 7.55 · 0.7 × 6 + 0.3 × 5 = 5.7
        (ROADS, {"老区": 0.7, "新区": 0.3}, 2, points("8.70", "7.55", "5.70")),
        (ROADS, {"新区": 0.3, "老区": 0.7}, 2, points("8.70", "7.55", "5.70")),
        # the same to one decimal: 7.55 is a tie and goes to the even 7.6
        (ROADS, {"老区": 0.7, "新区": 0.3}, 1, points("8.7", "7.6", "5.7")),
        # to none: 8.7 → 9, 7.55 → 8, 5.7 → 6
        (ROADS, {"老区": 0.7, "新区": 0.3}, 0, points("9", "8", "6")),
        # halves: 8.5 · 7.25 · 5.5, to none: 8.5 → 8, 7.25 → 7, 5.5 → 6
        (ROADS, {"老区": 0.5, "新区": 0.5}, 0, points("8", "7", "6")),
        (ROADS, {"老区": 0.5, "新区": 0.5}, 1, points("8.5", "7.2", "5.5")),
        # three types: 0.5 × 9 + 0.3 × 8 + 0.2 × 7 = 8.3 · 4 + 1.95 + 1.1 = 7.05 · 3 + 1.5 + 0.8 = 5.3
        (ROADS, {"老区": 0.5, "新区": 0.3, "城乡结合部": 0.2}, 2, points("8.30", "7.05", "5.30")),
        # 0.7 × 0.9 + 0.3 × 0.7 = 0.84 …
        (
            DENSITY, {"老区": 0.7, "新区": 0.3}, 2,
            points(("0.84", "1.34"), ("0.72", "1.47"), ("0.52", "1.71")),
        ),
        # … 0.725 → 0.72 and 0.525 → 0.52 above are ties to even; to three decimals they stand as they are
        (
            DENSITY, {"老区": 0.7, "新区": 0.3}, 3,
            points(("0.840", "1.340"), ("0.725", "1.470"), ("0.525", "1.710")),
        ),
    ],
)  # fmt: skip
def test_cut_points_of_an_area_by_hand(cuts, shares, decimals, expected):
    found = cuts_for(judged(cuts), shares, decimals)
    assert found.points == expected
    if len(shares) > 1 and isinstance(cuts, dict):
        flat = [x for p in found.points for x in (p if isinstance(p, tuple) else (p,))]
        assert all(-x.as_tuple().exponent == decimals for x in flat)


def test_the_parts_of_a_mixed_area_are_told():
    found = cuts_for(judged(ROADS), {"老区": 0.7, "新区": 0.3}, 2)
    assert found.parts == (
        ("老区", D("0.7"), points("9", "8", "6")),
        ("新区", D("0.3"), points("8", "6.5", "5")),
    )


def test_a_type_without_points_drops_out_and_the_shares_are_rescaled():
    cuts = {"老区": [9, 8, 6], "新区": [8, 6, 5]}
    # 0.6 : 0.2 becomes 0.75 : 0.25 → 8.75 · 7.5 · 5.75
    found = cuts_for(judged(cuts), {"老区": 0.6, "新区": 0.2, "城乡结合部": 0.2}, 2)
    assert found.points == points("8.75", "7.50", "5.75")
    assert [(t, s) for t, s, _ in found.parts] == [("老区", D("0.75")), ("新区", D("0.25"))]


def test_one_type_left_is_a_pure_area():
    found = cuts_for(judged({"老区": [9.5, 8, 6]}), {"老区": 0.3, "新区": 0.7}, 0)
    assert found.points == points("9.5", "8", "6")
    assert found.parts == (("老区", D(1), points("9.5", "8", "6")),)


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        ({"城乡结合部": 1}, "村庄不按此评"),
        ({"新区": 0.5, "城乡结合部": 0.5}, "村庄不按此评"),
        ({"新区": 1}, "这类区没有切点"),
        ({}, "这类区没有切点"),
    ],
)
def test_an_area_without_points_says_why(shares, reason):
    judgement = judged({"老区": [9, 8, 6]}, missing_type={"城乡结合部": "村庄不按此评"})
    assert cuts_for(judgement, shares, 2) == reason


def test_a_judgement_without_cut_points_says_so():
    assert cuts_for(parse(Judgement, {"judge": "own_trend"}, "a"), {}, 2) == "没有切点"


TENTHS = st.integers(0, 400).map(lambda n: n / 10)


def exactly(number):
    return Fraction(str(number))


def half_even(number, decimals):
    scaled = number * 10**decimals
    low = scaled.numerator // scaled.denominator
    rest = scaled - low
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2):
        low += 1
    return Fraction(low, 10**decimals)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(
    st.lists(st.lists(TENTHS, min_size=3, max_size=3), min_size=2, max_size=3),
    st.sampled_from(
        [(70, 30, 0), (50, 50, 0), (25, 75, 0), (5, 95, 0), (50, 30, 20), (33, 33, 34), (10, 15, 75)]
    ),
    st.integers(0, 3),
)
def test_weighted_points_against_fractions(cuts, hundredths, decimals):
    names = ["a", "b", "c"][: len(cuts)]
    if len(cuts) == 2 and hundredths[2]:
        hundredths = (30, 70, 0)
    shares = {n: h / 100 for n, h in zip(names, hundredths, strict=False) if h}
    named = {n: [float(x) for x in cuts[i]] for i, n in enumerate(shares)}
    found = cuts_for(judged(named), shares, decimals)
    for i, point in enumerate(found.points):
        mean = sum(exactly(s) * exactly(named[n][i]) for n, s in shares.items())
        assert Fraction(point) == half_even(mean, decimals)


HIGHER, LOWER = CutSet(points("8", "7", "5.5")), CutSet(points("0.05", "0.12", "0.25"))
RANGE = CutSet(points(("0.9", "1.4"), ("0.8", "1.5"), ("0.6", "1.8")))


@pytest.mark.parametrize(
    ("cuts", "direction", "value", "grade"),
    [
        (HIGHER, "higher", "100", "优"), (HIGHER, "higher", "8.01", "优"), (HIGHER, "higher", "8.00", "优"),
        (HIGHER, "higher", "7.99", "良"), (HIGHER, "higher", "7.00", "良"), (HIGHER, "higher", "6.99", "中"),
        (HIGHER, "higher", "5.50", "中"), (HIGHER, "higher", "5.49", "差"), (HIGHER, "higher", "-1", "差"),
        (LOWER, "lower", "0", "优"), (LOWER, "lower", "0.05", "优"), (LOWER, "lower", "0.06", "良"),
        (LOWER, "lower", "0.12", "良"), (LOWER, "lower", "0.13", "中"), (LOWER, "lower", "0.25", "中"),
        (LOWER, "lower", "0.26", "差"),
        (RANGE, "range", "0.90", "优"), (RANGE, "range", "1.40", "优"), (RANGE, "range", "0.89", "良"),
        (RANGE, "range", "1.41", "良"), (RANGE, "range", "0.80", "良"), (RANGE, "range", "1.50", "良"),
        (RANGE, "range", "0.79", "中"), (RANGE, "range", "1.51", "中"), (RANGE, "range", "0.60", "中"),
        (RANGE, "range", "1.80", "中"), (RANGE, "range", "0.59", "差"), (RANGE, "range", "1.81", "差"),
    ],
)  # fmt: skip
def test_grades_at_and_one_last_place_beside_the_cut_points(cuts, direction, value, grade):
    assert grade_of(D(value), cuts, direction) == grade


@pytest.mark.parametrize(
    ("cuts", "direction", "value", "expected"),
    [
        (HIGHER, "higher", "8.00", None), (HIGHER, "higher", "7.99", ("优", "0.01")),
        (HIGHER, "higher", "7.00", ("优", "1.00")), (HIGHER, "higher", "6.24", ("良", "0.76")),
        (HIGHER, "higher", "5.49", ("中", "0.01")), (HIGHER, "higher", "0", ("中", "5.5")),
        (LOWER, "lower", "0.05", None), (LOWER, "lower", "0.06", ("优", "0.01")), (LOWER, "lower", "0.13", ("良", "0.01")),
        (LOWER, "lower", "0.31", ("中", "0.06")),
        (RANGE, "range", "1.00", None), (RANGE, "range", "0.85", ("优", "0.05")), (RANGE, "range", "1.45", ("优", "0.05")),
        (RANGE, "range", "0.75", ("良", "0.05")), (RANGE, "range", "1.62", ("良", "0.12")),
        (RANGE, "range", "0.5", ("中", "0.1")), (RANGE, "range", "2.0", ("中", "0.2")),
    ],
)  # fmt: skip
def test_how_far_the_next_grade_is(cuts, direction, value, expected):
    found = to_next(D(value), cuts, direction)
    assert found == (None if expected is None else (expected[0], D(expected[1])))


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.integers(-50, 1200), st.sampled_from([(HIGHER, "higher", 1), (LOWER, "lower", -1)]))
def test_walking_the_distance_reaches_the_next_grade_and_no_less_does(hundredths, how):
    cuts, direction, sign = how
    value = D(hundredths) / 100
    found = to_next(value, cuts, direction)
    if found is None:
        assert grade_of(value, cuts, direction) == "优"
        return
    grade, gap = found
    assert grade_of(value + sign * gap, cuts, direction) == grade
    assert grade_of(value + sign * (gap - D("0.01")), cuts, direction) == grade_of(value, cuts, direction)


@pytest.mark.parametrize(
    ("point", "direction", "text"),
    [(D("8"), "higher", "≥8"), (D("0.05"), "lower", "≤0.05"), ((D("0.9"), D("1.4")), "range", "0.9～1.4"),
     (D("1E+2"), "higher", "≥100")],
)  # fmt: skip
def test_cut_points_in_words(point, direction, text):
    assert written(point, direction) == text
