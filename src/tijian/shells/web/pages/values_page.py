"""数据: the figures of a round, and one of them with its strands, its choice and its revisions."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tijian.engine.kernel.faults import Fault
from tijian.office.people.permissions import REPORT, allows
from tijian.office.values.actions import AdoptStrand
from tijian.shells.web.access import who
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import page_number
from tijian.shells.web.pages.files import CSV, attachment
from tijian.shells.web.pages.importing_moves import moved_words
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.values_page_blocks import blocks
from tijian.shells.web.pages.values_page_list import ValueList, Wanted
from tijian.shells.web.pages.values_page_one import One
from tijian.shells.web.perform import CONFLICTING, perform

LONGEST = 2_000  # characters of a reason
CONFLICT = "choice.conflict"


@require_GET
def values(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show one indicator or variable in an area where the address names one, else the list.

    Raises:
        Http404: If the round has no such item or area.
    """
    seen = seen_of(round_id)
    item = request.GET.get("indicator", "") or request.GET.get("variable", "")
    if item:
        one = One(seen, item, request.GET.get("area", "") or seen.whole, who(request))
        return _one(request, one)
    found = ValueList(seen, Wanted.of(request.GET))
    if request.GET.get("format") == "csv":
        return attachment(found.file(), f"{seen.which.name}-inputs.csv", CSV)
    return _list(request, seen, found)


def _list(request: HttpRequest, seen: Seen, found: ValueList) -> HttpResponse:
    page = page_number(request.GET.get("page", ""))
    context = frame(request, seen) | {
        "filters": found.filters(),
        "table": found.table(page) if found.variables else None,
        "empty": Empty("没有符合条件的变量", "换一个单位或维度，或去掉“只看缺数的”。"),
        "may_import": allows(who(request), REPORT),
    }
    return render(request, "pages/values.html", context)


def _one(
    request: HttpRequest,
    one: One,
    faults: Sequence[Fault] = (),
    typed: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HttpResponse:
    context = frame(request, one.seen) | {
        "one": one,
        "strands": one.strands(),
        "adopting": one.adopting(*typed),
        "blocks": blocks(one),
        "faults": faults,
    }
    return render(request, "pages/values_one.html", context, status=status)


@require_POST
def values_adopt(request: HttpRequest, round_id: int) -> HttpResponse:
    """Choose the strand of an item and area, or take the choice back; both with a reason.

    Raises:
        Http404: If the round has no such item or area.
    """
    seen, given = seen_of(round_id), request.POST
    one = One(seen, given.get("item", ""), given.get("area", ""), who(request))
    expected = asked_number(given.get("expected", ""))
    if expected is None:
        raise Http404("表单不完整。")
    back = given.get("step") == "back"
    strand, reason = ("" if back else given.get("strand", "")), given.get("reason", "").strip()[:LONGEST]
    if not back and not strand:
        fault = Fault("choice.none", one.name, "来源", "", "选一个来源", "请先选定采用哪个来源。")
        return _one(request, one, [fault], (strand, reason), 422)
    action = AdoptStrand(one.item, one.area, seen.which.year, strand, reason, expected)
    outcome = perform(request, action)
    if outcome.done is None:
        conflict = any(f.code == CONFLICT for f in outcome.faults)
        status = CONFLICTING if conflict else outcome.status
        return _one(request, one, outcome.faults, (strand, reason), status)
    words = "已撤销选定" if back else f"已选定采用{strand}"
    moved = moved_words(outcome.done.action)
    messages.success(request, f"{words}：{one.area_zh}{one.name}。{moved}。")
    return redirect(one.href())
