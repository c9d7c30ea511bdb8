"""How the figures came about: scope, organisation, sources, coverage, criteria."""

from __future__ import annotations

from tijian.engine.catalogue.definition import STRAND_OF, Indicator
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import (
    Block,
    Bullets,
    Caption,
    Code,
    Column,
    Day,
    Heading,
    Para,
    Runs,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.chapters.sentences import DIRECTION_ZH
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import count, listed, percent, say, text, year


def work_chapter(d: Dossier) -> tuple[Block, ...]:
    """工作概述: basis, scope, organisation, time."""
    city, doc = d.city, d.city.doc
    dates = city.reports.dates.get(d.year)
    blocks: list[Block] = [
        Heading(1, (Text("工作概述"),)),
        Heading(2, (Text("范围"),)),
        Para(
            say(
                "本报告的范围是{set}：{names}。{note}。",
                set=text(doc.area_set.zh),
                names=listed([city.label(a) for a in d.districts]),
                note=text(doc.area_set.note.rstrip("。") or "各区之和即为全市"),
            )
        ),
        Heading(2, (Text("组织"),)),
        Para(_organisation(d)),
        Heading(2, (Text("时间"),)),
        Para(
            say(
                "数据年度为 {y} 年，上一年 {p} 年的数用于比较。数据截至 {closed}，报告日期 {issued}。供暖季以开始的年份为名，跨两个日历年。",
                y=year(d.year),
                p=year(d.year - 1),
                closed=Day(dates.closed) if dates is not None else Text("未写明"),
                issued=Day(dates.issued) if dates is not None else Text("未写明"),
            )
        ),
    ]
    if city.bodies:
        blocks.append(_bodies_table(d))
    return tuple(blocks)


def _organisation(d: Dossier) -> Runs:
    bodies = d.city.bodies
    offices = [b.short for b in bodies if b.office]
    reporting = [b for b in bodies if b.owns]
    leads = [b for b in bodies if b.leads]
    if not bodies:
        return say("组织分工没有写明。")
    return say(
        "成员单位共 {n} 个，其中 {k} 个主报数据，{m} 个牵头报告。{office}",
        n=count(len(bodies), "单位"),
        k=count(len(reporting), "主报单位"),
        m=count(len(leads), "牵头单位"),
        office=say("领导小组办公室设在{o}。", o=listed(offices)) if offices else "",
    )


def _bodies_table(d: Dossier) -> Table:
    """Who reported what, and how much of it is there."""
    columns = (
        Column("成员单位"),
        Column("牵头的报告"),
        Column("主报变量", "个", "right"),
        Column("应报", "格", "right"),
        Column("已报", "格", "right"),
        Column("完成", align="right"),
    )
    rows = []
    for body in d.city.bodies:
        if not body.owns and not body.leads:
            continue
        due, done = _due(d, body.owns)
        rows.append(
            (
                (text(body.short),),
                listed([text(x) for x in body.leads]) or (Text("—"),),
                (count(len(body.owns), f"主报|{body.id}"),),
                (count(due, f"应报|{body.id}|{d.year}"),),
                (count(done, f"已报|{body.id}|{d.year}"),),
                (percent(done / due, f"完成|{body.id}|{d.year}", 0) if due else Text("—"),),
            )
        )
    caption = Caption((Text(f"{d.year} 年度填报完成情况"),))
    return Table(
        caption,
        columns,
        tuple(rows),
        note=say("一格为一个变量在一个区（或全市）的一个数；填了无数据原因的不算已报。"),
        small=True,
    )


def _due(d: Dossier, variables: tuple[str, ...]) -> tuple[int, int]:
    from tijian.engine.exam.columns import Columns

    columns = Columns(d.results.inputs)
    cells = [(v, a) for v in variables for a in columns.codes if columns.asked(v, a)]
    done = 0
    for variable, area in cells:
        reading = columns.reading(variable, area, str(d.year))
        done += reading is not None and not isinstance(reading.value, Status)
    return len(cells), done


def criteria_chapter(d: Dossier) -> tuple[Block, ...]:
    """指标体系与判定标准."""
    return (
        Heading(1, (Text("指标体系与判定标准"),)),
        Heading(2, (Text("指标体系"),)),
        Para(_systems(d)),
        system_table(d),
        Heading(2, (Text("判定标准"),)),
        Para(_criteria(d)),
        Bullets(_rules(d)),
    )


def _systems(d: Dossier) -> Runs:
    catalogue = d.city.catalogue
    parts = [
        say(
            "{title}（{document}），{n} 项，标记{mark}，摘要 {hash}",
            title=text(s.title.zh),
            document=text(s.document),
            n=count(sum(catalogue.system_of[i.id] == s.id for i in d.indicators()), f"指标|{s.id}"),
            mark=s.mark or "无",
            hash=Code(catalogue.digest(s.id)[:12]),
        )
        for s in catalogue.systems
    ]
    return say("本次采用 {n} 个指标体系：{parts}。", n=count(len(parts), "体系"), parts=listed(parts, "；"))


def system_table(d: Dossier, dimension: str | None = None) -> Table:
    """The list of indicators with unit, direction, way of getting and way of judging."""
    columns = (
        Column("代码", width_mm=16),
        Column("指标"),
        Column("单位", width_mm=20),
        Column("方向", width_mm=19),
        Column("来源", width_mm=20),
        Column("区级判法", width_mm=20),
        Column("全市判法", width_mm=20),
    )
    rows = []
    for indicator in d.indicators(dimension):
        unit = printed(indicator.unit)
        rows.append(
            (
                (Code(indicator.id),),
                (text(indicator.name.zh),),
                (Unit(unit),) if unit else (Text("—"),),
                (Text(DIRECTION_ZH[indicator.direction]),),
                listed([STRAND_OF[m] for m in indicator.methods]),
                (Text(_judge_zh(d, indicator, d.districts[0])),),
                (Text(_judge_zh(d, indicator, d.whole)),),
            )
        )
    title = f"{dimension}的指标" if dimension else "指标清单"
    return Table(Caption((Text(title),)), columns, tuple(rows), small=True)


JUDGE_ZH = {"cut": "按切点", "own_trend": "看自身趋势", "pass": "合格与否", "none": "不评级"}


def _judge_zh(d: Dossier, indicator: Indicator, area: str) -> str:
    level = d.city.by_code[area].level
    if level not in indicator.scales:
        return "没有"
    judgement = d.judgement(indicator, level)
    return JUDGE_ZH[judgement.judge] if judgement is not None else "不评级"


def _criteria(d: Dossier) -> Runs:
    book = d.city.book.criteria
    kinds: dict[str, int] = {}
    for indicator in d.indicators():
        if indicator.id in book:
            kinds[book[indicator.id].kind] = kinds.get(book[indicator.id].kind, 0) + 1
    parts = [say("{k} {n} 项", k=k, n=count(n, f"标准依据|{k}")) for k, n in kinds.items()]
    draft = sum(book[i.id].certainty != "已核" for i in d.indicators() if i.id in book)
    approved = sum(book[i.id].approver is not None for i in d.indicators() if i.id in book)
    return say(
        "判定标准按区类和年份设定。依据为：{parts}。其中 {draft} 项标为示例或待核，{approved} 项已经批准；未经批准的等级只供试用。",
        parts=listed(parts),
        draft=count(draft, "待核标准"),
        approved=count(approved, "已批标准"),
    )


def _rules(d: Dossier) -> tuple[Runs, ...]:
    rules = d.city.rules
    mixed = [
        a for a in d.districts if len(d.city.by_code[a].types.get(d.city.areas.default_scheme or "", {})) > 1
    ]
    items = [
        say("评级前先按指标的小数位修约，评级用的就是印出来的数。"),
        say(
            "看自身趋势的指标，与最多前 {n} 年的均值比，好转达到规定幅度的一半为良（离最好值不足这个幅度的，达到最好值即为良），连续 {k} 年变差且累计达到规定幅度为差，其余为中，不产生优。",
            n=count(rules.own_trend.years, "规则|趋势年数"),
            k=count(rules.own_trend.poor_years, "规则|变差年数"),
        ),
        say(
            "缺的数不当作零，也不参加平均；不适用的项目不计入覆盖。比例由分子、分母分别求和，不取各区比例的平均。"
        ),
        say("底线没有守住的，列在短板之首，所在维度最高为{cap}。", cap=rules.dimension.bottom_cap),
    ]
    if mixed:
        items.append(
            say(
                "{names}是混合区，按各类区的份额加权平均切点，修约到指标的小数位后判定。",
                names=listed([d.city.label(a) for a in mixed]),
            )
        )
    return tuple(items)
