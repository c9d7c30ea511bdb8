"""Verdicts in words: one sentence form for each direction and way of judging."""

from __future__ import annotations

from decimal import Decimal

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.bottom import SIGNS
from tijian.engine.grade.cutpoints import GRADES, CutSet, Points, written
from tijian.engine.grade.judge import Verdict
from tijian.engine.grade.trend import OwnTrend
from tijian.engine.kernel.rounding import exact
from tijian.engine.kernel.units import printed


def quantity(value: Decimal, unit: str) -> str:
    """Write a number with its unit: 81.9%, 6.24 km/km², 282 天, 0.84."""
    text = printed(unit)
    return f"{value:f}{'' if unit in {'%', '‰'} or not text else ' '}{text}"


def points_words(points: Points, direction: str) -> str:
    """Write three cut points: 优≥9 良≥8 中≥6."""
    return " ".join(
        f"{g}{' ' if isinstance(p, tuple) else ''}{written(p, direction)}"
        for g, p in zip(GRADES, points, strict=False)
    )


def cuts_words(cuts: CutSet, direction: str, area_type: str) -> str:
    """Write the cut points of an area with its type; a mixed one with both sets and their mean."""
    mean = points_words(cuts.points, direction)
    if len(cuts.parts) > 1:
        parts = "、".join(f"{t} {share:.2g}（{points_words(p, direction)}）" for t, share, p in cuts.parts)
        return f"混合区：{parts}，按份额加权为 {mean}"
    kind = cuts.parts[0][0] if cuts.parts else area_type
    return f"{kind} {mean}".strip()


def judgement_words(verdict: Verdict, indicator: Indicator, area_type: str) -> str:
    """Say how a value was judged and how far it is from the next grade."""
    if verdict.grade in {"无数据", "不适用"}:
        return verdict.grade
    parts = [_main(verdict, indicator, area_type), *_lines(verdict)]
    return "；".join(p for p in parts if p)


def _main(verdict: Verdict, indicator: Indicator, area_type: str) -> str:
    if verdict.grade == "不评级":
        return f"不评级：{verdict.reason}" if verdict.reason else "不评级"
    if verdict.cuts is not None:
        words = f"{cuts_words(verdict.cuts, indicator.direction, area_type)} → {verdict.grade}"
        return f"{words}；{distance_words(verdict, indicator)}" if verdict.next else words
    if verdict.passing is not None:
        limit = exact(float(verdict.passing.value or 0))
        return f"合格线 {SIGNS[str(verdict.passing.op)]}{limit:f} → {verdict.grade}"
    if verdict.trend is not None:
        trend = verdict.trend
        years = "、".join(str(y) for y in trend.base_years)
        moved = "好转" if trend.better >= 0 else "变差"
        base, change = _near(trend.base, indicator.decimals), _near(abs(trend.better), indicator.decimals)
        asked = trend_asks(trend, _near(trend.needed, indicator.decimals))
        return f"看自身趋势：比 {years} 年均值 {base} {moved} {change}（{asked}）→ {verdict.grade}"
    return verdict.grade


def trend_asks(trend: OwnTrend, needed: str) -> str:
    """Say what a value judged against its own past has to do for 良."""
    if trend.limit is None:
        return f"好转 {needed} 为良"
    limit = f"{trend.limit.normalize():f}"
    return f"已不能更好，保持 {limit} 为良" if trend.needed == 0 else f"到 {limit} 已不能更好，达到即为良"


def _near(number: Decimal, decimals: int) -> str:
    return f"{round(number, decimals + 1).normalize():f}"


def distance_words(verdict: Verdict, indicator: Indicator) -> str:
    """Say the distance to the next grade: 距优 0.76."""
    if verdict.next is None:
        return ""
    grade, gap = verdict.next
    points = " 个百分点" if indicator.unit == "%" else ""
    return f"距{grade} {gap:f}{points}"


def _lines(verdict: Verdict) -> list[str]:
    words = []
    for line in verdict.lines:
        subject = f"{line.subject} " if line.subject else ""
        if line.broken is None:
            words.append(f"底线{line.text}：{line.why or f'{subject}没有数'}，不能判断")
        elif line.value is not None:
            state = "破底线" if line.broken else "守住底线"
            words.append(f"底线 {subject}{line.text}：{line.value:f}，{state}")
    return words
