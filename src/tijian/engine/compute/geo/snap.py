"""Points put on the nearest edge of a network, never on the nearest node: that gives false zeros."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.network import Network

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

MAX_SNAP = 500.0  # metres; spatial.md §2


@dataclass(frozen=True)
class Snapped:
    """Positions of points on a network.

    Attributes:
        edge: Edge, −1 for points that lie further than ``max_snap`` from all (未接入路网); shape (k,).
        offset: Metres from the edge's source, within 0 … its length; NaN where there is no edge; shape (k,).
        distance: Metres from the point to the edge, NaN where there is none; shape (k,).
    """

    edge: Numbers
    offset: Floats
    distance: Floats

    def __len__(self) -> int:
        """Count the points."""
        return len(self.edge)

    @property
    def unconnected(self) -> Flags:
        """Points that are 未接入路网: not served, yet in the denominator; shape (k,)."""
        found: Flags = self.edge < 0
        return found

    def places(self, network: Network) -> Floats:
        """Give the coordinates on the network, shape (k, 2), NaN where there is no edge."""
        from tijian.engine.compute.geo import pieces

        return pieces.places(self.edge, self.offset, network.start, network.shape, network.along)


def snap(network: Network, points: Floats, max_snap: float = MAX_SNAP) -> Snapped:
    """Put points on the nearest edge.

    Straight pieces of edges are found in a grid of square cells, ring by ring around the point, until no nearer
    one can follow. Of several edges equally near, the first in the network's order is taken.

    Args:
        network: From ``network.build``.
        points: x, y in metres, shape (k, 2); NaN for a point without a place, which is unconnected.
        max_snap: Metres beyond which a point is unconnected; at the limit it is connected.

    Returns:
        Positions, in the order of the points.
    """
    from tijian.engine.compute.geo import pieces

    points = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 2)
    if not len(network.length):
        none = np.full(len(points), np.nan)
        return Snapped(np.full(len(points), -1, dtype=np.int32), none, none.copy())
    cells, edges = network.cells, (network.shape, network.along)
    return Snapped(*pieces.nearest_piece(points, edges, cells, float(max_snap)))


def at_nodes(network: Network) -> Snapped:
    """Give the position of every node, on the first of its edges; shape (n,)."""
    count = len(network.nodes)
    edges = np.arange(len(network.length), dtype=np.int32)
    edge = np.full(count, -1, dtype=np.int32)
    offset = np.zeros(count)
    for ends, metres in ((network.target, network.length), (network.source, np.zeros(len(edges)))):
        edge[ends[::-1]] = edges[::-1]
        offset[ends[::-1]] = metres[::-1]
    return Snapped(edge, offset, np.zeros(count))
