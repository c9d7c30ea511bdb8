"""One confirmed 城市病: where it came from, its evidence, causes, history, and what stands on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.office.diagnose import queries
from tijian.office.diagnose.models import Diagnosis, Side, State, Step
from tijian.office.diagnose.queries import Case
from tijian.office.ledger.queries import today as business_day
from tijian.office.people.permissions import CLOSE_DISEASE, DIAGNOSE, TREAT, allows, told
from tijian.office.people.queries import Person, titles
from tijian.office.treat.closing import Back, backs
from tijian.office.treat.models import Discharge, Effect, Relapse
from tijian.office.treat.queries import Plan, measures
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.milestones import MilestoneBar
from tijian.shells.web.components.states import StateLine
from tijian.shells.web.pages.diseases import state_tag
from tijian.shells.web.pages.diseases_evidence import CauseTree, causes_of, piece, severity_words
from tijian.shells.web.pages.diseases_ladder import findings_of, indicators_of, ladder_of_case
from tijian.shells.web.pages.seen import Cell, Seen, frame, seen_of
from tijian.shells.web.pages.treatment_shared import (
    area_names,
    area_type,
    bar,
    body_names,
    delay,
    fingerprint,
)


def case_of(number: str) -> Case:
    """Find a confirmed disease by its number.

    Raises:
        Http404: If there is none.
    """
    found = Diagnosis.objects.select_related("round", "candidate__scan", "knowledge", "scan").filter(
        number=number
    )
    diagnosis = found.first()
    if diagnosis is None:
        raise Http404("没有这个编号的城市病。")
    return queries.case(diagnosis)


@require_GET
def disease(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Show one confirmed disease; its values are those of the round it was found in.

    Raises:
        Http404: If there is no such number.
    """
    seen, case = seen_of(round_id), case_of(number)
    diagnosis = case.diagnosis
    origin = seen if diagnosis.round_id == seen.which.pk else Seen(diagnosis.round)
    plans = measures(diagnosis=diagnosis, cancelled=True)
    carried = [p for p in plans if p.cancellation is None]
    area, today = diagnosis.codes()[0], business_day()
    found = findings_of(origin, diagnosis.scan, indicators_of(case), diagnosis.codes())
    signs = backs(diagnosis)
    context = frame(request, seen) | {
        "case": case,
        "diagnosis": diagnosis,
        "origin": origin,
        "area_zh": area_names(origin, diagnosis.codes()),
        "state": state_tag(case.state),
        "stateline": _stateline(seen, case, carried, who(request)),
        "ladder": ladder_of_case(origin, case, found, carried, today),
        "found": found,
        "pro": [piece(origin, e, area) for e in case.of_side(Side.FOR)],
        "con": [piece(origin, e, area) for e in case.of_side(Side.AGAINST)],
        "lack": [piece(origin, e, area) for e in case.of_side(Side.MISSING)],
        "tree": _tree(origin, case),
        "sheet": _sheet(origin, case),
        "linked": _linked(origin, case),
        "fingerprint": fingerprint(diagnosis),
        "history": history(case),
        "measures": [_measure(seen, p) for p in plans],
        "signs": [b.words for b in signs],
        "acts": _acts(seen, case, signs, who(request)),
    }
    return render(request, "pages/disease.html", context)


def _stateline(seen: Seen, case: Case, plans: Sequence[Plan], person: Person) -> StateLine:
    last = case.states[-1]
    names = titles()
    since = f"{last.day}，{names.get(last.account, last.account)}{last.state}"
    if not case.is_open:
        done = {Step.CLOSED: "已销号", Step.REVOKED: "已撤销确认"}[Step(case.state)]
        return StateLine(
            done, since, state="done", next_step="再次出现就登记复发" if case.state == Step.CLOSED else ""
        )
    if not plans:
        mine = allows(person, TREAT)
        return StateLine(
            "您（办公室）" if mine else "办公室",
            since,
            next_step="制定对策",
            state="mine" if mine else "others",
        )
    waiting = list(dict.fromkeys(p.measure.lead.short for p in plans if not p.done))
    if waiting:
        late = next((d for p in plans if (d := delay(p, business_day()))), "")
        return StateLine(
            "、".join(waiting), since, late, "里程碑全部验收后回评", state="late" if late else "others"
        )
    return StateLine("办公室", since, next_step="回评；达标后销号", state="others")


def _tree(seen: Seen, case: Case) -> CauseTree:
    diagnosis = case.diagnosis
    candidate = diagnosis.candidate
    known = candidate.known()["causes"] if candidate is not None else []
    knowledge = next((d for d in seen.city.diseases if d.id == diagnosis.disease), None)
    necessary = candidate.known()["necessary"] if candidate is not None else diagnosis.reason
    causes = causes_of(seen, diagnosis.codes()[0], known, knowledge, diagnosis.cause)
    return CauseTree(diagnosis.name, tuple(w for w in necessary.split("；或") if w), causes)


