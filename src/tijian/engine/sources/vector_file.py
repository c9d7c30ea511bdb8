"""Shapefile and GeoPackage, read by GDAL in the child process, with the text encodings of Chinese offices."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tijian.engine.kernel.canonical import canonical, sha256, sha256_file
from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources import shapefile
from tijian.engine.sources.decode import decode
from tijian.engine.sources.isolation import DEFAULT, Limits, isolated

GEOPACKAGE = b"SQLite format 3\0"
APPLICATION, APPLICATIONS = slice(68, 72), (b"GPKG", b"GP10", b"GP11")
HEAD = 100
DRIVERS = {".shp": "ESRI Shapefile", ".gpkg": "GPKG"}
# What a .cpg may say for GBK and its kin, all contained in GB18030.
CHINESE = {"936", "GBK", "CP936", "GB2312", "GB18030", "ANSI 936", "OEM 936", "EUC-CN", "MS936"}
LATIN1 = "ISO-8859-1"  # every byte is a letter of it: GDAL hands the bytes through unread


@dataclass(frozen=True)
class VectorFile:
    """What a file held, before it is held against what was declared.

    Attributes:
        geometry: Object array of shapely geometries, shape (n,); None where a feature has none.
        fields: Column name → n plain values; None for an empty cell.
        crs: What the file says of its coordinates; empty where it says nothing.
        encoding: Text encoding.
        sha256: Hash of the file; of a Shapefile, of the hashes of its parts by suffix.
        peak: Largest resident memory of the child that read it, bytes.
    """

    geometry: Any
    fields: dict[str, list[Any]]
    crs: str
    encoding: str
    sha256: str
    peak: int


def read_vector(path: Path, name: str, *, layer: str = "", limits: Limits = DEFAULT) -> VectorFile:
    """Read a ``.shp`` (with its parts beside it) or a ``.gpkg``; the content must be what the name says.

    Text of a Shapefile is read as its .cpg says; without one as strict UTF-8 or strict GB18030.

    Args:
        path: The file.
        name: How the file is called in faults.
        layer: Layer of a GeoPackage; empty for the only one.
        limits: What reading may take.

    Raises:
        Refused: If it is not what its name says, incomplete, broken, too large, or its text does not decode.
    """
    files = _parts(path, name)
    suffix = path.suffix.lower()
    by_bytes = suffix == ".shp"
    request = {"file": f"input{suffix}", "layer": "" if by_bytes else layer}
    request["encoding"] = LATIN1 if by_bytes else ""
    given = {f"input{s}": part for s, part in files.items()}
    with isolated("vector", given, request, name, skipped=_others(DRIVERS[suffix]), limits=limits) as ended:
        geometry, columns, crs = _result(ended.folder)
        peak = ended.peak
    encoding = "UTF-8"
    if by_bytes:
        columns, encoding = _decoded(columns, files.get(".cpg"), name)
    return VectorFile(geometry, columns, crs, encoding, _digest(files), peak)


def _parts(path: Path, name: str) -> dict[str, Path]:
    """Find the parts of a file by suffix, and see that the main one begins as it should."""
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if suffix == ".gpkg":
        if not head.startswith(GEOPACKAGE) or head[APPLICATION] not in APPLICATIONS:
            raise _refused("layer.content", name, "", "GeoPackage 文件", CONTENT)
        journal = path.with_name(f"{path.name}-wal")
        if journal.is_file() and journal.stat().st_size:
            hint = "最近的修改还在旁边的 -wal 文件里；请关闭正在使用它的软件，再交来。"
            raise _refused("layer.open", name, journal.name, "没有被别的软件打开的 GeoPackage", hint)
        return {suffix: path}
    if not head.startswith(shapefile.MAGIC):
        raise _refused("layer.content", name, "", "Shapefile 文件", CONTENT)
    return shapefile.parts(path, name)


CONTENT = "文件的内容与后缀不符，不予读取；请从原系统重新导出。"


@cache
def _others(driver: str) -> tuple[str, ...]:
    from pyogrio import list_drivers  # type: ignore[import-untyped]

    return tuple(sorted(set(list_drivers()) - {driver}))


def file_digest(path: Path, name: str) -> str:
    """Hash a file without reading it, as ``read_vector`` does.

    Raises:
        Refused: If it is not what its name says, or incomplete.
    """
    return _digest(_parts(path, name))


def _digest(files: dict[str, Path]) -> str:
    if len(files) == 1:
        return sha256_file(next(iter(files.values())))
    return sha256(canonical({suffix: sha256_file(path) for suffix, path in files.items()}))


def _result(folder: Path) -> tuple[Any, dict[str, list[Any]], str]:
    import pyarrow as pa

    from tijian.engine.sources.vector_child import GEOMETRY, RESULT

    with pa.memory_map(str(folder / RESULT)) as source:
        table = pa.ipc.open_file(source).read_all()
        table.validate(full=True)
        said = table.schema.metadata
        names = table.column_names[1:]
        geometry = shapely.from_wkb(table.column(0).to_pylist())
        columns = {str(n): table.column(i).to_pylist() for i, n in enumerate(names, 1)}
    if table.column_names[0] != GEOMETRY:
        raise LookupError(GEOMETRY)
    return np.asarray(geometry, dtype=object), columns, said[b"crs"].decode()


def _decoded(columns: dict[str, list[Any]], cpg: Path | None, name: str) -> tuple[dict[str, list[Any]], str]:
    """Read text that came through byte by byte: as the .cpg says, else as all of it decodes."""
    told = cpg.read_bytes().decode("ascii", "replace").strip() if cpg is not None else ""
    codec = _codec(told, name) if told else _found(columns, name)

    def text(value: Any, place: str) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return value.encode("latin-1").decode(codec)
        except UnicodeDecodeError as error:
            damaged = error.object[error.start : error.start + 1].hex().upper()
            expected = f"{told or codec} 编码的文字"
            hint = "字节读不成文字，或被字段宽度截断；请改正 .cpg，或以 UTF-8 重新导出。"
            raise Refused([Fault("layer.encoding", name, place, f"0x{damaged}", expected, hint)]) from error

    read = {text(n, "字段名"): (n, values) for n, values in columns.items()}
    fields = {
        title: [text(v, f"第 {i} 个要素，{title}") for i, v in enumerate(values, 1)]
        for title, (_, values) in read.items()
    }
    return fields, "GB18030" if codec == "gb18030" else codecs.lookup(codec).name.upper()


def _codec(told: str, name: str) -> str:
    if told.upper() in CHINESE:
        return "gb18030"
    try:
        return codecs.lookup("utf-8" if told == "65001" else told).name
    except LookupError as error:
        raise _refused(
            "layer.cpg", name, told, "一种文字编码的名称", "请改正 .cpg，如 UTF-8 或 GBK。"
        ) from error


def _found(columns: dict[str, list[Any]], name: str) -> str:
    """Decide on the encoding of all names and texts of the file together."""
    texts = [v for n, values in columns.items() for v in (n, *values) if isinstance(v, str)]
    _, encoding = decode("\n".join(texts).encode("latin-1"), name)
    return "utf-8" if encoding.startswith("UTF-8") else "gb18030"


def _refused(code: str, name: str, value: str, expected: str, hint: str) -> Refused:
    return Refused([Fault(code, name, "", value, expected, hint)])
