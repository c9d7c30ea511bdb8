"""Land-use mix: how evenly the classes of land share a zone, or the surroundings of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tijian.engine.compute.geo.grid_cover import disc_sums
from tijian.engine.compute.geo.overlay import Floats, area_within, ratio
from tijian.engine.kernel.faults import Fault, Refused

FEWEST = 2


def class_areas(zones: Any, polygons: Any, classes: Sequence[str], order: Sequence[str]) -> Floats:
    """Give the area of each class of land in each zone; no ground counts under two classes.

    Args:
        zones: Object array of polygons, shape (k,), metres: districts, grid cells, or discs around points.
        polygons: Object array of polygons, shape (n,).
        classes: Class of each polygon; one that is not in ``order`` does not count.
        order: The c classes that count; where two overlap, the ground belongs to the earlier.

    Returns:
        m², shape (k, c).

    Raises:
        Refused: If a zone or polygon is invalid.
    """
    place = {name: i for i, name in enumerate(order)}
    rank = np.array([place.get(name, len(order)) for name in classes], dtype=np.int64)
    layer = np.asarray(polygons, dtype=object)
    held = [area_within(zones, layer[rank <= i]) for i in range(len(order))]
    areas: Floats = np.diff(np.column_stack([np.zeros(len(zones)), *held]), axis=1)
    return np.maximum(areas, 0.0)  # a class wholly under earlier ones may come out below 0 by a rounding


def within_radius(amounts: Floats, cell: float, radius: float) -> Floats:
    """Sum each class over the cells whose centre lies within a radius of each cell's centre.

    Args:
        amounts: m² of each class by cell of a square grid, shape (rows, columns, c).
        cell: Width of a cell in metres.
        radius: Metres.

    Returns:
        Shape (rows, columns, c): what ``entropy`` and ``concentration`` take.
    """
    return np.stack([disc_sums(amounts[..., i], cell, radius) for i in range(amounts.shape[-1])], axis=-1)


def entropy(amounts: Floats) -> Floats:
    """Give the evenness of classes: 0 where one has all, 1 where all have the same.

    H = −Σ p_c·ln p_c / ln C, C the number of classes asked for, not of those found there (Frank & Pivo 1994,
    Transp. Res. Rec. 1466; Cervero & Kockelman 1997, Transp. Res. D 2(3)).

    Args:
        amounts: Land by class, not below 0, shape (…, C).

    Returns:
        0…1, shape (…); NaN where there is no land of any class, or an amount is unknown.

    Raises:
        Refused: If there are fewer than two classes: then there is no mix.
    """
    classes = amounts.shape[-1]
    if classes < FEWEST:
        raise Refused(
            [
                Fault(
                    "mix.classes",
                    "用地分类",
                    "",
                    str(classes),
                    "至少两类",
                    "混合度要在至少两类用地之间计算。",
                )
            ]
        )
    share = _shares(amounts)
    logs = np.log(share, out=np.zeros_like(share), where=~(share <= 0))
    # Adding 0 turns the −0 of a single class into 0.
    evenness: Floats = -(share * logs).sum(axis=-1) / np.log(classes) + 0.0
    return evenness


def concentration(amounts: Floats) -> Floats:
    """Give the Herfindahl–Hirschman index Σ p_c²: 1 where one class has all, 1/C where all have the same.

    Hirschman (1964), Am. Econ. Rev. 54(5); for land use Song, Merlin & Rodriguez (2013), CEUS 42.

    Args:
        amounts: Land by class, not below 0, shape (…, C).

    Returns:
        0…1, shape (…); NaN where there is no land of any class, or an amount is unknown.
    """
    share = _shares(amounts)
    index: Floats = (share * share).sum(axis=-1)
    return index


def _shares(amounts: Floats) -> Floats:
    """Divide by the sum over classes."""
    total = amounts.sum(axis=-1, keepdims=True)
    return ratio(amounts, np.broadcast_to(total, amounts.shape))
