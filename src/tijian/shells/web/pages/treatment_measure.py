"""One measure: how far it has come, its milestones, its targets before and after; 回评 and the end of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tijian.engine.kernel.faults import Fault
from tijian.engine.kernel.units import printed
from tijian.office.diagnose.models import OPEN
from tijian.office.diagnose.queries import state_of as state_of_disease
from tijian.office.ledger.queries import today as business_day
from tijian.office.people.permissions import TREAT
from tijian.office.people.queries import titles
from tijian.office.register.queries import rounds
from tijian.office.treat import queries
from tijian.office.treat.actions import CancelMeasure
from tijian.office.treat.effects import AssessEffect
from tijian.office.treat.models import Effect, Peer, Target
from tijian.office.treat.queries import PENDING, RETURNED, SETTLED, Plan, Standing
from tijian.shells.web.access import who
from tijian.shells.web.components.forms import Field, Form, Option
from tijian.shells.web.components.grade import GradeCell, GradeChange
from tijian.shells.web.components.marks import Figure, Tag
from tijian.shells.web.components.milestones import MilestoneState
from tijian.shells.web.components.states import StateLine
from tijian.shells.web.pages.diseases_acts import Question, against, ask, reason_field
from tijian.shells.web.pages.diseases_ladder import reached_words
from tijian.shells.web.pages.seen import Cell, Seen, frame, seen_of
from tijian.shells.web.pages.treatment import gantt, indicator_name, state_of
from tijian.shells.web.pages.treatment_shared import (
    area_names,
    bar,
    body_names,
    fingerprint,
    milestone_state,
    who_may,
)
from tijian.shells.web.perform import perform

METHODS = ["GET", "HEAD", "POST"]
ANY = "查看"  # a reason that lets the other preconditions speak
TONES = {"done": "ok", "late": "bad", "due": "", "cancelled": ""}
STAND: dict[bool | None, str] = {True: "变好", False: "变差", None: "持平"}


def plan_of(number: str) -> Plan:
    """Find a measure with everything that belongs to it.

    Raises:
        Http404: If there is none.
    """
    found = queries.find(number)
    if found is None:
        raise Http404("没有这个编号的对策。")
    return queries.plan(found)


@require_GET
def measure(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Show one measure.

    Raises:
        Http404: If there is no such number.
    """
    return _page(request, seen_of(round_id), plan_of(number))


def _page(
    request: HttpRequest, seen: Seen, plan: Plan, faults: Sequence[Fault] = (), status: int = 200
) -> HttpResponse:
    row, today = plan.measure, business_day()
    context = frame(request, seen) | {
        "plan": plan,
        "measure": row,
        "diagnosis": row.diagnosis,
        "area_zh": area_names(seen, row.codes()),
        "supporting": body_names(row.supporters()),
        "bar": bar(plan, today, synthetic=seen.synthetic),
        "state": state_of(plan, today),
        "stateline": stateline(plan, today),
        "gantt": gantt(seen, [plan], today) if plan.milestones else None,
        "milestones": [_milestone(seen, plan, m, today) for m in plan.milestones],
        "targets": [_target(seen, plan, t) for t in plan.targets],
        "assess": _assess(request, seen, plan, faults),
        "may_not": who_may(who(request), TREAT),
        "fingerprint": fingerprint(row),
        "today": today,
    }
    return render(request, "pages/measure.html", context, status=status)


