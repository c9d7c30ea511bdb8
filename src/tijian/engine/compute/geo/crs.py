"""Coordinate systems: longitude before latitude everywhere, metres only after projection."""

from __future__ import annotations

from functools import cache
from typing import Any

import shapely
from pyproj import Transformer


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def project(geometry: Any, source: str, target: str) -> Any:
    """Transform geometries between coordinate systems.

    Args:
        geometry: Object array of shapely geometries.
        source: System they are in, such as ``EPSG:4490``; x is longitude or easting.
        target: System wanted.

    Raises:
        pyproj.exceptions.CRSError: If a system is unknown.
    """
    if source == target:
        return geometry
    transformer = _transformer(source, target)
    return shapely.transform(geometry, transformer.transform, interleaved=False)
