"""Folding of vertices where nothing branches: straight pieces become chains between nodes.

A *half* is a straight piece as seen from one of its ends: ``h`` of ``s`` pieces leaves at the first end, ``h + s``
at the second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tijian.engine.compute.geo.compiled import compiled

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]


@compiled
def chains(first: Positions, halves: Positions, ends: Positions, kept: Flags) -> tuple[Positions, Positions]:
    """Follow pieces from kept vertex to kept vertex; a ring without one starts at its lowest vertex.

    Args:
        first: Offsets into ``halves`` by vertex, shape (v + 1,).
        halves: Halves by the vertex they leave, shape (2 s,).
        ends: Vertex each half leaves, shape (2 s,).
        kept: Vertices that become nodes, shape (v,); every other has two halves. Starts of rings are added.

    Returns:
        Halves in the order walked, shape (s,), and offsets into them by chain, shape (m + 1,).
    """
    pieces = len(halves) // 2
    used = np.zeros(pieces, np.bool_)
    walked = np.empty(pieces, np.int64)
    start = np.zeros(pieces + 1, np.int64)
    count, chain = 0, 0
    for rings in range(2):
        for vertex in range(len(kept)):
            if rings == 0 and not kept[vertex]:
                continue
            for place in range(first[vertex], first[vertex + 1]):
                half = halves[place]
                if used[half % pieces]:
                    continue
                kept[vertex] = True
                while True:
                    used[half % pieces] = True
                    walked[count] = half
                    count += 1
                    arrived = ends[(half + pieces) % (2 * pieces)]
                    if kept[arrived]:
                        break
                    onward = halves[first[arrived]]
                    if onward % pieces == half % pieces:
                        onward = halves[first[arrived] + 1]
                    half = onward
                chain += 1
                start[chain] = count
    return walked, start[: chain + 1].copy()


@compiled
def vertices_along(walked: Positions, start: Positions, ends: Positions) -> Positions:
    """Give the vertices of chains, both ends included: chain c has them from ``start[c] + c``; shape (s + m,)."""
    pieces = len(ends) // 2
    found = np.empty(len(walked) + len(start) - 1, np.int64)
    for chain in range(len(start) - 1):
        for place in range(start[chain], start[chain + 1]):
            found[place + chain] = ends[walked[place]]
        last = walked[start[chain + 1] - 1]
        found[start[chain + 1] + chain] = ends[(last + pieces) % (2 * pieces)]
    return found


@compiled
def turned(vertices: Positions, start: Positions, rank: Positions, ahead: Flags) -> Flags:
    """Turn chains, in place, so that they read the lower of both ways by the rank of their vertices.

    Args:
        vertices: Vertices of all chains.
        start: Offsets by chain, shape (m + 1,).
        rank: Rank of each vertex; equal for equal places.
        ahead: Whether one may go along each chain; decides where both ways read the same. Shape (m,).

    Returns:
        Which were turned, shape (m,).
    """
    found = np.zeros(len(start) - 1, np.bool_)
    for chain in range(len(start) - 1):
        low, high = start[chain], start[chain + 1] - 1
        while low < high and rank[vertices[low]] == rank[vertices[high]]:
            low += 1
            high -= 1
        if rank[vertices[low]] > rank[vertices[high]] if low < high else not ahead[chain]:
            found[chain] = True
            vertices[start[chain] : start[chain + 1]] = vertices[start[chain] : start[chain + 1]][::-1].copy()
    return found


@compiled
def distances_along(shape: Floats, start: Positions) -> Floats:
    """Sum lengths from the start of each chain to each of its vertices, one after the other; shape (v,)."""
    along = np.zeros(len(shape))
    for chain in range(len(start) - 1):
        for place in range(start[chain] + 1, start[chain + 1]):
            step = np.hypot(shape[place, 0] - shape[place - 1, 0], shape[place, 1] - shape[place - 1, 1])
            along[place] = along[place - 1] + step
    return along


@compiled
def roots(source: NDArray[np.int32], target: NDArray[np.int32], count: int) -> Positions:
    """Give the lowest node that each node is joined with, whatever the direction; shape (count,)."""
    parent = np.arange(count)
    for edge in range(len(source)):
        a, b = np.int64(source[edge]), np.int64(target[edge])
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        parent[max(a, b)] = min(a, b)
    for node in range(count):  # parents are lower, so theirs is known already
        parent[node] = parent[parent[node]]
    return parent
