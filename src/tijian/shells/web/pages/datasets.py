"""数据资源: the layers a round computes from, each with its origin, what uses it, a picture and downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.engine.catalogue.city import LayerDoc
from tijian.engine.compute.geo.crs import project
from tijian.engine.sources import layer_export
from tijian.engine.sources.layer import STORED_CRS, Layer
from tijian.office.people.queries import titles
from tijian.office.register.models import Dataset
from tijian.shells.web.components.component import Link, Text
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.pictures import picture
from tijian.shells.web.pages.seen import Seen, frame, seen_of

KIND_ZH = {"points": "点", "lines": "线", "polygons": "面", "places": "点和面"}
SAMPLE = 20  # features shown
NAMED = 3  # indicators named in the list
KINDS = {
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "csv": CSV,
}


@dataclass(frozen=True)
class Holding:
    """A layer that the city declares, with the years it is there for in a round."""

    name: str
    doc: LayerDoc
    years: tuple[int, ...]


def holdings(seen: Seen) -> list[Holding]:
    """List the declared layers; one without a file has no years."""
    layers, years = seen.opened.layers, seen.city.doc.years
    span = range(years.lookback, seen.which.year + 1)
    return [
        Holding(name, doc, tuple(y for y in span if layers.exists(name, y)))
        for name, doc in seen.city.doc.layers.items()
    ]


@require_GET
def datasets(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the layers of a round."""
    seen = seen_of(round_id)
    found = holdings(seen)
    empty = Empty("没有空间数据", "这座城市的 city.yaml 没有声明图层，指标都由部门提报或调查得来。", None)
    context = frame(request, seen) | {"table": _list(seen, found) if found else None, "empty": empty}
    return render(request, "pages/datasets.html", context)


def _list(seen: Seen, found: list[Holding]) -> DataTable:
    columns = (
        Column("图层"),
        Column("几何"),
        Column("时期"),
        Column("来源"),
        Column("坐标系"),
        Column("标记"),
        Column("用于指标"),
    )
    return DataTable("空间数据", columns, (RowGroup("", tuple(_row(seen, h) for h in found)),), plain=True)


def _row(seen: Seen, held: Holding) -> Row:
    doc = held.doc
    names = [seen.city.catalogue.indicators[k].name.zh for k in users(seen, held.name)]
    used = "、".join(names[:NAMED]) + (f"等 {len(names)} 项" if len(names) > NAMED else "")
    kind = KIND_ZH[doc.kind]
    if not held.years:
        source = Text(doc.provider, doc.licence)
        return Row((Text(doc.zh, held.name), kind, "没有文件", source, doc.crs, doc.mark, used or "没有"))
    first, year = held.years[0], held.years[-1]
    record = seen.opened.layers.record(held.name, year)
    if record is None:
        raise LookupError(held.name)
    span = f"{year}" if first == year else f"{first}—{year}"
    return Row(
        (
            Link(doc.zh, seen.url("dataset", layer=held.name, year=year), held.name),
            kind,
            Text(span, f"{len(held.years)} 期，最新 {record.captured or year}"),
            Text(record.provider, record.licence),
            Text(record.crs, f"sha256 {record.sha256[:8]}"),
            record.mark.replace(";", "、"),
            used or "没有",
        )
    )


def users(seen: Seen, name: str) -> list[str]:
    """Name the indicators that are computed from a layer."""
    return [
        key
        for key, program in seen.opened.programs.items()
        if program.computation is not None and name in program.computation.needs
    ]


