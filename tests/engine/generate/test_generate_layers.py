"""Layers measured by geopandas, beside what is reported and what the product measures."""

import geopandas
import pytest
import shapely

from tijian.engine.catalogue.document import parse
from tijian.engine.catalogue.loading import load_city
from tijian.engine.catalogue.story import Plant
from tijian.engine.exam.evaluate import Evaluator
from tijian.engine.exam.generate import generate
from tijian.engine.kernel.faults import Refused

SEED = 20190619
CRS = "EPSG:4550"
YEARS = range(2018, 2024)


def measure(folder, year, layer, outlines, crs=CRS):
    """Length (km) and area (km2) by area code: overlay in the projected system."""
    built = layer(folder, "built_area", year, crs)
    roads = layer(folder, "roads", year, crs)
    inside = geopandas.overlay(built[["geometry"]], outlines, how="intersection", keep_geom_type=True)
    area = inside.dissolve("code").area / 1e6
    clipped = geopandas.overlay(roads, inside, how="intersection", keep_geom_type=True)
    length = clipped.dissolve("code").length / 1e3
    return {c: (length[c], area[c]) for c in outlines.code}


@pytest.fixture(scope="session")
def outlines(template):
    frame = geopandas.read_file(template.folder / template.doc.boundary.file).to_crs(CRS)
    return frame.rename(columns={"adcode": "code"})[["code", "geometry"]]


@pytest.fixture(scope="session")
def measured(twin, layer, outlines):
    return {year: measure(twin, year, layer, outlines) for year in (2018, 2021, 2023)}


def reported(rows, name, code, year):
    return float(rows[name, code, year]["value"])


def test_layers_are_near_what_is_reported_but_not_equal(measured, twin, table):
    rows = table(twin)
    off = {}
    for year, areas in measured.items():
        for code, (length, area) in areas.items():
            for name, value in (("road_length", length), ("built_area", area)):
                off[name, code, year] = value / reported(rows, name, code, year) - 1
    assert all(1e-5 < abs(x) < 0.04 for x in off.values())
    # drawn once per area and layer: the same in every year, but for the last street
    for (name, code, year), x in off.items():
        assert x == pytest.approx(off[name, code, 2018], abs=0.005), (name, code, year)


def test_the_product_measures_the_same(measured, twin, inputs_of):
    evaluator = Evaluator(inputs_of(twin))
    for year, areas in measured.items():
        strand = evaluator.strands("TC02", year)["第三方"]
        for i, code in enumerate(evaluator.columns.codes):
            if code in areas:
                length, area = areas[code]
                assert strand.numerator.values[i] == pytest.approx(length, rel=1e-6)
                assert strand.denominator.values[i] == pytest.approx(area, rel=1e-6)


def test_clipping_matters_and_nothing_spills_over_its_boundary(twin, layer, outlines):
    roads = layer(twin, "roads", 2019, CRS)
    built = layer(twin, "built_area", 2019, CRS)
    inside = roads.clip(built.union_all())
    assert inside.length.sum() < 0.97 * roads.length.sum()
    assert built.is_valid.all()
    # rounding to 7 decimals of a degree moves a corner by a centimetre
    assert shapely.within(built.union_all(), outlines.union_all().buffer(0.05))
    assert len(built) == len(outlines)


def test_streets_are_believable(twin, layer):
    frames = {year: layer(twin, "roads", year, CRS) for year in YEARS}
    for frame in frames.values():
        assert list(frame.columns) == ["id", "class", "geometry"]
        assert frame.id.is_unique
        assert 3000 < len(frame) < 4500
        assert set(frame["class"]) == {"主干路", "次干路", "支路"}
        assert frame.length.max() < 1400
        assert frame.length.median() > 700
    kept = set(frames[2018].id) & set(frames[2023].id)
    assert len(kept) > 0.95 * len(frames[2018])
    assert len(frames[2023]) > len(frames[2018])
    same = frames[2018].set_index("id").geometry[sorted(kept)]
    assert same.equals(frames[2023].set_index("id").geometry[sorted(kept)])


