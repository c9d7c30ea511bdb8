"""治理对策 and 回评: what could be done, what a target would mean, and what is not decided yet."""

from __future__ import annotations

from tijian.engine.catalogue.disease import Disease, Measure
from tijian.engine.grade.cutpoints import Point
from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import Block, Caption, Column, Heading, Para, Run, Runs, Table, Text, Unit
from tijian.engine.report.dossier import Dossier, Shortfall
from tijian.engine.report.prose import count, cut, grade, listed, say, text, value, year

TARGET_SCHEME_MIN = 2
TOP, PER_DISEASE = 12, 3


def chapter(d: Dossier) -> tuple[Block, ...]:
    """治理对策建议."""
    blocks: list[Block] = [
        Heading(1, (Text("治理对策建议"),)),
        Para(
            say(
                "下列对策来自城市病知识库，只供选用：还没有一项经领导小组批准，也没有资金和责任单位的承诺。效果是量级，不是承诺。"
            )
        ),
    ]
    found = [x for x in d.city.diseases if any(c.disease.id == x.id for c in d.results.candidates)]
    if found:
        blocks += [Heading(2, (Text("可选的对策"),)), _measures(d, found)]
    else:
        blocks.append(Para(say("没有候选城市病，不提对策建议。")))
    targets = _targets(d)
    if targets:
        blocks += [
            Heading(2, (Text("新区、老区目标分列"),)),
            Para(
                say(
                    "短板先达到本类区“中”的切点，再达到“良”。老城区以安全有序运行为先，新城区以健康持续发展为先，目标分开定。"
                )
            ),
            *targets,
        ]
    return tuple(blocks)


def _measures(d: Dossier, diseases: list[Disease]) -> Table:
    columns = (
        Column("可选对策", width_mm=46),
        Column("能动的指标与量级"),
        Column("用时", width_mm=30),
        Column("牵头", width_mm=24),
    )
    rows: list[tuple[Runs, ...]] = []
    for disease in diseases:
        areas = [d.city.by_code[c.area].short for c in d.results.candidates if c.disease.id == disease.id]
        rows.append(
            (
                say(
                    "{name}（{areas}）",
                    name=text(disease.name, bold=True),
                    areas=listed([text(a) for a in areas]),
                ),
            )
        )
        rows += [
            ((text(m.name),), _moves(m), (text(m.time),), (text(m.lead),))
            for m in disease.measures[:PER_DISEASE]
        ]
    return Table(Caption((Text("候选城市病与可选对策"),)), columns, tuple(rows), small=True)


def _moves(measure: Measure) -> Runs:
    """Say what a measure moves; effects are quoted from the knowledge, not figures of this report."""
    return listed([text(f"{m.indicator or m.question} {m.effect}") for m in measure.moves[:2]], "；")


def _targets(d: Dossier) -> list[Block]:
    """Targets of the worst shortfalls, apart for each type of the second scheme (new and old city)."""
    schemes = list(d.city.areas.schemes)
    if len(schemes) < TARGET_SCHEME_MIN:
        return []
    scheme = schemes[1]
    blocks: list[Block] = []
    for kind in d.city.areas.schemes[scheme].types:
        mine = [
            s for s in d.shortfalls if s.row.verdict.cuts is not None and _main(d, s.row.area, scheme) == kind
        ]
        if mine:
            blocks.append(_target_table(d, kind, mine[:TOP]))
    return blocks


def _main(d: Dossier, area: str, scheme: str) -> str:
    shares = d.city.by_code[area].types.get(scheme, {})
    return max(shares, key=lambda t: shares[t]) if shares else ""


def _target_table(d: Dossier, kind: str, shortfalls: list[Shortfall]) -> Table:
    columns = (
        Column("区", width_mm=20),
        Column("指标"),
        Column("单位", width_mm=18),
        Column("基线", align="right", width_mm=20),
        Column("等级", align="center", width_mm=12),
        Column("达到“中”", align="right", width_mm=26),
        Column("达到“良”", align="right", width_mm=26),
    )
    rows = []
    for short in shortfalls:
        row, cuts = short.row, short.row.verdict.cuts
        if cuts is None:
            continue
        unit = printed(row.indicator.unit)
        rows.append(
            (
                (text(d.city.label(row.area)),),
                (text(row.indicator.name.zh),),
                (Unit(unit),) if unit else (),
                (value(row),),
                (grade(row),),
                _target(cuts.points[2], row.indicator.direction, row.verdict.criterion, "中"),
                _target(cuts.points[1], row.indicator.direction, row.verdict.criterion, "良"),
            )
        )
    caption = Caption((Text(f"{kind}短板的改进目标（建议）"),))
    return Table(
        caption, columns, tuple(rows), source=say("判定标准中本区类的切点（示例/待核）。"), small=True
    )


def _target(point: Point, direction: str, criterion: str, place: str) -> Runs:
    if isinstance(point, tuple):
        return say(
            "{a}～{b}", a=cut(point[0], criterion, f"{place}|下"), b=cut(point[1], criterion, f"{place}|上")
        )
    return say("{s}{p}", s="≥" if direction == "higher" else "≤", p=cut(point, criterion, place))


def review_chapter(d: Dossier) -> tuple[Block, ...]:
    """上年整改回评: no measure is on record; what became of last year's weaknesses is told all the same."""
    runs: list[Run] = [*say("随附的数据里没有已批准的对策和里程碑，所以不能回评对策的效果。")]
    if d.has_previous_grades:
        was = [
            (d.results.rows[(r.indicator.id, r.area, d.year - 1)], r)
            for r in d.rows()
            if (r.indicator.id, r.area, d.year - 1) in d.results.rows
        ]
        poor = [(a, b) for a, b in was if a.verdict.grade == "差"]
        cured = [b for _, b in poor if b.verdict.grade in {"优", "良", "中"}]
        new = [b for a, b in was if a.verdict.grade in {"优", "良", "中"} and b.verdict.grade == "差"]
        runs += say(
            "{p} 年等级为差的 {n} 项（区×项）中，今年好转到中以上的 {c} 项，仍为差的 {s} 项；新出现的差 {k} 项。好转不等于对策有效：天气、口径和同类区的变化都要先排除。",
            p=year(d.year - 1),
            n=count(len(poor), f"上年差|{d.year}"),
            c=count(len(cured), f"转好|{d.year}"),
            s=count(sum(b.verdict.grade == "差" for _, b in poor), f"仍差|{d.year}"),
            k=count(len(new), f"新差|{d.year}"),
        )
    return (Heading(1, (Text("上年整改回评"),)), Para(tuple(runs)))
