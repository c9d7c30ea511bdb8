"""The harness of the office, seeded once a module: an installation with an account of every role."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "office"))

from harness import ENGINES, _with_slice, copied, server, template
from visitors import ROLELESS, Visitors

__all__ = ["_with_slice", "server", "template"]


@pytest.fixture(scope="module", params=ENGINES)
def seeded(request, template, tmp_path_factory):
    """Copy the installation with demo accounts, and add one that has no role."""
    from tijian.shells.settings.use import release

    engine = request.param
    place, name = copied(
        template(engine, "demo"), tmp_path_factory.mktemp("seeded") / "data", engine, request
    )
    from tijian.office.ledger import queries
    from tijian.office.people.actions import CreateAccount

    CreateAccount(ROLELESS, "没有角色").execute("guanli", today=queries.today())
    yield place
    release()
    if name:
        request.getfixturevalue("server").drop(name)


@pytest.fixture
def visitors(seeded):
    """Give clients; what failed sign-ins left behind is taken away first."""
    from axes.models import AccessAttempt

    AccessAttempt.objects.all().delete()
    return Visitors()
