"""Pages for what went wrong, in words: what it is, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request cannot be understood."""
    del exception
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say what right is missing, in the words of the refusal where it has some."""
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page; nothing tells whether something hidden is there."""
    del exception
    return render(request, "errors/404.html", status=404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Say that the program failed; nothing is asked of a request that may be the cause."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came without its token, which an old page or a blocked cookie causes."""
    del reason
    return render(request, "errors/csrf.html", status=403)
