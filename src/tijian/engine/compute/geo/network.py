"""A network of streets from lines: nodes where ways branch, edges with their shape between them.

Two rules say what connects. ``vertices``: lines that share a vertex, as in OpenStreetMap, where a bridge shares
none with the street below. ``ends``: only ends of lines, at the same place and on the same level, as in municipal
layers. Places are the same if they are equal to the millimetre.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from tijian.engine.compute.geo.barriers import SAME, cut_at
from tijian.engine.compute.geo.lines import Flags, Floats, Lines, Numbers, Positions, plain_lines, z_order

if TYPE_CHECKING:
    from tijian.engine.compute.geo.pieces import Cells

Join = Literal["vertices", "ends"]


@dataclass(frozen=True)
class Network:
    """Nodes and edges in the order of a Z curve; equal lines in any order give equal arrays.

    An edge runs from its lower node to its higher; one class, speed and direction hold for the whole of it.
    Parallel edges and loops stay.

    Attributes:
        nodes: x, y in metres, shape (n, 2).
        level: Level of each node, 0 where lines join at vertices; shape (n,).
        component: Which part of the network, 0 the longest; direction does not matter; shape (n,).
        source: Node an edge starts from, shape (m,).
        target: Node it leads to, shape (m,).
        length: Metres, shape (m,).
        forward: Whether one may go from source to target, shape (m,).
        backward: Whether one may go from target to source, shape (m,).
        road: Class as given, shape (m,).
        speed: Metres a second as given, NaN where unknown; shape (m,).
        start: Offsets into ``shape`` by edge, shape (m + 1,).
        shape: Vertices of the edges, both ends included; x, y in metres, shape (v, 2).
        along: Metres from the edge's source to each vertex, shape (v,).
        dropped: Lines left out because they have no two places.
        unused_barriers: Barriers that lie on no line.
    """

    nodes: Floats
    level: Numbers
    component: Numbers
    source: Numbers
    target: Numbers
    length: Floats
    forward: Flags
    backward: Flags
    road: Numbers
    speed: Floats
    start: Positions
    shape: Floats
    along: Floats
    dropped: int = 0
    unused_barriers: int = 0

    def lines(self, edges: Positions | None = None) -> Any:
        """Give edges as LineStrings, all or those at the positions given."""
        chosen = np.arange(len(self.length)) if edges is None else edges
        size = self.start[chosen + 1] - self.start[chosen]
        owner = np.repeat(np.arange(len(chosen)), size)
        rows = np.repeat(self.start[chosen] - np.cumsum(size) + size, size) + np.arange(int(size.sum()))
        return shapely.linestrings(self.shape[rows], indices=owner)

    @cached_property
    def cells(self) -> Cells:
        """The straight pieces of the edges, listed by the cells of a grid; made once."""
        from tijian.engine.compute.geo import pieces

        return pieces.cells_of(self.start, self.shape)

    def shares(self) -> Floats:
        """Give the share of the whole length that lies in each component, longest first."""
        total = np.bincount(self.component[self.source], weights=self.length)
        found: Floats = total / total.sum()
        return found


@dataclass(frozen=True)
class LeftOut:
    """What a network lost when only its longest component was kept.

    Attributes:
        components: How many parts.
        nodes: Their nodes.
        metres: Their length.
        share: Share of the whole length that was kept.
    """

    components: int
    nodes: int
    metres: float
    share: float


def build(
    lines: Any,
    *,
    join: Join,
    forward: Flags | None = None,
    backward: Flags | None = None,
    road: Numbers | None = None,
    speed: Floats | None = None,
    levels: Numbers | None = None,
    barriers: Floats | None = None,
    barrier_reach: float = SAME,
) -> Network:
    """Build a network.

    Args:
        lines: Object array of LineString or MultiLineString, projected, metres, shape (n,).
        join: What connects: every shared vertex, or ends on one level.
        forward: Whether a line may be followed as it is drawn, shape (n,); default yes. A line that may not be
            followed either way is no part of the network.
        backward: Whether it may be followed against its drawing.
        road: Class of each line; default 0.
        speed: Metres a second on each line; default unknown.
        levels: Levels of the first and last end, shape (n, 2), for ``ends``; default 0.
        barriers: Points one cannot pass, x, y, shape (b, 2): ways end there on either side.
        barrier_reach: How far beside a line, in metres, a barrier still closes it; default a millimetre, since in
            OpenStreetMap a gate is a vertex of its way, and one on a drive must not close the street beside it.

    Raises:
        Refused: If a geometry is no line, a coordinate is not finite, or the lines lie further apart than
            2,147 km.
    """
    given = plain_lines(lines, forward, backward, road, speed, levels)
    cut = cut_at(
        given.coordinates, given.owner, np.zeros((0, 2)) if barriers is None else barriers, barrier_reach
    )
    pieces = _pieces(cut.coordinates, cut.owner, cut.closed, given, join)
    network = _folded(pieces, given)
    return replace(network, dropped=given.dropped + pieces.dropped, unused_barriers=cut.unused)


@dataclass(frozen=True)
class _Pieces:
    """Straight pieces between vertices; vertices at one place that do not connect have different numbers.

    Attributes:
        first: Vertex of the start, shape (s,).
        last: Vertex of the end, shape (s,).
        line: Line, shape (s,).
        coordinates: Of each vertex, shape (v, 2).
        place: Z-order code of its millimetre, shape (v,).
        level: Its level, shape (v,).
        dropped: Lines that have no two places.
    """

    first: Positions
    last: Positions
    line: Positions
    coordinates: Floats
    place: Positions
    level: Numbers
    dropped: int


def _pieces(coordinates: Floats, owner: Positions, closed: Flags, given: Lines, join: Join) -> _Pieces:
    place = z_order(coordinates)
    new = np.ones(len(owner), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (place[1:] != place[:-1])
    whole = np.bincount(owner[new], minlength=len(given.forward)) > 1
    rows = np.flatnonzero(new & whole[owner])
    coordinates, owner, place, closed = coordinates[rows], owner[rows], place[rows], closed[rows]
    level = np.zeros(len(rows), dtype=np.int32)
    apart = np.zeros(len(rows), dtype=np.int64)  # 0 connects; anything else is a vertex of its own
    if join == "ends":
        begins = np.diff(owner, prepend=-1) != 0
        ends = np.diff(owner, append=-1) != 0
        level[begins], level[ends] = given.levels[owner[begins], 0], given.levels[owner[ends], 1]
        apart[~(begins | ends)] = 1 + np.flatnonzero(~(begins | ends))
    vertex, sample = _numbered(coordinates, place, level, apart)
    joined = np.flatnonzero(owner[1:] == owner[:-1])
    ends_of = np.concatenate([vertex[joined], vertex[joined + 1]])
    row_of = np.concatenate([joined, joined + 1])
    barred = closed[row_of]
    ends_of[barred] = len(sample) + np.arange(int(barred.sum()))
    sample = np.concatenate([sample, row_of[barred]])
    first, last = np.split(ends_of, 2)
    return _Pieces(
        first, last, owner[joined], coordinates[sample], place[sample], level[sample], int((~whole).sum())
    )


def _numbered(
    coordinates: Floats, place: Positions, level: Numbers, apart: Positions
) -> tuple[Positions, Positions]:
    """Number the distinct vertices along the curve; give each row's number and one row for each number.

    Those that connect come first, so that a ring starts at one of them: no two are alike.
    """
    keys = (coordinates[:, 1], coordinates[:, 0], apart, level, place, apart > 0)
    order = np.lexsort(keys)
    other = np.ones(len(order), dtype=bool)
    other[1:] = np.logical_or.reduce([np.diff(key[order]) != 0 for key in (apart, level, place)])
    vertex = np.empty(len(order), dtype=np.int64)
    vertex[order] = np.cumsum(other) - 1
    return vertex, order[other]


def _folded(pieces: _Pieces, given: Lines) -> Network:
    """Fold vertices where nothing branches or changes, and put nodes and edges in their order."""
    from tijian.engine.compute.geo import fold

    count, line = len(pieces.first), pieces.line
    ends = np.concatenate([pieces.first, pieces.last])
    halves = np.argsort(ends, kind="stable")
    degree = np.bincount(ends, minlength=len(pieces.place))
    first = np.concatenate([[0], np.cumsum(degree)])
    leaves = np.concatenate([given.forward[line], given.backward[line]])
    arrives = np.concatenate([given.backward[line], given.forward[line]])
    kind = np.concatenate([given.kind[line]] * 2)
    passed = np.flatnonzero(degree == 2)  # noqa: PLR2004
    one, two = halves[first[passed]], halves[first[passed] + 1]
    same = (leaves[one] == arrives[two]) & (leaves[two] == arrives[one]) & (kind[one] == kind[two])
    kept = degree > 0  # a closed vertex has left its pieces to others
    kept[passed[same]] = False
    walked, start = fold.chains(first, halves, ends, kept)
    vertices = fold.vertices_along(walked, start, ends)
    lead = walked[start[:-1]]
    start = start + np.arange(len(start))
    said = np.stack([kind[lead], leaves[lead], arrives[lead]], axis=1)
    rank, nodes = _node_ranks(pieces, np.flatnonzero(kept), vertices, start, said)
    turned = fold.turned(vertices, start, rank, leaves[lead])
    ways = (np.where(turned, arrives[lead], leaves[lead]), np.where(turned, leaves[lead], arrives[lead]))
    return _ordered(pieces, given, _Chains(vertices, start, line[lead % count], ways), rank, nodes)


def _node_ranks(
    pieces: _Pieces, nodes: Positions, vertices: Positions, start: Positions, said: Positions
) -> tuple[Positions, Positions]:
    """Rank vertices along the curve, nodes among themselves first of all; give the nodes in order too.

    Nodes at one place and level, which barriers make, are told apart by where their chain leads and what holds
    for it (``said``: class and speed, onward, back).
    """
    nodes = nodes[np.lexsort((pieces.level[nodes], pieces.place[nodes]))]
    keys = (pieces.place[nodes], pieces.level[nodes])
    again = np.logical_and.reduce([np.diff(key) == 0 for key in keys])
    tied = np.append(again, False) | np.append(False, again)
    if tied.any():
        members = set(nodes[tied].tolist())
        leads: dict[int, tuple[list[int], list[int]]] = {}
        for chain, (begin, end) in enumerate(pairwise(start.tolist())):
            kind, onward, back = said[chain].tolist()
            for vertex, step, way in (
                (int(vertices[begin]), 1, [kind, onward, back]),
                (int(vertices[end - 1]), -1, [kind, back, onward]),
            ):
                if vertex in members:
                    lead = (pieces.place[vertices[begin:end]][::step].tolist(), way)
                    leads[vertex] = min(lead, leads.get(vertex, lead))
        group = np.cumsum(np.append(True, ~again))[tied].tolist()
        order = sorted(zip(group, nodes[tied].tolist(), strict=True), key=lambda m: (m[0], leads[m[1]]))
        nodes[tied] = [vertex for _, vertex in order]
    rank = len(nodes) + np.unique(pieces.place, return_inverse=True)[1].astype(np.int64)
    rank[nodes] = np.arange(len(nodes))
    return rank, nodes


@dataclass(frozen=True)
class _Chains:
    """Edges before they are put in order: vertices with offsets, one of the lines, directions."""

    vertices: Positions
    start: Positions
    line: Positions
    ways: tuple[Flags, Flags]


def _ordered(pieces: _Pieces, given: Lines, chains: _Chains, rank: Positions, nodes: Positions) -> Network:
    from tijian.engine.compute.geo import fold

    begin, end = chains.start[:-1], chains.start[1:]
    source, target = rank[chains.vertices[begin]], rank[chains.vertices[end - 1]]
    shape = pieces.coordinates[chains.vertices]
    along = fold.distances_along(shape, chains.start)
    length = along[end - 1]
    forward, backward = chains.ways
    second = pieces.place[chains.vertices[begin + 1]]
    order = np.lexsort((backward, forward, given.kind[chains.line], second, length, target, source))
    size = (end - begin)[order]
    start = np.concatenate([[0], np.cumsum(size)])
    rows = np.repeat(begin[order] - start[:-1], size) + np.arange(len(shape))
    low, high = source[order].astype(np.int32), target[order].astype(np.int32)
    return Network(
        nodes=pieces.coordinates[nodes],
        level=pieces.level[nodes],
        component=_components(low, high, length[order], len(nodes)),
        source=low,
        target=high,
        length=length[order],
        forward=forward[order],
        backward=backward[order],
        road=given.road[chains.line][order],
        speed=given.speed[chains.line][order],
        start=start,
        shape=shape[rows],
        along=along[rows],
    )


def _components(source: Numbers, target: Numbers, length: Floats, count: int) -> Numbers:
    """Number the connected parts by falling length, equal ones by their lowest node."""
    from tijian.engine.compute.geo import fold

    lowest, part = np.unique(fold.roots(source, target, count), return_inverse=True)
    metres = np.bincount(part[source], weights=length, minlength=len(lowest))
    number = np.empty(len(lowest), dtype=np.int32)
    number[np.lexsort((lowest, -metres))] = np.arange(len(lowest))
    return number[part]


def largest_component(network: Network) -> tuple[Network, LeftOut]:
    """Keep only the longest component.

    Returns:
        The smaller network, and what it lost.
    """
    kept_nodes, kept = network.component == 0, network.component[network.source] == 0
    number = np.cumsum(kept_nodes, dtype=np.int32) - np.int32(1)
    size = np.diff(network.start)
    rows = np.repeat(kept, size)
    smaller = replace(
        network,
        nodes=network.nodes[kept_nodes],
        level=network.level[kept_nodes],
        component=network.component[kept_nodes],
        source=number[network.source[kept]],
        target=number[network.target[kept]],
        length=network.length[kept],
        forward=network.forward[kept],
        backward=network.backward[kept],
        road=network.road[kept],
        speed=network.speed[kept],
        start=np.concatenate([[0], np.cumsum(size[kept])]),
        shape=network.shape[rows],
        along=network.along[rows],
    )
    lost = float(network.length[~kept].sum())
    parts = int(network.component.max(initial=0))
    share = float(network.shares()[0]) if len(network.length) else float("nan")
    return smaller, LeftOut(parts, int((~kept_nodes).sum()), lost, share)
