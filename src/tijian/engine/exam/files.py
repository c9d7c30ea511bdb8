"""The files an examination leaves: the columns are a contract (docs/reference/commands.md)."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.gaps import COLUMNS, gap_features, gap_rows, gaps_geojson
from tijian.engine.exam.results import Results, Row
from tijian.engine.grade.diagnosis import Candidate, candidates_of
from tijian.engine.grade.findings import Finding
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import plain, shown
from tijian.engine.sources.layer import STORED_CRS

VALUES = [
    "system",
    "indicator",
    "area",
    "period",
    "strand",
    "value",
    "numerator",
    "denominator",
    "unit",
    "status",
    "coverage",
    "mark",
    "grade",
    "area_type",
    "criterion",
    "certainty",
    "method",
    "revision",
    "note",
]
STRANDS = [
    "indicator",
    "area",
    "period",
    "strand",
    "value",
    "numerator",
    "denominator",
    "unit",
    "status",
    "coverage",
    "mark",
    "method",
    "adopted",
]
DIMENSIONS = [
    "area",
    "dimension",
    "period",
    "grade",
    "score",
    "coverage",
    "graded",
    "applicable",
    "bottom_broken",
]
FINDINGS = [
    "id",
    "rule",
    "indicators",
    "areas",
    "period",
    "severity",
    "evidence",
    "disease",
    "cause",
    "certainty",
]
CANDIDATES = [
    "id",
    "disease",
    "area",
    "period",
    "score",
    "severity",
    "necessary",
    "matched",
    "missing",
    "against",
    "causes",
    "indicators",
    "certainty",
]
CANDIDATE = "候选，未经确认"


def cell_text(cell: float | Status) -> str:
    """Write a number of an input, 12 significant digits; nothing where there is a reason."""
    return "" if isinstance(cell, Status) else plain(cell)


def values_rows(results: Results) -> list[list[str]]:
    """Give ``values.csv``: one row an indicator and area, also where there is no value."""
    return [_values_row(r) for r in results.current()]


def _values_row(row: Row) -> list[str]:
    present = row.status is Status.PRESENT
    return [
        row.system,
        row.indicator.id,
        row.area,
        str(row.year),
        row.adopted.name,
        "" if row.value is None else f"{row.value:f}",
        cell_text(row.adopted.numerator),
        cell_text(row.adopted.denominator),
        row.indicator.unit,
        row.status.zh,
        "" if row.status is Status.NOT_APPLICABLE else _share(row.adopted.coverage if present else 0.0, row),
        row.mark,
        row.verdict.grade,
        row.area_type,
        row.verdict.criterion,
        row.certainty,
        row.adopted.method,
        str(row.revision),
        row.note,
    ]


def _share(share: float, row: Row) -> str:
    """Write a coverage: of a value that is missing, the share of parts that are there."""
    partial = row.adopted.coverage if row.status is Status.NO_DATA and row.adopted.coverage < 1.0 else share
    return plain(round(partial, 4))


def strands_rows(results: Results) -> list[list[str]]:
    """Give ``strands.csv``: every way of getting every value, with the one adopted."""
    rows = []
    for row in results.current():
        for cell in row.strands:
            value = cell.rounded(row.indicator.decimals)
            status = cell.value if isinstance(cell.value, Status) else Status.PRESENT
            rows.append(
                [
                    row.indicator.id,
                    row.area,
                    str(row.year),
                    cell.name,
                    "" if value is None else f"{value:f}",
                    cell_text(cell.numerator),
                    cell_text(cell.denominator),
                    row.indicator.unit,
                    status.zh,
                    "" if status is Status.NOT_APPLICABLE else plain(round(cell.coverage, 4)),
                    ";".join(sorted(cell.marks)),
                    cell.method,
                    "是" if cell.name == row.adopted.name else "否",
                ]
            )
    return rows


def dimensions_rows(results: Results) -> list[list[str]]:
    """Give ``dimensions.csv``."""
    rows = []
    for area in results.areas:
        for dimension in results.inputs.city.catalogue.dimensions:
            found = results.dimensions.get((dimension.zh, area, results.year))
            if found is None:
                continue
            rows.append(
                [
                    area,
                    dimension.zh,
                    str(results.year),
                    found.grade,
                    "" if found.score is None else shown(found.score, 2),
                    "" if found.coverage is None else plain(round(float(found.coverage), 4)),
                    str(found.graded),
                    str(found.applicable),
                    ";".join(found.broken),
                ]
            )
    return rows


def findings_rows(results: Results) -> list[list[str]]:
    """Give ``findings.csv``: diseases and causes are candidates, likeliest first."""
    return [_finding_row(results, i, f) for i, f in enumerate(results.findings, 1)]


def _finding_row(results: Results, number: int, finding: Finding) -> list[str]:
    candidates = candidates_of(finding, results.candidates)
    return [
        f"F{results.year}-{number:04d}",
        finding.rule,
        finding.indicator,
        finding.area,
        str(results.year),
        finding.severity,
        finding.evidence,
        ";".join(c.disease.name for c in candidates),
        ";".join(dict.fromkeys(c.first_cause for c in candidates if c.first_cause)),
        CANDIDATE,
    ]


def candidates_rows(results: Results) -> list[list[str]]:
    """Give ``candidates.csv``: proposed diseases with matched, missing and contradicting evidence."""
    return [_candidate_row(results, i, c) for i, c in enumerate(results.candidates, 1)]


def _candidate_row(results: Results, number: int, candidate: Candidate) -> list[str]:
    return [
        f"B{results.year}-{number:03d}",
        candidate.disease.name,
        candidate.area,
        str(results.year),
        str(candidate.score),
        candidate.severity,
        candidate.necessary.words,
        "；".join(s.words for s in candidate.matched),
        "；".join(s.words for s in candidate.missing),
        "；".join(s.words for s in candidate.against),
        ";".join(c.cause.name for c in candidate.causes if c.seen_for),
        ";".join(candidate.indicators),
        CANDIDATE,
    ]


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Write a table as CSV: UTF-8 with byte-order mark, as spreadsheets in offices read it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def geojson_bytes(results: Results) -> bytes:
    """Write ``results.geojson``: outlines (EPSG:4490, longitude first) with values and grades."""
    outlines = results.inputs.layers.outlines()
    codes = list(outlines)
    projected = results.inputs.city.doc.crs.projected
    shapes = project(np.array([outlines[c] for c in codes], dtype=object), projected, STORED_CRS)
    boundary = results.inputs.city.doc.boundary
    features = [
        {
            "type": "Feature",
            "properties": _properties(results, code),
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6))),
        }
        for code, shape in zip(codes, shapes, strict=True)
    ]
    document = {
        "type": "FeatureCollection",
        "name": f"tijian-{results.inputs.city.doc.city.code}-{results.year}",
        "boundary_mark": boundary.mark if boundary else "",
        "review_number": boundary.review_number if boundary else None,
        "features": features,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _properties(results: Results, code: str) -> dict[str, Any]:
    city = results.inputs.city
    values = {}
    for key in results.scope:
        row = results.row(key, code)
        values[key] = {
            "value": None if row.value is None else float(row.value),
            "unit": row.indicator.unit,
            "status": row.status.zh,
            "grade": row.verdict.grade,
            "mark": row.mark,
        }
    dimensions = {
        d: found.grade for (d, a, y), found in results.dimensions.items() if a == code and y == results.year
    }
    return {
        "code": code,
        "name": city.label(code),
        "period": results.year,
        "dimensions": dimensions,
        "indicators": values,
    }


def parquet_bytes(table: bytes) -> bytes:
    """Write ``values.parquet``: the table of ``values.csv`` with numbers as numbers."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    types = dict.fromkeys(VALUES, pa.string())
    types |= dict.fromkeys(("value", "numerator", "denominator", "coverage"), pa.float64())
    types |= dict.fromkeys(("period", "revision"), pa.int64())
    options = pc.ConvertOptions(column_types=types, null_values=[""])
    sink = pa.BufferOutputStream()
    pq.write_table(pc.read_csv(io.BytesIO(table), convert_options=options), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def check_out(out: Path) -> None:
    """See that results can be written, before anything is computed.

    Raises:
        Refused: If a file stands where the folder or one above it should be, or it may not be written to.
    """
    there = next(p for p in (out, *out.absolute().parents) if os.path.lexists(p))
    faults = Faults()
    if not there.is_dir():
        what = "请换一个名字；这里已有一个文件，没有动它。"
        faults.add("out.file", str(out), "", there.name, "写结果的文件夹", what)
    elif not os.access(there, os.W_OK | os.X_OK):
        faults.add("out.denied", str(out), "", str(there), "可以写入的文件夹", "没有写入的权限，请换一处。")
    faults.raise_if_any()


def write(out: Path, files: dict[str, bytes]) -> None:
    """Put files into a folder, made if it is not there; subfolders are named by ``/``.

    They are written aside first: an interruption leaves no folder and no half of a file. A folder that is
    there keeps its other files.

    Raises:
        Refused: If the folder cannot be written to, or has a folder where a file should go.
    """
    check_out(out)
    fresh = not out.exists()
    if fresh:
        out.parent.mkdir(parents=True, exist_ok=True)
    else:
        _check_names(out, files)
    with tempfile.TemporaryDirectory(prefix=".tijian-", dir=out.parent if fresh else out) as scratch:
        draft = Path(scratch) / "new"
        for name, data in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if fresh:
            draft.rename(out)
            return
        for name in files:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).replace(out / name)


