"""Accessibility from a table of travel times: what people reach, and who reaches a place.

Tables are plain frames: ``travel_matrix`` with one row a pair (from_id, to_id, minutes), ``land_use`` with
one row a place (id, people, jobs, beds…). A pair that is not in the matrix is unreachable, a place and
itself included. Results have one row for every id of ``land_use`` in its order, under each group and each
cutoff or decay; who reaches nothing has 0. Sums run in the order of sorted ids, so that the order of rows
in neither table changes a bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from tijian.engine.compute.geo.decay import Decay, binary, exponential, logistic, power, stepped
from tijian.engine.compute.geo.frames import Floats, Frame
from tijian.engine.compute.geo.travel import Columns, Missing, Travel, read_travel
from tijian.engine.kernel.faults import Fault, Faults, Refused

__all__ = [
    "Decay",
    "binary",
    "cumulative",
    "exponential",
    "floating_catchment",
    "gravity",
    "logistic",
    "power",
    "stepped",
]

Method = Literal["2sfca", "e2sfca", "bfca"]
CALL = "参数"


def cumulative(
    travel_matrix: Frame,
    land_use: Frame,
    *,
    opportunity: str | Sequence[str],
    cutoff: float | Sequence[float],
    cost: str = "travel_time",
    active: bool = True,
    group: str | Sequence[str] = (),
    missing: Missing = "refuse",
    from_id: str = "from_id",
    to_id: str = "to_id",
    id_column: str = "id",
) -> Any:
    """Count the opportunities within a travel time (active), or the people who reach a place (passive).

    A_i = Σ_j O_j · [c_ij ≤ cutoff] (Wachs & Kumagai 1973); passive sums over the origins i of each j.

    Args:
        travel_matrix: Columns ``from_id``, ``to_id``, ``cost`` in minutes.
        land_use: Columns ``id_column`` and every opportunity.
        opportunity: Column or columns of ``land_use`` to sum: jobs for active, population for passive.
        cutoff: Minutes, one or several; a pair at the cutoff counts.
        cost: Column of the minutes.
        active: From each origin to what it reaches; ``False``: from each destination to who reaches it.
        group: Columns of ``travel_matrix`` (mode, departure) under which every sum is made apart.
        missing: What an empty opportunity means: ``refuse``, or ``unknown``: whoever reaches it has NaN.
        from_id: Column of origins.
        to_id: Column of destinations.
        id_column: Column of ids in ``land_use``.

    Returns:
        A table of the kind of ``land_use``: id, group columns, ``cutoff``, one column an opportunity.

    Raises:
        Refused: With every fault at once: columns not there, ids unknown or twice, a pair twice, minutes or
            opportunities that are missing, negative or no numbers.
    """
    names = _listed(opportunity)
    columns = Columns(from_id, to_id, cost, _listed(group), id_column, names, "cutoff")
    given = read_travel(travel_matrix, land_use, columns, missing)
    steps = [(limit, binary(limit)) for limit in _cutoffs(cutoff)]
    return _weighted(given, steps, active=active)


def gravity(
    travel_matrix: Frame,
    land_use: Frame,
    *,
    opportunity: str | Sequence[str],
    decay: Decay | Sequence[Decay],
    cost: str = "travel_time",
    active: bool = True,
    group: str | Sequence[str] = (),
    missing: Missing = "refuse",
    from_id: str = "from_id",
    to_id: str = "to_id",
    id_column: str = "id",
) -> Any:
    """Sum opportunities, each weighed by the time it takes to reach it.

    A_i = Σ_j O_j · f(c_ij) (Hansen 1959, J. Am. Inst. Planners 25(2)).

    Args:
        travel_matrix: As in ``cumulative``.
        land_use: As in ``cumulative``.
        opportunity: As in ``cumulative``.
        decay: One or several of ``exponential``, ``power``, ``logistic``, ``stepped``, ``binary``.
        cost: Column of the minutes.
        active: As in ``cumulative``.
        group: As in ``cumulative``.
        missing: As in ``cumulative``.
        from_id: Column of origins.
        to_id: Column of destinations.
        id_column: Column of ids in ``land_use``.

    Returns:
        A table of the kind of ``land_use``: id, group columns, ``decay`` (its label), opportunities.

    Raises:
        Refused: As in ``cumulative``.
    """
    names = _listed(opportunity)
    columns = Columns(from_id, to_id, cost, _listed(group), id_column, names, "decay")
    given = read_travel(travel_matrix, land_use, columns, missing)
    decays = [decay] if isinstance(decay, Decay) else list(decay)
    return _weighted(given, [(d.label, d) for d in decays], active=active)


def floating_catchment(
    travel_matrix: Frame,
    land_use: Frame,
    *,
    demand: str,
    supply: str | Sequence[str],
    method: Method = "2sfca",
    cutoff: float | None = None,
    decay: Decay | None = None,
    cost: str = "travel_time",
    group: str | Sequence[str] = (),
    missing: Missing = "refuse",
    from_id: str = "from_id",
    to_id: str = "to_id",
    id_column: str = "id",
) -> Any:
    """Give the supply per head that people reach, with the people who compete for it.

    R_j = S_j / Σ_i P_i·w_ij and A_i = Σ_j R_j·w_ij. ``2sfca`` (Luo & Wang 2003, Env. Plan. B 30(6)): w is 1
    within the cutoff. ``e2sfca`` (Luo & Qi 2009, Health & Place 15(4)): w is a decay. ``bfca`` (Páez,
    Higgins & Vivona 2019, PLoS ONE 14(6)): w summing to 1 over places in the first step and over people in
    the second, so that neither demand nor supply is counted more than once.

    Args:
        travel_matrix: As in ``cumulative``.
        land_use: Columns ``id_column``, demand and every supply.
        demand: Column of people.
        supply: Column or columns of what they need.
        method: One of the three.
        cutoff: Minutes, inclusive; for ``2sfca``, and for ``bfca`` where no decay is given.
        decay: For ``e2sfca`` and ``bfca``.
        cost: Column of the minutes.
        group: As in ``cumulative``.
        missing: As in ``cumulative``, for demand and supply.
        from_id: Column of origins.
        to_id: Column of destinations.
        id_column: Column of ids in ``land_use``.

    Returns:
        A table of the kind of ``land_use``: id, group columns, ``decay``, one column a supply: units per
        head. NaN for a place without people of its own that reaches supply which nobody competes for.

    Raises:
        Refused: As in ``cumulative``, and for a method with the wrong one of cutoff and decay.
    """
    chosen = _chosen(method, cutoff, decay)
    names = (demand, *_listed(supply))
    columns = Columns(from_id, to_id, cost, _listed(group), id_column, names, "decay")
    given = read_travel(travel_matrix, land_use, columns, missing)
    weight = chosen.weigh(given.minutes)
    people = given.amounts[demand]
    figures = {
        name: _per_head(given, weight, people, given.amounts[name], balanced=method == "bfca")
        for name in _listed(supply)
    }
    return given.result([(chosen.label, figures)])


def _per_head(given: Travel, weight: Floats, people: Floats, supply: Floats, *, balanced: bool) -> Floats:
    """Run both steps; shape (groups · n,)."""
    first = second = weight
    if balanced:
        first = _shared(weight, given.sums(given.origin, weight)[given.spot(given.origin)])
        second = _shared(weight, given.sums(given.destination, weight)[given.spot(given.destination)])
    rivals = given.sums(given.destination, _times(first, people[given.origin]))
    offered = np.tile(supply, len(given.groups))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(offered == 0, 0.0, offered / rivals)
    ratio[np.isinf(ratio)] = np.nan  # supply without demand: per head of nobody
    return given.sums(given.origin, _times(second, ratio[given.spot(given.destination)]))


def _shared(weight: Floats, total: Floats) -> Floats:
    """Divide weights by their sum; where all are 0 they stay so."""
    return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)


def _times(weight: Floats, amount: Floats) -> Floats:
    """Weigh amounts; one that weighs 0 must not carry in the NaN of an unknown amount."""
    return np.multiply(weight, amount, out=np.zeros_like(weight), where=weight > 0)


def _weighted(given: Travel, decays: Sequence[tuple[object, Decay]], *, active: bool) -> Any:
    """Sum every opportunity under every decay."""
    at, what = (given.origin, given.destination) if active else (given.destination, given.origin)
    parts = []
    for told, decay in decays:
        weight = decay.weigh(given.minutes)
        figures = {k: given.sums(at, _times(weight, v[what])) for k, v in given.amounts.items()}
        parts.append((told, figures))
    return given.result(parts)


def _chosen(method: Method, cutoff: float | None, decay: Decay | None) -> Decay:
    """Find the weights of a method, or refuse what does not go with it."""
    wanted = {"2sfca": (True, False), "e2sfca": (False, True), "bfca": (decay is None, decay is not None)}
    if method not in wanted:
        raise Refused(
            [Fault("access.method", CALL, "method", method, "2sfca、e2sfca 或 bfca", "请改正方法名。")]
        )
    if (cutoff is not None, decay is not None) != wanted[method]:
        expected = {"2sfca": "只给 cutoff", "e2sfca": "只给 decay", "bfca": "cutoff 与 decay 只给一个"}[
            method
        ]
        hint = "请按方法给出时间上限或衰减函数。"
        raise Refused([Fault("access.method", CALL, "cutoff, decay", method, expected, hint)])
    return decay if decay is not None else binary(_cutoffs(cutoff)[0])


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _cutoffs(cutoff: Any) -> list[Any]:
    """Give cutoffs as numbers above zero, or refuse."""
    limits = [cutoff] if np.ndim(cutoff) == 0 else list(cutoff)
    faults = Faults()
    for limit in limits:
        if not (isinstance(limit, (int, float, np.number)) and math.isfinite(limit) and limit > 0):
            faults.add("access.cutoff", CALL, "cutoff", limit, "大于 0 的分钟数", "请改正时间上限。")
    if not limits:
        faults.add("access.cutoff", CALL, "cutoff", None, "至少一个分钟数", "请给出时间上限。")
    faults.raise_if_any()
    return limits
