"""Bottom lines: kept, broken, or not to be told."""

from decimal import Decimal

import pytest

from tijian.engine.catalogue.criterion import Bottom
from tijian.engine.catalogue.document import parse
from tijian.engine.grade.bottom import apply_line
from tijian.engine.kernel.faults import Refused


def line(op, value, **more):
    return parse(Bottom, {"levels": ["city"], "op": op, "value": value} | more, "a")


@pytest.mark.parametrize(
    ("op", "limit", "value", "broken", "text"),
    [
        (">=", 80, "80.0", False, "≥80"), (">=", 80, "79.9", True, "≥80"), (">=", 80, "80.1", False, "≥80"),
        (">", 80, "80.0", True, ">80"), (">", 80, "80.1", False, ">80"),
        ("<=", 1.5, "1.5", False, "≤1.5"), ("<=", 1.5, "1.51", True, "≤1.5"),
        ("<", 1.5, "1.5", True, "<1.5"), ("<", 1.5, "1.49", False, "<1.5"),
        ("==", 0, "0.00", False, "＝0"), ("==", 0, "0.01", True, "＝0"),
        (">=", 0.1, "0.1", False, "≥0.1"), (">=", 0.3, "0.3", False, "≥0.3"),
    ],
)  # fmt: skip
def test_a_value_against_a_line(op, limit, value, broken, text):
    found = apply_line(line(op, limit), Decimal(value), None, "")
    assert (found.broken, found.text, found.value) == (broken, text, Decimal(value))


@pytest.mark.parametrize(
    ("op", "value", "before", "broken"),
    [
        (">=", "75", "75", False),
        (">=", "74", "75", True),
        (">=", "76", "75", False),
        ("<=", "76", "75", True),
    ],
)
def test_a_value_against_last_year(op, value, before, broken):
    found = apply_line(line(op, "prev"), Decimal(value), Decimal(before), "历史建筑")
    assert (found.broken, found.subject) == (broken, "历史建筑")
    assert found.text in {"≥上年数", "≤上年数"}


@pytest.mark.parametrize(
    ("limit", "value", "before"),
    [
        (80, None, None),
        (80, None, Decimal(81)),
        ("prev", None, Decimal(75)),
        ("prev", Decimal(75), None),
        ("prev", None, None),
    ],
)
def test_what_is_missing_cannot_be_told(limit, value, before):
    found = apply_line(line(">=", limit), value, before, "甲")
    assert found.broken is None
    assert found.value == value


def test_the_note_travels_with_the_line():
    assert apply_line(line(">=", 80, note="须批准"), Decimal(1), None, "").note == "须批准"


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(None, None, [2018, 2019, 2020, 2021]), (2019, None, [2019, 2020, 2021]), (None, 2020, [2018, 2019, 2020]),
     (2019, 2020, [2019, 2020]), (2020, 2020, [2020])],
)  # fmt: skip
def test_the_years_of_a_line_include_both_ends(first, last, holds):
    dated = line(">=", 80, **{"from": first, "to": last})
    assert [y for y in range(2018, 2022) if dated.valid(y)] == holds


def test_a_line_that_does_not_judge_the_revision_cannot_be_told():
    why = "按修订 1 的口径定，这一年是修订 2"
    found = apply_line(line(">=", 80), Decimal(1), None, "", why)
    assert (found.broken, found.value, found.text, found.why) == (None, Decimal(1), "≥80", why)


def test_a_line_on_a_variable_names_no_revision_of_the_indicator():
    assert line(">=", 80, revision=2).revision == 2
    with pytest.raises(Refused, match="variable"):
        line(">=", 80, revision=2, variable="historic_buildings")
