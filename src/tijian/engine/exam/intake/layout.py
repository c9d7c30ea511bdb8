"""Where things stand in a table: title, header, keys of the rows, data columns, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from tijian.engine.exam.intake.figure import PLAIN, read_figure
from tijian.engine.exam.intake.names import (
    NOTHING,
    Meaning,
    Names,
    normal,
    period_text,
    role_of,
    units_in,
    year_in,
)
from tijian.engine.exam.intake.unit_words import unit_of
from tijian.engine.sources.grid import Grid

SEARCHED, MOST_HEAD = 40, 5
FOOT = re.compile(
    r"[（(\[【]?\s*([备附]?注(?=[:：\s0-9①-⑳.、)）]|$)|说明|填表|填报|制表|审核|复核|负责人|单位负责|联系|电话|数据来源|资料来源|来源[:：]|统计负责|盖章|签字|[①-⑳*※]|[0-9]{1,2}\s*[.、．)）]\s*[\u4e00-\u9fff])"
)
# Roles that name a row; the others hold data or are set aside.
KEYS = frozenset(
    {
        "variable",
        "question",
        "area",
        "code",
        "period",
        "date",
        "month",
        "day",
        "unit",
        "strand",
        "mark",
        "serial",
        "remark",
        "name",
    }
)
LONG_VALUES = frozenset({"value", "n", "mean", "margin"})
MOSTLY, FULL_DATE, SENTENCE = 0.5, 10, 12


@dataclass
class Column:
    """One column: its role, its header as written, and what the header says."""

    role: str
    header: str
    meaning: Meaning = NOTHING
    part: str = ""


@dataclass
class Layout:
    """How a table is laid out.

    Attributes:
        shape: long, wide, daily or unknown.
        head: Rows up to and with the header.
        columns: One a column of the grid.
        context: What title lines say about all figures.
        units: Units of a line such as 单位：万人.
        apart: Rows from 0 without data cells.
    """

    shape: str
    head: int
    columns: list[Column]
    context: Meaning = NOTHING
    units: tuple[str, ...] = ()
    apart: set[int] = field(default_factory=set)

    @property
    def keys(self) -> list[int]:
        """Columns that name a row."""
        return [i for i, column in enumerate(self.columns) if column.role in KEYS]

    @property
    def data(self) -> list[int]:
        """Columns with data cells."""
        return [
            i for i, column in enumerate(self.columns) if column.role not in KEYS and column.role != "empty"
        ]

    @property
    def says_item(self) -> bool:
        """Whether a column or a title says what the figures are of."""
        return self.context.item is not None or any(column.meaning.item for column in self.columns)


def lay_out(grid: Grid, names: Names) -> Layout:
    """Find out how a table is laid out; a table nobody understands has the shape unknown."""
    _fill_merged(grid)
    anchor = _anchor(grid, names)
    if _is_body(grid.rows[anchor], names):
        top, head = anchor, anchor
        columns = [Column("data", "") for _ in range(grid.width)]
    else:
        top, bottom = _header_rows(grid, names, anchor)
        head = bottom + 1
        columns = [_column(grid, names, c, top, bottom) for c in range(grid.width)]
    layout = Layout("wide", head, columns)
    layout.apart = set(range(head))
    _set_apart(grid, layout, grid.rows[anchor] if head > anchor else [], names)
    _roles_from_body(grid, names, layout)
    _read_titles(grid, names, layout, top)
    _shape(layout)
    return layout


def _is_body(row: list[str], names: Names) -> bool:
    """Tell whether even the best row is no header: it holds figures and names no item and no role."""
    texts = [text for text in row if text]
    figures = any(PLAIN.fullmatch(t) and not names.meaning(t).says_something for t in texts)
    return figures and not any(names.meaning(t).item or role_of(t) for t in texts)


def next_table(grid: Grid, layout: Layout, names: Names) -> int | None:
    """Find the row at which another table begins below this one, with its titles; None where none does."""
    header = grid.rows[layout.head - 1] if layout.head else []
    for r in range(layout.head, len(grid.rows)):
        row = grid.rows[r]
        if row == header or not any(names.meaning(row[c]).item for c in layout.data if row[c]):
            continue
        texts = {text for text in row if text}
        if (any(role_of(t) for t in texts) or len(texts) > 1) and all(
            read_figure(t).number is None for t in texts if not names.meaning(t).says_something
        ):
            while r > layout.head and _is_title(grid.rows[r - 1], names):
                r -= 1  # noqa: PLW2901  the titles above belong to the table below
            return r
    return None


def _is_title(row: list[str], names: Names) -> bool:
    """Tell whether a row is blank or one text that is no name and no figure."""
    texts = {text for text in row if text}
    if len(texts) > 1:
        return False
    return all(not names.meaning(t).says_something and read_figure(t).number is None for t in texts)


def _fill_merged(grid: Grid) -> None:
    """Write the text of a merged range of words into all its cells; figures are left to their first cell."""
    filled = []
    for merged in grid.merged:
        text = grid.rows[merged.top][merged.left]
        if text and read_figure(text).number is None:
            for row, column in merged.cells():
                grid.rows[row][column] = text
            filled.append(merged.label)
    if filled:
        shown = "、".join(filled[:3]) + ("等" if len(filled) > 3 else "")  # noqa: PLR2004
        grid.notes.append(f"合并单元格 {len(filled)} 处（{shown}）已按所有格同文展开。")


def _score(row: list[str], names: Names) -> int:
    """Rate how much a row looks like a header: names that are understood, less figures."""
    score, years = 0, set()
    for text in set(row):
        if not text:
            continue
        meaning = names.meaning(text)
        if meaning.period and not meaning.item:
            years.add(meaning.period)
        elif meaning.item or meaning.area or role_of(text):
            score += 2
        elif PLAIN.fullmatch(text):
            score -= 2
    return score + (2 * len(years) if len(years) > 1 or score else 0)


def _anchor(grid: Grid, names: Names) -> int:
    """Choose the row that looks most like a header; the first of equals."""
    best, at = -1, -1
    for r, row in enumerate(grid.rows[:SEARCHED]):
        filled = len({text for text in row if text})
        score = _score(row, names) * 2 + (filled > 1)
        if filled and score > best:
            best, at = score, r
    return max(at, 0)


def _header_rows(grid: Grid, names: Names, anchor: int) -> tuple[int, int]:
    """Give the first and last row of the header around its best row."""
    top = bottom = anchor
    while top > 0 and anchor - top < MOST_HEAD and _heads_above(grid.rows[top - 1], names):
        top -= 1
    while (
        bottom + 1 < len(grid.rows)
        and bottom - anchor < MOST_HEAD
        and _heads_below(grid.rows[bottom + 1], names)
    ):
        bottom += 1
    for r in range(top, bottom):
        _fill_right(grid, r)
    return top, bottom


def _heads_above(row: list[str], names: Names) -> bool:
    """Tell whether a row above the best one belongs to the header: names of several groups of columns."""
    texts = [text for text in row if text]
    if len(set(texts)) < 2 or any(PLAIN.fullmatch(t) and not names.meaning(t).period for t in texts):  # noqa: PLR2004
        return False
    said = [t for t in texts if names.meaning(t).says_something or role_of(t)]
    return len(said) > 1 and not any(units_in(t) for t in texts)


def _heads_below(row: list[str], names: Names) -> bool:
    """Tell whether a row below the best one belongs to the header: units, or the finer of two levels."""
    texts = [text for text in row if text]
    if not texts or names.meaning(row[0]).area:
        return False
    units = [t for t in texts if unit_of(t.strip("()（）[]【】")) is not None]
    words = {t for t in texts if role_of(t) or t in {"单位", "计量单位"}}
    if units and len(units) + len(words) >= len(texts) and not any(PLAIN.fullmatch(t) for t in units):
        return True
    if not row[0] or role_of(row[0]):
        plain = all(
            read_figure(t).number is None and not read_figure(t).reason
            for t in texts
            if not names.meaning(t).period
        )
        if plain and len(texts) > 1 and any(names.meaning(t).item for t in texts):
            return True
    finer = set(texts) - words
    kinds = {_kind(names.meaning(t)) for t in finer}
    return len(finer) > 1 and len(kinds) == 1 and "" not in kinds


def _kind(said: Meaning) -> str:
    """Name what a text speaks of: an item, an area or a period."""
    return "item" if said.item else "area" if said.area else "period" if said.period else ""


def _fill_right(grid: Grid, r: int) -> None:
    """Repeat the name of a group over the empty cells to its right, as people mean it in text tables."""
    row = grid.rows[r]
    for c in range(1, len(row)):
        if (
            not row[c]
            and row[c - 1]
            and not role_of(row[c - 1])
            and any(grid.rows[below][c] for below in range(r + 1, min(r + 2, len(grid.rows))))
        ):
            row[c] = row[c - 1]


def _column(grid: Grid, names: Names, c: int, top: int, bottom: int) -> Column:
    """Understand one column by all rows of its header."""
    texts = list(dict.fromkeys(grid.rows[r][c] for r in range(top, bottom + 1) if grid.rows[r][c]))
    header = " ".join(texts)
    role = next((role for t in reversed(texts) if (role := role_of(t))), "")
    meaning, unknown = NOTHING, ""
    for text in reversed(texts):
        unit = unit_of(text.strip("()（）[]【】"))
        said = names.meaning(text)
        if unit and not said.says_something:
            meaning = meaning | Meaning(unit=unit)
        elif said.says_something or said.unit:
            meaning = meaning | replace(said, unknown="")
        elif not role_of(text):
            unknown = unknown or text
    if meaning.item is None and len(texts) > 1:
        # 供水 over 总量 is 供水总量.
        meaning = meaning | replace(names.meaning("".join(texts)), unknown="")
    if meaning.item or (meaning.area and not role) or (meaning.period and not role):
        return Column("data", header, meaning)
    if role:
        return Column(role, header, Meaning(unit=meaning.unit))
    return Column("data" if header else "", header, replace(meaning, unknown=unknown or header))


def _set_apart(grid: Grid, layout: Layout, header: list[str], names: Names) -> None:
    """Set rows apart that hold no data: blank ones, repeated headers, footnotes."""
    data = layout.data
    for r in range(layout.head, len(grid.rows)):
        row = grid.rows[r]
        if not any(row) or row == header or _is_foot(row, data, names):
            layout.apart.add(r)


def _is_foot(row: list[str], data: list[int], names: Names) -> bool:
    """Tell whether a row is a footnote: it begins like one and has no figure, or is one long sentence."""
    texts = list(dict.fromkeys(text for text in row if text))
    if names.meaning(texts[0]).says_something:
        return False
    if any(row[c] and read_figure(row[c]).number is not None and row[c] != texts[0] for c in data):
        return False
    return bool(FOOT.match(texts[0])) or (len(texts) == 1 and len(texts[0]) > SENTENCE)


def _roles_from_body(grid: Grid, names: Names, layout: Layout) -> None:
    """Give columns without a word of their own the role their cells speak of; empty columns none."""
    body = [grid.rows[r] for r in range(layout.head, len(grid.rows)) if r not in layout.apart]
    for c, column in enumerate(layout.columns):
        texts = [row[c] for row in body if row[c]]
        if not texts and not column.header:
            column.role = "empty"
        elif column.role in {"", "data", "unit", "variable", "code"} and not column.meaning.says_something:
            column.role = _role_of_cells(texts, names, column, first=c == 0) or column.role
        if column.role == "":
            column.role = "data"
        if column.role in {"date", "period"}:
            full = sum(len(period_text(text)) == FULL_DATE for text in texts)
            column.role = "date" if full > len(texts) * MOSTLY else "period"


def _role_of_cells(texts: list[str], names: Names, column: Column, *, first: bool) -> str:
    if not texts:
        return ""
    votes: Counter[str] = Counter()
    for text in texts:
        said = names.meaning(text)
        if said.item:
            votes["question" if said.item.kind == "survey" else "variable"] += 1
        elif said.area:
            votes["area"] += 1
        elif said.period:
            votes["date" if len(said.period) == FULL_DATE else "period"] += 1
        elif unit_of(text):
            votes["unit"] += 1
        elif read_figure(text).number is None and not read_figure(text).reason:
            votes["name"] += 1
    role, count = votes.most_common(1)[0] if votes else ("", 0)
    if count <= len(texts) * MOSTLY:
        return ""
    if role == "name":
        return "name" if first else ("remark" if column.role == "unit" else "")
    if role == "period" and column.role == "data" and normal(column.header) and not first:
        return ""
    return role


def _read_titles(grid: Grid, names: Names, layout: Layout, top: int) -> None:
    """Read what the lines above the header, and the name of the sheet, say about all figures."""
    lines = [text for r in range(top) for text in dict.fromkeys(grid.rows[r]) if text]
    context, units = NOTHING, layout.units
    for text in [*lines, grid.sheet]:
        said = names.meaning(text) if text else NOTHING
        year = said.period or year_in(text)
        context = context | Meaning(item=said.item, area=said.area, period=year, unit=said.unit)
        units = units or units_in(text)
        if not context.area:
            context = context | Meaning(area=_area_in(text, names))
    layout.context, layout.units = context, units


def _area_in(title: str, names: Names) -> str:
    """Find the one area, not the whole city, that a title speaks of."""
    city = names.city
    found = [a.code for a in city.areas.areas if a.zh in title]
    return found[0] if len(found) == 1 else ""


def _shape(layout: Layout) -> None:
    roles = {column.role for column in layout.columns}
    said = any(column.meaning.says_something for column in layout.columns if column.role == "data")
    if roles & {"date", "day"} and not roles & LONG_VALUES:
        layout.shape = "daily"
    elif roles & LONG_VALUES and roles & {"variable", "question"}:
        layout.shape = "long"
    elif not said and "variable" not in roles and layout.context.item is None:
        layout.shape = "unknown"
    for column in layout.columns:
        if layout.shape == "long" and column.role in LONG_VALUES:
            column.part = "" if column.role == "value" else column.role
        elif layout.shape != "daily" and column.role == "label":
            column.role = "remark"
