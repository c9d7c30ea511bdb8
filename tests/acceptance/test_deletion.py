"""One input taken out: exactly what depends on it is 无数据, everything else stays byte for byte."""

import pytest
from acceptance_setting import LONG
from deletions import Cell, Engine, Expectation, all_cells, sample
from oracle_compare import DIMENSIONS, VALUES, by_place, differences

from tijian.engine.exam import files as exam_files

SIZES = {2019: 0, 2022: 300} if LONG else {2019: 60, 2022: 8}  # 0: all, about 1,750
GRADE_ONLY = {"grade", "note"}
LOST = ("无数据", "")


@pytest.fixture(scope="module")
def engine(city):
    made = {}

    def make(year):
        if year not in made:
            made[year] = Engine(city("story"), year)
        return made[year]

    return make


@pytest.fixture(scope="module")
def expectation(oracle):
    made = {year: Expectation(oracle("story"), year) for year in SIZES}
    return made.__getitem__


def changed_columns(header, before, after):
    """Give the columns that differ, by place; rows keep their order."""
    found = {}
    for old, new in zip(before, after, strict=True):
        assert old[1:3] == new[1:3]
        different = {h for h, a, b in zip(header, old, new, strict=True) if a != b}
        if different:
            found[(new[1], new[2])] = different
    return found


def check_values(cell, bears, engine, after, expected):
    header = exam_files.VALUES
    changed = changed_columns(header, engine.values, after)
    assert set(changed) <= bears.rows(), (cell, "a row that does not depend on it has changed")
    got = by_place(header, after, VALUES)
    for place in bears.lost:
        assert (got[place]["status"], got[place]["value"]) == LOST, (cell, place)
        assert got[place]["grade"] == "无数据", (cell, place)
    for place in bears.switched:
        assert (got[place]["strand"], got[place]["status"]) == ("第三方", "有值"), (cell, place)
    for place in bears.shown:
        assert changed[place] <= {"numerator", "denominator"}, (cell, place)
    for place in bears.judged & set(changed):
        assert changed[place] <= GRADE_ONLY, (cell, place)
    keys = {key for key, _ in bears.rows()}
    if keys:
        assert differences(expected.values(engine.examined, keys), got) == [], cell


def check_dimensions(cell, bears, engine, after, expected, definitions):
    old = by_place(exam_files.DIMENSIONS, engine.dimensions, DIMENSIONS)
    new = by_place(exam_files.DIMENSIONS, after, DIMENSIONS)
    lost = {(area, definitions[key]["dimension"]) for key, area in bears.lost}
    touched = {(area, definitions[key]["dimension"]) for key, area in bears.rows()}
    for place, before in old.items():
        if place in lost:
            assert float(new[place]["coverage"]) < float(before["coverage"]), (cell, place)
        elif place in touched:
            assert new[place]["coverage"] == before["coverage"], (cell, place)
        else:
            assert new[place] == before, (cell, place)
    assert differences(expected.dimensions(engine.examined), new) == [], cell


def check_strands(cell, bears, engine, after):
    """A strand that is not adopted loses its value in strands.csv, and only there."""
    got = {(r[0], r[1], r[3]): r for r in after}
    for old in engine.strands:
        new = got[(old[0], old[1], old[3])]
        if (old[0], old[1]) in bears.beside and old[3] == "自体检":
            assert (new[8], new[4]) == LOST, (cell, new)
        elif (old[0], old[1]) not in bears.rows():
            assert new == old, (cell, new)


CASES = [pytest.param(year, n, id=f"{year}-{n or 'all'}") for year, n in SIZES.items()]


@pytest.mark.parametrize(("year", "size"), CASES)
def test_every_input(year, size, engine, expectation):
    """Over the inputs of the year, those it looks back on, and its survey; size 0 means all."""
    engine, expectation = engine(year), expectation(year)
    cells = all_cells(expectation.oracle, year)
    for cell in sample(cells, size) if size else cells:
        bears = expectation.bearing(cell)
        values, strands, dimensions = engine.without(cell)
        expected = expectation.after(cell)
        check_values(cell, bears, engine, values, expected)
        check_dimensions(cell, bears, engine, dimensions, expected, expectation.oracle.files.indicators)
        check_strands(cell, bears, engine, strands)


def test_nearly_every_input_of_the_year_is_used(expectation):
    """Only what diseases alone look at, and answers that do not count, bear on no row."""
    e = expectation(2019)
    idle = {c.name for c in all_cells(e.oracle, 2019) if c.year == 2019 and not e.bearing(c).rows()}
    assert idle == {"valid_days", "road_length", "Q39"}
    beside = [e.bearing(c) for c in all_cells(e.oracle, 2019) if c.name == "road_length" and c.year == 2019]
    assert all(b.beside for b in beside)


def test_a_weight_is_an_input_of_the_upper_value_only(engine, expectation):
    cell = Cell("variables", "resident_pop", "210103", 2019)
    bears = expectation(2019).bearing(cell)
    assert bears.shown == {("DI04", "210103"), ("DI05", "210103")}
    assert {("DI04", "210100"), ("DI05", "210100"), ("UV04", "210103")} <= bears.lost
    values = by_place(exam_files.VALUES, engine(2019).without(cell)[0], VALUES)
    assert values[("DI04", "210103")]["status"] == "有值"
    assert values[("DI04", "210100")]["status"] == "无数据"
