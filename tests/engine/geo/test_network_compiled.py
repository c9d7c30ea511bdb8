"""What is kept of compiled kernels belongs to the text of all of them, not to one file's."""

import os

import pytest

from tijian.engine.compute.geo import compiled

KERNEL = "@compiled\ndef one(): ...\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "HERE", tmp_path)
    (tmp_path / "kernel.py").write_text(KERNEL)
    (tmp_path / "plain.py").write_text("x = 1\n")

    def found():
        compiled.cache_folder.cache_clear()
        return compiled.cache_folder()

    yield found
    compiled.cache_folder.cache_clear()


def test_the_folder_changes_with_any_kernel_and_with_nothing_else(folder, tmp_path):
    first = folder()
    assert first.parent == tmp_path / "__pycache__"
    (tmp_path / "plain.py").write_text("x = 2\n")
    assert folder() == first
    (tmp_path / "kernel.py").write_text(KERNEL.replace("one", "two"))
    assert folder() != first


def test_where_the_program_lies_read_only_the_users_cache_is_taken(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "mine"))
    assert folder().parent == tmp_path / "mine" / "tijian"


def test_settings_of_numba_are_as_before():
    before = compiled.settings.CACHE_DIR
    kernel = compiled.compiled(lambda x: x + 1)
    assert (kernel(1), compiled.settings.CACHE_DIR) == (2, before)
