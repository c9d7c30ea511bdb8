"""Tricks of drivers, limits of the child, and controls that show what would happen without them."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from osm_made import write_pbf

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources import gtfs_files, isolation
from tijian.engine.sources.gtfs import read_gtfs
from tijian.engine.sources.isolation import GDAL, Limits, isolated
from tijian.engine.sources.layer import read_layer
from tijian.engine.sources.osm import Wanted, read_osm
from tijian.engine.sources.raster import read_cells, read_raster
from tijian.engine.sources.vector_file import _others, read_vector

pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
SECRET = "没有人该读到的一行"  # noqa: S105 — a canary


class Listener:
    """Counts connections on loopback, and answers every one with nothing."""

    def __init__(self):
        self.hits = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.hits += 1
            peer.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            peer.close()


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.socket.close()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text(f"x,y,t\n1,2,{SECRET}\n", "utf-8")
    return path


def tricks(address, secret):
    """Contents that make some driver of GDAL fetch, read or write something else."""
    url = f"http://{address}/a"
    vrt_raster = (
        '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        '<SourceFilename relativeToVRT="0">{}</SourceFilename><SourceBand>1</SourceBand>'
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    vrt_vector = (
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource><SrcLayer>secret</SrcLayer>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    warped = (
        '<VRTDataset rasterXSize="1" rasterYSize="1" subClass="VRTWarpedDataset"><VRTRasterBand dataType="Byte" '
        'band="1" subClass="VRTWarpedRasterBand"/><GDALWarpOptions><SourceDataset>{}</SourceDataset>'
        "</GDALWarpOptions></VRTDataset>"
    )
    texts = {
        "raster VRT, curl": vrt_raster.format(f"/vsicurl/{url}.tif"),
        "raster VRT, s3": vrt_raster.format("/vsis3/bucket/a.tif"),
        "raster VRT, zip": vrt_raster.format(f"/vsizip//vsicurl/{url}.zip/a.tif"),
        "raster VRT, file": vrt_raster.format(secret),
        "warped VRT, curl": warped.format(f"/vsicurl/{url}.tif"),
        "vector VRT, curl": vrt_vector.format(f"/vsicurl/{url}.geojson"),
        "vector VRT, url": vrt_vector.format(f"{url}.geojson"),
        "vector VRT, file": vrt_vector.format(secret),
        "vector VRT, WFS": vrt_vector.format(f"WFS:{url}"),
        "WMS": f'<GDAL_WMS><Service name="WMS"><ServerUrl>{url}</ServerUrl></Service></GDAL_WMS>',
        "WCS": f"<WCS_GDAL><ServiceURL>{url}</ServiceURL></WCS_GDAL>",
        "WFS": f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        "MRF": f"<MRF_META><CachedSource><Source>/vsicurl/{url}</Source></CachedSource></MRF_META>",
        "GML": (
            '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:xsi='
            f'"http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{url} {url}.xsd"/>'
        ),
        "entity": f'<!DOCTYPE a [<!ENTITY b SYSTEM "{url}">]><kml><name>&b;</name></kml>',
        "KML": f"<kml><NetworkLink><Link><href>{url}.kml</href></Link></NetworkLink></kml>",
        "GDALG": json.dumps(
            {"type": "gdal_streamed_alg", "command_line": f"gdal vector read /vsicurl/{url}"}
        ),
        "TopoJSON url": f"{url}.topojson",
        "CSV of curl": f"/vsicurl/{url}.csv",
        "pg": f"PG:host=127.0.0.1 port={address.split(':')[1]}",
    }
    return {name: text.encode() for name, text in texts.items()}


NAMES = ("a.gpkg", "a.shp", "a.tif", "a.geojson", "a.parquet")


def test_no_trick_reads_writes_or_connects(tmp_path, listener, secret):
    tried = 0
    for title, content in tricks(listener.address, secret).items():
        for name in NAMES:
            folder = tmp_path / f"{tried}"
            folder.mkdir()
            path = folder / name
            path.write_bytes(content)
            before = sorted(p.name for p in folder.iterdir())
            with pytest.raises(Refused) as refused:
                read_cells(path, name) if name == "a.tif" else read_layer(path, name, "EPSG:4490")
            assert SECRET not in str(refused.value), title
            assert sorted(p.name for p in folder.iterdir()) == before, title
            tried += 1
    assert tried == 100
    assert listener.hits == 0


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://{}/a.gpkg", "/vsizip//vsicurl/http://{}/a.zip/a.shp", "http://{}/a.geojson"]
)
def test_a_path_that_is_an_address_is_a_missing_file(listener, path):
    with pytest.raises(Refused) as refused:
        read_layer(Path(path.format(listener.address)), "a", "EPSG:4490")
    assert refused.value.faults[0].code == "file.missing"
    assert listener.hits == 0


@pytest.mark.parametrize(
    "suffix", [".vrt", ".gml", ".kml", ".kmz", ".svg", ".zip", ".sqlite", ".fgb", ".xml"]
)
def test_other_kinds_of_files_are_not_even_opened(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"<!DOCTYPE a>")
    path.chmod(0)
    with pytest.raises(Refused) as refused:
        read_layer(path, "a", "EPSG:4490")
    assert refused.value.faults[0].code == "layer.kind"


def alone(code, **environment):
    """Run code in a new process without our guards, and give what it printed."""
    given = {"PYTHONPATH": str(isolation.SOURCE), "LC_ALL": "C.UTF-8", **environment}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)],
        env=given, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


OPEN = """
    import sys
    sys.modules |= dict(pandas=None, geopandas=None)  # neither is needed, and both are slow
    {first}
    import {library}
    try:
        {call}
    except Exception as error:
        print(type(error).__name__)
