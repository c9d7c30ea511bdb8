"""Synthetic cities: a city folder's documents in, the same folder with inputs out, seeded and marked."""

from tijian.engine.catalogue.story import read_story
from tijian.engine.exam.generate.folder import generate, story_of

__all__ = ["generate", "read_story", "story_of"]
