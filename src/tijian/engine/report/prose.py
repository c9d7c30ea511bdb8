"""Sentences of a report: words with slots, and figures that are references from the start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from tijian.engine.exam.results import Row, StrandCell
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import readable
from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import Code, Day, Grade, Num, Ref, RefKind, Run, Runs, Text, Unit
from tijian.engine.report.tokens import GradeWord, Tone

SLOT = re.compile(r"\{(\w+)\}")
DIGIT = re.compile(r"\d")
NOT_JOINED = {"%", "‰"}
GRADE_WORDS: dict[str, GradeWord] = {
    w: w for w in ("优", "良", "中", "差", "合格", "不合格", "不评级", "无数据", "不适用")
}
Part = str | Run | Runs


def text(words: str, *, bold: bool = False, tone: Tone | None = None) -> Run:
    """Give words that come from data: a name that holds digits is a proper name, not a figure."""
    return Code(words, bold, tone) if DIGIT.search(words) else Text(words, bold, tone)


def say(template: str, **parts: Part) -> Runs:
    """Fill the slots ``{name}`` of a sentence; what stands between them are plain words."""
    runs: list[Run] = []
    position = 0
    for match in SLOT.finditer(template):
        if match.start() > position:
            runs.append(Text(template[position : match.start()]))
        runs.extend(as_runs(parts[match.group(1)]))
        position = match.end()
    if position < len(template):
        runs.append(Text(template[position:]))
    return tuple(runs)


def as_runs(part: Part) -> Runs:
    """Give a part of a sentence as runs."""
    if isinstance(part, str):
        return (text(part),) if part else ()
    return part if isinstance(part, tuple) else (part,)


def listed(parts: Iterable[Part], mark: str = "、") -> Runs:
    """Join parts by an enumeration mark."""
    runs: list[Run] = []
    for i, part in enumerate(parts):
        if i:
            runs.append(Text(mark))
        runs.extend(as_runs(part))
    return tuple(runs)


def num(figure: str, kind: RefKind, key: str, *, strong: bool = False, tone: Tone | None = None) -> Num:
    """Give a figure as printed, with what it quotes; a minus becomes U+2212."""
    marked = kind in {"value", "count"}
    return Num(figure.replace("-", "−"), Ref(kind, key), strong=strong, tone=tone, marked=marked)


def thousands(figure: str) -> str:
    """Put commas into the whole part of a figure of five digits or more."""
    whole, point, part = figure.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(digits) >= 5:  # noqa: PLR2004 — four digits read well without
        digits = f"{int(digits):,}"
    return f"{sign}{digits}{point}{part}"


def count(n: int, key: str, *, strong: bool = False, tone: Tone | None = None) -> Num:
    """Give a count with what it counts."""
    return num(thousands(str(n)), "count", f"count:{key}", strong=strong, tone=tone)


def value_key(row: Row) -> str:
    """Name the value of a row."""
    return f"value:{row.indicator.id}|{row.area}|{row.year}"


def value(row: Row, *, strong: bool = False) -> Run:
    """Give the figure of a row without its unit, or the reason why there is none."""
    if row.value is None:
        return Text(row.status.zh, tone="muted")
    return num(thousands(f"{row.value:f}"), "value", value_key(row), strong=strong)


def with_unit(figure: Run, unit: str) -> Runs:
    """Put the unit behind a figure: joined for %, with a space elsewhere."""
    words = printed(unit)
    if not words or isinstance(figure, Text):
        return (figure,)
    return (figure, Unit(words)) if unit in NOT_JOINED else (figure, Text(" "), Unit(words))


def quantity(row: Row, *, strong: bool = False) -> Runs:
    """Give the figure of a row with its unit."""
    return with_unit(value(row, strong=strong), row.indicator.unit)


def strand_value(row: Row, cell: StrandCell) -> Runs:
    """Give the figure of one strand with its unit."""
    shown = cell.rounded(row.indicator.decimals)
    if shown is None:
        return (Text(str(getattr(cell.value, "zh", "")), tone="muted"),)
    key = f"value:{row.indicator.id}.{cell.name}|{row.area}|{row.year}"
    return with_unit(num(thousands(f"{shown:f}"), "value", key), row.indicator.unit)


def part(row: Row, which: str) -> Runs:
    """Give numerator or denominator of a row."""
    cell = row.adopted.numerator if which == "numerator" else row.adopted.denominator
    if isinstance(cell, Status):
        return (Text("—", tone="muted"),)
    key = f"value:{row.indicator.id}.{which}|{row.area}|{row.year}"
    return (num(thousands(readable(cell)), "value", key),)


def cut(figure: Decimal, criterion: str, place: str) -> Num:
    """Give a cut point with the criterion it stands in."""
    return num(f"{figure.normalize():f}", "cut", f"cut:{criterion}|{place}")


def fact(figure: str, key: str) -> Num:
    """Give a fact of the document: a sample, a share, a number of files."""
    return num(figure, "fact", f"fact:{key}")


def percent(share: Decimal | float, key: str, decimals: int = 1) -> Num:
    """Give a share as a percentage."""
    return fact(f"{float(share) * 100:.{decimals}f}%", key)


def grade(row: Row) -> Grade:
    """Give the grade mark of a row, with the synthetic mark where its figure carries one."""
    return Grade(GRADE_WORDS[row.verdict.grade], is_marked(row))


def is_marked(row: Row) -> bool:
    """Tell whether a row's figure is synthetic or estimated."""
    return any(m in row.mark for m in ("合成", "估算"))


def year(y: int) -> Day:
    """Give a year."""
    return Day(str(y))
