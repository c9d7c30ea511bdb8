"""OSM extracts against hand-made files, brute force over real ones, and damage of every kind."""

import dataclasses
import hashlib
from pathlib import Path

import geopandas
import numpy as np
import osmium
import pytest
import shapely
from osm_made import square, write_pbf

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources import osm_decode, pbf
from tijian.engine.sources.osm import Wanted, read_osm

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
WANTED = Wanted(
    lines=("highway",),
    polygons=("building", "leisure", "natural"),
    points=("amenity", "highway"),
    line_tags=("highway", "name", "oneway"),
    polygon_tags=("natural", "name"),
    point_tags=("amenity", "highway"),
)


@pytest.fixture
def town(tmp_path):
    """A road, a stop, a house, a park with a pond in it, and an old multipolygon without tags."""
    house, house_ring = square(10, 0, 0, 1)
    park, park_ring = square(20, 2, 0, 4)
    pond, pond_ring = square(30, 3, 1, 2)
    wood, wood_ring = square(40, 10, 0, 4)
    glade, glade_ring = square(50, 11, 1, 1)
    nodes = [
        (1, 0, -1, {"highway": "bus_stop"}),
        (2, 5, -1, {}),
        *house,
        *park,
        *pond,
        *wood,
        *glade,
    ]
    ways = [
        (99, [2, 10], {"highway": "residential"}),
        (100, [1, 2], {"highway": "primary", "name": "青年大街", "oneway": "yes"}),
        (101, house_ring, {"building": "yes"}),
        (102, park_ring, {}),
        (103, pond_ring, {"natural": "water", "name": "池"}),
        (104, wood_ring, {"natural": "wood"}),
        (105, glade_ring, {}),
    ]
    relations = [
        (
            7,
            [("w", 102, "outer"), ("w", 103, "inner")],
            {"type": "multipolygon", "leisure": "park", "name": "公园"},
        ),
        (8, [("w", 104, "outer"), ("w", 105, "inner")], {"type": "multipolygon"}),
    ]
    return write_pbf(tmp_path / "town.osm.pbf", nodes, ways, relations)


def refused(path, **options):
    with pytest.raises(Refused) as caught:
        read_osm(path, "osm/a.pbf", WANTED, **options)
    (fault,) = caught.value.faults
    assert fault.file == "osm/a.pbf"
    return fault


def test_lines_come_by_identifier_with_their_tags(town):
    lines = read_osm(town, "a", WANTED).lines
    assert lines.ids.tolist() == [99, 100]
    assert lines.types == ["way", "way"]
    assert lines.fields == {
        "highway": ["residential", "primary"],
        "name": [None, "青年大街"],
        "oneway": [None, "yes"],
    }
    assert lines.geometry[1].equals_exact(shapely.LineString([(0, -1), (5, -1)]), 0)


def test_points_carry_only_what_was_wanted_of_them(town):
    points = read_osm(town, "a", WANTED).points
    assert (points.ids.tolist(), points.types) == ([1], ["node"])
    assert points.fields == {"amenity": [None], "highway": ["bus_stop"]}
    assert points.geometry[0].equals_exact(shapely.Point(0, -1), 0)


def test_a_multipolygon_keeps_its_hole_and_the_pond_in_it(town):
    polygons = read_osm(town, "a", WANTED).polygons
    found = dict(zip(zip(polygons.types, polygons.ids.tolist(), strict=True), polygons.geometry, strict=True))
    assert {key: shape.area for key, shape in found.items()} == {
        ("way", 101): 1.0,
        ("way", 103): 4.0,
        ("relation", 7): 12.0,
        ("relation", 8): 15.0,
    }
    assert list(found) == [("way", 101), ("way", 103), ("relation", 7), ("relation", 8)]


def test_an_old_multipolygon_takes_the_tags_of_its_outer_way_which_then_does_not_count_twice(town):
    polygons = read_osm(town, "a", WANTED).polygons
    woods = [i for i, value in enumerate(polygons.fields["natural"]) if value == "wood"]
    assert [(polygons.types[i], polygons.ids[i]) for i in woods] == [("relation", 8)]


def test_a_whole_file_loses_nothing(town):
    assert read_osm(town, "a", WANTED).losses == ()


def test_the_record_says_where_it_came_from(town):
    record = read_osm(town, "osm/town.pbf", WANTED).record
    digest = hashlib.sha256(town.read_bytes()).hexdigest()
    assert (record.file, record.sha256, record.rows, record.crs) == ("osm/town.pbf", digest, 7, "EPSG:4326")


