"""Points in the datum somebody declared for them, brought to WGS 84 and marked where that is approximate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tijian.engine.compute.geo.datum import Degrees, gcj02_from_bd09, wgs84_from_gcj02
from tijian.engine.sources.points_table import Datum

APPROXIMATE = "近似"


class Converted(NamedTuple):
    """Degrees in WGS 84, shapes as given, and the mark that results must carry (empty where exact)."""

    lon: Degrees
    lat: Degrees
    mark: str


def wgs84_from_declared(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Converted:
    """Convert coordinates by their declared datum.

    Args:
        lon: Degrees east, any shape.
        lat: Degrees north, of the same shape.
        datum: What was declared; CGCS2000 and WGS 84 are taken as one (``compute.geo.datum``).
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if datum in {Datum.CGCS2000, Datum.WGS84}:
        return Converted(x, y, "")
    if datum is Datum.BD09:
        x, y = gcj02_from_bd09(x, y)
    return Converted(*wgs84_from_gcj02(x, y), APPROXIMATE)
