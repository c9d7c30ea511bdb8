"""What is near along a network, against networkx on a graph in which every point is a node of its own."""

import math
from itertools import pairwise

import igraph
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo import graph as graphs
from tijian.engine.compute.geo.access import cumulative
from tijian.engine.compute.geo.network import build
from tijian.engine.compute.geo.reach import k_nearest, nearest, nearest_of_nodes, travel_costs, within
from tijian.engine.compute.geo.snap import Snapped, at_nodes, snap
from tijian.engine.kernel.faults import Refused


def lines(*given):
    return np.array([shapely.LineString(points) for points in given], dtype=object)


def points(*given):
    return np.array(given, dtype=float).reshape(-1, 2)


STREET = build(lines([(0, 0), (100, 0)]), join="vertices")
ONE_WAY = build(lines([(0, 0), (100, 0)]), join="vertices", backward=np.array([False]))
# A one-way block: east along the south side, then around and back.
BLOCK = build(
    lines([(0, 0), (100, 0)], [(100, 0), (100, 50), (0, 50), (0, 0)]),
    join="vertices",
    backward=np.array([False, False]),
    road=np.array([1, 2]),
)


def costs(network, origins, targets, **more):
    graph = graphs.metres(network)
    return nearest(graph, snap(network, origins), snap(network, targets), **more)


def test_two_points_on_one_edge_are_joined_along_it():
    found = costs(STREET, points([20, 3], [90, -4]), points([30, 5]))
    assert found.cost.tolist() == [3 + 10 + 5, 4 + 60 + 5]
    assert found.facility.tolist() == [0, 0]


def test_against_a_one_way_edge_there_is_no_path_and_that_is_not_zero():
    found = costs(ONE_WAY, points([20, 0], [90, 0], [30, 0]), points([30, 0]))
    assert found.cost.tolist() == pytest.approx([10, math.nan, 0], nan_ok=True)
    assert found.facility.tolist() == [0, -1, 0]


def test_against_a_one_way_edge_one_goes_around_the_block():
    found = costs(BLOCK, points([90, 0], [100, 0], [20, 0]), points([30, 0]))
    assert found.cost.tolist() == [10 + 200 + 30, 200 + 30, 10]


def test_at_the_end_of_a_one_way_edge_one_is_at_its_node():
    network = build(
        lines([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(100, 0), (100, 90)]),
        join="vertices",
        backward=np.array([False, False, True]),
    )
    found = costs(network, points([100, 30]), points([100, 0]))
    assert found.cost.tolist() == [30]
    found = costs(network, points([100, 0], [100, 30], [150, 0]), points([150, 0]))
    assert found.cost.tolist() == [50, 80, 0]


def test_paths_do_not_lead_through_facilities():
    # Two streets without a connection, a facility on either: nothing joins them.
    network = build(lines([(0, 0), (100, 0)], [(0, 9), (100, 9)]), join="vertices")
    graph, facilities = graphs.metres(network), snap(network, points([50, 0], [50, 9]))
    pairs = travel_costs(graph, snap(network, points([10, 0], [90, 9])), facilities)
    assert (pairs.origin.tolist(), pairs.destination.tolist()) == ([0, 1], [0, 1])
    # ... and one near both ends of a detour is no short cut.
    detour = build(lines([(0, 0), (0, 500), (10, 500), (10, 0)]), join="vertices")
    found = travel_costs(
        graphs.metres(detour), snap(detour, points([0, 0])), snap(detour, points([10, 0], [4, 0]))
    )
    assert found.cost.tolist() == [1010, 4]


def test_seconds_take_the_speed_of_each_edge_and_the_walk_beside_it():
    network = build(
        lines([(0, 0), (100, 0)], [(100, 0), (200, 0)]), join="vertices", speed=np.array([10.0, 5.0])
    )
    graph = graphs.seconds(network, beside=2.0)
    found = nearest(graph, snap(network, points([50, 8])), snap(network, points([150, 6])))
    assert found.cost.tolist() == [8 / 2 + 50 / 10 + 50 / 5 + 6 / 2]
    with pytest.raises(Refused, match="1 条边没有速度"):
        graphs.seconds(STREET)


