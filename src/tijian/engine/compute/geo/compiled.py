"""Numba under one typed name: plain functions on arrays, compiled once and kept in numba's cache on disk.

Numba looks only at the file of a function to see whether what it keeps of it still holds; a kernel that calls one in
another file would go on calling the old one. So the cache lies in a folder named by the text of all kernels.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import config, njit

from tijian.engine.kernel.canonical import sha256

P = ParamSpec("P")
T = TypeVar("T")

HERE = Path(__file__).parent
settings: Any = config  # numba makes its settings when it is imported


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a function on arrays and numbers; strict IEEE arithmetic, so that equal input gives equal bits."""
    before = settings.CACHE_DIR
    settings.CACHE_DIR = before or str(cache_folder())
    try:
        return cast("Callable[P, T]", njit(cache=True, nogil=True, error_model="numpy")(function))
    finally:
        settings.CACHE_DIR = before


@cache
def cache_folder() -> Path:
    """Give the folder for this text of the kernels: beside them, or the user's where that cannot be written."""
    texts = [path.read_bytes() for path in sorted(HERE.glob("*.py"))]
    name = f"kernels-{sha256(b''.join(text for text in texts if b'@compiled' in text))[:16]}"
    if os.access(HERE, os.W_OK):
        return HERE / "__pycache__" / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tijian" / name
