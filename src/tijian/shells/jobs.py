"""Work that runs beside the pages; the process of ``tijian.shells.worker`` takes it from the queue.

A job is a function under ``@task()`` in this module, with plain arguments; a page hands it over by
``job.enqueue(…)`` after its action is committed. A job changes state by actions only, like a page.
Import this module when Django is set up, not before.
"""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from tijian.office.ledger import queries as ledger
from tijian.office.values.scan import ScanRound, stale_rounds
from tijian.shells.settings.signin import COOL_OFF

KEPT = timedelta(days=30)
WORKER = "后台任务"


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
    """Hand the search over, unless one waits already: it will see what has changed up to then."""
    waiting = DBTaskResult.objects.ready().filter(task_path=scan.module_path)
    if not waiting.exists():
        scan.enqueue()
