"""Who sees which page: one table of routes and roles, asked before any view runs.

A new route needs one line in ``ACCESS``, under its name in ``urls.py``; without it every request is
refused and a test fails. The line is made by one of

- ``to_everybody()``: no account needed;
- ``to_signed_in()``: whoever is signed in;
- ``to_roles(Role.EXPERT, …)``: these roles; the others read 403 in words;
- ``to_duty(TREAT)``: the roles that may do anything of a duty (``office.people.permissions.TABLE``).

Each takes ``nav="治理"`` (stands in the navigation, in the order of the table), ``do=TREAT`` (POST and the
like only for the holders of that duty) and ``own=function`` for what belongs to a body: the function gets
the person and the arguments of the route and says whether it is theirs; to others the page is 404. A route
with arguments also needs an example in ``tests/security/examples.py``.

The table keeps people from pages; whether an action may be done is asked by the action itself, again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django_htmx.http import HttpResponseClientRedirect

from tijian.office.people import queries
from tijian.office.people.models import Role
from tijian.office.people.permissions import (
    ADOPT_CRITERIA,
    CHOOSE,
    CLOSE_DISEASE,
    COMPILE,
    DIAGNOSE,
    OPEN_ROUND,
    PUBLISH,
    REPORT,
    TRAIL,
    TREAT,
    holders,
    told,
)
from tijian.office.people.queries import Person
from tijian.office.register.queries import latest_round
from tijian.office.values import uploads
from tijian.shells.web.pages.treatment_rights import sees_proof

log = logging.getLogger(__name__)

Own = Callable[[Person, Mapping[str, Any]], bool]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
EVERY_ROLE = frozenset(Role)


class Answer(Enum):
    """What a request to a route comes to."""

    ALLOWED = "可见"
    SIGN_IN = "先登录"
    FORBIDDEN = "403"
    NOT_FOUND = "404"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        open: No account needed.
        roles: Who sees it; an account without any role sees what all of them see.
        nav: Its words in the navigation; empty where it stands in none.
        do: Duty without which only reading is allowed.
        own: Whether what the arguments name belongs to a person.
        words: To whom it belongs, in Chinese.
        under: Route whose entry of the navigation is marked while this one is shown.
    """

    open: bool = False
    roles: frozenset[Role] = EVERY_ROLE
    nav: str = ""
    do: str = ""
    own: Own | None = None
    words: str = ""
    under: str = ""

    def answer(self, person: Person | None, arguments: Mapping[str, Any], method: str = "GET") -> Answer:
        """Decide on one request."""
        if self.open:
            return Answer.ALLOWED
        if person is None:
            return Answer.SIGN_IN
        if self.own is not None and not self.own(person, arguments):
            return Answer.NOT_FOUND
        if not _among(person, self.roles):
            return Answer.FORBIDDEN
        if method not in SAFE and self.do and not _among(person, holders(self.do)):
            return Answer.FORBIDDEN
        return Answer.ALLOWED

    def reason(self, method: str = "GET") -> str:
        """Say in Chinese whose it is, for the page that refuses."""
        if method not in SAFE and self.do:
            return f"{told(self.do)}。"
        return f"{self.words}。"


def to_everybody() -> Row:
    """Open a route to visitors without an account."""
    return Row(open=True, words="任何人可看")


def to_signed_in(*, nav: str = "", do: str = "", own: Own | None = None, under: str = "") -> Row:
    """Open a route to whoever is signed in."""
    return Row(nav=nav, do=do, own=own, words="登录后可看", under=under)


def to_roles(*roles: Role, nav: str = "", do: str = "", own: Own | None = None) -> Row:
    """Open a route to some roles."""
    words = f"这一页由{'、'.join(r.value for r in roles)}使用"
    return Row(roles=frozenset(roles), nav=nav, do=do, own=own, words=words)


def to_duty(duty: str, *, nav: str = "", own: Own | None = None, under: str = "") -> Row:
    """Open a route to the roles that have a duty."""
    return Row(roles=holders(duty), nav=nav, own=own, words=told(duty), under=under)


