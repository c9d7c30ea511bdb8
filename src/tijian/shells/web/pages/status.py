"""系统状态: the machine, the ledger, what is being computed; and the trail, entry by entry."""

from __future__ import annotations

import json
import shutil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_tasks_db.models import DBTaskResult

from tijian import __version__
from tijian.office.ledger.action import spoken
from tijian.office.ledger.models import Entry
from tijian.office.ledger.queries import position
from tijian.office.people.queries import persons, titles
from tijian.office.values.scan import stale_rounds
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.components.tiles import StatTile, Tiles

GIGA = 1 << 30
SIZE = 50
LITTLE = 2  # GB of disk under which the figure is set in red
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Show how the installation is."""
    disk = shutil.disk_usage(settings.INSTALLATION)
    queue = DBTaskResult.objects.filter(status__in=("READY", "RUNNING")).count()
    failed = list(DBTaskResult.objects.filter(status="FAILED").order_by("-enqueued_at")[:10])
    stale = stale_rounds()
    tiles = Tiles(
        (
            StatTile("台账", Figure(f"{position():,}"), "条记录", "核对用 tijian audit verify"),
            StatTile("数据库", Figure(ENGINES[connection.vendor]), note=f"程序版本 {__version__}"),
            StatTile(
                "排队的任务", Figure(f"{queue}"), "个", f"失败过 {len(failed)} 个" if failed else "没有失败的"
            ),
            StatTile(
                "正在重算", Figure(f"{len(stale)}"), "个轮次", "、".join(r.name for r in stale) or "都已最新"
            ),
            StatTile(
                "磁盘剩余",
                Figure(f"{disk.free / GIGA:.1f}"),
                "GB",
                f"共 {disk.total / GIGA:.0f} GB",
                bad=disk.free < LITTLE * GIGA,
            ),
        ),
        "系统状态",
    )
    return render(request, "pages/status.html", {"tiles": tiles, "failed": [_failed(r) for r in failed]})


def _failed(result: Any) -> tuple[str, str, str]:
    last = result.traceback.strip().splitlines()[-1] if result.traceback else ""
    return result.task_path.rpartition(".")[2], f"{result.enqueued_at:%Y-%m-%d %H:%M}", last


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """List the trail, the latest first."""
    actor, verb = request.GET.get("actor", ""), request.GET.get("verb", "")
    rows = Entry.objects.order_by("-position")
    if actor:
        rows = rows.filter(actor=actor)
    if verb:
        rows = rows.filter(verb=verb)
    chosen = tuple((k, v) for k, v in (("actor", actor), ("verb", verb)) if v)
    page = page_number(request.GET.get("page", ""))
    paging = Paging(rows.count(), page, SIZE, chosen, "条")
    context = {
        "filters": _filters(actor, verb, paging.total),
        "table": _table(list(rows[paging.slice]), paging) if paging.total else None,
        "empty": Empty("没有这样的记录", "换一个条件再看。"),
    }
    return render(request, "pages/trail.html", context)


def _filters(actor: str, verb: str, found: int) -> Filters:
    address = reverse("trail")
    verbs = Entry.objects.order_by("verb").values_list("verb", flat=True).distinct()
    actors = (Option("", "所有人"), *(Option(p.name, f"{'、'.join(p.bodies)}{p.zh}") for p in persons()))
    kinds = (Option("", "所有动作"), *(Option(v, spoken(v)) for v in verbs))
    fields = (
        Field("actor", "操作人", actor, "select", options=actors),
        Field("verb", "动作", verb, "select", options=kinds),
    )
    return Filters(address, fields, f"{found:,} 条", address if actor or verb else "")


def _table(entries: list[Entry], paging: Paging) -> DataTable:
    names = titles()
    columns = (
        Column("位置", numeric=True),
        Column("动作"),
        Column("操作人"),
        Column("业务日期"),
        Column("时间"),
        Column("哈希"),
    )
    rows = tuple(
        Row(
            (
                Link(f"{e.position}", reverse("trail_entry", kwargs={"number": e.position})),
                spoken(e.verb),
                names.get(e.actor, e.actor),
                e.business_date.isoformat(),
                f"{e.at:%Y-%m-%d %H:%M:%S}",
                e.hash[:12],
            )
        )
        for e in entries
    )
    return DataTable("台账", columns, (RowGroup("", rows),), paging=paging, plain=True)


@require_GET
def trail_entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry: what was asked, and every row it wrote.

    Raises:
        Http404: If there is no such entry.
    """
    entry = Entry.objects.filter(position=number).first()
    if entry is None:
        raise Http404("没有这条记录。")
    written = json.loads(entry.rows)
    page = page_number(request.GET.get("page", ""))
    paging = Paging(len(written), page, SIZE, (), "行")
    rows = tuple(
        Row(
            (
                table,
                str(row.get("id", "")),
                "；".join(f"{k} {v}" for k, v in row.items() if k not in {"id", "action_id"}),
            )
        )
        for table, row in written[paging.slice]
    )
    columns = (Column("表"), Column("行", numeric=True), Column("内容"))
    context = {
        "entry": entry,
        "verb": spoken(entry.verb),
        "actor": titles().get(entry.actor, entry.actor),
        "arguments": [(k, str(v)) for k, v in json.loads(entry.arguments).items()],
        "table": DataTable("写入的行", columns, (RowGroup("", rows),), paging=paging, plain=True)
        if rows
        else None,
    }
    return render(request, "pages/trail_entry.html", context)
