"""A wrong datum and a truncated source are noticed, and ordinary data are left in peace."""

import csv
import gzip
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

from tijian.engine.compute.geo.crs import project
from tijian.engine.compute.geo.datum import bd09_from_gcj02, gcj02_from_wgs84
from tijian.engine.compute.geo.datum_check import (
    merged,
    outside_named,
    suspicion_by_districts,
    suspicion_by_roads,
)
from tijian.engine.sources.points_table import Datum
from tijian.engine.sources.suspicion import truncation

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
ALIASES = {"闸北区": "静安区", "崇明县": "崇明区"}
CRS = "EPSG:4549"
LAYERS = ("bus_stop", "school", "medical", "kindergarten", "primary_school", "middle_school")


def shifted(lon, lat, datum):
    """Give true positions as a source in that datum would deliver them."""
    if datum is Datum.WGS84:
        return lon, lat
    lon, lat = gcj02_from_wgs84(lon, lat)
    return bd09_from_gcj02(lon, lat) if datum is Datum.BD09 else (lon, lat)


@pytest.fixture(scope="module")
def city():
    """Make sixteen districts of about 6 km side by side, and 5,000 points that name theirs."""
    districts = {
        f"{i}{j}区": shapely.box(121 + i * 0.06, 31 + j * 0.05, 121 + (i + 1) * 0.06, 31 + (j + 1) * 0.05)
        for i in range(4)
        for j in range(4)
    }
    random = np.random.default_rng(8)
    lon, lat = 121 + random.uniform(0, 0.24, 5000), 31 + random.uniform(0, 0.2, 5000)
    names = np.array(
        [f"{int((x - 121) / 0.06)}{int((y - 31) / 0.05)}区" for x, y in zip(lon, lat, strict=True)],
        dtype=object,
    )
    return districts, lon, lat, names


