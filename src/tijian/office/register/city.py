"""A round's documents and datasets put back into a folder that the engine reads; made once, named by its hash."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import yaml
from django.conf import settings

from tijian.engine.catalogue.loading import City, load_city
from tijian.engine.compute.program import Program, compile_catalogue
from tijian.engine.exam.layers import Layers
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.office.ledger import evidence
from tijian.office.register.models import Dataset, Document, Publication

WIDTH = 110
FINENESS = 400  # a display shows no more steps across the city
KEPT = 12  # opened cities kept in a process: the rounds of some years, before and after a change


@dataclass(frozen=True)
class Opened:
    """A city as one round sees it, ready to run.

    Attributes:
        city: Its documents.
        programs: Its indicators, inputs before users.
        layers: Layers and boundary, read when first asked for.
    """

    city: City
    programs: Mapping[str, Program]
    layers: Layers

    @cached_property
    def display_outlines(self) -> dict[str, Any]:
        """Outlines of the areas below the city in the projected system, simplified for display as one coverage.

        Neighbours keep their common edges. Nothing is ever measured on them.
        """
        outlines = self.layers.outlines()
        codes = [c for c in self.city.children[self.city.doc.city.code] if c in outlines]
        if not codes:
            return {}
        geometry = np.array([outlines[c] for c in codes], dtype=object)
        west, _, east, _ = shapely.total_bounds(geometry)
        return dict(zip(codes, shapely.coverage_simplify(geometry, (east - west) / FINENESS), strict=True))


@dataclass(frozen=True)
class Pinned:
    """What a round sees: publications, areas and datasets, each by hash; equal ones are the same folder.

    Attributes:
        name: Name of the city's folder.
        files: Path → hash of a document.
        areas: Codes examined; empty for all of the city's.
        datasets: (layer, period, hash, mark).
    """

    name: str
    files: tuple[tuple[str, str], ...]
    areas: tuple[str, ...]
    datasets: tuple[tuple[str, str, str, str], ...]

    @property
    def key(self) -> str:
        """Name of the folder it is put into."""
        return sha256(canonical([self.name, self.files, self.areas, self.datasets]))[:24]


def pin(publications: Iterable[Publication], areas: Sequence[str], datasets: Iterable[Dataset]) -> Pinned:
    """Say what a round sees.

    Raises:
        LookupError: If no publication is the city's own.
    """
    files: dict[str, str] = {}
    name = ""
    for publication in publications:
        files |= publication.manifest()
        name = publication.name if publication.kind == "city" else name
    if not name:
        raise LookupError("a basis without the city's own documents")
    layers = tuple(sorted((d.layer, d.period, d.sha256, d.mark) for d in datasets))
    return Pinned(name, tuple(sorted(files.items())), tuple(areas), layers)


def steps_folder() -> Path:
    """Find the folder of long steps; what lies there can be made again."""
    return Path(settings.INSTALLATION) / "cache" / "steps"


@lru_cache(maxsize=KEPT)
def _opened(root: Path, pinned: Pinned) -> Opened:
    city = load_city(_folder(root, pinned))
    return Opened(city, compile_catalogue(city.catalogue), Layers(city))


def opened(pinned: Pinned) -> Opened:
    """Open a city as a round sees it; documents of one hash are opened once in a process.

    Raises:
        Refused: If documents that were published cannot be read any more.
    """
    return _opened(Path(settings.INSTALLATION), pinned)


def _folder(root: Path, pinned: Pinned) -> Path:
    place = root / "cache" / "cities" / pinned.key
    if (place / ".complete").exists():
        return place / pinned.name
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        draft = Path(scratch) / "new"
        write_folder(pinned, draft / pinned.name)
        (draft / ".complete").touch()
        try:
            draft.rename(place)
        except OSError:  # another process was quicker, or left it half done
            if not (place / ".complete").exists():
                shutil.rmtree(place, ignore_errors=True)
                draft.rename(place)
    return place / pinned.name


def write_folder(pinned: Pinned, out: Path) -> None:
    """Write documents and layers as a city folder; tables of values are not this room's.

    Raises:
        LookupError: If a document of the manifest is not in the register.
    """
    wanted = dict(pinned.files)
    found = Document.objects.filter(sha256__in=set(wanted.values())).values_list("sha256", "text")
    texts: dict[str, str] = dict(found)
    for path, digest in wanted.items():
        if digest not in texts:
            raise LookupError(f"{path}: {digest}")
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_narrowed(path, texts[digest], pinned).encode())
    layers = yaml.safe_load((out / "city.yaml").read_text(encoding="utf-8")).get("layers", {})
    for layer, period, digest, _mark in pinned.datasets:
        if layer in layers:
            _link(evidence.path(digest), out / layers[layer]["file"].replace("{period}", period))


def without_lacking_layers(text: str, pinned: Pinned) -> str:
    """Leave out of ``city.yaml`` the layers that are not by year and of which the office has no dataset.

    A folder that declares such a layer must have it.
    """
    document, there = yaml.safe_load(text), {layer for layer, *_ in pinned.datasets}
    layers = document.get("layers", {})
    document["layers"] = {k: d for k, d in layers.items() if k in there or "{period}" in d["file"]}
    return _dump(document)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def _narrowed(path: str, text: str, pinned: Pinned) -> str:
    """Leave out of a document what the round does not examine, and let layers carry their datasets' marks."""
    if path == "city.yaml":
        return _dump(_marked(yaml.safe_load(text), pinned))
    if not pinned.areas:
        return text
    if path == "areas.yaml":
        document = yaml.safe_load(text)
        document["areas"] = [a for a in document["areas"] if a["code"] in pinned.areas]
        return _dump(document)
    if path == "bodies.yaml":
        return _dump([b for b in yaml.safe_load(text) if b.get("area") in {None, *pinned.areas}])
    return text


def _marked(document: dict[str, Any], pinned: Pinned) -> dict[str, Any]:
    document.pop("generator", None)
    marks: dict[str, set[str]] = {}
    for layer, _period, _digest, mark in pinned.datasets:
        marks.setdefault(layer, set()).update({mark} - {""})
    for layer, found in marks.items():
        if found and layer in document.get("layers", {}):
            document["layers"][layer]["mark"] = "、".join(sorted(found))
    if pinned.areas:
        document["area_set"] = document["area_set"] | {"note": f"本轮 {len(pinned.areas)} 个区"}
    return document


def _dump(document: object) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=WIDTH)
