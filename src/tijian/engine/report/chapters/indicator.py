"""A section on one indicator: what it says, where, why, and how it is judged."""

from __future__ import annotations

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.exam.columns import Columns
from tijian.engine.exam.explain import Rendering
from tijian.engine.exam.results import Row
from tijian.engine.grade.bottom import SIGNS
from tijian.engine.grade.cutpoints import CutSet, cuts_for
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.periods import PeriodType, label
from tijian.engine.kernel.rounding import exact
from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import (
    Beside,
    Block,
    Caption,
    Code,
    Column,
    Day,
    Entry,
    Figure,
    Heading,
    KeyValues,
    Meta,
    Note,
    Para,
    Run,
    Runs,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.chapters import sentences
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.figures import MAP_MM, Figures
from tijian.engine.report.prose import cut, grade, listed, part, quantity, say, strand_value, text, value


def meta(d: Dossier, indicator: Indicator) -> Meta:
    """The small line under the heading: id, origin, kind, direction, unit, date."""
    system = d.city.catalogue.system(indicator.id)
    origin = indicator.origin or system.origin
    names = {"国家": "国家基本指标", "省": "省级指标", "市": "本市特色指标"}
    period = PeriodType(indicator.period.type)
    when = f"{d.year}-{indicator.period.as_of}" if indicator.period.as_of else label(d.year, period)
    unit = printed(indicator.unit)
    left = [
        (Code(indicator.id),),
        names[origin],
        indicator.kind,
        sentences.DIRECTION_ZH[indicator.direction],
        *([(Unit(unit),)] if unit else []),
        (Text("统计时点 " if indicator.period.as_of else "统计期 "), Day(when)),
    ]
    criterion = d.city.book.criteria.get(indicator.id)
    right = say("标准：{certainty}", certainty=criterion.certainty if criterion is not None else "无")
    return Meta(listed(left, " · "), right)


def brief(d: Dossier, f: Figures, indicator: Indicator) -> tuple[Block, ...]:
    """A short section for the general report: sentences and the bar chart."""
    head: list[Block] = [
        Heading(3, (text(indicator.name.zh),)),
        meta(d, indicator),
        Para(_finding(d, indicator)),
    ]
    if d.only_city(indicator):
        return (*head, _one_row(d, indicator))
    if _known(d, indicator):
        head.append(_bars(d, f, indicator))
    return tuple(head)


def full(d: Dossier, f: Figures, indicator: Indicator) -> tuple[Block, ...]:
    """The section of a special report: definition, sentences, chart, map, explanation, table, criterion."""
    blocks: list[Block] = [
        Heading(2, (text(indicator.name.zh),)),
        meta(d, indicator),
        Para(say("{meaning}", meaning=text(indicator.meaning))),
        Para(_finding(d, indicator)),
    ]
    third = sentences.third_party_sentence(d, indicator)
    if third:
        blocks.append(Para(third))
    if d.only_city(indicator):
        blocks += [_one_row(d, indicator), criterion_note(d, indicator)]
        return tuple(blocks)
    if _known(d, indicator):
        blocks += [_bars(d, f, indicator), *_beside(d, f, indicator)]
    blocks += [_table(d, indicator), criterion_note(d, indicator)]
    return tuple(blocks)


def _known(d: Dossier, indicator: Indicator) -> bool:
    """Tell whether a chart says anything: there are values, and they are more than pass or fail."""
    return indicator.direction != "pass" and any(
        d.row(indicator.id, a).value is not None for a in d.districts
    )


def _finding(d: Dossier, indicator: Indicator) -> Runs:
    """City, grades of the districts, the worst one with its distance, broken bottom lines."""
    runs: list[Run] = [*sentences.city_sentence(d, indicator)]
    if not d.only_city(indicator):
        runs += sentences.grouped_sentence(d, indicator)
        row = sentences.worst(d, indicator)
        if row is not None and row.verdict.grade not in {"优", "合格"}:
            runs += sentences.distance_sentence(d, row)
    for area in (*d.districts, d.whole):
        runs += sentences.bottom_sentences(d, d.row(indicator.id, area))
    return tuple(runs)


def _bars(d: Dossier, f: Figures, indicator: Indicator) -> Figure:
    unit = printed(indicator.unit)
    tail = f"（{unit}）" if unit else ""
    survey = "问卷调查" in indicator.methods
    lines = "与标准线" if any(f.type_points(indicator, t) for t, _ in d.type_groups) else ""
    caption = Caption((Text(f"{d.year} 年各区{indicator.name.zh}{lines}{tail}"),))
    svg = f.whisker(indicator) if survey else f.bars(indicator)
    return Figure(caption, svg, f.alt(indicator))


def _beside(d: Dossier, f: Figures, indicator: Indicator) -> tuple[Block, ...]:
    row = sentences.worst(d, indicator)
    left: tuple[Block, ...] = ()
    if f.shapes():
        caption = Caption((Text("等级分布示意图"),))
        left = (Figure(caption, f.map(indicator), f"{indicator.name.zh}各区等级分布", width_mm=MAP_MM),)
    right: list[Block] = []
    if row is not None:
        right.append(_explanation(d, row))
    if f.has_trend(indicator):
        years = d.results.years()
        area = row.area if row is not None else None
        who = f"：{d.city.by_code[area].short}与全市" if area else ""
        caption = Caption((Text(f"{years[0]}—{years[-1]} 年{who}"),))
        right.append(Figure(caption, f.trend(indicator, area), f"{indicator.name.zh}历年变化"))
    if not left:
        return tuple(right)
    return (Beside(left, tuple(right), MAP_MM),) if right else left


def _explanation(d: Dossier, row: Row) -> KeyValues:
    """How the worst grade came about."""
    before = d.previous(row)
    rows = [
        Entry("采用值", _adopted(row)),
        Entry("公式", (text(_formula_words(d, row)),)),
        *([Entry("数字", _numbers(row))] if not isinstance(row.adopted.denominator, Status) else []),
        Entry("标准", _criterion_runs(row)),
        *([Entry("上年", say("{v}", v=quantity(before)))] if before is not None else []),
    ]
    title = f"{d.city.label(row.area)}：这个“{row.verdict.grade}”怎么来的"
    return KeyValues(Caption((Text(title),)), tuple(rows))


def _adopted(row: Row) -> Runs:
    if len(row.strands) == 1:
        return say("{v}，{how}", v=strand_value(row, row.adopted), how=row.adopted.name)
    others = [c for c in row.strands if c.name != row.adopted.name]
    return say(
        "{v}，{how}；{other} {w}",
        v=strand_value(row, row.adopted),
        how=row.adopted.name,
        other=others[0].name,
        w=strand_value(row, others[0]),
    )


def _formula_words(d: Dossier, row: Row) -> str:
    program = d.results.inputs.programs[row.indicator.id]
    if row.adopted.method != "formula" and program.computation is not None:
        return program.computation.meaning.split("；", maxsplit=1)[0]
    if program.formula is None:
        return ""
    return Rendering(Columns(d.results.inputs), program, row, numbers=False).text(program.formula)


def _numbers(row: Row) -> Runs:
    return say("{a} ÷ {b} = {v}", a=part(row, "numerator"), b=part(row, "denominator"), v=quantity(row))


def _criterion_runs(row: Row) -> Runs:
    verdict = row.verdict
    if verdict.cuts is not None:
        kind = "、".join(f"{t}" for t, _, _ in verdict.cuts.parts) or row.area_type
        points = sentences.points_runs(verdict.cuts.points, row.indicator.direction, verdict.criterion, kind)
        head = f"{kind}（按份额平均）" if len(verdict.cuts.parts) > 1 else kind
        return say(
            "{head} {points} → {grade}", head=text(head) if head else "", points=points, grade=grade(row)
        )
    if verdict.passing is not None:
        limit = cut(exact(float(verdict.passing.value or 0)), verdict.criterion, "合格线")
        return say(
            "合格线 {s}{limit} → {grade}", s=SIGNS[str(verdict.passing.op)], limit=limit, grade=grade(row)
        )
    if verdict.trend is not None:
        return say("看自身趋势 → {grade}", grade=grade(row))
    return say("{reason}", reason=verdict.reason or row.status.zh)


def _table(d: Dossier, indicator: Indicator) -> Table:
    """Every district and the city: parts, value, grade, last year, change, strand, mark."""
    program = d.results.inputs.programs[indicator.id]
    ratio = program.shown_ratio
    units = (ratio.numerator_unit.text, ratio.denominator_unit.text) if ratio is not None else ("", "")
    typed = any(t for t, _ in d.type_groups)
    columns = [
        Column("区", width_mm=19),
        *([Column("区类")] if typed else []),
        *(
            [
                Column("分子", printed(_short(units[0])), "right"),
                Column("分母", printed(_short(units[1])), "right"),
            ]
            if ratio is not None
            else []
        ),
        Column("值", printed(indicator.unit), "right"),
        Column("等级", align="center", width_mm=13),
        Column("上年", align="right"),
        Column("变化", align="right"),
        Column("采用", width_mm=14),
    ]
    rows = [
        _table_row(d, d.row(indicator.id, a), typed=typed, ratio=ratio is not None)
        for a in (*d.districts, d.whole)
    ]
    title = Caption((Text(f"{d.year} 年{indicator.name.zh}"),))
    owners = listed(dict.fromkeys(d.city.owner_of[v].short for v in indicator.inputs if v in d.city.owner_of))
    survey = "问卷" if "问卷调查" in indicator.methods else ""
    source = say("{who}；标记：{mark}", who=owners or survey or "随附数据", mark=text(_marks(d, indicator)))
    return Table(title, tuple(columns), tuple(rows), source=source, small=True)


def _short(unit: str) -> str:
    """Keep a derived unit out of a narrow head."""
    return unit if len(unit) <= 8 else ""  # noqa: PLR2004 — what fits the column


def _marks(d: Dossier, indicator: Indicator) -> str:
    found = {m for a in (*d.districts, d.whole) for m in d.row(indicator.id, a).mark.split(";") if m}
    return "、".join(sorted(found)) or "无"


def _table_row(d: Dossier, row: Row, *, typed: bool, ratio: bool) -> tuple[Runs, ...]:
    kind = row.area_type or "—"
    cells: list[Runs] = [(text(d.city.label(row.area)),)]
    if typed:
        cells.append((text(kind, tone="soft"),))
    if ratio:
        cells += [part(row, "numerator"), part(row, "denominator")]
    cells += [
        (value(row),),
        (grade(row),),
        sentences.previous_runs(d, row),
        sentences.moved_runs(d, row),
        (Text(row.adopted.name if row.status is Status.PRESENT else "—", tone="soft"),),
    ]
    return tuple(cells)


def _one_row(d: Dossier, indicator: Indicator) -> Table:
    """An indicator that exists only for the city gets one row and no map."""
    row = d.row(indicator.id, d.whole)
    columns = (
        Column("范围", width_mm=22),
        Column("值", printed(indicator.unit), "right"),
        Column("等级", align="center"),
        Column("上年", align="right"),
        Column("变化", align="right"),
        Column("采用"),
    )
    cells = (
        (Text("全市"),),
        (value(row),),
        (grade(row),),
        sentences.previous_runs(d, row),
        sentences.moved_runs(d, row),
        (Text(row.adopted.name),),
    )
    note = say("这一指标只有市级数，不分区，不画图。")
    return Table(
        Caption((Text(f"{d.year} 年{indicator.name.zh}（只有全市）"),)), columns, (cells,), note=note
    )


def criterion_note(d: Dossier, indicator: Indicator) -> Note:
    """The criterion in words: cut points by type, what is proposed, the sources."""
    criterion = d.city.book.criteria.get(indicator.id)
    version = criterion.version(d.year) if criterion is not None else None
    if criterion is None or version is None:
        return Note(say("判定标准：没有。"))
    name = f"{indicator.id}@{version.version}"
    words: list[Runs] = []
    for level in d.city.doc.levels:
        judgement = version.levels.get(level.id)
        if judgement is None:
            continue
        head = level.zh
        if judgement.judge == "cut":
            words += _cut_words(d, indicator, level.id, name, head)
        elif judgement.judge == "pass":
            limit = cut(exact(float(judgement.value or 0)), name, f"{head}|合格线")
            words.append(say("{h}合格线 {s}{v}", h=head, s=SIGNS[str(judgement.op)], v=limit))
        elif judgement.judge == "own_trend":
            words.append(say("{h}看自身趋势", h=head))
        else:
            words.append(say("{h}不评级（{r}）", h=head, r=text(judgement.reason)))
    apart = d.other_revision(indicator, version)
    if apart:
        words.append(say("判定标准{apart}，不评级", apart=text(apart)))
    basis = say(
        "{kind}，{certainty}；{basis}",
        kind=criterion.kind,
        certainty=criterion.certainty,
        basis=text(criterion.basis),
    )
    return Note(
        say("判定标准 {name}（{basis}）：{words}。", name=Code(name), basis=basis, words=listed(words, "；"))
    )


def _cut_words(d: Dossier, indicator: Indicator, level: str, name: str, head: str) -> list[Runs]:
    criterion = d.city.book.criteria[indicator.id]
    version = criterion.version(d.year)
    judgement = version.levels[level] if version is not None else None
    if judgement is None or judgement.cuts is None:
        return []
    kinds = list(judgement.cuts) if isinstance(judgement.cuts, dict) else [""]
    words = []
    for kind in kinds:
        found = cuts_for(judgement, {kind: 1.0} if kind else {}, indicator.decimals)
        if isinstance(found, CutSet):
            points = sentences.points_runs(found.points, indicator.direction, name, kind or head)
            words.append(say("{k} {p}", k=kind or head, p=points))
    return words
