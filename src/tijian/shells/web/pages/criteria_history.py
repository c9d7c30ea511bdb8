"""Earlier adoptions of criteria as a list, each with its way back."""

from __future__ import annotations

from dataclasses import dataclass

from tijian.office.people.queries import titles
from tijian.office.values.adoptions import adoptions
from tijian.office.values.whatif import file_of
from tijian.shells.web.components.component import Link
from tijian.shells.web.pages.seen import Seen


@dataclass(frozen=True)
class Earlier:
    """One adoption: what it was, who, when, why, and the way back where there is one."""

    title: str
    day: str
    actor: str
    note: str
    files: str
    undo: Link | None
    position: int


def earlier(seen: Seen, indicator: str = "") -> list[Earlier]:
    """List the adoptions of a round, of one indicator's file or of all, the latest first."""
    names = titles()
    path = file_of(seen.opened, indicator) if indicator in seen.city.book.files else ""
    return [
        Earlier(
            f"修订 {a.before.revision} → {a.after.revision}",
            a.basis.action.business_date.isoformat(),
            names.get(a.basis.action.actor, a.basis.action.actor),
            a.basis.note,
            "、".join(a.paths),
            Link("撤销", seen.url("criteria_undo", basis_id=a.basis.pk)) if a.undoable else None,
            a.basis.action.position,
        )
        for a in adoptions(seen.which)
        if not indicator or path in a.paths
    ]
