"""One search for several positions that lie near one another: their labels stand side by side in lanes.

Neighbours reach almost the same nodes, so that one walk through the links serves them all and the processor
compares lanes at once (as Delling, Goldberg and Nowatzyk, 2011, "PHAST", do for trees). Labels are mended until
none changes, hence are those of single searches to the bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled
from tijian.engine.compute.geo.search import NOWHERE, Buckets, Links, enter, leave

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]
Shared = tuple[Floats, Numbers, Numbers, Numbers, Numbers, Positions]

LANES = 8


@compiled
def shared_room(count: int, buckets: Buckets) -> Shared:
    """Make room for searches on a network of so many nodes: costs by lane, nodes reached, the buckets."""
    return (
        np.full((count, LANES), np.inf),
        np.empty(count, np.int32),
        np.full(buckets[0], -1, np.int32),
        np.empty(count, np.int32),
        np.full(count, NOWHERE, np.int32),
        np.full(count, -1, np.int64),
    )


@compiled
def _begin(node: Numbers, cost: Floats, most: float, rate: float, room: Shared) -> int:
    """Label the ends of the positions' edges; give how many nodes that are."""
    least, settled, top, after, before, bucket_of = room
    count = 0
    for lane in range(len(node)):
        for end in range(2):
            at, begun = node[lane, end], cost[lane, end]
            if begun <= most and begun < least[at, lane]:
                least[at, lane] = begun
                if bucket_of[at] < 0:
                    settled[count] = at
                    count += 1
                    bucket_of[at] = int(begun * rate)
                bucket_of[at] = min(bucket_of[at], int(begun * rate))
    for at in settled[:count]:
        enter(at, bucket_of[at] & (len(top) - 1), top, after, before)
    return count


@compiled
def bounded_together(
    links: Links, buckets: Buckets, node: Numbers, cost: Floats, most: float, room: Shared
) -> Numbers:
    """Search from up to ``LANES`` positions, and give the nodes that any of them reaches.

    Args:
        links: To follow.
        buckets: How many, and how many there are to a unit of cost.
        node: Ends of the positions' edges, shape (l, 2).
        cost: What it takes to get there.
        most: Bound.
        room: From ``shared_room``; costs are infinite everywhere. Position i leaves its own in lane i.

    Returns:
        Nodes in rising order, whatever positions were taken together.
    """
    first, head, length = links
    slots, rate = buckets
    least, settled, top, after, before, bucket_of = room
    count = held = _begin(node, cost, most, rate, room)
    bucket = bucket_of[settled[:count]].min() if count else 0
    while held > 0:
        slot = bucket & (slots - 1)
        while top[slot] >= 0:
            at = top[slot]
            leave(at, slot, top, after, before)
            held -= 1
            for link in range(first[at], first[at + 1]):
                to, step, low = head[link], length[link], np.inf
                for lane in range(LANES):
                    reached, old = least[at, lane] + step, least[to, lane]
                    better = (reached < old) & (reached <= most)
                    least[to, lane] = reached if better else old
                    low = min(low, reached if better else np.inf)
                if low == np.inf:
                    continue
                put = int(low * rate)
                if before[to] != NOWHERE:
                    if bucket_of[to] <= put:
                        continue
                    leave(to, bucket_of[to] & (slots - 1), top, after, before)
                else:
                    held += 1
                    if bucket_of[to] < 0:
                        settled[count] = to
                        count += 1
                bucket_of[to] = put
                enter(to, put & (slots - 1), top, after, before)
        bucket += 1
    bucket_of[settled[:count]] = -1
    return np.sort(settled[:count])
