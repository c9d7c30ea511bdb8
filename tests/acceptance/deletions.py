"""Takes one input after the other out of an examination, in process or from the files."""

import random
import shutil
from collections import defaultdict
from dataclasses import dataclass, replace
from unittest.mock import patch

from oracle_dependants import bearing, survey_bearing, uses

from tijian.engine.exam import files as exam_files
from tijian.engine.exam.folder import open_folder
from tijian.engine.exam.run import run

SEED = 47


@dataclass(frozen=True, order=True)
class Cell:
    """One row of ``variables.csv`` or ``survey.csv``."""

    table: str
    name: str
    area: str
    year: int


def all_cells(oracle, examined):
    """List the rows that matter for a year: its own, those looked back on, its survey."""
    files = oracle.files
    cells = []
    for name, given in files.given.items():
        for year in range(files.years[0], examined + 1):
            places = given.status.index[given.status[year].eq(0)]
            cells += [Cell("variables", name, area, year) for area in places]
    survey = files.survey[files.survey["period"].eq(str(examined))]
    cells += [Cell("survey", r.question, r.area, examined) for r in survey.itertuples()]
    return sorted(cells)


def sample(cells, size):
    """Draw cells, seeded: of every variable one in every year as long as the size allows, then any."""
    chance = random.Random(SEED)  # noqa: S311 — no secret
    shuffled = chance.sample(cells, len(cells))
    groups = defaultdict(list)
    for cell in shuffled:
        groups[("survey", cell.year) if cell.table == "survey" else (cell.name, cell.year)].append(cell)
    newest = max(cell.year for cell in cells)
    first = [group[0] for (_, year), group in sorted(groups.items()) if year == newest]
    rest = [cell for cell in shuffled if cell not in set(first)]
    return sorted((first + rest)[:size])


class Engine:
    """A city opened once; readings are dropped from copies of its inputs."""

    def __init__(self, folder, examined):
        self.inputs, self.examined = open_folder(folder), examined
        self._keep_measurements()
        self.values, self.strands, self.dimensions = self.tables(self.inputs)

    def _keep_measurements(self):
        """Measure each year's layers once: no deletion here touches a layer."""
        programs = {}
        for key, program in self.inputs.programs.items():
            computation = program.computation
            if computation is not None and "survey" not in computation.needs:
                computation = replace(computation, run=_once(computation.run))
            programs[key] = replace(program, computation=computation)
        self.inputs = replace(self.inputs, programs=programs)

    def tables(self, inputs):
        """Examine and give values, strands and dimensions as the files write them.

        Findings and diagnosis are left out: none of the three rests on them.
        """
        nothing = {"find": lambda _facts: [], "diagnose": lambda _facts, _diseases: []}
        with patch.multiple("tijian.engine.exam.run", **nothing):
            results = run(inputs, self.examined)
        values = exam_files.values_rows(results)
        return values, exam_files.strands_rows(results), exam_files.dimensions_rows(results)

    def without(self, cell):
        """Examine without one reading."""
        if cell.table == "survey":
            survey = {k: v for k, v in self.inputs.survey.items() if k != (cell.name, cell.area, cell.year)}
            return self.tables(replace(self.inputs, survey=survey, _surveys={}))
        place = (cell.name, cell.area, str(cell.year))
        assert place in self.inputs.readings
        return self.tables(
            replace(self.inputs, readings={k: v for k, v in self.inputs.readings.items() if k != place})
        )


def _once(compute):
    kept = {}

    def remembered(material):
        if material.year not in kept:
            kept[material.year] = compute(material)
        return kept[material.year]

    return remembered


class Expectation:
    """What the oracle expects of a deletion."""

    def __init__(self, oracle, examined):
        self.oracle, self.examined, self.uses = oracle, examined, uses(oracle.files)
        oracle.values(examined)  # evaluated once; without a cell only what it bears on is evaluated again

    def bearing(self, cell):
        if cell.table == "survey":
            return survey_bearing(self.oracle.files, cell.name, cell.area)
        return bearing(self.oracle.files, self.uses, cell.name, cell.area, cell.year, self.examined)

    def after(self, cell):
        """Give the oracle of the city without a cell; what the cell does not bear on is not evaluated again."""
        files = self.oracle.files
        if cell.table == "survey":
            other = files.without_answer(cell.name, cell.area, cell.year)
            affected = {k for k, d in files.indicators.items() if d["methods"] == ["问卷调查"]}
        else:
            other = files.without(cell.name, cell.area, cell.year)
            affected = {use.indicator for use in self.uses[cell.name]}
        return self.oracle.without(other, affected)


def folder_without(folder, cell, target):
    """Copy a city folder and take one line out of its table."""
    shutil.copytree(folder, target)
    path = target / "inputs" / f"{cell.table}.csv"
    start = f"{cell.name},{cell.area},{cell.year},"
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8-sig")
    return target
