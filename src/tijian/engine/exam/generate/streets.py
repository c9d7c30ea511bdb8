"""A believable street grid for one area: what is drawn, clipped and ranked; metres in the projected system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.exam.generate.draws import fractions, uniform, word, words

Floats = NDArray[np.float64]
Size = Literal["demo", "full"]

# Longest piece of street, metres; the larger size is only cut finer.
LONGEST: dict[Size, float] = {"demo": 1300.0, "full": 600.0}
SHORTEST = 60.0  # what clipping at a boundary leaves over is no street
MAIN_SPACING = 1600.0
JITTER = 0.24  # of the spacing, between the extremes
CLASSES = ("主干路", "次干路", "支路")
RESERVE = len(CLASSES)  # streets between streets come last, whatever their class


@dataclass(frozen=True)
class Grid:
    """How the streets of an area lie.

    Attributes:
        seed: From which every street's place and rank come.
        code: The area, part of the key of every number.
        centre: Of the city, metres, from which lines are counted.
        spacing: Between neighbouring parallel streets, metres.
        size: How finely streets are cut.
    """

    seed: int
    code: str
    centre: tuple[float, float]
    spacing: float
    size: Size


@dataclass(frozen=True)
class Streets:
    """Straight pieces of street inside one area, all arrays of length n.

    Attributes:
        start, end: Ends relative to the centre, metres, shape (n, 2).
        kind: Index into ``CLASSES``.
        rank: Order in which streets are kept: main streets first, then as drawn.
        id: Name that stays the same over the years.
    """

    start: Floats
    end: Floats
    kind: NDArray[np.int64]
    rank: Floats
    id: NDArray[np.uint64]

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.rank)

    def chosen(self, positions: NDArray[Any]) -> Streets:
        """Give some of the pieces."""
        return Streets(
            self.start[positions],
            self.end[positions],
            self.kind[positions],
            self.rank[positions],
            self.id[positions],
        )

    def joined(self, other: Streets) -> Streets:
        """Give the pieces of both."""
        return Streets(
            np.concatenate([self.start, other.start]),
            np.concatenate([self.end, other.end]),
            np.concatenate([self.kind, other.kind]),
            np.concatenate([self.rank, other.rank]),
            np.concatenate([self.id, other.id]),
        )


def lay_streets(grid: Grid, outline: Any, reach: float, *, reserve: bool = False) -> Streets:
    """Lay two families of streets over an area, cut at its boundary.

    Args:
        grid: Direction, spacing and random numbers.
        outline: Polygon or MultiPolygon of the area, projected.
        reach: Distance from the centre beyond which no street starts, metres.
        reserve: Lay the streets half-way between those of the plain grid, ranked after all of them.
    """
    along, across = axes_of(grid.seed, grid.code)
    blocks = max(1, int(LONGEST[grid.size] / grid.spacing))
    count = int(np.ceil(reach / grid.spacing)) + blocks
    laid = [
        _family(grid, family, (first, second), (count, blocks), reserve=reserve)
        for family, (first, second) in enumerate(((along, across), (across, along)))
    ]
    streets = laid[0].joined(laid[1])
    near = _distance_from_centre(streets.start, streets.end) <= reach
    return _inside(streets.chosen(near), grid, outline)


def axes_of(seed: int, code: str) -> Floats:
    """Give the unit vectors along the two families of streets of an area, shape (2, 2)."""
    angle = 0.5 * np.pi * uniform(seed, "street", code, "angle")
    along = np.array([np.cos(angle), np.sin(angle)])
    return np.stack([along, np.array([-along[1], along[0]])])


def _family(
    grid: Grid, family: int, axes: tuple[Floats, Floats], extent: tuple[int, int], *, reserve: bool
) -> Streets:
    """Lay parallel streets: line i at offset i along the first axis, cut where every n-th line crosses it."""
    count, blocks = extent
    lines = np.arange(-count, count + 1)
    cuts = np.arange(-(count // blocks) - 1, count // blocks + 2) * blocks
    i, j = (a.ravel() for a in np.meshgrid(lines, np.arange(len(cuts) - 1), indexing="ij"))
    offset = _places(grid, family, lines, reserve=reserve)[i + count]
    stops = _places(grid, 1 - family, cuts, reserve=False)
    start = offset[:, None] * axes[0] + stops[j][:, None] * axes[1]
    end = offset[:, None] * axes[0] + stops[j + 1][:, None] * axes[1]
    every = max(4, round(MAIN_SPACING / grid.spacing))
    kind = np.where(i % every == 0, 0, np.where(i % every == every // 2, 1, 2))
    kind = np.full(i.shape, 2) if reserve else kind
    bits = words(word(grid.seed, "street", grid.code, reserve), np.full(i.shape, family), i, cuts[j])
    order = np.full(i.shape, RESERVE) if reserve else kind
    return Streets(start, end, kind.astype(np.int64), order + fractions(bits), bits)


def _places(grid: Grid, family: int, lines: NDArray[np.int64], *, reserve: bool) -> Floats:
    """Give the offset of lines from the centre, metres: even spacing, shaken."""
    bits = words(word(grid.seed, "street", grid.code, "line"), np.full(lines.shape, family), lines)
    shaken = lines + JITTER * (fractions(bits) - 0.5) + (0.5 if reserve else 0.0)
    places: Floats = shaken * grid.spacing
    return places


def _inside(streets: Streets, grid: Grid, outline: Any) -> Streets:
    """Keep what lies inside the outline; a street that crosses the boundary becomes its inner pieces."""
    lines = linestrings(streets.start, streets.end, grid.centre)
    shapely.prepare(outline)
    whole = shapely.contains_properly(outline, lines)
    crossing = np.flatnonzero(~whole & shapely.intersects(outline, lines))
    parts, owner = shapely.get_parts(shapely.intersection(lines[crossing], outline), return_index=True)
    useful = shapely.length(parts) >= SHORTEST
    parts, owner = parts[useful], crossing[owner[useful]]
    ends = shapely.get_coordinates(parts).reshape(-1, 2, 2) - np.asarray(grid.centre)
    cut = streets.chosen(owner)
    nth = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    names = words(word(grid.seed, "street", grid.code, "part"), cut.id.view(np.int64), nth)
    return streets.chosen(np.flatnonzero(whole)).joined(
        Streets(ends[:, 0], ends[:, 1], cut.kind, cut.rank, names)
    )


def linestrings(start: Floats, end: Floats, centre: tuple[float, float]) -> Any:
    """Build one straight line per piece, in the projected system; object array of shape (n,)."""
    return shapely.linestrings(np.stack([start, end], axis=1) + np.asarray(centre))


def _distance_from_centre(start: Floats, end: Floats) -> Floats:
    """Give the distance of each piece from the centre, metres, shape (n,)."""
    way = end - start
    square = np.einsum("ij,ij->i", way, way)
    nearest = np.clip(-np.einsum("ij,ij->i", start, way) / square, 0.0, 1.0)
    point = start + nearest[:, None] * way
    distance: Floats = np.sqrt(np.einsum("ij,ij->i", point, point))
    return distance


def distances(streets: Streets) -> Floats:
    """Give the distance of each piece from the centre, metres, shape (n,)."""
    return _distance_from_centre(streets.start, streets.end)


def length_within(streets: Streets, radius: float) -> Floats:
    """Measure the part of each piece that lies within a circle around the centre, metres, shape (n,)."""
    way = streets.end - streets.start
    a = np.einsum("ij,ij->i", way, way)
    b = np.einsum("ij,ij->i", streets.start, way)
    c = np.einsum("ij,ij->i", streets.start, streets.start) - radius * radius
    root = np.sqrt(np.maximum(b * b - a * c, 0.0))
    enter, leave = np.clip((-b - root) / a, 0.0, 1.0), np.clip((-b + root) / a, 0.0, 1.0)
    within: Floats = (leave - enter) * np.sqrt(a)
    return within
