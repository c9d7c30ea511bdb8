"""A posted form becomes an action: done once, or refused with everything that stands against it.

A view reads::

    outcome = perform(request, AdoptCriteria(...))
    if outcome.done is not None:
        return redirect("criteria")
    return render(request, "criteria.html", {"faults": outcome.faults, "typed": request.POST}, status=outcome.status)

and its template has ``{% csrf_token %}{% once %}`` inside the form, and shows what was typed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest

from tijian.engine.kernel.faults import Fault, Refused
from tijian.office.ledger import queries
from tijian.office.ledger.action import Action, Done
from tijian.shells.web.access import who
from tijian.shells.web.forms_once import token

USED = "repeat.reused"
CONFLICT = frozenset({USED, "repeat.busy", "repeat.lost", "repeat.released", "ledger.busy"})
FORBIDDEN, CONFLICTING, UNFIT = 403, 409, 422


@dataclass(frozen=True)
class Outcome:
    """What became of an action: done, or every fault that stands against it.

    Attributes:
        done: Its id, position and answer; none where it was refused.
        faults: Each with ``place``, ``value``, ``expected`` and ``hint``.
        status: For the answer that shows the form again.
    """

    done: Done | None = None
    faults: tuple[Fault, ...] = ()
    status: int = 200

    @property
    def answer(self) -> dict[str, object]:
        """Give the answer of the action; empty where it was refused."""
        return self.done.answer if self.done is not None else {}


def perform(request: HttpRequest, action: Action) -> Outcome:
    """Do an action in the name of whoever is signed in, on the business date, once a form.

    A form sent twice, as by a double click, comes to the same outcome as the first time.
    """
    person = who(request)
    form = token(request)
    if not form:
        hint = "请重新打开这一页，再填一次。"
        fault = Fault("form.once", action.zh, "表单", "", "从这一页上提交的表单", hint)
        return Outcome(faults=(fault,), status=UNFIT)
    try:
        # the account stands in the key: nobody can use up the token of somebody else
        done = action.execute(person.name, today=queries.today(), key=f"web:{person.name}:{form}")
    except Refused as refused:
        return Outcome(faults=tuple(_in_words(f, action) for f in refused.faults), status=_status(refused))
    return Outcome(done=done)


def _status(refused: Refused) -> int:
    codes = {f.code for f in refused.faults}
    if "permission.missing" in codes:
        return FORBIDDEN
    return CONFLICTING if codes & CONFLICT else UNFIT


def _in_words(fault: Fault, action: Action) -> Fault:
    """Say of a used form what a person at a page understands; keys are for programs."""
    if fault.code != USED:
        return fault
    hint = "这张表单已经提交过，第一次的内容已经生效；这一次改过的没有写入。请核对后再提交。"
    return replace(fault, file=action.zh, place="表单", value="", expected="还没有提交过的表单", hint=hint)
