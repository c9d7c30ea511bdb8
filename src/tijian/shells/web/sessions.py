"""Sessions in the database, written when somebody signs in and then at half-life only."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware as Base
from django.http import HttpRequest, HttpResponse

RENEWED = "renewed"  # when it was last written, in seconds of the epoch


class SessionMiddleware(Base):
    """Renews a session that is used; its cookie is kept from plain connections where it came by a secure one."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write the session if it has lived for half its time, else leave the database alone."""
        session = request.session
        # asked before the session is read: an anonymous visitor has none, and gets none
        if settings.SESSION_COOKIE_NAME in request.COOKIES or session.modified:
            _renew(session)
        response = super().process_response(request, response)
        if request.is_secure() and settings.SESSION_COOKIE_NAME in response.cookies:
            response.cookies[settings.SESSION_COOKIE_NAME]["secure"] = True
        return response


def _renew(session: object) -> None:
    if session.is_empty():  # type: ignore[attr-defined]
        return
    now = int(time.time())
    if now - session.get(RENEWED, 0) >= settings.SESSION_COOKIE_AGE / 2:  # type: ignore[attr-defined]
        session[RENEWED] = now  # type: ignore[index]
