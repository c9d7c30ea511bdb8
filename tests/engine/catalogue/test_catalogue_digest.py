"""A system is identified by what it says, not by how its files are written."""

import copy

import pytest
import yaml

from tijian.engine.catalogue.definition import Dimension, Indicator, Section, System, Variable
from tijian.engine.catalogue.systems import load_catalogue
from tijian.engine.kernel.shipped import shipped

GOOD = {
    "system.yaml": {
        "id": "s-1", "title": {"zh": "试", "en": "trial"}, "year": 2019, "issuer": "甲", "document": "乙",
        "origin": "国家", "status": "draft", "mark": "示例/待核", "unjudged": "", "extends": None,
        "dimensions": [{"id": "D", "zh": "维", "short": "维", "en": "d"}],
        "sections": [{"zh": "节", "dimension": "维"}],
    },
    "variables.yaml": {
        "road": {"zh": "路", "unit": "km", "aggregate": "sum", "kind": "存量", "period": "calendar_year",
                 "decimals": 1, "range": {"min": 1, "max": 9}, "levels": ["district"], "whole": False, "note": "注"},
        "built": {"zh": "区", "unit": "km2", "aggregate": "sum", "kind": "存量", "decimals": 2},
    },
    "indicators/X1.yaml": {
        "id": "X1", "revision": 1, "name": {"zh": "名", "en": "name"}, "dimension": "维", "section": "节",
        "meaning": "意思。", "concepts": ["绿色", "共享"], "origin": "国家", "kind": "导向", "unit": "km/km2",
        "decimals": 2, "direction": "higher", "scales": ["city", "district"],
        "period": {"type": "calendar_year", "as_of": "12-31"}, "methods": ["部门提报", "第三方计算"],
        "secrecy": "公开",
        "inputs": {"road": {"unit": "km", "zh": "路", "alias": "r"}, "built": {"unit": "km2", "zh": "区"}},
        "formula": "road / built", "compute": "road_density@1",
        "aggregate": {"numerator": "road", "denominator": "built"}, "zero_denominator": "无数据",
        "min_coverage": 1.0,
        "checks": {"min": 1, "max": 25, "jump": {"rel": 0.1}, "worsen2": {"abs": 0.5}, "classes": {"优": [1, 2]}},
        "materials": [{"zh": "图层", "required": True}], "links": [{"to": "s-2/X1", "kind": "same"}],
        "references": [{"number": "GB 1", "certainty": "待核"}], "note": "注", "provenance": "未核",
    },
}  # fmt: skip

SYSTEM = {
    "title": {"zh": "试二", "en": "trial"}, "year": 2020, "issuer": "丙", "document": "丁", "origin": "省",
    "status": "published", "mark": "", "unjudged": "没有标准", "extends": "s-0",
    "dimensions": [{"id": "E", "zh": "维", "short": "维", "en": "d"}], "sections": [],
}  # fmt: skip
VARIABLE = {
    "zh": "道路", "unit": "m", "aggregate": "own", "kind": "流量", "period": "heating_season", "decimals": 2,
    "range": {"min": 1, "max": 10}, "levels": ["city"], "whole": True, "note": "",
}  # fmt: skip
INDICATOR = {
    "revision": 2, "name": {"zh": "名二"}, "dimension": "维二", "section": None, "meaning": "另一意思。",
    "concepts": ["绿色"], "origin": None, "kind": "底线", "unit": "m/ha", "decimals": 3, "direction": "lower",
    "scales": ["city"], "period": {"type": "calendar_year"}, "methods": ["第三方计算", "部门提报"],
    "secrecy": "内部", "inputs": {"road": {"unit": "m", "zh": "路"}, "built": {"unit": "km2", "zh": "区"}},
    "formula": "road / built + 0", "compute": "road_density@2", "aggregate": "own", "zero_denominator": "不适用",
    "min_coverage": 0.9,
    "checks": {"min": 1, "max": 26, "jump": {"rel": 0.1}, "worsen2": {"abs": 0.5}},
    "materials": [], "links": [{"to": "s-2/X1", "kind": "renamed"}], "references": [], "note": "", "provenance": "",
}  # fmt: skip
CHANGES = [
    *((("system.yaml", key), value) for key, value in SYSTEM.items()),
    *((("variables.yaml", "road", key), value) for key, value in VARIABLE.items()),
    *((("indicators/X1.yaml", key), value) for key, value in INDICATOR.items()),
    (("indicators/X1.yaml", "name", "en"), "other"),
    (("indicators/X1.yaml", "period", "as_of"), "06-30"),
    (("indicators/X1.yaml", "inputs", "road", "zh"), "道路"),
    (("indicators/X1.yaml", "inputs", "road", "alias"), "s"),
    (("indicators/X1.yaml", "aggregate", "numerator"), "road + road"),
    (("indicators/X1.yaml", "checks", "jump"), {"abs": 0.1}),
    (("indicators/X1.yaml", "checks", "classes"), {"优": [1, 2.5]}),
    (("indicators/X1.yaml", "materials"), [{"zh": "图层", "required": False}]),
    (("indicators/X1.yaml", "references"), [{"number": "GB 1", "certainty": "已核"}]),
    (("indicators/X1.yaml", "scales"), ["district", "city"]),
    (("variables.yaml", "built", "decimals"), 3),
    (("variables.yaml", "lake"), {"zh": "湖", "unit": "km2", "aggregate": "sum", "kind": "存量", "decimals": 1}),
]  # fmt: skip


