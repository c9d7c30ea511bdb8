"""Layers given out: what another program reads back is what was given, and the bytes are equal twice."""

import io

import geopandas
import numpy as np
import pytest
import shapely

from tijian.engine.sources.layer_export import geopackage, geoparquet, table

POINTS = shapely.points([[123.4, 41.8], [123.5, 41.9], [123.6, 41.7]])
FIELDS = {"id": ["a", "b", "丙"], "n": [1, 2, 3], "x": [1.5, 2, 0.25], "word": ["=1+1", None, "药店"]}
MIXED = np.array([shapely.box(0, 0, 1, 1), shapely.MultiPolygon([shapely.box(2, 2, 3, 3)])], dtype=object)


def test_a_geopackage_read_by_geopandas_is_what_was_given(tmp_path):
    content = geopackage("shops", POINTS, FIELDS, "EPSG:4490")
    (tmp_path / "a.gpkg").write_bytes(content)
    back = geopandas.read_file(tmp_path / "a.gpkg", layer="shops")
    assert back.crs.to_epsg() == 4490
    assert back.geometry.geom_equals(geopandas.GeoSeries(POINTS, crs=4490)).all()
    assert back["n"].tolist() == FIELDS["n"]
    assert back["x"].tolist() == FIELDS["x"]
    assert back["id"].tolist() == FIELDS["id"]
    assert back["word"][0] == "=1+1"
    assert back["word"].isna().tolist() == [False, True, False]


def test_equal_features_give_equal_bytes():
    for make in (
        lambda: geopackage("a", POINTS, FIELDS, "EPSG:4490"),
        lambda: geoparquet(POINTS, FIELDS, "EPSG:4490"),
    ):
        assert make() == make()
    assert geopackage("a", POINTS, FIELDS, "EPSG:4490") != geopackage("a", POINTS[::-1], FIELDS, "EPSG:4490")


def test_polygons_of_both_kinds_and_no_features_at_all_are_given(tmp_path):
    for name, shapes in (("mixed", MIXED), ("empty", MIXED[:0])):
        (tmp_path / f"{name}.gpkg").write_bytes(
            geopackage(name, shapes, {"id": ["a", "b"][: len(shapes)]}, "EPSG:4490")
        )
        assert len(geopandas.read_file(tmp_path / f"{name}.gpkg")) == len(shapes)


def test_geoparquet_is_read_by_geopandas():
    back = geopandas.read_parquet(io.BytesIO(geoparquet(POINTS, FIELDS, "EPSG:4490")))
    assert back["x"].tolist() == FIELDS["x"]
    assert back.geometry.x.tolist() == pytest.approx([123.4, 123.5, 123.6])


def test_a_table_has_longitude_and_latitude_of_points_and_wkt_of_the_rest():
    header, rows = table(POINTS, FIELDS)
    assert header == ["id", "n", "x", "word", "lon", "lat"]
    assert rows[1] == ["b", 2, 2, "", 123.5, 41.9]
    header, rows = table(MIXED, {"id": ["a", "b"]})
    assert header == ["id", "wkt"]
    assert shapely.from_wkt(rows[0][1]).equals(MIXED[0])
