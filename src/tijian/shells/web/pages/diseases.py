"""城市病: the candidates that wait for an expert, and the register of those confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.office.diagnose import queries
from tijian.office.diagnose.models import Step
from tijian.office.diagnose.queries import Case
from tijian.office.people.permissions import DIAGNOSE
from tijian.office.treat.closing import all_backs
from tijian.office.treat.queries import Plan, measures
from tijian.office.values.models import Candidate
from tijian.office.values.scan import latest_scan
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Tag
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_shared import area_names, who_may

SIZE = 20
STATES = tuple(s.value for s in Step)
TONES = {Step.CONFIRMED: "warn", Step.REVOKED: "", Step.CLOSED: "ok", Step.RELAPSED: "bad"}


@require_GET
def diseases(request: HttpRequest, round_id: int) -> HttpResponse:
    """List candidates and confirmed diseases."""
    seen = seen_of(round_id)
    asked = {k: request.GET.get(k, "") for k in ("area", "disease", "severity", "state")}
    waiting = _waiting(seen, asked)
    register = _register(seen, asked)
    backs = {b.diagnosis.number for b in all_backs()}
    pages = [
        _paging(request, name, len(rows), asked) for name, rows in (("page", waiting), ("cpage", register))
    ]
    treated = _treated()
    context = frame(request, seen) | {
        "filters": _filters(seen, asked),
        "candidates": _candidate_table(seen, waiting[pages[0].slice], pages[0]) if waiting else None,
        "register": _register_table(seen, register[pages[1].slice], treated, pages[1]) if register else None,
        "no_candidates": _no_candidates(seen, asked),
        "no_register": _no_register(seen, asked),
        "scan": latest_scan(seen.which),
        "backs": [(c.diagnosis, _href(seen, c)) for c in register if c.diagnosis.number in backs],
        "may_not": who_may(who(request), DIAGNOSE),
    }
    return render(request, "pages/diseases.html", context)


def _href(seen: Seen, case: Case) -> str:
    return seen.url("disease", number=case.diagnosis.number)


def _waiting(seen: Seen, asked: Mapping[str, str]) -> list[Candidate]:
    """Give the candidates nobody confirmed, by area and in their order of reading."""
    return [
        c
        for c in queries.unconfirmed(seen.which)
        if asked["area"] in {"", c.area}
        and asked["disease"] in {"", c.disease}
        and asked["severity"] in {"", c.severity}
    ]


def _register(seen: Seen, asked: Mapping[str, str]) -> list[Case]:
    """Give what was confirmed in the round shown or an earlier one."""
    return [
        c
        for c in queries.cases(area=asked["area"] or None, disease=asked["disease"] or None)
        if c.diagnosis.round.year <= seen.which.year
        and asked["severity"] in {"", c.diagnosis.severity}
        and asked["state"] in {"", c.state}
    ]


def _treated() -> dict[int, list[Plan]]:
    found: dict[int, list[Plan]] = {}
    for plan in measures():
        found.setdefault(plan.measure.diagnosis_id, []).append(plan)
    return found


def _paging(request: HttpRequest, name: str, total: int, asked: Mapping[str, str]) -> Paging:
    page = page_number(request.GET.get(name, ""))
    kept = tuple((k, v) for k, v in asked.items() if v)
    return (
        Paging(total, page, SIZE, kept, "个") if name == "page" else _Register(total, page, SIZE, kept, "个")
    )


class _Register(Paging):
    """Pages of the second list on the page, under a name of their own in the address."""

    def address(self, page: int) -> str:
        """Give the address of a page."""
        return super().address(page).replace("page=", "cpage=")


def _filters(seen: Seen, asked: Mapping[str, str]) -> Filters:
    address = seen.url("diseases")
    known = {d.id: d.name for d in seen.city.diseases}
    by_code = seen.city.by_code
    fields = (
        Field("area", "区", asked["area"], "select",
              options=(Option("", "全部区"), *(Option(a, by_code[a].zh) for a in seen.districts))),
        Field("disease", "城市病", asked["disease"], "select",
              options=(Option("", "全部"), *(Option(k, v) for k, v in known.items()))),
        Field("severity", "程度", asked["severity"], "select",
              options=(Option("", "全部程度"), *(Option(s, s) for s in ("重", "中", "轻")))),
        Field("state", "状态（已确认的）", asked["state"], "select",
              options=(Option("", "全部状态"), *(Option(s, s) for s in STATES))),
    )  # fmt: skip
    return Filters(address, fields, "", address if any(asked.values()) else "")


def _no_candidates(seen: Seen, asked: Mapping[str, str]) -> Empty:
    if not seen.city.diseases:
        return Empty("没有候选", "本市没有公布城市病知识，候选无从提出；专家仍可凭证据直接登记。")
    if latest_scan(seen.which) is None:
        return Empty("还没有扫描过短板", "扫描由后台作业在数值写入后进行，完成后这里列出候选。")
    if any(asked[k] for k in ("area", "disease", "severity")):
        return Empty("没有符合条件的候选", "换一个条件再看。", Link("清除条件", seen.url("diseases")))
    return Empty("没有待确认的候选", "最近一次扫描提出的候选都已确认，或没有提出候选。")


def _no_register(seen: Seen, asked: Mapping[str, str]) -> Empty:
    if any(asked.values()):
        return Empty("没有符合条件的城市病", "换一个条件再看。", Link("清除条件", seen.url("diseases")))
    return Empty("还没有确认的城市病", "专家或办公室从上面的候选确认后，登记在这里。")


def _candidate_table(seen: Seen, rows: Sequence[Candidate], paging: Paging) -> DataTable:
    columns = (
        Column("候选"),
        Column("城市病"),
        Column("区"),
        Column("程度"),
        Column("符合", "条", numeric=True),
        Column("缺", "条", numeric=True),
        Column("反对", "条", numeric=True),
        Column("首个成因"),
    )
    return DataTable(
        "待确认的候选",
        columns,
        (RowGroup("", tuple(_candidate_row(seen, c) for c in rows)),),
        links=(Link("下载 csv", seen.url("candidates_csv")),),
        paging=paging,
        plain=True,
    )


def candidate_counts(candidate: Candidate) -> tuple[int, int, int]:
    """Count what matches (with what made it a candidate), what is missing, what speaks against it."""
    known = candidate.known()
    return 1 + len(known["matched"]), len(known["missing"]), len(known["against"])


def first_cause(candidate: Candidate) -> str:
    """Name the cause with most evidence; empty where none has any."""
    causes = candidate.known()["causes"]
    return str(causes[0]["name"]) if causes and causes[0]["for"] else ""


def _candidate_row(seen: Seen, candidate: Candidate) -> Row:
    matched, missing, against = candidate_counts(candidate)
    href = seen.url("candidate", disease=candidate.disease, area=candidate.area)
    return Row(
        (
            Link(candidate.number, href),
            Link(candidate.name, href),
            seen.city.label(candidate.area),
            candidate.severity,
            str(matched),
            str(missing),
            str(against),
            first_cause(candidate) or "还看不出",
        )
    )


def state_tag(state: str) -> Tag:
    """Show the state of a disease."""
    return Tag(state, TONES[Step(state)])  # type: ignore[arg-type]


def _register_table(
    seen: Seen, rows: Sequence[Case], treated: Mapping[int, list[Plan]], paging: Paging
) -> DataTable:
    columns = (
        Column("编号"),
        Column("城市病"),
        Column("区"),
        Column("程度"),
        Column("状态"),
        Column("成因"),
        Column("对策"),
        Column("轮次"),
    )
    return DataTable(
        "已确认的城市病",
        columns,
        (RowGroup("", tuple(_case_row(seen, c, treated.get(c.diagnosis.pk, ())) for c in rows)),),
        links=(Link("下载 csv", seen.url("diseases_csv")),),
        paging=paging,
        plain=True,
    )


def _case_row(seen: Seen, case: Case, plans: Sequence[Plan]) -> Row:
    diagnosis = case.diagnosis
    cure: Component = Text("无对策")
    if plans:
        first = plans[0].measure
        more = f"等 {len(plans)} 项" if len(plans) > 1 else ""
        cure = Link(f"{first.number}{more}", seen.url("measure", number=first.number))
    return Row(
        (
            Link(diagnosis.number, _href(seen, case)),
            Link(diagnosis.name, _href(seen, case)),
            area_names(seen, diagnosis.codes()),
            diagnosis.severity,
            state_tag(case.state),
            diagnosis.cause,
            cure,
            diagnosis.round.name,
        )
    )


@require_GET
def candidates_csv(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the candidates that nobody confirmed, as a table."""
    seen = seen_of(round_id)
    head = (
        "编号",
        "城市病",
        "区代码",
        "区",
        "程度",
        "符合",
        "缺",
        "反对",
        "必要证据",
        "符合的证据",
        "缺的证据",
        "反对的证据",
        "首个成因",
        "标记",
    )
    rows = [_candidate_line(seen, c) for c in queries.unconfirmed(seen.which)]
    return attachment(spreadsheet(head, rows), f"{seen.which.name}-候选城市病.csv", CSV)