TOTALS = ("EL01", "EL02", "CF02", "SR01", "SR04", "LC05", "TC01", "TC02", "TC03", "N-PK1", "N-PK2")
SHARES = {
    "EL03": 1.5,
    "TC04": 3.0,
    "EL06": 8.0,
    "LC01": 13.0,
    "LC02": 9.0,
    "SR05": 9.0,
}  # points that a share may be off
LAND = ("green", "residential", "population", "parks")


def test_every_layer_comes_near_to_what_is_reported_but_not_to_the_same(twin, inputs_of):
    evaluator = Evaluator(inputs_of(twin))
    for year in (2018, 2021, 2023):
        for key in (*TOTALS, *SHARES):
            strands = evaluator.strands(key, year)
            reported, found = strands["自体检"].value.values, strands["第三方"].value.values
            off = found - reported
            assert (off != 0).sum() >= 7, (key, year)
            if key in SHARES:
                assert abs(off).max() <= SHARES[key], (key, year)
                assert abs(off).mean() <= 0.5 * SHARES[key], (key, year)
            else:
                assert (abs(off) <= 0.05 * reported).all(), (key, year)


def test_land_is_used_once_and_within_what_is_built(twin, layer):
    built = layer(twin, "built_area", 2019, CRS).union_all().buffer(0.05)
    uses = {name: layer(twin, name, 2019, CRS) for name in ("water", "green", "residential")}
    for name, one in uses.items():
        assert one.is_valid.all()
        assert one.id.is_unique
        assert one.within(built).all(), name
        assert one.area.sum() == pytest.approx(one.union_all().area, rel=1e-5), name
    for one, other in (("water", "green"), ("water", "residential"), ("green", "residential")):
        assert uses[one].union_all().intersection(uses[other].union_all()).area < 1e-5 * uses[one].area.sum()
    parks = layer(twin, "parks", 2019, CRS)
    assert parks.within(uses["green"].union_all().buffer(0.05)).all()
    assert ((parks.area >= 5000).any(), (parks.area < 2000).any()) == (True, True)


def test_places_stay_over_the_years(twin, layer):
    for name in ("hospitals", "elderly_care", "sports_grounds", "population", "historic_buildings"):
        first, last = (layer(twin, name, year, CRS).set_index("id").geometry for year in (2018, 2023))
        stay = sorted(set(first.index) & set(last.index))
        assert len(stay) > 0.6 * len(first), name
        if name == "sports_grounds":
            assert first[stay].distance(last[stay]).median() < 1.0


def test_a_plant_on_coverage_closes_parks_and_nothing_else(template, twin, tmp_path, layer, tree):
    out = planted(template, tmp_path / "out", input="residential_area_covered", multiplier=0.6)
    one, other = tree(twin), tree(out)
    changed = {n for n in one if one[n] != other[n]}
    assert changed == {
        "inputs/variables.csv",
        *(f"inputs/layers/parks-{y}.parquet" for y in YEARS if y > 2020),
    }
    thin, whole = (set(layer(folder, "parks", 2022, CRS).id) for folder in (out, twin))
    assert thin < whole


def planted(template, folder, **effect):
    plant = {"id": "p", "indicators": ["TC02"], "areas": ["210103"], "from": 2021, "effect": [effect]}
    generate(template, SEED, folder, [parse(Plant, plant, "story")])
    return folder


def test_a_plant_on_roads_thins_the_layer(template, twin, tmp_path, layer, outlines, tree):
    out = planted(template, tmp_path / "out", input="road_length", multiplier=0.6)
    before, after = measure(twin, 2022, layer, outlines), measure(out, 2022, layer, outlines)
    for code in outlines.code:
        factor = 0.6 if code == "210103" else 1
        assert after[code][0] == pytest.approx(factor * before[code][0], rel=0.01)
        assert after[code][1] == before[code][1]
    one, other = tree(twin), tree(out)
    same = {n for n in one if "roads" in n and one[n] == other[n]}
    assert same == {f"inputs/layers/roads-{y}.parquet" for y in (2018, 2019, 2020)}
    thin = set(layer(out, "roads", 2022, CRS).id)
    assert thin < set(layer(twin, "roads", 2022, CRS).id)


