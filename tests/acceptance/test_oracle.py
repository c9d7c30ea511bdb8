"""Every cell of ``values.csv`` and ``dimensions.csv`` against an independent evaluation in pandas."""

import ast
from pathlib import Path

import pytest
from oracle_compare import differences, read_dimensions, read_values

# 2021 is a year in which some trends are not judged, and several criteria have other versions.
CITIES = (
    ("story", 2019),
    ("story", 2023),
    ("plain", 2019),
    ("plain", 2021),
    ("plain", 2023),
    ("worn", 2021),
)
COMPARED = {
    "system",
    "period",
    "strand",
    "value",
    "numerator",
    "denominator",
    "unit",
    "status",
    "coverage",
    "mark",
    "grade",
    "area_type",
    "criterion",
    "certainty",
    "method",
    "revision",
}


def test_the_oracle_imports_nothing_of_the_product():
    for path in sorted(Path(__file__).parent.glob("oracle*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert not [m for m in modules if m.split(".")[0] == "tijian"], path.name


@pytest.mark.parametrize(("kind", "year"), CITIES)
def test_every_cell(kind, year, examined, oracle):
    values, dimensions = read_values(examined(kind, year)), read_dimensions(examined(kind, year))
    assert len(values) == 47 * 10
    assert len(dimensions) == 8 * 10
    assert set(values.columns) == COMPARED | {"note"}
    for expected, got in (
        (oracle(kind).values(year), values),
        (oracle(kind).dimensions(year), dimensions),
    ):
        assert list(got.index) == list(expected.index)
        assert set(expected.columns) == set(got.columns) - {"note"}
        assert differences(expected, got.to_dict("index")) == []


def test_every_way_of_judging_was_met(oracle):
    """The comparison is worth something only where grades of all kinds stand."""
    tables = [oracle(kind).values(year) for kind, year in CITIES]
    grades = {g for t in tables for g in t["grade"]}
    assert grades >= {"优", "良", "中", "差", "合格", "不评级", "不适用", "无数据"}
    survey = tables[-1].loc["ST01", "grade"]
    assert (survey["210103"], survey["210112"]) == ("不评级", "不评级")
    worn = tables[-1]["grade"].unstack()
    # a revision that the criterion does not judge
    for key in ("EL06", "LC03", "CF02", "SR03", "N-WS3", "N-HT2"):
        assert set(worn.loc[key]) <= {"不评级", "不适用", "无数据"}
    # the same definition, or a criterion that names the new one
    for key in ("TC02", "LC04", "EL05"):
        assert {"良", "中"} & set(worn.loc[key])
    judges = {
        judgement["judge"]
        for criterion in oracle("story").files.criteria.values()
        for version in criterion["versions"]
        for judgement in version["levels"].values()
    }
    assert judges == {"cut", "own_trend", "pass", "none"}


def test_a_changed_cell_would_be_seen(examined, oracle):
    expected, got = oracle("story").values(2019), read_values(examined("story", 2019))
    for column, other in (("grade", "优"), ("value", "0"), ("numerator", "447.20001"), ("strand", "监测")):
        changed = got.copy()
        changed.loc[("TC02", "210103"), column] = other
        assert [d[:2] for d in differences(expected, changed.to_dict("index"))] == [
            (("TC02", "210103"), column)
        ]
