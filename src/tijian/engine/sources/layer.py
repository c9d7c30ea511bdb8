"""Layers of geometry: GeoJSON, GeoParquet, Shapefile and GeoPackage in, GeoParquet out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from tijian.engine.kernel.canonical import sha256, sha256_file
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.engine.sources.record import SourceRecord

STORED_CRS = "EPSG:4490"
GDAL_KINDS = (".shp", ".gpkg")
FEW = 5  # faults of one kind that are told for one file


@dataclass(frozen=True)
class Layer:
    """Features with geometry in one coordinate system.

    Attributes:
        geometry: Object array of shapely geometries, shape (n,), longitude before latitude.
        fields: Column name → list of n plain values.
        crs: Coordinate reference system of the geometry, such as ``EPSG:4490``.
        record: Where it came from.
    """

    geometry: Any
    fields: dict[str, list[Any]]
    crs: str
    record: SourceRecord

    def __len__(self) -> int:
        """Count the features."""
        return len(self.geometry)


def read_layer(path: Path, name: str, crs: str) -> Layer:
    """Read a layer by its declared name: ``.geojson``, ``.parquet`` (GeoParquet, WKB), ``.shp`` or ``.gpkg``.

    Args:
        path: The file.
        name: How the file is called in faults and records.
        crs: The declared coordinate reference system.

    Raises:
        Refused: If the file is missing, is of another kind, or holds no readable geometry.
    """
    if not path.is_file():
        raise Refused(
            [_fault("file.missing", name, "", "一个图层文件", "请放入这个图层，或在 city.yaml 中去掉它。")]
        )
    if path.suffix.lower() in GDAL_KINDS:
        return _read_by_gdal(path, name, crs)
    readers = {".geojson": _read_geojson, ".parquet": _read_geoparquet}
    if path.suffix not in readers:
        expected = ".geojson、.parquet、.shp 或 .gpkg"
        raise Refused([_fault("layer.kind", name, path.suffix, expected, "请另存为这几种格式之一。")])
    data = path.read_bytes()
    try:
        geometry, fields, own = readers[path.suffix](data)
    except Refused:
        raise
    except Exception as error:
        # Whatever a damaged file makes a driver raise, the person needs to hear which file it was.
        raise Refused(
            [
                _fault(
                    "layer.broken",
                    name,
                    type(error).__name__,
                    "能读的图层",
                    "文件已损坏或格式不对，请重新导出。",
                )
            ]
        ) from error
    _check(geometry, name, crs, own)
    return Layer(geometry, fields, crs, SourceRecord(name, sha256(data), len(geometry), crs=crs))


def _read_by_gdal(path: Path, name: str, crs: str) -> Layer:
    from tijian.engine.sources.area_of_use import check_place
    from tijian.engine.sources.vector_file import read_vector

    file = read_vector(path, name)
    own = CRS.from_user_input(file.crs) if file.crs else None
    _check(file.geometry, name, crs, own)
    check_place(file.geometry, name, CRS(crs))
    record = SourceRecord(name, file.sha256, len(file.geometry), file.encoding, crs=crs)
    return Layer(file.geometry, file.fields, crs, record)


def layer_digest(path: Path) -> str:
    """Hash a layer's file as its record does; of a Shapefile all parts, so that a changed .dbf is noticed."""
    if path.suffix.lower() in GDAL_KINDS:
        from tijian.engine.sources.vector_file import file_digest

        return file_digest(path, path.name)
    return sha256_file(path)


def _check(geometry: Any, name: str, crs: str, own: CRS | None) -> None:
    """Refuse a layer whose file says another system than declared, or whose numbers cannot be degrees."""
    faults = Faults()
    try:
        declared = CRS(crs)
    except CRSError as error:
        raise Refused(
            [_fault("crs.unknown", name, crs, "PROJ 认识的坐标系，如 EPSG:4490", "请改正坐标系代码。")]
        ) from error
    if own is not None and not own.equals(declared, ignore_axis_order=True):
        faults.add(
            "layer.crs", name, "坐标系", own.name, crs, "文件自己写的坐标系与声明的不同，请改正其中一处。"
        )
    if declared.is_geographic and not _is_projected(own):
        bounds = shapely.bounds(geometry)
        with np.errstate(invalid="ignore"):
            outside = (np.abs(bounds[:, [0, 2]]) > 180) | (np.abs(bounds[:, [1, 3]]) > 90)  # noqa: PLR2004
        for i in np.flatnonzero(outside.any(axis=1))[:FEW].tolist():
            faults.add(
                "layer.coordinates",
                name,
                f"第 {i + 1} 个要素",
                f"{bounds[i][0]:g}, {bounds[i][1]:g}",
                "先经度后纬度的度数",
                "请检查经纬度是否写反，或是否其实是米。",
            )
    faults.raise_if_any()


def _is_projected(own: CRS | None) -> bool:
    """Tell whether a file says of itself that it is in metres; then its numbers need no second complaint."""
    return own is not None and own.is_projected


def _fault(code: str, file: str, value: str, expected: str, hint: str) -> Fault:
    return Fault(code, file, "", value, expected, hint)


def _read_geojson(data: bytes) -> tuple[Any, dict[str, list[Any]], CRS | None]:
    document = json.loads(data)
    features = document["features"]
    geometry = shapely.from_geojson([json.dumps(f["geometry"]) for f in features])
    rows = [f.get("properties") or {} for f in features]
    names = dict.fromkeys(key for row in rows for key in row)
    return np.asarray(geometry, dtype=object), {n: [row.get(n) for row in rows] for n in names}, None


def _read_geoparquet(data: bytes) -> tuple[Any, dict[str, list[Any]], CRS | None]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(pa.BufferReader(data)).read()
    meta = json.loads(table.schema.metadata[b"geo"])
    column = meta["primary_column"]
    # ParquetFile and cell by cell: other ways import pandas where it is installed, for half a second.
    geometry = shapely.from_wkb([cell.as_py() for cell in table.column(column)])
    fields = {n: [cell.as_py() for cell in table.column(n)] for n in table.column_names if n != column}
    said = meta["columns"][column].get("crs")
    return np.asarray(geometry, dtype=object), fields, CRS.from_json_dict(said) if said else None


def write_geoparquet(path: Path, geometry: Any, fields: dict[str, list[Any]], crs: str = STORED_CRS) -> None:
    """Write features in ``crs`` as GeoParquet 1.1 (WKB), equal bytes for equal input."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    meta = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": [],
                "crs": CRS(crs).to_json_dict(),
            }
        },
    }
    columns: dict[str, Any] = {k: pa.array(v) for k, v in fields.items()}
    columns["geometry"] = pa.array(shapely.to_wkb(geometry, byte_order=1).tolist(), type=pa.binary())
    table = pa.table(columns).replace_schema_metadata({b"geo": json.dumps(meta).encode()})
    pq.write_table(table, path, compression="zstd")
