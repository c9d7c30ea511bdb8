"""Lengths and areas of what lies inside an outline."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely


def clipped_length(lines: Any, outline: Any) -> float:
    """Sum the lengths of the parts of lines that lie inside an outline.

    Args:
        lines: Object array of LineString or MultiLineString, shape (n,), projected, metres.
        outline: Polygon or MultiPolygon in the same system.

    Returns:
        Metres. Summed in the order of the lines, so that equal input gives equal bits.
    """
    shapely.prepare(outline)
    touching = lines[shapely.intersects(lines, outline)]
    inside = shapely.contains_properly(outline, touching)
    whole = shapely.length(touching)
    part = np.zeros(len(touching))
    part[~inside] = shapely.length(shapely.intersection(touching[~inside], outline))
    return float(sum(np.where(inside, whole, part).tolist()))
