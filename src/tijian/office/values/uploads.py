"""Files brought to be examined before anything is written: kept for a day, for the account that brought them.

They are no facts about the city, so they are not chained: a folder of the installation holds the bytes under
their hash and one note beside them. What is written from them is kept as evidence by the action that writes.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Faults
from tijian.office.people.queries import Person

FOLDER = "uploads"
NOTE = "upload.json"
TOKEN = re.compile(r"[0-9a-f]{32}")
LAYER = re.compile(r"(?P<layer>[a-z][a-z0-9_]*)-(?P<period>[0-9]{4})\.(?:parquet|geojson)")
LAYERS = (".parquet", ".geojson")
KEPT_SECONDS = 24 * 3600
MOST_FILES = 20
MOST_BYTES = 50_000_000
LONGEST_NAME = 200
PRIVATE = 0o700


@dataclass(frozen=True)
class Terms:
    """How figures are brought in: for which round, of which strand and mark, by whom and why."""

    round_id: int
    strand: str = "自体检"
    mark: str = ""
    provider: str = ""
    note: str = ""


@dataclass(frozen=True)
class Kept:
    """One file.

    Attributes:
        name: As it was called.
        sha256, size: Of its bytes.
    """

    name: str
    sha256: str
    size: int

    @property
    def is_layer(self) -> bool:
        """Whether it is a spatial layer and no table."""
        return Path(self.name).suffix.lower() in LAYERS

    @property
    def stored(self) -> str:
        """Name in the folder; a layer keeps its own, by which readers tell its kind."""
        return self.name if LAYER.fullmatch(self.name) else self.sha256


@dataclass(frozen=True)
class Upload:
    """Files brought together, and how.

    Attributes:
        token: Names them in addresses.
        account: To whom they belong.
        terms: How they are brought in.
        files: In the order given.
        at: When, in seconds since 1970.
        written: Id of the action that wrote from them; empty before.
        explained: Place of a cell that was asked about → why it was written nevertheless.
    """

    token: str
    account: str
    terms: Terms
    files: tuple[Kept, ...]
    at: float = field(default_factory=time.time)
    written: str = ""
    explained: tuple[tuple[str, str], ...] = ()

    @property
    def tables(self) -> tuple[Kept, ...]:
        """Files to be read as tables."""
        return tuple(f for f in self.files if not f.is_layer)

    @property
    def layers(self) -> tuple[Kept, ...]:
        """Files that are layers."""
        return tuple(f for f in self.files if f.is_layer)

    def path(self, file: Kept) -> Path:
        """Say where the bytes of a file lie."""
        return folder() / self.token / file.stored

    def contents(self) -> list[tuple[str, bytes]]:
        """Read the tables: name and bytes.

        Raises:
            OSError: If one is gone.
        """
        return [(f.name, self.path(f).read_bytes()) for f in self.tables]


def folder() -> Path:
    """Find the folder of uploads of this installation."""
    return Path(settings.INSTALLATION) / FOLDER


def keep(account: str, terms: Terms, files: Sequence[tuple[str, bytes]], form: str) -> Upload:
    """Keep files for a day; the same form sent twice with the same files is kept once.

    Args:
        account: To whom they belong.
        terms: How they are brought in.
        files: Name and bytes.
        form: One-time token of the form.

    Raises:
        Refused: With everything that stands against the files.
    """
    named = [(Path(name).name, data) for name, data in files]
    _check(named)
    sweep()
    kept = tuple(Kept(name, sha256(data), len(data)) for name, data in named)
    shown = [account, asdict(terms), [asdict(k) for k in kept], form]
    upload = Upload(sha256(canonical(shown))[:32], account, terms, kept)
    place = folder()
    place.mkdir(mode=PRIVATE, exist_ok=True)
    if (place / upload.token).exists():
        return upload
    with tempfile.TemporaryDirectory(dir=place, prefix=".part-") as scratch:
        draft = Path(scratch) / "new"
        draft.mkdir(mode=PRIVATE)
        for file, (_, data) in zip(kept, named, strict=True):
            (draft / file.stored).write_bytes(data)
        _write(draft, upload)
        try:
            draft.rename(place / upload.token)
        except OSError:  # the same form, sent twice at once, was quicker
            if not (place / upload.token).exists():
                raise
    return upload


def _check(files: Sequence[tuple[str, bytes]]) -> None:
    faults = Faults()
    if not files:
        faults.add("upload.none", "文件", "", "", "至少一个 csv 或 xlsx 文件", "请选择文件。")
    if len(files) > MOST_FILES:
        faults.add("upload.many", "文件", "", len(files), f"一次不超过 {MOST_FILES} 个文件", "请分几次上传。")
    seen: set[str] = set()
    for name, data in files:
        if name in seen:
            faults.add("upload.twice", name, "", "", "名称各不相同的文件", "两个文件同名，请改名或只留一个。")
        seen.add(name)
        if len(name) > LONGEST_NAME or not name.isprintable():
            expected = f"不超过 {LONGEST_NAME} 个字、没有控制字符的文件名"
            faults.add("upload.name", name[:LONGEST_NAME], "文件名", "", expected, "请改文件名。")
        if not data:
            faults.add("upload.empty", name, "", "0 字节", "有内容的文件", "文件是空的，请重新导出。")
        if len(data) > MOST_BYTES:
            expected = f"不超过 {MOST_BYTES // 1_000_000} MB 的文件"
            faults.add("upload.size", name, "", f"{len(data) / 1e6:.1f} MB", expected, "请分成几个文件。")
        if Path(name).suffix.lower() in LAYERS and not LAYER.fullmatch(name):
            hint = "图层文件要以图层名和年份命名，例如 roads-2019.parquet。"
            faults.add("upload.layer", name, "文件名", name, "<图层>-<年份>.parquet 或 .geojson", hint)
    faults.raise_if_any()


def _write(place: Path, upload: Upload) -> None:
    part = place / f".{NOTE}"
    part.write_bytes(canonical(asdict(upload)))
    part.replace(place / NOTE)


def find(token: str) -> Upload | None:
    """Find an upload; none where there is no such token, or its day is over."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        known: dict[str, Any] = json.loads((folder() / token / NOTE).read_bytes())
    except OSError:
        return None
    files = tuple(Kept(**file) for file in known.pop("files"))
    explained = tuple((place, reason) for place, reason in known.pop("explained"))
    upload = Upload(**known | {"terms": Terms(**known["terms"]), "files": files, "explained": explained})
    return None if _is_over(upload) else upload


