"""Steps that take long, kept by the hash of everything they depend on."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tijian.engine.compute.registry import Computation, Computed, Material
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.missing import REASONS, Status


class Steps(Protocol):
    """A place where results of steps are kept."""

    def get(self, key: str) -> dict[str, Computed] | None:
        """Give what was kept under a key."""

    def put(self, key: str, found: dict[str, Computed]) -> None:
        """Keep a result; to lose it costs only time."""


class Fingerprinted(Material, Protocol):
    """Material that can name by hashes what it is made of."""

    def fingerprint(self, needs: tuple[str, ...]) -> list[object]:
        """Name by hashes all that a computation over layers depends on."""


def computed(computation: Computation, material: Fingerprinted, steps: Steps | None) -> dict[str, Computed]:
    """Run a computation, or give what it came to on equal layers and boundary.

    What looks at the survey is never kept: it is quick, and its cells carry no hash.
    """
    if steps is None or "survey" in computation.needs:
        return computation.run(material)
    key = sha256(canonical([computation.name, *material.fingerprint(computation.needs)]))
    found = steps.get(key)
    if found is None:
        found = computation.run(material)
        steps.put(key, found)
    return found


@dataclass(frozen=True)
class KeptSteps:
    """Steps kept as files of a folder that may be cleared at any time."""

    folder: Path

    def get(self, key: str) -> dict[str, Computed] | None:
        """Give what was kept; a file that cannot be read counts as none."""
        try:
            stored = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            return {
                code: Computed(_cell(above), _cell(below), dict(detail))
                for code, (above, below, detail) in stored.items()
            }
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, found: dict[str, Computed]) -> None:
        """Keep a result, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        plain = {
            code: [_plain(c.numerator), _plain(c.denominator), dict(c.detail)] for code, c in found.items()
        }
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as part:
            json.dump(plain, part, ensure_ascii=False)
        Path(name).replace(self.folder / f"{key}.json")


def _plain(cell: float | Status) -> float | str:
    return cell.zh if isinstance(cell, Status) else cell


def _cell(stored: float | str) -> float | Status:
    return REASONS[stored] if isinstance(stored, str) else float(stored)
