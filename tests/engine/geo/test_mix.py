"""Land-use mix by hand, by properties, and sums over discs against every distance."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo.grid_cover import disc_sums
from tijian.engine.compute.geo.mix import class_areas, concentration, entropy, within_radius
from tijian.engine.kernel.faults import Refused

ZONES = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=object)


def shapes(*given):
    return np.array(given, dtype=object)


def test_entropy_by_hand():
    found = entropy(
        np.array([[1.0, 1.0, 1.0, 1.0], [5.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], [3.0, 1.0, 0.0, 0.0]])
    )
    three = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25)) / math.log(4)
    assert found.tolist() == pytest.approx([1.0, 0.0, 0.5, three])
    assert math.copysign(1, found[1]) == 1.0  # not −0


def test_concentration_by_hand():
    assert concentration(
        np.array([[1.0, 1.0, 1.0, 1.0], [5.0, 0.0, 0.0, 0.0], [3.0, 1.0, 0.0, 0.0]])
    ).tolist() == [
        0.25,
        1.0,
        0.625,
    ]


def test_no_land_is_no_data_and_unknown_stays_unknown():
    none = np.array([[0.0, 0.0], [np.nan, 1.0]])
    assert np.isnan(entropy(none)).all()
    assert np.isnan(concentration(none)).all()


def test_one_class_is_no_mix():
    with pytest.raises(Refused, match="至少两类"):
        entropy(np.array([[1.0]]))


def test_ground_belongs_to_the_earlier_class_and_unlisted_ones_do_not_count():
    land = shapes(
        shapely.box(0, 0, 6, 10),
        shapely.box(4, 0, 12, 10),
        shapely.box(0, 0, 20, 10),
        shapely.box(5, 0, 6, 10),
    )
    classes = ["home", "work", "farm", "home"]
    assert class_areas(ZONES, land, classes, ["home", "work"]).tolist() == [[60.0, 40.0], [0.0, 20.0]]
    assert class_areas(ZONES, land, classes, ["work", "home"]).tolist() == [[60.0, 40.0], [20.0, 0.0]]
    assert class_areas(ZONES, land, classes, ["farm", "home"]).tolist() == [[100.0, 0.0], [100.0, 0.0]]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.floats(0, 1e6), min_size=5, max_size=5), min_size=1, max_size=8),
    st.floats(0.01, 100),
)
def test_bounds_order_of_classes_and_scale(rows, factor):
    amounts = np.array(rows)
    there = amounts.sum(axis=1) > 0
    h, c = entropy(amounts), concentration(amounts)
    assert (np.isnan(h) == ~there).all()
    assert ((h[there] >= -1e-12) & (h[there] <= 1 + 1e-12)).all()
    assert ((c[there] >= 0.2 - 1e-12) & (c[there] <= 1 + 1e-12)).all()
    assert entropy(amounts[:, ::-1])[there] == pytest.approx(h[there], abs=1e-9)
    assert concentration(amounts * factor)[there] == pytest.approx(c[there], rel=1e-9)


def by_every_cell(values, cell, radius):
    rows, columns = values.shape
    y, x = (axis.ravel() for axis in np.mgrid[0:rows, 0:columns] * cell)
    near = np.sqrt((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2) <= radius
    return np.array([values.ravel()[row].sum() for row in near]).reshape(rows, columns)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 14),
    st.integers(1, 14),
    st.sampled_from([0.0, 99.9, 100.0, 500.0, 707.2, 5000.0]),
    st.integers(0, 9999),
)
def test_sums_over_discs_against_every_cell(rows, columns, radius, seed):
    draw = np.random.default_rng(seed)
    values = draw.choice([0.0, 0.1, 7.0, 1e4 / 3], (rows, columns))
    assert disc_sums(values, 100.0, radius) == pytest.approx(by_every_cell(values, 100.0, radius), rel=1e-12)
    values[0, 0] = np.nan
    slow = by_every_cell(values, 100.0, radius)
    assert np.array_equal(np.isnan(disc_sums(values, 100.0, radius)), np.isnan(slow))


def test_nothing_sums_to_exactly_nothing_beside_fractions():
    values = np.zeros((1, 200))
    values[0, :50] = 1 / 3
    assert disc_sums(values, 100.0, 1000.0)[0, 60:].tolist() == [0.0] * 140
    assert disc_sums(values[:, 100:], 100.0, 1000.0).sum() == 0.0


def test_mix_around_each_cell():
    amounts = np.zeros((1, 5, 2))
    amounts[0, :3, 0], amounts[0, 3:, 1] = 100.0, 100.0
    around = within_radius(amounts, 10.0, 10.0)
    assert around[0].tolist() == [[200.0, 0.0], [300.0, 0.0], [200.0, 100.0], [100.0, 200.0], [0.0, 200.0]]
    assert entropy(around)[0, [0, 4]].tolist() == [0.0, 0.0]
