"""报告: the nine reports of a round, set beside the pages and kept as they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tijian.office.ledger import evidence
from tijian.office.people.permissions import COMPILE, allows, told
from tijian.office.people.queries import titles
from tijian.office.publish import queries
from tijian.office.publish.models import Edition, Report
from tijian.shells import jobs
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.messages import Empty, Failure, Loading
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.files import attachment
from tijian.shells.web.pages.seen import Seen, frame, seen_of

KILO = 1000
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Issued:
    """An edition as the page shows it."""

    title: str
    about: str
    outdated: bool
    table: DataTable


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the editions of a round; a POST has the nine reports set."""
    seen = seen_of(round_id)
    name = seen.which.name
    if request.method == "POST":
        if not jobs.is_being_issued(name):
            jobs.issue.enqueue(name, who(request).name)
        return redirect("reports", round_id=round_id)
    made = [_issued(seen, edition) for edition in queries.editions(seen.which)]
    failure = "" if jobs.is_being_issued(name) else jobs.last_failure(name)
    context = frame(request, seen) | {
        "editions": made,
        "running": _running(seen),
        "failure": Failure("上一次没有编成", failure) if failure else None,
        "may": allows(who(request), COMPILE),
        "whose": told(COMPILE),
        "empty": Empty("本轮还没有报告", "报告由办公室编制：一份总报告、八份专项报告，各有 PDF 和 DOCX。"),
    }
    return render(request, "pages/reports.html", context)


@require_GET
def reports_running(request: HttpRequest, round_id: int) -> HttpResponse:
    """Answer htmx while reports are being set; when they are there the page is to be loaded again."""
    seen = seen_of(round_id)
    running = _running(seen)
    answer = render(request, "pages/reports_running.html", {"running": running})
    if running is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_GET
def report_file(request: HttpRequest, round_id: int, key: int) -> HttpResponse:
    """Give one file of an edition, the bytes as they were stored.

    Raises:
        Http404: If the round has no such file, or its bytes are lost.
    """
    found = queries.report(seen_of(round_id).which, key)
    place = evidence.path(found.sha256) if found is not None else None
    if found is None or place is None or not place.is_file():
        raise Http404("没有这份报告。")
    kind = KINDS.get(found.name.rpartition(".")[2], "application/octet-stream")
    return attachment(place.read_bytes(), found.name, kind)


def _running(seen: Seen) -> Loading | None:
    if not jobs.is_being_issued(seen.which.name):
        return None
    return Loading("正在编制九份报告，约十几秒；可以离开，编好后在这里。", poll=seen.url("reports_running"))


def _issued(seen: Seen, edition: Edition) -> Issued:
    entry = edition.action
    actor = titles().get(entry.actor, entry.actor)
    about = f"{entry.business_date}，{actor}；第 {edition.position} 条记录时的结果，判定依据 {edition.basis.sha256[:8]}"
    stems: dict[str, list[Report]] = {}
    for report in edition.reports.all():
        stems.setdefault(report.name.rpartition(".")[0], []).append(report)
    rows = tuple(_row(seen, stem, found) for stem, found in sorted(stems.items()))
    columns = (Column("报告"), Column("PDF"), Column("DOCX"), Column("哈希"))
    title = f"第 {edition.number} 版"
    table = DataTable(title, columns, (RowGroup("", rows),), plain=True)
    return Issued(title, about, queries.is_outdated(edition), table)


def _row(seen: Seen, stem: str, found: list[Report]) -> Row:
    links = {}
    for report in found:
        ending = report.name.rpartition(".")[2]
        href = seen.url("report_file", key=report.pk)
        links[ending] = Link(f"下载 {ending.upper()}", href, f"{report.file.size // KILO:,} kB")
    hashes = "　".join(r.sha256[:8] for r in sorted(found, key=lambda r: r.name, reverse=True))
    return Row((stem, links.get("pdf", "没有"), links.get("docx", "没有"), hashes))
