"""What must be known of a file before a figure may rest on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Where a table or layer came from.

    Attributes:
        file: Path relative to the folder examined, with forward slashes.
        sha256: Hash of the bytes.
        rows: Rows or features read.
        encoding: Text encoding found; empty for binary files.
        provider: Who delivered it.
        captured: Date of the state it shows.
        crs: Coordinate reference system; empty for tables.
        licence: Terms of use.
        mark: 合成, 近似 and the like; empty for verified data.
    """

    file: str
    sha256: str
    rows: int
    encoding: str = ""
    provider: str = ""
    captured: str = ""
    crs: str = ""
    licence: str = ""
    mark: str = ""
