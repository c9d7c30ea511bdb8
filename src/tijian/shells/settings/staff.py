"""Who is there when an installation begins: the city's bodies and the first accounts."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tijian.engine.catalogue.document import Doc, read_sequence
from tijian.engine.catalogue.loading import City

DEMO_FILE = "accounts.yaml"
DEMO_PASSWORD = "tijian-2019"  # noqa: S105 — public on purpose: of accounts made with --demo-accounts only


class DemoRole(Doc):
    """A role of a demo account, with the code of its body where it needs one."""

    role: str
    body: str = ""


class DemoAccount(Doc):
    """One demo account of ``accounts.yaml``."""

    name: str
    zh: str
    roles: tuple[DemoRole, ...]


def staff(city: City, actor: str) -> None:
    """Set up the bodies, and the one who opened the installation as its administrator, without a password."""
    from tijian.office.ledger import queries
    from tijian.office.people.actions import CreateAccount, SetUpBodies
    from tijian.office.people.models import Role

    today = queries.today()
    if city.bodies:
        SetUpBodies(city.bodies).execute(actor, today=today)
    first = CreateAccount(actor, actor, ((Role.ADMINISTRATOR.value, ""),))
    first.execute(actor, today=today)


def staff_for_demo(actor: str) -> None:
    """Make the demo accounts of the city, all of them and the administrator with one password that is public."""
    from tijian.office.ledger import queries
    from tijian.office.people.actions import CreateAccount, SetPassword

    today = queries.today()
    SetPassword(actor, DEMO_PASSWORD).execute(actor, today=today)
    for one in demo_accounts():
        grants = tuple((r.role, r.body) for r in one.roles)
        action = CreateAccount(one.name, one.zh, grants, DEMO_PASSWORD, demo=True)
        action.execute(actor, today=today)


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Read the demo accounts of the installation's city; it may have none.

    Raises:
        Refused: If the file is faulty.
    """
    file = Path(settings.INSTALLATION) / "city" / DEMO_FILE
    return read_sequence(DemoAccount, file, DEMO_FILE) if file.is_file() else ()
