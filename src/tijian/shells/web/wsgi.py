"""The pages as a server takes them; ``TIJIAN_DATA`` names the installation, ``TIJIAN_HOSTS`` its names."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from tijian.shells import lifeline, running
from tijian.shells.settings.use import use


def _application() -> WSGIHandler:
    folder = Path(os.environ[running.DATA])
    lifeline.hold()
    use(folder)
    settings.ALLOWED_HOSTS += os.environ.get(running.HOSTS, "").split()
    if (folder / running.FOLDER).is_dir():
        running.sign_in(folder, running.PAGES)
    return WSGIHandler()


application = _application()
