"""Small changes of a formula, to see whether its cases would notice a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tijian.engine.compute.formula.syntax import Binary, Call, Compare, Name, Negative, Node, Number

SWAPS = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "==": ("!=",),
    "!=": ("==",),
}
OTHER = {"min": ("max",), "max": ("min",), "count": ("sum",), "sum": ("mean",), "mean": ("sum",)}


def mutants(node: Node, inputs: Sequence[str]) -> list[Node]:
    """List every formula that differs in one operator, operand, constant or function.

    Args:
        node: The formula.
        inputs: Variables of the definition; an operand is replaced by each other one.
    """
    return list(dict.fromkeys(m for m in _of(node, inputs) if m != node))


def _of(node: Node, inputs: Sequence[str]) -> Iterator[Node]:
    match node:
        case Number(text):
            yield Number(f"{Decimal(text) + 1:f}")
        case Name(name):
            yield from (Name(other) for other in inputs if other != name)
        case Negative(operand):
            yield operand
            yield from (Negative(m) for m in _of(operand, inputs))
        case Binary(operator, left, right):
            yield from (Binary(other, left, right) for other in "+-*/" if other != operator)
            yield from (Binary(operator, m, right) for m in _of(left, inputs))
            yield from (Binary(operator, left, m) for m in _of(right, inputs))
        case Compare(operator, left, right):
            yield from (Compare(other, left, right) for other in SWAPS[operator])
            yield from (Compare(operator, m, right) for m in _of(left, inputs))
            yield from (Compare(operator, left, m) for m in _of(right, inputs))
        case Call():
            yield from _of_call(node, inputs)


def _of_call(node: Call, inputs: Sequence[str]) -> Iterator[Node]:
    function, arguments = node.function, node.arguments
    if function == "prev":
        yield arguments[0]
    if function == "if":
        yield Call("if", (arguments[0], arguments[2], arguments[1]))
    for other in OTHER.get(function, ()):
        if not isinstance(arguments[0], Compare):
            yield Call(other, arguments)
    for i, argument in enumerate(arguments):
        for changed in _of(argument, inputs):
            yield Call(function, (*arguments[:i], changed, *arguments[i + 1 :]))
