"""Cities in which nothing is ill: the examination says next to nothing of them."""

import pytest
from acceptance_setting import LONG
from benchmarks.quiet import measure

SEEDS = 60 if LONG else 3


@pytest.mark.parametrize("seeds", [SEEDS])
def test_healthy_cities_are_quiet(seeds):
    counts = measure(seeds, jobs=None if LONG else 1)
    assert counts.cities == seeds
    assert counts.cells == seeds * 9 * 47 * 5
    assert counts.grades > seeds * 5 * 350
    assert counts.poor_per_1000 <= 1.0
    assert counts.diseases_per_city <= 0.05, counts.proposed
    assert counts.findings_per_cell <= 0.05, counts.rules
    assert counts.broken.total() == 0, counts.broken
