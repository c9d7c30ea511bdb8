"""Questions to the register of 城市病, now or as of a position of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import models

from tijian.office.diagnose.links import Link
from tijian.office.diagnose.models import OPEN, Diagnosis, Evidence, Side, State, Step
from tijian.office.ledger.models import Chained
from tijian.office.ledger.queries import as_of
from tijian.office.register.models import DISEASES, Publication, Round
from tijian.office.register.queries import basis, publications
from tijian.office.values.models import Candidate
from tijian.office.values.results import current
from tijian.office.values.scan import latest_scan

C = TypeVar("C", bound=Chained)


@dataclass(frozen=True)
class Case:
    """A diagnosis with everything behind it.

    Attributes:
        diagnosis: The row.
        state: Its state; empty as of a position before it was confirmed.
        states: Every state it went through, in order.
        evidence: In order: for, against and missing.
    """

    diagnosis: Diagnosis
    state: str
    states: tuple[State, ...]
    evidence: tuple[Evidence, ...]

    @property
    def is_open(self) -> bool:
        """Whether the disease is there and to be treated."""
        return self.state in OPEN

    def of_side(self, side: str) -> tuple[Evidence, ...]:
        """Give the evidence for, against or missing."""
        return tuple(e for e in self.evidence if e.side == side)


def at_position(rows: models.QuerySet[C], at: int | None) -> models.QuerySet[C]:
    """Keep what stood at a position; everything without one."""
    return rows if at is None else as_of(rows, at)


def find(number: str) -> Diagnosis | None:
    """Find a diagnosis by its number."""
    found: Diagnosis | None = Diagnosis.objects.filter(number=number).first()
    return found


def states(diagnosis: Diagnosis, at: int | None = None) -> list[State]:
    """Give every state a diagnosis went through, in order of commits."""
    rows = State.objects.filter(diagnosis=diagnosis).order_by("action__position", "id")
    return list(at_position(rows, at))


def state_of(diagnosis: Diagnosis, at: int | None = None) -> str:
    """Give the state of a diagnosis, now or as of a position; empty before it was confirmed."""
    found = states(diagnosis, at)
    return found[-1].state if found else ""


def case(diagnosis: Diagnosis, at: int | None = None) -> Case:
    """Give a diagnosis with everything behind it, now or as of a position."""
    found = states(diagnosis, at)
    rows = Evidence.objects.filter(diagnosis=diagnosis).order_by("rank")
    evidence = rows.select_related("result__round", "candidate__scan", "file")
    return Case(
        diagnosis,
        found[-1].state if found else "",
        tuple(found),
        tuple(at_position(evidence, at)),
    )


def cases(
    *,
    state: str | None = None,
    round_name: str | None = None,
    area: str | None = None,
    disease: str | None = None,
    at: int | None = None,
) -> list[Case]:
    """List the register in order of numbers, each with state and evidence.

    Args:
        state: One of the states; ``open`` for 确认 and 复发.
        round_name: Those confirmed in this round.
        area: Those that concern this area.
        disease: Those of one disease of the knowledge.
        at: As of a position; None: now.
    """
    rows = Diagnosis.objects.select_related("round", "candidate", "knowledge").order_by("round__year", "id")
    if round_name is not None:
        rows = rows.filter(round__name=round_name)
    if disease is not None:
        rows = rows.filter(disease=disease)
    found = [d for d in at_position(rows, at) if area is None or area in d.codes()]
    listed = _cases(found, at)
    if state is None:
        return listed
    return [c for c in listed if (c.is_open if state == "open" else c.state == state)]


def _cases(found: Sequence[Diagnosis], at: int | None) -> list[Case]:
    """Fetch states and evidence of many diagnoses by one query each."""
    steps: dict[int, list[State]] = {}
    evidence: dict[int, list[Evidence]] = {}
    rows = State.objects.filter(diagnosis__in=found).order_by("action__position", "id")
    for step in at_position(rows, at):
        steps.setdefault(step.diagnosis_id, []).append(step)
    links = Evidence.objects.filter(diagnosis__in=found).order_by("rank")
    for link in at_position(links.select_related("result__round", "candidate__scan", "file"), at):
        evidence.setdefault(link.diagnosis_id, []).append(link)
    made = []
    for diagnosis in found:
        own = steps.get(diagnosis.pk, [])
        state = own[-1].state if own else ""
        made.append(Case(diagnosis, state, tuple(own), tuple(evidence.get(diagnosis.pk, ()))))
    return made


def alike(disease: str, name: str) -> list[Diagnosis]:
    """Give the diagnoses of the same disease: by id in the knowledge, else by name."""
    rows = Diagnosis.objects.order_by("id")
    return list(rows.filter(disease=disease) if disease else rows.filter(disease="", name=name))


def concerning(indicator: str, area: str, at: int | None = None) -> list[Diagnosis]:
    """Give the diagnoses in an area that rest on an indicator, by their evidence or their candidate."""
    linked = Evidence.objects.filter(result__indicator=indicator).values("diagnosis")
    by_evidence = set(at_position(Diagnosis.objects.filter(id__in=linked), at).values_list("id", flat=True))
    rows = at_position(Diagnosis.objects.select_related("round", "candidate").order_by("id"), at)
    found = []
    for diagnosis in rows:
        candidate = diagnosis.candidate
        rests = candidate is not None and indicator in candidate.known()["indicators"]
        if area in diagnosis.codes() and (rests or diagnosis.pk in by_evidence):
            found.append(diagnosis)
    return found


def candidates(which: Round) -> list[Candidate]:
    """Give the candidates of the latest scan of a round, in order of number."""
    scan = latest_scan(which)
    return [] if scan is None else list(Candidate.objects.filter(scan=scan).order_by("id"))


def unconfirmed(which: Round) -> list[Candidate]:
    """Give the candidates that no diagnosis of the same disease and area stands for, unless it was revoked."""
    taken = {
        (c.diagnosis.disease, area)
        for c in cases()
        if c.state != Step.REVOKED
        for area in c.diagnosis.codes()
    }
    return [c for c in candidates(which) if (c.disease, c.area) not in taken]


def proposal(candidate: Candidate) -> tuple[Link, ...]:
    """Give a candidate's evidence as links to start from: what matched and its results, what is against or missing."""
    known = candidate.known()
    side = Side.FOR.value
    links = [Link(side, words, candidate=candidate.pk) for words in (known["necessary"], *known["matched"])]
    results = current(candidate.scan.round, scope=known["indicators"])
    links += [
        Link(side, f"{key} {results[key, candidate.area].grade}", result=results[key, candidate.area].pk)
        for key in known["indicators"]
        if (key, candidate.area) in results
    ]
    sides = ((Side.AGAINST, known["against"]), (Side.MISSING, known["missing"]))
    links += [Link(s.value, words, candidate=candidate.pk) for s, texts in sides for words in texts]
    return tuple(links)


def knowledge_of(which: Round) -> Publication | None:
    """Give the published knowledge that a round sees; none where the city has none."""
    found = [p for p in publications(basis(which)) if p.kind == DISEASES]
    return found[0] if found else None


def next_number(year: int) -> str:
    """Give the next number of a year: B-2019-01."""
    prefix = f"B-{year}-"
    taken = Diagnosis.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    last = max((int(n.removeprefix(prefix)) for n in taken), default=0)
    return f"{prefix}{last + 1:02d}"