def _candidate_line(seen: Seen, candidate: Candidate) -> tuple[object, ...]:
    known = candidate.known()
    return (
        candidate.number, candidate.name, candidate.area, seen.city.label(candidate.area), candidate.severity,
        *candidate_counts(candidate), known["necessary"], "；".join(known["matched"]),
        "；".join(known["missing"]), "；".join(known["against"]), first_cause(candidate),
    )  # fmt: skip


@require_GET
def diseases_csv(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the register of confirmed diseases up to the round shown, as a table."""
    seen = seen_of(round_id)
    head = ("编号", "城市病", "区", "程度", "领域", "状态", "确认日期", "成因", "诊断意见", "对策", "轮次")
    treated = _treated()
    rows = [
        _case_line(seen, c, treated)
        for c in _register(seen, dict.fromkeys(("area", "disease", "severity", "state"), ""))
    ]
    return attachment(spreadsheet(head, rows), f"{seen.which.name}-城市病登记.csv", CSV)


def _case_line(seen: Seen, case: Case, treated: Mapping[int, list[Plan]]) -> tuple[object, ...]:
    d = case.diagnosis
    plans = "、".join(p.measure.number for p in treated.get(d.pk, ()))
    return (
        d.number, d.name, area_names(seen, d.codes()), d.severity, d.field, case.state, case.states[0].day,
        d.cause, d.opinion, plans, d.round.name,
    )  # fmt: skip
