"""What is being done about figures: the measures that treat them, the milestones past their date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tijian.office.diagnose.queries import Case, cases
from tijian.office.ledger.queries import today as business_day
from tijian.office.treat import queries
from tijian.office.treat.queries import Overdue, Plan
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.tiles import StatTile
from tijian.shells.web.pages.seen import Seen

SHOWN = 8


@dataclass(frozen=True)
class Cure:
    """A measure that treats a figure: number, whether it is late, address."""

    number: str
    late: bool
    href: str


@dataclass(frozen=True)
class Late:
    """A milestone past its date: days, its name, its measure, who leads, dates in words, address."""

    days: int
    name: str
    measure: str
    lead: str
    due: str
    href: str


def cures(seen: Seen) -> Mapping[tuple[str, str], Cure]:
    """Give the measures by (indicator, area): those with a target for it first, then those on a disease that rests on it."""
    plans = queries.measures()
    found: dict[tuple[str, str], Cure] = {}
    if not plans:
        return found
    today = business_day()
    treated = {c.diagnosis.pk: c for c in cases() if _holds(c, seen)}
    here = [p for p in plans if p.measure.diagnosis_id in treated]
    for plan in here:
        for target in plan.targets:
            found.setdefault((target.indicator, target.area), _cure(plan, seen, today))
    for plan in here:
        for indicator in _rests_on(treated[plan.measure.diagnosis_id]):
            for area in plan.measure.codes():
                found.setdefault((indicator, area), _cure(plan, seen, today))
    return found


def _holds(case: Case, seen: Seen) -> bool:
    """Tell whether a disease speaks of the round shown: found in it, or found before and not struck off."""
    found = case.diagnosis.round
    return found.pk == seen.which.pk or (case.is_open and found.year <= seen.which.year)


def _rests_on(case: Case) -> Iterator[str]:
    candidate = case.diagnosis.candidate
    if candidate is not None:
        yield from candidate.known()["indicators"]
    for link in case.evidence:
        if link.result is not None:
            yield link.result.indicator


def _cure(plan: Plan, seen: Seen, today: date) -> Cure:
    number = plan.measure.number
    return Cure(number, bool(plan.overdue(today)), seen.url("measure", number=number))


def overdue_lines(seen: Seen, today: date) -> list[Late]:
    """List milestones past their date, the latest first."""
    return [_late(seen, o) for o in queries.overdue(today)[:SHOWN]]


def _late(seen: Seen, found: Overdue) -> Late:
    measure, standing = found.plan.measure, found.standing
    due = f"应 {standing.due}" + (f"，原定 {standing.milestone.due}" if standing.postponed else "")
    rank = standing.milestone.rank
    return Late(
        found.days,
        standing.milestone.name,
        str(measure),
        measure.lead.short,
        due,
        seen.url("milestone", number=measure.number, rank=rank),
    )


def overdue_tile(seen: Seen, today: date) -> StatTile:
    """Count the milestones past their date."""
    plans = queries.measures()
    total = sum(p.progress.total for p in plans)
    if not total:
        return StatTile("里程碑逾期", Figure("0"), "个", "还没有治理计划")
    late = [(p, s) for p in plans for s in p.overdue(today)]
    longest = max((s.overdue_days(today) for _, s in late), default=0)
    words = f"最长 {longest} 天" if late else f"{len(plans)} 项对策都按期"
    return StatTile("里程碑逾期", Figure(f"{len(late)}"), f"/ {total} 个", words, bad=bool(late))
