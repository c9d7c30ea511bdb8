"""GeoTIFF: sums over zones and cells as points, window by window, in the child process.

A cell belongs to the zone that holds its centre (GDAL's rule of rasterizing: of two zones with a common
border exactly one takes a centre that lies on it). A cell without data is counted, and is never zero.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from tijian.engine.kernel.canonical import sha256_file
from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources.isolation import DEFAULT, Ended, Limits, isolated
from tijian.engine.sources.record import SourceRecord

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MAX_CELLS = 20_000_000


@dataclass(frozen=True)
class Raster:
    """What a raster says of itself.

    Attributes:
        crs: Coordinate reference system, as WKT.
        width, height: Cells across and down.
        cell: Width and height of a cell, in units of the system.
        bounds: West, south, east, north.
        nodata: The number that stands for no data, as written; None where none is declared.
        peak: Largest resident memory of the child that looked, bytes.
    """

    crs: str
    width: int
    height: int
    cell: tuple[float, float]
    bounds: tuple[float, float, float, float]
    nodata: str | None
    peak: int


@dataclass(frozen=True)
class ZonalSums:
    """Sums of a raster over zones, in the order of the zones.

    Attributes:
        sums: Shape (n,); NaN where a zone holds no cell with data.
        cells: Cells with data whose centre lies in the zone, shape (n,).
        empty: Cells without data whose centre lies in the zone, shape (n,).
        raster: The raster.
        record: Where it came from.
    """

    sums: Floats
    cells: Counts
    empty: Counts
    raster: Raster
    record: SourceRecord


@dataclass(frozen=True)
class Cells:
    """Cells with data, as points at their centres, from north-west row by row within each window.

    Attributes:
        x, y: Centres in the raster's own system, shape (n,).
        values: Shape (n,).
        empty: How many cells of the windows looked at hold no data.
        raster: The raster.
        record: Where it came from.
    """

    x: Floats
    y: Floats
    values: Floats
    empty: int
    raster: Raster
    record: SourceRecord


def read_raster(path: Path, name: str, *, limits: Limits = DEFAULT) -> Raster:
    """Look at what a GeoTIFF says of itself, without reading its cells.

    Raises:
        Refused: If it is no GeoTIFF, has no coordinate system, or is turned.
    """
    with _measured(path, name, "about", 1, None, {}, limits) as (_, raster):
        return raster


def zonal_sums(
    path: Path,
    name: str,
    zones: Any,
    crs: str,
    *,
    band: int = 1,
    least: float | None = None,
    limits: Limits = DEFAULT,
) -> ZonalSums:
    """Sum a raster over zones by the centres of its cells.

    Args:
        path: The GeoTIFF.
        name: How it is called in faults and records.
        zones: Object array of polygons, shape (n,), in the raster's own system; they may overlap.
        crs: That system, as the caller projected the zones.
        band: Band, from 1.
        least: Smallest number that can be true (0 for people); a smaller one is taken as an undeclared no-data.
        limits: What reading may take.

    Raises:
        Refused: If the raster is broken, has no or another system, or its numbers cannot be believed.
    """
    request = {"zones": [z.hex() for z in shapely.to_wkb(np.asarray(zones, dtype=object)).tolist()]}
    with _measured(path, name, "zones", band, least, request, limits) as (ended, raster):
        if not CRS(raster.crs).equals(CRS(crs), ignore_axis_order=True):
            hint = "请把分区投影到栅格的坐标系。"
            raise _refused("raster.zones", name, CRS(crs).name, CRS(raster.crs).name, hint)
        sums, cells, empty = (np.load(ended.folder / f"{n}.npy") for n in ("sums", "cells", "empty"))
    record = SourceRecord(name, sha256_file(path), int(cells.sum()), crs=raster.crs)
    return ZonalSums(np.where(cells > 0, sums, np.nan), cells, empty, raster, record)


def read_cells(
    path: Path,
    name: str,
    *,
    bounds: tuple[float, float, float, float] | None = None,
    band: int = 1,
    least: float | None = None,
    max_cells: int = MAX_CELLS,
    limits: Limits = DEFAULT,
) -> Cells:
    """Read the cells whose centres lie within bounds.

    Args:
        path: The GeoTIFF.
        name: How it is called in faults and records.
        bounds: West, south, east, north in the raster's own system; None for all of it.
        band: Band, from 1.
        least: Smallest number that can be true (0 for people); a smaller one is taken as an undeclared no-data.
        max_cells: Cells looked at, at most.
        limits: What reading may take.

    Raises:
        Refused: If the raster is broken, too large, has no system, or its numbers cannot be believed.
    """
    request = {"bounds": bounds, "max_cells": max_cells}
    with _measured(path, name, "cells", band, least, request, limits) as (ended, raster):
        points = np.load(ended.folder / "points.npy")
        empty = int(np.load(ended.folder / "empty.npy")[0])
    record = SourceRecord(name, sha256_file(path), len(points), crs=raster.crs)
    return Cells(points[:, 0], points[:, 1], points[:, 2], empty, raster, record)


@contextmanager
def _measured(
    path: Path,
    name: str,
    job: str,
    band: int,
    least: float | None,
    more: Mapping[str, Any],
    limits: Limits,
) -> Iterator[tuple[Ended, Raster]]:
    _check_head(path, name)
    asked = {"job": job, "band": band, "least": least, **{k: v for k, v in more.items() if k != "zones"}}
    with tempfile.TemporaryDirectory(prefix="tijian-zones-") as scratch:
        zones = Path(scratch) / "zones.json"
        zones.write_text(json.dumps(more.get("zones", [])), "utf-8")
        files = {"input.tif": path, "zones.json": zones}
        with isolated("raster", files, asked, name, skipped=(), limits=limits) as ended:
            about = json.loads((ended.folder / "about.json").read_text("utf-8"))
            about["cell"], about["bounds"] = tuple(about["cell"]), tuple(about["bounds"])
            yield ended, Raster(**about, peak=ended.peak)


def _check_head(path: Path, name: str) -> None:
    if not path.is_file():
        raise _refused("file.missing", name, "", "一个 GeoTIFF 文件", f"请放入 {name}。")
    with path.open("rb") as stream:
        if stream.read(4) not in HEADS:
            hint = "文件的内容不是 TIFF，不予读取；请从原系统导出为 GeoTIFF。"
            raise _refused("raster.content", name, "", "GeoTIFF 文件", hint)


def _refused(code: str, name: str, value: str, expected: str, hint: str) -> Refused:
    return Refused([Fault(code, name, "", value, expected, hint)])
