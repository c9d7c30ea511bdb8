"""What an examination of a round starts from, read from the database: now, or as of a position."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db import models

from tijian.engine.compute.program import Program
from tijian.engine.exam.inputs import Choice as Chosen
from tijian.engine.exam.inputs import Inputs, Reading, SurveyCell
from tijian.engine.exam.steps import KeptSteps
from tijian.engine.kernel.missing import REASONS, Status
from tijian.engine.sources.record import SourceRecord
from tijian.office.ledger.models import Chained
from tijian.office.ledger.queries import as_of
from tijian.office.register.city import Opened, steps_folder
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.values.models import Choice, Source, SurveyMean, Value

C = TypeVar("C", bound=Chained)


def inputs(
    which: Round, at: int | None = None, scope: Collection[str] | None = None, opened: Opened | None = None
) -> Inputs:
    """Build what ``exam.run`` takes.

    Args:
        which: The round; values of its year and of every year looked back on are read.
        at: Position in the ledger; None: now.
        scope: Indicators that will be evaluated; only what they read is fetched. None: everything.
        opened: The city to judge by, where it is not the one the round is pinned to.

    Raises:
        Basis.DoesNotExist: As of a position before the round was opened.
    """
    seen = opened or open_round_city(which, at)
    built = Inputs(seen.city, seen.programs, layers=seen.layers, steps=KeptSteps(steps_folder()))
    names = None if scope is None else variables_of(seen, scope)
    years = [str(y) for y in range(seen.city.doc.years.lookback, which.year + 1)]
    sources: dict[int, str] = {}
    values = _read(Value.objects.all(), at, years)
    if names is not None:
        values = values.filter(variable__in=names)
    for value in _last(values):
        if value.area in seen.city.by_code and value.variable in seen.city.catalogue.variables:
            cell = built.readings.setdefault((value.variable, value.area, value.period), {})
            cell[value.strand] = _reading(value, sources)
    if scope is None or any(reads_survey(seen.programs[k]) for k in scope if k in seen.programs):
        for mean in _last(_read(SurveyMean.objects.all(), at, years)):
            if mean.area in seen.city.by_code:
                built.survey[(mean.question, mean.area, int(mean.period))] = _survey(mean, sources)
    _choose(built, which, at)
    built.records.extend(_records(sources))
    return built


def _read(rows: models.QuerySet[C], at: int | None, years: list[str]) -> models.QuerySet[C]:
    within = models.Q(period__startswith=f"{int(years[-1]) + 1}-")  # the end of a 供暖季
    for year in years:
        within |= models.Q(period__startswith=year)
    found = rows.filter(within)
    return found if at is None else as_of(found, at)


def _last(rows: models.QuerySet[C]) -> Iterable[C]:
    """Keep the last revision of each cell; revisions are numbered in the order of their ids."""
    found = {row.cell: row for row in rows.order_by("id")}  # type: ignore[attr-defined]
    return found.values()


def _reading(value: Value, sources: dict[int, str]) -> Reading:
    place = _place(value.source_id, value.row, sources)
    figure = REASONS.get(value.reason, Status.NO_DATA) if value.value is None else value.value
    return Reading(figure, value.text, value.unit, value.strand, value.mark, place)


def _survey(mean: SurveyMean, sources: dict[int, str]) -> SurveyCell:
    place = _place(mean.source_id, mean.row, sources)
    figure = REASONS.get(mean.reason, Status.NO_DATA) if mean.value is None else mean.value
    return SurveyCell(mean.n, figure, mean.margin, mean.mark, place)


def _place(source: int, row: int, sources: dict[int, str]) -> str:
    if source not in sources:
        sources[source] = Source.objects.values_list("name", flat=True).get(id=source)
    return f"{sources[source]} 第 {row} 行"


def _choose(built: Inputs, which: Round, at: int | None) -> None:
    years = range(built.city.doc.years.lookback, which.year + 1)
    rows = Choice.objects.filter(year__in=years)
    for choice in _last(rows if at is None else as_of(rows, at)):
        if choice.strand:
            built.choices[choice.cell] = Chosen(choice.strand, choice.reason)


def _records(sources: dict[int, str]) -> list[SourceRecord]:
    found = Source.objects.filter(id__in=list(sources)).order_by("id")
    return [SourceRecord(s.name, s.sha256, s.rows, s.encoding, s.provider) for s in found]


def reads_survey(program: Program) -> bool:
    """Tell whether an indicator is computed from the survey."""
    return program.computation is not None and "survey" in program.computation.needs


def reads(seen: Opened, key: str) -> set[str]:
    """Name every variable by which an indicator is computed or judged (bottom lines stand on variables too)."""
    criterion = seen.city.book.criteria.get(key)
    lines = () if criterion is None else criterion.bottom
    return set(seen.programs[key].depth) | {line.variable for line in lines if line.variable is not None}


def used(program: Program) -> set[str]:
    """Name the indicators that are inputs of an indicator."""
    return {g.indicator for g in program.indicator.inputs.values() if g.indicator is not None}


def variables_of(seen: Opened, scope: Collection[str]) -> set[str]:
    """Name every variable that some indicators read, through indicators that are inputs of theirs too."""
    names: set[str] = set()
    waiting, done = [k for k in scope if k in seen.programs], set[str]()
    while waiting:
        key = waiting.pop()
        if key in done:
            continue
        done.add(key)
        names |= reads(seen, key)
        waiting += [k for k in used(seen.programs[key]) if k in seen.programs]
    return names
