"""The command line as people and programs meet it."""

import csv
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
SEED = 11


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

    @property
    def json(self):
        return json.loads(self.out)


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
def toy():
    return TOY


@pytest.fixture(scope="session")
def template():
    return SHIPPED


@pytest.fixture(scope="session")
def shenyang(tmp_path_factory):
    """The shipped city with synthetic inputs, made once by the command."""
    out = tmp_path_factory.mktemp("generated") / "shenyang"
    answer = _tijian("city", "generate", out, "--template", SHIPPED, "--seed", SEED)
    assert answer.code == 0, answer.err
    assert answer.out == f"已生成 {out}（种子 {SEED}，合成数据）。\n"
    return out


@pytest.fixture
def toy_copy(tmp_path):
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


@pytest.fixture(scope="session")
def table():
    """Read a CSV that was written, without our code."""

    def read(path):
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))

    return read


@pytest.fixture(scope="session")
def tree():
    """All files of a folder with their bytes."""

    def read(folder):
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return read
