"""区: one district over its dimensions, and its state on one A4 page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tijian.engine.report.tokens import GradeWord
from tijian.office.diagnose.queries import cases, unconfirmed
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.grade import GradeCell, GradeLegend, GradeShares
from tijian.shells.web.components.marks import CoverageBadge, Figure, Missing
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.components.tiles import StatTile, Tiles
from tijian.shells.web.pages.seen import Cell, Seen, frame, seen_of
from tijian.shells.web.pages.shortfalls import Shortfall, close_to_poor, shortfalls

GRADED: tuple[GradeWord, ...] = ("优", "良", "中", "差")
WORST = 6
LEAST = 3  # problems shown of an area: where fewer are 差, those nearest to it fill up


@dataclass(frozen=True)
class DimensionPanel:
    """A dimension of an area: its id and name, grade, why, coverage, and the table of its indicators."""

    id: str
    zh: str
    grade: GradeCell
    reason: str
    coverage: CoverageBadge
    table: DataTable


@require_GET
def areas(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the districts and the city: grades, what is poor, and the worst problem of each."""
    seen = seen_of(round_id)
    return render(request, "pages/areas.html", frame(request, seen) | {"table": overview(seen)})


def overview(seen: Seen) -> DataTable:
    """Put one row for each district, in the city's order, and one for the city."""
    columns = (
        Column("区"),
        Column("区类"),
        Column("等级分布"),
        Column("差", numeric=True),
        Column("破底线", numeric=True),
        Column("最差的问题"),
        Column("城市病"),
    )
    poor, named = shortfalls(seen), _reasons(seen)
    rows = tuple(
        _area_row(seen, area, [s for s in poor if s.cell.row.area == area], named.get(area, {}))
        for area in (*seen.districts, seen.whole)
    )
    links = (Link("下载 csv", seen.url("download", name="values.csv")),)
    return DataTable("各区体检结果", columns, (RowGroup("", rows),), links=links, plain=True)


def _area_row(seen: Seen, area: str, poor: list[Shortfall], reasons: dict[str, list[Reason]]) -> Row:
    here = cells(seen, area)
    count = tuple((g, sum(c.grade == g for c in here)) for g in GRADED)
    first = poor[0] if poor else None
    named = dict.fromkeys(r.link.text for found in reasons.values() for r in found)
    return Row(
        (
            Link(seen.city.label(area), seen.url("area", area=area)),
            _type_words(seen, area),
            GradeShares(count, synthetic=seen.synthetic),
            str(dict(count)["差"]),
            str(sum(bool(c.facts["broken"]) for c in here)),
            Text("没有评为差或破底线的") if first is None else Link(first.name, first.href),
            "、".join(named) or "没有",
        )
    )


@require_GET
def area(request: HttpRequest, round_id: int, area: str) -> HttpResponse:
    """Show one area: its worst figures and every dimension.

    Raises:
        Http404: If the round does not examine it.
    """
    seen = seen_of(round_id)
    _check(seen, area)
    context = frame(request, seen) | {
        "area": area,
        "area_zh": seen.city.label(area),
        "area_type": _type_words(seen, area),
        "tiles": tiles(seen, area),
        "panels": panels(seen, area),
        "problems": problems(seen, area),
        "legend": GradeLegend(synthetic=seen.synthetic),
        "neighbours": [
            (seen.city.by_code[a].short, seen.url("area", area=a), a == area)
            for a in [*seen.districts, seen.whole]
        ],
    }
    return render(request, "pages/area.html", context)


@require_GET
def onepage_first(request: HttpRequest, round_id: int) -> HttpResponse:
    """Go to the page of the first district."""
    return redirect("onepage", round_id=round_id, area=seen_of(round_id).districts[0])


