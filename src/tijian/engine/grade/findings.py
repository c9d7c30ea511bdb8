"""Findings: what the rules notice in the figures. Never a cause, never a confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from tijian.engine.grade.cutpoints import written
from tijian.engine.grade.facts import Facts
from tijian.engine.grade.judge import Verdict
from tijian.engine.grade.trend import Worse, running_worse, size, worsening
from tijian.engine.kernel.rounding import exact
from tijian.engine.kernel.units import printed

GOOD, FAIR = ("优", "良"), ("中", "差")
RULES = ("poor", "bottom_line", "worsening", "step", "behind", "outlier", "gap")
RULE_ZH = {
    "poor": "等级为差",
    "bottom_line": "破底线",
    "worsening": "连年变差",
    "step": "一年骤变",
    "behind": "落后同类区",
    "outlier": "城市好而本区差",
    "gap": "指标好而感受差",
}


@dataclass(frozen=True)
class Finding:
    """One thing noticed in one area.

    Attributes:
        rule: One of ``RULES``.
        indicator: The indicator.
        area: The area.
        severity: 重, 中 or 轻.
        evidence: In words and figures.
        question: The survey question, for ``gap``.
    """

    rule: str
    indicator: str
    area: str
    severity: str
    evidence: str
    question: str = ""


def find(facts: Facts) -> list[Finding]:
    """Apply every rule to every indicator and area; items that are 不评级 raise none."""
    found: list[Finding] = []
    for key in facts.indicators():
        for area in facts.areas():
            verdict = facts.verdict(key, area)
            if verdict is None:
                continue
            found.extend(_bottom_line(facts, key, area, verdict))
            if facts.values(key, area).get(facts.year) is not None:
                found.extend(_of_one(facts, key, area, verdict))
    return found


def _of_one(facts: Facts, key: str, area: str, verdict: Verdict) -> Iterator[Finding]:
    if not verdict.meant or verdict.grade == "不评级":
        return
    indicator, criterion = facts.indicators()[key], facts.criterion(key)
    if verdict.grade == "差":
        yield Finding("poor", key, area, _depth(verdict), _poor(facts, key, area, verdict))
    yield from _outlier(facts, key, area, verdict)
    yield from _gap(facts, key, area, verdict)
    worse = None if criterion is None else worsening(indicator, criterion, verdict.cuts)
    if worse is not None and criterion is not None and facts.year not in criterion.exclude_years:
        usable = {y: v for y, v in facts.values(key, area).items() if y not in criterion.exclude_years}
        yield from _worsening(facts, key, area, usable, worse)
        yield from _step(facts, key, area, usable, worse)
        yield from _behind(facts, key, area, verdict, worse)


def _number(facts: Facts, key: str, value: Decimal) -> str:
    unit = printed(facts.indicators()[key].unit)
    return f"{value:f}{'' if unit == '%' else ' '}{unit}".rstrip()


def _poor(facts: Facts, key: str, area: str, verdict: Verdict) -> str:
    value = _number(facts, key, facts.values(key, area)[facts.year])
    if verdict.cuts is not None and verdict.next is not None:
        line = written(verdict.cuts.points[2], facts.indicators()[key].direction)
        return f"{value}；中{line}；距{verdict.next[0]} {verdict.next[1]:f}"
    return f"{value}；与自身往年相比连续变差"


def _depth(verdict: Verdict) -> str:
    """重 where the shortfall from 中 is a third or more of the cut point, else 中."""
    if verdict.cuts is None or verdict.next is None:
        return "中"
    point = verdict.cuts.points[2]
    base = point if not isinstance(point, tuple) else max(abs(point[0]), abs(point[1]))
    return "重" if base != 0 and verdict.next[1] / abs(base) >= Decimal(1) / 3 else "中"


def _bottom_line(facts: Facts, key: str, area: str, verdict: Verdict) -> Iterator[Finding]:
    parts = []
    if verdict.grade == "不合格" and verdict.passing is not None:
        value = _number(facts, key, facts.values(key, area)[facts.year])
        limit = exact(float(verdict.passing.value or 0))
        parts.append(
            f"{value}；合格线 {verdict.passing.op.replace('==', '＝') if verdict.passing.op else ''}{limit:f}"
        )
    for line in verdict.lines:
        if line.broken and line.value is not None:
            subject = f"{line.subject} " if line.subject else ""
            parts.append(f"{subject}{line.value:f}；底线{line.text}")
    if parts:
        yield Finding("bottom_line", key, area, "重", "；".join(parts))


def _outlier(facts: Facts, key: str, area: str, verdict: Verdict) -> Iterator[Finding]:
    whole = facts.verdict(key, facts.city())
    if area != facts.city() and verdict.grade == "差" and whole is not None and whole.grade in GOOD:
        yield Finding("outlier", key, area, "中", f"本区为差，全市为{whole.grade}")


def _gap(facts: Facts, key: str, area: str, verdict: Verdict) -> Iterator[Finding]:
    if verdict.grade not in GOOD:
        return
    rules = facts.rules
    for question in facts.questions(key):
        fact, whole = facts.survey(question, area), facts.survey(question, facts.city())
        if fact is None or fact.score is None or fact.n < rules.survey_min_n:
            continue
        low = fact.score < Decimal(str(rules.gap_below))
        whole_score = whole.score if whole is not None else None
        behind = whole_score is not None and fact.score < whole_score - Decimal(str(rules.gap_below_city))
        if low or behind:
            name = facts.question_name(question)
            evidence = f"等级为{verdict.grade}，{question} {name} {fact.score:f} 分（n={fact.n}）"
            yield Finding("gap", key, area, "中", evidence, question)


def _worsening(
    facts: Facts, key: str, area: str, values: dict[int, Decimal], worse: Worse
) -> Iterator[Finding]:
    step = facts.indicators()[key].checks.worsen2
    run = running_worse(values, facts.year, facts.rules.worsening_years, step, worse)
    if run is not None:
        series = " → ".join(f"{values[y]:f}" for y in run.years)
        span = f"{run.years[0]}—{run.years[-1]} 年"
        yield Finding("worsening", key, area, "中", f"{span} {series}，累计变差 {run.change:f}")


def _step(facts: Facts, key: str, area: str, values: dict[int, Decimal], worse: Worse) -> Iterator[Finding]:
    year = facts.year
    if year not in values or year - 1 not in values:
        return
    change = worse(values[year - 1], values[year])
    if change > size(facts.indicators()[key].checks.jump, values[year - 1]):
        yield Finding(
            "step", key, area, "中", f"上年 {values[year - 1]:f} → {values[year]:f}，一年变差 {change:f}"
        )


def _behind(facts: Facts, key: str, area: str, verdict: Verdict, worse: Worse) -> Iterator[Finding]:
    """Worse than the median of its own type by more than the jump, and not good by its own criterion."""
    peers = facts.peers(area)
    found = [facts.values(key, p).get(facts.year) for p in peers]
    numbers = [v for v in found if v is not None]
    if len(numbers) < facts.rules.behind_min_areas or verdict.grade not in FAIR:
        return
    middle = median(numbers)
    value = facts.values(key, area)[facts.year]
    change = worse(middle, value)
    if change > size(facts.indicators()[key].checks.jump, middle):
        yield Finding("behind", key, area, "轻", f"本区 {value:f}，同类区中位 {middle:f}，差 {change:f}")
