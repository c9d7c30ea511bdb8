"""The result as a whole: matrix, counts, dimensions, concepts, area types."""

from __future__ import annotations

from tijian.engine.catalogue.definition import Dimension
from tijian.engine.exam.results import Row
from tijian.engine.grade.cutpoints import GRADES
from tijian.engine.grade.dimension import GRADED, DimensionResult
from tijian.engine.kernel.missing import Status
from tijian.engine.report.blocks import (
    Block,
    Caption,
    Column,
    Figure,
    Grade,
    GradeMatrix,
    Heading,
    MatrixCell,
    MatrixRow,
    Para,
    Run,
    Runs,
    Table,
    Text,
)
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.figures import Figures
from tijian.engine.report.prose import (
    GRADE_WORDS,
    Part,
    count,
    fact,
    is_marked,
    listed,
    percent,
    say,
    text,
    value,
    year,
)
from tijian.engine.report.tokens import Tone

CONCEPTS = ("创新", "协调", "绿色", "开放", "共享")
POOR_MANY = 6


def _result(d: Dossier, dimension: Dimension, area: str) -> DimensionResult:
    return d.results.dimensions[(dimension.zh, area, d.year)]


def _short_reason(found: DimensionResult) -> Runs:
    """Say in a cell why there is no grade."""
    if found.grade in GRADES:
        return ()
    if found.reason.startswith("覆盖") and found.coverage is not None:
        return say("覆盖 {p}", p=percent(found.coverage, "覆盖", 0))
    return ()


def matrix(d: Dossier, caption: Caption | None = None) -> GradeMatrix:
    """Districts and city × dimensions, with the number of 差 at the end."""
    rows = []
    for area in (*d.districts, d.whole):
        cells = []
        for dimension in d.dimensions:
            found = _result(d, dimension, area)
            cells.append(MatrixCell(GRADE_WORDS[found.grade], _short_reason(found), d.synthetic))
        poor = sum(r.verdict.grade == "差" for r in d.rows(areas=(area,)))
        tone: Tone | None = "bad" if poor >= POOR_MANY else None
        trailing = (count(poor, f"差|{area}|{d.year}", strong=True, tone=tone),)
        rows.append(MatrixRow(d.city.label(area), tuple(cells), trailing))
    source = say(
        "各成员单位填报值与第三方计算值中的采用值。“差”列为该区等级为差的指标项数。{rule}", rule=rule_words(d)
    )
    return GradeMatrix(caption, tuple(x.short for x in d.dimensions), tuple(rows), "差", source)


def indicator_matrix(d: Dossier) -> GradeMatrix:
    """Districts and city × the indicators of one dimension, by their ids."""
    indicators = d.indicators()
    rows = []
    for area in (*d.districts, d.whole):
        found = [d.row(i.id, area) for i in indicators]
        cells = tuple(MatrixCell(GRADE_WORDS[r.verdict.grade], (), is_marked(r)) for r in found)
        poor = sum(r.verdict.grade == "差" for r in found)
        rows.append(MatrixRow(d.city.label(area), cells, (count(poor, f"差|{area}|{d.year}", strong=True),)))
    return GradeMatrix(None, tuple(i.id for i in indicators), tuple(rows), "差")


def rule_words(d: Dossier) -> Runs:
    """Say how a dimension is scored."""
    rule = d.city.rules.dimension
    return say(
        "维度等级为有等级指标的平均分，覆盖低于 {min}或应评项目不足一半有等级的不评级，底线未守住的维度最高为{cap}。",
        min=percent(rule.min_coverage, "规则|最低覆盖", 0),
        cap=rule.bottom_cap,
    )


