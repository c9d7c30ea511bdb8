"""Square pieces of land over one area, the same ones in every year; metres in the projected system."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.exam.generate.draws import fractions, uniform, word, words
from tijian.engine.exam.generate.ground import Ground
from tijian.engine.exam.generate.streets import Size, axes_of

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

SIDE: dict[Size, float] = {"demo": 320.0, "full": 100.0}  # metres
WAVES, WAVE_LENGTH = 4, (900.0, 2600.0)  # of what makes land of one use lie together, metres
NOISE = 1.5  # beside waves that add up to at most 1
SERVES = 500.0  # metres: how far most of what stands somewhere serves
SLIVER = 25.0  # square metres: what cutting leaves below this is no land


@dataclass(frozen=True)
class Lattice:
    """Squares over the reach of an area, turned like its streets.

    Attributes:
        ground: The area.
        side: Of a square, metres.
        axes: Unit vectors along the two sides, shape (2, 2).
        i, j: Place of each square along the axes, counted from the city's centre; shape (n,).
    """

    ground: Ground
    side: float
    axes: Floats
    i: Positions
    j: Positions

    def __len__(self) -> int:
        """Count the squares."""
        return len(self.i)

    @property
    def middle(self) -> Floats:
        """Centre of each square from the city's centre, in the axes of the lattice; shape (n, 2)."""
        return np.stack([self.i, self.j], axis=1).astype(np.float64) * self.side + self.side / 2.0

    def placed(self, points: Floats) -> Floats:
        """Turn points in the axes of the lattice into the projected system; shape (n, 2)."""
        placed: Floats = points @ self.axes + np.asarray(self.ground.centre)
        return placed

    def squares(self, middle: Floats, side: Floats) -> Any:
        """Build squares around points in the axes of the lattice; object array of shape (n,)."""
        corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
        rings = middle[:, None, :] + corners[None, :, :] * side[:, None, None]
        return shapely.polygons(self.placed(rings.reshape(-1, 2)).reshape(-1, 4, 2))

    def bits(self, *key: object) -> NDArray[np.uint64]:
        """Give 64 bits for each square, different for each key."""
        return words(word(self.ground.seed, "land", self.ground.code, *key), self.i, self.j)

    def draw(self, *key: object) -> Floats:
        """Give a number even over (0, 1) for each square, different for each key."""
        return fractions(self.bits(*key))

    def clustered(self, *key: object) -> Floats:
        """Give a number for each square that is alike among neighbours: a sum of waves, and a little noise."""
        seed, name = self.ground.seed, ("land", self.ground.code, *key)
        low, high = WAVE_LENGTH
        total = NOISE * self.draw(*key)
        for k in range(WAVES):
            angle, phase = (
                2.0 * np.pi * uniform(seed, *name, "wave", k, part) for part in ("angle", "phase")
            )
            length = low + (high - low) * uniform(seed, *name, "wave", k, "length")
            along = self.middle @ np.array([np.cos(angle), np.sin(angle)])
            total = total + np.sin(2.0 * np.pi * along / length + phase) / WAVES
        return total

    @cached_property
    def near_edge(self) -> Floats:
        """Give 1 for squares from which something serves the neighbouring area too, else 0; shape (n,)."""
        near: Floats = shapely.dwithin(self.ground.edge, shapely.points(self.placed(self.middle)), SERVES)
        return near.astype(np.float64)

    def names(self, chosen: Positions) -> list[str]:
        """Give the ids of squares, the same in every year."""
        return [f"{bits:016x}" for bits in self.bits("id")[chosen].tolist()]


@dataclass(frozen=True)
class Built:
    """The squares of a lattice as far as they are built up in one year.

    Attributes:
        lattice: All squares.
        cells: Position of each built square in the lattice; shape (n,).
        geometry: The built part of each; object array of shape (n,).
        area: Its size, m²; shape (n,).
        whole: Whether nothing of the square was cut off; shape (n,).
    """

    lattice: Lattice
    cells: Positions
    geometry: Any
    area: Floats
    whole: NDArray[np.bool_]


def lay_lattice(ground: Ground) -> Lattice:
    """Lay squares over all that is ever built up in an area."""
    side = SIDE[ground.size]
    axes = axes_of(ground.seed, ground.code)
    widest = ground.built[max(ground.radii, key=lambda y: ground.radii[y])]
    seen = (shapely.get_coordinates(widest) - np.asarray(ground.centre)) @ axes.T / side
    low, high = np.floor(seen.min(axis=0)).astype(int), np.ceil(seen.max(axis=0)).astype(int)
    i, j = (
        a.ravel().astype(np.int64)
        for a in np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]), indexing="ij")
    )
    whole = Lattice(ground, side, axes, i, j)
    shapely.prepare(widest)
    near = shapely.intersects(widest, whole.squares(whole.middle, np.full(len(whole), side)))
    return Lattice(ground, side, axes, i[near], j[near])


def built_in(lattice: Lattice, year: int) -> Built:
    """Cut the squares at the edge of what is built up in a year."""
    built = lattice.ground.built[year]
    squares = lattice.squares(lattice.middle, np.full(len(lattice), lattice.side))
    shapely.prepare(built)
    whole = shapely.contains_properly(built, squares)
    edge = np.flatnonzero(~whole & shapely.intersects(built, squares))
    geometry = squares.copy()
    geometry[edge] = shapely.intersection(squares[edge], built)
    area = np.where(whole, lattice.side**2, 0.0)
    area[edge] = shapely.area(geometry[edge])
    polygon = np.isin(shapely.get_type_id(geometry), (3, 6))
    cells = np.flatnonzero((area > SLIVER) & polygon)
    return Built(lattice, cells, geometry[cells], area[cells], whole[cells])


def first_up_to(order: Positions, amount: Floats, wanted: float) -> Positions:
    """Take from an order until their amounts come nearest to what is wanted; positions, ascending.

    Args:
        order: Positions, the first to be taken first; shape (m,).
        amount: Of each position; shape (n,).
        wanted: In the unit of ``amount``.
    """
    total = np.cumsum(amount[order])
    n = int(np.searchsorted(total, wanted))
    before = total[n - 1] if n > 0 else 0.0
    if n < len(total) and wanted - before > total[n] - wanted:
        n += 1
    return np.sort(order[:n])


def sound(shapes: Any) -> Any:
    """Mend areas that cross or touch themselves, as cutting along a boundary that all but does can make them."""
    mended = shapes.copy()
    broken = np.flatnonzero(~shapely.is_valid(mended))
    mended[broken] = shapely.make_valid(mended[broken], method="structure", keep_collapsed=False)
    return mended
