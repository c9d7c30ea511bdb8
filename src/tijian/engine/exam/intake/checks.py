"""Checks of cells against one another: parts and wholes, ratios, totals, last year, contradictions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tijian.engine.compute.formula.syntax import Binary, FormulaError, Name, parse
from tijian.engine.exam.intake.names import Names
from tijian.engine.exam.intake.settle import check_bounds, shown
from tijian.engine.exam.intake.verdicts import ACCEPTED, Cell, Contradiction, Use, Verdict
from tijian.engine.kernel.units import parse_unit

Key = tuple[str, str, str]
WHOLE_PERCENT, FRACTION = 100, 20
HALF, ROUNDING = 0.5, 1e-9
LISTED = 4


@dataclass(frozen=True)
class Quotient:
    """An indicator that is one variable over another.

    Attributes:
        indicator, zh, unit: Of the indicator.
        part, whole: Variables.
        factor: From their quotient to the indicator's unit.
        low, high: Plausible bounds of the indicator.
        share: Whether the part cannot exceed the whole.
    """

    indicator: str
    zh: str
    unit: str
    part: str
    whole: str
    factor: float
    low: float
    high: float
    share: bool


def quotients(names: Names) -> list[Quotient]:
    """Find the indicators that are one variable over another."""
    found = []
    variables = names.city.catalogue.variables
    for key, d in names.city.catalogue.indicators.items():
        try:
            tree = parse(d.formula) if d.formula else None
        except FormulaError:
            continue
        if not (isinstance(tree, Binary) and tree.operator == "/"):
            continue
        left, right = tree.left, tree.right
        if isinstance(left, Name) and isinstance(right, Name) and {left.name, right.name} <= set(variables):
            over = parse_unit(variables[left.name].unit).times(parse_unit(variables[right.name].unit), -1)
            target = parse_unit(d.unit)
            if over.same_kind(target):
                share = d.unit == "%" and d.checks.max <= WHOLE_PERCENT
                factor = float(over.to(target))
                found.append(
                    Quotient(
                        key,
                        d.name.zh,
                        d.unit,
                        left.name,
                        right.name,
                        factor,
                        d.checks.min,
                        d.checks.max,
                        share,
                    )
                )
    return found


def check_against_bounds(cells: Sequence[Cell], names: Names) -> None:
    """Ask about figures outside the bounds of their definition."""
    leaves = {code: _leaves(names, code) for code in names.city.by_code}
    for cell in cells:
        item = names.item(cell)
        if item is not None and cell.part == "" and cell.use is not Use.ASIDE and cell.value is not None:
            fixed = item.kind != "variable" or names.city.catalogue.variables[item.id].levels is not None
            check_bounds(cell, item, 1 if fixed else leaves.get(cell.area, 1))


def check_fractions(cells: Sequence[Cell], names: Names) -> None:
    """Ask about a column of per cent in which every figure lies between 0 and 1."""
    columns: dict[tuple[str, str, int, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        item = names.item(cell)
        if item and item.unit == "%" and item.bounds and item.bounds[1] > FRACTION and cell.value is not None:
            columns[cell.file, cell.sheet, cell.column, cell.item].append(cell)
    for column in columns.values():
        values = [cell.value or 0.0 for cell in column]
        if len(column) > 1 and all(0 <= v <= 1 for v in values) and any(0 < v < 1 for v in values):
            for cell in column:
                value = shown((cell.value or 0.0) * WHOLE_PERCENT)
                note = f"单位是 %，这一列都在 0 与 1 之间，像是比值；{cell.text} 是不是 {value}%？请改正，确实如此就写明原因。"
                cell.judge(Verdict.ASKED, note)


def _leaves(names: Names, code: str) -> int:
    children = names.city.children[code]
    return sum(_leaves(names, child) for child in children) if children else 1


def check_against_previous(
    cells: Sequence[Cell], previous: Mapping[Key, float], names: Names, jump: float
) -> None:
    """Ask about figures that differ from the year before by more than a share.

    Args:
        cells: All cells.
        previous: (item, area, period of the earlier figure) → figure in the item's unit.
        names: Names of the city.
        jump: The share, such as 0.3.
    """
    for cell in cells:
        item = names.item(cell)
        if item is None or cell.value is None or cell.verdict is Verdict.REFUSED or cell.part or not previous:
            continue
        year = cell.period[:4]
        if not year.isdigit():
            continue
        before = previous.get((cell.item, cell.area, f"{int(year) - 1}{cell.period[4:]}"))
        if before and abs(cell.value / before - 1) > jump:
            change = cell.value / before - 1
            word = "多" if change > 0 else "少"
            note = f"比 {int(year) - 1} 年的 {shown(before)} {word} {abs(change):.1%}，超过 {jump:.0%}；请写明原因，或核对单位和数。"
            if before * change > 0 and cell.value / before > 10:  # noqa: PLR2004  a factor, not a change
                note += _times(cell.value, before)
            cell.judge(Verdict.ASKED, note)


def _times(value: float, before: float) -> str:
    """Guess a factor of ten that explains a leap."""
    for power in (10, 100, 1_000, 10_000, 100_000_000):
        if HALF < value / power / before < 1 / HALF:
            return f"是不是 {shown(value / power)}？"
    return ""


def check_parts(cells: Sequence[Cell], names: Names) -> None:
    """Refuse a part greater than its whole; ask where a quotient is not plausible."""
    at = _index(cells, names)
    by_item: dict[str, list[Cell]] = defaultdict(list)
    for cell in at.values():
        by_item[cell.item].append(cell)
    for q in quotients(names):
        for cell in by_item[q.part]:
            whole = at.get((q.whole, cell.area, cell.period, cell.strand))
            if whole is None or cell.value is None or whole.value is None:
                continue
            if not whole.value:
                ratio = math.inf if cell.value > 0 else None
            else:
                ratio = cell.value / whole.value * q.factor
            if ratio is None:
                continue
            if q.share and ratio > WHOLE_PERCENT * (1 + ROUNDING):
                _refuse_part(cell, whole, q, names)
            elif (
                math.isfinite(ratio)
                and {cell.verdict, whole.verdict} <= set(ACCEPTED)
                and not q.low <= ratio <= q.high
            ):
                _ask_ratio(cell, whole, q, ratio)


def _index(cells: Sequence[Cell], names: Names) -> dict[tuple[str, str, str, str], Cell]:
    return {
        (c.item, c.area, c.period, c.strand): c
        for c in cells
        if c.kind == "variable"
        and c.use is Use.WRITE
        and c.value is not None
        and not c.part
        and c.unit == names.items[c.item].unit
    }


def _refuse_part(cell: Cell, whole: Cell, q: Quotient, names: Names) -> None:
    part, all_of = names.items[q.part], names.items[q.whole]
    cell.judge(
        Verdict.REFUSED,
        f"{part.zh} {shown(cell.value or 0.0)}{part.shown_unit} 大于{all_of.zh} {shown(whole.value or 0.0)}"
        f"{all_of.shown_unit}，{q.zh}会超过 100%；请核对 {_short(cell, whole)}，常见的是两格填反或单位不同。",
    )


def _ask_ratio(cell: Cell, whole: Cell, q: Quotient, ratio: float) -> None:
    side = f"高于 {shown(q.high)}" if ratio > q.high else f"低于 {shown(q.low)}"
    unit = "" if q.unit in {"-", "1"} else q.unit
    cell.judge(
        Verdict.ASKED,
        f"由它和 {_where(whole, cell)} 的 {whole.text} 算得{q.zh} {ratio:.4g}{unit}，{side}{unit}；请核对这两格，确实如此就写明原因。",
    )


def _short(cell: Cell, whole: Cell) -> str:
    return f"{cell.address} 与 {_where(whole, cell)}"


def _where(other: Cell, cell: Cell) -> str:
    """Name another cell: by its address where it stands in the same sheet."""
    return other.address if (other.file, other.sheet) == (cell.file, cell.sheet) else other.place


def check_totals(cells: Sequence[Cell], names: Names) -> None:
    """Hold the total of an upper area against the sum of its parts, where all parts are there."""
    at = _index(cells, names)
    for cell in cells:
        if cell.use is not Use.CHECK or cell.kind != "variable" or cell.value is None or cell.part:
            continue
        parts = [at.get((cell.item, code, cell.period, cell.strand)) for code in _lowest(names, cell.area)]
        item = names.items[cell.item]
        whole = names.city.label(cell.area)
        known = [p.value for p in parts if p is not None and p.value is not None]
        if len(known) < len(parts):
            cell.notes.append(f"{whole}由各区求和，不写入；这次缺 {len(parts) - len(known)} 个区，没有核对。")
            continue
        total = sum(known)
        if abs(total - cell.value) > HALF * 10.0**-item.decimals * (len(known) + 1):
            cell.judge(
                Verdict.ASKED,
                f"写的是 {cell.text}，各区之和是 {shown(total)}{item.shown_unit}，差 {shown(cell.value - total)}；"
                "请核对各区的数，合计本身不写入。",
            )
        else:
            cell.notes.append("与各区之和一致，用作核对，不写入。")


def _lowest(names: Names, code: str) -> list[str]:
    children = names.city.children[code]
    return [low for child in children for low in _lowest(names, child)] if children else [code]


def find_contradictions(cells: Sequence[Cell]) -> list[Contradiction]:
    """Find cells that give different figures for one thing, and ask about all of them; equal ones count once."""
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.value is not None and cell.item and cell.area and cell.period and cell.part != "label":
            groups[cell.item, cell.area, cell.period, cell.strand, cell.part, cell.unit].append(cell)
    found = []
    for (item, area, period, *_), group in groups.items():
        if len(group) < 2:  # noqa: PLR2004
            continue
        values = tuple(dict.fromkeys(c.value for c in group if c.value is not None))
        if len(values) > 1:
            found.append(
                Contradiction(
                    item, area, period, tuple(c.value or 0.0 for c in group), tuple(c.place for c in group)
                )
            )
            _ask_each(group)
        else:
            for cell in group[1:]:
                cell.use = cell.use if cell.use is Use.ASIDE else Use.CHECK
                cell.notes.append(f"与 {_where(group[0], cell)} 相同，只写一次。")
    return found


def _ask_each(group: Sequence[Cell]) -> None:
    for cell in group:
        others = [
            f"{_where(o, cell)} 写的是 {o.text}" for o in group if o is not cell and o.value != cell.value
        ]
        more = "等" if len(others) > LISTED else ""
        cell.judge(
            Verdict.ASKED,
            f"同一项、同一区、同一时期有不同的数：{'；'.join(others[:LISTED])}{more}。请只留对的一个。",
        )
