"""The workbook given back: its values in their places, cells to mend marked, the remedies beside them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from tijian.engine.exam.intake.figure import PLAIN
from tijian.engine.exam.intake.verdicts import ACCEPTED, VERDICT_ZH, Cell, Intake, Verdict
from tijian.engine.kernel.canonical import sha256
from tijian.engine.sources.grid import Grid, Odd, address, read_text_grid
from tijian.engine.sources.workbook import read_workbook

RESULTS = "校验结果"
COLOURS = {
    Verdict.REFUSED: "#F4C7C3",
    Verdict.ASKED: "#FCE8B2",
    Verdict.CONVERTED: "#CFE2F3",
    Verdict.BLANK: "#E6E6E6",
}
HEADER = ("序号", "结论", "工作表", "位置", "格里写的", "读取为", "单位", "问题和改法")
WIDTHS = (6, 12, 16, 8, 18, 14, 10, 90)
LONGEST_NAME = 31
# Containers carry a fixed date, so that equal verdicts give equal bytes.
STAMP = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def marked_workbook(intake: Intake, original: bytes) -> bytes:
    """Write a workbook back with its cells marked and a sheet of what to mend.

    It is a copy of the values, not of the file: formulas stand as their results, formats and pictures are
    not kept. Words that look like formulas are written as words. A text table comes back as a workbook.

    Args:
        intake: The verdicts.
        original: Bytes of one of its files.

    Returns:
        Bytes of an .xlsx file; equal bytes for equal input.

    Raises:
        KeyError: If the file is not one of the import.
    """
    import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

    digest = sha256(original)
    file = next((f for f in intake.files if f.sha256 == digest), None)
    if file is None:
        raise KeyError(digest)
    grids = [read_text_grid(original, file.file)[0]] if file.encoding else read_workbook(original, file.file)
    cells = [cell for cell in intake.cells if cell.file == file.file]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": STAMP})
    formats = {
        verdict: book.add_format({"bg_color": colour, "border": 1}) for verdict, colour in COLOURS.items()
    }
    names: set[str] = set()
    for grid in grids:
        own = {c.address: c for c in cells if c.sheet == grid.sheet and c.verdict is not Verdict.TAKEN}
        name = _free(grid.sheet or "Sheet1", names)
        _sheet(book.add_worksheet(name), grid, own, formats)
    _results(book, book.add_worksheet(_free(RESULTS, names)), cells, formats)
    book.close()
    return stream.getvalue()


def _free(name: str, taken: set[str]) -> str:
    """Give a name of a sheet that no other has yet."""
    candidate, number = name[:LONGEST_NAME], 2
    while candidate.lower() in taken:
        candidate = f"{name[: LONGEST_NAME - 4]}({number})"
        number += 1
    taken.add(candidate.lower())
    return candidate


def _sheet(sheet: Any, grid: Grid, cells: dict[str, Cell], formats: dict[Verdict, Any]) -> None:
    for r, row in enumerate(grid.rows):
        for c, text in enumerate(row):
            cell = cells.get(address(r, c))
            style = formats[cell.verdict] if cell else None
            if PLAIN.fullmatch(text) and grid.odd.get((r, c)) is not Odd.TEXT:
                sheet.write_number(r, c, float(text), style)
            elif text:
                sheet.write_string(r, c, text, style)
            elif style:
                sheet.write_blank(r, c, None, style)
            if cell and cell.verdict in {Verdict.REFUSED, Verdict.ASKED}:
                note = f"{VERDICT_ZH[cell.verdict]}：{cell.note}"
                sheet.write_comment(r, c, note, {"author": RESULTS, "x_scale": 2.4, "y_scale": 1.4})
    if grid.hidden:
        sheet.hide()


def _results(book: Any, sheet: Any, cells: list[Cell], formats: dict[Verdict, Any]) -> None:
    """List every cell that was not simply taken, worst first, under the totals."""
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    counts = {verdict: sum(c.verdict is verdict for c in cells) for verdict in Verdict}
    said = "，".join(f"{VERDICT_ZH[verdict]} {count}" for verdict, count in counts.items())
    sheet.write_string(0, 0, f"共 {len(cells)} 个数据格：{said}。", bold)
    for c, (title, width) in enumerate(zip(HEADER, WIDTHS, strict=True)):
        sheet.write_string(1, c, title, bold)
        sheet.set_column(c, c, width)
    listed = [
        c for c in cells if c.verdict is not Verdict.TAKEN and (c.verdict is not Verdict.BLANK or c.notes)
    ]
    listed.sort(key=lambda c: -list(Verdict).index(c.verdict))
    for r, cell in enumerate(listed, 2):
        value = "" if cell.value is None else f"{cell.value:.12g}"
        texts = (VERDICT_ZH[cell.verdict], cell.sheet, cell.address, cell.text, value, cell.unit, cell.note)
        sheet.write_number(r, 0, r - 1)
        sheet.write_string(r, 1, texts[0], formats[cell.verdict])
        for c, text in enumerate(texts[1:], 2):
            sheet.write_string(r, c, text, wrap)
    sheet.freeze_panes(2, 0)
    if any(c.verdict not in {*ACCEPTED, Verdict.BLANK} for c in cells):
        sheet.activate()
