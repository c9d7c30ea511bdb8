"""Work that runs beside the pages; the process of ``tijian.shells.worker`` takes it from the queue.

A job is a function under ``@task()`` in this module, with plain arguments; a page hands it over by
``job.enqueue(…)`` after its action is committed. A job changes state by actions only, like a page.
Import this module when Django is set up, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypedDict

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from tijian.office.ledger import queries as ledger
from tijian.office.publish.actions import IssueEdition
from tijian.office.values.doctor import recompute_all
from tijian.office.values.scan import ScanRound, stale_rounds
from tijian.shells.checking import verify_installation
from tijian.shells.settings.signin import COOL_OFF

KEPT = timedelta(days=30)
WORKER = "后台任务"
RECENT = 50
NAMED = 50  # what a check finds is named one by one up to here, and counted beyond


class Outcome(TypedDict):
    """What a check found: how much was looked at, how much is wrong, the first of it in words, and hints."""

    words: str
    count: int
    findings: list[str]
    notes: list[str]


@task()
def sweep() -> dict[str, int]:
    """Throw away what has run out: sessions, failed sign-ins, results of old jobs. The trail keeps all it has.

    Returns:
        How many rows of each.
    """
    now = timezone.now()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    failures, _ = AccessAttempt.objects.filter(attempt_time__lt=now - COOL_OFF).delete()
    results, _ = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
    return {"sessions": sessions, "failures": failures, "results": results}


@task()
def scan() -> int:
    """Search every round whose results are newer than its findings.

    Returns:
        How many rounds were searched.
    """
    found = stale_rounds()
    for which in found:
        ScanRound(which.name).execute(WORKER, today=ledger.today())
    return len(found)


def look_for_weaknesses() -> None:
    """Hand the search over where results are newer than the last, unless one waits already: it will see them."""
    waiting = DBTaskResult.objects.ready().filter(task_path=scan.module_path)
    if not waiting.exists() and stale_rounds():
        scan.enqueue()


@task()
def issue(round_name: str, account: str) -> int:
    """Set the nine reports of a round in somebody's name.

    Returns:
        Number of the edition.
    """
    done = IssueEdition(round_name).execute(account, today=ledger.today())
    return int(str(done.answer["number"]))


def under_way(job: Task[..., Any]) -> QuerySet[DBTaskResult[..., Any]]:
    """Give what waits or runs of a job."""
    return DBTaskResult.objects.filter(task_path=job.module_path, status__in=("READY", "RUNNING"))


def complaint(result: DBTaskResult[..., Any]) -> str:
    """Say why a job came to nothing: the last line of what it raised; empty where that is not known."""
    return result.traceback.strip().splitlines()[-1] if result.traceback else ""


def is_being_issued(round_name: str) -> bool:
    """Tell whether reports of a round wait to be set or are being set."""
    return any(result.args_kwargs["args"][:1] == [round_name] for result in under_way(issue))


def last_failure(round_name: str) -> str:
    """Say why the last attempt to set the reports of a round came to nothing; empty where it did not."""
    found = DBTaskResult.objects.filter(task_path=issue.module_path).order_by("-enqueued_at")
    last = next((r for r in found[:RECENT] if r.args_kwargs["args"][:1] == [round_name]), None)
    return complaint(last) if last is not None and last.status == "FAILED" else ""


@task()
def verify_ledger() -> Outcome:
    """Examine the whole ledger; it is only read."""
    report = verify_installation(settings.INSTALLATION)
    words = f"{report.entries:,} 条记录、{report.rows:,} 行数据、{report.files} 个证据文件"
    return _outcome(words, [f.message for f in report.findings], report.notes)


@task()
def recompute_results() -> Outcome:
    """Compute every result again on its stored basis; nothing is written."""
    found = recompute_all()
    notes = [f"{found.unproven} 项由另一版本的程序算出，没有比对。"] if found.unproven else []
    notes += [f"{name}的短板和候选城市病还没有按最新结果重找。" for name in found.waiting]
    return _outcome(f"{found.compared:,} 项", found.differences, notes)


def _outcome(words: str, findings: Sequence[str], notes: Sequence[str]) -> Outcome:
    return {"words": words, "count": len(findings), "findings": [*findings[:NAMED]], "notes": [*notes]}
