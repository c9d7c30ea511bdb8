"""Workbooks (.xlsx): values by calamine, after a look at the archive that keeps bombs and tricks out.

calamine leaves out what an import must know: cells that hold an error, formulas that were never
computed, numbers shown as per cent. One pass over the XML of each sheet finds them, counts what is
unpacked and refuses document type declarations, so that no entity is ever expanded.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from tijian.engine.sources.grid import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Grid,
    Merged,
    Odd,
    refusal,
)

MAX_SHEETS, MAX_ENTRIES, MAX_UNPACKED = 50, 2_000, 300_000_000
CHUNK = 1 << 18
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
PERCENT_IDS = frozenset({9, 10})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a serial number of a spreadsheet has no zone
DAY = timedelta(days=1)
ALIKE = "请在 Excel 或 WPS 中另存为“Excel 工作簿 (.xlsx)”再上传。"


@dataclass
class _Scan:
    """What the XML of one sheet says beside the values, cells as (row, column) from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    empty_formulas: set[tuple[int, int]] = field(default_factory=set)
    percent: set[tuple[int, int]] = field(default_factory=set)
    bottom: int = -1
    right: int = -1
    cells: int = 0


def read_workbook(data: bytes, file: str) -> list[Grid]:
    """Read every sheet of a workbook.

    Args:
        data: Bytes of an .xlsx file.
        file: How the file is called in faults.

    Raises:
        Refused: If the file is no workbook, is locked by a password, damaged, or larger than the limits.
    """
    scans = _examined(data, file)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = []
        for index, meta in enumerate(book.sheets_metadata):
            if meta.typ is SheetTypeEnum.WorkSheet:
                scan = scans.get(meta.name, _Scan())
                grid = _grid(book.get_sheet_by_index(index), meta.name, scan)
                grid.hidden = meta.visible is not SheetVisibleEnum.Visible
                if grid.hidden:
                    grid.notes.append("工作表是隐藏的，也读了；不要的请删去。")
                grids.append(grid)
    except (CalamineError, OSError, ValueError) as error:
        raise _broken(file) from error
    return grids


def _broken(file: str) -> Exception:
    return refusal("workbook.broken", file, "", "能打开的 xlsx 工作簿", f"文件已损坏；{ALIKE}")


