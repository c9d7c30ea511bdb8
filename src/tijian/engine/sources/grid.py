"""Tables whose shape is not known beforehand: every cell as people see it, with its address."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources.decode import decode

MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_BYTES = 200_000, 1_000, 2_000_000, 50_000_000
DELIMITERS = (",", "\t", ";", "|")
SNIFFED = 20
LETTERS = 26


class Odd(StrEnum):
    """What is unusual about a cell of a workbook; numbers and words are not."""

    TEXT = "text"
    DATE = "date"
    ERROR = "error"
    EMPTY_FORMULA = "formula"
    BOOL = "bool"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range, rows and columns from 0, both ends inside it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def label(self) -> str:
        """The range as people write it, such as A5:A13."""
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    def shifted(self, rows: int) -> Merged:
        """Give the same range some rows further down."""
        return Merged(self.top + rows, self.left, self.bottom + rows, self.right)

    def cells(self) -> Iterator[tuple[int, int]]:
        """Give every (row, column) inside."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


@dataclass
class Grid:
    """One sheet of a workbook or one text table.

    Attributes:
        sheet: Name of the sheet; empty for a text table.
        rows: Text of every cell as people see it, stripped; all rows equally long.
        odd: (row, column) from 0 → what is unusual about the cell.
        serials: (row, column) of a cell shown as a date → the number that is stored.
        merged: Merged ranges; only their first cell has a text.
        hidden: Whether the sheet is hidden.
        notes: What a person should know about the sheet, in Chinese.
    """

    sheet: str
    rows: list[list[str]]
    odd: dict[tuple[int, int], Odd] = field(default_factory=dict)
    serials: dict[tuple[int, int], float] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Count the columns."""
        return len(self.rows[0]) if self.rows else 0

    def part(self, top: int, bottom: int) -> Grid:
        """Give some rows as a table of their own; bottom is not in it."""
        return Grid(
            self.sheet,
            self.rows[top:bottom],
            {(r - top, c): odd for (r, c), odd in self.odd.items() if top <= r < bottom},
            {(r - top, c): number for (r, c), number in self.serials.items() if top <= r < bottom},
            [
                Merged(m.top - top, m.left, m.bottom - top, m.right)
                for m in self.merged
                if top <= m.top and m.bottom < bottom
            ],
            self.hidden,
        )


def address(row: int, column: int) -> str:
    """Name a cell as spreadsheets do; row and column from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, LETTERS)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"


def refusal(code: str, file: str, value: object, expected: str, hint: str, place: str = "") -> Refused:
    """Make the refusal of a whole file."""
    return Refused([Fault(code, file, place, str(value), expected, hint)])


def read_text_grid(data: bytes, file: str) -> tuple[Grid, str]:
    """Read a text table separated by commas, tabs, semicolons or bars.

    Returns:
        The table and the name of its encoding.

    Raises:
        Refused: If it cannot be decoded, is too large, or its quotes do not close.
    """
    if len(data) > MAX_BYTES:
        raise refusal("file.size", file, len(data), f"不超过 {MAX_BYTES} 字节的文件", "请分成几个文件。")
    text, encoding = decode(data, file)
    return Grid("", _parsed(text, file)), encoding


def _parsed(text: str, file: str) -> list[list[str]]:
    rows: list[list[str]] = []
    width = cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in reader:
            width, cells = max(width, len(row)), cells + len(row)
            if width > MAX_COLUMNS or len(rows) >= MAX_ROWS or cells > MAX_CELLS:
                raise _too_large(file, f"第 {len(rows) + 1} 行")
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        place = f"第 {len(rows) + 1} 行"
        raise refusal(
            "csv.broken", file, "", "引号成对的 CSV", "请检查这一行的引号和分隔符。", place
        ) from error
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def _too_large(file: str, place: str) -> Refused:
    expected = f"不超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS} 个格的表"
    return refusal("table.size", file, "", expected, "请删去空白的行列，或分成几个文件。", place)


def _delimiter(text: str) -> str:
    """Choose the delimiter that splits most of the first lines into equally many cells."""
    lines = [line for _, line in zip(range(SNIFFED), io.StringIO(text), strict=False)]

    def rank(delimiter: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(delimiter)))
        return max(((lines, cells) for cells, lines in counts.items()), default=(0, 0))

    return max(DELIMITERS, key=rank)
