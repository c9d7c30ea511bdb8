"""Where things lie that can be made again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_root() -> Path:
    """Find the folder for what can be made again: ``TIJIAN_CACHE``, else the user's cache folder."""
    named = os.environ.get("TIJIAN_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tijian"
