"""The part of reading a vector file that runs in the child: GDAL's driver in, Arrow out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyogrio import list_layers, raw  # type: ignore[import-untyped]

from tijian.engine.kernel.faults import Fault, Refused

RESULT = "features.arrow"
MAX_FEATURES = 5_000_000
WHOLE = {"OFTInteger", "OFTInteger64"}
GEOMETRY = "geometry"


def extract(folder: Path, request: dict[str, Any]) -> None:
    """Read one layer and write its WKB, its fields and what it says of its coordinates.

    Args:
        folder: Where the file lies and the result goes.
        request: ``file``; ``layer``, empty for the only one; ``encoding``, empty to let the driver know.

    Raises:
        Refused: If there is no such layer, several to choose from, or none with geometry.
    """
    path = str(folder / request["file"])
    layer = _layer(path, request["layer"])
    meta, _, geometry, columns = raw.read(
        path,
        layer=layer,
        encoding=request["encoding"] or None,
        force_2d=True,
        datetime_as_string=True,
        max_features=MAX_FEATURES + 1,
    )
    if geometry is None:
        raise Refused([_fault("layer.geometry.none", layer, "有图形的图层", "这个图层只有属性表。")])
    if len(geometry) > MAX_FEATURES:
        raise Refused(
            [_fault("layer.size", layer, f"不超过 {MAX_FEATURES} 个要素的图层", "请拆成几个文件。")]
        )
    arrays = [_array(c, t) for c, t in zip(columns, meta["ogr_types"], strict=True)]
    table = pa.table(
        [pa.array(geometry.tolist(), type=pa.binary()), *arrays], names=[GEOMETRY, *map(str, meta["fields"])]
    )
    said = {"crs": meta["crs"] or "", "encoding": meta["encoding"] or ""}
    table = table.replace_schema_metadata(said)
    with pa.OSFile(str(folder / RESULT), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _layer(path: str, wanted: str) -> str:
    layers = [(str(name), kind) for name, kind in list_layers(path)]
    spatial = [name for name, kind in layers if kind is not None]
    if wanted:
        if wanted not in [name for name, _ in layers]:
            found = "、".join(name for name, _ in layers)
            raise Refused([_fault("layer.unknown", wanted, f"文件里的图层之一：{found}", "请改正图层名。")])
        return wanted
    if len(spatial) != 1:
        found = "、".join(spatial)
        hint = "请写明用哪一个图层。" if spatial else "文件里没有带图形的图层。"
        raise Refused([_fault("layer.choice", found, "一个带图形的图层", hint)])
    return spatial[0]


def _array(column: Any, kind: str) -> pa.Array:
    """Make an Arrow array in which an empty cell is null, and whole numbers stay whole beside empty cells."""
    if column.dtype.kind == "f":
        empty = np.isnan(column)
        if kind in WHOLE:
            return pa.array(np.where(empty, 0, column).astype(np.int64), mask=empty)
        return pa.array(column, mask=empty)
    if column.dtype.kind in "iub":
        return pa.array(column)
    return pa.array([None if value is None else _text(value) for value in column.tolist()], type=pa.string())


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _fault(code: str, value: str, expected: str, hint: str) -> Fault:
    return Fault(code, "", "", value, expected, hint)
