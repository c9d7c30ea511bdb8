"""The books: one general report and one special report a dimension."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tijian import __version__
from tijian.engine.catalogue.definition import Dimension
from tijian.engine.report.blocks import (
    Block,
    Bullets,
    Caption,
    Code,
    Contents,
    Cover,
    Day,
    Document,
    Figure,
    Heading,
    Mark,
    Note,
    Num,
    PageBreak,
    Para,
    ReadingGuide,
    Runs,
    Text,
)
from tijian.engine.report.chapters import (
    appendix,
    diagnosis,
    indicator,
    method,
    overall,
    sentences,
    survey,
    treatment,
    unknown,
    weakness,
)
from tijian.engine.report.dossier import Dossier, Shortfall
from tijian.engine.report.figures import Figures
from tijian.engine.report.prose import count, listed, say, text, value

SHORTEST = 4


def general(d: Dossier, f: Figures) -> Document:
    """年度总报告."""
    title = f"{d.year} 年度自体检总报告"
    blocks: list[Block] = [
        Contents(),
        ReadingGuide(_example(d)),
        PageBreak(),
        *_summary(d),
        PageBreak(),
        *method.work_chapter(d),
        _basis(d),
        *method.criteria_chapter(d),
        *overall.chapter(d, f),
        *_dimensions(d, f),
        *weakness.chapter(d),
        *weakness.changes_chapter(d),
        *diagnosis.chapter(d),
        *treatment.chapter(d),
        *treatment.review_chapter(d),
        *unknown.chapter(d),
        *appendix.chapter(d),
    ]
    return _document(d, title, "总报告", _cover(d, title), tuple(blocks))


def special(whole: Dossier, drawn: Figures, dimension: Dimension) -> Document:
    """专项报告 of one dimension.

    Args:
        whole: The whole examination.
        drawn: Its figures, whose outlines are simplified once for all books.
        dimension: The dimension.
    """
    d = whole.for_dimension(dimension.zh)
    f = Figures(d, drawn.shapes())
    title = f"{d.year} 年度{dimension.zh}专项报告"
    asked = bool(survey.questions(d))
    on_survey = any("问卷调查" in i.methods for i in d.indicators())
    blocks: list[Block] = [
        Contents(),
        ReadingGuide(_example(d)),
        PageBreak(),
        *_special_summary(d, f, dimension),
        Heading(1, (Text("指标与数据"),)),
        *_special_method(d, dimension),
        *(_survey_chapter(d) if on_survey and asked else ()),
        Heading(1, (Text("逐项评价"),)),
        *(b for i in d.indicators() for b in indicator.full(d, f, i)),
        *_comparison(d, dimension),
        *(survey.chapter(d, dimension.zh) if asked and not on_survey else ()),
        *weakness.chapter(d),
        *weakness.changes_chapter(d),
        *diagnosis.chapter(d),
        *treatment.chapter(d),
        *unknown.chapter(d),
        *_special_appendix(d),
    ]
    return _document(d, title, f"{dimension.short}专项报告", _cover(d, title), tuple(blocks))


def _document(d: Dossier, title: str, short: str, cover: Cover, blocks: tuple[Block, ...]) -> Document:
    dates = d.city.reports.dates.get(d.year)
    day = dt.date.fromisoformat(dates.issued) if dates is not None else dt.date(d.year + 1, 12, 31)
    marks: set[Mark] = set()
    if d.synthetic:
        marks.add("synthetic")
    if any("待核" in m for m in d.marks):
        marks.add("unverified")
    return Document(
        title=f"{d.city.reports.title}{title}",
        short_title=f"{d.city.reports.title} {d.year} 年度自体检{short}"
        if short == "总报告"
        else f"{d.city.reports.title} {d.year} 年度{short}",
        cover=cover,
        blocks=blocks,
        date=day,
        marks=frozenset(marks),
        keywords=("城市体检", d.city.doc.city.zh, str(d.year)),
        issuer=d.city.reports.issuer,
    )


def _cover(d: Dossier, title: str) -> Cover:
    dates = d.city.reports.dates.get(d.year)
    subtitle = say(
        "{a}{k} · {n} 项指标",
        a=text(d.city.doc.area_set.zh),
        k=say(" · {k} 个维度", k=count(len(d.dimensions), "维度")) if len(d.dimensions) > 1 else (),
        n=count(len(d.indicators()), "指标"),
    )
    warning: Runs = ()
    if d.synthetic:
        warning = say("全书数字由随机种子生成，只供试用，不得引用；指标与标准为“示例/待核”。")
    elif any("待核" in m for m in d.marks):
        warning = say("指标与标准为“示例/待核”，未经批准。")
    return Cover(
        issuer=d.city.reports.issuer,
        title=(d.city.reports.title, title),
        subtitle=subtitle,
        matrix=replace(overall.matrix(d), source=())
        if len(d.dimensions) > 1
        else overall.indicator_matrix(d),
        matrix_note=say(
            "{what}等级。不评级的写明理由，不按中等处理。",
            what="维度" if len(d.dimensions) > 1 else "各项指标的",
        ),
        warning=warning,
        date=_chinese_day(dates.issued) if dates is not None else "",
        version=f"数据截至 {dates.closed}　引擎 {__version__}"
        if dates is not None
        else f"引擎 {__version__}",
    )


def _chinese_day(day: str) -> str:
    y, m, _ = day.split("-")
    return f"{y} 年 {int(m)} 月"


def _basis(d: Dossier) -> Note:
    """What this edition was computed from."""
    systems = listed([say("{t}", t=text(s.title.zh)) for s in d.city.catalogue.systems])
    boundary = d.city.doc.boundary
    return Note(
        say(
            "指标体系：{systems}。边界：{b}。计算引擎 {v}。",
            systems=systems,
            b=say("{day} 起有效，{mark}", day=Day(boundary.valid_from), mark=text(boundary.mark or "正式"))
            if boundary
            else "没有",
            v=Code(__version__),
        )
    )


def _example(d: Dossier) -> Num | None:
    for row in d.rows():
        if row.value is not None:
            figure = value(row)
            return figure if isinstance(figure, Num) else None
    return None


def _summary(d: Dossier) -> tuple[Block, ...]:
    """One page: matrix, counts, the shortest five, what is proposed, coverage."""
    items = tuple(_short_item(d, s) for s in d.shortfalls[:SHORTEST])
    return (
        Heading(1, (Text("摘要"),), numbered=False),
        Para(overall.counts_sentence(d)),
        Para(overall.worst_dimensions(d)),
        overall.matrix(d, Caption((Text("各区各维度的等级"),))),
        *((Heading(2, (Text("最短的短板"),), numbered=False), Bullets(items)) if items else ()),
        Heading(2, (Text("建议先办的事"),), numbered=False),
        Bullets(_proposals(d)[:3]),
    )


def _short_item(d: Dossier, short: Shortfall) -> Runs:
    row = short.row
    lines = sentences.bottom_sentences(d, row)
    words = () if lines else sentences.distance_sentence(d, row)
    if lines:
        return (text(f"{row.indicator.name.zh}：", bold=True), *lines)
    if not words:
        words = say(
            "{where} {v}，{g}。", where=text(d.city.label(row.area)), v=value(row), g=row.verdict.grade
        )
    return (text(f"{row.indicator.name.zh}：", bold=True), *words)


def _proposals(d: Dossier) -> tuple[Runs, ...]:
    """What the leading group would have to decide next; nothing here is decided."""
    items: list[Runs] = []
    top = sorted(d.results.candidates, key=lambda c: -c.score)[:3]
    if top:
        names = [text(f"{d.city.label(c.area)}{c.disease.name}") for c in top]
        items.append(say("组织专家会诊证据最多的候选城市病：{names}。", names=listed(names)))
    broken = [s.row for s in d.shortfalls if s.bottom]
    if broken:
        names = [text(f"{d.city.label(r.area)}{r.indicator.name.zh}") for r in broken[:4]]
        items.append(say("限期核查没有守住底线的：{names}。", names=listed(names)))
    items.append(say("批准判定标准：目前都标为示例或待核，等级只供试用。"))
    present, applicable = d.coverage
    if present < applicable:
        items.append(say("补齐缺的 {n} 个数。", n=count(applicable - present, f"缺|{d.year}")))
    return tuple(items)


def _dimensions(d: Dossier, f: Figures) -> tuple[Block, ...]:
    """分维度评价: a heat table and a short section an indicator."""
    blocks: list[Block] = [Heading(1, (Text("分维度评价"),))]
    for dimension in d.dimensions:
        blocks += [
            Heading(2, (text(dimension.zh),)),
            Para(_dimension_sentence(d, dimension)),
            overall.heat_table(d, dimension.zh),
            *(b for i in d.indicators(dimension.zh) for b in indicator.brief(d, f, i)),
        ]
    return tuple(blocks)


def _dimension_sentence(d: Dossier, dimension: Dimension) -> Runs:
    whole = d.results.dimensions[(dimension.zh, d.whole, d.year)]
    by_grade: dict[str, list[str]] = {}
    for area in d.districts:
        found = d.results.dimensions[(dimension.zh, area, d.year)].grade
        by_grade.setdefault(found, []).append(d.city.by_code[area].short)
    order = [g for g in ("优", "良", "中", "差", "不评级") if g in by_grade]
    parts = [say("{a}{g}", a=listed(by_grade[g]), g=f"为{g}" if g != "不评级" else "不评级") for g in order]
    reason = say("（{r}）", r=text(whole.reason)) if whole.reason else ()
    return say(
        "{name}全市{g}{reason}，有等级的 {k} 项，应评 {n} 项。各区：{parts}。",
        name=text(dimension.zh),
        g=f"为{whole.grade}" if whole.grade != "不评级" else "不评级",
        reason=reason,
        k=count(whole.graded, f"评级|{dimension.id}|{d.year}"),
        n=count(whole.meant, f"应评|{dimension.id}|{d.year}"),
        parts=listed(parts, "；"),
    )


def _special_summary(d: Dossier, f: Figures, dimension: Dimension) -> tuple[Block, ...]:
    """One page of a special report: grades, three weaknesses, what to decide."""
    items = tuple(_short_item(d, s) for s in d.shortfalls[:3])
    blocks: list[Block] = [
        Heading(1, (Text("要点"),), numbered=False),
        Para(_dimension_sentence(d, dimension)),
        Para(overall.counts_sentence(d)),
        overall.heat_table(d, dimension.zh),
    ]
    if f.shapes():
        caption = Caption((Text(f"{dimension.zh}各区等级分布示意图"),))
        blocks.append(
            Figure(caption, f.dimension_map(dimension.zh, 90.0), f"{dimension.zh}各区等级", width_mm=90.0)
        )
    if items:
        blocks += [Heading(2, (Text("短板"),), numbered=False), Bullets(items)]
    blocks += [Heading(2, (Text("建议"),), numbered=False), Bullets(_proposals(d)[:3])]
    return tuple(blocks)


def _special_method(d: Dossier, dimension: Dimension) -> tuple[Block, ...]:
    present, applicable = d.coverage
    leads = [b.short for b in d.city.bodies if dimension.zh in b.leads]
    owners = dict.fromkeys(
        d.city.owner_of[v].short for i in d.indicators() for v in i.inputs if v in d.city.owner_of
    )
    return (
        Para(
            say(
                "{lead}数据由{owners}提供。应有 {m} 个值（含全市），得到 {n} 个。",
                lead=say("本专项由{l}牵头。", l=listed(leads)) if leads else "",
                owners=listed([text(o) for o in owners]) if owners else "问卷",
                m=count(applicable, f"应有|{dimension.id}|{d.year}"),
                n=count(present, f"有值|{dimension.id}|{d.year}"),
            )
        ),
        method.system_table(d, dimension.zh),
        _basis(d),
        *([_notes(d)] if any(i.note for i in d.indicators()) else []),
    )


def _notes(d: Dossier) -> Bullets:
    return Bullets(
        tuple(say("{n}：{t}", n=text(i.name.zh, bold=True), t=text(i.note)) for i in d.indicators() if i.note)
    )


def _survey_chapter(d: Dossier) -> tuple[Block, ...]:
    """The satisfaction report stands on the survey table."""
    gaps = survey.gap_table(d)
    blocks: list[Block] = [
        Heading(1, (Text("问卷结果"),)),
        Para(survey.lowest_sentence(d)),
        survey.sample_table(d),
        survey.dimension_table(d),
        survey.item_table(d),
        Heading(2, (Text("与指标不一致的"),)),
    ]
    blocks.append(gaps if gaps is not None else Para(say("没有指标为优或良而得分偏低的事项。")))
    return tuple(blocks)


def _comparison(d: Dossier, dimension: Dimension) -> tuple[Block, ...]:
    """Districts side by side, by area type."""
    types = overall.types_table(d)
    if types is None:
        return ()
    return (Heading(1, (Text("各区对照"),)), Para(_type_sentence(d, dimension)), types)


def _type_sentence(d: Dossier, dimension: Dimension) -> Runs:
    parts = []
    for name, areas in d.type_groups:
        grades = [d.results.dimensions[(dimension.zh, a, d.year)].grade for a in areas]
        found = [
            say("{g} {n} 个区", g=g, n=count(grades.count(g), f"{g}|{name}|{dimension.id}|{d.year}"))
            for g in ("优", "良", "中", "差", "不评级")
            if g in grades
        ]
        parts.append(say("{t}{x}", t=text(name), x=listed(found)))
    return say("{name}的等级：{parts}。", name=text(dimension.zh), parts=listed(parts, "；"))


def _special_appendix(d: Dossier) -> tuple[Block, ...]:
    references = appendix.references_table(d)
    return (
        PageBreak(),
        Heading(1, (Text("附录"),), numbered=False),
        appendix.values_table(d),
        *((references,) if references is not None else ()),
        appendix.files_table(d),
    )
