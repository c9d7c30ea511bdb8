"""Take an installation into use in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.db import connections
from django.utils.log import configure_logging

from tijian.shells.settings.django_settings import ROOMS, settings_of
from tijian.shells.settings.installation import read_installation, write_installation


def use(folder: Path, rooms: tuple[str, ...] = ROOMS) -> None:
    """Set Django up on an installation, or turn a process that has it set up to another one.

    Raises:
        Refused: If the folder is no sound installation.
    """
    folder = folder.resolve()
    built = settings_of(folder, read_installation(folder), rooms)
    (folder / "logs").mkdir(exist_ok=True)  # a folder put back from a backup may lack it
    if not settings.configured:
        settings.configure(**built)
        django.setup()
        _wire()
        return
    release()
    for name, value in built.items():
        setattr(settings, name, value)
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    del connections["default"]
    connections.settings = connections.configure_settings(built["DATABASES"])


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """Use an installation and let go of its database at the end.

    Raises:
        Refused: If the folder is no sound installation.
    """
    use(folder)
    try:
        yield
    finally:
        release()


def release() -> None:
    """Close this thread's connection, and the pool behind it."""
    connection = connections["default"]
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _wire() -> None:
    """Bring together what must not import one another."""
    from tijian.office.ledger import permissions
    from tijian.office.ledger.action import done
    from tijian.office.ledger.actions import SetToday
    from tijian.office.people.permissions import rules

    permissions.install(rules())
    done.connect(_told, sender=SetToday, dispatch_uid="today")
    done.connect(_changed, dispatch_uid="changed")


def _changed(**_signal: object) -> None:
    """Have weaknesses searched again beside the pages: peers are compared, so it is no part of the transaction.

    After every action, whatever its kind: a list of those that change results would be forgotten one day.
    """
    from tijian.shells.jobs import look_for_weaknesses

    look_for_weaknesses()


def _told(**_signal: object) -> None:
    keep_today()


def keep_today() -> None:
    """Copy the simulated date to where people read it; as it stands, whichever of two writers comes last."""
    from tijian.office.ledger import queries

    folder = Path(settings.INSTALLATION)
    found, day = read_installation(folder), queries.simulated_day()
    if found.today != day:
        write_installation(folder, found.model_copy(update={"today": day}))
