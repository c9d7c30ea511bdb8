"""The ground that layers are laid on: an area's outline, how far it is built, and what it reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.generate.draws import normal
from tijian.engine.exam.generate.frame import Frame
from tijian.engine.exam.generate.streets import Size
from tijian.engine.exam.generate.values import Cell, Values
from tijian.engine.exam.layers import Layers
from tijian.engine.kernel.units import parse_unit
from tijian.engine.sources.layer import STORED_CRS

LENGTH, AREA = "road_length", "built_area"
BUILT = "built_area"
QUADRANT = 64  # corners of a disc in a quarter
CLOSE, TRIES = 1e-7, 60

Features = tuple[Any, dict[str, list[Any]]]


@dataclass(frozen=True)
class Ground:
    """One area on which layers are laid, projected, metres.

    Attributes:
        frame: City, settings and seed.
        code: The area.
        outline: Its polygon.
        centre: The point from which the city grows.
        size: How finely land is cut.
        healthy: Values without a story: they fix where things lie.
        values: Values with it: they fix how many there are.
        radii: How far the built-up area reaches from the centre, by year.
        built: The built-up part of the area, by year.
    """

    frame: Frame
    code: str
    outline: Any
    centre: tuple[float, float]
    size: Size
    healthy: Values
    values: Values
    radii: Mapping[int, float]
    built: Mapping[int, Any]

    @property
    def seed(self) -> int:
        """The seed of the city."""
        return self.frame.seed

    @property
    def years(self) -> tuple[int, ...]:
        """The years written."""
        return self.frame.years

    @cached_property
    def edge(self) -> Any:
        """The boundary of the area, prepared for many questions."""
        edge = shapely.boundary(self.outline)
        shapely.prepare(edge)
        return edge

    def reported(self, variable: str, *, healthy: bool = False) -> dict[int, float]:
        """Give what is reported of a variable by year, in the base unit (m, m², s, persons)."""
        unit = float(parse_unit(self.frame.city.catalogue.variables[variable].unit).factor)
        cells: dict[Cell, float] = (self.healthy if healthy else self.values)[variable]
        return {year: cells[(self.code, year)] * unit for year in self.years}

    def measured(self, variable: str, layer: str, *, healthy: bool = False) -> dict[int, float]:
        """Give what a layer should measure by year: what is reported, off by a share that stays over the years."""
        off = measured_by(self.frame, layer, self.code)
        return {year: off * number for year, number in self.reported(variable, healthy=healthy).items()}

    def share(self, part: str, whole: str, layer: str) -> dict[int, float]:
        """Give the share that a layer should show by year: the reported one, off alike, at most 1."""
        off, below = measured_by(self.frame, layer, self.code), self.reported(whole)
        return {
            year: min(off * above / below[year], 1.0) if below[year] > 0 else 0.0
            for year, above in self.reported(part).items()
        }


def measured_by(frame: Frame, layer: str, code: str) -> float:
    """Give measured ÷ reported of a layer in an area."""
    spread = 0.0 if frame.doc.layers is None else frame.doc.layers.difference_pct / 100.0
    return 1.0 + spread * normal(frame.seed, "layer", layer, code)


def grounds(frame: Frame, healthy: Values, values: Values, size: Size) -> Iterator[Ground]:
    """Give the areas that report streets and a built-up area in every year; elsewhere nothing is laid."""
    outlines = Layers(frame.city).outlines()
    centre = city_centre(frame)
    for code in frame.asked(LENGTH):
        if code in outlines and _is_built(frame, code, healthy, values):
            yield _ground(frame, code, outlines[code], centre, (healthy, values), size)


def _ground(
    frame: Frame,
    code: str,
    outline: Any,
    centre: tuple[float, float],
    versions: tuple[Values, Values],
    size: Size,
) -> Ground:
    radii: dict[int, float] = {}
    built: dict[int, Any] = {}
    bare = Ground(frame, code, outline, centre, size, *versions, radii, built)
    for year, wanted in bare.measured(AREA, BUILT).items():
        radii[year], built[year] = _disc_part(outline, centre, wanted)
        shapely.prepare(built[year])
    return bare


def _is_built(frame: Frame, code: str, *versions: Values) -> bool:
    cells = [(code, year) for year in frame.years]
    return code in frame.asked(AREA) and all(
        v[n].get(c, 0.0) > 0.0 for v in versions for n in (LENGTH, AREA) for c in cells
    )


def city_centre(frame: Frame) -> tuple[float, float]:
    """Give the centre from which the city grows, metres in the projected system."""
    settings = frame.doc.layers
    lon, lat = settings.centre if settings is not None else (0.0, 0.0)
    point = project(np.array([shapely.Point(lon, lat)]), STORED_CRS, frame.city.doc.crs.projected)[0]
    return float(point.x), float(point.y)


def _disc_part(outline: Any, centre: tuple[float, float], wanted: float) -> tuple[float, Any]:
    """Find the disc around the centre whose part inside the outline has the wanted area.

    Bracketed false position (Illinois): the area grows with the radius. If even the whole outline is
    smaller than wanted, the whole outline stands.

    Args:
        outline: Polygon or MultiPolygon, projected, metres.
        centre: Of the disc.
        wanted: Square metres.

    Returns:
        Radius in metres and the part.
    """
    middle = shapely.Point(centre)
    corners = shapely.get_coordinates(outline) - np.asarray(centre)
    low, high = 0.0, float(np.sqrt((corners**2).sum(axis=1).max())) * 1.001
    below, above = -wanted, float(shapely.area(outline)) - wanted
    if above <= 0.0:
        return high, outline
    radius, part = high, outline
    for _ in range(TRIES):
        radius = (low * above - high * below) / (above - below)
        part = shapely.intersection(outline, shapely.buffer(middle, radius, quad_segs=QUADRANT))
        miss = float(shapely.area(part)) - wanted
        if abs(miss) <= CLOSE * wanted:
            break
        if miss < 0.0:
            low, below, above = radius, miss, above / 2.0
        else:
            high, above, below = radius, miss, below / 2.0
    return radius, part
