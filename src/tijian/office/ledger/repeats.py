"""Idempotency keys: the same request sent twice has one effect and one answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Fault, Refused
from tijian.office.ledger.models import Repeat

# Longer than an action may wait for locks. A claim left by a process that was killed is taken over
# afterwards; should its owner live after all, it finds its claim gone and writes nothing.
LEASE = timedelta(seconds=60)
KEY_LENGTH = 200


@dataclass(frozen=True)
class Claim:
    """A key that is ours until our action is settled or released."""

    key: str
    token: UUID

    def settle(self, action: UUID, answer: str) -> None:
        """Store the answer in the transaction of the action.

        Raises:
            Refused: If the claim was taken over meanwhile; the action must not commit.
        """
        mine = Repeat.objects.filter(key=self.key, token=self.token, action=None)
        if not mine.update(action=action, answer=answer):
            raise Refused([_fault("repeat.lost", self.key, "仍由本次请求持有的幂等键", "请再发一次。")])

    def release(self) -> None:
        """Give the key back after an action that came to nothing."""
        Repeat.objects.filter(key=self.key, token=self.token, action=None).delete()


@dataclass(frozen=True)
class Stored:
    """What the first call with this key was answered."""

    action: UUID
    answer: dict[str, object]


def claim(key: str, actor: str, verb: str, arguments: str) -> Claim | Stored:
    """Claim a key for one request, or find what it was answered before.

    Raises:
        Refused: If the key belongs to another request, or the same request is being done right now.
    """
    if not 0 < len(key) <= KEY_LENGTH:
        raise Refused([_fault("repeat.key", key, f"1—{KEY_LENGTH} 个字的幂等键", "请改短。")])
    mine = Claim(key, uuid4())
    now = timezone.now()
    fingerprint = sha256(canonical([actor, verb, arguments]))
    fresh = Repeat(key=key, fingerprint=fingerprint, actor=actor, token=mine.token, started=now)
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        held = Repeat.objects.filter(key=key).first()
    else:
        return mine
    if held is None:
        raise Refused([_fault("repeat.released", key, "还没有用过的幂等键", "上一次没有成功，请再发一次。")])
    if held.fingerprint != fingerprint:
        hint = "这个键已用于另一个请求，请换一个。"
        raise Refused([_fault("repeat.reused", key, "同一个人的同一个请求", hint)])
    if held.action is not None:
        return Stored(held.action, json.loads(held.answer))
    if held.started < now - LEASE:
        stale = Repeat.objects.filter(key=key, token=held.token, action=None)
        if stale.update(token=mine.token, started=now):
            return mine
    since = timezone.localtime(held.started).strftime("%Y-%m-%d %H:%M:%S")
    hint = f"{held.actor} 于 {since} 发出的同一请求正在办理，请稍后再看结果。"
    raise Refused([_fault("repeat.busy", key, "没有正在办理的同一请求", hint)])


def _fault(code: str, key: str, expected: str, hint: str) -> Fault:
    return Fault(code, "幂等键", "", key, expected, hint)
