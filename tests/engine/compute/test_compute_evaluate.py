"""Formulas over areas against a scalar oracle, and by hand."""

import math
from fractions import Fraction

import pytest
from formula_oracle import NO_DATA, NOT_APPLICABLE, UNITS, Unsure, factor, scalar, typed_trees
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.evaluate import Evaluation, arithmetic, compare
from tijian.engine.compute.formula.syntax import Compare, FormulaError, Name, parse
from tijian.engine.kernel.missing import Column, Status
from tijian.engine.kernel.units import parse_unit

ND, NA = Status.NO_DATA, Status.NOT_APPLICABLE
WORD = {ND: NO_DATA, NA: NOT_APPLICABLE}
AREAS, YEARS = 4, 6
PARSED = {name: parse_unit(text) for name, text in UNITS.items()}
CELL = st.sampled_from([0, 1, 2, 3, -2, 0.5, 12, 40, 250, 1000, -0.25, ND, NA])


class Table:
    def __init__(self, cells):
        self.cells = cells

    def annual(self, name, back):
        return Column.of([float(c) if not isinstance(c, Status) else c for c in self.cells[name][back]])

    def parts(self, name, back):
        raise AssertionError(name, back)


TABLES = st.fixed_dictionaries(
    {
        name: st.lists(st.lists(CELL, min_size=AREAS, max_size=AREAS), min_size=YEARS, max_size=YEARS)
        for name in UNITS
    }
)


def expected(tree, table, area, on_zero):
    def read(name, back):
        cell = table[name][back][area]
        return WORD[cell] if isinstance(cell, Status) else Fraction(str(cell))

    try:
        return scalar(tree, read, on_zero)
    except Unsure:
        return None


@settings(derandomize=True, deadline=None, max_examples=200)
@given(typed_trees(), TABLES, st.sampled_from([ND, NA]))
def test_every_area_is_what_the_scalar_oracle_says(tree, table, on_zero):
    try:
        unit = infer(tree, PARSED)
    except FormulaError as error:
        assert error.code == "formula.scale"  # noqa: PT017
        return
    column = Evaluation(PARSED, Table(table), AREAS, on_zero).run(tree)
    assert Fraction(unit.factor) == factor(tree) or math.isclose(unit.factor, factor(tree), rel_tol=1e-20)
    for area in range(AREAS):
        want = expected(tree, table, area, WORD[on_zero])
        if want is None:
            continue
        cell = column.cell(area)
        if isinstance(want, str):
            assert cell in WORD, (area, cell, want)
            assert WORD[cell] == want
        else:
            assert not isinstance(cell, Status), (area, want)
            got = Fraction(cell) * Fraction(unit.factor)
            small = Fraction(1, 10**9) * abs(want) + Fraction(1, 10**13) * _scale(tree, table, area)
            assert abs(got - want) <= small


def _scale(tree, table, area):
    """How large the numbers were on the way, for what cancels."""
    base = [
        Fraction(str(c))
        for rows in table.values()
        for c in (r[area] for r in rows)
        if not isinstance(c, Status)
    ]
    top = max([abs(x) for x in base] or [Fraction(1)])
    return factor(tree) * (1 + top) ** 2


@pytest.mark.parametrize(
    ("text", "cells", "value"),
    [
        ("a / b", {"a": 612.4, "b": 98.1}, 612.4 / 98.1),
        ("a + m", {"a": 1.5, "m": 500}, 2.0),
        ("m + a", {"a": 1.5, "m": 500}, 2000.0),
        ("a - m", {"a": 1.0, "m": 250}, 0.75),
        ("min(a, m)", {"a": 2.0, "m": 500}, 0.5),
        ("max(m, a)", {"a": 2.0, "m": 500}, 2000.0),
        ("max(3, a)", {"a": 2.0}, 3.0),
        ("min(3, m, a)", {"a": 0.002, "m": 500}, 2.0),
        ("if(a > m, a, m)", {"a": 0.4, "m": 500}, 0.5),
        ("if(m > a, 0, m)", {"a": 0.4, "m": 300}, 300.0),
        ("if(a >= 2, 1, 0)", {"a": 2.0}, 1.0),
        ("if(a > 2, 1, 0)", {"a": 2.0}, 0.0),
        ("if(a != 2, 1, 0)", {"a": 2.0}, 0.0),
        ("1 - p", {"p": 25}, 0.75),
        ("-a - -a", {"a": 7.0}, 0.0),
        ("a - b / b", {"a": 7.0, "b": 3.0}, None),
        ("2 * a", {"a": 7.0}, 14.0),
    ],
)
def test_numbers_by_hand(evaluated, text, cells, value):
    units = {"a": "km", "m": "m", "b": "km2", "p": "%"}
    if value is None:
        with pytest.raises(FormulaError):
            infer(parse(text), {n: parse_unit(u) for n, u in units.items()})
        return
    result, _ = evaluated(text, units, {n: [[c]] for n, c in cells.items()})
    assert result == [pytest.approx(value, rel=1e-12, abs=1e-12)]


