"""An installation: a folder with its city, its database and what it must keep to itself."""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path

import yaml
from pydantic import AwareDatetime

from tijian.engine.catalogue.document import Doc, read
from tijian.engine.kernel.faults import Faults

FILE = "installation.yaml"
SQLITE = "sqlite"
SECRET = "secret.key"  # noqa: S105 — the name of a file
PRIVATE = 0o600


class Installation(Doc):
    """What ``installation.yaml`` says.

    Attributes:
        city: Name of the city folder it was made from.
        database: ``sqlite``, or the address of a PostgreSQL database.
        secret: File with the key that signs sessions.
        today: Simulated business date; none means the real one. The ledger decides, this is a copy to read.
        created: When it was made.
    """

    city: str
    database: str
    secret: str
    today: date | None
    created: AwareDatetime


def read_installation(folder: Path) -> Installation:
    """Read what an installation says of itself.

    Raises:
        Refused: If the folder is none, its file is faulty, or others may read its key.
    """
    faults = Faults()
    if not (folder / FILE).is_file():
        hint = "请检查 --data，或先用 tijian init 建立。"
        faults.add("installation.missing", str(folder), "", None, f"一个安装文件夹，内有 {FILE}", hint)
        faults.raise_if_any()
    found = read(Installation, folder / FILE, FILE)
    _check_private(folder / FILE, faults)
    if not (folder / found.secret).is_file():
        hint = "请从备份取回；换新的密钥会使所有人重新登录。"
        faults.add("secret.missing", FILE, "secret", found.secret, "一个密钥文件", hint)
    else:
        _check_private(folder / found.secret, faults)
    faults.raise_if_any()
    return found


def _check_private(path: Path, faults: Faults) -> None:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        faults.add("file.open", path.name, "权限", f"{mode:03o}", "600", f"请运行 chmod 600 {path}。")


def write_installation(folder: Path, installation: Installation) -> None:
    """Write ``installation.yaml`` whole or not at all; only its owner may read it."""
    data = installation.model_dump()
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    part = folder / f".{FILE}.{secrets.token_hex(4)}"
    _write_private(part, text)
    part.replace(folder / FILE)


def write_secret(folder: Path) -> None:
    """Make a new key."""
    _write_private(folder / SECRET, secrets.token_urlsafe(48) + "\n")


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