def stateline(plan: Plan, today: date) -> StateLine:
    """Say whom a measure waits for: whoever has to do the next thing to its first milestone not settled."""
    lead = plan.measure.lead.short
    if plan.cancellation is not None:
        end = plan.cancellation
        return StateLine(
            "已取消", f"{end.day}，{titles().get(end.account, end.account)}", reason=end.reason, state="done"
        )
    waiting = [m for m in plan.milestones if m.state not in SETTLED]
    if not waiting and state_of_disease(plan.measure.diagnosis) not in OPEN:
        return StateLine("里程碑全部验收，城市病已销号", state="done")
    if not waiting:
        return StateLine("办公室", next_step="里程碑已全部验收，用下一轮回评；达标后销号")
    first = waiting[0]
    days = first.overdue_days(today)
    due = f"{first.due}" + (f"，已逾期 {days} 天" if days else "")
    latest = first.submission
    if first.state == PENDING and latest is not None:
        return StateLine("验收人（不是报送人，也不是牵头单位）", f"{latest.day}", due, f"验收“{first.milestone.name}”",
                         state="late" if days else "others")  # fmt: skip
    reason = next((e.text for e in reversed(first.events) if e.text), "") if first.state == RETURNED else ""
    state = "late" if days else "returned" if first.state == RETURNED else "others"
    return StateLine(lead, "", due, f"附佐证报送“{first.milestone.name}”", reason, state)  # type: ignore[arg-type]


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone in the list of its measure.

    Attributes:
        rank, name, href: Which one, and its page.
        due: The planned date; ``moved``: the one it was postponed to.
        done_when: What counts as done.
        tag: How it stands.
        state: As a bar draws it.
        proofs: How many files its latest submission has.
        words: What happened last.
    """

    rank: int
    name: str
    href: str
    due: date
    moved: date | None
    done_when: str
    tag: Tag
    state: MilestoneState
    proofs: int
    words: str


def _milestone(seen: Seen, plan: Plan, standing: Standing, today: date) -> MilestoneLine:
    row, names = standing.milestone, titles()
    state = milestone_state(standing, today)
    days = standing.overdue_days(today)
    last = standing.events[-1] if standing.events else None
    words = "" if last is None else f"{last.day}，{names.get(last.account, last.account)}{last.kind}"
    return MilestoneLine(
        row.rank,
        row.name,
        seen.url("milestone", number=plan.measure.number, rank=row.rank),
        row.due,
        standing.due if standing.postponed else None,
        row.done_when,
        Tag(f"{standing.state}，逾期 {days} 天" if days else standing.state, TONES[state]),  # type: ignore[arg-type]
        state,
        len(standing.own_proofs()),
        words,
    )


# ── targets before and after ──


@dataclass(frozen=True)
class PeerLine:
    """An untreated area of the same type: its name, before, after, change."""

    area: str
    before: Figure
    after: Figure
    change: Figure


@dataclass(frozen=True)
class EffectLine:
    """What became of a target in a later round.

    Attributes:
        round: Its name.
        after: The value then; ``href``: its explanation.
        change: With its sign; ``moved``: for the better or the worse.
        reached: Whether the target was reached, in words; ``tone`` of it.
        grades: Before and after.
        cause: What the change of grade comes from; empty where it did not change.
        why_not: Why nothing can be compared.
        peers: Untreated areas beside it; ``peers_change``: their mean; ``difference``: from that.
        moves: What moved the result within the later round.
        mark: Where it is recorded, with its revision.
    """

    round: str
    after: Figure
    href: str
    change: Figure
    moved: str
    reached: Tag
    grades: GradeChange
    cause: str
    why_not: str
    peers: tuple[PeerLine, ...]
    peers_change: Figure
    difference: Figure | None
    moves: str
    mark: str


@dataclass(frozen=True)
class TargetLine:
    """A target with where it starts and every effect seen.

    Attributes:
        indicator, href: What it binds, and its page.
        area, type: Where.
        before: The baseline; ``explained``: its explanation; ``before_round`` and ``revision``: which result.
        aim, year: What is to be reached by when; ``grade`` it would have, ``words`` about that.
        effects: By year.
    """

    indicator: str
    href: str
    area: str
    type: str
    before: Figure
    before_grade: GradeCell
    explained: str
    before_round: str
    revision: int
    aim: Figure
    year: int
    grade: GradeCell
    words: str
    effects: tuple[EffectLine, ...]


def _target(seen: Seen, plan: Plan, target: Target) -> TargetLine:
    base = Cell(target.baseline)
    unit = printed(target.unit)
    return TargetLine(
        indicator_name(seen, target.indicator),
        seen.url("indicator", indicator=target.indicator),
        area_names(seen, [target.area]),
        target.area_type,
        Figure(base.value, unit, base.synthetic),
        base.shown(),
        explain_url(target.baseline.round_id, target.indicator, target.area),
        target.baseline.round.name,
        target.baseline.revision,
        Figure(target.text, unit, base.synthetic),
        target.year,
        GradeCell(target.grade),  # type: ignore[arg-type]
        target.words,
        tuple(_effect(seen, e) for e in plan.effects if e.target_id == target.pk),
    )


def explain_url(round_id: int, indicator: str, area: str) -> str:
    """Give the address of the explanation of a value in a round."""
    return reverse("explain", kwargs={"round_id": round_id, "indicator": indicator, "area": area})


def _effect(seen: Seen, effect: Effect) -> EffectLine:
    after = Cell(effect.after)
    target, synthetic = effect.target, Cell(effect.before).synthetic or after.synthetic
    grades = GradeChange(GradeCell(effect.grade_before), after.shown())  # type: ignore[arg-type]
    tone = {True: "ok", False: "bad", None: "warn"}[effect.reached]
    words = reached_words(effect.reached)
    if effect.reached is False and not effect.due:
        words = f"未达标，{target.year} 年到期"
        tone = "warn"
    return EffectLine(
        effect.round.name,
        Figure(after.value or after.status, after.unit, after.synthetic),
        explain_url(effect.round_id, target.indicator, target.area),
        Figure(signed(effect.change), synthetic=synthetic),
        STAND[effect.better] if effect.comparable else "",
        Tag(words, tone),  # type: ignore[arg-type]
        grades,
        effect.grade_cause,
        effect.why_not,
        tuple(_peer(seen, p) for p in effect.beside.select_related("before", "after").order_by("id")),
        Figure(signed(effect.peers_change), synthetic=synthetic),
        Figure(signed(effect.difference), synthetic=synthetic) if effect.difference else None,
        effect.moves,
        f"回评 {effect.revision} · {fingerprint(effect)}",
    )


def _peer(seen: Seen, peer: Peer) -> PeerLine:
    before, after = Cell(peer.before), Cell(peer.after)
    change = Figure(signed(peer.change), synthetic=before.synthetic or after.synthetic)
    first, second = (Figure(c.value, synthetic=c.synthetic) for c in (before, after))
    return PeerLine(area_names(seen, [peer.area]), first, second, change)


def signed(text: str) -> str:
    """Write a change with its sign; nothing for none."""
    if not text or not text.strip("-0."):
        return text.lstrip("-")
    return text.replace("-", "−") if text.startswith("-") else f"+{text}"


# ── 回评, and the end ──


def _assess(request: HttpRequest, seen: Seen, plan: Plan, faults: Sequence[Fault]) -> Form | None:
    """Offer the rounds after the baselines; None where there is none or the measure is not carried on."""
    first = min((t.baseline.round.year for t in plan.targets), default=0)
    later = [r for r in rounds() if r.year > first]
    if plan.cancellation is not None or not later:
        return None
    number = plan.measure.number
    options = tuple(Option(r.name, f"{r.name}（{r.year} 年）") for r in later)
    chosen = request.POST.get("round", later[-1].name)
    field = Field("round", "用哪一轮的结果", chosen, "select", options=options, required=True)
    return Form(
        seen.url("measure_assess", number=number),
        (field,),
        "回评",
        others=tuple(str(f) for f in faults),
        key="assess",
    )


@require_POST
def assess(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Look at the targets of a measure again in a later round.

    Raises:
        Http404: If there is no such number.
    """
    seen, plan = seen_of(round_id), plan_of(number)
    outcome = perform(request, AssessEffect(number, request.POST.get("round", "")))
    if outcome.done is None:
        return _page(request, seen, plan, outcome.faults, outcome.status)
    messages.success(request, f"已回评：{outcome.answer['effects']}。")
    return redirect(f"{seen.url('measure', number=number)}#h-eff")


@require_http_methods(METHODS)
def cancel(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """End a measure that will not be carried on.

    Raises:
        Http404: If there is no such number.
    """
    seen, plan = seen_of(round_id), plan_of(number)
    question = Question(
        f"取消 {plan.measure}？",
        "不做了才取消；要推迟的，在里程碑上延期。",
        (
            f"{plan.progress.total} 个里程碑不再报送和验收，不再算逾期",
            "登记和佐证留存，理由写入台账，不能恢复",
        ),
        against(CancelMeasure(number, ANY)),
        f"取消 {number}",
        TREAT,
        seen.url("measure", number=number),
        str(plan.measure),
    )
    action = CancelMeasure(number, request.POST.get("reason", "")) if request.method == "POST" else None
    return ask(request, seen, question, [reason_field(request)], action, {"reason.missing": "reason"})
