"""Networks from lines: by hand, by properties, and whole shortest paths against networkx on unfolded vertices."""

import math
from dataclasses import fields
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo.network import build, largest_component
from tijian.engine.kernel.faults import Refused


def lines(*given):
    return np.array([shapely.LineString(points) for points in given], dtype=object)


def same(one, other):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert np.array_equal(a, b, equal_nan=field.name == "speed"), field.name


def drawn(network, *, seconds=False):
    """The network as networkx knows it."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(network.nodes)))
    cost = network.length / network.speed if seconds else network.length
    for a, b, metres, ahead, back in zip(
        network.source.tolist(),
        network.target.tolist(),
        cost.tolist(),
        network.forward,
        network.backward,
        strict=True,
    ):
        if ahead:
            graph.add_edge(a, b, weight=metres)
        if back:
            graph.add_edge(b, a, weight=metres)
    return graph


CROSS = lines([(0, 5), (10, 5)], [(5, 0), (5, 10)])


def test_lines_that_cross_without_a_vertex_do_not_connect():
    network = build(CROSS, join="vertices")
    assert (len(network.nodes), len(network.length), network.component.max()) == (4, 2, 1)


def test_lines_connect_at_a_shared_vertex_though_neither_ends_there():
    network = build(lines([(0, 5), (5, 5), (10, 5)], [(5, 0), (5, 5), (5, 10)]), join="vertices")
    assert (len(network.nodes), len(network.length), network.component.max()) == (5, 4, 0)
    assert network.length.tolist() == [5.0] * 4


def test_only_ends_on_one_level_connect_in_a_municipal_layer():
    crossing = lines([(0, 5), (5, 5), (10, 5)], [(5, 0), (5, 5)], [(5, 5), (5, 10)])
    network = build(crossing, join="ends")
    assert (len(network.nodes), len(network.length), network.component.max()) == (4, 2, 1)
    meeting = lines([(0, 0), (5, 0)], [(5, 0), (10, 0)], [(5, 0), (5, 9)], [(5, 0), (5, -9)])
    level = np.array([[0, 0], [0, 0], [1, 0], [1, 0]])
    network = build(meeting, join="ends", levels=level)
    assert network.component.max() == 1
    assert sorted(network.length.tolist()) == [10.0, 18.0]
    assert sorted(network.level.tolist()) == [0, 0, 0, 0]
    assert build(meeting, join="ends").component.max() == 0


def test_a_millimetre_is_one_place_and_two_are_not():
    ends = [[(0, 0), (5, 0)], [(5.0004, 0), (9, 0)], [(5, 0.002), (5, 7)]]
    network = build(lines(*ends), join="vertices")
    assert network.component.max() == 1
    assert len(network.length) == 2


def test_vertices_where_nothing_branches_are_folded_and_their_shape_is_kept():
    network = build(lines([(0, 0), (3, 4)], [(3, 4), (3, 10)], [(3, 10), (0, 14), (0, 20)]), join="vertices")
    assert len(network.length) == 1
    assert network.length.tolist() == [22.0]
    assert network.along.tolist() == [0.0, 5.0, 11.0, 16.0, 22.0]
    assert network.lines()[0].equals(shapely.LineString([(0, 0), (3, 4), (3, 10), (0, 14), (0, 20)]))


@pytest.mark.parametrize(
    "what",
    [{"road": np.array([1, 2])}, {"speed": np.array([1.0, np.nan])}, {"backward": np.array([True, False])}],
)
def test_a_change_of_class_speed_or_direction_is_a_node(what):
    assert len(build(lines([(0, 0), (5, 0)], [(5, 0), (9, 0)]), join="vertices", **what).nodes) == 3


def test_one_way_pieces_drawn_against_each_other_are_not_folded_into_a_way():
    two = lines([(0, 0), (5, 0)], [(9, 0), (5, 0)])
    network = build(two, join="vertices", backward=np.array([False, False]))
    assert len(network.length) == 2
    network = build(lines([(0, 0), (5, 0)], [(5, 0), (9, 0)]), join="vertices", backward=np.zeros(2, bool))
    assert (network.forward.tolist(), network.backward.tolist()) == ([True], [False])
    network = build(lines([(9, 0), (5, 0)], [(5, 0), (0, 0)]), join="vertices", backward=np.zeros(2, bool))
    assert (network.forward.tolist(), network.backward.tolist()) == ([False], [True])
    assert network.nodes.tolist() == [[0.0, 0.0], [9.0, 0.0]]


def test_parallel_edges_loops_and_rings_stay():
    network = build(
        lines([(0, 0), (9, 0)], [(0, 0), (5, 5), (9, 0)], [(9, 0), (12, 0)], [(0, 0), (0, -4)]),
        join="vertices",
    )
    assert (network.source.tolist(), network.target.tolist()) == ([0, 1, 1, 2], [1, 2, 2, 3])
    ring = build(lines([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)]), join="vertices")
    assert (ring.source.tolist(), ring.target.tolist(), ring.length.tolist()) == ([0], [0], [36.0])
    lollipop = build(lines([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)], [(9, 9), (20, 20)]), join="vertices")
    assert sorted(lollipop.length.tolist()) == [math.hypot(11, 11), 36.0]


def test_a_barrier_closes_a_vertex_or_the_middle_of_a_way():
    street = lines([(0, 0), (5, 0), (10, 0)], [(5, 0), (5, 5)])
    at_branch = build(street, join="vertices", barriers=np.array([[5.0, 0.0]]))
    assert (len(at_branch.length), at_branch.component.max(), at_branch.unused_barriers) == (3, 2, 0)
    between = build(street, join="vertices", barriers=np.array([[8.0, 0.5], [80.0, 80.0]]), barrier_reach=1.0)
    assert (len(between.nodes), between.component.max(), between.unused_barriers) == (6, 1, 1)
    assert sorted(between.length.tolist()) == [2.0, 3.0, 5.0, 5.0]
    for point, reach in (([8.0, 1.5], 1.0), ([8.0, 0.5], None)):
        more = {} if reach is None else {"barrier_reach": reach}
        beside = build(street, join="vertices", barriers=np.array([point]), **more)
        assert (beside.component.max(), beside.unused_barriers) == (0, 1)


def test_two_barriers_on_one_piece_and_one_on_a_ring():
    street = build(lines([(0, 0), (9, 0)]), join="ends", barriers=np.array([[6.0, 0.0], [2.0, 0.0]]))
    assert street.length.tolist() == [2.0, 4.0, 3.0]
    ring = build(
        lines([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)]), join="ends", barriers=np.array([[9.0, 9.0]])
    )
    assert (len(ring.nodes), ring.length.tolist()) == (2, [36.0])


def test_what_is_no_way_is_left_out_and_counted():
    given = np.array([shapely.LineString([(0, 0), (0, 0)]), None, shapely.LineString(), *CROSS], dtype=object)
    network = build(given, join="vertices")
    assert (network.dropped, len(network.length)) == (3, 2)
    closed = np.array([False, True])
    assert len(build(CROSS, join="vertices", forward=closed, backward=closed).length) == 1


def test_nothing_gives_an_empty_network():
    network = build(np.array([], dtype=object), join="vertices")
    assert (len(network.nodes), len(network.length)) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (np.array([shapely.box(0, 0, 1, 1)], dtype=object), "线或多线"),
        (lines([(0, 0), (math.inf, 0)]), "有限的坐标"),
        (lines([(0, 0), (3e6, 0)]), "2,147 km"),
    ],
)
def test_what_cannot_be_a_network_is_refused(wrong, told):
    with pytest.raises(Refused, match=told):
        build(wrong, join="vertices")


def test_a_multiline_on_levels_is_refused_and_otherwise_taken_apart():
    several = np.array([shapely.MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]])], dtype=object)
    assert len(build(several, join="vertices").length) == 2
    with pytest.raises(Refused, match="逐段"):
        build(several, join="ends", levels=np.zeros((1, 2)))


def test_the_largest_component_and_what_was_left_out():
    network = build(lines([(0, 0), (9, 0)], [(20, 0), (50, 0)], [(70, 0), (71, 0)]), join="vertices")
    assert network.shares().tolist() == [0.75, 0.225, 0.025]
    assert network.component.tolist() == [1, 1, 0, 0, 2, 2]
    kept, lost = largest_component(network)
    assert kept.nodes.tolist() == [[20.0, 0.0], [50.0, 0.0]]
    assert (lost.components, lost.nodes, lost.metres, lost.share) == (2, 4, 10.0, 0.75)
    same(kept, build(lines([(20, 0), (50, 0)]), join="vertices"))


@st.composite
def towns(draw):
    """Lines between points of a small grid: crossings, parallels, rings, one-ways, classes and barriers."""
    point = st.tuples(st.integers(0, 4), st.integers(0, 4))
    ways = draw(st.lists(st.lists(point, min_size=2, max_size=5), min_size=1, max_size=12))
    n = len(ways)
    direction = draw(
        st.lists(st.sampled_from([(True, True), (True, False), (False, True)]), min_size=n, max_size=n)
    )
    road = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    barriers = draw(st.lists(point, max_size=2))
    return (
        lines(*ways),
        np.array(direction).reshape(-1, 2),
        np.array(road, dtype=np.int32),
        np.array(barriers, dtype=float).reshape(-1, 2),
    )


def built(town, join="vertices"):
    drawn_lines, direction, road, barriers = town
    return build(
        drawn_lines,
        join=join,
        forward=direction[:, 0],
        backward=direction[:, 1],
        road=road,
        barriers=barriers,
        barrier_reach=1.0,
    )


@given(towns(), st.randoms(use_true_random=False), st.sampled_from(["vertices", "ends"]))
@settings(deadline=None, max_examples=60)
def test_order_and_drawing_of_the_lines_do_not_matter(town, random, join):
    drawn_lines, direction, road, barriers = town
    order = list(range(len(drawn_lines)))
    random.shuffle(order)
    flip = np.array([random.random() < 0.5 for _ in order])
    again = np.where(flip, shapely.reverse(drawn_lines[order]), drawn_lines[order])
    ways = np.where(flip[:, None], direction[order][:, ::-1], direction[order])
    one, other = built(town, join), built((again, ways, road[order], barriers), join)
    same(one, other)


@given(towns())
@settings(deadline=None, max_examples=60)
def test_paths_are_those_of_the_unfolded_vertices(town):
    drawn_lines, direction, _, barriers = town
    closed = {tuple(b) for b in barriers.tolist()}
    whole = nx.MultiDiGraph()
    for k, (line, (ahead, back)) in enumerate(zip(drawn_lines, direction.tolist(), strict=True)):
        points = list(line.coords)
        for i, (a, b) in enumerate(pairwise(points)):
            # a closed vertex is one of its own for every piece that ends there
            a_id, b_id = ((*a, k, i, 0) if a in closed else a), ((*b, k, i, 1) if b in closed else b)
            if a != b and ahead:
                whole.add_edge(a_id, b_id, weight=math.dist(a, b))
            if a != b and back:
                whole.add_edge(b_id, a_id, weight=math.dist(a, b))
    # only barriers that lie on vertices are drawn above
    on = np.array(
        [tuple(b) in {p for line in drawn_lines for p in line.coords} for b in barriers.tolist()], bool
    )
    network = built((drawn_lines, direction, town[2], barriers[on]))
    assert network.length.sum() == pytest.approx(
        sum(math.dist(a, b) for line in drawn_lines for a, b in pairwise(line.coords))
    )
    folded = drawn(network)
    places = [tuple(p) for p in network.nodes.tolist()]
    for i, place in enumerate(places):
        if place in closed:
            continue
        expected = nx.single_source_dijkstra_path_length(whole, place)
        found = nx.single_source_dijkstra_path_length(folded, i)
        assert {places[j]: pytest.approx(d) for j, d in found.items() if places[j] not in closed} == {
            p: d for p, d in expected.items() if p in places and p not in closed and len(p) == 2
        }
