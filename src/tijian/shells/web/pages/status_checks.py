"""核对: the ledger verified and all results recomputed, as jobs; what the last one found stays on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_tasks_db.models import DBTaskResult

from tijian.shells import jobs
from tijian.shells.web.components.messages import Failure, Loading


@dataclass(frozen=True)
class Kind:
    """A check that can be asked for.

    Attributes:
        job: What does it.
        title: What it is called.
        about: What it holds against what.
        button: The words that start it.
        sound: What is said where nothing is wrong.
    """

    job: Any
    title: str
    about: str
    button: str
    sound: str


KINDS: Mapping[str, Kind] = {
    "ledger": Kind(
        jobs.verify_ledger,
        "核对台账",
        "每一条记录与前一条相扣，每一行数据与写它的记录相符，证据文件与哈希相符",
        "现在核对",
        "全部相符",
    ),
    "results": Kind(
        jobs.recompute_results,
        "重算全部结果",
        "按在册的依据把每个轮次重算一遍，与在册的结果逐项比对",
        "现在重算",
        "差异 0",
    ),
}


@dataclass(frozen=True)
class Check:
    """A check as the page shows it: running, failed, or what the last one found.

    Attributes:
        key: Its key in the address of the form.
        kind: What it is.
        running: Shown while it waits or runs.
        failure: Shown where the last one came to nothing.
        at: When the last one ended, in local time; empty before the first.
        outcome: What it found.
    """

    key: str
    kind: Kind
    running: Loading | None = None
    failure: Failure | None = None
    at: str = ""
    outcome: Mapping[str, Any] | None = None

    @property
    def more(self) -> int:
        """How many findings are counted but not named."""
        return self.outcome["count"] - len(self.outcome["findings"]) if self.outcome else 0


def checks(poll: str) -> list[Check]:
    """Give every check as it stands; ``poll`` is the address that a page asks while one runs."""
    return [_check(key, kind, poll) for key, kind in KINDS.items()]


def _check(key: str, kind: Kind, poll: str) -> Check:
    if jobs.under_way(kind.job).exists():
        return Check(key, kind, Loading(f"正在{kind.title}；可以离开，结果留在这里。", poll=poll))
    last = DBTaskResult.objects.filter(task_path=kind.job.module_path).order_by("-enqueued_at").first()
    if last is None:
        return Check(key, kind)
    at = f"{timezone.localtime(last.finished_at):%Y-%m-%d %H:%M}" if last.finished_at else ""
    if last.status != "SUCCESSFUL":
        words = f"{jobs.complaint(last)} 数据没有改动，可以再试一次。"
        return Check(key, kind, failure=Failure("上一次没有做完", words), at=at)
    return Check(key, kind, at=at, outcome=last.return_value)


@require_POST
def status_check(request: HttpRequest) -> HttpResponse:
    """Have one check done beside the pages; asked for twice, it is done once.

    Raises:
        Http404: If there is no such check.
    """
    kind = KINDS.get(request.POST.get("what", ""))
    if kind is None:
        raise Http404("没有这种核对。")
    if not jobs.under_way(kind.job).exists():
        kind.job.enqueue()
    return redirect("status")


@require_GET
def status_running(request: HttpRequest) -> HttpResponse:
    """Answer htmx while a check runs; when none does the page is to be loaded again."""
    running = [c.running for c in checks(request.path) if c.running is not None]
    if running:
        return render(request, "pages/status_running.html", {"running": running[0]})
    answer = HttpResponse()
    answer.headers["HX-Refresh"] = "true"
    return answer
