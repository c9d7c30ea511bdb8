"""Confirmed 城市病: what was found, on which evidence, from which cause, and what became of it."""
