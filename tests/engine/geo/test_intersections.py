"""Intersections by hand, and consolidation against scipy over all points at once."""

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from tijian.engine.compute.geo.intersections import consolidate, junctions


def lines(*coordinates):
    return np.array([shapely.LineString(c) for c in coordinates], dtype=object)


def test_ways_by_hand():
    streets = lines(
        [(0, 0), (10, 0), (20, 0), (30, 0)],  # through (10, 0) and (20, 0)
        [(10, 0), (10, 9)],  # three ways at (10, 0)
        [(20, -9), (20, 0), (20, 9)],  # four at (20, 0)
        [(30, 0), (30, 9)],  # a bend: two ways at (30, 0)
        [(0, 5), (40, 5)],  # a bridge over two streets: no common point
    )
    points, ways = junctions(streets)
    assert points.tolist() == [[10.0, 0.0], [20.0, 0.0]]
    assert ways.tolist() == [3, 4]


def test_a_street_drawn_once_for_each_direction_is_one_way():
    streets = lines([(0, 0), (10, 0)], [(10, 0), (0, 0)], [(10, 0), (20, 0)], [(20, 0), (10, 0)])
    assert len(junctions(streets)[0]) == 0
    assert junctions(np.concatenate([streets, lines([(10, 0), (10, 5)])]))[1].tolist() == [3]


def test_a_point_twice_in_a_line_is_no_way_and_a_loop_is_two():
    assert len(junctions(lines([(0, 0), (0, 0), (5, 0)], [(0, 0), (-5, 0)]))[0]) == 0
    loop = lines([(0, 0), (5, 5), (-5, 5), (0, 0)], [(0, 0), (0, -5)])
    assert junctions(loop)[1].tolist() == [3]


def test_no_streets_no_intersections():
    points, ways = junctions(lines())
    assert len(points) == len(ways) == len(consolidate(points).points) == 0


def test_against_networkx_on_a_random_street_net():
    draw = np.random.default_rng(3)
    graph = nx.Graph()
    streets = []
    for _ in range(300):
        path = [tuple(p) for p in draw.integers(0, 12, (draw.integers(2, 6), 2)).tolist()]
        path = [a for a, b in zip(path, [None, *path], strict=False) if a != b]
        if len(path) > 1:
            streets.append(path)
            nx.add_path(graph, path)
    theirs = sorted((float(x), float(y), d) for (x, y), d in graph.degree if d >= 3)
    points, ways = junctions(lines(*streets))
    assert [(*p, w) for p, w in zip(points.tolist(), ways.tolist(), strict=True)] == theirs


def test_four_corners_of_a_dual_carriageway_are_one_intersection():
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0], [100.0, 0.0]])
    found = consolidate(corners, 15.0)
    assert found.points.tolist() == [[5.0, 5.0], [100.0, 0.0]]
    assert found.members.tolist() == [0, 0, 0, 0, 1]
    assert len(consolidate(corners, 14.0).points) == 3  # the diagonal is 14.14


def test_a_chain_does_not_become_one_intersection():
    # single linkage and 10 m buffers make one of these 118, 1.8 km long
    chain = np.column_stack(
        [np.arange(118) * 15.0 + np.random.default_rng(1).uniform(0, 2, 118), np.zeros(118)]
    )
    found = consolidate(chain, 20.0)
    assert 118 / 2 <= len(found.points) <= 118
    assert np.bincount(found.members).max() == 2
    single = fcluster(linkage(chain, "single"), 20.0, "distance")
    assert single.max() == 1


@pytest.mark.parametrize("seed", range(6))
def test_against_scipy_over_all_points_at_once(seed):
    draw = np.random.default_rng(seed)
    points = draw.uniform(0, 800, (400, 2)) + np.array([41_500_000.0, 4_630_000.0])
    theirs = fcluster(linkage(points, "complete"), 15.0, "distance")
    ours = consolidate(points, 15.0)
    assert len(ours.points) == theirs.max() < 400
    assert len({*zip(ours.members.tolist(), theirs.tolist(), strict=True)}) == theirs.max()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=60),
    st.sampled_from([1.0, 5.0, 15.0]),
    st.integers(0, 999),
)
def test_extent_is_bounded_neighbours_are_apart_and_order_is_nothing(places, tolerance, seed):
    points = np.array(places, dtype=float)
    found = consolidate(points, tolerance)
    apart = squareform(pdist(points))
    same = found.members[:, None] == found.members[None]
    assert apart[same].max(initial=0.0) <= tolerance
    # no two intersections could still be taken together
    k = len(found.points)
    farthest = np.array(
        [[apart[np.ix_(found.members == a, found.members == b)].max() for b in range(k)] for a in range(k)]
    )
    assert (farthest[~np.eye(k, dtype=bool)] > tolerance).all()
    mixed = np.random.default_rng(seed).permutation(len(points))
    again = consolidate(points[mixed], tolerance)
    assert again.points.tobytes() == found.points.tobytes()
    assert np.array_equal(again.members, found.members[mixed])


def test_density_counts_one_on_a_border_once():
    found = consolidate(np.array([[500.0, 500.0], [1000.0, 500.0], [5000.0, 0.0]]))
    zones = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 3000, 1000)], dtype=object)
    assert found.density(zones).tolist() == [2.0, 0.0]
