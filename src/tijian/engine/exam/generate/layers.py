"""Layers of a synthetic city: what they measure is almost what is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.generate.frame import Frame
from tijian.engine.exam.generate.ground import AREA, BUILT, LENGTH, Features, Ground, grounds
from tijian.engine.exam.generate.hospitals import COVERED, HOSPITALS, WHOLE, lay_hospitals
from tijian.engine.exam.generate.land import LAND, Land, land_layers, lay_land
from tijian.engine.exam.generate.lattice import lay_lattice, sound
from tijian.engine.exam.generate.sites import SITES, site_layers
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
from tijian.engine.exam.generate.values import Values
from tijian.engine.exam.generate.walking import WALK_WAYS, Ways, joined_streets, network
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.layer import STORED_CRS

ROADS = "roads"
SPARE = 1.3  # streets laid over streets wanted, so that growth finds some and the grid has gaps
MARGIN = 150.0  # metres beyond the built-up area in which streets still begin
TRIES = 4  # to have areas both rounded and sound
DECIMALS = 7  # of a degree, about a centimetre

NEEDS: Mapping[str, tuple[str, ...]] = {
    ROADS: (LENGTH, AREA),
    BUILT: (LENGTH, AREA),
    **LAND,
    **SITES,
    HOSPITALS: (COVERED, WHOLE),
    WALK_WAYS: (LENGTH, AREA),
}
Made = dict[tuple[str, int], Features]


def make_layers(frame: Frame, healthy: Values, values: Values, size: Size) -> Made:
    """Make every layer that the city declares and whose quantities are reported, for every year.

    Args:
        frame: City and settings.
        healthy: Values without a story: they fix where things lie.
        values: Values with it: they fix how many there are and how far the built-up area reaches.
        size: ``full`` cuts streets and land into smaller pieces and is otherwise the same.

    Returns:
        (layer, year) → geometry in EPSG:4490 and columns.

    Raises:
        Refused: If the boundary is not there.
    """
    known = {name: needs for name, needs in NEEDS.items() if _has(frame, name)}
    if not {ROADS, BUILT} <= set(known):
        return {}
    _check_boundary(frame)
    areas = list(grounds(frame, healthy, values, size))
    if not areas:
        return {}
    parts: dict[tuple[str, int], list[Features]] = {}
    lands: list[dict[int, Land]] = []
    ways: dict[int, list[Ways]] = {year: [] for year in frame.years}
    for ground in areas:
        lattice = lay_lattice(ground)
        lands.append({year: lay_land(lattice, year, known) for year in frame.years})
        streets = _streets(ground)
        for key, features in _area_layers(ground, streets, lands[-1], known):
            parts.setdefault(key, []).append(features)
        for year in frame.years if WALK_WAYS in known else ():
            ways[year].append(joined_streets(ground, streets[year]))
    if WALK_WAYS in known:
        parts |= {(WALK_WAYS, year): [network(found)] for year, found in ways.items()}
    if HOSPITALS in known:
        for year, features in lay_hospitals(lands, frame.years).items():
            parts[(HOSPITALS, year)] = [features]
    return {(name, year): _joined(parts[(name, year)], frame) for name in known for year in frame.years}


def _has(frame: Frame, layer: str) -> bool:
    """Tell whether a layer can be made: boundary, settings and all its quantities are there."""
    doc = frame.city.doc
    return (
        doc.boundary is not None
        and frame.doc.layers is not None
        and layer in doc.layers
        and all(v in frame.doc.variables and v in frame.city.catalogue.variables for v in NEEDS[layer])
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
    geometry = np.concatenate([np.asarray(g, dtype=object) for g, _ in parts])
    degrees = project(geometry, frame.city.doc.crs.projected, STORED_CRS)
    for _ in range(TRIES):
        degrees = shapely.transform(degrees, lambda xy: np.round(xy, DECIMALS))
        if shapely.is_valid(degrees).all():
            break
        degrees = sound(degrees)  # rounding may close a narrow neck; mending may leave unrounded corners
    return degrees, columns


def _area_layers(
    ground: Ground, streets: Mapping[int, Streets], land: Mapping[int, Land], known: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, int], Features]]:
    """Give the layers of one area, by year."""
    for year, own in streets.items():
        yield (ROADS, year), _street_layer(ground, own)
        number = ground.frame.position[ground.code] + 1
        yield (BUILT, year), (np.array([ground.built[year]]), {"id": [f"{number:04d}"]})
        for layer, made in (*land_layers(land[year], year, known), *site_layers(land[year], year, known)):
            yield (layer, year), made


def _street_layer(ground: Ground, streets: Streets) -> Features:
    lines = linestrings(streets.start, streets.end, ground.centre)
    ids = [f"{name:016x}" for name in streets.id.tolist()]
    return lines, {"id": ids, "class": [CLASSES[k] for k in streets.kind.tolist()]}


def _streets(ground: Ground) -> dict[int, Streets]:
    """Lay streets as if healthy, so that a story only thins them; those of each year."""
    length, usual = ground.measured(LENGTH, ROADS), ground.measured(LENGTH, ROADS, healthy=True)
    area = ground.measured(AREA, BUILT, healthy=True)
    density = max(usual[y] / area[y] for y in ground.years)
    grid = Grid(ground.seed, ground.code, ground.centre, 2.0 / (SPARE * density), ground.size)
    reach = max(ground.radii.values()) + MARGIN
    streets = lay_streets(grid, ground.outline, reach)
    if any(length_within(streets, ground.radii[y]).sum() < length[y] for y in ground.years):
        streets = streets.joined(lay_streets(grid, ground.outline, reach, reserve=True))
    return {y: streets.chosen(_kept(streets, ground.radii[y], length[y])) for y in ground.years}


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
