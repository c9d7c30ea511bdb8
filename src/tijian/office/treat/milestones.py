"""The verbs on a milestone: submitted with evidence, accepted or returned by somebody else, cancelled, postponed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import ClassVar, Self

from tijian.engine.kernel.canonical import sha256_file
from tijian.engine.kernel.faults import Faults
from tijian.office.diagnose.actions import REGISTER, ask_reason
from tijian.office.ledger import evidence
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.actions import StoreEvidence
from tijian.office.ledger.models import EvidenceFile
from tijian.office.ledger.permissions import may
from tijian.office.people.models import Body
from tijian.office.people.permissions import TREAT, Touches
from tijian.office.treat import queries
from tijian.office.treat.actions import find_measure
from tijian.office.treat.models import Event, Happening, Proof
from tijian.office.treat.permissions import ACCEPT, SUBMIT
from tijian.office.treat.queries import CANCELLED, PENDING, SETTLED, Standing


@dataclass(frozen=True)
class File:
    """A file that is brought, and the name it came by."""

    path: Path
    name: str


@dataclass(frozen=True)
class _OnMilestone(Action):
    """What the verbs on a milestone share.

    Attributes:
        measure: Number of the measure.
        milestone: Rank of the milestone in it, from 1.
    """

    measure: str
    milestone: int

    @property
    def place(self) -> str:
        """Where a fault is told."""
        return f"{self.measure} 第 {self.milestone} 个里程碑"

    def periods(self) -> Collection[str]:
        """Lock the register, so that one milestone is settled once."""
        return (REGISTER,)

    def doer(self) -> Body | None:
        """Give the body that leads the measure."""
        found = queries.find(self.measure)
        return found.lead if found is not None else None

    def submitter(self) -> str:
        """Give the account whose submission is the latest; empty before one."""
        found = queries.standing(self.measure, self.milestone)
        latest = found.submission if found is not None else None
        return latest.account if latest is not None else ""

    def touches(self) -> Touches:
        """Name the body that leads and the areas treated, by which rights are bounded."""
        found = queries.find(self.measure)
        if found is None:
            return Touches()
        return Touches(bodies={found.lead.code}, areas=frozenset(found.codes()))

    def standing(self, faults: Faults) -> Standing | None:
        """Find the milestone of a measure that is carried on, or tell that there is none."""
        if find_measure(self.measure, faults) is None:
            return None
        found = queries.standing(self.measure, self.milestone)
        if found is None:
            faults.add(
                "milestone.missing", self.measure, "里程碑", self.milestone, "已有的里程碑", "请检查序号。"
            )
        return found

    def standing_now(self) -> Standing:
        """Give the milestone that the precondition found."""
        found = queries.standing(self.measure, self.milestone)
        if found is None:
            raise RuntimeError("the milestone was checked by the precondition")
        return found

    def event(self, kind: Happening, tx: Transaction, text: str, **more: object) -> Event:
        """Make the row of what happened."""
        milestone = self.standing_now().milestone
        return Event(
            milestone=milestone, kind=kind, text=text.strip(), account=tx.actor, day=tx.today, **more
        )


@dataclass(frozen=True)
class SubmitMilestone(_OnMilestone):
    """Submit a milestone as done, with files as evidence; by an account of the body that leads.

    Attributes:
        files: Files brought now.
        evidence: Ids of files in the ledger already.
        text: What was done.
        kept: Name, hash and size of each file brought, filled in by ``prepare``.
    """

    verb: ClassVar[str] = "treat.submit_milestone"
    zh: ClassVar[str] = "报送里程碑"
    permission = SUBMIT

    files: tuple[File, ...] = ()
    evidence: tuple[int, ...] = ()
    text: str = ""
    kept: tuple[tuple[str, str, int], ...] = ()

    def arguments(self) -> dict[str, object]:
        """Give milestone and files by name and hash; where they came from is nobody's business."""
        return {
            "measure": self.measure,
            "milestone": self.milestone,
            "files": "；".join(f"{name} {digest}" for name, digest, _ in self.kept),
            "evidence": " ".join(map(str, self.evidence)),
            "text": self.text,
        }

    def prepare(self) -> Self:
        """Put the bytes in place before a row names them.

        Raises:
            Refused: If a file is not there, too big or has no usable name.
        """
        faults, kept = Faults(), []
        for file in self.files:
            with faults.kept():
                stored = StoreEvidence(file.path, file.name).prepare()
                kept.append((stored.name, stored.sha256, stored.size))
        faults.raise_if_any()
        return replace(self, kept=tuple(kept))

    def precondition(self, faults: Faults) -> None:
        """Refuse a submission without evidence, and of what is settled or waits already."""
        found = self.standing(faults)
        if found is None:
            return
        if found.state in SETTLED or found.state == PENDING:
            hint = "已经报送的等验收或退回；已验收、已取消的不再报送。"
            faults.add("milestone.state", self.place, "状态", found.state, "未报送或已退回", hint)
        if not self.kept and not self.evidence:
            hint = "里程碑要有佐证文件才能报送，请附上。"
            faults.add("milestone.evidence", self.place, "佐证", None, "至少一个文件", hint)
        for name, _, size in self.kept:
            if not size:
                faults.add(
                    "milestone.empty", self.place, "佐证", name, "有内容的文件", "文件是空的，请检查。"
                )
        for key in self.evidence:
            if not EvidenceFile.objects.filter(id=key).exists():
                faults.add("evidence.file", self.place, "佐证", key, "已提交的文件", "请先提交文件。")

    def change(self, tx: Transaction) -> Mapping[str, object]:
        """Write files, submission and what proves it."""
        files = [EvidenceFile(sha256=digest, name=name, size=size) for name, digest, size in self.kept]
        tx.add_all(files)
        files += EvidenceFile.objects.filter(id__in=self.evidence).order_by("id")
        event = tx.add(self.event(Happening.SUBMITTED, tx, self.text))
        tx.add_all([Proof(event=event, file=file, sha256=file.sha256) for file in files])
        return {"event": event.pk, "files": len(files)}


