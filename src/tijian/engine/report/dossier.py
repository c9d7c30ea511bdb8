"""What the chapters ask of an examination: lists, counts and comparisons, each made once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from tijian.engine.catalogue.criterion import Judgement, Version
from tijian.engine.catalogue.definition import Dimension, Indicator
from tijian.engine.catalogue.loading import City
from tijian.engine.exam.facts import comparable
from tijian.engine.exam.results import Results, Row
from tijian.engine.grade.compare import GradeChange, compare
from tijian.engine.grade.cutpoints import CutSet, cuts_for, grade_of
from tijian.engine.grade.dimension import GRADED
from tijian.engine.grade.judge import Verdict
from tijian.engine.grade.revision import other_revision
from tijian.engine.grade.trend import worsening
from tijian.engine.kernel.missing import Status


@dataclass(frozen=True)
class Shortfall:
    """One weakness: a 差 or a broken bottom line.

    Attributes:
        row: Where.
        bottom: Whether a bottom line is broken.
        gap: Distance to 中 relative to its cut point; None where there is no cut point.
    """

    row: Row
    bottom: bool
    gap: Decimal | None


@dataclass(frozen=True)
class Changed:
    """A grade that moved."""

    before: Row
    after: Row
    change: GradeChange


@dataclass(frozen=True)
class Dossier:
    """An examination prepared for writing about it."""

    results: Results

    @property
    def city(self) -> City:
        """The city."""
        return self.results.inputs.city

    @property
    def year(self) -> int:
        """The year examined."""
        return self.results.year

    @cached_property
    def whole(self) -> str:
        """Code of the city as a whole."""
        return self.city.doc.city.code

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Areas directly below the city, in order."""
        return self.city.children[self.whole]

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Dimensions that have indicators, in order."""
        used = {i.dimension for i in self.indicators()}
        return tuple(d for d in self.city.catalogue.dimensions if d.zh in used)

    def indicators(self, dimension: str | None = None) -> tuple[Indicator, ...]:
        """Indicators examined, of one dimension or of all."""
        programs = self.results.inputs.programs
        found = (programs[k].indicator for k in self.results.scope)
        return tuple(i for i in found if dimension is None or i.dimension == dimension)

    def row(self, indicator: str, area: str, year: int | None = None) -> Row:
        """One row; the year examined unless another is named."""
        return self.results.row(indicator, area, year)

    def rows(self, dimension: str | None = None, areas: Iterable[str] | None = None) -> list[Row]:
        """Rows of the year examined over districts (default) or other areas."""
        codes = tuple(areas) if areas is not None else self.districts
        return [self.row(i.id, a) for i in self.indicators(dimension) for a in codes]

    def grades(self, rows: Iterable[Row]) -> Counter[str]:
        """Count grades."""
        return Counter(r.verdict.grade for r in rows)

    def only_city(self, indicator: Indicator) -> bool:
        """Tell whether an indicator exists only for the city as a whole."""
        return all(self.city.by_code[a].level not in indicator.scales for a in self.districts)

    def main_type(self, area: str) -> str:
        """The largest type of an area in the default scheme; empty without types."""
        shares = self.city.by_code[area].types.get(self.city.areas.default_scheme or "", {})
        return max(shares, key=lambda t: shares[t]) if shares else ""

    def judgement(self, indicator: Indicator, level: str) -> Judgement | None:
        """How values of the year examined are judged at a level; None where no criterion judges them."""
        criterion = self.city.book.criteria.get(indicator.id)
        version = criterion.version(self.year) if criterion is not None else None
        if version is None or self.other_revision(indicator, version):
            return None
        return version.levels.get(level)

    def other_revision(self, indicator: Indicator, version: Version) -> str:
        """Why a version of a criterion does not judge the values of the year examined; empty where it does."""
        alike = self.results.inputs.alike(indicator.id, self.year)
        return other_revision(version.revision, indicator, alike)

    @cached_property
    def type_groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Districts by main type, types in the scheme's order; one nameless group without types."""
        scheme = self.city.areas.default_scheme
        if scheme is None:
            return (("", self.districts),)
        groups = (
            (t, tuple(a for a in self.districts if self.main_type(a) == t))
            for t in self.city.areas.schemes[scheme].types
        )
        return tuple((t, areas) for t, areas in groups if areas)

    def previous(self, row: Row) -> Row | None:
        """The row of the year before, if there is one whose value may be compared."""
        before = self.results.rows.get((row.indicator.id, row.area, row.year - 1))
        values = comparable(self.results, row.indicator.id, row.area, row.year)
        return before if before is not None and row.year - 1 in values else None

    def better(self, row: Row, change: Decimal) -> bool | None:
        """Tell whether a change of value is for the better; None where nothing says so."""
        criterion = self.city.book.criteria.get(row.indicator.id)
        before = self.previous(row)
        if criterion is None or before is None or before.value is None or row.value is None or change == 0:
            return None
        worse = worsening(row.indicator, criterion, row.verdict.cuts)
        if worse is None:
            return None
        moved = worse(before.value, row.value)
        return None if moved == 0 else moved < 0

    @cached_property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """All weaknesses of districts and city: broken bottom lines first, then by relative gap."""
        found = []
        for row in self.rows(areas=(*self.districts, self.whole)):
            verdict = row.verdict
            if verdict.grade == "差" or verdict.broken:
                found.append(Shortfall(row, verdict.broken, _relative_gap(verdict)))
        return tuple(
            sorted(found, key=lambda s: (not s.bottom, -(s.gap if s.gap is not None else Decimal(0))))
        )

    @cached_property
    def has_previous_grades(self) -> bool:
        """Whether the year before was graded."""
        return self.year - 1 >= self.city.doc.years.first

    @cached_property
    def changed(self) -> tuple[Changed, ...]:
        """Grades that moved since the year before, districts and city."""
        if not self.has_previous_grades:
            return ()
        found = []
        for row in self.rows(areas=(*self.districts, self.whole)):
            before = self.results.rows.get((row.indicator.id, row.area, row.year - 1))
            if before is None or before.verdict.grade not in GRADED or row.verdict.grade not in GRADED:
                continue
            joined = self.results.inputs.joined(row.indicator.id, row.year - 1, row.year)
            change = compare(
                before.verdict.grade, row.verdict.grade, self._under_old(row, before), joined=joined
            )
            if change is not None:
                found.append(Changed(before, row, change))
        return tuple(found)

    def _under_old(self, row: Row, before: Row) -> str | None:
        """Grade the value by the cut points of the year before; None where it was not judged by any."""
        criterion = self.city.book.criteria.get(row.indicator.id)
        version = criterion.version(before.year) if criterion is not None else None
        level = self.city.by_code[row.area].level
        judgement = version.levels.get(level) if version is not None else None
        if criterion is None or judgement is None or judgement.judge != "cut" or row.value is None:
            return None
        scheme = criterion.scheme or self.city.areas.default_scheme or ""
        shares = self.city.by_code[row.area].types.get(scheme, {})
        cuts = cuts_for(judgement, shares, row.indicator.decimals)
        return grade_of(row.value, cuts, row.indicator.direction) if isinstance(cuts, CutSet) else None

    @cached_property
    def coverage(self) -> tuple[int, int]:
        """Values present and applicable over districts and city."""
        rows = self.rows(areas=(*self.districts, self.whole))
        applicable = [r for r in rows if r.status is not Status.NOT_APPLICABLE]
        return sum(r.status is Status.PRESENT for r in applicable), len(applicable)

    @cached_property
    def marks(self) -> frozenset[str]:
        """All marks that figures carry."""
        return frozenset(m for r in self.results.current() for m in r.mark.split(";") if m)

    @property
    def synthetic(self) -> bool:
        """Whether any figure is synthetic."""
        return "合成" in self.marks

    def for_dimension(self, dimension: str) -> Dossier:
        """The same examination, seen from one dimension only."""
        scope = tuple(i.id for i in self.indicators(dimension))
        keep = set(scope)
        found = replace(
            self.results,
            scope=scope,
            findings=[f for f in self.results.findings if f.indicator in keep],
            candidates=[c for c in self.results.candidates if c.disease.dimension == dimension],
        )
        return Dossier(found)


def _relative_gap(verdict: Verdict) -> Decimal | None:
    if verdict.cuts is None or verdict.next is None:
        return None
    point = verdict.cuts.points[-1]
    base = max(abs(point[0]), abs(point[1])) if isinstance(point, tuple) else abs(point)
    return verdict.next[1] / base if base else None
