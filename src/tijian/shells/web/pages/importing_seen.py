"""What an import says, as components: totals that add up, the sheet as it was, one row for every marked cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tijian.engine.exam.intake.verdicts import (
    ACCEPTED,
    Cell,
    Contradiction,
    FileRead,
    Intake,
    Series,
    Use,
    Verdict,
)
from tijian.engine.kernel.rounding import readable
from tijian.engine.kernel.units import printed
from tijian.office.treat.grading import column
from tijian.office.values.figures import Figure, Standing, value_row
from tijian.office.values.imports import DryRun, LayerSeen
from tijian.office.values.intake import answers
from tijian.office.values.models import SurveyMean, Value
from tijian.office.values.waiting import undecided
from tijian.office.values.withdraw import text_of
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.evidence import Evidence, EvidenceList
from tijian.shells.web.components.states import StateLine
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.components.verdicts import VerdictRow, VerdictTable, VerdictTotals
from tijian.shells.web.pages.importing_sheet import SheetView, sheet_view
from tijian.shells.web.pages.seen import SYNTHETIC, Seen

ROWS = 50
CHANGED = 60  # figures shown with what they replace
ASKED = 200  # cells that can be explained one by one; whoever has more mends the table
REMEDY = re.compile(r"[；。？](?=请|应改|改为|确实|是不是)")
ORDER = (Verdict.REFUSED, Verdict.ASKED, Verdict.CONVERTED, Verdict.BLANK)
DONE = {
    Verdict.CONVERTED: "已按此读取，请看一眼。",
    Verdict.BLANK: "登记为无数据，不当作 0。",
    Verdict.ASKED: "请核对；没有错就在下面写明原因。",
    Verdict.REFUSED: "改正后重新上传；这一格不写入。",
}


@dataclass(frozen=True)
class Asked:
    """A cell that was asked about: its place as a key, its words, and the reason typed."""

    key: str
    address: str
    what: str
    written: str
    problem: str
    reason: str


def verdicts(seen: Seen, dry: DryRun, query: Mapping[str, str]) -> dict[str, object]:
    """Give everything that the page of an upload shows of its verdicts."""
    intake = dry.intake
    marked = numbered(intake)
    paging = Paging(len(marked), page_number(query.get("page", "")), ROWS, _kept(query), "格")
    numbers = {id(cell): number for number, cell in marked}
    view = sheet_view(dry, numbers, query)
    return {
        "headline": headline(dry),
        "totals": totals(dry),
        "breakdown": breakdown(dry),
        "writes": _writes(dry),
        "sheet": view,
        "rows": VerdictTable(tuple(_row(seen, n, c) for n, c in marked[paging.slice])) if marked else None,
        "paging": paging if paging.pages > 1 else None,
        "marked": len(marked),
        "read": [_file_words(f) for f in intake.files],
        "contradictions": [_contradiction(seen, c) for c in intake.contradictions],
        "series": [_series(seen, s) for s in intake.series],
        "layers": _layers(dry.layers),
        "marked_files": _marked_files(dry),
        "changed": None if dry.upload.written else changed(seen, dry.figures),
    }


@dataclass(frozen=True)
class Changed:
    """The figures that would replace others or come new: the first ones, and how many there are."""

    table: DataTable
    replaced: int
    new: int
    left_out: int


def changed(seen: Seen, figures: Sequence[Figure]) -> Changed | None:
    """Set each figure that would be written beside the one that stands in its place; None where nothing changes."""
    standing = Standing.of(figures)
    pairs = [(standing.at(f), f) for f in figures]
    pairs = [(old, f) for old, f in pairs if value_row(f, seen.opened, standing) is not None]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: pair[0] is None)
    columns = (
        Column("区"),
        Column("数"),
        Column("时期"),
        Column("现有", numeric=True),
        Column("写入后", numeric=True),
        Column("单位"),
        Column("来源"),
    )
    rows = tuple(_changed_row(seen, old, figure) for old, figure in pairs[:CHANGED])
    replaced = sum(old is not None for old, _ in pairs)
    table = DataTable("现有的数和写入后的数", columns, (RowGroup("", rows),), plain=True)
    return Changed(table, replaced, len(pairs) - replaced, max(0, len(pairs) - CHANGED))


def _changed_row(seen: Seen, old: Value | SurveyMean | None, figure: Figure) -> Row:
    known = seen.city.catalogue.variables.get(figure.item)
    unit = (figure.unit or known.unit) if known is not None else ""
    return Row(
        (
            seen.city.label(figure.area),
            known.zh if known is not None else f"问卷 {figure.item}",
            figure.period,
            "没有" if old is None else _with_unit(old, unit),
            figure.text,
            printed(unit) if known is not None else "分",
            figure.strand,
        )
    )


def _with_unit(old: Value | SurveyMean, unit: str) -> str:
    """Give the figure that stands, with its unit where that is another than the new one's."""
    text = text_of(old)
    return (
        f"{text} {printed(old.unit)}"
        if isinstance(old, Value) and old.unit != unit and old.value is not None
        else text
    )


