"""``tijian exam``: scope, reports, what is written, and what an interruption leaves."""

import json

import pytest

from tijian.engine.exam import folder as folder_of_exam
from tijian.shells.cli import examine as command

TABLES = {"values.csv", "values.parquet", "strands.csv", "dimensions.csv", "findings.csv", "candidates.csv"}


@pytest.fixture(scope="module")
def whole(tijian, shenyang, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    answer = tijian("exam", shenyang, "--period", 2019, "--out", out, "--no-reports")
    assert answer.code == 0, answer.err
    return out


@pytest.fixture(scope="module")
def part(tijian, shenyang, tmp_path_factory):
    out = tmp_path_factory.mktemp("part") / "out"
    answer = tijian("exam", shenyang, "--period", 2019, "--out", out, "--only", "TC02,EL03", "--no-reports")
    assert answer.code == 0, answer.err
    return out


def test_only_some_indicators_give_just_their_rows(whole, part, table):
    rows = table(part / "values.csv")
    assert {r["indicator"] for r in rows} == {"TC02", "EL03"}
    assert len(rows) == 2 * 10
    wanted = [r for r in table(whole / "values.csv") if r["indicator"] in {"TC02", "EL03"}]
    assert rows == wanted


def test_dimensions_are_given_only_where_they_are_whole(tijian, part, toy, tmp_path, table):
    assert table(part / "dimensions.csv") == []
    out = tmp_path / "out"
    assert (
        tijian("exam", toy, "--period", 2024, "--out", out, "--no-reports", "--only", "SA01, SA02,LV01").code
        == 0
    )
    assert {r["dimension"] for r in table(out / "dimensions.csv")} == {"安全"}


def test_the_manifest_tells_the_scope(whole, part):
    assert json.loads((whole / "manifest.json").read_text(encoding="utf-8"))["scope"] == "all"
    assert json.loads((part / "manifest.json").read_text(encoding="utf-8"))["scope"] == ["EL03", "TC02"]


def test_an_indicator_asked_alone_still_gets_its_inputs(tijian, toy, tmp_path, table):
    for name, more in (("all", ()), ("one", ("--only", "MO02"))):
        assert (
            tijian("exam", toy, "--period", 2024, "--out", tmp_path / name, "--no-reports", *more).code == 0
        )
    alone = table(tmp_path / "one" / "values.csv")
    assert alone == [r for r in table(tmp_path / "all" / "values.csv") if r["indicator"] == "MO02"]


def test_without_reports_only_tables_map_and_manifest(whole):
    assert {p.name for p in whole.iterdir()} == TABLES | {
        "results.geojson",
        "gaps.csv",
        "gaps.geojson",
        "manifest.json",
    }


def test_the_same_command_gives_the_same_bytes(tijian, toy, tmp_path, tree):
    for name in ("one", "two"):
        assert tijian("exam", toy, "--period", 2023, "--out", tmp_path / name, "--no-reports").code == 0
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_jobs_do_not_change_a_byte(tijian, toy, tmp_path, tree):
    for jobs in (1, 2):
        out = tmp_path / str(jobs)
        assert tijian("exam", toy, "--period", 2023, "--out", out, "--jobs", jobs).code == 0
    one, two = tree(tmp_path / "1"), tree(tmp_path / "2")
    assert one == two
    assert sum(name.startswith("reports/") for name in one) == 12


def test_a_folder_without_inputs_is_generated_into_the_cache(tijian, template, tmp_path, monkeypatch, tree):
    monkeypatch.setenv("TIJIAN_CACHE", str(tmp_path / "cache"))
    before = tree(template)
    for name in ("one", "two"):
        out = tmp_path / name
        assert (
            tijian("exam", template, "--period", 2019, "--out", out, "--no-reports", "--only", "EL03").code
            == 0
        )
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert len(list((tmp_path / "cache" / "cities").iterdir())) == 1
    assert tree(template) == before


def test_an_interruption_while_computing_leaves_nothing(tijian, toy, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "tables", interrupted)
    answer = tijian("exam", toy, "--period", 2024, "--out", tmp_path / "out", "--no-reports")
    assert answer.code not in {0, 3}
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


def test_an_interruption_while_generating_leaves_no_half_city(tijian, template, tmp_path, monkeypatch):
    monkeypatch.setenv("TIJIAN_CACHE", str(tmp_path / "cache"))

    def interrupted(_city, _seed, out, *_):
        (out / "inputs").mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_of_exam.generate, "generate", interrupted)
    answer = tijian("exam", template, "--period", 2019, "--out", tmp_path / "out", "--no-reports")
    assert answer.code not in {0, 3}
    assert not (tmp_path / "out").exists()
    assert not [p for p in (tmp_path / "cache").rglob("*") if p.name == "inputs"]