def test_what_refers_to_something_missing_is_dropped_counted_and_named(tmp_path):
    house, ring = square(10, 0, 0, 1)
    broken, broken_ring = square(20, 5, 0, 1)
    nodes = [(1, 0, 0, {}), (2, 1, 0, {}), *house, *broken[:3]]
    ways = [
        (100, [1, 2], {"highway": "primary"}),
        (101, [1, 2, 900], {"highway": "primary"}),
        (102, ring, {"building": "yes"}),
        (103, broken_ring, {"building": "yes"}),
        (104, [1, 1], {"highway": "service"}),
        (105, [1, 2, 1], {"building": "yes"}),
        (106, [1, 2, 10], {"building": "yes"}),
        (107, [1, 901], {"landuse": "nobody asked"}),
    ]
    relations = [
        (1, [("w", 102, "outer"), ("w", 800, "inner")], {"type": "multipolygon", "leisure": "park"}),
        (2, [("w", 103, "outer")], {"type": "multipolygon", "leisure": "park"}),
        (3, [("w", 100, "outer")], {"type": "multipolygon", "leisure": "park"}),
        (4, [("w", 801, "")], {"type": "route", "leisure": "park"}),
    ]
    extract = read_osm(write_pbf(tmp_path / "a.pbf", nodes, ways, relations), "a", WANTED)
    assert [(loss.code, loss.count, loss.of, loss.first) for loss in extract.losses] == [
        ("nodes.missing", 3, 0, ("node/23", "node/900", "node/901")),
        ("ways.missing", 1, 4, ("way/800",)),
        ("ways.cut", 2, 8, ("way/101", "way/103")),
        ("ways.bare", 1, 8, ("way/104",)),
        ("rings.broken", 1, 3, ("way/105",)),
        ("rings.open", 1, 0, ("way/106",)),
        ("relations.broken", 3, 3, ("relation/1", "relation/2", "relation/3")),
    ]
    assert all(loss.reason for loss in extract.losses)
    assert (extract.lines.ids.tolist(), extract.polygons.ids.tolist()) == ([100], [102])


def test_only_the_first_of_many_dropped_objects_are_named(tmp_path):
    ways = [(i, [1, 2], {"highway": "primary"}) for i in range(1, 21)]
    _, cut = read_osm(write_pbf(tmp_path / "a.pbf", [(1, 0, 0, {})], ways), "a", WANTED).losses
    assert (cut.count, cut.first) == (20, tuple(f"way/{i}" for i in range(1, 6)))


def test_area_yes_makes_a_square_of_a_ring_street_and_area_no_a_line_of_a_park_path(tmp_path):
    nodes, ring = square(1, 0, 0, 1)
    ways = [
        (1, ring, {"highway": "pedestrian", "area": "yes", "leisure": "park"}),
        (2, ring, {"highway": "footway"}),
        (3, ring, {"leisure": "track", "area": "no"}),
        (4, ring, {"highway": "footway", "leisure": "park"}),
    ]
    extract = read_osm(write_pbf(tmp_path / "a.pbf", nodes, ways), "a", WANTED)
    assert extract.lines.ids.tolist() == [2, 4]
    assert extract.polygons.ids.tolist() == [1, 4]
    assert extract.losses == ()


def test_a_way_of_a_million_nodes_is_read(tmp_path):
    nodes = [(1, 0, 0, {}), (2, 1, 1, {})]
    path = write_pbf(tmp_path / "a.pbf", nodes, [(1, [1, 2] * 500_000, {"highway": "primary"})])
    assert shapely.get_num_coordinates(read_osm(path, "a", WANTED).lines.geometry).tolist() == [1_000_000]


def test_a_file_without_ways_is_refused(tmp_path):
    path = write_pbf(tmp_path / "a.pbf", [(1, 0, 0, {"amenity": "school"})])
    assert refused(path).code == "osm.no_ways"


def test_a_file_with_ways_nobody_wants_is_empty_but_not_refused(tmp_path):
    path = write_pbf(tmp_path / "a.pbf", [(1, 0, 0, {}), (2, 1, 0, {})], [(1, [1, 2], {"power": "line"})])
    extract = read_osm(path, "a", WANTED)
    assert len(extract.lines) == len(extract.polygons) == len(extract.points) == extract.record.rows == 0


