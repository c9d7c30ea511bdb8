"""Decoded OSM tables on disk: GeoParquet for other programs, read back whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tijian.engine.kernel.canonical import canonical
from tijian.engine.sources.layer import write_geoparquet
from tijian.engine.sources.osm import CRS, LICENCE, Loss, OsmExtract, OsmTable
from tijian.engine.sources.record import SourceRecord

TABLES = ("lines", "polygons", "points")
LOSSES = "losses.json"
OWN = ("osm_type", "osm_id", "geometry")  # columns that are no tags


def store(folder: Path, extract: OsmExtract) -> None:
    """Write the tables of an extract into a folder that appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".made-", dir=folder.parent))
    try:
        for name in TABLES:
            table: OsmTable = getattr(extract, name)
            fields: dict[str, list[Any]] = {"osm_type": table.types, "osm_id": table.ids.tolist()}
            write_geoparquet(made / f"{name}.parquet", table.geometry, {**fields, **table.fields}, CRS)
        (made / LOSSES).write_bytes(canonical([asdict(loss) for loss in extract.losses]))
        os.replace(made, folder)  # noqa: PTH105 — a rename that fails where the folder is not empty
    except OSError:
        # Another run has written the same tables meanwhile; any other trouble is ours to tell.
        if not (folder / LOSSES).is_file():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def load(folder: Path, name: str, content: str) -> OsmExtract | None:
    """Read the tables back; None where they were never written or cannot be read, so they are made anew."""
    try:
        told = json.loads((folder / LOSSES).read_bytes())
        losses = tuple(Loss(**{**loss, "first": tuple(loss["first"])}) for loss in told)
        lines, polygons, points = (_table(folder / f"{table}.parquet") for table in TABLES)
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    rows = len(lines) + len(polygons) + len(points)
    return OsmExtract(
        lines, polygons, points, losses, SourceRecord(name, content, rows, crs=CRS, licence=LICENCE)
    )


def _table(path: Path) -> OsmTable:
    import pyarrow.parquet as pq

    names = [name for name in pq.read_schema(path).names if name not in OWN]
    # Few distinct values stand in a column of tags: read as dictionaries, each is made once.
    table = pq.ParquetFile(path, read_dictionary=["osm_type", *names]).read()
    return OsmTable(
        _texts(table.column("osm_type")),
        np.array(table.column("osm_id").to_pylist(), dtype=np.int64),
        np.asarray(shapely.from_wkb(table.column("geometry").to_pylist()), dtype=object),
        {name: _texts(table.column(name)) for name in names},
    )


def _texts(column: Any) -> list[Any]:
    """Give a dictionary column, or one with nothing in it, as a list."""
    found: list[Any] = []
    for chunk in column.chunks:
        if not hasattr(chunk, "dictionary"):
            found += chunk.to_pylist()
            continue
        # By its buffers: other ways import pandas where it is installed, for half a second.
        indices, first, end = chunk.indices, chunk.indices.offset, chunk.indices.offset + len(chunk)
        known, places = indices.buffers()
        rows = np.frombuffer(places, dtype=np.int32)[first:end]
        values = np.array([*chunk.dictionary.to_pylist(), None], dtype=object)
        if known is not None:
            bits = np.unpackbits(np.frombuffer(known, dtype=np.uint8), bitorder="little")[first:end]
            rows = np.where(bits, rows, len(values) - 1)
        found += values[rows].tolist()
    return found