def test_cut_off_is_inclusive():
    for cutoff, expected in ((18.0, 18.0), (17.999, math.nan)):
        found = costs(STREET, points([20, 3]), points([30, 5]), cutoff=cutoff)
        assert found.cost.tolist() == pytest.approx([expected], nan_ok=True)


def test_unconnected_origins_are_unknown_and_unconnected_facilities_unreached():
    origins, facilities = points([10, 0], [0, 900]), points([30, 0], [50, 900])
    graph, o, f = graphs.metres(STREET), snap(STREET, origins), snap(STREET, facilities)
    assert nearest(graph, o, f).facility.tolist() == [0, -1]
    assert k_nearest(graph, o, f, 2).facility.tolist() == [[0, -1], [-1, -1]]
    assert within(graph, o, f, 1000.0).tolist() == pytest.approx([1, math.nan], nan_ok=True)
    assert within(graph, o, f, 5.0).tolist() == pytest.approx([0, math.nan], nan_ok=True)
    assert travel_costs(graph, o, f).cost.tolist() == [20]


def test_an_unknown_weight_in_reach_makes_the_sum_unknown():
    graph, o = graphs.metres(STREET), snap(STREET, points([0, 0], [90, 0]))
    things = snap(STREET, points([5, 0], [80, 0]))
    assert within(graph, o, things, 20.0, np.array([np.nan, 7.0])).tolist() == pytest.approx(
        [math.nan, 7.0], nan_ok=True
    )


def test_no_facilities_no_origins_no_network():
    nothing = build(np.array([], dtype=object), join="vertices")
    for network in (STREET, nothing):
        graph = graphs.metres(network)
        none, one = snap(network, points()), snap(network, points([5, 0]))
        assert np.isnan(nearest(graph, one, none).cost).all()
        assert nearest(graph, none, one).cost.shape == (0,)
        assert k_nearest(graph, one, none, 3).facility.tolist() == [[-1, -1, -1]]
        assert travel_costs(graph, none, one).cost.shape == (0,)
        assert np.isnan(nearest_of_nodes(graph, none).cost).all()
    assert within(
        graphs.metres(STREET), snap(STREET, points([5, 0])), snap(STREET, points()), 9.0
    ).tolist() == [0.0]


def test_the_matrix_feeds_the_access_functions():
    graph, places = graphs.metres(STREET), snap(STREET, points([0, 0], [30, 0], [100, 0]))
    table = travel_costs(graph, places, places, 40.0).table(["a", "b", "c"], ["a", "b", "c"])
    land = {"id": ["a", "b", "c"], "beds": [1.0, 2.0, 4.0]}
    found = cumulative(table, land, opportunity="beds", cutoff=40.0)
    assert list(found["beds"]) == [3.0, 3.0, 4.0]


# ---- against networkx ----------------------------------------------------------------------------------------


