"""Service areas: by hand, and place by place against searches on streets cut into short pieces."""

import heapq
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.geo import graph as costs
from tijian.engine.compute.geo.network import build
from tijian.engine.compute.geo.overlay import area_within
from tijian.engine.compute.geo.reach import nearest_of_nodes
from tijian.engine.compute.geo.service_area import Parts, reached_parts, service_area
from tijian.engine.compute.geo.snap import Snapped, snap


def lines(*given):
    return np.array([shapely.LineString(points) for points in given], dtype=object)


def at(network, *points):
    return snap(network, np.array(points, dtype=float))


def spans(area):
    return [
        (int(e), round(float(a), 9), round(float(b), 9))
        for e, a, b in zip(area.parts.edge, area.parts.low, area.parts.high, strict=True)
    ]


STREET = build(lines([(0, 0), (1000, 0)]), join="vertices")


def test_a_street_is_reached_both_ways_and_the_way_beside_it_counts():
    area = service_area(costs.metres(STREET), at(STREET, (400, 30)), 200)
    assert spans(area) == [(0, 230.0, 570.0)]
    assert shapely.equals(area.lines[0], shapely.LineString([(230, 0), (570, 0)]))


def test_the_land_thins_out_to_the_limit():
    area = service_area(costs.metres(STREET), at(STREET, (400, 0)), 200, beside=50)
    west, south, east, north = area.polygon.bounds
    assert (west, south, east, north) == pytest.approx((200, -50, 600, 50))
    # 300 m full width and a disc of 50 m, cut into 64 sides
    disc = 64 * 50**2 * math.sin(2 * math.pi / 64) / 2
    assert area.polygon.area == pytest.approx(300 * 100 + disc, rel=1e-9)
    near = service_area(costs.metres(STREET), at(STREET, (400, 0)), 20, beside=50)
    assert near.polygon.bounds == pytest.approx((380, -20, 420, 20))


def test_one_way_is_followed_towards_the_facility_or_from_it():
    street = build(lines([(0, 0), (1000, 0)]), join="vertices", backward=np.array([False]))
    here = at(street, (400, 0))
    assert spans(service_area(costs.metres(street), here, 200)) == [(0, 200.0, 400.0)]
    assert spans(service_area(costs.metres(street), here, 200, towards=False)) == [(0, 400.0, 600.0)]


def test_an_edge_reached_from_both_ends_keeps_its_unreached_middle():
    around = [(0, 0), (0, 300), (300, 300), (300, 0)]
    stubs = [(0, 0), (0, -9)], [(300, 0), (300, -9)]
    ring = build(lines(around, [(0, 0), (300, 0)], *stubs), join="vertices")
    area = service_area(costs.metres(ring), at(ring, (150, 0)), 250)
    long = int(ring.length.argmax())
    assert [s for s in spans(area) if s[0] == long] == [(long, 0.0, 100.0), (long, 800.0, 900.0)]
    assert not shapely.intersects(area.polygon, shapely.Point(150, 300))
    assert [s for s in spans(service_area(costs.metres(ring), at(ring, (150, 0)), 600)) if s[0] == long] == [
        (long, 0.0, 900.0)
    ]


def test_a_hull_would_add_what_lies_between_two_arms():
    arms = build(lines([(0, 0), (1000, 0)], [(0, 0), (0, 1000)]), join="vertices")
    area = service_area(costs.metres(arms), at(arms, (0, 0)), 800)
    hull = shapely.convex_hull(area.polygon)
    assert hull.area > 2 * area.polygon.area
    assert not shapely.intersects(area.polygon, shapely.Point(300, 300))


def test_what_is_not_connected_serves_nothing():
    area = service_area(costs.metres(STREET), at(STREET, (400, 600)), 200)
    assert (len(area.parts.edge), len(area.lines)) == (0, 0)
    assert area.polygon.is_empty
    assert area_within(shapely.box([0], [0], [9], [9]), area.pieces).tolist() == [0.0]


