"""Settings for tools that have no installation: ``python -m django makemigrations``, the type checker."""

from pathlib import Path

from tijian.shells.settings.django_settings import ROOMS, common
from tijian.shells.settings.logs import logging_settings

LOGGING = logging_settings(None)
INSTALLATION = Path("installation")  # none: nothing is read or written there
SECRET_KEY = "no installation, no secret"  # noqa: S105 — signs nothing
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
globals().update(common(ROOMS))
