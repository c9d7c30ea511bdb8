"""The hash chain: each entry is bound to the one before it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tijian.engine.kernel.canonical import canonical, sha256
from tijian.office.ledger.models import Entry, Head
from tijian.office.ledger.rows import plain

GENESIS = "0" * 64
HEAD = 1  # the one row


def digest(entry: Entry) -> str:
    """Hash an entry: the hash before it, then the canonical form of every other column."""
    body = {
        "position": entry.position,
        "action": str(entry.action),
        "actor": entry.actor,
        "verb": entry.verb,
        "arguments": entry.arguments,
        "business_date": plain(entry.business_date),
        "at": plain(entry.at),
        "rows": entry.rows,
    }
    return sha256(entry.previous.encode() + b"\n" + canonical(body))


def append(
    action: UUID, actor: str, verb: str, arguments: str, business_date: date, at: datetime, rows: str
) -> Entry:
    """Write the entry of an action at the end of the chain, as the last statements before commit.

    Only here is the head locked: from now until commit everybody else waits, so that positions are
    the order of commits. Locked at the beginning, it would queue everybody for their whole work.
    """
    head = Head.objects.select_for_update().filter(pk=HEAD).first()
    if head is None:  # the very first entry; made here, so that an emptied table needs no migration again
        Head.objects.bulk_create([Head(pk=HEAD, position=0, hash=GENESIS)], ignore_conflicts=True)
        head = Head.objects.select_for_update().get(pk=HEAD)
    entry = Entry(
        position=head.position + 1,
        action=action,
        actor=actor,
        verb=verb,
        arguments=arguments,
        business_date=business_date,
        at=at,
        rows=rows,
        previous=head.hash,
    )
    entry.hash = digest(entry)
    Entry._base_manager.bulk_create([entry])  # noqa: SLF001 — the default manager is sealed
    Head.objects.filter(pk=HEAD).update(position=entry.position, hash=entry.hash)
    return entry
