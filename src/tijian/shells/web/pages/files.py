"""Downloads: the stored tables of a round, and the outlines of one indicator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.files import csv_bytes
from tijian.engine.sources.layer import STORED_CRS
from tijian.office.values.export import tables
from tijian.shells.web.pages.seen import seen_of

CSV = "text/csv; charset=utf-8"
PRECISION = 1e-6  # degrees, a tenth of a metre
FORMULA = re.compile(r"[=+@\t\r]|-(?![\d.])")  # what begins so a spreadsheet runs; a figure may be negative


@require_GET
def download(request: HttpRequest, round_id: int, name: str) -> HttpResponse:
    """Give one stored table of a round.

    Raises:
        Http404: If the round has no such table.
    """
    seen = seen_of(round_id)
    found = tables(seen.which)
    if name not in found:
        raise Http404("没有这个文件。")
    return attachment(found[name], f"{seen.which.name}-{name}", CSV)


def spreadsheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table for people to open: a cell that a spreadsheet would run as a formula is only text there."""
    return csv_bytes(header, [[_harmless(str(cell)) for cell in row] for row in rows])


def _harmless(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """Answer with a file to be saved."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = disposition(name)
    return response


def disposition(name: str) -> str:
    """Say in a header that the answer is a file to be saved under a name."""
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


@require_GET
def geojson(request: HttpRequest, round_id: int, indicator: str) -> HttpResponse:
    """Give the outlines of the areas with the value and grade of one indicator (EPSG:4490, longitude first).

    Raises:
        Http404: If the round has no such indicator, or the city no boundary.
    """
    seen = seen_of(round_id)
    outlines = seen.opened.layers.outlines()
    if indicator not in seen.city.catalogue.indicators or not outlines:
        raise Http404("没有这项指标或没有边界。")
    codes = [c for c in outlines if (indicator, c) in seen.cells]
    shapes = project(
        np.array([outlines[c] for c in codes], dtype=object), seen.city.doc.crs.projected, STORED_CRS
    )
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": code,
                "name": seen.city.label(code),
                "period": seen.which.year,
                "indicator": indicator,
                "value": seen.cells[(indicator, code)].row.value,
                "unit": seen.cells[(indicator, code)].line[8],
                "grade": seen.cells[(indicator, code)].grade,
                "mark": seen.cells[(indicator, code)].line[11],
            },
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, PRECISION))),
        }
        for code, shape in zip(codes, shapes, strict=True)
    ]
    boundary = seen.city.doc.boundary
    document = {
        "type": "FeatureCollection",
        "review_number": boundary.review_number if boundary is not None else None,
        "features": features,
    }
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return attachment(content, f"{seen.which.name}-{indicator}.geojson", "application/geo+json")
