"""The verbs that make a measure and end one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

from tijian.engine.kernel.faults import Faults
from tijian.office.diagnose import queries as diagnoses
from tijian.office.diagnose.actions import REGISTER, ask_reason
from tijian.office.diagnose.actions import find as find_diagnosis
from tijian.office.diagnose.models import OPEN, Diagnosis
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import may
from tijian.office.people import queries as people
from tijian.office.people.permissions import TREAT
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.treat import queries
from tijian.office.treat.models import Cancellation, Measure, Milestone
from tijian.office.treat.targets import TargetGiven, plan

NAME_LENGTH = 80


@dataclass(frozen=True)
class MilestoneGiven:
    """One milestone as it is given: what is done by when, and what counts as done."""

    name: str
    due: date
    done_when: str


def find_measure(number: str, faults: Faults) -> Measure | None:
    """Find a measure that is carried on, or tell why there is none."""
    found = queries.find(number)
    if found is None:
        faults.add("measure.missing", "对策", "编号", number, "已有的对策编号", "请检查编号。")
        return None
    end = Cancellation.objects.filter(measure=found).first()
    if end is not None:
        hint = f"{end.account} 于 {end.day} 取消，理由：{end.reason}"
        faults.add("measure.cancelled", "对策", number, str(found), "进行中的对策", hint)
        return None
    return found


@dataclass(frozen=True)
class CreateMeasure(Action):
    """Make a measure on an open diagnosis, with its targets and milestones.

    Attributes:
        diagnosis: Number of the diagnosis.
        name, text: What is done.
        lead, supporting: Codes of bodies.
        targets, milestones: At least one of each; milestones in order of their dates.
        areas: Codes; empty for all of the diagnosis.
        round: Round of the baselines; empty for that of the confirmation, or of the latest 复发.
    """

    verb: ClassVar[str] = "treat.create_measure"
    zh: ClassVar[str] = "制定对策"
    permission = may(TREAT)

    diagnosis: str
    name: str
    lead: str
    targets: tuple[TargetGiven, ...]
    milestones: tuple[MilestoneGiven, ...]
    supporting: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    text: str = ""
    round: str = ""

    def arguments(self) -> dict[str, object]:
        """Give what identifies it; targets and milestones stand in the rows."""
        return {
            "diagnosis": self.diagnosis,
            "name": self.name,
            "lead": self.lead,
            "supporting": " ".join(self.supporting),
            "areas": " ".join(self.areas),
            "round": self.round,
        }

    def periods(self) -> Collection[str]:
        """Lock the year of the baselines, so that none moves meanwhile."""
        found = diagnoses.find(self.diagnosis)
        which = self._round(found) if found is not None else None
        return (REGISTER,) if which is None else (REGISTER, str(which.year))

    def _round(self, found: Diagnosis) -> Round | None:
        return Round.objects.filter(name=self.round).first() if self.round else queries.baseline_round(found)

    def precondition(self, faults: Faults) -> None:
        """Collect what is missing or cannot be; refuse a diagnosis that is not open."""
        _check_name(self.name, faults)
        _check_bodies(self.lead, self.supporting, faults)
        check_milestones(self.milestones, faults)
        found = find_diagnosis(self.diagnosis, faults)
        if found is None:
            return
        state = diagnoses.state_of(found)
        if state not in OPEN:
            hint = "只对确认或复发的城市病制定对策。"
            faults.add("diagnosis.state", self.diagnosis, "状态", state, "、".join(sorted(OPEN)), hint)
        which = self._round(found)
        if which is None:
            faults.add("round.missing", "轮次", "", self.round, "一个轮次", "请改正轮次的名称。")
        elif self._check_areas(found, which, faults):
            plan(self.targets, which, self._codes(found), faults)

    def _codes(self, found: Diagnosis) -> tuple[str, ...]:
        return tuple(c for c in found.codes() if not self.areas or c in self.areas)

    def _check_areas(self, found: Diagnosis, which: Round, faults: Faults) -> bool:
        known = open_round_city(which).city.by_code
        wrong = [c for c in self.areas if c not in found.codes()]
        wrong += [c for c in self._codes(found) if c not in known]
        for code in wrong:
            expected = f"{found.number} 所及、{which} 体检的区"
            faults.add("measure.area", "对策", "区", code, expected, "请改正区的代码。")
        return not wrong

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write measure, targets and milestones."""
        found = Diagnosis.objects.get(number=self.diagnosis)
        which = self._round(found)
        if which is None:
            raise RuntimeError("the round was checked by the precondition")
        codes = self._codes(found)
        measure = tx.add(
            Measure(
                number=queries.next_number(),
                diagnosis=found,
                name=self.name.strip(),
                lead=people.body(self.lead),
                supporting=" ".join(self.supporting),
                areas=" ".join(codes),
                text=self.text.strip(),
            )
        )
        targets = plan(self.targets, which, codes, Faults())
        for target in targets:
            target.measure = measure
        tx.add_all(targets)
        tx.add_all(
            [
                Milestone(
                    measure=measure, rank=n, name=m.name.strip(), due=m.due, done_when=m.done_when.strip()
                )
                for n, m in enumerate(self.milestones, 1)
            ]
        )
        return {"id": measure.pk, "number": measure.number, "targets": "；".join(t.words for t in targets)}


