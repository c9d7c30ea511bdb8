"""Verdicts: what became of every cell of the files of one import, and what would be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tijian.engine.kernel.faults import Fault


class Verdict(StrEnum):
    """What becomes of a cell, best first."""

    TAKEN = "taken"
    CONVERTED = "converted"
    BLANK = "blank"
    ASKED = "asked"
    REFUSED = "refused"


VERDICT_ZH = {
    Verdict.TAKEN: "接受",
    Verdict.CONVERTED: "规整后接受",
    Verdict.BLANK: "无数据",
    Verdict.ASKED: "要说明",
    Verdict.REFUSED: "拒绝",
}
SEVERITY = {verdict: rank for rank, verdict in enumerate(Verdict)}
ACCEPTED = (Verdict.TAKEN, Verdict.CONVERTED)


class Use(StrEnum):
    """What an accepted cell is good for."""

    WRITE = "write"
    CHECK = "check"
    ASIDE = "aside"


@dataclass(slots=True)
class Cell:
    """One data cell and its verdict.

    Attributes:
        file, sheet: Where it stands; sheet is empty for a text table.
        row: From 1, the first row below the (first) header of the sheet.
        column: From 0.
        address: As people see it in a spreadsheet, such as F9.
        text: What is written.
        verdict: What becomes of it.
        value: The figure in ``unit``, wherever the text holds exactly one, whatever the verdict.
        unit: Unit of ``value``: that of the variable, or of the header where the variable is unknown.
        notes: What is wrong, from what to what it was converted, and the remedy; Chinese sentences.
        kind: variable, indicator or survey; empty where the item is unknown.
        item: Id of variable, indicator or question; the name as written where it is unknown.
        part: Of a survey row: n, mean or margin; of a daily table: label; else empty.
        area: Code; the name as written where it is unknown.
        period: Name of the period.
        strand, mark: As in ``inputs/variables.csv``.
        reason: 无数据 or 不适用 where the text says that there is no figure; empty for an empty cell.
        use: WRITE; CHECK for totals and labels that are only compared; ASIDE for columns nobody asked for.
        unit_text: Unit as given in cell, header or table; empty where none is.
    """

    file: str
    sheet: str
    row: int
    column: int
    address: str
    text: str
    verdict: Verdict
    value: float | None = None
    unit: str = ""
    notes: list[str] = field(default_factory=list)
    kind: str = ""
    item: str = ""
    part: str = ""
    area: str = ""
    period: str = ""
    strand: str = ""
    mark: str = ""
    reason: str = ""
    use: Use = Use.WRITE
    unit_text: str = ""

    @property
    def note(self) -> str:
        """All notes in one text."""
        return "".join(self.notes)

    @property
    def place(self) -> str:
        """File, sheet and address in words."""
        sheet = f" {self.sheet}!" if self.sheet else " "
        return f"{self.file}{sheet}{self.address}"

    def judge(self, verdict: Verdict, note: str) -> None:
        """Add a note; a verdict only ever becomes worse."""
        if SEVERITY[verdict] > SEVERITY[self.verdict]:
            self.verdict = verdict
        if note not in self.notes:
            self.notes.append(note)


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that would be written.

    Attributes:
        kind: variable, indicator or survey.
        item, area, period: What, where, when.
        value: In ``unit``; None where there is a reason.
        reason: 无数据 or 不适用; empty where there is a value.
        text: As given in the cell.
        unit: The item's own unit.
        strand, mark: As in ``inputs/variables.csv``.
        sha256: Hash of the file.
        place: File, sheet and address.
        note: Conversions and remarks.
        n, margin: Sample and margin of error of a survey figure.
    """

    kind: str
    item: str
    area: str
    period: str
    value: float | None
    reason: str
    text: str
    unit: str
    strand: str
    mark: str
    sha256: str
    place: str
    note: str
    n: int | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class TableRead:
    """How one table of a sheet was understood; rows and columns from 0.

    Attributes:
        top, bottom: First row, and the one behind the last.
        head: First row below the header.
        shape: long, wide, daily or unknown.
        roles: What each column was taken for.
        set_apart: Rows (titles, header, footnotes, repeated headers, blank rows) without data cells.
        keys: Columns that name a row or are empty, without data cells.
    """

    top: int
    bottom: int
    head: int
    shape: str
    roles: tuple[str, ...]
    set_apart: frozenset[int]
    keys: frozenset[int]

    @property
    def rows(self) -> int:
        """Count the rows with data cells."""
        return self.bottom - self.top - len(self.set_apart)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One sheet: its tables, whether it is hidden, and what a person should know, in Chinese."""

    name: str
    hidden: bool
    tables: tuple[TableRead, ...]
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Count the rows with data cells."""
        return sum(table.rows for table in self.tables)

    @property
    def head(self) -> int:
        """Rows up to and with the first header; row 1 of a cell is the next one."""
        return self.tables[0].head if self.tables else 0


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of an import: rows are those of all sheets; encoding is empty for a workbook."""

    file: str
    rows: int
    sha256: str
    encoding: str
    sheets: tuple[SheetRead, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Different figures for the same item, area and period (and strand)."""

    indicator: str
    area: str
    period: str
    values: tuple[float, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """What a daily series of one area and year amounts to.

    Attributes:
        item: What is counted, such as AQI.
        area, year: Where and when.
        days: Days of the year.
        covered: Days with a figure.
        counted: Days that meet the condition.
        condition: Such as AQI≤100.
        contradictions: Labels that contradict their figure.
        would_change: Those of them that would change ``counted``.
    """

    item: str
    area: str
    year: int
    days: int
    covered: int
    counted: int
    condition: str
    contradictions: int
    would_change: int


@dataclass(frozen=True)
class Intake:
    """Everything one import amounts to; nothing is written by making it.

    Attributes:
        files: Files that could be read.
        cells: Every data cell, in the order of files, sheets, rows and columns.
        contradictions: Cells of this import that contradict one another.
        given: What would be written.
        series: Daily series, counted.
        faults: Files that could not be read, and why.
    """

    files: tuple[FileRead, ...]
    cells: tuple[Cell, ...]
    contradictions: tuple[Contradiction, ...]
    given: tuple[Given, ...]
    series: tuple[Series, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Count cells by verdict; ``cells`` is their sum, ``given`` what would be written."""
        counts = Counter(cell.verdict for cell in self.cells)
        verdicts = {verdict.value: counts[verdict] for verdict in Verdict}
        return {"cells": len(self.cells)} | verdicts | {"given": len(self.given)}

    def as_json(self) -> dict[str, Any]:
        """Give the verdicts as plain values; ``faults`` is there only where a file could not be read."""
        document: dict[str, Any] = {
            "files": [{"file": f.file, "rows": f.rows} for f in self.files],
            "cells": [_plain(cell) for cell in self.cells],
            "contradictions": [
                {
                    "indicator": c.indicator,
                    "area": c.area,
                    "period": c.period,
                    "values": list(c.values),
                    "places": list(c.places),
                }
                for c in self.contradictions
            ],
        }
        if self.faults:
            document["faults"] = [fault.as_dict() for fault in self.faults]
        return document


def _plain(cell: Cell) -> dict[str, Any]:
    return {
        "file": cell.file,
        "sheet": cell.sheet,
        "row": cell.row,
        "column": cell.column,
        "text": cell.text,
        "verdict": cell.verdict.value,
        "value": cell.value,
        "unit": cell.unit,
        "note": cell.note,
    }


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Give the worst of several verdicts."""
    return max(verdicts, key=SEVERITY.__getitem__)
