"""Areas and sums by zone: by hand, against geopandas, and where lines are shared."""

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo.overlay import (
    Ratio,
    area_within,
    blue_green,
    per_square_kilometre,
    union_within,
    zone_of,
    zone_sums,
)

ZONES = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=object)


def shapes(*given):
    return np.array(given, dtype=object)


def test_overlaps_count_once_and_what_lies_outside_does_not():
    layer = shapes(shapely.box(8, 0, 12, 10), shapely.box(8, 5, 12, 20), shapely.box(30, 0, 40, 10))
    assert area_within(ZONES, layer).tolist() == [20.0, 20.0]
    assert area_within(ZONES, layer[:0]).tolist() == [0.0, 0.0]
    assert union_within(ZONES, layer)[0].equals(shapely.box(8, 0, 10, 10))


def test_a_pond_in_a_park_is_water():
    park, pond, river = shapely.box(2, 2, 8, 8), shapely.box(4, 4, 6, 6), shapely.box(15, -5, 25, 5)
    found = blue_green(ZONES, shapes(pond, river), shapes(park, shapely.box(14, 4, 16, 6)))
    assert found.water.tolist() == [4.0, 25.0]
    assert found.green.tolist() == [32.0, 3.0]  # 36 − 4; 4 − 1 under the river
    assert found.ratio.share.tolist() == pytest.approx([0.36, 0.28])


def test_a_point_on_the_common_border_belongs_to_the_first_zone():
    points = np.array([[10.0, 5.0], [3.0, 3.0], [15.0, 3.0], [25.0, 3.0], [20.0, 10.0]])
    assert zone_of(points, ZONES).tolist() == [0, 0, 1, -1, 1]
    assert zone_of(points, ZONES[::-1]).tolist() == [0, 1, 0, -1, 0]


def test_sums_know_nothing_from_nought():
    found = zone_sums(np.array([1.0, np.nan, 4.0, np.nan, 9.0]), np.array([0, 0, 0, 2, -1]), 4)
    assert np.array_equal(found.total, [5.0, 0.0, np.nan, 0.0], equal_nan=True)
    assert found.known.tolist() == [2, 0, 0, 0]
    assert found.unknown.tolist() == [1, 0, 1, 0]


def test_shares_are_never_averaged():
    ratio = Ratio(np.array([1.0, 30.0, 5.0, np.nan]), np.array([10.0, 40.0, 0.0, 2.0]))
    assert np.array_equal(ratio.share, [0.1, 0.75, np.nan, np.nan], equal_nan=True)
    district = ratio.rolled_up(np.array([0, 0, -1, 1]), 3)
    assert np.array_equal(district.share, [31 / 50, np.nan, np.nan], equal_nan=True)


def test_density_per_square_kilometre():
    found = per_square_kilometre(np.array([50.0, 3.0]), np.array([2e6, 0.0]))
    assert np.array_equal(found, [25.0, np.nan], equal_nan=True)


def random_layer(seed, n=40):
    draw = np.random.default_rng(seed)
    centre = shapely.points(draw.uniform(0, 1000, (n, 2)))
    return shapely.buffer(centre, draw.uniform(5, 150, n), quad_segs=4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(50, 950))
def test_against_geopandas_and_by_splitting_a_zone(seed, cut):
    layer = random_layer(seed)
    zones = shapes(
        shapely.box(0, 0, cut, 1000), shapely.box(cut, 0, 1000, 1000), shapely.box(0, 0, 1000, 1000)
    )
    left, right, whole = area_within(zones, layer)
    theirs = geopandas.GeoSeries(layer).union_all().intersection(zones[2]).area
    assert whole == pytest.approx(theirs, rel=1e-12)
    assert left + right == pytest.approx(whole, rel=1e-9)
    assert area_within(zones, layer[::-1]).tolist() == pytest.approx([left, right, whole], rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_blue_and_green_are_the_union_of_both(seed):
    water, green = random_layer(seed, 15), random_layer(seed + 1, 25)
    zone = shapes(shapely.box(0, 0, 1000, 1000))
    found = blue_green(zone, water, green)
    both = shapely.union_all(np.concatenate([water, green])).intersection(zone[0]).area
    assert found.ratio.part[0] == pytest.approx(both, rel=1e-9)


def test_points_against_each_zone_in_turn():
    draw = np.random.default_rng(5)
    points = draw.integers(0, 21, (500, 2)).astype(float)
    slow = [next((k for k, z in enumerate(ZONES) if z.intersects(shapely.Point(p))), -1) for p in points]
    assert zone_of(points, ZONES).tolist() == slow
