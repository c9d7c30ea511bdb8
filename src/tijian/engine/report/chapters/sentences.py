"""Sentences about one indicator: one form for each direction and way of judging."""

from __future__ import annotations

from decimal import Decimal

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.exam.results import Row
from tijian.engine.grade.bottom import SIGNS
from tijian.engine.grade.cutpoints import GRADES, Point, Points
from tijian.engine.grade.dimension import GRADED
from tijian.engine.grade.trend import OwnTrend
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.periods import PeriodType, label
from tijian.engine.kernel.rounding import exact
from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import Day, Run, Runs, Text, Unit
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import (
    Part,
    cut,
    listed,
    num,
    quantity,
    say,
    text,
    thousands,
    value,
    value_key,
    year,
)

DIRECTION_ZH = {"higher": "越大越好", "lower": "越小越好", "range": "适度为好", "pass": "合格与否"}
FEW = 4


def unit_of_change(indicator: Indicator) -> Runs:
    """Give the unit of a difference: points for a percentage."""
    words = "个百分点" if indicator.unit == "%" else printed(indicator.unit)
    return (Text(" "), Unit(words)) if words else ()


def change(d: Dossier, row: Row) -> tuple[Decimal, Runs] | None:
    """Say how a value moved since the year before: 比 2018 年增加 0.10（好转）; None without a comparable one."""
    before = d.previous(row)
    if before is None or before.value is None or row.value is None:
        return None
    moved = row.value - before.value
    since = Day(label(before.year, PeriodType(row.indicator.period.type)))
    if moved == 0:
        return moved, say("与 {since}相同", since=since)
    better = d.better(row, moved)
    judged = "" if better is None else "（好转）" if better else "（变差）"
    figure = num(f"{abs(moved):f}", "value", f"{value_key(row)}-{before.year}")
    return moved, say(
        "比 {since}{way} {figure}{unit}{judged}",
        since=since,
        way="增加" if moved > 0 else "减少",
        figure=figure,
        unit=unit_of_change(row.indicator),
        judged=judged,
    )


def city_sentence(d: Dossier, indicator: Indicator) -> Runs:
    """Say the value of the city and how it moved."""
    row = d.row(indicator.id, d.whole)
    if row.status is not Status.PRESENT:
        reason = row.note or "没有全市值"
        return say(
            "全市{name}{state}：{reason}。", name=text(indicator.name.zh), state=row.status.zh, reason=reason
        )
    moved = change(d, row)
    return say(
        "全市{name}为 {value}{moved}，{grade}。",
        name=text(indicator.name.zh),
        value=quantity(row, strong=True),
        moved=("" if moved is None else (Text("，"), *moved[1])),
        grade=_grade_words(row),
    )


def _grade_words(row: Row) -> Runs:
    if row.verdict.grade == "不评级":
        return say("不评级（{reason}）", reason=row.verdict.reason or "没有标准")
    return say("等级为{grade}", grade=Text(row.verdict.grade, bold=True))


def grouped_sentence(d: Dossier, indicator: Indicator) -> Runs:
    """Say which districts have which grade."""
    rows = [d.row(indicator.id, a) for a in d.districts]
    words: list[Part] = []
    for grade in (*GRADES, "合格", "不合格", "无数据", "不适用"):
        names = [d.city.by_code[r.area].short for r in rows if r.verdict.grade == grade]
        if names:
            words.append(say("{names}为{grade}", names=_names(names, len(rows)), grade=grade))
    ungraded = [r for r in rows if r.verdict.grade == "不评级"]
    if ungraded and not words:
        return say("各区不评级：{reason}。", reason=ungraded[0].verdict.reason or "没有标准")
    if ungraded:
        names = [d.city.by_code[r.area].short for r in ungraded]
        reason = ungraded[0].verdict.reason
        words.append(say("{names}不评级（{reason}）", names=_names(names, len(rows)), reason=reason))
    return say("{words}。", words=listed(words, "，")) if words else ()


def _names(names: list[str], total: int) -> Runs:
    if len(names) == total:
        return say("各区都")
    if len(names) > FEW:
        shown = listed(names[:FEW])
        return say(
            "{shown}等 {n} 区", shown=shown, n=num(str(len(names)), "count", f"count:{'+'.join(names)}")
        )
    return say("{names}{tail}", names=listed(names), tail="区" if len(names) == 1 else "各区")


