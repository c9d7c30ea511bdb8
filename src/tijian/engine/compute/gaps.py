"""Who is not served: the places beside the figure of a coverage, with people and the nearest facility."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.coverage import reach
from tijian.engine.compute.geo.overlay import Floats, zone_of
from tijian.engine.compute.registry import Gap
from tijian.engine.compute.zones import Zones

PEOPLE = "people"
POPULATION = "population"
LEAST = 100.0  # m²: what differencing leaves below this is no place


def unserved_land(zones: Zones, own: Any, layer: str, radii: Floats) -> list[Gap]:
    """Give the pieces of land outside every facility's radius.

    Args:
        zones: The areas.
        own: The land of each area, object array of shape (k,).
        layer: The facilities.
        radii: Metres, of each facility; NaN serves nobody.
    """
    facilities = zones.geometry(layer)
    discs = shapely.STRtree(served := reach(facilities, radii))
    found = []
    for code, land in zip(zones.codes, own, strict=True):
        near = served[discs.query(land)]
        left = shapely.difference(land, shapely.union_all(near)) if len(near) else land
        pieces = shapely.get_parts(left)
        pieces = pieces[shapely.area(pieces) >= LEAST]
        found += _places(zones, code, pieces, shapely.point_on_surface(pieces), layer, ~np.isnan(radii))
    return found


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
    found = []
    for i, code in enumerate(zones.codes):
        rows = np.flatnonzero((where == i) & ~served)
        words = [lacking[r] for r in rows.tolist()] if lacking is not None else None
        every = np.ones(len(zones.geometry(layer)), dtype=np.bool_)
        found += _places(zones, code, shapes[rows], shapely.points(centres[rows]), layer, every, words)
    return found


def _places(
    zones: Zones,
    code: str,
    shapes: Any,
    points: Any,
    layer: str,
    serves: Any,
    lacking: list[str] | None = None,
) -> list[Gap]:
    if not len(shapes):
        return []
    people = _people(zones, shapes)
    facilities = zones.geometry(layer)[serves]
    names = [n for n, s in zip(_names(zones, layer), serves.tolist(), strict=True) if s]
    nearest: list[tuple[str, float | None]] = [("", None)] * len(shapes)
    if len(facilities):
        (at, which), away = shapely.STRtree(facilities).query_nearest(
            points, return_distance=True, all_matches=False
        )
        for row, facility, distance in zip(at.tolist(), which.tolist(), away.tolist(), strict=True):
            nearest[row] = (names[facility], distance)
    return [
        Gap(code, shape, n, name, distance, lacking[k] if lacking is not None else "")
        for k, (shape, n, (name, distance)) in enumerate(zip(shapes, people, nearest, strict=True))
    ]


def _people(zones: Zones, shapes: Any) -> list[float | None]:
    """Sum the people who live within each shape."""
    layer = zones.material.layer(POPULATION)
    if layer is None:
        return [None] * len(shapes)
    cells = [np.nan if c in (None, "") else float(c) for c in layer.fields[PEOPLE]]
    known = np.nan_to_num(np.array(cells, dtype=np.float64))
    places = shapely.points(
        shapely.get_coordinates(shapely.centroid(np.asarray(layer.geometry, dtype=object)))
    )
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
