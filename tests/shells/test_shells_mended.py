"""What acceptance tests found at the command line and in cases of definitions, one bug a test."""

import json
import re
import sys
from pathlib import Path

import pytest

from tijian.shells.cli import examine as command

ROOT = Path(__file__).parents[2]
SYSTEM = "catalogues/toy-2024"
ROW = "residents,990101001,2024,2.4,"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def exam(city, out, *more):
    return ("exam", city, "--period", 2024, "--out", out, "--no-reports", *more)


# ── cases of definitions ──


@pytest.mark.parametrize(
    ("indicator", "old", "new", "code"),
    [
        ("LV01", "residents: 2.5", "people: 2.5", "case.input"),
        ("LV01", "residents: 2.5", "residents: [2.5, 2.6]", "case.form"),
        ("WA02", "[0.4, 0.5, 0.9]", str([0.5] * 13), "case.periods"),
        ("WA02", "[0.4, 0.5, 0.9]", "0.4", "case.form"),
        ("MO02", "density: 1.5, ", "density: [1.5], ", "case.form"),
    ],
)
def test_a_faulty_case_is_refused(tijian, toy_copy, indicator, old, new, code):
    edit(toy_copy / SYSTEM / "indicators" / f"{indicator}.cases.yaml", old, new)
    (fault,) = tijian("catalogue", "check", toy_copy, "--json").refused
    assert (fault["code"], fault["file"]) == (code, f"toy-2024/indicators/{indicator}.cases.yaml")


def test_an_indicator_with_an_indicator_as_input_has_cases(tijian, toy_copy):
    path = toy_copy / SYSTEM / "indicators" / "MO02.cases.yaml"
    assert tijian("catalogue", "check", toy_copy).code == 0
    edit(path, "density: 1.5, built_area: 2.0, residents", "density: 3.0, built_area: 2.0, residents")
    (fault,) = tijian("catalogue", "check", toy_copy, "--json").refused
    assert (fault["code"], fault["value"], fault["expected"]) == ("case.wrong", "0.250", "0.125")


def test_an_indicator_that_ends_above_the_lowest_level(tijian, toy_copy):
    case = "- {name: 一, inputs: {gdp: 80, residents: 8}, expect: 10.0, how: 80 ÷ 8}\n"
    (toy_copy / SYSTEM / "indicators" / "VT01.cases.yaml").write_text(case, encoding="utf-8")
    assert tijian("catalogue", "check", toy_copy).code == 0


def test_an_indicator_of_the_city_alone(tijian, toy_copy):
    """What the city reports stands there; what is summed stands in an area below."""
    edit(toy_copy / SYSTEM / "indicators" / "VT01.yaml", "[city, district]", "[city]")
    edit(
        toy_copy / SYSTEM / "variables.yaml",
        "decimals: 1, levels: [city, district]",
        "decimals: 1, levels: [city]",
    )
    case = "- {name: 一, inputs: {gdp: 80, residents: 8}, expect: 10.0, how: 80 ÷ 8}\n"
    (toy_copy / SYSTEM / "indicators" / "VT01.cases.yaml").write_text(case, encoding="utf-8")
    answer = tijian("catalogue", "check", toy_copy / SYSTEM)
    assert answer.code == 0, answer.err


def test_variables_asked_at_districts_only(tijian, toy_copy):
    path = toy_copy / SYSTEM / "variables.yaml"
    for name in ("bridges_ok", "bridges_all"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(rf"({name}: .*aggregate: sum,)", r"\1 levels: [district],", text), encoding="utf-8"
        )
    edit(toy_copy / SYSTEM / "indicators" / "SA02.yaml", "[city, district, street]", "[city, district]")
    assert tijian("catalogue", "check", toy_copy).code == 0


def test_a_draft_without_cases_passes_and_is_listed(tijian, toy_copy):
    (toy_copy / SYSTEM / "indicators" / "SA01.cases.yaml").unlink()
    answer = tijian("catalogue", "check", toy_copy)
    assert answer.code == 0, answer.err
    assert "没有用例：SA01（草稿可以没有，公布前要补）" in answer.out


def test_survey_cases_of_a_system_by_itself_are_not_run(tijian):
    answer = tijian("catalogue", "check", ROOT / "catalogues" / "cn-2019-draft")
    assert answer.code == 0, answer.err
    assert re.search(r"^用例 (\d+)/\1，未跑 \d+（问卷用例，要在城市文件夹里验算）$", answer.out, re.MULTILINE)
    own = ROOT / "cities" / "shenyang" / "catalogues" / "shenyang-n-2019"
    assert tijian("catalogue", "check", own).code == 0


def test_documents_and_formulas_of_a_catalogue_are_told_at_once(tijian, toy_copy):
    edit(toy_copy / "bodies.yaml", "owns: [aqi, ", "owns: [")
    edit(toy_copy / SYSTEM / "indicators" / "LV01.yaml", "formula: residents", "formula: log(residents)")
    found = tijian("catalogue", "check", toy_copy, "--json").refused
    assert {f["file"] for f in found} == {"toy/bodies.yaml", "toy-2024/indicators/LV01.yaml"}


# ── writing ──