def worst(d: Dossier, indicator: Indicator) -> Row | None:
    """Give the district that is judged worst: 不合格 or 差, the largest distance to the next grade first."""
    rows = [d.row(indicator.id, a) for a in d.districts]
    graded = [r for r in rows if r.verdict.grade in GRADED and r.value is not None]
    if not graded:
        return None
    order = {"差": 0, "不合格": 0, "中": 1, "良": 2, "优": 3, "合格": 3}

    def rank(row: Row) -> tuple[int, Decimal]:
        gap = row.verdict.next[1] if row.verdict.next is not None else Decimal(0)
        return order[row.verdict.grade], -gap

    return min(graded, key=rank)


def distance_sentence(d: Dossier, row: Row) -> Runs:
    """Say how far a value is from its next grade, by direction and way of judging."""
    verdict, indicator = row.verdict, row.indicator
    where = text(d.city.label(row.area))
    if verdict.passing is not None:
        return _pass_sentence(row, where)
    if verdict.trend is not None:
        return _trend_sentence(row, where)
    if verdict.cuts is None:
        return ()
    if verdict.next is None:
        return say("{where} {value}，已达到优。", where=where, value=quantity(row))
    grade, gap = verdict.next
    point = verdict.cuts.points[GRADES.index(grade)]
    kind = "、".join(t for t, _, _ in verdict.cuts.parts) or row.area_type
    level = next(x.zh for x in d.city.doc.levels if x.id == d.city.by_code[row.area].level)
    of_type = f"{kind}{'按份额平均' if len(verdict.cuts.parts) > 1 else ''}" if kind else level
    return say(
        "{where} {value}，{relation}{kind}“{grade}”的{line}，{short} {gap}{unit}。",
        where=where,
        value=quantity(row),
        relation=_relation(row, point),
        kind=of_type,
        grade=grade,
        line=_line(point, verdict.criterion, f"{kind}|{grade}"),
        short={"higher": "还差", "lower": "多出"}.get(indicator.direction, "偏离"),
        gap=num(f"{gap:f}", "value", f"{value_key(row)}→{grade}"),
        unit=unit_of_change(indicator),
    )


def _relation(row: Row, point: Point) -> str:
    if isinstance(point, tuple):
        return "低于" if row.value is not None and row.value < point[0] else "高于"
    return "低于" if row.indicator.direction == "higher" else "高于"


def _line(point: Point, criterion: str, place: str) -> Runs:
    if isinstance(point, tuple):
        low, high = cut(point[0], criterion, f"{place}|下"), cut(point[1], criterion, f"{place}|上")
        return say("区间 {low}～{high}", low=low, high=high)
    return say("切点 {point}", point=cut(point, criterion, place))


def _pass_sentence(row: Row, where: Run) -> Runs:
    passing = row.verdict.passing
    if passing is None:
        return ()
    return say(
        "{where} {value}，合格线为{sign} {limit}，{grade}。",
        where=where,
        value=quantity(row),
        sign={"==": "等于", "<=": "不高于", ">=": "不低于", "<": "低于", ">": "高于"}[str(passing.op)],
        limit=cut(exact(float(passing.value or 0)), row.verdict.criterion, "合格线"),
        grade=Text(row.verdict.grade, bold=True),
    )


def _trend_sentence(row: Row, where: Run) -> Runs:
    trend = row.verdict.trend
    if trend is None:
        return ()
    decimals = row.indicator.decimals + 1
    base = f"{round(trend.base, decimals):f}"
    return say(
        "{where} {value}，与自身 {years} 年均值 {base} 相比{way} {gap}，{grade}（{asked}，连年变差才为差）。",
        where=where,
        value=quantity(row),
        years=listed([year(y) for y in trend.base_years]),
        base=num(base, "value", f"{value_key(row)}|均值"),
        way="好转" if trend.better >= 0 else "变差",
        gap=num(f"{round(abs(trend.better), decimals):f}", "value", f"{value_key(row)}|比均值"),
        grade=Text(row.verdict.grade, bold=True),
        asked=_asked(trend, decimals, row.verdict.criterion),
    )


