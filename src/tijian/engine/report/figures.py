"""Charts and maps of an examination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.exam.facts import comparable
from tijian.engine.exam.results import Row
from tijian.engine.grade.cutpoints import GRADES, CutSet, Points, cuts_for, written
from tijian.engine.kernel.missing import Status
from tijian.engine.report.charts import (
    Bar,
    BreakBand,
    Cut,
    Group,
    Region,
    Series,
    Share,
    bars,
    choropleth,
    print_sheet,
    shares,
    trend,
    whisker,
)
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import GRADE_WORDS, is_marked

TOLERANCE_SHARE = 1 / 300  # of the width of the city: finer than a print shows
MAP_MM, TREND_MM = 66.0, 82.0


@dataclass
class Figures:
    """Draws what the chapters show; outlines are simplified once.

    Attributes:
        dossier: The examination.
    """

    dossier: Dossier
    _shapes: dict[str, Any] = field(default_factory=dict)

    def shapes(self) -> dict[str, Any]:
        """Outlines of the districts simplified as one coverage, so that neighbours keep common edges."""
        if not self._shapes:
            outlines = self.dossier.results.inputs.layers.outlines()
            codes = [c for c in self.dossier.districts if c in outlines]
            if codes:
                geometry = np.array([outlines[c] for c in codes], dtype=object)
                west, _, east, _ = shapely.total_bounds(geometry)
                simple = shapely.coverage_simplify(geometry, (east - west) * TOLERANCE_SHARE)
                self._shapes = dict(zip(codes, simple, strict=True))
        return self._shapes

    # ── one indicator ──

    def bars(self, indicator: Indicator) -> str:
        """Bars of the districts grouped by area type, with the cut lines of each type."""
        groups = [
            Group(
                name,
                tuple(self._bar(self.dossier.row(indicator.id, a)) for a in areas),
                self._cuts(indicator, name),
            )
            for name, areas in self.dossier.type_groups
        ]
        return bars(groups, alt=self.alt(indicator))

    def whisker(self, indicator: Indicator) -> str:
        """Survey scores of the districts with their margins."""
        groups = [
            Group(
                name,
                tuple(self._bar(self.dossier.row(indicator.id, a), survey=True) for a in areas),
                self._cuts(indicator, name),
            )
            for name, areas in self.dossier.type_groups
        ]
        return whisker(groups, alt=self.alt(indicator))

    def _bar(self, row: Row, *, survey: bool = False) -> Bar:
        sample, margin = "", None
        if survey:
            cells = self.dossier.results.inputs.survey_of(row.area, row.year).values()
            known = [c for c in cells if c.margin is not None]
            if known:
                margin = max(c.margin for c in known if c.margin is not None)
                sample = f"样本 {min(c.n for c in known)}"
        return Bar(
            self.dossier.city.label(row.area),
            None if row.value is None else float(row.value),
            "" if row.value is None else f"{row.value:f}".replace("-", "−"),
            GRADE_WORDS[row.verdict.grade],
            row.status.zh if row.value is None else "",
            is_marked(row),
            margin,
            sample,
        )

    def _cuts(self, indicator: Indicator, area_type: str) -> tuple[Cut, ...]:
        points = self.type_points(indicator, area_type)
        if points is None:
            return ()
        return tuple(
            _cut(g, p, indicator.direction)
            for g, p in zip(reversed(GRADES[:3]), reversed(points), strict=True)
        )

    def type_points(self, indicator: Indicator, area_type: str) -> Points | None:
        """Cut points of an area type at district level in the year examined; None without."""
        level = self.dossier.city.by_code[self.dossier.districts[0]].level
        judgement = self.dossier.judgement(indicator, level)
        if judgement is None or judgement.judge != "cut":
            return None
        found = cuts_for(judgement, {area_type: 1.0} if area_type else {}, indicator.decimals)
        return found.points if isinstance(found, CutSet) else None

    def map(self, indicator: Indicator, width_mm: float = MAP_MM) -> str:
        """Districts by grade."""
        rows = {a: self.dossier.row(indicator.id, a) for a in self.dossier.districts}
        return self._choropleth(
            {a: (GRADE_WORDS[r.verdict.grade], is_marked(r)) for a, r in rows.items()},
            width_mm,
            f"{indicator.name.zh}各区等级分布示意图",
        )

    def dimension_map(self, dimension: str, width_mm: float = MAP_MM) -> str:
        """Districts by grade of a dimension."""
        results = self.dossier.results
        grades = {a: results.dimensions[(dimension, a, results.year)].grade for a in self.dossier.districts}
        marked = self.dossier.synthetic
        return self._choropleth(
            {a: (GRADE_WORDS[g], marked) for a, g in grades.items()},
            width_mm,
            f"{dimension}各区等级分布示意图",
        )

    def _choropleth(self, cells: dict[str, tuple[Any, bool]], width_mm: float, alt: str) -> str:
        city = self.dossier.city
        regions = [
            Region(city.by_code[a].short, self.shapes()[a], grade, synthetic=mark)
            for a, (grade, mark) in cells.items()
            if a in self.shapes()
        ]
        boundary = city.doc.boundary
        words = f"边界{boundary.mark or ''}，{boundary.valid_from} 起" if boundary is not None else ""
        number = boundary.review_number if boundary is not None else None
        return choropleth(regions, sheet=print_sheet(width_mm), review_number=number, boundary=words, alt=alt)

    def trend(self, indicator: Indicator, focus: str | None, width_mm: float = TREND_MM) -> str:
        """The city, one area in focus and the other districts over the years."""
        results = self.dossier.results
        years = results.years()
        series = []
        for area in (*self.dossier.districts, self.dossier.whole):
            if self.dossier.only_city(indicator) and area != self.dossier.whole:
                continue
            rows = [results.rows.get((indicator.id, area, y)) for y in years]
            values = tuple(None if r is None or r.value is None else float(r.value) for r in rows)
            last = rows[-1]
            series.append(
                Series(
                    self.dossier.city.by_code[area].short,
                    values,
                    f"{last.value:f}".replace("-", "−")
                    if last is not None and last.value is not None
                    else "",
                    "city" if area == self.dossier.whole else "focus" if area == focus else "rest",
                    last is not None and is_marked(last),
                )
            )
        named = [s for s in series if s.role != "rest"] or series
        quiet = [Series("", s.values, "", "rest", s.synthetic) for s in series if s.role == "rest"]
        return trend(
            [str(y) for y in years],
            [*quiet, *named],
            breaks=self._breaks(indicator, years),
            sheet=print_sheet(width_mm),
            alt=f"{indicator.name.zh} {years[0]}—{years[-1]} 年变化",
        )

    def _breaks(self, indicator: Indicator, years: Sequence[int]) -> list[BreakBand]:
        inputs = self.dossier.results.inputs
        return [
            BreakBand(i) for i, (a, b) in enumerate(pairwise(years)) if not inputs.joined(indicator.id, a, b)
        ]

    def has_trend(self, indicator: Indicator) -> bool:
        """Tell whether there are at least two comparable years to draw."""
        area = self.dossier.whole
        return len(comparable(self.dossier.results, indicator.id, area, self.dossier.year)) > 1

    def alt(self, indicator: Indicator) -> str:
        """One sentence for those who do not see the chart."""
        rows = [self.dossier.row(indicator.id, a) for a in self.dossier.districts]
        known = [r for r in rows if r.value is not None]
        if not known:
            return f"{indicator.name.zh}：各区没有数值"
        low = min(known, key=lambda r: r.value or Decimal(0))
        high = max(known, key=lambda r: r.value or Decimal(0))
        label = self.dossier.city.label
        return (
            f"{indicator.name.zh}：最低{label(low.area)} {low.value:f}，最高{label(high.area)} {high.value:f}"
        )

    # ── all of them ──

    def grade_shares(self) -> str:
        """How many items of each dimension have which grade, over the districts."""
        rows = []
        for dimension in self.dossier.dimensions:
            found = self.dossier.grades(
                r for r in self.dossier.rows(dimension.zh) if r.status is not Status.NOT_APPLICABLE
            )
            rows.append(Share(dimension.short, {GRADE_WORDS[g]: n for g, n in found.items()}))
        return shares(rows, alt="各维度等级的项数")


def _cut(grade: str, point: Any, direction: str) -> Cut:
    if isinstance(point, tuple):
        return Cut(grade, written(point, direction), float(point[0]), float(point[1]))
    text = written(point, direction)
    return (
        Cut(grade, text, float(point), None)
        if direction == "higher"
        else Cut(grade, text, None, float(point))
    )
