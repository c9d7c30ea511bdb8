"""治理: every measure with its progress, its targets and what is overdue, on one line of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.engine.kernel.units import printed
from tijian.office.ledger.queries import today as business_day
from tijian.office.treat import queries
from tijian.office.treat.grading import column
from tijian.office.treat.models import Target
from tijian.office.treat.queries import Overdue, Plan
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.milestones import Gantt
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_shared import (
    area_names,
    bar,
    body_names,
    delay,
    gantt_row,
)

SIZE = 20
MARGIN, LONG = timedelta(days=20), timedelta(days=700)
STATES = ("进行中", "逾期", "全部验收", "已取消")


@require_GET
def measures(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the measures on diseases found in the round shown or before."""
    seen, today = seen_of(round_id), business_day()
    asked = {k: request.GET.get(k, "") for k in ("area", "lead", "state")}
    every = _every(seen)
    found = [p for p in every if _fits(p, asked, today)]
    paging = Paging(
        len(found),
        page_number(request.GET.get("page", "")),
        SIZE,
        tuple((k, v) for k, v in asked.items() if v),
    )
    shown = found[paging.slice]
    carried = [p for p in every if p.cancellation is None]
    context = frame(request, seen) | {
        "filters": _filters(seen, every, asked, len(found)),
        "gantt": gantt(seen, [p for p in shown if p.milestones], today) if shown else None,
        "table": _table(seen, shown, paging, today) if shown else None,
        "empty": _empty(seen, every),
        "total": len(carried),
        "milestones": sum(p.progress.total for p in carried),
        "done": sum(p.progress.done for p in carried),
        "bodies": bodies(carried, today),
        "overdue": [
            _late(seen, o)
            for o in queries.overdue(today)
            if o.plan.measure.number in {p.measure.number for p in carried}
        ],
        "today": today,
    }
    return render(request, "pages/measures.html", context)


def _every(seen: Seen) -> list[Plan]:
    found = queries.measures(cancelled=True)
    return [p for p in found if p.measure.diagnosis.round.year <= seen.which.year]


def state_of(plan: Plan, today: date) -> str:
    """Say how a measure stands in one word."""
    if plan.cancellation is not None:
        return "已取消"
    if plan.done:
        return "全部验收"
    return "逾期" if plan.overdue(today) else "进行中"


def _fits(plan: Plan, asked: Mapping[str, str], today: date) -> bool:
    measure = plan.measure
    return (
        (not asked["area"] or asked["area"] in measure.codes())
        and asked["lead"] in {"", measure.lead.code}
        and asked["state"] in {"", state_of(plan, today)}
    )


@dataclass(frozen=True)
class LongGantt(Gantt):
    """A line of time over several years, on which quarters would have no room."""

    @property
    def ticks(self) -> tuple[tuple[str, str], ...]:
        """The first day of each year."""
        years = range(self.start.year + 1, self.end.year + 1)
        days = {year: (date(year, 1, 1) - self.start).days for year in years}
        span = max((self.end - self.start).days, 1)
        return tuple((f"{100 * n / span:.2f}", f"{year}") for year, n in days.items() if 0 <= n < span)


def gantt(seen: Seen, plans: Sequence[Plan], today: date) -> Gantt | None:
    """Lay measures on one line of time that holds all their dates and today."""
    days = [m.milestone.due for p in plans for m in p.milestones] + [
        m.due for p in plans for m in p.milestones
    ]
    if not days:
        return None
    start, end = min(*days, today), max(*days, today)
    rows = tuple(gantt_row(p, seen, today) for p in plans)
    kind = LongGantt if end - start > LONG else Gantt
    return kind(rows, start - MARGIN, end + MARGIN, today)


@dataclass(frozen=True)
class BodyLine:
    """A body with its milestones: overdue, all, the longest delay in days."""

    name: str
    late: int
    total: int
    longest: int


def bodies(plans: Sequence[Plan], today: date) -> list[BodyLine]:
    """Count overdue milestones by the body that leads, the longest delay first."""
    total: Counter[str] = Counter()
    late: dict[str, list[int]] = {}
    for plan in plans:
        name = plan.measure.lead.short
        total[name] += plan.progress.total
        late.setdefault(name, []).extend(m.overdue_days(today) for m in plan.overdue(today))
    lines = [BodyLine(n, len(late[n]), total[n], max(late[n], default=0)) for n in late]
    return sorted(lines, key=lambda b: (-b.longest, -b.total))


@dataclass(frozen=True)
class LateLine:
    """An overdue milestone: its days, words, address and what was said of the delay."""

    days: int
    name: str
    href: str
    said: str


def _late(seen: Seen, found: Overdue) -> LateLine:
    standing, measure = found.standing, found.plan.measure
    said = next((e.text for e in reversed(standing.events) if e.text), "")
    href = seen.url("milestone", number=measure.number, rank=standing.milestone.rank)
    moved = f"已延期到 {standing.due}。" if standing.postponed else ""
    return LateLine(
        found.days, f"{measure.number} {standing.milestone.name}", href, f"{moved}{said}" or "没有说明。"
    )


