"""One thing broken: exit code 1, the fault told in full, nothing written, no traceback."""

import re

import pytest
from breakages import (
    ADOPTED,
    ALL,
    AREAS,
    BOUNDARY,
    CITY,
    CRITERIA,
    HEADER,
    REPORTS,
    ROW,
    RULES,
    SYSTEM,
    VARIABLES,
    bytes_of,
    edit,
    geojson,
    indicator,
    put,
    remove,
)

KEYS = {"code", "file", "place", "value", "expected", "hint"}
CHINESE = re.compile(r"[一-鿿]")


def named(folder, file):
    """Name a file as faults do: with the folder of the city, or of the system."""
    if file.startswith(SYSTEM):
        return file.removeprefix("catalogues/")
    return f"{folder}/{file}" if file else folder


@pytest.mark.parametrize("broken", ALL, ids=str)
def test_it_is_refused_named_and_nothing_is_written(broken, copy, exam, tmp_path):
    folder = copy(broken.city)
    broken.do(folder)

    as_json = exam(folder, "--json")
    assert as_json.code == 1, as_json.err
    assert "Traceback" not in as_json.err
    (fault,) = as_json.refused
    assert set(fault) == KEYS
    file = named(folder.name, broken.file)
    told = {"code": broken.code, "file": file, "place": broken.place, "value": broken.value}
    assert {k: fault[k] for k, v in told.items() if v is not ...} == {
        k: v for k, v in told.items() if v is not ...
    }
    assert CHINESE.search(fault["expected"] + fault["hint"])
    assert fault["hint"]
    for word in broken.words:
        assert word in f"{fault['expected']}。{fault['hint']}"

    plain = exam(folder)
    assert plain.code == 1
    assert plain.out == ""
    assert "没有通过，共 1 处，什么也没有写出：" in plain.err
    where = f"{file}，{fault['place']}" if fault["place"] else file
    what = f"写的是“{fault['value']}”，" if fault["value"] else ""
    assert f"  1. {where}：{what}应为{fault['expected']}。{fault['hint']}" in plain.err
    assert "Traceback" not in plain.err
    assert not (tmp_path / "out").exists()


def test_seven_documents_broken_in_seven_files_are_all_told(copy, exam, tmp_path):
    folder = copy()
    for step in (
        edit(AREAS, 'code: "990104"', "code: 990104"),
        edit(RULES, "min_coverage: 0.8", "min_coverage: 80%"),
        edit(REPORTS, "secrecy: 公开", "secrecy: 机密"),
        edit(CRITERIA, "kind: 专家", "kind: 熟人"),
        edit(f"{SYSTEM}/system.yaml", "year: 2024", "year: 今年"),
        edit(f"{SYSTEM}/variables.yaml", "aggregate: none", "aggregate: mean"),
        edit(indicator("LV01"), "decimals: 2", "decimals: 两位"),
    ):
        step(folder)
    answer = exam(folder, "--json")
    assert answer.code == 1
    assert {f["file"] for f in answer.refused} == {
        "toy/areas.yaml",
        "toy/rules.yaml",
        "toy/reports.yaml",
        "toy/criteria/all.yaml",
        "toy-2024/system.yaml",
        "toy-2024/variables.yaml",
        "toy-2024/indicators/LV01.yaml",
    }
    values = {f["value"] for f in answer.refused}
    assert {"990104", "80%", "机密", "熟人", "今年", "mean", "两位"} <= values
    assert not (tmp_path / "out").exists()


def test_every_faulty_input_is_told_at_once(copy, exam, tmp_path):
    folder = copy()
    for step in (
        edit(VARIABLES, ROW, ROW.replace("2.4", "NaN").replace("万人", "万仁")),
        edit(VARIABLES, "residents,990101002,2024,1.5,万人", "residents,990101002,2024,1.5,km"),
        edit(VARIABLES, "land,990101001,2024", "land,990101001,24"),
        edit(ADOPTED, "逐个现场数过", ""),
        put("inputs/revisions.csv", "indicator,revision,from,link\nVT01,2,2023,改了\n"),
        geojson(BOUNDARY, lambda features: features.pop(1)),
    ):
        step(folder)
    answer = exam(folder, "--json")
    told = [(f["code"], f["file"].removeprefix("toy/")) for f in answer.refused]
    assert told == [
        ("cell.number", VARIABLES),
        ("cell.unit", VARIABLES),
        ("cell.period", VARIABLES),
        ("cell.reason", ADOPTED),
        ("cell.link", "inputs/revisions.csv"),
        ("boundary.area", BOUNDARY),
    ]
    assert not (tmp_path / "out").exists()


def test_what_was_there_before_stays_as_it_was(copy, exam, tmp_path):
    folder = copy()
    assert exam(folder).code == 0
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    edit(VARIABLES, ROW, ROW.replace("2.4", "NaN"))(folder)
    assert exam(folder).code == 1
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == before


def test_no_folder_at_all(exam, tmp_path):
    answer = exam(tmp_path / "nowhere")
    assert answer.code == 1
    assert "nowhere：应为一个城市文件夹，内有 city.yaml。请检查路径" in answer.err


def test_a_city_without_system_document_is_told_both(copy, exam):
    folder = copy()
    remove(f"{SYSTEM}/system.yaml")(folder)
    remove(f"{SYSTEM}/variables.yaml")(folder)
    assert [f["code"] for f in exam(folder, "--json").refused] == ["file.missing", "file.missing"]


@pytest.mark.parametrize("command", ["check", "explain", "generate"])
def test_the_other_commands_refuse_alike(command, copy, tijian, tmp_path):
    folder = copy()
    edit(CITY, "lookback: 2022", "lookback: 早几年")(folder)
    arguments = {
        "check": ("catalogue", "check", folder),
        "explain": ("explain", "LV01", "990101", 2024, "--data", folder),
        "generate": ("city", "generate", tmp_path / "out", "--template", folder, "--seed", 1),
    }[command]
    answer = tijian(*arguments, "--json")
    assert answer.code == 1
    assert [(f["file"], f["place"], f["value"]) for f in answer.refused] == [
        ("toy/city.yaml", "第 7 行，years.lookback", "早几年")
    ]
    assert not (tmp_path / "out").exists()


def test_columns_may_stand_in_another_order(copy, exam, tmp_path):
    folder = copy()
    assert exam(folder).code == 0
    before = (tmp_path / "out" / "values.csv").read_bytes()

    def turned(data):
        rows = [line.split(",") for line in data.decode("utf-8-sig").splitlines()]
        return "\n".join(",".join(reversed(row)) for row in rows).encode()

    assert HEADER in (folder / VARIABLES).read_text(encoding="utf-8-sig")
    bytes_of(VARIABLES, turned)(folder)
    assert exam(folder).code == 0
    assert (tmp_path / "out" / "values.csv").read_bytes() == before