def test_areas_do_not_mix(evaluated):
    result, _ = evaluated(
        "a / b", {"a": "人", "b": "km2"}, {"a": [[6.0, ND, 0.0, 8.0]], "b": [[2.0, 1.0, 5.0, 0.0]]}
    )
    assert result == [3.0, ND, 0.0, ND]


@pytest.mark.parametrize(("on_zero", "reason"), [(ND, ND), (NA, NA)])
@pytest.mark.parametrize("numerator", [0.0, 5.0, -5.0])
def test_nothing_below_the_line_is_the_reason_of_the_definition(evaluated, on_zero, reason, numerator):
    cells = {"a": [[numerator]], "b": [[0.0]]}
    assert evaluated("a / b", {"a": "人", "b": "人"}, cells, on_zero=on_zero)[0] == [reason]
    assert evaluated(
        "a / (b - b)", {"a": "人", "b": "人"}, {"a": [[numerator]], "b": [[3.0]]}, on_zero=on_zero
    )[0] == [reason]


@pytest.mark.parametrize(("numerator", "expected"), [(ND, ND), (NA, NA), (1.0, NA)])
def test_a_missing_numerator_stays_what_it_is_over_zero(evaluated, numerator, expected):
    result, _ = evaluated("a / b", {"a": "人", "b": "人"}, {"a": [[numerator]], "b": [[0.0]]}, on_zero=NA)
    assert result == [expected]


def test_a_zero_division_inside_is_not_healed_outside(evaluated):
    cells = {"a": [[1.0]], "b": [[0.0]]}
    units = {"a": "人", "b": "人"}
    for text in ("0 * (a / b)", "min(a / b, 3)", "a / b - a / b", "if(a / b > 1, 1, 1)", "-(a / b)"):
        assert evaluated(text, units, cells, on_zero=NA)[0] == [NA], text


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_a_negative_zero_is_a_zero_below_the_line(evaluated, zero):
    assert evaluated("a / b", {"a": "人", "b": "人"}, {"a": [[1.0]], "b": [[zero]]})[0] == [ND]


@pytest.mark.parametrize(
    ("text", "a", "b"),
    [("a * b", 1e200, 1e200), ("a + b", 1.7e308, 1.7e308), ("a - b", -1.7e308, 1.7e308), ("a / b", 1e308, 1e-308),
     ("a * a * b", 1e155, 1e-300), ("1 / (a * b)", 1e300, 1e300)],
)  # fmt: skip
def test_an_overflow_is_no_data_and_never_infinity(evaluated, text, a, b):
    result, _ = evaluated(text, {"a": "倍", "b": "倍"}, {"a": [[a]], "b": [[b]]}, on_zero=NA)
    assert result == [ND]


def test_an_overflow_in_one_area_leaves_the_others(evaluated):
    cells = {"a": [[1e200, 2.0]], "b": [[1e200, 3.0]]}
    assert evaluated("a * b", {"a": "倍", "b": "倍"}, cells)[0] == [ND, 6.0]


@pytest.mark.parametrize(
    ("a", "b", "yes", "no", "expected"),
    [
        (1.0, 2.0, 10.0, 20.0, 10.0),
        (3.0, 2.0, 10.0, 20.0, 20.0),
        (1.0, 2.0, 10.0, ND, 10.0),
        (3.0, 2.0, ND, 20.0, 20.0),
        (1.0, 2.0, ND, 20.0, ND),
        (3.0, 2.0, 10.0, NA, NA),
        (ND, 2.0, 10.0, 20.0, ND),
        (1.0, ND, 10.0, 20.0, ND),
        (NA, 2.0, 10.0, 20.0, NA),
        (NA, ND, 10.0, 20.0, ND),
        (ND, 2.0, NA, NA, ND),
        (ND, ND, ND, ND, ND),
    ],
)
def test_a_branch_needs_a_known_condition_and_only_its_own_arm(evaluated, a, b, yes, no, expected):
    units = dict.fromkeys("abyn", "倍")
    cells = {"a": [[a]], "b": [[b]], "y": [[yes]], "n": [[no]]}
    assert evaluated("if(a < b, y, n)", units, cells)[0] == [expected]


def test_a_year_back_is_read_from_a_year_back(evaluated):
    cells = {"a": [[420.0, 8.0], [400.0, ND], [100.0, 2.0]]}
    units = {"a": "亿元"}
    assert evaluated("(a - prev(a)) / prev(a)", units, cells)[0] == [pytest.approx(0.05), ND]
    assert evaluated("prev(prev(a))", units, cells)[0] == [100.0, 2.0]
    assert evaluated("prev(a - prev(a))", units, cells)[0] == [300.0, ND]
    assert evaluated("min(a, prev(a))", units, cells)[0] == [400.0, ND]


