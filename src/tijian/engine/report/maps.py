"""Maps of grades: areas as fills with their names, small ones numbered or enlarged in an inset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry

from tijian.engine.report import drawing, tokens
from tijian.engine.report.bars import axis_ticks
from tijian.engine.report.drawing import Drawing, Sheet, advance, print_sheet
from tijian.engine.report.tokens import GradeWord

Ring: TypeAlias = Sequence[tuple[float, float]]
Bounds: TypeAlias = tuple[float, float, float, float]
INSET_SHARE = 0.34  # of the width, where small areas are enlarged
CROWDED = 2  # from this many areas without room for a number on, an inset is drawn


@dataclass(frozen=True, slots=True)
class Region:
    """One area of a map.

    Attributes:
        name: Short name, printed in the area.
        shape: Geometry or rings in projected coordinates, x east, y north; already simplified as one
            coverage, so that neighbours keep their common edges.
        grade: Its grade or why there is none.
        reason: In words, where there is no grade.
        synthetic: Whether the grade carries the synthetic mark.
    """

    name: str
    shape: BaseGeometry | Sequence[Ring]
    grade: GradeWord
    reason: str = ""
    synthetic: bool = False

    @property
    def label(self) -> str:
        """Name and grade as printed."""
        return f"{self.name} {drawing.grade_word(self.grade)}"


@dataclass(frozen=True, slots=True)
class _View:
    """Where a part of the ground is drawn; y is turned over."""

    ground: Bounds
    left: float
    top: float
    scale: float

    def place(self, ring: Ring) -> list[tuple[float, float]]:
        """Give the ring on the sheet, a tenth of a point fine, without repeated points."""
        points: list[tuple[float, float]] = []
        for x, y in ring:
            point = (
                round(self.left + (x - self.ground[0]) * self.scale, 1),
                round(self.top + (self.ground[3] - y) * self.scale, 1),
            )
            if not points or point != points[-1]:
                points.append(point)
        return points


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An area on the sheet: rings to draw, and where its label goes."""

    region: Region
    rings: tuple[list[tuple[float, float]], ...]
    shape: BaseGeometry
    centre: tuple[float, float]
    fits: bool
    takes_number: bool


def choropleth(
    regions: Sequence[Region],
    *,
    sheet: Sheet | None = None,
    metres: float = 1.0,
    review_number: str | None = None,
    boundary: str = "",
    selected: str = "",
    alt: str = "",
) -> str:
    """Draw areas by grade, each with its name and grade in words.

    An area too small for its name gets a number, listed in a free corner; where even numbers have no
    room, the small areas are enlarged in a frame at the right and framed at their true position.

    Args:
        regions: In the fixed order of areas; empty shapes are left out.
        sheet: Sizes; print at 66 mm if None.
        metres: Length of one unit of the coordinates, for the scale bar; 0 leaves it out.
        review_number: 审图号; without one the map says that it may not be published.
        boundary: As-of and source of the boundaries, in words.
        selected: Name of the area that is outlined.
        alt: One sentence for those who do not see the picture.
    """
    sheet = sheet or print_sheet(66)
    picture = Drawing(sheet.width)
    present = [replace(region, shape=_geometry(region.shape)) for region in regions]
    present = [region for region in present if not _geometry(region.shape).is_empty]
    if present:
        crowd = [item for item in _lay(present, _view(present, sheet.width), sheet) if not item.takes_number]
        inset = len(crowd) >= CROWDED and len(crowd) < len(present)
        width = sheet.width * (1 - INSET_SHARE) - 8 if inset else sheet.width
        view = _view(present, width)
        placed = _lay(present, view, sheet)
        picture.height = (view.ground[3] - view.ground[1]) * view.scale
        small = [item.region for item in placed if not item.takes_number] if inset else []
        _areas(picture, placed, selected)
        listed = _labels(picture, placed, sheet, {region.name for region in small}, width)
        if small:
            _inset(picture, small, view, sheet, listed)
        if metres > 0:
            _scale_bar(picture, view, sheet, metres)
    else:
        picture.height = sheet.row * 2
        picture.text(0, sheet.row, "没有边界数据，画不出地图", sheet.text, fill=tokens.INK_MUTED)
    _notes(picture, sheet, review_number, boundary)
    return picture.svg(alt)


def _geometry(shape: BaseGeometry | Sequence[Ring]) -> BaseGeometry:
    if isinstance(shape, BaseGeometry):
        return shape
    rings = [shapely.Polygon(ring) for ring in shape if len(ring) > 2]  # noqa: PLR2004 - a ring has three points
    result: BaseGeometry = shapely.Polygon()
    for ring in rings:  # a ring inside another is a hole
        result = result.symmetric_difference(shapely.make_valid(ring))
    return result


