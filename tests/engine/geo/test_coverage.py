"""Coverage of land and people by hand, against global unions and against every distance."""

import math

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo.coverage import (
    land_covered,
    people_covered,
    radius_by_size,
    reach,
    ring_incomplete,
    to_the_edge,
    within,
)
from tijian.engine.compute.geo.grid_cover import fill_discs, within_discs
from tijian.engine.compute.geo.overlay import zone_of
from tijian.engine.kernel.faults import Refused

CLASSES = [(2_000.0, 300.0), (5_000.0, 500.0)]
EAST, NORTH = 41_500_000.0, 4_630_000.0  # as in EPSG:4550
CORNER = np.array([EAST, NORTH])
ZONES = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)], dtype=object)
COMPLETE = np.zeros(2, dtype=bool)


def shapes(*given):
    return np.array(given, dtype=object)


def test_size_classes_hold_at_their_limits():
    found = radius_by_size(np.array([1999.999, 2000.0, 4999.999, 5000.0, 9e9]), CLASSES)
    assert np.array_equal(found, [np.nan, 300.0, 300.0, 500.0, 500.0], equal_nan=True)


def test_land_by_hand_from_the_edge_of_a_park():
    # a park along the whole west side of the first zone, 100 wide, 300 from its edge: x ≤ 400
    park = shapes(shapely.box(0, -1000, 100, 2000))
    found = land_covered(ZONES, ZONES, park, np.array([300.0]), COMPLETE)
    assert found.ratio.part.tolist() == pytest.approx([400_000.0, 0.0])
    assert found.ratio.whole.tolist() == pytest.approx([1e6, 1e6])
    assert found.ratio.share.tolist() == pytest.approx([0.4, 0.0])


def test_a_facility_outside_the_zone_and_outside_the_city_counts():
    outside = shapes(shapely.box(-100, -1000, 0, 2000), shapely.box(900, 0, 1000, 1000))
    found = land_covered(ZONES, ZONES, outside, np.array([300.0, 200.0]), COMPLETE)
    # west: 300 by the park beyond the border, and 100 + 200 around the strip; east: 200 beside the strip
    assert found.ratio.part[0] == pytest.approx(300_000 + 300_000)
    assert found.ratio.part[1] == pytest.approx(200_000)


def test_overlapping_land_and_overlapping_reach_count_once():
    land = shapes(shapely.box(0, 0, 600, 1000), shapely.box(400, 0, 1000, 1000))
    twice = shapes(shapely.box(0, -1000, 100, 2000), shapely.box(50, -1000, 100, 2000))
    found = land_covered(ZONES, land, twice, np.array([300.0, 300.0]), COMPLETE)
    assert found.ratio.whole.tolist() == pytest.approx([1e6, 0.0])
    assert found.ratio.part.tolist() == pytest.approx([400_000.0, 0.0])
    assert math.isnan(found.ratio.share[1])  # no land to serve is no data, not nought


def test_what_is_too_small_serves_nobody_and_nothing_at_all_serves_nobody():
    park = shapes(shapely.box(0, 0, 30, 30))
    for facilities, radius in ((park, radius_by_size(shapely.area(park), CLASSES)), (park[:0], np.array([]))):
        assert land_covered(ZONES, ZONES, facilities, radius, COMPLETE).ratio.part.tolist() == [0.0, 0.0]
        assert within(np.array([[5.0, 5.0]]), facilities, radius).tolist() == [False]


def test_the_size_is_that_of_the_whole_park_though_a_corner_lies_in_the_city():
    park = shapes(shapely.box(-90, 0, 10, 60))  # 6,000 m², of which 600 in the first zone
    found = land_covered(ZONES, ZONES, park, radius_by_size(shapely.area(park), CLASSES), COMPLETE)
    assert found.ratio.part[0] > 10 * 60 + 500 * 60 + 0.24 * math.pi * 500**2


def test_the_drawn_disc_lacks_four_parts_in_ten_thousand():
    area = shapely.area(reach(shapes(shapely.Point(0, 0)), np.array([500.0])))[0]
    assert 0.9995 < area / (math.pi * 500**2) < 0.9997


def test_a_bow_tie_is_refused_by_place_and_not_repaired():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    with pytest.raises(Refused, match="设施图层，第 2 个要素") as refused:
        land_covered(ZONES, ZONES, shapes(shapely.box(0, 0, 1, 1), *[bow] * 7), np.full(8, 300.0), COMPLETE)
    assert len(refused.value.faults) == 6
    assert "另有 2 个要素" in str(refused.value)
    with pytest.raises(Refused, match="面图层，第 1 个要素"):
        land_covered(ZONES, shapes(bow), shapes(), np.array([]), COMPLETE)


