"""Steps are found again where nothing changed, run where something did, and the result is that of a cold run."""

import csv
import shutil

import geopandas
import pytest
import shapely
import yaml

from tijian.engine.exam.files import tables
from tijian.engine.exam.folder import examine
from tijian.engine.exam.manifest import manifest_bytes

YEAR = 2019


@pytest.fixture
def place(city, tmp_path, monkeypatch):
    """A city folder to change, and a cache of its own."""
    monkeypatch.setenv("TIJIAN_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(city("story"), tmp_path / "shenyang")


def run(folder):
    """Give the files of an examination and the steps that were computed."""
    results = examine(folder, YEAR)
    files = tables(results)
    files["manifest.json"] = manifest_bytes(results, files)
    return files, [(d.name, d.year) for d in results.inputs.done if not d.kept], len(results.inputs.done)


def cold(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TIJIAN_CACHE", str(tmp_path / "other"))
    return run(folder)[0]


def test_unchanged_nothing_is_run_and_the_bytes_are_equal(place):
    files, computed, every = run(place)
    assert len(computed) == every > 30
    again, computed, count = run(place)
    assert (computed, count) == ([], every)
    assert again == files


def test_one_facility_changed_runs_the_steps_that_read_it_and_equals_a_cold_run(place, tmp_path, monkeypatch):
    before, _, every = run(place)
    path = place / "inputs/layers/hospitals-2019.parquet"
    hospitals = geopandas.read_parquet(path)
    hospitals.iloc[1:].to_parquet(path)
    files, computed, count = run(place)
    assert (computed, count) == ([("hospital_coverage@1", YEAR), ("hospital_coverage@1 未服务", YEAR)], every)
    assert files["strands.csv"] != before["strands.csv"]
    assert files == cold(place, tmp_path, monkeypatch)


def test_a_layer_of_many_indicators_runs_them_all(place, tmp_path, monkeypatch):
    run(place)
    path = place / "inputs/layers/population-2018.parquet"
    people = geopandas.read_parquet(path)
    people.loc[0, "people"] += 1000
    people.to_parquet(path)
    files, computed, _ = run(place)
    assert {year for _, year in computed} == {2018}
    assert {name for name, _ in computed} == {
        "built_population_density@1",
        "sports_per_person@1",
        "shelter_per_person@1",
        "convenient_communities@1",
    }
    assert files == cold(place, tmp_path, monkeypatch)


def test_a_declaration_that_decides_what_is_read_runs_its_steps_and_a_mark_none(place, tmp_path, monkeypatch):
    before, _, _ = run(place)
    path = place / "city.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["layers"]["parks"]["mark"] = "估算"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    marked, computed, _ = run(place)
    assert computed == []
    assert marked["strands.csv"] != before["strands.csv"]
    document["layers"]["parks"]["ring"] = 5000
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    files, computed, _ = run(place)
    assert computed == [
        ("park_coverage@1", 2018),
        ("park_coverage@1", 2019),
        ("park_coverage@1 未服务", 2019),
    ]
    assert files == cold(place, tmp_path, monkeypatch)


def test_a_layer_that_was_sound_and_is_no_more_is_refused(place):
    from tijian.engine.kernel.faults import Refused

    run(place)
    path = place / "inputs/layers/parks-2019.parquet"
    parks = geopandas.read_parquet(path)
    bow = shapely.Polygon([(123.4, 41.8), (123.41, 41.81), (123.41, 41.8), (123.4, 41.81)])
    parks.loc[0, "geometry"] = bow
    parks.to_parquet(path)
    with pytest.raises(Refused) as refused:
        run(place)
    assert [f.code for f in refused.value.faults] == ["layer.crossing"]


def test_a_figure_reported_runs_no_step_over_layers(place, tmp_path, monkeypatch):
    run(place)
    path = place / "inputs/variables.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    at = next(i for i, row in enumerate(rows) if row[:3] == ["green_area", "210103", "2019"])
    rows[at][3] = "15.00"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    files, computed, _ = run(place)
    assert computed == []
    assert files == cold(place, tmp_path, monkeypatch)
