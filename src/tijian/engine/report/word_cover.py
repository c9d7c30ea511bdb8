"""The cover of a Word report: its own section, without running head."""

from __future__ import annotations

from tijian.engine.report import ooxml, tokens
from tijian.engine.report.blocks import Cover
from tijian.engine.report.drawing import advance
from tijian.engine.report.ooxml import Face, paragraph, run, twips
from tijian.engine.report.runs import plain
from tijian.engine.report.word_body import WordWriter

TOP_MM, BOTTOM_MM = 30.0, 26.0
ROOM_MM = tokens.PAGE_HEIGHT - TOP_MM - BOTTOM_MM
SAFETY_MM = 12.0  # an office may set wider fonts: the foot then moves down, not to the next page
LONG_TITLE = 15


def cover(block: Cover, writer: WordWriter) -> str:
    """Write the cover and end its section."""
    rule = f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="12" w:color="{ooxml.colour(tokens.INK)}"/></w:pBdr>'
    parts = [paragraph("CoverText", run(block.issuer), rule)]
    height = 10.0
    for n, line in enumerate(block.title):
        size = 24.0 if len(line) > LONG_TITLE else 30.0
        before = f'<w:spacing w:before="{680 if n == 0 else 0}"/>'
        parts.append(paragraph("CoverTitle", run(line, Face(size=size)), before))
        height += (12.0 if n == 0 else 0.0) + size * 0.55 * _lines(line, size)
    if block.subtitle:
        parts.append(paragraph("CoverNote", writer.runs(block.subtitle)))
        height += 9.0 * _lines(plain(block.subtitle), 12.0)
    if block.matrix is not None:
        row_mm = min(8.6, 90 / max(len(block.matrix.rows), 1))
        gap = '<w:spacing w:before="300"/>'
        parts += [paragraph("Spacer", "", gap), writer.matrix(block.matrix, tokens.TYPE_WIDTH, row_mm)]
        height += 14.0 + row_mm * len(block.matrix.rows)
    if block.matrix_note:
        small = Face(size=tokens.SOURCE, ink=tokens.INK_MUTED)
        parts.append(paragraph("CoverNote", writer.runs(block.matrix_note, small)))
        height += 5.0 + 5.0 * _lines(plain(block.matrix_note), tokens.SOURCE)
    return "".join(parts) + _foot(block, writer, height)


def _foot(block: Cover, writer: WordWriter, height: float) -> str:
    """Write warning, date and version at the foot of the page, given what stands above in millimetres."""
    warning = plain(block.warning)
    below = 8.0 + (8.0 + 6.0 * _lines(warning, 9.5) if warning else 0.0)
    space = twips(max(ROOM_MM - SAFETY_MM - height - below, 4.0))
    parts = [paragraph("Spacer", "", f'<w:spacing w:before="{space}"/>')]
    if warning:
        ink = tokens.SYNTHETIC if "synthetic" in writer.document.marks else tokens.WARN
        edge = f'w:val="single" w:sz="6" w:space="8" w:color="{ooxml.colour(ink)}"'
        box = "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right"))
        looks = f'<w:pBdr>{box}</w:pBdr><w:spacing w:after="320"/><w:ind w:left="160" w:right="160"/>'
        parts.append(paragraph("CoverNote", writer.runs(block.warning, Face(size=9.5, ink=ink)), looks))
    ends = run(block.date, Face(ink=tokens.INK)) + "<w:r><w:tab/></w:r>" + run(block.version)
    parts.append(paragraph("CoverText", ends, section(TOP_MM, BOTTOM_MM)))
    return "".join(parts)


def section(top_mm: float, bottom_mm: float) -> str:
    """Write the properties of a section that ends here and has no running head."""
    left, right = twips(tokens.MARGIN_LEFT), twips(tokens.MARGIN_RIGHT)
    return (
        '<w:sectPr><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{twips(tokens.PAGE_WIDTH)}" w:h="{twips(tokens.PAGE_HEIGHT)}"/>'
        f'<w:pgMar w:top="{twips(top_mm)}" w:right="{right}" w:bottom="{twips(bottom_mm)}" w:left="{left}" '
        'w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    )


def _lines(text: str, size: float) -> int:
    return max(1, -int(-advance(text, size) // (tokens.TYPE_WIDTH * tokens.POINTS_PER_MM)))
