"""From rows of an examination to what is stored of them, and what of it is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from tijian import __version__
from tijian.engine.exam.files import dimensions_rows, strands_rows, values_rows
from tijian.engine.exam.results import Results, Row
from tijian.engine.grade.cutpoints import CutSet
from tijian.engine.grade.words import cuts_words, judgement_words
from tijian.engine.kernel.canonical import canonical
from tijian.office.ledger.queries import as_of
from tijian.office.register.models import Basis, Round
from tijian.office.values.models import DimensionGrade, Result

R = TypeVar("R", Result, DimensionGrade)


def current(
    which: Round, at: int | None = None, scope: Collection[str] | None = None
) -> dict[tuple[str, str], Result]:
    """Give the latest revision of each result of a round: (indicator, area) → result."""
    rows = Result.objects.filter(round=which)
    return _last(rows if scope is None else rows.filter(indicator__in=scope), at)


def current_dimensions(which: Round, at: int | None = None) -> dict[tuple[str, str], DimensionGrade]:
    """Give the latest revision of each dimension grade of a round: (dimension, area) → grade."""
    return _last(DimensionGrade.objects.filter(round=which), at)


def _last(rows: models.QuerySet[R], at: int | None) -> dict[tuple[str, str], R]:
    found = rows if at is None else as_of(rows, at)
    return {row.cell: row for row in found.order_by("id")}


def lines(results: Results) -> list[tuple[Row, Result]]:
    """Write every current row as an unsaved result, without round, basis and revision."""
    strands: dict[tuple[str, str], list[list[str]]] = {}
    for line in strands_rows(results):
        strands.setdefault((line[0], line[1]), []).append(line)
    made = []
    for row, line in zip(results.current(), values_rows(results), strict=True):
        key = (row.indicator.id, row.area)
        known = facts(results, row) | {"strands": strands.get(key, [])}
        result = Result(
            indicator=key[0],
            area=key[1],
            value=None if row.value is None else float(row.value),
            grade=row.verdict.grade,
            fields=canonical(line).decode(),
            facts=canonical(known).decode(),
            engine=__version__,
        )
        made.append((row, result))
    return made


def facts(results: Results, row: Row) -> dict[str, Any]:
    """Say what stands behind a row: how it was judged, how far it is from the next grade, its past."""
    verdict, indicator = row.verdict, row.indicator
    key = indicator.id
    return {
        "meant": verdict.meant,
        "broken": verdict.broken,
        "judge": verdict.judge,
        "reason": verdict.reason,
        "words": judgement_words(verdict, indicator, row.area_type),
        "cuts": None if verdict.cuts is None else _cuts(verdict.cuts),
        "cuts_words": ""
        if verdict.cuts is None
        else cuts_words(verdict.cuts, indicator.direction, row.area_type),
        "next": None if verdict.next is None else [verdict.next[0], f"{verdict.next[1]:f}"],
        "lines": [
            [x.text, x.subject, x.broken, None if x.value is None else f"{x.value:f}"] for x in verdict.lines
        ],
        "chosen": row.chosen,
        "history": [_past(results, key, row.area, year) for year in results.years()],
    }


def _cuts(cuts: CutSet) -> list[Any]:
    return [[f"{p[0]:f}", f"{p[1]:f}"] if isinstance(p, tuple) else f"{p:f}" for p in cuts.points]


def _past(results: Results, key: str, area: str, year: int) -> list[Any]:
    """Give year, value, grade and whether the year may be compared with the one examined."""
    row = results.row(key, area, year)
    value = None if row.value is None else f"{row.value:f}"
    return [year, value, row.verdict.grade, results.inputs.joined(key, year, results.year)]


@dataclass(frozen=True)
class News:
    """Results that differ from those stored, each with the one it follows."""

    fresh: tuple[Result, ...]
    before: tuple[Result | None, ...]

    @property
    def moved(self) -> list[tuple[Result | None, Result]]:
        """Give those whose grade is another than before."""
        pairs = zip(self.before, self.fresh, strict=True)
        return [(old, new) for old, new in pairs if old is not None and old.grade != new.grade]


def news(which: Round, basis: Basis, results: Results, cause: str) -> News:
    """Keep what differs from the stored results of a round, numbered as their next revisions."""
    stored = current(which, scope=results.scope)
    fresh, before = [], []
    for _, result in lines(results):
        old = stored.get(result.cell)
        if old is not None and (old.fields, old.facts) == (result.fields, result.facts):
            continue
        result.round, result.basis = which, basis
        result.revision = 1 if old is None else old.revision + 1
        result.cause = cause
        fresh.append(result)
        before.append(old)
    return News(tuple(fresh), tuple(before))


def dimension_lines(which: Round, results: Results) -> list[DimensionGrade]:
    """Write every dimension grade as an unsaved row, without its revision."""
    made = []
    for line in dimensions_rows(results):
        area, dimension = line[0], line[1]
        made.append(
            DimensionGrade(
                round=which,
                dimension=dimension,
                area=area,
                grade=line[3],
                fields=canonical(line).decode(),
                reason=results.dimensions[(dimension, area, results.year)].reason,
                engine=__version__,
            )
        )
    return made


def dimension_news(which: Round, results: Results) -> list[DimensionGrade]:
    """Keep the dimension grades that differ from those stored, numbered as their next revisions."""
    before = current_dimensions(which)
    fresh = []
    for grade in dimension_lines(which, results):
        old = before.get(grade.cell)
        if old is None or (old.fields, old.reason) != (grade.fields, grade.reason):
            grade.revision = 1 if old is None else old.revision + 1
            fresh.append(grade)
    return fresh


def ordered(found: dict[tuple[str, str], R], order: Iterable[tuple[str, str]]) -> list[R]:
    """Put stored rows into the order of a file."""
    return [found[key] for key in order if key in found]
