"""Variables as columns over all areas of a year, upper areas included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tijian.engine.catalogue.definition import Input, Variable
from tijian.engine.compute.program import reported
from tijian.engine.exam.inputs import Inputs, Reading
from tijian.engine.kernel.missing import Column, Status, ordered_sum
from tijian.engine.kernel.periods import PeriodType, Season, sub_periods
from tijian.engine.kernel.units import parse_unit

STRAND_ORDER = ("自体检", "第三方", "调查", "监测")


@dataclass
class Columns:
    """Gives variables over the areas of a city.

    Attributes:
        inputs: What was read.
        codes: All areas, lowest and upper, in the one order; the city stands last.
    """

    inputs: Inputs
    codes: tuple[str, ...] = field(init=False)
    _made: dict[tuple[str, int], Column] = field(default_factory=dict)
    _marks: dict[tuple[str, int], list[frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fix the order of areas."""
        self.codes = tuple(self.inputs.city.by_code)

    def variable(self, name: str) -> Variable:
        """Find a variable's definition."""
        return self.inputs.city.catalogue.variables[name]

    def reading(self, name: str, code: str, period: str) -> Reading | None:
        """Give the adopted reading of a variable: the chosen strand, else the first there is."""
        strands = self.inputs.readings.get((name, code, period))
        if strands is None:
            return None
        year = period[:4]
        choice = self.inputs.choices.get((name, code, int(year)))
        if choice is not None and choice.strand in strands:
            return strands[choice.strand]
        return next(strands[s] for s in STRAND_ORDER if s in strands)

    def asked(self, name: str, code: str) -> bool:
        """Tell whether a variable is reported for an area itself."""
        city = self.inputs.city
        return reported(self.variable(name), city.by_code[code].level, lowest=not city.children[code])

    def base(self, code: str, stop: frozenset[str]) -> tuple[str, ...]:
        """List the lowest examined areas below an area, not going below the levels of ``stop``."""
        city = self.inputs.city
        if not city.children[code] or city.by_code[code].level in stop:
            return (code,)
        return tuple(c for child in city.children[code] for c in self.base(child, stop))

    def stop_levels(self, names: Iterable[str]) -> frozenset[str]:
        """Name the levels at which variables say themselves that they are asked."""
        known = self.inputs.city.catalogue.variables
        return frozenset(
            level
            for n in names
            if n in known and known[n].aggregate != "own"
            for level in known[n].levels or ()
        )

    def annual(self, name: str, year: int) -> Column:
        """Give an annual variable over all areas, in its own unit; sums stand in upper areas."""
        key = (name, year)
        if key not in self._made:
            self._made[key], self._marks[key] = self._build(name, year)
        return self._made[key]

    def marks(self, name: str, year: int) -> list[frozenset[str]]:
        """Give the marks of an annual variable over all areas."""
        self.annual(name, year)
        return self._marks[(name, year)]

    def _build(self, name: str, year: int) -> tuple[Column, list[frozenset[str]]]:
        variable, stop = self.variable(name), self.stop_levels([name])
        cells: dict[str, float | Status] = {}
        marks: dict[str, frozenset[str]] = {}
        for code in self.codes:
            if self.asked(name, code):
                reading = self.reading(name, code, str(year))
                cells[code] = Status.NO_DATA if reading is None else reading.value
                marks[code] = frozenset([reading.mark] if reading is not None and reading.mark else [])
            else:
                cells[code], marks[code] = Status.NOT_APPLICABLE, frozenset()
        if variable.aggregate == "sum":
            for code in self.codes:
                parts = self.base(code, stop)
                if not self.asked(name, code) and parts != (code,):
                    cells[code] = ordered_sum(Column.of([cells[c] for c in parts]))
                    marks[code] = frozenset().union(*(marks[c] for c in parts))
        return Column.of([cells[c] for c in self.codes]), [marks[c] for c in self.codes]

    def parts(self, name: str, year: int, kind: PeriodType) -> list[Column]:
        """Give for each area the column of a variable's sub-periods within an annual period of some kind."""
        periods = sub_periods(year, kind, self.variable(name).period, self.season())
        columns = []
        for code in self.codes:
            if not self.asked(name, code):
                columns.append(Column.absent(len(periods), Status.NOT_APPLICABLE))
                continue
            readings = [self.reading(name, code, p) for p in periods]
            columns.append(Column.of([Status.NO_DATA if r is None else r.value for r in readings]))
        return columns

    def season(self) -> Season:
        """Give the city's 供暖季."""
        start, end = (
            tuple(int(x) for x in t.split("-")) for t in self.inputs.city.doc.calendar.heating_season
        )
        return Season((start[0], start[1]), (end[0], end[1]))


@dataclass
class YearReadings:
    """The readings of one year for one definition: in the units of its inputs, ``back`` years ago.

    Attributes:
        columns: All variables.
        given: The definition's inputs.
        kind: The annual period of the definition.
        values: Values of indicators that are inputs of others: (indicator, year) → column.
        year: The year evaluated.
        value_marks: Marks of those indicator values, by area.
    """

    columns: Columns
    given: dict[str, Input]
    kind: PeriodType
    values: dict[tuple[str, int], Column]
    year: int
    value_marks: dict[tuple[str, int], list[frozenset[str]]] = field(default_factory=dict)

    def annual(self, name: str, back: int) -> Column:
        """Give an input over all areas."""
        given = self.given[name]
        if given.indicator is not None:
            source = self.columns.inputs.programs[given.indicator].unit
            column = self.values.get((given.indicator, self.year - back))
            column = Column.absent(len(self.columns.codes)) if column is None else column
        else:
            source = parse_unit(self.columns.variable(name).unit)
            column = self.columns.annual(name, self.year - back)
        return column.scaled(float(source.to(parse_unit(given.unit))))

    def parts(self, name: str, back: int) -> list[Column]:
        """Give an input by sub-period for each area."""
        factor = float(parse_unit(self.columns.variable(name).unit).to(parse_unit(self.given[name].unit)))
        return [c.scaled(factor) for c in self.columns.parts(name, self.year - back, self.kind)]

    def marks(self, names: Iterable[str], depth: dict[str, int]) -> list[frozenset[str]]:
        """Give the marks of all inputs over all areas, look-back years included."""
        found: list[frozenset[str]] = [frozenset()] * len(self.columns.codes)
        for name in names:
            source = self.given[name].indicator
            for back in range(depth.get(name, 0) + 1):
                year = self.year - back
                more = self.value_marks.get((source, year)) if source else self.columns.marks(name, year)
                found = [a | b for a, b in zip(found, more or found, strict=True)]
        return found


def subset(column: Column, positions: NDArray[np.int64]) -> Column:
    """Give the cells at some positions, in their order."""
    return Column(column.values[positions], column.status[positions])