@dataclass(frozen=True)
class AcceptMilestone(_OnMilestone):
    """Accept a milestone that was submitted with evidence; by neither who submitted it nor the body that leads."""

    verb: ClassVar[str] = "treat.accept_milestone"
    zh: ClassVar[str] = "验收里程碑"
    permission = ACCEPT

    text: str = ""

    def precondition(self, faults: Faults) -> None:
        """Refuse what was not submitted, has no evidence, or whose evidence is no longer what was submitted."""
        found = self.standing(faults)
        if found is None:
            return
        _check_pending(found, self.place, faults)
        proofs = found.own_proofs()
        if not proofs:
            hint = "没有佐证的里程碑不能验收，请牵头单位先附佐证报送。"
            faults.add("milestone.evidence", self.place, "佐证", None, "至少一个文件", hint)
        for proof in proofs:
            file = evidence.path(proof.sha256)
            if not file.is_file() or sha256_file(file) != proof.sha256 or proof.file.sha256 != proof.sha256:
                hint = "佐证文件不见了，或与报送时的哈希不符，请查明后再验收。"
                faults.add("milestone.proof", self.place, "佐证", proof.file.name, "与报送时相同的文件", hint)

    def change(self, tx: Transaction) -> None:
        """Write the acceptance of the submission."""
        submission = self.standing_now().submission
        tx.add(self.event(Happening.ACCEPTED, tx, self.text, submission=submission))


@dataclass(frozen=True)
class ReturnMilestone(_OnMilestone):
    """Return a submission with the reason; by whoever might have accepted it."""

    verb: ClassVar[str] = "treat.return_milestone"
    zh: ClassVar[str] = "退回里程碑"
    permission = ACCEPT

    reason: str

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse what was not submitted."""
        ask_reason(self.reason, self.place, faults)
        found = self.standing(faults)
        if found is not None:
            _check_pending(found, self.place, faults)

    def change(self, tx: Transaction) -> None:
        """Write the return of the submission."""
        submission = self.standing_now().submission
        tx.add(self.event(Happening.RETURNED, tx, self.reason, submission=submission))


def _check_pending(found: Standing, place: str, faults: Faults) -> None:
    if found.state != PENDING:
        hint = "先要牵头单位附佐证报送。"
        faults.add("milestone.state", place, "状态", found.state, PENDING, hint)


@dataclass(frozen=True)
class CancelMilestone(_OnMilestone):
    """Take a milestone out of a measure, with the reason; the plan keeps its row."""

    verb: ClassVar[str] = "treat.cancel_milestone"
    zh: ClassVar[str] = "取消里程碑"
    permission = may(TREAT)

    reason: str

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse what is settled, and the last one left."""
        ask_reason(self.reason, self.place, faults)
        found = self.standing(faults)
        if found is None:
            return
        if found.state in SETTLED:
            hint = "已验收或已取消的不能再取消。"
            faults.add("milestone.state", self.place, "状态", found.state, "没有了结的里程碑", hint)
        own = queries.standings([found.milestone.measure])[found.milestone.measure_id]
        if all(s.state == CANCELLED or s.milestone.rank == self.milestone for s in own):
            hint = "这是最后一个里程碑；不做了就取消整项对策。"
            faults.add("milestone.last", self.place, "", None, "至少留一个里程碑", hint)

    def change(self, tx: Transaction) -> None:
        """Write that it is cancelled."""
        tx.add(self.event(Happening.CANCELLED, tx, self.reason))


@dataclass(frozen=True)
class PostponeMilestone(_OnMilestone):
    """Move the date of a milestone, with the reason; the baseline date stays where it is."""

    verb: ClassVar[str] = "treat.postpone_milestone"
    zh: ClassVar[str] = "里程碑延期"
    permission = may(TREAT)

    due: date
    reason: str

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse what is settled, a date that is no later, and one behind the next milestone."""
        ask_reason(self.reason, self.place, faults)
        found = self.standing(faults)
        if found is None:
            return
        if found.state in SETTLED:
            hint = "已验收或已取消的不再延期。"
            faults.add("milestone.state", self.place, "状态", found.state, "没有了结的里程碑", hint)
        if self.due <= found.due:
            faults.add("milestone.due", self.place, "日期", self.due, f"晚于 {found.due}", "延期只能往后。")
        own = queries.standings([found.milestone.measure])[found.milestone.measure_id]
        for later in own:
            if later.milestone.rank > self.milestone and later.state not in SETTLED and later.due < self.due:
                expected = f"不晚于{later.milestone}的 {later.due}"
                faults.add(
                    "milestone.order", self.place, "日期", self.due, expected, "请先推迟后面的里程碑。"
                )

    def change(self, tx: Transaction) -> None:
        """Write the new date beside the old one."""
        tx.add(self.event(Happening.POSTPONED, tx, self.reason, due=self.due))
