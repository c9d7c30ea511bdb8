"""Text of a formula to its tree, and back.

Grammar (nothing else is evaluated, ever):

    sum        = product (("+" | "-") product)*
    product    = factor (("*" | "/") factor)*
    factor     = "-" factor | number | name | call | "(" sum ")"
    call       = function "(" argument ("," argument)* ")"
    argument   = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

MAX_LENGTH, MAX_DEPTH = 400, 24
TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|[<>+\-*/(),]))", re.ASCII)
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
# function: (fewest, most arguments; None = any number)
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "min": (2, None),
    "max": (2, None),
    "if": (3, 3),
    "prev": (1, 1),
    "count": (1, 1),
    "sum": (1, 1),
    "mean": (1, 1),
}
OVER_SUB_PERIODS = ("count", "sum", "mean")


class FormulaError(ValueError):
    """A formula that cannot be read or does not fit its units.

    Attributes:
        code: Kind of fault.
        part: The part of the formula that is wrong.
        expected: What was expected, in Chinese.
        hint: What to do, in Chinese.
    """

    def __init__(self, code: str, part: str, expected: str, hint: str) -> None:
        super().__init__(f"{part}: {expected}")
        self.code, self.part, self.expected, self.hint = code, part, expected, hint


@dataclass(frozen=True, slots=True)
class Number:
    """A constant, with its text as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """One of ``+ - * /``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition; stands only as the first argument of ``if`` and in ``count``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Negative | Binary | Compare | Call


def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: If the text is too long, too deep or not of the grammar.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            "formula.long", f"{len(text)} 个字符", f"不超过 {MAX_LENGTH} 个字符", "请拆成几个变量。"
        )
    return _Parser(_tokens(text)).whole()


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while position < len(text.rstrip()):
        match = TOKEN.match(text, position)
        if match is None:
            raise FormulaError(
                "formula.character",
                text[position:].strip()[:12],
                "数字、变量名、+ - * / 和括号",
                "公式语言不含这个字符；乘方、百分号、全角符号都不用。",
            )
        tokens.append(match.group().strip())
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.depth = tokens, 0

    def whole(self) -> Node:
        node = self.sum()
        if self.tokens:
            raise FormulaError("formula.rest", self.tokens[0], "公式到此结束", "请检查括号和运算符。")
        return node

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, expected: str) -> None:
        if self.peek() != expected:
            raise FormulaError(
                "formula.bracket", self.peek() or "公式末尾", f"“{expected}”", "请检查括号是否成对。"
            )
        self.tokens.pop(0)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("formula.deep", "括号", f"不超过 {MAX_DEPTH} 层", "请拆成几个变量。")

    def sum(self) -> Node:
        self.deeper()
        node = self.product()
        while self.peek() in {"+", "-"}:
            node = Binary(self.tokens.pop(0), node, self.product())
        self.depth -= 1
        return node

    def product(self) -> Node:
        node = self.factor()
        while self.peek() in {"*", "/"}:
            node = Binary(self.tokens.pop(0), node, self.factor())
        return node

    def factor(self) -> Node:
        piece = self.peek()
        if piece == "-":
            self.tokens.pop(0)
            self.deeper()
            node: Node = Negative(self.factor())
            self.depth -= 1
            return node
        if piece == "(":
            self.tokens.pop(0)
            node = self.sum()
            self.take(")")
            return node
        if not piece or piece in "<=>==!=,)+*/":
            raise FormulaError(
                "formula.operand", piece or "公式末尾", "一个数、变量或函数", "运算符两边都要有内容。"
            )
        self.tokens.pop(0)
        if piece[0].isdigit():
            if not math.isfinite(float(piece)):
                raise FormulaError("formula.number", piece[:12], "能表示的数", "这个常数太大。")
            return Number(piece)
        if self.peek() == "(":
            return self.call(piece)
        if piece in FUNCTIONS:
            raise FormulaError("formula.call", piece, f"{piece}(…)", f"{piece} 是函数名，后面要有括号。")
        return Name(piece)

    def call(self, function: str) -> Node:
        if function not in FUNCTIONS:
            raise FormulaError("formula.function", function, "、".join(FUNCTIONS), "公式语言只有这些函数。")
        self.take("(")
        arguments = [self.argument()]
        while self.peek() == ",":
            self.tokens.pop(0)
            arguments.append(self.argument())
        self.take(")")
        fewest, most = FUNCTIONS[function]
        if len(arguments) < fewest or (most is not None and len(arguments) > most):
            wanted = f"{fewest} 个参数" if fewest == most else f"至少 {fewest} 个参数"
            raise FormulaError("formula.arguments", f"{function}(…)", wanted, f"现在是 {len(arguments)} 个。")
        _check_conditions(function, arguments)
        _check_nesting(function, arguments)
        return Call(function, tuple(arguments))

    def argument(self) -> Node:
        left = self.sum()
        if self.peek() in COMPARISONS:
            return Compare(self.tokens.pop(0), left, self.sum())
        return left


def _check_conditions(function: str, arguments: list[Node]) -> None:
    for i, argument in enumerate(arguments):
        wanted = i == 0 and function in {"if", "count"}
        if wanted != isinstance(argument, Compare):
            expected = "一个比较，如 x <= 100" if wanted else "一个数，不是比较"
            raise FormulaError(
                "formula.condition",
                f"{function} 的第 {i + 1} 个参数",
                expected,
                "比较只用于 if 和 count 的首项。",
            )


def _check_nesting(function: str, arguments: list[Node]) -> None:
    """Refuse what has no meaning inside a sum over sub-periods: another one, or a look back."""
    if function not in OVER_SUB_PERIODS:
        return
    for inner in (*OVER_SUB_PERIODS, "prev"):
        if any(_calls(a, inner) for a in arguments):
            raise FormulaError(
                "formula.nested",
                f"{function}(… {inner}(…) …)",
                f"{function} 里不再有 {inner}",
                "请先合成一个变量。",
            )


def _calls(node: Node, function: str) -> bool:
    match node:
        case Number() | Name():
            return False
        case Negative(operand):
            return _calls(operand, function)
        case Binary(_, left, right) | Compare(_, left, right):
            return _calls(left, function) or _calls(right, function)
        case Call(called, arguments):
            return called == function or any(_calls(a, function) for a in arguments)


def bare_names(node: Node) -> frozenset[str]:
    """Name the variables read as annual ones, outside ``count``, ``sum`` and ``mean``."""
    match node:
        case Number():
            return frozenset()
        case Name(name):
            return frozenset([name])
        case Negative(operand):
            return bare_names(operand)
        case Binary(_, left, right) | Compare(_, left, right):
            return bare_names(left) | bare_names(right)
        case Call(function, arguments):
            if function in OVER_SUB_PERIODS:
                return frozenset()
            return frozenset().union(*(bare_names(a) for a in arguments))


def constant(node: Node) -> Decimal | None:
    """Give the value of a constant, signed or not; None for anything else."""
    match node:
        case Number(text):
            return Decimal(text)
        case Negative(Number(text)):
            return -Decimal(text)
        case _:
            return None


def names(node: Node) -> tuple[str, ...]:
    """List the variables of a formula in order of appearance, each once."""
    return tuple(dict.fromkeys(n for n, _ in _walk(node, 0)))


def look_back(node: Node) -> dict[str, int]:
    """Tell for each variable how many periods back the formula reads at most."""
    depth: dict[str, int] = {}
    for name, back in _walk(node, 0):
        depth[name] = max(depth.get(name, 0), back)
    return depth


def _walk(node: Node, back: int) -> list[tuple[str, int]]:
    match node:
        case Number():
            return []
        case Name(name):
            return [(name, back)]
        case Negative(operand):
            return _walk(operand, back)
        case Binary(_, left, right) | Compare(_, left, right):
            return _walk(left, back) + _walk(right, back)
        case Call(function, arguments):
            deeper = back + (function == "prev")
            return [item for argument in arguments for item in _walk(argument, deeper)]


def sub_period_names(node: Node) -> frozenset[str]:
    """Name the variables read by sub-period, inside ``count``, ``sum`` or ``mean``."""
    match node:
        case Number() | Name():
            return frozenset()
        case Negative(operand):
            return sub_period_names(operand)
        case Binary(_, left, right) | Compare(_, left, right):
            return sub_period_names(left) | sub_period_names(right)
        case Call(function, arguments):
            if function in OVER_SUB_PERIODS:
                return frozenset(n for a in arguments for n in names(a))
            return frozenset().union(*(sub_period_names(a) for a in arguments))


PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


def written(node: Node, parent: int = 0, *, right: bool = False) -> str:
    """Write a tree back as the shortest text that reads as the same tree."""
    match node:
        case Number(text):
            return text
        case Name(name):
            return name
        case Negative(operand):
            return f"-{written(operand, 3)}"
        case Compare(operator, left, second):
            return f"{written(left)} {operator} {written(second)}"
        case Call(function, arguments):
            return f"{function}({', '.join(written(a) for a in arguments)})"
        case Binary(operator, left, second):
            level = PRECEDENCE[operator]
            text = f"{written(left, level)} {operator} {written(second, level, right=True)}"
            return f"({text})" if level < parent or (level == parent and right) else text
