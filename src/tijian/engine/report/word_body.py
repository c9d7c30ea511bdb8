"""Blocks as WordprocessingML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from itertools import zip_longest

from tijian.engine.report import layout, ooxml, tokens
from tijian.engine.report.blocks import (
    Beside,
    Block,
    Bullets,
    Caption,
    Contents,
    Figure,
    Grade,
    GradeMatrix,
    Heading,
    KeyValues,
    MatrixCell,
    MatrixRow,
    Meta,
    Note,
    PageBreak,
    Para,
    ReadingGuide,
    Runs,
    Table,
    Text,
)
from tijian.engine.report.ooxml import Border, CellLook, Face, paragraph, run, twips
from tijian.engine.report.references import OutlineEntry
from tijian.engine.report.runs import plain
from tijian.engine.report.word_runs import RunWriter, graded, ground, place

GUIDE: tuple[tuple[Runs, str], ...] = (
    (
        (Grade("优"), Text(" "), Grade("良"), Text(" "), Grade("中"), Text(" "), Grade("差")),
        "四级等级。颜色由浅到深，灰度打印仍可分辨，格内总有汉字。",
    ),
    ((Grade("不评级"),), "不评级。没有标准、覆盖不足或样本不足，都写明原因，不按中等处理。"),
    ((Grade("无数据"),), "无数据。缺的数不当作零，也不参加平均。"),
    ((Grade("中", synthetic=True),), "合成、估算或待核的数，数字与等级下有点线。"),
)
GUIDE_LAST = "正文里的数都连着数据库中的值与修订号；再次生成时，没有变的数，文字也不变。"
HAIR = Border(4, tokens.LINE_1)
THICK = Border(6, tokens.INK)
THIN = Border(4, tokens.INK_SOFT)
TABLE_MARGINS = (25, 40)
KEEP_NEXT = "<w:keepNext/>"


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all rows of a table share: widths and paddings in twips, alignment, size of type."""

    widths: tuple[int, ...]
    pads: tuple[int | None, ...]
    aligns: tuple[str, ...]
    base: Face

    @classmethod
    def of(cls, table: Table, room_mm: float) -> _Frame:
        """Lay a table out once."""
        size, widths = layout.fit(table, room_mm)
        return cls(
            tuple(twips(width) for width in widths),
            tuple(_pad(gap) for gap in layout.gaps(table)),
            tuple(column.align for column in table.columns),
            Face(size=size) if size != tokens.TABLE else ooxml.PLAIN,
        )


