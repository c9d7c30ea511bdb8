"""Coverage of people and unions of service areas against shapely and geopandas, on a made city of 100 km.

``python -m benchmarks.surface``. Peers are given their geometries ready made and are only timed for what
follows; every way must give the same figures, or the run ends with an error.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from benchmarks.tables import bar, spread, table
from numpy.typing import NDArray

from tijian.engine.compute.geo.coverage import people_covered, reach, within
from tijian.engine.compute.geo.grid_cover import fill_discs
from tijian.engine.compute.geo.overlay import area_within

SEED, REPEAT = 20190619, 3
CELLS, WIDTH = 1000, 100.0  # a side of the grid, and metres a cell
ZONES = (50, 40)  # columns and rows: 2,000 zones
DISCS, RADIUS = 20_000, 500.0
SOUTH_WEST = np.array([41_450_000.0, 4_580_000.0])  # as in EPSG:4550
CRS = "EPSG:4550"
GRID_BAR, SCATTERED_BAR, UNION_BAR, MEMORY_BAR = 15.0, 2.0, 3.0, 300.0
SAME = 1e-9  # relative: areas by different orders of union differ by roundings

Floats = NDArray[np.float64]
Way = tuple[str, Callable[["Scene"], Floats]]
Row = tuple[str, list[float], Floats]


class DisagreementError(Exception):
    """Two ways gave different figures."""


@dataclass(frozen=True)
class Scene:
    """People on points, in zones, and facilities; what peers need of it is made beforehand.

    Attributes:
        x: Centres of columns of the grid.
        y: Centres of its rows.
        points: Where people are, shape (n, 2).
        people: How many.
        zone: Zone of each point.
        zones: Their polygons.
        centres: Facilities, shape (m, 2).
        places: ``points`` as geometries.
        facilities: ``centres`` as geometries.
        discs: What lies within the radius of each.
        frame: ``places`` as a frame.
        sites: ``facilities`` as a frame.
    """

    x: Floats
    y: Floats
    points: Floats
    people: Floats
    zone: NDArray[np.int64]
    zones: Any
    centres: Floats
    places: Any
    facilities: Any
    discs: Any
    frame: Any
    sites: Any


def scene(*, scattered: bool) -> Scene:
    """Make the city: a million cells of 100 m or as many points anywhere, 2,000 zones, 20,000 facilities."""
    draw = np.random.default_rng(SEED)
    side = CELLS * WIDTH
    axis = WIDTH / 2 + WIDTH * np.arange(CELLS)
    x, y = SOUTH_WEST[0] + axis, SOUTH_WEST[1] + axis
    cells = np.column_stack([np.tile(x, CELLS), np.repeat(y, CELLS)])
    points = draw.uniform(0, side, cells.shape) + SOUTH_WEST if scattered else cells
    columns, rows = ZONES
    place = ((points - SOUTH_WEST) / side * np.array(ZONES)).astype(np.int64)
    west, south = (axis.ravel() for axis in np.meshgrid(np.arange(columns), np.arange(rows)))
    step = side / np.array(ZONES)
    corner = SOUTH_WEST + np.column_stack([west, south]) * step
    zones = shapely.box(*corner.T, *(corner + step).T)
    centres = draw.uniform(0, side, (DISCS, 2)) + SOUTH_WEST
    people = draw.integers(0, 400, len(points)).astype(np.float64)
    places, facilities = shapely.points(points), shapely.points(centres)
    return Scene(
        x,
        y,
        points,
        people,
        place[:, 1] * columns + place[:, 0],
        zones,
        centres,
        places,
        facilities,
        reach(facilities, np.full(DISCS, RADIUS)),
        gpd.GeoDataFrame(geometry=places, crs=CRS),
        gpd.GeoDataFrame(geometry=facilities, crs=CRS),
    )


def _by_zone(given: Scene, served: NDArray[np.bool_]) -> Floats:
    """Sum the people served by zone; people are whole numbers, so that sums are exact in any order."""
    return np.bincount(given.zone[served], weights=given.people[served], minlength=len(given.zones))


def by_scan_lines(given: Scene) -> Floats:
    """Fill the grid by runs of columns."""
    served = fill_discs(given.x, given.y, given.centres, np.full(DISCS, RADIUS)).ravel()
    complete = np.zeros(len(given.zones), dtype=bool)
    return people_covered(given.people, served, given.zone, complete).ratio.part


def by_bands(given: Scene) -> Floats:
    """Mark scattered points by runs of bands."""
    served = within(given.points, given.facilities, np.full(DISCS, RADIUS))
    complete = np.zeros(len(given.zones), dtype=bool)
    return people_covered(given.people, served, given.zone, complete).ratio.part


def by_tree_of_points(given: Scene) -> Floats:
    """Ask an R-tree of the points for each facility: shapely."""
    _, found = shapely.STRtree(given.places).query(given.facilities, predicate="dwithin", distance=RADIUS)
    served = np.zeros(len(given.places), dtype=bool)
    served[found] = True
    return _by_zone(given, served)


def by_tree_of_facilities(given: Scene) -> Floats:
    """Ask an R-tree of the facilities for each point: shapely, the other way round."""
    found, _ = shapely.STRtree(given.facilities).query(given.places, predicate="dwithin", distance=RADIUS)
    served = np.zeros(len(given.places), dtype=bool)
    served[found] = True
    return _by_zone(given, served)


def by_join(given: Scene) -> Floats:
    """Join two frames by distance: geopandas, the usual chain."""
    joined = given.frame.sjoin(given.sites, predicate="dwithin", distance=RADIUS)
    served = np.zeros(len(given.places), dtype=bool)
    served[joined.index.unique()] = True
    return _by_zone(given, served)


def by_union_in_each_zone(given: Scene) -> Floats:
    """Unite what touches a zone, and cut it once."""
    return area_within(given.zones, given.discs)


def by_global_union(given: Scene) -> Floats:
    """Unite everything, then cut the parts by an R-tree: what one writes by hand."""
    parts = shapely.get_parts(shapely.union_all(given.discs))
    zone, part = shapely.STRtree(parts).query(given.zones, predicate="intersects")
    areas = shapely.area(shapely.intersection(given.zones[zone], parts[part]))
    return np.bincount(zone, weights=areas, minlength=len(given.zones))


def by_overlay(given: Scene) -> Floats:
    """Dissolve and overlay two frames: geopandas, the usual chain."""
    whole = gpd.GeoDataFrame(geometry=[gpd.GeoSeries(given.discs).union_all()], crs=CRS)
    zones = gpd.GeoDataFrame({"zone": range(len(given.zones))}, geometry=given.zones, crs=CRS)
    cut = zones.overlay(whole.explode(), how="intersection")
    areas = cut.area.groupby(cut["zone"]).sum()
    return areas.reindex(range(len(given.zones)), fill_value=0.0).to_numpy()


def _timed(ways: tuple[Way, ...], given: Scene, repeat: int, apart: float) -> list[Row]:
    """Time each way on the same scene, and refuse figures that differ by more than ``apart`` (relative)."""
    rows: list[Row] = []
    for name, way in ways:
        samples = []
        for _ in range(repeat):
            start = time.perf_counter()
            found = way(given)
            samples.append(time.perf_counter() - start)
        rows.append((name, samples, found))
        if not np.allclose(found, rows[0][2], rtol=apart, atol=apart):
            raise DisagreementError(f"{name}: {np.abs(found - rows[0][2]).max()}")
    return rows


def _peak(way: Callable[[Scene], Floats], given: Scene) -> float:
    """Give the most memory in MB that a way takes beyond its input."""
    tracemalloc.start()
    way(given)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def measure(repeat: int = REPEAT) -> list[tuple[str, float, list[Row], float]]:
    """Time the three pieces of work; each with its bar and the memory of our way."""
    peers: tuple[Way, ...] = (
        ("shapely STRtree 点", by_tree_of_points),
        ("shapely STRtree 设施", by_tree_of_facilities),
        ("geopandas.sjoin", by_join),
    )
    grid = scene(scattered=False)
    scan: Way = ("fill_discs", by_scan_lines)
    by_grid = _timed((scan, *peers), grid, repeat, 0.0)
    unions: tuple[Way, ...] = (
        ("area_within", by_union_in_each_zone),
        ("shapely 全体合并", by_global_union),
        ("geopandas.overlay", by_overlay),
    )
    by_area = _timed(unions, grid, repeat, SAME)
    memory = _peak(by_scan_lines, grid), _peak(by_union_in_each_zone, grid)
    anywhere = scene(scattered=True)
    by_points = _timed((("within", by_bands), *peers), anywhere, repeat, 0.0)
    return [
        ("按人口加权的覆盖率：一百万个格网单元", GRID_BAR, by_grid, memory[0]),
        ("按人口加权的覆盖率：一百万个散点", SCATTERED_BAR, by_points, _peak(by_bands, anywhere)),
        ("服务范围合并后按分区裁剪", UNION_BAR, by_area, memory[1]),
    ]


def show(results: list[tuple[str, float, list[Row], float]]) -> None:
    """Print seconds, ratios, totals and differences; the bar stands on the fastest peer."""
    for title, limit, rows, memory in results:
        _, own, figures = rows[0]
        told = [
            (
                name,
                spread(samples),
                f"{min(samples) / min(own):.1f} ×",
                f"{found.sum():.3f}",
                f"{np.abs(found - figures).max():.2e}",
            )
            for name, samples, found in rows
        ]
        table(
            f"{title}（2,000 个分区，20,000 个设施，500 m）",
            ("方法", "秒 最小/中位", "倍数", "合计", "各区最大相差"),
            told,
        )
        ratio = min(min(samples) for _, samples, _ in rows[1:]) / min(own)
        print(
            f"  最快的同类 {ratio:.1f} 倍，要求 ≥ {limit:g} 倍：{bar(limit, ratio)}；"
            f"内存 {memory:.0f} MB，要求 ≤ {MEMORY_BAR:g} MB：{bar(memory, MEMORY_BAR)}"
        )


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    show(measure(parser.parse_args().repeat))


if __name__ == "__main__":
    main()
