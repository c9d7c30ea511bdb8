"""From a city folder to what is published of it: files by kind, as text, with their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tijian.engine.catalogue.loading import City, find_folder
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.office.register.models import CITY, CRITERIA, DISEASES, SYSTEM

CITY_FILES = ("city.yaml", "areas.yaml", "bodies.yaml", "questionnaire.yaml", "reports.yaml")


@dataclass(frozen=True)
class Bundle:
    """What would be published: one kind and name with its files.

    Attributes:
        kind: One of ``KINDS``.
        name: Name of the system, the knowledge or the city.
        files: Path in the city folder → text.
        mark: 示例/待核 and the like, as the document says.
    """

    kind: str
    name: str
    files: dict[str, str]
    mark: str

    @property
    def hashes(self) -> dict[str, str]:
        """Path → hash of the bytes."""
        return {path: sha256(text.encode()) for path, text in self.files.items()}

    @property
    def sha256(self) -> str:
        """Hash of the manifest, by which the publication is known."""
        return sha256(canonical(self.hashes))


def bundles(city: City, called: str = "") -> list[Bundle]:
    """Sort the documents of a city folder into what is published: systems, diseases, criteria, city.

    Systems and knowledge that are shipped are taken too, so that what is published stands by itself.

    Args:
        city: The folder's documents.
        called: Name of the city, where the folder has another.
    """
    folder, own_name = city.folder, called or city.name
    found = [
        Bundle(SYSTEM, s.id, _below(find_folder(folder, s.id, "systems"), f"catalogues/{s.id}"), s.mark)
        for s in city.catalogue.systems
    ]
    if city.doc.diseases is not None and city.knowledge is not None:
        name = city.doc.diseases
        files = _below(find_folder(folder, name, "diseases"), f"catalogues/{name}")
        found.append(Bundle(DISEASES, name, files, city.knowledge.mark))
    criteria = {p.relative_to(folder).as_posix(): p for p in sorted((folder / "criteria").glob("*.yaml"))}
    criteria["rules.yaml"] = folder / "rules.yaml"
    found.append(Bundle(CRITERIA, own_name, _texts(criteria), ""))
    own = {name: folder / name for name in CITY_FILES if (folder / name).is_file()}
    if city.doc.boundary is not None:
        own[city.doc.boundary.file] = folder / city.doc.boundary.file
    found.append(Bundle(CITY, own_name, _texts(own), ""))
    return found


def _below(folder: Path, prefix: str) -> dict[str, str]:
    return _texts({f"{prefix}/{p.relative_to(folder).as_posix()}": p for p in sorted(folder.rglob("*.yaml"))})


def _texts(paths: dict[str, Path]) -> dict[str, str]:
    # newline="" keeps the bytes: the hash must be that of the file.
    return {name: path.read_bytes().decode("utf-8") for name, path in sorted(paths.items())}
