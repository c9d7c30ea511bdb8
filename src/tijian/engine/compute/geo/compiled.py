"""Numba under one typed name: plain functions on arrays, compiled once and kept in numba's cache on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a function on arrays and numbers; strict IEEE arithmetic, so that equal input gives equal bits."""
    return cast("Callable[P, T]", njit(cache=True, nogil=True, error_model="numpy")(function))
