"""弱项短板: by gap, by district, by area type; and what moved since last year."""

from __future__ import annotations

from decimal import Decimal

from tijian.engine.grade.cutpoints import Point
from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import (
    Block,
    Bullets,
    Caption,
    Change,
    Column,
    Heading,
    Para,
    Run,
    Runs,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.dossier import Changed, Dossier, Shortfall
from tijian.engine.report.prose import (
    Part,
    count,
    cut,
    grade,
    listed,
    num,
    percent,
    say,
    text,
    value,
    value_key,
    year,
)

TOP = 40


def _line_cell(point: Point, direction: str, criterion: str) -> Runs:
    if isinstance(point, tuple):
        return say("{a}～{b}", a=cut(point[0], criterion, "中|下"), b=cut(point[1], criterion, "中|上"))
    return say("{s}{p}", s="≥" if direction == "higher" else "≤", p=cut(point, criterion, "中"))


def _gap_cell(short: Shortfall) -> Runs:
    if short.gap is None:
        return (Text("—", tone="muted"),)
    sign = "-" if short.row.indicator.direction != "lower" else "+"
    figure = f"{sign}{Decimal(100) * short.gap:.1f}%"
    return (num(figure, "value", f"{value_key(short.row)}|差距", strong=True, tone="bad"),)


def table(d: Dossier, limit: int | None = TOP, title: str = "短板清单") -> Table:
    """Weaknesses: broken bottom lines first, then by relative distance to 中."""
    columns = (
        Column("", align="right", width_mm=8),
        Column("区", width_mm=20),
        Column("指标"),
        Column("值", align="right", width_mm=17),
        Column("单位", width_mm=17),
        Column("等级", align="center", width_mm=12),
        Column("“中”", align="right", width_mm=24),
        Column("差距", align="right", width_mm=18),
    )
    shown = d.shortfalls[:limit] if limit is not None else d.shortfalls
    rows = []
    for i, short in enumerate(shown, 1):
        row = short.row
        cuts = row.verdict.cuts
        name: list[Run] = [text(row.indicator.name.zh)]
        if short.bottom:
            name.append(Text(" 底线", tone="bad"))
        unit = printed(row.indicator.unit)
        line = (
            _line_cell(cuts.points[-1], row.indicator.direction, row.verdict.criterion)
            if cuts is not None
            else (Text("—", tone="muted"),)
        )
        rows.append(
            (
                (count(i, f"序号|{i}"),),
                (text(d.city.label(row.area)),),
                tuple(name),
                (value(row),),
                (Unit(unit),) if unit else (),
                (grade(row),),
                line,
                _gap_cell(short),
            )
        )
    more = len(d.shortfalls) - len(shown)
    note = say("其余 {n} 项见附录的指标全表。", n=count(more, "短板|未列")) if more > 0 else ()
    source = say("判定标准（示例/待核）。差距为与“中”的切点的相对差。")
    return Table(
        Caption((Text(title),), label="shortfalls"),
        columns,
        tuple(rows),
        note=note,
        source=source,
        small=True,
    )


def chapter(d: Dossier) -> tuple[Block, ...]:
    """弱项短板."""
    if not d.shortfalls:
        return (Heading(1, (Text("弱项短板"),)), Para(say("没有等级为差或没有守住底线的指标。")))
    poor = sum(s.row.verdict.grade == "差" for s in d.shortfalls)
    broken = sum(s.bottom for s in d.shortfalls)
    return (
        Heading(1, (Text("弱项短板"),)),
        Para(
            say(
                "等级为差的共 {n} 项，没有守住底线的 {b} 项（区×项，含全市）。底线没有守住的排在最前，其余按与“中”的相对差距排序。",
                n=count(poor, f"差|全部|{d.year}"),
                b=count(broken, f"破底线|{d.year}"),
            )
        ),
        table(d),
        Heading(2, (Text("按区列出"),)),
        Bullets(tuple(_by_area(d, a) for a in (*d.districts, d.whole))),
        *_by_type(d),
    )


def _by_area(d: Dossier, area: str) -> Runs:
    mine = [s for s in d.shortfalls if s.row.area == area]
    if not mine:
        return say("{area}：没有短板。", area=text(d.city.label(area), bold=True))
    names: list[Part] = [say("{name} {v}", name=text(s.row.indicator.name.zh), v=value(s.row)) for s in mine]
    return say(
        "{area}（{n} 项）：{names}。",
        area=text(d.city.label(area), bold=True),
        n=count(len(mine), f"短板|{area}|{d.year}"),
        names=listed(names),
    )


def _by_type(d: Dossier) -> tuple[Block, ...]:
    """Weaknesses that several districts of one type share."""
    if len(d.type_groups) < 2:  # noqa: PLR2004 — nothing to compare
        return ()
    items = []
    for name, areas in d.type_groups:
        shared: dict[str, list[str]] = {}
        for short in d.shortfalls:
            if short.row.area in areas:
                shared.setdefault(short.row.indicator.name.zh, []).append(
                    d.city.by_code[short.row.area].short
                )
        common = [say("{i}（{a}）", i=text(i), a=listed(a)) for i, a in shared.items() if len(a) > 1]
        words = listed(common) if common else say("没有两个以上的区共有的短板")
        items.append(say("{name}：{words}。", name=text(name, bold=True), words=words))
    return (
        Heading(2, (Text("按区类列出"),)),
        Para(say("同一类区中两个以上的区共有的短板，多半不是一个区的事。")),
        Bullets(tuple(items)),
    )


def changes_chapter(d: Dossier) -> tuple[Block, ...]:
    """与上年相比: grades that moved, told apart by cause."""
    head = Heading(1, (Text("与上年相比"),))
    if not d.has_previous_grades:
        return (
            head,
            Para(
                say(
                    "{p} 年只作上年值，不评级，所以没有等级的升降可比。下面只比较同口径的数值。",
                    p=year(d.year - 1),
                )
            ),
            *_value_changes(d),
        )
    up = sum(c.change.better is True for c in d.changed)
    down = sum(c.change.better is False for c in d.changed)
    causes = {k: sum(c.change.cause == k for c in d.changed) for k in ("数据", "标准", "数据和标准", "口径")}
    parts: list[Part] = [say("因{k} {n} 个", k=k, n=count(n, f"变动|{k}")) for k, n in causes.items() if n]
    blocks: list[Block] = [
        head,
        Para(
            say(
                "与 {p} 年相比，等级上升 {u} 个，下降 {w} 个。按原因分：{parts}。因标准或口径改变而变的，不是城市变了。",
                p=year(d.year - 1),
                u=count(up, f"上升|{d.year}"),
                w=count(down, f"下降|{d.year}"),
                parts=listed(parts) if parts else "没有变动",
            )
        ),
    ]
    if d.changed:
        blocks.append(_changes_table(d, d.changed))
    blocks += _value_changes(d)
    return tuple(blocks)


def _changes_table(d: Dossier, changed: tuple[Changed, ...]) -> Table:
    columns = (
        Column("区", width_mm=20),
        Column("指标"),
        Column("上年", align="right"),
        Column("本年", align="right"),
        Column("等级", align="center", width_mm=26),
        Column("原因", width_mm=22),
    )
    ordered = sorted(changed, key=lambda c: (c.change.better is not False, c.change.cause))
    rows = tuple(
        (
            (text(d.city.label(c.after.area)),),
            (text(c.after.indicator.name.zh),),
            (value(c.before),),
            (value(c.after),),
            (Change(grade(c.before), grade(c.after)),),
            (Text(c.change.cause),),
        )
        for c in ordered[: TOP * 2]
    )
    more = len(changed) - len(rows)
    note = say("另有 {n} 个变动见附录。", n=count(more, "变动|未列")) if more > 0 else ()
    return Table(Caption((Text("等级的升降及原因"),)), columns, rows, note=note, small=True)


def _value_changes(d: Dossier) -> tuple[Block, ...]:
    """How many values got better or worse, on the same definition."""
    better = worse = same = broken = 0
    for row in d.rows():
        before = d.results.rows.get((row.indicator.id, row.area, d.year - 1))
        if before is None or before.value is None or row.value is None:
            continue
        if d.previous(row) is None:
            broken += 1
            continue
        judged = d.better(row, row.value - before.value)
        better += judged is True
        worse += judged is False
        same += judged is None
    total = better + worse + same
    if not total:
        return (Para(say("没有上一年的数值可比。")),)
    tail = say("因口径改变不比的 {b} 个。", b=count(broken, f"数值不比|{d.year}")) if broken else ()
    return (
        Para(
            say(
                "同口径可比的 {t} 个区级数值中，好转 {u} 个（占 {p}），变差 {w} 个，没有变化或方向不分好坏的 {s} 个。{tail}",
                t=count(total, f"可比|{d.year}"),
                u=count(better, f"好转|{d.year}"),
                p=percent(better / total, f"好转占比|{d.year}"),
                w=count(worse, f"变差|{d.year}"),
                s=count(same, f"持平|{d.year}"),
                tail=tail,
            )
        ),
    )