def _check_name(name: str, faults: Faults) -> None:
    if not 0 < len(name.strip()) <= NAME_LENGTH:
        faults.add("measure.name", "对策", "名称", name, f"1—{NAME_LENGTH} 个字", "请写做什么。")


def _check_bodies(lead: str, supporting: tuple[str, ...], faults: Faults) -> None:
    for place, code in (("牵头单位", lead), *(("配合单位", c) for c in supporting)):
        if people.body(code) is None:
            faults.add("body.unknown", "对策", place, code, "成员单位的代码", "请检查单位代码。")
    for code in sorted({c for c in supporting if c == lead or supporting.count(c) > 1}):
        faults.add("body.twice", "对策", "配合单位", code, "各不相同的单位", "一个单位只写一次。")


def check_milestones(given: tuple[MilestoneGiven, ...], faults: Faults) -> None:
    """Collect what is wrong with milestones: none, without words, or not in the order of their dates."""
    if not given:
        faults.add("milestone.none", "里程碑", "", None, "至少一个里程碑", "没有里程碑就看不出进度，请补上。")
    for rank, one in enumerate(given, 1):
        where = f"第 {rank} 个"
        if not 0 < len(one.name.strip()) <= NAME_LENGTH:
            faults.add("milestone.name", "里程碑", where, one.name, f"1—{NAME_LENGTH} 个字", "请写名称。")
        if not one.done_when.strip():
            hint = "没有完成标准就无从验收，请写明。"
            faults.add("milestone.done_when", "里程碑", where, None, "完成标准", hint)
    for rank, (one, two) in enumerate(pairwise(given), 2):
        if two.due < one.due:
            expected = f"不早于 {one.due}"
            faults.add("milestone.order", "里程碑", f"第 {rank} 个", two.due, expected, "日期要由早到晚。")


@dataclass(frozen=True)
class CancelMeasure(Action):
    """End a measure that will not be carried on."""

    verb: ClassVar[str] = "treat.cancel_measure"
    zh: ClassVar[str] = "取消对策"
    permission = may(TREAT)

    measure: str
    reason: str

    def periods(self) -> Collection[str]:
        """Lock the register."""
        return (REGISTER,)

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse a measure whose diagnosis is closed: on it the 销号 rests."""
        ask_reason(self.reason, self.measure, faults)
        found = find_measure(self.measure, faults)
        if found is not None and diagnoses.state_of(found.diagnosis) not in OPEN:
            hint = f"{found.diagnosis} 已销号，所依据的对策不能再取消。"
            faults.add(
                "diagnosis.state", self.measure, "城市病", str(found.diagnosis), "没有销号的城市病", hint
            )

    def change(self, tx: Transaction) -> None:
        """Write the end."""
        tx.add(
            Cancellation(
                measure=queries.find(self.measure),
                reason=self.reason.strip(),
                account=tx.actor,
                day=tx.today,
            )
        )
