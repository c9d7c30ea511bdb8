"""指标: the list of all, and one indicator over its areas with chart, trend, map and table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.cutpoints import GRADES, CutSet, cuts_for, written
from tijian.engine.kernel.units import printed
from tijian.engine.report.charts import Bar, BreakBand, Cut, Group, Region, Series
from tijian.office.people.looks import looked
from tijian.shells.web.access import who
from tijian.shells.web.components.charts import Chart, bar_chart, grade_map, trend_chart
from tijian.shells.web.components.component import Component, Link
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.grade import GradeCell, GradeLegend
from tijian.shells.web.components.marks import Figure, Missing, Tag
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.changes import change_list
from tijian.shells.web.pages.seen import Cell, Seen, frame, gaps_address, seen_of

DIRECTION = {"higher": "越大越好", "lower": "越小越好", "range": "适中为好", "pass": "达标即可"}
FOCUS = "area"


@require_GET
def indicators(request: HttpRequest, round_id: int) -> HttpResponse:
    """List all indicators with the grades of every district."""
    seen = seen_of(round_id)
    dimension, words = request.GET.get("dimension", ""), request.GET.get("q", "").strip()
    keys = [k for k, d in seen.city.catalogue.indicators.items() if _fits(d, dimension, words)]
    context = frame(request, seen) | {
        "filters": _filters(seen, dimension, words, len(keys)),
        "table": _overview(seen, keys) if keys else None,
        "empty": Empty("没有符合条件的指标", "换一个维度，或少写几个字。"),
        "legend": GradeLegend(synthetic=seen.synthetic),
    }
    return render(request, "pages/indicators.html", context)


def _fits(indicator: Indicator, dimension: str, words: str) -> bool:
    named = words.lower() in f"{indicator.id} {indicator.name.zh}".lower()
    return named and dimension in {"", indicator.dimension}


def _filters(seen: Seen, dimension: str, words: str, found: int) -> Filters:
    address = seen.url("indicators")
    options = (Option("", "全部维度"), *(Option(d.zh, d.zh) for d in seen.dimension_list))
    return Filters(
        address,
        (
            Field("q", "名称或代码", words, "search"),
            Field("dimension", "维度", dimension, "select", options=options),
        ),
        f"{found} 项，共 {len(seen.city.catalogue.indicators)} 项",
        address if dimension or words else "",
    )


def _overview(seen: Seen, keys: Sequence[str]) -> DataTable:
    by_code = seen.city.by_code
    columns = (
        Column("指标"),
        *(Column(by_code[a].short) for a in seen.districts),
        Column("全市", numeric=True),
    )
    known = seen.city.catalogue.indicators
    groups = tuple(
        RowGroup(d.zh, tuple(_line(seen, k) for k in keys if known[k].dimension == d.zh))
        for d in seen.dimension_list
        if any(known[k].dimension == d.zh for k in keys)
    )
    links = (Link("下载 csv", seen.url("download", name="values.csv")),)
    return DataTable(f"{seen.which.name} 各区等级", columns, groups, links=links, cards=False, plain=True)


def _line(seen: Seen, key: str) -> Row:
    indicator = seen.city.catalogue.indicators[key]
    cells: list[str | Component] = [Link(indicator.name.zh, seen.url("indicator", indicator=key), key)]
    for area in seen.districts:
        cell = seen.cells[(key, area)]
        cells.append(cell.shown(seen.url("explain", indicator=key, area=area), seen.city.by_code[area].short))
    whole = seen.cells[(key, seen.whole)]
    cells.append(whole.figure or Missing(whole.status))
    return Row(tuple(cells))


@require_GET
def indicator(request: HttpRequest, round_id: int, indicator: str) -> HttpResponse:
    """Show one indicator: its areas, its years, its map, its table, and what changed of it.

    Raises:
        Http404: If the round has no such indicator.
    """
    seen = seen_of(round_id)
    definition = seen.city.catalogue.indicators.get(indicator)
    if definition is None:
        raise Http404("这一轮没有这项指标。")
    focus = request.GET.get(FOCUS, "")
    context = frame(request, seen) | {
        "indicator": definition,
        "gaps": gaps_address(seen, definition.id),
        "direction": DIRECTION[definition.direction],
        "tags": tags(seen, definition),
        "charts": _charts(seen, definition, focus),
        "map": _map(seen, definition, focus),
        "table": _table(seen, definition, focus),
        "formula": _formula(definition),
        "inputs": [(given.zh, printed(given.unit)) for given in definition.inputs.values()],
        "worst": _worst(seen, indicator),
        "changes": change_list(seen, looked(who(request).name), indicator),
        "legend": GradeLegend(synthetic=seen.synthetic),
    }
    return render(request, "pages/indicator.html", context)


def tags(seen: Seen, definition: Indicator) -> tuple[Tag, ...]:
    """Say what kind of indicator it is and how sure its criterion is."""
    criterion = seen.city.book.criteria.get(definition.id)
    words = [
        f"{definition.origin or ''}指标",
        f"{definition.kind}指标",
        f"定义修订 {definition.revision}，已冻结",
        " + ".join(definition.methods),
        f"保密：{definition.secrecy}",
    ]
    certainty = (
        (Tag(f"标准：{criterion.certainty}", "warn"),) if criterion is not None else (Tag("没有标准"),)
    )
    marks = {m for (k, _), c in seen.cells.items() if k == definition.id for m in c.marks}
    synthetic = (Tag("合成数据", "syn"),) if "合成" in marks else ()
    return (*(Tag(w) for w in words), *certainty, *synthetic)


def _formula(definition: Indicator) -> str:
    names = {n: i.zh for n, i in definition.inputs.items()}
    formula = definition.formula or definition.compute or ""
    for name in sorted(names, key=len, reverse=True):
        formula = formula.replace(name, names[name])
    return formula.replace("*", "×").replace("/", "÷")


def _worst(seen: Seen, key: str) -> list[tuple[str, GradeCell, str]]:
    """Name the areas that are poor: name, grade, address of the explanation."""
    return [
        (seen.city.label(a), seen.cells[(key, a)].shown(), seen.url("explain", indicator=key, area=a))
        for a in seen.districts
        if seen.cells[(key, a)].grade in {"差", "不合格"}
    ]


def _charts(seen: Seen, definition: Indicator, focus: str) -> tuple[Chart, ...]:
    key, name, year = definition.id, definition.name.zh, seen.which.year
    here = [seen.cells[(key, a)] for a in seen.districts]
    if not any(c.value for c in here):
        return (_trend(seen, definition, seen.whole),)
    bars = bar_chart(
        f"{year} 年各区{name}",
        "bars",
        _groups(seen, definition),
        _alt(seen, name, here),
        around={
            "hint": printed(definition.unit),
            "source": "虚线为该类区的切点。",
            "links": _downloads(seen),
        },
    )
    return (bars, _trend(seen, definition, focus or _focus(seen, key)))


def _downloads(seen: Seen) -> tuple[Link, ...]:
    return (Link("看表格", "#h-table"), Link("下载", seen.url("download", name="values.csv")))


def _alt(seen: Seen, name: str, cells: Sequence[Cell]) -> str:
    known = [c for c in cells if c.row.value is not None]
    low = min(known, key=lambda c: c.row.value or 0.0)
    high = max(known, key=lambda c: c.row.value or 0.0)
    label = seen.city.label
    return f"{name}：最低{label(low.row.area)} {low.value}，最高{label(high.row.area)} {high.value}"


def _groups(seen: Seen, definition: Indicator) -> list[Group]:
    return [
        Group(
            area_type,
            tuple(_bar(seen, seen.cells[(definition.id, a)]) for a in areas),
            _cuts(seen, definition, area_type),
        )
        for area_type, areas in seen.groups
    ]


def _bar(seen: Seen, cell: Cell) -> Bar:
    reason = "" if cell.value else cell.status
    return Bar(seen.city.label(cell.row.area), cell.row.value, cell.value, cell.grade, reason, cell.synthetic)


def _cuts(seen: Seen, definition: Indicator, area_type: str) -> tuple[Cut, ...]:
    criterion = seen.city.book.criteria.get(definition.id)
    version = criterion.version(seen.which.year) if criterion is not None else None
    level = seen.city.by_code[seen.districts[0]].level
    judgement = version.levels.get(level) if version is not None else None
    if judgement is None or judgement.judge != "cut":
        return ()
    found = cuts_for(judgement, {area_type: 1.0} if area_type else {}, definition.decimals)
    if not isinstance(found, CutSet):
        return ()
    made = []
    for grade, point in zip(reversed(GRADES[:3]), reversed(found.points), strict=True):
        words = written(point, definition.direction)
        if isinstance(point, tuple):
            made.append(Cut(grade, words, float(point[0]), float(point[1])))
        elif definition.direction == "higher":
            made.append(Cut(grade, words, low=float(point)))
        else:
            made.append(Cut(grade, words, high=float(point)))
    return tuple(made)


def _focus(seen: Seen, key: str) -> str:
    """Choose the area that a trend talks about: the first poor one."""
    return next((a for a in seen.districts if seen.cells[(key, a)].grade == "差"), "")


def _trend(seen: Seen, definition: Indicator, focus: str) -> Chart:
    key = definition.id
    history = seen.cells[(key, seen.whole)].history()
    years = [str(y) for y, *_ in history]
    areas = [a for a in seen.districts if any(v for _, v, *_ in seen.cells[(key, a)].history())]
    series = [_series(seen, key, a, focus) for a in [*areas, seen.whole]]
    quiet = [Series("", s.values, "", "rest", s.synthetic) for s in series if s.role == "rest"]
    named = [s for s in series if s.role != "rest"] or series
    apart = [n for n, (_, _, _, joined) in enumerate(history) if not joined]
    breaks = [BreakBand(max(apart))] if apart and max(apart) + 1 < len(years) else []
    note = "口径改变之前的数不可与以后比较。" if breaks else ""
    return trend_chart(
        f"{years[0]}—{years[-1]} 年趋势",
        "trend",
        years,
        [*quiet, *named],
        f"{definition.name.zh} {years[0]}—{years[-1]} 年变化",
        breaks=breaks,
        around={"hint": printed(definition.unit), "note": note, "links": (Link("看表格", "#h-table"),)},
    )


def _series(seen: Seen, key: str, area: str, focus: str) -> Series:
    cell = seen.cells[(key, area)]
    values = tuple(None if v is None else float(v) for _, v, *_ in cell.history())
    role = "city" if area == seen.whole else "focus" if area == focus else "rest"
    return Series(seen.city.by_code[area].short, values, cell.value, cast("Any", role), cell.synthetic)


def _map(seen: Seen, definition: Indicator, focus: str) -> Chart | None:
    shapes = seen.opened.display_outlines
    if not shapes or definition.scales == (seen.city.doc.levels[0].id,):
        return None
    cells = {a: seen.cells[(definition.id, a)] for a in seen.districts if a in shapes}
    by_code, boundary = seen.city.by_code, seen.city.doc.boundary
    regions = [Region(by_code[a].short, shapes[a], c.grade, c.reason, c.synthetic) for a, c in cells.items()]
    words = f"边界{boundary.mark}，{boundary.valid_from} 起" if boundary is not None else ""
    number = boundary.review_number if boundary is not None else None
    return grade_map(
        "等级分布图",
        "map",
        regions,
        f"{definition.name.zh}各区等级分布示意图",
        selected=by_code[focus].short if focus in by_code else "",
        boundary=words,
        review_number=number,
        around={
            "links": (
                Link("看表格", "#h-table"),
                Link("下载 GeoJSON", seen.url("geojson", indicator=definition.id)),
            ),
            "legend": GradeLegend(synthetic=seen.synthetic),
        },
    )


def _table(seen: Seen, definition: Indicator, focus: str) -> DataTable:
    key, year = definition.id, seen.which.year
    unit = seen.cells[(key, seen.whole)].unit
    columns = (
        Column("区"),
        Column(f"{year} 年", unit, numeric=True),
        Column(f"{year - 1} 年", unit, numeric=True),
        Column("等级"),
        Column("来源"),
        Column("距上一级"),
    )
    groups = [
        RowGroup(area_type, tuple(_row(seen, definition, a, selected=a == focus) for a in areas))
        for area_type, areas in seen.groups
    ]
    whole = _row(seen, definition, seen.whole, selected=False)
    return DataTable(
        f"{year} 年{definition.name.zh}", columns, tuple(groups), whole, _downloads(seen)[1:], plain=True
    )


def _row(seen: Seen, definition: Indicator, area: str, *, selected: bool) -> Row:
    cell = seen.cells[(definition.id, area)]
    last = cell.last_year()
    address = seen.url("explain", indicator=definition.id, area=area)
    before = last[1] if last is not None else None
    step = cell.facts["next"]
    return Row(
        (
            Link(seen.city.label(area), address),
            Figure(cell.value, synthetic=cell.synthetic) if cell.value else Missing(cell.status),
            Figure(before.replace("-", "−"), synthetic=cell.synthetic) if before else Missing("无数据"),
            cell.shown(),
            cell.line[4] if cell.value else "",
            f"{step[0]} {step[1]}" if step else "",
        ),
        selected,
    )