def test_an_unsorted_file_is_refused_with_the_remedy(tmp_path):
    ways = [(2, [1, 2], {"highway": "primary"}), (1, [1, 2], {"highway": "primary"})]
    fault = refused(write_pbf(tmp_path / "a.pbf", [(1, 0, 0, {}), (2, 1, 0, {})], ways))
    assert (fault.code, "osmium sort" in fault.hint) == ("osm.unsorted", True)


def test_a_missing_file_is_refused(tmp_path):
    assert refused(tmp_path / "none.pbf").code == "file.missing"


@pytest.mark.parametrize("data", [b"", b"<osm/>", b"\0" * 100, b"PK\x03\x04", bytes(range(256)) * 10])
def test_what_is_no_pbf_is_refused(tmp_path, data):
    path = tmp_path / "a.pbf"
    path.write_bytes(data)
    assert refused(path).code in {"osm.broken", "osm.no_ways"}


def test_a_file_other_than_declared_is_refused(town):
    digest = hashlib.sha256(town.read_bytes()).hexdigest()
    assert len(read_osm(town, "a", WANTED, expected_sha256=digest.upper()).lines) == 2
    fault = refused(town, expected_sha256="0" * 64)
    assert (fault.code, fault.value, fault.expected) == ("file.sha256", digest, "0" * 64)


