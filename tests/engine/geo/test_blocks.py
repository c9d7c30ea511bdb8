"""Blocks by hand; the real block of 陆家嘴, cut by tiles."""

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from scipy.stats import zscore

from tijian.engine.compute.geo.blocks import (
    Floors,
    building_coverage,
    floor_area,
    floors,
    fold_pieces,
    walkability,
    with_parts,
)
from tijian.engine.kernel.faults import Refused

ROOT = Path(__file__).parents[3]
SHARED = ROOT / ".." / "shared" / "data"

BLOCKS = np.array(
    [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(200, 0, 300, 100)], dtype=object
)
NAN = math.nan


def shapes(*given):
    return np.array(given, dtype=object)


def known(*count):
    return Floors(np.array(count, dtype=float), np.zeros(len(count), dtype=bool))


def test_pieces_of_one_id_are_one_building_and_its_first_known_height_is_its_own():
    pieces = shapes(shapely.box(0, 0, 5, 5), shapely.box(20, 0, 25, 5), shapely.box(4, 0, 10, 5))
    found = fold_pieces(pieces, ["a", "b", "a"])
    assert found.ids == ["a", "b"]
    assert shapely.area(found.geometry).tolist() == [50.0, 25.0]
    assert found.building.tolist() == [0, 1, 0]
    heights = found.first_known(np.array([NAN, NAN, 12.0]))
    assert np.array_equal(heights, [12.0, NAN], equal_nan=True)
    assert found.first_known(np.array([9.0, NAN, 12.0]))[0] == 9.0


def test_density_counts_ground_once_and_where_it_lies():
    houses = shapes(shapely.box(0, 0, 50, 50), shapely.box(25, 0, 75, 50), shapely.box(90, 0, 110, 100))
    found = building_coverage(BLOCKS, houses)
    assert found.part.tolist() == [75 * 50 + 1000, 1000.0, 0.0]
    assert found.share.tolist() == [0.475, 0.1, 0.0]


def test_floors_from_height_only_where_they_are_unknown():
    found = floors(np.array([4.0, NAN, NAN]), np.array([99.0, 10.5, NAN]), 3.0)
    assert np.array_equal(found.count, [4.0, 3.5, NAN], equal_nan=True)
    assert found.imputed.tolist() == [False, True, False]


def test_floor_area_by_hand():
    houses = shapes(
        shapely.box(0, 0, 10, 10),
        shapely.box(20, 0, 30, 10),
        shapely.box(95, 0, 105, 10),
        shapely.box(40, 0, 50, 20),
        shapely.box(210, 0, 220, 10),
    )
    found = floor_area(
        BLOCKS, houses, floors(np.array([3, NAN, 2, NAN, NAN]), np.array([NAN, 18, NAN, NAN, NAN]), 3.0)
    )
    # block 1: 100 × 3 + 100 × 6 + 50 × 2; 200 of 450 m² of unknown floors. Block 3: a building, nothing known
    assert np.array_equal(found.ratio.part, [1000.0, 100.0, NAN], equal_nan=True)
    assert np.array_equal(found.ratio.share, [0.1, 0.01, NAN], equal_nan=True)
    assert np.array_equal(found.imputed, [0.6, 0.0, NAN], equal_nan=True)
    assert found.unknown.tolist() == pytest.approx([200 / 450, 0.0, 1.0])


def test_a_block_without_buildings_has_no_floor_area_which_is_known():
    found = floor_area(BLOCKS, shapes(), known())
    assert found.ratio.share.tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(found.unknown).all()


def test_a_part_replaces_the_floors_of_its_building_where_it_stands():
    podium, tower, unknown = shapely.box(0, 0, 50, 50), shapely.box(0, 0, 10, 10), shapely.box(40, 40, 50, 50)
    plates, count = with_parts(shapes(podium), known(3), shapes(tower, unknown), known(30, NAN))
    found = floor_area(BLOCKS, plates, count)
    assert found.ratio.part[0] == 2400 * 3 + 100 * 30
    assert building_coverage(BLOCKS, plates).part[0] == 2500


