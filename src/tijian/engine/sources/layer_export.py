"""A layer given out again: GeoPackage, GeoParquet and CSV, equal bytes for equal features."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tijian.engine.sources.layer import write_geoparquet

STAMP = "2000-01-01T00:00:00Z"  # GDAL writes the time of the run into a GeoPackage unless it is told another


def geoparquet(geometry: Any, fields: dict[str, list[Any]], crs: str) -> bytes:
    """Give features as GeoParquet 1.1 (WKB)."""
    with tempfile.TemporaryDirectory(prefix="tijian-") as scratch:
        path = Path(scratch) / "layer.parquet"
        write_geoparquet(path, geometry, fields, crs)
        return path.read_bytes()


def geopackage(name: str, geometry: Any, fields: Mapping[str, Sequence[Any]], crs: str) -> bytes:
    """Give features as a GeoPackage with one layer.

    Args:
        name: Of the layer in the file.
        geometry: Object array of shape (n,), longitude before latitude.
        fields: Column → n plain values; a column of one kind of number stays one, anything else becomes text.
        crs: Such as ``EPSG:4490``.
    """
    from pyogrio import raw, set_gdal_config_options  # type: ignore[import-untyped]

    set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    columns = {key: _column(cells) for key, cells in fields.items()}
    with tempfile.TemporaryDirectory(prefix="tijian-") as scratch:
        path = Path(scratch) / "layer.gpkg"
        raw.write(
            path,
            shapely.to_wkb(geometry),
            list(columns.values()),
            list(columns),
            layer=name,
            driver="GPKG",
            geometry_type=_kind(geometry),
            crs=crs,
        )
        return path.read_bytes()


def table(geometry: Any, fields: Mapping[str, Sequence[Any]]) -> tuple[list[str], list[list[object]]]:
    """Give features as a table: points as longitude and latitude, anything else as WKT."""
    if len(geometry) and (shapely.get_type_id(geometry) == shapely.GeometryType.POINT).all():
        where = {"lon": shapely.get_x(geometry).tolist(), "lat": shapely.get_y(geometry).tolist()}
    else:
        where = {"wkt": shapely.to_wkt(geometry, rounding_precision=7).tolist()}
    columns = {**fields, **where}
    rows = [["" if cell is None else cell for cell in row] for row in zip(*columns.values(), strict=True)]
    return list(columns), rows


def _column(cells: Sequence[Any]) -> Any:
    kinds = {type(cell) for cell in cells}
    if kinds and kinds <= {int}:
        return np.array(cells, dtype=np.int64)
    if kinds and kinds <= {int, float}:
        return np.array(cells, dtype=np.float64)
    return np.array([None if cell is None else str(cell) for cell in cells], dtype=object)


def _kind(geometry: Any) -> str:
    kinds = set(np.unique(shapely.get_type_id(geometry)).tolist())
    names = {
        0: "Point",
        1: "LineString",
        3: "Polygon",
        4: "MultiPoint",
        5: "MultiLineString",
        6: "MultiPolygon",
    }
    return names.get(next(iter(kinds)), "Unknown") if len(kinds) == 1 else "Unknown"