@pytest.fixture(scope="module")
def shanghai():
    """Read the districts under the names of today, and the stops with the district each names."""
    document = json.loads((SHARED / "shanghai/shanghai_districts_wgs84.geojson").read_text("utf-8"))
    raw = {
        f["properties"]["name"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in document["features"]
    }
    rows = rows_of("bus_stop")
    lon, lat = (np.array([float(row[c]) for row in rows]) for c in ("lon", "lat"))
    return raw, lon, lat, np.array([row["adname"] for row in rows], dtype=object)


def rows_of(name):
    data = gzip.decompress((SHARED / f"shanghai/shanghai_{name}_poi.csv.gz").read_bytes())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def trials(city, datum, declared, count, seed):
    """Count how often samples of 200 points delivered in ``datum`` are suspected."""
    districts, lon, lat, names = city
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        rows = random.choice(len(lon), 200, replace=False)
        x, y = shifted(lon[rows], lat[rows], datum)
        found.append(suspicion_by_districts(x, y, names[rows], districts, declared))
    return [suspicion for suspicion in found if suspicion is not None]


def test_a_made_city_in_gcj02_declared_wgs84_is_noticed_with_the_likely_truth(city):
    found = trials(city, Datum.GCJ02, Datum.WGS84, 100, 1)
    assert len(found) >= 99
    assert sum(suspicion.likely is Datum.GCJ02 for suspicion in found) >= 95
    assert "GCJ-02" in str(found[0])
    assert (found[0].by, found[0].points) == ("districts", 200)


@pytest.mark.parametrize(
    ("datum", "declared"),
    [(Datum.WGS84, Datum.GCJ02), (Datum.BD09, Datum.WGS84), (Datum.BD09, Datum.CGCS2000)],
)
def test_other_confusions_are_noticed_too(city, datum, declared):
    found = trials(city, datum, declared, 40, 2)
    assert len(found) >= 39
    assert sum(suspicion.likely is datum for suspicion in found) >= 36


@pytest.mark.parametrize("datum", list(Datum))
def test_a_true_declaration_is_left_in_peace(city, datum):
    delivered = Datum.WGS84 if datum is Datum.CGCS2000 else datum
    assert trials(city, delivered, datum, 100, 3) == []


def across(count, points):
    """Give points in one district, the last few so near its east line that GCJ-02 puts them across it."""
    districts = {"甲区": shapely.box(121, 31, 121.1, 31.1)}
    lon = np.full(points, 121.05)
    lon[-count:] = 121.0999
    x, y = gcj02_from_wgs84(lon, np.linspace(31.02, 31.08, points))
    assert outside_named(x, y, ["甲区"] * points, districts).sum() == count
    return x, y, ["甲区"] * points, districts, Datum.WGS84


@pytest.mark.parametrize(("count", "points"), [(4, 199), (1, 200)])
def test_too_few_points_across_the_line_prove_nothing(count, points):
    assert suspicion_by_districts(*across(count, points)) is None


@pytest.mark.parametrize(("count", "points"), [(5, 199), (2, 200)])
def test_a_few_more_points_across_the_line_are_enough(count, points):
    suspicion = suspicion_by_districts(*across(count, points))
    assert (suspicion.figure, suspicion.likely_figure, suspicion.points) == (count, 0, points)


def test_coarse_lines_with_points_on_both_sides_prove_nothing(city):
    districts, lon, lat, names = city
    random = np.random.default_rng(6)
    for _ in range(100):
        rows = random.choice(len(lon), 500, replace=False)
        x, y = lon[rows] + random.normal(0, 0.004, 500), lat[rows] + random.normal(0, 0.004, 500)
        assert suspicion_by_districts(x, y, names[rows], districts, Datum.WGS84) is None


def test_names_without_a_polygon_say_nothing():
    assert not outside_named([0.0], [0.0], ["乙区"], {"甲区": shapely.box(1, 1, 2, 2)}).any()


def test_outside_is_as_a_slow_loop_says(city):
    districts, lon, lat, names = city
    x, y = shifted(lon, lat, Datum.GCJ02)
    slow = [
        not districts[name].intersects(shapely.Point(a, b))
        for name, a, b in zip(names[:500], x[:500], y[:500], strict=True)
    ]
    assert outside_named(x[:500], y[:500], names[:500], districts).tolist() == slow
    assert any(slow)


def test_merged_districts_are_one_under_the_name_of_today():
    joined = merged({"闸北区": shapely.box(0, 0, 1, 1), "静安区": shapely.box(1, 0, 3, 1)}, ALIASES)
    assert {name: shape.area for name, shape in joined.items()} == {"静安区": 3.0}


@real
def test_points_of_shanghai_lie_in_their_districts_once_the_merger_is_known(shanghai):
    raw, lon, lat, names = shanghai
    before = 1 - (outside_named(lon, lat, names, raw) | ~np.isin(names, list(raw))).mean()
    districts = merged(raw, ALIASES)
    after = 1 - outside_named(lon, lat, names, districts).mean()
    assert before == pytest.approx(0.8806, abs=1e-3)
    assert after >= 0.9935  # 99.38 % of stops, 99.6 to 100 % of the other layers
    assert set(names) <= districts.keys()


@real
def test_shanghai_shifted_is_noticed_in_99_of_100_trials_without_a_false_alarm(shanghai):
    districts = merged(shanghai[0], ALIASES)
    noticed = 0
    for name in LAYERS:
        rows = rows_of(name)
        lon, lat = (np.array([float(row[c]) for row in rows]) for c in ("lon", "lat"))
        city = (districts, lon, lat, np.array([row["adname"] for row in rows], dtype=object))
        noticed += len(trials(city, Datum.GCJ02, Datum.WGS84, 100, 4))
        assert trials(city, Datum.WGS84, Datum.WGS84, 400, 5) == []
    assert noticed >= 0.99 * 100 * len(LAYERS)


@pytest.fixture(scope="module")
def streets():
    """Make a grid of streets 250 m apart, and stops 4 m beside them, in degrees WGS 84."""
    x0, y0 = (
        float(v)
        for v in shapely.get_coordinates(project(shapely.points([[119.9, 31.0]]), "EPSG:4326", CRS))[0]
    )
    lines = [shapely.LineString([(x0 + i * 250, y0), (x0 + i * 250, y0 + 5000)]) for i in range(21)]
    lines += [shapely.LineString([(x0, y0 + i * 250), (x0 + 5000, y0 + i * 250)]) for i in range(21)]
    random = np.random.default_rng(9)
    stops = np.column_stack([x0 + 250 * random.integers(0, 20, 200) + 4, y0 + random.uniform(0, 5000, 200)])
    degrees = shapely.get_coordinates(project(shapely.points(stops), CRS, "EPSG:4326"))
    return np.array(lines, dtype=object), degrees[:, 0], degrees[:, 1]


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_stops_beside_their_streets_are_noticed_without_any_name(streets, datum):
    roads, lon, lat = streets
    suspicion = suspicion_by_roads(*shifted(lon, lat, datum), roads, CRS, Datum.WGS84)
    assert suspicion is not None
    assert (suspicion.by, suspicion.likely) == ("roads", datum)
    assert suspicion.figure > 20
    assert suspicion.likely_figure < 5
    assert "米" in str(suspicion)


def test_stops_at_their_streets_are_left_in_peace(streets):
    roads, lon, lat = streets
    assert suspicion_by_roads(lon, lat, roads, CRS, Datum.WGS84) is None
    assert suspicion_by_roads(*shifted(lon, lat, Datum.GCJ02), roads, CRS, Datum.GCJ02) is None


def test_things_that_stand_anywhere_prove_nothing(streets):
    roads, lon, lat = streets
    random = np.random.default_rng(10)
    for _ in range(100):
        x = random.uniform(lon.min(), lon.max(), 200)
        y = random.uniform(lat.min(), lat.max(), 200)
        assert suspicion_by_roads(x, y, roads, CRS, Datum.WGS84) is None


def test_a_layer_of_two_datums_is_not_told_to_be_of_one(streets):
    roads = streets[0][:1]
    along = shapely.line_interpolate_point(roads[0], np.linspace(500, 4500, 100))
    lon, lat = shapely.get_coordinates(project(along, CRS, "EPSG:4326")).T
    x, y = shifted(lon, lat, Datum.GCJ02)
    assert suspicion_by_roads(x, y, roads, CRS, Datum.WGS84).likely is Datum.GCJ02
    x[:40], y[:40] = lon[:40], lat[:40]  # the median still halves, yet four of ten points go astray
    assert suspicion_by_roads(x, y, roads, CRS, Datum.WGS84) is None


def test_too_few_points_or_no_roads_prove_nothing(streets):
    roads, lon, lat = streets
    x, y = shifted(lon, lat, Datum.GCJ02)
    assert suspicion_by_roads(x[:29], y[:29], roads, CRS, Datum.WGS84) is None
    assert suspicion_by_roads(x, y, roads[:0], CRS, Datum.WGS84) is None
    assert suspicion_by_roads(x[:30], y[:30], roads, CRS, Datum.WGS84) is not None


@real
def test_metro_stations_of_shenyang_are_told_from_the_decoded_bus_lines():
    lines = json.loads((SHARED / "shenyang/shenyang_bus_lines_wgs84.geojson").read_text("utf-8"))
    roads = shapely.from_geojson([json.dumps(f["geometry"]) for f in lines["features"]])
    roads = project(np.asarray(roads, dtype=object), "EPSG:4326", "EPSG:4550")
    text = (SHARED / "shenyang/shenyang_metro_stations_2017.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    lon_name, lat_name = (next(c for c in rows[0] if c.startswith(k) and "gcj" in c) for k in ("lon", "lat"))
    lon, lat = ([float(row[c]) for row in rows] for c in (lon_name, lat_name))
    suspicion = suspicion_by_roads(lon, lat, roads, "EPSG:4550", Datum.WGS84)
    assert suspicion is not None
    assert suspicion.likely is Datum.GCJ02
    assert suspicion_by_roads(lon, lat, roads, "EPSG:4550", Datum.GCJ02) is None


def groups(counts):
    return [f"{name}区" for name, count in counts.items() for _ in range(count)]


def test_equal_round_counts_are_a_limit_of_the_source():
    found = truncation(groups({"甲": 900, "乙": 900, "丙": 412, "丁": 77}))
    assert (found.limit, found.groups, found.of) == (900, ("乙区", "甲区"), 4)
    assert "900 条" in str(found)
    assert truncation(groups({"甲": 500, "乙": 500, "丙": 412})).limit == 500


def test_one_district_at_the_known_limit_is_enough():
    assert truncation(groups({"甲": 900, "乙": 400})).groups == ("甲区",)
    assert truncation(groups({"甲": 850, "乙": 400})) is None


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"甲": 901, "乙": 901},
        {"甲": 50, "乙": 50},
        {"甲": 1000, "乙": 900, "丙": 900},
        {"甲": 900, "乙": 905},
    ],
)
def test_what_is_no_limit(counts):
    assert truncation(groups(counts)) is None


def test_blank_names_are_no_group():
    assert truncation([""] * 900) is None


def test_no_false_alarm_in_400_ordinary_tables():
    random = np.random.default_rng(12)
    for _ in range(400):
        counts = random.poisson(random.lognormal(5.5, 0.6, 17))
        assert truncation(groups(dict(enumerate(counts.tolist())))) is None


@real
def test_poi_of_shanghai_are_truncated_by_their_source():
    stops = truncation(row["adname"] for row in rows_of("bus_stop"))
    assert (stops.limit, len(stops.groups)) == (900, 8)
    schools = truncation(row["adname"] for row in rows_of("school"))
    assert (schools.limit, schools.groups) == (900, ("浦东新区",))
    counts = Counter(row["adname"] for row in rows_of("kindergarten"))
    assert truncation(counts.elements()) is None