@require_GET
def dataset(request: HttpRequest, round_id: int, layer: str, year: int) -> HttpResponse:
    """Show one layer of a year: where it came from, fields, some features, a picture, what uses it.

    Raises:
        Http404: If the round has no such layer.
    """
    seen = seen_of(round_id)
    found = read(seen, layer, year)
    held = next(h for h in holdings(seen) if h.name == layer)
    degrees = project(found.geometry, found.crs, STORED_CRS)
    context = frame(request, seen) | {
        "layer": layer,
        "year": year,
        "doc": held.doc,
        "kind": KIND_ZH[held.doc.kind],
        "record": found.record,
        "count": len(found),
        "extent": _extent(degrees),
        "years": [(str(y), seen.url("dataset", layer=layer, year=y), y == year) for y in held.years],
        "downloads": [(k, seen.url("dataset_file", layer=layer, year=year, kind=k)) for k in KINDS],
        "fields": _fields(found.fields, len(found)),
        "sample": _sample(found.fields, len(found)),
        "users": [
            Link(seen.city.catalogue.indicators[k].name.zh, seen.url("indicator", indicator=k))
            for k in users(seen, layer)
        ],
        "revisions": _revisions(layer, year, seen.position),
        "picture": picture(seen, found.geometry, f"{held.doc.zh}在各区的分布示意图"),
    }
    return render(request, "pages/dataset.html", context)


def read(seen: Seen, name: str, year: int) -> Layer:
    """Read a layer of a round, projected.

    Raises:
        Http404: If the round has no such layer.
    """
    found = seen.opened.layers.layer(name, year)
    if found is None:
        raise Http404("这一轮没有这个图层。")
    return found


def _extent(degrees: Any) -> str:
    if not len(degrees):
        return "没有要素"
    west, south, east, north = shapely.total_bounds(degrees).tolist()
    return f"东经 {west:.4f}°—{east:.4f}°，北纬 {south:.4f}°—{north:.4f}°"


def _fields(fields: Mapping[str, list[Any]], count: int) -> DataTable:
    rows = []
    for name, cells in fields.items():
        known = [c for c in cells if c not in (None, "")]
        kind = "数" if known and all(isinstance(c, int | float) for c in known) else "文字"
        example = str(known[0])[:40] if known else ""
        rows.append(Row((name, kind, f"{count - len(known)}", example)))
    columns = (Column("字段"), Column("类型"), Column("空格", numeric=True), Column("例"))
    return DataTable("字段", columns, (RowGroup("", tuple(rows)),), plain=True)


def _sample(fields: Mapping[str, list[Any]], count: int) -> DataTable:
    columns = (Column("序号", numeric=True), *(Column(name) for name in fields))
    rows = tuple(
        Row((str(k + 1), *("" if cells[k] is None else str(cells[k])[:60] for cells in fields.values())))
        for k in range(min(SAMPLE, count))
    )
    return DataTable(f"前 {len(rows)} 个要素", columns, (RowGroup("", rows),), plain=True, cards=False)


def _revisions(layer: str, year: int, position: int) -> DataTable | None:
    names = titles()
    rows = Dataset.objects.filter(layer=layer, period=str(year), action__position__lte=position)
    made = tuple(
        Row(
            (
                str(d.revision),
                d.action.business_date.isoformat(),
                names.get(d.action.actor, d.action.actor),
                d.provider,
                d.mark.replace(";", "、"),
                Text(f"{d.sha256[:12]}…"),
            )
        )
        for d in rows.select_related("action").order_by("-revision")
    )
    columns = (
        Column("修订", numeric=True),
        Column("登记日期"),
        Column("登记人"),
        Column("提供单位"),
        Column("标记"),
        Column("sha256"),
    )
    return DataTable("登记", columns, (RowGroup("", made),), plain=True) if made else None


@require_GET
def dataset_file(request: HttpRequest, round_id: int, layer: str, year: int, kind: str) -> HttpResponse:
    """Give a layer as a file, in EPSG:4490, longitude before latitude.

    Raises:
        Http404: If the round has no such layer, or it is not given in this form.
    """
    seen = seen_of(round_id)
    if kind not in KINDS:
        raise Http404("没有这种格式。")
    found = read(seen, layer, year)
    geometry = np.asarray(project(found.geometry, found.crs, STORED_CRS), dtype=object)
    if kind == "gpkg":
        content = layer_export.geopackage(layer, geometry, found.fields, STORED_CRS)
    elif kind == "parquet":
        content = layer_export.geoparquet(geometry, found.fields, STORED_CRS)
    else:
        content = spreadsheet(*layer_export.table(geometry, found.fields))
    return attachment(content, f"{layer}-{year}.{kind}", KINDS[kind])
