"""谁没有被服务: the places behind the figure of a coverage, the most people first, with the nearest facility."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.gaps import COLUMNS, gap_rows, gaps_of, has_gaps
from tijian.engine.sources.layer import STORED_CRS
from tijian.office.values.inputs import inputs
from tijian.shells.web.components.component import Link, Text
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.pictures import picture
from tijian.shells.web.pages.seen import SYNTHETIC, Seen, frame, seen_of

SIZE = 50  # rows a page
Feature = dict[str, Any]
ALL_SERVED = Empty("没有没被服务的地方", "这里都在服务范围以内，或者缺图层。", None)
NO_COVERAGE = Empty("这项指标没有“谁没有被服务”", "只有由图层算出的覆盖率才列得出没有被服务的地方。", None)


@require_GET
def gaps(request: HttpRequest, round_id: int, indicator: str) -> HttpResponse:
    """List the places that a coverage leaves, of the city or of one area; or give them as a table.

    Raises:
        Http404: If the round has no such indicator.
    """
    seen = seen_of(round_id)
    if indicator not in seen.opened.programs:
        raise Http404("这一轮没有这项指标。")
    is_coverage = has_gaps(seen.opened.programs[indicator])
    area = request.GET.get("area", "")
    places = gaps_of(inputs(seen.which, scope={indicator}), indicator, seen.which.year) if is_coverage else []
    found = [f for f in places if area in {"", f["properties"]["area"]}]
    found.sort(key=_weight)
    if request.GET.get("format") == "csv":
        return attachment(
            spreadsheet(COLUMNS, gap_rows(found)), f"{seen.which.name}-{indicator}-未服务.csv", CSV
        )
    name = seen.city.catalogue.indicators[indicator].name.zh
    context = frame(request, seen) | {
        "indicator": indicator,
        "name": name,
        "filters": _filters(seen, indicator, area, len(found)),
        "words": _words(found),
        "table": _table(request, seen, found, indicator, area) if found else None,
        "picture": _picture(seen, found, name) if found else "",
        "empty": ALL_SERVED if is_coverage else NO_COVERAGE,
    }
    return render(request, "pages/gaps.html", context)


def _weight(feature: Feature) -> tuple[float, float]:
    known = feature["properties"]
    return -(known["people"] or 0), -known["hectares"]


def _words(found: list[Feature]) -> str:
    people = sum(f["properties"]["people"] or 0 for f in found)
    hectares = sum(f["properties"]["hectares"] for f in found)
    return f"{len(found):,} 处，{people:,} 人，{hectares:,.0f} 公顷"


def _filters(seen: Seen, indicator: str, area: str, count: int) -> Filters:
    options = tuple(Option(a, seen.city.by_code[a].short) for a in seen.districts)
    fields = (Field("area", "区", area, "select", options=(Option("", "全市"), *options)),)
    address = seen.url("gaps", indicator=indicator)
    return Filters(address, fields, f"{count} 处", address if area else "")


def _table(request: HttpRequest, seen: Seen, found: list[Feature], indicator: str, area: str) -> DataTable:
    kept = (("area", area),) if area else ()
    paging = Paging(len(found), page_number(request.GET.get("page", "")), SIZE, kept, "处")
    columns = (
        Column("区"),
        Column("人口", "人", numeric=True),
        Column("面积", "公顷", numeric=True),
        Column("最近的设施"),
        Column("距离", "m", numeric=True),
        *((Column("缺什么"),) if _several(found) else ()),
        Column("位置"),
    )
    rows = tuple(_row(seen, f["properties"], several=_several(found)) for f in found[paging.slice])
    address = f"{seen.url('gaps', indicator=indicator)}?format=csv" + (f"&area={area}" if area else "")
    links = (Link("下载 csv", address),)
    return DataTable(
        "没有被服务的地方", columns, (RowGroup("", rows),), links=links, paging=paging, plain=True
    )


def _several(found: list[Feature]) -> bool:
    """Tell whether several kinds of facility are asked for, so that it has to be said which is lacking."""
    return any(f["properties"]["lacking"] for f in found)


def _row(seen: Seen, known: Feature, *, several: bool) -> Row:
    synthetic = SYNTHETIC in known["mark"]
    people = (
        "没有人口图层" if known["people"] is None else Figure(f"{known['people']:,}", synthetic=synthetic)
    )
    distance = "没有设施" if known["distance_m"] is None else f"{known['distance_m']:,}"
    return Row(
        (
            seen.city.label(known["area"]),
            people,
            f"{known['hectares']:,.1f}",
            known["nearest"] or "没有",
            distance,
            *((known["lacking"],) if several else ()),
            Text(f"{known['lon']:.4f}, {known['lat']:.4f}"),
        )
    )


def _picture(seen: Seen, found: list[Feature], name: str) -> str:
    shapes = np.array([shapely.geometry.shape(f["geometry"]) for f in found], dtype=object)
    projected = project(shapes, STORED_CRS, seen.city.doc.crs.projected)
    return picture(seen, projected, f"{name}没有服务到的地方示意图")
