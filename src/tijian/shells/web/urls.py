"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from tijian.shells.web import signin
from tijian.shells.web.components.living import living_page

urlpatterns = [
    path("", signin.home, name="home"),
    path("signin", signin.sign_in, name="signin"),
    path("signout", signin.sign_out, name="signout"),
    path("password", signin.password, name="password"),
    path("healthz", signin.health, name="health"),
    path("components/", living_page, name="components"),
]

handler400 = "tijian.shells.web.errors.bad_request"
handler403 = "tijian.shells.web.errors.forbidden"
handler404 = "tijian.shells.web.errors.not_found"
handler500 = "tijian.shells.web.errors.server_error"
