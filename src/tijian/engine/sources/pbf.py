"""Blocks of an OSM PBF file: where each begins, and where the file stops being one.

The form is that of the OSM wiki, "PBF Format": a length of four bytes, a BlobHeader, a Blob, again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tijian.engine.kernel.faults import Fault, Refused

MAX_HEADER = 64 * 1024  # both limits are of the format
MAX_BLOB = 32 * 1024 * 1024
LENGTH_BYTES = 4
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
WIDTHS = {FIXED64: 8, FIXED32: 4}
MAX_SHIFT = 63

Value = int | bytes


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the file.

    Attributes:
        offset: Byte at which its length stands.
        end: Byte behind it.
        kind: ``OSMHeader`` or ``OSMData``; readers pass over others.
        raw_size: Bytes it says it takes once inflated; 0 where it is not compressed.
    """

    offset: int
    end: int
    kind: str
    raw_size: int


def blocks(data: bytes, name: str) -> list[Block]:
    """Walk through the blocks of a PBF file without inflating them.

    Args:
        data: The whole file.
        name: How the file is called in faults.

    Raises:
        Refused: With the offset, where a block is cut off, too large or not of the form.
    """
    found: list[Block] = []
    offset = 0
    while offset < len(data):
        block = _block(data, offset, name)
        if not found and block.kind != "OSMHeader":
            raise broken(name, offset, block.kind, "以 OSMHeader 块开头的 OSM PBF 文件")
        found.append(block)
        offset = block.end
    if not found:
        raise broken(name, 0, "", "OSM PBF 文件")
    return found


def _block(data: bytes, offset: int, name: str) -> Block:
    start = offset + LENGTH_BYTES
    length = int.from_bytes(data[offset:start], "big")
    if not 0 < length <= MAX_HEADER:
        raise broken(name, offset, str(length), f"1 到 {MAX_HEADER} 字节的块头")
    _whole(data, start + length, offset, name)
    begin = start + length
    try:
        header = dict(_fields(data[start:begin]))
        kind, size = _text(header[1]), _number(header.get(3, 0))
        if size > MAX_BLOB:
            raise broken(name, offset, str(size), f"不超过 {MAX_BLOB} 字节的块")
        _whole(data, begin + size, offset, name)
        raw = _number(dict(_fields(data[begin : begin + size])).get(2, 0))
    except (ValueError, KeyError, IndexError) as error:
        raise broken(name, offset, "", "OSM PBF 的块") from error
    if raw > MAX_BLOB:
        raise broken(name, offset, str(raw), f"展开后不超过 {MAX_BLOB} 字节的块")
    return Block(offset, begin + size, kind, raw)


def _text(value: Value) -> str:
    if not isinstance(value, bytes):
        raise ValueError(value)  # noqa: TRY004 — what is wrong is the file, not the caller
    return value.decode("ascii")


def _number(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError(value)  # noqa: TRY004 — what is wrong is the file, not the caller
    return value


def _whole(data: bytes, end: int, offset: int, name: str) -> None:
    if end > len(data):
        value = f"文件到第 {len(data)} 字节为止"
        raise broken(name, offset, value, f"完整的块，到第 {end} 字节为止")


def _fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Yield number and value of each field of a protobuf message.

    Raises:
        ValueError, IndexError: If it is none.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == BYTES:
            size, at = _varint(message, at)
        elif wire in WIDTHS:
            size = WIDTHS[wire]
        else:
            raise ValueError(wire)
        if at + size > len(message):
            raise ValueError(size)
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 — the high bit says that another byte follows
            return value, at
        shift += 7
        if shift > MAX_SHIFT:
            raise ValueError(shift)


def broken(name: str, offset: int, value: str, expected: str) -> Refused:
    """Make the refusal of a PBF file that is broken at a byte."""
    hint = "文件不完整或已损坏，一个对象也不采用；请重新下载或导出，并核对 sha256。"
    return Refused([Fault("osm.broken", name, f"从第 {offset} 字节起的块", value, expected, hint)])
