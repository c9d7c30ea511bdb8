"""One round: its duties, judged by what is published now, ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.kernel.units import printed
from tijian.office.people.permissions import OPEN_ROUND, allows, told
from tijian.office.register import queries
from tijian.office.register.models import KINDS, Publication
from tijian.office.values.duties import Duty, duties
from tijian.office.values.rounds import CloseRound, Rebase
from tijian.office.values.whatif import rebased
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Link, Text
from tijian.shells.web.components.forms import Field, Filters, Form, Option
from tijian.shells.web.components.grade import GradeChange
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.seen import Cell, Seen, frame, seen_of
from tijian.shells.web.perform import UNFIT, perform

SHOWN = 60
HEADER = ("body", "variable", "name", "unit", "area", "area_name", "period", "used_by", "indicators")


# ── duties ──


@require_GET
def round_duties(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show who reports what in a round."""
    seen = seen_of(round_id)
    found = duties(seen.which)
    body = request.GET.get("body", "")
    here = [d for d in found if body in {"", d.body}]
    named = dict.fromkeys(d.body for d in found)
    shared = [d for d in found if len(d.indicators) > 1]
    address = seen.url("round_duties")
    options = (Option("", "全部单位"), *(Option(b, b) for b in named))
    filters = Filters(
        address,
        (Field("body", "主报单位", body, "select", options=options),),
        f"{len(here)} 个变量，共 {len(found)} 个",
        address if body else "",
    )
    context = (
        frame(request, seen)
        | _state(request, seen)
        | {
            "total": sum(len(d.areas) for d in found),
            "bodies": len([b for b in named if b]),
            "variables": len(found),
            "shared": shared,
            "filters": filters,
            "table": _duties(seen, here),
            "closing": getattr(seen.which, "closing", None) if queries.is_closed(seen.which) else None,
        }
    )
    return render(request, "pages/rounds_duties.html", context)


def _state(request: HttpRequest, seen: Seen) -> dict[str, object]:
    return {
        "closed": queries.is_closed(seen.which),
        "newer": _newer(seen),
        "may": allows(who(request), OPEN_ROUND),
        "told": told(OPEN_ROUND),
    }


def _duties(seen: Seen, found: Sequence[Duty]) -> DataTable:
    columns = (
        Column("变量"),
        Column("单位"),
        Column("填报范围"),
        Column("次数", numeric=True),
        Column("用于"),
    )
    groups: dict[str, list[Row]] = {}
    for duty in found:
        groups.setdefault(duty.body, []).append(_duty(seen, duty))
    rows = tuple(RowGroup(body, tuple(lines)) for body, lines in groups.items())
    links = (Link("下载 csv", seen.url("duties_file")),)
    return DataTable(f"{seen.which.name} 填报任务", columns, rows, links=links, plain=True)


def _duty(seen: Seen, duty: Duty) -> Row:
    known = seen.city.catalogue.indicators
    names = "、".join(known[k].name.zh for k in duty.indicators)
    return Row(
        (
            Text(duty.definition.zh, duty.variable),
            printed(duty.definition.unit) or "无量纲",
            _areas(seen, duty.areas),
            f"{len(duty.areas)}",
            Text(f"用于 {len(duty.indicators)} 项", names),
        )
    )


def _areas(seen: Seen, codes: Sequence[str]) -> str:
    """Say areas by level: 全市, 9 个区."""
    levels = Counter(seen.city.by_code[c].level for c in codes)
    words = []
    for level in seen.city.doc.levels:
        if level.id == seen.city.doc.levels[0].id and levels[level.id]:
            words.append("全市")
        elif levels[level.id]:
            words.append(f"{levels[level.id]} 个{level.zh}")
    return "、".join(words) or "本轮没有要填的区"


