"""A real city outside China by configuration alone: Porto Alegre with the files it has, held against brute force."""

import csv
import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from tijian.engine.compute.geo import profile
from tijian.engine.exam.explain import explain
from tijian.engine.exam.folder import examine
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.missing import Status

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "porto_alegre"
FILES = ("poa_osm.pbf", "poa_hexgrid.csv", "poa_eptc.zip")
WHOLE, NORTH, SOUTH = "4314900", "4314901", "4314902"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")


def filled(place, files=FILES):
    shutil.copytree(ROOT / "cities" / "porto-alegre", place)
    (place / "inputs" / "layers").mkdir(parents=True)
    for name in files:
        shutil.copyfile(DATA / name, place / "inputs" / "layers" / name)
    return place


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("poa") / "porto-alegre")


@pytest.fixture(scope="module")
def results(city):
    return examine(city, 2019)


def projected(lon, lat):
    from pyproj import Transformer

    change = Transformer.from_crs("EPSG:4326", "EPSG:31982", always_xy=True)
    return np.column_stack(change.transform(np.asarray(lon, float), np.asarray(lat, float)))


def hexagons():
    with (DATA / "poa_hexgrid.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    points = projected([r["lon"] for r in rows], [r["lat"] for r in rows])
    north = np.array([float(r["lat"]) for r in rows]) > -30.055  # where the made boundary parts the city
    return points, np.array([float(r["population"]) for r in rows]), north, rows


def stops():
    import io
    import zipfile

    with zipfile.ZipFile(DATA / "poa_eptc.zip") as archive:
        text = io.TextIOWrapper(archive.open("stops.txt"), encoding="utf-8-sig")
        rows = [{k.strip(): v for k, v in r.items()} for r in csv.DictReader(text)]
    return projected([r["stop_lon"] for r in rows], [r["stop_lat"] for r in rows])


def near(points, facilities, radius):
    return np.array([np.hypot(*(facilities - p).T).min() <= radius for p in points])


@pytest.mark.parametrize(("key", "radius"), [("SPTC1", 300.0), ("SPTC2", 500.0)])
def test_people_near_stops_are_those_of_brute_force(results, key, radius):
    points, people, north, _ = hexagons()
    served = near(points, stops(), radius)
    for area, inside in ((NORTH, north), (SOUTH, ~north), (WHOLE, north | ~north)):
        cell = results.row(key, area).adopted
        assert float(cell.denominator) == people[inside].sum()
        assert float(cell.numerator) == people[inside & served].sum()
    assert 0 < people[served].sum() < people.sum()


def test_people_near_schools_are_those_of_brute_force(results):
    points, people, _, rows = hexagons()
    schools = points[[int(r["schools"]) >= 1 for r in rows]]
    served = near(points, schools, 500.0)
    assert float(results.row("SPLC2", WHOLE).adopted.numerator) == people[served].sum()


def beside(results, key, area, words):
    lines = [t for t in explain(results, key, area, 2019).lines() if words in t]
    return [int(n.replace(",", "")) for n in re.findall(r"[\d,]+(?= [人处])", lines[0])] if lines else []


def test_along_the_streets_fewer_are_served_and_who_is_far_from_them_is_counted(results):
    for key in ("SPTC1", "SPTC2", "SPLC2", "SPLC4"):
        for area in (NORTH, SOUTH):
            served, everyone = beside(results, key, area, "路网距离")
            assert 0 < served < float(results.row(key, area).adopted.numerator)
            assert everyone == float(results.row(key, area).adopted.denominator)
    assert beside(results, "SPTC2", NORTH, "未接入路网") == [1]
    assert beside(results, "SPTC2", SOUTH, "未接入路网") == []


def test_who_is_far_from_every_street_is_so_by_exhaustive_search(results):
    import shapely

    points, _, north, _ = hexagons()
    ways = results.inputs.layers.layer("walk_ways", 2019)
    used = profile.admit(profile.WALK, ways.fields)
    streets = shapely.union_all(ways.geometry[used.forward | used.backward])
    far = shapely.distance(shapely.points(points), streets) > 500.0
    assert (far & north).sum() == 1
    assert (far & ~north).sum() == 0


def test_roads_are_those_of_an_overlay_by_geopandas(results):
    import geopandas as gpd
    import osmium
    import shapely

    kinds = {
        "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
        "living_street", "road", *(f"{k}_link" for k in ("motorway", "trunk", "primary", "secondary", "tertiary")),
    }  # fmt: skip
    ways = osmium.FileProcessor(str(DATA / "poa_osm.pbf")).with_locations()
    lines = [
        shapely.LineString([(n.lon, n.lat) for n in way.nodes])
        for way in ways
        if way.is_way() and way.tags.get("highway") in kinds
        and way.tags.get("access") != "no" and way.tags.get("area") != "yes"
    ]  # fmt: skip
    roads = gpd.GeoSeries(lines, crs="EPSG:4326").to_crs("EPSG:31982")
    outline = gpd.read_file(ROOT / "cities" / "porto-alegre" / "made-boundary.geojson").to_crs("EPSG:31982")
    for area in (NORTH, SOUTH):
        inside = outline[outline["code"] == area].geometry.iloc[0]
        cell = results.row("TC02", area).adopted
        assert float(cell.numerator) == pytest.approx(roads.intersection(inside).length.sum() / 1e3, rel=1e-6)
        assert float(cell.denominator) == pytest.approx(inside.area / 1e6, rel=1e-9)


def test_stops_without_service_stay_and_the_window_is_part_of_the_result(results):
    cell = results.row("SPTC5", WHOLE).adopted
    assert (
        0
        < float(cell.numerator)
        < float(results.row("SPTC6", WHOLE).adopted.numerator)
        < float(cell.denominator)
    )
    assert math.isclose(
        float(results.row("SPTC5", NORTH).adopted.denominator)
        + float(results.row("SPTC5", SOUTH).adopted.denominator),
        float(cell.denominator),
    )


def test_every_figure_carries_the_mark_of_the_made_boundary_and_its_files(results):
    for key in results.scope:
        assert "手画界线" in results.row(key, WHOLE).mark, key
    said = "\n".join(explain(results, "SPTC2", NORTH, 2019).lines())
    assert "poa_eptc.zip" in said
    assert "sha256" in said


def test_a_city_without_one_of_its_files_says_which_and_with_it_undeclared_goes_on(tmp_path):
    place = filled(tmp_path / "porto-alegre", ("poa_osm.pbf", "poa_hexgrid.csv"))
    with pytest.raises(Refused) as refused:
        examine(place, 2019)
    assert [f.file.rpartition("/")[2] for f in refused.value.faults] == ["poa_eptc.zip"]
    text = (place / "city.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("  bus_stops:")]
    (place / "city.yaml").write_text("".join(kept), encoding="utf-8")
    found = examine(place, 2019)
    assert found.row("SPTC2", WHOLE).status is Status.NO_DATA
    assert found.row("SPLC2", WHOLE).status is Status.PRESENT


def test_points_without_a_declared_datum_are_refused(tmp_path):
    place = filled(tmp_path / "porto-alegre")
    text = (place / "city.yaml").read_text(encoding="utf-8").replace(", datum: WGS84", "")
    (place / "city.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        examine(place, 2019)
    assert any("poa_hexgrid.csv" in f.file for f in refused.value.faults)