def test_a_bow_tie_is_refused():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    for work in (
        lambda: fold_pieces(shapes(bow), [1]),
        lambda: building_coverage(BLOCKS, shapes(bow)),
        lambda: floor_area(BLOCKS, shapes(bow), known(1)),
        lambda: with_parts(shapes(BLOCKS[0]), known(1), shapes(bow), known(1)),
    ):
        with pytest.raises(Refused, match="第 1 个要素"):
            work()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_floor_area_adds_up_over_a_split_block_and_in_any_order(seed):
    draw = np.random.default_rng(seed)
    corner = draw.uniform(0, 80, (20, 2))
    houses = shapely.box(*corner.T, *(corner + draw.uniform(1, 30, (20, 2))).T)
    count = known(*draw.integers(1, 30, 20))
    cut = draw.uniform(5, 95)
    halves = shapes(shapely.box(0, 0, cut, 100), shapely.box(cut, 0, 100, 100))
    whole = sum(h.intersection(BLOCKS[0]).area * f for h, f in zip(houses, count.count, strict=True))
    assert floor_area(BLOCKS[:1], houses, count).ratio.part[0] == pytest.approx(whole, rel=1e-12)
    assert floor_area(halves, houses, count).ratio.part.sum() == pytest.approx(whole, rel=1e-9)
    mixed = draw.permutation(20)
    again = floor_area(BLOCKS[:1], houses[mixed], known(*count.count[mixed]))
    assert again.ratio.part[0] == pytest.approx(whole, rel=1e-12)


def test_walkability_against_scipy_and_by_hand():
    density, crossings, mix = (
        np.array([1.0, 2.0, 3.0, NAN]),
        np.array([10.0, 10.0, 10.0, 50.0]),
        np.array([0.1, 0.5, 0.3, 0.9]),
    )
    found = walkability(density, crossings, mix)
    assert found.z[:3, 0] == pytest.approx(zscore(density[:3]))
    assert found.z[:3, 1].tolist() == [0.0, 0.0, 0.0]  # all alike: none departs
    assert found.score[:3] == pytest.approx((zscore(density[:3]) + zscore(mix[:3])) / 3)
    assert math.isnan(found.score[3])
    assert found.base == 3
    assert found.mean.tolist() == pytest.approx([2.0, 10.0, 0.3])
    assert found.deviation[0] == pytest.approx(math.sqrt(2 / 3))


def test_walkability_of_nothing_known():
    found = walkability(np.array([NAN]), np.array([1.0]), np.array([1.0]))
    assert math.isnan(found.score[0])
    assert found.base == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_lujiazui_is_cut_by_tiles_and_drawn_twice_in_parts():
    path = SHARED / "shanghai_lujiazui_osm" / "buildings.geojson.gz"
    features = json.loads(gzip.decompress(path.read_bytes()))["features"]
    assert sum(f["geometry"]["type"] == "Point" for f in features) == 409
    polygons = [f for f in features if f["geometry"]["type"] == "Polygon"]
    whole = [f for f in polygons if f["properties"]["kind"] == "building"]
    assert (len(polygons), len(whole)) == (1572, 1430)

    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:32651", always_xy=True)

    def metric(some):
        shape = shapely.from_geojson([json.dumps(f["geometry"]) for f in some])
        return shapely.transform(shape, to_metres.transform, interleaved=False)

    def ids(some):
        return [f["properties"]["id"] for f in some]

    everything = fold_pieces(metric(polygons), ids(polygons))
    buildings = fold_pieces(metric(whole), ids(whole))
    block = np.array([shapely.box(*shapely.total_bounds(everything.geometry))], dtype=object)
    ground = building_coverage(block, buildings.geometry)
    assert (len(everything.ids), len(buildings.ids)) == (1450, 1321)
    # folded: 1.260 km², of which parts repeat ground of their buildings; without them the union is 1.124
    assert shapely.area(everything.geometry).sum() / 1e6 == pytest.approx(1.260, abs=0.0005)
    assert ground.part[0] / 1e6 == pytest.approx(1.124, abs=0.0005)
    # dropping the parts is not enough: buildings of different ids still overlap
    assert shapely.area(buildings.geometry).sum() / 1e6 == pytest.approx(1.153, abs=0.0005)