"""


def test_control_without_guards_the_same_files_do_connect(tmp_path, listener, secret):
    given = tricks(listener.address, secret)
    for title in ("raster VRT, curl", "warped VRT, curl"):
        path = tmp_path / "a.tif"
        path.write_bytes(given[title])
        before = listener.hits
        alone(OPEN.format(first="", library="rasterio", call=f"rasterio.open({str(path)!r}).read(1)"))
        assert listener.hits > before, title
    for title in ("vector VRT, curl", "vector VRT, url", "GML"):
        path = tmp_path / "a.gpkg"
        path.write_bytes(given[title])
        before = listener.hits
        alone(OPEN.format(first="", library="pyogrio", call=f"pyogrio.raw.read({str(path)!r})"))
        assert (listener.hits > before) == (title != "GML"), title
    path.write_bytes(given["vector VRT, file"])
    call = f"print(pyogrio.raw.read({str(path)!r}, read_geometry=False)[3])"
    assert SECRET in alone(OPEN.format(first="", library="pyogrio", call=call))


def test_each_guard_holds_alone(listener):
    path = f"/vsicurl/http://{listener.address}/a.gpkg"
    read = f"pyogrio.raw.read({path!r})"
    lock = "from tijian.engine.sources.jail import cut_off; cut_off()"
    assert "DataSourceError" in alone(OPEN.format(first="", library="pyogrio", call=read), **GDAL)
    assert listener.hits == 0
    # Not even libraries that do not ask GDAL get out.
    assert "DataSourceError" in alone(OPEN.format(first=lock, library="pyogrio", call=read))
    connect = f"socket.create_connection(('127.0.0.1', {listener.address.split(':')[1]}))"
    assert "PermissionError" in alone(OPEN.format(first=lock, library="socket", call=connect))
    assert listener.hits == 0
    assert alone(OPEN.format(first="", library="socket", call=connect)) == ""
    alone(OPEN.format(first="", library="pyogrio", call=read))
    assert listener.hits >= 2


def test_no_program_is_started_behind_the_lock():
    lock = "from tijian.engine.sources.jail import cut_off; cut_off()"
    run = "print(subprocess.run(['/bin/echo', 'started'], capture_output=True).stdout)"
    assert "PermissionError" in alone(OPEN.format(first=lock, library="subprocess", call=run))
    assert "started" in alone(OPEN.format(first="", library="subprocess", call=run))


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile"])
def test_only_the_driver_of_the_declared_type_is_registered(driver):
    listed = "print(sorted(pyogrio.list_drivers()))"
    skipped = {"OGR_SKIP": ",".join(_others(driver))}
    assert alone(OPEN.format(first="", library="pyogrio", call=listed), **skipped).strip() == f"['{driver}']"
    assert len(alone(OPEN.format(first="", library="pyogrio", call=listed)).split(",")) > 30


def test_metadata_of_a_tiff_does_not_lead_elsewhere(tmp_path, listener):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=600, width=600, count=1, dtype="uint8", crs="EPSG:4550",
        transform=rasterio.Affine(10, 0, 0, 0, -10, 0),
    ) as sink:  # fmt: skip
        sink.write(np.ones((600, 600), dtype=np.uint8), 1)
        sink.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=f"/vsicurl/http://{listener.address}/a.ovr")
    beside = tmp_path / "a.tif.aux.xml"
    beside.write_text(
        '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">'
        f"/vsicurl/http://{listener.address}/b.ovr</MDI></Metadata></PAMDataset>"
    )
    assert read_cells(path, "a").values.sum() == 360_000
    assert listener.hits == 0
    alone(OPEN.format(first="", library="rasterio", call=f"print(rasterio.open({str(path)!r}).overviews(1))"))
    assert listener.hits > 0


def test_a_geopackage_cannot_load_code_or_reach_other_databases(tmp_path, secret):
    path = tmp_path / "a.gpkg"
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(123, 41)], crs="EPSG:4490")
    frame.to_file(path, layer="a", engine="pyogrio")
    with sqlite3.connect(path) as base:
        base.execute("CREATE VIEW b AS SELECT fid, geom, load_extension('/tmp/x.so') AS c FROM a")
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "SELECT 'b', 'features', 'b', srs_id FROM gpkg_contents"
        )
        base.execute(
            "INSERT INTO gpkg_geometry_columns SELECT 'b', 'geom', geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns"
        )
    with pytest.raises(Refused):
        read_vector(path, "a", layer="b")
    assert len(read_vector(path, "a", layer="a").geometry) == 1
    assert secret.is_file()


def test_reading_leaves_a_file_as_it_is_and_notices_edits_not_yet_written_into_it(tmp_path):
    path = tmp_path / "a.gpkg"
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(123, 41)], crs="EPSG:4490")
    frame.to_file(path, engine="pyogrio")
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode=WAL")
    base.close()
    before = path.read_bytes()
    assert len(read_layer(path, "a", "EPSG:4490")) == 1
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]
    base = sqlite3.connect(path)
    base.execute("UPDATE gpkg_contents SET identifier = 'b'")
    base.commit()
    with pytest.raises(Refused) as refused:
        read_layer(path, "a", "EPSG:4490")
    base.close()
    assert refused.value.faults[0].code == "layer.open"


def test_a_feed_whose_members_point_elsewhere_or_lie_about_their_size_writes_and_takes_nothing(
    tmp_path, monkeypatch
):
    path = tmp_path / "in" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in ("agency", "stops", "routes", "trips", "stop_times"):
            archive.writestr(f"../../{member}.txt", "a\n1\n")
    with pytest.raises(Refused):
        read_gtfs(path, "a")
    assert [p.name for p in tmp_path.rglob("*")] == ["in", "a.zip"]
    monkeypatch.setattr(gtfs_files, "MAX_BYTES", 1000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", b"0" * 1001)
    with pytest.raises(Refused) as refused:
        read_gtfs(path, "a")
    assert (refused.value.faults[0].code, refused.value.faults[0].place) == ("gtfs.zip", "stops.txt")
    # The size in the directory is made small: the reader takes so many bytes and finds the sum wrong.
    data = path.read_bytes()
    path.write_bytes(data.replace((1001).to_bytes(4, "little"), (5).to_bytes(4, "little")))
    with pytest.raises(Refused) as refused:
        read_gtfs(path, "a")
    assert refused.value.faults[0].code == "gtfs.zip"


# ---- limits ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Write a GeoPackage that takes about 300 MB to read."""
    path = tmp_path_factory.mktemp("large") / "a.gpkg"
    count = 150_000
    points = shapely.to_wkb(shapely.points(np.linspace(120, 124, count), 41.0))
    text = np.array([f"一个不短的名称，第 {i} 个" * 8 for i in range(count)], dtype=object)
    pyogrio.raw.write(path, points, [text], ["名称"], geometry_type="Point", crs="EPSG:4490", driver="GPKG")
    return path


