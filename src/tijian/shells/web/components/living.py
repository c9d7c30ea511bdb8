"""The page that shows every component in every state; later pages look things up here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def living_page(request: HttpRequest) -> HttpResponse:
    """Show all components with made-up figures."""
    return render(request, "components/living.html", {})
