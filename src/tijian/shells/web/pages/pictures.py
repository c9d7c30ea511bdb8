"""Features over the outlines of the districts, as pages show where something lies."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from tijian.engine.report.drawing import print_sheet
from tijian.engine.report.sketch import sketch
from tijian.shells.web.pages.seen import Seen

WIDE = 240.0  # millimetres; the picture shrinks with the page


def picture(seen: Seen, geometry: Any, alt: str) -> str:
    """Draw projected features, object array of shape (n,), over the districts of a round."""
    outlines = seen.opened.layers.outlines()
    areas = [outlines[a] for a in seen.districts if a in outlines]
    drawn = sketch(areas, geometry, sheet=print_sheet(WIDE), alt=alt)
    return mark_safe(drawn)  # noqa: S308 — the engine's own drawing; words in it are escaped
