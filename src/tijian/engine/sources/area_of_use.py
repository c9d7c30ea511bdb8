"""Whether coordinates lie where their system is meant for: degrees for metres, swapped axes, a wrong zone."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from tijian.engine.kernel.faults import Faults

MARGIN = 1.0  # degrees outside the area of use that are still believed
FEW = 5  # features told one by one


def check_place(geometry: Any, name: str, declared: CRS) -> None:
    """Refuse features whose middle lies outside the area their coordinate system is made for.

    Args:
        geometry: Object array of shapely geometries, shape (n,).
        name: How the file is called in faults.
        declared: The declared system; one without an area of use says nothing.

    Raises:
        Refused: With the first features outside, and how many there are.
    """
    area = declared.area_of_use
    bounds = shapely.bounds(geometry)
    if area is None or not len(bounds):
        return
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    to_degrees = Transformer.from_crs(declared, "OGC:CRS84", always_xy=True)
    lon, lat = to_degrees.transform(x, y)
    east = (area.east - area.west) % 360 or 360.0  # an area may cross the 180th meridian
    with np.errstate(invalid="ignore"):
        across = (lon - area.west + MARGIN) % 360 <= east + 2 * MARGIN
        along = (lat >= area.south - MARGIN) & (lat <= area.north + MARGIN)
        outside = np.flatnonzero(~(across & along) & ~np.isnan(x)).tolist()
    faults = Faults()
    expected = f"{declared.name} 适用范围内的坐标"
    for i in outside[:FEW]:
        hint = "请检查坐标系声明、投影带、是否把度写成米、经纬或横纵坐标是否写反。"
        faults.add(
            "layer.place",
            name,
            f"第 {i + 1} 个要素（共 {len(outside)} 个）",
            f"{x[i]:g}, {y[i]:g}",
            expected,
            hint,
        )
    faults.raise_if_any()
