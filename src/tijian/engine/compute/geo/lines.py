"""Lines checked and taken apart into plain arrays, with what holds for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Faults

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]

MILLIMETRES = 1000.0
SIDE = 2**31  # millimetres: two codes of 31 bits fit one integer
SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
LAYER = "道路图层"
FEW = 5  # faults of one kind that are told


@dataclass(frozen=True)
class Lines:
    """Lines that may be followed in at least one direction, single parts.

    Attributes:
        coordinates: x, y in metres, shape (v, 2).
        owner: Line of each vertex, ascending from 0, shape (v,).
        forward: Whether it may be followed as drawn, shape (n,).
        backward: Whether it may be followed against it, shape (n,).
        road: Class, shape (n,).
        speed: Metres a second, NaN where unknown, shape (n,).
        kind: Equal for lines of equal class and speed, and independent of their order; shape (n,).
        levels: Of the first and last end, shape (n, 2).
        dropped: Lines that are missing or empty.
    """

    coordinates: Floats
    owner: Positions
    forward: Flags
    backward: Flags
    road: Numbers
    speed: Floats
    kind: Positions
    levels: Numbers
    dropped: int


def plain_lines(
    lines: Any,
    forward: Flags | None,
    backward: Flags | None,
    road: Numbers | None,
    speed: Floats | None,
    levels: Numbers | None,
) -> Lines:
    """Check lines and fill in what was not said of them; ``network.build`` tells what each means.

    Raises:
        Refused: With every geometry that is no line, is not finite or leaves its level open, a few of each kind.
    """
    lines = np.asarray(lines, dtype=object)
    count = len(lines)
    ahead, back = (
        np.ones(count, bool) if way is None else np.asarray(way, bool) for way in (forward, backward)
    )
    _refuse(lines, levels)
    drawn = ~(shapely.is_missing(lines) | shapely.is_empty(lines))
    parts, line = shapely.get_parts(lines[drawn & (ahead | back)], return_index=True)
    line = np.flatnonzero(drawn & (ahead | back))[line]
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    classes = np.zeros(count, np.int32) if road is None else np.asarray(road, np.int32)
    fast = np.full(count, np.nan) if speed is None else np.asarray(speed, np.float64)
    speeds = np.unique(fast[line], return_inverse=True)[1]
    roads = np.unique(classes[line], return_inverse=True)[1]
    ends = np.zeros((count, 2), np.int32) if levels is None else np.asarray(levels, np.int32)
    return Lines(
        coordinates,
        owner.astype(np.int64),
        ahead[line],
        back[line],
        classes[line],
        fast[line],
        roads.astype(np.int64) * (len(line) + 1) + speeds,
        ends[line],
        int((~drawn).sum()),
    )


def _refuse(lines: Any, levels: Numbers | None) -> None:
    faults = Faults()
    kinds = shapely.get_type_id(lines)
    allowed = (
        shapely.GeometryType.MISSING,
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.MULTILINESTRING,
    )
    for i in np.flatnonzero(~np.isin(kinds, allowed))[:FEW].tolist():
        hint = "请去掉这个要素，或改交线图层。"
        faults.add("network.line", LAYER, f"第 {i + 1} 个要素", lines[i].geom_type, "线或多线", hint)
    bounds = shapely.bounds(lines)
    wrong = ~np.isfinite(bounds).all(axis=1) & ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    for i in np.flatnonzero(wrong)[:FEW].tolist():
        hint = "投影后没有有限的坐标，请检查坐标系的声明。"
        faults.add("network.coordinates", LAYER, f"第 {i + 1} 个要素", None, "有限的坐标", hint)
    if levels is not None:
        for i in np.flatnonzero(shapely.get_num_geometries(lines) > 1)[:FEW].tolist():
            hint = "带层号的路段请逐段给出。"
            faults.add("network.parts", LAYER, f"第 {i + 1} 个要素", "多线", "一条线", hint)
    faults.raise_if_any()
    if not (np.isfinite(bounds).any()):
        return
    low, high = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    if ((high - low) * MILLIMETRES >= SIDE - 1).any():
        extent = " × ".join(f"{side / 1000:,.0f} km" for side in (high - low).tolist())
        hint = "请检查坐标系，或去掉远处的要素。"
        faults.add("network.extent", LAYER, "", extent, "边长不到 2,147 km 的范围", hint)
    faults.raise_if_any()


def z_order(coordinates: Floats) -> Positions:
    """Number millimetres along a Z curve (Morton, 1966), so that near places have near numbers.

    Args:
        coordinates: x, y in metres, shape (v, 2), within 2,147 km.

    Returns:
        Codes, equal where coordinates are equal to the millimetre; shape (v,).
    """
    if not len(coordinates):
        return np.zeros(0, dtype=np.int64)
    whole = np.rint(coordinates * MILLIMETRES)
    side = (whole - whole.min(axis=0)).astype(np.int64)
    for shift, mask in SPREAD:
        side = (side | (side << shift)) & mask
    code: Positions = side[:, 0] | (side[:, 1] << 1)
    return code
