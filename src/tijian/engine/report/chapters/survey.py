"""满意度: sample, scores by dimension and item, and where feeling and figure part."""

from __future__ import annotations

from tijian.engine.catalogue.city import Question
from tijian.engine.exam.inputs import SurveyCell
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import round_half_even
from tijian.engine.report.blocks import Block, Caption, Code, Column, Heading, Para, Run, Runs, Table, Text
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import count, fact, grade, listed, num, say, text

ONE = 1


def questions(d: Dossier, dimension: str | None = None) -> tuple[Question, ...]:
    """Scored questions, of one dimension or of all."""
    asked = d.city.questionnaire.questions if d.city.questionnaire is not None else ()
    return tuple(q for q in asked if q.scored and (dimension is None or q.dimension == dimension))


def cell(d: Dossier, question: str, area: str) -> SurveyCell | None:
    """One cell of the survey."""
    return d.results.inputs.survey.get((question, area, d.year))


def _score(d: Dossier, question: str, area: str) -> Run:
    found = cell(d, question, area)
    if found is None or isinstance(found.mean, Status):
        return Text("缺", tone="muted")
    return num(f"{round_half_even(found.mean, ONE):f}", "value", f"value:{question}|{area}|{d.year}")


def sample_table(d: Dossier) -> Table:
    """Answers and margin by area."""
    columns = (
        Column("区"),
        Column("有效回答", "份", "right"),
        Column("误差", "±分", "right"),
        Column("总体满意度", "分", "right"),
        Column("人居环境满意度", "分", "right"),
        Column("等级", align="center"),
    )
    overall = [q for q in questions(d) if q.dimension == d.city.catalogue.dimensions[-1].zh]
    index = next((i for i in d.indicators() if "问卷调查" in i.methods), None)
    rows = []
    for area in (*d.districts, d.whole):
        cells = [c for q in questions(d) if (c := cell(d, q.id, area)) is not None and c.margin is not None]
        row = d.row(index.id, area) if index is not None else None
        margin = max((c.margin for c in cells if c.margin is not None), default=None)
        rows.append(
            (
                (text(d.city.label(area)),),
                (count(min((c.n for c in cells), default=0), f"样本|{area}|{d.year}"),),
                (fact(f"{margin:.1f}", f"误差|{area}|{d.year}") if margin is not None else Text("—"),),
                (_score(d, overall[0].id, area) if overall else Text("—"),),
                (num(f"{row.value:f}", "value", f"value:{row.indicator.id}|{area}|{d.year}"),)
                if row is not None and row.value is not None
                else (Text("—"),),
                (grade(row),) if row is not None else (),
            )
        )
    note = say("误差为九成五置信水平下各题误差中最大的一个；两区之差超过两者误差之和，才能说高或低。")
    return Table(Caption((Text("样本与总体得分"),)), columns, tuple(rows), note=note)


def dimension_table(d: Dossier) -> Table:
    """Score of each dimension in each area: the mean of its items."""
    groups = [(x, questions(d, x.zh)) for x in d.city.catalogue.dimensions]
    groups = [(x, q) for x, q in groups if q]
    columns = (
        Column("区", width_mm=20),
        *(Column(x.short, "分", "right") for x, _ in groups),
    )
    rows = []
    for area in (*d.districts, d.whole):
        cells: list[Runs] = [(text(d.city.label(area)),)]
        for dimension, items in groups:
            means = [c.mean for q in items if (c := cell(d, q.id, area)) is not None]
            numbers = [m for m in means if not isinstance(m, Status)]
            if len(numbers) < len(items):
                cells.append((Text("缺", tone="muted"),))
            else:
                mean = round_half_even(sum(numbers) / len(numbers), ONE)
                cells.append((num(f"{mean:f}", "value", f"value:满意度.{dimension.id}|{area}|{d.year}"),))
        rows.append(tuple(cells))
    return Table(
        Caption((Text("各维度得分"),)),
        columns,
        tuple(rows),
        note=say("维度得分为该维度各题均值的平均。"),
        small=True,
    )


def item_table(d: Dossier, dimension: str | None = None) -> Table:
    """Items × areas."""
    areas = (*d.districts, d.whole)
    columns = (
        Column("题", width_mm=11),
        Column("事项"),
        *(Column(d.city.by_code[a].short, align="right", width_mm=10.5) for a in areas),
    )
    rows = tuple(
        ((Code(q.id),), (text(q.short),), *(((_score(d, q.id, a)),) for a in areas))
        for q in questions(d, dimension)
    )
    title = f"{dimension}各题得分" if dimension else "各题得分"
    mode = say("满分 {m} 分；非常满意到很不满意依次折算。", m=fact("100", "满分"))
    return Table(Caption((Text(title),)), columns, rows, note=mode, small=True)


def gap_table(d: Dossier, dimension: str | None = None) -> Table | None:
    """Where a good figure and a poor feeling stand side by side."""
    names = {q.id: q.short for q in questions(d)}
    gaps = [
        f
        for f in d.results.findings
        if f.rule == "gap" and (dimension is None or _dimension_of(d, f.question) == dimension)
    ]
    if not gaps:
        return None
    columns = (
        Column("区", width_mm=22),
        Column("指标"),
        Column("等级", align="center", width_mm=13),
        Column("题", width_mm=34),
        Column("得分", "分", "right", 16),
        Column("全市", "分", "right", 16),
    )
    rows = []
    for finding in gaps:
        row = d.results.rows[(finding.indicator, finding.area, d.year)]
        rows.append(
            (
                (text(d.city.label(finding.area)),),
                (text(row.indicator.name.zh),),
                (grade(row),),
                (text(f"{finding.question} {names.get(finding.question, '')}"),),
                (_score(d, finding.question, finding.area),),
                (_score(d, finding.question, d.whole),),
            )
        )
    return Table(Caption((Text("指标好而感受差的"),)), columns, tuple(rows), small=True)


def _dimension_of(d: Dossier, question: str) -> str:
    return next((q.dimension for q in questions(d) if q.id == question), "")


def lowest_sentence(d: Dossier) -> Runs:
    """Name the three items with the lowest score of the city."""
    scored = [
        (c.mean, q)
        for q in questions(d)
        if (c := cell(d, q.id, d.whole)) is not None and not isinstance(c.mean, Status)
    ]
    lowest = sorted(scored, key=lambda x: (x[0], x[1].id))[:3]
    parts = [say("{q} {s} 分", q=text(q.short), s=_score(d, q.id, d.whole)) for _, q in lowest]
    return say("全市得分最低的三个事项是{parts}。", parts=listed(parts)) if parts else ()


def chapter(d: Dossier, dimension: str) -> tuple[Block, ...]:
    """感受对照: what citizens say about a dimension beside its figures."""
    items = questions(d, dimension)
    if not items:
        return (Heading(1, (Text("感受对照"),)), Para(say("问卷没有问到这个维度。")))
    blocks: list[Block] = [Heading(1, (Text("感受对照"),)), item_table(d, dimension)]
    gaps = gap_table(d, dimension)
    if gaps is None:
        blocks.append(Para(say("没有指标为优或良而得分偏低的事项。")))
    else:
        blocks += [Para(say("下列事项指标为优或良，得分却偏低，先查口径，再到现场看。")), gaps]
    return tuple(blocks)
