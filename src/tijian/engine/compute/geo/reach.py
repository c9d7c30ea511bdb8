"""What is near along a network: nearest facilities, what lies within a distance or time, matrices of costs.

Costs are metres or seconds, as the graph says. They run from a point to its edge, along the edge, over nodes and
to the other point: the way beside the network counts at both ends. Two points on one edge are joined along it,
if its direction allows. Facilities are positions on edges, never nodes of the network, so that no path can lead
through them. Searches for facilities go against the links from where one arrives.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.graph import Ends, Graph, ends
from tijian.engine.compute.geo.snap import Snapped

if TYPE_CHECKING:
    from tijian.engine.compute.geo.sums import Scene

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

BLOCKS = 8  # of origins a thread


@dataclass(frozen=True)
class Nearest:
    """The nearest facilities.

    Attributes:
        cost: NaN where none is in reach; shape (o,), or (o, k) in rising order.
        facility: Position among the facilities, −1 where none; the same shape.
    """

    cost: Floats
    facility: Numbers


@dataclass(frozen=True)
class TravelCosts:
    """Pairs in reach, by origin and then destination; a pair that is not there is unreachable.

    Attributes:
        origin: Position among the origins, shape (p,).
        destination: Position among the destinations, shape (p,).
        cost: Metres or seconds, shape (p,).
    """

    origin: Positions
    destination: Positions
    cost: Floats

    def table(self, from_ids: Any, to_ids: Any, cost: str = "travel_time") -> dict[str, Any]:
        """Give the pairs as columns ``from_id``, ``to_id`` and the cost under its name, for ``geo.access``."""
        return {
            "from_id": np.asarray(from_ids)[self.origin],
            "to_id": np.asarray(to_ids)[self.destination],
            cost: self.cost,
        }


def nearest_of_nodes(
    graph: Graph, facilities: Snapped, cutoff: float = np.inf, *, towards: bool = True
) -> Nearest:
    """Find the nearest facility of every node of the network.

    Args:
        graph: The network and its costs.
        facilities: From ``snap``; unconnected ones are never reached.
        cutoff: Greatest cost; at the limit a facility is in reach.
        towards: Whether one goes from the node to the facility, or comes from it.

    Returns:
        Shape (n,); of equally near ones the first.
    """
    least, whose = _labels(graph, facilities, cutoff, towards=towards)
    return _told(least, whose, cutoff)


def nearest(graph: Graph, origins: Snapped, facilities: Snapped, cutoff: float = np.inf) -> Nearest:
    """Find the facility nearest to go to from each origin.

    Args:
        graph: The network and its costs.
        origins: From ``snap``; an unconnected one has none.
        facilities: From ``snap``; unconnected ones are never reached.
        cutoff: Greatest cost.

    Returns:
        Shape (o,); of equally near ones the first.
    """
    least, whose = _labels(graph, facilities, cutoff, towards=True)
    found = _joined(graph, origins, facilities, (least[:, None], whose[:, None]), cutoff)
    return Nearest(found.cost[:, 0], found.facility[:, 0])


def k_nearest(graph: Graph, origins: Snapped, facilities: Snapped, k: int, cutoff: float = np.inf) -> Nearest:
    """Find the k facilities nearest to go to from each origin, each once.

    Args:
        graph: The network and its costs.
        origins: From ``snap``.
        facilities: From ``snap``.
        k: How many, at least 1.
        cutoff: Greatest cost.

    Returns:
        Shape (o, k), in rising order of cost, equally near ones in their own order.
    """
    from tijian.engine.compute.geo import search

    joined = ends(graph, facilities, arriving=True)
    labels = search.nearest_sources(graph.into, graph.buckets(joined.cost), *_flat(joined), float(cutoff), k)
    return _joined(graph, origins, facilities, labels, cutoff)


def within(
    graph: Graph,
    origins: Snapped,
    things: Snapped,
    cutoff: float,
    weights: Floats | None = None,
    *,
    threads: int = 1,
) -> Floats:
    """Count the things in reach of each origin, or sum their weights.

    Args:
        graph: The network and its costs.
        origins: From ``snap``.
        things: From ``snap``.
        cutoff: Greatest cost; at the limit a thing counts.
        weights: Shape (t,) or (t, c); default 1. A sum over an unknown weight (NaN) is unknown.
        threads: How many search at the same time where it is the origins that are searched from.

    Returns:
        Shape (o,), or (o, c) for weights with columns; NaN for unconnected origins. The same bits for things
        in any order and for any number of threads.
    """
    from tijian.engine.compute.geo import sums

    whole = np.ones(len(things)) if weights is None else np.asarray(weights, dtype=np.float64)
    columns = whole.reshape(len(things), -1 if whole.ndim > 1 else 1)
    order = np.flatnonzero(~things.unconnected)
    keys = (*columns[order].T, things.distance[order], things.offset[order], things.edge[order])
    order = order[np.lexsort(keys)]
    things, columns = _only(things, order), np.ascontiguousarray(columns[order])
    if len(things) < len(origins):
        found = sums.scattered(_scene(graph, things, origins, towards=False), columns, float(cutoff))
    else:
        joined = ends(graph, things, arriving=True)
        standing = (joined.cost == 0).any(axis=1)
        at_nodes = np.zeros((len(graph.network.nodes), columns.shape[1]))
        np.add.at(at_nodes, joined.node[standing, joined.cost[standing].argmin(axis=1)], columns[standing])
        others = _only(things, np.flatnonzero(~standing))
        near = np.argsort(origins.edge, kind="stable")  # edges follow the curve: neighbours share a search
        scene = _scene(graph, _only(origins, near), others, towards=True)
        given = at_nodes.T.copy(), columns[~standing], float(cutoff)
        blocks = _blocks(scene, len(origins), threads)
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(lambda block: sums.gathered(block, *given), blocks))
        found = np.empty((len(origins), columns.shape[1]))
        found[near] = np.concatenate(parts)
    found[origins.unconnected] = np.nan
    return found if whole.ndim > 1 else found[:, 0]


def travel_costs(
    graph: Graph, origins: Snapped, destinations: Snapped, cutoff: float = np.inf
) -> TravelCosts:
    """Give the cost from every origin to every destination in reach.

    Args:
        graph: The network and its costs.
        origins: From ``snap``.
        destinations: From ``snap``.
        cutoff: Greatest cost; without one, all pairs are listed.

    Returns:
        Pairs in order; of a part of the origins, those pairs only, so that they can be taken in blocks.
    """
    from tijian.engine.compute.geo import sums

    scene = _scene(graph, origins, destinations, towards=True)
    number, destination, cost = sums.pairs_within(scene, float(cutoff))
    origin = np.repeat(np.arange(len(origins)), number)
    return TravelCosts(origin, destination.astype(np.int64), cost)


def _flat(joined: Ends) -> tuple[Numbers, Floats, Numbers]:
    """Give labels one after the other: node, cost, whose."""
    whose = np.repeat(np.arange(len(joined.node), dtype=np.int32), 2)
    return joined.node.ravel(), joined.cost.ravel(), whose


def _labels(graph: Graph, facilities: Snapped, cutoff: float, *, towards: bool) -> tuple[Floats, Numbers]:
    from tijian.engine.compute.geo import search

    joined = ends(graph, facilities, arriving=towards)
    links = graph.into if towards else graph.out
    return search.nearest_source(links, graph.buckets(joined.cost), *_flat(joined), float(cutoff))


def _told(least: Floats, whose: Numbers, cutoff: float) -> Nearest:
    reached = np.isfinite(least) & (least <= cutoff)
    return Nearest(np.where(reached, least, np.nan), np.where(reached, whose, np.int32(-1)))


def _joined(
    graph: Graph, origins: Snapped, facilities: Snapped, labels: tuple[Floats, Numbers], cutoff: float
) -> Nearest:
    """Lead the labels of nodes to the origins."""
    from tijian.engine.compute.geo import search

    leaving = ends(graph, origins, arriving=False)
    found, who = search.join_nearest(
        *labels,
        (leaving.node, leaving.cost),
        _spots(graph, origins),
        _spots(graph, facilities),
        _by_edge(graph, facilities),
        _streets(graph),
    )
    return _told(found, who, cutoff)


def _scene(graph: Graph, origins: Snapped, things: Snapped, *, towards: bool) -> Scene:
    """Give what the kernels of ``sums`` share: links, buckets, both sides' ends, places, things by edge, edges."""
    leaving = ends(graph, origins, arriving=not towards)
    joined = ends(graph, things, arriving=towards)
    node, cost, thing = _flat(joined)
    open_ends = np.flatnonzero(np.isfinite(cost))
    order = open_ends[np.lexsort((thing[open_ends], cost[open_ends], node[open_ends]))]
    count = np.bincount(node[order], minlength=len(graph.network.nodes))
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    forward, backward, rate = _streets(graph)
    return (
        graph.out if towards else graph.into,
        graph.buckets(leaving.cost),
        (leaving.node, leaving.cost),
        (first, thing[order], cost[order]),
        (_spots(graph, origins), _spots(graph, things)),
        _by_edge(graph, things),
        (forward, backward, rate) if towards else (backward, forward, rate),
    )


