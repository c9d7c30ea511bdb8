"""The walking network of a synthetic city: its streets, joined where they cross and over the boundaries of areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.exam.generate.ground import Features, Ground
from tijian.engine.exam.generate.streets import Floats, Streets, axes_of

WALK_WAYS = "walk_ways"
NEAR = 0.05  # metres: an end so near to a crossing is the crossing
ACROSS = 300.0  # metres: ends on both sides of a boundary that are joined


@dataclass(frozen=True)
class Ways:
    """The walking ways of one area and year, projected.

    Attributes:
        lines: Streets with a vertex at each crossing; object array of shape (n,).
        ids: Of the streets.
        ends: Where streets end at the boundary of the area; shape (m, 2).
    """

    lines: Any
    ids: list[str]
    ends: Floats


def joined_streets(ground: Ground, streets: Streets) -> Ways:
    """Put a vertex into both streets wherever two cross or one ends on another."""
    axes = axes_of(ground.seed, ground.code)
    start, end = streets.start @ axes.T, streets.end @ axes.T
    upright = np.abs(start[:, 0] - end[:, 0]) < np.abs(start[:, 1] - end[:, 1])
    fixed = np.where(upright, start[:, 0], start[:, 1])
    low = np.where(upright, np.minimum(start[:, 1], end[:, 1]), np.minimum(start[:, 0], end[:, 0]))
    high = np.where(upright, np.maximum(start[:, 1], end[:, 1]), np.maximum(start[:, 0], end[:, 0]))
    one, other = np.flatnonzero(upright), np.flatnonzero(~upright)
    reaches = (fixed[one][:, None] >= low[other] - NEAR) & (fixed[one][:, None] <= high[other] + NEAR)
    reaches &= (fixed[other] >= low[one][:, None] - NEAR) & (fixed[other] <= high[one][:, None] + NEAR)
    i, j = np.nonzero(reaches)
    every = np.arange(len(streets))
    owner = np.concatenate([one[i], other[j], every, every])
    at = np.concatenate([fixed[other[j]], fixed[one[i]], low, high])
    crossing = np.arange(len(owner)) < 2 * len(i)
    owner, at = _without_doubles(owner, at, crossing)
    first, second = np.where(upright[owner], fixed[owner], at), np.where(upright[owner], at, fixed[owner])
    # By hand and not as a product of matrices: equal crossings have to give equal bits in both streets.
    placed = np.stack([first * axes[0, k] + second * axes[1, k] + ground.centre[k] for k in range(2)], axis=1)
    lines = shapely.linestrings(placed, indices=owner)
    return Ways(lines, [f"{name:016x}" for name in streets.id.tolist()], _at_edge(ground, placed, owner))


def _without_doubles(
    owner: NDArray[np.int64], at: Floats, crossing: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Floats]:
    """Sort vertices along their streets and drop each that is as good as the one before; a crossing stays."""
    order = np.lexsort((at, owner))
    owner, at, crossing = owner[order], at[order], crossing[order]
    same = (owner[1:] == owner[:-1]) & (at[1:] - at[:-1] < NEAR)
    dropped = np.zeros(len(owner), dtype=np.bool_)
    dropped[1:] |= same & ~crossing[1:]
    dropped[:-1] |= same & ~crossing[:-1] & crossing[1:]
    dropped[1:] |= same & crossing[1:] & crossing[:-1]
    return owner[~dropped], at[~dropped]


def _at_edge(ground: Ground, placed: Floats, owner: NDArray[np.int64]) -> Floats:
    """Find the ends of streets that lie on the boundary of the area."""
    is_end = np.ones(len(owner), dtype=np.bool_)
    is_end[1:-1] = (owner[1:-1] != owner[:-2]) | (owner[1:-1] != owner[2:])
    ends = placed[is_end]
    kept: Floats = ends[shapely.dwithin(ground.edge, shapely.points(ends), 1.0)]
    return kept


def network(areas: Sequence[Ways]) -> Features:
    """Give the streets of all areas, and short ways between ends on both sides of a boundary."""
    ends = np.concatenate([ways.ends for ways in areas])
    area = np.repeat(np.arange(len(areas)), [len(ways.ends) for ways in areas])
    lines = np.concatenate([np.asarray(ways.lines, dtype=object) for ways in areas])
    ids = [i for ways in areas for i in ways.ids]
    pairs = _pairs(ends, area)
    if len(pairs):
        lines = np.concatenate([lines, shapely.linestrings(ends[pairs])])
        ids += [f"x{k:05d}" for k in range(len(pairs))]
    return lines, {"id": ids}


def _pairs(ends: Floats, area: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join each end with the nearest one of another area."""
    points, found = shapely.points(ends), [np.empty((0, 2), dtype=np.int64)]
    for k in np.unique(area).tolist():
        own, foreign = np.flatnonzero(area == k), np.flatnonzero(area != k)
        near = shapely.STRtree(points[foreign]).query_nearest(
            points[own], max_distance=ACROSS, all_matches=False
        )
        found.append(np.stack([own[near[0]], foreign[near[1]]], axis=1))
    return np.unique(np.sort(np.concatenate(found), axis=1), axis=0)