def test_out_that_is_a_file_is_refused_before_computing(tijian, toy, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    for out in (tmp_path / "out", tmp_path / "out" / "deeper"):
        answer = tijian(*exam(toy, out, "--json"))
        assert (answer.code, [f["code"] for f in answer.refused]) == (1, ["out.file"])
    assert tijian("city", "generate", tmp_path / "out" / "x", "--template", toy, "--seed", 1).code == 1
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def _interrupted(monkeypatch, after):
    real, written = Path.write_bytes, []

    def write(path, data):
        written.append(path)
        if len(written) > after:
            raise KeyboardInterrupt
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", write)


def test_an_interruption_while_writing_leaves_nothing(tijian, toy, tmp_path, monkeypatch):
    _interrupted(monkeypatch, 3)
    assert tijian(*exam(toy, tmp_path / "out")).code == 1
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_a_folder_that_was_there_as_it_was(tijian, toy, tmp_path, tree, monkeypatch):
    out = tmp_path / "out"
    assert tijian(*exam(toy, out, "--only", "LV01")).code == 0
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    before = tree(out)
    with monkeypatch.context() as patch:
        _interrupted(patch, 3)
        assert tijian(*exam(toy, out)).code == 1
    assert tree(out) == before
    assert tijian(*exam(toy, out)).code == 0
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert tree(out)["values.csv"] != before["values.csv"]
    assert not [name for name in tree(out) if name.startswith(".")]


def test_a_folder_where_a_file_should_go_is_told(tijian, toy, tmp_path):
    (tmp_path / "out" / "values.csv").mkdir(parents=True)
    answer = tijian(*exam(toy, tmp_path / "out", "--json"))
    assert (answer.code, [f["code"] for f in answer.refused]) == (1, ["out.folder"])
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["values.csv"]


def test_an_interruption_is_told(tijian, toy, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "tables", stop)
    answer = tijian(*exam(toy, tmp_path / "out"))
    assert answer.code == 1
    assert answer.err.endswith("已中断，没有写出结果。\n")


def test_faults_as_json_are_not_mixed_with_progress(tijian, toy, toy_copy, tmp_path):
    assert tijian(*exam(toy, tmp_path / "out", "--json")).err == ""
    (toy_copy / "inputs" / "layers" / "roads-2024.geojson").write_text("{", encoding="utf-8")
    assert json.loads(tijian(*exam(toy_copy, tmp_path / "out", "--json")).err)["refused"]


def test_faults_of_seven_kinds_are_told_at_once(tijian, toy_copy, tmp_path):
    edit(toy_copy / "bodies.yaml", "owns: [aqi, ", "owns: [")
    edit(toy_copy / "criteria" / "all.yaml", "[90, 80, 70]", "[70, 80, 90]")
    edit(toy_copy / SYSTEM / "indicators" / "LV01.yaml", "formula: residents", "formula: log(residents)")
    edit(toy_copy / "areas.yaml", 'parent: "990103"', 'parent: "990109"')
    edit(toy_copy / "inputs" / "variables.csv", ROW, ROW.replace("2.4", "NaN"))
    edit(toy_copy / "inputs" / "adopted.csv", "逐个现场数过", "")
    (toy_copy / "boundaries" / "areas.geojson").write_text("{}", encoding="utf-8")
    found = tijian(*exam(toy_copy, tmp_path / "out", "--json")).refused
    assert len({f["file"] for f in found}) == 7


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("city.yaml", "{id: district, zh", "{id: districts, zh", "area.level"),
        (f"{SYSTEM}/variables.yaml", "unit: 万人,", "unit: 万仁,", "unit.unknown"),
    ],
)
def test_inputs_are_not_read_by_what_is_wrong_itself(tijian, toy_copy, tmp_path, file, old, new, code):
    edit(toy_copy / file, old, new)
    found = tijian(*exam(toy_copy, tmp_path / "out", "--json")).refused
    assert code in {f["code"] for f in found}
    assert not [f for f in found if "/inputs/" in f["file"]]


# ── words ──


@pytest.mark.parametrize("arguments", [(), ("catalogue",)])
def test_without_words_the_help_is_shown(tijian, arguments):
    answer = tijian(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "用法：" in answer.err
    assert "没有这个命令" not in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exam", "a", "b", "--period", "2019", "--out", "o"), "多写了：b。"),
        (("exam", "a", "--period"), "--period 后面要写值。"),
        (("exam", "a", "--json=1", "--period", "2019", "--out", "o"), "--json 不带值。"),
        (("examine",), "没有这个命令：examine，是不是 exam 或 explain。"),
        (("catalogue", "chekc"), "没有这个命令：chekc，是不是 check。"),
        (("it's",), "没有这个命令：it's。"),
    ],
)
def test_wrong_usage_is_chinese_and_true(tijian, arguments, words):
    answer = tijian(*arguments)
    assert (answer.code, answer.err) == (2, f"{words}看用法请加 --help。\n")


HELPS = [
    (),
    ("exam",),
    ("explain",),
    ("catalogue",),
    ("catalogue", "check"),
    ("city", "generate"),
    ("report", "trace"),
]


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_help_is_chinese_throughout(tijian, arguments, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["tijian"])
    text = tijian(*arguments, "--help").out
    assert text.startswith("用法：tijian ")
    assert not re.search(
        r"Usage|Options|OPTIONS|Commands|COMMAND|ARGS|Arguments|Show this|required|default|<(int|path|str)",
        text,
    )


def test_every_command_has_a_help(tijian):
    for name in ("exam", "explain", "version", "catalogue", "city", "report"):
        assert re.search(rf"^ +{name} .*[一-鿿]", tijian("--help").out, re.MULTILINE)


def test_areas_of_several_levels_are_not_all_districts(tijian, toy, tmp_path):
    assert "12 个地区（含全市）" in tijian(*exam(toy, tmp_path / "out")).out
