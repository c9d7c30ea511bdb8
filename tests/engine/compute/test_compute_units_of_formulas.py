"""What unit a formula yields, against pint; what may not meet."""

from decimal import Decimal
from fractions import Fraction

import pint
import pytest
from formula_oracle import UNITS, VARIABLES, typed_trees
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.syntax import Binary, Call, FormulaError, Name, Negative, Number, parse
from tijian.engine.kernel.units import parse_unit

GIVEN = {
    "road": "km", "kerb": "m", "built": "km2", "park": "ha", "pop": "万人", "homes": "户", "cars": "万辆",
    "rent": "元/a", "price": "元/m2", "area": "m2/户", "wait": "min", "hours": "h", "share": "%", "aqi": "-",
}  # fmt: skip
UNIT = {name: parse_unit(text) for name, text in GIVEN.items()}
IN_PINT = {
    "road": "km", "kerb": "m", "built": "km**2", "park": "hectare", "pop": "10000 * person", "homes": "household",
    "cars": "10000 * vehicle", "rent": "yuan / (365 * day)", "price": "yuan / m**2", "area": "m**2 / household",
    "wait": "minute", "hours": "hour", "share": "0.01", "aqi": "1",
}  # fmt: skip
BASE = {
    "length": "meter", "time": "second", "money": "yuan", "person": "person", "household": "household",
    "vehicle": "vehicle",
}  # fmt: skip
PINT = pint.UnitRegistry(non_int_type=Decimal)
for counted in ("person", "household", "vehicle", "yuan"):
    PINT.define(f"{counted} = [{counted}_]")
QUANTITY = {name: PINT.Quantity(text) * Decimal(1) for name, text in IN_PINT.items()}


def with_pint(node):
    """Give a quantity of the formula's dimension; raises where pint refuses the parts."""
    match node:
        case Name(name):
            return QUANTITY[name]
        case Negative(operand):
            return with_pint(operand)
        case Binary("*", left, right):
            return with_pint(left) * with_pint(right)
        case Binary("/", left, right):
            return with_pint(left) / with_pint(right)
        case Binary(_, left, right) | Call("min" | "max", (left, right)):
            first, second = with_pint(left), with_pint(right)
            _ = first + second
            return first
        case Call("prev", (inner,)):
            return with_pint(inner)
    raise AssertionError(node)