DAYS = {"aqi": [[[80.0, 120.0, 100.0], [50.0, NA, 150.0], [ND, 60.0, 70.0], [NA, NA, 90.0]]]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(aqi <= 100)", [2.0, 1.0, ND, 1.0]),
        ("count(aqi > 100)", [1.0, 1.0, ND, 0.0]),
        ("sum(aqi)", [300.0, 200.0, ND, 90.0]),
        ("mean(aqi)", [100.0, 100.0, ND, 90.0]),
        ("mean(aqi) - sum(aqi) / 3", [0.0, 100.0 - 200.0 / 3, ND, 60.0]),
        ("sum(aqi * 2)", [600.0, 400.0, ND, 180.0]),
        ("sum(if(aqi > 100, aqi, 0))", [120.0, 150.0, ND, 0.0]),
        ("sum(max(aqi, 100))", [320.0, 250.0, ND, 100.0]),
        ("count(aqi * 2 > aqi + 90)", [2.0, 1.0, ND, 0.0]),
        ("-count(aqi <= 100)", [-2.0, -1.0, ND, -1.0]),
    ],
)
def test_over_sub_periods_by_hand(evaluated, text, expected):
    result, evaluation = evaluated(text, {"aqi": "-"}, parts=DAYS)
    assert result == [e if isinstance(e, Status) else pytest.approx(e) for e in expected]
    assert evaluation.coverage.tolist() == [1.0, 1.0, pytest.approx(2 / 3), 1.0]


@pytest.mark.parametrize(
    ("present", "days", "least", "known"),
    [(8, 10, 0.8, True), (7, 10, 0.8, False), (10, 10, 1.0, True), (9, 10, 1.0, False), (1, 10, 0.1, True),
     (0, 10, 0.1, False), (4, 5, 0.8, True)],
)  # fmt: skip
def test_enough_sub_periods_or_no_data(evaluated, present, days, least, known):
    cells = {"x": [[[2.0] * present + [ND] * (days - present)]]}
    for text, value in (("mean(x)", 2.0), ("sum(x)", 2.0 * present), ("count(x > 1)", float(present))):
        result, evaluation = evaluated(text, {"x": "-"}, parts=cells, min_coverage=least)
        assert result == [value if known else ND]
        assert evaluation.coverage.tolist() == [present / days]


def test_the_least_coverage_of_a_formula_is_told(evaluated):
    cells = {"x": [[[1.0, ND, 3.0, 4.0]]], "y": [[[1.0, ND, ND, 4.0]]]}
    _, evaluation = evaluated("sum(x) + sum(y)", {"x": "-", "y": "-"}, parts=cells, min_coverage=0.5)
    assert evaluation.coverage.tolist() == [0.5]


def test_sub_periods_of_a_year_back(evaluated):
    cells = {"x": [[[5.0, 6.0]], [[1.0, 2.0, 3.0]]]}
    assert evaluated("sum(x) - prev(sum(x))", {"x": "-"}, parts=cells)[0] == [5.0]
    assert evaluated("prev(mean(x))", {"x": "-"}, parts=cells)[0] == [2.0]


def test_areas_may_have_sub_periods_of_different_number(evaluated):
    cells = {"x": [[[1.0, 2.0], [1.0, 2.0, 3.0], [4.0]]]}
    assert evaluated("sum(x)", {"x": "-"}, parts=cells)[0] == [3.0, 6.0, 4.0]


def test_sub_periods_are_summed_in_their_order(evaluated):
    assert evaluated("sum(x)", {"x": "-"}, parts={"x": [[[1e16, 1.0, -1e16, 1.0]]]})[0] == [1.0]


def test_sub_periods_in_different_units_meet(evaluated):
    cells = {"a": [[[1.0, 2.0]]], "m": [[[1500.0, 1500.0]]]}
    assert evaluated("count(a > m)", {"a": "km", "m": "m"}, parts=cells)[0] == [1.0]
    assert evaluated("sum(a + m)", {"a": "km", "m": "m"}, parts=cells)[0] == [6.0]


@pytest.mark.parametrize(
    ("operator", "holds"),
    [("<", [True, False, False]), ("<=", [True, True, False]), (">", [False, False, True]),
     (">=", [False, True, True]), ("==", [False, True, False]), ("!=", [True, False, True])],
)  # fmt: skip
def test_comparisons(operator, holds):
    left, right = Column.of([1.0, 2.0, 3.0]), Column.constant(2.0, 3)
    assert compare(operator, left.values, right.values).tolist() == holds


def test_a_comparison_is_no_value():
    with pytest.raises(TypeError, match="comparison"):
        Evaluation({}, Table({}), 1).run(Compare("<", Name("a"), Name("b")))


def test_arithmetic_does_not_change_its_operands():
    a, b = Column.of([1.0, ND]), Column.of([0.0, 2.0])
    arithmetic("/", a, b, NA)
    assert [a.cell(i) for i in range(2)] == [1.0, ND]
    assert [b.cell(i) for i in range(2)] == [0.0, 2.0]
