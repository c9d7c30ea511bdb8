"""Same input, same bytes: another process, place, hash seed, number of jobs, and no network."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from acceptance_setting import COMMAND, TEMPLATE
from oracle_files import read_csv

# Loaded before the program: sockets to anywhere are refused, and so is Django, were it installed.
GUARD = """
import os, socket, sys

class Refused(socket.socket):
    def __init__(self, family=-1, *args, **kwargs):
        if family in (-1, socket.AF_INET, socket.AF_INET6):
            os.write(2, b"NETWORK\\n")
            os._exit(97)
        super().__init__(family, *args, **kwargs)

def refuse(*args, **kwargs):
    os.write(2, b"NETWORK\\n")
    os._exit(97)

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            os.write(2, b"DJANGO\\n")
            os._exit(98)

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
sys.meta_path.insert(0, NoDjango())
os.write(2, b"GUARDED\\n")
"""


def without_network():
    """Give the words that run a command in a network namespace of its own, where a user may have one."""
    words = ("unshare", "--map-root-user", "--net")
    allowed = shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if allowed and allowed.returncode == 0 else ()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory):
    """Give the environment in which neither network nor Django is to be had."""
    folder = tmp_path_factory.mktemp("guard")
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", 97),
        ("import socket; socket.socket()", 97),
        ("import django", 98),
        ("pass", 0),
    ],
)
def test_the_guard_guards(line, code, guarded):
    done = subprocess.run(
        [sys.executable, "-c", line], env=os.environ | guarded, capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def differing(a, b):
    """Name the files that are not the same in both folders."""
    first, second = contents(a), contents(b)
    return [name for name in sorted(first | second) if first.get(name) != second.get(name)]


@pytest.fixture(scope="module")
def with_reports(tijian, tmp_path_factory):
    """The template examined, its inputs generated on the way, with all reports."""
    folder = tmp_path_factory.mktemp("reports")
    cache = {"TIJIAN_CACHE": str(folder / "cache"), "PYTHONHASHSEED": "1"}
    tijian("exam", TEMPLATE, "--period", 2019, "--out", folder / "out", "--jobs", 1, **cache)
    return folder / "out"


def test_the_template_twice_with_reports(tijian, with_reports, guarded, tmp_path):
    """Generated anew, elsewhere, in another order of hashes, two at a time, without network or Django."""
    place, elsewhere = tmp_path / "看 这里" / "shenyang", tmp_path / "elsewhere"
    shutil.copytree(TEMPLATE, place)
    elsewhere.mkdir()
    other = {"TIJIAN_CACHE": str(tmp_path / "cache"), "PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai"}
    arguments = ("exam", place, "--period", 2019, "--out", tmp_path / "out", "--jobs", 2)
    tijian(*arguments, before=without_network(), cwd=elsewhere, **other, **guarded)
    assert differing(with_reports, tmp_path / "out") == []
    names = [p.name for p in (with_reports / "reports").iterdir()]
    assert [sum(n.endswith(kind) for n in names) for kind in (".docx", ".pdf")] == [9, 9]
    assert len(names) == 18
    check_manifest(with_reports)


VARIATIONS = {
    "again": {},
    "hash-seed": {"PYTHONHASHSEED": "777"},
    "place": {"cwd": Path(tempfile.gettempdir())},
    "time-and-language": {"TZ": "America/Los_Angeles", "LC_ALL": "C", "LANG": "C"},
}


@pytest.mark.parametrize("name", VARIATIONS)
def test_tables_twice(name, tijian, city, examined, tmp_path):
    """One thing differs at a time, so that a failure names it."""
    out = tmp_path / "out"
    tijian("exam", city("story"), "--period", 2019, "--out", out, "--no-reports", **VARIATIONS[name])
    assert differing(examined("story", 2019), out) == []


def test_tables_without_network_and_django(city, examined, guarded, tmp_path):
    command = [COMMAND, "exam", city("story"), "--period", "2019", "--out", tmp_path / "out", "--no-reports"]
    done = subprocess.run(
        [*without_network(), *command], env=os.environ | guarded, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "GUARDED" in done.stderr) == (0, True), done.stderr[-2000:]
    assert differing(examined("story", 2019), tmp_path / "out") == []


def test_47_indicators_by_10_areas(examined):
    values = read_csv(examined("story", 2019) / "values.csv")
    assert len(values) == 47 * 10
    assert not values.duplicated(["indicator", "area"]).any()
    assert set(values.groupby("indicator")["area"].count()) == {10}


def test_the_manifest_holds_no_path_and_no_clock(examined):
    check_manifest(examined("story", 2019))


def check_manifest(folder):
    """See that a manifest names every other file, and neither a place nor a time."""
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert "/" not in {str(t)[:1] for t in _texts(document)}
    for word in (tempfile.gettempdir(), str(Path.home()), str(folder)):
        assert f"{word}/" not in text, word
    assert os.uname().nodename not in text
    assert not re.search(r"\d{2}:\d{2}|20\d\d-\d\d-\d\d", text)
    assert set(document["outputs"]) == {n for n in contents(folder) if n != "manifest.json"}


def _texts(node):
    if isinstance(node, dict):
        return [t for key, value in node.items() for t in (key, *_texts(value))]
    if isinstance(node, list):
        return [t for value in node for t in _texts(value)]
    return [node]


def test_no_file_names_where_or_when_it_was_made(examined):
    """Neither the folders of this machine nor today's date stand in any table."""
    for name, data in contents(examined("story", 2019)).items():
        assert tempfile.gettempdir().encode() not in data, name
        assert str(Path.home()).encode() + b"/" not in data, name
