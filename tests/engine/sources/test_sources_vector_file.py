"""Shapefile and GeoPackage against geopandas, in the encodings of offices, and what is refused of them."""

import shutil
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.layer import layer_digest, read_layer
from tijian.engine.sources.vector_file import read_vector

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
CRS = "EPSG:4490"
BOX = shapely.box(123.4, 41.7, 123.5, 41.8)
HOLED = shapely.Polygon(BOX.exterior, [shapely.box(123.42, 41.72, 123.44, 41.74).exterior])
TWO = shapely.MultiPolygon([HOLED, shapely.box(123.6, 41.7, 123.7, 41.8)])


@pytest.fixture(scope="module")
def frame():
    fields = {
        "名称": ["青年大街", None, "浑南“新区”，䶮"],
        "层数": [6, -1, 0],
        "面积": [31.5, None, 1e-9],
    }
    return geopandas.GeoDataFrame(fields, geometry=[BOX, HOLED, TWO], crs=CRS)


def shapefile(frame, folder, encoding="UTF-8", **options):
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / "地块.shp", engine="pyogrio", encoding=encoding, **options)
    return folder / "地块.shp"


def codes(path, crs=CRS, **options):
    with pytest.raises(Refused) as refused:
        read_layer(path, "inputs/a", crs) if crs else read_vector(path, "inputs/a", **options)
    assert {fault.file for fault in refused.value.faults} == {"inputs/a"}
    assert all(fault.expected and fault.hint for fault in refused.value.faults)
    return [fault.code for fault in refused.value.faults]


def plain(values):
    return [None if v is None or v != v else v for v in values]  # noqa: PLR0124


