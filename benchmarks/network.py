"""Nearest facilities, and everything within a kilometre, on the streets of Porto against the usual peers.

``python -m benchmarks.network``. Ways take turns in one process, on one folded network that each was given in its
own form; what that takes is printed too. A row fails where a peer is not installed, or where a figure of ours is
not that of plain searches, source by source, on every vertex of the streets, unfolded.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmium
import scipy.sparse as sp
import shapely
from benchmarks.tables import bar, spread, table
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse.csgraph import dijkstra

from tijian.engine.compute.geo import graph as costs
from tijian.engine.compute.geo.network import Network, build
from tijian.engine.compute.geo.profile import WALK, admit, closes
from tijian.engine.compute.geo.reach import nearest_of_nodes, within
from tijian.engine.compute.geo.snap import Snapped, at_nodes, snap

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
PORTO, CRS = "perf/porto_portugal.osm.pbf", "EPSG:3763"
SEED, REPEAT = 20190619, 5
CATEGORIES, EACH, RADIUS = 10, 200, 1000.0
FAR = 30_000.0  # metres pandana is asked to look; beyond it gives the limit itself
SLOW_SOURCES = 200  # that a slow peer searches from; its time is scaled up, and the row says so
SAME = 1e-3  # metres
TILES = {1: 1000, 3: 200, 12: 100}  # copies of Porto → sources of plain searches

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Streets:
    """What was read: lines on foot, and where one cannot pass, projected."""

    lines: Any
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    barriers: Floats


def read(path: Path) -> Streets:
    """Read ways and barriers with libosmium and project them."""
    keys = WALK.keys
    tags: dict[str, list[str | None]] = {key: [] for key in keys}
    shut: dict[str, list[str | None]] = {key: [] for key in ("barrier", *WALK.access)}
    places: list[tuple[float, float]] = []
    points: list[tuple[float, float]] = []
    size: list[int] = []
    for thing in (
        osmium.FileProcessor(path).with_locations().with_filter(osmium.filter.KeyFilter("highway", "barrier"))
    ):
        if isinstance(thing, osmium.osm.Node):
            points.append((thing.lon, thing.lat))
            for key, values in shut.items():
                values.append(thing.tags.get(key))
        elif isinstance(thing, osmium.osm.Way) and "highway" in thing.tags:
            known = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
            if len(known) < 2:  # noqa: PLR2004
                continue
            places += known
            size.append(len(known))
            for key, values in tags.items():
                values.append(thing.tags.get(key))
    project = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    where = np.column_stack(project.transform(*np.array(places).T))
    gates = np.column_stack(project.transform(*np.array(points).T))[closes(WALK, shut)]
    gates = gates[np.isin(_millimetres(gates), _millimetres(where))]  # others lie on no way
    lines = shapely.linestrings(where, indices=np.repeat(np.arange(len(size)), size))
    admitted = admit(WALK, tags)
    return Streets(lines, admitted.forward, admitted.backward, gates)


def _millimetres(places: Floats) -> NDArray[np.complex128]:
    """Round to what the network takes for one place, as a number each."""
    whole = np.rint(places * 1000)
    found: NDArray[np.complex128] = whole[:, 0] + 1j * whole[:, 1]
    return found


def tiled(streets: Streets, count: int) -> Streets:
    """Lay copies beside one another, a kilometre apart, in three columns."""
    low, high = np.split(shapely.total_bounds(streets.lines), 2)
    step = high - low + RADIUS
    shifts = [step * np.array([k % 3, k // 3]) for k in range(count)]
    coordinates, owner = shapely.get_coordinates(streets.lines, return_index=True)
    lines = [shapely.linestrings(coordinates + shift, indices=owner) for shift in shifts]
    return Streets(
        np.concatenate(lines),
        np.tile(streets.forward, count),
        np.tile(streets.backward, count),
        np.concatenate([streets.barriers + shift for shift in shifts]),
    )


@dataclass(frozen=True)
class Scene:
    """A network and what is looked for on it.

    Attributes:
        streets: What it was made of.
        network: The network.
        facilities: Nodes of the facilities by category, shape (categories, each).
        sources: Nodes from which plain searches are made.
        spent: What was done → seconds.
    """

    streets: Streets
    network: Network
    facilities: NDArray[np.int64]
    sources: NDArray[np.int64]
    spent: dict[str, float]


def scene(streets: Streets, count: int, sources: int, reading: float) -> Scene:
    """Build the network of some tiles and choose facilities."""
    several = tiled(streets, count)
    start = time.perf_counter()
    network = build(
        several.lines,
        join="vertices",
        forward=several.forward,
        backward=several.backward,
        barriers=several.barriers,
        barrier_reach=SAME,  # in OpenStreetMap a gate is a vertex of its way: none closes the street beside it
    )
    building = time.perf_counter() - start
    draw = np.random.default_rng(SEED)
    nodes = np.flatnonzero(~np.isin(_millimetres(network.nodes), _millimetres(several.barriers)))
    facilities = draw.choice(nodes, (CATEGORIES, EACH), replace=False)
    start = time.perf_counter()
    snap(network, network.nodes[facilities.ravel()])
    joining = time.perf_counter() - start
    spent = {"读取": reading, "建网": building, "挂接设施": joining}
    return Scene(several, network, facilities, draw.choice(nodes, sources, replace=False), spent)


class Ours:
    """The product."""

    name = "tijian"

    def __init__(self, given: Scene) -> None:
        self.graph = costs.metres(given.network)
        self.nodes = at_nodes(given.network)
        self.facilities = [_chosen(self.nodes, nodes) for nodes in given.facilities]

    def nearest(self) -> Floats:
        """Give metres from every node to each category."""
        return np.stack([nearest_of_nodes(self.graph, facilities).cost for facilities in self.facilities])

    def around(self) -> Floats:
        """Count the nodes within the radius of every node, with a thread a processor as pandana has."""
        return within(self.graph, self.nodes, self.nodes, RADIUS, threads=os.cpu_count() or 1)


def _chosen(snapped: Snapped, rows: NDArray[np.int64]) -> Snapped:
    return Snapped(snapped.edge[rows], snapped.offset[rows], snapped.distance[rows])


def _shortest(row: Any, column: Any, cost: Floats, count: int) -> Any:
    """Give a matrix of costs; of parallel edges the shortest, where scipy would sum them."""
    order = np.lexsort((cost, column, row))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(row[order]) != 0) | (np.diff(column[order]) != 0)
    kept = order[first]
    return sp.csr_array((cost[kept], (row[kept], column[kept])), shape=(count, count))


class Scipy:
    """scipy's ``dijkstra``, which starts from all facilities at once with ``min_only``."""

    name = "scipy"

    def __init__(self, given: Scene) -> None:
        self.facilities = given.facilities
        n = given.network
        ends = [(n.target[n.forward], n.source[n.forward]), (n.source[n.backward], n.target[n.backward])]
        row, column = (np.concatenate([pair[k] for pair in ends]) for k in (0, 1))
        metres = np.concatenate([n.length[n.forward], n.length[n.backward]])
        self.matrix = _shortest(row, column, metres, len(n.nodes))

    def nearest(self) -> Floats:
        """Give metres from every node to each category; the matrix is that of the reversed streets."""
        found = np.stack([dijkstra(self.matrix, indices=nodes, min_only=True) for nodes in self.facilities])
        return np.where(np.isinf(found), np.nan, found)


