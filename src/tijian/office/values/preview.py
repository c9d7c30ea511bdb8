"""What figures or a choice would move, before anybody writes them: the closure evaluated with them laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tijian.engine.exam.inputs import Choice as Chosen
from tijian.engine.exam.inputs import Inputs, Reading, SurveyCell
from tijian.engine.exam.run import run
from tijian.engine.kernel.missing import REASONS, Status
from tijian.office.register import queries
from tijian.office.register.city import Opened
from tijian.office.register.models import Round
from tijian.office.values.closure import Changed, dependants, earliest
from tijian.office.values.figures import SURVEY, VARIABLE, Figure, number
from tijian.office.values.inputs import inputs
from tijian.office.values.models import DimensionGrade, Result
from tijian.office.values.recompute import DATA, widened
from tijian.office.values.results import current_dimensions, dimension_news, news

PLACE = "还没有写入"
Pair = tuple[Result | None, Result]
DimensionPair = tuple[DimensionGrade | None, DimensionGrade]


@dataclass(frozen=True)
class Picked:
    """The strand that would be chosen of an indicator or variable; an empty one takes the choice back."""

    item: str
    area: str
    year: int
    strand: str


@dataclass(frozen=True)
class Moved:
    """What becomes other than before in one round.

    Attributes:
        which: The round.
        results: Results that differ from those stored, each with the one it follows.
        dimensions: Grades of dimensions that differ, likewise.
    """

    which: Round
    results: tuple[Pair, ...]
    dimensions: tuple[DimensionPair, ...]

    @property
    def grades(self) -> list[Pair]:
        """Give the results whose grade is another than before."""
        return [(old, new) for old, new in self.results if old is not None and old.grade != new.grade]

    @property
    def dimension_grades(self) -> list[DimensionPair]:
        """Give the dimensions whose grade is another than before."""
        return [(old, new) for old, new in self.dimensions if old is not None and old.grade != new.grade]


def preview(figures: Sequence[Figure] = (), picked: Picked | None = None) -> list[Moved]:
    """Tell what acceptance of figures and of a choice would move in every open round; nothing is written.

    Figures must be sound (``figures.check``); ones that stand already in exactly this form move nothing.
    """
    changed = _changed(figures, picked)
    if changed is None:
        return []
    found = []
    for which in queries.open_rounds(changed.since):
        seen = queries.open_round_city(which)
        scope = dependants(seen, changed)
        if scope:
            found.append(_moved(which, seen, widened(seen, scope), figures, picked))
    return found


def _changed(figures: Sequence[Figure], picked: Picked | None) -> Changed | None:
    found: Changed | None = None
    if figures:
        found = Changed(
            earliest(f.period for f in figures),
            variables=frozenset(f.item for f in figures if f.kind == VARIABLE),
            survey=any(f.kind == SURVEY for f in figures),
        )
    if picked is not None:
        item = frozenset([picked.item])
        of_indicator = picked.item in queries.city_now().programs
        chosen = (
            Changed(picked.year, indicators=item) if of_indicator else Changed(picked.year, variables=item)
        )
        found = chosen if found is None else found | chosen
    return found


def _moved(
    which: Round, seen: Opened, scope: frozenset[str], figures: Sequence[Figure], picked: Picked | None
) -> Moved:
    built = inputs(which, None, scope, seen)
    _lay_over(built, seen, which.year, figures)
    if picked is not None:
        cell = (picked.item, picked.area, picked.year)
        built.choices.pop(cell, None)
        if picked.strand:
            built.choices[cell] = Chosen(picked.strand, PLACE)
    results = run(built, which.year, scope)
    found = news(which, queries.basis(which), results, DATA)
    before = current_dimensions(which)
    dimensions = tuple((before.get(g.cell), g) for g in dimension_news(which, results))
    return Moved(which, tuple(zip(found.before, found.fresh, strict=True)), dimensions)


def _lay_over(built: Inputs, seen: Opened, year: int, figures: Sequence[Figure]) -> None:
    """Put figures where the stored ones of their cells stand, as far as a round reads them."""
    years = tuple(str(y) for y in range(seen.city.doc.years.lookback, year + 1))
    variables = seen.city.catalogue.variables
    for figure in figures:
        within = figure.period.startswith((*years, f"{year + 1}-"))
        if not within or figure.area not in seen.city.by_code:
            continue
        if figure.kind == SURVEY:
            built.survey[(figure.item, figure.area, int(figure.period))] = _mean(figure)
        elif figure.item in variables:
            cell = built.readings.setdefault((figure.item, figure.area, figure.period), {})
            cell[figure.strand] = _reading(figure, variables[figure.item].unit)


def _reading(figure: Figure, unit: str) -> Reading:
    value = None if figure.text in REASONS else number(figure, unit)
    status = REASONS.get(figure.text, Status.NO_DATA)
    shown = figure.unit or unit
    return Reading(status if value is None else value, figure.text, shown, figure.strand, figure.mark, PLACE)


def _mean(figure: Figure) -> SurveyCell:
    mean = REASONS.get(figure.text)
    return SurveyCell(
        figure.n, float(figure.text) if mean is None else mean, figure.margin, figure.mark, PLACE
    )


def moved_by(action: UUID) -> list[Moved]:
    """Tell what an action moved, round by round, by the results it wrote."""
    fresh = list(Result.objects.filter(action__action=action).select_related("round").order_by("id"))
    grades = list(DimensionGrade.objects.filter(action__action=action).select_related("round").order_by("id"))
    rounds = {r.round_id: r.round for r in fresh} | {g.round_id: g.round for g in grades}
    return [
        Moved(
            which,
            tuple((_before(r), r) for r in _last_of([r for r in fresh if r.round_id == key])),
            tuple((_before_dimension(g), g) for g in _last_dimensions(grades, key)),
        )
        for key, which in sorted(rounds.items())
    ]


def _last_of(rows: Sequence[Result]) -> list[Result]:
    return list({row.cell: row for row in rows}.values())


def _last_dimensions(rows: Sequence[DimensionGrade], which: int) -> list[DimensionGrade]:
    return list({row.cell: row for row in rows if row.round_id == which}.values())


def _before(row: Result) -> Result | None:
    """Give the last revision of a cell that another action wrote."""
    same = Q(round=row.round_id, indicator=row.indicator, area=row.area)
    found: Result | None = (
        Result.objects.filter(same, revision__lt=row.revision)
        .exclude(action__action=row.action_id)
        .order_by("-revision")
        .first()
    )
    return found


def _before_dimension(row: DimensionGrade) -> DimensionGrade | None:
    same = Q(round=row.round_id, dimension=row.dimension, area=row.area)
    found: DimensionGrade | None = (
        DimensionGrade.objects.filter(same, revision__lt=row.revision)
        .exclude(action__action=row.action_id)
        .order_by("-revision")
        .first()
    )
    return found
