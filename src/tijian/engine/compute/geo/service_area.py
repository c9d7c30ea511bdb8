"""What lies within a distance or time of facilities along a network: parts of streets, and the land beside them.

A point of the land is within reach of a place on the network that is at most ``beside`` metres away if the way
to it straight across and the way on along the network keep within the limit. So the land thins out towards the
end of the reach, and what is far from every street is not served: a convex hull of the ends would add all that
lies between them. Line-based network buffers are those of Oliver, Schuurman and Hall (2007, "Comparing circular
and network buffers to examine the influence of land use on walking for leisure and errands").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.compute.geo.graph import Graph
from tijian.engine.compute.geo.network import Network
from tijian.engine.compute.geo.reach import nearest_of_nodes
from tijian.engine.compute.geo.snap import Snapped

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]

BESIDE = 50.0  # metres on each side of a street, 待核: about half the depth of a block between streets
NARROW = 1e-3  # metres: what is left at the very end
QUARTER = 16  # pieces of a quarter circle: its area is 0.16 % short


@dataclass(frozen=True)
class Parts:
    """Parts of edges, apart from one another; by edge and along it.

    Attributes:
        edge: Edge of each part, shape (p,).
        low: Metres from the edge's source where it begins, shape (p,).
        high: Metres where it ends, shape (p,); equal to ``low`` for a single place.
    """

    edge: Numbers
    low: Floats
    high: Floats

    def lines(self, network: Network) -> Any:
        """Draw the parts that have a length, as LineStrings in the order of the parts."""
        drawn = np.flatnonzero(self.high > self.low)
        owner, _, places = Parts(self.edge[drawn], self.low[drawn], self.high[drawn]).vertices(network)
        return shapely.linestrings(places, indices=owner)

    def vertices(self, network: Network) -> tuple[Positions, Floats, Floats]:
        """Give part, metres from the edge's source, and x, y of ends and vertices between, in order."""
        size = network.start[self.edge + 1] - network.start[self.edge]
        part = np.repeat(np.arange(len(size)), size)
        row = np.repeat(network.start[self.edge] - np.cumsum(size) + size, size) + np.arange(len(part))
        between = (network.along[row] > self.low[part]) & (network.along[row] < self.high[part])
        part, row = part[between], row[between]
        every, still = np.arange(len(size)), np.zeros(len(size))
        first, last = (Snapped(self.edge, at, still).places(network) for at in (self.low, self.high))
        owner = np.concatenate([every, part, every])
        along = np.concatenate([self.low, network.along[row], self.high])
        order = np.lexsort((along, owner))  # stable: the first end comes first also where both are one place
        return owner[order], along[order], np.concatenate([first, network.shape[row], last])[order]


@dataclass(frozen=True)
class ServiceArea:
    """What is within the limit.

    Attributes:
        parts: The streets.
        lines: The streets drawn, LineStrings.
        pieces: The land, as polygons that overlap; ``overlay.area_within`` takes them as they are.
    """

    parts: Parts
    lines: Any
    pieces: Any

    @cached_property
    def polygon(self) -> Any:
        """The land as one Polygon or MultiPolygon, nothing twice."""
        return shapely.union_all(self.pieces)


def service_area(
    graph: Graph, facilities: Snapped, limit: float, *, beside: float = BESIDE, towards: bool = True
) -> ServiceArea:
    """Give the streets and the land within a distance or time of any of the facilities.

    Args:
        graph: The network with its costs, metres or seconds.
        facilities: Where they are; the way from the network to each counts, 未接入路网 serves nothing.
        limit: The most a way may cost, in the unit of the graph.
        beside: Metres of land on either side of a street.
        towards: Whether ways lead to the facility, as people go; otherwise from it, as engines do.
    """
    costs = nearest_of_nodes(graph, facilities, cutoff=limit, towards=towards).cost
    parts = reached_parts(graph, facilities, costs, limit, towards=towards)
    near = reached_parts(graph, facilities, costs, limit - graph.beside * beside, towards=towards)
    whole = shapely.buffer(near.lines(graph.network), beside, quad_segs=QUARTER)
    own = np.flatnonzero(facilities.edge >= 0)
    left = (limit - graph.beside * facilities.distance[own]) / graph.beside
    own, left = own[left > 0], left[left > 0]
    places = shapely.points(facilities.places(graph.network)[own])
    discs = shapely.buffer(places, np.minimum(left, beside), quad_segs=QUARTER)
    thin = _thinning(graph, _spans(graph, facilities, costs, limit, towards=towards), beside)
    return ServiceArea(parts, parts.lines(graph.network), np.concatenate([whole, discs, thin]))


