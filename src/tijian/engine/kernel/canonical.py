"""One text for one meaning, and its hash."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

BLOCK = 1 << 20


def canonical(document: object) -> bytes:
    """Write a document of plain values as its one canonical JSON form (sorted keys, UTF-8, no spaces).

    Raises:
        ValueError: On NaN or infinity, which have no place in a document.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def sha256(data: bytes) -> str:
    """Hash bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hash a file block by block, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
