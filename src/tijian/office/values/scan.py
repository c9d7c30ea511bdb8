"""Weaknesses and candidates over a whole round: peers are compared, so it runs beside the transactions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from tijian import __version__
from tijian.engine.exam.files import findings_rows
from tijian.engine.exam.results import Results
from tijian.engine.exam.run import run
from tijian.engine.grade.diagnosis import Candidate as Proposed
from tijian.engine.grade.pattern import Seen
from tijian.engine.kernel.canonical import canonical
from tijian.engine.kernel.faults import Faults
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import operator
from tijian.office.ledger.queries import position
from tijian.office.register import queries
from tijian.office.register.models import Round
from tijian.office.values.inputs import inputs
from tijian.office.values.models import Candidate, Result, Scan


@dataclass(frozen=True)
class ScanRound(Action):
    """Search a round for findings and candidates: computed outside, written by one short transaction.

    Attributes:
        round: Name of the round.
        at: Position its inputs are read at, filled in by ``prepare``.
        results: The examination, filled in by ``prepare``.
    """

    verb: ClassVar[str] = "values.scan"
    zh: ClassVar[str] = "扫描短板"
    permission = operator  # it decides nothing: whoever changes a value sets it off

    round: str
    at: int = 0
    results: Results | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, object]:
        """Give the round and the position it was read at."""
        return {"round": self.round, "at": self.at}

    def prepare(self) -> Self:
        """Examine the round as it stands.

        Raises:
            Refused: If there is no such round.
        """
        faults = Faults()
        which = Round.objects.filter(name=self.round).first()
        if which is None:
            faults.add("round.missing", "轮次", "", self.round, "一个轮次", "请改正轮次的名称。")
            faults.raise_if_any()
            raise LookupError(self.round)
        at = position()
        return replace(self, at=at, results=run(inputs(which, at), which.year))

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write the scan and its candidates."""
        if self.results is None:
            raise RuntimeError("results are made by prepare")
        found = canonical(findings_rows(self.results)).decode()
        which = Round.objects.get(name=self.round)
        scan = tx.add(Scan(round=which, position=self.at, findings=found, engine=__version__))
        year = self.results.year
        tx.add_all([_row(scan, f"{year}-{n:02d}", c) for n, c in enumerate(self.results.candidates, 1)])
        return {"findings": len(self.results.findings), "candidates": len(self.results.candidates)}


def _row(scan: Scan, number: str, found: Proposed) -> Candidate:
    return Candidate(
        scan=scan,
        number=number,
        disease=found.disease.id,
        name=found.disease.name,
        area=found.area,
        score=found.score,
        severity=found.severity,
        evidence=canonical(evidence(found)).decode(),
    )


def evidence(found: Proposed) -> dict[str, Any]:
    """Write down what speaks for a candidate, what cannot be known, what speaks against it, and its causes."""
    return {
        "necessary": _words(found.necessary),
        "matched": [_words(s) for s in found.matched],
        "missing": [_words(s) for s in found.missing],
        "against": [_words(s) for s in found.against],
        "causes": [
            {
                "name": c.cause.name,
                "for": [_words(s) for s in c.seen_for],
                "against": [_words(s) for s in c.seen_against],
                "supports": list(c.cause.supports),
                "refutes": list(c.cause.refutes),
                "data": list(c.cause.data),
            }
            for c in found.causes
        ],
        "indicators": list(found.indicators),
        "questions": list(found.questions),
    }


def _words(seen: Seen) -> str:
    return seen.words


def latest_scan(which: Round) -> Scan | None:
    """Give the scan that read the latest state of a round."""
    return Scan.objects.filter(round=which).order_by("-position", "-id").first()


def is_stale(which: Round) -> bool:
    """Tell whether results of a round, or of others it is compared with, are newer than its scan."""
    scan = latest_scan(which)
    if scan is None:
        return True
    newer = Result.objects.filter(round=which, action__position__gt=scan.position)
    return newer.exists()


def stale_rounds() -> list[Round]:
    """Give the open rounds whose findings are to be computed again."""
    return [which for which in queries.open_rounds() if is_stale(which)]
