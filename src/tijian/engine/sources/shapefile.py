"""The parts of a Shapefile: that they are there, and as long as they say they are.

GDAL reads a cut .dbf or .shx as if the rest had never been (ESRI Shapefile Technical Description, 1998).
"""

from __future__ import annotations

import struct
from pathlib import Path

from tijian.engine.kernel.faults import Fault, Refused

MAGIC = bytes.fromhex("0000270a")
NEEDED, BESIDE = (".shp", ".shx", ".dbf"), (".prj", ".cpg")
HEADER, ENTRY, DBF_HEADER = 100, 8, 32  # bytes
LENGTH = slice(24, 28)  # of the file in words of two bytes, big end first


def parts(path: Path, name: str) -> dict[str, Path]:
    """Find the parts of a Shapefile by suffix, in small letters, and hold their lengths against each other.

    Args:
        path: The .shp file.
        name: How it is called in faults.

    Raises:
        Refused: If a part is missing, cut, or counts other features than the others.
    """
    beside = {p.suffix.lower(): p for p in sorted(path.parent.iterdir()) if p.stem == path.stem}
    missing = [part for part in NEEDED if part not in beside]
    if missing:
        expected = f"齐全的 Shapefile（{'、'.join(NEEDED)}）"
        hint = f"少了 {'、'.join(missing)}，请把同名的几个文件一起放入。"
        raise Refused([Fault("layer.parts", name, "", "", expected, hint)])
    for part in (".shp", ".shx"):
        head, size = _head(beside[part], HEADER)
        if len(head) < HEADER or size < 2 * int.from_bytes(head[LENGTH], "big"):
            raise _cut(name, part)
    head, size = _head(beside[".shx"], HEADER)
    shapes = (2 * int.from_bytes(head[LENGTH], "big") - HEADER) // ENTRY
    head, size = _head(beside[".dbf"], DBF_HEADER)
    if len(head) < DBF_HEADER:
        raise _cut(name, ".dbf")
    rows, start, width = struct.unpack("<IHH", head[4:12])
    if size < start + rows * width:
        raise _cut(name, ".dbf")
    if rows != shapes:
        value, expected = f".dbf {rows} 行，.shx {shapes} 个图形", "行数与图形数相同的 Shapefile"
        raise Refused([Fault("layer.rows", name, "", value, expected, "几个文件不是一套，请重新导出。")])
    return {part: beside[part] for part in (*NEEDED, *BESIDE) if part in beside}


def _head(path: Path, size: int) -> tuple[bytes, int]:
    with path.open("rb") as stream:
        return stream.read(size), path.stat().st_size


def _cut(name: str, part: str) -> Refused:
    hint = f"{part} 比它自己写明的短，文件被截断；请重新导出或传送。"
    return Refused([Fault("layer.cut", name, part, "", "完整的文件", hint)])
