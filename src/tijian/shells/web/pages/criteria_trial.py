"""What other cut points would do: grades counted before and after, who moves, where the values lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.cutpoints import GRADES, written
from tijian.engine.kernel.units import printed
from tijian.engine.report.charts import Bar, Cut, Group
from tijian.engine.report.tokens import GradeWord
from tijian.office.register.criteria_text import Number
from tijian.office.values.models import Result
from tijian.office.values.whatif import Trial
from tijian.shells.web.components.charts import Chart, bar_chart
from tijian.shells.web.components.component import Component, Link
from tijian.shells.web.components.grade import GradeChange, GradeShares
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.criteria_form import CutForm
from tijian.shells.web.pages.seen import Cell, Seen

COUNTED: tuple[GradeWord, ...] = ("优", "良", "中", "差")
AREA_TYPE = 13  # column of values.csv
ORDER: dict[str, int] = {grade: n for n, grade in enumerate(reversed(COUNTED))}


@dataclass(frozen=True)
class Level:
    """One level of areas: its name, the shares of grades before and after, up and down."""

    words: str
    before: GradeShares
    after: GradeShares


@dataclass(frozen=True)
class Shown:
    """A trial as the page shows it.

    Attributes:
        verdict: What it comes to, in a sentence.
        detail: What follows from it.
        levels: Counts by level.
        counts: The same as a table.
        moved: Areas whose grade would be another.
        chart: Where the values lie.
    """

    verdict: str
    detail: str
    levels: tuple[Level, ...]
    counts: DataTable
    moved: DataTable | None
    chart: Chart | None


def shown(seen: Seen, indicator: Indicator, form: CutForm, trial: Trial) -> Shown:
    """Prepare a trial for the page."""
    verdict, detail = _words(seen, trial)
    levels = _levels(seen, indicator, trial)
    return Shown(
        verdict,
        detail,
        tuple(level for level, _ in levels),
        _counts(seen, [(level.words, codes) for level, codes in levels], indicator, trial),
        _moved(seen, trial) if trial.moved else None,
        _chart(seen, indicator, form, trial),
    )


def steps(trial: Trial) -> tuple[int, int]:
    """Count the areas that would rise and that would fall."""
    up = sum(ORDER.get(new.grade, 0) > ORDER.get(old.grade, 0) for old, new in trial.moved)
    return up, len(trial.moved) - up


def _words(seen: Seen, trial: Trial) -> tuple[str, str]:
    up, down = steps(trial)
    if not trial.moved:
        return "没有等级会变。", "数据没有变；各区的值都不在新旧标准线之间。"
    areas = "、".join(seen.city.label(new.area) for _, new in trial.moved)
    if up and down:
        verdict = f"{up} 个升级，{down} 个降级，数据没有变。"
    else:
        verdict = f"{up} 个升级，标准放宽，数据没有变。" if up else f"{down} 个降级，标准收紧，数据没有变。"
    return verdict, f"{areas}。采用后变动的缘由记为“标准”，不计入改善或恶化。"


def _levels(seen: Seen, indicator: Indicator, trial: Trial) -> list[tuple[Level, list[str]]]:
    found = []
    for level in seen.city.doc.levels:
        codes = [a for a in trial.grades if seen.city.by_code[a].level == level.id]
        before = Counter(seen.cells[(indicator.id, a)].grade for a in codes)
        after = Counter(trial.grades[a] for a in codes)
        if not any(before[g] + after[g] for g in COUNTED):
            continue
        words = "全市" if codes == [seen.whole] else f"{len(codes)} 个{level.zh}"
        shares = [
            GradeShares(tuple((g, n[g]) for g in COUNTED), synthetic=seen.synthetic) for n in (before, after)
        ]
        found.append((Level(words, *shares), codes))
    return found[::-1]


def _counts(
    seen: Seen, levels: Sequence[tuple[str, list[str]]], indicator: Indicator, trial: Trial
) -> DataTable:
    rows = []
    for words, codes in levels:
        before = Counter(seen.cells[(indicator.id, a)].grade for a in codes)
        after = Counter(trial.grades[a] for a in codes)
        here = [(old, new) for old, new in trial.moved if new.area in codes]
        up = sum(ORDER.get(new.grade, 0) > ORDER.get(old.grade, 0) for old, new in here)
        cells = [f"{before[g]}" if before[g] == after[g] else f"{before[g]} → {after[g]}" for g in COUNTED]
        rows.append(Row((words, *cells, f"{up}", f"{len(here) - up}")))
    columns = (Column("范围"), *(Column(t, numeric=True) for t in (*COUNTED, "升级", "降级")))
    return DataTable("等级数量，现行 → 草案", columns, (RowGroup("", tuple(rows)),), plain=True, cards=False)


def _moved(seen: Seen, trial: Trial) -> DataTable:
    columns = (Column("对象"), Column("区类"), Column("值", numeric=True), Column("等级"), Column("连带影响"))
    rows = tuple(_row(seen, trial, old, new) for old, new in trial.moved)
    return DataTable("哪些等级会变", columns, (RowGroup("", rows),), plain=True)


def _row(seen: Seen, trial: Trial, old: Result, new: Result) -> Row:
    before, after = Cell(old), Cell(new)
    address = seen.url("explain", indicator=new.indicator, area=new.area)
    parts: tuple[str | Component, ...] = (
        Link(seen.city.label(new.area), address),
        after.line[AREA_TYPE] or "全市",
        after.figure or after.status,
        GradeChange(before.shown(), after.shown()),
        _beside(trial, new.area),
    )
    return Row(parts)


def _beside(trial: Trial, area: str) -> str:
    """Say what becomes of the dimension of an area."""
    for old, new in trial.dimensions:
        if new.area == area and old is not None:
            if old.grade != new.grade:
                return f"{new.dimension}由“{old.grade}”变为“{new.grade}”"
            return f"{new.dimension}仍为“{new.grade}”，得分变动"
    return "维度等级不变"


def _chart(seen: Seen, indicator: Indicator, form: CutForm, trial: Trial) -> Chart | None:
    here = [seen.cells[(indicator.id, a)] for a in seen.districts]
    if not any(c.value for c in here):
        return None
    cuts = {line.place: line for line in form.lines}
    level = seen.city.by_code[seen.districts[0]].level
    groups = []
    for kind, codes in seen.groups:
        place = (level, kind) if (level, kind) in cuts else (level, "")
        lines = _lines(form.cuts.get(place) or _standing(form, place), indicator.direction)
        groups.append(Group(kind, tuple(_bar(seen, indicator, a, trial) for a in codes), lines))
    moved = "、".join(seen.city.label(new.area) for _, new in trial.moved)
    return bar_chart(
        "各区的值与草案的标准线",
        "trial",
        groups,
        f"{indicator.name.zh}：按草案判，等级会变的有{moved or '（没有）'}",
        around={"hint": printed(indicator.unit), "source": "颜色为草案等级，虚线为草案的标准线。"},
    )


def _standing(form: CutForm, place: tuple[str, str]) -> tuple[Number, ...]:
    line = next((x for x in form.lines if x.place == place), None)
    return () if line is None else tuple(i.number for i in line.inputs[::-1] if i.number is not None)


def _lines(points: Sequence[Number], direction: str) -> tuple[Cut, ...]:
    made = []
    for grade, point in reversed(list(zip(GRADES, points, strict=False))):
        words = written(point, direction)
        if isinstance(point, tuple):
            made.append(Cut(grade, words, float(point[0]), float(point[1])))
        elif direction == "higher":
            made.append(Cut(grade, words, low=float(point)))
        else:
            made.append(Cut(grade, words, high=float(point)))
    return tuple(made)


def _bar(seen: Seen, indicator: Indicator, area: str, trial: Trial) -> Bar:
    cell = seen.cells[(indicator.id, area)]
    grade = cast("GradeWord", trial.grades.get(area, cell.grade))
    reason = "" if cell.value else cell.status
    return Bar(seen.city.label(area), cell.row.value, cell.value, grade, reason, cell.synthetic)
