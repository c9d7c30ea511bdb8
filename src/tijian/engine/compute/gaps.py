"""Who is not served: the places beside the figure of a coverage, with people and the nearest facility."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.coverage import reach
from tijian.engine.compute.geo.overlay import Floats, zone_of
from tijian.engine.compute.registry import Gap
from tijian.engine.compute.zones import PEOPLE, POPULATION, Zones, centres_of, numbers_of

LEAST = 100.0  # m²: what differencing leaves below this is no place


def unserved_land(zones: Zones, own: Any, layer: str, radii: Floats) -> list[Gap]:
    """Give the pieces of land outside every facility's radius.

    Args:
        zones: The areas.
        own: The land of each area, object array of shape (k,).
        layer: The facilities.
        radii: Metres, of each facility; NaN serves nobody.
    """
    served = reach(zones.geometry(layer), radii)
    discs = shapely.STRtree(served)
    codes, pieces = [], []
    for code, land in zip(zones.codes, own, strict=True):
        near = served[discs.query(land)]
        left = shapely.get_parts(shapely.difference(land, shapely.union_all(near)) if len(near) else land)
        left = left[shapely.area(left) >= LEAST]
        codes += [code] * len(left)
        pieces.append(left)
    shapes = np.concatenate(pieces)
    return _places(zones, codes, shapes, shapely.point_on_surface(shapes), layer, ~np.isnan(radii))


def unserved_places(
    zones: Zones, shapes: Any, centres: Floats, served: Any, layer: str, lacking: list[str] | None = None
) -> list[Gap]:
    """Give places such as communities that are not served, each in the area of its centre.

    Args:
        zones: The areas.
        shapes: Of the places, object array of shape (n,).
        centres: From where they are served, shape (n, 2).
        served: bool, shape (n,).
        layer: The facilities.
        lacking: What each place lacks, of n; None where there is one kind of facility.
    """
    where = zone_of(centres, zones.outlines)
    rows = np.flatnonzero((where >= 0) & ~served)
    rows = rows[np.argsort(where[rows], kind="stable")]
    codes = [zones.codes[k] for k in where[rows].tolist()]
    words = [lacking[r] for r in rows.tolist()] if lacking is not None else None
    every = np.ones(len(zones.geometry(layer)), dtype=np.bool_)
    return _places(zones, codes, shapes[rows], shapely.points(centres[rows]), layer, every, words)


def _places(
    zones: Zones,
    codes: list[str],
    shapes: Any,
    points: Any,
    layer: str,
    serves: Any,
    lacking: list[str] | None = None,
) -> list[Gap]:
    if not codes:
        return []
    facilities = zones.geometry(layer)[serves]
    names = [n for n, s in zip(_names(zones, layer), serves.tolist(), strict=True) if s]
    nearest: list[tuple[str, float | None]] = [("", None)] * len(codes)
    if len(facilities):
        (at, which), away = shapely.STRtree(facilities).query_nearest(
            points, return_distance=True, all_matches=False
        )
        for row, facility, distance in zip(at.tolist(), which.tolist(), away.tolist(), strict=True):
            nearest[row] = (names[facility], distance)
    rows = zip(codes, shapes, _people(zones, shapes), nearest, lacking or [""] * len(codes), strict=True)
    return [Gap(code, shape, n, name, distance, words) for code, shape, n, (name, distance), words in rows]


def _people(zones: Zones, shapes: Any) -> list[float | None]:
    """Sum the people who live within each shape."""
    layer = zones.material.layer(POPULATION)
    if layer is None:
        return [None] * len(shapes)
    known, places = np.nan_to_num(numbers_of(layer, PEOPLE)), shapely.points(centres_of(layer))
    own, which = shapely.STRtree(places).query(shapes, predicate="intersects")
    total = np.bincount(own, weights=known[which], minlength=len(shapes))
    return [float(n) for n in total]


def _names(zones: Zones, layer: str) -> list[str]:
    """Name the facilities of a layer by ``name``, else ``id``, else their number."""
    fields = zones.layers[layer].fields
    for column in ("name", "id"):
        if column in fields:
            return [
                str(cell) if cell not in (None, "") else f"第 {n} 个"
                for n, cell in enumerate(fields[column], 1)
            ]
    return [f"第 {n + 1} 个" for n in range(len(zones.geometry(layer)))]