def _rings(shape: BaseGeometry) -> list[Ring]:
    found: list[Ring] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            found.append([(x, y) for x, y, *_ in part.exterior.coords])
            found += [[(x, y) for x, y, *_ in hole.coords] for hole in part.interiors]
    return found


def _view(regions: Sequence[Region], width: float, left: float = 1.0, top: float = 1.0) -> _View:
    """Fit areas into a width; tall cities are held to 1.35 times the width."""
    bounds = [float(x) for x in shapely.total_bounds([_geometry(region.shape) for region in regions])]
    ground = (bounds[0], bounds[1], bounds[2], bounds[3])
    wide, tall = max(ground[2] - ground[0], 1e-9), max(ground[3] - ground[1], 1e-9)
    return _View(ground, left, top, min((width - 2) / wide, width * 1.35 / tall))


def _lay(regions: Sequence[Region], view: _View, sheet: Sheet) -> list[_Drawn]:
    """Bring areas onto the sheet and find out which have room for their name, and which for a number."""
    size = sheet.small
    return [
        _Drawn(region, *_fitted(_geometry(region.shape), view, advance(region.label, size) + 3, size))
        for region in regions
    ]


@lru_cache(maxsize=1024)
def _fitted(
    ground: BaseGeometry, view: _View, wanted: float, size: float
) -> tuple[tuple[list[tuple[float, float]], ...], BaseGeometry, tuple[float, float], bool, bool]:
    """Place one area; a report draws the same areas for every indicator, so this is remembered."""
    rings = tuple(view.place(ring) for ring in _rings(ground))
    shape = _geometry([ring for ring in rings if len(set(ring)) > 2])  # noqa: PLR2004
    if shape.is_empty:
        x, y = (rings[0] or [(0.0, 0.0)])[0] if rings else (0.0, 0.0)
        return rings, shape, (x, y), False, False
    centre, fits = _label_place(shape, wanted, size * 1.3)
    number = shape.area > 0 and _covered(shape, centre, size * 1.2, size * 1.2) > 0.8  # noqa: PLR2004
    return rings, shape, centre, fits, number


def _covered(shape: BaseGeometry, centre: tuple[float, float], width: float, height: float) -> float:
    """Give the share of a label's box that lies inside the area."""
    x, y = centre
    box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return float(shape.intersection(box).area / box.area)


