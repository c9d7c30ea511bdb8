"""Synthetic cities: a city folder's documents in, the same folder with inputs out, seeded and marked."""

from tijian.engine.exam.generate.folder import generate

__all__ = ["generate"]
