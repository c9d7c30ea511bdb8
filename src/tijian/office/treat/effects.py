"""回评: what became of the targets of a measure in a later round, beside untreated areas of the same type."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from tijian.engine.grade.compare import GradeChange, compare
from tijian.engine.grade.words import quantity
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.rounding import round_half_even
from tijian.office.diagnose.actions import REGISTER
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import may
from tijian.office.people.permissions import TREAT
from tijian.office.register.city import Opened
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.treat import queries
from tijian.office.treat.actions import find_measure
from tijian.office.treat.grading import GRADED, broken, number, type_of, under_old, worse_of
from tijian.office.treat.models import Effect, Measure, Peer, Target
from tijian.office.values.models import Result
from tijian.office.values.results import current

Results = Mapping[tuple[str, str], Result]


@dataclass(frozen=True)
class Rounds:
    """The two rounds between which a target is looked at.

    Attributes:
        which: The later round.
        seen: The city as it sees it.
        old: The city as the round of the baseline sees it.
        before, after: Current results of both, of the target's indicator.
    """

    which: Round
    seen: Opened
    old: Opened
    before: Results
    after: Results

    @classmethod
    def of(cls, target: Target, which: Round) -> Rounds:
        """Fetch them for one target."""
        first = target.baseline.round
        scope = [target.indicator]
        return cls(
            which,
            open_round_city(which),
            open_round_city(first),
            current(first, scope=scope),
            current(which, scope=scope),
        )


@dataclass(frozen=True)
class Seen:
    """An effect and its peers as rows that are not saved yet."""

    effect: Effect
    peers: tuple[Peer, ...]

    def basis(self) -> tuple[object, ...]:
        """What it rests on: looked at again on the same, it would say the same."""
        pairs = [(p.area, p.before_id, p.after_id) for p in self.peers]
        return (self.effect.before_id, self.effect.after_id, *pairs)


def look(target: Target, which: Round) -> Seen | None:
    """Look at a target in a later round; none where the round has no result for it."""
    rounds = Rounds.of(target, which)
    after = rounds.after.get((target.indicator, target.area))
    if after is None:
        return None
    before = target.baseline
    why_not = broken(before, after, rounds.seen)
    effect = Effect(
        target=target,
        round=which,
        before=before,
        after=after,
        comparable=not why_not,
        why_not=why_not,
        due=which.year >= target.year,
        grade_before=before.grade,
        grade_after=after.grade,
        moves=_moves(after),
        peers=0,
    )
    changed = _grade_change(before, after, rounds, joined=not why_not)
    effect.grade_cause = changed.cause if changed is not None else ""
    peers = () if why_not else tuple(_peers(target, rounds))
    if not why_not:
        _measure(effect, target, rounds, peers)
    effect.words = _words(effect, rounds)
    return Seen(effect, peers)


def _moves(after: Result) -> str:
    """Name what moved the result within the later round, each cause once."""
    rows = Result.objects.filter(round=after.round, indicator=after.indicator, area=after.area)
    causes = rows.filter(revision__lte=after.revision).order_by("revision").values_list("cause", flat=True)
    return "、".join(dict.fromkeys(causes))


def _grade_change(before: Result, after: Result, rounds: Rounds, *, joined: bool) -> GradeChange | None:
    if before.grade not in GRADED or after.grade not in GRADED:
        return None
    return compare(before.grade, after.grade, under_old(rounds.old, before, after), joined=joined)


def _measure(effect: Effect, target: Target, rounds: Rounds, peers: Sequence[Peer]) -> None:
    """Fill in the numbers of an effect that can be compared."""
    start, end = number(effect.before), number(effect.after)
    if start is None or end is None:
        raise RuntimeError("results without a value are not comparable")
    effect.change = f"{end - start:f}"
    worse = worse_of(rounds.old, target.indicator, target.area, target.baseline.round.year)
    if worse is not None:
        moved = worse(start, end)
        effect.better = None if moved == 0 else moved < 0
        effect.reached = worse(target.number, end) <= 0
    effect.peers = len(peers)
    if peers:
        decimals = rounds.seen.programs[target.indicator].indicator.decimals
        total = sum((Decimal(p.change) for p in peers), Decimal(0))
        mean = round_half_even(total / len(peers), decimals)
        effect.peers_change = f"{mean:f}"
        effect.difference = f"{end - start - mean:f}"


def untreated(target: Target, rounds: Rounds) -> list[str]:
    """Name the areas beside which an effect stands: same level and type, aimed at by no measure before the round."""
    seen, year = rounds.seen, rounds.which.year
    treated = {
        t.area
        for t in Target.objects.filter(
            indicator=target.indicator, measure__cancellation__isnull=True
        ).select_related("baseline__round")
        if t.baseline.round.year < year
    }
    treated |= set(target.measure.codes())
    known = seen.city.by_code
    kind, level = type_of(seen, target.area), known[target.area].level
    return [
        code
        for code, area in known.items()
        if area.level == level and code not in treated and type_of(seen, code) == kind
    ]


def _peers(target: Target, rounds: Rounds) -> list[Peer]:
    found = []
    for area in untreated(target, rounds):
        key = (target.indicator, area)
        before, after = rounds.before.get(key), rounds.after.get(key)
        if before is None or after is None or broken(before, after, rounds.seen):
            continue
        start, end = number(before), number(after)
        if start is not None and end is not None:
            found.append(Peer(area=area, before=before, after=after, change=f"{end - start:f}"))
    return found


def _words(effect: Effect, rounds: Rounds) -> str:
    target = effect.target
    unit = rounds.seen.programs[target.indicator].indicator.unit
    start, end = number(effect.before), number(effect.after)
    span = " → ".join("无数据" if x is None else quantity(x, unit) for x in (start, end))
    if not effect.comparable:
        return f"{span}，不可比：{effect.why_not}"
    moved = {True: "变好", False: "变差", None: "持平"}[effect.better]
    parts = [f"{span}，变化 {_signed(effect.change)}（{moved}）", _reached(effect)]
    if effect.peers:
        parts.append(
            f"同类未治理的 {effect.peers} 个区平均变化 {_signed(effect.peers_change)}，相差 {_signed(effect.difference)}"
        )
    else:
        parts.append("没有可比的同类未治理区")
    if effect.grade_cause:
        parts.append(f"等级由{effect.grade_before}到{effect.grade_after}，出自{effect.grade_cause}")
    return "；".join(parts)


def _reached(effect: Effect) -> str:
    target = effect.target
    if effect.reached:
        return f"达标（目标 {target.text}）"
    return f"未达标（目标 {target.text}" + ("）" if effect.due else f"，{target.year} 年到期）")


def _signed(text: str) -> str:
    return text if text.startswith("-") or Decimal(text) == 0 else f"+{text}"


@dataclass(frozen=True)
class AssessEffect(Action):
    """Look at every target of a measure again in a later round; a second time only where results moved."""

    verb: ClassVar[str] = "treat.assess_effect"
    zh: ClassVar[str] = "回评"
    permission = may(TREAT)

    measure: str
    round: str

    def periods(self) -> Collection[str]:
        """Lock the round's year and those of the baselines, so that nothing moves while they are compared."""
        which = Round.objects.filter(name=self.round).first()
        found = queries.find(self.measure)
        years = {which.year} if which is not None else set()
        if found is not None:
            years |= {t.baseline.round.year for t in found.targets.select_related("baseline__round")}
        return (REGISTER, *map(str, years))

    def precondition(self, faults: Faults) -> None:
        """Refuse a round that is not later, has no result for a target, or brings nothing new."""
        found = find_measure(self.measure, faults)
        which = Round.objects.filter(name=self.round).first()
        if which is None:
            faults.add("round.missing", "轮次", "", self.round, "一个轮次", "请改正轮次的名称。")
        if found is None or which is None:
            return
        targets = _targets(found)
        for target in targets:
            first = target.baseline.round
            if which.year <= first.year:
                hint = "回评要用治理以后的轮次。"
                faults.add(
                    "effect.round", self.measure, str(target), which.year, f"晚于 {first.year} 年", hint
                )
            elif _result(target, which) is None:
                hint = "本轮没有这个区或这项指标，无从回评。"
                faults.add("effect.result", self.measure, str(target), None, f"{which} 的结果", hint)
        if not faults.found and not self._fresh(targets, which):
            hint = "本轮的结果没有变动，上一次回评仍然成立。"
            faults.add("effect.same", self.measure, "", self.round, "比上一次回评新的结果", hint)

    def _fresh(self, targets: Sequence[Target], which: Round) -> list[Seen]:
        """Give what differs from the last time it was looked at."""
        made = []
        for target in targets:
            seen, last = look(target, which), _last(target, which)
            if seen is not None and (last is None or last.basis() != seen.basis()):
                seen.effect.revision = 1 if last is None else last.effect.revision + 1
                made.append(seen)
        return made

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write effects and the areas beside them."""
        found = queries.find(self.measure)
        if found is None:
            raise RuntimeError("the measure was checked by the precondition")
        fresh = self._fresh(_targets(found), Round.objects.get(name=self.round))
        tx.add_all([s.effect for s in fresh])
        for seen in fresh:
            for peer in seen.peers:
                peer.effect = seen.effect
        tx.add_all([p for s in fresh for p in s.peers])
        return {"effects": "；".join(f"{s.effect.target}：{s.effect.words}" for s in fresh)}


def _targets(measure: Measure) -> list[Target]:
    rows = Target.objects.filter(measure=measure).order_by("id")
    return list(rows.select_related("measure", "baseline__round"))


def _result(target: Target, which: Round) -> Result | None:
    return current(which, scope=[target.indicator]).get((target.indicator, target.area))


def _last(target: Target, which: Round) -> Seen | None:
    found = Effect.objects.filter(target=target, round=which).order_by("-revision").first()
    if found is None:
        return None
    return Seen(found, tuple(Peer.objects.filter(effect=found).order_by("id")))
