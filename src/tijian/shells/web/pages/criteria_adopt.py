"""Other criteria adopted for a round, and an adoption undone: both by the same action, with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tijian.engine.kernel.faults import Refused
from tijian.office.people.permissions import ADOPT_CRITERIA, allows, told
from tijian.office.register.queries import is_closed
from tijian.office.values.adoptions import Adoption, adoptions, former_texts
from tijian.office.values.rounds import AdoptCriteria, Proposal, propose
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.forms import Field, Form
from tijian.shells.web.components.grade import GradeChange
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.criteria import address_of, one
from tijian.shells.web.pages.criteria_form import form_of
from tijian.shells.web.pages.seen import Cell, Seen, frame, seen_of
from tijian.shells.web.perform import UNFIT, Outcome, perform


@require_POST
def adopt(request: HttpRequest, round_id: int) -> HttpResponse:
    """Adopt other cut points of one indicator.

    Raises:
        Http404: If the round has no such indicator.
    """
    from tijian.office.values.whatif import files_with

    seen = seen_of(round_id)
    key = request.POST.get("indicator", "")
    indicator = seen.city.catalogue.indicators.get(key)
    form = None if indicator is None else form_of(seen, indicator, request.POST)
    if indicator is None or form is None:
        raise Http404("这一轮没有这项指标，或它不按切点判。")
    if form.faults:
        return one(request, seen, key, status=UNFIT)
    try:
        files = files_with(seen.which, key, form.cuts)
    except Refused as refused:
        return one(request, seen, key, [str(f) for f in refused.faults], UNFIT)
    outcome = perform(request, AdoptCriteria(seen.which.name, files, request.POST.get("note", "").strip()))
    if outcome.done is None:
        return one(request, seen_of(round_id), key, [f.hint for f in outcome.faults], outcome.status)
    messages.success(request, _done(outcome))
    return redirect(address_of(seen, key))


def _done(outcome: Outcome) -> str:
    answer, position = outcome.answer, outcome.done.position if outcome.done is not None else 0
    return (
        f"已采用，判定标准为修订 {answer['revision']}；{answer['moved']} 个等级变动（第 {position} 条记录）。"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, round_id: int, basis_id: int) -> HttpResponse:
    """Adopt again what an adoption replaced, with a reason; the adoption itself stays in the trail.

    Raises:
        Http404: If the round has no such adoption.
    """
    seen = seen_of(round_id)
    found = next((a for a in adoptions(seen.which) if a.basis.pk == basis_id), None)
    if found is None:
        raise Http404("这一轮没有这次采用。")
    if request.method != "POST" or not found.undoable:
        return _undo_page(request, seen, found)
    note = request.POST.get("note", "").strip()
    outcome = perform(request, AdoptCriteria(seen.which.name, dict(former_texts(found)), note))
    if outcome.done is None:
        return _undo_page(request, seen, found, outcome)
    messages.success(request, _done(outcome))
    return redirect("criteria", round_id=round_id)


def _undo_page(
    request: HttpRequest, seen: Seen, found: Adoption, outcome: Outcome | None = None
) -> HttpResponse:
    possible = found.undoable and not is_closed(seen.which)
    faults = () if outcome is None else outcome.faults
    on_note = tuple(f.hint for f in faults if f.code == "criteria.note")
    others = tuple(f.hint for f in faults if f.code != "criteria.note")
    note = Field("note", "理由", request.POST.get("note", ""), "textarea", required=True, errors=on_note)
    form = Form(
        seen.url("criteria_undo", basis_id=found.basis.pk),
        (note,),
        f"改回修订 {found.before.revision} 的内容",
        Link("不撤销", seen.url("criteria")),
        others,
    )
    context = frame(request, seen) | {
        "adoption": found,
        "possible": possible,
        "may": allows(who(request), ADOPT_CRITERIA),
        "told": told(ADOPT_CRITERIA),
        "form": form,
        "moved": _moved(seen, propose(seen.which.name, former_texts(found))) if possible else None,
    }
    status = outcome.status if outcome is not None else 200
    return render(request, "pages/criteria_undo.html", context, status=status)


def _moved(seen: Seen, proposal: Proposal) -> DataTable | None:
    known = seen.city.catalogue.indicators
    rows = tuple(
        Row(
            (
                Link(known[new.indicator].name.zh, address_of(seen, new.indicator)),
                seen.city.label(new.area),
                GradeChange(Cell(old).shown(), Cell(new).shown()),
            )
        )
        for old, new in proposal.news.moved
        if old is not None
    )
    columns = (Column("指标"), Column("区"), Column("等级"))
    return DataTable("改回之后会变的等级", columns, (RowGroup("", rows),), plain=True) if rows else None
