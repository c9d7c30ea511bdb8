"""Cities in which nothing is ill: the examination says next to nothing of them."""

import pytest
from acceptance_setting import LONG

SEEDS = 60 if LONG else 6


@pytest.fixture(scope="module")
def counts():
    from benchmarks.quiet import measure

    return measure(SEEDS, jobs=None if LONG else 1)


@pytest.mark.parametrize("seeds", [SEEDS])
def test_every_city_was_examined_for_five_years(counts, seeds):
    assert counts.cities == seeds
    assert counts.cells == seeds * 9 * 47 * 5
    assert counts.grades > seeds * 5 * 350


def test_hardly_any_grade_is_poor(counts):
    assert counts.poor_per_1000 <= 1.0


def test_no_bottom_line_breaks_and_no_disease_is_proposed(counts):
    assert counts.diseases_per_city <= 0.05, counts.proposed
    assert counts.broken.total() == 0, counts.broken


def test_findings_are_rare(counts):
    assert counts.findings_per_cell <= 0.05, counts.rules
