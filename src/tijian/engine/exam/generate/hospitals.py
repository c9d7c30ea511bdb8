"""Hospitals of a synthetic city: few, far-reaching, and placed so that each area is covered as it reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.indicators.resilience import safety
from tijian.engine.exam.generate.ground import Features
from tijian.engine.exam.generate.land import Land
from tijian.engine.exam.generate.lattice import Floats, Positions

HOSPITALS, REACH = safety.HOSPITALS.layer, safety.HOSPITALS.radius
COVERED, WHOLE = "construction_land_covered", "construction_land"
CANDIDATES = 90  # places an area where a hospital may open
MOST = 60  # changes a year
THINNED = 8  # of so many squares one stands for all
WORTH = 0.001  # of an area's land: less is no reason to open or close one


@dataclass(frozen=True)
class Plan:
    """Where hospitals may stand and whom they would reach.

    Attributes:
        ids: Of the places.
        points: Their coordinates, projected; shape (m, 2).
        reached: Land squares within reach of each; shape (m, n).
        share: Of the area's land that each square stands for, by area; shape (n, areas).
    """

    ids: tuple[str, ...]
    points: Floats
    reached: NDArray[np.bool_]
    share: Floats


def lay_hospitals(lands: Sequence[Mapping[int, Land]], years: Sequence[int]) -> dict[int, Features]:
    """Open and close hospitals year by year, one at a time, while the areas come nearer to what they report.

    Greedy over the whole city, since one hospital serves several areas; a year begins with those of the
    year before.

    Args:
        lands: Each area's land by year.
        years: In order.
    """
    made: dict[int, Features] = {}
    plans = {year: _plan([land[year] for land in lands]) for year in years}
    is_open: frozenset[str] = frozenset()
    # Twice through the years: from nothing the first year would stop at the first hospitals that fit halfway.
    for year in (*years, *years):
        plan = plans[year]
        wanted = np.array([_wanted(land[year], year) for land in lands])
        known = np.array([i in is_open for i in plan.ids])
        chosen = np.flatnonzero(_chosen(plan, wanted, known))
        is_open = frozenset(plan.ids[k] for k in chosen)
        ids = [plan.ids[k] for k in chosen]
        made[year] = (
            shapely.points(plan.points[chosen]),
            {"id": ids, "name": [f"医院 {i[:6]}（合成）" for i in ids], "level": ["二级"] * len(ids)},
        )
    return made


def _wanted(land: Land, year: int) -> float:
    return land.built.lattice.ground.share(COVERED, WHOLE, HOSPITALS)[year]


def _plan(lands: Sequence[Land]) -> Plan:
    """Take places of every area by a rank that stays, and find what each would reach."""
    points, ids, land, shares = [], [], [], []
    for k, one in enumerate(lands):
        lattice, cells = one.built.lattice, one.built.cells
        middle = lattice.placed(lattice.middle)
        places = _places(one)
        points.append(middle[places])
        ids.extend(lattice.names(places))
        cells, area = cells[::THINNED], one.built.area[::THINNED]
        land.append(middle[cells])
        share = np.zeros((len(cells), len(lands)))
        share[:, k] = area / area.sum()
        shares.append(share)
    where, squares = np.concatenate(points), np.concatenate(land)
    square = ((where[:, None, :] - squares[None, :, :]) ** 2).sum(axis=2)
    return Plan(tuple(ids), where, square <= REACH**2, np.concatenate(shares))


def _places(land: Land) -> Positions:
    lattice = land.built.lattice
    cells = land.built.cells[land.built.whole]
    order = np.argsort(lattice.draw("hospital")[cells], kind="stable")
    return cells[order[:CANDIDATES]]


def _chosen(plan: Plan, wanted: Floats, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open or close the one that helps most, until none helps."""
    is_open = known.copy()
    for _ in range(MOST):
        times = plan.reached[is_open].sum(axis=0)
        now = (times > 0) @ plan.share
        best = np.abs(now - wanted).sum() - WORTH
        gains = (plan.reached & (times == 0)) @ plan.share
        losses = (plan.reached & (times == 1)) @ plan.share
        after = np.where(is_open[:, None], now - losses, now + gains)
        miss = np.abs(after - wanted).sum(axis=1)
        k = int(np.argmin(miss))
        if miss[k] >= best:
            break
        is_open[k] = ~is_open[k]
    return is_open