def same(layer, frame):
    assert list(layer.fields) == [c for c in frame.columns if c != "geometry"]
    for name, values in layer.fields.items():
        assert values == plain(frame[name].tolist())
    assert all(shapely.equals(a, b) for a, b in zip(layer.geometry, frame.geometry, strict=True))
    areas = shapely.area(layer.geometry)
    assert areas.tolist() == pytest.approx(shapely.area(np.array(frame.geometry)).tolist(), rel=1e-12)


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
@pytest.mark.parametrize("cpg", [True, False])
def test_a_shapefile_reads_alike_in_either_encoding_with_and_without_cpg(tmp_path, frame, encoding, cpg):
    path = shapefile(frame, tmp_path, encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(encoding, "ascii")
    layer = read_layer(path, "inputs/地块.shp", CRS)
    same(layer, frame)
    assert (layer.record.encoding, layer.record.rows, layer.crs) == (encoding, 3, CRS)


@pytest.mark.parametrize("said", ["936", "gb2312\n"])
def test_every_name_of_the_chinese_code_page_is_understood(tmp_path, said):
    frame = geopandas.GeoDataFrame({"名称": ["沈河区"]}, geometry=[BOX], crs=CRS)
    path = shapefile(frame, tmp_path, "GBK")
    path.with_suffix(".cpg").write_text(said, "ascii")
    same(read_layer(path, "a", CRS), frame)


def test_a_cpg_that_contradicts_the_bytes_is_refused_at_the_first_of_them(tmp_path, frame):
    path = shapefile(frame, tmp_path, "GB18030")
    path.with_suffix(".cpg").write_text("UTF-8", "ascii")
    assert codes(path) == ["layer.encoding"]


def test_a_cpg_that_names_nothing_is_refused(tmp_path, frame):
    path = shapefile(frame, tmp_path)
    path.with_suffix(".cpg").write_text("系统默认", "utf-8")
    assert codes(path) == ["layer.cpg"]


def test_a_text_cut_in_the_middle_of_a_character_is_refused_and_not_repaired(tmp_path):
    frame = geopandas.GeoDataFrame({"n": ["青年大街"]}, geometry=[BOX], crs=CRS)
    path = shapefile(frame, tmp_path, "GBK")
    path.with_suffix(".cpg").write_text("GBK", "ascii")
    dbf = path.with_suffix(".dbf")
    data = dbf.read_bytes()
    whole = "青年大街".encode("gbk")
    assert data.count(whole) == 1
    dbf.write_bytes(data.replace(whole, whole[:-1] + b" "))
    assert codes(path) == ["layer.encoding"]


def test_a_geopackage_is_read(tmp_path, frame):
    path = tmp_path / "a.gpkg"
    frame.to_file(path, engine="pyogrio")
    same(read_layer(path, "a", CRS), frame)


def test_whole_numbers_beside_empty_cells_stay_whole(tmp_path, frame):
    path = tmp_path / "a.gpkg"
    floors = frame.assign(层数=np.array([6, None, 2**53 + 1], dtype=object)).astype({"层数": "Int64"})
    floors.to_file(path, engine="pyogrio")
    found = read_layer(path, "a", CRS).fields["层数"]
    assert found[:2] == [6, None]
    assert [type(v) for v in found] == [int, type(None), int]


def test_a_geopackage_of_several_layers_asks_which(tmp_path, frame):
    path = tmp_path / "a.gpkg"
    frame.to_file(path, layer="地块", engine="pyogrio")
    frame[:1].to_file(path, layer="现状", engine="pyogrio")
    with pytest.raises(Refused) as refused:
        read_vector(path, "a")
    assert (refused.value.faults[0].code, refused.value.faults[0].value) == ("layer.choice", "地块、现状")
    assert len(read_vector(path, "a", layer="现状").geometry) == 1
    assert codes(path, None, layer="规划") == ["layer.unknown"]


def test_a_table_without_geometry_is_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(path, None, [np.array([1, 2])], ["a"], geometry_type=None, driver="GPKG")
    assert codes(path) == ["layer.choice"]


def test_an_empty_layer_stays_empty(tmp_path, frame):
    assert len(read_layer(shapefile(frame[:0], tmp_path), "a", CRS)) == 0


def test_features_without_a_shape_are_kept_for_who_checks_geometry(tmp_path, frame):
    path = tmp_path / "a.gpkg"
    frame.set_geometry([None, HOLED, TWO], crs=CRS).to_file(path, engine="pyogrio")
    assert read_layer(path, "a", CRS).geometry[0] is None


def test_a_bow_tie_is_not_repaired(tmp_path, frame):
    bow = shapely.Polygon([(123, 41), (124, 42), (124, 41), (123, 42)])
    path = tmp_path / "a.gpkg"
    frame[:1].set_geometry([bow], crs=CRS).to_file(path, engine="pyogrio")
    assert not shapely.is_valid(read_layer(path, "a", CRS).geometry[0])


def test_height_is_left_out(tmp_path):
    path = tmp_path / "a.gpkg"
    high = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(123.4, 41.8, 55)], crs=CRS)
    high.to_file(path, engine="pyogrio")
    assert not shapely.has_z(read_layer(path, "a", CRS).geometry[0])


def test_the_file_may_not_say_another_system_than_declared(tmp_path, frame):
    path = shapefile(frame.to_crs("EPSG:4550"), tmp_path)
    assert codes(path) == ["layer.crs"]
    assert len(read_layer(path, "a", "EPSG:4550")) == 3


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4550", "EPSG:4547", "EPSG:32651"])
def test_a_prj_as_arcgis_writes_it_is_the_declared_system(tmp_path, frame, crs):
    lon = 114.0 if crs == "EPSG:4547" else 123.4
    here = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(lon, 41.8)], crs=CRS).to_crs(crs)
    path = shapefile(here, tmp_path)
    assert "D_" in path.with_suffix(".prj").read_text("ascii")
    assert len(read_layer(path, "a", crs)) == 1
    assert len(frame) == 3


def test_without_prj_the_declaration_counts_if_the_coordinates_can_be_of_it(tmp_path, frame):
    path = shapefile(frame, tmp_path)
    path.with_suffix(".prj").unlink()
    same(read_layer(path, "a", CRS), frame)
    assert codes(path, "EPSG:4550") == ["layer.place"] * 3  # degrees for metres


