"""A second city is data: a folder of documents is enough for catalogue, examination and reports."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import tijian
from tijian.engine.catalogue import loading

SOURCE = Path(tijian.__file__).parent
CITIES = (Path(__file__).parent / "city", Path(__file__).parents[2] / "cities" / "shenyang")


def test_catalogue_check_passes_every_case_and_kills_every_mutant(tijian, toy):
    answer = tijian("catalogue", "check", toy)
    assert answer.code == 0, answer.err
    assert "指标 9 项，变量 14 个" in answer.out
    assert "用例 26/26" in answer.out
    assert "变异 40/40" in answer.out


def test_the_system_is_checked_by_itself(tijian, toy):
    answer = tijian("catalogue", "check", toy / "catalogues" / "toy-2024")
    assert answer.code == 0, answer.err
    assert "用例 26/26" in answer.out
    assert "变异 40/40" in answer.out


def test_one_general_and_five_special_reports(tijian, toy, tmp_path):
    out = tmp_path / "out"
    answer = tijian("exam", toy, "--period", 2024, "--out", out)
    assert answer.code == 0, answer.err
    titles = ["00-总报告", "01-水绿", "02-出行", "03-宜居", "04-安全", "05-活力"]
    assert sorted(p.name for p in (out / "reports").iterdir()) == sorted(
        f"{t}-2024.{kind}" for t in titles for kind in ("docx", "pdf")
    )
    for path in (out / "reports").iterdir():
        assert path.read_bytes().startswith(b"%PDF" if path.suffix == ".pdf" else b"PK")
    assert "报告 12 份" in answer.out


def test_results_as_geojson_in_longitude_and_latitude(in_2024):
    document = in_2024.json("results.geojson")
    features = {f["properties"]["code"]: f for f in document["features"]}
    assert len(features) == len(document["features"]) == 11  # 4 districts and 7 streets
    assert sum(len(c) == 9 for c in features) == 7
    for feature in features.values():
        for ring in feature["geometry"]["coordinates"]:
            assert all(113.9 < lon < 114.1 and 30.4 < lat < 30.6 for lon, lat in ring)
    corners = {(round(x, 6), round(y, 6)) for x, y in features["990101001"]["geometry"]["coordinates"][0]}
    assert corners == {(114.0, 30.5), (114.02, 30.5), (114.02, 30.51), (114.0, 30.51)}
    street = features["990101001"]["properties"]
    assert street["name"] == "灯塔街道"
    assert street["indicators"]["LV01"] == {
        "value": 1.2,
        "unit": "万人/km2",
        "status": "有值",
        "grade": "优",
        "mark": "示例",
    }
    assert street["indicators"]["VT01"]["value"] is None
    assert features["990101"]["properties"]["dimensions"]["安全"] == "中"
    assert document["boundary_mark"] == "示意"


def test_manifest_names_the_projection_and_every_file_read(in_2024):
    manifest = in_2024.json("manifest.json")
    assert manifest["projected_crs"] == "EPSG:4526"
    assert manifest["city"] == "990100"
    assert manifest["computations"] == ["road_density@1"]
    assert [x["file"] for x in manifest["inputs"]] == [
        "inputs/variables.csv",
        "inputs/adopted.csv",
        "boundaries/areas.geojson",
        "inputs/layers/built_area.geojson",
        "inputs/layers/roads-2024.geojson",
    ]


def test_a_folder_of_another_name_gives_the_same_bytes(examine, in_2024, toy, tmp_path):
    shutil.copytree(toy, tmp_path / "湖城")
    assert examine(tmp_path / "湖城", 2024).files() == in_2024.files()


def test_the_city_needs_nothing_that_is_shipped(examine, in_2024, toy, monkeypatch):
    def nothing(*parts):
        raise FileNotFoundError("/".join(parts))

    monkeypatch.setattr(loading, "shipped", nothing)
    assert examine(toy, 2024).files() == in_2024.files()


def test_the_command_from_a_shell(toy, tmp_path):
    program = "from tijian.shells.cli import main; main()"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "exam",
            toy,
            "--period",
            "2023",
            "--out",
            tmp_path / "o",
            "--no-reports",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "澄湖市 2023 年度城市体检（全部四区）" in done.stdout


def _strings(path):
    """Strings and names of a module, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id


@pytest.mark.parametrize("city", CITIES, ids=lambda c: c.name)
def test_no_line_of_code_names_a_city(city):
    document = yaml.safe_load((city / "city.yaml").read_text(encoding="utf-8"))
    areas = yaml.safe_load((city / "areas.yaml").read_text(encoding="utf-8"))["areas"]
    telling = {
        document["city"]["zh"],
        document["city"]["code"],
        document["crs"]["projected"],
        *document["systems"],
    }
    telling |= {a["zh"] for a in areas}
    found = [
        (path.name, word, text)
        for path in sorted(SOURCE.rglob("*.py"))
        if "shipped" not in path.parts
        for text in _strings(path)
        for word in telling
        if word in text
    ]
    assert not found