def test_people_by_hand():
    points = np.array([[100.0, 500.0], [400.0, 500.0], [400.5, 500.0], [1500.0, 500.0], [3000.0, 0.0]])
    people = np.array([7.0, 5.0, 3.0, 11.0, 100.0])
    park = shapes(shapely.box(0, -1000, 100, 2000))
    served = within(points, park, np.array([300.0]))
    assert served.tolist() == [True, True, False, False, False]  # exactly at 300 counts
    found = people_covered(people, served, zone_of(points, ZONES), COMPLETE)
    assert found.ratio.part.tolist() == [12.0, 0.0]
    assert found.ratio.whole.tolist() == [15.0, 11.0]
    assert found.ratio.share.tolist() == [0.8, 0.0]


def test_unknown_people_are_counted_and_never_nought():
    zone = np.array([0, 0, 1, -1, 3])
    served = np.array([True, False, True, True, False])
    people = np.array([4.0, np.nan, np.nan, 9.0, np.nan])
    found = people_covered(people, served, zone, np.zeros(4, dtype=bool))
    assert np.array_equal(found.ratio.part, [4.0, np.nan, 0.0, np.nan], equal_nan=True)
    assert np.array_equal(found.ratio.share, [1.0, np.nan, np.nan, np.nan], equal_nan=True)
    assert found.unknown.tolist() == [1, 1, 0, 1]


def test_the_ring_matters_for_zones_near_the_edge_only():
    outline = shapely.box(0, 0, 3000, 1000)
    zones = shapes(shapely.box(0, 0, 1000, 1000), shapely.box(1400, 450, 1600, 550))
    assert ring_incomplete(to_the_edge(zones, outline), 500.0, 500.0).tolist() == [False, False]
    assert ring_incomplete(to_the_edge(zones, outline), 499.0, 500.0).tolist() == [
        True,
        False,
    ]  # the second is 450 inside
    assert ring_incomplete(to_the_edge(zones, outline), 0.0, 500.0).tolist() == [True, True]


def test_the_mark_travels_with_the_result():
    found = land_covered(ZONES, ZONES, shapes(), np.array([]), np.array([True, False]))
    assert found.incomplete.tolist() == [True, False]


def random_city(seed, zones=16, parks=60):
    """Zones that divide a square, land in overlapping blocks, parks of any form, some beyond the border."""
    draw = np.random.default_rng(seed)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(draw.uniform(0, 8000, (zones, 2))), extend_to=shapely.box(0, 0, 8000, 8000)
    )
    square = shapely.box(0, 0, 8000, 8000)
    districts = shapely.intersection(shapely.get_parts(cells), square)
    corner = draw.uniform(-300, 8000, (80, 2))
    land = shapely.box(corner[:, 0], corner[:, 1], *(corner + draw.uniform(50, 900, (80, 2))).T)
    centre = shapely.points(draw.uniform(-600, 8600, (parks, 2)))
    green = shapely.buffer(centre, draw.uniform(5, 120, parks), quad_segs=3)
    return [shapely.transform(part, lambda xy: xy + CORNER) for part in (districts, land, green)]


@pytest.mark.parametrize("seed", range(4))
def test_land_against_one_global_union_of_everything(seed):
    zones, land, parks = random_city(seed)
    radius = radius_by_size(shapely.area(parks), CLASSES)
    served = shapely.intersection(shapely.union_all(reach(parks, radius)), shapely.union_all(land))
    frame = geopandas.GeoDataFrame({"zone": range(len(zones))}, geometry=list(zones), crs="EPSG:4550")
    theirs = frame.overlay(geopandas.GeoDataFrame(geometry=[served], crs="EPSG:4550")).dissolve("zone").area
    found = land_covered(zones, land, parks, radius, np.zeros(len(zones), dtype=bool))
    assert 0.1 < np.nanmean(found.ratio.share) < 0.9
    assert found.ratio.part.tolist() == pytest.approx(
        theirs.reindex(range(len(zones)), fill_value=0.0), abs=1e-3
    )
    # districts of zones: parts and wholes are summed, and sum to that of the whole city
    city = found.ratio.rolled_up(np.arange(len(zones)) % 2, 2)
    whole = shapely.union_all(zones)
    one = land_covered(shapes(whole), land, parks, radius, np.zeros(1, dtype=bool)).ratio
    assert city.part.sum() == pytest.approx(one.part[0], rel=1e-9)
    assert city.whole.sum() == pytest.approx(one.whole[0], rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_people_against_the_distance_to_every_park(seed):
    _, _, parks = random_city(seed)
    draw = np.random.default_rng(seed)
    parks[::3] = shapely.centroid(parks[::3])  # points and polygons together
    points = draw.uniform(0, 8000, (3000, 2)) + CORNER
    radius = draw.choice([300.0, 500.0, np.nan], len(parks))
    apart = shapely.distance(shapely.points(points)[:, None], parks[None])
    slow = (apart <= np.where(np.isnan(radius), -1, radius)).any(axis=1)
    assert 0.2 < slow.mean() < 0.8
    assert within(points, parks, radius).tolist() == slow.tolist()
    mixed = draw.permutation(len(parks))
    assert within(points, parks[mixed], radius[mixed]).tolist() == slow.tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 400), st.floats(0, 400))
