"""修约 on exact ties, with integers as the oracle."""

import math
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.kernel.rounding import as_decimal, plain, round_half_even, shown

TIES = 20_000


def ties():
    """Ties as people type them: an integer n of units of half a last place, n odd, and the decimals."""
    draw = random.Random(8170)  # noqa: S311 — examples, not secrets
    for _ in range(TIES):
        decimals = draw.choice([0, 1, 2, 3, 4])
        whole = draw.randrange(-(10**5), 10**5)
        yield 10 * whole + (5 if whole >= 0 else -5), decimals


def even_neighbour(tenths):
    """Round tenths of the last place half to even with integers alone; the answer in last places."""
    sign, size = (1, tenths) if tenths >= 0 else (-1, -tenths)
    low, rest = divmod(size, 10)
    assert rest == 5
    return sign * (low + (low % 2))


def text_of(tenths, decimals):
    """Write an integer of tenths of the last place as the decimal text a person would type."""
    digits = f"{abs(tenths):0{decimals + 2}d}"
    return f"{'-' if tenths < 0 else ''}{digits[: -(decimals + 1)]}.{digits[-(decimals + 1) :]}"


def wrong(method):
    count = 0
    for tenths, decimals in ties():
        value = float(text_of(tenths, decimals))
        count += method(value, decimals) != Decimal(even_neighbour(tenths)).scaleb(-decimals)
    return count


def test_no_tie_of_twenty_thousand_is_rounded_wrongly():
    assert wrong(round_half_even) == 0


def test_the_same_ties_do_trip_the_built_in_round():
    by_float = wrong(lambda value, decimals: Decimal(repr(round(value, decimals))))
    by_exact_binary = wrong(lambda value, decimals: round(Decimal(value), decimals))
    assert by_float > 0.1 * TIES
    assert by_exact_binary > 0.1 * TIES


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.5, 0, "0"), (1.5, 0, "2"), (2.5, 0, "2"), (-0.5, 0, "0"), (-1.5, 0, "-2"), (-2.5, 0, "-2"),
        (2.675, 2, "2.68"), (1.005, 2, "1.00"), (1.015, 2, "1.02"), (0.285, 2, "0.28"), (8.045, 2, "8.04"),
        (7.995, 2, "8.00"), (7.9949999, 2, "7.99"), (0.1 + 0.2, 1, "0.3"), (0.15 + 0.1, 1, "0.2"),
        (1234567.125, 2, "1234567.12"), (1e-15, 3, "0.000"), (99.995, 2, "100.00"), (6.24, 2, "6.24"),
        (5, 2, "5.00"), (100.0, 0, "100"),
    ],
)  # fmt: skip
def test_values_by_hand(value, decimals, expected):
    rounded = round_half_even(value, decimals)
    assert str(rounded) == expected
    assert shown(value, decimals) == expected


@pytest.mark.parametrize("value", [-0.0, -0.004, -1e-300, Decimal("-0.00"), Decimal("-0.005")])
def test_there_is_no_negative_zero(value):
    rounded = round_half_even(value, 2)
    assert str(rounded) == "0.00"
    assert not rounded.is_signed()
    assert shown(value, 0) == "0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333"),
        (2 / 3, "0.666666666667"),
        (123456789012.4, "123456789012"),
        (1234567890124.6, "1.23456789012E+12"),
        (6.2426095820591, "6.24260958206"),
    ],
)
def test_a_float_keeps_twelve_significant_digits(value, expected):
    assert as_decimal(value) == Decimal(expected)


def test_a_decimal_is_rounded_as_it_is_without_the_detour():
    assert round_half_even(Decimal("0.0049999999999999999"), 2) == Decimal("0.00")
    assert round_half_even(Decimal("0.00500000000000000001"), 2) == Decimal("0.01")


@settings(derandomize=True, deadline=None, max_examples=800)
@given(st.integers(-(10**11), 10**11), st.integers(0, 9))
def test_what_has_no_more_decimals_than_asked_comes_back_unchanged(last_places, decimals):
    exact = Decimal(last_places).scaleb(-decimals)
    rounded = round_half_even(float(exact), decimals)
    assert rounded == exact
    assert -rounded.as_tuple().exponent == decimals


@settings(derandomize=True, deadline=None, max_examples=800)
@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_the_rounded_value_is_the_nearest_of_the_grid(value, decimals):
    exact = Decimal(f"{value:.12g}")
    rounded = round_half_even(value, decimals)
    step = Decimal(1).scaleb(-decimals)
    assert abs(rounded - exact) * 2 <= step
    assert rounded % step == 0
    if abs(rounded - exact) * 2 == step:
        assert (rounded / step) % 2 == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [(100.0, "100"), (0.5, "0.5"), (1e-7, "0.0000001"), (29900.0, "29900"), (1e15, "1000000000000000"),
     (-3.10, "-3.1"), (0.1 + 0.2, "0.3"), (0.0, "0"), (1200.0, "1200")],
)  # fmt: skip
def test_a_stored_number_is_written_plainly(value, expected):
    assert plain(value) == expected


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_plain_text_reads_back_to_twelve_digits(value):
    text = plain(value)
    assert "e" not in text.lower()
    assert math.isclose(float(text), value, rel_tol=1e-11, abs_tol=0)