def _sheet(seen: Seen, case: Case) -> list[tuple[str, str]]:
    """Give the register's lines in words."""
    d = case.diagnosis
    knowledge = next((k for k in seen.city.diseases if k.id == d.disease), None)
    severity = severity_words(knowledge, d.severity)
    candidate = d.candidate
    lines = [
        ("名称", d.name),
        ("程度", f"{d.severity}　{severity}".strip()),
        ("范围", area_names(seen, d.codes())),
        ("片区", "；".join(dict.fromkeys(t for a in d.codes() if (t := area_type(seen, a))))),
        ("成因", d.cause if d.cause_known else f"{d.cause}（自拟，知识里没有）"),
        ("诊断意见", d.opinion),
        ("领域", d.field),
        (
            "出自",
            f"候选 {candidate.number}，{candidate.scan}"
            if candidate is not None
            else f"没有候选，直接登记：{d.reason}",
        ),
        ("知识", f"{d.knowledge.name} 修订 {d.knowledge.revision}" if d.knowledge is not None else ""),
        ("轮次", d.round.name),
    ]
    return [(k, v) for k, v in lines if v]


def _linked(seen: Seen, case: Case) -> list[tuple[Link, Cell]]:
    """Give the figures that it rests on, as they are now in its round."""
    names = seen.city.catalogue.indicators
    return [
        (
            Link(names[k].name.zh, seen.url("explain", indicator=k, area=a), seen.city.label(a)),
            seen.cells[(k, a)],
        )
        for k in indicators_of(case)
        for a in case.diagnosis.codes()
        if (k, a) in seen.cells
    ]


@dataclass(frozen=True)
class Past:
    """One state that a disease went through: which, when, who, why, on what it rests, where it is recorded."""

    state: str
    day: str
    actor: str
    reason: str
    rests: str
    mark: str


def history(case: Case) -> list[Past]:
    """Tell the states of a disease, the latest first."""
    names = titles()
    return [
        Past(s.state, s.day.isoformat(), names.get(s.account, s.account), s.reason, _rests(s), fingerprint(s))
        for s in reversed(case.states)
    ]


def _rests(state: State) -> str:
    if state.state == Step.CLOSED:
        row = Discharge.objects.filter(state=state).first()
        if row is None:
            return ""
        effects = Effect.objects.filter(id__in=row.ids()).select_related("target", "round")
        words = "；".join(f"{e.round.name} 回评 {e.target.measure.number} {e.words}" for e in effects)
        return f"例外：{row.exception}" if row.exception else words
    if state.state == Step.RELAPSED:
        back = (
            Relapse.objects.filter(state=state)
            .select_related("candidate__scan__round", "result", "target")
            .first()
        )
        return "" if back is None else Back(state.diagnosis, back.candidate, back.result, back.target).words
    return ""


@dataclass(frozen=True)
class MeasureLine:
    """A measure on the disease: its name, address, lead, progress, and how it stands."""

    name: str
    href: str
    lead: str
    supporting: str
    targets: str
    bar: MilestoneBar
    words: str


def _measure(seen: Seen, plan: Plan) -> MeasureLine:
    measure, today = plan.measure, business_day()
    targets = "；".join(dict.fromkeys(t.words.split("（")[0] for t in plan.targets))
    return MeasureLine(
        str(measure),
        seen.url("measure", number=measure.number),
        measure.lead.short,
        body_names(measure.supporters()),
        targets,
        bar(plan, today, synthetic=seen.synthetic),
        delay(plan, today) or ("全部验收" if plan.done else "按期"),
    )


@dataclass(frozen=True)
class Act:
    """Something that can be done: words, address, and why this person cannot."""

    words: str
    href: str
    primary: bool = False
    may_not: str = ""


def _acts(seen: Seen, case: Case, signs: Sequence[Back], person: Person) -> list[Act]:
    """Give what the state leaves to be done, whoever may do it."""
    number = case.diagnosis.number
    offered: Mapping[str, tuple[str, str, str]] = {
        "measure_new": ("制定对策", TREAT, "p"),
        "disease_close": ("销号", CLOSE_DISEASE, ""),
        "disease_revoke": ("撤销确认", DIAGNOSE, ""),
        "disease_relapse": ("登记复发", DIAGNOSE, "p"),
    }
    wanted = {
        "measure_new": case.is_open,
        "disease_close": case.is_open,
        "disease_revoke": case.state == Step.CONFIRMED,
        "disease_relapse": bool(signs),
    }
    return [
        Act(
            words,
            seen.url(route, number=number),
            bool(style),
            "" if allows(person, duty) else f"{told(duty)}。",
        )
        for route, (words, duty, style) in offered.items()
        if wanted[route]
    ]
