"""Units against pint, in exact decimals."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pint
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.kernel.units import BASE, PURE, UnknownUnit, convert, parse_unit, printed

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("catalogues/cn-2019-draft", "cities/shenyang/catalogues")

# Our symbol → its name in pint; written down from the meaning of the unit, not from the module.
PINT_NAME = {
    "m": "meter", "km": "kilometer", "cm": "centimeter", "mm": "millimeter", "ha": "hectare", "L": "liter",
    "s": "second", "min": "minute", "h": "hour", "d": "day", "天": "day", "a": "calendar_year",
    "g": "gram", "kg": "kilogram", "t": "metric_ton", "mg": "milligram", "µg": "microgram",
    "元": "yuan", "℃": "degree_step", "人": "person", "人次": "person", "户": "household",
    "辆": "vehicle", "车": "vehicle", "个": "item", "起": "item", "处": "site", "栋": "building",
    "件": "case", "张": "bed", "分": "score_point",
    "%": "hundredth", "‰": "thousandth", "倍": "one_time", "-": "one_time", "1": "one_time",
}  # fmt: skip
COUNTED = ("yuan", "degree_step", "person", "household", "vehicle", "item", "site", "building", "case", "bed")


def _registry() -> pint.UnitRegistry:
    registry = pint.UnitRegistry(non_int_type=Decimal)
    for name in (*COUNTED, "score_point"):
        registry.define(f"{name} = [{name}_]")
    registry.define("calendar_year = 365 * day")
    registry.define("hundredth = 0.01 = _")
    registry.define("thousandth = 0.001 = _")
    registry.define("one_time = 1 = _")
    registry.define("ten_thousand = 10000 = _")
    registry.define("hundred_million = 100000000 = _")
    return registry


PINT = _registry()
PIECE = re.compile(r"([()·*/])|(万|亿)?([^()·*/\d万亿]+|1)(\d?)")


def in_pint(text):
    """Translate a unit text to a pint quantity with factors written out, by a grammar of our own."""
    pieces = []
    for operator, prefix, symbol, power in PIECE.findall(text):
        if operator:
            pieces.append("*" if operator in "·*" else operator)
            continue
        piece = f"{PINT_NAME[symbol]}**{power or 1}"
        scale = {"万": "ten_thousand * ", "亿": "hundred_million * ", "": ""}[prefix]
        pieces.append(f"({scale}{piece})")
    return PINT.Quantity(Decimal(1), PINT.parse_units("".join(pieces)))


def units_in(document):
    if isinstance(document, dict):
        for key, value in document.items():
            if key == "unit":
                yield value
            else:
                yield from units_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from units_in(value)


def used_units():
    texts = set()
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            texts |= set(units_in(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return sorted(texts)


USED = used_units()
DOCUMENTED = [
    "km", "km/km2", "万人/km2", "%", "‰", "万m2", "人/万车", "件/万户", "元/m2", "万人·min", "t/a", "h/户",
    "倍", "分", "天", "-", "元/(户·a)", "亿元", "µg/m3", "mg/L", "m2/人", "张/万人", "万万人", "km*km",
]  # fmt: skip


def test_the_shipped_catalogues_use_a_fair_number_of_units():
    assert len(USED) >= 30
    assert {"km/km2", "万人", "%", "人/万车", "h/户"} <= set(USED)


@pytest.mark.parametrize("text", sorted(set(USED) | set(DOCUMENTED) | set(BASE)))
def test_factor_and_dimension_of_every_unit_are_those_of_pint(text):
    expected = PINT.Quantity(Decimal(10) ** 8, "person") if text == "万万人" else in_pint(text)
    base = expected.to_base_units()
    ours = parse_unit(text)
    # pint's mass is in gram or kilogram as it likes; compare through an explicit system of base units
    ratio = base.to(_base_of(ours)).magnitude
    assert abs(Fraction(ratio) - ours.factor) <= abs(ours.factor) * Fraction(1, 10**24)


def _base_of(unit):
    names = {
        "length": "meter", "time": "second", "mass": "kilogram", "money": "yuan",
        "temperature": "degree_step", "person": "person", "household": "household", "vehicle": "vehicle",
        "item": "item", "site": "site", "building": "building", "case": "case", "bed": "bed",
        "score": "score_point",
    }  # fmt: skip
    text = " * ".join(f"{names[name]}**({power})" for name, power in unit.dimension)
    return PINT.parse_units(text or "dimensionless")


@pytest.mark.parametrize("one", [*USED, *DOCUMENTED[:18]])
def test_two_units_add_up_exactly_where_pint_says_so(one):
    for other in USED:
        assert parse_unit(one).same_kind(parse_unit(other)) == (
            in_pint(one).dimensionality == in_pint(other).dimensionality
        ), (one, other)


@pytest.mark.parametrize(
    ("number", "source", "target", "expected"),
    [
        ("2.99", "万人", "人", "29900"),
        ("1", "km2", "ha", "100"),
        ("1", "万m2", "ha", "1"),
        ("1", "万m2", "km2", "0.01"),
        ("3.5", "km2", "m2", "3500000"),
        ("1", "m3", "L", "1000"),
        ("1", "亿元", "万元", "10000"),
        ("0.1", "%", "‰", "1"),
        ("0.87", "1", "%", "87.00"),
        ("1.5", "倍", "%", "150"),
        ("1.2", "万人/km2", "人/km2", "12000"),
        ("1.2", "万人/km2", "人/ha", "120"),
        ("7", "个/km2", "个/ha", "0.07"),
        ("2", "km/km2", "m/ha", "20"),
        ("1", "人/万车", "人/车", "0.0001"),
        ("240", "件/万户", "件/户", "0.024"),
        ("8760", "h", "d", "365"),
        ("8760", "h", "a", "1"),
        ("36", "万人·min", "人·h", "6000"),
        ("1", "t", "kg", "1000"),
        ("3", "km2·km", "m3", "3000000000"),
        ("-4.25", "万户", "户", "-42500"),
        ("1", "万h/户", "h/万户", "100000000"),
    ],
)
def test_conversions_that_end_are_exact(number, source, target, expected):
    result = convert(Decimal(number), parse_unit(source), parse_unit(target))
    assert result == Decimal(expected)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [("km2", "ha", "100"), ("万m2", "km2", "0.01"), ("1", "%", "100"), ("h", "min", "60"), ("a", "d", "365"),
     ("万人·h", "人·min", "600000"), ("人/万车", "人/车", "0.0001"), ("件/户", "件/万户", "10000")],
)  # fmt: skip
def test_factors_that_end_are_exact(source, target, factor):
    assert parse_unit(source).to(parse_unit(target)) == Decimal(factor)


DECIMAL_UNITS = [
    t for t in sorted(set(USED) | set(DOCUMENTED)) if "time" not in dict(parse_unit(t).dimension)
]
KINDS = [[a, b] for a in DECIMAL_UNITS for b in DECIMAL_UNITS if parse_unit(a).same_kind(parse_unit(b))]


@settings(derandomize=True, deadline=None, max_examples=600)
@given(
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False),
    st.sampled_from(KINDS),
)
def test_there_and_back_again_is_the_same_decimal(number, pair):
    source, target = map(parse_unit, pair)
    there = convert(number, source, target)
    assert Fraction(there) == Fraction(number) * Fraction(source.factor) / Fraction(target.factor)
    assert convert(there, target, source) == number


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.sampled_from(USED), st.sampled_from(USED), st.sampled_from([1, -1]))
def test_product_and_quotient_of_units_are_those_of_pint(one, other, sign):
    ours = parse_unit(one).times(parse_unit(other), sign)
    theirs = in_pint(one) * in_pint(other) if sign > 0 else in_pint(one) / in_pint(other)
    expected = theirs.to(_base_of(ours)).magnitude
    assert abs(Fraction(expected) - ours.factor) <= abs(ours.factor) * Fraction(1, 10**24)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("km/亩", "亩"),
        ("万亩", "万亩"),
        ("公里", "公里"),
        ("人/万辆次", "万辆次"),
        ("m²", "m²"),
        ("km/km2)", "km/km2)"),
        ("(km", "(km"),
        ("", ""),
        ("万", "万"),
        ("km 2", " 2"),
        ("KM", "KM"),
        ("人/", "人/"),
        ("/km2", "/"),
        ("km//h", "/"),
        ("·", "·"),
        ("10km", "10km"),
        ("2km", "2km"),
    ],
)
def test_an_unknown_unit_names_the_part_that_is_not_understood(text, part):
    with pytest.raises(UnknownUnit) as refused:
        parse_unit(text)
    assert refused.value.args[0] == part


@pytest.mark.parametrize(
    ("one", "other"),
    [("处", "栋"), ("人", "户"), ("户", "辆"), ("个", "处"), ("件", "起"), ("km", "km2"), ("天", "分"),
     ("元/m2", "元/户"), ("%", "人"), ("人/km2", "人")],
)  # fmt: skip
def test_counted_things_of_different_kinds_do_not_add_up(one, other):
    first, second = parse_unit(one), parse_unit(other)
    assert not first.same_kind(second)
    with pytest.raises(UnknownUnit) as refused:
        convert(Decimal(1), first, second)
    assert refused.value.args[0] == other
    with pytest.raises(UnknownUnit):
        first.to(second)


@pytest.mark.parametrize(
    ("one", "other"), [("人", "人次"), ("辆", "车"), ("个", "起"), ("天", "d"), ("-", "倍")]
)
def test_two_words_for_one_thing_are_one_unit(one, other):
    assert convert(Decimal("7.25"), parse_unit(one), parse_unit(other)) == Decimal("7.25")


def test_a_bracket_changes_the_meaning_of_a_division():
    assert parse_unit("元/(户·a)").dimension == (("household", -1), ("money", 1), ("time", -1))
    assert parse_unit("元/户·a").dimension == (("household", -1), ("money", 1), ("time", 1))


def test_a_power_belongs_to_the_symbol_and_not_to_its_prefix():
    assert parse_unit("万m2").factor == 10_000
    assert parse_unit("km3").factor == Decimal(10) ** 9


def test_the_text_is_kept_as_written_and_pure_numbers_have_no_dimension():
    assert parse_unit("万人·min").text == "万人·min"
    assert PURE.same_kind(parse_unit("%"))
    assert parse_unit("km/km").dimension == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-", ""),
        ("1", ""),
        ("km/km2", "km/km²"),
        ("万m2", "万m²"),
        ("µg/m3", "µg/m³"),
        ("%", "%"),
        ("人", "人"),
    ],
)
def test_units_are_printed_for_people(text, shown):
    assert printed(text) == shown
