"""GeoTIFF: sums and cells against numpy and shapely; no data is not zero; odd files are refused."""

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.isolation import Limits
from tijian.engine.sources.raster import read_cells, read_raster, zonal_sums

# rasterio still multiplies transforms with a star, which affine 3.1 announces to end
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
CRS, CELL, WEST, NORTH = "EPSG:4550", 100.0, 500_000.0, 4_630_000.0
ROWS, COLUMNS = 30, 40
NODATA = -99999.0


def tiff(path, values, **options):
    given = {
        "driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1,
        "dtype": values.dtype, "crs": CRS, "transform": from_origin(WEST, NORTH, CELL, CELL), "nodata": NODATA,
    }  # fmt: skip
    with rasterio.open(path, "w", **{**given, **options}) as sink:
        sink.write(values, 1)
    return path


@pytest.fixture(scope="module")
def people():
    draw = np.random.default_rng(7)
    values = np.round(draw.gamma(2.0, 30.0, (ROWS, COLUMNS)), 2)
    values[draw.random((ROWS, COLUMNS)) < 0.2] = 0.0
    values[draw.random((ROWS, COLUMNS)) < 0.2] = NODATA
    return values


@pytest.fixture(scope="module")
def path(people, tmp_path_factory):
    return tiff(tmp_path_factory.mktemp("raster") / "people.tif", people)


def centres():
    x = WEST + (np.arange(COLUMNS) + 0.5) * CELL
    y = NORTH - (np.arange(ROWS) + 0.5) * CELL
    return np.meshgrid(x, y)


def code(path, **options):
    with pytest.raises(Refused) as refused:
        zonal_sums(path, "pop.tif", [shapely.box(WEST, NORTH - 500, WEST + 500, NORTH)], CRS, **options)
    (fault,) = refused.value.faults
    assert fault.file == "pop.tif"
    assert fault.hint
    return fault.code


def test_what_a_raster_says_of_itself(path):
    raster = read_raster(path, "p")
    assert (raster.width, raster.height, raster.cell, raster.nodata) == (
        COLUMNS,
        ROWS,
        (CELL, CELL),
        "-99999.0",
    )
    assert raster.bounds == (WEST, NORTH - ROWS * CELL, WEST + COLUMNS * CELL, NORTH)


def test_a_cell_counts_where_its_centre_lies(path, people):
    x, y = centres()
    draw = np.random.default_rng(3)
    zones = [
        shapely.Point(WEST + draw.uniform(0, 4000), NORTH - draw.uniform(0, 3000)).buffer(
            draw.uniform(60, 1500)
        )
        for _ in range(40)
    ]
    found = zonal_sums(path, "p", zones, CRS, least=0)
    data = people != NODATA
    for i, zone in enumerate(zones):
        inside = shapely.contains_xy(zone, x, y)
        assert found.cells[i] == (inside & data).sum()
        assert found.empty[i] == (inside & ~data).sum()
        assert found.sums[i] == pytest.approx(people[inside & data].sum(), rel=1e-12)
    assert found.record.rows == found.cells.sum()


def test_zones_outside_or_smaller_than_a_cell_hold_no_data_and_not_zero(path, people):
    row, column = np.argwhere(people == 0.0)[0]
    x, y = centres()
    on_zero = shapely.Point(x[row, column], y[row, column]).buffer(10)
    corner = shapely.box(WEST + 1, NORTH - 20, WEST + 20, NORTH - 1)
    far = shapely.box(0, 0, 1, 1)
    found = zonal_sums(path, "p", [on_zero, corner, far, shapely.Polygon()], CRS)
    assert found.sums[0] == 0.0
    assert np.isnan(found.sums[1:]).all()
    assert found.cells.tolist() == [1, 0, 0, 0]


@given(cut=st.floats(0.0, COLUMNS * CELL), row=st.floats(0.0, ROWS * CELL))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_splitting_an_area_anywhere_neither_loses_nor_doubles_a_cell(path, cut, row):
    whole = shapely.box(WEST, NORTH - ROWS * CELL, WEST + COLUMNS * CELL, NORTH)
    x, y = WEST + cut, NORTH - row
    quarters = [
        shapely.intersection(whole, shapely.box(*b))
        for b in ((0, y, x, 9e6), (x, y, 9e6, 9e6), (0, 0, x, y), (x, 0, 9e6, y))
    ]
    found = zonal_sums(path, "p", [whole, *quarters], CRS)
    assert found.cells[0] == found.cells[1:].sum() > 500
    assert found.empty[0] == found.empty[1:].sum()
    assert np.nansum(found.sums[1:]) == pytest.approx(found.sums[0], rel=1e-12)


def test_a_centre_on_a_common_border_counts_once(path):
    edge = WEST + 10.5 * CELL  # runs through centres
    whole = shapely.box(WEST, NORTH - 1000, WEST + 2000, NORTH)
    parts = [
        shapely.box(WEST, NORTH - 1000, edge, NORTH),
        shapely.box(edge, NORTH - 1000, WEST + 2000, NORTH),
    ]
    found = zonal_sums(path, "p", [whole, *parts], CRS)
    all_cells = found.cells + found.empty
    assert all_cells[0] == 200 == all_cells[1] + all_cells[2]


def test_windows_do_not_show_in_the_sum(tmp_path):
    draw = np.random.default_rng(1)
    values = draw.integers(0, 50, (2060, 2100)).astype(np.float32)
    large = tiff(tmp_path / "a.tif", values)
    whole = shapely.box(WEST, NORTH - 2060 * CELL, WEST + 2100 * CELL, NORTH)
    found = zonal_sums(large, "a", [whole], CRS)
    assert (found.sums[0], found.cells[0]) == (values.astype(float).sum(), values.size)


