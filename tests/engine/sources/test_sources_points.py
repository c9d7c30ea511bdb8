"""Tables of points: no coordinates without a declared datum, every bad row by its line."""

import gzip
from pathlib import Path

import numpy as np
import prcoords
import pytest

from tijian.engine.compute.geo.declared import APPROXIMATE, wgs84_from_declared
from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.points_table import Datum, read_points

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
TEXT = "名称,经度,纬度,类别\n市图书馆,123.43,41.80,文化\n“青年”公园,123.44,41.79,公园\n"


def written(tmp_path, text=TEXT, encoding="utf-8"):
    path = tmp_path / "poi.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read(path, **changes):
    return read_points(path, "inputs/poi.csv", **{"lon": "经度", "lat": "纬度", "datum": "GCJ-02", **changes})


def faults_of(path, **changes):
    with pytest.raises(Refused) as refused:
        read(path, **changes)
    assert {fault.file for fault in refused.value.faults} == {"inputs/poi.csv"}
    return refused.value.faults


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8（有 BOM）"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_points_are_read_as_they_stand_in_any_encoding(tmp_path, encoding, named):
    points = read(written(tmp_path, encoding=encoding))
    assert (points.lon.tolist(), points.lat.tolist()) == ([123.43, 123.44], [41.80, 41.79])
    assert points.fields == {"名称": ["市图书馆", "“青年”公园"], "类别": ["文化", "公园"]}
    assert (points.lines, len(points)) == ([2, 3], 2)
    assert (points.datum, points.record.crs, points.record.rows) == (Datum.GCJ02, "GCJ-02", 2)
    assert points.record.encoding == named


def test_an_undeclared_datum_is_refused_with_the_choices(tmp_path):
    (fault,) = faults_of(written(tmp_path), datum="")
    assert fault.code == "datum.undeclared"
    assert all(datum in fault.expected for datum in ("CGCS2000", "WGS84", "GCJ-02", "BD-09"))
    assert "city.yaml" in fault.hint


@pytest.mark.parametrize("datum", ["gcj02", "EPSG:4326", "火星坐标", " WGS84"])
def test_an_unknown_datum_is_refused_and_not_guessed(tmp_path, datum):
    (fault,) = faults_of(written(tmp_path), datum=datum)
    assert (fault.code, fault.value) == ("datum.unknown", datum)


def test_datum_and_missing_columns_are_told_at_once(tmp_path):
    faults = faults_of(written(tmp_path), datum="", lon="lon", columns=("地址",))
    assert [fault.code for fault in faults] == [
        "datum.undeclared",
        "csv.column.missing",
        "csv.column.missing",
    ]


def test_a_missing_file_is_told(tmp_path):
    assert [fault.code for fault in faults_of(tmp_path / "none.csv")] == ["file.missing"]


@pytest.mark.parametrize("cell", ["", "无", "nan", "inf", "181", "-180.5", "13740211.5"])
def test_a_coordinate_that_is_none_is_told_by_its_line(tmp_path, cell):
    text = f"名称,经度,纬度\n甲,123,41\n乙,{cell},41\n"
    (fault,) = faults_of(written(tmp_path, text))
    assert (fault.code, fault.place, fault.value) == ("points.degrees", "第 3 行，经度", cell)


def test_swapped_columns_are_noticed_in_china(tmp_path):
    faults = faults_of(written(tmp_path), lon="纬度", lat="经度")
    assert [fault.place for fault in faults] == ["第 2 行，经度", "第 3 行，经度"]
    assert "写反" in faults[0].hint


def test_zero_zero_is_not_a_place(tmp_path):
    (fault,) = faults_of(written(tmp_path, "经度,纬度\n0,0\n0,41\n123,0\n"))
    assert (fault.code, fault.place) == ("points.zero", "第 2 行")


def test_of_many_bad_rows_the_first_are_told_and_all_are_counted(tmp_path):
    faults = faults_of(written(tmp_path, "经度,纬度\n" + "x,1\n" * 100))
    assert len(faults) == 5
    assert "共有 100 处" in faults[0].hint


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_wgs84_and_cgcs2000_stay_and_are_exact(datum):
    converted = wgs84_from_declared([123.4], [41.8], datum)
    assert (converted.lon.tolist(), converted.lat.tolist(), converted.mark) == ([123.4], [41.8], "")


def test_gcj02_and_bd09_are_converted_as_prcoords_does_and_marked():
    random = np.random.default_rng(3)
    lon, lat = random.uniform(100, 125, 50), random.uniform(22, 45, 50)
    for datum, theirs in ((Datum.GCJ02, prcoords.gcj_wgs_bored), (Datum.BD09, prcoords.bd_wgs_bored)):
        converted = wgs84_from_declared(lon, lat, datum)
        expected = [theirs((y, x)) for x, y in zip(lon, lat, strict=True)]
        assert converted.lat == pytest.approx([e[0] for e in expected], abs=2e-6)
        assert converted.lon == pytest.approx([e[1] for e in expected], abs=2e-6)
        assert converted.mark == APPROXIMATE == "近似"


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_real_poi_of_shanghai(tmp_path):
    path = tmp_path / "bus.csv"
    path.write_bytes(gzip.decompress((SHARED / "shanghai/shanghai_bus_stop_poi.csv.gz").read_bytes()))
    points = read_points(path, "bus", lon="lon", lat="lat", datum="WGS84", columns=("adname", "type"))
    assert len(points) == 10_186
    assert {"name", "address", "adname", "type"} <= points.fields.keys()
