"""Widths of table columns, the same in PDF and Word: numbers never break, words share what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tijian.engine.report import tokens
from tijian.engine.report.blocks import (
    Break,
    Change,
    Column,
    Figure,
    Grade,
    GradeMatrix,
    Run,
    Runs,
    Steps,
    Table,
    Unit,
)
from tijian.engine.report.drawing import advance, mark_width
from tijian.engine.report.runs import plain, plain_run

PADDING_MM = 1.6  # left and right of a cell together
GAP_MM = 2.2  # more room where a column of figures meets a column of words
GUTTER_MM = 8.0  # between blocks side by side
TALLEST_MM = 190.0  # of a figure, so that caption and source stay on its page
KEEP_ROWS = 14  # a table up to this long stays on one page, if its text is short too
KEEP_WORDS = 1500
SVG_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"')
GRADE_EM = 1.36
STEP_MM = 3.7
# smaller type, and fewer characters that must stay on one line, until the columns fit
TRIES = ((tokens.TABLE, 6), (8.5, 6), (tokens.TABLE_SMALL, 6), (tokens.TABLE_SMALL, 5), (tokens.TABLE_SMALL, 4), (7.5, 4), (7.5, 2))  # fmt: skip


def fit(table: Table, total_mm: float) -> tuple[float, list[float]]:
    """Choose the size of type of a table and share its width among the columns.

    Fixed columns keep their width. Each of the rest gets at least what it cannot break (numbers,
    short names, words of its head), and at most what its longest cell needs while others want more.

    Args:
        table: Its head and cells are measured.
        total_mm: Width of the table.

    Returns:
        Points of the type, and millimetres by column, adding up to ``total_mm``.
    """
    tries = [each for each in TRIES if not table.small or each[0] <= tokens.TABLE_SMALL]
    for size, whole in tries:
        needs = _column_needs(table, size, whole)
        if sum(need[0] for need in needs) <= total_mm:
            break
    free = [column.width_mm is None for column in table.columns]
    return size, _share(needs, free, total_mm)


def gaps(table: Table) -> list[float]:
    """Give the extra room at the left of each column, in millimetres.

    Words that follow a column of figures would touch them; a unit belongs to its figure.
    """
    result = [0.0] * len(table.columns)
    for n in range(1, len(table.columns)):
        meets = table.columns[n - 1].align == "right" and table.columns[n].align == "left"
        units = any(len(row) > n and any(isinstance(run, Unit) for run in row[n][:1]) for row in table.rows)
        result[n] = GAP_MM if meets and not units else 0.0
    return result


def _column_needs(table: Table, size: float, whole: int) -> list[tuple[float, float]]:
    rows = [row for row in table.rows if len(row) == len(table.columns)]
    needs: list[tuple[float, float]] = []
    for n, (column, gap) in enumerate(zip(table.columns, gaps(table), strict=True)):
        if column.width_mm is not None:
            needs.append((column.width_mm, column.width_mm))
            continue
        cells = [_needs(row[n], size, whole) for row in rows]
        head = _head_needs(column)
        least = max([head[0], *(cell[0] for cell in cells)]) + PADDING_MM + gap
        most = max([head[1], *(cell[1] for cell in cells)]) + PADDING_MM + gap
        needs.append((least, max(least, most)))
    return needs


def _share(needs: Sequence[tuple[float, float]], free: Sequence[bool], total: float) -> list[float]:
    least, most = sum(need[0] for need in needs), sum(need[1] for need in needs)
    if most <= total:
        widths = [need[1] for need in needs]
        grows = free if any(free) else [True] * len(needs)
        weight = sum(need[1] for need, grow in zip(needs, grows, strict=True) if grow) or 1.0
        rest = total - most
        return [
            width + (rest * width / weight if grow else 0.0)
            for width, grow in zip(widths, grows, strict=True)
        ]
    if least <= total:
        part = (total - least) / (most - least)
        return [low + (high - low) * part for low, high in needs]
    return [low * total / least for low, _ in needs]


def _head_needs(column: Column) -> tuple[float, float]:
    """A head may break into two lines between characters; a unit may not."""
    size = tokens.TABLE_HEAD
    title = advance(column.title, size)
    least = title if len(column.title) <= 4 else max(title / 2 + size * 0.5, size * 2)  # noqa: PLR2004
    unit = advance(column.unit, size - 1)
    return max(least, unit) / tokens.POINTS_PER_MM, max(title, unit) / tokens.POINTS_PER_MM


def _needs(runs: Runs, size: float, whole: int) -> tuple[float, float]:
    """Least and most millimetres of a cell, by its widest line."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if isinstance(run, Break):
            lines.append([])
        else:
            lines[-1].append(run)
    needs = [_line_needs(tuple(line), size, whole) for line in lines]
    return max(need[0] for need in needs), max(need[1] for need in needs)


