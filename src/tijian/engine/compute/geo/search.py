"""Searches on links between nodes, on plain arrays: Dijkstra's (1959) labels, kept in buckets instead of a heap.

A bucket holds the labels of one stretch of cost. Buckets are worked off in order; inside one, labels may be mended
and are then worked off again (Dial, 1969, "Algorithm 360"; Meyer and Sanders, 2003, "Δ-stepping"). The labels are
those of Dijkstra to the bit, since both are the least sums over the same paths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Links = tuple[Positions, Numbers, Floats]
Buckets = tuple[int, float]  # how many, a power of two; how many to a unit of cost
Room = tuple[
    Floats, Numbers, Numbers, Numbers, Numbers
]  # costs, nodes reached, and the three arrays of the buckets
Streets = tuple[Flags, Flags, Floats]  # forward, backward, cost of a metre, by edge
Spots = tuple[Numbers, Floats, Floats]  # edge, offset, cost beside it, by position
Grouped = tuple[Positions, Positions]  # offsets by edge, positions on it

FIRST, NOWHERE = -1, -2  # nothing lies above a node in its bucket; it lies in none


@compiled
def enter(at: int, slot: int, top: Numbers, after: Numbers, before: Numbers) -> None:
    """Put a node first in a bucket."""
    below = top[slot]
    after[at], before[at], top[slot] = below, FIRST, at
    if below >= 0:
        before[below] = at


@compiled
def leave(at: int, slot: int, top: Numbers, after: Numbers, before: Numbers) -> None:
    """Take a node out of its bucket."""
    below, above = after[at], before[at]
    if above >= 0:
        after[above] = below
    else:
        top[slot] = below
    if below >= 0:
        before[below] = above
    before[at] = NOWHERE


@compiled
def nearest_source(
    links: Links, buckets: Buckets, node: Numbers, cost: Floats, source: Numbers, most: float
) -> tuple[Floats, Numbers]:
    """Label every node with its least cost from any source; equal ones go to the lower source.

    Args:
        links: To follow.
        buckets: How many, and how many there are to a unit of cost.
        node: Nodes where labels begin, shape (l,).
        cost: With what they begin; infinite ones are skipped.
        source: Whose they are.
        most: Labels above this are not made.

    Returns:
        Cost (infinite where none) and source (−1) of every node.
    """
    first, head, length = links
    slots, rate = buckets
    count = len(first) - 1
    least, whose = np.full(count, np.inf), np.full(count, -1, np.int32)
    top = np.full(slots, -1, np.int32)
    after, before = np.empty(count, np.int32), np.full(count, NOWHERE, np.int32)
    held = 0
    for i in range(len(node)):
        at = node[i]
        if cost[i] > most or np.isinf(cost[i]):
            continue
        if cost[i] < least[at] or (cost[i] == least[at] and source[i] < whose[at]):
            if before[at] != NOWHERE:
                leave(at, int(least[at] * rate) & (slots - 1), top, after, before)
                held -= 1
            least[at], whose[at] = cost[i], source[i]
            enter(at, int(cost[i] * rate) & (slots - 1), top, after, before)
            held += 1
    bucket = 0
    while held > 0:
        slot = bucket & (slots - 1)
        while top[slot] >= 0:
            at = top[slot]
            leave(at, slot, top, after, before)
            held -= 1
            key, who = least[at], whose[at]
            for link in range(first[at], first[at + 1]):
                to, reached = head[link], key + length[link]
                old = least[to]
                if reached > most or reached > old or (reached == old and who >= whose[to]):
                    continue
                least[to], whose[to] = reached, who
                put = int(reached * rate) & (slots - 1)
                if before[to] == NOWHERE:
                    held += 1
                else:
                    was = int(old * rate) & (slots - 1)
                    if was == put:
                        continue
                    leave(to, was, top, after, before)
                enter(to, put, top, after, before)
        bucket += 1
    return least, whose


@compiled
def nearest_sources(
    links: Links, buckets: Buckets, node: Numbers, cost: Floats, source: Numbers, most: float, k: int
) -> tuple[Floats, Numbers]:
    """Label every node with its k nearest different sources, in rising order; shape (n, k) each.

    A bucket holds entries, several of one node: whatever of its labels belongs to the bucket is followed then.
    """
    first, head, length = links
    slots, rate = buckets
    count = len(first) - 1
    least, whose = np.full((count, k), np.inf), np.full((count, k), -1, np.int32)
    top = np.full(slots, -1, np.int32)
    following, items = np.empty(count + 2, np.int32), np.empty(count + 2, np.int32)
    entry, held = 0, 0
    for i in range(len(node)):
        if (
            cost[i] > most
            or np.isinf(cost[i])
            or not insert(least[node[i]], whose[node[i]], cost[i], source[i])
        ):
            continue
        if entry == len(items):
            following, items = (np.append(following, following), np.append(items, items))
        slot = int(cost[i] * rate) & (slots - 1)
        items[entry], following[entry], top[slot] = node[i], top[slot], entry
        entry, held = entry + 1, held + 1
    bucket = 0
    while held > 0:
        slot = bucket & (slots - 1)
        while top[slot] >= 0:
            at = items[top[slot]]
            top[slot] = following[top[slot]]
            held -= 1
            for label in range(k):
                key, who = least[at, label], whose[at, label]
                if who < 0 or int(key * rate) != bucket:
                    continue
                for link in range(first[at], first[at + 1]):
                    to, reached = head[link], key + length[link]
                    if reached > most or not insert(least[to], whose[to], reached, who):
                        continue
                    if entry == len(items):
                        following, items = (np.append(following, following), np.append(items, items))
                    put = int(reached * rate) & (slots - 1)
                    items[entry], following[entry], top[put] = to, top[put], entry
                    entry, held = entry + 1, held + 1
        bucket += 1
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
                    insert(found[i], who[i], out[i, end] + least[at, j], whose[at, j])
        edge, offset, beside = origins[0][i], origins[1][i], origins[2][i]
        if edge < 0:
            continue
        for place in range(first[edge], first[edge + 1]):
            j = listed[place]
            along = direct(streets, edge, offset, targets[1][j])
            if np.isfinite(along):
                insert(found[i], who[i], beside + along + targets[2][j], j)
    return found, who


@compiled
def insert(found: Floats, who: Numbers, cost: float, source: int) -> bool:
    """Put a source among the nearest, in rising order of cost and number, each once.

    Returns:
        Whether it is new or nearer than before.
    """
    at = len(found) - 1
    for j in range(len(found)):
        if who[j] == source:
            at = j
    if who[at] >= 0 and (found[at] < cost or (found[at] == cost and who[at] <= source)):
        return False
    while at > 0 and (
        who[at - 1] < 0 or found[at - 1] > cost or (found[at - 1] == cost and who[at - 1] > source)
    ):
        found[at], who[at] = found[at - 1], who[at - 1]
        at -= 1
    found[at], who[at] = cost, source
    return True


@compiled
def bounded(links: Links, buckets: Buckets, node: Numbers, cost: Floats, most: float, room: Room) -> int:
    """Search from one position, and write the nodes within reach, in a fixed order.

    Args:
        links: To follow.
        buckets: How many, and how many there are to a unit of cost.
        node: Ends of the position's edge, shape (2,).
        cost: What it takes to get there.
        most: Bound.
        room: From ``room_for``; the costs must be infinite everywhere.

    Returns:
        How many nodes are within reach; they and their costs stand in the room.
    """
    first, head, length = links
    slots, rate = buckets
    least, settled, top, after, before = room
    count, held, low = 0, 0, np.inf
    for end in range(2):
        at = node[end]
        if cost[end] <= most and cost[end] < least[at]:
            if np.isinf(least[at]):
                settled[count] = at
                count, held = count + 1, held + 1
            else:
                leave(at, int(least[at] * rate) & (slots - 1), top, after, before)
            least[at] = cost[end]
            enter(at, int(cost[end] * rate) & (slots - 1), top, after, before)
            low = min(low, cost[end])
    bucket = int(low * rate) if held else 0
    while held > 0:
        slot = bucket & (slots - 1)
        while top[slot] >= 0:
            at = top[slot]
            leave(at, slot, top, after, before)
            held -= 1
            key = least[at]
            for link in range(first[at], first[at + 1]):
                to, reached = head[link], key + length[link]
                old = least[to]
                if reached > most or reached >= old:
                    continue
                least[to] = reached
                put = int(reached * rate) & (slots - 1)
                if old == np.inf:
                    settled[count] = to
                    count, held = count + 1, held + 1
                elif before[to] == NOWHERE:
                    held += 1
                else:
                    was = int(old * rate) & (slots - 1)
                    if was == put:
                        continue
                    leave(to, was, top, after, before)
                enter(to, put, top, after, before)
        bucket += 1
    return count


@compiled
def room_for(count: int, buckets: Buckets) -> Room:
    """Make room for searches on a network of so many nodes."""
    return (
        np.full(count, np.inf),
        np.empty(count, np.int32),
        np.full(buckets[0], -1, np.int32),
        np.empty(count, np.int32),
        np.full(count, NOWHERE, np.int32),
    )


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
            if cost > most or np.isinf(cost):
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
