"""What is done with a confirmed 城市病: the confirmation taken back, 销号, 复发; each asks on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tijian.engine.kernel.faults import Fault, Faults
from tijian.office.diagnose.actions import Revoke
from tijian.office.diagnose.queries import Case
from tijian.office.ledger.action import Action
from tijian.office.people.permissions import CLOSE_DISEASE, DIAGNOSE
from tijian.office.treat.closing import CloseDisease, RecordRelapse, backs
from tijian.office.treat.queries import standing_on
from tijian.shells.web.access import who
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.forms import Field, Form, Option
from tijian.shells.web.pages.diseases_case import case_of
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_shared import told_of, who_may
from tijian.shells.web.perform import perform

METHODS = ["GET", "HEAD", "POST"]
ANY = "查看"  # a reason that lets the other preconditions speak


@dataclass(frozen=True)
class Question:
    """A page that asks before something is done.

    Attributes:
        title: What is asked.
        words: What it means.
        consequences: What follows.
        standing: What stands against it as things are, before anything is typed.
        submit: What the button does.
        duty: Whose it is.
        back: Where to go instead.
        crumb: What it belongs to.
        danger: Whether it cannot be undone.
    """

    title: str
    words: str
    consequences: tuple[str, ...]
    standing: tuple[str, ...]
    submit: str
    duty: str
    back: str
    crumb: str
    danger: bool = True


def against(action: Action) -> tuple[str, ...]:
    """Say what stands against an action as things are."""
    faults = Faults()
    action.precondition(faults)
    return tuple(dict.fromkeys(_stands(f) for f in faults.found))


def _stands(fault: Fault) -> str:
    where = f"{fault.file}，{fault.place}" if fault.place else fault.file
    what = f"现在是{fault.value}，应为" if fault.value else "还缺"
    return f"{where}：{what}{fault.expected}。{fault.hint}"


def ask(
    request: HttpRequest,
    seen: Seen,
    question: Question,
    fields: Sequence[Field],
    action: Action | None,
    places: dict[str, str],
) -> HttpResponse:
    """Ask, or do what was asked for; a refusal shows every fault beside what was typed.

    Args:
        request: Of the page.
        seen: The round shown.
        question: What is asked.
        fields: With what was typed.
        action: What was asked for; None where nothing was yet.
        places: Code of a fault → field that it speaks of.
    """
    faults: tuple[Fault, ...] = ()
    status = 200
    if action is not None:
        outcome = perform(request, action)
        if outcome.done is not None:
            messages.success(request, f"{action.zh}已登记。")
            return redirect(question.back)
        faults, status = outcome.faults, outcome.status
    told = told_of(faults, lambda f: places.get(f.code, ""))
    form = Form(
        request.path,
        tuple(told.on(f) for f in fields),
        question.submit,
        Link("返回，不办", question.back),
        told.others,
        danger=question.danger,
    )
    context = frame(request, seen) | {
        "question": question,
        "form": form,
        "refused": bool(faults),
        "may_not": who_may(who(request), question.duty),
    }
    return render(request, "pages/measure_act.html", context, status=status)


def _back(seen: Seen, case: Case) -> str:
    return seen.url("disease", number=case.diagnosis.number)


def reason_field(request: HttpRequest, label: str = "理由", hint: str = "") -> Field:
    """Ask for a reason."""
    return Field("reason", label, request.POST.get("reason", ""), "textarea", required=True, hint=hint)


@require_http_methods(METHODS)
def revoke(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Take a wrong confirmation back.

    Raises:
        Http404: If there is no such number.
    """
    seen, case = seen_of(round_id), case_of(number)
    standing = tuple(f"{m} 立在它上面，要先取消" for m in standing_on(case.diagnosis))
    question = Question(
        f"撤销对 {case.diagnosis} 的确认？",
        "确认错了才撤销；治好了的请销号。",
        ("登记留存，状态改为“撤销”，理由写入台账，不能恢复", "同一候选可以重新确认，得到新的编号"),
        standing,
        f"撤销确认 {number}",
        DIAGNOSE,
        _back(seen, case),
        str(case.diagnosis),
    )
    action = Revoke(number, request.POST.get("reason", "")) if request.method == "POST" else None
    return ask(request, seen, question, [reason_field(request)], action, {"reason.missing": "reason"})


@require_http_methods(METHODS)
def close(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Strike a disease off.

    Raises:
        Http404: If there is no such number.
    """
    seen, case = seen_of(round_id), case_of(number)
    question = Question(
        f"{case.diagnosis} 销号？",
        "里程碑要全部验收或取消；目标要在最近一轮的回评中达到。没有达到而要销号的，写明例外的理由；里程碑不能例外。",
        ("状态改为“销号”，依据的回评一并登记", "再次出现就登记复发，从那一轮起重新定对策"),
        against(CloseDisease(number, ANY)),
        f"销号 {number}",
        CLOSE_DISEASE,
        _back(seen, case),
        str(case.diagnosis),
    )
    fields = [
        reason_field(request, "销号的理由"),
        Field("exception", "例外的理由", request.POST.get("exception", ""), "textarea",
              hint="只在目标没有看到达到时写。"),
    ]  # fmt: skip
    action = None
    if request.method == "POST":
        action = CloseDisease(number, request.POST.get("reason", ""), request.POST.get("exception", ""))
    places = {"reason.missing": "reason"} | dict.fromkeys(
        ("closing.measures", "closing.effect", "closing.reached"), "exception"
    )
    return ask(request, seen, question, fields, action, places)


@require_http_methods(METHODS)
def relapse(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Take a closed disease up again, on a sign that it is back.

    Raises:
        Http404: If there is no such number.
    """
    seen, case = seen_of(round_id), case_of(number)
    signs = {
        (
            f"candidate:{b.candidate.pk}"
            if b.candidate is not None
            else f"result:{b.result.pk if b.result else ''}"
        ): b
        for b in backs(case.diagnosis)
    }
    question = Question(
        f"{case.diagnosis} 登记为复发？",
        "从销号以后的轮次里看到的迹象中选一个作依据。",
        ("状态改为“复发”，要重新制定对策", "原来的对策和回评留存"),
        () if signs else ("销号以后的轮次里没有看到复发的迹象，或这一病没有销号",),
        f"登记复发 {number}",
        DIAGNOSE,
        _back(seen, case),
        str(case.diagnosis),
        danger=False,
    )
    chosen = request.POST.get("sign", next(iter(signs)) if len(signs) == 1 else "")
    fields = [
        Field("sign", "依据", chosen, "radio", required=True,
              options=tuple(Option(key, b.words) for key, b in signs.items())),
        reason_field(request, "看到了什么"),
    ]  # fmt: skip
    return ask(
        request,
        seen,
        question,
        fields,
        _relapse(request, number),
        {"reason.missing": "reason", "relapse.sign": "sign"},
    )


def _relapse(request: HttpRequest, number: str) -> RecordRelapse | None:
    if request.method != "POST":
        return None
    kind, _, key = request.POST.get("sign", "").partition(":")
    given = asked_number(key)
    return RecordRelapse(
        number,
        request.POST.get("reason", ""),
        given if kind == "candidate" else None,
        given if kind == "result" else None,
    )