def _examined(data: bytes, file: str) -> dict[str, _Scan]:
    """Check kind and size of the archive, and scan its sheets: name → scan."""
    if len(data) > MAX_BYTES:
        raise refusal("file.size", file, len(data), f"不超过 {MAX_BYTES} 字节的文件", "请分成几个文件。")
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise refusal("workbook.locked", file, "", "没有密码的工作簿", "请去掉打开密码后再上传。")
        raise refusal("workbook.old", file, ".xls", "xlsx 工作簿", f"这是旧格式（.xls）；{ALIKE}")
    if not data.startswith(b"PK"):
        raise refusal(
            "workbook.kind",
            file,
            "",
            "xlsx 工作簿",
            f"文件改过扩展名，内容不是 xlsx；是文本就改回 .csv，否则{ALIKE}",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _scanned(archive, file)
    except (zipfile.BadZipFile, expat.ExpatError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _broken(file) from error
    except (zipfile.zlib.error, KeyError, ValueError) as error:  # type: ignore[attr-defined]
        raise _broken(file) from error


def _scanned(archive: zipfile.ZipFile, file: str) -> dict[str, _Scan]:
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries.values()) > MAX_UNPACKED:
        raise _too_large(file)
    if "xl/workbook.xml" not in entries:
        raise refusal(
            "workbook.kind", file, "", "xlsx 工作簿", f"压缩包里没有工作簿，可能是别的文件改了扩展名；{ALIKE}"
        )
    reader = _Unpacker(archive, file)
    sheets = _sheet_paths(reader)
    if len(sheets) > MAX_SHEETS:
        raise refusal(
            "workbook.sheets", file, len(sheets), f"不超过 {MAX_SHEETS} 张工作表", "请分成几个文件。"
        )
    percent = _percent_styles(reader) if "xl/styles.xml" in entries else frozenset()
    scans = {name: _scan(reader, path, percent) for name, path in sheets.items() if path in entries}
    for name in set(entries) - set(sheets.values()) - reader.seen:
        if name.endswith((".xml", ".rels")):
            reader.parse(name)
    for name, scan in scans.items():
        if (
            scan.bottom >= MAX_ROWS
            or scan.right >= MAX_COLUMNS
            or (scan.bottom + 1) * (scan.right + 1) > MAX_CELLS
        ):
            raise _too_large(file, f"工作表“{name}”")
    return scans


def _too_large(file: str, place: str = "") -> Exception:
    expected = (
        f"不超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS} 个格的表，展开后不超过 {MAX_UNPACKED} 字节"
    )
    return refusal("table.size", file, "", expected, "请删去空白的行列，或分成几个文件。", place)


class _Unpacker:
    """Parses entries of an archive piece by piece, counting what is unpacked, whatever the directory says."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self.archive, self.file = archive, file
        self.unpacked = 0
        self.seen: set[str] = set()

    def parse(self, name: str, start: Any = None, end: Any = None, text: Any = None) -> None:
        """Parse one entry with handlers of expat; a document type declaration is refused."""
        self.seen.add(name)
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = text
        parser.buffer_text = True
        with self.archive.open(name) as stream:
            while chunk := stream.read(CHUNK):
                self.unpacked += len(chunk)
                if self.unpacked > MAX_UNPACKED:
                    raise _too_large(self.file)
                parser.Parse(chunk)
        parser.Parse(b"", True)

    def _refuse_doctype(self, *_: object) -> None:
        raise refusal(
            "workbook.doctype",
            self.file,
            "DOCTYPE",
            "不带文档类型声明的工作簿",
            f"不是 Excel 写出的；{ALIKE}",
        )


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheet_paths(reader: _Unpacker) -> dict[str, str]:
    """Give the sheets of the workbook in order: name → entry of the archive."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            key = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            sheets[attributes.get("name", "")] = targets.get(key, "")

    reader.parse("xl/_rels/workbook.xml.rels", relation)
    reader.parse("xl/workbook.xml", sheet)
    return sheets


def _percent_styles(reader: _Unpacker) -> frozenset[int]:
    """Find the cell styles that show a number as per cent."""
    formats: set[int] = set(PERCENT_IDS)
    styles: list[int] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "numFmt" if "%" in attributes.get("formatCode", ""):
                formats.add(int(attributes.get("numFmtId", "0")))
            case "cellXfs":
                inside[0] = True
            case "xf" if inside[0]:
                styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        if _local(name) == "cellXfs":
            inside[0] = False

    reader.parse("xl/styles.xml", start, end)
    return frozenset(i for i, number in enumerate(styles) if number in formats)


class _SheetScan:
    """Handlers of expat for the XML of a sheet."""

    def __init__(self, percent: frozenset[int]) -> None:
        self.scan = _Scan()
        self.percent = percent
        self.at, self.row, self.column = (0, 0), -1, -1
        self.kind, self.style = "", 0
        self.formula = self.value = False
        self.inside = ""
        self.text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a row, a cell, or a part of a cell."""
        local = _local(name)
        if local == "c":
            self._cell(attributes)
        elif local == "row":
            self.row = int(attributes.get("r", self.row + 2)) - 1
            self.column = -1
        elif local in {"f", "v", "is", "t"}:
            self.inside = local
            self.formula |= local == "f"

    def _cell(self, attributes: dict[str, str]) -> None:
        found = REFERENCE.fullmatch(attributes.get("r", ""))
        if found:
            column = 0
            for letter in found[1]:
                column = column * 26 + ord(letter) - 64
            self.at = (int(found[2]) - 1, column - 1)
        else:
            self.at = (max(self.row, 0), self.column + 1)
        self.column = self.at[1]
        self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", "0"))
        self.formula = self.value = False
        self.text = ""

    def data(self, text: str) -> None:
        """Note that a cell has a value."""
        if self.inside in {"v", "t"}:
            self.value = True
            self.text = text

    def end(self, name: str) -> None:
        """Settle a cell."""
        local = _local(name)
        if local in {"f", "v", "is", "t"}:
            self.inside = ""
        if local != "c" or not (self.value or self.formula):
            return
        scan = self.scan
        scan.cells += 1
        scan.bottom, scan.right = max(scan.bottom, self.at[0]), max(scan.right, self.at[1])
        if self.kind == "e":
            scan.errors[self.at] = self.text
        elif self.formula and not self.value and self.kind != "str":
            scan.empty_formulas.add(self.at)
        elif self.kind == "n" and self.style in self.percent:
            scan.percent.add(self.at)


def _scan(reader: _Unpacker, path: str, percent: frozenset[int]) -> _Scan:
    handlers = _SheetScan(percent)
    reader.parse(path, handlers.start, handlers.end, handlers.data)
    return handlers.scan


def _grid(sheet: Any, name: str, scan: _Scan) -> Grid:
    """Turn the values of calamine into texts, with what the scan found beside them."""
    values = sheet.to_python(skip_empty_area=False)
    width = max([len(row) for row in values] + [scan.right + 1])
    grid = Grid(name, [])
    for r in range(max(len(values), scan.bottom + 1)):
        row = values[r] if r < len(values) else []
        texts = [_shown(v, (r, c), grid, scan) for c, v in enumerate(row)]
        grid.rows.append(texts + [""] * (width - len(texts)))
    for (r, c), text in scan.errors.items():
        grid.rows[r][c], grid.odd[r, c] = text, Odd.ERROR
    for r, c in scan.empty_formulas:
        grid.rows[r][c], grid.odd[r, c] = "", Odd.EMPTY_FORMULA
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if left < width and top < len(grid.rows):
            grid.merged.append(Merged(top, left, min(bottom, len(grid.rows) - 1), min(right, width - 1)))
    return grid


def _shown(value: Any, at: tuple[int, int], grid: Grid, scan: _Scan) -> str:
    match value:
        case bool():
            grid.odd[at] = Odd.BOOL
            return "TRUE" if value else "FALSE"
        case int() | float():
            if at in scan.percent:
                return f"{_plain(value * 100)}%"
            return _plain(value)
        case datetime() | date() | time() | timedelta():
            grid.odd[at] = Odd.DATE
            return _dated(value, at, grid)
        case _:
            text = str(value).strip()
            if any(c.isdigit() for c in text):
                grid.odd[at] = Odd.TEXT
            return text


def _plain(number: float) -> str:
    """Show a number with the fifteen digits a spreadsheet keeps, without an exponent where it fits."""
    text = f"{number:.15g}"
    if "e" in text and 1e-9 < abs(number) < 1e21:  # noqa: PLR2004
        text = f"{number:.15f}".rstrip("0").rstrip(".") if abs(number) < 1 else f"{number:.0f}"
    return text


def _dated(value: datetime | date | time | timedelta, at: tuple[int, int], grid: Grid) -> str:
    if isinstance(value, datetime):
        grid.serials[at] = (value - EPOCH) / DAY
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        grid.serials[at] = (datetime(value.year, value.month, value.day) - EPOCH) / DAY  # noqa: DTZ001
        return value.isoformat()
    if isinstance(value, timedelta):
        grid.serials[at] = value / DAY
    return str(value)
