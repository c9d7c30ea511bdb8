"""OpenStreetMap extracts (PBF): lines, areas and points with the tags asked for, and what was lost on the way.

Decoding and the assembly of areas from ways and multipolygon relations are libosmium's. A clipped extract
refers to nodes and ways it does not hold: what cannot be drawn whole is dropped, counted and named, never
drawn in part. Coordinates are WGS 84. © OpenStreetMap contributors, ODbL.
"""

from __future__ import annotations

import errno
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources import pbf
from tijian.engine.sources.isolation import Limits
from tijian.engine.sources.record import SourceRecord

CRS = "EPSG:4326"
LICENCE = "ODbL 1.0，© OpenStreetMap contributors"
REVISION = 1  # changes when the same file would give other tables
UNSORTED = "out of order"  # as libosmium says it
FEW = 5  # objects named for one reason

Tags = tuple[str | None, ...]


@dataclass(frozen=True)
class Wanted:
    """What of a file is wanted.

    A way with a key of ``lines`` becomes a line, a closed way or a multipolygon with a key of ``polygons``
    an area, a node with a key of ``points`` a point. A closed way with keys of both becomes both; ``area=yes``
    makes it no line, ``area=no`` no area.

    Attributes:
        lines, polygons, points: Keys, such as ``highway``.
        line_tags, polygon_tags, point_tags: Keys whose values become columns.
    """

    lines: tuple[str, ...] = ()
    polygons: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    line_tags: tuple[str, ...] = ()
    polygon_tags: tuple[str, ...] = ()
    point_tags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Hash of what is wanted."""
        return sha256(canonical(asdict(self)))


@dataclass(frozen=True)
class OsmTable:
    """Objects of one kind of geometry, by type (node, way, relation) and id.

    Attributes:
        types: ``node``, ``way`` or ``relation``, n of them.
        ids: Identifiers, shape (n,).
        geometry: Object array of shapely geometries, shape (n,), longitude before latitude.
        fields: Key of a tag → n values; None where the object has no such tag.
    """

    types: list[str]
    ids: NDArray[np.int64]
    geometry: Any
    fields: dict[str, list[str | None]]

    def __len__(self) -> int:
        """Count the objects."""
        return len(self.ids)

    def only(self, kept: NDArray[np.bool_]) -> OsmTable:
        """Give the rows for which ``kept``, shape (n,), is true."""
        if kept.all():
            return self
        rows = np.flatnonzero(kept).tolist()
        fields = {key: [values[i] for i in rows] for key, values in self.fields.items()}
        return OsmTable([self.types[i] for i in rows], self.ids[kept], self.geometry[kept], fields)


@dataclass(frozen=True)
class Loss:
    """What was dropped for one reason.

    Attributes:
        code: Stable name of the reason.
        reason: The reason, in Chinese.
        count: How many.
        of: Of how many; 0 where that says nothing.
        first: The first few by type and id, such as ``way/123``.
    """

    code: str
    reason: str
    count: int
    of: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class OsmExtract:
    """What was read from a file.

    Attributes:
        lines, polygons, points: The objects wanted.
        losses: What was dropped, by reason; reasons that did not occur are left out.
        record: Where it came from.
    """

    lines: OsmTable
    polygons: OsmTable
    points: OsmTable
    losses: tuple[Loss, ...]
    record: SourceRecord


def read_osm(
    path: Path,
    name: str,
    wanted: Wanted,
    *,
    expected_sha256: str = "",
    cache: Path | None = None,
    limits: Limits | None = None,
) -> OsmExtract:
    """Read an OSM PBF file, or the tables kept of it.

    Args:
        path: The file.
        name: How the file is called in faults and records.
        wanted: Keys of objects and columns.
        expected_sha256: The declared hash; a cut at the end of a block shows in nothing else.
        cache: Folder that keeps the tables, by the hashes of file and ``wanted`` and the revision of this
            reader; None to keep nothing.
        limits: Decode in a child process that may take so much; None to decode here.

    Returns:
        Tables in order of type and id, whatever the order of the file.

    Raises:
        Refused: If the file is missing, is not the declared one, is broken or cut, or holds no way.
    """
    from tijian.engine.sources import osm_cache

    data = read_bytes(path, name, expected_sha256)
    content = sha256(data)
    if cache is None:
        return _decoded(path, data, name, wanted, content, limits)
    key = sha256(canonical({"content": content, "wanted": wanted.digest, "revision": REVISION}))
    kept = osm_cache.load(cache / key, name, content)
    if kept is None:
        kept = _decoded(path, data, name, wanted, content, limits)
        osm_cache.store(cache / key, kept)
    return kept


def _decoded(
    path: Path, data: bytes, name: str, wanted: Wanted, content: str, limits: Limits | None
) -> OsmExtract:
    from tijian.engine.sources.osm_apart import decode_apart

    if limits is not None:
        return decode_apart(path, name, wanted, limits)
    return _decode(data, name, wanted, content)


def _decode(data: bytes, name: str, wanted: Wanted, content: str) -> OsmExtract:
    from tijian.engine.sources import osm_decode

    pbf.blocks(data, name)
    found = osm_decode.Found(wanted)
    try:
        osm_decode.apply(data, found)
    except RuntimeError as error:
        if os.strerror(errno.EAGAIN) in str(error):  # no room for another thread: the file is not to blame
            raise MemoryError from error
        if UNSORTED in str(error):
            hint = "请先用 osmium sort 排序，再交来。"
            fault = Fault("osm.unsorted", name, "", str(error), "按类型和编号排序的 OSM 文件", hint)
            raise Refused([fault]) from error
        raise osm_decode.located(data, name) from error
    if not found.ways:
        raise Refused([Fault("osm.no_ways", name, "", "", "含有道路等线的 OSM 文件", NO_WAYS)])
    lines, polygons, points = found.tables()
    rows = len(lines) + len(polygons) + len(points)
    record = SourceRecord(name, content, rows, crs=CRS, licence=LICENCE)
    return OsmExtract(lines, polygons, points, found.losses(), record)


NO_WAYS = "文件里一条线（way）也没有，多半在块的末尾被截断；请重新下载，并核对 sha256。"


def read_bytes(path: Path, name: str, expected_sha256: str = "") -> bytes:
    """Read a file and hold it against its declared hash.

    Raises:
        Refused: If it is missing or another one.
    """
    if not path.is_file():
        raise Refused([Fault("file.missing", name, "", "", "一个 .osm.pbf 文件", f"请放入 {name}。")])
    data = path.read_bytes()
    digest = sha256(data)
    if expected_sha256 and digest != expected_sha256.lower():
        hint = "文件不是声明的那一个，可能被截断或换过；请重新下载，或改正声明。"
        raise Refused([Fault("file.sha256", name, "sha256", digest, expected_sha256, hint)])
    return data
