"""A sheet as it was brought, with its marked cells: some rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tijian.engine.exam.intake.verdicts import Cell, SheetRead, Verdict
from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.grid import Grid, address, read_text_grid
from tijian.engine.sources.workbook import read_workbook
from tijian.office.values.imports import DryRun
from tijian.shells.web.components.tables import Paging, page_number
from tijian.shells.web.components.verdicts import Sheet, SheetCell

ROWS = 20
LONG = 40  # a longer sheet first shows its marked rows
WIDE = 40
MARKED, EVERY = "marked", "all"


@dataclass(frozen=True)
class Place:
    """A sheet that can be looked at: its words, its address, and whether it is the one shown."""

    words: str
    href: str
    here: bool


@dataclass(frozen=True)
class SheetView:
    """One sheet, some of its rows.

    Attributes:
        sheet: The rows.
        about: Which rows of how many, and what was left out.
        other: Words and address of the other way to look: all rows, or the marked ones; no words where none are.
        paging: Where one is.
        places: All sheets of the upload.
    """

    sheet: Sheet
    about: str
    other: tuple[str, str]
    paging: Paging | None
    places: tuple[Place, ...]


def sheet_view(dry: DryRun, numbers: Mapping[int, int], query: Mapping[str, str]) -> SheetView | None:
    """Show a sheet of the upload, the one named in the address or the first; None where none was read.

    Args:
        dry: The verdicts.
        numbers: id of a marked cell → its number in the table of marked cells.
        query: ``sheet`` (number from 1), ``rows`` (marked or all), ``at`` (page of rows).
    """
    sheets = [(file.file, sheet) for file in dry.intake.files for sheet in file.sheets]
    if not sheets:
        return None
    chosen = min(max(page_number(query.get("sheet", "")), 1), len(sheets))
    name, read = sheets[chosen - 1]
    grid = _grid(dry, name, read)
    if grid is None or not grid.rows:
        return None
    cells = {c.address: c for c in dry.intake.cells if (c.file, c.sheet) == (name, read.name)}
    body = range(read.head, len(grid.rows))
    marked = [r for r in body if any(_is_marked(cells.get(address(r, c))) for c in range(grid.width))]
    usual = MARKED if marked and len(body) > LONG else EVERY
    way = query.get("rows", "") if query.get("rows") in {MARKED, EVERY} else usual
    rows = marked if way == MARKED else list(body)
    paging = _paging(len(rows), chosen, way, query)
    shown = rows[paging.slice]
    other = (
        (f"看全部 {len(body)} 行", f"?sheet={chosen}&rows={EVERY}#h-sheet")
        if way == MARKED
        else ("只看有标记的行" if marked else "", f"?sheet={chosen}&rows={MARKED}#h-sheet")
    )
    places = tuple(
        Place(_words(file, sheet, len(dry.intake.files)), f"?sheet={n}#h-sheet", n == chosen)
        for n, (file, sheet) in enumerate(sheets, 1)
    )
    return SheetView(
        _sheet(grid, read, cells, numbers, shown),
        _about(grid, shown, len(body), way),
        other,
        paging if paging.pages > 1 else None,
        places,
    )


def _paging(total: int, chosen: int, way: str, query: Mapping[str, str]) -> Paging:
    kept = (("sheet", str(chosen)), ("rows", way), *((("page", query["page"]),) if query.get("page") else ()))
    return SheetPaging(total, page_number(query.get("at", "")), ROWS, kept, "行")


@dataclass(frozen=True)
class SheetPaging(Paging):
    """Pages of rows, beside the pages of marked cells on the same page."""

    def address(self, page: int) -> str:
        """Give the address of a page of rows."""
        kept = [(k, v) for k, v in self.query if k != "at"]
        return f"?{urlencode([*kept, ('at', str(page))])}#h-sheet"


def _is_marked(cell: Cell | None) -> bool:
    return cell is not None and cell.verdict is not Verdict.TAKEN and bool(cell.text or cell.notes)


def _grid(dry: DryRun, name: str, read: SheetRead) -> Grid | None:
    """Read the sheet once more, as people see it."""
    file = next(f for f in dry.upload.tables if f.name == name)
    encoded = next(f.encoding for f in dry.intake.files if f.file == name)
    try:
        data = dry.upload.path(file).read_bytes()
        grids = [read_text_grid(data, name)[0]] if encoded else read_workbook(data, name)
    except Refused:
        return None
    return next((g for g in grids if g.sheet == read.name), None)


def _words(file: str, sheet: SheetRead, files: int) -> str:
    parts = [file] if files > 1 or not sheet.name else []
    return " ".join([*parts, *([sheet.name] if sheet.name else [])])


def _about(grid: Grid, shown: list[int], total: int, way: str) -> str:
    if not shown:
        return "没有有标记的行" if way == MARKED else "没有数据行"
    columns = min(grid.width, WIDE)
    letters = f"A—{address(0, columns - 1)[:-1]} 列" if columns > 1 else "A 列"
    more = f"，右边还有 {grid.width - WIDE} 列没有画出" if grid.width > WIDE else ""
    return f"第 {shown[0] + 1}—{shown[-1] + 1} 行，{letters}，共 {total} 行{more}"


def _sheet(
    grid: Grid, read: SheetRead, cells: Mapping[str, Cell], numbers: Mapping[int, int], shown: list[int]
) -> Sheet:
    columns = range(min(grid.width, WIDE))
    head = max(read.head - 1, 0)
    names = tuple(grid.rows[head][c] for c in columns) if read.head else tuple("" for _ in columns)
    return Sheet(
        read.name or "表",
        tuple(address(0, c)[:-1] for c in columns),
        (head + 1, names),
        tuple((r + 1, tuple(_cell(grid, cells, numbers, r, c) for c in columns)) for r in shown),
    )


def _cell(
    grid: Grid, cells: Mapping[str, Cell], numbers: Mapping[int, int], row: int, column: int
) -> SheetCell:
    cell = cells.get(address(row, column))
    text = grid.rows[row][column]
    if cell is None:
        return SheetCell(text, numeric=False)
    return SheetCell(text, cell.verdict.value, numbers.get(id(cell), 0), cell.part != "label")
