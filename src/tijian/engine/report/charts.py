"""The charts and maps of pages and reports: one import for those who draw them.

All give an SVG text: same input, same text; no ``style=``, no script, no request.
"""

from __future__ import annotations

from tijian.engine.report.bars import Bar, Cut, Group, bars, whisker
from tijian.engine.report.drawing import PHONE, PRINT, SCREEN, Sheet, print_sheet
from tijian.engine.report.grids import Cell, HeatRow, Share, heat, shares
from tijian.engine.report.maps import Region, choropleth
from tijian.engine.report.trends import BreakBand, Series, trend

__all__ = [
    "PHONE",
    "PRINT",
    "SCREEN",
    "Bar",
    "BreakBand",
    "Cell",
    "Cut",
    "Group",
    "HeatRow",
    "Region",
    "Series",
    "Share",
    "Sheet",
    "bars",
    "choropleth",
    "heat",
    "print_sheet",
    "shares",
    "trend",
    "whisker",
]
