"""What was given for a year: the last revision of every cell, and what still lacks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tijian.engine.catalogue.definition import Variable
from tijian.engine.compute.program import reported
from tijian.office.register.city import Opened
from tijian.office.values.inputs import reads, used
from tijian.office.values.models import Choice, SurveyMean, Value

ABSENT = "无数据"


@dataclass(frozen=True)
class Standing:
    """The last revisions of a year.

    Attributes:
        cells: (variable, area) → period → strand → value.
        chosen: (item, area) → choice that stands.
    """

    cells: dict[tuple[str, str], dict[str, dict[str, Value]]] = field(default_factory=dict)
    chosen: dict[tuple[str, str], Choice] = field(default_factory=dict)

    def of(self, variable: str, area: str) -> dict[str, dict[str, Value]]:
        """Give the values of a variable in an area: period → strand → value."""
        return self.cells.get((variable, area), {})

    def adopted(self, variable: str, area: str, strands: dict[str, Value]) -> Value:
        """Give the value that stands among several strands: the chosen one, or the first that came."""
        choice = self.chosen.get((variable, area))
        if choice is not None and choice.strand in strands:
            return strands[choice.strand]
        return next(iter(strands.values()))

    def lacks(self, variable: str, area: str) -> bool:
        """Tell whether there is no figure at all, whatever is said instead of one; 不适用 lacks nothing."""
        values = [v for strands in self.of(variable, area).values() for v in strands.values()]
        return not values or all(v.reason == ABSENT for v in values)


def standing(year: int, variables: Collection[str] | None = None) -> Standing:
    """Give what stands for a year, of some variables or of all."""
    rows = Value.objects.filter(period__startswith=str(year)).select_related("source").order_by("id")
    choices = Choice.objects.filter(year=year).select_related("action").order_by("id")
    if variables is not None:
        rows, choices = rows.filter(variable__in=variables), choices.filter(item__in=variables)
    found = Standing()
    for row in rows:
        periods = found.cells.setdefault((row.variable, row.area), {})
        periods.setdefault(row.period, {})[row.strand] = row
    for choice in choices:
        found.chosen[choice.item, choice.area] = choice
    return found


def asked(seen: Opened, variable: Variable, area: str) -> bool:
    """Tell whether a variable is asked of an area itself, rather than summed up from those below."""
    return reported(variable, seen.city.by_code[area].level, lowest=not seen.city.children[area])


def below(seen: Opened, variable: Variable, area: str) -> list[str]:
    """Name the areas at or below one of which a variable is asked."""
    if asked(seen, variable, area):
        return [area]
    return [code for child in seen.city.children[area] for code in below(seen, variable, child)]


def users(seen: Opened, variable: str) -> list[str]:
    """Name the indicators that read a variable, themselves or by their bottom lines."""
    return [key for key in seen.programs if variable in reads(seen, key)]


def read_by(seen: Opened, indicator: str) -> list[str]:
    """Name the variables behind an indicator, through indicators that are inputs of it too, in their order."""
    names = reads(seen, indicator)
    for key in used(seen.programs[indicator]):
        names |= set(read_by(seen, key))
    return [name for name in seen.city.catalogue.variables if name in names]


def choice_of(item: str, area: str, year: int) -> Choice | None:
    """Give the last revision of a choice, also one that took it back."""
    found: Choice | None = (
        Choice.objects.filter(item=item, area=area, year=year)
        .select_related("action")
        .order_by("-revision")
        .first()
    )
    return found


def survey_of(area: str, year: int) -> list[SurveyMean]:
    """Give the last revisions of the survey in an area and year."""
    rows = SurveyMean.objects.filter(area=area, period=str(year)).select_related("source").order_by("id")
    return list({row.cell: row for row in rows}.values())