def _filters(seen: Seen, every: Sequence[Plan], asked: Mapping[str, str], found: int) -> Filters:
    address, by_code = seen.url("measures"), seen.city.by_code
    leads = dict(sorted({(p.measure.lead.code, p.measure.lead.short) for p in every}))
    fields = (
        Field("area", "区", asked["area"], "select",
              options=(Option("", "全部区"), *(Option(a, by_code[a].zh) for a in seen.districts))),
        Field("lead", "牵头单位", asked["lead"], "select",
              options=(Option("", "全部单位"), *(Option(k, v) for k, v in leads.items()))),
        Field("state", "进度", asked["state"], "select",
              options=(Option("", "全部"), *(Option(s, s) for s in STATES))),
    )  # fmt: skip
    return Filters(address, fields, f"{found} 项，共 {len(every)} 项", address if any(asked.values()) else "")


def _empty(seen: Seen, every: Sequence[Plan]) -> Empty:
    if every:
        return Empty("没有符合条件的对策", "换一个条件再看。", Link("清除条件", seen.url("measures")))
    words = "对策立在已确认的城市病上：先由专家或办公室确认，再由办公室制定。"
    return Empty("还没有对策", words, Link("看城市病", seen.url("diseases")))


def baseline(target: Target) -> str:
    """Give the value that a target starts from, as printed."""
    return column(target.baseline, "value").replace("-", "−")


def _few(parts: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(parts))


def _figures(parts: Sequence[str], targets: Sequence[Target]) -> Figure:
    """Show figures in one cell; one that comes of a synthetic baseline marks them all."""
    return Figure(_few(parts), synthetic=any(_marks(t) for t in targets))


def _marks(target: Target) -> str:
    return column(target.baseline, "mark")


def _table(seen: Seen, plans: Sequence[Plan], paging: Paging, today: date) -> DataTable:
    columns = (
        Column("编号"), Column("对策"), Column("城市病"), Column("区"), Column("城区"), Column("绑定指标"),
        Column("基线", numeric=True), Column("目标", numeric=True), Column("单位"), Column("牵头"),
        Column("配合"), Column("进度"),
    )  # fmt: skip
    return DataTable(
        "对策与目标",
        columns,
        (RowGroup("", tuple(_row(seen, p, today) for p in plans)),),
        links=(Link("下载 csv", seen.url("measures_csv")),),
        paging=paging,
        plain=True,
    )


def _row(seen: Seen, plan: Plan, today: date) -> Row:
    measure, targets = plan.measure, plan.targets
    href = seen.url("measure", number=measure.number)
    progress: Component = bar(plan, today, synthetic=seen.synthetic)
    if plan.cancellation is not None:
        progress = Text("已取消")
    return Row(
        (
            Link(measure.number, href),
            Link(measure.name, href),
            Link(measure.diagnosis.number, seen.url("disease", number=measure.diagnosis.number), measure.diagnosis.name),
            area_names(seen, measure.codes()),
            _few([t.area_type for t in targets if t.area_type]),
            "、".join(dict.fromkeys(indicator_name(seen, t.indicator) for t in targets)),
            _figures([baseline(t) for t in targets], targets),
            _figures([t.text for t in targets], targets),
            _few([printed(t.unit) for t in targets]),
            measure.lead.short,
            body_names(measure.supporters()) or "无",
            progress,
        )
    )  # fmt: skip


def indicator_name(seen: Seen, key: str) -> str:
    """Name an indicator; one that the round does not have stands for itself."""
    found = seen.city.catalogue.indicators.get(key)
    return key if found is None else found.name.zh


@require_GET
def measures_csv(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give every measure with its targets and milestones as a table, one line a target."""
    seen, today = seen_of(round_id), business_day()
    head = (
        "编号", "对策", "城市病", "区", "城区", "绑定指标", "基线年", "基线", "目标年", "目标", "单位", "目标等级",
        "牵头", "配合", "已验收", "里程碑", "逾期", "进度", "标记",
    )  # fmt: skip
    rows = [_line(seen, p, t, today) for p in _every(seen) for t in p.targets]
    return attachment(spreadsheet(head, rows), f"{seen.which.name}-对策与目标.csv", CSV)


def _line(seen: Seen, plan: Plan, target: Target, today: date) -> tuple[object, ...]:
    measure = plan.measure
    return (
        measure.number, measure.name, str(measure.diagnosis), area_names(seen, [target.area]), target.area_type,
        indicator_name(seen, target.indicator), target.baseline.round.year, column(target.baseline, "value"),
        target.year, target.text, target.unit, target.grade, measure.lead.short, body_names(measure.supporters()),
        plan.progress.done, plan.progress.total, delay(plan, today), state_of(plan, today),
        _marks(target),
    )  # fmt: skip