def write(folder, documents, *, backwards=False):
    for name, document in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shown = turned(document) if backwards else document
        path.write_text(yaml.safe_dump(shown, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def turned(document):
    if isinstance(document, dict):
        return {key: turned(document[key]) for key in reversed(document)}
    return [turned(one) for one in document] if isinstance(document, list) else document


def digest(folder):
    return load_catalogue([folder]).digest(folder.name)


@pytest.fixture
def good(tmp_path):
    return digest(write(tmp_path / "good" / "s-1", GOOD))


def test_every_field_of_the_documents_is_changed_somewhere_below():
    assert set(SYSTEM) == set(System.model_fields) - {"id"}
    assert set(VARIABLE) == set(Variable.model_fields)
    assert set(INDICATOR) == set(Indicator.model_fields) - {"id"}
    assert set(GOOD["system.yaml"]["dimensions"][0]) == set(Dimension.model_fields)
    assert set(GOOD["system.yaml"]["sections"][0]) == set(Section.model_fields)


@pytest.mark.parametrize(("path", "value"), CHANGES, ids=[".".join(p) for p, _ in CHANGES])
def test_a_change_of_any_field_changes_the_digest(tmp_path, good, path, value):
    documents = copy.deepcopy(GOOD)
    at = documents
    for key in path[:-1]:
        at = at[key]
    assert at.get(path[-1]) != value
    at[path[-1]] = value
    assert digest(write(tmp_path / "s-1", documents)) != good


def test_the_id_of_an_indicator_and_the_name_of_a_variable_count(tmp_path, good):
    documents = copy.deepcopy(GOOD)
    documents["indicators/X2.yaml"] = documents.pop("indicators/X1.yaml") | {"id": "X2"}
    one = digest(write(tmp_path / "a" / "s-1", documents))
    documents = copy.deepcopy(GOOD)
    documents["variables.yaml"]["street"] = documents["variables.yaml"].pop("road")
    other = digest(write(tmp_path / "b" / "s-1", documents))
    assert len({good, one, other}) == 3


def test_the_order_of_keys_and_the_way_of_writing_do_not_count(tmp_path, good):
    assert digest(write(tmp_path / "a" / "s-1", GOOD, backwards=True)) == good
    folder = write(tmp_path / "b" / "s-1", GOOD)
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        path.write_bytes(f"# 注释\n{text}".replace("\n", "\r\n").encode("gb18030"))
    assert digest(folder) == good


def test_a_default_written_out_and_one_left_out_are_the_same(tmp_path, good):
    documents = copy.deepcopy(GOOD)
    documents["variables.yaml"]["built"] |= {
        "period": "calendar_year",
        "range": None,
        "whole": False,
        "note": "",
    }
    assert digest(write(tmp_path / "s-1", documents)) == good


def test_a_whole_number_and_the_same_with_a_point_are_the_same(tmp_path, good):
    documents = copy.deepcopy(GOOD)
    documents["indicators/X1.yaml"]["checks"]["max"] = 25.0
    assert digest(write(tmp_path / "s-1", documents)) == good


def test_cases_are_no_part_of_the_definition(tmp_path, good):
    folder = write(tmp_path / "s-1", GOOD)
    (folder / "indicators" / "X1.cases.yaml").write_text(
        "- {name: 一, inputs: {road: 2, built: 1}, expect: 2.00, how: 除}\n", encoding="utf-8"
    )
    assert digest(folder) == good


def test_two_systems_read_together_keep_their_own_digests():
    basic = shipped("catalogues", "cn-2019-draft")
    local = shipped("cities", "shenyang", "catalogues", "shenyang-n-2019")
    alone, together = load_catalogue([basic]), load_catalogue([basic, local])
    assert alone.digest("cn-2019-draft") == together.digest("cn-2019-draft")
    assert together.digest("shenyang-n-2019") != together.digest("cn-2019-draft")
    assert together.system("N-PK1").id == "shenyang-n-2019"
    assert together.system("TC02").id == "cn-2019-draft"
