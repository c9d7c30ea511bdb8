"""Who is not served, as a layer and a table of the examined year, beside the figures of coverages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.crs import project
from tijian.engine.compute.program import Program
from tijian.engine.compute.registry import Computation, Gap
from tijian.engine.compute.zones import POPULATION
from tijian.engine.exam.evaluate import YearMaterial
from tijian.engine.exam.inputs import Inputs
from tijian.engine.exam.results import Results
from tijian.engine.exam.steps import Form, Log, kept_or_made, step_key
from tijian.engine.sources.layer import STORED_CRS

DECIMALS = 6  # of a degree, a tenth of a metre
M2_PER_HA = 10_000.0
COLUMNS = [
    "indicator",
    "area",
    "people",
    "hectares",
    "lon",
    "lat",
    "nearest",
    "distance_m",
    "lacking",
    "mark",
]


def gap_features(results: Results) -> list[dict[str, Any]]:
    """Give the places not served as GeoJSON features (EPSG:4490, longitude first), by indicator and area."""
    return [f for key in results.scope for f in gaps_of(results.inputs, key, results.year)]


def has_gaps(program: Program) -> bool:
    """Tell whether an indicator is a coverage whose unserved places can be named."""
    return program.computation is not None and program.computation.gaps is not None


def gaps_of(inputs: Inputs, indicator: str, year: int) -> list[dict[str, Any]]:
    """Give the places not served of one indicator and year; none where it is no coverage or lacks a layer."""
    computation = inputs.programs[indicator].computation
    if computation is None or computation.gaps is None:
        return []
    lowest = tuple(c for c in inputs.city.by_code if not inputs.city.children[c])
    material = YearMaterial(inputs, year, lowest)
    mark = ";".join(sorted(material.marks(computation.needs)))
    return [
        {**feature, "properties": {"indicator": indicator, **feature["properties"], "mark": mark}}
        for feature in _kept(computation, material, inputs.city.doc.crs.projected)
    ]


def _kept(computation: Computation, material: YearMaterial, crs: str) -> list[dict[str, Any]]:
    """Find the places, or take those kept of equal layers."""
    inputs, name = material.inputs, f"{computation.name} 未服务"
    needs = tuple(dict.fromkeys((*computation.needs, POPULATION)))

    def make() -> list[dict[str, Any]]:
        gaps = computation.gaps(material) if computation.gaps is not None else []
        return [_feature(gap, shape) for gap, shape in zip(gaps, _degrees(gaps, crs), strict=True)]

    return kept_or_made(
        name,
        lambda: step_key(name, *material.fingerprint(needs)),
        make,
        Form(lambda features: {"features": features}, lambda stored: stored.get("features")),
        Log(material.year, inputs.steps, inputs.done),
    )


def _degrees(gaps: list[Gap], crs: str) -> Any:
    if not gaps:
        return []
    return project(np.array([g.shape for g in gaps], dtype=object), crs, STORED_CRS)


def _feature(gap: Gap, shape: Any) -> dict[str, Any]:
    inside = shapely.point_on_surface(shape)
    return {
        "type": "Feature",
        "properties": {
            "area": gap.area,
            "people": None if gap.people is None else round(gap.people),
            "hectares": round(float(shapely.area(gap.shape)) / M2_PER_HA, 2),
            "lon": round(float(inside.x), DECIMALS),
            "lat": round(float(inside.y), DECIMALS),
            "nearest": gap.nearest,
            "distance_m": None if gap.distance is None else round(gap.distance),
            "lacking": gap.lacking,
        },
        # Point by point: a sliver that a grid would close is what it is, and no reason to fail.
        "geometry": json.loads(shapely.to_geojson(shapely.transform(shape, _rounded))),
    }


def _rounded(xy: Any) -> Any:
    return np.round(xy, DECIMALS)


def gap_rows(features: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Give the places as rows of ``gaps.csv``."""
    return [
        ["" if (cell := feature["properties"][column]) is None else str(cell) for column in COLUMNS]
        for feature in features
    ]


def gaps_geojson(features: list[dict[str, Any]], name: str) -> bytes:
    """Write ``gaps.geojson``."""
    document = {"type": "FeatureCollection", "name": name, "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
