"""A network with a cost on it: metres or seconds, as links between nodes that a search follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.network import Network
from tijian.engine.compute.geo.profile import KMH, WALK
from tijian.engine.compute.geo.snap import Snapped
from tijian.engine.kernel.faults import Fault, Refused

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Links = tuple[Positions, Numbers, Floats]  # offsets by node, node at the other end, cost

BESIDE = WALK.beside * KMH
PER_LINK = (
    5.0  # buckets to a mean link: the fastest on the walking network of Porto, and no figure depends on it
)
MOST_BUCKETS = 2**16


@dataclass(frozen=True)
class Graph:
    """What a search needs.

    Attributes:
        network: Nodes and edges.
        per_metre: Cost of a metre on each edge, shape (m,).
        beside: Cost of a metre between a point and its edge.
        out: Links in the direction one moves.
        into: The same against it, to search from where one arrives.
    """

    network: Network
    per_metre: Floats
    beside: float
    out: Links
    into: Links

    def buckets(self, start: Floats) -> tuple[int, float]:
        """Choose the buckets of a search: about five to a mean link, and enough for the longest step.

        Args:
            start: Costs with which labels begin.

        Returns:
            How many, a power of two, and how many there are to a unit of cost.
        """
        cost = self.out[2]
        begun = start[np.isfinite(start)]
        longest = max(float(cost.max(initial=0.0)), float(begun.max(initial=0.0)))
        if longest == 0.0:
            return 2, 1.0
        width = max(float(cost.mean()) / PER_LINK if len(cost) else longest, longest / MOST_BUCKETS)
        return 1 << (int(longest / width) + 2).bit_length(), 1.0 / width


@dataclass(frozen=True)
class Ends:
    """How positions are joined with the nodes at the ends of their edges.

    Attributes:
        node: Source and target of the edge, shape (k, 2).
        cost: Cost between the point and that node, on the way asked for; infinite where one may not go; (k, 2).
    """

    node: Numbers
    cost: Floats


def metres(network: Network) -> Graph:
    """Let every metre cost one, on the network and beside it."""
    return _graph(network, np.ones(len(network.length)), 1.0)


def seconds(network: Network, beside: float = BESIDE) -> Graph:
    """Let every metre cost the time it takes.

    Args:
        network: With a speed on every edge.
        beside: Metres a second between a point and its edge; default 80 m a minute, on foot.

    Raises:
        Refused: If an edge has no speed.
    """
    unknown = int((~(network.speed > 0)).sum())
    if unknown:
        hint = "请给每条道路速度，或按米计算。"
        raise Refused([Fault("network.speed", "路网", "", f"{unknown} 条边没有速度", "大于 0 的速度", hint)])
    return _graph(network, 1.0 / network.speed, 1.0 / beside)


def _graph(network: Network, per_metre: Floats, beside: float) -> Graph:
    cost = network.length * per_metre
    ahead, back = network.forward, network.backward
    tail = np.concatenate([network.source[ahead], network.target[back]])
    head = np.concatenate([network.target[ahead], network.source[back]])
    both = np.concatenate([cost[ahead], cost[back]])
    out = _links(tail, head, both, len(network.nodes))
    into = out if (ahead & back).all() else _links(head, tail, both, len(network.nodes))
    return Graph(network, per_metre, beside, out, into)


def _links(tail: Numbers, head: Numbers, cost: Floats, count: int) -> Links:
    order = np.lexsort((cost, head, tail))
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=count))])
    return first.astype(np.int64), head[order], cost[order]


def ends(graph: Graph, positions: Snapped, *, arriving: bool) -> Ends:
    """Join positions with the ends of their edges; a position at an end is that node, whatever the direction.

    Args:
        graph: The network and its costs.
        positions: Points on it; unconnected ones are joined with nothing.
        arriving: Whether one comes from the nodes to the points, or leaves the points for the nodes.
    """
    network = graph.network
    edge = np.where(positions.unconnected, 0, positions.edge)
    if not len(network.length):
        return Ends(np.zeros((len(edge), 2), np.int32), np.full((len(edge), 2), np.inf))
    length, rate = network.length[edge], graph.per_metre[edge]
    at_source, at_target = positions.offset == 0, positions.offset == length
    along, against = network.forward[edge], network.backward[edge]
    by_source, by_target = (along, against) if arriving else (against, along)
    beside = positions.distance * graph.beside
    cost = np.stack([beside + positions.offset * rate, beside + (length - positions.offset) * rate], axis=1)
    # At an end the other one lies beyond the node: the links lead there.
    open_ends = np.stack([at_source | (by_source & ~at_target), at_target | (by_target & ~at_source)], axis=1)
    open_ends &= ~positions.unconnected[:, None]
    node = np.stack([network.source[edge], network.target[edge]], axis=1)
    return Ends(node, np.where(open_ends, cost, np.inf))
