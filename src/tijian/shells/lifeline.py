"""A child that outlives the process which started it ends by itself."""

from __future__ import annotations

import os
import signal
import threading
import time

PARENT = "TIJIAN_PARENT"
LOOK_SECONDS = 1.0
GRACE_SECONDS = 10.0


def hold() -> None:
    """End this process soon after its parent is gone, as after ``kill -9``; nothing without the variable."""
    parent = os.environ.get(PARENT, "")
    if parent.isdecimal():
        threading.Thread(target=_watch, args=(int(parent),), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)  # whatever was not committed is not written
