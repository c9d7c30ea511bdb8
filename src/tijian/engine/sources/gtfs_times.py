"""Times of GTFS: seconds of the service day, beyond 24:00 where a trip runs past midnight."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# A service day begins twelve hours before noon of its date (GTFS reference, "Time").
DAY = 86_400
FORM = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
BLANK, WRONG = np.nan, -1.0


def seconds(cells: Sequence[str]) -> NDArray[np.float64]:
    """Read times such as ``25:10:00``.

    Returns:
        Seconds of the service day, shape (n,); NaN where the cell is blank, −1 where it is no time.
    """
    known: dict[str, float] = {"": BLANK}
    for cell in cells:
        if cell not in known:
            match = FORM.fullmatch(cell)
            known[cell] = int(match[1]) * 3600.0 + int(match[2]) * 60 + int(match[3]) if match else WRONG
    return np.array([known[cell] for cell in cells], dtype=np.float64)


def interpolated(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill blank times between the timed stops before and after, evenly by the order of stops.

    GTFS leaves the times between time points to the consumer; without distances along the shape the order
    of stops is the only measure.

    Args:
        times: Seconds or NaN, one trip after the other, each in the order of its stops, shape (n,). The
            first and the last stop of every trip must be timed.

    Returns:
        Seconds, shape (n,).
    """
    timed = np.flatnonzero(~np.isnan(times))
    if timed.size in {0, times.size}:
        return times
    return np.interp(np.arange(times.size), timed, times[timed])
