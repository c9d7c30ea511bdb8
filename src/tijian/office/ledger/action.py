"""The base of every change of state: permission, precondition, change and trail in one transaction."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from typing import ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

from tijian.engine.kernel.canonical import canonical
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.office.ledger import chain, head_file, repeats
from tijian.office.ledger.locks import lock_periods, told_when_busy
from tijian.office.ledger.models import Chained, Entry
from tijian.office.ledger.permissions import Predicate
from tijian.office.ledger.rows import Form, form, plain, table

log = logging.getLogger(__name__)

done = Signal()
"""Sent after commit by the class of the action, with ``action`` and ``entry``."""

R = TypeVar("R", bound=Chained)


def new_id() -> UUID:
    """Make the id of an action: random behind the time in milliseconds, so that indexes grow at their end."""
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | secrets.randbits(80)
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def _model(row: Chained) -> type[Chained]:
    return type(row)


class Transaction:
    """What an action writes through: every row gets the action's id and is noted for the trail."""

    def __init__(self, actor: str, today: date) -> None:
        self.action = new_id()
        self.actor = actor
        self.today = today
        self.at = timezone.now()
        self._noted: dict[tuple[str, object], Form] = {}

    def add(self, row: R) -> R:
        """Write a new row."""
        self.add_all([row])
        return row

    def add_all(self, rows: Sequence[Chained]) -> None:
        """Write new rows, those of one table in a row by one statement."""
        for row in rows:
            row.action_id = self.action
        for model, group in groupby(rows, _model):
            written = model._base_manager.bulk_create(list(group))  # noqa: SLF001 — the default one is sealed
            for row in written:
                self._note(row)

    def change(self, row: R) -> R:
        """Write the new state of a row that is allowed to change.

        Raises:
            TypeError: If rows of this table never change.
        """
        if row.append_only:
            raise TypeError(f"rows of {table(type(row))} never change")
        row.action_id = self.action
        models.Model.save(row, force_update=True)
        self._note(row)
        return row

    def rows(self) -> str:
        """Give the canonical form of every row written, as the trail keeps it."""
        return canonical([[name, noted] for (name, _), noted in self._noted.items()]).decode()

    def _note(self, row: Chained) -> None:
        self._noted[table(type(row)), row.pk] = form(row)


@dataclass(frozen=True, slots=True)
class Done:
    """What an action came to: its id, its position in the trail and its answer."""

    action: UUID
    position: int
    answer: dict[str, object]


class Action:
    """One verb, as a frozen dataclass of its arguments. Pages, commands and jobs all call ``execute``.

    Attributes:
        verb: Stable name with dots; stands in the trail for ever.
        zh: What it is called in Chinese.
        permission: Who may do it.
    """

    verb: ClassVar[str]
    zh: ClassVar[str]
    permission: ClassVar[Predicate]

    def periods(self) -> Collection[str]:
        """Name every period whose results this action may recompute; they are locked first."""
        return ()

    def prepare(self) -> Self:
        """Do what needs no transaction and harms nobody if it is in vain, such as storing bytes by hash.

        Returns:
            The action as it will be done.
        """
        return self

    def precondition(self, faults: Faults) -> None:
        """Collect everything that stands against it, on the state under the locks."""

    def change(self, tx: Transaction) -> Mapping[str, object] | None:
        """Write the rows and give the answer as plain values."""
        raise NotImplementedError

    def arguments(self) -> dict[str, object]:
        """Give the arguments as the trail keeps them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]

    def execute(self, actor: str, *, today: date, key: str | None = None) -> Done:
        """Do it, in one transaction with its entry in the trail.

        Args:
            actor: Account that does it.
            today: Business date.
            key: Idempotency key; the second call with the same key gets the answer of the first.

        Raises:
            Refused: If it is not permitted, a precondition fails, the same key is at work, or a lock
                did not come in time. Nothing was written.
        """
        self._ask(actor)
        return self.prepare()._execute(actor, today, key)  # noqa: SLF001 — of our own class

    def _execute(self, actor: str, today: date, key: str | None) -> Done:
        arguments = canonical(self.arguments()).decode()
        claim = None
        if key is not None:
            with told_when_busy(self.zh):
                claim = repeats.claim(key, actor, self.verb, arguments)
        if isinstance(claim, repeats.Stored):
            position = Entry.objects.values_list("position", flat=True).get(action=claim.action)
            return Done(claim.action, position, claim.answer)
        try:
            with told_when_busy(self.zh), transaction.atomic(durable=True):
                return self._within(actor, today, arguments, claim)
        except BaseException:
            if claim is not None:
                claim.release()
            raise

    def _within(self, actor: str, today: date, arguments: str, claim: repeats.Claim | None) -> Done:
        lock_periods(self.periods())
        self._ask(actor)  # again: the right may have gone while we waited
        faults = Faults()
        self.precondition(faults)
        faults.raise_if_any()
        tx = Transaction(actor, today)
        answer = canonical(self.change(tx) or {}).decode()
        if claim is not None:
            claim.settle(tx.action, answer)
        entry = chain.append(tx.action, actor, self.verb, arguments, today, tx.at, tx.rows())
        # Robust: it is committed by then, and a full disk must not make it look otherwise.
        transaction.on_commit(lambda: self._after(entry), robust=True)
        return Done(tx.action, entry.position, json.loads(answer))

    def _after(self, entry: Entry) -> None:
        try:
            head_file.note(entry.position, entry.hash)
        finally:
            log.info("done", extra={"position": entry.position, "verb": entry.verb, "actor": entry.actor})
            done.send_robust(type(self), action=self, entry=entry)

    def _ask(self, actor: str) -> None:
        verdict = type(self).permission(actor, self)
        if not verdict.allowed:
            hint = f"规则：{verdict.rule}。"
            raise Refused([Fault("permission.missing", self.zh, "操作人", actor, "有权办理的账号", hint)])


def spoken(verb: str) -> str:
    """Say a verb of the trail in Chinese; the verb itself where no room knows it any more."""
    waiting: list[type[Action]] = [Action]
    while waiting:
        kind = waiting.pop()
        if getattr(kind, "verb", "") == verb:
            return kind.zh
        waiting += kind.__subclasses__()
    return verb