def counts_sentence(d: Dossier) -> Runs:
    """Values, coverage and the count of every grade, over districts."""
    rows = d.rows()
    applicable = [r for r in rows if r.status is not Status.NOT_APPLICABLE]
    present = [r for r in applicable if r.status is Status.PRESENT]
    found = d.grades(rows)
    parts: list[Part] = [
        say("{g} {n}", g=g, n=count(found[g], f"{g}|{d.year}", strong=g == "差"))
        for g in (*GRADES, "合格", "不合格")
        if found[g]
    ]
    graded = sum(found[g] for g in GRADED)
    return say(
        "{y} 年各区应有 {m} 个值，得到 {n} 个，占 {p}。有等级的 {k} 个值中，{parts}；另有 {u} 个不评级，{a} 个不适用。",
        y=year(d.year),
        m=count(len(applicable), f"应有|{d.year}"),
        n=count(len(present), f"有值|{d.year}"),
        p=percent(len(present) / len(applicable) if applicable else 0.0, f"覆盖|{d.year}"),
        k=count(graded, f"有等级|{d.year}"),
        parts=listed(parts),
        u=count(found["不评级"], f"不评级|{d.year}"),
        a=count(found["不适用"], f"不适用|{d.year}"),
    )


def worst_dimensions(d: Dossier) -> Runs:
    """Name the dimensions that are 差, and the bottom lines that are broken."""
    poor = [
        text(f"{d.city.label(a)}{x.short}")
        for x in d.dimensions
        for a in d.districts
        if _result(d, x, a).grade == "差"
    ]
    broken = [s.row for s in d.shortfalls if s.bottom]
    runs: list[Run] = []
    if poor:
        runs += say(
            "{names}{n}为差。",
            names=listed(poor),
            n=say(" {k} 处", k=count(len(poor), "维度差")) if len(poor) > 1 else "",
        )
    else:
        runs += say("没有维度为差。")
    if broken:
        names = [text(f"{d.city.label(r.area)}{r.indicator.name.zh}") for r in broken]
        runs += say("没有守住底线的有 {n} 处：{names}。", n=count(len(broken), "破底线"), names=listed(names))
    return tuple(runs)


def dimension_table(d: Dossier) -> Table:
    """Each dimension of the city and how the districts stand in it."""
    columns = (
        Column("维度", width_mm=30),
        Column("指标", "项", "right"),
        Column("全市", align="center"),
        Column("得分", align="right"),
        Column("评级/应评", align="center"),
        *(Column(g, "区", "right") for g in GRADES),
        Column("不评级", "区", "right"),
        Column("覆盖", align="right"),
    )
    rows = []
    for dimension in d.dimensions:
        whole = _result(d, dimension, d.whole)
        results = [_result(d, dimension, a) for a in d.districts]
        key = f"{dimension.id}|{d.year}"
        cells: list[Runs] = [
            (text(dimension.zh),),
            (count(len(d.indicators(dimension.zh)), f"指标|{key}"),),
            (Grade(GRADE_WORDS[whole.grade], d.synthetic),),
            (fact(f"{whole.score:.2f}", f"得分|{key}") if whole.score is not None else Text("—"),),
            say("{a}/{b}", a=count(whole.graded, f"评级|{key}"), b=count(whole.meant, f"应评|{key}")),
            *((count(sum(r.grade == g for r in results), f"{g}区|{key}"),) for g in GRADES),
            (count(sum(r.grade == "不评级" for r in results), f"不评级区|{key}"),),
            (percent(whole.coverage, f"覆盖|{key}", 0) if whole.coverage is not None else Text("—"),),
        ]
        rows.append(tuple(cells))
    caption = Caption((Text("各维度的全市等级与各区分布"),), label="dimensions")
    return Table(caption, columns, tuple(rows), source=rule_words(d), small=True)


def share_figure(f: Figures) -> Figure:
    """How many items of each dimension have which grade."""
    caption = Caption((Text("各维度区级指标等级的项数"),))
    return Figure(caption, f.grade_shares(), "各维度优良中差的项数", source=say("各区采用值与判定标准。"))


def _row(*cells: Runs) -> tuple[Runs, ...]:
    return cells