@require_GET
def onepage(request: HttpRequest, round_id: int, area: str) -> HttpResponse:
    """Show the state of one district on one A4 page.

    Raises:
        Http404: If the round does not examine it.
    """
    seen = seen_of(round_id)
    _check(seen, area)
    context = frame(request, seen) | {
        "area": area,
        "area_zh": seen.city.label(area),
        "area_type": _type_words(seen, area),
        "tiles": tiles(seen, area),
        "panels": panels(seen, area),
        "worst": worst(seen, area)[:WORST],
        "good": _good(seen, area),
        "lacking": _lacking(seen, area),
        "neighbours": [
            (seen.city.by_code[a].short, seen.url("onepage", area=a), a == area) for a in seen.districts
        ],
    }
    return render(request, "pages/onepage.html", context)


def _check(seen: Seen, area: str) -> None:
    if area not in seen.city.by_code:
        raise Http404("这一轮没有这个区。")


def _type_words(seen: Seen, area: str) -> str:
    scheme = seen.city.areas.default_scheme
    shares = seen.city.by_code[area].types.get(scheme or "", {})
    return "、".join(t if share == 1 else f"{t} {share:.0%}" for t, share in shares.items())


def cells(seen: Seen, area: str) -> list[Cell]:
    """Give the cells of an area, in order of indicators."""
    return [seen.cells[(k, area)] for k in seen.city.catalogue.indicators if (k, area) in seen.cells]


def tiles(seen: Seen, area: str) -> Tiles:
    """Coverage, grades, poor figures, broken bottom lines of an area."""
    here = [c for c in cells(seen, area) if c.status != "不适用"]
    have = [c for c in here if c.status == "有值"]
    count = {g: sum(c.grade == g for c in here) for g in GRADED}
    broken = [c for c in here if c.facts["broken"]]
    names = seen.city.catalogue.indicators
    return Tiles(
        (
            StatTile(
                "数据覆盖",
                Figure(f"{len(have)}", synthetic=seen.synthetic),
                f"/ {len(here)} 项",
                coverage=CoverageBadge(len(have), len(here), badge=False),
            ),
            StatTile(
                f"等级分布（{sum(count.values())} 项有等级）",
                shares=GradeShares(tuple(count.items()), synthetic=seen.synthetic),
            ),
            StatTile("差", Figure(f"{count['差']}", synthetic=seen.synthetic), "项", bad=count["差"] > 0),
            StatTile(
                "底线未达标",
                Figure(f"{len(broken)}", synthetic=seen.synthetic),
                "项",
                "、".join(names[c.row.indicator].name.zh for c in broken[:2]) or "没有破底线",
                bad=bool(broken),
            ),
        ),
        f"{seen.city.label(area)}总体情况",
    )


@dataclass(frozen=True)
class Reason:
    """A disease that a figure speaks for: where it is told, its cause or what it rests on."""

    link: Link
    words: str


@dataclass(frozen=True)
class Problem:
    """A poor figure of an area, or one close to it, and the diseases it speaks for there.

    Attributes:
        shortfall: The figure.
        poor: Whether it is poor, not only close to it.
        diseases: 城市病 and candidates of the area that rest on the indicator.
    """

    shortfall: Shortfall
    poor: bool
    diseases: tuple[Reason, ...]


def problems(seen: Seen, area: str) -> list[Problem]:
    """List what is worst in an area: everything poor, filled up to three with what is closest to it."""
    poor, named = worst(seen, area), _reasons(seen).get(area, {})
    near = close_to_poor(seen, area)[: LEAST - len(poor)] if len(poor) < LEAST else []
    return [
        Problem(s, is_poor, tuple(named.get(s.cell.row.indicator, ())))
        for found, is_poor in ((poor, True), (near, False))
        for s in found
    ]


