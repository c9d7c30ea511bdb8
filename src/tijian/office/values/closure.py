"""Which results a change touches: indicators by the inputs they read, rounds by the years they look back on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tijian.office.register.city import Opened
from tijian.office.values.inputs import reads, reads_survey, used

YEAR = 4  # characters of an annual period


@dataclass(frozen=True)
class Changed:
    """What was written: the inputs concerned and the first year they concern.

    Attributes:
        variables: Reported variables, also those whose strand was chosen.
        survey: Whether cells of the survey were.
        indicators: Indicators whose adopted strand was chosen.
        layers: Spatial layers.
        since: Earliest year; results of that year and of all later ones may look back on it.
    """

    since: int
    variables: frozenset[str] = frozenset()
    survey: bool = False
    indicators: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()

    def __or__(self, other: Changed) -> Changed:
        """Take two changes together."""
        return Changed(
            min(self.since, other.since),
            self.variables | other.variables,
            self.survey or other.survey,
            self.indicators | other.indicators,
            self.layers | other.layers,
        )


def dependants(seen: Opened, changed: Changed) -> frozenset[str]:
    """Name every indicator whose results may be other than before, users of users included."""
    found = set(changed.indicators & set(seen.programs))
    for key, program in seen.programs.items():
        needs = set(program.computation.needs) if program.computation is not None else set()
        if (
            reads(seen, key) & changed.variables
            or needs & changed.layers
            or (changed.survey and reads_survey(program))
        ):
            found.add(key)
    while more := {k for k, p in seen.programs.items() if used(p) & found} - found:
        found |= more
    return frozenset(found)


def periods(since: int, last: int) -> tuple[str, ...]:
    """Name the periods to be locked: the year changed and all later ones, whose results may look back on it."""
    return tuple(str(year) for year in range(since, last + 1))


def earliest(periods_given: Iterable[str]) -> int:
    """Give the first year that periods may concern: a day in January may belong to the 供暖季 of the year before."""
    return min(int(period[:4]) - (len(period) > YEAR) for period in periods_given)
