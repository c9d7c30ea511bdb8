"""The verdict on one cell by itself: figure, unit, whole numbers, bounds."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from tijian.engine.exam.intake.figure import Figure, read_figure
from tijian.engine.exam.intake.names import Item
from tijian.engine.exam.intake.unit_words import alternatives, bare
from tijian.engine.exam.intake.verdicts import Cell, Verdict
from tijian.engine.kernel.units import UnknownUnit, convert, parse_unit


def shown(value: float) -> str:
    """Write a number for a sentence: no exponent, at most twelve digits."""
    text = f"{value:.12g}"
    return f"{Decimal(text):f}" if "e" in text else text


def settle(cell: Cell, figure: Figure, item: Item | None, unit: str) -> None:
    """Put verdict, value, unit and notes into a cell.

    Args:
        cell: The cell; its text is read already.
        figure: What its text says.
        item: What it is a figure of; None where that is not known.
        unit: Unit of header, row or table; empty where none is given.
    """
    cell.verdict, cell.reason = figure.verdict, figure.reason
    cell.notes = list(figure.notes)
    cell.unit_text = figure.unit or unit
    target = item.unit if item else unit
    cell.unit = target
    if figure.number is None:
        return
    number = figure.number * figure.scale
    source = figure.unit or (bare(unit or target) if figure.scale > 1 else unit or target)
    if not source or source == target:
        cell.value = float(number)
    elif item is None:
        cell.value, cell.unit = float(number), source
    else:
        _convert(cell, number, source, target)
    if figure.unit or figure.scale > 1:
        _say_unit(cell, figure, source)
    if item is not None and cell.value is not None and cell.unit == target:
        _within(cell, item)


def _convert(cell: Cell, number: Decimal, source: str, target: str) -> None:
    try:
        if _same(source, target):
            cell.value = float(number)
            return
        cell.value = float(convert(number, parse_unit(source), parse_unit(target)))
    except UnknownUnit:
        cell.value, cell.unit = float(number), source
        cell.judge(
            Verdict.REFUSED,
            f"写的是“{cell.text}”，单位 {source} 换算不成 {target}；请核对这一项的单位，按 {target} 填。",
        )
        return
    if cell.verdict is not Verdict.ASKED:
        cell.judge(Verdict.CONVERTED, "")
        cell.notes.remove("")
    cell.notes.append(f"{number:f} {source} 已换算为 {shown(cell.value)} {target}。")


@cache
def _same(source: str, target: str) -> bool:
    """Tell whether two units are one under two names.

    Raises:
        UnknownUnit: If one cannot be read.
    """
    one, other = parse_unit(source), parse_unit(target)
    return one.same_kind(other) and one.factor == other.factor


def _say_unit(cell: Cell, figure: Figure, source: str) -> None:
    """Tell that a unit in the cell was taken away, unless its conversion is told already."""
    if cell.unit != source or cell.value is None or cell.verdict is Verdict.REFUSED:
        return
    what = f"单位“{figure.unit}”" if figure.unit else f"“{cell.text}”的万、亿"
    cell.notes.append(f"{what}已去掉，按 {shown(cell.value)} {cell.unit}读取。")


def _within(cell: Cell, item: Item) -> None:
    """Hold a figure against what its definition says: whole, not negative, plausible."""
    value = cell.value or 0.0
    if item.whole and value != int(value):
        cell.judge(Verdict.REFUSED, f"写的是“{cell.text}”，{item.zh}是计数，应为 0 或正整数；请核对。")
    elif item.bounds and value < 0 <= item.bounds[0]:
        cell.judge(Verdict.REFUSED, f"写的是“{cell.text}”，{item.zh}不会是负数；请核对。")


def check_bounds(cell: Cell, item: Item, parts: int) -> None:
    """Ask about a figure outside its plausible bounds, and say what it probably should be.

    Args:
        cell: A cell with a value in the item's unit.
        item: What it is a figure of.
        parts: How many areas the figure may sum; 1 for one area.
    """
    if item.bounds is None or cell.value is None or cell.verdict is Verdict.REFUSED or cell.unit != item.unit:
        return
    low, high = item.bounds[0], item.bounds[1] * parts
    if low <= cell.value <= high:
        return
    unit = item.shown_unit
    wanted = f"{item.zh}一般在 {shown(low)}–{shown(high)}{unit} 之间"
    likely = _likely(cell, item, low, high)
    written = f"写的是 {cell.text}，单位应为{unit}" if unit else f"写的是 {cell.text}"
    if cell.unit_text not in {"", item.unit}:
        written = f"写的是 {cell.text}，所写的单位是 {cell.unit_text}"
    if likely:
        other, value = likely
        note = f"{written}，{wanted}；像是以“{other}”为单位的数，是不是 {shown(value)}？请改正，或把表头单位改为“{other}”。"
    elif cell.value == 0:
        note = f"写的是 0，{wanted}；确实是 0 请写明原因，没有数据就填“无数据：原因”。"
    else:
        note = f"写的是 {cell.text}，{wanted}；请核对，确实如此就写明原因。"
    cell.judge(Verdict.ASKED, note)


def _likely(cell: Cell, item: Item, low: float, high: float) -> tuple[str, float] | None:
    """Find the unit in which the number as written would be plausible, and its value in the item's unit."""
    number = read_figure(cell.text).number
    if not number:
        return None
    for other, factor in _likely_units(item.unit):
        converted = float(number * factor)
        if other != cell.unit_text and low <= converted <= high:
            return ("比值" if other in {"-", "1"} else other), converted
    return None


@cache
def _likely_units(unit: str) -> tuple[tuple[str, Decimal], ...]:
    """Give the units a figure may be in by mistake, each with its factor to the right one."""
    target = parse_unit(unit)
    return tuple((other, parse_unit(other).to(target)) for other in (unit, *alternatives(unit)))
