"""Clipped lengths against a slow sum and against geopandas."""

import math
import random
from itertools import pairwise

import geopandas
import numpy as np
import pytest
import shapely

from tijian.engine.compute.geo.measure import clipped_length

SQUARE = shapely.box(0, 0, 10, 10)
RING = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(4, 4), (6, 4), (6, 6), (4, 6)]])
TWO = shapely.MultiPolygon([RING, shapely.box(20, 0, 30, 10)])


def lines(*coordinates):
    return np.array([shapely.LineString(c) for c in coordinates], dtype=object)


@pytest.mark.parametrize(
    ("coordinates", "outline", "length"),
    [
        ([(1, 1), (9, 1)], SQUARE, 8),
        ([(-5, 5), (15, 5)], SQUARE, 10),
        ([(-5, 5), (5, 5)], SQUARE, 5),
        ([(20, 20), (30, 30)], SQUARE, 0),
        ([(0, 0), (10, 0)], SQUARE, 10),
        ([(-3, 0), (13, 0)], SQUARE, 10),
        ([(0, 2), (0, 7)], SQUARE, 5),
        ([(10, 10), (12, 12)], SQUARE, 0),
        ([(0, 0), (10, 10)], SQUARE, 10 * math.sqrt(2)),
        ([(0, 5), (10, 5)], RING, 8),
        ([(4, 4), (6, 4)], RING, 2),
        ([(4.5, 5), (5.5, 5)], RING, 0),
        ([(-5, 5), (35, 5)], TWO, 18),
        ([(12, 5), (18, 5)], TWO, 0),
        ([(1, 1), (9, 1), (9, 9), (1, 9)], TWO, 24),
        ([(1, 1), (-1, 1), (-1, 2), (1, 2)], SQUARE, 2),
        ([(3, 3), (3, 3)], SQUARE, 0),
    ],
)  # fmt: skip
def test_lengths_by_hand(coordinates, outline, length):
    assert clipped_length(lines(coordinates), outline) == pytest.approx(length, abs=1e-12)


def test_lines_add_up_and_order_of_the_file_is_the_order_of_the_sum():
    some = lines([(1, 1), (9, 1)], [(-5, 5), (5, 5)], [(20, 20), (30, 30)], [(0, 0), (10, 0)])
    parts = [clipped_length(some[i : i + 1], SQUARE) for i in range(4)]
    total = 0.0
    for part in parts:
        total += part
    assert clipped_length(some, SQUARE) == total == 23.0


def test_nothing_at_all_is_zero():
    assert clipped_length(np.array([], dtype=object), SQUARE) == 0.0
    assert clipped_length(lines([(1, 1), (2, 2)]), shapely.Polygon()) == 0.0


def test_a_line_in_two_parts_counts_both():
    double = np.array([shapely.MultiLineString([[(1, 1), (3, 1)], [(8, 8), (12, 8)]])], dtype=object)
    assert clipped_length(double, SQUARE) == 4.0


def random_outline(draw):
    """A star-shaped polygon with a hole, or two of them apart; coordinates like those of EPSG:4550."""
    polygons = []
    for centre in (41_500_000.0, 41_530_000.0)[: draw.choice([1, 2])]:
        angles = sorted(draw.uniform(0, 2 * math.pi) for _ in range(draw.randrange(5, 20)))
        shell = [
            (centre + r * math.cos(a), 4_630_000 + r * math.sin(a))
            for a, r in ((a, draw.uniform(3000, 9000)) for a in angles)
        ]
        outer = shapely.Polygon(shell).buffer(0)
        hole = shapely.Point(centre + draw.uniform(-500, 500), 4_630_000).buffer(draw.uniform(300, 2000))
        polygons.append(outer.difference(hole))
    return shapely.union_all(polygons)


def random_lines(draw, n):
    made = []
    for _ in range(n):
        x, y = draw.uniform(41_485_000, 41_545_000), draw.uniform(4_615_000, 4_645_000)
        points = [(x, y)]
        for _ in range(draw.randrange(1, 6)):
            points.append(
                (points[-1][0] + draw.uniform(-4000, 4000), points[-1][1] + draw.uniform(-4000, 4000))
            )
        made.append(shapely.LineString(points))
    return np.array(made, dtype=object)


@pytest.mark.parametrize("seed", range(12))
def test_random_roads_against_one_intersection_each_and_against_geopandas(seed):
    draw = random.Random(seed)  # noqa: S311 — examples, not secrets
    outline, roads = random_outline(draw), random_lines(draw, 150)
    slow = sum(road.intersection(outline).length for road in roads)
    theirs = geopandas.GeoSeries(roads, crs="EPSG:4550").clip(outline).length.sum()
    ours = clipped_length(roads, outline)
    assert slow > 0
    assert ours == pytest.approx(slow, rel=1e-12)
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert ours == clipped_length(roads, outline)


@pytest.mark.parametrize("seed", range(6))
def test_lines_that_touch_corners_and_run_along_edges_of_a_grid(seed):
    draw = random.Random(seed)  # noqa: S311 — examples, not secrets

    def corner():
        return draw.randrange(9), draw.randrange(9)

    for _ in range(150):
        outline = shapely.Polygon([corner() for _ in range(draw.randrange(3, 7))])
        if not outline.is_valid or not outline.area:
            continue
        hole = shapely.box(3, 3, 5, 5)
        if shapely.contains_properly(outline, hole):
            outline = shapely.Polygon(outline.exterior, [hole.exterior])
        points = [corner() for _ in range(draw.randrange(2, 6))]
        if draw.random() < 0.2:
            points.insert(1, points[0])  # a point twice
        steps = [s for s in pairwise(points) if s[0] != s[1]]
        slow = sum(shapely.LineString(s).intersection(outline).length for s in steps)
        assert clipped_length(lines(points), outline) == pytest.approx(slow, abs=1e-9), (points, outline.wkt)


@pytest.mark.parametrize("seed", range(4))
def test_cutting_the_outline_in_two_neither_loses_nor_doubles_what_crosses(seed):
    draw = random.Random(100 + seed)  # noqa: S311 — examples, not secrets
    outline, roads = random_outline(draw), random_lines(draw, 100)
    left = shapely.intersection(outline, shapely.box(41_400_000, 4_500_000, 41_501_234.5, 4_700_000))
    right = shapely.difference(outline, left)
    whole = clipped_length(roads, outline)
    assert clipped_length(roads, left) + clipped_length(roads, right) == pytest.approx(whole, rel=1e-9)


def test_the_lines_are_left_as_they_were():
    some = lines([(-5, 5), (15, 5)])
    before = shapely.to_wkb(some).tolist()
    clipped_length(some, SQUARE)
    assert shapely.to_wkb(some).tolist() == before
