"""A definition made ready to run: parsed, unit-checked, with its conversion factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from tijian.engine.catalogue.definition import Indicator, Variable
from tijian.engine.catalogue.systems import Catalogue
from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.syntax import (
    Binary,
    Call,
    FormulaError,
    Node,
    bare_names,
    look_back,
    parse,
    sub_period_names,
)
from tijian.engine.compute.registry import Computation, registered
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import REASONS, Status
from tijian.engine.kernel.periods import ANNUAL
from tijian.engine.kernel.units import PURE, Unit, UnknownUnit, parse_unit

COUNTED = ("天", "d", "个", "起")


@dataclass(frozen=True)
class Ratio:
    """A numerator over a denominator, in the units of the definition's inputs.

    Attributes:
        numerator, denominator: Formulas; a missing denominator is 1.
        factor: What numerator ÷ denominator is multiplied by to be in the indicator's unit.
        numerator_unit, denominator_unit: Units of both.
    """

    numerator: Node
    denominator: Node | None
    factor: float
    numerator_unit: Unit
    denominator_unit: Unit


@dataclass(frozen=True)
class Program:
    """One indicator ready to run.

    Attributes:
        indicator: The definition.
        units: Unit of each input as the definition speaks of it.
        unit: Unit of the value.
        formula: The formula, or None where only a function computes.
        formula_factor: From the formula's unit to the indicator's.
        ratio: How upper areas (and numerator and denominator of every row) come about; None for own and weight.
        weight: Variable that weights areas, where the aggregation says so.
        computation: The registered function, where there is one.
        on_zero: What a division by zero means.
    """

    indicator: Indicator
    units: Mapping[str, Unit]
    unit: Unit
    formula: Node | None
    formula_factor: float
    ratio: Ratio | None
    weight: str | None
    computation: Computation | None
    on_zero: Status

    @property
    def shown_ratio(self) -> Ratio | None:
        """Numerator and denominator of a row: those of the aggregation, else those of a plain quotient."""
        if self.ratio is not None:
            return self.ratio
        if isinstance(self.formula, Binary) and self.formula.operator == "/":
            return _ratio(self.formula.left, self.formula.right, self.units, self.unit)
        return None

    @property
    def depth(self) -> dict[str, int]:
        """Variable → how many periods back it is read."""
        depth: dict[str, int] = {}
        for node in self.nodes():
            for name, back in look_back(node).items():
                depth[name] = max(depth.get(name, 0), back)
        if self.weight is not None:
            depth.setdefault(self.weight, 0)
        return depth

    def nodes(self) -> tuple[Node, ...]:
        """All formulas of the definition."""
        parts = [self.formula]
        if self.ratio is not None:
            parts += [self.ratio.numerator, self.ratio.denominator]
        return tuple(p for p in parts if p is not None)


def _ratio(numerator: Node, denominator: Node | None, units: Mapping[str, Unit], unit: Unit) -> Ratio:
    above = infer(numerator, units)
    below = PURE if denominator is None else infer(denominator, units)
    quotient = above if denominator is None else above.times(below, -1)
    if not quotient.same_kind(unit):
        raise FormulaError(
            "formula.result",
            unit.text,
            f"与 {quotient.text} 同一量纲的单位",
            "公式的量纲与 unit 不符，请改公式或单位。",
        )
    return Ratio(numerator, denominator, float(quotient.to(unit)), above, below)


def compile_catalogue(catalogue: Catalogue) -> dict[str, Program]:
    """Make every indicator ready to run, in an order in which inputs come first.

    Raises:
        Refused: With every unknown input, wrong unit, unreadable formula, unknown function and cycle.
    """
    faults = Faults()
    for name, variable in catalogue.variables.items():
        _unit(variable.unit, catalogue.variable_files[name], f"{name}.unit", faults)
    programs: dict[str, Program] = {}
    for key, indicator in catalogue.indicators.items():
        program = _compile(indicator, catalogue, faults)
        if program is not None:
            programs[key] = program
    order = _order(catalogue, faults)
    faults.raise_if_any()
    return {key: programs[key] for key in order}


def _unit(text: str, file: str, place: str, faults: Faults) -> Unit | None:
    try:
        return parse_unit(text)
    except UnknownUnit as error:
        faults.add(
            "unit.unknown",
            file,
            place,
            text,
            "已知的单位，如 km/km2、万人、%、件/万户",
            f"不认识“{error.args[0]}”，单位表见 docs/reference/formats.md。",
        )
        return None


def _compile(indicator: Indicator, catalogue: Catalogue, faults: Faults) -> Program | None:
    file = catalogue.files[indicator.id]
    before = len(faults.found)
    unit = _unit(indicator.unit, file, "unit", faults)
    units = _inputs(indicator, catalogue, file, faults)
    computation = _computation(indicator, file, faults)
    if unit is None or len(faults.found) > before:
        return None
    place = "formula"
    try:
        formula = parse(indicator.formula) if indicator.formula is not None else None
        factor = _value_factor(formula, units, unit)
        place = "aggregate"
        ratio, weight = _aggregate(indicator, units, unit)
    except FormulaError as error:
        text = indicator.formula if place == "formula" else None
        shown = f"{error.part}（公式：{text}）" if text else error.part
        faults.add(error.code, file, place, shown, error.expected, error.hint)
        return None
    program = Program(
        indicator,
        units,
        unit,
        formula,
        factor,
        ratio,
        weight,
        computation,
        REASONS[indicator.zero_denominator],
    )
    _check_sub_periods(program, catalogue, file, faults)
    return program


def _value_factor(formula: Node | None, units: Mapping[str, Unit], unit: Unit) -> float:
    """Give the factor from a formula to the indicator's unit; a bare count is in the unit of what is counted."""
    if formula is None or (
        isinstance(formula, Call) and formula.function == "count" and unit.text in COUNTED
    ):
        return 1.0
    return _ratio(formula, None, units, unit).factor