def test_memory_is_held_below_the_limit_and_its_want_is_told(large, monkeypatch):
    enough = read_vector(large, "a", limits=Limits(memory=1 << 30))
    assert len(enough.geometry) == 150_000
    assert 200 << 20 < enough.peak < 1 << 30
    limit, seen, waited = 200 << 20, [], isolation._waited
    monkeypatch.setattr(isolation, "_waited", lambda *a: seen.append(waited(*a)) or seen[-1])
    with pytest.raises(Refused) as refused:
        read_vector(large, "a", limits=Limits(memory=limit))
    assert refused.value.faults[0].code in {"reader.memory", "reader.crashed"}
    assert 100 << 20 < seen[0][1] <= limit


def test_time_is_limited_and_nothing_is_left_running(large, monkeypatch):
    children = []
    real = subprocess.Popen

    def spy(*args, **options):
        children.append(real(*args, **options))
        return children[-1]

    monkeypatch.setattr(isolation.subprocess, "Popen", spy)
    with pytest.raises(Refused) as refused:
        read_vector(large, "a", limits=Limits(seconds=0.3))
    assert refused.value.faults[0].code == "reader.time"
    assert children[0].returncode == -9
    with pytest.raises(ProcessLookupError):
        os.kill(children[0].pid, 0)


