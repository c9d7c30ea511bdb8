"""What unit a formula yields, and whether its parts may meet at all."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tijian.engine.compute.formula.syntax import (
    Binary,
    Call,
    Compare,
    FormulaError,
    Name,
    Negative,
    Node,
    Number,
    constant,
    written,
)
from tijian.engine.kernel.units import PURE, Unit

SCALES = {Decimal(10) ** k for k in range(-12, 13) if k}


def infer(node: Node, units: Mapping[str, Unit]) -> Unit:
    """Infer the unit of a formula.

    Sums, minima and branches must be of one dimension; the first operand's unit is the result's. A
    constant takes the unit of what it is compared with and is a pure number elsewhere.

    Args:
        node: The formula.
        units: Unit of each variable as the formula speaks of it.

    Raises:
        FormulaError: On an unknown variable, parts that cannot meet, or a scale constant.
    """
    match node:
        case Number():
            return PURE
        case Name(name):
            if name not in units:
                raise FormulaError(
                    "formula.variable", name, "inputs 中列出的变量", "请在 inputs 中加上它，或改正拼写。"
                )
            return units[name]
        case Negative(operand):
            return infer(operand, units)
        case Binary(operator, left, right):
            return _binary(operator, left, right, units)
        case Compare(_, left, right):
            _meet(node, [left, right], units)
            return PURE
        case Call(function, arguments):
            return _call(node, function, arguments, units)


def _binary(operator: str, left: Node, right: Node, units: Mapping[str, Unit]) -> Unit:
    first, second = infer(left, units), infer(right, units)
    if operator in {"+", "-"}:
        if not first.same_kind(second):
            raise FormulaError(
                "formula.unit",
                f"{written(left)} {operator} {written(right)}",
                "同一量纲的两边",
                f"左边是 {first.text}，右边是 {second.text}，不能相加减。",
            )
        return first
    for side in (left, right):
        value = constant(side)
        if value is not None and abs(value) in SCALES:
            raise FormulaError(
                "formula.scale",
                written(side),
                "不写比例常数",
                "百分数和万由单位换算，请去掉它并在 unit 中写 % 或 万。",
            )
    return first.times(second, 1 if operator == "*" else -1)


def _call(node: Node, function: str, arguments: tuple[Node, ...], units: Mapping[str, Unit]) -> Unit:
    if function in {"min", "max"}:
        return _meet(node, list(arguments), units)
    if function == "if":
        infer(arguments[0], units)
        return _meet(node, list(arguments[1:]), units)
    if function == "count":
        infer(arguments[0], units)
        return PURE
    return infer(arguments[0], units)


def _meet(node: Node, parts: list[Node], units: Mapping[str, Unit]) -> Unit:
    """Find the one unit of parts that are compared; bare constants follow the others."""
    found = [infer(p, units) for p in parts if constant(p) is None]
    if not found:
        return PURE
    for other in found[1:]:
        if not other.same_kind(found[0]):
            raise FormulaError(
                "formula.unit",
                written(node),
                "同一量纲的各项",
                f"有 {found[0].text} 也有 {other.text}，不能比较。",
            )
    return found[0]
