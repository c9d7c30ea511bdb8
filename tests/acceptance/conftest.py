"""Cities made and examined through the command line, as a user would."""

import os
import subprocess
import sys

import pytest
from acceptance_setting import CATALOGUES, COMMAND, MEASURED, ROOT, SEEDS, TEMPLATE
from oracle import Oracle
from worn import wear

sys.path.insert(0, str(ROOT))  # for ``benchmarks``, whose bars are asserted here


@pytest.fixture(scope="session")
def tijian():
    """Run the command line in a process of its own; it must succeed."""

    def run(*arguments, before=(), cwd=None, **environment):
        done = subprocess.run(
            [*before, COMMAND, *map(str, arguments)],
            cwd=cwd,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def city(tijian, tmp_path_factory):
    """Give the folder of a city.

    ``story`` has the template's story, ``plain`` has none, ``worn`` is ``story`` with worn inputs and other definitions.
    """
    made = {}

    def make(kind):
        if kind not in made:
            target = tmp_path_factory.mktemp(kind) / "city"
            if kind == "worn":
                wear(make("story"), target, SEEDS[kind])
            else:
                story = ("--story", TEMPLATE / "story.yaml") if kind == "story" else ()
                tijian("city", "generate", target, "--template", TEMPLATE, "--seed", SEEDS[kind], *story)
            made[kind] = target
        return made[kind]

    return make


@pytest.fixture(scope="session")
def examined(tijian, city, tmp_path_factory):
    """Give the folder with the tables of an examined city and year."""
    made = {}

    def examine(kind, year):
        if (kind, year) not in made:
            made[(kind, year)] = tmp_path_factory.mktemp(f"{kind}-{year}") / "out"
            tijian("exam", city(kind), "--period", year, "--out", made[(kind, year)], "--no-reports")
        return made[(kind, year)]

    return examine


@pytest.fixture(scope="session")
def oracle(city):
    """Give the oracle of a generated city; layers are overlaid for the years examined here."""
    made = {}

    def make(kind):
        if kind not in made:
            made[kind] = Oracle(city(kind), CATALOGUES, measured=MEASURED[kind])
        return made[kind]

    return make
