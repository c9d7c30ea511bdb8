"""Evidence files: bytes under their own hash, beside the database."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

BLOCK = 1 << 20


def folder() -> Path:
    """Find the folder of this installation's evidence."""
    return Path(settings.INSTALLATION) / "evidence"


def path(digest: str) -> Path:
    """Say where the bytes with this hash lie."""
    return folder() / digest


def keep(source: Path) -> tuple[str, int]:
    """Copy a file under its hash, safely on disk before it is named by any row.

    Returns:
        The hash and the number of bytes. Bytes that are there already are left alone.
    """
    folder().mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=folder(), prefix=".part-")
    part = Path(name)
    try:
        with source.open("rb") as given, os.fdopen(descriptor, "wb") as copy:
            while block := given.read(BLOCK):
                digest.update(block)
                size += len(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        target = path(digest.hexdigest())
        if not target.exists():
            part.chmod(0o440)
            part.replace(target)
            _sync(folder())
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _sync(directory: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
