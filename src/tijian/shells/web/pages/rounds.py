"""轮次: all rounds of the city, and opening another."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tijian.engine.catalogue.loading import City
from tijian.engine.kernel.faults import Fault
from tijian.office.people.permissions import OPEN_ROUND, allows, told
from tijian.office.register import queries
from tijian.office.register.models import Round
from tijian.office.values.rounds import OpenRound
from tijian.shells.web.access import who
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Form, Option
from tijian.shells.web.components.marks import CoverageBadge, Tag
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.seen import Seen
from tijian.shells.web.pages.systems_words import notices
from tijian.shells.web.perform import perform

FIELDS = {"round.name": "name", "round.twice": "name", "round.year": "year", "round.area": "areas"}


@require_http_methods(["GET", "HEAD", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds; open one."""
    if request.method != "POST":
        return _page(request)
    action = OpenRound(
        request.POST.get("name", "").strip(),
        asked_number(request.POST.get("year", "")) or 0,
        _with_below(request.POST.getlist("areas")),
        request.POST.get("note", "").strip(),
    )
    outcome = perform(request, action)
    if outcome.done is None:
        return _page(request, outcome.faults, outcome.status)
    messages.success(
        request, f"轮次“{action.name}”已开启（第 {outcome.done.position} 条记录）。下面是各单位的任务。"
    )
    return redirect("round_duties", round_id=outcome.answer["id"])


def _with_below(codes: Sequence[str]) -> tuple[str, ...]:
    """Name the chosen areas with all that lie in them."""
    if queries.lacking():
        return tuple(codes)
    city = queries.city_now().city
    found: list[str] = []
    waiting = list(codes)
    while waiting:
        code = waiting.pop(0)
        found.append(code)
        waiting += city.children.get(code, ())
    return tuple(dict.fromkeys(found))


def _page(request: HttpRequest, faults: Sequence[Fault] = (), status: int = 200) -> HttpResponse:
    may = allows(who(request), OPEN_ROUND)
    lacking = queries.lacking()
    found = queries.rounds()
    context = {
        "notices": notices(request),
        "table": _table(found) if found else None,
        "empty": _empty(may=may, lacking=lacking),
        "may": may,
        "told": told(OPEN_ROUND),
        "lacking": "、".join(lacking),
        "form": _form(request, queries.city_now().city, faults) if may and not lacking else None,
    }
    return render(request, "pages/rounds.html", context, status=status)


def _empty(*, may: bool, lacking: Sequence[str]) -> Empty:
    if lacking:
        why = f"还没有公布{'、'.join(lacking)}；公布之后才能开启。"
        return Empty("还没有体检轮次", why, Link("到“指标体系”公布", reverse("systems")))
    why = "一个轮次是一个年度、几个区的一次体检。" if may else f"{told(OPEN_ROUND)}。"
    return Empty("还没有体检轮次", why)


def _table(found: Sequence[Round]) -> DataTable:
    columns = (
        Column("轮次"),
        Column("年度", numeric=True),
        Column("区"),
        Column("状态"),
        Column("判定依据"),
        Column("数据覆盖"),
        Column("办理"),
    )
    rows = tuple(_line(which) for which in reversed(found))
    return DataTable("体检轮次", columns, (RowGroup("", rows),), plain=True)


def _line(which: Round) -> Row:
    seen = Seen(which)
    basis = queries.basis(which)
    closed = queries.is_closed(which)
    systems = "、".join(
        f"{p.name} 修订 {p.revision}" for p in queries.publications(basis) if p.kind == "system"
    )
    cells = [c for c in seen.district_cells() if c.status != "不适用"]
    have = sum(c.status == "有值" for c in cells)
    state = Tag("已结束") if closed else Tag("进行中", "acc")
    parts: tuple[str | Component, ...] = (
        Link(which.name, seen.url("round_home"), basis.note),
        f"{which.year}",
        _areas(seen),
        state,
        Text(f"{basis.sha256[:12]}，缘由：{basis.cause}", systems),
        CoverageBadge(have, len(cells), badge=True, unit="个"),
        Link("任务和依据", seen.url("round_duties")),
    )
    return Row(parts)


def _areas(seen: Seen) -> str:
    names = [seen.city.by_code[a].short for a in seen.districts]
    return f"全部 {len(names)} 个区" if not seen.which.codes() else f"{len(names)} 个区：{'、'.join(names)}"


def _form(request: HttpRequest, city: City, faults: Sequence[Fault]) -> Form:
    typed = request.POST
    years = range(city.doc.years.first, city.doc.years.last + 1)
    whole = city.doc.city.code
    districts = tuple(Option(a, city.by_code[a].zh) for a in city.children[whole])
    last = queries.latest_round()
    proposed = str(min(last.year + 1, years[-1]) if last is not None else years[0])

    def errors(name: str) -> tuple[str, ...]:
        return tuple(str(f) for f in faults if FIELDS.get(f.code) == name)

    return Form(
        reverse("rounds"),
        (
            Field("name", "名称", typed.get("name", ""), hint="如“2019 先行”，以后不改。", required=True,
                  errors=errors("name"), autocomplete="off"),
            Field("year", "年度", typed.get("year", proposed), "select", required=True, errors=errors("year"),
                  options=tuple(Option(str(y), f"{y} 年") for y in years)),
            Field("areas", "区", kind="checkboxes", options=districts, chosen=tuple(typed.getlist("areas")) or ("",),
                  hint="不选就是全部。", errors=errors("areas")),
            Field("note", "说明", typed.get("note", ""), "textarea", hint="为什么开这一轮；文号。"),
        ),
        "开启轮次",
        others=tuple(str(f) for f in faults if f.code not in FIELDS),
        key="open",
    )  # fmt: skip
