"""Tables of points (POI): coordinates as they stand, and the datum somebody must have declared for them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.decode import decode
from tijian.engine.sources.record import SourceRecord
from tijian.engine.sources.table import Table, read_csv

FEW = 5  # rows of one kind of fault that are told
MAX_LON, MAX_LAT = 180.0, 90.0


class Datum(StrEnum):
    """Datums in which Chinese coordinates are delivered; nothing in a table of numbers tells them apart."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


@dataclass(frozen=True)
class PointsTable:
    """Points as delivered, not yet converted.

    Attributes:
        lon: Degrees east in the declared datum, shape (n,).
        lat: Degrees north in the declared datum, shape (n,).
        datum: What was declared.
        fields: Name of every other column → n texts.
        lines: Line of the file in which each point stands.
        record: Where it came from; ``crs`` is the declared datum.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    datum: Datum
    fields: dict[str, list[str]]
    lines: list[int]
    record: SourceRecord

    def __len__(self) -> int:
        """Count the points."""
        return len(self.lon)


def read_points(
    path: Path, name: str, *, lon: str, lat: str, datum: str, columns: tuple[str, ...] = ()
) -> PointsTable:
    """Read a CSV table of points in any of the encodings Chinese offices use.

    Args:
        path: The file.
        name: How the file is called in faults and records.
        lon: Column of degrees east.
        lat: Column of degrees north.
        datum: The declared datum, one of ``Datum``; a table without a declaration is refused, since GCJ-02
            read as WGS 84 puts everything 100 to 700 m aside.
        columns: Further columns that must be there; all others are kept too.

    Raises:
        Refused: If the datum is not declared, the table does not fit, or a coordinate is none.
    """
    faults = Faults()
    declared = _datum(datum, name, faults)
    with faults.kept():
        table = _table(path, name, (lon, lat, *columns))
    faults.raise_if_any()
    x = _degrees(table, lon, MAX_LON, name, faults)
    y = _degrees(table, lat, MAX_LAT, name, faults)
    for i in np.flatnonzero((x == 0) & (y == 0))[:FEW].tolist():
        hint = "零经零纬在几内亚湾，是没有坐标的记法；请补上坐标，或删去这一行。"
        faults.add("points.zero", name, f"第 {table.lines[i]} 行", "0, 0", "真实的经纬度", hint)
    faults.raise_if_any()
    fields = {column: table.column(column) for column in table.header if column not in {lon, lat}}
    source = table.record
    record = SourceRecord(name, source.sha256, source.rows, source.encoding, crs=declared)
    return PointsTable(x, y, Datum(declared), fields, table.lines, record)


def _datum(datum: str, name: str, faults: Faults) -> str:
    known = "、".join(Datum)
    if not datum:
        hint = "坐标本身看不出基准，请向提供者问明后写在 city.yaml 这个图层的 datum 中；高德、腾讯是 GCJ-02，百度是 BD-09。"
        faults.add("datum.undeclared", name, "datum", None, f"声明的坐标基准：{known}", hint)
    elif datum not in list(Datum):
        faults.add("datum.unknown", name, "datum", datum, known, "请改成其中之一。")
    return datum


def _table(path: Path, name: str, columns: tuple[str, ...]) -> Table:
    """Read the table with whatever further columns it has."""
    further: list[str] = []
    if path.is_file():
        text, _ = decode(path.read_bytes(), name)
        try:
            header = next(csv.reader(io.StringIO(text, newline="")), [])
        except csv.Error:
            header = []  # read_csv tells it, with the line
        further = [cell.strip() for cell in header]
    return read_csv(path, name, columns, further)


def _degrees(table: Table, column: str, limit: float, name: str, faults: Faults) -> NDArray[np.float64]:
    """Read a column of degrees; every cell must be a finite number within the limit."""
    cells = table.column(column)
    values = np.array([_number(cell) for cell in cells], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(~(np.abs(values) <= limit))
    for i in wrong[:FEW].tolist():
        swapped = "经度和纬度两列是否写反，或坐标是否其实是米"
        hint = f"这一列共有 {len(wrong)} 处不能用；请检查是否空缺、{swapped}。"
        place = f"第 {table.lines[i]} 行，{column}"
        faults.add("points.degrees", name, place, cells[i], f"{-limit:g} 到 {limit:g} 之间的度数", hint)
    return values


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