class Networkx:
    """networkx: one category, or some sources; the rest is scaled."""

    name = "networkx"

    def __init__(self, given: Scene) -> None:
        n = given.network
        self.given = given
        self.graph = nx.MultiDiGraph()
        self.graph.add_nodes_from(range(len(n.nodes)))
        for a, b, ways in ((n.source, n.target, n.backward), (n.target, n.source, n.forward)):
            edges = zip(a[ways].tolist(), b[ways].tolist(), n.length[ways].tolist(), strict=True)
            self.graph.add_weighted_edges_from(edges)

    def nearest(self) -> Floats:
        """Give metres from every node to the first category."""
        count = len(self.given.network.nodes)
        lengths = nx.multi_source_dijkstra_path_length(self.graph, set(self.given.facilities[0].tolist()))
        return np.array([[lengths.get(node, np.nan) for node in range(count)]])

    def around(self) -> Floats:
        """Count the nodes within the radius of some nodes."""
        sources = self.given.sources[:SLOW_SOURCES].tolist()
        search = nx.single_source_dijkstra_path_length
        return np.array([float(len(search(self.graph, node, cutoff=RADIUS))) for node in sources])


class Pandana:
    """pandana: contraction hierarchies, on all processors."""

    name = "pandana"

    def __init__(self, given: Scene) -> None:
        import pandana
        import pandas as pd

        n = given.network
        self.given = given
        frame = pd.DataFrame({"metres": n.length})
        x, y = pd.Series(n.nodes[:, 0]), pd.Series(n.nodes[:, 1])
        self.net = pandana.Network(x, y, pd.Series(n.source), pd.Series(n.target), frame, twoway=True)
        self.net.set(pd.Series(np.arange(len(n.nodes))), name="node")
        for k, nodes in enumerate(given.facilities):
            self.net.set_pois(str(k), FAR, 1, x[nodes], y[nodes])

    def nearest(self) -> Floats:
        """Give metres between every node and each category, where no more than ``FAR``."""
        found = [self.net.nearest_pois(FAR, str(k)).to_numpy()[:, 0] for k in range(CATEGORIES)]
        return np.where(np.stack(found) >= FAR, np.nan, found)

    def around(self) -> Floats:
        """Count the nodes within the radius of every node, with a thread a processor as pandana has."""
        found: Floats = self.net.aggregate(RADIUS, type="count", name="node").to_numpy().astype(np.float64)
        return found


