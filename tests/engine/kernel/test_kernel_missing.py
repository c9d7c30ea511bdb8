"""The algebra of reasons, over every pair of operands."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.formula.evaluate import arithmetic
from tijian.engine.kernel.missing import REASONS, STATUS_ZH, Column, Status, combine, ordered_sum

NUMBER, ABSENT, NONE = Status.PRESENT, Status.NOT_APPLICABLE, Status.NO_DATA
CELL = {NUMBER: 3.0, ABSENT: Status.NOT_APPLICABLE, NONE: Status.NO_DATA}

# Written out by hand: 无数据 beats 不适用 beats a number.
PAIRS = {
    (NUMBER, NUMBER): NUMBER, (NUMBER, ABSENT): ABSENT, (NUMBER, NONE): NONE,
    (ABSENT, NUMBER): ABSENT, (ABSENT, ABSENT): ABSENT, (ABSENT, NONE): NONE,
    (NONE, NUMBER): NONE, (NONE, ABSENT): NONE, (NONE, NONE): NONE,
}  # fmt: skip


def test_every_pair_is_in_the_table():
    assert set(PAIRS) == set(itertools.product(Status, Status))


@pytest.mark.parametrize("pair", list(PAIRS))
def test_two_operands_decide_the_status(pair):
    columns = [Column.of([CELL[s]]) for s in pair]
    assert combine(*columns).tolist() == [PAIRS[pair]]


@pytest.mark.parametrize(("pair", "operator"), list(itertools.product(PAIRS, "+-*/")))
def test_no_operator_turns_a_reason_into_a_number(pair, operator):
    result = arithmetic(operator, *(Column.of([CELL[s]]) for s in pair), NONE)
    numbers = {"+": 6.0, "-": 0.0, "*": 9.0, "/": 1.0}
    expected = numbers[operator] if PAIRS[pair] is NUMBER else PAIRS[pair]
    assert result.cell(0) == expected
    assert np.isnan(result.values[0]) == (PAIRS[pair] is not NUMBER)


@pytest.mark.parametrize("three", list(itertools.product(Status, repeat=3)))
def test_three_operands_decide_in_any_order(three):
    expected = PAIRS[PAIRS[three[0], three[1]], three[2]]
    for order in itertools.permutations(three):
        assert combine(*(Column.of([CELL[s]]) for s in order)).tolist() == [expected]


def test_the_words_of_the_files_are_the_reasons():
    assert {zh: s.zh for zh, s in REASONS.items()} == {"无数据": "无数据", "不适用": "不适用"}
    assert REASONS["无数据"] is NONE
    assert REASONS["不适用"] is ABSENT
    assert STATUS_ZH[NUMBER] == "有值"


def test_a_column_keeps_reasons_apart_from_numbers():
    column = Column.of([1.5, NONE, 0.0, ABSENT])
    assert [column.cell(i) for i in range(len(column))] == [1.5, NONE, 0.0, ABSENT]
    assert column.present.tolist() == [True, False, True, False]
    assert np.isnan(column.values).tolist() == [False, True, False, True]


def test_scaling_leaves_reasons_and_the_original_alone():
    column = Column.of([2.0, NONE, ABSENT])
    scaled = column.scaled(10.0)
    assert [scaled.cell(i) for i in range(3)] == [20.0, NONE, ABSENT]
    assert column.cell(0) == 2.0
    assert column.scaled(1.0) is column


def test_constant_and_absent_columns():
    assert [Column.constant(2.5, 3).cell(i) for i in range(3)] == [2.5] * 3
    assert [Column.absent(2).cell(i) for i in range(2)] == [NONE, NONE]
    assert Column.absent(1, ABSENT).cell(0) is ABSENT
    assert len(Column.absent(0)) == 0


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], ABSENT),
        ([ABSENT], ABSENT),
        ([ABSENT, ABSENT], ABSENT),
        ([NONE], NONE),
        ([1.0, NONE], NONE),
        ([NONE, ABSENT, 2.0], NONE),
        ([1.0, ABSENT, 2.0], 3.0),
        ([0.0], 0.0),
        ([0.0, ABSENT], 0.0),
        ([-1.0, 1.0], 0.0),
    ],
)
def test_a_sum_over_parts(cells, expected):
    assert ordered_sum(Column.of(cells)) == expected


def test_the_sum_is_made_in_the_given_order():
    assert ordered_sum(Column.of([1e16, 1.0, -1e16, 1.0])) == 1.0
    assert ordered_sum(Column.of([1.0, 1.0, 1e16, -1e16])) == 2.0
    assert ordered_sum(Column.of([0.1] * 10)) == 0.9999999999999999  # fsum and pairwise sums give 1.0


CELLS = st.one_of(st.floats(-1e9, 1e9, allow_nan=False), st.just(ABSENT))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(CELLS, max_size=12), st.randoms(use_true_random=False))
def test_a_subset_with_the_rest_not_applicable_agrees_bit_for_bit(cells, draw):
    kept = [draw.random() < 0.6 for _ in cells]
    subset = [c for c, keep in zip(cells, kept, strict=True) if keep]
    whole = [c if keep else ABSENT for c, keep in zip(cells, kept, strict=True)]
    assert ordered_sum(Column.of(subset)) == ordered_sum(Column.of(whole))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(CELLS, min_size=1, max_size=12), st.integers(0, 11))
def test_one_missing_part_makes_the_sum_missing(cells, at):
    cells.insert(at % (len(cells) + 1), NONE)
    assert ordered_sum(Column.of(cells)) is NONE


def test_the_sum_is_the_plain_left_to_right_loop():
    draw = random.Random(4)  # noqa: S311 — examples, not secrets
    for _ in range(300):
        cells = [draw.choice([draw.uniform(-1e6, 1e6), ABSENT]) for _ in range(draw.randrange(1, 30))]
        numbers = [c for c in cells if isinstance(c, float)]
        expected = 0.0
        for number in numbers:
            expected = expected + number
        assert ordered_sum(Column.of(cells)) == (expected if numbers else ABSENT)
