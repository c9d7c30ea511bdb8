"""The verb of an edition: reports set outside, then stored by one short transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self

from tijian import __version__
from tijian.engine.exam.run import run
from tijian.engine.kernel.faults import Faults, Refused
from tijian.engine.report.edition import editions
from tijian.office.ledger import evidence
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.models import EvidenceFile
from tijian.office.ledger.permissions import may
from tijian.office.ledger.queries import position
from tijian.office.people.permissions import COMPILE
from tijian.office.publish.models import Edition, Report
from tijian.office.register import queries
from tijian.office.register.models import Round
from tijian.office.values.inputs import inputs

JOBS = 2  # reports set at the same time; the bytes do not depend on it


@dataclass(frozen=True)
class IssueEdition(Action):
    """Set the nine reports of a round as it stands, of an ended one as of its end, and keep their bytes.

    Attributes:
        round: Name of the round.
        at: Position they show, filled in by ``prepare``.
        files: Name, hash and size of each file, filled in by ``prepare``.
    """

    verb: ClassVar[str] = "publish.issue_edition"
    zh: ClassVar[str] = "编制报告"
    permission = may(COMPILE)

    round: str
    at: int = 0
    files: tuple[tuple[str, str, int], ...] = ()

    def arguments(self) -> dict[str, object]:
        """Give round and position; the files stand in the rows."""
        return {"round": self.round, "at": self.at}

    def prepare(self) -> Self:
        """Set the reports and keep their bytes before any row names them.

        Raises:
            Refused: If there is no such round.
        """
        which, faults = Round.objects.filter(name=self.round).first(), Faults()
        if which is None:
            known = "、".join(r.name for r in queries.rounds()) or "（还没有轮次）"
            faults.add("round.missing", "轮次", "", self.round, known, "请改正轮次的名称。")
            raise Refused(faults.found)
        at = queries.ended_at(which) or position()  # what came after its end is no part of a round
        made = editions(run(inputs(which, at), which.year), jobs=JOBS)
        return replace(self, at=at, files=tuple(_kept(made)))

    def precondition(self, faults: Faults) -> None:
        """Refuse an edition equal to the last one, byte for byte."""
        last = Edition.objects.filter(round__name=self.round).order_by("-number").first()
        if last is not None and dict(last.reports.values_list("name", "sha256")) == {
            n: d for n, d, _ in self.files
        }:
            hint = "结果没有变，上一版仍然有效。"
            faults.add("edition.same", self.round, "报告", str(last), "与上一版不同的报告", hint)

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write the edition and its files."""
        which = Round.objects.get(name=self.round)
        number = Edition.objects.filter(round=which).count() + 1
        edition = tx.add(
            Edition(
                round=which,
                basis=queries.basis(which, self.at),
                number=number,
                position=self.at,
                engine=__version__,
            )
        )
        kept = [EvidenceFile(sha256=digest, name=name, size=size) for name, digest, size in self.files]
        tx.add_all(kept)
        tx.add_all([Report(edition=edition, name=f.name, file=f, sha256=f.sha256) for f in kept])
        return {"edition": edition.pk, "number": number, "files": len(kept)}


def _kept(made: dict[str, bytes]) -> list[tuple[str, str, int]]:
    """Store files under their hashes: name, hash, size."""
    kept = []
    with TemporaryDirectory(prefix="tijian-reports-") as scratch:
        for path, content in sorted(made.items()):
            file = Path(scratch) / Path(path).name
            file.write_bytes(content)
            kept.append((file.name, *evidence.keep(file)))
    return kept
