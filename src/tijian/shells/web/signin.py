"""Signing in and out, and one's own password."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.contrib import auth, messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tijian.engine.kernel.faults import Fault
from tijian.office.ledger.permissions import ACCOUNT_LENGTH
from tijian.office.people.actions import SetPassword
from tijian.office.people.models import Login
from tijian.office.people.queries import demo_persons
from tijian.shells.settings.signin import SHORTEST_PASSWORD
from tijian.shells.web import lockout
from tijian.shells.web.access import signed_in, who
from tijian.shells.web.perform import UNFIT, perform

log = logging.getLogger(__name__)

PASSWORD_LENGTH = 200  # longer ones only cost the time of hashing
WRONG = "账号或密码不对，或账号已停用。"
FORGOTTEN = "忘记密码请找系统管理员重设。"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, then go on to where one wanted to."""
    wanted = _own_page(request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        return redirect(wanted or "home") if signed_in(request) is not None else _page(request, wanted)
    name, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    if not _usable(name, password):
        return _page(request, wanted, name, WRONG, UNFIT)
    user = auth.authenticate(request, username=name, password=password)
    if user is None:
        locked = lockout.told(request, name)
        log.warning("sign-in failed", extra=_from(request) | {"account": name, "locked": bool(locked)})
        return _page(request, wanted, name, locked or WRONG, 429 if locked else UNFIT)
    auth.login(request, user)
    log.info("signed in", extra=_from(request) | {"account": name})
    return redirect(wanted or "home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the page for signing in comes next."""
    auth.logout(request)
    return redirect("signin")


@sensitive_post_parameters("current", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    if request.method != "POST":
        return _password_page(request)
    given = request.POST.get("password", "")
    faults = _against(request, given)
    if not faults:
        outcome = perform(request, SetPassword(who(request).name, given))
        faults = list(outcome.faults)
    if not faults:
        user = Login.objects.get(name=who(request).name)
        auth.update_session_auth_hash(request, user)
        messages.success(request, "密码已修改；其他地方的登录已经退出。")
        return redirect("password")
    return _password_page(request, faults)


@require_GET
@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Tell a watcher that pages and database answer; it says nothing of the installation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("正常\n", content_type="text/plain; charset=utf-8")


def _page(
    request: HttpRequest, wanted: str, name: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    demo = demo_persons()
    context = {"next": wanted, "username": name, "wrong": wrong, "forgotten": FORGOTTEN, "demo": demo}
    return render(request, "signin/signin.html", context, status=status)


def _password_page(request: HttpRequest, faults: Sequence[Fault] = ()) -> HttpResponse:
    context = {"faults": faults, "shortest": SHORTEST_PASSWORD}
    return render(request, "signin/password.html", context, status=UNFIT if faults else 200)


def _usable(name: str, given: str) -> bool:
    return (
        0 < len(name) <= ACCOUNT_LENGTH and 0 < len(given) <= PASSWORD_LENGTH and "\x00" not in name + given
    )


def _from(request: HttpRequest) -> dict[str, object]:
    return {"address": request.META.get("REMOTE_ADDR", "")}


def _own_page(wanted: str) -> str:
    """Keep an address only if it is a page of this site."""
    inside = (
        wanted.startswith("/")
        and wanted.isprintable()
        and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    )
    return wanted if inside else ""


def _against(request: HttpRequest, given: str) -> list[Fault]:
    """Collect what stands against a change before the action is asked."""
    faults = []
    name, current = who(request).name, request.POST.get("current", "")[:PASSWORD_LENGTH]
    # asked like a sign-in, so that guessing on a forgotten screen is locked out, too
    if auth.authenticate(request, username=name, password=current) is None:
        hint = lockout.told(request, name) or FORGOTTEN
        faults.append(Fault("password.current", "修改密码", "原密码", "", "现在的密码", hint))
    if given != request.POST.get("again", ""):
        faults.append(
            Fault("password.again", "修改密码", "再输一次", "", "与新密码相同的内容", "两次输入不同。")
        )
    if len(given) > PASSWORD_LENGTH:
        expected = f"不超过 {PASSWORD_LENGTH} 个字的密码"
        faults.append(Fault("password.long", "修改密码", "新密码", "", expected, "请改短。"))
    return faults