class Cityseer:
    """cityseer: closeness with an expression that is 1 for each node, on all processors."""

    name = "cityseer"

    def __init__(self, given: Scene) -> None:
        from cityseer import rustalgos

        n = given.network
        self.graph = rustalgos.graph.NetworkStructure()
        for key, (x, y) in enumerate(n.nodes.tolist()):
            self.graph.add_street_node(key, x, y, True, 1.0)
        drawn = shapely.to_wkt(n.lines(), rounding_precision=9)
        for k, (a, b) in enumerate(zip(n.source.tolist(), n.target.tolist(), strict=True)):
            self.graph.add_street_edge(a, b, k, a, b, drawn[k])
            self.graph.add_street_edge(b, a, k, b, a, drawn[k])

    def around(self) -> Floats:
        """Count the nodes within the radius of every node, itself too."""
        found = self.graph.centrality_shortest(
            distances=[int(RADIUS)], closeness_exprs=[("count", "1")], pbar_disabled=True
        )
        return np.asarray(found.metrics["count"][int(RADIUS)], dtype=np.float64) + 1.0


Way = type[Ours] | type[Scipy] | type[Networkx] | type[Pandana] | type[Cityseer]


@dataclass(frozen=True)
class Work:
    """A piece of work, who does it, and how much faster than each peer we are to be.

    Attributes:
        method: Name of it in every way.
        title: In the table.
        bars: Way → times as fast as it, at least.
    """

    method: str
    title: str
    bars: dict[Way, float]


NEAREST = Work(
    "nearest",
    f"每个节点最近的设施，{CATEGORIES} 类 × {EACH}",
    {Scipy: 1 / 0.6, Networkx: 20.0, Pandana: 80.0},
)
AROUND = Work("around", f"每个节点 {RADIUS:g} m 以内的节点数", {Pandana: 4.0, Cityseer: 25.0, Networkx: 30.0})


class DisagreementError(Exception):
    """Figures of ours are not those of plain searches."""


