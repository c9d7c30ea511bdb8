"""A layer as a small picture: the outlines of the areas and its features, so that one sees where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from tijian.engine.report import tokens
from tijian.engine.report.drawing import Drawing, Sheet, print_sheet

MOST_POINTS, MOST = 2500, 8000  # features drawn; of more every so many-th
DOT, LINE = 1.3, 0.6  # points
FINE = 0.4  # points: detail below this is left out
AREA_TYPES = (3, 6)


def sketch(outlines: Sequence[Any], geometry: Any, *, sheet: Sheet | None = None, alt: str = "") -> str:
    """Draw features over the outlines of areas.

    Args:
        outlines: Of the areas, projected, metres.
        geometry: Features in the same system; object array of shape (n,). More than 8,000 (points: 2,500) are
            thinned evenly, and the picture says so.
        sheet: Sizes; print at 120 mm if None.
        alt: One sentence for those who do not see the picture.
    """
    sheet = sheet or print_sheet(120)
    picture = Drawing(sheet.width)
    known = np.asarray(geometry, dtype=object)
    known = known[~shapely.is_missing(known) & ~shapely.is_empty(known)]
    points = shapely.get_type_id(known) == shapely.GeometryType.POINT
    every = max(1, -(-len(known) // (MOST_POINTS if points.any() else MOST)))
    shown = known[::every]
    everything = np.array([*outlines, *shown], dtype=object)
    if not len(everything):
        picture.height = sheet.row * 2
        picture.text(0, sheet.row, "没有要素，画不出图", sheet.text, fill=tokens.INK_MUTED)
        return picture.svg(alt)
    bounds = shapely.total_bounds(everything)
    scale = sheet.width / max(float(bounds[2] - bounds[0]), 1.0)
    picture.height = float(bounds[3] - bounds[1]) * scale

    def place(ring: Any) -> list[tuple[float, float]]:
        points = np.round((shapely.get_coordinates(ring) - bounds[[0, 3]]) * (scale, -scale), 1)
        return [(float(x), float(y)) for x, y in points]

    edges = [
        [place(ring) for ring in _rings(outline)]
        for outline in shapely.simplify(np.array(outlines, dtype=object), FINE / scale)
    ]
    for edge in edges:
        picture.area(edge, tokens.WHITE, tokens.LINE_2)
    _draw(picture, shapely.simplify(shown, FINE / scale), place)
    for edge in edges:
        picture.area(edge, "none", tokens.MAP_EDGE)
    if every > 1:
        picture.height += sheet.row
        words = f"要素多，每 {every} 个画一个"
        picture.text(0, picture.height - sheet.row / 2, words, sheet.text, fill=tokens.INK_MUTED)
    return picture.svg(alt)


def _draw(picture: Drawing, shapes: Any, place: Any) -> None:
    lines = []
    for shape in shapes:
        if shapely.get_type_id(shape) in AREA_TYPES:
            picture.area([place(ring) for ring in _rings(shape)], tokens.CHART_REST, tokens.CHART_BAR, 0.3)
            continue
        for part in shapely.get_parts(shape):
            points = place(part)
            if len(points) == 1:
                (x, y) = points[0]
                picture.dot(x, y, DOT, tokens.ACCENT)
            else:
                lines.append(points)
    picture.polylines(lines, tokens.ACCENT, LINE)


def _rings(shape: Any) -> Iterable[Any]:
    for part in shapely.get_parts(shape):
        yield shapely.get_exterior_ring(part)
        yield from (shapely.get_interior_ring(part, k) for k in range(shapely.get_num_interior_rings(part)))
