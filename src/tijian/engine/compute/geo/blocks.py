"""Buildings on blocks: pieces folded into buildings, 建筑密度, 容积率, and the walkability of zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.geo.overlay import Floats, Positions, Ratio, area_within, ratio, refuse_invalid

Flags = NDArray[np.bool_]

BUILDINGS, BLOCKS, PARTS = "建筑图层", "地块图层", "建筑部件图层"


@dataclass(frozen=True)
class Folded:
    """Buildings put together from pieces.

    Attributes:
        geometry: One geometry a building, in the order in which ids first come, shape (k,).
        ids: Its id.
        building: Building of each piece, shape (n,).
    """

    geometry: Any
    ids: list[Any]
    building: Positions

    def first_known(self, values: Floats) -> Floats:
        """Give each building the first known value of its pieces; values (n,) → (k,), NaN where none is."""
        found = np.full(len(self.ids), np.nan)
        known = np.flatnonzero(~np.isnan(values))[::-1]
        found[self.building[known]] = values[known]
        return found


@dataclass(frozen=True)
class Floors:
    """Floors of buildings; shape (n,) each.

    Attributes:
        count: Number of floors; NaN where neither floors nor height are known.
        imputed: Where the number was made from the height.
    """

    count: Floats
    imputed: Flags


@dataclass(frozen=True)
class FloorArea:
    """Floor area by block, and how much of it rests on what.

    Attributes:
        ratio: Σ(footprint × floors) and block land, m², shape (k,); the share is 容积率.
        imputed: Share of that floor area whose floors were made from heights, shape (k,).
        unknown: Share of the footprints whose floors are unknown and are missing from it, shape (k,).
    """

    ratio: Ratio
    imputed: Floats
    unknown: Floats


@dataclass(frozen=True)
class Walkability:
    """Mean of three z-scores; relative to the zones it was made from.

    Attributes:
        score: Shape (k,); NaN where one of the three is unknown.
        z: Scores of density, intersections and mix, shape (k, 3).
        mean: Means of the three over the base, shape (3,).
        deviation: Their standard deviations (of a population), shape (3,).
        base: How many zones the scores are relative to.
    """

    score: Floats
    z: Floats
    mean: Floats
    deviation: Floats
    base: int


def fold_pieces(geometry: Any, ids: Sequence[Any]) -> Folded:
    """Put buildings together again that tiles have cut into pieces.

    Args:
        geometry: Object array of polygons, shape (n,); pieces of one building may overlap.
        ids: Id of the building of each piece.

    Raises:
        Refused: If a piece is invalid.
    """
    geometry = np.asarray(geometry, dtype=object)
    refuse_invalid(geometry, BUILDINGS)
    names = list(dict.fromkeys(ids))
    place = {name: i for i, name in enumerate(names)}
    building = np.fromiter((place[name] for name in ids), dtype=np.int64, count=len(geometry))
    order = np.argsort(building, kind="stable")
    starts = np.searchsorted(building[order], np.arange(len(names) + 1))
    whole = np.empty(len(names), dtype=object)
    whole[:] = geometry[order[starts[:-1]]]
    for i in np.flatnonzero(np.diff(starts) > 1).tolist():
        whole[i] = shapely.union_all(geometry[order[starts[i] : starts[i + 1]]])
    return Folded(whole, names, building)


def building_coverage(blocks: Any, footprints: Any) -> Ratio:
    """Give 建筑密度: the ground that buildings cover, overlaps once, of the net land of each block.

    Args:
        blocks: Object array of polygons of net block land, shape (k,), metres.
        footprints: Object array of polygons, shape (n,).

    Raises:
        Refused: If a geometry is invalid.
    """
    return Ratio(area_within(blocks, footprints), shapely.area(np.asarray(blocks, dtype=object)))


def floors(count: Floats, height: Floats, storey: float) -> Floors:
    """Give the floors of buildings, from the height where their number is unknown.

    Args:
        count: Floors, shape (n,); NaN where unknown.
        height: Metres, shape (n,); NaN where unknown.
        storey: Metres a floor.
    """
    imputed = np.isnan(count) & ~np.isnan(height)
    return Floors(np.where(np.isnan(count), height / storey, count), imputed)


def with_parts(footprints: Any, own: Floors, parts: Any, theirs: Floors) -> tuple[Any, Floors]:
    """Lay parts of known floors over their buildings: where a part stands, its floors count and no others.

    Args:
        footprints: Object array of polygons, shape (n,).
        own: Floors of the buildings, shape (n,).
        parts: Object array of polygons, shape (m,).
        theirs: Floors of the parts, shape (m,); a part of unknown floors leaves those of the building.

    Returns:
        What is left of the buildings and then the parts, with their floors.

    Raises:
        Refused: If a geometry is invalid.
    """
    refuse_invalid(np.asarray(footprints, dtype=object), BUILDINGS)
    refuse_invalid(np.asarray(parts, dtype=object), PARTS)
    known = ~np.isnan(theirs.count)
    laid, left = np.asarray(parts, dtype=object)[known], np.array(footprints, dtype=object)
    at, which = shapely.STRtree(laid).query(left, predicate="intersects")
    order = np.lexsort((which, at))
    starts = np.searchsorted(at[order], np.arange(len(left) + 1))
    for i in np.flatnonzero(np.diff(starts)).tolist():
        left[i] = shapely.difference(
            left[i], shapely.union_all(laid[which[order[starts[i] : starts[i + 1]]]])
        )
    count = np.concatenate([own.count, theirs.count[known]])
    imputed = np.concatenate([own.imputed, theirs.imputed[known]])
    return np.concatenate([left, laid]), Floors(count, imputed)


def floor_area(blocks: Any, footprints: Any, floors_: Floors) -> FloorArea:
    """Give 容积率: Σ(footprint × floors) of the net land of each block; a footprint counts where it lies.

    Args:
        blocks: Object array of polygons of net block land, shape (k,), metres.
        footprints: Object array of polygons, shape (n,).
        floors_: Their floors, shape (n,).

    Raises:
        Refused: If a geometry is invalid.
    """
    blocks, footprints = np.asarray(blocks, dtype=object), np.asarray(footprints, dtype=object)
    refuse_invalid(blocks, BLOCKS)
    refuse_invalid(footprints, BUILDINGS)
    at, which = shapely.STRtree(footprints).query(blocks, predicate="intersects")
    order = np.lexsort((which, at))
    at, which = at[order], which[order]
    ground = shapely.area(shapely.intersection(footprints[which], blocks[at]))
    known = ~np.isnan(floors_.count[which])
    built = np.where(known, ground * floors_.count[which], 0.0)

    def by_block(values: Floats) -> Floats:
        total: Floats = np.bincount(at, weights=values, minlength=len(blocks)).astype(np.float64)
        return total

    total, covered = by_block(built), by_block(ground)
    total[(covered > 0) & (by_block(ground * known) == 0)] = np.nan  # buildings, and no floors known at all
    return FloorArea(
        Ratio(total, shapely.area(blocks)),
        ratio(by_block(built * floors_.imputed[which]), total),
        ratio(by_block(ground * ~known), covered),
    )


def walkability(density: Floats, intersections: Floats, mix: Floats) -> Walkability:
    """Give the mean of the z-scores of population density, intersection density and land-use mix.

    The base of the scores are the zones in which all three are known, each once; so a score tells a zone
    from the others of the same city and nothing else (after Frank et al. 2010, Br. J. Sports Med. 44(13)).
    Where all zones are alike, none departs from the mean: 0.

    Args:
        density: People per km², shape (k,); NaN where unknown.
        intersections: Per km², shape (k,).
        mix: Entropy 0…1, shape (k,).
    """
    values = np.column_stack([density, intersections, mix])
    known = ~np.isnan(values).any(axis=1)
    base = values[known]
    z = np.full(values.shape, np.nan)
    if not len(base):
        nothing = np.full(values.shape[1], np.nan)
        return Walkability(z.mean(axis=1), z, nothing, nothing, 0)
    mean, deviation = base.mean(axis=0), base.std(axis=0)
    alike = base.min(axis=0) == base.max(axis=0)  # their deviation may be a rounding above 0
    z[known] = np.where(alike, 0.0, (base - mean) / np.where(alike, 1.0, deviation))
    return Walkability(z.mean(axis=1), z, mean, deviation, len(base))
