"""Questions to measures, milestones and effects, now or as of a position of the ledger; nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import models

from tijian.office.diagnose.models import OPEN, Diagnosis, Step
from tijian.office.diagnose.queries import at_position, concerning, state_of, states
from tijian.office.ledger.models import Chained
from tijian.office.register.models import Round
from tijian.office.treat.models import (
    Cancellation,
    Effect,
    Event,
    Happening,
    Measure,
    Milestone,
    Proof,
    Relapse,
    Target,
)

C = TypeVar("C", bound=Chained)

WAITING, PENDING, RETURNED, ACCEPTED, CANCELLED = "未报送", "待验收", "已退回", "已验收", "已取消"
SETTLED = frozenset({ACCEPTED, CANCELLED})


@dataclass(frozen=True)
class Standing:
    """A milestone as it stands.

    Attributes:
        milestone: As it was planned.
        state: 未报送, 待验收, 已退回, 已验收 or 已取消.
        due: The date in force: the baseline date, or that of the latest postponement.
        events: What happened to it, in order.
        proofs: Files of every submission, in order.
    """

    milestone: Milestone
    state: str
    due: date
    events: tuple[Event, ...]
    proofs: tuple[Proof, ...]

    @property
    def submission(self) -> Event | None:
        """The latest submission."""
        return next((e for e in reversed(self.events) if e.kind == Happening.SUBMITTED), None)

    @property
    def accepted(self) -> Event | None:
        """The acceptance."""
        return next((e for e in self.events if e.kind == Happening.ACCEPTED), None)

    @property
    def postponed(self) -> bool:
        """Whether the date in force is another than the baseline date."""
        return self.due != self.milestone.due

    def own_proofs(self) -> tuple[Proof, ...]:
        """Give the files of the latest submission."""
        latest = self.submission
        return tuple(p for p in self.proofs if latest is not None and p.event_id == latest.pk)

    def overdue_days(self, today: date) -> int:
        """Count the days past the date in force; 0 where it is settled, or was submitted in time and waits."""
        in_time = self.submission is not None and self.submission.day <= self.due
        if self.state in SETTLED or (self.state == PENDING and in_time):
            return 0
        return max((today - self.due).days, 0)

    def late_days(self, today: date) -> int:
        """Count the days past the baseline date, whatever was postponed: to the submission accepted, else today."""
        if self.state == CANCELLED:
            return 0
        ended = self.submission.day if self.accepted is not None and self.submission is not None else today
        return max((ended - self.milestone.due).days, 0)


@dataclass(frozen=True)
class Progress:
    """How far a measure has come: milestones accepted of those not cancelled. Derived, typed nowhere."""

    done: int
    total: int
    cancelled: int

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"


@dataclass(frozen=True)
class Plan:
    """A measure with everything that belongs to it.

    Attributes:
        measure: The row.
        cancellation: Its end, where it is not carried on.
        targets, milestones: In order.
        effects: The latest effect of each target in each round, by year.
    """

    measure: Measure
    cancellation: Cancellation | None
    targets: tuple[Target, ...]
    milestones: tuple[Standing, ...]
    effects: tuple[Effect, ...]

    @property
    def progress(self) -> Progress:
        """Milestones accepted of those not cancelled."""
        return progress(self.milestones)

    @property
    def done(self) -> bool:
        """Whether every milestone was accepted or cancelled."""
        return all(m.state in SETTLED for m in self.milestones)

    def overdue(self, today: date) -> tuple[Standing, ...]:
        """Give the milestones that are overdue."""
        if self.cancellation is not None:
            return ()
        return tuple(m for m in self.milestones if m.overdue_days(today) > 0)

    def last_effect(self, target: Target) -> Effect | None:
        """Give the effect of a target in the latest round it was looked at in."""
        return next((e for e in reversed(self.effects) if e.target_id == target.pk), None)


def progress(milestones: Sequence[Standing]) -> Progress:
    """Count milestones accepted, not cancelled, and cancelled."""
    cancelled = sum(m.state == CANCELLED for m in milestones)
    done = sum(m.state == ACCEPTED for m in milestones)
    return Progress(done, len(milestones) - cancelled, cancelled)


def find(number: str) -> Measure | None:
    """Find a measure by its number."""
    rows = Measure.objects.select_related("lead", "diagnosis__round")
    found: Measure | None = rows.filter(number=number).first()
    return found


def next_number() -> str:
    """Give the next number: M-01."""
    taken = Measure.objects.values_list("number", flat=True)
    return f"M-{max((int(n.removeprefix('M-')) for n in taken), default=0) + 1:02d}"


def _grouped(rows: Iterable[C], key: str) -> dict[int, list[C]]:
    found: dict[int, list[C]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _state(events: Sequence[Event]) -> str:
    state = WAITING
    after = {
        Happening.SUBMITTED: PENDING,
        Happening.ACCEPTED: ACCEPTED,
        Happening.RETURNED: RETURNED,
        Happening.CANCELLED: CANCELLED,
    }
    for event in events:
        state = after.get(Happening(event.kind), state)
    return state


def standings(measures: Sequence[Measure], at: int | None = None) -> dict[int, list[Standing]]:
    """Give the milestones of measures as they stand, by the id of the measure and in order."""
    milestones = list(
        at_position(Milestone.objects.filter(measure__in=measures).select_related("measure"), at)
    )
    rows = Event.objects.filter(milestone__in=milestones).order_by("action__position", "id")
    events = _grouped(at_position(rows, at), "milestone_id")
    files = Proof.objects.filter(event__milestone__in=milestones).select_related("file", "event")
    proofs: dict[int, list[Proof]] = {}
    for proof in at_position(files.order_by("id"), at):
        proofs.setdefault(proof.event.milestone_id, []).append(proof)
    made: dict[int, list[Standing]] = {}
    for milestone in sorted(milestones, key=lambda m: (m.measure_id, m.rank)):
        own = events.get(milestone.pk, [])
        due = next((e.due for e in reversed(own) if e.due is not None), milestone.due)
        standing = Standing(milestone, _state(own), due, tuple(own), tuple(proofs.get(milestone.pk, ())))
        made.setdefault(milestone.measure_id, []).append(standing)
    return made


def standing(measure: str, rank: int) -> Standing | None:
    """Give one milestone of a measure as it stands."""
    found = find(measure)
    own = standings([found]).get(found.pk, []) if found is not None else []
    return next((s for s in own if s.milestone.rank == rank), None)


def _latest(effects: Iterable[Effect]) -> list[Effect]:
    """Keep the last revision of each target and round, by year."""
    last = {(e.target_id, e.round_id): e for e in effects}
    return sorted(last.values(), key=lambda e: (e.round.year, e.round_id, e.target_id))


def plans(measures: Sequence[Measure], at: int | None = None) -> list[Plan]:
    """Give measures with everything that belongs to them, by one query a table."""
    targets = _grouped(
        at_position(
            Target.objects.filter(measure__in=measures)
            .select_related("measure", "baseline__round")
            .order_by("id"),
            at,
        ),
        "measure_id",
    )
    milestones = standings(measures, at)
    rows = Effect.objects.filter(target__measure__in=measures).order_by("id")
    effects: dict[int, list[Effect]] = {}
    for effect in at_position(rows.select_related("target", "round", "before__round", "after__round"), at):
        effects.setdefault(effect.target.measure_id, []).append(effect)
    ends = at_position(Cancellation.objects.filter(measure__in=measures), at)
    ended = {row.measure_id: row for row in ends}
    return [
        Plan(
            m,
            ended.get(m.pk),
            tuple(targets.get(m.pk, ())),
            tuple(milestones.get(m.pk, ())),
            tuple(_latest(effects.get(m.pk, ()))),
        )
        for m in measures
    ]


def plan(measure: Measure, at: int | None = None) -> Plan:
    """Give a measure with everything that belongs to it, now or as of a position."""
    return plans([measure], at)[0]


def measures(
    *,
    diagnosis: Diagnosis | None = None,
    area: str | None = None,
    lead: str | None = None,
    round_name: str | None = None,
    cancelled: bool = False,
    at: int | None = None,
) -> list[Plan]:
    """List measures in order of number, each with everything that belongs to it.

    Args:
        diagnosis: Those on one diagnosis.
        area: Those that treat an area.
        lead: Those led by a body (its code).
        round_name: Those on diagnoses of a round.
        cancelled: Whether those cancelled are listed too.
        at: As of a position; None: now.
    """
    rows: models.QuerySet[Measure] = Measure.objects.select_related("lead", "diagnosis__round").order_by("id")
    if diagnosis is not None:
        rows = rows.filter(diagnosis=diagnosis)
    if lead is not None:
        rows = rows.filter(lead__code=lead)
    if round_name is not None:
        rows = rows.filter(diagnosis__round__name=round_name)
    found = [m for m in at_position(rows, at) if area is None or area in m.codes()]
    return [p for p in plans(found, at) if cancelled or p.cancellation is None]


def standing_on(diagnosis: Diagnosis) -> list[str]:
    """Name the measures on a diagnosis that are not cancelled."""
    return [
        str(m) for m in Measure.objects.filter(diagnosis=diagnosis, cancellation__isnull=True).order_by("id")
    ]


def last_relapse(diagnosis: Diagnosis) -> Relapse | None:
    """Give on what the latest 复发 of a diagnosis rests; none where it never relapsed."""
    rows = Relapse.objects.filter(state__diagnosis=diagnosis).select_related("candidate__scan__round")
    found: Relapse | None = (
        rows.select_related("candidate__scan__round", "result__round").order_by("-id").first()
    )
    return found


def baseline_round(diagnosis: Diagnosis) -> Round:
    """Give the round a new measure starts from: that of the latest 复发, else that of the confirmation."""
    relapse = last_relapse(diagnosis)
    if relapse is None:
        return diagnosis.round
    if relapse.candidate is not None:
        return relapse.candidate.scan.round
    return relapse.result.round if relapse.result is not None else diagnosis.round


def current_plans(diagnosis: Diagnosis) -> list[Plan]:
    """Give the measures in force on a diagnosis: not cancelled, and made after its latest 复发."""
    since = [s.action_id for s in states(diagnosis) if s.state == Step.RELAPSED]
    rows: models.QuerySet[Measure] = Measure.objects.filter(diagnosis=diagnosis, cancellation__isnull=True)
    if since:
        position = states(diagnosis)
        last = next(s for s in reversed(position) if s.state == Step.RELAPSED)
        rows = rows.filter(action__position__gt=last.action.position)
    return plans(list(rows.select_related("lead", "diagnosis__round").order_by("id")))


@dataclass(frozen=True)
class Overdue:
    """One overdue milestone, with what a list of them shows."""

    plan: Plan
    standing: Standing
    days: int


def overdue(today: date, lead: str | None = None) -> list[Overdue]:
    """List the milestones overdue on a business date, longest first; those led by one body (its code) with ``lead``."""
    found = [Overdue(p, s, s.overdue_days(today)) for p in measures(lead=lead) for s in p.overdue(today)]
    return sorted(found, key=lambda o: (-o.days, o.standing.milestone.due, o.standing.milestone.pk))


@dataclass(frozen=True)
class Doing:
    """What is being done about a result: a diagnosis that rests on it, its state and its measures."""

    diagnosis: Diagnosis
    state: str
    plans: tuple[Plan, ...]

    @property
    def is_open(self) -> bool:
        """Whether the disease is there and to be treated."""
        return self.state in OPEN


def treating(indicator: str, area: str, at: int | None = None) -> list[Measure]:
    """Give the measures with a target for an indicator in an area, in order of number."""
    aimed = at_position(Target.objects.filter(indicator=indicator, area=area), at).values("measure")
    return list(
        Measure.objects.filter(id__in=aimed).select_related("lead", "diagnosis__round").order_by("id")
    )


def doing_about(indicator: str, area: str, at: int | None = None) -> list[Doing]:
    """Say what is being done about an indicator in an area: by diagnoses that rest on it, or by targets for it."""
    found = {d.pk: d for d in concerning(indicator, area, at)}
    found |= {m.diagnosis_id: m.diagnosis for m in treating(indicator, area, at)}
    made = []
    for key in sorted(found):
        diagnosis = found[key]
        own = measures(diagnosis=diagnosis, area=area, cancelled=True, at=at)
        made.append(Doing(diagnosis, state_of(diagnosis, at), tuple(own)))
    return made