def made_blocks(tmp_path):
    """Write a file of several blocks, and give its bytes and the ends of its blocks."""
    nodes = [(i, i % 100 / 10, i // 100 / 10, {}) for i in range(1, 20_001)]
    ways = [(i, [i, i + 1], {"highway": "primary", "name": f"路{i * i}"}) for i in range(1, 19_999)]
    data = write_pbf(tmp_path / "whole.pbf", nodes, ways).read_bytes()
    ends, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4 + size + osm_size(data[at + 4 : at + 4 + size])
        ends.append(at)
    return data, ends


def osm_size(header):
    """Read the size of the blob from a blob header, whose last field it is."""
    return dict(pbf._fields(header))[3]


def test_a_file_cut_anywhere_inside_a_block_is_refused_with_the_place(tmp_path):
    data, ends = made_blocks(tmp_path)
    assert len(ends) > 4
    path = tmp_path / "a.pbf"
    cuts = [int(c) for c in np.random.default_rng(1).integers(1, len(data), 50)]
    for cut in cuts:
        assert cut not in ends
        path.write_bytes(data[:cut])
        fault = refused(path)
        block = sum(end <= cut for end in ends)
        start = ([0, *ends])[block]
        assert fault.code == "osm.broken"
        assert fault.place == f"从第 {start} 字节起的块"


def test_a_cut_at_the_end_of_a_block_shows_only_in_the_declared_hash(tmp_path):
    data, ends = made_blocks(tmp_path)
    path = tmp_path / "a.pbf"
    path.write_bytes(data[: ends[-2]])
    assert len(read_osm(path, "a", WANTED).lines) > 0
    assert refused(path, expected_sha256=hashlib.sha256(data).hexdigest()).code == "file.sha256"


def test_damaged_bytes_inside_the_compressed_part_are_refused(tmp_path):
    data, ends = made_blocks(tmp_path)
    path = tmp_path / "a.pbf"
    for block in range(1, len(ends)):
        middle = (ends[block - 1] + ends[block]) // 2
        path.write_bytes(
            data[:middle] + bytes(b ^ 0xFF for b in data[middle : middle + 8]) + data[middle + 8 :]
        )
        fault = refused(path)
        assert fault.code == "osm.broken"
        assert fault.place == f"从第 {ends[block - 1]} 字节起的块"


def same(a, b):
    for name in ("lines", "polygons", "points"):
        x, y = getattr(a, name), getattr(b, name)
        assert (x.types, x.ids.tolist(), x.fields) == (y.types, y.ids.tolist(), y.fields)
        assert shapely.to_wkb(x.geometry).tolist() == shapely.to_wkb(y.geometry).tolist()
    assert (a.losses, a.record) == (b.losses, b.record)


def test_the_second_reading_comes_from_the_cache(town, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    first = read_osm(town, "a", WANTED, cache=cache)
    monkeypatch.setattr(osm_decode, "apply", None)
    same(first, read_osm(town, "a", WANTED, cache=cache))
    with pytest.raises(TypeError):
        read_osm(town, "a", WANTED)


def test_another_file_or_another_wish_or_another_reader_is_decoded_anew(town, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    read_osm(town, "a", WANTED, cache=cache)
    more = dataclasses.replace(WANTED, line_tags=("name", "bridge"))
    assert list(read_osm(town, "a", more, cache=cache).lines.fields) == ["name", "bridge"]
    other = write_pbf(
        tmp_path / "b.pbf", [(1, 0, 0, {}), (2, 1, 0, {})], [(5, [1, 2], {"highway": "primary"})]
    )
    assert read_osm(other, "a", WANTED, cache=cache).lines.ids.tolist() == [5]
    monkeypatch.setattr("tijian.engine.sources.osm.REVISION", 2)
    read_osm(town, "a", WANTED, cache=cache)
    assert len(list(cache.iterdir())) == 4


def test_a_damaged_cache_is_made_anew(town, tmp_path):
    cache = tmp_path / "cache"
    first = read_osm(town, "a", WANTED, cache=cache)
    (folder,) = cache.iterdir()
    for name in ("lines.parquet", "losses.json"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
        same(first, read_osm(town, "a", WANTED, cache=cache))
        assert (folder / name).read_bytes() == whole


def test_the_cache_is_geoparquet_in_equal_bytes(town, tmp_path):
    for name in ("one", "two"):
        read_osm(town, "a", WANTED, cache=tmp_path / name)
    one, two = (sorted((tmp_path / name).rglob("*.*")) for name in ("one", "two"))
    assert [p.read_bytes() for p in one if p.is_file()] == [p.read_bytes() for p in two if p.is_file()]
    assert [p.name for p in one if p.is_file()] == [
        "lines.parquet",
        "losses.json",
        "points.parquet",
        "polygons.parquet",
    ]
    frame = geopandas.read_parquet(next(p for p in one if p.name == "lines.parquet"))
    assert frame.crs.to_epsg() == 4326
    assert frame["osm_id"].tolist() == [99, 100]


class BruteForce(osmium.SimpleHandler):
    """Every object with Python callbacks, as slowly and plainly as can be."""

    def __init__(self):
        super().__init__()
        self.lines, self.dropped, self.areas = {}, 0, {}

    def way(self, way):
        if "highway" not in way.tags or (way.is_closed() and way.tags.get("area") == "yes"):
            return
        points = [(n.location.lon, n.location.lat) for n in way.nodes if n.location.valid()]
        if len(points) < len(way.nodes) or len(set(points)) < 2:
            self.dropped += 1
        else:
            self.lines[way.id] = shapely.LineString(points).length

    def area(self, area):
        if area.tags.get("building") is not None and area.num_rings()[0]:
            wkb = osmium.geom.WKBFactory().create_multipolygon(area)
            self.areas["way" if area.from_way() else "relation", area.orig_id()] = shapely.from_wkb(wkb).area


@real
@pytest.mark.parametrize("name", ["helsinki/Helsinki", "perf/liechtenstein"])
def test_real_files_equal_brute_force(name):
    path = SHARED / f"{name}.osm.pbf"
    wanted = Wanted(lines=("highway",), polygons=("building",))
    extract = read_osm(path, name, wanted)
    brute = BruteForce()
    brute.apply_file(str(path), locations=True)
    assert len(brute.lines) > 2000
    lengths = shapely.length(extract.lines.geometry).tolist()
    assert dict(zip(extract.lines.ids.tolist(), lengths, strict=True)) == pytest.approx(
        brute.lines, abs=1e-12
    )
    table = extract.polygons
    keys = zip(table.types, table.ids.tolist(), strict=True)
    areas = dict(zip(keys, shapely.area(table.geometry).tolist(), strict=True))
    # A multipolygon without tags is ours alone: pyosmium leaves such a hole filled.
    common = brute.areas.keys() & areas.keys()
    assert len(common) >= len(brute.areas) - 10
    assert {k: areas[k] for k in common} == pytest.approx({k: brute.areas[k] for k in common}, abs=1e-15)


@real
def test_helsinki_is_clipped_and_says_so():
    wanted = Wanted(lines=("highway",), polygons=("building", "natural"))
    losses = {loss.code: loss for loss in read_osm(SHARED / "helsinki/Helsinki.osm.pbf", "h", wanted).losses}
    assert losses["nodes.missing"].count == 3815
    assert (losses["ways.missing"].count, losses["ways.missing"].of) == (488, 753)
    assert losses["ways.cut"].count > 100


@real
def test_porto_has_two_point_rings_and_loses_only_those():
    extract = read_osm(SHARED / "perf/porto_portugal.osm.pbf", "p", Wanted(lines=("highway",)))
    assert [(loss.code, loss.count) for loss in extract.losses] == [("ways.bare", 39)]
