"""Appendices: all values, all criteria, all sources."""

from __future__ import annotations

from tijian.engine.kernel.units import printed
from tijian.engine.report.blocks import (
    Block,
    Break,
    Caption,
    Code,
    Column,
    Day,
    Heading,
    Note,
    PageBreak,
    Para,
    Runs,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.chapters.indicator import criterion_note
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import grade, say, text, value
from tijian.engine.sources.record import SourceRecord


def values_table(d: Dossier) -> Table:
    """Every indicator × area: value and grade."""
    areas = (*d.districts, d.whole)
    columns = (
        Column("指标", width_mm=30),
        *(Column(d.city.by_code[a].short, align="right") for a in areas),
    )
    rows: list[tuple[Runs, ...]] = []
    for dimension in d.dimensions:
        rows.append(((text(dimension.zh, bold=True),),))
        for indicator in d.indicators(dimension.zh):
            unit = printed(indicator.unit)
            name: Runs = (
                (text(indicator.name.zh), Text(" "), Unit(unit)) if unit else (text(indicator.name.zh),)
            )
            cells = tuple(_cell(d, indicator.id, a) for a in areas)
            rows.append((name, *cells))
    return Table(Caption((Text(f"{d.year} 年指标全表（值与等级）"),)), columns, tuple(rows), small=True)


def _cell(d: Dossier, indicator: str, area: str) -> Runs:
    row = d.row(indicator, area)
    if row.value is None:
        return (Text("—" if row.verdict.grade == "不适用" else "缺", tone="muted"),)
    if row.verdict.grade == "不评级":
        return (value(row), Break(), Text("不评", tone="muted"))
    return (value(row), Break(), grade(row))


def criteria(d: Dossier) -> tuple[Block, ...]:
    """The criterion of every indicator in words."""
    blocks: list[Block] = []
    for indicator in d.indicators():
        note = criterion_note(d, indicator)
        blocks.append(Note((text(indicator.name.zh, bold=True), Text("　"), *note.runs)))
    return tuple(blocks)


def references_table(d: Dossier) -> Table | None:
    """Sources that criteria name."""
    used = sorted(
        {r for i in d.indicators() if i.id in d.city.book.criteria for r in d.city.book.criteria[i.id].refs}
    )
    if not used:
        return None
    columns = (Column("号", width_mm=12), Column("内容"), Column("可靠程度", width_mm=32))
    rows = tuple(
        ((Code(r),), (text(d.city.book.sources[r][0]),), (text(d.city.book.sources[r][1]),)) for r in used
    )
    return Table(Caption((Text("判定标准的出处"),)), columns, rows, small=True)


def files_table(d: Dossier) -> Table:
    """Every file that figures rest on, with its hash."""
    columns = (
        Column("文件"),
        Column("行数", align="right", width_mm=16),
        Column("日期", width_mm=24),
        Column("摘要 sha256", width_mm=40),
    )
    inputs = d.results.inputs
    rows = tuple(_file_row(r) for r in (*inputs.records, *inputs.layers.records()))
    note = say("摘要只印前十六位，全文在随附的 manifest.json。")
    return Table(Caption((Text("数据文件"),)), columns, rows, note=note, small=True)


def _file_row(record: SourceRecord) -> tuple[Runs, ...]:
    return (
        (Code(record.file.split("/", 1)[-1]),),
        (Code(str(record.rows)),),
        (Day(record.captured),) if record.captured else (Text("—"),),
        (Code(record.sha256[:16]),),
    )


def chapter(d: Dossier) -> tuple[Block, ...]:
    """附录."""
    references = references_table(d)
    return (
        PageBreak(),
        Heading(1, (Text("附录"),), numbered=False),
        Heading(2, (Text("指标全表"),), numbered=False),
        values_table(d),
        Heading(2, (Text("判定标准"),), numbered=False),
        Para(say("切点除写明出处的以外都是建议，未经批准。")),
        *criteria(d),
        *((references,) if references is not None else ()),
        Heading(2, (Text("数据来源"),), numbered=False),
        files_table(d),
    )
