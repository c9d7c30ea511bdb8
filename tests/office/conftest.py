"""One harness for every stateful test: each runs on SQLite (a file) and on PostgreSQL (a server out of the wheel)."""

import io
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import postgres
import psycopg
import pytest

from tijian.shells.cli.main import run
from tijian.shells.settings.create import create
from tijian.shells.settings.django_settings import ROOMS
from tijian.shells.settings.installation import (
    SECRET,
    Installation,
    read_installation,
    write_installation,
    write_secret,
)
from tijian.shells.settings.use import release, use

HERE = Path(__file__).parent
TOY = HERE.parent / "toy" / "city"
TIJIAN = Path(sys.executable).with_name("tijian")
ENGINES = ("sqlite", "postgresql")
WITH_SLICE = (*ROOMS, "ledger_slice")
DAY = date(2019, 6, 1)


def tijian(*arguments):
    """Run the command as a person does."""
    return subprocess.run([TIJIAN, *map(str, arguments)], capture_output=True, text=True, check=False)


def tijian_here(*arguments):
    """Run the command in this process, which is quicker; not for what reads every table."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(a) for a in arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


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


@dataclass
class Place:
    """An installation in use, and the ways around it that only a tamperer has."""

    folder: Path
    engine: str

    def verify(self):
        from tijian.office.ledger.verify import verify

        return verify()

    @contextmanager
    def raw(self):
        """Give a function that runs SQL past Django, foreign keys and all."""
        if self.engine == "sqlite":
            connection = sqlite3.connect(self.folder / "tijian.sqlite3", isolation_level=None, timeout=20)
        else:
            connection = psycopg.connect(read_installation(self.folder).database, autocommit=True)
            connection.execute("SET session_replication_role = replica")

        def run(statement, *values):
            if self.engine == "postgresql":
                statement = statement.replace("?", "%s")
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        try:
            yield run
        finally:
            connection.close()

    def child(self, mode, name="", count=0, **environment):
        return subprocess.Popen(
            [sys.executable, HERE / "child.py", self.folder, mode, name, str(count)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=os.environ | environment,
        )  # fmt: skip


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
