"""Layers against geopandas and pyogrio."""

import hashlib
import json

import geopandas
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.layer import read_layer, write_geoparquet

CRS = "EPSG:4490"


def plain(values):
    return [None if v is None or (isinstance(v, float) and np.isnan(v)) else v for v in values]


def fault_of(path, name="inputs/layers/a"):
    with pytest.raises(Refused) as refused:
        read_layer(path, name, CRS)
    (fault,) = refused.value.faults
    assert fault.file == name
    return fault


def test_geoparquet_of_ours_holds_the_features_as_pandas_and_shapely_see_them(tmp_path, features):
    geometry, fields = features
    path = tmp_path / "a.parquet"
    write_geoparquet(path, np.array(geometry, dtype=object), fields)
    theirs = pd.read_parquet(path)
    assert list(theirs.columns) == [*fields, "geometry"]
    read = shapely.from_wkb(theirs["geometry"].to_numpy())
    assert all(a.equals_exact(b, 0) for a, b in zip(read, geometry, strict=True))
    assert {n: plain(theirs[n].tolist()) for n in fields} == fields


def test_geoparquet_of_ours_is_read_by_geopandas(tmp_path, features):
    geometry, fields = features
    path = tmp_path / "a.parquet"
    write_geoparquet(path, np.array(geometry, dtype=object), fields)
    theirs = geopandas.read_parquet(path)
    assert theirs.crs.to_epsg() == 4490
    assert theirs.geometry.name == "geometry"
    assert all(a.equals_exact(b, 0) for a, b in zip(theirs.geometry, geometry, strict=True))
    assert {n: plain(theirs[n].tolist()) for n in fields} == fields


