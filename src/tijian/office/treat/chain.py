"""The chain as one structure: from a value over grade, finding, disease and measure to the effect, and back.

Every link carries the id of the row it stands for and the version at its end, so that what is shown can
be looked up again in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tijian.office.diagnose import queries as diagnoses
from tijian.office.diagnose.models import Diagnosis, Evidence
from tijian.office.diagnose.queries import Case
from tijian.office.ledger.models import Chained, Entry
from tijian.office.register.models import CRITERIA, Publication, Round
from tijian.office.register.queries import publications
from tijian.office.treat import queries
from tijian.office.treat.grading import column
from tijian.office.treat.models import Effect, Peer, Target
from tijian.office.treat.queries import Plan, Standing
from tijian.office.values.models import Result, Scan
from tijian.office.values.results import current
from tijian.office.values.scan import latest_scan

FINDING_COLUMNS = ("id", "rule", "indicators", "areas", "period", "severity", "evidence")


@dataclass(frozen=True)
class ValueLink:
    """One revision of a result; ``position`` is where the ledger wrote it."""

    id: int
    revision: int
    position: int
    round: str
    indicator: str
    area: str
    year: int
    value: str
    unit: str
    status: str
    mark: str
    strand: str
    system: str
    definition: int


@dataclass(frozen=True)
class GradeLink:
    """How a value was judged: by which criterion, out of which publication."""

    grade: str
    criterion: str
    area_type: str
    words: str
    basis: int
    publication: int
    publication_revision: int
    sha256: str


@dataclass(frozen=True)
class FindingLink:
    """One line of a scan that speaks of the value."""

    scan: int
    position: int
    number: str
    rule: str
    severity: str
    evidence: str


@dataclass(frozen=True)
class EvidenceLink:
    """One piece of evidence and what it rests on; ``version`` is the revision of a result, or the hash of a file."""

    id: int
    side: str
    text: str
    kind: str
    target: int
    version: str


@dataclass(frozen=True)
class DiseaseLink:
    """A confirmed 城市病 in its present state, with what it was confirmed from."""

    id: int
    number: str
    disease: str
    name: str
    areas: tuple[str, ...]
    severity: str
    state: str
    state_position: int
    round: str
    candidate: int | None
    scan: int | None
    knowledge: int | None
    knowledge_revision: int | None
    knowledge_sha256: str
    opinion: str
    evidence: tuple[EvidenceLink, ...]


@dataclass(frozen=True)
class CauseLink:
    """The cause that was confirmed, and whether the knowledge knows it."""

    name: str
    known: bool


@dataclass(frozen=True)
class MeasureLink:
    """A measure with its bodies and its derived progress."""

    id: int
    number: str
    name: str
    lead: str
    supporting: tuple[str, ...]
    areas: tuple[str, ...]
    position: int
    progress: str
    cancelled: str


@dataclass(frozen=True)
class TargetLink:
    """A target and the revision of the result it starts from."""

    id: int
    indicator: str
    area: str
    area_type: str
    year: int
    value: str
    unit: str
    grade: str
    criterion: str
    words: str
    baseline: int
    baseline_revision: int
    baseline_value: str
    baseline_round: str
    baseline_revised: bool
    mark: str


@dataclass(frozen=True)
class MilestoneLink:
    """A milestone as it stands, with the hashes of what was submitted for it."""

    id: int
    rank: int
    name: str
    state: str
    baseline: date
    due: date
    done_when: str
    accepted: int | None
    accepted_by: str
    proofs: tuple[str, ...]


@dataclass(frozen=True)
class PeerLink:
    """An untreated area beside an effect, between two revisions of its results."""

    area: str
    before: int
    before_revision: int
    after: int
    after_revision: int
    change: str


@dataclass(frozen=True)
class EffectLink:
    """What became of a target in a later round, between two revisions of results."""

    id: int
    revision: int
    target: int
    round: str
    before: int
    before_revision: int
    after: int
    after_revision: int
    comparable: bool
    reached: bool | None
    grade_cause: str
    words: str
    mark: str
    peers: tuple[PeerLink, ...]


@dataclass(frozen=True)
class Chain:
    """One way through the chain; a part is none, or empty, where nothing is there yet.

    Attributes:
        value: The value; on the way from a disease, the first result among its evidence or baselines.
        grade: How it was judged.
        findings: What the latest scan noticed of it.
        disease, cause: What a person confirmed.
        measure: What is done; a disease with several measures has as many ways.
        targets, milestones, effects: Of the measure.
    """

    value: ValueLink | None
    grade: GradeLink | None
    findings: tuple[FindingLink, ...] = ()
    disease: DiseaseLink | None = None
    cause: CauseLink | None = None
    measure: MeasureLink | None = None
    targets: tuple[TargetLink, ...] = ()
    milestones: tuple[MilestoneLink, ...] = ()
    effects: tuple[EffectLink, ...] = ()


def chain_of(indicator: str, area: str, which: Round, at: int | None = None) -> list[Chain]:
    """Give every way from a value forward: one a measure, one a disease without a measure, else the value alone.

    Args:
        indicator: What.
        area: Where.
        which: The round; diseases confirmed in it and in rounds before it, and measures on them, are followed.
        at: As of a position in the ledger; None: now.

    Returns:
        At least one way; none where the round has no such value.
    """
    result = current(which, at, scope=[indicator]).get((indicator, area))
    if result is None:
        return []
    head = _head(result, at)
    doings = [d for d in queries.doing_about(indicator, area, at) if d.diagnosis.round.year <= which.year]
    return [_way(head, d.diagnosis, p, at) for d in doings for p in (d.plans or (None,))] or [head]


def chain_of_disease(number: str, at: int | None = None) -> list[Chain]:
    """Give every way through a disease: one a measure, or one without; none where there is no such disease."""
    found = diagnoses.find(number)
    if found is None or not diagnoses.state_of(found, at):
        return []
    plans = queries.measures(diagnosis=found, cancelled=True, at=at)
    ways: list[Plan | None] = [*plans] or [None]
    return [_way(_head_of(found, p, at), found, p, at) for p in ways]


def chain_of_effect(effect: Effect) -> Chain:
    """Give the way from an effect back to the value its target started from."""
    measure = effect.target.measure
    return _way(_head(effect.before, None), measure.diagnosis, queries.plan(measure), None)


def _head_of(diagnosis: Diagnosis, plan: Plan | None, at: int | None) -> Chain:
    """Begin at the first result that a disease rests on, else at the baseline of a target."""
    results = [e.result for e in diagnoses.case(diagnosis, at).evidence if e.result is not None]
    results += [t.baseline for t in plan.targets] if plan is not None else []
    return _head(results[0], at) if results else Chain(None, None)


def _head(result: Result, at: int | None) -> Chain:
    scan = latest_scan(result.round) if at is None else _scan_at(result.round, at)
    found = tuple(_findings(scan, result)) if scan is not None else ()
    return Chain(value_link(result), grade_link(result), found)


def _scan_at(which: Round, at: int) -> Scan | None:
    rows = diagnoses.at_position(Scan.objects.filter(round=which), at)
    found: Scan | None = rows.order_by("-position", "-id").first()
    return found


def _findings(scan: Scan, result: Result) -> Iterable[FindingLink]:
    for line in scan.lines():
        told = dict(zip(FINDING_COLUMNS, line, strict=False))
        if result.indicator in told["indicators"].split(";") and result.area in told["areas"].split(";"):
            yield FindingLink(
                scan.pk, scan.position, told["id"], told["rule"], told["severity"], told["evidence"]
            )


def _way(head: Chain, diagnosis: Diagnosis, plan: Plan | None, at: int | None) -> Chain:
    case = diagnoses.case(diagnosis, at)
    return Chain(
        head.value,
        head.grade,
        head.findings,
        disease_link(case),
        CauseLink(diagnosis.cause, diagnosis.cause_known),
        None if plan is None else _measure(plan),
        () if plan is None else tuple(_target(t) for t in plan.targets),
        () if plan is None else tuple(_milestone(m) for m in plan.milestones),
        () if plan is None else tuple(_effects(plan.effects)),
    )


def _position(row: Chained) -> int:
    return Entry.objects.values_list("position", flat=True).get(action=row.action_id)


def value_link(result: Result) -> ValueLink:
    """Link a revision of a result."""
    return ValueLink(
        id=result.pk,
        revision=result.revision,
        position=_position(result),
        round=result.round.name,
        indicator=result.indicator,
        area=result.area,
        year=result.round.year,
        value=column(result, "value"),
        unit=column(result, "unit"),
        status=column(result, "status"),
        mark=column(result, "mark"),
        strand=column(result, "strand"),
        system=column(result, "system"),
        definition=int(column(result, "revision")),
    )


def grade_link(result: Result) -> GradeLink:
    """Link the judgement of a result to the publication its criterion stands in."""
    criteria: Publication = next(p for p in publications(result.basis) if p.kind == CRITERIA)
    return GradeLink(
        grade=result.grade,
        criterion=column(result, "criterion"),
        area_type=column(result, "area_type"),
        words=result.known()["words"],
        basis=result.basis_id,
        publication=criteria.pk,
        publication_revision=criteria.revision,
        sha256=criteria.sha256,
    )


def disease_link(case: Case) -> DiseaseLink:
    """Link a diagnosis in the state it has."""
    row, knowledge = case.diagnosis, case.diagnosis.knowledge
    return DiseaseLink(
        id=row.pk,
        number=row.number,
        disease=row.disease,
        name=row.name,
        areas=row.codes(),
        severity=row.severity,
        state=case.state,
        state_position=_position(case.states[-1]) if case.states else 0,
        round=row.round.name,
        candidate=row.candidate_id,
        scan=row.scan_id,
        knowledge=row.knowledge_id,
        knowledge_revision=knowledge.revision if knowledge is not None else None,
        knowledge_sha256=knowledge.sha256 if knowledge is not None else "",
        opinion=row.opinion,
        evidence=tuple(_evidence(e) for e in case.evidence),
    )


def _evidence(row: Evidence) -> EvidenceLink:
    kind, target, version = "句子", 0, ""
    if row.result is not None:
        kind, target, version = "结果", row.result.pk, str(row.result.revision)
    elif row.candidate is not None:
        kind, target, version = "候选", row.candidate.pk, str(row.candidate.scan.position)
    elif row.file is not None:
        kind, target, version = "文件", row.file.pk, row.file.sha256
    return EvidenceLink(row.pk, row.side, row.text, kind, target, version)


def _measure(plan: Plan) -> MeasureLink:
    row, end = plan.measure, plan.cancellation
    return MeasureLink(
        id=row.pk,
        number=row.number,
        name=row.name,
        lead=row.lead.code,
        supporting=row.supporters(),
        areas=row.codes(),
        position=_position(row),
        progress=str(plan.progress),
        cancelled=end.reason if end is not None else "",
    )


def _target(row: Target) -> TargetLink:
    start = row.baseline
    cell = Result.objects.filter(round=start.round, indicator=start.indicator, area=start.area)
    return TargetLink(
        id=row.pk,
        indicator=row.indicator,
        area=row.area,
        area_type=row.area_type,
        year=row.year,
        value=row.text,
        unit=row.unit,
        grade=row.grade,
        criterion=row.criterion,
        words=row.words,
        baseline=start.pk,
        baseline_revision=start.revision,
        baseline_value=column(start, "value"),
        baseline_round=start.round.name,
        baseline_revised=cell.filter(revision__gt=start.revision).exists(),
        mark=_marks(start),
    )


def _marks(*results: Result) -> str:
    """Join the marks of figures, each once: what is drawn from synthetic figures is synthetic."""
    marks = (m for r in results for m in column(r, "mark").split(";") if m)
    return ";".join(dict.fromkeys(marks))


def _milestone(found: Standing) -> MilestoneLink:
    row, accepted = found.milestone, found.accepted
    return MilestoneLink(
        id=row.pk,
        rank=row.rank,
        name=row.name,
        state=found.state,
        baseline=row.due,
        due=found.due,
        done_when=row.done_when,
        accepted=accepted.pk if accepted is not None else None,
        accepted_by=accepted.account if accepted is not None else "",
        proofs=tuple(p.sha256 for p in found.own_proofs()),
    )


def _effects(rows: Iterable[Effect]) -> Iterable[EffectLink]:
    for row in rows:
        beside = Peer.objects.filter(effect=row).select_related("before", "after").order_by("id")
        yield EffectLink(
            id=row.pk,
            revision=row.revision,
            target=row.target_id,
            round=row.round.name,
            before=row.before_id,
            before_revision=row.before.revision,
            after=row.after_id,
            after_revision=row.after.revision,
            comparable=row.comparable,
            reached=row.reached,
            grade_cause=row.grade_cause,
            words=row.words,
            mark=_marks(row.before, row.after, *(r for p in beside for r in (p.before, p.after))),
            peers=tuple(
                PeerLink(p.area, p.before_id, p.before.revision, p.after_id, p.after.revision, p.change)
                for p in beside
            ),
        )
