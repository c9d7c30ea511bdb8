"""Patterns of disease knowledge against an examination: true, not true, or not to be known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from tijian.engine.catalogue.disease import Pattern
from tijian.engine.grade.facts import Facts
from tijian.engine.grade.judge import Verdict
from tijian.engine.grade.trend import running_worse, worsening

MIN_PEERS = 3
MIN_ANSWERS = 100


@dataclass(frozen=True)
class Seen:
    """The outcome of a pattern.

    Attributes:
        holds: True, False, or None where it cannot be known from an examination.
        words: The pattern with the figures that decided it, in Chinese.
        indicators: Indicators that a true pattern rests on.
        questions: Survey questions that a true pattern rests on.
    """

    holds: bool | None
    words: str
    indicators: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def see(pattern: Pattern, facts: Facts, area: str) -> Seen:
    """Look whether a pattern holds in an area in the year examined."""
    if pattern.all is not None or pattern.any is not None:
        return _combined(pattern, facts, area)
    kinds = {"ind": _indicator, "survey": _survey, "variable": _variable}
    look = kinds.get(pattern.kind)
    if look is not None:
        return look(pattern, facts, area)
    return Seen(None, _unknowable(pattern))


def _unknowable(pattern: Pattern) -> str:
    if pattern.complaint is not None:
        parts = []
        if pattern.rise_pct is not None:
            parts.append(f"同比增加 {pattern.rise_pct:g}% 以上")
        if pattern.per_10k_over is not None:
            parts.append(f"每万人超过 {pattern.per_10k_over:g} 件")
        return f"“{pattern.complaint}”投诉{'或'.join(parts)}"
    if pattern.alarm is not None:
        return f"“{pattern.alarm}”告警一年超过 {pattern.count_over:g} 次"
    return pattern.text or ""


def _combined(pattern: Pattern, facts: Facts, area: str) -> Seen:
    members = pattern.all if pattern.all is not None else pattern.any or ()
    seen = [see(p, facts, area) for p in members]
    states = [s.holds for s in seen]
    if pattern.all is not None:
        holds = False if False in states else None if None in states else True
    else:
        holds = True if True in states else None if None in states else False
    telling = [s for s in seen if s.holds] or seen
    joint = "，且" if pattern.all is not None else "；或"
    return Seen(
        holds,
        joint.join(s.words for s in telling),
        tuple(dict.fromkeys(i for s in seen if s.holds for i in s.indicators)),
        tuple(dict.fromkeys(q for s in seen if s.holds for q in s.questions)),
    )


def _indicator(pattern: Pattern, facts: Facts, area: str) -> Seen:
    key = str(pattern.ind)
    if key not in facts.indicators():
        return Seen(None, f"{key} 不在本市体系中")
    name = facts.indicators()[key].name.zh
    verdict = facts.verdict(key, area)
    if pattern.bottom is not None:
        return Seen(_bottom(verdict), f"{name}破底线", (key,))
    if verdict is not None and verdict.other_revision:
        return Seen(None, f"{name}（{verdict.other_revision}）")
    if pattern.grade is not None:
        return _graded(pattern, facts, area, key, name)
    if pattern.trend is not None:
        return _trend(pattern, facts, area, key, name)
    if pattern.behind_type_pct is not None:
        return _behind(pattern, facts, area, key, name)
    return _spread(pattern, facts, area, key, name)


def _bottom(verdict: Verdict | None) -> bool | None:
    """Tell whether a bottom line is broken; None where no line is and one of them cannot be told."""
    if verdict is None:
        return None
    if verdict.broken:
        return True
    untold = any(line.broken is None for line in verdict.lines)
    unjudged = verdict.judge == "pass" and verdict.grade == "不评级"
    return None if untold or unjudged or verdict.grade in {"无数据", "不适用"} else False


def _graded(pattern: Pattern, facts: Facts, area: str, key: str, name: str) -> Seen:
    verdict = facts.verdict(key, area)
    wanted = "或".join(pattern.grade or ())
    if verdict is None or verdict.grade in {"无数据", "不适用", "不评级"}:
        return Seen(None, f"{name}为{wanted}（{verdict.grade if verdict else '无数据'}）")
    value = facts.values(key, area)[facts.year]
    return Seen(verdict.grade in (pattern.grade or ()), f"{name} {value:f}，{verdict.grade}", (key,))


def _trend(pattern: Pattern, facts: Facts, area: str, key: str, name: str) -> Seen:
    indicator, criterion = facts.indicators()[key], facts.criterion(key)
    verdict = facts.verdict(key, area)
    years = pattern.years or 1
    worse = worsening(indicator, criterion, verdict.cuts if verdict else None) if criterion else None
    if worse is None or criterion is None or facts.year in criterion.exclude_years:
        return Seen(None, f"{name}连续 {years} 年变差")
    values = {y: v for y, v in facts.values(key, area).items() if y not in criterion.exclude_years}
    if any(y not in values for y in range(facts.year - years, facts.year + 1)):
        return Seen(None, f"{name}连续 {years} 年变差（没有 {years} 年可比值）")
    run = running_worse(values, facts.year, years, indicator.checks.worsen2, worse)
    series = " → ".join(f"{values[y]:f}" for y in range(facts.year - years, facts.year + 1))
    return Seen(run is not None, f"{name}连续 {years} 年变差（{series}）", (key,))


def _behind(pattern: Pattern, facts: Facts, area: str, key: str, name: str) -> Seen:
    indicator, criterion = facts.indicators()[key], facts.criterion(key)
    verdict = facts.verdict(key, area)
    worse = worsening(indicator, criterion, verdict.cuts if verdict else None) if criterion else None
    values = {p: facts.values(key, p).get(facts.year) for p in facts.peers(area)}
    numbers = [v for v in values.values() if v is not None]
    value = values.get(area)
    if worse is None or value is None or len(numbers) < MIN_PEERS:
        return Seen(None, f"{name}落后同类区 {pattern.behind_type_pct:g}%（同类区不足 {MIN_PEERS} 个）")
    middle = median(numbers)
    share = 100 * worse(middle, value) / abs(middle) if middle else Decimal(0)
    words = f"{name} {value:f}，同类区中位 {middle:f}"
    return Seen(share > Decimal(str(pattern.behind_type_pct)), words, (key,))


def _spread(pattern: Pattern, facts: Facts, area: str, key: str, name: str) -> Seen:
    numbers = [
        v for v in (facts.values(key, a).get(facts.year) for a in facts.siblings(area)) if v is not None
    ]
    if len(numbers) < MIN_PEERS:
        return Seen(None, f"{name}区间差距")
    gap = max(numbers) - min(numbers)
    return Seen(gap > Decimal(str(pattern.district_gap_over)), f"{name}各区最大相差 {gap:f}", (key,))


def _survey(pattern: Pattern, facts: Facts, area: str) -> Seen:
    question = str(pattern.survey)
    name = f"{question} {facts.question_name(question)}"
    fact = facts.survey(question, area)
    limit = f"低于 {pattern.below:g} 分" if pattern.below is not None else f"高于 {pattern.above:g} 分"
    if fact is None or fact.score is None or fact.n < MIN_ANSWERS:
        return Seen(None, f"{name}{limit}（没有足够的样本）")
    if pattern.below is not None:
        holds: bool | None = fact.score < Decimal(str(pattern.below))
    else:
        holds = fact.score > Decimal(str(pattern.above))
    words = f"{name} {fact.score:f} 分（n={fact.n}）"
    indicators: tuple[str, ...] = ()
    if pattern.while_ is not None:
        also = see(Pattern(ind=pattern.while_.ind, grade=pattern.while_.grade), facts, area)
        holds = False if False in {holds, also.holds} else None if also.holds is None else True
        words, indicators = f"{words}而{also.words}", also.indicators
    return Seen(holds, words, indicators, (question,))


def _variable(pattern: Pattern, facts: Facts, area: str) -> Seen:
    key = str(pattern.variable)
    name, now = facts.variable_name(key), facts.variable(key, area, 0)
    if pattern.below is not None or pattern.above is not None:
        limit = Decimal(str(pattern.below if pattern.below is not None else pattern.above))
        if now is None:
            return Seen(None, f"{name}{'低于' if pattern.below is not None else '高于'} {limit:f}")
        return Seen(now < limit if pattern.below is not None else now > limit, f"{name} {now:f}")
    limit = Decimal(str(pattern.growth_over if pattern.growth_over is not None else pattern.growth_below))
    before = facts.variable(key, area, 1)
    if now is None or before is None or before == 0:
        return Seen(None, f"{name}年增长{'超过' if pattern.growth_over is not None else '不到'} {limit:f}%")
    growth = 100 * (now - before) / before
    holds = growth > limit if pattern.growth_over is not None else growth < limit
    return Seen(holds, f"{name}年增长 {growth:.1f}%")