def _asked(trend: OwnTrend, decimals: int, criterion: str) -> Runs:
    if trend.limit is None:
        needed = cut(round(trend.needed, decimals).normalize(), criterion, "好转")
        return say("好转 {needed} 以上为良", needed=needed)
    limit = cut(trend.limit.normalize(), criterion, "极限")
    if trend.needed == 0:
        return say("已不能更好，保持 {limit} 为良", limit=limit)
    return say("到 {limit} 已不能更好，达到即为良", limit=limit)


def bottom_sentences(d: Dossier, row: Row) -> Runs:
    """Say which bottom lines hold and which are broken."""
    words: list[Run] = []
    for line in row.verdict.lines:
        if line.value is None or not line.broken:
            continue
        limit = line.text.lstrip("".join(SIGNS.values()))
        words.extend(
            say(
                "{where}{subject}为 {value}，没有守住底线（{sign}{limit}）。",
                where=text(d.city.label(row.area)),
                subject=line.subject,
                value=quantity(row)
                if not line.subject
                else num(thousands(f"{line.value:f}"), "value", f"{value_key(row)}|底线"),
                sign=line.text[: len(line.text) - len(limit)],
                limit=num(limit, "cut", f"cut:{row.verdict.criterion}|底线")
                if limit[:1].isdigit()
                else text(limit),
            )
        )
    return tuple(words)


def points_runs(points: Points, direction: str, criterion: str, kind: str) -> Runs:
    """Write three cut points as references: 优≥9 良≥8 中≥6."""
    words: list[Part] = []
    sign = "≥" if direction == "higher" else "≤"
    for grade, point in zip(GRADES, points, strict=False):
        place = f"{kind}|{grade}"
        if isinstance(point, tuple):
            low, high = cut(point[0], criterion, f"{place}|下"), cut(point[1], criterion, f"{place}|上")
            words.append(say("{g} {low}～{high}", g=grade, low=low, high=high))
        else:
            words.append(say("{g}{sign}{point}", g=grade, sign=sign, point=cut(point, criterion, place)))
    return listed(words, " ")


def third_party_sentence(d: Dossier, indicator: Indicator) -> Runs:
    """Say how the strands of an indicator differ, where there is more than one."""
    rows = [d.row(indicator.id, a) for a in d.districts]
    pairs = []
    for row in rows:
        numbers = [(c.name, c.rounded(indicator.decimals)) for c in row.strands]
        known = [(n, v) for n, v in numbers if v is not None]
        if len(known) > 1:
            pairs.append((row, abs(known[0][1] - known[1][1])))
    if not pairs:
        return ()
    row, gap = max(pairs, key=lambda p: p[1])
    first, second = row.strands[0], row.strands[1]
    return say(
        "{first}与{second}两种办法并列，相差最大的是{where}：{a} 与 {b}，差 {gap}。采用{adopted}。",
        first=first.name,
        second=second.name,
        where=text(d.city.label(row.area)),
        a=_strand_num(row, first.name),
        b=_strand_num(row, second.name),
        gap=num(f"{gap:f}", "value", f"{value_key(row)}|两法之差"),
        adopted=row.adopted.name + ("" if row.chosen else "（未选定，按定义先后）"),
    )


def _strand_num(row: Row, name: str) -> Run:
    cell = next(c for c in row.strands if c.name == name)
    shown = cell.rounded(row.indicator.decimals)
    if shown is None:
        return Text("无数据")
    return num(f"{shown:f}", "value", f"value:{row.indicator.id}.{name}|{row.area}|{row.year}")


def previous_runs(d: Dossier, row: Row) -> Runs:
    """Give last year's figure for a table, or why there is none."""
    before = d.results.rows.get((row.indicator.id, row.area, row.year - 1))
    if before is None:
        return (Text("—", tone="muted"),)
    if d.previous(row) is None and before.value is not None:
        return (Text("口径改变", tone="muted"),)
    return (value(before),)


def moved_runs(d: Dossier, row: Row) -> Runs:
    """Give the change since last year with its sign, for a table."""
    before = d.previous(row)
    if before is None or before.value is None or row.value is None:
        return (Text("—", tone="muted"),)
    moved = row.value - before.value
    sign = "+" if moved > 0 else ""
    key = f"{value_key(row)}-{before.year}"
    return (num(f"{sign}{moved:f}", "value", key, tone="bad" if d.better(row, moved) is False else None),)