@dataclass
class WordWriter(RunWriter):
    """Writes the blocks of one prepared document.

    Attributes:
        outline: Headings for the contents.
        embed: Takes a figure's SVG, gives the relation id of its picture.
        pages: Page of each heading for the contents; empty if unknown.
        pictures: How many were written.
        heads: How many headings were written.
        turned: Whether the next heading starts a page.
    """

    outline: Sequence[OutlineEntry]
    embed: Callable[[str], str]
    pages: Sequence[int] = ()
    pictures: int = 0
    heads: int = 0
    turned: bool = False

    def blocks(self, blocks: Sequence[Block], room_mm: float = tokens.TYPE_WIDTH) -> str:
        """Write blocks for a column of a width in millimetres."""
        parts = []
        for block, following in zip_longest(blocks, blocks[1:]):
            if isinstance(block, PageBreak) and isinstance(following, Heading):
                self.turned = True
            else:
                parts.append(self.block(block, room_mm))
        return "".join(parts)

    @singledispatchmethod
    def block(self, block: Block, _room_mm: float) -> str:
        """Write one block for a column of a width in millimetres."""
        raise TypeError(type(block).__name__)

    @block.register
    def _(self, block: Heading, _room: float) -> str:
        self.heads += 1
        looks = "<w:pageBreakBefore/>" if self.turned else ""
        looks += "" if block.numbered else '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
        looks += '<w:spacing w:before="0"/>' if self.turned else ""
        self.turned = False
        inside = self.mark(f"_Toc{self.heads:05d}", self.runs(block.runs))
        return paragraph(f"Heading{block.level}", inside, looks)

    @block.register
    def _(self, block: Para, _room: float) -> str:
        return paragraph("Normal", self.runs(block.runs))

    @block.register
    def _(self, block: Meta, room: float) -> str:
        right = f"<w:r><w:tab/></w:r>{self.runs(block.right)}" if block.right else ""
        stop = (
            f'<w:tabs><w:tab w:val="right" w:pos="{twips(room)}"/></w:tabs>'
            if room < tokens.TYPE_WIDTH
            else ""
        )
        return paragraph("Meta", self.runs(block.left) + right, stop)

    @block.register
    def _(self, block: Bullets, _room: float) -> str:
        dot = run("·", Face(ink=tokens.INK_MUTED)) + "<w:r><w:tab/></w:r>"
        return "".join(paragraph("Bullets", dot + self.runs(item)) for item in block.items)

    @block.register
    def _(self, block: Note, _room: float) -> str:
        return paragraph("Note", self.runs(block.runs))

    @block.register
    def _(self, _block: PageBreak, _room: float) -> str:
        return paragraph("Spacer", '<w:r><w:br w:type="page"/></w:r>')

    @block.register
    def _(self, _block: Contents, _room: float) -> str:
        return contents(self.outline, self.pages)

    @block.register
    def _(self, block: ReadingGuide, room: float) -> str:
        widths = [twips(38), twips(room) - twips(38)]
        last: Runs = (block.example,) if block.example else (Text("数字"),)
        rows = [(sign, (Text(words),)) for sign, words in GUIDE] + [(last, (Text(GUIDE_LAST),))]
        title = paragraph("TableText", run("怎么读这份报告", Face(bold=True, size=11)), KEEP_NEXT)
        look = CellLook(sum(widths), fill=tokens.PAGE, span=2)
        lines = [ooxml.row([ooxml.cell(look, title)])]
        for n, sides in enumerate(rows):
            looks = [CellLook(width, fill=tokens.PAGE) for width in widths]
            keep = KEEP_NEXT if n < len(rows) - 1 else ""
            texts = [paragraph("TableText", self.runs(side), keep) for side in sides]
            lines.append(ooxml.row([ooxml.cell(look, text) for look, text in zip(looks, texts, strict=True)]))
        return paragraph("Spacer", "") + ooxml.table(widths, lines, (90, 160)) + paragraph("Spacer", "")

    @block.register
    def _(self, block: Table, room: float) -> str:
        frame = _Frame.of(block, room)
        headed = any(column.title for column in block.columns)
        lines = [self._head(block, frame)] if headed else []
        short = len(block.rows) <= layout.KEEP_ROWS
        for n, cells in enumerate(block.rows):
            last = n == len(block.rows) - 1
            bottom = THICK if last and headed else HAIR
            top = HAIR if n == 0 and not headed else None
            keep = KEEP_NEXT if short and (not last or block.note or block.source) else ""
            lines.append(self._row(cells, frame, (top, bottom), keep))
        title = plain(block.caption.runs) if block.caption else ""
        body = ooxml.table(frame.widths, lines, TABLE_MARGINS, title) if lines else ""
        return self._caption(block.caption) + body + self._tail(block.note, block.source)

    def _head(self, block: Table, frame: _Frame) -> str:
        cells = []
        for column, width, pad in zip(block.columns, frame.widths, frame.pads, strict=True):
            inside = run(column.title)
            if column.unit:
                unit = Face(style="Unit", ink=tokens.INK_MUTED, size=7.5)
                inside += "<w:r><w:br/></w:r>" + run(column.unit, unit)
            text = paragraph("TableHead", inside, f'{KEEP_NEXT}<w:jc w:val="{column.align}"/>')
            cells.append(ooxml.cell(CellLook(width, top=THICK, bottom=THIN, left_pad=pad), text))
        return ooxml.row(cells, head=True)

    def _row(
        self, cells: tuple[Runs, ...], frame: _Frame, edges: tuple[Border | None, Border], keep: str
    ) -> str:
        top, bottom = edges
        if len(cells) == 1 and len(frame.widths) > 1:
            look = CellLook(sum(frame.widths), top=top, bottom=bottom, span=len(frame.widths))
            face = Face(bold=True, ink=tokens.INK_SOFT, size=frame.base.size)
            return ooxml.row([ooxml.cell(look, paragraph("TableText", self.runs(cells[0], face), KEEP_NEXT))])
        parts = []
        for runs, align, width, pad in zip(cells, frame.aligns, frame.widths, frame.pads, strict=True):
            looks = f'{keep}<w:jc w:val="{align}"/>'
            inside = self.runs(runs, frame.base)
            look = CellLook(width, top=top, bottom=bottom, left_pad=pad)
            if len(runs) == 1 and isinstance(runs[0], Grade):
                fill, hatch = ground(runs[0].grade)
                look = CellLook(width, top=top, bottom=bottom, fill=fill, hatch=hatch)
                looks = f'{keep}<w:jc w:val="center"/>'
                inside = graded(runs[0], frame.base.size)
            parts.append(ooxml.cell(look, paragraph("TableText", inside, looks)))
        return ooxml.row(parts)

    @block.register
    def _(self, block: Figure, room: float) -> str:
        self.pictures += 1
        size = layout.figure_size(block, room)
        image = ooxml.picture(self.pictures, self.embed(block.svg), size, block.alt)
        keep = KEEP_NEXT if block.source else ""
        return (
            self._caption(block.caption)
            + paragraph("Figure", image, keep)
            + self._tail((), block.source, spacer=False)
        )

    @block.register
    def _(self, block: GradeMatrix, room: float) -> str:
        title = plain(block.caption.runs) if block.caption else ""
        return (
            self._caption(block.caption) + self.matrix(block, room, 7.2, title) + self._tail((), block.source)
        )

    def matrix(self, block: GradeMatrix, room: float, height_mm: float, title: str = "") -> str:
        """Write a matrix without its caption; rows of an exact height in millimetres."""
        name, cell, trailing = layout.matrix_widths(block, room, 0.0)
        widths = [twips(name)] + [twips(cell)] * len(block.columns) + ([twips(trailing)] if trailing else [])
        heads = ["", *block.columns] + ([block.trailing_title] if trailing else [])
        cells = []
        for n, (words, width) in enumerate(zip(heads, widths, strict=True)):
            end = trailing and n == len(heads) - 1
            text = paragraph(
                "TableHead", run(words), f'{KEEP_NEXT}<w:jc w:val="{"right" if end else "center"}"/>'
            )
            cells.append(ooxml.cell(CellLook(width, align="bottom"), text))
        lines = [ooxml.row(cells, head=True)]
        lines += [self._matrix_row(item, widths, height_mm) for item in block.rows]
        return ooxml.table(widths, lines, (0, 20), title)

    def _matrix_row(self, item: MatrixRow, widths: Sequence[int], height_mm: float) -> str:
        cells = [
            ooxml.cell(
                CellLook(widths[0]), paragraph("TableHead", run(item.name, Face(ink=tokens.INK, size=10)))
            )
        ]
        cells += [self._matrix_cell(x, width) for x, width in zip(item.cells, widths[1:], strict=False)]
        if len(widths) > len(item.cells) + 1:
            figures = self.runs(item.trailing, Face(bold=True, size=10.5))
            cells.append(
                ooxml.cell(CellLook(widths[-1]), paragraph("TableText", figures, '<w:jc w:val="right"/>'))
            )
        return ooxml.row(cells, height=twips(height_mm))

    def _matrix_cell(self, item: MatrixCell, width: int) -> str:
        """White edges part the cells; a violet dotted foot says synthetic. A top edge would hide the foot above."""
        white = Border(16, tokens.WHITE)
        foot = Border(12, tokens.SYNTHETIC, "dotted") if item.synthetic else white
        fill, hatch = ground(item.grade)
        look = CellLook(width, bottom=foot, left=white, right=white, fill=fill, hatch=hatch)
        inside = graded(Grade(item.grade), 10.5)
        if item.label and item.grade not in tokens.GRADE_FILL:
            inside = self.runs(item.label, Face(size=8, fill=tokens.WHITE))
        return ooxml.cell(look, paragraph("TableText", inside, '<w:jc w:val="center"/>'))

    @block.register
    def _(self, block: KeyValues, room: float) -> str:
        name = twips(block.name_mm + 1)
        widths = [name, twips(room) - name]
        lines = []
        for n, entry in enumerate(block.rows):
            top = HAIR if n == 0 else None
            keep = KEEP_NEXT if n < len(block.rows) - 1 else ""
            left = paragraph("TableHead", run(entry.name, Face(ink=tokens.INK_MUTED)), keep)
            right = paragraph("TableText", self.runs(entry.runs), keep)
            looks = [CellLook(width, top=top, bottom=HAIR, align="top") for width in widths]
            lines.append(ooxml.row([ooxml.cell(looks[0], left), ooxml.cell(looks[1], right)]))
        body = ooxml.table(widths, lines, (20, 0)) if lines else ""
        return self._caption(block.caption) + body + self._tail((), block.source)

    @block.register
    def _(self, block: Beside, room: float) -> str:
        left, gutter = twips(block.left_mm), twips(layout.GUTTER_MM)
        right_mm = room - block.left_mm - layout.GUTTER_MM
        widths = [left, gutter, twips(room) - left - gutter]
        inside = [self.blocks(block.left, block.left_mm), "", self.blocks(block.right, right_mm)]
        # a cell must end in a paragraph, also behind a table
        end = paragraph("Spacer", "")
        cells = [
            ooxml.cell(CellLook(width, align="top"), text + end)
            for width, text in zip(widths, inside, strict=True)
        ]
        return ooxml.table(widths, [ooxml.row(cells, whole=False)], (0, 0)) + end

    def _caption(self, caption: Caption | None) -> str:
        if caption is None:
            return ""
        kind, _, number = caption.number.partition(" ")
        counted = run(f"{kind} ") + ooxml.field(f"SEQ {kind} \\* ARABIC", number)
        mark = self.mark(place(caption.number), counted)
        return paragraph("Caption", mark + run("　") + self.runs(caption.runs))

    def _tail(self, note: Runs, source: Runs, *, spacer: bool = True) -> str:
        below = paragraph("Note", self.runs(note)) if note else ""
        below += paragraph("Source", run("资料来源：") + self.runs(source)) if source else ""
        # two tables without a paragraph between them would become one
        return below or (paragraph("Spacer", "") if spacer else "")


def contents(outline: Sequence[OutlineEntry], pages: Sequence[int]) -> str:
    """Write the contents as a field with its entries filled in.

    The field is not marked as stale: Word would ask about “other files” at every opening. Pages are
    fields too, which Word and LibreOffice refresh.
    """
    entries = [(n, entry) for n, entry in enumerate(outline) if entry.level <= 2]  # noqa: PLR2004 - two levels
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    lines = [paragraph("ContentsTitle", run("目　录"))]
    for k, (n, entry) in enumerate(entries):
        name = f"_Toc{n + 1:05d}"
        page = ooxml.field(f"PAGEREF {name} \\h", str(pages[n]) if pages else "")
        words = run(entry.number + entry.text) + "<w:r><w:tab/></w:r>" + page
        link = f'<w:hyperlink w:anchor="{name}" w:history="1">{words}</w:hyperlink>'
        lines.append(paragraph(f"TOC{entry.level}", (begin if k == 0 else "") + link))
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if entries else ""
    return "".join([*lines, paragraph("Spacer", end)])


def _pad(gap_mm: float) -> int | None:
    return TABLE_MARGINS[1] + twips(gap_mm) if gap_mm else None