def _reasons(seen: Seen) -> dict[str, dict[str, list[Reason]]]:
    """Give the diseases by area and the indicator they rest on: confirmed ones with their cause, then candidates."""
    found: dict[str, dict[str, list[Reason]]] = {}

    def add(area: str, keys: Iterable[str], reason: Reason) -> None:
        for key in keys:
            found.setdefault(area, {}).setdefault(key, []).append(reason)

    for case in cases(state="open"):
        diagnosis = case.diagnosis
        if diagnosis.round.year > seen.which.year:
            continue
        link = Link(f"{diagnosis.name}（{case.state}）", seen.url("disease", number=diagnosis.number))
        keys = {e.result.indicator for e in case.evidence if e.result is not None}
        keys |= set(diagnosis.candidate.known()["indicators"]) if diagnosis.candidate is not None else set()
        for area in diagnosis.codes():
            add(area, sorted(keys), Reason(link, f"成因：{diagnosis.cause}"))
    for candidate in unconfirmed(seen.which):
        known = candidate.known()
        address = seen.url("candidate", disease=candidate.disease, area=candidate.area)
        words = "；".join([known["necessary"], *known["matched"]])
        reason = Reason(Link(f"候选：{candidate.name}", address), f"依据：{words}")
        add(candidate.area, known["indicators"], reason)
    return found


def worst(seen: Seen, area: str) -> list[Shortfall]:
    """List the poor figures of an area, the worst first."""
    return [s for s in shortfalls(seen) if s.cell.row.area == area]


def panels(seen: Seen, area: str) -> list[DimensionPanel]:
    """Show every dimension of an area with its indicators."""
    made = []
    for dimension in seen.dimension_list:
        keys = [k for k in seen.members(dimension.zh) if (k, area) in seen.cells]
        stored = seen.dimensions.get((dimension.zh, area))
        here = [seen.cells[(k, area)] for k in keys]
        applicable = [c for c in here if c.status != "不适用"]
        have = sum(c.status == "有值" for c in applicable)
        synthetic = any(c.synthetic for c in here)
        grade = GradeCell("无数据") if stored is None else GradeCell(stored.grade, synthetic=synthetic)  # type: ignore[arg-type]
        reason = "" if stored is None else stored.reason
        coverage = CoverageBadge(have, len(applicable))
        made.append(
            DimensionPanel(dimension.id, dimension.zh, grade, reason, coverage, _table(seen, area, here))
        )
    return made


def _table(seen: Seen, area: str, here: list[Cell]) -> DataTable:
    columns = (
        Column("指标"),
        Column("值", numeric=True),
        Column("单位"),
        Column("上年", numeric=True),
        Column("等级"),
        Column("判定"),
    )
    rows = tuple(_row(seen, area, cell) for cell in here)
    return DataTable(f"{seen.city.label(area)}各项指标", columns, (RowGroup("", rows),), plain=True)


def _row(seen: Seen, area: str, cell: Cell) -> Row:
    indicator = seen.city.catalogue.indicators[cell.row.indicator]
    last = cell.last_year()
    before: str | Component = Missing("无数据")
    if last is not None and last[1] is not None:
        before = Figure(last[1].replace("-", "−"), synthetic=cell.synthetic)
    elif cell.status == "不适用":
        before = Missing("不适用")
    value: Component = Figure(cell.value, synthetic=cell.synthetic) if cell.value else Missing(cell.status)
    words = _short(cell)
    href = seen.url("explain", indicator=cell.row.indicator, area=area)
    return Row((Link(indicator.name.zh, href), value, cell.unit, before, cell.shown(), words))


def _short(cell: Cell) -> str:
    """Say in a few words how far it is from the next grade, or why there is none."""
    if cell.facts["broken"]:
        return "破底线"
    step = cell.facts["next"]
    if step:
        return f"距{step[0]} {step[1]}"
    return str(cell.facts["reason"]) if cell.grade == "不评级" else ""


def _good(seen: Seen, area: str) -> list[str]:
    """Name what is graded 优."""
    known = seen.city.catalogue.indicators
    return [known[c.row.indicator].name.zh for c in cells(seen, area) if c.grade == "优"]


def _lacking(seen: Seen, area: str) -> list[str]:
    """Name what has no figure though it could."""
    known = seen.city.catalogue.indicators
    return [known[c.row.indicator].name.zh for c in cells(seen, area) if c.status == "无数据"]
