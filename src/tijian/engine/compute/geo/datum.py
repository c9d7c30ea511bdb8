"""Datums of Chinese web maps: GCJ-02 and BD-09 to and from WGS 84, on arrays.

GCJ-02 is a published-by-observation offset of 100–700 m; BD-09 adds a second one. The forward formulas
are those that circulate since 2010 (on4wp7 changeset 21483, eviltransform, prcoords; the true ones are
not public), so a result is approximate (about a metre) and must carry the mark 近似. Legal caution:
undoing the offset of a map may itself be restricted (测绘法、GB 20263); prefer data delivered in CGCS2000.
WGS 84 and CGCS2000 are taken as one (a null shift, below a metre in practice).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

SEMI_MAJOR, ECCENTRICITY2 = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, as GCJ-02 uses it
LON_MIN, LON_MAX, LAT_MIN, LAT_MAX = 72.004, 137.8347, 0.8293, 55.8271  # outside, GCJ-02 does nothing
ORIGIN_LON, ORIGIN_LAT = 105.0, 35.0
BD_LON, BD_LAT = 0.0065, 0.0060
# BD-09 is stated with 3000 radians for 180 degrees of arc.
BD_WAVE = np.pi * 3000.0 / 180.0
TOLERANCE = 1e-12
ROUNDS = 30


def gcj02_from_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Shift WGS 84 (or CGCS2000) into GCJ-02.

    Args:
        lon: Degrees east, any shape; points outside the box of China stay as they are.
        lat: Degrees north, of the same shape.

    Returns:
        Longitude and latitude in degrees, of the same shape.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    inside = (x >= LON_MIN) & (x <= LON_MAX) & (y >= LAT_MIN) & (y <= LAT_MAX)
    east, north = _offset(x - ORIGIN_LON, y - ORIGIN_LAT)
    sine = np.sin(np.radians(y))
    squeeze = 1.0 - ECCENTRICITY2 * sine * sine
    metres_per_lat = np.radians(SEMI_MAJOR * (1.0 - ECCENTRICITY2)) / squeeze**1.5
    metres_per_lon = np.radians(SEMI_MAJOR) * np.cos(np.radians(y)) / np.sqrt(squeeze)
    return (
        np.where(inside, x + east / metres_per_lon, x),
        np.where(inside, y + north / metres_per_lat, y),
    )


def _offset(x: Degrees, y: Degrees) -> Pair:
    """Give the offset in metres, east and north; x and y are degrees from the origin of GCJ-02."""
    root, common = np.sqrt(np.abs(x)), np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x)
    pi = np.pi
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + 40.0 / 3.0 * (common + np.sin(pi * x) + 2.0 * np.sin(pi * x / 3.0))
    east = east + 100.0 * (np.sin(pi * x / 12.0) + 2.0 * np.sin(pi * x / 30.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + 40.0 / 3.0 * (common + np.sin(pi * y) + 2.0 * np.sin(pi * y / 3.0))
    north = north + 320.0 / 3.0 * (np.sin(pi * y / 12.0) + 2.0 * np.sin(pi * y / 30.0))
    return east, north


def wgs84_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo ``gcj02_from_wgs84`` by iteration, to 1e-9 degrees.

    Args:
        lon: Degrees east in GCJ-02, any shape.
        lat: Degrees north, of the same shape.

    Returns:
        Longitude and latitude in degrees, WGS 84; a point whose image would lie outside the box stays.
    """
    return _inverse(gcj02_from_wgs84, lon, lat)


def bd09_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Shift GCJ-02 into BD-09; degrees, any equal shape."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BD_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BD_WAVE)
    return radius * np.cos(angle) + BD_LON, radius * np.sin(angle) + BD_LAT


def gcj02_from_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo ``bd09_from_gcj02`` by iteration, to 1e-9 degrees; any equal shape."""
    return _inverse(bd09_from_gcj02, lon, lat)


def _inverse(forward: Callable[[ArrayLike, ArrayLike], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Solve forward(x) = target by x ← x + target − forward(x); the offset changes slowly, so it contracts."""
    target_x, target_y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = target_x, target_y
    for _ in range(ROUNDS):
        image_x, image_y = forward(x, y)
        step_x, step_y = target_x - image_x, target_y - image_y
        x, y = x + step_x, y + step_y
        if max(np.max(np.abs(step_x), initial=0.0), np.max(np.abs(step_y), initial=0.0)) < TOLERANCE:
            break
    return x, y
