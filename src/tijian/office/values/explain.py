"""为什么 a row of a round is what it is: now, as of a position, and what changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tijian.engine.exam.explain import Explanation, explain
from tijian.engine.exam.run import run
from tijian.office.ledger.action import spoken
from tijian.office.ledger.models import Entry
from tijian.office.people.queries import titles
from tijian.office.register import queries
from tijian.office.register.models import Round
from tijian.office.values.inputs import inputs
from tijian.office.values.models import Result, Source, Value


@dataclass(frozen=True)
class Change:
    """One revision of a result that followed another.

    Attributes:
        position: Entry that wrote it.
        at: Business date.
        actor: Who did it.
        verb: What was done, in Chinese.
        cause: 数据, 标准, 口径 or 边界.
        before, after: Value with unit and grade, in words.
    """

    position: int
    at: str
    actor: str
    verb: str
    cause: str
    before: str
    after: str

    def words(self) -> str:
        """Say it in one sentence."""
        return f"第 {self.position} 条记录（{self.at}，{self.actor}，{self.verb}）：{self.before} → {self.after}，因{self.cause}"


def round_of(year: int, area: str, name: str = "") -> Round | None:
    """Find the round of a year that examines an area; the latest opened where there are several."""
    found = [r for r in queries.rounds() if r.year == year and (not name or r.name == name)]
    fitting = [r for r in found if not r.codes() or area in r.codes() or area not in _all_codes(found)]
    return fitting[-1] if fitting else None


def _all_codes(rounds: list[Round]) -> set[str]:
    return {code for r in rounds for code in r.codes()}


def explanation(which: Round, indicator: str, area: str, at: int | None = None) -> Explanation:
    """Explain a row of a round, now or as of a position, by computing it again on what stood then.

    Raises:
        KeyError: If the round has no such row.
        Basis.DoesNotExist: As of a position before it was opened.
    """
    at = at or queries.ended_at(which)  # what came after its end is no part of a round
    scope = (indicator,)
    seen = queries.open_round_city(which, at)
    return explain(run(inputs(which, at, scope, seen), which.year, scope), indicator, area)


def changes(which: Round, indicator: str, area: str, since: int = 0) -> list[Change]:
    """Give the revisions of a result after the first one and after a position, each with its cause."""
    rows = list(
        Result.objects.filter(round=which, indicator=indicator, area=area)
        .order_by("id")
        .select_related("action")
    )
    made, names = [], titles()
    for before, after in pairwise(rows):
        shown = _shown(before), _shown(after)
        if after.action.position > since and shown[0] != shown[1]:
            who = names.get(after.action.actor, after.action.actor)
            made.append(_change(after.action, who, after.cause, *shown))
    return made


def _change(entry: Entry, who: str, cause: str, before: str, after: str) -> Change:
    day = entry.business_date.isoformat()
    return Change(entry.position, day, who, spoken(entry.verb), cause, before, after)


def _shown(result: Result) -> str:
    line = result.line()
    value, unit, status = line[5], line[8], line[9]
    return f"{value} {unit}，{result.grade}" if value else status


def people(which: Round, indicator: str, area: str) -> list[tuple[str, str, str]]:
    """Say who handled the figures behind a row: what was done, by whom, on which date."""
    seen = queries.open_round_city(which)
    names = set(seen.programs[indicator].depth)
    rows = Value.objects.filter(variable__in=names, period__startswith=str(which.year)).select_related(
        "action"
    )
    codes = {area, *seen.city.children.get(area, ())}
    found = {}
    for row in rows.filter(area__in=codes).order_by("id"):
        found[row.variable] = row
    variables, who = seen.city.catalogue.variables, titles()
    return [
        (
            variables[name].zh,
            who.get(row.action.actor, row.action.actor),
            row.action.business_date.isoformat(),
        )
        for name, row in found.items()
    ]


def sources(which: Round, indicator: str) -> list[Source]:
    """Give the sources in which the figures behind an indicator stand, for download."""
    seen = queries.open_round_city(which)
    rows = Value.objects.filter(
        variable__in=set(seen.programs[indicator].depth), period__startswith=str(which.year)
    )
    return list(Source.objects.filter(id__in=rows.values("source")).order_by("id"))
