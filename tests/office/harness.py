"""One harness for every stateful test: each runs on SQLite (a file) and on PostgreSQL (a server out of the wheel)."""

import shutil
import uuid
from datetime import UTC, datetime
from functools import partial

import filling
import postgres
import pytest
from place import TOY, WITH_SLICE, Place

from tijian.shells.settings.create import begin, create
from tijian.shells.settings.installation import (
    SECRET,
    Installation,
    read_installation,
    write_installation,
    write_secret,
)
from tijian.shells.settings.use import release, use

ENGINES = ("sqlite", "postgresql")
FIXTURES = (
    "_with_slice", "server", "engine", "template", "copy_of", "stage", "office", "filled_template", "filled",
)  # fmt: skip

# How far an installation has come: the one entry of its opening; bodies and the first account; accounts of every role.
STAGES = {"opened": lambda *_: None, "begun": begin, "demo": partial(begin, demo=True)}


@pytest.fixture(scope="session", autouse=True)
def _with_slice(tmp_path_factory):
    """Set Django up with the room of the tests, before anything sets it up without; hash passwords quickly."""
    folder = tmp_path_factory.mktemp("first")
    write_secret(folder)
    write_installation(
        folder,
        Installation(city="toy", database="sqlite", secret=SECRET, today=None, created=datetime.now(UTC)),
    )
    use(folder, WITH_SLICE)
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    release()


@pytest.fixture(scope="session")
def server():
    """Fails with the reason where PostgreSQL cannot start; nothing is skipped."""
    return postgres.start()


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="session")
def template(request, tmp_path_factory):
    """Make an installation once an engine and stage, by the command; later ones are copies of it."""
    made = {}

    def of(engine, stage="opened"):
        if (engine, stage) not in made:
            folder = tmp_path_factory.mktemp("template") / "data"
            address = "sqlite"
            if engine == "postgresql":
                server = request.getfixturevalue("server")
                address = server.create(f"t{uuid.uuid4().hex[:12]}")
            create(folder, str(TOY), address, "系统管理员", STAGES[stage])
            use(folder, WITH_SLICE)
            from django.core.management import call_command

            call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
            release()
            made[engine, stage] = folder
        return made[engine, stage]

    return of


def copied(source, folder, engine, request):
    """Copy an installation, database and all, and take the copy into use; name its database."""
    release()
    shutil.copytree(source, folder)
    name = ""
    if engine == "postgresql":
        found = read_installation(folder)
        name = f"d{uuid.uuid4().hex[:12]}"
        before = found.database.split("/")[3].split("?")[0]
        address = request.getfixturevalue("server").create(name, before)
        write_installation(folder, found.model_copy(update={"database": address}))
    use(folder, WITH_SLICE)
    return Place(folder, engine), name


@pytest.fixture
def copy_of(engine, request, tmp_path):
    """Copy an installation and take the copy into use."""
    databases = []

    def of(source):
        place, name = copied(source, tmp_path / uuid.uuid4().hex[:8], engine, request)
        databases.append(name)
        return place

    yield of
    release()
    for name in filter(None, databases):
        request.getfixturevalue("server").drop(name)


@pytest.fixture
def stage():
    """How far ``office`` has come; a module may say otherwise by a fixture of its own."""
    return "begun"


@pytest.fixture
def office(engine, template, copy_of, stage):
    """An installation just begun, of its own for each test."""
    return copy_of(template(engine, stage))


@pytest.fixture(scope="session")
def filled_template(template, tmp_path_factory, request):
    """Fill an installation once an engine: systems published, a round open, the toy city's figures in it."""
    made = {}

    def of(engine):
        if engine not in made:
            folder = tmp_path_factory.mktemp("filled") / "data"
            copied(template(engine, "demo"), folder, engine, request)
            filling.publish(folder)
            filling.opened()
            filling.fill()
            release()
            made[engine] = folder
        return made[engine]

    return of


@pytest.fixture
def filled(engine, filled_template, copy_of):
    """An installation with a filled round, of its own for each test."""
    return copy_of(filled_template(engine))