def test_a_greater_radius_serves_no_less(seed, small, more):
    _, _, parks = random_city(seed, parks=10)
    points = np.random.default_rng(seed).uniform(0, 8000, (500, 2)) + CORNER
    near = within(points, parks, np.full(10, small))
    assert not (near & ~within(points, parks, np.full(10, small + more))).any()


def by_every_distance(points, centres, radius):
    near = shapely.dwithin(shapely.points(points)[:, None], shapely.points(centres)[None], radius[None])
    return near.any(axis=1)


lattices = st.tuples(
    st.integers(1, 25),
    st.integers(1, 25),
    st.sampled_from([1.0, 50.0, 100.0, 33.3]),
    st.lists(st.tuples(st.integers(-9, 60), st.integers(-9, 60), st.integers(0, 26)), max_size=12),
    st.sampled_from([(0.0, 0.0), (EAST, NORTH), (0.1, 0.7)]),
)


@settings(max_examples=150, deadline=None)
@given(lattices)
def test_grids_and_points_on_lattices_where_discs_end_exactly_on_centres(case):
    columns, rows, cell, discs, corner = case
    x, y = corner[0] + cell * np.arange(columns), corner[1] + cell * np.arange(rows)
    half = np.array(discs, dtype=float).reshape(-1, 3) * (cell / 2)  # 3–4–5 and the like, met exactly
    centres, radius = half[:, :2] + np.array(corner), half[:, 2]
    points = np.column_stack([np.tile(x, rows), np.repeat(y, columns)])
    slow = by_every_distance(points, centres, radius)
    assert fill_discs(x, y, centres, radius).ravel().tolist() == slow.tolist()
    assert within_discs(points, centres, radius).tolist() == slow.tolist()


@pytest.mark.parametrize("upright", [False, True])
def test_a_centre_just_at_the_limit_is_in_however_the_root_is_rounded(upright):
    draw = np.random.default_rng(0)
    for _ in range(400):
        step, corner = draw.choice([33.3, 0.1, 0.7, 100.1, 1 / 3]), draw.choice([0.1, 0.7, EAST + 0.3])
        along, across = corner + step * np.arange(30), np.array([5.0])
        middle, end = along[draw.integers(0, 30, 2)]
        centre, radius = np.array([[middle, 5.0]]), np.array([abs(end - middle)])
        points = np.column_stack([along, np.full(30, 5.0)])
        if upright:
            slow = by_every_distance(points[:, ::-1], centre[:, ::-1], radius)
            assert fill_discs(across, along, centre[:, ::-1], radius).ravel().tolist() == slow.tolist()
            assert within_discs(points[:, ::-1], centre[:, ::-1], radius).tolist() == slow.tolist()
        else:
            slow = by_every_distance(points, centre, radius)
            assert fill_discs(along, across, centre, radius).ravel().tolist() == slow.tolist()
            assert within_discs(points, centre, radius).tolist() == slow.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_random_grids_and_points_at_city_coordinates(seed):
    draw = np.random.default_rng(seed)
    x, y = EAST + 100.0 * np.arange(130), NORTH + 100.0 * np.arange(90)
    m = 40
    centres = draw.uniform([-1000, -1000], [14000, 10000], (m, 2)) + CORNER
    radius = draw.choice([0.0, 40.0, 300.0, 500.0, 2500.0], m)
    points = np.column_stack([np.tile(x, 90), np.repeat(y, 130)])
    assert (
        fill_discs(x, y, centres, radius).ravel().tolist()
        == by_every_distance(points, centres, radius).tolist()
    )
    scattered = draw.uniform(0, [13000, 9000], (4000, 2)) + CORNER
    scattered = np.concatenate(
        [scattered, centres + np.array([500.0, 0.0]), centres + np.array([300.0, 400.0])]
    )  # on the limit
    slow = by_every_distance(scattered, centres, radius)
    assert 0.05 < slow.mean() < 0.95
    assert within_discs(scattered, centres, radius).tolist() == slow.tolist()


def test_nothing_in_nothing():
    none = np.zeros((0, 2))
    assert within_discs(none, np.array([[0.0, 0.0]]), np.array([5.0])).shape == (0,)
    assert within_discs(np.array([[0.0, 0.0]]), none, np.array([])).tolist() == [False]
    assert fill_discs(np.array([0.0]), np.array([0.0]), none, np.array([])).tolist() == [[False]]
    assert within_discs(np.zeros((3, 2)), np.array([[0.0, 0.0]]), np.array([0.0])).tolist() == [True] * 3
