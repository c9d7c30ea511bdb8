"""The second toy city: 澄湖市, invented, with three levels, no area types and another projection."""

import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from tijian.shells.cli.main import run

TOY = Path(__file__).parent / "city"


@dataclass
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str


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


@dataclass
class Examined:
    """The files of one examination, read without our code."""

    folder: Path

    def rows(self, name="values"):
        text = (self.folder / f"{name}.csv").read_bytes().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def row(self, indicator, area):
        (found,) = [r for r in self.rows() if (r["indicator"], r["area"]) == (indicator, area)]
        return found

    def dimension(self, dimension, area):
        (found,) = [r for r in self.rows("dimensions") if (r["dimension"], r["area"]) == (dimension, area)]
        return found

    def json(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def files(self):
        return {
            str(p.relative_to(self.folder)): p.read_bytes()
            for p in sorted(self.folder.rglob("*"))
            if p.is_file()
        }


@pytest.fixture(scope="session")
def examine(tmp_path_factory):
    """Examine a folder through the command, without reports."""

    def go(folder, year, *more):
        out = tmp_path_factory.mktemp("out") / "exam"
        answer = _tijian("exam", folder, "--period", year, "--out", out, "--no-reports", *more)
        assert answer.code == 0, answer.err
        return Examined(out)

    return go


@pytest.fixture(scope="session")
def in_2024(examine):
    return examine(TOY, 2024)


@pytest.fixture(scope="session")
def in_2023(examine):
    return examine(TOY, 2023)
