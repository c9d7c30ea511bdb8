"""Settings of the pages: templates, static files, and what a page may load."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF

from tijian.engine.kernel.shipped import PACKAGE

WEB = PACKAGE / "shells" / "web"


def web_settings() -> dict[str, Any]:
    """Give what the pages need of Django; everything is served by the program itself."""
    return {
        "ROOT_URLCONF": "tijian.shells.web.urls",
        "TEMPLATES": [_templates()],
        "STATIC_URL": "/static/",
        # ours, then what tools/build_assets.py takes from packages: fonts and htmx
        "STATICFILES_DIRS": [WEB / "static", ("web", PACKAGE / "assets" / "web")],
        "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
        "WHITENOISE_USE_FINDERS": True,  # no collectstatic: an installed package is ready to serve
        "WHITENOISE_AUTOREFRESH": False,
        # a new version of a font has a new folder
        "WHITENOISE_IMMUTABLE_FILE_TEST": r"^/static/web/fonts/",
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": _policy()},
        "X_FRAME_OPTIONS": "DENY",
        "CSRF_FAILURE_VIEW": "tijian.shells.web.errors.csrf_failure",
    }


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.static",
                "tijian.shells.web.components.tags",
                "tijian.shells.web.forms_once",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tijian.shells.web.context.frame_of",
            ],
        },
    }


def _policy() -> dict[str, list[str]]:
    """Allow nothing but what the program serves: no inline script or style, no data: address."""
    return {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
