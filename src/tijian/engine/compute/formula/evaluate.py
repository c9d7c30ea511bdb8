"""Vectorised evaluation of a formula over areas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.syntax import Binary, Call, Compare, Name, Negative, Node, Number, constant
from tijian.engine.kernel.missing import Column, Status, combine
from tijian.engine.kernel.units import Unit


class Readings(Protocol):
    """Where a formula finds the numbers of its variables, in the units of the definition."""

    def annual(self, name: str, back: int) -> Column:
        """Give a variable over the areas, ``back`` periods ago."""

    def parts(self, name: str, back: int) -> list[Column]:
        """Give for each area the column of its sub-periods, ``back`` periods ago."""


@dataclass
class Evaluation:
    """One evaluation over areas.

    Attributes:
        units: Unit of each variable.
        readings: Source of numbers.
        n: Number of areas.
        on_zero: Reason that a division by zero yields.
        min_coverage: Share of sub-periods that must be present.
        coverage: Share of sub-periods present, least over the formula, shape (n,).
    """

    units: Mapping[str, Unit]
    readings: Readings
    n: int
    on_zero: Status = Status.NO_DATA
    min_coverage: float = 1.0
    coverage: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Start from full coverage."""
        self.coverage = np.ones(self.n)

    def run(self, node: Node, back: int = 0) -> Column:
        """Evaluate a formula; the result is in the unit that ``infer`` gives."""
        match node:
            case Number(text):
                return Column.constant(float(text), self.n)
            case Name(name):
                return self.readings.annual(name, back)
            case Negative(operand):
                column = self.run(operand, back)
                return Column(-column.values, column.status)
            case Binary(operator, left, right):
                return self._binary(operator, left, right, back)
            case Compare():
                msg = "a comparison is no value"
                raise TypeError(msg)
            case Call(function, arguments):
                return self._call(function, arguments, back)

    def _binary(self, operator: str, left: Node, right: Node, back: int) -> Column:
        a, b = self.run(left, back), self.run(right, back)
        if operator in {"+", "-"}:
            b = b.scaled(float(infer(right, self.units).to(infer(left, self.units))))
        return arithmetic(operator, a, b, self.on_zero)

    def _factor(self, node: Node, target: Node) -> float:
        if constant(node) is not None:
            return 1.0
        return float(infer(node, self.units).to(infer(target, self.units)))

    def _aligned(self, nodes: tuple[Node, ...], back: int) -> list[Column]:
        """Evaluate parts that are compared, all in the unit of the first that is not a constant."""
        lead = next((n for n in nodes if constant(n) is None), nodes[0])
        return [self.run(n, back).scaled(self._factor(n, lead)) for n in nodes]

    def _call(self, function: str, arguments: tuple[Node, ...], back: int) -> Column:
        if function == "prev":
            return self.run(arguments[0], back + 1)
        if function in {"min", "max"}:
            columns = self._aligned(arguments, back)
            pick = np.minimum if function == "min" else np.maximum
            values = columns[0].values
            for column in columns[1:]:
                values = pick(values, column.values)
            return _masked(values, combine(*columns))
        if function == "if":
            return self._branch(arguments, back)
        return self._over_parts(function, arguments[0], back)

    def _branch(self, arguments: tuple[Node, ...], back: int) -> Column:
        condition = arguments[0]
        if not isinstance(condition, Compare):
            raise TypeError(condition)
        left, right = self._aligned((condition.left, condition.right), back)
        holds = compare(condition.operator, left.values, right.values)
        known = combine(left, right)
        yes, no = self._aligned(arguments[1:], back)
        status = np.where(known == Status.PRESENT, np.where(holds, yes.status, no.status), known)
        return _masked(np.where(holds, yes.values, no.values), status)

    def _over_parts(self, function: str, argument: Node, back: int) -> Column:
        cells: list[float | Status] = []
        for i, (held, status) in enumerate(self._parts(function, argument, back)):
            known = status == Status.PRESENT
            expected = int((status != Status.NOT_APPLICABLE).sum())
            share = float(known.sum()) / expected if expected else 0.0
            self.coverage[i] = min(self.coverage[i], share)
            if not expected:
                cells.append(Status.NOT_APPLICABLE)
            elif not known.any() or share < self.min_coverage:
                cells.append(Status.NO_DATA)
            else:
                total = _sequential(held[known])
                value = total / int(known.sum()) if function == "mean" else total
                cells.append(value if math.isfinite(value) else Status.NO_DATA)
        return Column.of(cells)

    def _parts(
        self, function: str, argument: Node, back: int
    ) -> list[tuple[NDArray[np.float64], NDArray[np.uint8]]]:
        """Evaluate the inner expression by sub-period for each area: numbers, or 1 and 0 for a condition."""
        result = []
        for i in range(self.n):
            inner = _OneArea(self.readings, i)
            length = inner.length(argument)
            run = Evaluation(self.units, inner, length, self.on_zero)
            if function == "count" and isinstance(argument, Compare):
                left, right = run._aligned((argument.left, argument.right), back)
                holds = compare(argument.operator, left.values, right.values)
                result.append((holds.astype(np.float64), combine(left, right)))
            else:
                column = run.run(argument, back)
                result.append((column.values, column.status))
        return result


@dataclass
class _OneArea:
    """The readings of one area, its sub-periods taking the place of areas."""

    readings: Readings
    area: int

    def annual(self, name: str, back: int) -> Column:
        return self.readings.parts(name, back)[self.area]

    def parts(self, name: str, back: int) -> list[Column]:
        raise TypeError(name, back)

    def length(self, node: Node) -> int:
        match node:
            case Name(name):
                return len(self.annual(name, 0))
            case Binary(_, left, right) | Compare(_, left, right):
                return max(self.length(left), self.length(right))
            case Negative(operand):
                return self.length(operand)
            case Call(_, arguments):
                return max(self.length(a) for a in arguments)
            case Number():
                return 0


def _sequential(values: NDArray[np.float64]) -> float:
    total = 0.0
    for value in values.tolist():
        total += value
    return total


def arithmetic(operator: str, a: Column, b: Column, on_zero: Status) -> Column:
    """Apply one of ``+ - * /``; a division by zero or an overflow is a reason, never infinity."""
    status = combine(a, b)
    with np.errstate(all="ignore"):
        if operator == "+":
            values = a.values + b.values
        elif operator == "-":
            values = a.values - b.values
        elif operator == "*":
            values = a.values * b.values
        else:
            values = a.values / b.values
            zero = (status == Status.PRESENT) & (b.values == 0.0)
            status = np.where(zero, np.uint8(on_zero), status)
    overflow = (status == Status.PRESENT) & ~np.isfinite(values)
    return _masked(values, np.where(overflow, np.uint8(Status.NO_DATA), status))


def compare(operator: str, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Apply a comparison element by element; NaN holds for none."""
    table = {
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
        "==": np.equal,
        "!=": np.not_equal,
    }
    holds: NDArray[np.bool_] = table[operator](a, b) & ~(np.isnan(a) | np.isnan(b))
    return holds


def _masked(values: NDArray[np.float64], status: NDArray[np.uint8]) -> Column:
    return Column(np.where(status == Status.PRESENT, values, np.nan), status)