def reached_parts(
    graph: Graph, facilities: Snapped, costs: Floats, limit: float, *, towards: bool = True
) -> Parts:
    """Find the parts of edges within a limit.

    Args:
        graph: The network with its costs.
        facilities: Where they are.
        costs: Between each node and its nearest facility, NaN where there is none within the limit; shape (n,).
        limit: The most a way may cost.
        towards: Whether ``costs`` and ways lead to the facility.

    Returns:
        The parts; those that touch or overlap are one.
    """
    spans = _spans(graph, facilities, costs, limit, towards=towards)
    edge, low, high = spans.edge, *spans.ends(graph, spans.left / graph.per_metre[spans.edge])
    if not len(edge):
        return Parts(edge, low, high)
    order = np.lexsort((high, low, edge))
    edge, low, high = edge[order], low[order], high[order]
    # The furthest end so far on the same edge: edges are set apart by more than any is long.
    apart = edge * (2.0 * float(graph.network.length.max()) + 1.0)
    furthest = np.maximum.accumulate(high + apart)
    begins = np.ones(len(edge), dtype=bool)
    begins[1:] = (edge[1:] != edge[:-1]) | (low[1:] + apart[1:] > furthest[:-1])
    first = np.flatnonzero(begins)
    return Parts(edge[first], low[first], np.maximum.reduceat(high, first))


@dataclass(frozen=True)
class _Spans:
    """Where an edge is entered by someone who looks for all from which a facility is within the limit.

    Attributes:
        edge: Edge, shape (p,).
        start: Metres from its source.
        step: 1 for onward from there to the target, −1 for back to the source.
        left: What a way may still cost.
    """

    edge: Numbers
    start: Floats
    step: Floats
    left: Floats

    def ends(self, graph: Graph, metres: Floats) -> tuple[Floats, Floats]:
        """Give both ends of what lies within some metres of the start, the lower first."""
        other = np.clip(self.start + self.step * metres, 0.0, graph.network.length[self.edge])
        return np.minimum(self.start, other), np.maximum(self.start, other)


def _spans(graph: Graph, facilities: Snapped, costs: Floats, limit: float, *, towards: bool) -> _Spans:
    network = graph.network
    ahead, back = (network.forward, network.backward) if towards else (network.backward, network.forward)
    every = np.arange(len(network.length), dtype=np.int32)
    own = facilities.edge >= 0
    at, offset = facilities.edge[own], facilities.offset[own]
    spare = limit - graph.beside * facilities.distance[own]
    entered = (
        (every, np.zeros(len(every)), limit - costs[network.source], back, 1.0),
        (every, network.length, limit - costs[network.target], ahead, -1.0),
        (at, offset, spare, back[at], 1.0),
        (at, offset, spare, ahead[at], -1.0),
    )
    kept = [np.flatnonzero(open_ & (left >= 0)) for _, _, left, open_, _ in entered]
    return _Spans(
        np.concatenate([edge[k] for (edge, *_), k in zip(entered, kept, strict=True)]),
        np.concatenate([start[k] for (_, start, *_), k in zip(entered, kept, strict=True)]),
        np.concatenate([np.full(len(k), step) for (*_, step), k in zip(entered, kept, strict=True)]),
        np.concatenate([left[k] for (_, _, left, *_), k in zip(entered, kept, strict=True)]),
    )


def _thinning(graph: Graph, spans: _Spans, beside: float) -> Any:
    """Give the land where less than the full width is left, along streets faster than the way beside them.

    Elsewhere the way straight across from where the full width ends is as short, and its round end covers it.
    """
    metre = graph.per_metre[spans.edge]
    fast = np.flatnonzero(metre < graph.beside)
    spans = _Spans(spans.edge[fast], spans.start[fast], spans.step[fast], spans.left[fast])
    metre = metre[fast]
    full = np.maximum(spans.left - graph.beside * beside, 0.0) / metre
    room = np.where(spans.step > 0, graph.network.length[spans.edge] - spans.start, spans.start)
    thin = np.flatnonzero(full < room)
    begin, end = full[thin], np.minimum(spans.left / metre, room)[thin]
    one, other = (spans.start[thin] + spans.step[thin] * metres for metres in (begin, end))
    parts = Parts(spans.edge[thin], np.minimum(one, other), np.maximum(one, other))
    owner, along, places = parts.vertices(graph.network)
    passed = metre[thin][owner] * np.abs(along - spans.start[thin][owner])
    width = np.clip((spans.left[thin][owner] - passed) / graph.beside, NARROW, beside)
    discs = shapely.buffer(shapely.points(places), width, quad_segs=QUARTER)
    pair = np.flatnonzero(owner[1:] == owner[:-1])
    both = np.stack([discs[pair], discs[pair + 1]], axis=1).ravel()
    return shapely.convex_hull(shapely.geometrycollections(both, indices=np.repeat(np.arange(len(pair)), 2)))