@pytest.mark.parametrize(
    ("effect", "length", "area"),
    [
        ({"input": "built_area", "multiplier": 0.6}, 1, 0.6),
        ({"input": "road_length", "multiplier": 2.2}, 2.2, 1),
    ],
)
def test_a_plant_can_ask_for_more_streets_than_the_grid_has(
    template, twin, tmp_path, layer, outlines, effect, length, area
):
    out = planted(template, tmp_path / "out", **effect)
    before, after = measure(twin, 2022, layer, outlines), measure(out, 2022, layer, outlines)
    assert after["210103"][0] == pytest.approx(length * before["210103"][0], rel=0.01)
    assert after["210103"][1] == pytest.approx(area * before["210103"][1], rel=0.01)
    assert (tmp_path / "out/inputs/layers/roads-2019.parquet").read_bytes() == (
        twin / "inputs/layers/roads-2019.parquet"
    ).read_bytes()


def test_the_larger_size_is_cut_finer_and_measures_the_same(template, tmp_path, twin, layer, outlines, tree):
    generate(template, SEED, tmp_path / "full", size="full")
    small, full = tree(twin), tree(tmp_path / "full")
    finer = {n for n in small if small[n] != full[n]}
    assert finer >= {f"inputs/layers/{n}-{y}.parquet" for n in ("roads", *LAND) for y in YEARS}
    assert not [n for n in finer if "layers" not in n or "built_area" in n]
    for name in LAND[:-1]:
        assert len(layer(tmp_path / "full", name, 2019, CRS)) > 3 * len(layer(twin, name, 2019, CRS)), name
    assert len(layer(tmp_path / "full", "roads", 2019, CRS)) > 1.6 * len(layer(twin, "roads", 2019, CRS))
    one, other = measure(twin, 2019, layer, outlines), measure(tmp_path / "full", 2019, layer, outlines)
    for code in outlines.code:
        assert other[code][0] == pytest.approx(one[code][0], rel=0.01)


def test_a_city_elsewhere_with_streets_below_districts(make_toy, tmp_path, layer, table, inputs_of):
    city = load_city(make_toy(with_layers=True))
    generate(city, 3, tmp_path / "out")
    inputs_of(tmp_path / "out")
    rows = table(tmp_path / "out")
    squares = (
        geopandas.read_file(city.folder / "b.geojson").to_crs("EPSG:32650").rename(columns={"id": "code"})
    )
    found = measure(tmp_path / "out", 2021, layer, squares[["code", "geometry"]], "EPSG:32650")
    assert set(found) == {"S1", "S2", "S3", "S4"}
    for code, (length, area) in found.items():
        assert length == pytest.approx(reported(rows, "road_length", code, 2021), rel=0.05)
        assert area == pytest.approx(reported(rows, "built_area", code, 2021), rel=0.04)


def test_a_built_up_area_larger_than_its_area_is_the_whole_area(make_toy, tmp_path, layer):
    settings = {"built_area": {"base": 500}, "road_length": {"of": "built_area", "ratio": 0.4}}
    city = load_city(make_toy(settings=settings, with_layers=True))
    generate(city, 3, tmp_path / "out")
    built = layer(tmp_path / "out", "built_area", 2021, "EPSG:32650")
    squares = geopandas.read_file(city.folder / "b.geojson").to_crs("EPSG:32650")
    assert built.area.sum() == pytest.approx(squares.area.sum(), rel=1e-6)


def test_where_nothing_is_built_nothing_is_laid(make_toy, tmp_path, layer):
    settings = {"built_area": {"base": [0, 0, 0, 12, 12, 12]}}
    generate(load_city(make_toy(settings=settings, with_layers=True)), 3, tmp_path / "out")
    assert len(layer(tmp_path / "out", "built_area", 2021, "EPSG:32650")) == 3


def test_a_boundary_that_was_not_built_is_named(make_toy, tmp_path):
    folder = make_toy(with_layers=True)
    (folder / "b.geojson").unlink()
    with pytest.raises(Refused, match="build_assets"):
        generate(load_city(folder), 3, tmp_path / "out")


def test_no_cut_or_rounded_area_crosses_itself(template, tmp_path):
    generate(template, 1, tmp_path / "out")  # of this seed a community would touch itself after rounding
    for path in sorted((tmp_path / "out/inputs/layers").glob("*.parquet")):
        assert geopandas.read_parquet(path).is_valid.all(), path.name
