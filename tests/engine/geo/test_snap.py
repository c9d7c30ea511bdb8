"""Points on the nearest edge, against every straight piece measured one by one and against shapely."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo.network import build
from tijian.engine.compute.geo.snap import at_nodes, snap


def lines(*given):
    return np.array([shapely.LineString(points) for points in given], dtype=object)


ELBOW = build(lines([(0, 0), (10, 0), (10, 10)]), join="vertices")


def test_offset_and_distance_by_hand():
    found = snap(ELBOW, np.array([[4.0, 3.0], [12.0, 7.0], [-3.0, -4.0], [10.0, 0.0], [13.0, -4.0]]))
    assert found.edge.tolist() == [0] * 5
    assert found.offset.tolist() == [4.0, 17.0, 0.0, 10.0, 10.0]
    assert found.distance.tolist() == [3.0, 2.0, 5.0, 0.0, 5.0]
    assert found.places(ELBOW).tolist() == [[4, 0], [10, 7], [0, 0], [10, 0], [10, 0]]


def test_beyond_max_snap_a_point_is_unconnected_and_at_the_limit_it_is_not():
    points = np.array([[5.0, -500.0], [5.0, -500.001], [np.nan, 3.0], [5e6, 5e6]])
    found = snap(ELBOW, points)
    assert found.unconnected.tolist() == [False, True, True, True]
    assert found.edge.tolist() == [0, -1, -1, -1]
    assert np.isnan(found.offset[1:]).all()
    assert np.isnan(found.distance[1:]).all()
    assert np.isnan(found.places(ELBOW)[1:]).all()
    assert snap(ELBOW, points, max_snap=499.0).unconnected.all()


def test_the_edge_is_taken_although_a_node_of_another_lies_nearer():
    network = build(lines([(0, 0), (1000, 0)], [(500, 30), (500, 90)]), join="vertices")
    (edge,) = snap(network, np.array([[500.0, 10.0]])).edge.tolist()
    assert network.length[edge] == 1000.0


def test_of_two_edges_equally_near_the_first_is_taken():
    network = build(lines([(0, 0), (10, 0)], [(0, 2), (10, 2)]), join="vertices")
    found = snap(network, np.array([[5.0, 1.0]]))
    assert (found.edge.tolist(), found.distance.tolist()) == ([0], [1.0])


def test_no_points_and_no_network():
    assert len(snap(ELBOW, np.zeros((0, 2)))) == 0
    nothing = build(np.array([], dtype=object), join="vertices")
    assert snap(nothing, np.array([[0.0, 0.0]])).unconnected.tolist() == [True]
    assert len(at_nodes(nothing)) == 0


def test_every_node_has_its_place():
    network = build(lines([(0, 0), (3, 4), (9, 4)], [(3, 4), (3, 20)], [(0, 0), (3, 4)]), join="vertices")
    found = at_nodes(network)
    assert found.places(network).tolist() == network.nodes.tolist()
    assert found.distance.tolist() == [0.0] * len(network.nodes)


def exhaustive(network, points, most):
    """Distance and place on the network by every piece."""
    joined = np.setdiff1d(np.arange(len(network.shape) - 1), network.start[1:] - 1)
    a, b = network.shape[joined], network.shape[joined + 1]
    step = b - a
    share = ((points[:, None] - a) * step).sum(axis=2) / (step * step).sum(axis=1)
    place = a + step * np.clip(share, 0, 1)[..., None]
    far = np.hypot(*np.moveaxis(points[:, None] - place, 2, 0))
    best = far.argmin(axis=1)
    distance = far[np.arange(len(points)), best]
    return np.where(distance <= most, distance, np.nan)


def scattered(seed, size):
    draw = np.random.default_rng(seed)
    start = draw.uniform(0, size, (60, 2))
    steps = draw.normal(0, size / 8, (60, 4, 2)).cumsum(axis=1)
    return [np.vstack([p, p + s]) for p, s in zip(start, steps, strict=True)]


@given(st.integers(0, 10**6), st.floats(5, 5000), st.floats(1, 600))
@settings(deadline=None, max_examples=40)
def test_as_near_as_the_nearest_of_all_pieces(seed, size, most):
    network = build(lines(*scattered(seed, size)), join="vertices")
    points = np.random.default_rng(seed + 1).uniform(-size / 2, size * 1.5, (200, 2))
    found = snap(network, points, max_snap=most)
    expected = exhaustive(network, points, most)
    assert found.distance == pytest.approx(expected, abs=1e-9, nan_ok=True)
    on = ~found.unconnected
    # the place told is on the edge told, and as far away as told
    edges = network.lines(found.edge[on].astype(np.int64))
    places = found.places(network)[on]
    assert shapely.distance(edges, shapely.points(places)) == pytest.approx(0.0, abs=1e-8)
    assert np.hypot(*(places - points[on]).T) == pytest.approx(found.distance[on], abs=1e-8)
    told = shapely.get_coordinates(shapely.line_interpolate_point(edges, found.offset[on]))
    assert told == pytest.approx(places, abs=1e-7)


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_order_of_points_and_lines_does_not_matter(seed, random):
    ways = scattered(seed, 900.0)
    points = np.random.default_rng(seed + 1).uniform(-200, 1100, (50, 2))
    one = snap(build(lines(*ways), join="vertices"), points)
    random.shuffle(ways)
    order = np.array(random.sample(range(50), 50))
    other = snap(build(lines(*ways), join="vertices"), points[order])
    for name in ("edge", "offset", "distance"):
        assert np.array_equal(getattr(one, name)[order], getattr(other, name), equal_nan=True)