def _kept(query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Keep in addresses of pages which sheet is shown and how."""
    return tuple((k, query[k]) for k in ("sheet", "rows", "at") if query.get(k))


def numbered(intake: Intake) -> list[tuple[int, Cell]]:
    """Number the cells that a person should look at, the refused ones first; empty cells say nothing."""
    found = [
        c
        for verdict in ORDER
        for c in intake.cells
        if c.verdict is verdict and (verdict is not Verdict.BLANK or c.text or c.notes)
    ]
    return list(enumerate(found, 1))


def headline(dry: DryRun) -> str:
    """Say in one line what came of it."""
    if dry.upload.written:
        return "已写入"
    counts = dry.intake.totals
    wrong = counts[Verdict.REFUSED.value]
    if not dry.intake.cells and not dry.layers:
        return "预检完成：没有读到可以写入的数"
    if wrong:
        return f"预检完成：{wrong} 个格子要改，还没有写入任何数据"
    asked = counts[Verdict.ASKED.value]
    if asked:
        return f"预检完成：{asked} 个格子要说明，还没有写入任何数据"
    if not dry.intake.cells:
        unread = any(x.faults for x in dry.layers)
        return "预检完成：图层没有读成" if unread else "预检完成：图层可以登记，还没有写入任何数据"
    return "预检完成：没有要改的格，还没有写入任何数据"


def totals(dry: DryRun) -> VerdictTotals:
    """Count the cells read by verdict."""
    counts = dry.intake.totals
    cells = dry.intake.cells
    words = "，".join(f"{n} 张表" for n in [sum(len(f.sheets) for f in dry.intake.files)] if n)
    order = (Verdict.TAKEN, Verdict.CONVERTED, Verdict.ASKED, Verdict.REFUSED, Verdict.BLANK)
    return VerdictTotals(
        tuple((v.value, counts[v.value]) for v in order),
        f"{words}，一格不漏" if words else "",
        bool(cells) and all(SYNTHETIC in c.mark for c in cells),
    )


def breakdown(dry: DryRun) -> str:
    """Say of the cells what becomes of them, so that the numbers add up to what is written."""
    cells = dry.intake.cells
    explained = len(dry.explained)
    fit = [c for c in cells if c.verdict in ACCEPTED or (c.verdict is Verdict.BLANK and c.reason)]
    used = Counter(_fate(c) for c in fit)
    parts = [f"{word} {used[word]} 格" for word in ("写入", *APART) if used[word]]
    empty = sum(c.verdict is Verdict.BLANK and not c.reason for c in cells)
    kept = sum(c.verdict in {Verdict.ASKED, Verdict.REFUSED} for c in cells) - explained
    parts += [f"写了原因一并写入 {explained} 格"] * bool(explained)
    parts += [f"空白没有写原因 {empty} 格"] * bool(empty)
    parts += [f"拒绝和要说明的 {kept} 格保持空缺，可以以后补"] * bool(kept)
    return f"{len(cells)} 格 = {'，'.join(parts)}。" if cells else ""


CHECKED = "只作核对或另计"
DAILY = "逐日逐月的数，只用来数天数"
COMPUTED = "指标值，由系统计算，不写入"
WITH_MEAN = "样本和误差随均值写入"
APART = (WITH_MEAN, CHECKED, DAILY, COMPUTED)


def _fate(cell: Cell) -> str:
    if cell.kind == "indicator":
        return COMPUTED
    if cell.kind == "series":
        return DAILY
    if cell.kind == "survey" and cell.part and cell.use is Use.WRITE:
        return WITH_MEAN
    return "写入" if cell.use is Use.WRITE and not cell.part else CHECKED


def _writes(dry: DryRun) -> str:
    """Say what the button writes."""
    figures, layers = len(dry.figures), sum(not x.faults for x in dry.layers)
    counted = sum(1 for s in dry.intake.series if s.covered)
    parts = []
    if figures:
        parts.append(f"写入数得的 {figures} 个数" if counted else f"写入{_sound(figures, dry)}")
    if layers:
        parts.append(f"登记 {layers} 个图层")
    return "，".join(parts)


def _sound(figures: int, dry: DryRun) -> str:
    explained = len(dry.explained)
    return f" {figures} 格（其中 {explained} 格写了原因）" if explained else f"无问题的 {figures} 格"


def _row(seen: Seen, number: int, cell: Cell) -> VerdictRow:
    problem, remedy = said(cell)
    return VerdictRow(
        number, cell.verdict.value, _address(cell), what(seen, cell), cell.text or "（空）", problem, remedy
    )


def asked(seen: Seen, intake: Intake, explained: Mapping[str, str]) -> list[Asked]:
    """Give the cells for which a reason is enough, with the reasons typed so far."""
    cells = [c for c in intake.cells if answers(c)]
    return [
        Asked(c.place, _address(c), what(seen, c), c.text, said(c)[0], explained.get(c.place, ""))
        for c in cells[:ASKED]
    ]


def _address(cell: Cell) -> str:
    return f"{cell.sheet} {cell.address}" if cell.sheet else cell.address


def what(seen: Seen, cell: Cell) -> str:
    """Name the number that a cell holds: area, item, period."""
    city = seen.city
    area = city.label(cell.area) if cell.area in city.by_code else cell.area
    known = city.catalogue.variables.get(cell.item)
    definition = city.catalogue.indicators.get(cell.item)
    name = known.zh if known is not None else definition.name.zh if definition is not None else cell.item
    period = "" if cell.period == str(seen.which.year) else cell.period
    return " ".join(part for part in (area, name, period) if part) or "不认识的项"


def said(cell: Cell) -> tuple[str, str]:
    """Give what is wrong with a cell and what to do, from its notes."""
    problems, remedies = [], []
    for note in cell.notes:
        found = REMEDY.search(note)
        problems.append(note if found is None else f"{note[: found.start()]}。")
        remedies.append("" if found is None else note[found.end() :])
    remedy = "".join(dict.fromkeys(filter(None, remedies)))
    if not remedy and cell.verdict is Verdict.CONVERTED and cell.value is not None:
        remedy = f"读取为 {readable(cell.value, 12)} {printed(cell.unit)}".strip()
    return "".join(problems) or "没有写数。", remedy or DONE[cell.verdict]


def _file_words(file: FileRead) -> str:
    notes = [note for sheet in file.sheets for note in sheet.notes]
    hidden = [sheet.name for sheet in file.sheets if sheet.hidden]
    parts = [
        file.file,
        f"编码 {file.encoding}" if file.encoding else f"{len(file.sheets)} 张工作表",
        f"{file.rows} 行数据",
        f"sha256 {file.sha256[:8]}…{file.sha256[-4:]}",
        *notes,
        *([f"隐藏的表：{'、'.join(hidden)}，也读了"] if hidden else []),
    ]
    return "　".join(parts)


def _contradiction(seen: Seen, found: Contradiction) -> str:
    cell = Cell(file="", sheet="", row=0, column=0, address="", text="", verdict=Verdict.ASKED,
                item=found.indicator, area=found.area, period=found.period)  # fmt: skip
    figures = "；".join(
        f"{place} 写的是 {value:.12g}" for place, value in zip(found.places, found.values, strict=True)
    )
    return f"{what(seen, cell)}：{figures}。请只留对的一个。"


@dataclass(frozen=True)
class SeriesWords:
    """A daily series in words: what was counted, coverage, what its labels do."""

    title: str
    counted: int
    condition: str
    coverage: str
    labels: str
    warns: bool


def _series(seen: Seen, series: Series) -> SeriesWords:
    area = seen.city.label(series.area) if series.area in seen.city.by_code else series.area
    labels = (
        f"{series.contradictions} 处等级标签与数矛盾，其中 {series.would_change} 处会改变天数；按数计。"
        if series.contradictions
        else "等级标签与数没有矛盾。"
    )
    return SeriesWords(
        f"{area} {series.year} 年逐日 {series.item}",
        series.counted,
        series.condition,
        f"{series.covered}/{series.days} 天有数",
        labels,
        bool(series.contradictions),
    )


def _layers(layers: Sequence[LayerSeen]) -> EvidenceList | None:
    return EvidenceList(tuple(_layer(x) for x in layers)) if layers else None


def _layer(layer: LayerSeen) -> Evidence:
    if layer.faults:
        why = "；".join(f"应为{f.expected}。{f.hint}" for f in layer.faults)
        return Evidence("图层", layer.file.name, "rejected", sha256=layer.file.sha256, why=why)
    words = [f"{layer.features} 个要素", layer.measure, f"坐标系 {layer.crs}", f"按 {layer.projected} 量算"]
    about = "，".join(w for w in words if w)
    return Evidence("图层", layer.file.name, about=f"{layer.period} 年：{about}", sha256=layer.file.sha256)


def _marked_files(dry: DryRun) -> list[tuple[int, str]]:
    """Number the tables that can be given back marked."""
    read = {f.file for f in dry.intake.files}
    return [(n, f.name) for n, f in enumerate(dry.upload.tables, 1) if f.name in read]


def next_line(seen: Seen, dry: DryRun) -> StateLine:
    """Say who is waited for after the figures were written."""
    waiting = [f"?variable={f.item}&area={f.area}" for f in undecided(dry.figures)]
    waiting += [f"?indicator={key}&area={area}" for key, area in _unchosen(seen, dry.layers)]
    if waiting:
        return StateLine(
            "办公室",
            next_step=f"{len(waiting)} 个数有不止一种来源，要选定采用值",
            links=(Link("去选定", seen.url("values") + waiting[0]),),
        )
    return StateLine(
        "已办完", next_step="数已入册，等级已重算；要改，在“数据”里打开这个数，再点更正", state="done"
    )


def passed_over(seen: Seen, figures: Sequence[Figure]) -> list[str]:
    """Name the figures that move nothing, because what is computed from them is not what is adopted there."""
    found = []
    computed = [p.indicator for p in seen.opened.programs.values() if p.computation is not None]
    for figure in (f for f in figures if f.period == str(seen.which.year)):
        for indicator in (i for i in computed if figure.item in i.inputs):
            cell = seen.cells.get((indicator.id, figure.area))
            adopted = "" if cell is None else column(cell.row, "strand")
            if adopted not in {"", figure.strand}:
                name = seen.city.catalogue.variables[figure.item].zh
                found.append(
                    f"{seen.city.label(figure.area)}{name}：{indicator.name.zh}现采用{adopted}，这个数写入后不影响它的值和等级；"
                    "要用它，请由办公室选定采用值。"
                )
    return found


def _unchosen(seen: Seen, layers: Sequence[LayerSeen]) -> list[tuple[str, str]]:
    """Name the results computed from layers beside another strand, among which nobody has chosen."""
    names = {x.layer for x in layers}
    keys = [
        key
        for key, program in seen.opened.programs.items()
        if program.computation is not None and names & set(program.computation.needs)
    ]
    cells = seen.district_cells(keys) if keys else []
    return [
        (c.row.indicator, c.row.area)
        for c in cells
        if not c.facts["chosen"] and sum(bool(line[4]) for line in c.facts["strands"]) > 1
    ]


__all__ = ["SheetView", "next_line", "numbered", "said", "verdicts", "what"]