def concepts_table(d: Dossier) -> Table:
    """The same results by 五大发展理念."""
    columns = (
        Column("发展理念"),
        Column("指标", "项", "right"),
        *(Column(g, "区·项", "right") for g in GRADES),
        Column("差的占比", align="right"),
    )
    rows = []
    for concept in CONCEPTS:
        members = [i for i in d.indicators() if concept in i.concepts]
        found = d.grades(d.row(i.id, a) for i in members for a in d.districts)
        total = sum(found[g] for g in GRADES)
        key = f"{concept}|{d.year}"
        rows.append(
            _row(
                (Text(concept),),
                (count(len(members), f"指标|{key}"),),
                *((count(found[g], f"{g}|{key}"),) for g in GRADES),
                (percent(found["差"] / total, f"差占比|{key}") if total else Text("—"),),
            )
        )
    note = say("一项指标可以服务于几种理念，各行不能相加。")
    return Table(Caption((Text("按五大发展理念再看一遍"),)), columns, tuple(rows), note=note)


def types_table(d: Dossier) -> Table | None:
    """Districts by area type: what each type has most of."""
    groups = d.type_groups
    if len(groups) < 2:  # noqa: PLR2004 — nothing to compare
        return None
    columns = (
        Column("区类"),
        Column("区"),
        *(Column(g, "区·项", "right") for g in (*GRADES, "不合格")),
        Column("差的占比", align="right"),
    )
    rows = []
    for name, areas in groups:
        found = d.grades(d.rows(areas=areas))
        total = sum(found[g] for g in GRADES)
        key = f"{name}|{d.year}"
        rows.append(
            _row(
                (text(name),),
                listed([d.city.by_code[a].short for a in areas]),
                *((count(found[g], f"{g}|{key}"),) for g in (*GRADES, "不合格")),
                (percent(found["差"] / total, f"差占比|{key}") if total else Text("—"),),
            )
        )
    mixed = [d.city.label(a) for a in d.districts if len(d.city.by_code[a].types.get(_scheme(d), {})) > 1]
    note = say("{names}为混合区，按份额最大的一类列入。", names=listed(mixed)) if mixed else ()
    return Table(Caption((Text("按区类对照"),)), columns, tuple(rows), note=note)


def _scheme(d: Dossier) -> str:
    return d.city.areas.default_scheme or ""


def heat_table(d: Dossier, dimension: str) -> Table:
    """Indicators of a dimension × districts, as grade marks, with the value of the city."""
    areas = (*d.districts, d.whole)
    columns = (
        Column("指标"),
        *(Column(d.city.by_code[a].short, align="center", width_mm=9.5) for a in areas),
        Column("全市值", align="right", width_mm=24),
    )
    rows = []
    for indicator in d.indicators(dimension):
        cells = tuple((grade_or_word(d.row(indicator.id, a)),) for a in areas)
        whole = d.row(indicator.id, d.whole)
        rows.append(((text(indicator.name.zh),), *cells, (value(whole),)))
    caption = Caption((Text(f"{dimension}各项指标的等级"),))
    return Table(
        caption, columns, tuple(rows), source=say("各区采用值与判定标准；单位见各项指标。"), small=True
    )


def grade_or_word(row: Row) -> Run:
    """Give a grade mark; 不适用 stays a word."""
    return (
        Text("—", tone="muted")
        if row.verdict.grade == "不适用"
        else Grade(GRADE_WORDS[row.verdict.grade], is_marked(row))
    )


def chapter(d: Dossier, f: Figures) -> tuple[Block, ...]:
    """总体评价."""
    blocks: list[Block] = [
        Heading(1, (Text("总体评价"),)),
        Para(counts_sentence(d)),
        Para(worst_dimensions(d)),
        Heading(2, (Text("各维度的等级"),)),
        matrix(d, Caption((Text("各区各维度的等级"),), label="matrix")),
        dimension_table(d),
        share_figure(f),
        Heading(2, (Text("按五大发展理念"),)),
        concepts_table(d),
    ]
    types = types_table(d)
    if types is not None:
        blocks += [Heading(2, (Text("按区类"),)), types]
    return tuple(blocks)