@st.composite
def scenes(draw):
    """A random network with one-ways, parallels, loops and components, and points on and beside it."""
    point = st.tuples(st.integers(0, 5), st.integers(0, 5))
    n = draw(st.integers(1, 14))
    ways = draw(st.lists(st.lists(point, min_size=2, max_size=5), min_size=n, max_size=n))
    direction = draw(
        st.lists(st.sampled_from([(True, True), (True, False), (False, True)]), min_size=n, max_size=n)
    )
    ways = lines([(0, 0), (0, 7)], *([(x * 100, y * 100) for x, y in way] for way in ways))
    direction = np.array([(True, True), *direction])
    speed = np.array(draw(st.lists(st.sampled_from([1.0, 2.5]), min_size=n + 1, max_size=n + 1)))
    network = build(ways, join="vertices", forward=direction[:, 0], backward=direction[:, 1], speed=speed)
    seed = draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    sides = [
        random.uniform(-40, 540, (size, 2)) for size in (draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    ]
    # some exactly on nodes, some twice
    sides = [np.vstack([s, network.nodes[random.integers(0, len(network.nodes), 2)], s[:1]]) for s in sides]
    return network, *sides, random


def split(network, rate, positions, legs):
    """The network with every position as a node of its own: ("o", i) and ("f", j) hang beside it."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(network.nodes)))
    for e in range(len(network.length)):
        places = {0.0: int(network.source[e]), float(network.length[e]): int(network.target[e])}
        # a loop has one node at both ends
        for k, snapped in enumerate(positions):
            for i in np.flatnonzero(snapped.edge == e).tolist():
                places.setdefault(float(snapped.offset[i]), (e, float(snapped.offset[i])))
                leg = float(snapped.distance[i]) * legs
                at = places[float(snapped.offset[i])]
                if k == 0:
                    graph.add_edge(("o", i), at, weight=leg)
                else:
                    graph.add_edge(at, ("f", i), weight=leg)
        order = sorted(places)
        for a, b in pairwise(order):
            cost = (b - a) * rate[e]
            if network.forward[e]:
                graph.add_edge(places[a], places[b], weight=cost)
            if network.backward[e]:
                graph.add_edge(places[b], places[a], weight=cost)
    return graph


def matrix(graph, origins, facilities):
    """Cost from every origin to every facility, infinite where there is no path."""
    found = np.full((origins, facilities), np.inf)
    for i in range(origins):
        if ("o", i) in graph:
            reached = nx.single_source_dijkstra_path_length(graph, ("o", i))
            for j in range(facilities):
                found[i, j] = reached.get(("f", j), np.inf)
    return found


def known(cost):
    return np.where(np.isfinite(cost), cost, np.nan)


@given(scenes(), st.booleans())
@settings(deadline=None, max_examples=80)
def test_every_search_agrees_with_brute_force(scene, timed):
    network, from_points, to_points, random = scene
    graph = graphs.seconds(network, beside=1.5) if timed else graphs.metres(network)
    o, f = snap(network, from_points, 60.0), snap(network, to_points, 60.0)
    whole = matrix(split(network, graph.per_metre, (o, f), graph.beside), len(o), len(f))
    cutoff = float(random.choice([150.0, 400.0, np.inf]))
    # no cost may lie within a rounding of the cutoff
    cutoff += 0.123456 if np.isfinite(cutoff) else 0.0
    bounded = np.where(whole <= cutoff, whole, np.inf)

    found = nearest(graph, o, f, cutoff)
    assert found.cost == pytest.approx(known(bounded.min(axis=1)), abs=1e-7, nan_ok=True)
    reached = found.facility >= 0
    assert reached.tolist() == np.isfinite(bounded.min(axis=1)).tolist()
    assert whole[reached, found.facility[reached]] == pytest.approx(found.cost[reached], abs=1e-7)

    pairs = travel_costs(graph, o, f, cutoff)
    listed = np.full(whole.shape, np.inf)
    listed[pairs.origin, pairs.destination] = pairs.cost
    assert len(pairs.cost) == np.isfinite(bounded).sum()
    assert known(listed) == pytest.approx(known(bounded), abs=1e-7, nan_ok=True)
    assert np.lexsort((pairs.destination, pairs.origin)).tolist() == list(range(len(pairs.cost)))

    several = k_nearest(graph, o, f, 3, cutoff)
    most = min(3, len(f))
    assert several.cost[:, :most] == pytest.approx(
        known(np.sort(bounded, axis=1)[:, :most]), abs=1e-7, nan_ok=True
    )
    for i in range(len(o)):
        own = several.facility[i][several.facility[i] >= 0]
        assert len(set(own.tolist())) == len(own)
        assert whole[i, own] == pytest.approx(several.cost[i, : len(own)], abs=1e-7)

    weights = random.integers(0, 9, (len(f), 2)).astype(float)
    expected = np.isfinite(bounded) @ weights
    expected[o.unconnected] = np.nan
    assert within(graph, o, f, cutoff, weights) == pytest.approx(expected, nan_ok=True)
    assert within(graph, o, f, cutoff, weights[:, 0]) == pytest.approx(expected[:, 0], nan_ok=True)


@given(scenes())
@settings(deadline=None, max_examples=40)
def test_labels_of_nodes_both_ways(scene):
    network, _, to_points, _ = scene
    graph, f, nodes = graphs.metres(network), snap(network, to_points), at_nodes(network)
    whole = matrix(split(network, graph.per_metre, (nodes, f), 1.0), len(nodes), len(f))
    assert nearest_of_nodes(graph, f).cost == pytest.approx(known(whole.min(axis=1)), abs=1e-7, nan_ok=True)
    back = matrix(split(network, graph.per_metre, (f, nodes), 1.0), len(f), len(nodes))
    found = nearest_of_nodes(graph, f, towards=False)
    assert found.cost == pytest.approx(known(back.min(axis=0)), abs=1e-7, nan_ok=True)


@given(scenes())
@settings(deadline=None, max_examples=40)
def test_sums_from_either_side_agree(scene):
    """Few things are searched from, many are searched for: two kernels, one answer."""
    network, _, to_points, _ = scene
    graph, f, nodes = graphs.metres(network), snap(network, to_points), at_nodes(network)
    few, many = (
        snap(network, to_points[:1]),
        Snapped(*(np.tile(p, 30) for p in (f.edge, f.offset, f.distance))),
    )
    for o in (nodes, f):
        pairs = travel_costs(graph, o, many, 333.3)
        expected = np.bincount(pairs.origin, minlength=len(o))
        assert within(graph, o, many, 333.3)[~o.unconnected].tolist() == expected[~o.unconnected].tolist()
        one = travel_costs(graph, o, few, 333.3)
        expected = np.bincount(one.origin, minlength=len(o))
        assert within(graph, o, few, 333.3)[~o.unconnected].tolist() == expected[~o.unconnected].tolist()


@given(scenes())
@settings(deadline=None, max_examples=30)
def test_igraph_finds_the_same_between_nodes(scene):
    network = scene[0]
    graph, nodes = graphs.metres(network), at_nodes(network)
    first, head, cost = graph.out
    tail = np.repeat(np.arange(len(network.nodes)), np.diff(first))
    peer = igraph.Graph(
        n=len(network.nodes), edges=list(zip(tail.tolist(), head.tolist(), strict=True)), directed=True
    )
    expected = np.array(peer.distances(weights=cost.tolist()))
    pairs = travel_costs(graph, nodes, nodes)
    found = np.full(expected.shape, np.inf)
    found[pairs.origin, pairs.destination] = pairs.cost
    assert known(found) == pytest.approx(known(expected), abs=1e-9, nan_ok=True)


def test_threads_do_not_change_a_bit():
    network = build(
        lines(
            *[[(x, y) for y in range(0, 901, 90)] for x in range(0, 901, 90)],
            *[[(x, y) for x in range(0, 901, 90)] for y in range(0, 901, 90)],
        ),
        join="vertices",
    )
    draw = np.random.default_rng(3)
    graph, o = graphs.metres(network), snap(network, draw.uniform(0, 900, (300, 2)))
    weights = draw.uniform(0, 9, (300, 2))
    for threads in (2, 3):
        several = within(graph, o, o, 350.0, weights, threads=threads)
        assert several.tobytes() == within(graph, o, o, 350.0, weights).tobytes()
    assert within(graph, snap(network, points([5, 5])), o, 350.0, threads=4).shape == (1,)


@given(scenes(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_more_is_in_reach_of_a_longer_radius_and_order_does_not_matter(scene, random):
    network, from_points, to_points, _ = scene
    graph, o, f = graphs.metres(network), snap(network, from_points), snap(network, to_points)
    weights = np.random.default_rng(1).uniform(0, 9, len(f))
    counts = [within(graph, o, f, radius, weights) for radius in (0.0, 50.0, 170.0, 400.0, np.inf)]
    for less, more in pairwise(counts):
        assert (less[~o.unconnected] <= more[~o.unconnected] + 1e-12).all()
    order = np.array(random.sample(range(len(f)), len(f)))
    moved = snap(network, to_points[order])
    for radius in (170.0, np.inf):
        one, other = within(graph, o, f, radius, weights), within(graph, o, moved, radius, weights[order])
        assert one.tobytes() == other.tobytes()
    assert nearest(graph, o, f).cost.tobytes() == nearest(graph, o, moved).cost.tobytes()
    rows = np.array(random.sample(range(len(o)), len(o)))
    again = snap(network, from_points[rows])
    assert nearest(graph, again, f).cost.tobytes() == nearest(graph, o, f).cost[rows].tobytes()
    assert within(graph, again, f, 170.0).tobytes() == within(graph, o, f, 170.0)[rows].tobytes()