ACCESS: Mapping[str, Row] = {
    "health": to_everybody(),
    "components": to_everybody(),
    "signin": to_everybody(),
    "signout": to_everybody(),
    "home": to_signed_in(nav="首页"),
    "round_home": to_signed_in(under="home"),
    "mark_looked": to_signed_in(),
    "indicators": to_signed_in(nav="指标"),
    "indicator": to_signed_in(under="indicators"),
    "explain": to_signed_in(under="indicators"),
    "geojson": to_signed_in(),
    "gaps": to_signed_in(under="indicators"),
    "areas": to_signed_in(nav="区"),
    "area": to_signed_in(under="areas"),
    "onepage_first": to_signed_in(under="areas"),
    "onepage": to_signed_in(under="areas"),
    "shortfalls": to_signed_in(nav="短板"),
    "diseases": to_signed_in(nav="城市病"),
    "candidates_csv": to_signed_in(),
    "diseases_csv": to_signed_in(),
    "disease_new": to_signed_in(do=DIAGNOSE, under="diseases"),
    "candidate": to_signed_in(do=DIAGNOSE, under="diseases"),
    "disease": to_signed_in(under="diseases"),
    "disease_revoke": to_signed_in(do=DIAGNOSE, under="diseases"),
    "disease_close": to_signed_in(do=CLOSE_DISEASE, under="diseases"),
    "disease_relapse": to_signed_in(do=DIAGNOSE, under="diseases"),
    "measure_new": to_signed_in(do=TREAT, under="measures"),
    "measures": to_signed_in(nav="治理"),
    "measures_csv": to_signed_in(),
    "measure": to_signed_in(under="measures"),
    "measure_assess": to_signed_in(do=TREAT, under="measures"),
    "measure_cancel": to_signed_in(do=TREAT, under="measures"),
    "milestone": to_signed_in(under="measures"),
    "proof": to_signed_in(own=sees_proof),
    "chain": to_signed_in(nav="治理链"),
    "criteria": to_signed_in(nav="标准"),
    "criteria_file": to_signed_in(),
    "criteria_adopt": to_duty(ADOPT_CRITERIA),
    "criteria_undo": to_signed_in(do=ADOPT_CRITERIA, under="criteria"),
    "systems": to_signed_in(nav="指标体系"),
    "systems_publish": to_duty(PUBLISH),
    "system": to_signed_in(under="systems"),
    "system_file": to_signed_in(),
    "system_indicator": to_signed_in(under="systems"),
    "system_diff": to_signed_in(under="systems"),
    "system_copy": to_duty(PUBLISH),
    "system_edit": to_signed_in(do=PUBLISH, under="systems"),
    "rounds": to_signed_in(nav="轮次", do=OPEN_ROUND),
    "round_duties": to_signed_in(under="rounds"),
    "duties_file": to_signed_in(),
    "round_rebase": to_signed_in(do=OPEN_ROUND, under="rounds"),
    "round_close": to_signed_in(do=OPEN_ROUND, under="rounds"),
    "download": to_signed_in(),
    "values": to_signed_in(nav="数据"),
    "datasets": to_signed_in(nav="数据资源"),
    "dataset": to_signed_in(under="datasets"),
    "dataset_file": to_signed_in(),
    "values_adopt": to_signed_in(do=CHOOSE),
    "values_correct": to_duty(REPORT, under="values"),
    "import": to_duty(REPORT, under="values"),
    "import_template": to_duty(REPORT),
    "import_seen": to_duty(REPORT, own=uploads.is_own, under="values"),
    "import_marked": to_duty(REPORT, own=uploads.is_own),
    "withdraw": to_duty(REPORT, under="values"),
    "reports": to_signed_in(nav="报告", do=COMPILE),
    "reports_running": to_signed_in(under="reports"),
    "report_file": to_signed_in(),
    "status": to_duty(TRAIL, nav="系统状态"),
    "status_check": to_duty(TRAIL, under="status"),
    "status_running": to_duty(TRAIL, under="status"),
    "trail": to_duty(TRAIL, under="status"),
    "trail_csv": to_duty(TRAIL),
    "trail_entry": to_duty(TRAIL, under="status"),
    "help": to_signed_in(nav="帮助"),
    "password": to_signed_in(),
}
"""Name of the route → who sees it."""


def _among(person: Person, roles: frozenset[Role]) -> bool:
    return roles == EVERY_ROLE or person.has(*roles)


def signed_in(request: HttpRequest) -> Person | None:
    """Give the person behind a request, with the roles of this moment; none for a visitor."""
    found: Person | None
    try:
        found = request._person  # type: ignore[attr-defined]  # noqa: SLF001 — kept for this request
    except AttributeError:
        user = request.user
        found = queries.person(user.name) if user.is_authenticated else None
        request._person = found  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def who(request: HttpRequest) -> Person:
    """Give the person behind a request to a page that needs one.

    Raises:
        PermissionDenied: If nobody is signed in, which the table should have caught.
    """
    found = signed_in(request)
    if found is None:
        raise PermissionDenied("请先登录。")
    return found


def places(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """List the navigation of a person: words, address, and whether it is the page shown."""
    person = signed_in(request)
    match = request.resolver_match
    shown = match.view_name if match is not None else ""
    marked = {shown, ACCESS[shown].under if shown in ACCESS else ""}
    here = match.kwargs.get("round_id") if match is not None else None
    found = []
    for name, row in ACCESS.items():
        if person is None or not row.nav or row.answer(person, {}) is not Answer.ALLOWED:
            continue
        address = _address(name, here)
        if address:
            found.append((row.nav, address, name in marked))
    return found


def _address(name: str, round_id: int | None) -> str:
    """Give the address of a page of the navigation, of the round shown where it is one of a round; empty for none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        which = latest_round() if round_id is None else None
        shown = which.pk if which is not None else round_id
    try:
        return "" if shown is None else reverse(name, kwargs={"round_id": shown})
    except NoReverseMatch:
        return ""  # its page is not there yet


class AccessMiddleware:
    """Asks the table before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass it on; the question is asked when the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let through, send to the page for signing in, or refuse.

        Raises:
            PermissionDenied: If it is not for this person, or the route has no line in the table.
            Http404: If what it names belongs to somebody else.
        """
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        row = ACCESS.get(name)
        if row is None:
            log.error("route without a line in the access table", extra={"route": name})
            raise PermissionDenied("这一页还没有写明谁可以看。")
        method = request.method or ""
        person = None if row.open else signed_in(request)
        match row.answer(person, kwargs, method):
            case Answer.SIGN_IN:
                return _to_sign_in(request)
            case Answer.NOT_FOUND:
                raise Http404
            case Answer.FORBIDDEN:
                raise PermissionDenied(row.reason(method))
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in SAFE else "/"
    if getattr(request, "htmx", False):  # a part of a page cannot be replaced by the page for signing in
        return HttpResponseClientRedirect(reverse("signin"))
    return redirect_to_login(back, reverse("signin"))
