"""The town written out once, examined once."""

import shutil
from pathlib import Path

import draw
import pytest

from tijian.engine.exam.folder import examine

CITY = Path(__file__).parent / "city"


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "papertown"
    shutil.copytree(CITY, folder)
    draw.write(folder)
    return folder


@pytest.fixture(scope="session")
def results(town):
    return examine(town, 2019)


@pytest.fixture
def other_town(town, tmp_path):
    folder = tmp_path / "papertown"
    shutil.copytree(town, folder)
    return folder
