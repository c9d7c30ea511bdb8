"""A figure put right by hand: the next revision of its cell, with a reason, never an edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils import timezone

from tijian.engine.kernel.faults import Faults
from tijian.office.ledger.models import Entry
from tijian.office.people.queries import titles
from tijian.office.values.actions import AcceptValues
from tijian.office.values.models import Value

FORM = "更正单"
CONFLICT = "value.conflict"


@dataclass(frozen=True)
class CorrectValues(AcceptValues):
    """Take in corrected figures; the reason stands in ``note``, and is asked for."""

    verb: ClassVar[str] = "values.correct"
    zh: ClassVar[str] = "更正数值"

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason, and for all that any figure needs."""
        if not self.note.strip():
            faults.add("correct.reason", self.zh, "理由", None, "一句理由", "请写明为什么改、依据哪份材料。")
        super().precondition(faults)


@dataclass(frozen=True)
class Revision:
    """One revision of a value, with the hands it went through.

    Attributes:
        value: The revision.
        who, when: By whom, and on which business date.
        at: Real time.
        position: Of its entry in the trail.
    """

    value: Value
    who: str
    when: str
    at: str
    position: int


def revisions(variable: str, area: str, period: str, strand: str) -> list[Revision]:
    """Give every revision of a cell, newest first."""
    rows = Value.objects.filter(variable=variable, area=area, period=period, strand=strand)
    return with_hands(list(rows.select_related("source", "action").order_by("-revision")))


def with_hands(rows: list[Value]) -> list[Revision]:
    """Say of revisions who wrote them and when."""
    names = titles()
    return [_revision(row, row.action, names) for row in rows]


def _revision(row: Value, entry: Entry, names: dict[str, str]) -> Revision:
    who = names.get(entry.actor, entry.actor)
    return Revision(
        row,
        who,
        entry.business_date.isoformat(),
        f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}",
        entry.position,
    )
