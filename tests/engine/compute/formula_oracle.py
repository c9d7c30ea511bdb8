"""A scalar evaluator of formulas in exact fractions, and random trees; shares no code with the product's.

Everything is held in base units (m, m2, pure numbers). A constant beside ``+ - * /`` is a pure number; one
that is compared, or stands in ``min``, ``max`` or a branch of ``if``, is in the unit of what it stands beside.
"""

from fractions import Fraction

from hypothesis import strategies as st

from tijian.engine.compute.formula.syntax import Binary, Call, Compare, Name, Negative, Number

NO_DATA, NOT_APPLICABLE = "无数据", "不适用"
# variable: (kind, base units in one of its units)
VARIABLES = {
    "road": ("length", Fraction(1000)), "kerb": ("length", Fraction(1)),
    "built": ("area", Fraction(10**6)), "park": ("area", Fraction(10**4)),
    "share": ("pure", Fraction(1, 100)), "times": ("pure", Fraction(1)),
}  # fmt: skip
UNITS = {"road": "km", "kerb": "m", "built": "km2", "park": "ha", "share": "%", "times": "倍"}


class Unsure(Exception):
    """Floats may rightly decide otherwise here (a near tie), or the specification is silent."""


def factor(node):  # noqa: PLR0911 — a match over a closed tree returns in every arm
    """Base units in one unit of what a formula yields."""
    match node:
        case Number():
            return Fraction(1)
        case Name(name):
            return VARIABLES[name][1]
        case Negative(operand):
            return factor(operand)
        case Binary("*", left, right):
            return factor(left) * factor(right)
        case Binary("/", left, right):
            return factor(left) / factor(right)
        case Binary(_, left, _):
            return factor(left)
        case Call("if", (_, *branches)):
            return _lead(branches)
        case Call("prev", (inner,)):
            return factor(inner)
        case Call(_, arguments):
            return _lead(arguments)
    raise AssertionError(node)


def _lead(parts):
    return next((factor(p) for p in parts if not isinstance(p, Number)), Fraction(1))


def worse(*results):
    """The reason that decides, or None where all are numbers."""
    return NO_DATA if NO_DATA in results else NOT_APPLICABLE if NOT_APPLICABLE in results else None


def scalar(node, read, on_zero, back=0):
    """Evaluate for one area; ``read(name, back)`` gives a Fraction in the variable's unit, or a reason."""
    match node:
        case Number(text):
            return Fraction(text)
        case Name(name):
            value = read(name, back)
            return value if isinstance(value, str) else value * VARIABLES[name][1]
        case Negative(operand):
            value = scalar(operand, read, on_zero, back)
            return value if isinstance(value, str) else -value
        case Binary(operator, left, right):
            a, b = scalar(left, read, on_zero, back), scalar(right, read, on_zero, back)
            return worse(a, b) or _arithmetic(operator, a, b, right, on_zero)
        case Call("prev", (inner,)):
            return scalar(inner, read, on_zero, back + 1)
        case Call("if", (condition, *branches)):
            return _branch(condition, branches, read, on_zero, back)
        case Call(function, arguments):
            values = _together(arguments, read, on_zero, back)
            return worse(*values) or (min(values) if function == "min" else max(values))
    raise AssertionError(node)


def _arithmetic(operator, a, b, right, on_zero):
    if operator != "/":
        return {"+": a + b, "-": a - b, "*": a * b}[operator]
    if abs(b) < Fraction(1, 10**6):
        if b == 0 and isinstance(right, Name | Number):
            return on_zero
        raise Unsure
    return a / b


def _together(parts, read, on_zero, back):
    beside = _lead(parts)
    return [
        Fraction(p.text) * beside if isinstance(p, Number) else scalar(p, read, on_zero, back) for p in parts
    ]


def _branch(condition, branches, read, on_zero, back):
    a, b = _together([condition.left, condition.right], read, on_zero, back)
    yes, no = _together(branches, read, on_zero, back)
    reason = worse(a, b)
    if reason is not None:
        if reason != worse(reason, yes, no):
            raise Unsure
        return reason
    plain = all(isinstance(side, Name | Number) for side in (condition.left, condition.right))
    if not plain and abs(a - b) <= (abs(a) + abs(b)) * Fraction(1, 10**9):
        raise Unsure
    holds = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}
    return yes if holds[condition.operator] else no


OPERATORS = ["<", "<=", ">", ">=", "==", "!="]
CONSTANTS = st.sampled_from(["0", "1", "2", "3", "7", "0.5", "0.25"]).map(Number)


def _names(kind):
    return st.sampled_from([n for n, (k, _) in VARIABLES.items() if k == kind]).map(Name)


@st.composite
def typed_trees(draw, kind="pure", depth=4):  # noqa: PLR0911 — one return a shape
    """Draw a formula whose parts fit by dimension."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(_names(kind))
    shape = draw(st.sampled_from(["sum", "negative", "pick", "if", "prev", "scale", "ratio", "product"]))

    def part(other):
        return draw(typed_trees(other, depth - 1))

    def beside(other):
        return draw(CONSTANTS) if draw(st.integers(0, 3)) == 0 else part(other)

    if shape == "sum":
        return Binary(draw(st.sampled_from("+-")), part(kind), part(kind))
    if shape == "negative":
        return Negative(part(kind))
    if shape == "pick":
        return Call(draw(st.sampled_from(["min", "max"])), (beside(kind), part(kind), beside(kind)))
    if shape == "prev":
        return Call("prev", (part(kind),))
    if shape == "if":
        other = draw(st.sampled_from(["length", "area", "pure"]))
        condition = Compare(draw(st.sampled_from(OPERATORS)), part(other), beside(other))
        return Call("if", (condition, beside(kind), part(kind)))
    if shape == "scale":
        return Binary(draw(st.sampled_from("*/")), part(kind), beside("pure"))
    if kind == "area":
        return Binary("*", part("length"), part("length"))
    if kind == "length":
        return Binary("/", part("area"), part("length"))
    other = draw(st.sampled_from(["length", "area"]))
    return Binary("/", part(other), part(other))


@st.composite
def any_trees(draw, depth=5, inner=False):
    """Draw a tree of the grammar, whatever its units; ``inner`` stands inside a sum over sub-periods."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        names = st.sampled_from(["a", "b_2", "GDP", "x"]).map(Name)
        return draw(names | st.sampled_from(["0", "1", "10", "0.05", "3.50", "100000"]).map(Number))

    def part(deeper=inner):
        return draw(any_trees(depth - 1, deeper))

    def condition(deeper=inner):
        return Compare(draw(st.sampled_from(OPERATORS)), part(deeper), part(deeper))

    shapes = ["binary", "binary", "negative", "if", "many"]
    shape = draw(st.sampled_from(shapes if inner else [*shapes, "count", "prev", "one"]))
    match shape:
        case "binary":
            return Binary(draw(st.sampled_from("+-*/")), part(), part())
        case "negative":
            return Negative(part())
        case "if":
            return Call("if", (condition(), part(), part()))
        case "count":
            return Call("count", (condition(True),))
        case "prev":
            return Call("prev", (part(),))
        case "one":
            return Call(draw(st.sampled_from(["sum", "mean"])), (part(True),))
    return Call(draw(st.sampled_from(["min", "max"])), tuple(part() for _ in range(draw(st.integers(2, 3)))))
