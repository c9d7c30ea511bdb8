"""短板: every poor figure of a round, with filters, pages and what is being done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Missing
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.shortfalls import Shortfall, shortfalls

SIZE = 50


@require_GET
def poor(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the poor figures."""
    seen = seen_of(round_id)
    area, dimension = request.GET.get("area", ""), request.GET.get("dimension", "")
    known = seen.city.catalogue.indicators
    every = shortfalls(seen)
    found = [
        s
        for s in every
        if area in {"", s.cell.row.area} and dimension in {"", known[s.cell.row.indicator].dimension}
    ]
    paging = Paging(
        len(found),
        page_number(request.GET.get("page", "")),
        SIZE,
        tuple((k, v) for k, v in (("area", area), ("dimension", dimension)) if v),
    )
    context = frame(request, seen) | {
        "filters": _filters(seen, area, dimension, len(found), len(every)),
        "table": _table(found[paging.slice], paging, seen) if found else None,
        "empty": Empty("没有短板", "没有评为差或破底线的指标；换一个条件再看。"),
    }
    return render(request, "pages/poor.html", context)


def _filters(seen: Seen, area: str, dimension: str, found: int, total: int) -> Filters:
    address = seen.url("shortfalls")
    areas = (Option("", "全部区"), *(Option(a, seen.city.label(a)) for a in (*seen.districts, seen.whole)))
    dimensions = (Option("", "全部维度"), *(Option(d.zh, d.zh) for d in seen.dimension_list))
    fields = (
        Field("area", "区", area, "select", options=areas),
        Field("dimension", "维度", dimension, "select", options=dimensions),
    )
    return Filters(address, fields, f"{found} 项，共 {total} 项", address if area or dimension else "")


def _table(found: list[Shortfall], paging: Paging, seen: Seen) -> DataTable:
    columns = (
        Column("指标"),
        Column("区"),
        Column("值", numeric=True),
        Column("等级"),
        Column("达不到"),
        Column("差多少", numeric=True),
        Column("对策"),
    )
    links = (Link("下载 csv", seen.url("download", name="values.csv")),)
    return DataTable(
        "短板",
        columns,
        (RowGroup("", tuple(_row(s) for s in found)),),
        links=links,
        paging=paging,
        plain=True,
    )


def _row(found: Shortfall) -> Row:
    cure: Component = Link(found.cure.number, found.cure.href) if found.cure is not None else Text("无对策")
    return Row(
        (
            Link(found.name, found.href),
            found.area,
            found.figure or Missing(found.cell.status),
            found.cell.shown(),
            found.limit,
            found.gap_words,
            cure,
        )
    )
