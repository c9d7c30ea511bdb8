"""Mutants that mean the same as their original, each with its reason; they count as neither found nor missed."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str], str] = {}
