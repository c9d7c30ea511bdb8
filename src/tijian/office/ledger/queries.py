"""Questions to the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from tijian.office.ledger.models import BusinessDay, Entry

Q = TypeVar("Q", bound=models.QuerySet[Any])


def position() -> int:
    """Give the position of the latest entry; 0 before the first."""
    found = Entry.objects.order_by("-position").values_list("position", flat=True).first()
    return found or 0


def as_of(rows: Q, at: int) -> Q:
    """Keep the rows written up to a position; by EXISTS, which stays quick where IN does not."""
    entry = Entry.objects.filter(action=models.OuterRef("action_id"), position__lte=at)
    found: Q = rows.filter(models.Exists(entry))
    return found


def simulated_day(at: int | None = None) -> date | None:
    """Give the simulated date, now or as of a position; none where the real one holds."""
    days: models.QuerySet[Any] = BusinessDay.objects.all()
    latest = (days if at is None else as_of(days, at)).order_by("-action__position").first()
    return latest.day if latest is not None else None


def today() -> date:
    """Give the business date: the simulated one, else the real one where the city is."""
    return simulated_day() or timezone.localdate()


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one state of the database throughout, without keeping anybody from writing.

    On SQLite a transaction of Django would begin IMMEDIATE and lock out every writer; a plain read
    under WAL is a snapshot already.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
