"""Who is not served: what is listed adds up to what the figures leave, and distances are those of geopandas."""

import csv
import io
import json

import geopandas
import pytest

from tijian.engine.exam.files import tables
from tijian.engine.exam.folder import examine

YEAR = 2019
LAND, COMMUNITIES = ("EL06", "SR05"), ("LC01", "LC02")


@pytest.fixture(scope="module")
def files(city):
    return tables(examine(city("story"), YEAR))


@pytest.fixture(scope="module")
def rows(files):
    return list(csv.DictReader(io.StringIO(files["gaps.csv"].decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def strands(files):
    """(indicator, area) → numerator and denominator of the computed source."""
    found = csv.DictReader(io.StringIO(files["strands.csv"].decode("utf-8-sig")))
    return {
        (r["indicator"], r["area"]): (float(r["numerator"]), float(r["denominator"]))
        for r in found
        if r["strand"] == "第三方" and r["indicator"] in (*LAND, *COMMUNITIES)
    }


def areas(strands):
    return sorted({area for _, area in strands} - {"210100"})


def test_land_not_served_is_what_the_figure_leaves(rows, strands):
    for key in LAND:
        for area in areas(strands):
            served, whole = strands[key, area]
            listed = [float(r["hectares"]) for r in rows if (r["indicator"], r["area"]) == (key, area)]
            # pieces under 100 m² are left out, each of the others is rounded to 0.01 ha
            assert sum(listed) == pytest.approx(whole - served, abs=0.5 + 0.01 * len(listed)), (key, area)


def test_communities_not_served_are_as_many_as_the_figure_leaves(rows, strands):
    for key in COMMUNITIES:
        for area in areas(strands):
            served, whole = strands[key, area]
            listed = [r for r in rows if (r["indicator"], r["area"]) == (key, area)]
            assert len(listed) == whole - served, (key, area)
    lacking = {r["lacking"] for r in rows if r["indicator"] == "LC01"}
    assert any(lacking)
    assert all(
        set(words.split("、")) <= {"菜市场", "超市", "药店", "快递", "理发", "早餐"} for words in lacking
    )
    assert "" not in lacking


def test_people_and_the_nearest_facility_are_those_of_geopandas(files, city):
    folder = city("story") / "inputs/layers"
    gaps = geopandas.GeoDataFrame.from_features(json.loads(files["gaps.geojson"]), crs=4490)
    people = geopandas.read_parquet(folder / f"population-{YEAR}.parquet")
    own = gaps[gaps["indicator"] == "LC02"].reset_index(drop=True)
    inside = geopandas.sjoin(people, own[["geometry"]], predicate="within")
    counted = inside.groupby("index_right")["people"].sum().reindex(own.index).fillna(0)
    assert (
        counted.round() == own["people"]
    ).mean() > 0.99  # a border rounded to a tenth of a metre may move one
    care = geopandas.read_parquet(folder / f"elderly_care-{YEAR}.parquet").to_crs(4550)
    middle = geopandas.read_parquet(folder / f"communities-{YEAR}.parquet").to_crs(4550).centroid
    near = geopandas.sjoin_nearest(geopandas.GeoDataFrame(geometry=middle), care, distance_col="away")
    away = near.groupby(level=0)["away"].min()
    beyond = away[away > 500].round().astype(int)
    assert sorted(own["distance_m"]) == pytest.approx(sorted(beyond), abs=1)


def test_the_table_and_the_layer_hold_the_same(files, rows):
    features = json.loads(files["gaps.geojson"])["features"]
    assert len(features) == len(rows) > 100
    for feature, row in zip(features, rows, strict=True):
        assert (feature["properties"]["indicator"], feature["properties"]["area"]) == (
            row["indicator"],
            row["area"],
        )
        assert row["mark"] == "合成;近似"
