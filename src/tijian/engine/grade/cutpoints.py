"""Cut points of an area: those of its type, or the share-weighted mean of its types'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tijian.engine.catalogue.criterion import Cuts, Judgement
from tijian.engine.kernel.rounding import exact, round_half_even

Interval = tuple[Decimal, Decimal]
Point = Decimal | Interval
Points = tuple[Point, ...]
GRADES = ("优", "良", "中", "差")


@dataclass(frozen=True)
class CutSet:
    """Three cut points 优/良/中, or three closed intervals from inside to outside.

    Attributes:
        points: Decimals, or pairs of Decimals.
        parts: (type, rescaled share, its own points); one part for a pure area, none without types.
    """

    points: Points
    parts: tuple[tuple[str, Decimal, Points], ...] = ()


def _exact(cuts: Cuts) -> Points:
    return tuple(_point(cut) for cut in cuts)


def _point(cut: float | tuple[float, ...]) -> Point:
    if isinstance(cut, tuple):
        return exact(cut[0]), exact(cut[1])
    return exact(cut)


def cuts_for(judgement: Judgement, shares: Mapping[str, float], decimals: int) -> CutSet | str:
    """Find the cut points by which an area is judged.

    For a mixed area the default of ``design.md`` invariant 13: the share-weighted means of its types'
    points, rounded half to even to the indicator's decimals; a type without points drops out and the
    shares are rescaled.

    Args:
        judgement: A ``cut`` judgement.
        shares: Share of each type in the area, summing to 1; empty where the level has no types.
        decimals: Decimals of the indicator.

    Returns:
        The cut points, or in Chinese why there are none.
    """
    if judgement.cuts is None:
        return "没有切点"
    if not isinstance(judgement.cuts, dict):
        return CutSet(_exact(judgement.cuts))
    used = {t: Decimal(str(s)) for t, s in shares.items() if t in judgement.cuts and s > 0}
    if not used:
        reasons = [judgement.missing_type[t] for t in shares if t in judgement.missing_type]
        return reasons[0] if reasons else "这类区没有切点"
    total = sum(used.values())
    parts = tuple((t, s / total, _exact(judgement.cuts[t])) for t, s in used.items())
    if len(parts) == 1:
        return CutSet(parts[0][2], parts)
    return CutSet(_weighted(tuple(used.values()), tuple(p for _, _, p in parts), decimals), parts)


def _weighted(shares: tuple[Decimal, ...], rows: tuple[Points, ...], decimals: int) -> Points:
    """Weight the points of several types; divided by the total last, so that an exact tie stays one."""
    total = sum(shares)

    def mean(numbers: list[Decimal]) -> Decimal:
        weighted = sum((share * x for share, x in zip(shares, numbers, strict=True)), Decimal(0))
        return round_half_even(weighted / total, decimals)

    points: list[Point] = []
    for column in zip(*rows, strict=True):
        intervals = [p for p in column if isinstance(p, tuple)]
        if intervals:
            points.append((mean([low for low, _ in intervals]), mean([high for _, high in intervals])))
        else:
            points.append(mean([p for p in column if not isinstance(p, tuple)]))
    return tuple(points)


def _meets(value: Decimal, point: Decimal | Interval, direction: str) -> bool:
    if isinstance(point, tuple):
        return point[0] <= value <= point[1]
    return value >= point if direction == "higher" else value <= point


def grade_of(value: Decimal, cuts: CutSet, direction: str) -> str:
    """Grade a rounded value: the best grade whose cut point it meets, else 差."""
    for grade, point in zip(GRADES, cuts.points, strict=False):
        if _meets(value, point, direction):
            return grade
    return GRADES[-1]


def to_next(value: Decimal, cuts: CutSet, direction: str) -> tuple[str, Decimal] | None:
    """Tell the next better grade and how far the value is from it; None at 优."""
    rank = GRADES.index(grade_of(value, cuts, direction))
    if rank == 0:
        return None
    point = cuts.points[rank - 1]
    if isinstance(point, tuple):
        return GRADES[rank - 1], max(point[0] - value, value - point[1])
    return GRADES[rank - 1], abs(point - value)


def written(point: Decimal | Interval, direction: str) -> str:
    """Write a cut point: ≥8, ≤12, 0.9～1.4."""
    if isinstance(point, tuple):
        return f"{point[0].normalize():f}～{point[1].normalize():f}"
    return f"{'≥' if direction == 'higher' else '≤'}{point.normalize():f}"
