"""The verbs that confirm a 城市病 and take a wrong confirmation back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tijian.engine.catalogue.disease import Disease
from tijian.engine.kernel.faults import Faults
from tijian.office.diagnose import queries
from tijian.office.diagnose.links import Link, check_links, evidence_rows, kept
from tijian.office.diagnose.models import OPEN, Diagnosis, State, Step
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import may
from tijian.office.people.permissions import DIAGNOSE
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city, rounds
from tijian.office.values.models import Candidate, Scan
from tijian.office.values.scan import is_stale, latest_scan

REGISTER = "城市病"
"""Locked beside the years by every verb on diagnoses and measures: numbers are given and states follow one by one."""

SEVERITIES = ("重", "中", "轻")
NAME_LENGTH = 40

Support = Callable[[Diagnosis], Sequence[str]]
_supports: list[Support] = []


def rests_on(ask: Support) -> None:
    """Install what names the measures that stand on a diagnosis; this room knows no measures."""
    if ask not in _supports:
        _supports.append(ask)


def state_row(diagnosis: Diagnosis, step: Step, reason: str, tx: Transaction) -> State:
    """Write the next state of a diagnosis."""
    return tx.add(
        State(diagnosis=diagnosis, state=step, reason=reason.strip(), account=tx.actor, day=tx.today)
    )


def find(number: str, faults: Faults) -> Diagnosis | None:
    """Find a diagnosis by its number, or tell that there is none."""
    found: Diagnosis | None = Diagnosis.objects.filter(number=number).first()
    if found is None:
        faults.add("diagnosis.missing", "诊断", "编号", number, "已登记的城市病编号", "请检查编号。")
    return found


def ask_reason(reason: str, place: str, faults: Faults) -> None:
    """Refuse an action without a reason."""
    if not reason.strip():
        faults.add("reason.missing", place, "理由", None, "一句理由", "请写明为什么。")


@dataclass(frozen=True)
class Confirm(Action):
    """Confirm a 城市病, from a candidate of the latest scan or by name with a reason.

    A round that has ended is no hindrance: its results stand, which is when one diagnoses.

    Attributes:
        round: Name of the round.
        cause: From the knowledge, or in words of one's own with ``own_cause``.
        opinion: What was found, in words.
        evidence: For and against; what the candidate lacks, and what speaks against it, is added.
        candidate: Id of the candidate; None: by ``name`` (or ``disease``, an id in the knowledge), with a
            ``reason``.
        areas: Codes; empty for that of the candidate.
        severity, field: Empty for those of candidate and knowledge.
    """

    verb: ClassVar[str] = "diagnose.confirm"
    zh: ClassVar[str] = "确认城市病"
    permission = may(DIAGNOSE)

    round: str
    cause: str
    opinion: str
    evidence: tuple[Link, ...] = ()
    candidate: int | None = None
    disease: str = ""
    name: str = ""
    areas: tuple[str, ...] = ()
    severity: str = ""
    field: str = ""
    own_cause: bool = False
    reason: str = ""

    def arguments(self) -> dict[str, object]:
        """Give what identifies it; opinion and evidence stand in the rows."""
        return {
            "round": self.round,
            "candidate": self.candidate,
            "disease": self.disease,
            "name": self.name,
            "areas": " ".join(self.areas),
            "cause": self.cause,
        }

    def periods(self) -> Collection[str]:
        """Lock the round's year, so that no result moves under the confirmation."""
        which = Round.objects.filter(name=self.round).first()
        return (REGISTER,) if which is None else (REGISTER, str(which.year))

    def precondition(self, faults: Faults) -> None:
        """Collect what is missing in the confirmation; refuse a stale scan and what is open already."""
        which = Round.objects.filter(name=self.round).first()
        if which is None:
            known = "、".join(r.name for r in rounds()) or "（还没有轮次）"
            faults.add("round.missing", "轮次", "", self.round, known, "请改正轮次的名称。")
            return
        _check_scan(which, faults)
        found = self._candidate(which, faults)
        if self.candidate is not None and found is None:
            return  # whatever else could be told would be told of nothing
        knowledge = self._knowledge(which, found)
        self._check_words(found, knowledge, faults)
        self._check_areas(which, found, faults)
        check_links(kept(self.evidence, found), "诊断", faults)
        self._check_open(which, found, knowledge, faults)

    def _candidate(self, which: Round, faults: Faults) -> Candidate | None:
        if self.candidate is None:
            return None
        scan = latest_scan(which)
        found: Candidate | None = Candidate.objects.filter(id=self.candidate, scan=scan).first()
        if scan is None or found is None:
            hint = "这一候选不在最近一次扫描中，请从现在的候选里选。"
            faults.add("diagnosis.candidate", "诊断", "候选", self.candidate, "最近一次扫描的候选", hint)
            return None
        return found

    def _knowledge(self, which: Round, found: Candidate | None) -> Disease | None:
        known = open_round_city(which).city.diseases
        wanted = found.disease if found is not None else self.disease
        if wanted:
            return next((d for d in known if d.id == wanted), None)
        # Its name alone is enough: else a disease could be registered twice, or past its candidate.
        return next((d for d in known if d.name == self.name.strip()), None)

    def _check_words(self, found: Candidate | None, knowledge: Disease | None, faults: Faults) -> None:
        if self.candidate is None:
            self._check_name(knowledge, faults)
            ask_reason(self.reason, "诊断", faults)
        if not self.opinion.strip():
            faults.add(
                "diagnosis.opinion", "诊断", "诊断意见", None, "诊断意见", "请写明看到了什么、为何确认。"
            )
        severity = self.severity or (found.severity if found is not None else "")
        if severity not in SEVERITIES:
            faults.add("diagnosis.severity", "诊断", "程度", severity, "、".join(SEVERITIES), "请写程度。")
        self._check_cause(knowledge, faults)

    def _check_name(self, knowledge: Disease | None, faults: Faults) -> None:
        if self.disease and knowledge is None:
            faults.add(
                "diagnosis.disease", "诊断", "城市病", self.disease, "本轮知识中的城市病", "请改正代码。"
            )
        name = self.name.strip() or (knowledge.name if knowledge is not None else "")
        if not 0 < len(name) <= NAME_LENGTH:
            faults.add(
                "diagnosis.name", "诊断", "名称", self.name, f"1—{NAME_LENGTH} 个字", "请写城市病的名称。"
            )

    def _check_cause(self, knowledge: Disease | None, faults: Faults) -> None:
        known = [c.name for c in knowledge.causes] if knowledge is not None else []
        if not self.cause.strip():
            faults.add(
                "diagnosis.cause", "诊断", "成因", None, "一个成因", "请选一个成因，或写明自拟的成因。"
            )
        elif not self.own_cause and self.cause not in known:
            hint = "请从中选一个；知识里没有的，请写明是自拟的成因。"
            shown = "、".join(known) or "（知识里没有这种病）"
            faults.add("diagnosis.cause", "诊断", "成因", self.cause, shown, hint)

    def _codes(self, found: Candidate | None) -> tuple[str, ...]:
        return self.areas or ((found.area,) if found is not None else ())

    def _check_areas(self, which: Round, found: Candidate | None, faults: Faults) -> None:
        codes, known = self._codes(found), open_round_city(which).city.by_code
        if not codes:
            faults.add("diagnosis.areas", "诊断", "区", None, "至少一个区", "请写在哪里。")
        for code in codes:
            if code not in known:
                faults.add("diagnosis.areas", "诊断", "区", code, "本轮体检的区", "请改正区的代码。")
        if found is not None and codes and found.area not in codes:
            hint = "候选所在的区要在其中。"
            faults.add("diagnosis.areas", "诊断", "区", "、".join(codes), found.area, hint)

    def _check_open(
        self, which: Round, found: Candidate | None, knowledge: Disease | None, faults: Faults
    ) -> None:
        disease, name = _named(self, found, knowledge)
        codes = set(self._codes(found))
        for there in queries.alike(disease, name):
            shared = "、".join(c for c in there.codes() if c in codes)
            state = queries.state_of(there)
            if not shared or state == Step.REVOKED:
                continue
            hint = (
                f"已登记为 {there}，请在那里补充。"
                if state in OPEN
                else f"{there} 已销号，再次出现请登记为复发。"
            )
            faults.add("diagnosis.open", "诊断", name, shared, "这个区还没有登记的城市病", hint)
        self._check_proposed(which, disease, name, codes, faults)

    def _check_proposed(
        self, which: Round, disease: str, name: str, codes: Collection[str], faults: Faults
    ) -> None:
        """Refuse to pass by a candidate: its missing evidence, and what speaks against it, would be lost."""
        if self.candidate is not None or not disease:
            return
        scan = latest_scan(which)
        rows = Candidate.objects.filter(scan=scan, disease=disease, area__in=list(codes))
        for proposed in rows if scan is not None else ():
            hint = f"本轮的候选 {proposed.number} 就是它，请从候选确认。"
            faults.add("diagnosis.proposed", "诊断", name, proposed.area, "没有这一候选的区", hint)

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write diagnosis, evidence and first state."""
        which = Round.objects.get(name=self.round)
        found = Candidate.objects.get(id=self.candidate) if self.candidate is not None else None
        knowledge = self._knowledge(which, found)
        diagnosis = tx.add(self._row(which, found, knowledge, latest_scan(which)))
        tx.add_all(evidence_rows(diagnosis, kept(self.evidence, found)))
        state_row(diagnosis, Step.CONFIRMED, self.reason or self.opinion, tx)
        return {"id": diagnosis.pk, "number": diagnosis.number}

    def _row(
        self, which: Round, found: Candidate | None, knowledge: Disease | None, scan: Scan | None
    ) -> Diagnosis:
        disease, name = _named(self, found, knowledge)
        codes = set(self._codes(found))
        known = {c.name for c in knowledge.causes} if knowledge is not None else set()
        return Diagnosis(
            number=queries.next_number(which.year),
            round=which,
            disease=disease,
            name=name,
            areas=" ".join(c for c in open_round_city(which).city.by_code if c in codes),
            severity=self.severity or (found.severity if found is not None else ""),
            field=self.field or (knowledge.field if knowledge is not None else ""),
            cause=self.cause.strip(),
            cause_known=self.cause in known,
            opinion=self.opinion.strip(),
            reason=self.reason.strip(),
            scan=scan,
            candidate=found,
            knowledge=queries.knowledge_of(which),
        )


def _named(action: Confirm, found: Candidate | None, knowledge: Disease | None) -> tuple[str, str]:
    """Give the id in the knowledge, empty for none, and the name."""
    if found is not None:
        return found.disease, action.name.strip() or found.name
    if knowledge is not None:
        return knowledge.id, action.name.strip() or knowledge.name
    return action.disease, action.name.strip()


def _check_scan(which: Round, faults: Faults) -> None:
    if latest_scan(which) is None:
        faults.add("scan.missing", "轮次", "", which.name, "扫描过短板的轮次", "请先扫描短板。")
    elif is_stale(which):
        hint = "扫描以后结果又有变动，请重新扫描，再从新的候选确认。"
        faults.add("scan.stale", "轮次", "", which.name, "比结果新的扫描", hint)


@dataclass(frozen=True)
class Revoke(Action):
    """Take a wrong confirmation back; refused while a measure stands on it."""

    verb: ClassVar[str] = "diagnose.revoke"
    zh: ClassVar[str] = "撤销确认"
    permission = may(DIAGNOSE)

    number: str
    reason: str

    def periods(self) -> Collection[str]:
        """Lock the register, so that no measure is made meanwhile."""
        return (REGISTER,)

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse what is not just confirmed, or has measures."""
        ask_reason(self.reason, self.number, faults)
        diagnosis = find(self.number, faults)
        if diagnosis is None:
            return
        state = queries.state_of(diagnosis)
        if state != Step.CONFIRMED:
            hint = f"现在的状态是{state}；只有刚确认、还没有销号的才能撤销。"
            faults.add("diagnosis.state", self.number, "状态", state, Step.CONFIRMED.value, hint)
        for measure in (m for ask in _supports for m in ask(diagnosis)):
            hint = "上面还有对策，请先取消对策。"
            faults.add("diagnosis.measures", self.number, "对策", measure, "没有进行中的对策", hint)

    def change(self, tx: Transaction) -> None:
        """Write the state."""
        state_row(Diagnosis.objects.get(number=self.number), Step.REVOKED, self.reason, tx)