def test_geoparquet_of_ours_says_what_it_is(tmp_path, features):
    geometry, fields = features
    path = tmp_path / "a.parquet"
    write_geoparquet(path, np.array(geometry, dtype=object), fields)
    meta = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert (meta["version"], meta["primary_column"]) == ("1.1.0", "geometry")
    column = meta["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4490}


def test_geoparquet_of_geopandas_is_read_by_us(tmp_path, frame, features):
    path = tmp_path / "a.parquet"
    frame.rename_geometry("geom").to_parquet(path)
    geometry, fields = features
    layer = read_layer(path, "inputs/a.parquet", CRS)
    assert len(layer) == 5
    assert all(a.equals_exact(b, 0) for a, b in zip(layer.geometry, geometry, strict=True))
    assert list(layer.fields) == list(fields)
    assert {n: plain(layer.fields[n]) for n in fields} == fields


def test_geojson_of_pyogrio_is_read_by_us(tmp_path, frame, features):
    path = tmp_path / "a.geojson"
    frame.to_file(path, driver="GeoJSON", engine="pyogrio", COORDINATE_PRECISION=15)
    geometry, fields = features
    layer = read_layer(path, "inputs/a.geojson", CRS)
    assert all(a.equals_exact(b, 1e-12) for a, b in zip(layer.geometry, geometry, strict=True))
    assert {n: plain(layer.fields[n]) for n in fields} == fields


def test_geopandas_and_we_agree_on_every_geojson_coordinate(tmp_path, frame):
    path = tmp_path / "a.geojson"
    frame.to_file(path, driver="GeoJSON", engine="pyogrio")
    theirs = geopandas.read_file(path, engine="pyogrio")
    ours = read_layer(path, "a", CRS)
    assert shapely.to_wkb(np.array(theirs.geometry)).tolist() == shapely.to_wkb(ours.geometry).tolist()


def test_our_own_writing_is_read_by_ourselves(tmp_path, features):
    geometry, fields = features
    path = tmp_path / "a.parquet"
    write_geoparquet(path, np.array(geometry, dtype=object), fields)
    layer = read_layer(path, "a", CRS)
    assert shapely.to_wkb(layer.geometry).tolist() == shapely.to_wkb(np.array(geometry)).tolist()
    assert layer.fields == fields


@pytest.mark.parametrize("name", ["a.parquet", "a.geojson"])
def test_where_a_layer_came_from_is_recorded(tmp_path, frame, name):
    path = tmp_path / name
    frame.to_parquet(path) if name.endswith("parquet") else frame.to_file(path, driver="GeoJSON")
    layer = read_layer(path, f"inputs/{name}", CRS)
    assert layer.crs == CRS
    record = layer.record
    assert (record.file, record.rows, record.crs, record.encoding) == (f"inputs/{name}", 5, CRS, "")
    assert record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_equal_input_gives_equal_bytes(tmp_path, features):
    geometry, fields = features
    for name in ("a.parquet", "b.parquet"):
        write_geoparquet(tmp_path / name, np.array(geometry, dtype=object), fields)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_another_coordinate_gives_other_bytes(tmp_path):
    for name, x in (("a", 1.0), ("b", 1.0000000000000002)):
        write_geoparquet(tmp_path / name, np.array([shapely.Point(x, 2)]), {})
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()


def test_an_empty_layer_stays_empty(tmp_path):
    path = tmp_path / "a.parquet"
    write_geoparquet(path, np.array([], dtype=object), {"名称": []})
    assert len(read_layer(path, "a", CRS)) == 0
    assert len(geopandas.read_parquet(path)) == 0


def test_fields_that_only_some_features_carry_are_filled_with_nothing(tmp_path):
    point = {"type": "Point", "coordinates": [1, 2]}
    features = [
        {"type": "Feature", "geometry": point, "properties": {"a": 1}},
        {"type": "Feature", "geometry": point, "properties": {"b": "x"}},
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8-sig")
    assert read_layer(path, "a", CRS).fields == {"a": [1, None], "b": [None, "x"]}


def test_a_missing_layer_is_named(tmp_path):
    fault = fault_of(tmp_path / "roads-2019.parquet", "inputs/layers/roads-2019.parquet")
    assert fault.code == "file.missing"
    assert fault.expected == "一个图层文件"


@pytest.mark.parametrize("suffix", [".vrt", ".gml", ".json", ".GeoJSON", ""])
def test_another_kind_of_file_is_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"{}")
    fault = fault_of(path)
    expected = ".geojson、.parquet、.shp 或 .gpkg"
    assert (fault.code, fault.value, fault.expected) == ("layer.kind", suffix, expected)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.geojson", b""),
        ("a.geojson", b"{"),
        ("a.geojson", b"[]"),
        ("a.geojson", b'{"type": "FeatureCollection"}'),
        ("a.geojson", b'{"features": [{"geometry": {"type": "Point"}, "properties": {}}]}'),
        (
            "a.geojson",
            b'{"features": [{"geometry": {"type": "Blob", "coordinates": [1, 2]}, "properties": {}}]}',
        ),
        ("a.geojson", b"\xff\xfe\xff"),
        ("a.parquet", b""),
        ("a.parquet", b"PAR1 and nothing more"),
        ("a.parquet", b'{"type": "FeatureCollection", "features": []}'),
    ],
)
def test_a_broken_file_is_refused_by_its_name(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    fault = fault_of(path, f"inputs/layers/{name}")
    assert fault.code == "layer.broken"
    assert "重新导出" in fault.hint


def test_a_geoparquet_cut_off_anywhere_is_refused(tmp_path, frame):
    whole = tmp_path / "whole.parquet"
    frame.to_parquet(whole)
    data = whole.read_bytes()
    for part in (0.1, 0.5, 0.9, 0.999):
        path = tmp_path / "a.parquet"
        path.write_bytes(data[: int(len(data) * part)])
        assert fault_of(path).code == "layer.broken"


def test_a_table_without_geometry_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    assert fault_of(path).code == "layer.broken"


def test_an_encoding_other_than_wkb_is_refused_and_not_misread(tmp_path, frame):
    path = tmp_path / "a.parquet"
    frame.iloc[[4]].to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0")
    assert fault_of(path).code == "layer.broken"