def _is_over(upload: Upload) -> bool:
    return time.time() - upload.at > KEPT_SECONDS


def of(account: str, round_id: int) -> list[Upload]:
    """Give what an account brought for a round and has neither written nor dropped, newest first."""
    found = [find(place.name) for place in folder().iterdir()] if folder().is_dir() else []
    own = [u for u in found if u is not None and u.account == account and u.terms.round_id == round_id]
    return sorted((u for u in own if not u.written), key=lambda u: -u.at)


def is_own(person: Person, arguments: Mapping[str, Any]) -> bool:
    """Tell whether the upload that the arguments of an address name belongs to a person and round."""
    found = find(str(arguments.get("token", "")))
    return (
        found is not None
        and found.account == person.name
        and found.terms.round_id == arguments.get("round_id")
    )


def mark_written(upload: Upload, action: str, explained: tuple[tuple[str, str], ...] = ()) -> None:
    """Note which action wrote from an upload, so that its page can go on telling what came of it."""
    place = folder() / upload.token
    if place.is_dir():
        _write(place, replace(upload, written=action, explained=explained))


def drop(upload: Upload) -> None:
    """Take an upload away; nothing of it was written by keeping it."""
    shutil.rmtree(folder() / upload.token, ignore_errors=True)


def sweep() -> None:
    """Take away every upload whose day is over, and what an interrupted one left behind."""
    if not folder().is_dir():
        return
    limit = time.time() - KEPT_SECONDS
    for place in folder().iterdir():
        if place.is_dir() and place.stat().st_mtime < limit and find(place.name) is None:
            shutil.rmtree(place, ignore_errors=True)
