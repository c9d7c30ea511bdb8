"""Blocks as typst markup. Every word passes as a string literal of typst, so no character can act as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch, singledispatchmethod

from tijian.engine.report import layout, tokens
from tijian.engine.report.blocks import (
    Beside,
    Block,
    Bullets,
    Caption,
    Change,
    Code,
    Contents,
    Cover,
    Day,
    Figure,
    Grade,
    GradeMatrix,
    Heading,
    KeyValues,
    MatrixCell,
    MatrixRow,
    Meta,
    Note,
    Num,
    PageBreak,
    Para,
    Pointer,
    ReadingGuide,
    Run,
    Runs,
    Steps,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.drawing import number
from tijian.engine.report.runs import joined, plain

PLAIN_NUMBER = re.compile(r"[−+]?[\d,.]+%?")
STAYS = frozenset("%‰°℃")
MAY_BREAK = re.compile(r"[-—–≥≤±~/]")
WHOLE_CELL = 500  # a row with less text than this is not broken over pages
LONGEST_WORD = 24


def literal(text: str) -> str:
    """Write words as a string literal of typst."""
    for raw, safe in (("\\", "\\\\"), ('"', '\\"'), ("\n", " "), ("\r", " "), ("\t", " ")):
        text = text.replace(raw, safe)
    return '"' + "".join(character for character in text if ord(character) >= 0x20) + '"'  # noqa: PLR2004


def _options(bold: bool, tone: str | None) -> str:
    weight = ', w: "bold"' if bold else ""
    return weight + (f", c: {literal(tone)}" if tone else "")


@singledispatch
def run_markup(_run: Run) -> str:
    """Write one run; what has no writer of its own is a line break."""
    return "#linebreak()"


@run_markup.register
def _(run: Text | Code | Day) -> str:
    options = _options(run.bold, run.tone)
    word = f"t({literal(run.text)}{options})" if options else literal(run.text)
    one = len(run.text) <= LONGEST_WORD and " " not in run.text and MAY_BREAK.search(run.text)
    return f"#box({word})" if one and not isinstance(run, Text) else f"#{word}"


@run_markup.register
def _(run: Num) -> str:
    marked = "" if run.marked else ", m: false"
    call = f"n({literal(run.text)}{_options(run.strong, run.tone)}{marked})"
    # a plain number never breaks by itself; a box would part it from the % or unit behind it
    return f"#{call}" if PLAIN_NUMBER.fullmatch(run.text) or " " in run.text else f"#box({call})"


@run_markup.register
def _(run: Unit) -> str:
    return f"#u({literal(run.text)}{_options(bold=False, tone=run.tone)})"


@run_markup.register
def _(run: Grade) -> str:
    return f"#g({literal(run.grade)}{', syn: true' if run.synthetic else ''})"


@run_markup.register
def _(run: Change) -> str:
    return f"{run_markup(run.before)}#[ ]#arrow#[ ]{run_markup(run.after)}"


@run_markup.register
def _(run: Steps) -> str:
    return f"#steps({', '.join(literal(state) for state in run.states)})"


@run_markup.register
def _(run: Pointer) -> str:
    return f"#link(label({literal(run.mark)}), {literal(run.mark)})"


def content(runs: Runs) -> str:
    """Write runs as a content block."""
    parts: list[str] = []
    for run in joined(runs):
        previous = parts[-1] if parts else ""
        if isinstance(run, Text) and run.text[:1] in STAYS and previous.startswith(("#n(", "#box(n(")):
            # a line may break behind a box: keep the % with its number
            parts[-1] = f"#box[{previous}#{literal(run.text[0])}]"
            run = replace(run, text=run.text[1:])  # noqa: PLW2901 - the rest of the same run
        parts.append(run_markup(run))
    return "[" + "".join(parts) + "]"


def _caption(caption: Caption | None) -> str:
    if caption is None:
        return ""
    return f"#caption({literal(caption.number)}, {content(caption.runs)})\n"


def _tail(note: Runs, source: Runs) -> str:
    below = f"#note({content(note)})\n" if note else ""
    return below + (f"#source({content(source)})\n" if source else "")


def _array(items: Sequence[str]) -> str:
    return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"


@dataclass
class Markup:
    """Writes the blocks of one document and gathers its pictures."""

    svgs: list[str] = field(default_factory=list)

    def blocks(self, blocks: Sequence[Block], room_mm: float = tokens.TYPE_WIDTH) -> str:
        """Write blocks for a column of a width in millimetres."""
        return "\n\n".join(self.block(block, room_mm) for block in blocks)

    @singledispatchmethod
    def block(self, block: Block, _room_mm: float) -> str:
        """Write one block for a column of a width in millimetres."""
        raise TypeError(type(block).__name__)

    @block.register
    def _(self, block: Heading, _room: float) -> str:
        number = f"#{literal(block.number + (' ' if block.level == 3 and block.number else ''))}"  # noqa: PLR2004
        return f"#heading(level: {block.level})[{number}{content(block.runs)[1:-1]}]"

    @block.register
    def _(self, block: Para, _room: float) -> str:
        return content(block.runs)[1:-1]

    @block.register
    def _(self, block: Meta, _room: float) -> str:
        return f"#meta({content(block.left)}, {content(block.right)})"

    @block.register
    def _(self, block: Bullets, _room: float) -> str:
        return f"#bullets({', '.join(content(item) for item in block.items)})"

    @block.register
    def _(self, block: Note, _room: float) -> str:
        return f"#v(1fr)\n#note({content(block.runs)})" if block.pinned else f"#note({content(block.runs)})"

    @block.register
    def _(self, block: Table, room_mm: float) -> str:
        size, widths = layout.fit(block, room_mm)
        gaps = _array([number(gap) for gap in layout.gaps(block)])
        align = _array([f"{column.align} + horizon" for column in block.columns])
        head = "none"
        if any(column.title for column in block.columns):
            head = _array(
                [f"th({literal(column.title)}, {literal(column.unit)})" for column in block.columns]
            )
        words = [sum(len(plain(cell)) for cell in row) for row in block.rows]
        last = len(block.rows) - (head == "none")
        whole = "true" if max(words, default=0) < WHOLE_CELL else "false"
        cells = ", ".join(self._row(row, len(block.columns)) for row in block.rows)
        graded = any(isinstance(run, Grade) for row in block.rows for cell in row for run in cell)
        pad = 3.0 if graded else 3.6 if size < tokens.TABLE else 4.6
        places = f"{pad}, {_array([number(width) for width in widths])}, {gaps}"
        body = f"#data({size}, {places}, {align}, {head}, {last}, {whole}, ({cells}{',' if cells else ''}))\n"
        text = _caption(block.caption) + body + _tail(block.note, block.source)
        return (
            f"#keep[{text}]" if len(words) <= layout.KEEP_ROWS and sum(words) <= layout.KEEP_WORDS else text
        )

    def _row(self, row: tuple[Runs, ...], columns: int) -> str:
        if len(row) == 1 and columns > 1:
            return f"across({columns}, {content(row[0])})"
        return ", ".join(content(cell) for cell in row)

    @block.register
    def _(self, block: Figure, room_mm: float) -> str:
        wide, tall = layout.figure_size(block, room_mm)
        self.svgs.append(block.svg)
        place = f"{len(self.svgs) - 1}, {wide:.2f}, {tall:.2f}"
        body = f"#picture({place}, {literal(block.alt)})\n"
        return f"#keep[{_caption(block.caption)}{body}{_tail((), block.source)}]"

    @block.register
    def _(self, block: GradeMatrix, room_mm: float) -> str:
        text = _caption(block.caption) + matrix(block, room_mm) + "\n" + _tail((), block.source)
        return f"#keep[{text}]" if len(block.rows) <= layout.KEEP_ROWS else text

    @block.register
    def _(self, block: KeyValues, _room: float) -> str:
        rows = _array([_array([literal(entry.name), content(entry.runs)]) for entry in block.rows])
        text = _caption(block.caption) + f"#pairs({block.name_mm:.2f}, {rows})\n" + _tail((), block.source)
        words = sum(len(plain(entry.runs)) for entry in block.rows)
        return (
            f"#keep[{text}]" if len(block.rows) <= layout.KEEP_ROWS and words <= layout.KEEP_WORDS else text
        )

    @block.register
    def _(self, _block: PageBreak, _room: float) -> str:
        return "#pagebreak(weak: true)"

    @block.register
    def _(self, _block: Contents, _room: float) -> str:
        return "#contents()"

    @block.register
    def _(self, block: ReadingGuide, _room: float) -> str:
        return f"#guide({literal(block.example.text if block.example else '数字')})"

    @block.register
    def _(self, block: Beside, room_mm: float) -> str:
        left = self.blocks(block.left, block.left_mm)
        right = self.blocks(block.right, room_mm - block.left_mm - layout.GUTTER_MM)
        columns = f"({block.left_mm:.2f}mm, 1fr)"
        grid = f"grid(columns: {columns}, column-gutter: {layout.GUTTER_MM}mm, [\n{left}\n], [\n{right}\n])"
        return f"#block(above: 14pt, below: 12pt, {grid})"


def matrix(block: GradeMatrix, room_mm: float, gap_pt: float = 1.6, options: str = "") -> str:
    """Write a matrix without its caption."""
    name, cell, trailing = layout.matrix_widths(block, room_mm, gap_pt / tokens.POINTS_PER_MM)
    size = 10.5 if cell > 9 else 8.5  # noqa: PLR2004 - millimetres that 不评 at full size needs
    heads = _array([literal(title) for title in block.columns])
    rows = _array([_matrix_row(row) for row in block.rows])
    sizes = f"{name:.2f}, {cell:.2f}, {trailing:.2f}, {heads}, {size}"
    return f"#matrix({sizes}, {rows}, gutter: {gap_pt}pt, last: {literal(block.trailing_title)}{options})"


def _matrix_row(row: MatrixRow) -> str:
    cells = _array([_matrix_cell(cell) for cell in row.cells])
    return f"(name: {literal(row.name)}, cells: {cells}, end: {content(row.trailing)})"


def _matrix_cell(cell: MatrixCell) -> str:
    synthetic = "true" if cell.synthetic else "false"
    words = content(cell.label) if cell.label and cell.grade not in tokens.GRADE_FILL else "none"
    return f"(grade: {literal(cell.grade)}, syn: {synthetic}, label: {words})"


def cover(block: Cover) -> str:
    """Write the first page."""
    picture = "none"
    if block.matrix is not None:
        height = min(8.6, 90 / max(len(block.matrix.rows), 1))
        options = f", height: {height:.2f}mm, words: 9.5pt"
        gap = 2.4 if height > 6 else 1.2  # noqa: PLR2004 - millimetres of a row that is not crowded
        picture = f"[{matrix(block.matrix, tokens.TYPE_WIDTH, gap, options)}]"
    note = content(block.matrix_note) if block.matrix_note else "none"
    warning = content(block.warning) if block.warning else "none"
    title = _array([literal(line) for line in block.title])
    words = f"{literal(block.issuer)}, {title}, {content(block.subtitle)}"
    return f"#front({words}, {picture}, {note}, {warning}, {literal(block.date)}, {literal(block.version)})\n"
