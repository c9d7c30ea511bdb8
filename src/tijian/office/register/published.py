"""What was published, read back: the catalogue of a revision, and the text of one of its files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tijian.engine.catalogue.systems import Catalogue, load_catalogue
from tijian.office.register.models import SYSTEM, Document, Publication

KEPT = 8


def find(name: str, revision: int) -> Publication | None:
    """Find a revision of a system."""
    found: Publication | None = (
        Publication.objects.filter(kind=SYSTEM, name=name, revision=revision).select_related("action").first()
    )
    return found


def systems() -> list[Publication]:
    """List every revision of every system, the latest first."""
    return list(Publication.objects.filter(kind=SYSTEM).select_related("action").order_by("-id"))


def texts(publication: Publication) -> dict[str, str]:
    """Give the files of a publication: path in the city folder → text.

    Raises:
        LookupError: If the register lacks one of them.
    """
    manifest = publication.manifest()
    found = dict(Document.objects.filter(sha256__in=set(manifest.values())).values_list("sha256", "text"))
    lost = [path for path, digest in manifest.items() if digest not in found]
    if lost:
        raise LookupError(lost[0])
    return {path: found[digest] for path, digest in manifest.items()}


def catalogue_of(publication: Publication) -> Catalogue:
    """Read a published system; revisions of one hash are read once in a process.

    Raises:
        Refused: If what was published cannot be read any more.
    """
    return _catalogue(publication.pk, publication.sha256)


@lru_cache(maxsize=KEPT)
def _catalogue(pk: int, _sha256: str) -> Catalogue:
    publication = Publication.objects.get(pk=pk)
    with TemporaryDirectory(prefix="tijian-published-") as scratch:
        for path, text in texts(publication).items():
            target = Path(scratch) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        return load_catalogue([Path(scratch) / "catalogues" / publication.name])