def _line_needs(line: Runs, size: float, whole: int) -> tuple[float, float]:
    """Short words stay whole; long ones get at least a third of their length or four characters."""
    parts = [_run_needs(run, size) for run in line]
    most = sum(part[1] for part in parts)
    if len(plain(line)) <= whole:
        return most, most
    room = min(most / 3, 4.2 * size / tokens.POINTS_PER_MM)
    return max([room, *(part[0] for part in parts)]), most


def _run_needs(run: Run, size: float) -> tuple[float, float]:
    """Least and most millimetres of one run."""
    if isinstance(run, Grade):
        width = mark_width(run.grade, size * GRADE_EM) / tokens.POINTS_PER_MM
        return width, width
    if isinstance(run, Steps):
        width = STEP_MM * len(run.states)
        return width, width
    if isinstance(run, Change):
        sides = [_run_needs(side, size)[1] for side in (run.before, run.after)]
        width = sum(sides) + advance(" → ", size) / tokens.POINTS_PER_MM
        return width, width
    text = plain_run(run)
    bold = bool(getattr(run, "bold", False) or getattr(run, "strong", False))
    words = max((advance(word, size, bold=bold) for word in _unbreakable(text)), default=0.0)
    return words / tokens.POINTS_PER_MM, advance(text, size, bold=bold) / tokens.POINTS_PER_MM


def _unbreakable(text: str) -> list[str]:
    """Part a text where a line may break: at spaces and between Chinese characters."""
    words: list[str] = [""]
    for character in text:
        if character == " ":
            words.append("")
        elif ord(character) >= 0x2E80:  # noqa: PLR2004 - from here on Chinese, which breaks anywhere
            words += [character, ""]
        else:
            words[-1] += character
    return [word for word in words if word]


def svg_size(svg: str) -> tuple[float, float]:
    """Read width and height of a picture from its first tag.

    Raises:
        ValueError: If the picture does not state them.
    """
    found = SVG_SIZE.search(svg[:1000])
    if found is None:
        raise ValueError("图没有写明宽和高：" + svg[:80])
    return float(found[1]), float(found[2])


def figure_size(figure: Figure, room_mm: float) -> tuple[float, float]:
    """Give width and height in millimetres: as wide as asked or as there is room, never taller than a page."""
    width, height = svg_size(figure.svg)
    wide = min(figure.width_mm or room_mm, room_mm)
    tall = wide * height / width
    if tall > TALLEST_MM:
        wide, tall = wide * TALLEST_MM / tall, TALLEST_MM
    return wide, tall


def matrix_widths(block: GradeMatrix, room_mm: float, gap_mm: float) -> tuple[float, float, float]:
    """Share the width of a matrix: name, one cell, figure at the end (0 if there is none)."""
    names = [advance(row.name, 10) for row in block.rows]
    name = min(max(names, default=20.0) / tokens.POINTS_PER_MM + 2.5, room_mm * 0.3)
    ends = any(row.trailing for row in block.rows)
    trailing = 10.0 if ends else 0.0
    columns = max(len(block.columns), 1)
    return name, (room_mm - name - trailing - gap_mm * (columns + ends)) / columns, trailing
