"""CSV tables: every row with its line number, every fault of the form told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tijian.engine.kernel.canonical import sha256
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.decode import decode
from tijian.engine.sources.record import SourceRecord

MAX_COLUMNS = 1000
SHOWN = 60


@dataclass(frozen=True)
class Table:
    """A table of text cells.

    Attributes:
        header: Column names, stripped.
        rows: Cells of each row, stripped, as long as the header.
        lines: Line of the file in which each row starts; the header is line 1.
        record: Where it came from.
    """

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    record: SourceRecord

    def column(self, name: str) -> list[str]:
        """Give all cells of a column."""
        i = self.header.index(name)
        return [row[i] for row in self.rows]


def read_csv(path: Path, name: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read a CSV file with a known header.

    Args:
        path: The file.
        name: How the file is called in faults and records.
        columns: Columns that must be there.
        optional: Columns that may be there; any other is a fault.

    Raises:
        Refused: If the file is missing, cannot be decoded, or header or rows do not fit.
    """
    faults = Faults()
    if not path.is_file():
        faults.add(
            "file.missing", name, "", None, "一个 CSV 文件", f"请放入 {name}，列为 {','.join(columns)}。"
        )
        faults.raise_if_any()
    data = path.read_bytes()
    text, encoding = decode(data, name)
    parsed = _parse(text, name, faults)
    header = tuple(cell.strip() for cell in parsed[0][1]) if parsed else ()
    _check_header(header, columns, optional, name, faults)
    faults.raise_if_any()
    rows, lines = _check_rows(parsed[1:], len(header), name, faults)
    faults.raise_if_any()
    return Table(header, rows, lines, SourceRecord(name, sha256(data), len(rows), encoding))


def _parse(text: str, name: str, faults: Faults) -> list[tuple[int, list[str]]]:
    parsed: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            parsed.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        value = _line(text, line)
        faults.add("csv.broken", name, f"第 {line} 行", value, "引号成对的 CSV", "请检查这一行的引号和逗号。")
    return parsed


def _line(text: str, number: int) -> str:
    """Give the start of a line, counted as the reader of CSV counts."""
    line = next(islice(io.StringIO(text, newline=""), number - 1, None), "").strip()
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _check_header(
    header: tuple[str, ...], columns: Sequence[str], optional: Sequence[str], name: str, faults: Faults
) -> None:
    if len(header) > MAX_COLUMNS:
        faults.add("csv.columns", name, "表头", len(header), f"不超过 {MAX_COLUMNS} 列", "请只保留需要的列。")
        return
    for column in columns:
        if column not in header:
            faults.add(
                "csv.column.missing",
                name,
                "表头",
                ",".join(header[:20]),
                f"有“{column}”一列",
                f"表头应为 {','.join(columns)}。",
            )
    for i, column in enumerate(header, 1):
        if column not in columns and column not in optional:
            faults.add(
                "csv.column.unknown",
                name,
                f"第 {i} 列",
                column,
                "已知的列名",
                f"可用的列：{','.join(columns)}。",
            )
        elif header.index(column) != i - 1:
            faults.add("csv.column.twice", name, f"第 {i} 列", column, "只出现一次的列名", "请删去重复的列。")


def _check_rows(
    parsed: list[tuple[int, list[str]]], width: int, name: str, faults: Faults
) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, cells in parsed:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if len(stripped) != width:
            faults.add(
                "csv.width",
                name,
                f"第 {line} 行",
                f"{len(stripped)} 个格",
                f"{width} 个格",
                "请补齐或删去多余的逗号。",
            )
            continue
        rows.append(stripped)
        lines.append(line)
    return rows, lines