def test_seconds_count_speeds_on_streets_and_walking_beside_them():
    fast = build(lines([(0, 0), (1000, 0)]), join="vertices", speed=np.array([10.0]))
    area = service_area(costs.seconds(fast, beside=1.0), at(fast, (500, 5)), 35, beside=20)
    assert spans(area) == [(0, 200.0, 800.0)]
    inside = [(500, 19.9), (640, 15.5), (790, 0.9), (350, 14.9)]
    outside = [(500, 20.1), (640, 16.5), (790, 1.2), (350, 15.2)]
    assert shapely.intersects(area.polygon, shapely.points(inside)).tolist() == [True] * 4
    assert shapely.intersects(area.polygon, shapely.points(outside)).tolist() == [False] * 4


def test_beside_a_street_slower_than_the_land_the_facility_itself_is_near():
    slow = build(lines([(0, 0), (1000, 0)]), join="vertices", speed=np.array([0.5]))
    area = service_area(costs.seconds(slow, beside=2.0), at(slow, (400, 4)), 12, beside=50)
    assert spans(area) == [(0, 395.0, 405.0)]  # two seconds to the street, ten along it
    assert area.polygon.bounds == pytest.approx((380, -20, 420, 20))


def test_parts_are_drawn_round_corners():
    bent = build(lines([(0, 0), (10, 0), (10, 10), (20, 10)]), join="vertices")
    parts = Parts(np.zeros(3, np.int32), np.array([4.0, 10.0, 22.0]), np.array([14.0, 20.0, 22.0]))
    drawn = [[(4, 0), (10, 0), (10, 4)], [(10, 0), (10, 10)]]
    assert [list(line.coords) for line in parts.lines(bent)] == drawn


@st.composite
def scenes(draw):
    """Streets between points of a grid, one-ways, speeds, facilities anywhere, a limit and a way."""
    point = st.tuples(st.integers(0, 4), st.integers(0, 4))
    ways = draw(st.lists(st.lists(point, min_size=2, max_size=4), min_size=1, max_size=8))
    n = len(ways)
    both, on, back = (True, True), (True, False), (False, True)
    direction = draw(st.lists(st.sampled_from([both, both, on, back]), min_size=n, max_size=n))
    speed = draw(st.lists(st.sampled_from([0.5, 1.0, 4.0]), min_size=n, max_size=n))
    place = st.tuples(st.floats(-60, 460), st.floats(-60, 460))
    facilities = draw(st.lists(place, min_size=1, max_size=3))
    limit = draw(st.floats(1, 500))
    return ways, direction, speed, facilities, limit, draw(st.booleans()), draw(st.booleans())


def made(scene):
    ways, direction, speed, facilities, limit, timed, towards = scene
    network = build(
        lines(*[[(100 * x, 100 * y) for x, y in way] for way in ways]),
        join="vertices",
        forward=np.array(direction)[:, 0],
        backward=np.array(direction)[:, 1],
        speed=np.array(speed),
    )
    graph = costs.seconds(network, beside=1.6) if timed else costs.metres(network)
    return graph, snap(network, np.array(facilities), max_snap=80), limit, towards


STEP = 5.0


def samples(graph, facilities, towards):
    """Places along every edge, with the least cost to or from a facility, by a search on short pieces."""
    network = graph.network
    links = {("n", i): [] for i in range(len(network.nodes))}
    places, least = [], {}
    for e in range(len(network.length)):
        own = np.flatnonzero(facilities.edge == e)
        length = float(network.length[e])
        offsets = np.unique([*np.arange(STEP / 2, length, STEP), *facilities.offset[own]])
        offsets = offsets[(offsets > 0) & (offsets < length)]
        chain = [("n", int(network.source[e]))]
        chain += [("p", e, float(t)) for t in offsets] + [("n", int(network.target[e]))]
        where = [0.0, *offsets.tolist(), length]
        links |= {key: [] for key in chain[1:-1]}
        places += [(e, float(t)) for t in offsets]
        for k in range(len(chain) - 1):
            cost = (where[k + 1] - where[k]) * float(graph.per_metre[e])
            ahead, back = bool(network.forward[e]), bool(network.backward[e])
            if towards:
                ahead, back = back, ahead
            if ahead:
                links[chain[k]].append((chain[k + 1], cost))
            if back:
                links[chain[k + 1]].append((chain[k], cost))
        for f in own.tolist():
            t = float(facilities.offset[f])
            key = chain[0] if t == 0 else chain[-1] if t == length else ("p", e, t)
            cost = float(facilities.distance[f]) * graph.beside
            least[key] = min(least.get(key, math.inf), cost)
    heap = [(cost, key) for key, cost in least.items()]
    heapq.heapify(heap)
    while heap:
        cost, key = heapq.heappop(heap)
        if cost > least[key]:
            continue
        for other, more in links[key]:
            if cost + more < least.get(other, math.inf):
                least[other] = cost + more
                heapq.heappush(heap, (cost + more, other))
    found = [least.get(("p", *place), math.inf) for place in places]
    nodes = [least.get(("n", i), math.inf) for i in range(len(network.nodes))]
    return places, np.array(found), np.array(nodes)