@pytest.mark.parametrize(
    ("move", "crs"),
    [
        (lambda x, y: (y, x), "EPSG:4490"),  # axes swapped, latitude over 90
        (lambda x, y: (x * 1e5, y * 1e5), "EPSG:4490"),  # metres for degrees
        (lambda x, y: (y, x), "EPSG:4550"),
        (lambda x, y: (x + 41_000_000, y), "EPSG:4550"),  # the number of a zone before the easting
        (lambda x, y: (x, -y), "EPSG:4490"),  # the other half of the earth
    ],
)
def test_coordinates_that_cannot_be_of_the_declared_system_are_refused(tmp_path, frame, move, crs):
    path = tmp_path / "a.shp"
    moved = frame.to_crs(crs)
    shapes = shapely.transform(np.array(moved.geometry), lambda p: np.column_stack(move(*p.T)))
    geopandas.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=crs).to_file(path, engine="pyogrio")
    assert set(codes(path, crs)) <= {"layer.place", "layer.coordinates"}


def test_only_the_first_of_many_are_told_with_their_number(tmp_path):
    points = geopandas.GeoDataFrame({"a": range(9)}, geometry=[shapely.Point(10, 50)] * 9, crs=CRS)
    with pytest.raises(Refused) as refused:
        read_layer(shapefile(points, tmp_path), "a", CRS)
    assert len(refused.value.faults) == 5
    assert refused.value.faults[0].place == "第 1 个要素（共 9 个）"


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_with_a_part_missing_is_refused_by_the_name_of_the_part(tmp_path, frame, part):
    path = shapefile(frame, tmp_path)
    path.with_suffix(part).unlink()
    with pytest.raises(Refused) as refused:
        read_layer(path, "a", CRS)
    assert refused.value.faults[0].code == "layer.parts"
    assert part in refused.value.faults[0].hint


def test_parts_in_capitals_are_parts(tmp_path, frame):
    path = shapefile(frame, tmp_path)
    for part in (".shx", ".dbf", ".prj", ".cpg"):
        path.with_suffix(part).rename(path.with_suffix(part.upper()))
    same(read_layer(path, "a", CRS), frame)


def test_damage_is_refused(tmp_path, frame):
    whole = shapefile(frame, tmp_path / "whole")
    for part, size in ((".shp", -1), (".shp", 60), (".dbf", -2), (".dbf", 20), (".shx", -1)):
        folder = tmp_path / f"{part}{size}"
        shutil.copytree(whole.parent, folder)
        damaged = folder / whole.with_suffix(part).name
        damaged.write_bytes(damaged.read_bytes()[:size])
        assert codes(folder / whole.name) == ["layer.cut"]


def test_a_shapefile_of_two_exports_mixed_is_refused(tmp_path, frame):
    path, other = shapefile(frame, tmp_path / "a"), shapefile(frame[:2], tmp_path / "b")
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    assert codes(path) == ["layer.rows"]


def test_a_cut_geopackage_is_refused(tmp_path, frame):
    path = tmp_path / "a.gpkg"
    frame.to_file(path, engine="pyogrio")
    data = path.read_bytes()
    for size in (200, len(data) // 2):
        path.write_bytes(data[:size])
        assert codes(path)[0].startswith(("layer.", "reader."))


def test_the_hash_of_a_shapefile_changes_with_each_of_its_parts(tmp_path, frame):
    path = shapefile(frame, tmp_path)
    digests = {layer_digest(path)}
    assert digests == {read_layer(path, "a", CRS).record.sha256}
    for part in (".dbf", ".prj", ".cpg"):
        with path.with_suffix(part).open("ab") as stream:
            stream.write(b" ")
        digests.add(layer_digest(path))
    assert len(digests) == 4


@real
def test_the_population_grid_of_helsinki():
    path = SHARED / "helsinki/helsinki_population_grid_2020.gpkg"
    layer = read_layer(path, "h", "EPSG:4326")
    assert len(layer) == 92
    assert sum(layer.fields["population"]) == 71_724
    theirs = geopandas.read_file(path, engine="pyogrio")
    assert all(a.equals_exact(b, 0) for a, b in zip(layer.geometry, theirs.geometry, strict=True))
