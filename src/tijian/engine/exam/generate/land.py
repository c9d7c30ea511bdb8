"""What the land of an area is used for: water, green, parks, homes and land built on, as much as is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from tijian.engine.compute.geo.coverage import radius_by_size
from tijian.engine.compute.indicators.ecology.parks import PARKS as PARK_REACH
from tijian.engine.exam.generate.draws import around, uniform
from tijian.engine.exam.generate.ground import Features
from tijian.engine.exam.generate.lattice import (
    SLIVER,
    Built,
    Floats,
    Lattice,
    Positions,
    built_in,
    first_up_to,
)

WATER, GREEN, PARKS, RESIDENTIAL, CONSTRUCTION = (
    "water",
    "green",
    "parks",
    "residential",
    "construction_land",
)
# Which variables a layer is laid by; a layer is made where all of them are reported.
LAND: Mapping[str, tuple[str, ...]] = {
    WATER: ("water_area",),
    GREEN: ("water_area", "green_area"),
    RESIDENTIAL: ("water_area", "green_area", "residential_area"),
    PARKS: ("water_area", "green_area", "residential_area", "residential_area_covered"),
    CONSTRUCTION: ("construction_land",),
}
RIVER_WAVE, RIVER_SWING, RIVER_SOUTH = 9000.0, 1200.0, 3500.0  # metres
# Sides of parks: those of 5,000 m² and more reach further than those from 2,000 m², the rest serve nobody.
LARGE, SMALL, POCKET = (75.0, 200.0), (46.0, 69.0), (20.0, 42.0)  # metres
LARGE_SHARE, SMALL_SHARE = 0.5, 0.4
POLYGON, MULTIPOLYGON = 3, 6  # as shapely counts types
GRAIN = 3  # points along each side of a square at which reach is tried


@dataclass(frozen=True)
class Land:
    """One year's use of the built-up squares of an area; positions count within ``built``.

    Attributes:
        built: The squares.
        water, green, homes: Positions of each use.
    """

    built: Built
    water: Positions
    green: Positions
    homes: Positions


def lay_land(lattice: Lattice, year: int, known: Mapping[str, object]) -> Land:
    """Share out the built-up squares of a year: first water along the river, then green, then homes.

    Args:
        lattice: The area.
        year: The year.
        known: Layers that are made; what is not among them takes no land.
    """
    built, ground = built_in(lattice, year), lattice.ground
    free = np.ones(len(built.cells), dtype=np.bool_)

    def take(layer: str, variable: str, score: Floats) -> Positions:
        if layer not in known:
            return np.empty(0, dtype=np.int64)
        order = np.argsort(score[built.cells], kind="stable")
        wanted = ground.measured(variable, layer)[year]
        chosen = first_up_to(order[free[order]], built.area, wanted)
        free[chosen] = False
        return chosen

    water = take(WATER, "water_area", _from_river(lattice))
    green = take(GREEN, "green_area", lattice.clustered("green"))
    homes = take(RESIDENTIAL, "residential_area", lattice.clustered("homes"))
    return Land(built, water, green, homes)


def land_layers(land: Land, year: int, known: Mapping[str, object]) -> Iterator[tuple[str, Features]]:
    """Give the layers of land use of one area and year."""
    for layer, chosen in ((WATER, land.water), (GREEN, land.green), (RESIDENTIAL, land.homes)):
        if layer in known:
            ids = land.built.lattice.names(land.built.cells[chosen])
            yield layer, (land.built.geometry[chosen], {"id": ids})
    if PARKS in known:
        yield PARKS, parks(land, year)
    if CONSTRUCTION in known:
        yield CONSTRUCTION, construction(land, year)


def construction(land: Land, year: int) -> Features:
    """Give the built-up area without as many squares as there is less construction land, water first."""
    built, ground = land.built, land.built.lattice.ground
    spare = float(built.area.sum()) - ground.measured("construction_land", CONSTRUCTION)[year]
    order = np.argsort(built.lattice.draw("open")[built.cells], kind="stable")
    order = order[built.whole[order]]
    wet = np.isin(order, land.water)
    left = first_up_to(np.concatenate([order[wet], order[~wet]]), built.area, spare)
    holes = shapely.union_all(built.geometry[left])
    parts = shapely.get_parts(shapely.difference(ground.built[year], holes))
    parts = parts[(shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > SLIVER)]
    return parts, {"id": [f"{ground.code}-{n + 1:04d}" for n in range(len(parts))]}


def parks(land: Land, year: int) -> Features:
    """Open as many parks in green squares, in an order that stays, as bring homes within reach as reported."""
    built, ground = land.built, land.built.lattice.ground
    lattice = built.lattice
    wanted = ground.share("residential_area_covered", "residential_area", PARKS)[year]
    cells = built.cells[land.green]
    # A park that also serves the neighbouring area is opened last.
    order = np.argsort((lattice.draw("park") + lattice.near_edge)[cells], kind="stable")
    cells = cells[order]
    middle, side = lattice.middle[cells], _sides(lattice)[cells]
    homes, weight = _home_points(land)
    first = _first_reaching(homes, middle, side)
    gained = np.bincount(first[first >= 0], weights=weight[first >= 0], minlength=len(cells))
    covered = np.cumsum(gained) / max(float(weight.sum()), 1.0)
    n = int(np.argmin(np.abs(covered - wanted))) + 1 if len(cells) else 0
    geometry = lattice.squares(middle[:n], side[:n])
    cut = np.flatnonzero(~built.whole[land.green][order][:n])
    geometry[cut] = shapely.intersection(geometry[cut], ground.built[year])
    solid = (shapely.area(geometry) > SLIVER) & np.isin(
        shapely.get_type_id(geometry), (POLYGON, MULTIPOLYGON)
    )
    ids = lattice.names(cells[:n][solid])
    return geometry[solid], {"id": ids, "name": [f"公园 {i[:6]}（合成）" for i in ids]}


def _sides(lattice: Lattice) -> Floats:
    kind, size = lattice.draw("park", "kind"), lattice.draw("park", "side")
    ranges = np.array([LARGE, SMALL, POCKET])
    which = np.where(kind < LARGE_SHARE, 0, np.where(kind < LARGE_SHARE + SMALL_SHARE, 1, 2))
    low, high = ranges[which, 0], ranges[which, 1]
    sides: Floats = np.minimum(low + (high - low) * size, lattice.side)
    return sides


def _home_points(land: Land) -> tuple[Floats, Floats]:
    """Give points of the land with homes in the axes of the lattice, and the m² that each stands for."""
    built = land.built
    lattice, cells = built.lattice, built.cells[land.homes]
    step = (np.arange(GRAIN) + 0.5) / GRAIN - 0.5
    offsets = np.stack(np.meshgrid(step, step, indexing="ij"), axis=-1).reshape(-1, 2) * lattice.side
    points = (lattice.middle[cells][:, None, :] + offsets[None, :, :]).reshape(-1, 2)
    weight = np.repeat(built.area[land.homes] / len(offsets), len(offsets))
    return points, weight


def _first_reaching(points: Floats, middle: Floats, side: Floats) -> Positions:
    """Give the first park, in order, within whose radius a point lies; −1 where none reaches it.

    Args:
        points: In the axes of the lattice; shape (n, 2).
        middle: Of the parks, in the order in which they open; shape (m, 2).
        side: Of the parks; shape (m,).
    """
    radius = radius_by_size(side**2, PARK_REACH.classes)
    first = np.full(len(points), -1, dtype=np.int64)
    open_points = np.arange(len(points))
    for k in range(len(middle)):
        if len(open_points) == 0:
            break
        if np.isnan(radius[k]):
            continue
        away = np.maximum(np.abs(points[open_points] - middle[k]) - side[k] / 2.0, 0.0)
        reached = (away**2).sum(axis=1) <= radius[k] ** 2
        first[open_points[reached]] = k
        open_points = open_points[~reached]
    return first


def _from_river(lattice: Lattice) -> Floats:
    """Give the distance of each square from a river that winds through the city south of its centre, metres."""
    seed = lattice.ground.seed
    turn = around(0.15, seed, "river", "turn")
    points = lattice.middle @ lattice.axes
    along = points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn)
    across = points[:, 1] * np.cos(turn) - points[:, 0] * np.sin(turn)
    phase = 2.0 * np.pi * uniform(seed, "river", "phase")
    winding = RIVER_SWING * np.sin(2.0 * np.pi * along / RIVER_WAVE + phase) - RIVER_SOUTH
    distance: Floats = np.abs(across - winding)
    return distance
