"""Random numbers named by what they are for.

Every number has a key of its own (seed, kind, name, area, year), from which SHA-256 makes it. A variable,
an area or a year more therefore changes no other number, and no library's stream has to stay as it is.
"""

from __future__ import annotations

from hashlib import sha256
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

STANDARD = NormalDist()
SCALE = 2.0**-53
# Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014); wraps around at 2^64.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def word(seed: int, *key: object) -> int:
    """Give the 64 bits that belong to a key."""
    text = "|".join((str(seed), *map(str, key)))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def uniform(seed: int, *key: object) -> float:
    """Give the number of a key, even over the open interval (0, 1)."""
    return ((word(seed, *key) >> 11) + 0.5) * SCALE


def around(half: float, seed: int, *key: object) -> float:
    """Give the number of a key, even over ± ``half``."""
    return half * (2.0 * uniform(seed, *key) - 1.0)


def normal(seed: int, *key: object) -> float:
    """Give the standard normal number of a key."""
    return STANDARD.inv_cdf(uniform(seed, *key))


def words(start: int, *indices: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Give 64 bits for each tuple of indices, by the SplitMix64 finaliser over them one after the other.

    Args:
        start: The 64 bits of a key.
        indices: Integer arrays of one shape (n,), negative ones allowed.
    """
    state = np.full(indices[0].shape, start, dtype=np.uint64)
    for index in indices:
        state = _mixed(state ^ _mixed(index.astype(np.int64).view(np.uint64)))
    return state


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = state + GOLDEN
    state = (state ^ (state >> np.uint64(30))) * MIX_1
    state = (state ^ (state >> np.uint64(27))) * MIX_2
    mixed: NDArray[np.uint64] = state ^ (state >> np.uint64(31))
    return mixed


def fractions(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Turn 64 bits each into numbers even over (0, 1), shape (n,)."""
    return ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * SCALE
