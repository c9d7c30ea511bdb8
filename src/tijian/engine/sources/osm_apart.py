"""OSM extracts decoded in the limited child process: for files of people nobody knows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from tijian.engine.kernel.canonical import sha256_file
from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources import osm_cache
from tijian.engine.sources.isolation import Limits, isolated
from tijian.engine.sources.osm import OsmExtract, Wanted, read_osm

FILE, TABLES = "input.osm.pbf", "tables"


def decode_apart(path: Path, name: str, wanted: Wanted, limits: Limits) -> OsmExtract:
    """Decode an OSM PBF file in a child process.

    Args:
        path: The file.
        name: How it is called in faults and records.
        wanted: Keys of objects and columns.
        limits: What the child may take.

    Raises:
        Refused: As ``read_osm`` does, or if the child took too much or crashed.
    """
    with isolated("osm", {FILE: path}, {"wanted": asdict(wanted)}, name, limits=limits) as ended:
        extract = osm_cache.load(ended.folder / TABLES, name, sha256_file(ended.folder / FILE))
    if extract is None:
        hint = "读取进程没有给出完整的结果，请重试。"
        raise Refused([Fault("reader.crashed", name, "", "", "能读的文件", hint)])
    return extract


def extract(folder: Path, request: dict[str, Any]) -> None:
    """Decode in the child and leave the tables in the folder."""
    wanted = Wanted(**{key: tuple(values) for key, values in request["wanted"].items()})
    osm_cache.store(folder / TABLES, read_osm(folder / FILE, FILE, wanted))
