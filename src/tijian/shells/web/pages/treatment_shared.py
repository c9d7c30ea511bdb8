"""What the pages of diagnosis and treatment share: fingerprints of rows, faults beside their fields, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tijian.engine.kernel.faults import Fault
from tijian.office.ledger.models import Chained
from tijian.office.people import queries as people
from tijian.office.people.permissions import allows, told
from tijian.office.people.queries import Person
from tijian.office.treat.queries import ACCEPTED, CANCELLED, Plan, Standing
from tijian.shells.web.components.forms import Field
from tijian.shells.web.components.milestones import GanttRow, Milestone, MilestoneBar, MilestoneState
from tijian.shells.web.pages.seen import Seen

DIGITS = 8


def fingerprint(row: Chained) -> str:
    """Say where a row stands in the ledger: position and the first digits of the hash of its entry."""
    entry = row.action
    return f"第 {entry.position} 条记录 · {entry.hash[:DIGITS]}"


def who_may(person: Person | None, duty: str) -> str:
    """Give nothing where a person may do something of a duty, else the words that say who may."""
    return "" if person is not None and allows(person, duty) else f"{told(duty)}。"


def area_names(seen: Seen, codes: Iterable[str]) -> str:
    """Name areas in words; one that the round does not know stands for itself."""
    known = seen.city.by_code
    return "、".join(seen.city.label(c) if c in known else c for c in codes)


def area_type(seen: Seen, area: str) -> str:
    """Name the types of an area in every scheme, the larger share of a mixed one."""
    found = seen.city.by_code.get(area)
    shares = found.types.values() if found is not None else ()
    return "、".join(max(one, key=lambda t: one[t]) for one in shares if one)


def body_names(codes: Iterable[str]) -> str:
    """Name bodies by their short names."""
    known = {b.code: b.short for b in people.bodies()}
    return "、".join(known.get(c, c) for c in codes)


# ── faults ──


@dataclass(frozen=True)
class Told:
    """The faults of a refused form: those of one field each, and the others."""

    by_field: dict[str, tuple[str, ...]]
    others: tuple[str, ...]

    def on(self, field: Field) -> Field:
        """Put the faults of a field beside it."""
        return replace(field, errors=(*field.errors, *self.by_field.get(field.name, ())))


def told_of(faults: Sequence[Fault], place: Callable[[Fault], str]) -> Told:
    """Sort faults by the field that each speaks of; ``place`` gives its name, empty for none."""
    by_field: dict[str, tuple[str, ...]] = {}
    others: list[str] = []
    for fault in faults:
        name = place(fault)
        if name:
            by_field[name] = (*by_field.get(name, ()), said(fault))
        else:
            others.append(str(fault))
    return Told(by_field, tuple(dict.fromkeys(others)))


def said(fault: Fault) -> str:
    """Say a fault beside its field: what is there, what is expected, the remedy."""
    written = f"写的是“{fault.value}”，" if fault.value else ""
    return f"{written}应为{fault.expected}。{fault.hint}"


# ── progress ──


def milestone_state(standing: Standing, today: date) -> MilestoneState:
    """Say how a milestone stands, as a bar draws it."""
    if standing.state == ACCEPTED:
        return "done"
    if standing.state == CANCELLED:
        return "cancelled"
    return "late" if standing.overdue_days(today) else "due"


def bar(plan: Plan, today: date, *, synthetic: bool = False) -> MilestoneBar:
    """Show the progress of a measure; it is derived from what was accepted."""
    return MilestoneBar(tuple(milestone_state(m, today) for m in plan.milestones), synthetic)


def milestone(standing: Standing, today: date) -> Milestone:
    """Show a milestone on the line of time: the planned date, and the one it was postponed to."""
    accepted = standing.accepted
    return Milestone(
        standing.milestone.name,
        standing.milestone.due,
        milestone_state(standing, today),
        accepted.day if accepted is not None else None,
        standing.due if standing.postponed and accepted is None else None,
    )


def gantt_row(plan: Plan, seen: Seen, today: date) -> GanttRow:
    """Show a measure on the line of time."""
    measure = plan.measure
    return GanttRow(
        measure.number,
        measure.name,
        seen.url("measure", number=measure.number),
        f"{area_names(seen, measure.codes())} · {measure.lead.short}",
        tuple(milestone(m, today) for m in plan.milestones),
        delay(plan, today),
        seen.synthetic,
    )


def delay(plan: Plan, today: date) -> str:
    """Say by how many days the latest milestone is overdue; empty where none is."""
    days = max((m.overdue_days(today) for m in plan.overdue(today)), default=0)
    if plan.cancellation is not None:
        return "已取消"
    return f"逾期 {days} 天" if days else ""


# ── tables to be saved ──
