"""What the stateful tests share: an installation in use and the ways around it, commands, paths."""

import io
import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from tijian.shells.cli.main import run
from tijian.shells.settings.django_settings import ROOMS
from tijian.shells.settings.installation import (
    read_installation,
)

HERE = Path(__file__).parent
TOY = HERE.parent / "toy" / "city"
TIJIAN = Path(sys.executable).with_name("tijian")
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
