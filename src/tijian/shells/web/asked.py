"""Numbers that stand in addresses and in fields no person types."""

from __future__ import annotations

DIGITS = 18  # what the integer of every database holds; a longer text is no key or year


def number(text: str) -> int | None:
    """Read a whole number of plain digits; none for anything else, such as ``²`` or a text without end."""
    trimmed = text.strip()
    return int(trimmed) if trimmed.isascii() and trimmed.isdigit() and len(trimmed) <= DIGITS else None
