"""Indicators over areas and years: every strand, and upper areas from summed parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tijian.engine.catalogue.definition import STRAND_OF
from tijian.engine.compute.formula.evaluate import Evaluation, arithmetic
from tijian.engine.compute.formula.syntax import Node, names
from tijian.engine.compute.geo.graph import Graph
from tijian.engine.compute.program import Program, Ratio
from tijian.engine.compute.registry import Computation, Computed
from tijian.engine.exam.columns import Columns, YearReadings, subset
from tijian.engine.exam.inputs import Inputs
from tijian.engine.exam.steps import computed
from tijian.engine.kernel.missing import Column, Status, ordered_sum
from tijian.engine.kernel.units import parse_unit

T = TypeVar("T")


@dataclass(frozen=True)
class Strand:
    """One indicator of one year by one way of getting it, over all areas.

    Attributes:
        name: 自体检, 第三方 or 调查.
        value: In the indicator's unit, unrounded.
        numerator, denominator: In the units of the definition's inputs; 不适用 where there is none.
        coverage: Share of parts present, shape (n,).
        marks: Marks of what went in, by area.
        method: ``formula`` or the function's name.
        detail: Facts for the explanation, by area.
    """

    name: str
    value: Column
    numerator: Column
    denominator: Column
    coverage: NDArray[np.float64]
    marks: list[frozenset[str]]
    method: str
    detail: list[Mapping[str, str]]


@dataclass
class Evaluator:
    """Evaluates indicators over all areas of a city, each (indicator, year) once."""

    inputs: Inputs
    columns: Columns = field(init=False)
    adopted: dict[tuple[str, int], Column] = field(default_factory=dict)
    adopted_marks: dict[tuple[str, int], list[frozenset[str]]] = field(default_factory=dict)
    _strands: dict[tuple[str, int], dict[str, Strand]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the city's areas."""
        self.columns = Columns(self.inputs)
        self.position = {c: i for i, c in enumerate(self.columns.codes)}

    def strands(self, key: str, year: int) -> dict[str, Strand]:
        """Give every strand of an indicator in a year, in the order of its methods."""
        if (key, year) not in self._strands:
            program = self.inputs.programs[key]
            for given in program.indicator.inputs.values():
                if given.indicator is not None:
                    self._need(given.indicator, year, program.depth)
            made = {}
            for method in program.indicator.methods:
                strand = STRAND_OF[method]
                if method == "部门提报":
                    made[strand] = self._by_formula(program, year)
                elif program.computation is not None:
                    made[strand] = self._by_function(program, program.computation, strand, year)
            self._strands[(key, year)] = {s: self._scaled_to(program, x) for s, x in made.items()}
        return self._strands[(key, year)]

    def _need(self, key: str, year: int, depth: dict[str, int]) -> None:
        for back in range(max(depth.values(), default=0) + 1):
            if (key, year - back) not in self.adopted:
                column, picked, _ = self.adopt(key, year - back)
                self.adopted[(key, year - back)] = column
                self.adopted_marks[(key, year - back)] = [s.marks[i] for i, s in enumerate(picked)]

    def adopt(self, key: str, year: int) -> tuple[Column, list[Strand], list[bool]]:
        """Give the adopted value of an indicator over all areas.

        The office's choice; without one the first strand in the definition's ``methods`` that has a value.

        Returns:
            The values, the strand of each area, and whether each was chosen.
        """
        strands = self.strands(key, year)
        picked: list[Strand] = []
        chosen: list[bool] = []
        for i, code in enumerate(self.columns.codes):
            choice = self.inputs.choices.get((key, code, year))
            if choice is not None and choice.strand in strands:
                picked.append(strands[choice.strand])
                chosen.append(True)
            else:
                present = [s for s in strands.values() if s.value.status[i] == Status.PRESENT]
                picked.append(present[0] if present else next(iter(strands.values())))
                chosen.append(False)
        return Column.of([s.value.cell(i) for i, s in enumerate(picked)]), picked, chosen

    def _scaled_to(self, program: Program, strand: Strand) -> Strand:
        """Take away values at levels where the indicator does not exist."""
        city = self.inputs.city
        here = np.array([city.by_code[c].level in program.indicator.scales for c in self.columns.codes])

        def keep(column: Column) -> Column:
            status = np.where(here, column.status, np.uint8(Status.NOT_APPLICABLE))
            return Column(np.where(here, column.values, np.nan), status)

        return Strand(
            strand.name,
            keep(strand.value),
            keep(strand.numerator),
            keep(strand.denominator),
            np.where(here, strand.coverage, 0.0),
            [m if h else frozenset() for m, h in zip(strand.marks, here, strict=True)],
            strand.method,
            strand.detail,
        )

    # ── the formula ──

    def _by_formula(self, program: Program, year: int) -> Strand:
        indicator, n = program.indicator, len(self.columns.codes)
        readings = YearReadings(
            self.columns, indicator.inputs, indicator.period.type, self.adopted, year, self.adopted_marks
        )
        run = Evaluation(program.units, readings, n, program.on_zero, indicator.min_coverage)
        if program.formula is None:
            raise LookupError(indicator.id)
        value = run.run(program.formula).scaled(program.formula_factor)
        coverage = run.coverage.copy()
        ratio = program.shown_ratio
        numerator = run.run(ratio.numerator) if ratio is not None else Column.absent(n, Status.NOT_APPLICABLE)
        denominator = (
            run.run(ratio.denominator)
            if ratio is not None and ratio.denominator is not None
            else Column.absent(n, Status.NOT_APPLICABLE)
        )
        marks = readings.marks(indicator.inputs, program.depth)
        strand = Strand("自体检", value, numerator, denominator, coverage, marks, "formula", [{}] * n)
        if program.ratio is not None:
            return self._summed(program, program.ratio, strand)
        if program.weight is not None:
            return self._weighted(program, readings.annual(program.weight, 0), strand)
        return strand

    def _is_own(self, program: Program, node: Node) -> bool:
        """Tell whether an expression is evaluated at the upper area itself."""
        known = self.columns.inputs.city.catalogue.variables
        return any(
            program.indicator.inputs[n].indicator is not None or known[n].aggregate == "own"
            for n in names(node)
        )

    def _parts(self, code: str, program: Program) -> NDArray[np.int64]:
        """Positions of the areas that an upper area is summed from."""
        stop = self.columns.stop_levels(program.indicator.inputs)
        return np.array([self.position[c] for c in self.columns.base(code, stop)])

    def _summed(self, program: Program, ratio: Ratio, strand: Strand) -> Strand:
        value = [strand.value.cell(i) for i in range(len(self.columns.codes))]
        above = [strand.numerator.cell(i) for i in range(len(value))]
        below = [strand.denominator.cell(i) for i in range(len(value))]
        coverage, marks = strand.coverage.copy(), list(strand.marks)
        own_above = self._is_own(program, ratio.numerator)
        own_below = ratio.denominator is not None and self._is_own(program, ratio.denominator)
        for i, code in enumerate(self.columns.codes):
            parts = self._parts(code, program)
            if len(parts) == 1 and parts[0] == i:
                continue
            a, b = subset(strand.numerator, parts), subset(strand.denominator, parts)
            if not (own_above or own_below):
                a, b = _together(a, b)
            limit = program.indicator.min_coverage
            if not own_above:
                above[i], coverage[i] = _partial_sum(a, limit)
            if not own_below:
                below[i], share = _partial_sum(b, limit)
                coverage[i] = min(coverage[i], share)
            marks[i] = marks[i].union(*(strand.marks[p] for p in parts))
            value[i] = quotient(above[i], below[i], program.on_zero, ratio.factor)
        return Strand(
            strand.name,
            Column.of(value),
            Column.of(above),
            Column.of(below),
            coverage,
            marks,
            strand.method,
            strand.detail,
        )

    def _weighted(self, program: Program, weight: Column, strand: Strand) -> Strand:
        value = [strand.value.cell(i) for i in range(len(self.columns.codes))]
        coverage, marks = strand.coverage.copy(), list(strand.marks)
        for i, code in enumerate(self.columns.codes):
            parts = self._parts(code, program)
            if len(parts) == 1 and parts[0] == i:
                continue
            marks[i] = marks[i].union(*(strand.marks[p] for p in parts))
            v, w = subset(strand.value, parts), subset(weight, parts)
            v, w = _together(v, w)
            product = arithmetic("*", v, w, program.on_zero)
            above, coverage[i] = _partial_sum(product, program.indicator.min_coverage)
            below, _ = _partial_sum(w, program.indicator.min_coverage)
            value[i] = quotient(above, below, program.on_zero, 1.0)
        return Strand(
            strand.name,
            Column.of(value),
            strand.numerator,
            strand.denominator,
            coverage,
            marks,
            strand.method,
            strand.detail,
        )

    # ── a registered function ──

    def _by_function(self, program: Program, computation: Computation, name: str, year: int) -> Strand:
        city, codes = self.inputs.city, self.columns.codes
        lowest = tuple(c for c in codes if not city.children[c])
        material = YearMaterial(self.inputs, year, codes if computation.own else lowest)
        found = computed(computation, material, self.inputs.steps, self.inputs.done)
        factor = float(
            parse_unit(computation.numerator_unit)
            .times(parse_unit(computation.denominator_unit), -1)
            .to(program.unit)
        )
        none = Computed(Status.NOT_APPLICABLE, Status.NOT_APPLICABLE, {})
        results = [found.get(c, none) for c in codes]
        above = [r.numerator for r in results]
        below = [r.denominator for r in results]
        coverage = np.ones(len(codes))
        for i, code in enumerate(codes):
            if computation.own or not city.children[code]:
                continue
            parts = [self.position[c] for c in self.columns.base(code, frozenset())]
            a, b = _together(Column.of([above[p] for p in parts]), Column.of([below[p] for p in parts]))
            above[i], coverage[i] = _partial_sum(a, program.indicator.min_coverage)
            below[i], _ = _partial_sum(b, program.indicator.min_coverage)
        value = [quotient(a, b, program.on_zero, factor) for a, b in zip(above, below, strict=True)]
        mark = material.marks(computation.needs)
        return Strand(
            name,
            Column.of(value),
            Column.of(above),
            Column.of(below),
            coverage,
            [mark] * len(codes),
            computation.name,
            [r.detail for r in results],
        )


