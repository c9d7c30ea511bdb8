"""Pages on a filled installation, one a module and engine; tests that change something work on what they changed."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "office"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "security"))

from harness import ENGINES, _with_slice, copied, filled_template, server, template
from visitors import Visitors

__all__ = ["_with_slice", "filled_template", "server", "template"]


@pytest.fixture(scope="module", params=ENGINES)
def place(request, filled_template, tmp_path_factory):
    """Copy the filled installation for the tests of one module."""
    from tijian.shells.settings.use import release

    engine = request.param
    made, name = copied(filled_template(engine), tmp_path_factory.mktemp("pages") / "data", engine, request)
    yield made
    release()
    if name:
        request.getfixturevalue("server").drop(name)


@pytest.fixture
def visitors(place):
    return Visitors()