@given(scenes())
@settings(deadline=None, max_examples=200)
def test_streets_and_land_are_those_found_place_by_place(scene):
    graph, facilities, limit, towards = made(scene)
    area = service_area(graph, facilities, limit, beside=30, towards=towards)
    places, cost, nodes = samples(graph, facilities, towards)
    for (edge, offset), c in zip(places, cost.tolist(), strict=True):
        if abs(c - limit) < 1e-6:
            continue
        parts = (area.parts.edge == edge) & (area.parts.low <= offset) & (offset <= area.parts.high)
        assert parts.sum() == (c < limit), (edge, offset, c)
    # land: every point of a raster against every sampled place; a sample is at most half a step away
    edge, offset = np.array([e for e, _ in places], np.int32), np.array([t for _, t in places])
    spots = np.concatenate(
        [Snapped(edge, offset, np.zeros(len(edge))).places(graph.network), graph.network.nodes]
    )
    cost = np.concatenate([cost, nodes])
    rng = np.random.default_rng(3)
    points = rng.uniform(-40, 440, (400, 2))
    gap = np.hypot(*(points[:, None] - spots[None]).transpose(2, 0, 1))
    slack = STEP / 2 * (float(graph.per_metre.max(initial=1.0)) + graph.beside)
    way = gap * graph.beside + cost
    surely = ((gap <= 30 - 0.2) & (way <= limit - 0.2 * graph.beside)).any(axis=1)
    maybe = ((gap <= 30 + STEP / 2 + 0.2) & (way <= limit + slack)).any(axis=1)
    inside = shapely.intersects(area.polygon, shapely.points(points))
    assert not (surely & ~inside).any(), points[surely & ~inside]
    assert not (inside & ~maybe).any(), points[inside & ~maybe]


@given(scenes(), st.floats(0, 300))
@settings(deadline=None, max_examples=100)
def test_more_is_reached_with_a_greater_limit(scene, more):
    graph, facilities, limit, towards = made(scene)
    small, large = (service_area(graph, facilities, most, towards=towards) for most in (limit, limit + more))
    covered = lambda area: sum((area.parts.high - area.parts.low).tolist())  # noqa: E731
    assert covered(small) <= covered(large) + 1e-9
    corners = 50 * (1 - math.cos(math.pi / 64)) + 1e-3  # what an arc of 64 sides lacks: 6 cm
    assert shapely.area(shapely.difference(small.polygon, shapely.buffer(large.polygon, corners))) < 1e-6


@given(scenes(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_order_of_facilities_does_not_matter(scene, random):
    graph, facilities, limit, towards = made(scene)
    order = list(range(len(facilities)))
    random.shuffle(order)
    again = Snapped(facilities.edge[order], facilities.offset[order], facilities.distance[order])
    one, other = (service_area(graph, f, limit, towards=towards) for f in (facilities, again))
    assert all(
        np.array_equal(getattr(one.parts, k), getattr(other.parts, k)) for k in ("edge", "low", "high")
    )
    apart = shapely.symmetric_difference(one.polygon, other.polygon).area  # a union rounds by its order
    assert apart <= 1e-9 * max(one.polygon.area, 1.0)


def test_parts_by_node_costs_of_a_smaller_limit_are_those_of_that_limit():
    streets = build(lines([(0, 0), (400, 0)], [(400, 0), (400, 400)], [(400, 0), (800, 0)]), join="vertices")
    graph, here = costs.metres(streets), at(streets, (0, 0))
    wide = nearest_of_nodes(graph, here, cutoff=700).cost
    parts = reached_parts(graph, here, wide, 500)
    assert sum(parts.high - parts.low) == 600.0
