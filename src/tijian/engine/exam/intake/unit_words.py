"""Units as departments write them, brought to the writing of the unit system."""

from __future__ import annotations

import re
from functools import cache

from tijian.engine.kernel.units import PREFIX, UnknownUnit, parse_unit

# The longer first, so that 平方公里 is not read as 公里.
WORDS = (
    ("平方千米", "km2"), ("平方公里", "km2"), ("平方厘米", "cm2"), ("立方米", "m3"), ("平方米", "m2"),
    ("km²", "km2"), ("㎢", "km2"), ("㎡", "m2"), ("m²", "m2"), ("m³", "m3"), ("㎥", "m3"), ("hm²", "ha"), ("hm2", "ha"),
    ("平米", "m2"), ("方米", "m2"), ("公顷", "ha"), ("公里", "km"), ("千米", "km"), ("厘米", "cm"), ("毫米", "mm"), ("米", "m"),
    ("公斤", "kg"), ("千克", "kg"), ("毫克", "mg"), ("微克", "µg"), ("μg", "µg"), ("ug", "µg"), ("吨", "t"),
    ("升", "L"), ("时户", "h"), ("户时", "h"), ("小时", "h"), ("分钟", "min"), ("人民币元", "元"), ("百分比", "%"), ("百分数", "%"), ("百分点", "%"),
    ("摄氏度", "℃"), ("°C", "℃"), ("KM", "km"), ("Km", "km"), ("×", "·"), ("每", "/"),
)  # fmt: skip
COUNTED = re.compile(r"(?<![\u4e00-\u9fff])([万亿]?)(家|座|条|所|片|例|宗|项|次)(?![\u4e00-\u9fff])")
PER_DAY = re.compile(r"/(日|天)")
PER_YEAR = re.compile(r"/年")
NOT_UNITS = frozenset({"", "-", "1", "/"})


@cache
def unit_of(text: str) -> str | None:
    """Bring a unit to the writing of the unit system.

    Args:
        text: As people write it: 万立方米, 平方公里, 人次/日.

    Returns:
        万m3, km2, 人次/d; None where it is no unit.
    """
    tidy = text.strip().replace("（", "(").replace("）", ")").replace("／", "/").replace("％", "%")
    tidy = re.sub(r"\s+", "", tidy)
    tidy = re.sub(r"^(计量)?单位[:：]?", "", tidy)
    if tidy in NOT_UNITS:
        return None
    if _known(tidy):
        return tidy
    for word, symbol in WORDS:
        tidy = tidy.replace(word, symbol)
    tidy = PER_YEAR.sub("/a", PER_DAY.sub("/d", tidy))
    tidy = COUNTED.sub(r"\1个", tidy)
    return tidy if _known(tidy) else None


def _known(text: str) -> bool:
    try:
        parse_unit(text)
    except UnknownUnit:
        return False
    return True


@cache
def bare(unit: str) -> str:
    """Take the factors 万 and 亿 from the front of a unit."""
    while unit[:1] in PREFIX and len(unit) > 1:
        unit = unit[1:]
    return unit


@cache
def alternatives(unit: str) -> tuple[str, ...]:
    """Give units in which people state the same quantity by mistake, likeliest first."""
    base = bare(unit)
    near = [base, f"万{base}", f"亿{base}", f"千{base}", *NEAR.get(base, ())]
    kind = parse_unit(unit)
    return tuple(u for u in dict.fromkeys(near) if u != unit and _known(u) and parse_unit(u).same_kind(kind))


NEAR: dict[str, tuple[str, ...]] = {
    "km2": ("ha", "m2", "万m2"),
    "ha": ("m2", "万m2", "km2"),
    "m2": ("ha", "km2"),
    "km": ("m", "万km"),
    "m": ("km",),
    "h": ("min", "d", "万h"),
    "min": ("h", "s"),
    "m3": ("L",),
    "t": ("kg", "万t"),
    "%": ("-", "‰"),
    "-": ("%",),
    "‰": ("%", "-"),
}
