"""One harness for every stateful test: each runs on SQLite (a file) and on PostgreSQL (a server out of the wheel)."""

import shutil
import uuid
from datetime import UTC, datetime

import postgres
import pytest
from place import TOY, WITH_SLICE, Place

from tijian.shells.settings.create import create
from tijian.shells.settings.installation import (
    SECRET,
    Installation,
    read_installation,
    write_installation,
    write_secret,
)
from tijian.shells.settings.use import release, use

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session", autouse=True)
def _with_slice(tmp_path_factory):
    """Set Django up with the room of the tests, before anything sets it up without."""
    folder = tmp_path_factory.mktemp("first")
    write_secret(folder)
    write_installation(
        folder,
        Installation(city="toy", database="sqlite", secret=SECRET, today=None, created=datetime.now(UTC)),
    )
    use(folder, WITH_SLICE)
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
    """Make an installation once an engine, by the command; later ones are copies of it."""
    made = {}

    def of(engine):
        if engine not in made:
            folder = tmp_path_factory.mktemp("template") / "data"
            address = "sqlite"
            if engine == "postgresql":
                server = request.getfixturevalue("server")
                address = server.create(f"t{uuid.uuid4().hex[:12]}")
            create(folder, str(TOY), address, "系统管理员")
            use(folder, WITH_SLICE)
            from django.core.management import call_command

            call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
            release()
            made[engine] = folder
        return made[engine]

    return of


@pytest.fixture
def copy_of(engine, request, tmp_path):
    """Copy an installation, database and all, and take the copy into use."""
    databases = []

    def copied(source):
        release()
        folder = tmp_path / uuid.uuid4().hex[:8]
        shutil.copytree(source, folder)
        if engine == "postgresql":
            server = request.getfixturevalue("server")
            found = read_installation(folder)
            name = f"d{uuid.uuid4().hex[:12]}"
            address = server.create(name, found.database.split("/")[3].split("?")[0])
            databases.append(name)
            write_installation(folder, found.model_copy(update={"database": address}))
        use(folder, WITH_SLICE)
        return Place(folder, engine)

    yield copied
    release()
    for name in databases:
        request.getfixturevalue("server").drop(name)


@pytest.fixture
def office(engine, template, copy_of):
    """An installation just opened, of its own for each test."""
    return copy_of(template(engine))
