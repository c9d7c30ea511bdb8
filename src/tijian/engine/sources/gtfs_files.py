"""The text files of a GTFS feed, from a zip or a folder; nothing is ever unpacked to disk."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.engine.sources.decode import decode

REQUIRED = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
OPTIONAL = ("calendar.txt", "calendar_dates.txt", "frequencies.txt", "feed_info.txt")
MAX_BYTES = 512 * 1024 * 1024  # of one file unpacked: the stop times of the largest cities take 300 MB
FEW = 5
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError)


@dataclass(frozen=True)
class Columns:
    """One file of a feed, column by column.

    Attributes:
        file: How it is called in faults.
        columns: Name → n cells, stripped.
        rows: n.
    """

    file: str
    columns: dict[str, list[str]]
    rows: int

    def __getitem__(self, name: str) -> list[str]:
        """Give a column; one that the file does not have is blank in every row."""
        return self.columns.get(name) or [""] * self.rows

    def must_have(self, faults: Faults, *names: str) -> None:
        """Note every column of ``names`` that is not there."""
        for name in names:
            if name not in self.columns:
                hint = "请向数据提供者索取符合 GTFS 规范的文件。"
                faults.add("gtfs.column", self.file, "表头", None, f"有“{name}”一列", hint)


def read_files(path: Path, name: str) -> tuple[dict[str, Columns], str]:
    """Read the files of a feed that we use.

    Args:
        path: A zip, or a folder with the text files in it.
        name: How the feed is called in faults.

    Returns:
        File name → its columns, and the SHA-256 of the zip (of a folder: of the hashes of its files).

    Raises:
        Refused: If the feed is missing or broken, lacks a required file, or a table has no proper form.
    """
    if path.is_dir():
        files = {n: (path / n).read_bytes() for n in (*REQUIRED, *OPTIONAL) if (path / n).is_file()}
        digest = sha256(canonical({n: sha256(data) for n, data in files.items()}))
    elif path.is_file():
        digest = sha256(path.read_bytes())
        files = _unzipped(path, name)
    else:
        raise Refused([Fault("file.missing", name, "", "", "一个 GTFS 压缩包或文件夹", f"请放入 {name}。")])
    faults = Faults()
    for missing in (n for n in REQUIRED if n not in files):
        faults.add(
            "gtfs.file", f"{name}/{missing}", "", None, "GTFS 必有的文件", "请向数据提供者索取完整的 GTFS。"
        )
    if not {"calendar.txt", "calendar_dates.txt"} & files.keys():
        hint = "没有日历就不知道哪天开行；请向数据提供者索取。"
        faults.add("gtfs.file", f"{name}/calendar.txt", "", None, "calendar.txt 或 calendar_dates.txt", hint)
    tables = {}
    for n, data in files.items():
        with faults.kept():
            tables[n] = parse(data, f"{name}/{n}")
    faults.raise_if_any()
    return tables, digest


def _unzipped(path: Path, name: str) -> dict[str, bytes]:
    """Read the members wanted, wherever in the zip their folder is; names of members are never paths."""
    try:
        with zipfile.ZipFile(path) as archive:
            found: dict[str, bytes] = {}
            for info in archive.infolist():
                member = info.filename.rpartition("/")[2]
                if member not in {*REQUIRED, *OPTIONAL} or "__MACOSX" in info.filename:
                    continue
                if member in found:
                    raise Refused([_fault(name, member, "一个压缩包里只有一份 GTFS", "请把几份数据分开。")])
                if info.file_size > MAX_BYTES:
                    expected = f"展开后不超过 {MAX_BYTES >> 20} MiB 的文件"
                    raise Refused([_fault(name, member, expected, "文件大得不合常理，请核对来源。")])
                found[member] = archive.read(info)
            return found
    except BROKEN as error:
        hint = f"压缩包已损坏、加密或不是 zip（{type(error).__name__}），请重新下载。"
        raise Refused([Fault("gtfs.zip", name, "", "", "能打开的 zip 压缩包", hint)]) from error


def _fault(name: str, member: str, expected: str, hint: str) -> Fault:
    return Fault("gtfs.zip", name, member, "", expected, hint)


def parse(data: bytes, file: str) -> Columns:
    """Read one text file; blanks and quotes around names and cells do not count.

    Raises:
        Refused: If it cannot be decoded, a row has more or fewer cells than the header, or a column twice.
    """
    text, _ = decode(data, file)
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    faults = Faults()
    try:
        header = [cell.strip().strip('"').strip() for cell in next(reader, [])]
        rows = []
        wrong = 0
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
            elif row:
                wrong += 1
                if wrong <= FEW:
                    expected = f"{len(header)} 个格"
                    place = f"第 {reader.line_num} 行"
                    faults.add(
                        "gtfs.width", file, place, f"{len(row)} 个格", expected, "请检查这一行的逗号和引号。"
                    )
    except csv.Error as error:
        place = f"第 {reader.line_num} 行"
        raise Refused(
            [Fault("gtfs.csv", file, place, "", "能读的 CSV", f"这一行读不成表格（{error}）。")]
        ) from error
    for column in sorted({c for c in header if header.count(c) > 1}):
        faults.add("gtfs.column", file, "表头", column, "只出现一次的列名", "请删去重复的列。")
    faults.raise_if_any()
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    cells = {name: [cell.strip() for cell in column] for name, column in zip(header, columns, strict=True)}
    return Columns(file, cells, len(rows))