def _label_place(shape: BaseGeometry, width: float, height: float) -> tuple[tuple[float, float], bool]:
    """Find a place for a label in the area: the widest spot, else the best row of it."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    spot = shapely.maximum_inscribed_circle(largest, tolerance=0.5).coords[0]
    best = (float(spot[0]), float(spot[1]))
    if _covered(shape, best, width, height) > 0.99:  # noqa: PLR2004 - a corner may touch the edge
        return best, True
    west, south, east, north = largest.bounds
    for step in (8, 7, 9, 6, 10, 5, 11, 4, 12):  # rows of sixteenths, from the middle outwards
        y = south + (north - south) * step / 16
        row = largest.intersection(shapely.LineString([(west, y), (east, y)]))
        lines = [part for part in shapely.get_parts(row) if part.length >= width]
        if lines:
            middle = max(lines, key=lambda part: part.length).interpolate(0.5, normalized=True)
            if _covered(shape, (middle.x, y), width, height) > 0.99:  # noqa: PLR2004
                return (float(middle.x), float(y)), True
    return best, False


def _areas(picture: Drawing, placed: Sequence[_Drawn], selected: str = "") -> None:
    for item in placed:
        hatch = tokens.GRADE_HATCH.get(item.region.grade)
        fill = picture.hatch(hatch) if hatch else tokens.GRADE_FILL.get(item.region.grade, tokens.WHITE)
        picture.area(item.rings, fill, tokens.MAP_EDGE)
    for item in placed:
        if selected and item.region.name == selected:
            picture.area(item.rings, "none", tokens.INK, 2.2)


def _labels(picture: Drawing, placed: Sequence[_Drawn], sheet: Sheet, skip: set[str], width: float) -> int:
    """Write names into the areas, numbers into the small ones with a list in a free corner; count these."""
    listed: list[str] = []
    for item in placed:
        if item.region.name in skip:
            continue
        if item.fits:
            _write(picture, item, item.region.label, sheet.small)
        else:
            listed.append(f"{len(listed) + 1} {item.region.label}")
            _write(picture, item, str(len(listed)), sheet.small)
    if listed:
        _list(picture, placed, listed, sheet, width)
    return len(listed)


def _write(picture: Drawing, item: _Drawn, words: str, size: float) -> None:
    x, y = item.centre
    grade = item.region.grade
    if grade in tokens.GRADE_HATCH:
        picture.plate(x, y, words, size)
    else:
        ink = tokens.GRADE_INK.get(grade, tokens.INK)
        picture.text(x, y, words, size, fill=ink, anchor="middle", bold=not item.fits)


def _list(
    picture: Drawing, placed: Sequence[_Drawn], lines: Sequence[str], sheet: Sheet, width: float
) -> None:
    """Put the list into the corner with the least land; below the map if all four are taken."""
    line = sheet.small * 1.45
    wide, tall = max(advance(words, sheet.small) for words in lines) + 4, line * len(lines) + 2
    land = shapely.union_all([item.shape for item in placed])
    corners = [(x, y) for y in (0.0, picture.height - tall) for x in (0.0, width - wide)]
    taken = [land.intersection(shapely.box(x, y, x + wide, y + tall)).area for x, y in corners]
    best = min(range(4), key=lambda n: taken[n])
    x, y = corners[best]
    if taken[best] > 0 or tall > picture.height:
        x, y = 0.0, picture.height + 4
        picture.height += tall + 4
    for n, words in enumerate(lines):
        picture.text(x, y + line * (n + 0.5), words, sheet.small, fill=tokens.INK_SOFT)


def _inset(picture: Drawing, regions: Sequence[Region], view: _View, sheet: Sheet, listed: int) -> None:
    """Enlarge the small areas at the right, framed there and at their true position; count on from ``listed``."""
    width = sheet.width * INSET_SHARE
    left = sheet.width - width
    large = _view(regions, width - 8, left + 4, 4.0)
    placed = _lay(regions, large, sheet)
    height = (large.ground[3] - large.ground[1]) * large.scale + 8
    west, south, east, north = large.ground
    frame = view.place([(west, north), (east, south)])
    (x1, y1), (x2, y2) = frame[0], frame[-1]
    picture.rect(x1 - 1.5, y1 - 1.5, x2 - x1 + 3, y2 - y1 + 3, "none", tokens.INK)
    picture.line((x2 + 1.5, y1 - 1.5), (left, 0.5), tokens.CHART_AXIS, 0.4)
    picture.line((x2 + 1.5, y2 + 1.5), (left, height), tokens.CHART_AXIS, 0.4)
    picture.rect(left, 0.5, width - 0.5, height, tokens.WHITE, tokens.INK)
    _areas(picture, placed)
    line = sheet.small * 1.45
    y = height + 6
    for item in placed:
        words = item.region.label
        if not item.fits:
            listed += 1
            words = str(listed)
            picture.text(left, y + line / 2, f"{words} {item.region.label}", sheet.small)
            y += line
        _write(picture, item, words, sheet.small)
    picture.height = max(picture.height, y + 2)


def _scale_bar(picture: Drawing, view: _View, sheet: Sheet, metres: float) -> None:
    """Draw a bar of a round length, about a fifth of the width."""
    ground = sheet.width * 0.2 / view.scale * metres
    length = axis_ticks(0.0, ground, 1)[1]
    words = f"{drawing.number(length / 1000)} km" if length >= 1000 else f"{drawing.number(length)} m"  # noqa: PLR2004
    width = length / metres * view.scale
    y = picture.height + 7
    picture.line((1, y), (1 + width, y), tokens.INK_SOFT, 1.2)
    for x in (1.0, 1 + width):
        picture.line((x, y - 2.5), (x, y + 0.6), tokens.INK_SOFT, 0.8)
    picture.text(width + 6, y - 1, words, sheet.small, fill=tokens.INK_SOFT)
    picture.height = y + 5


def _notes(picture: Drawing, sheet: Sheet, review_number: str | None, boundary: str) -> None:
    """Say where the boundary is from, and the 审图号 or that there is none."""
    permit = f"审图号：{review_number}" if review_number else "审图号未填，只限内部使用，不能公开发布"
    words = "。".join(part.rstrip("。") for part in (boundary, permit) if part) + "。"
    size = sheet.small
    for line in drawing.wrap(words, size, sheet.width, 4):
        picture.text(0, picture.height + size * 0.8, line, size, fill=tokens.INK_SOFT)
        picture.height += size * 1.45
    picture.height += 2