def _blocks(scene: Scene, origins: int, threads: int) -> list[Scene]:
    """Cut a scene by its origins, into several blocks a thread since the middle of a city takes longer."""
    links, buckets, (node, cost), things, (spots, targets), on_edge, streets = scene
    count = 1 if threads == 1 else BLOCKS * threads
    limits = np.linspace(0, origins, count + 1).astype(np.int64).tolist()
    blocks = []
    for low, high in pairwise(limits):
        rows = slice(low, high)
        leaving, own = (node[rows], cost[rows]), (spots[0][rows], spots[1][rows], spots[2][rows])
        blocks.append((links, buckets, leaving, things, (own, targets), on_edge, streets))
    return blocks


def _streets(graph: Graph) -> tuple[Flags, Flags, Floats]:
    return graph.network.forward, graph.network.backward, graph.per_metre


def _spots(graph: Graph, positions: Snapped) -> tuple[Numbers, Floats, Floats]:
    return positions.edge, positions.offset, positions.distance * graph.beside


def _by_edge(graph: Graph, positions: Snapped) -> tuple[Positions, Positions]:
    """Group positions by their edge, in their order."""
    on = np.flatnonzero(~positions.unconnected)
    listed = on[np.argsort(positions.edge[on], kind="stable")]
    count = np.bincount(positions.edge[on], minlength=len(graph.network.length))
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64), listed


def _only(positions: Snapped, rows: Positions) -> Snapped:
    return Snapped(positions.edge[rows], positions.offset[rows], positions.distance[rows])