def _inputs(indicator: Indicator, catalogue: Catalogue, file: str, faults: Faults) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for name, given in indicator.inputs.items():
        place = f"inputs.{name}"
        unit = _unit(given.unit, file, f"{place}.unit", faults)
        source = _source_unit(name, given.indicator, catalogue)
        if source is None:
            wanted = f"指标 {given.indicator}" if given.indicator else "variables.yaml 中的变量"
            faults.add(
                "input.unknown", file, place, given.indicator or name, wanted, "请先定义它，或改正拼写。"
            )
            continue
        try:
            stored = parse_unit(source)
        except UnknownUnit:
            continue
        if unit is not None and not unit.same_kind(stored):
            faults.add(
                "input.unit",
                file,
                f"{place}.unit",
                given.unit,
                f"与变量单位 {source} 同一量纲的单位",
                "请改为可以换算的单位。",
            )
        if unit is not None:
            units[name] = unit
    return units


def _source_unit(name: str, indicator: str | None, catalogue: Catalogue) -> str | None:
    if indicator is not None:
        return catalogue.indicators[indicator].unit if indicator in catalogue.indicators else None
    return catalogue.variables[name].unit if name in catalogue.variables else None


def _computation(indicator: Indicator, file: str, faults: Faults) -> Computation | None:
    if indicator.compute is None:
        return None
    known = registered()
    if indicator.compute not in known:
        faults.add(
            "compute.unknown",
            file,
            "compute",
            indicator.compute,
            "、".join(sorted(known)) or "一个已登记的函数",
            "请改正名称或版本，或先登记这个函数。",
        )
        return None
    return known[indicator.compute]


def _aggregate(
    indicator: Indicator, units: Mapping[str, Unit], unit: Unit
) -> tuple[Ratio | None, str | None]:
    rule = indicator.aggregate
    if rule == "own":
        return None, None
    if rule.weight is not None:
        if rule.weight not in units:
            raise FormulaError(
                "aggregate.weight", rule.weight, "inputs 中的变量", "权重也是输入，请列入 inputs。"
            )
        return None, rule.weight
    if rule.numerator is None or rule.denominator is None:
        raise FormulaError("aggregate.form", "", "numerator 和 denominator", "请写全。")
    return _ratio(parse(rule.numerator), parse(rule.denominator), units, unit), None


def _check_sub_periods(program: Program, catalogue: Catalogue, file: str, faults: Faults) -> None:
    by_part = {n for node in program.nodes() for n in sub_period_names(node)}
    bare = {n for node in program.nodes() for n in bare_names(node)}
    for name in sorted(by_part | bare):
        variable = catalogue.variables.get(name)
        if variable is None:
            continue
        annual = variable.period in ANNUAL
        if name in (by_part if annual else bare):
            faults.add(
                "formula.period",
                file,
                "formula",
                name,
                "年度变量直接写，逐日、逐月变量写在 count、sum、mean 里",
                f"{name} 是{'年度' if annual else '分期'}变量。",
            )


def _order(catalogue: Catalogue, faults: Faults) -> list[str]:
    graph = {
        key: {i.indicator for i in indicator.inputs.values() if i.indicator is not None}
        for key, indicator in catalogue.indicators.items()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle = list(error.args[1])
        faults.add(
            "formula.cycle",
            catalogue.files[cycle[0]],
            "inputs",
            " → ".join(cycle),
            "不绕圈的引用",
            "这些指标互相引用，谁也算不出来；请去掉其中一处。",
        )
        return []
    return [key for key in order if key in catalogue.indicators]


def reported(variable: Variable, level: str, lowest: bool) -> bool:
    """Tell whether a variable is asked at a level: where it says so, else at the lowest; own at every level."""
    if variable.levels is not None:
        return level in variable.levels
    return lowest or variable.aggregate == "own"