@st.composite
def loose_trees(draw, depth=3):
    """Draw formulas without constants, whose parts may or may not fit."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return Name(draw(st.sampled_from(list(GIVEN))))
    left, right = draw(loose_trees(depth - 1)), draw(loose_trees(depth - 1))
    shape = draw(st.sampled_from(["+", "-", "*", "/", "*", "/", "same", "neg", "prev", "min"]))
    match shape:
        case "neg":
            return Negative(left)
        case "prev":
            return Call("prev", (left,))
        case "min":
            return Call("min", (left, left))
        case "same":
            return Binary("+", left, left)
    return Binary(shape, left, right)


def _base_text(unit):
    return " * ".join(f"{BASE[name]}**({power})" for name, power in unit.dimension) or "dimensionless"


@settings(derandomize=True, deadline=None, max_examples=250)
@given(loose_trees())
def test_pint_and_we_agree_on_every_formula(tree):
    try:
        theirs = with_pint(tree)
    except pint.DimensionalityError:
        with pytest.raises(FormulaError) as refused:
            infer(tree, UNIT)
        assert refused.value.code == "formula.unit"
        return
    ours = infer(tree, UNIT)
    factor = Fraction(Decimal(theirs.to(_base_text(ours)).magnitude))
    assert abs(factor - ours.factor) <= abs(ours.factor) * Fraction(1, 10**20)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(typed_trees())
def test_a_formula_that_fits_yields_its_kind(tree):
    units = {name: parse_unit(text) for name, text in UNITS.items()}
    try:
        assert infer(tree, units).dimension == ()
    except FormulaError as error:
        assert error.code == "formula.scale"  # noqa: PT017


def test_the_oracle_and_the_units_speak_of_the_same_variables():
    assert {n: parse_unit(u).factor for n, u in UNITS.items()} == {
        n: Decimal(f.numerator) / f.denominator for n, (_, f) in VARIABLES.items()
    }


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("road / built", "km/km2"),
        ("pop / built", "万人/km2"),
        ("price * area / rent", "a/户"),
        ("rent / rent", "-"),
        ("-(road + kerb)", "m"),
        ("min(road, 3)", "km"),
        ("max(2, kerb, road)", "m"),
        ("min(1, 2)", "-"),
        ("if(aqi > 100, road, 0)", "km"),
        ("if(road > 3, 0, kerb)", "m"),
        ("if(road > 3, 1, 0)", "-"),
        ("prev(prev(built))", "km2"),
        ("count(road > 3)", "-"),
        ("sum(road)", "km"),
        ("mean(aqi) * road", "km"),
        ("1 - pop / pop", "-"),
        ("share + 1", "-"),
        ("2 * road", "km"),
    ],
)
def test_units_by_hand(text, like):
    assert infer(parse(text), UNIT).same_kind(parse_unit(like))


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("road / built", Decimal("0.001")), ("road + kerb", Decimal(1000)), ("kerb + road", Decimal(1)),
        ("max(2, kerb, road)", Decimal(1)), ("if(road > 3, 0, kerb)", Decimal(1)), ("pop * pop", Decimal(10) ** 8),
        ("count(road > 3)", Decimal(1)), ("share", Decimal("0.01")),
    ],
)  # fmt: skip
def test_the_first_operand_gives_the_unit(text, factor):
    assert infer(parse(text), UNIT).factor == factor


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("road + built", "formula.unit", "road + built"),
        ("road - pop * homes", "formula.unit", "road - pop * homes"),
        ("pop + homes", "formula.unit", "pop + homes"),
        ("road + 1", "formula.unit", "road + 1"),
        ("1 - road", "formula.unit", "1 - road"),
        ("min(road, built)", "formula.unit", "min(road, built)"),
        ("max(1, road, pop)", "formula.unit", "max(1, road, pop)"),
        ("if(road > built, 1, 0)", "formula.unit", "road > built"),
        ("if(road > 1, road, built)", "formula.unit", "if(road > 1, road, built)"),
        ("count(road > pop)", "formula.unit", "road > pop"),
        ("sum(road + pop)", "formula.unit", "road + pop"),
        ("prev(road - pop)", "formula.unit", "road - pop"),
        ("road / (built - road)", "formula.unit", "built - road"),
        ("roads / built", "formula.variable", "roads"),
        ("__class__", "formula.variable", "__class__"),
        ("__builtins__ / road", "formula.variable", "__builtins__"),
        ("if(nothing > 1, 1, 0)", "formula.variable", "nothing"),
        ("count(nothing > 1)", "formula.variable", "nothing"),
        ("100 * road / built", "formula.scale", "100"),
        ("road * 100", "formula.scale", "100"),
        ("road / 1000", "formula.scale", "1000"),
        ("road * 10", "formula.scale", "10"),
        ("road * 10000", "formula.scale", "10000"),
        ("road * 100.0", "formula.scale", "100.0"),
        ("road * (10000) / built", "formula.scale", "10000"),
        ("road / built * 1000000", "formula.scale", "1000000"),
        ("sum(road * 100)", "formula.scale", "100"),
        ("prev(min(road / 1000, 3))", "formula.scale", "1000"),
    ],
)
def test_parts_that_may_not_meet(text, code, part):
    with pytest.raises(FormulaError) as refused:
        infer(parse(text), UNIT)
    assert (refused.value.code, refused.value.part) == (code, part)


def test_both_units_are_named_where_parts_do_not_meet():
    with pytest.raises(FormulaError) as refused:
        infer(parse("road + built"), UNIT)
    assert "km" in refused.value.hint
    assert "km2" in refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "road * 2",
        "road / 7",
        "road * 24",
        "road * 1",
        "share + 100",
        "min(aqi, 100)",
        "if(aqi <= 100, 10, 1000)",
    ],
)
def test_constants_that_scale_nothing_are_let_pass(text):
    infer(parse(text), UNIT)


def test_an_unknown_variable_is_refused_even_where_a_number_would_do():
    with pytest.raises(FormulaError):
        infer(Binary("*", Number("2"), Name("x")), UNIT)
