"""系统状态: the machine, the ledger, what is being computed; and the trail, entry by entry."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.options import Options
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tasks_db.models import DBTaskResult

from tijian import __version__
from tijian.office.ledger.action import spoken
from tijian.office.ledger.models import Entry
from tijian.office.ledger.queries import position
from tijian.office.people.queries import persons, titles
from tijian.office.register.queries import latest_round
from tijian.office.values.scan import stale_rounds
from tijian.office.values.withdraw import wrote_figures
from tijian.shells.jobs import complaint
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.components.tiles import StatTile, Tiles
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.status_checks import checks

CHUNK = 2000
GIGA = 1 << 30
SIZE = 50
LITTLE = 2  # GB of disk under which the figure is set in red
LONGEST = 300  # characters of one item of a record
# What actions say of themselves, in Chinese.
ARGUMENTS = {
    "account": "账号",
    "areas": "区",
    "at": "截至第几条记录",
    "bodies": "单位",
    "called": "姓名",
    "candidate": "候选",
    "code": "代码",
    "diagnosis": "城市病",
    "documents": "文件",
    "figures": "数的个数",
    "indicator": "指标",
    "item": "项",
    "kinds": "种类",
    "layer": "图层",
    "lesson": "总结",
    "measure": "对策",
    "milestone": "里程碑",
    "name": "名称",
    "note": "说明",
    "area": "区",
    "parts": "文件",
    "path": "文件",
    "period": "时期",
    "provider": "提供单位",
    "reason": "理由",
    "round": "轮次",
    "sha256": "哈希",
    "size": "字节",
    "source": "来源",
    "strand": "来源类别",
    "verb": "办理",
    "year": "年度",
}
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
            StatTile("台账", Figure(f"{position():,}"), "条记录", "每一次改动一条"),
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
    context = {
        "tiles": tiles,
        "failed": [_failed(r) for r in failed],
        "checks": checks(reverse("status_running")),
    }
    return render(request, "pages/status.html", context)


def _failed(result: Any) -> tuple[str, str, str]:
    at = f"{timezone.localtime(result.enqueued_at):%Y-%m-%d %H:%M}"
    return result.task_path.rpartition(".")[2], at, complaint(result)


@dataclass(frozen=True)
class Asked:
    """How the trail is narrowed: by account, verb and business date.

    Attributes:
        fields: What was typed, by name; kept as typed.
    """

    fields: Mapping[str, str]

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """Read it from an address."""
        return cls({name: request.GET.get(name, "").strip() for name in ("actor", "verb", "since", "until")})

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """What narrows, for addresses."""
        return tuple((k, v) for k, v in self.fields.items() if v)

    def day(self, name: str) -> date | None:
        """Give a date typed; none where there is none or it is no date."""
        try:
            return date.fromisoformat(self.fields[name])
        except ValueError:
            return None

    def error(self, name: str) -> tuple[str, ...]:
        """Say what is wrong with a date typed."""
        typed = self.fields[name]
        wrong = bool(typed) and self.day(name) is None
        return (f"“{typed}”不是日期，请写成 2019-05-31 这样；这一项没有用来筛选。",) if wrong else ()

    def entries(self) -> QuerySet[Entry]:
        """Find the entries, the latest first."""
        since, until = self.day("since"), self.day("until")
        rows = Entry.objects.order_by("-position")
        rows = rows.filter(actor=self.fields["actor"]) if self.fields["actor"] else rows
        rows = rows.filter(verb=self.fields["verb"]) if self.fields["verb"] else rows
        rows = rows.filter(business_date__gte=since) if since is not None else rows
        return rows.filter(business_date__lte=until) if until is not None else rows


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """List the trail, the latest first."""
    asked = Asked.of(request)
    rows = asked.entries()
    paging = Paging(rows.count(), page_number(request.GET.get("page", "")), SIZE, asked.chosen, "条")
    context = {
        "filters": _filters(asked, paging.total),
        "table": _table(list(rows[paging.slice]), paging) if paging.total else None,
        "empty": Empty("没有这样的记录", "换一个条件再看。"),
        "csv": f"{reverse('trail_csv')}?{urlencode(asked.chosen)}",
    }
    return render(request, "pages/trail.html", context)


@require_GET
def trail_csv(request: HttpRequest) -> HttpResponse:
    """Give the trail as narrowed, whole, with the full hashes."""
    names = titles()
    rows = (
        (
            e.position,
            e.verb,
            spoken(e.verb),
            e.actor,
            names.get(e.actor, e.actor),
            e.business_date,
            _clock(e),
            e.hash,
        )
        for e in Asked.of(request).entries().defer("rows", "arguments").iterator(chunk_size=CHUNK)
    )
    header = ("位置", "动作代码", "动作", "账号", "操作人", "业务日期", "时间（北京时间）", "哈希")
    return attachment(spreadsheet(header, rows), "台账.csv", CSV)


def _clock(entry: Entry) -> str:
    return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"


def _filters(asked: Asked, found: int) -> Filters:
    address = reverse("trail")
    verbs = Entry.objects.order_by("verb").values_list("verb", flat=True).distinct()
    actors = (Option("", "所有人"), *(Option(p.name, f"{'、'.join(p.bodies)}{p.zh}") for p in persons()))
    kinds = (Option("", "所有动作"), *(Option(v, spoken(v)) for v in verbs))
    given = asked.fields
    fields = (
        Field("actor", "操作人", given["actor"], "select", options=actors),
        Field("verb", "动作", given["verb"], "select", options=kinds),
        Field("since", "业务日期从", given["since"], "date", errors=asked.error("since")),
        Field("until", "到", given["until"], "date", errors=asked.error("until")),
    )
    return Filters(address, fields, f"{found:,} 条", address if asked.chosen else "")


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
                _clock(e),
                e.hash[:12],
            )
        )
        for e in entries
    )
    return DataTable("台账", columns, (RowGroup("", rows),), paging=paging, plain=True)


def _options(model: type[Model]) -> Options[Any]:
    return model._meta  # noqa: SLF001 — Django's documented way to a model's names


def spoken_table(kinds: Mapping[str, type[Model]], table: str) -> str:
    """Name a table as its model is called; a table that no model has any more by its own name."""
    kind = kinds.get(table)
    return table if kind is None else str(_options(kind).verbose_name)


def spoken_row(kinds: Mapping[str, type[Model]], table: str, row: Mapping[str, object]) -> str:
    """Say the filled fields of a row in the words of its model; long texts are cut, the whole stands in the record."""
    kind = kinds.get(table)
    names = {} if kind is None else {f.attname: str(f.verbose_name) for f in _options(kind).concrete_fields}
    parts = [
        f"{names.get(key, key)} {_short(value)}"
        for key, value in row.items()
        if key not in {"id", "action_id"} and value not in (None, "")
    ]
    return "；".join(parts)


def _short(value: object) -> str:
    text = {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
    if text.startswith(("{", "[")):
        return "（多项，见原始记录）"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _arguments(given: Mapping[str, object]) -> list[tuple[str, str]]:
    """Say what was asked, as far as something was."""
    return [(ARGUMENTS.get(k, k), _short(v)) for k, v in given.items() if v not in (None, "", [], {})]


def _withdraw(entry: Entry) -> str:
    """Lead to the withdrawal of figures, from an entry that wrote some while there is a round to show them in."""
    which = latest_round()
    if which is None or not wrote_figures(entry):
        return ""
    return reverse("withdraw", args=[which.pk, entry.position])


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
    shown = written[paging.slice]
    kinds = {_options(model).db_table: model for model in apps.get_models()}
    rows = tuple(
        Row((spoken_table(kinds, table), str(row.get("id", "")), spoken_row(kinds, table, row)))
        for table, row in shown
    )
    columns = (Column("写入的内容"), Column("编号", numeric=True), Column("各项"))
    context = {
        "entry": entry,
        "verb": spoken(entry.verb),
        "actor": titles().get(entry.actor, entry.actor),
        "arguments": _arguments(json.loads(entry.arguments)),
        "raw": json.dumps(shown, ensure_ascii=False, indent=1),
        "withdraw": _withdraw(entry),
        "table": DataTable("写入的行", columns, (RowGroup("", rows),), paging=paging, plain=True)
        if rows
        else None,
    }
    return render(request, "pages/trail_entry.html", context)
