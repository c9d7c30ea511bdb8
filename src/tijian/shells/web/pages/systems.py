"""指标体系: what is published, what in the city folder differs from it, and publishing that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tijian.engine.kernel.faults import Fault, Refused
from tijian.office.people.permissions import PUBLISH, allows, told
from tijian.office.people.queries import titles
from tijian.office.register.actions import PublishDocuments, fresh
from tijian.office.register.documents import Bundle
from tijian.office.register.drafts import city_folder
from tijian.office.register.models import DISEASES, KINDS, SYSTEM, Publication
from tijian.office.register.published import catalogue_of, systems
from tijian.office.register.queries import current_publications, latest, rounds
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Form
from tijian.shells.web.components.messages import Empty, Failure
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.systems_words import HASH, Published, Tags, marks, notices, published
from tijian.shells.web.perform import perform

WANTED = (SYSTEM, DISEASES)
SHOWN = 12
ELSEWHERE = {"criteria": "在“标准”页试算后采用", "city": "由系统管理员用命令公布"}


@dataclass(frozen=True)
class Waiting:
    """One set of documents that differs from what is published: its name, hash and marks."""

    kind: str
    name: str
    revision: str
    sha256: str
    files: str
    tags: tuple[Component, ...]
    elsewhere: str

    @property
    def short(self) -> str:
        """Give the first figures of the hash."""
        return self.sha256[:HASH]


@require_GET
def systems_page(request: HttpRequest) -> HttpResponse:
    """Show what is published and what waits to be."""
    return _page(request)


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the systems and the knowledge that differ from what was published last."""
    note, unproven = request.POST.get("note", "").strip(), "unproven" in request.POST
    action = PublishDocuments(city_folder(), WANTED, unproven=unproven, note=note)
    outcome = perform(request, action)
    if outcome.done is None:
        return _page(request, outcome.faults, outcome.status)
    position = outcome.done.position
    messages.success(request, f"已公布（第 {position} 条记录）：{outcome.answer['published']}。")
    return redirect("systems")


def _page(request: HttpRequest, faults: Sequence[Fault] = (), status: int = 200) -> HttpResponse:
    may = allows(who(request), PUBLISH)
    rows = systems()
    context: dict[str, object] = {
        "notices": notices(request),
        "table": _table(rows) if rows else None,
        "empty": Empty("还没有公布指标体系", "公布之后才能开启体检轮次。" if may else told(PUBLISH)),
        "others": _others(),
        "may": may,
        "told": told(PUBLISH),
        "rounds": rounds(),
    }
    if may:
        context |= _waiting(request, faults)
    return render(request, "pages/systems.html", context, status=status)


def _table(rows: Sequence[Publication]) -> DataTable:
    names = titles()
    found = [published(row, names) for row in rows]
    columns = (
        Column("指标体系"),
        Column("修订", numeric=True),
        Column("标记"),
        Column("哈希"),
        Column("公布"),
        Column("指标", "项", numeric=True),
        Column("改动"),
    )
    return DataTable("已公布的指标体系", columns, (RowGroup("", tuple(_line(p) for p in found)),), plain=True)


def _line(found: Published) -> Row:
    row = found.row
    catalogue = catalogue_of(row)
    title = catalogue.systems[0].title.zh if catalogue.systems else row.name
    address = reverse("system", kwargs={"name": row.name, "revision": row.revision})
    before = reverse("system_diff", kwargs={"name": row.name, "revision": row.revision})
    return Row(
        (
            Link(title, address, row.name),
            f"{row.revision}",
            Tags(found.tags),
            Text(found.short, row.note),
            Text(found.day, f"{found.actor}，第 {found.position} 条记录"),
            f"{len(catalogue.indicators)}",
            Link(f"比修订 {row.revision - 1}", before) if row.revision > 1 else "首次公布",
        )
    )


def _others() -> DataTable | None:
    names = titles()
    rows = [
        Row(
            (
                KINDS[p.kind],
                p.name,
                f"{p.revision}",
                p.sha256[:HASH],
                Text(x.day, f"{x.actor}，第 {x.position} 条记录"),
            )
        )
        for p in current_publications()
        if p.kind != SYSTEM
        for x in (published(p, names),)
    ]
    columns = (Column("类别"), Column("名称"), Column("修订", numeric=True), Column("哈希"), Column("公布"))
    return DataTable("其他现行的公布", columns, (RowGroup("", tuple(rows)),), plain=True) if rows else None


# ── what waits ──


def _waiting(request: HttpRequest, faults: Sequence[Fault]) -> dict[str, object]:
    """Read the city folder and hold it against what is published."""
    try:
        action = PublishDocuments(city_folder(), tuple(KINDS)).prepare()
    except Refused as refused:
        words = "；".join(str(f) for f in refused.faults[:SHOWN])
        return {"broken": Failure("城市文件夹里的文件有错，不能公布", words)}
    waiting = [_one(b) for b in fresh(action.found)]
    mine = [w for w in waiting if not w.elsewhere]
    return {
        "waiting": waiting,
        "lacking": action.lacking,
        "form": _form(request, mine, action.lacking, faults) if mine else None,
        "refused": [str(f) for f in faults] if faults and not mine else [],
    }


def _one(bundle: Bundle) -> Waiting:
    before = latest(bundle.kind, bundle.name)
    number = before[0].revision + 1 if before else 1
    return Waiting(
        KINDS[bundle.kind],
        bundle.name,
        f"修订 {number}",
        bundle.sha256,
        f"{len(bundle.files)} 个文件",
        marks(bundle.mark),
        ELSEWHERE.get(bundle.kind, ""),
    )


def _form(
    request: HttpRequest, mine: Sequence[Waiting], lacking: Sequence[str], faults: Sequence[Fault]
) -> Form:
    on_cases = tuple(f.hint for f in faults if f.code == "publish.cases")
    others = tuple(str(f) for f in faults if f.code != "publish.cases")
    unproven = Field(
        "unproven",
        "照样公布，标记“未验算”",
        request.POST.get("unproven", ""),
        "checkbox",
        hint=f"没有用例的 {len(lacking)} 项：{'、'.join(lacking)}",
        errors=on_cases,
    )
    note = Field(
        "note", "说明", request.POST.get("note", ""), "textarea", hint="文号或为什么改；留在台账里。"
    )
    named = "、".join(f"{w.name} {w.revision}" for w in mine)
    return Form(
        reverse("systems_publish"),
        (*((unproven,) if lacking else ()), note),
        f"公布 {named}",
        others=others,
        key="publish",
    )
