"""Units as people write them: 万人/km2, 人/万车, 元/m2, 万人·min, %, 倍.

A unit is a factor and a dimension. 万 and 亿 are factors before a unit, % and ‰ are units, counted
things are dimensions of their own, so that 处 and 栋 do not add up. Factors are Decimal: 2.99 万 is
29900 exactly. Conversions are held against pint in the tests (see docs/adr/0002-units.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache

Dimension = tuple[tuple[str, int], ...]

# symbol: (factor to the base unit, dimension)
BASE: dict[str, tuple[str, dict[str, int]]] = {
    "m": ("1", {"length": 1}),
    "km": ("1000", {"length": 1}),
    "cm": ("0.01", {"length": 1}),
    "mm": ("0.001", {"length": 1}),
    "ha": ("10000", {"length": 2}),
    "L": ("0.001", {"length": 3}),
    "s": ("1", {"time": 1}),
    "min": ("60", {"time": 1}),
    "h": ("3600", {"time": 1}),
    "d": ("86400", {"time": 1}),
    "天": ("86400", {"time": 1}),
    "a": ("31536000", {"time": 1}),
    "g": ("0.001", {"mass": 1}),
    "kg": ("1", {"mass": 1}),
    "t": ("1000", {"mass": 1}),
    "mg": ("0.000001", {"mass": 1}),
    "µg": ("0.000000001", {"mass": 1}),
    "元": ("1", {"money": 1}),
    "℃": ("1", {"temperature": 1}),
    "人": ("1", {"person": 1}),
    "人次": ("1", {"person": 1}),
    "户": ("1", {"household": 1}),
    "辆": ("1", {"vehicle": 1}),
    "车": ("1", {"vehicle": 1}),
    "个": ("1", {"item": 1}),
    "起": ("1", {"item": 1}),
    "处": ("1", {"site": 1}),
    "栋": ("1", {"building": 1}),
    "件": ("1", {"case": 1}),
    "张": ("1", {"bed": 1}),
    "分": ("1", {"score": 1}),
    "%": ("0.01", {}),
    "‰": ("0.001", {}),
    "倍": ("1", {}),
    "-": ("1", {}),
    "1": ("1", {}),
}
PREFIX = {"万": 10_000, "亿": 100_000_000}
TOKEN = re.compile(r"\s*(?:([()·*/])|([^()·*/\s0-9]+|1(?![0-9]))([2-9]?))", re.ASCII)
LONGEST = 60


class UnknownUnit(ValueError):
    """A unit text that cannot be read; its argument is the part that is not understood."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes:
        text: As it is written and printed.
        factor: How many base units one of it is, an exact fraction.
        dimension: Sorted (name, exponent) pairs; empty for a pure number.
    """

    text: str
    factor: Fraction
    dimension: Dimension

    def same_kind(self, other: Unit) -> bool:
        """Tell whether quantities of both units can be added."""
        return self.dimension == other.dimension

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """Multiply (sign 1) or divide (sign −1) by another unit."""
        powers = dict(self.dimension)
        for name, exponent in other.dimension:
            powers[name] = powers.get(name, 0) + sign * exponent
        factor = self.factor * other.factor if sign > 0 else self.factor / other.factor
        text = f"{self.text}{'·' if sign > 0 else '/'}{other.text}"
        return Unit(text, factor, _dimension(powers))

    def to(self, other: Unit) -> Decimal:
        """Give the factor by which a number in this unit becomes one in the other, exact where it ends.

        Raises:
            UnknownUnit: If the dimensions differ.
        """
        if not self.same_kind(other):
            raise UnknownUnit(other.text)
        return _decimal(self.factor / other.factor)


EXACT = Context(prec=400)


def _decimal(fraction: Fraction) -> Decimal:
    """Give a fraction as a Decimal: exact where it ends, else to 28 digits."""
    whole = EXACT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
    return (
        whole if Fraction(whole) == fraction else Decimal(fraction.numerator) / Decimal(fraction.denominator)
    )


def _dimension(powers: dict[str, int]) -> Dimension:
    return tuple(sorted((name, exponent) for name, exponent in powers.items() if exponent))


PURE = Unit("1", Fraction(1), ())


@cache
def parse_unit(text: str) -> Unit:
    """Read a unit as people write it.

    Args:
        text: For example ``km/km2``, ``万人·min``, ``人/万车``, ``元/(户·a)``, ``%``.

    Raises:
        UnknownUnit: Naming the part that is not understood.
    """
    if len(text) > LONGEST:
        raise UnknownUnit(text[:LONGEST])
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(text.rstrip()):
        match = TOKEN.match(text, position)
        if match is None:
            raise UnknownUnit(text[position:])
        operator, name, power = match.groups()
        tokens.append((operator, "") if operator else (name, power))
        position = match.end()
    unit, rest = _product(tokens, text)
    if rest:
        raise UnknownUnit(text)
    return Unit(text, unit.factor, unit.dimension)


def _product(tokens: list[tuple[str, str]], text: str) -> tuple[Unit, list[tuple[str, str]]]:
    unit, tokens = _factor(tokens, text)
    while tokens and tokens[0][0] in "·*/":
        sign = -1 if tokens[0][0] == "/" else 1
        right, tokens = _factor(tokens[1:], text)
        unit = unit.times(right, sign)
    return unit, tokens


def _factor(tokens: list[tuple[str, str]], text: str) -> tuple[Unit, list[tuple[str, str]]]:
    if not tokens:
        raise UnknownUnit(text)
    (name, power), rest = tokens[0], tokens[1:]
    if name == "(":
        unit, rest = _product(rest, text)
        if not rest or rest[0][0] != ")":
            raise UnknownUnit(text)
        return unit, rest[1:]
    return _symbol(name, int(power or 1)), rest


def _symbol(name: str, power: int) -> Unit:
    scale = 1
    bare = name
    while bare not in BASE and bare[:1] in PREFIX:
        scale *= PREFIX[bare[0]]
        bare = bare[1:]
    if bare not in BASE:
        raise UnknownUnit(name)
    factor, powers = BASE[bare]
    return Unit(
        name, scale * Fraction(factor) ** power, _dimension({k: v * power for k, v in powers.items()})
    )


def convert(number: Decimal, source: Unit, target: Unit) -> Decimal:
    """Convert an exact number from one unit to another of the same dimension.

    Raises:
        UnknownUnit: If the dimensions differ.
    """
    if not source.same_kind(target):
        raise UnknownUnit(target.text)
    return _decimal(Fraction(number) * source.factor / target.factor)


def printed(unit: str) -> str:
    """Write a unit for people: superscripts, nothing for a pure number."""
    return "" if unit in {"-", "1"} else unit.replace("m2", "m²").replace("m3", "m³")
