"""A city to spoil: a copy of cities/shenyang with one thing changed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tijian.engine.catalogue.consistency import check_city
from tijian.engine.catalogue.loading import load_city
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.shipped import shipped


@dataclass
class Copy:
    """A copy of the shipped city that can be spoiled and examined."""

    folder: Path

    def edit(self, file, old, new):
        """Replace a text that stands exactly once in a file."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def own(self, *parts):
        """Put a copy of shipped data into the city's own catalogues, where it is found first."""
        shutil.copytree(shipped(*parts), self.folder / "catalogues" / parts[-1])
        return self

    def faults(self):
        """Load and check; give what was refused."""
        try:
            check_city(load_city(self.folder))
        except Refused as refused:
            return list(refused.faults)
        return []

    def line(self, file, text):
        """Find the line on which a text stands in a file."""
        lines = (self.folder / file).read_text(encoding="utf-8").splitlines()
        (found,) = [i for i, line in enumerate(lines, 1) if text in line]
        return found


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "city"
    shutil.copytree(
        shipped("cities", "shenyang"), folder, ignore=shutil.ignore_patterns("boundaries", "inputs")
    )
    return Copy(folder)


@pytest.fixture(scope="session")
def shenyang():
    city = load_city(shipped("cities", "shenyang"))
    check_city(city)
    return city
