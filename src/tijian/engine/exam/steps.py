"""Steps that take long, kept by the hash of everything they depend on."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import shapely

from tijian.engine.compute.registry import Computation, Computed, Material
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.missing import REASONS, Status

T = TypeVar("T")

ENGINE = Path(__file__).parents[1]
ROOMS = ("compute", "sources", "exam")  # whose text decides what a step comes to


@dataclass(frozen=True)
class Done:
    """A step of this run.

    Attributes:
        name: Id and revision of the computation.
        year: Of the layers.
        kept: Whether its result was found; else it was computed now.
    """

    name: str
    year: int
    kept: bool


class Steps(Protocol):
    """A place where results of steps are kept."""

    def get(self, key: str) -> dict[str, Any] | None:
        """Give what was kept under a key."""

    def put(self, key: str, found: Mapping[str, Any]) -> None:
        """Keep a result of plain values; to lose it costs only time."""


class Fingerprinted(Material, Protocol):
    """Material that can name by hashes what it is made of."""

    def fingerprint(self, needs: tuple[str, ...]) -> list[object]:
        """Name by hashes all that a computation over layers depends on."""


def computed(
    computation: Computation, material: Fingerprinted, steps: Steps | None, done: list[Done]
) -> dict[str, Computed]:
    """Run a computation, or give what it came to on equal layers and boundary by the same program text.

    What looks at the survey is never kept: it is quick, and its cells carry no hash.

    Args:
        computation: The function.
        material: What it looks at.
        steps: Where results are kept; None: nowhere.
        done: Gets the step, unless it is one that is never kept.
    """
    if "survey" in computation.needs:
        return computation.run(material)
    return kept_or_made(
        computation.name,
        lambda: step_key(computation.name, *material.fingerprint(computation.needs)),
        lambda: computation.run(material),
        Form(_stored, _results),
        Log(material.year, steps, done),
    )


@dataclass(frozen=True)
class Form(Generic[T]):
    """How the result of a step is written as plain values, and read back; None where what was kept has another form."""

    write: Callable[[T], Mapping[str, Any]]
    read: Callable[[Mapping[str, Any]], T | None]


@dataclass(frozen=True)
class Log:
    """Year of the layers, where results are kept (None: nowhere), and the steps of the run so far."""

    year: int
    steps: Steps | None
    done: list[Done]


def kept_or_made(name: str, key: Callable[[], str], make: Callable[[], T], form: Form[T], log: Log) -> T:
    """Give what was kept of a step, else make and keep it; the log gets the step.

    Args:
        name: Of the step, as it is told.
        key: Names all that it depends on; asked only where results are kept.
        make: Does it.
        form: Of its result.
        log: Of the run.
    """
    steps = log.steps
    at = key() if steps is not None else ""
    stored = steps.get(at) if steps is not None else None
    found = form.read(stored) if stored is not None else None
    log.done.append(Done(name, log.year, kept=found is not None))
    if found is None:
        found = make()
        if steps is not None:
            steps.put(at, form.write(found))
    return found


def step_key(*parts: object) -> str:
    """Name a step by what it depends on: plain values, and the text of the programs that run it."""
    return sha256(canonical([program_text(), *parts]))


@cache
def program_text() -> str:
    """Hash the text of the rooms that read and compute, and the versions of the libraries that measure."""
    texts = [path.read_bytes() for room in ROOMS for path in sorted((ENGINE / room).rglob("*.py"))]
    versions = f"{np.__version__} {shapely.__version__} {shapely.geos_version_string}"
    return sha256(b"".join([versions.encode(), *texts]))


@dataclass(frozen=True)
class KeptSteps:
    """Steps kept as files of a folder that may be cleared at any time."""

    folder: Path

    def get(self, key: str) -> dict[str, Any] | None:
        """Give what was kept; a file that cannot be read counts as none."""
        try:
            stored = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return stored if isinstance(stored, dict) else None

    def put(self, key: str, found: Mapping[str, Any]) -> None:
        """Keep a result, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as part:
            json.dump(found, part, ensure_ascii=False)
        Path(name).replace(self.folder / f"{key}.json")


def _stored(found: Mapping[str, Computed]) -> dict[str, Any]:
    return {c: [_plain(r.numerator), _plain(r.denominator), dict(r.detail)] for c, r in found.items()}


def _results(stored: Mapping[str, Any]) -> dict[str, Computed] | None:
    """Read results back; what has another form counts as none."""
    try:
        return {
            code: Computed(_cell(above), _cell(below), dict(detail))
            for code, (above, below, detail) in stored.items()
        }
    except (ValueError, KeyError, TypeError):
        return None


def _plain(cell: float | Status) -> float | str:
    return cell.zh if isinstance(cell, Status) else cell


def _cell(stored: float | str) -> float | Status:
    return REASONS[stored] if isinstance(stored, str) else float(stored)
