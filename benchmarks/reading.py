"""OSM PBF to roads, areas and points: the product's reader against pyosmium with callbacks for every object.

``python -m benchmarks.reading``. Both make the same tables from the same keys and are held against each
other; each time is that of a whole new process, one of ours and one of the peer's by turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tables import bar, spread, table

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "perf"
FILES = ("porto_portugal.osm.pbf", "liechtenstein.osm.pbf")
REPEAT = 5
BAR, CACHED_BAR = 1.2, 0.3  # times the peer; seconds
LINES, AREAS = ("highway", "railway", "waterway"), ("building", "leisure", "landuse", "natural", "amenity")
POINTS = ("amenity", "shop", "highway", "public_transport", "barrier")
LINE_TAGS = (
    "highway", "railway", "waterway", "name", "oneway", "layer", "bridge", "tunnel", "junction", "maxspeed",
    "access", "foot", "bicycle", "service",
)  # fmt: skip
AREA_TAGS = ("building", "leisure", "landuse", "natural", "amenity", "name", "height", "building:levels")
POINT_TAGS = (*POINTS, "name")


@dataclass(frozen=True)
class Outcome:
    """What one process found and how long it took, seconds.

    Attributes:
        whole: From its start to its end, imports counted.
        inside: From the first byte read to the tables, imports not counted.
        counts: Lines, areas and points.
        sizes: Sum of the lengths of lines and of the areas, in degrees: equal where the geometry is.
    """

    whole: float
    inside: float
    counts: list[int]
    sizes: list[float]


def by_reader(path: Path, cache: Path | None = None) -> tuple[Any, Any, Any]:
    """Read with the product's reader."""
    from tijian.engine.sources.osm import Wanted, read_osm

    wanted = Wanted(LINES, AREAS, POINTS, LINE_TAGS, AREA_TAGS, POINT_TAGS)
    extract = read_osm(path, path.name, wanted, cache=cache)
    return extract.lines.geometry, extract.polygons.geometry, extract.points.geometry


def by_pyosmium(path: Path) -> tuple[Any, Any, Any]:
    """Read with a handler that has node, way and area callbacks: what one writes by hand."""
    import osmium
    import shapely

    factory = osmium.geom.WKBFactory()
    found: dict[str, tuple[list[str], list[list[str | None]]]] = {
        k: ([], []) for k in ("line", "area", "point")
    }

    def keep(kind: str, wkb: str, thing: Any, columns: tuple[str, ...]) -> None:
        shapes, rows = found[kind]
        shapes.append(wkb)
        rows.append([thing.tags.get(c) for c in columns])

    class Handler(osmium.SimpleHandler):  # type: ignore[misc,name-defined]
        def node(self, node: Any) -> None:
            if any(k in node.tags for k in POINTS):
                keep("point", factory.create_point(node), node, POINT_TAGS)

        def way(self, way: Any) -> None:
            if any(k in way.tags for k in LINES) and not (way.is_closed() and way.tags.get("area") == "yes"):
                try:
                    keep("line", factory.create_linestring(way, osmium.geom.ALL), way, LINE_TAGS)
                except RuntimeError:
                    return  # no two places, or a node that is not there

        def area(self, area: Any) -> None:
            if any(k in area.tags for k in AREAS) and area.num_rings()[0]:
                keep("area", factory.create_multipolygon(area), area, AREA_TAGS)

    Handler().apply_file(str(path), locations=True)
    lines, areas, points = (shapely.from_wkb(found[k][0]) for k in ("line", "area", "point"))
    return lines, areas, points


WAYS: dict[str, Callable[..., tuple[Any, Any, Any]]] = {"read_osm": by_reader, "pyosmium": by_pyosmium}


def once(way: str, path: Path, cache: Path | None) -> None:
    """Read once in this process and print what was found as one line of JSON."""
    import shapely

    start = time.perf_counter()
    lines, areas, points = WAYS[way](path, cache) if cache else WAYS[way](path)
    inside = time.perf_counter() - start
    sizes = [float(shapely.length(lines).sum()), float(shapely.area(areas).sum())]
    print(json.dumps({"inside": inside, "counts": [len(lines), len(areas), len(points)], "sizes": sizes}))


def run(way: str, path: Path, cache: Path | None = None) -> Outcome:
    """Read once in a new process."""
    command = [sys.executable, "-m", "benchmarks.reading", "--once", way, "--file", str(path)]
    command += ["--cache", str(cache)] if cache else []
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Outcome(time.perf_counter() - start, **json.loads(done.stdout))


def measure(repeat: int = REPEAT) -> dict[str, dict[str, list[Outcome]]]:
    """Read each file by turns with both, and from the tables kept."""
    results: dict[str, dict[str, list[Outcome]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for file in FILES:
            path, cache = DATA / file, Path(scratch) / file
            run("read_osm", path, cache)
            rows: dict[str, list[Outcome]] = {"read_osm": [], "pyosmium": [], "read_osm 缓存": []}
            for _ in range(repeat):
                rows["pyosmium"].append(run("pyosmium", path))
                rows["read_osm"].append(run("read_osm", path))
                rows["read_osm 缓存"].append(run("read_osm", path, cache))
            results[file] = rows
    return results


def show(results: dict[str, dict[str, list[Outcome]]]) -> None:
    """Print seconds, ratios, counts and bars.

    Counts and lengths must be equal. Areas are where no multipolygon of the old style is read: its tags stand
    on an outer way, and pyosmium fills its holes.
    """
    rows = []
    for file, ways in results.items():
        peer = ways["pyosmium"]
        for way, outcomes in ways.items():
            ratio = statistics.median(o.inside for o in outcomes) / statistics.median(o.inside for o in peer)
            least = min(o.inside for o in outcomes)
            limit = {"read_osm": bar(ratio, BAR), "pyosmium": "", "read_osm 缓存": bar(least, CACHED_BAR)}[
                way
            ]
            counts, sizes = outcomes[0].counts, outcomes[0].sizes
            rows.append(
                (
                    f"{file.split('.')[0]} {way}",
                    spread([o.inside for o in outcomes]),
                    spread([o.whole for o in outcomes]),
                    f"{ratio:.2f} ×",
                    limit,
                    "/".join(map(str, counts)),
                    f"{sizes[0]:.6f}",
                    f"{sizes[1] * 1e6:.3f}",
                )
            )
    title = f"OSM PBF 读成线、面、点（对 pyosmium 三种回调，不超过 {BAR} 倍；缓存不超过 {CACHED_BAR} 秒）"
    header = (
        "文件 方法",
        "读取 秒 最小/中位",
        "整个进程 秒",
        "倍数",
        "门槛",
        "线/面/点",
        "线长 °",
        "面积 1e-6°²",
    )
    table(title, header, rows)
    for file, ways in results.items():
        if len({(tuple(o.counts), round(o.sizes[0], 9)) for outcomes in ways.values() for o in outcomes}) > 1:
            raise ValueError(file)


def main() -> None:
    """Run alone, or read once for ``measure``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    parser.add_argument("--once", choices=tuple(WAYS))
    parser.add_argument("--file", type=Path)
    parser.add_argument("--cache", type=Path)
    arguments = parser.parse_args()
    if arguments.once:
        once(arguments.once, arguments.file, arguments.cache)
    elif not DATA.is_dir():
        print("没有 ../shared/data/perf，读取一栏不测")
    else:
        show(measure(arguments.repeat))


if __name__ == "__main__":
    main()
