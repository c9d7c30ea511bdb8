"""我们还不知道的: missing values, items without grade, what is unverified."""

from __future__ import annotations

from tijian.engine.exam.columns import Columns
from tijian.engine.exam.results import Row
from tijian.engine.kernel.missing import Status
from tijian.engine.report.blocks import Block, Bullets, Caption, Column, Heading, Para, Runs, Table, Text
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import Part, count, listed, percent, say, text

TOP = 12


def chapter(d: Dossier, *, numbered: bool = True) -> tuple[Block, ...]:
    """我们还不知道的."""
    rows = d.rows(areas=(*d.districts, d.whole))
    missing = [r for r in rows if r.status is Status.NO_DATA]
    blocks: list[Block] = [Heading(1, (Text("我们还不知道的"),), numbered), Para(_summary(d, missing))]
    if missing:
        blocks.append(_missing_table(d, missing))
    ungraded = _ungraded(d, rows)
    if ungraded:
        blocks += [Heading(2, (Text("没有等级的"),), numbered), ungraded]
    blocks += [Heading(2, (Text("还要核实的"),), numbered), Bullets(_doubts(d))]
    return tuple(blocks)


def _summary(d: Dossier, missing: list[Row]) -> Runs:
    present, applicable = d.coverage
    if not missing:
        return say(
            "应有的 {m} 个值（含全市）都有了，没有缺数。有数不等于可靠，下面列出没有等级的和还要核实的。",
            m=count(applicable, f"应有|含全市|{d.year}"),
        )
    return say(
        "应有的 {m} 个值（含全市）中缺 {k} 个，覆盖 {p}。缺的数不当作零，也不参加平均。",
        m=count(applicable, f"应有|含全市|{d.year}"),
        k=count(len(missing), f"缺|{d.year}"),
        p=percent(present / applicable if applicable else 0.0, f"覆盖|含全市|{d.year}"),
    )


def _missing_table(d: Dossier, missing: list[Row]) -> Table:
    columns = (Column("指标"), Column("缺数的区"), Column("缺的输入"), Column("谁来补", width_mm=30))
    by_indicator: dict[str, list[Row]] = {}
    for row in missing:
        by_indicator.setdefault(row.indicator.id, []).append(row)
    lookup = Columns(d.results.inputs)
    rows = []
    for group in by_indicator.values():
        indicator = group[0].indicator
        gaps = [
            v
            for v in indicator.inputs
            if v in d.city.catalogue.variables and _is_gap(lookup, v, group, d.year)
        ]
        owners = dict.fromkeys(d.city.owner_of[v].short for v in gaps if v in d.city.owner_of)
        rows.append(
            (
                (text(indicator.name.zh),),
                listed([text(d.city.label(r.area)) for r in group]),
                listed([text(lookup.variable(v).zh) for v in gaps]) if gaps else say("问卷或图层"),
                listed([text(o) for o in owners]) if owners else say("未写明"),
            )
        )
    return Table(Caption((Text("缺的数"),)), columns, tuple(rows), small=True)


def _is_gap(columns: Columns, variable: str, group: list[Row], year: int) -> bool:
    column = columns.annual(variable, year)
    places = [columns.codes.index(r.area) for r in group]
    return any(column.status[p] == Status.NO_DATA for p in places)


def _ungraded(d: Dossier, rows: list[Row]) -> Table | None:
    reasons: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.verdict.grade == "不评级":
            reasons.setdefault((row.indicator.name.zh, row.verdict.reason or "没有标准"), []).append(row)
    if not reasons:
        return None
    columns = (Column("指标"), Column("区", "个", "right", 14), Column("理由"))
    body = tuple(
        (
            (text(name),),
            (count(len(group), f"不评级|{name}|{d.year}"),),
            (text(reason),),
        )
        for (name, reason), group in reasons.items()
    )
    return Table(
        Caption((Text("没有等级的指标及理由"),)), columns, body, note=say("个数含全市。"), small=True
    )


def _doubts(d: Dossier) -> tuple[Runs, ...]:
    items: list[Runs] = []
    if d.synthetic:
        items.append(say("全部输入数据是合成的，由随机种子生成，只供试用，不得引用。"))
    unverified = [m for m in d.marks if "待核" in m]
    if unverified:
        items.append(say("指标名称、定义和判定标准标为示例或待核，正式使用前要由有关单位逐条核实。"))
    unchosen = [r for r in d.rows(areas=(*d.districts, d.whole)) if len(r.strands) > 1 and not r.chosen]
    if unchosen:
        names = dict.fromkeys(r.indicator.name.zh for r in unchosen)
        items.append(
            say(
                "{names}有几种来源，采用值还没有选定，暂按定义中的先后。",
                names=listed([text(n) for n in names]),
            )
        )
    boundary = d.city.doc.boundary
    if boundary is not None and boundary.mark:
        items.append(
            say(
                "边界是{mark}的（{source}），没有审图号，地图只限内部使用。",
                mark=text(boundary.mark),
                source=text(boundary.source),
            )
        )
    absent = _absent_evidence(d)
    if absent:
        items.append(say("判断候选城市病还缺这些证据：{words}。", words=absent))
    return tuple(items) or (say("没有。"),)


def _absent_evidence(d: Dossier) -> Runs:
    words = dict.fromkeys(s.words for c in d.results.candidates for s in c.missing)
    shown: list[Part] = [text(w) for w in list(words)[:TOP]]
    more = len(words) - len(shown)
    tail = say("；另有 {n} 项", n=count(more, f"缺证据|{d.year}")) if more > 0 else ()
    return (*listed(shown, "；"), *tail) if shown else ()
