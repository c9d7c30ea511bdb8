"""Lockout against guessing one password and against trying one password on many accounts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tijian.shells.settings.signin import COOL_OFF, FAILURES

ADDRESS_SHARE = 2  # colleagues share an address: it may fail so many times as often as an account


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Counts failures by account and by address in the time of the cool-off; either is enough to lock."""

    def get_failures(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        """Give the larger of both counts, that of the address by its share."""
        account, address = (_counted(a) for a in self.get_user_attempts(request, credentials))
        return max(sum(n for _, n in account), sum(n for _, n in address) // ADDRESS_SHARE)

    def user_logged_in(self, sender: object, request: Any, user: Any, **kwargs: object) -> None:
        """Forget this account's failures from this address, and nobody else's.

        Whoever tries the accounts of others could otherwise start afresh by signing in to his own.
        """
        super().user_logged_in(sender, request, user, **kwargs)
        AccessAttempt.objects.filter(
            username=user.get_username(), ip_address=request.axes_ip_address
        ).delete()

    def wait(self, request: HttpRequest, credentials: Mapping[str, Any]) -> timedelta:
        """Say how long it is until the next try counts."""
        account, address = (_counted(a) for a in self.get_user_attempts(request, credentials))
        return max(_wait(account, FAILURES), _wait(address, FAILURES * ADDRESS_SHARE))


def _counted(attempts: Any) -> list[tuple[Any, int]]:
    return list(attempts.order_by("attempt_time").values_list("attempt_time", "failures_since_start"))


def _wait(failures: list[tuple[Any, int]], limit: int) -> timedelta:
    """Let failures expire one after the other, until fewer than the limit are left."""
    total, wait = sum(n for _, n in failures), timedelta()
    for at, number in failures:
        if total < limit:
            break
        total -= number
        wait = at + COOL_OFF - timezone.now()
    return wait


def locked_out(
    _request: HttpRequest, response: HttpResponse, _credentials: Mapping[str, Any]
) -> HttpResponse:
    """Keep the page that the view made; it says already how long."""
    return response


def told(request: HttpRequest, username: str) -> str:
    """Say in words that it is locked and for how long; empty where it is not."""
    if not getattr(request, "axes_locked_out", False):
        return ""
    wait = AxesProxyHandler.get_implementation().wait(request, {"username": username})
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return f"登录失败次数过多，为保护账号已暂停登录，请 {minutes} 分钟后再试。"