@require_GET
def duties_file(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the duties of a round as CSV: a line for each body, variable and area."""
    seen = seen_of(round_id)
    rows = []
    for d in duties(seen.which):
        for area in d.areas:
            head = [d.body, d.variable, d.definition.zh, d.definition.unit, area, seen.city.label(area)]
            rows.append([*head, seen.which.year, len(d.indicators), " ".join(d.indicators)])
    return attachment(spreadsheet(HEADER, rows), f"{seen.which.name}-填报任务.csv", CSV)


# ── judged by what is published now ──


@dataclass(frozen=True)
class Newer:
    """A publication that is other than the one the round is pinned to."""

    words: str
    before: str
    after: str


def _newer(seen: Seen) -> list[Newer]:
    before = {(p.kind, p.name): p for p in queries.publications(queries.basis(seen.which))}
    found = []
    for now in queries.current_publications():
        old = before.get((now.kind, now.name))
        if old is None or old.sha256 != now.sha256:
            found.append(Newer(f"{KINDS[now.kind]} {now.name}", _revision(old), _revision(now)))
    return found


def _revision(row: Publication | None) -> str:
    return "没有" if row is None else f"修订 {row.revision}（{row.sha256[:12]}）"


@require_http_methods(["GET", "HEAD", "POST"])
def rebase(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show what is newer than what a round is judged by, try it, and judge by it."""
    seen = seen_of(round_id)
    if request.method != "POST":
        return _rebase_page(request, seen)
    outcome = perform(request, Rebase(seen.which.name, request.POST.get("note", "").strip()))
    if outcome.done is None:
        return _rebase_page(request, seen, outcome.faults, outcome.status)
    answer = outcome.answer
    words = f"已按现行公布重算，因{answer['cause']}；{answer['moved']} 个等级变动（第 {outcome.done.position} 条记录）。"
    messages.success(request, words)
    return redirect("round_duties", round_id=round_id)


def _rebase_page(
    request: HttpRequest, seen: Seen, faults: Sequence[Fault] = (), status: int = 200
) -> HttpResponse:
    state = _state(request, seen)
    note = Field(
        "note",
        "理由",
        request.POST.get("note", ""),
        "textarea",
        required=True,
        errors=tuple(f.hint for f in faults if f.code == "rebase.note"),
    )
    form = Form(
        seen.url("round_rebase"),
        (note,),
        "按现行公布重算",
        Link("不重算", seen.url("round_duties")),
        tuple(f.hint for f in faults if f.code != "rebase.note"),
    )
    tried = "try" in request.GET and state["newer"] and not state["closed"]
    context = frame(request, seen) | state | {"form": form, "tried": tried, "moved": None, "count": 0}
    if tried:
        try:
            moved = rebased(seen.which).moved
        except Refused as refused:
            context["form"] = Form(
                form.action, form.fields, form.submit, form.cancel, tuple(map(str, refused.faults))
            )
        else:
            context |= {"count": len(moved), "moved": _moved(seen, moved) if moved else None}
    return render(request, "pages/rounds_rebase.html", context, status=status)


def _moved(seen: Seen, moved: Sequence[tuple[object, object]]) -> DataTable:
    known = seen.city.catalogue.indicators
    rows = []
    for old, new in moved[:SHOWN]:
        before, after = Cell(old), Cell(new)  # type: ignore[arg-type]
        key = after.row.indicator
        name = known[key].name.zh if key in known else key
        rows.append(
            Row(
                (Text(name, key), seen.city.label(after.row.area), GradeChange(before.shown(), after.shown()))
            )
        )
    columns = (Column("指标"), Column("区"), Column("等级"))
    return DataTable("会变的等级", columns, (RowGroup("", tuple(rows)),), plain=True)


# ── ended ──


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, round_id: int) -> HttpResponse:
    """End a round, after the sentence was typed; its results stand from then on."""
    seen = seen_of(round_id)
    sentence = f"结束 {seen.which.name}"
    if request.method != "POST":
        return _close_page(request, seen, sentence)
    if request.POST.get("sentence", "").strip() != sentence:
        return _close_page(
            request, seen, sentence, on_sentence=(f"写的与“{sentence}”不同，没有结束。",), status=UNFIT
        )
    outcome = perform(request, CloseRound(seen.which.name, request.POST.get("lesson", "").strip()))
    if outcome.done is None:
        others = tuple(f.hint for f in outcome.faults)
        return _close_page(request, seen, sentence, others=others, status=outcome.status)
    messages.success(
        request, f"轮次“{seen.which.name}”已结束（第 {outcome.done.position} 条记录），结果不再变动。"
    )
    return redirect("round_duties", round_id=round_id)


def _close_page(
    request: HttpRequest,
    seen: Seen,
    sentence: str,
    *,
    on_sentence: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    form = Form(
        seen.url("round_close"),
        (
            Field("lesson", "小结", request.POST.get("lesson", ""), "textarea",
                  hint="这一轮学到了什么：定义、标准、任务该怎么改。留在台账里。"),
            Field("sentence", f"请输入“{sentence}”", request.POST.get("sentence", ""), required=True,
                  errors=on_sentence, autocomplete="off"),
        ),
        "结束这一轮",
        Link("不结束", seen.url("round_duties")),
        others,
        danger=True,
    )  # fmt: skip
    context = frame(request, seen) | _state(request, seen) | {"form": form, "cells": len(seen.cells)}
    return render(request, "pages/rounds_close.html", context, status=status)
