"""How evenly access is shared out among people: Gini, Palma, Theil T, concentration index.

Each function takes a table with one row a place, such as a result of ``access``, and a column of access.
Weights are people by default; ``population=None`` counts every place once, which on one and the same
city is another figure (0.46 and 0.52 have been met), so say which one is meant. People (and incomes) may
stand in a second table, matched by id. A place without people does not count, whatever its access; a place
with people whose access is unknown is refused. Where there are no people, or no access at all, there is no
figure: NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tijian.engine.compute.geo.frames import Floats, Frame, Positions, Table
from tijian.engine.kernel.faults import Faults

ACCESS, PEOPLE = "可达性表 accessibility", "人口表 people"
RICHEST, POOREST = 0.1, 0.4

Correction = Literal["standard", "erreygers", "wagstaff"]


@dataclass(frozen=True)
class Theil:
    """Theil's T, and its parts where people belong to groups.

    Attributes:
        total: T in nats; ``between`` + ``within``.
        between: Part due to the different means of the groups; NaN without groups.
        within: Part due to differences inside groups; NaN without groups.
        inside: Group → T inside it; NaN for a group without people or access.
    """

    total: float
    between: float
    within: float
    inside: dict[Any, float]


@dataclass(frozen=True)
class _Sample:
    """Rows that count, by ascending access: weights above zero, and what else was asked; all shape (n,)."""

    access: Floats
    weight: Floats
    income: Floats
    group: list[Any]

    @property
    def total(self) -> float:
        """People together."""
        return float(self.weight.sum())

    @property
    def mean(self) -> float:
        """Access of the average person; NaN where there is nobody."""
        return float((self.access * self.weight).sum()) / self.total if len(self.weight) else float("nan")


def gini(
    accessibility: Frame,
    access: str,
    *,
    population: str | None = "population",
    people: Frame | None = None,
    id_column: str = "id",
) -> float:
    """Give the Gini index of access: 0 where all have the same, towards 1 where one has all.

    G = Σ_i Σ_j p_i·p_j·|a_i − a_j| / (2·ā·P²), p people and ā their mean access, through the Lorenz curve
    (Lerman & Yitzhaki 1989, J. Econometrics 42(1)).

    Args:
        accessibility: One row a place.
        access: Its column of access, not below zero.
        population: Column of people that weigh, or ``None`` to count every place once.
        people: Table with ``population``; without it the column is one of ``accessibility``.
        id_column: Column by which the two tables are matched.

    Returns:
        0…1; NaN where there are no people or nobody has any access.

    Raises:
        Refused: With every fault at once: columns not there, ids twice or without a partner, cells that are
            missing, negative or no numbers.
    """
    sample = _read(accessibility, access, population, people, id_column)
    amount = sample.access * sample.weight
    if not amount.sum() > 0:
        return float("nan")
    below = np.cumsum(amount) - amount / 2  # the middle of each step of the Lorenz curve
    return float(1 - 2 * (sample.weight * below).sum() / (sample.total * amount.sum()))


def palma(
    accessibility: Frame,
    access: str,
    *,
    income: str = "income",
    population: str | None = "population",
    people: Frame | None = None,
    id_column: str = "id",
) -> float:
    """Give the mean access of the richest tenth over that of the poorest four tenths.

    After Palma (2011), Dev. Change 42(1); for access Pereira et al. (2019), Transp. Res. A. People are put
    in order of income; a place across a limit counts on both sides in proportion, and places of one income
    are taken together with their mean, so that neither the order nor a cut of rows changes the figure.

    Args:
        accessibility: As in ``gini``.
        access: As in ``gini``.
        income: Column of income per head, beside ``population``.
        population: As in ``gini``.
        people: As in ``gini``, with ``income`` too.
        id_column: As in ``gini``.

    Returns:
        Above 1 where the rich have more; NaN where there are no people or the poor have no access.

    Raises:
        Refused: As in ``gini``.
    """
    sample = _read(accessibility, access, population, people, id_column, income=income)
    if not len(sample.weight):
        return float("nan")
    place, weight = _by_income(sample)
    amount = np.bincount(place, weights=sample.access * sample.weight)
    upper = np.cumsum(weight) / sample.total
    upper[-1] = 1.0
    lower = np.append(0.0, upper[:-1])
    poor = np.clip((POOREST - lower) / (upper - lower), 0, 1)
    rich = np.clip((upper - (1 - RICHEST)) / (upper - lower), 0, 1)
    least = float((amount * poor).sum() / (weight * poor).sum())
    return float((amount * rich).sum() / (weight * rich).sum()) / least if least > 0 else float("nan")


def _by_income(sample: _Sample) -> tuple[Positions, Floats]:
    """Give each row its place among the distinct incomes, and the people of each income."""
    _, place = np.unique(sample.income, return_inverse=True)
    people: Floats = np.bincount(place, weights=sample.weight).astype(np.float64)
    return np.asarray(place, dtype=np.int64), people


def theil_t(
    accessibility: Frame,
    access: str,
    *,
    group: str | None = None,
    population: str | None = "population",
    people: Frame | None = None,
    id_column: str = "id",
) -> Theil:
    """Give Theil's T of access, split into what lies between groups and within them.

    T = Σ_i (p_i/P)·(a_i/ā)·ln(a_i/ā), no access adding 0; between: Σ_g s_g·ln(ā_g/ā), within: Σ_g s_g·T_g,
    s_g the share of all access that group g has (Theil 1967; Shorrocks 1980, Econometrica 48(3)).

    Args:
        accessibility: As in ``gini``.
        access: As in ``gini``.
        group: Column of groups, beside ``population``.
        population: As in ``gini``.
        people: As in ``gini``, with ``group`` too.
        id_column: As in ``gini``.

    Returns:
        The total and its parts, in nats; NaN where there are no people or nobody has any access.

    Raises:
        Refused: As in ``gini``.
    """
    sample = _read(accessibility, access, population, people, id_column, group=group)
    total = _theil(sample.access, sample.weight)
    if group is None:
        return Theil(total, float("nan"), float("nan"), {})
    all_access = float((sample.access * sample.weight).sum())
    inside, between, within = {}, 0.0, 0.0
    for name in sorted(dict.fromkeys(sample.group), key=lambda g: (type(g).__name__, g)):
        rows = np.array([g == name for g in sample.group])
        own, weight = sample.access[rows], sample.weight[rows]
        inside[name] = _theil(own, weight)
        held = float((own * weight).sum())
        if held > 0:
            share = held / all_access
            between += share * float(np.log(held / float(weight.sum()) / sample.mean))
            within += share * inside[name]
    nothing = not all_access > 0
    return Theil(total, np.nan if nothing else between, np.nan if nothing else within, inside)


def _theil(access: Floats, weight: Floats) -> float:
    held = float((access * weight).sum())
    if not held > 0:
        return float("nan")
    ratio = access / (held / float(weight.sum()))
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    return float((weight * ratio * logs).sum() / weight.sum())


def concentration_index(
    accessibility: Frame,
    access: str,
    *,
    income: str = "income",
    correction: Correction = "standard",
    limits: tuple[float, float] | None = None,
    population: str | None = "population",
    people: Frame | None = None,
    id_column: str = "id",
) -> float:
    """Tell whether access is gathered among the rich (above 0) or the poor (below 0).

    C = 2·cov(a, r)/ā, r the fractional rank by income, places of one income sharing the middle of theirs
    (Kakwani, Wagstaff & van Doorslaer 1997, J. Econometrics 77(1)). For access between limits l and u:
    ``erreygers`` E = 4·ā·C/(u − l) (2009, J. Health Econ. 28(2)), ``wagstaff``
    W = (u − l)·ā·C/((u − ā)·(ā − l)) (2005, Health Econ. 14(4)).

    Args:
        accessibility: As in ``gini``.
        access: As in ``gini``.
        income: As in ``palma``.
        correction: ``standard``, ``erreygers`` or ``wagstaff``.
        limits: The least and greatest access that can be, for the two corrections.
        population: As in ``gini``.
        people: As in ``palma``.
        id_column: As in ``gini``.

    Returns:
        −1…1; NaN where there are no people or nobody has any access.

    Raises:
        Refused: As in ``gini``, and for a correction without limits, limits without a correction, or access
            outside the limits.
    """
    sample = _read(accessibility, access, population, people, id_column, income=income)
    mean = sample.mean
    _check_limits(correction, limits, sample.access)
    if not mean > 0:
        return float("nan")
    place, weight = _by_income(sample)
    rank = ((np.cumsum(weight) - weight / 2) / sample.total)[place]
    middle = float((rank * sample.weight).sum()) / sample.total
    together = float((sample.weight * (sample.access - mean) * (rank - middle)).sum()) / sample.total
    if limits is None:
        return 2 * together / mean
    low, high = limits
    if correction == "erreygers":
        return 8 * together / (high - low)
    room = (high - mean) * (mean - low)
    return 2 * together * (high - low) / room if room > 0 else float("nan")


def _check_limits(correction: Correction, limits: tuple[float, float] | None, access: Floats) -> None:
    """Refuse limits that do not go with the correction or the data."""
    faults = Faults()
    if correction not in {"standard", "erreygers", "wagstaff"}:
        faults.add(
            "equity.correction",
            "参数",
            "correction",
            correction,
            "standard、erreygers 或 wagstaff",
            "请改正修正方法。",
        )
    elif (correction == "standard") != (limits is None):
        hint = "erreygers 与 wagstaff 需要 limits（可达性的上下限），standard 不需要。"
        faults.add("equity.limits", "参数", "limits", limits, "与修正方法相配的上下限", hint)
    if limits is not None and len(access) and not limits[0] <= access.min() <= access.max() <= limits[1]:
        held = f"{limits}；数据为 {access.min():g} 至 {access.max():g}"
        faults.add("equity.limits", "参数", "limits", held, "容得下全部数据的上下限", "请放宽上下限。")
    if limits is not None and not limits[0] < limits[1]:
        faults.add("equity.limits", "参数", "limits", limits, "下限小于上限", "请改正上下限。")
    faults.raise_if_any()


def _read(
    accessibility: Frame,
    access: str,
    population: str | None,
    people: Frame | None,
    id_column: str,
    *,
    income: str | None = None,
    group: str | None = None,
) -> _Sample:
    """Check the tables, match them and leave out rows without people."""
    faults = Faults()
    table = Table(accessibility, ACCESS, faults)
    other = table if people is None else Table(people, PEOPLE, faults)
    table.require((access,) if people is None and id_column not in accessibility else (id_column, access))
    wanted = [name for name in (population, income, group) if name is not None]
    other.require(wanted if people is None else (id_column, *wanted))
    faults.raise_if_any()
    n = len(accessibility[access])
    row = _matched(table, None if people is None else other, id_column, n)
    weight = np.ones(n) if population is None else other.numbers(population)[row]
    values = table.numbers(access, unknown=True)
    lost = np.flatnonzero(np.isnan(values) & (weight > 0)).tolist()
    table.note("equity.unknown", access, lost, lambda _: None, "有可达性数值", "请补上，或先去掉这一行。")
    incomes = np.zeros(n) if income is None else other.numbers(income)[row]
    groups = [] if group is None else other.labels(group)
    faults.raise_if_any()
    kept = np.flatnonzero(weight > 0)
    kept = kept[np.lexsort((incomes[kept], weight[kept], values[kept]))]  # one order, whatever the files'
    return _Sample(
        values[kept],
        weight[kept],
        incomes[kept],
        [groups[i] for i in row[kept].tolist()] if groups else [],
    )


def _matched(table: Table, other: Table | None, id_column: str, n: int) -> Positions:
    """Find the row of people for each row of access; ids that come twice or find none are faults."""
    if id_column not in table.frame:
        return np.arange(n)
    ids = table.labels(id_column)
    _once(table, id_column, ids)
    if other is None:
        return np.arange(n)
    theirs = other.labels(id_column)
    _once(other, id_column, theirs)
    rows = {key: i for i, key in enumerate(theirs)}
    alone = [i for i, key in enumerate(ids) if key not in rows]
    table.note(
        "equity.alone", id_column, alone, ids.__getitem__, "人口表里有的编号", "请在人口表补上，或改正编号。"
    )
    table.faults.raise_if_any()
    return np.array([rows[key] for key in ids], dtype=np.int64)


def _once(table: Table, name: str, ids: Sequence[Any]) -> None:
    seen: dict[Any, int] = {}
    again = [i for i, key in enumerate(ids) if seen.setdefault(key, i) != i]
    hint = "一个地点只算一次：请先按 cutoff、decay 或分组列筛选。"
    table.note("equity.twice", name, again, ids.__getitem__, "不重复的编号", hint)
