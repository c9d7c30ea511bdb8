"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from tijian.shells.web.components.living import living_page

urlpatterns = [
    path("components/", living_page, name="components"),
]

handler400 = "tijian.shells.web.errors.bad_request"
handler403 = "tijian.shells.web.errors.forbidden"
handler404 = "tijian.shells.web.errors.not_found"
handler500 = "tijian.shells.web.errors.server_error"
