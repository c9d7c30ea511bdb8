"""撤回: what an entry wrote beside what stood before, what its withdrawal would move, and the form with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.units import printed
from tijian.office.ledger.models import Entry
from tijian.office.people.permissions import REPORT, allows, told
from tijian.office.people.queries import titles
from tijian.office.values.models import Value
from tijian.office.values.preview import preview
from tijian.office.values.withdraw import Change, WithdrawValues, changes_of, text_of, withdrawing
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.forms import Field, Form
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.pages.importing_moves import moved_words, moves
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.perform import Outcome, perform

SIZE = 50
PROBE = "试算"  # stands for the reason while the effect is looked at


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, round_id: int, position: int) -> HttpResponse:
    """Show an acceptance of figures and take it back.

    Raises:
        Http404: If no figures were written at that position of the trail.
    """
    seen, entry = seen_of(round_id), Entry.objects.filter(position=position).first()
    found = changes_of(entry) if entry is not None else []
    if entry is None or not found:
        raise Http404("这条记录没有写入数。")
    if request.method != "POST":
        return _page(request, seen, entry, found)
    outcome = perform(request, withdrawing(entry, request.POST.get("note", "").strip(), found))
    if outcome.done is None:
        return _page(request, seen, entry, found, outcome)
    words = f"已撤回第 {position} 条记录的数：{moved_words(outcome.done.action)}。"
    messages.success(request, words)
    return redirect("withdraw", round_id=round_id, position=outcome.done.position)


def _page(
    request: HttpRequest, seen: Seen, entry: Entry, found: list[Change], outcome: Outcome | None = None
) -> HttpResponse:
    action, faults = withdrawing(entry, PROBE, found), Faults()
    action.precondition(faults)
    may = allows(who(request), REPORT, action.touches())
    possible = may and not faults.found
    context = frame(request, seen) | {
        "entry": entry,
        "actor": titles().get(entry.actor, entry.actor),
        "names": "、".join(dict.fromkeys(c.row.source.name for c in found)),
        "table": _table(request, seen, found),
        "left": [c for c in found if not c.last],
        "back": len(action.figures),
        "against": [] if possible else [f.hint for f in faults.found] or [f"{told(REPORT)}。"],
        "form": _form(request, seen, entry, action, outcome) if possible else None,
        "moves": moves(preview(action.figures)) if possible else (),
    }
    return render(request, "pages/withdraw.html", context, status=outcome.status if outcome else 200)


def _form(
    request: HttpRequest, seen: Seen, entry: Entry, action: WithdrawValues, outcome: Outcome | None
) -> Form:
    faults = () if outcome is None else outcome.faults
    on_note = tuple(f.hint for f in faults if f.code == "withdraw.reason")
    others = tuple(f.hint for f in faults if f.code != "withdraw.reason")
    note = Field("note", "理由", request.POST.get("note", ""), "textarea", required=True, errors=on_note)
    return Form(
        seen.url("withdraw", position=entry.position),
        (note,),
        f"撤回 {len(action.figures)} 个数",
        Link("不撤回", seen.url("values")),
        others,
        danger=True,
    )


def _table(request: HttpRequest, seen: Seen, found: list[Change]) -> DataTable:
    paging = Paging(len(found), page_number(request.GET.get("page", "")), SIZE, (), "个数")
    columns = (
        Column("区"),
        Column("数"),
        Column("时期"),
        Column("这次写入", numeric=True),
        Column("原来", numeric=True),
        Column("单位"),
        Column("撤回后"),
    )
    rows = tuple(_row(seen, change) for change in found[paging.slice])
    return DataTable("这条记录写入的数", columns, (RowGroup("", rows),), paging=paging, plain=True)


def _row(seen: Seen, change: Change) -> Row:
    row, before = change.row, change.before
    city = seen.city
    area = city.label(row.area) if row.area in city.by_code else row.area
    if isinstance(row, Value):
        known = city.catalogue.variables.get(row.variable)
        name, unit = (known.zh if known is not None else row.variable), printed(row.unit)
    else:
        name, unit = f"问卷 {row.question}", "分"
    after = "改回原来的数" if before is not None else "改为无数据"
    return Row(
        (
            area,
            name,
            row.period,
            text_of(row),
            text_of(before) if before is not None else "没有",
            unit,
            after if change.last else "后来改过，不动",
        )
    )