def test_cells_come_as_points_with_data(path, people):
    x, y = centres()
    data = people != NODATA
    cells = read_cells(path, "p")
    assert np.array_equal(cells.x, x[data])
    assert np.array_equal(cells.y, y[data])
    assert np.array_equal(cells.values, people[data])
    assert cells.empty == (~data).sum()


def test_cells_within_bounds(path, people):
    x, y = centres()
    bounds = (WEST + 310, NORTH - 1490, WEST + 1990, NORTH - 210)
    inside = (x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3]) & (people != NODATA)
    cells = read_cells(path, "p", bounds=bounds)
    assert sorted(zip(cells.x, cells.y, cells.values, strict=True)) == sorted(
        zip(x[inside], y[inside], people[inside], strict=True)
    )
    assert len(read_cells(path, "p", bounds=(0, 0, 1, 1)).x) == 0


@pytest.mark.parametrize("nodata", [None, NODATA, float("nan")])
def test_nan_is_never_zero(tmp_path, nodata):
    values = np.full((5, 5), 2.0, dtype=np.float32)
    values[0] = np.nan
    values[1] = np.inf
    found = zonal_sums(
        tiff(tmp_path / "a.tif", values, nodata=nodata),
        "a",
        [
            shapely.box(WEST, NORTH - 500, WEST + 500, NORTH),
            shapely.box(WEST, NORTH - 200, WEST + 500, NORTH),
        ],
        CRS,
    )
    assert (found.sums[0], found.cells[0], found.empty[0]) == (30.0, 15, 10)
    assert np.isnan(found.sums[1])


def test_whole_numbers_with_scale_and_offset(tmp_path):
    path = tiff(tmp_path / "a.tif", np.array([[1, 2], [3, 255]], dtype=np.uint8), nodata=255)
    with rasterio.open(path, "r+") as sink:
        sink.scales, sink.offsets = (0.5,), (10.0,)
    found = zonal_sums(path, "a", [shapely.box(WEST, NORTH - 200, WEST + 200, NORTH)], CRS)
    assert (found.sums[0], found.cells[0]) == (33.0, 3)


def test_no_data_that_nobody_declared_is_refused(tmp_path):
    values = np.full((5, 5), 1.0, dtype=np.float32)
    values[2, 2] = -3.4e38
    assert code(tiff(tmp_path / "a.tif", values, nodata=None)) == "raster.nodata"
    values[2, 2] = -200
    path = tiff(tmp_path / "b.tif", values, nodata=None)
    assert code(path, least=0) == "raster.nodata"
    zones = [shapely.box(WEST, NORTH - 500, WEST + 500, NORTH)]
    assert zonal_sums(path, "b", zones, CRS).sums[0] == -176.0


def test_a_raster_without_system_or_of_another_is_refused(tmp_path, people):
    assert code(tiff(tmp_path / "a.tif", people, crs=None)) == "raster.crs"
    assert code(tiff(tmp_path / "b.tif", people, crs="EPSG:4547")) == "raster.zones"


def test_a_turned_raster_is_refused(tmp_path, people):
    turned = from_origin(WEST, NORTH, CELL, CELL) @ rasterio.Affine.rotation(10)
    assert code(tiff(tmp_path / "a.tif", people, transform=turned)) == "raster.turned"


def test_a_band_that_is_not_there_is_refused(path):
    assert code(path, band=2) == "raster.band"


def test_more_cells_than_allowed_are_refused_before_they_are_read(path):
    with pytest.raises(Refused) as refused:
        read_cells(path, "p", max_cells=1199)
    assert refused.value.faults[0].code == "raster.size"
    assert len(read_cells(path, "p", max_cells=1200).x) > 0


def test_a_cut_raster_is_refused(tmp_path, path):
    cut = tmp_path / "a.tif"
    for size in (3, 40, path.stat().st_size // 2):
        cut.write_bytes(path.read_bytes()[:size])
        assert code(cut).startswith(("raster.", "reader."))


def test_a_header_of_a_million_by_a_million_takes_little_memory(tmp_path):
    path = tmp_path / "huge.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=1_000_000, width=1_000_000, count=1, dtype="float32", crs=CRS,
        transform=from_origin(WEST, NORTH, 1, 1), tiled=True, sparse_ok=True, bigtiff="YES", nodata=NODATA,
    ):  # fmt: skip
        pass
    limits = Limits(memory=400 << 20, seconds=60)
    assert read_raster(path, "h", limits=limits).peak < 200 << 20
    with pytest.raises(Refused) as refused:
        read_cells(path, "h", limits=limits)
    assert refused.value.faults[0].code == "raster.size"
    zone = shapely.box(WEST + 1000, NORTH - 2000, WEST + 2000, NORTH - 1000)
    found = zonal_sums(path, "h", [zone], CRS, limits=limits)
    assert (np.isnan(found.sums[0]), found.cells[0], found.empty[0]) == (True, 0, 1_000_000)
    assert found.raster.peak < 200 << 20


def test_a_raster_of_giant_tiles_is_refused(tmp_path):
    path = tmp_path / "tiles.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=20_000, width=20_000, count=1, dtype="uint8", crs=CRS,
        transform=from_origin(WEST, NORTH, 1, 1), tiled=True, blockxsize=16_384, blockysize=16_384, sparse_ok=True,
    ):  # fmt: skip
        pass
    assert code(path) == "raster.block"