class Plain:
    """One search for each source, on every vertex of the streets, without folding."""

    def __init__(self, given: Scene) -> None:
        coordinates, owner = shapely.get_coordinates(given.streets.lines, return_index=True)
        places, vertex = np.unique(_millimetres(coordinates), return_inverse=True)
        sample = np.empty(len(places), dtype=np.int64)
        sample[vertex] = np.arange(len(vertex))
        shut = np.isin(places, _millimetres(given.streets.barriers))
        piece = np.flatnonzero((owner[1:] == owner[:-1]) & (vertex[1:] != vertex[:-1]))
        ends = np.concatenate([vertex[piece], vertex[piece + 1]])
        barred = np.flatnonzero(shut[ends])
        step = coordinates[sample[vertex[piece + 1]]] - coordinates[sample[vertex[piece]]]
        ends[barred] = len(places) + np.arange(len(barred))  # each way ends at a barrier for itself
        tail, head = np.split(ends, 2)
        metres = np.hypot(step[:, 0], step[:, 1])
        ahead, back = given.streets.forward[owner[piece]], given.streets.backward[owner[piece]]
        row = np.concatenate([tail[ahead], head[back]])
        column = np.concatenate([head[ahead], tail[back]])
        cost = np.concatenate([metres[ahead], metres[back]])
        self.matrix = _shortest(row, column, cost, len(places) + len(barred))
        self.vertex = np.searchsorted(places, _millimetres(given.network.nodes))
        used = len(places) + np.flatnonzero((ahead | back)[barred % len(piece)])
        self.counted = np.concatenate([self.vertex[~shut[self.vertex]], used])
        self.given = given

    def _searched(self, limit: float) -> Iterator[Floats]:
        for sources in np.array_split(self.vertex[self.given.sources], max(len(self.given.sources) // 20, 1)):
            yield dijkstra(self.matrix, indices=sources, limit=limit)

    def nearest(self) -> Floats:
        """Give metres from each source to each category, shape (categories, sources)."""
        wanted = self.vertex[self.given.facilities]
        found = np.concatenate([block[:, wanted].min(axis=2) for block in self._searched(np.inf)]).T
        return np.where(np.isinf(found), np.nan, found)

    def around(self) -> Floats:
        """Count the nodes within the radius of each source."""
        return np.concatenate([np.isfinite(b[:, self.counted]).sum(axis=1) for b in self._searched(RADIUS)])


@dataclass(frozen=True)
class Row:
    """What one way took and found.

    Attributes:
        name: The way, or a reason why it is missing.
        seconds: Samples, scaled up where only a part was done.
        busy: Least seconds of processors, which other programs disturb less; more than one thread shows.
        worst: Largest difference to plain searches; NaN where nothing can be compared.
        given: Seconds to put the network into its form.
        part: What share of the work was done.
    """

    name: str
    seconds: list[float]
    busy: float
    worst: float
    given: float
    part: float


def measure(work: Work, given: Scene, ways: tuple[Way, ...], repeat: int) -> list[Row]:
    """Let every way do the work in turn; the first turn warms up and is not counted."""
    made: dict[Way, Any] = {}
    takes: dict[Way, float] = {}
    for way in ways:
        start = time.perf_counter()
        try:
            made[way] = way(given)
        except ImportError:
            continue
        takes[way] = time.perf_counter() - start
    samples: dict[Way, list[tuple[float, float]]] = {way: [] for way in made}
    found: dict[Way, Floats] = {}
    for turn in range(repeat + 1):
        for way, maker in made.items():
            if turn > 1 and way is Networkx:
                continue  # minutes: two samples of a part must do
            start, busy = time.perf_counter(), time.process_time()
            found[way] = getattr(maker, work.method)()
            if turn or way is Networkx:
                samples[way].append((time.perf_counter() - start, time.process_time() - busy))
    expected = getattr(Plain(given), work.method)()
    rows = []
    for way in ways:
        if way not in made:
            rows.append(Row(f"{way.name} 未安装", [], np.nan, np.nan, np.nan, 0.0))
            continue
        part, worst = _compared(work, given, found[way], expected)
        seconds, busy = zip(*samples[way], strict=True)
        rows.append(Row(way.name, [s / part for s in seconds], min(busy) / part, worst, takes[way], part))
    if not rows[0].worst <= (SAME if work is NEAREST else 0.0):
        raise DisagreementError(f"{work.title}: {rows[0].worst}")
    return rows


def _compared(work: Work, given: Scene, found: Floats, expected: Floats) -> tuple[float, float]:
    """Give the share of the work that was done, and the largest difference where both have figures.

    A figure that only one of them has is infinitely wrong.
    """
    nodes = len(given.network.nodes)
    if work is NEAREST:
        part = len(found) / CATEGORIES
        found, expected = found[:, given.sources], expected[: len(found)]
    elif len(found) == nodes:
        part, found = 1.0, found[given.sources]
    else:
        part, expected = len(found) / nodes, expected[: len(found)]
    gap = np.abs(found - expected)
    gap[np.isnan(found) & np.isnan(expected)] = 0.0
    return part, float(np.nan_to_num(gap, nan=np.inf).max())


def show(work: Work, given: Scene, tiles: int, ways: tuple[Way, ...], rows: list[Row]) -> None:
    """Print seconds, ratios, differences and bars."""
    own = min(rows[0].seconds)
    unit = "m" if work is NEAREST else "个"
    told = [
        (
            row.name + ("" if row.part in {0.0, 1.0} else f"（由 {row.part:.2%} 推算）"),
            spread(row.seconds) if row.seconds else "—",
            f"{min(row.seconds) / own:.1f} ×" if row.seconds else "—",
            f"{row.busy:.2f}",
            f"{row.worst:.2g} {unit}",
            f"{row.given:.2f}",
        )
        for row in rows
    ]
    nodes, edges = len(given.network.nodes), len(given.network.length)
    spent = "，".join(f"{what} {seconds:.2f} 秒" for what, seconds in given.spent.items())
    title = f"{work.title}：波尔图步行路网 × {tiles}（{nodes:,} 个节点，{edges:,} 条边；{spent}）"
    apart = f"与 {len(given.sources)} 个起点逐点搜索最大相差"
    header = ("方法", "搜索 秒 最小/中位", "倍数", "处理器秒", apart, "转换 秒")
    table(title, header, told)
    for way, row in zip(ways[1:], rows[1:], strict=True):
        limit = work.bars[way]
        ratio = min(row.seconds) / own if row.seconds else 0.0
        print(f"  {way.name} {ratio:.1f} 倍，要求 ≥ {limit:.2g} 倍：{bar(limit, ratio)}")


def run(
    repeat: int = REPEAT,
    data: Path = DATA,
    copies: Sequence[int] = tuple(TILES),
    most: int = max(TILES.values()),
) -> None:
    """Read Porto, then do both pieces of work on one copy and on several."""
    if not (data / PORTO).is_file():
        print(f"\n路网：没有 {PORTO}，未测")
        return
    start = time.perf_counter()
    streets = read(data / PORTO)
    reading = time.perf_counter() - start
    for tiles in copies:
        given = scene(streets, tiles, min(TILES[tiles], most), reading)
        for work in (NEAREST, AROUND):
            peers = [way for way in work.bars if tiles == 1 or way in (Scipy, Pandana)]
            ways = (Ours, *peers)
            show(work, given, tiles, ways, measure(work, given, ways, repeat))


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with perf/porto_portugal.osm.pbf")
    parser.add_argument(
        "--tiles", type=int, nargs="+", choices=TILES, default=list(TILES), help="copies of Porto"
    )
    parser.add_argument("--sources", type=int, default=max(TILES.values()), help="most plain searches")
    arguments = parser.parse_args()
    run(arguments.repeat, arguments.data, arguments.tiles, arguments.sources)


if __name__ == "__main__":
    main()
