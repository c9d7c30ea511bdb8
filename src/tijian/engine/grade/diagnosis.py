"""Candidate 城市病: proposed by patterns, ordered for reading, confirmed only by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tijian.engine.catalogue.disease import Cause, Disease
from tijian.engine.grade.facts import Facts
from tijian.engine.grade.findings import Finding
from tijian.engine.grade.pattern import Seen, see

BASE, AGAINST, FIRST = 3, 2, 3


@dataclass(frozen=True)
class RankedCause:
    """A possible cause with what the examination sees for and against it."""

    cause: Cause
    seen_for: tuple[Seen, ...]
    seen_against: tuple[Seen, ...]

    @property
    def balance(self) -> int:
        """Evidence for minus evidence against."""
        return len(self.seen_for) - len(self.seen_against)


@dataclass(frozen=True)
class Candidate:
    """A 城市病 proposed for an area.

    Attributes:
        disease: The knowledge.
        area: Where.
        necessary: What made it a candidate.
        matched, missing, against: Supporting patterns that hold, that cannot be known, and contradictions.
        score: 3 + weights matched − 2 × contradictions; only an order of reading.
        severity: 重, 中 or 轻 as far as it can be judged automatically.
        causes: Causes with evidence first, then the others as the knowledge lists them.
    """

    disease: Disease
    area: str
    necessary: Seen
    matched: tuple[Seen, ...]
    missing: tuple[Seen, ...]
    against: tuple[Seen, ...]
    score: int
    severity: str
    causes: tuple[RankedCause, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Indicators it rests on, necessary ones first."""
        return tuple(dict.fromkeys(i for s in (self.necessary, *self.matched) for i in s.indicators))

    @property
    def questions(self) -> tuple[str, ...]:
        """Survey questions it rests on."""
        return tuple(dict.fromkeys(q for s in (self.necessary, *self.matched) for q in s.questions))

    @property
    def first_cause(self) -> str:
        """The cause with most evidence; empty where none has any."""
        return self.causes[0].cause.name if self.causes and self.causes[0].seen_for else ""


def diagnose(facts: Facts, diseases: Sequence[Disease]) -> list[Candidate]:
    """Propose diseases for every area: the necessary pattern holds, whatever else is known."""
    found = []
    for area in facts.areas():
        here = [c for d in diseases if (c := _candidate(d, facts, area)) is not None]
        found.extend(sorted(here, key=lambda c: -c.score))
    return found


def _candidate(disease: Disease, facts: Facts, area: str) -> Candidate | None:
    necessary = see(disease.necessary, facts, area)
    if not necessary.holds:
        return None
    seen = [(p, see(p, facts, area)) for p in disease.supporting]
    against = tuple(s for s in (see(p, facts, area) for p in disease.contradict) if s.holds)
    score = BASE + sum(p.w for p, s in seen if s.holds) - AGAINST * len(against)
    severity = next(
        (
            word
            for word in ("重", "中")
            if word in disease.severity_when and _severe(disease, word, facts, area)
        ),
        "轻",
    )
    return Candidate(
        disease,
        area,
        necessary,
        tuple(s for _, s in seen if s.holds),
        tuple(s for _, s in seen if s.holds is None),
        against,
        score,
        severity,
        _causes(disease, facts, area),
    )


def _severe(disease: Disease, word: str, facts: Facts, area: str) -> bool:
    patterns = {str(k): p for k, p in disease.severity_when.items()}
    return see(patterns[word], facts, area).holds is True


def _causes(disease: Disease, facts: Facts, area: str) -> tuple[RankedCause, ...]:
    ranked = [
        RankedCause(
            cause,
            tuple(s for s in (see(p, facts, area) for p in cause.when) if s.holds),
            tuple(s for s in (see(p, facts, area) for p in cause.unless) if s.holds),
        )
        for cause in disease.causes
    ]
    return tuple(sorted(ranked, key=lambda r: (not r.seen_for, -r.balance)))


def candidates_of(finding: Finding, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Give the diseases that a finding speaks for, likeliest first, three at most.

    A disease whose necessary pattern rests on the finding's indicator or question stands before one that
    it only supports.
    """
    here = [
        c
        for c in candidates
        if c.area == finding.area and (finding.indicator in c.indicators or finding.question in c.questions)
    ]

    def rank(candidate: Candidate) -> tuple[bool, int]:
        necessary = candidate.necessary
        direct = finding.indicator in necessary.indicators or finding.question in necessary.questions
        return (not direct, -candidate.score)

    return sorted(here, key=rank)[:FIRST]
