"""Charts and maps of pages: the engine's own drawing, in a panel with its table and its files.

The engine draws one picture for each width, so that words are never scaled; the page shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypedDict

from django.utils.safestring import SafeString, mark_safe

from tijian.engine.report import charts
from tijian.engine.report.charts import BreakBand, Group, Region, Series, Sheet
from tijian.shells.web.components.component import Component, Link
from tijian.shells.web.components.grade import GradeLegend
from tijian.shells.web.components.tables import DataTable

Width = Literal[1240, 820, 600]
NARROW = 315.0  # what a panel leaves on a phone of 375 px
PLOT = 190.0


@dataclass(frozen=True)
class Chart(Component):
    """A drawing in a panel: title, drawing, the same figures as a table, files, rule and source.

    Attributes:
        title: Measure, place and year.
        key: Id of its heading.
        wide: The drawing for ``width``.
        narrow: The drawing for a phone and for narrow columns.
        width: Of the wide one, in px.
        hint: Behind the title, smaller.
        links: 看表格 (unless ``table`` is given) and 下载.
        table: The same figures, folded below the drawing.
        note: What must be known to read it, such as a change of definition.
        source: Rule and source, in the foot.
        legend: What the fills mean.
    """

    template: ClassVar[str] = "components/chart.html"
    title: str
    key: str
    wide: SafeString
    narrow: SafeString
    width: Width = 820
    hint: str = ""
    links: tuple[Link, ...] = ()
    table: DataTable | None = None
    note: str = ""
    source: str = ""
    legend: GradeLegend | None = None


class Around(TypedDict, total=False):
    """What stands around a drawing; the fields of :class:`Chart` of the same names."""

    hint: str
    links: tuple[Link, ...]
    table: DataTable | None
    note: str
    source: str
    legend: GradeLegend | None


def bar_chart(
    title: str,
    key: str,
    groups: Sequence[Group],
    alt: str,
    *,
    width: Width = 820,
    around: Around | None = None,
) -> Chart:
    """Areas on one indicator: bars from zero, grouped by area type, with the lines of their cut points."""
    return _chart(title, key, lambda sheet: charts.bars(groups, sheet=sheet, alt=alt), width, around)


def whisker_chart(
    title: str,
    key: str,
    groups: Sequence[Group],
    alt: str,
    *,
    width: Width = 820,
    around: Around | None = None,
) -> Chart:
    """Survey figures: dots with their margin."""
    return _chart(title, key, lambda sheet: charts.whisker(groups, sheet=sheet, alt=alt), width, around)


def trend_chart(
    title: str,
    key: str,
    periods: Sequence[str],
    series: Sequence[Series],
    alt: str,
    *,
    breaks: Sequence[BreakBand] = (),
    width: Width = 820,
    around: Around | None = None,
) -> Chart:
    """Change over time; no line crosses a change of definition, fewer than three values are dots."""

    def draw(sheet: Sheet) -> str:
        return charts.trend(periods, series, breaks=breaks, height=PLOT, sheet=sheet, alt=alt)

    return _chart(title, key, draw, width, around)


def grade_map(
    title: str,
    key: str,
    regions: Sequence[Region],
    alt: str,
    *,
    selected: str = "",
    boundary: str = "",
    review_number: str | None = None,
    metres: float = 1.0,
    width: Width = 600,
    around: Around | None = None,
) -> Chart:
    """Areas by grade; without 审图号 the map says that it must not be published."""

    def draw(sheet: Sheet) -> str:
        return charts.choropleth(
            regions,
            sheet=sheet,
            metres=metres,
            review_number=review_number,
            boundary=boundary,
            selected=selected,
            alt=alt,
        )

    return _chart(title, key, draw, width, around)


def _chart(title: str, key: str, draw: Callable[[Sheet], str], width: Width, around: Around | None) -> Chart:
    wide, narrow = charts.SCREEN.narrower(float(width)), charts.PHONE.narrower(NARROW)
    return Chart(title, key, _drawn(draw(wide)), _drawn(draw(narrow)), width, **(around or {}))


def _drawn(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - the engine escapes every word it draws
