"""Layers of a synthetic city: built-up areas and road centre lines that measure almost as reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.generate.draws import normal
from tijian.engine.exam.generate.frame import Frame
from tijian.engine.exam.generate.streets import (
    CLASSES,
    Grid,
    Size,
    Streets,
    distances,
    lay_streets,
    length_within,
    linestrings,
)
from tijian.engine.exam.generate.values import Cell, Values
from tijian.engine.exam.layers import Layers
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.units import parse_unit
from tijian.engine.sources.layer import STORED_CRS

ROADS, BUILT = "roads", "built_area"
LENGTH, AREA = "road_length", "built_area"
SPARE = 1.3  # streets laid over streets wanted, so that growth finds some and the grid has gaps
MARGIN = 150.0  # metres beyond the built-up area in which streets still begin
DECIMALS = 7  # of a degree, about a centimetre
QUADRANT = 64  # corners of a disc in a quarter
CLOSE, TRIES = 1e-7, 60

Features = tuple[Any, dict[str, list[Any]]]


@dataclass(frozen=True)
class Wanted:
    """What the layers of an area should measure by year: metres and square metres."""

    length: Mapping[int, float]
    area: Mapping[int, float]


def make_layers(frame: Frame, healthy: Values, values: Values, size: Size) -> dict[tuple[str, int], Features]:
    """Make both layers of every year, where city and settings have layers and both quantities.

    Args:
        frame: City and settings.
        healthy: Values without a story: they fix where streets lie.
        values: Values with it: they fix how many there are and how far the built-up area reaches.
        size: ``full`` cuts streets into shorter pieces and is otherwise the same.

    Returns:
        (layer, year) → geometry in EPSG:4490 and columns.

    Raises:
        Refused: If the boundary is not there.
    """
    if not has_layers(frame):
        return {}
    _check_boundary(frame)
    outlines = Layers(frame.city).outlines()
    areas = [
        code for code in frame.asked(LENGTH) if code in outlines and _is_built(frame, code, healthy, values)
    ]
    parts = [_area_layers(frame, code, outlines[code], healthy, values, size) for code in areas]
    if not parts:
        return {}
    return {
        (name, year): _joined([part[(name, year)] for part in parts], frame)
        for name in (ROADS, BUILT)
        for year in frame.years
    }


def has_layers(frame: Frame) -> bool:
    """Tell whether layers can be made: boundary, settings, both layers and both quantities are there."""
    doc, known = frame.city.doc, frame.doc.variables
    return (
        doc.boundary is not None
        and frame.doc.layers is not None
        and {ROADS, BUILT} <= set(doc.layers)
        and {LENGTH, AREA} <= set(known)
        and {LENGTH, AREA} <= set(frame.city.catalogue.variables)
    )


def _is_built(frame: Frame, code: str, *versions: Values) -> bool:
    """Tell whether an area reports streets and a built-up area in every year; elsewhere nothing is laid."""
    cells = [(code, year) for year in frame.years]
    return code in frame.asked(AREA) and all(
        v[n].get(c, 0.0) > 0.0 for v in versions for n in (LENGTH, AREA) for c in cells
    )


def _check_boundary(frame: Frame) -> None:
    boundary = frame.city.doc.boundary
    faults = Faults()
    if boundary is not None and not (frame.city.folder / boundary.file).is_file():
        faults.add(
            "boundary.missing",
            f"{frame.city.name}/{boundary.file}",
            "",
            None,
            "边界图层",
            "图层要沿边界铺；在源码目录运行 python tools/build_assets.py 生成，或自己放入边界。",
        )
    faults.raise_if_any()


def _joined(parts: list[Features], frame: Frame) -> Features:
    """Put the areas one after the other and into the stored system, rounded so that machines agree."""
    columns = {name: [x for _, fields in parts for x in fields[name]] for name in parts[0][1]}
    geometry = np.concatenate([g for g, _ in parts])
    degrees = project(geometry, frame.city.doc.crs.projected, STORED_CRS)
    return shapely.transform(degrees, lambda xy: np.round(xy, DECIMALS)), columns


def _area_layers(
    frame: Frame, code: str, outline: Any, healthy: Values, values: Values, size: Size
) -> dict[tuple[str, int], Features]:
    """Make both layers of one area, projected: streets lie as if healthy, so that a story only thins them."""
    centre = _centre(frame)
    wanted, usual = _wanted(frame, code, values), _wanted(frame, code, healthy)
    built: dict[int, Any] = {}
    radii: dict[int, float] = {}
    for year in frame.years:
        radii[year], built[year] = _disc_part(outline, centre, wanted.area[year])
    density = max(usual.length[y] / usual.area[y] for y in frame.years)
    grid = Grid(frame.seed, code, centre, 2.0 / (SPARE * density), size)
    reach = max(radii.values()) + MARGIN
    streets = lay_streets(grid, outline, reach)
    if any(length_within(streets, radii[y]).sum() < wanted.length[y] for y in frame.years):
        streets = streets.joined(lay_streets(grid, outline, reach, reserve=True))
    made: dict[tuple[str, int], Features] = {}
    for year in frame.years:
        kept = _kept(streets, radii[year], wanted.length[year])
        lines = linestrings(streets.start[kept], streets.end[kept], centre)
        ids = [f"{name:016x}" for name in streets.id[kept].tolist()]
        made[(ROADS, year)] = (lines, {"id": ids, "class": [CLASSES[k] for k in streets.kind[kept].tolist()]})
        made[(BUILT, year)] = (np.array([built[year]]), {"id": [f"{frame.position[code] + 1:04d}"]})
    return made


def _centre(frame: Frame) -> tuple[float, float]:
    """Give the centre from which the city grows, metres in the projected system."""
    settings = frame.doc.layers
    lon, lat = settings.centre if settings is not None else (0.0, 0.0)
    point = project(np.array([shapely.Point(lon, lat)]), STORED_CRS, frame.city.doc.crs.projected)[0]
    return float(point.x), float(point.y)


def _wanted(frame: Frame, code: str, values: Values) -> Wanted:
    """Give what the layers should measure: what is reported, off by a constant share of each layer."""
    spread = 0.0 if frame.doc.layers is None else frame.doc.layers.difference_pct / 100.0

    def measured(variable: str, layer: str) -> dict[int, float]:
        off = 1.0 + spread * normal(frame.seed, "layer", layer, code)
        unit = float(parse_unit(frame.city.catalogue.variables[variable].unit).factor)
        cells: dict[Cell, float] = values[variable]
        return {year: cells[(code, year)] * unit * off for year in frame.years}

    return Wanted(measured(LENGTH, ROADS), measured(AREA, BUILT))


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


def _kept(streets: Streets, radius: float, wanted: float) -> NDArray[np.int64]:
    """Choose the streets of a year by rank, until as much as wanted lies within the built-up area."""
    within = length_within(streets, radius)
    order = np.argsort(streets.rank, kind="stable")
    total = np.cumsum(within[order])
    n = int(np.searchsorted(total, wanted))
    if 0 < n < len(total) and wanted - total[n - 1] > total[n] - wanted:
        n += 1
    chosen = np.sort(order[:n])
    kept: NDArray[np.int64] = chosen[distances(streets)[chosen] <= radius + MARGIN]
    return kept
