"""What each position reaches within a bound: pairs with their costs, and sums of weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled
from tijian.engine.compute.geo.lanes import LANES, bounded_together, shared_room
from tijian.engine.compute.geo.search import (
    Buckets,
    Grouped,
    Links,
    Spots,
    Streets,
    bounded,
    room_for,
    touch,
    touch_edge,
)

ROOM = 1024  # pairs, at first

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Leaving = tuple[Numbers, Floats]  # ends of the edge and cost to them, (k, 2) each
Hung = tuple[Positions, Numbers, Floats]  # offsets by node, thing, cost to it, rising at each node
# Links; buckets; how positions and things are joined with nodes; both on their edges; things by edge; edges.
Scene = tuple[Links, Buckets, Leaving, Hung, tuple[Spots, Spots], Grouped, Streets]


@compiled
def pairs_within(scene: Scene, most: float) -> tuple[Positions, Numbers, Floats]:
    """List what each position reaches, in the order of the things.

    Args:
        scene: Positions to leave, and things to reach.
        most: Bound.

    Returns:
        How many things each position reaches; things; costs.
    """
    links, buckets, (node, out), things, places, on_edge, streets = scene
    room = room_for(len(things[0]) - 1, buckets)
    least, settled = room[0], room[1]
    best, touched = np.full(len(places[1][0]), np.inf), np.empty(len(places[1][0]), np.int32)
    number = np.zeros(len(node), np.int64)
    thing, cost, size = np.empty(ROOM, np.int32), np.empty(ROOM), 0
    for i in range(len(node)):
        found = bounded(links, buckets, node[i], out[i], most, room)
        many = touch_edge(i, places[0], places[1], on_edge, streets, most, best, touched)
        many = touch(settled[:found], least, things, most, best, touched, many)
        least[settled[:found]] = np.inf
        while size + many > len(thing):
            thing, cost = np.append(thing, thing), np.append(cost, cost)
        thing[size : size + many] = np.sort(touched[:many])
        for place in range(size, size + many):
            cost[place] = best[thing[place]]
            best[thing[place]] = np.inf
        number[i] = many
        size += many
    return number, thing[:size].copy(), cost[:size].copy()


@compiled
def gathered(scene: Scene, at_nodes: Floats, weights: Floats, most: float) -> Floats:
    """Sum the weights that each position reaches, by searches from positions that follow one another.

    Sums go through nodes and things in their order, so they do not depend on which positions share a search.

    Args:
        scene: Positions to leave, and things to reach that do not stand on nodes themselves.
        at_nodes: Sums of the weights that do, shape (c, n).
        weights: Of the things of the scene, shape (t, c).
        most: Bound.

    Returns:
        Sums, shape (k, c).
    """
    links, buckets, (node, out), things, (spots, targets), on_edge, streets = scene
    columns, count = at_nodes.shape
    room = shared_room(count, buckets)
    least = room[0]
    best, touched = np.full(len(weights), np.inf), np.empty(len(weights), np.int32)
    sums, totals = np.zeros((len(node), columns)), np.empty(LANES)
    for low in range(0, len(node), LANES):
        high = min(low + LANES, len(node))
        settled = bounded_together(links, buckets, node[low:high], out[low:high], most, room)
        for i in range(low, high if len(weights) else low):
            many = touch_edge(i, spots, targets, on_edge, streets, most, best, touched)
            many = touch(settled, least[:, i - low], things, most, best, touched, many)
            for j in np.sort(touched[:many]):
                best[j] = np.inf
                sums[i] += weights[j]
        for column in range(columns):
            totals[:] = 0.0
            for at in settled:
                weight = at_nodes[column, at]
                for lane in range(LANES):
                    totals[lane] += weight if least[at, lane] < np.inf else 0.0
            sums[low:high, column] += totals[: high - low]
        for at in settled:
            for lane in range(LANES):
                least[at, lane] = np.inf
    return sums


@compiled
def scattered(scene: Scene, weights: Floats, most: float) -> Floats:
    """Sum the same by a search against the links from each weight: better where there are fewer of those.

    Args:
        scene: Weights to leave, against the direction one moves, and positions to reach.
        weights: Shape (t, c).
        most: Bound.

    Returns:
        Sums, by position, shape (k, c).
    """
    links, buckets, (node, out), things, places, on_edge, streets = scene
    room = room_for(len(things[0]) - 1, buckets)
    least, settled = room[0], room[1]
    best, touched = np.full(len(places[1][0]), np.inf), np.empty(len(places[1][0]), np.int32)
    sums = np.zeros((len(best), weights.shape[1]))
    for i in range(len(node)):
        found = bounded(links, buckets, node[i], out[i], most, room)
        many = touch_edge(i, places[0], places[1], on_edge, streets, most, best, touched)
        many = touch(settled[:found], least, things, most, best, touched, many)
        least[settled[:found]] = np.inf
        for j in touched[:many]:
            best[j] = np.inf
            sums[j] += weights[i]
    return sums
