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

from tijian.shells.settings.signin import COOL_OFF

KEPT = timedelta(days=30)


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
