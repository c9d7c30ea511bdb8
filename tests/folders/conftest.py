"""Folders with one thing broken: the examination refuses, names it and writes nothing."""

import io
import json
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from tijian.shells.cli.main import run

TOY = Path(__file__).parents[1] / "toy" / "city"
SHIPPED = Path(__file__).parents[2] / "cities" / "shenyang"
YEAR = {"toy": 2024, "shenyang": 2019}


@dataclass
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def refused(self):
        """The faults of ``--json``, which follow the lines of progress."""
        start = re.search(r"^\{", self.err, re.MULTILINE)
        assert start is not None, self.err
        return json.loads(self.err[start.start() :])["refused"]


def _tijian(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(a) for a in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIJIAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def tijian():
    return _tijian


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """The shipped city with synthetic inputs, made once."""
    out = tmp_path_factory.mktemp("generated") / "shenyang"
    answer = _tijian("city", "generate", out, "--template", SHIPPED, "--seed", 11)
    assert answer.code == 0, answer.err
    return out


@pytest.fixture
def copy(tmp_path, request):
    """Copy a city into a folder of the test's own."""

    def make(name="toy"):
        source = TOY if name == "toy" else request.getfixturevalue("generated")
        return Path(shutil.copytree(source, tmp_path / name))

    return make


@pytest.fixture
def exam(tijian, tmp_path):
    """Examine a folder; OUT is a folder that does not exist."""

    def go(folder, *more):
        year = YEAR.get(folder.name, 2024)
        return tijian("exam", folder, "--period", year, "--out", tmp_path / "out", "--no-reports", *more)

    return go
