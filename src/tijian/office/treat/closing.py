"""销号 and 复发: a disease struck off on what was seen, and taken up again when it comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from tijian.engine.kernel.faults import Faults
from tijian.office.diagnose import queries as diagnoses
from tijian.office.diagnose.actions import REGISTER, ask_reason, find, state_row
from tijian.office.diagnose.models import OPEN, Diagnosis, Step
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import may
from tijian.office.people.permissions import CLOSE_DISEASE, DIAGNOSE
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city, rounds
from tijian.office.treat import queries
from tijian.office.treat.grading import broken, number, worse_of
from tijian.office.treat.models import Discharge, Effect, Relapse, Target
from tijian.office.treat.queries import SETTLED, Plan
from tijian.office.values.models import Candidate, Result
from tijian.office.values.results import current
from tijian.office.values.scan import is_stale, latest_scan


@dataclass(frozen=True)
class CloseDisease(Action):
    """Strike a disease off: every milestone settled, and every target reached in the latest round, or an exception.

    Attributes:
        number: Of the diagnosis.
        reason: Why it is closed.
        exception: Why although a target was not seen reached; it never stands for a milestone.
    """

    verb: ClassVar[str] = "treat.close_disease"
    zh: ClassVar[str] = "销号"
    permission = may(CLOSE_DISEASE)

    number: str
    reason: str
    exception: str = ""

    def periods(self) -> Collection[str]:
        """Lock the register and every year whose results the closing rests on."""
        return (REGISTER, *{str(r.year) for r in rounds()})

    def precondition(self, faults: Faults) -> None:
        """Collect every milestone not settled and every target not reached."""
        ask_reason(self.reason, self.number, faults)
        found = find(self.number, faults)
        if found is None:
            return
        state = diagnoses.state_of(found)
        if state not in OPEN:
            hint = "只有确认或复发的城市病可以销号。"
            faults.add("diagnosis.state", self.number, "状态", state, "、".join(sorted(OPEN)), hint)
            return
        plans = queries.current_plans(found)
        for plan in plans:
            _check_milestones(plan, faults)
        if self.exception.strip():
            return
        if not plans:
            hint = "没有对策而消失的，请写明例外的理由。"
            faults.add("closing.measures", self.number, "对策", None, "至少一项对策", hint)
        for plan in plans:
            for target in plan.targets:
                _check_effect(plan, target, faults)

    def change(self, tx: Transaction) -> None:
        """Write the state and on what it rests."""
        found = Diagnosis.objects.get(number=self.number)
        effects = [
            e.pk
            for plan in queries.current_plans(found)
            for target in plan.targets
            if (e := plan.last_effect(target)) is not None
        ]
        state = state_row(found, Step.CLOSED, self.reason, tx)
        named = " ".join(map(str, sorted(effects)))
        tx.add(Discharge(state=state, effects=named, exception=self.exception.strip()))


def _check_milestones(plan: Plan, faults: Faults) -> None:
    for standing in plan.milestones:
        if standing.state not in SETTLED:
            hint = "请先验收，或写明理由取消。"
            faults.add(
                "closing.milestone",
                str(plan.measure),
                standing.milestone.name,
                standing.state,
                "已验收或已取消",
                hint,
            )


def _check_effect(plan: Plan, target: Target, faults: Faults) -> None:
    effect, place = plan.last_effect(target), str(target)
    if effect is None:
        hint = "请先用治理以后的轮次回评，或写明例外的理由。"
        faults.add("closing.effect", place, "回评", None, "一次达标的回评", hint)
        return
    if effect.reached is not True:
        hint = f"回评：{effect.words}。请继续治理，或写明例外的理由。"
        faults.add(
            "closing.reached", place, "回评", "不可比" if not effect.comparable else "未达标", "达标", hint
        )
    newer = _newer(effect)
    if newer:
        hint = "回评以后又有新的结果，请重新回评。"
        faults.add("closing.stale", place, "回评", str(effect.round), newer, hint)


def _newer(effect: Effect) -> str:
    """Name a later result of the same cell, or a later revision; empty where the effect is the latest word."""
    after = effect.after
    cell = Result.objects.filter(indicator=after.indicator, area=after.area).select_related("round")
    later = cell.filter(round__year__gt=effect.round.year).order_by("round__year", "id").first()
    if later is not None:
        return f"{later.round} 的回评"
    revised = cell.filter(round=effect.round, revision__gt=after.revision).order_by("-revision").first()
    return f"修订 {revised.revision} 的回评" if revised is not None else ""


@dataclass(frozen=True)
class Back:
    """A sign that a closed disease is back: a candidate, or a result behind a target."""

    diagnosis: Diagnosis
    candidate: Candidate | None = None
    result: Result | None = None
    target: Target | None = None

    @property
    def words(self) -> str:
        """Say it in Chinese."""
        if self.candidate is not None:
            return f"{self.candidate.scan.round} 又成为候选 {self.candidate}"
        return f"{self.result}：{self._value()}，差于目标 {self.target.text if self.target else ''}"

    def _value(self) -> str:
        value = number(self.result) if self.result is not None else None
        return "" if value is None else f"{value:f}"


def last_year(diagnosis: Diagnosis) -> int:
    """Give the year of the latest round on which the latest 销号 rests, else that of the confirmation."""
    row = Discharge.objects.filter(state__diagnosis=diagnosis).order_by("-id").first()
    effects = Effect.objects.filter(id__in=row.ids()).select_related("round") if row is not None else ()
    return max([diagnosis.round.year, *(e.round.year for e in effects)])


def backs(diagnosis: Diagnosis) -> list[Back]:
    """Find the signs, in rounds after its 销号, that a closed disease is back; none for one that is not closed."""
    if diagnoses.state_of(diagnosis) != Step.CLOSED:
        return []
    year = last_year(diagnosis)
    return [b for which in rounds() if which.year > year for b in _in_round(diagnosis, which)]


def _in_round(diagnosis: Diagnosis, which: Round) -> Iterator[Back]:
    scan = latest_scan(which)
    if scan is not None and diagnosis.disease and not is_stale(which):
        rows = Candidate.objects.filter(scan=scan, disease=diagnosis.disease, area__in=diagnosis.codes())
        for candidate in rows.select_related("scan__round").order_by("id"):
            yield Back(diagnosis, candidate=candidate)
    for plan in queries.current_plans(diagnosis):
        for target in plan.targets:
            result = current(which, scope=[target.indicator]).get((target.indicator, target.area))
            if result is not None and _fell_back(target, result):
                yield Back(diagnosis, result=result, target=target)


def _fell_back(target: Target, result: Result) -> bool:
    if broken(target.baseline, result, open_round_city(result.round)):
        return False
    first = target.baseline.round
    worse = worse_of(open_round_city(first), target.indicator, target.area, first.year)
    value = number(result)
    return worse is not None and value is not None and worse(target.number, value) > 0


def all_backs() -> list[Back]:
    """Find the signs that closed diseases are back, in order of their numbers."""
    closed = diagnoses.cases(state=Step.CLOSED)
    return [b for c in closed for b in backs(c.diagnosis)]


@dataclass(frozen=True)
class RecordRelapse(Action):
    """Take a closed disease up again, on a new candidate or a target's indicator that fell back.

    Attributes:
        number: Of the diagnosis.
        reason: What was seen.
        candidate, result: Id of the sign; one of them.
    """

    verb: ClassVar[str] = "treat.record_relapse"
    zh: ClassVar[str] = "登记复发"
    permission = may(DIAGNOSE)

    number: str
    reason: str
    candidate: int | None = None
    result: int | None = None

    def periods(self) -> Collection[str]:
        """Lock the register and every year whose results may be the sign."""
        return (REGISTER, *{str(r.year) for r in rounds()})

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason and one sign that holds; refuse what is not closed."""
        ask_reason(self.reason, self.number, faults)
        found = find(self.number, faults)
        if found is None:
            return
        state = diagnoses.state_of(found)
        if state != Step.CLOSED:
            hint = "只有已销号的城市病才会复发。"
            faults.add("diagnosis.state", self.number, "状态", state, Step.CLOSED.value, hint)
            return
        if self._sign(found) is None:
            options = "；".join(b.words for b in backs(found)) or "（还没有看到复发的迹象）"
            shown = self.candidate if self.candidate is not None else self.result
            hint = "请链接销号以后的轮次中的新候选，或差于目标的结果。"
            faults.add("relapse.sign", self.number, "迹象", shown, options, hint)

    def _sign(self, found: Diagnosis) -> Back | None:
        if (self.candidate is None) == (self.result is None):
            return None
        for back in backs(found):
            if (
                self.candidate is not None
                and back.candidate is not None
                and back.candidate.pk == self.candidate
            ):
                return back
            if self.result is not None and back.result is not None and back.result.pk == self.result:
                return back
        return None

    def change(self, tx: Transaction) -> None:
        """Write the state and on what it rests."""
        found = Diagnosis.objects.get(number=self.number)
        sign = self._sign(found)
        if sign is None:
            raise RuntimeError("the sign was checked by the precondition")
        state = state_row(found, Step.RELAPSED, self.reason, tx)
        tx.add(Relapse(state=state, candidate=sign.candidate, result=sign.result, target=sign.target))
