"""Searches on links between nodes: Dijkstra (1959) with a heap of labels and a bound, on plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled
from tijian.engine.compute.geo.heap import ROOM, doubled, pop, push

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Links = tuple[Positions, Numbers, Floats]
Streets = tuple[Flags, Flags, Floats]  # forward, backward, cost of a metre, by edge
Spots = tuple[Numbers, Floats, Floats]  # edge, offset, cost beside it, by position
Grouped = tuple[Positions, Positions]  # offsets by edge, positions on it


@compiled
def nearest_source(
    links: Links, node: Numbers, cost: Floats, source: Numbers, most: float
) -> tuple[Floats, Numbers]:
    """Label every node with its least cost from any source; equal ones go to the lower source.

    Args:
        links: To follow.
        node: Nodes where labels begin, shape (l,).
        cost: With what they begin; infinite ones are skipped.
        source: Whose they are.
        most: Labels above this are not made.

    Returns:
        Cost (infinite where none) and source (−1) of every node.
    """
    first, head, length = links
    count = len(first) - 1
    least, whose = np.full(count, np.inf), np.full(count, -1, np.int32)
    keys, items, size = np.empty(ROOM), np.empty(ROOM, np.int32), 0
    for i in range(len(node)):
        at = node[i]
        if cost[i] <= most and (
            cost[i] < least[at] or (cost[i] == least[at] and np.isfinite(cost[i]) and source[i] < whose[at])
        ):
            least[at], whose[at] = cost[i], source[i]
            if size == len(keys):
                keys, items = doubled(keys, items)
            size = push(keys, items, size, cost[i], at)
    while size > 0:
        key, at = keys[0], items[0]
        size = pop(keys, items, size)
        if key > least[at]:
            continue
        for link in range(first[at], first[at + 1]):
            to, reached = head[link], key + length[link]
            if reached > most or reached > least[to]:
                continue
            if reached < least[to] or whose[at] < whose[to]:
                least[to], whose[to] = reached, whose[at]
                if size == len(keys):
                    keys, items = doubled(keys, items)
                size = push(keys, items, size, reached, to)
    return least, whose


@compiled
def nearest_sources(
    links: Links, node: Numbers, cost: Floats, source: Numbers, most: float, k: int
) -> tuple[Floats, Numbers]:
    """Label every node with its k nearest different sources, in rising order; shape (n, k) each."""
    first, head, length = links
    count = len(first) - 1
    least, whose = np.full((count, k), np.inf), np.full((count, k), -1, np.int32)
    held = np.zeros(count, np.int32)
    many = np.int64(source.max()) + 1 if len(source) else np.int64(1)
    keys, items, size = np.empty(ROOM), np.empty(ROOM, np.int64), 0
    for i in range(len(node)):
        if cost[i] <= most and np.isfinite(cost[i]):
            if size == len(keys):
                keys, items = doubled(keys, items)
            size = push(keys, items, size, cost[i], np.int64(node[i]) * many + source[i])
    while size > 0:
        key, item = keys[0], items[0]
        size = pop(keys, items, size)
        at, who = item // many, item % many
        if held[at] == k or (whose[at, : held[at]] == who).any():
            continue
        least[at, held[at]], whose[at, held[at]] = key, who
        held[at] += 1
        for link in range(first[at], first[at + 1]):
            to, reached = head[link], key + length[link]
            if reached > most or held[to] == k:
                continue
            if size == len(keys):
                keys, items = doubled(keys, items)
            size = push(keys, items, size, reached, np.int64(to) * many + who)
    return least, whose


@compiled
def direct(streets: Streets, edge: int, start: float, stop: float) -> float:
    """Give the cost from one offset to another along one edge, infinite against its direction."""
    forward, backward, rate = streets
    if start == stop:
        return 0.0
    if start < stop:
        return (stop - start) * rate[edge] if forward[edge] else np.inf
    return (start - stop) * rate[edge] if backward[edge] else np.inf


@compiled
def join_nearest(
    least: Floats,
    whose: Numbers,
    leaving: tuple[Numbers, Floats],
    origins: Spots,
    targets: Spots,
    on_edge: Grouped,
    streets: Streets,
) -> tuple[Floats, Numbers]:
    """Give origins their k nearest targets: over either end of their edge, or along it; shape (o, k) each."""
    node, out = leaving
    first, listed = on_edge
    k = least.shape[1]
    found, who = np.full((len(node), k), np.inf), np.full((len(node), k), -1, np.int32)
    for i in range(len(node)):
        for end in range(2):
            for j in range(k):
                at = node[i, end]
                if np.isfinite(out[i, end]) and whose[at, j] >= 0:
                    _insert(found[i], who[i], out[i, end] + least[at, j], whose[at, j])
        edge, offset, beside = origins[0][i], origins[1][i], origins[2][i]
        if edge < 0:
            continue
        for place in range(first[edge], first[edge + 1]):
            j = listed[place]
            along = direct(streets, edge, offset, targets[1][j])
            if np.isfinite(along):
                _insert(found[i], who[i], beside + along + targets[2][j], j)
    return found, who


@compiled
def _insert(found: Floats, who: Numbers, cost: float, target: int) -> None:
    """Put a target among the nearest, in rising order of cost and number, each target once."""
    at = len(found) - 1
    for j in range(len(found)):
        if who[j] == target:
            at = j
    if who[at] >= 0 and (found[at] < cost or (found[at] == cost and who[at] <= target)):
        return
    while at > 0 and (
        who[at - 1] < 0 or found[at - 1] > cost or (found[at - 1] == cost and who[at - 1] > target)
    ):
        found[at], who[at] = found[at - 1], who[at - 1]
        at -= 1
    found[at], who[at] = cost, target


@compiled
def bounded(
    links: Links,
    node: Numbers,
    cost: Floats,
    most: float,
    least: Floats,
    settled: Numbers,
    keys: Floats,
    items: Numbers,
) -> tuple[int, Floats, Numbers]:
    """Search from one position, and write the nodes within reach in the order they are settled.

    Args:
        links: To follow.
        node: Ends of the position's edge, shape (2,).
        cost: What it takes to get there.
        most: Bound.
        least: Infinite everywhere; afterwards costs, also of nodes that lie beyond by their own links.
        settled: Room for every node.
        keys: Room of the heap.
        items: Room of the heap.

    Returns:
        How many were settled, and the room of the heap.
    """
    first, head, length = links
    size, count = 0, 0
    for end in range(2):
        if cost[end] <= most and cost[end] < least[node[end]]:
            least[node[end]] = cost[end]
            size = push(keys, items, size, cost[end], node[end])
    while size > 0:
        key, at = keys[0], items[0]
        size = pop(keys, items, size)
        if key > least[at]:
            continue
        settled[count] = at
        count += 1
        for link in range(first[at], first[at + 1]):
            to, reached = head[link], key + length[link]
            if reached <= most and reached < least[to]:
                least[to] = reached
                if size == len(keys):
                    keys, items = doubled(keys, items)
                size = push(keys, items, size, reached, to)
    return count, keys, items


@compiled
def touch(
    settled: Numbers,
    least: Floats,
    things: tuple[Positions, Numbers, Floats],
    most: float,
    best: Floats,
    touched: Numbers,
    count: int,
) -> int:
    """Write which things lie within reach of the nodes settled, and what each costs at least.

    Args:
        settled: Nodes.
        least: Their costs.
        things: Offsets by node, thing, cost from the node to it, rising at each node.
        most: Bound.
        best: Infinite for things not touched yet.
        touched: Room for every thing; the first ``count`` are touched already.
        count: How many are.

    Returns:
        How many are touched now.
    """
    first, thing, extra = things
    for at in settled:
        for place in range(first[at], first[at + 1]):
            cost = least[at] + extra[place]
            if cost > most:
                break
            i = thing[place]
            if np.isinf(best[i]):
                touched[count] = i
                count += 1
            best[i] = min(best[i], cost)
    return count


@compiled
def touch_edge(
    i: int,
    origins: Spots,
    targets: Spots,
    on_edge: Grouped,
    streets: Streets,
    most: float,
    best: Floats,
    touched: Numbers,
) -> int:
    """Write which things position i reaches along its own edge; the first to be touched.

    Returns:
        How many.
    """
    count = 0
    edge = origins[0][i]
    if edge < 0:
        return 0
    first, listed = on_edge
    for place in range(first[edge], first[edge + 1]):
        j = listed[place]
        cost = origins[2][i] + direct(streets, edge, origins[1][i], targets[1][j]) + targets[2][j]
        if cost <= most and np.isfinite(cost):
            touched[count] = j
            count += 1
            best[j] = cost
    return count
