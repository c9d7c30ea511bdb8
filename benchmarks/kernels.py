"""The clipping kernel against shapely's and geopandas' overlay, on the layers of the demo city.

``python -m benchmarks.kernels``
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from benchmarks.cities import made, template
from benchmarks.tables import spread, table

from tijian.engine.compute.geo.measure import clipped_length
from tijian.engine.exam.folder import open_folder

SEED, YEAR, REPEAT = 20190619, 2019, 5

Lengths = dict[str, float]


@dataclass(frozen=True)
class Scene:
    """Road lines, and the built-up outline of each district, projected."""

    lines: Any
    outlines: dict[str, Any]
    crs: str


def scene(folder: Path) -> Scene:
    """Read the layers of a city as the road indicator sees them."""
    layers = open_folder(folder).layers
    roads, built = layers.layer("roads", YEAR), layers.layer("built_area", YEAR)
    if roads is None or built is None:
        raise LookupError(YEAR)
    whole = shapely.union_all(built.geometry)
    outlines = {code: shapely.intersection(whole, shape) for code, shape in layers.outlines().items()}
    return Scene(np.asarray(roads.geometry), outlines, roads.crs)


def by_kernel(given: Scene) -> Lengths:
    """Clip with the product's kernel."""
    return {code: clipped_length(given.lines, outline) for code, outline in given.outlines.items()}


def by_shapely(given: Scene) -> Lengths:
    """Overlay every line that touches the outline: what one writes by hand."""
    found = {}
    for code, outline in given.outlines.items():
        shapely.prepare(outline)
        touching = given.lines[shapely.intersects(outline, given.lines)]
        found[code] = float(shapely.length(shapely.intersection(touching, outline)).sum())
    return found


def by_geopandas(given: Scene) -> Lengths:
    """Overlay two frames: the usual chain."""
    roads = gpd.GeoDataFrame(geometry=given.lines, crs=given.crs)
    frame = gpd.GeoDataFrame(
        {"code": list(given.outlines)}, geometry=list(given.outlines.values()), crs=given.crs
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        cut = gpd.overlay(roads, frame, how="intersection", keep_geom_type=True)
    lengths = cut.assign(metres=cut.length).groupby("code")["metres"].sum()
    return {code: float(lengths.get(code, 0.0)) for code in given.outlines}


def measure(repeat: int = REPEAT) -> list[tuple[str, list[float], Lengths]]:
    """Time the three ways on the same scene; outlines are prepared anew each time."""
    ways: tuple[tuple[str, Callable[[Scene], Lengths]], ...] = (
        ("clipped_length", by_kernel),
        ("shapely.intersection", by_shapely),
        ("geopandas.overlay", by_geopandas),
    )
    with tempfile.TemporaryDirectory() as scratch:
        given = scene(made(template(), SEED, Path(scratch) / "city"))
    return [(name, *_timed(way, given, repeat)) for name, way in ways]


def _timed(way: Callable[[Scene], Lengths], given: Scene, repeat: int) -> tuple[list[float], Lengths]:
    samples, found = [], {}
    for _ in range(repeat):
        shapely.destroy_prepared(list(given.outlines.values()))
        start = time.perf_counter()
        found = way(given)
        samples.append(time.perf_counter() - start)
    return samples, found


def show(results: list[tuple[str, list[float], Lengths]]) -> None:
    """Print seconds, ratios and differences."""
    _, own, lengths = results[0]
    rows = []
    for name, samples, found in results:
        worst = max(abs(found[c] - lengths[c]) for c in lengths)
        ratio = min(samples) / min(own)
        rows.append((name, spread(samples), f"{ratio:.1f} ×", f"{sum(found.values()):.3f}", f"{worst:.2e}"))
    title = f"九区道路按建成区裁剪（{YEAR} 年，演示图层）"
    table(title, ("方法", "秒 最小/中位", "倍数", "合计 m", "各区最大相差 m"), rows)


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    show(measure(parser.parse_args().repeat))


if __name__ == "__main__":
    main()
