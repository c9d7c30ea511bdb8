"""The boundary layer that tools/build_assets.py makes, against the one converted independently."""

from pathlib import Path

import geopandas
import pytest

SHARED = (
    Path(__file__).resolve().parents[4] / "shared" / "data" / "shenyang" / "shenyang_counties_wgs84.geojson"
)


@pytest.fixture(scope="module")
def built(template):
    return geopandas.read_file(template.folder / template.doc.boundary.file)


def test_the_areas_are_those_of_the_city(built, template):
    assert list(built.adcode) == sorted(a.code for a in template.areas.areas)
    assert dict(zip(built.adcode, built.name, strict=True)) == {a.code: a.zh for a in template.areas.areas}
    assert built.is_valid.all()


def test_coordinates_have_six_decimals(built):
    numbers = built.get_coordinates().to_numpy().ravel()
    assert all(abs(x * 1e6 - round(x * 1e6)) < 1e-3 for x in numbers.tolist())


def test_areas_in_the_projected_system(built):
    square_km = built.to_crs("EPSG:4550").area / 1e6
    assert square_km.sum() == pytest.approx(3658.49, abs=0.1)


@pytest.mark.skipif(not SHARED.exists(), reason="shared data is not beside the checkout")
def test_areas_agree_with_the_independent_conversion(built):
    other = geopandas.read_file(SHARED).set_index("adcode").to_crs("EPSG:4550").area / 1e6
    here = built.set_index("adcode").to_crs("EPSG:4550").area / 1e6
    for code, value in here.items():
        assert value == pytest.approx(other[code], abs=0.01)