@dataclass(frozen=True)
class YearMaterial:
    """What a registered function may look at in one year."""

    inputs: Inputs
    year: int
    asked: tuple[str, ...]

    def codes(self) -> tuple[str, ...]:
        """Areas to give results for."""
        return self.asked

    def outline(self, code: str) -> Any:
        """Outline in the projected system, or None."""
        return self.inputs.layers.outlines().get(code)

    def fingerprint(self, needs: tuple[str, ...]) -> list[object]:
        """Name by hashes all that a computation over layers depends on."""
        city = self.inputs.city
        return [
            self.year,
            list(self.asked),
            city.doc.crs.projected,
            *self.inputs.layers.fingerprint(needs, self.year),
        ]

    def layer(self, name: str) -> Any:
        """A layer of the year in the projected system, or None."""
        return self.inputs.layers.layer(name, self.year)

    def ring(self, name: str) -> float:
        """Metres beyond the city's outline up to which a layer is complete."""
        return self.inputs.city.doc.layers[name].ring

    def graph(self) -> Graph | None:
        """The walking network of the year, or None."""
        return self.inputs.layers.graph(self.year)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Give what computations of the year share, made when first asked for."""
        key = (name, self.year, self.asked)
        if key not in self.inputs.shared:
            self.inputs.shared[key] = make()
        made: T = self.inputs.shared[key]
        return made

    def survey(self, code: str) -> Mapping[str, float | Status] | None:
        """Mean of each question in an area, or None where none was asked."""
        cells = self.inputs.survey_of(code, self.year)
        return {question: cell.mean for question, cell in cells.items()} or None

    def question_groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Scored questions by dimension, dimensions in order."""
        questionnaire = self.inputs.city.questionnaire
        if questionnaire is None:
            return ()
        order = [d.zh for d in self.inputs.city.catalogue.dimensions]
        groups = (
            (d, tuple(q.id for q in questionnaire.questions if q.scored and q.dimension == d)) for d in order
        )
        return tuple((d, items) for d, items in groups if items)

    def marks(self, needs: tuple[str, ...]) -> frozenset[str]:
        """Marks of the layers and the survey a function looked at, and of the boundary that cuts the layers."""
        boundary = self.inputs.city.doc.boundary
        cut = boundary is not None and any(need != "survey" for need in needs)
        found = {boundary.mark} if boundary is not None and cut and boundary.mark else set()
        for need in needs:
            if need == "survey":
                for code in self.asked:
                    found |= {c.mark for c in self.inputs.survey_of(code, self.year).values() if c.mark}
            else:
                record = self.inputs.layers.record(need, self.year)
                if record is not None and record.mark:
                    found.add(record.mark)
        return frozenset(found)


def _together(a: Column, b: Column) -> tuple[Column, Column]:
    """Let both sums run over the same parts: a reason on one side stands on both."""
    gone = (a.status == Status.NOT_APPLICABLE) | (b.status == Status.NOT_APPLICABLE)
    status = np.where(gone, np.uint8(Status.NOT_APPLICABLE), np.maximum(a.status, b.status))
    return Column(a.values, status), Column(b.values, status)


def _partial_sum(column: Column, limit: float) -> tuple[float | Status, float]:
    """Sum the parts present if they cover enough; give the share covered."""
    applicable = column.status != Status.NOT_APPLICABLE
    present = column.status == Status.PRESENT
    share = float(present.sum()) / float(applicable.sum()) if applicable.any() else 1.0
    if present.any() and limit <= share < 1.0:
        return ordered_sum(Column(column.values[present], column.status[present])), share
    return ordered_sum(column), share


def quotient(above: float | Status, below: float | Status, on_zero: Status, factor: float) -> float | Status:
    """Divide two cells; a reason in either decides, as everywhere."""
    column = arithmetic("/", Column.of([above]), Column.of([below]), on_zero)
    return column.scaled(factor).cell(0)
