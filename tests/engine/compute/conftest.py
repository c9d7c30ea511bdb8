"""Readings written down by hand, for formulas without an examination around them."""

import pytest

from tijian.engine.catalogue.systems import load_catalogue
from tijian.engine.compute.formula.evaluate import Evaluation
from tijian.engine.compute.formula.syntax import parse
from tijian.engine.kernel.missing import Column, Status
from tijian.engine.kernel.shipped import shipped
from tijian.engine.kernel.units import parse_unit


class Written:
    """Cells by variable: ``annual[name][back]`` over areas, ``parts[name][back]`` a list an area."""

    def __init__(self, annual, parts):
        self.cells, self.inner = annual, parts

    def annual(self, name, back):
        return Column.of(self.cells[name][back])

    def parts(self, name, back):
        return [Column.of(cells) for cells in self.inner[name][back]]


@pytest.fixture
def evaluated():
    """Evaluate a text; cells are given as ``{name: [this year, last year, …]}``, each a list over areas."""

    def run(text, units, annual=None, parts=None, **options):
        given = annual or parts
        n = len(next(iter(given.values()))[0])
        parsed = {name: parse_unit(unit) for name, unit in units.items()}
        evaluation = Evaluation(parsed, Written(annual or {}, parts or {}), n, **options)
        column = evaluation.run(parse(text) if isinstance(text, str) else text)
        return [column.cell(i) for i in range(n)], evaluation

    return run


@pytest.fixture
def no_data():
    return Status.NO_DATA


@pytest.fixture
def not_applicable():
    return Status.NOT_APPLICABLE


@pytest.fixture(scope="session")
def shipped_catalogue():
    return load_catalogue(
        [
            shipped("catalogues", "cn-2019-draft"),
            shipped("cities", "shenyang", "catalogues", "shenyang-n-2019"),
        ]
    )
