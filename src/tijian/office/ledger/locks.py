"""Locks on periods, and what happens when they take too long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from tijian.engine.kernel.faults import Fault, Refused

WAIT_SECONDS = 20  # both engines: SQLite by its timeout, PostgreSQL by lock_timeout
BUSY_STATES = {"55P03", "40P01"}  # lock not available in time, deadlock


def lock_key(period: str) -> int:
    """Give the stable signed 64-bit number under which PostgreSQL locks a period."""
    digest = hashlib.sha256(f"tijian:period:{period}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock_periods(periods: Iterable[str]) -> None:
    """Lock periods until the transaction ends, in ascending order, so that no two writers wait in a ring.

    It is the first statement of an action: all periods whose results the action may recompute,
    those that look back on it included. On SQLite there is nothing to do: every transaction begins
    IMMEDIATE and is already the only writer of the whole file.

    Raises:
        RuntimeError: Outside a transaction, where the lock would end at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("periods are locked inside the transaction of an action")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for period in sorted(set(periods)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(period)])


@contextmanager
def told_when_busy(what: str) -> Iterator[None]:
    """Turn a lock that did not come in time into a refusal that a person can act on.

    Raises:
        Refused: If somebody else held a lock for too long; nothing was written.
    """
    try:
        yield
    except OperationalError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state not in BUSY_STATES and "locked" not in str(error):
            raise
        hint = f"其他人正在写同一处，等了 {WAIT_SECONDS} 秒仍未轮到；什么也没有写入，请稍后再试。"
        raise Refused([Fault("ledger.busy", what, "", "", "轮到写入", hint)]) from error