def test_a_file_over_the_limit_is_refused_before_anything_starts(large, monkeypatch):
    monkeypatch.setattr(isolation.subprocess, "Popen", None)
    with pytest.raises(Refused) as refused:
        read_vector(large, "a", limits=Limits(file_bytes=1000))
    assert refused.value.faults[0].code == "file.size"


def test_a_crash_of_the_child_is_a_refusal_and_the_scratch_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(isolation.tempfile, "tempdir", str(tmp_path))
    with pytest.raises(Refused) as refused, isolated("no such task", {}, {}, "a"):
        pass
    assert refused.value.faults[0].code == "reader.crashed"
    assert list(tmp_path.iterdir()) == []


def test_the_child_is_told_no_secrets_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", SECRET)
    told = []
    real = subprocess.Popen
    monkeypatch.setattr(isolation.subprocess, "Popen", lambda *a, **k: told.append(k["env"]) or real(*a, **k))
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0")
    with pytest.raises(Refused):
        read_raster(path, "a")
    assert SECRET not in told[0].values()
    assert set(told[0]) == {
        *GDAL,
        "PYTHONPATH",
        "LC_ALL",
        "OPENBLAS_NUM_THREADS",
        "MALLOC_ARENA_MAX",
        "OGR_SKIP",
    }


def test_names_of_files_do_not_reach_the_child(tmp_path, listener):
    folder = tmp_path / "a' --config X Y; $(touch made)"
    folder.mkdir()
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(123, 41)], crs="EPSG:4490")
    frame.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    (tmp_path / "a.gpkg").rename(folder / "vsicurl; 空 格.gpkg")
    assert len(read_layer(folder / "vsicurl; 空 格.gpkg", "a", "EPSG:4490")) == 1
    assert listener.hits == 0


def test_a_zip_under_another_name_is_no_geopackage(tmp_path):
    path = tmp_path / "a.gpkg"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/a.gpkg", b"\0" * 50_000_000)
    with pytest.raises(Refused) as refused:
        read_layer(path, "a", "EPSG:4490")
    assert refused.value.faults[0].code == "layer.content"


# ---- OSM in the child ------------------------------------------------------------------------------------

ROADS = Wanted(lines=("highway",), line_tags=("highway", "name"))


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    nodes = [(i, 120 + i % 500 / 1000, 41 + i // 500 / 1000, {}) for i in range(1, 40_001)]
    ways = [(i, [i, i + 1], {"highway": "primary", "name": f"路{i}"}) for i in range(1, 40_000)]
    return write_pbf(tmp_path_factory.mktemp("osm") / "a.osm.pbf", nodes, ways)


def test_an_extract_decoded_apart_is_the_same(extract, tmp_path):
    here, apart = read_osm(extract, "a", ROADS), read_osm(extract, "a", ROADS, limits=Limits())
    assert apart.record == here.record
    assert apart.losses == here.losses
    assert apart.lines.fields == here.lines.fields
    assert np.array_equal(apart.lines.ids, here.lines.ids)
    assert shapely.to_wkb(apart.lines.geometry).tolist() == shapely.to_wkb(here.lines.geometry).tolist()
    cut = tmp_path / "cut.pbf"
    cut.write_bytes(extract.read_bytes()[:-100])
    with pytest.raises(Refused) as refused:
        read_osm(cut, "osm/a.pbf", ROADS, limits=Limits())
    assert (refused.value.faults[0].code, refused.value.faults[0].file) == ("osm.broken", "osm/a.pbf")


def test_an_extract_too_large_for_the_memory_is_refused_and_we_go_on(extract, monkeypatch):
    seen, waited = [], isolation._waited
    monkeypatch.setattr(isolation, "_waited", lambda *a: seen.append(waited(*a)) or seen[-1])
    limit = 140 << 20
    with pytest.raises(Refused) as refused:
        read_osm(extract, "a", ROADS, limits=Limits(memory=limit))
    assert refused.value.faults[0].code in {"reader.memory", "reader.crashed"}
    assert seen[0][1] <= limit
    assert len(read_osm(extract, "a", ROADS, limits=Limits()).lines) == 39_999
