"""The folder that is made: its bytes, its documents, its completeness, and what must not be in it."""

import re

import pytest
import yaml

from tijian.engine.catalogue.consistency import check_city
from tijian.engine.catalogue.loading import load_city
from tijian.engine.compute.program import reported
from tijian.engine.exam.generate import generate
from tijian.engine.kernel.faults import Refused

SEED = 20190619


def test_same_seed_same_bytes(template, story, sick, tmp_path, tree):
    generate(template, SEED, tmp_path / "again", story)
    assert tree(tmp_path / "again") == tree(sick)


def test_another_seed_another_city(template, twin, tmp_path, tree):
    generate(template, SEED + 1, tmp_path / "other")
    one, other = tree(twin), tree(tmp_path / "other")
    assert one.keys() == other.keys()
    changed = {name for name in one if one[name] != other[name]}
    assert changed == {name for name in one if name.startswith("inputs/")}


def test_documents_are_those_of_the_template(template, twin):
    made = load_city(twin)
    check_city(made)
    assert made.areas == template.areas
    assert made.catalogue.digest("shenyang-n-2019") == template.catalogue.digest("shenyang-n-2019")
    assert made.doc.generator is None
    assert made.doc.model_dump(exclude={"generator", "layers"}) == template.doc.model_dump(
        exclude={"generator", "layers"}
    )
    assert {layer.mark for layer in made.doc.layers.values()} == {"合成"}


def test_every_asked_cell_stands_once(template, twin, table):
    rows = table(twin)
    years = range(2018, 2024)
    asked = {
        (name, area.code, year)
        for name, variable in template.catalogue.variables.items()
        for area in template.by_code.values()
        if reported(variable, area.level, lowest=not template.children[area.code])
        for year in ([2017, *years] if name == "nonpublic" else years)
    }
    assert set(rows) == asked
    assert {(r["strand"], r["mark"]) for r in rows.values()} == {("自体检", "合成")}
    for (name, _, _), row in rows.items():
        variable = template.catalogue.variables[name]
        assert row["unit"] == variable.unit
        digits = row["value"].partition(".")[2]
        assert len(digits) == (0 if variable.whole else variable.decimals)


def test_rows_are_in_the_one_order(template, twin, table):
    variables, areas = list(template.catalogue.variables), list(template.by_code)
    keys = [(variables.index(v), areas.index(a), y) for v, a, y in table(twin)]
    assert keys == sorted(keys)
    questions = [q.id for q in template.questionnaire.questions]
    keys = [(questions.index(q), areas.index(a), y) for q, a, y in table(twin, "survey")]
    assert keys == sorted(keys)


def test_examination_reads_it_without_fault(sick, inputs_of, table):
    inputs = inputs_of(sick)
    assert len(inputs.readings) == len(table(sick))
    assert len(inputs.survey) == len(table(sick, "survey"))
    assert {c.mark for c in inputs.survey.values()} == {"合成"}


def test_tables_open_in_chinese_spreadsheets(twin):
    for name in ("variables.csv", "survey.csv"):
        data = (twin / "inputs" / name).read_bytes()
        assert data.startswith("\ufeff".encode())
        assert b"\r" not in data


def test_nothing_of_the_story_is_left(sick, twin, story, tree):
    one, other = tree(sick), tree(twin)
    assert one.keys() == other.keys()
    assert not [n for n in one if "story" in n or "generator" in n or "recipe" in n]
    text = b"\n".join(v for k, v in one.items() if k.endswith((".yaml", ".csv"))).decode()
    for plant in story:
        assert plant.id not in text
    assert not re.search(r"multiplier|generator|story", yaml.safe_dump(yaml.safe_load(one["city.yaml"])))
    for name, data in one.items():
        if not name.startswith("inputs/"):
            assert data == other[name]


def test_parts_do_not_exceed_their_wholes(sick, twin, table):
    pairs = {
        "resident_pop_built": "resident_pop",
        "communities_elderly_ok": "communities",
        "old_estates_ok": "old_estates",
        "water_samples_ok": "water_samples_all",
        "heat_points_ok": "heat_points",
        "heated_area": "heat_due_area",
        "green_new_floor": "new_floor",
        "children_inclusive": "children_enrolled",
        "sections_ok": "sections_all",
    }
    for folder in (sick, twin):
        rows = table(folder)
        for (name, area, year), row in rows.items():
            if name in pairs:
                assert float(row["value"]) <= float(rows[pairs[name], area, year]["value"])


def test_a_taken_folder_is_refused(template, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="不存在的或空的文件夹"):
        generate(template, SEED, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_a_city_without_settings_is_refused(make_toy, tmp_path):
    folder = make_toy()
    (folder / "generator.yaml").unlink()
    with pytest.raises(Refused, match=r"没有生成器设置"):
        generate(load_city(folder), 1, tmp_path / "out")


def test_the_toy_has_neither_survey_nor_layers(make_toy, tmp_path, inputs_of, tree):
    generate(load_city(make_toy()), 1, tmp_path / "out")
    assert sorted(tree(tmp_path / "out")) == [
        "areas.yaml",
        "catalogues/toy-1/indicators/A1.yaml",
        "catalogues/toy-1/system.yaml",
        "catalogues/toy-1/variables.yaml",
        "city.yaml",
        "criteria/all.yaml",
        "inputs/variables.csv",
        "reports.yaml",
        "rules.yaml",
    ]
    inputs_of(tmp_path / "out")
