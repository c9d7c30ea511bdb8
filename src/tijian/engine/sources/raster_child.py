"""The part of reading a raster that runs in the child: windows in, sums or cells out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rasterio  # type: ignore[import-untyped]
import shapely
from numpy.typing import NDArray
from rasterio.features import geometry_mask  # type: ignore[import-untyped]
from rasterio.windows import Window, from_bounds  # type: ignore[import-untyped]

from tijian.engine.kernel.faults import Fault, Refused

FILE, ZONES, ABOUT = "input.tif", "zones.json", "about.json"
DRIVER = "GTiff"
MAX_BLOCK = 1 << 26  # cells of one block of the file, which GDAL takes whole
WINDOW = 2048  # cells along the side of a window
SENTINEL = 1e30  # larger numbers stand for no data, whether the file says so or not
Floats = NDArray[np.float64]


def measure(folder: Path, request: dict[str, Any]) -> None:
    """Describe a raster; sum it over zones, or list its cells.

    Args:
        folder: Where file and zones lie and the result goes, as ``.npy``.
        request: ``job`` (``about``, ``zones``, ``cells``), ``band``, ``least``, ``bounds``, ``max_cells``.

    Raises:
        Refused: If it has no coordinate system, no place, is turned, or its numbers cannot be believed.
    """
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), _opened(folder) as source:
        _check(source, request)
        transform = source.transform
        about = {
            "crs": source.crs.to_wkt(),
            "width": source.width,
            "height": source.height,
            "cell": [transform.a, -transform.e],
            "bounds": list(source.bounds),
            "nodata": None if source.nodata is None else repr(source.nodata),
        }
        (folder / ABOUT).write_text(json.dumps(about), "utf-8")
        if request["job"] == "zones":
            _sums(source, folder, request)
        elif request["job"] == "cells":
            _cells(source, folder, request)


def _opened(folder: Path) -> Any:
    try:
        return rasterio.open(folder / FILE, driver=DRIVER)
    except rasterio.errors.RasterioIOError as error:
        raise _refused("raster.broken", "", "能读的 GeoTIFF", "文件已损坏，请重新导出。") from error


def _check(source: Any, request: dict[str, Any]) -> None:
    band, transform = request["band"], source.transform
    if source.crs is None:
        hint = "请在 GIS 软件中指定坐标系后再导出；不猜测坐标系。"
        raise _refused("raster.crs", "", "自带坐标系的 GeoTIFF", hint)
    if not 1 <= band <= source.count:
        raise _refused("raster.band", str(band), f"1 到 {source.count} 的波段", "请改正波段号。")
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise _refused("raster.turned", str(tuple(transform)[:6]), "上北左西的栅格", "请重采样为正北方向。")
    height, width = source.block_shapes[band - 1]
    if height * width > MAX_BLOCK:
        value = f"{height} × {width}"
        hint = "请以分块（TILED=YES）方式重新导出。"
        raise _refused("raster.block", value, f"每块不超过 {MAX_BLOCK} 格的栅格", hint)


def _windows(source: Any, bounds: tuple[float, ...]) -> Iterator[Window]:
    """Cut the cells whose centres may lie within bounds into windows, row by row."""
    w, s, e, n = source.bounds
    left, bottom, right, top = bounds
    left, bottom, right, top = max(left, w), max(bottom, s), min(right, e), min(top, n)
    if left >= right or bottom >= top:
        return
    outer = from_bounds(left, bottom, right, top, source.transform)
    first_row, last_row = int(np.floor(outer.row_off)), int(np.ceil(outer.row_off + outer.height))
    first_col, last_col = int(np.floor(outer.col_off)), int(np.ceil(outer.col_off + outer.width))
    last_row, last_col = min(last_row, source.height), min(last_col, source.width)
    for row in range(max(first_row, 0), last_row, WINDOW):
        for col in range(max(first_col, 0), last_col, WINDOW):
            yield Window(col, row, min(WINDOW, last_col - col), min(WINDOW, last_row - row))


def _read(source: Any, window: Window, request: dict[str, Any]) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the numbers of a window as float64, and which of them are data."""
    band = request["band"]
    try:
        raw = source.read(band, window=window)
        there = source.read_masks(band, window=window) > 0
    except rasterio.errors.RasterioIOError as error:
        raise _refused("raster.broken", "", "读得完的 GeoTIFF", "文件被截断或已损坏，请重新导出。") from error
    values = raw.astype(np.float64)
    there &= np.isfinite(values)
    if source.nodata is None and bool((np.abs(values[there]) >= SENTINEL).any()):
        raise _undeclared(float(np.abs(values[there]).max()))
    values = values * source.scales[band - 1] + source.offsets[band - 1]
    least = request["least"]
    if least is not None and bool((values[there] < least).any()):
        raise _undeclared(float(values[there].min()))
    return values, there


def _undeclared(value: float) -> Refused:
    hint = "多半是没有声明的“无数据”值；请在文件中声明 NoData 后再导出，不当作数使用。"
    return _refused("raster.nodata", f"{value:g}", "合理的格值", hint)


def _sums(source: Any, folder: Path, request: dict[str, Any]) -> None:
    zones = shapely.from_wkb([bytes.fromhex(z) for z in json.loads((folder / ZONES).read_text("utf-8"))])
    sums, cells, empty = np.zeros(len(zones)), np.zeros(len(zones), int), np.zeros(len(zones), int)
    for i, zone in enumerate(zones):
        if zone is None or zone.is_empty:
            continue
        for window in _windows(source, zone.bounds):
            shape, place = (window.height, window.width), source.window_transform(window)
            inside = geometry_mask([zone], shape, place, invert=True)
            if not inside.any():
                continue
            values, there = _read(source, window, request)
            counted = inside & there
            sums[i] += float(values[counted].sum())
            cells[i] += int(counted.sum())
            empty[i] += int((inside & ~there).sum())
    for name, array in (("sums", sums), ("cells", cells), ("empty", empty)):
        np.save(folder / f"{name}.npy", array)


def _cells(source: Any, folder: Path, request: dict[str, Any]) -> None:
    bounds = tuple(request["bounds"] or source.bounds)
    windows = list(_windows(source, bounds))
    size = sum(w.width * w.height for w in windows)
    if size > request["max_cells"]:
        hint = "请裁到城市范围，或按区求和。"
        raise _refused("raster.size", f"{size} 格", f"不超过 {request['max_cells']} 格的范围", hint)
    parts: list[Floats] = [np.empty((0, 3))]
    empty = 0
    for window in windows:
        values, there = _read(source, window, request)
        place = source.window_transform(window)
        rows, cols = np.nonzero(there)
        x, y = place.c + (cols + 0.5) * place.a, place.f + (rows + 0.5) * place.e
        within = (x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3])
        parts.append(np.column_stack([x, y, values[rows, cols]])[within])
        empty += int((~there).sum())
    np.save(folder / "points.npy", np.concatenate(parts))
    np.save(folder / "empty.npy", np.array([empty]))


def _refused(code: str, value: str, expected: str, hint: str) -> Refused:
    return Refused([Fault(code, "", "", value, expected, hint)])