def _check_names(out: Path, files: dict[str, bytes]) -> None:
    faults = Faults()
    for name in files:
        for folder in Path(name).parents[:-1]:
            if (out / folder).exists() and not (out / folder).is_dir():
                faults.add(
                    "out.file", str(out), str(folder), None, "一个文件夹", "这里已有同名的文件，请移走它。"
                )
        if (out / name).is_dir():
            faults.add("out.folder", str(out), name, None, "一个文件", "这里已有同名的文件夹，请移走它。")
    faults.raise_if_any()


def tables(results: Results) -> dict[str, bytes]:
    """Give every table of an examination as bytes, by file name."""
    values = csv_bytes(VALUES, values_rows(results))
    files = {
        "values.csv": values,
        "values.parquet": parquet_bytes(values),
        "strands.csv": csv_bytes(STRANDS, strands_rows(results)),
        "dimensions.csv": csv_bytes(DIMENSIONS, dimensions_rows(results)),
        "findings.csv": csv_bytes(FINDINGS, findings_rows(results)),
        "candidates.csv": csv_bytes(CANDIDATES, candidates_rows(results)),
    }
    if results.inputs.layers.outlines():
        files["results.geojson"] = geojson_bytes(results)
    gaps = gap_features(results)
    if gaps:
        name = f"tijian-{results.inputs.city.doc.city.code}-{results.year}-gaps"
        files |= {"gaps.csv": csv_bytes(COLUMNS, gap_rows(gaps)), "gaps.geojson": gaps_geojson(gaps, name)}
    return files
