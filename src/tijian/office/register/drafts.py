"""The next revision of a published system, as files in the installation's city folder.

What is published stays as it is for ever. To change it, its files are copied into
``city/catalogues/<name>/`` of the installation, edited there, on a page or by any editor, and published
as a new revision. The folder is a draft and no part of the ledger: that somebody took out a copy or
changed a file of it is an entry of the trail, what the files say is known by their hash only.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import ClassVar, Self

from django.conf import settings

from tijian.engine.exam.folder import open_programs
from tijian.engine.kernel.canonical import sha256
from tijian.engine.kernel.faults import Faults
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.models import Entry
from tijian.office.ledger.permissions import may
from tijian.office.people.permissions import PUBLISH
from tijian.office.register import published, queries
from tijian.office.register.models import SYSTEM, Publication

COPY = "register.copy"
LONGEST = 200_000  # characters of one file


def city_folder() -> Path:
    """Find the city folder of the installation."""
    return Path(settings.INSTALLATION) / "city"


def latest(name: str) -> Publication | None:
    """Give the latest revision of a system; none where it was never published."""
    return next(iter(queries.latest(SYSTEM, name)), None)


def draft_texts(publication: Publication) -> dict[str, str]:
    """Read the draft of a system: path in the city folder → text; empty where there is no folder."""
    folder = city_folder() / "catalogues" / publication.name
    paths = sorted(folder.rglob("*.yaml")) if folder.is_dir() else []
    return {p.relative_to(city_folder()).as_posix(): p.read_bytes().decode("utf-8") for p in paths}


def is_draft_open(publication: Publication) -> bool:
    """Tell whether the next revision is being worked on: the files differ, or a copy was taken out."""
    texts = draft_texts(publication)
    if texts and {p: sha256(t.encode()) for p, t in texts.items()} != publication.manifest():
        return True
    wanted = {"name": publication.name, "revision": publication.revision}
    copies = Entry.objects.filter(verb=COPY).values_list("arguments", flat=True)
    return any(json.loads(text) == wanted for text in copies)


@dataclass(frozen=True)
class CopyForRevision(Action):
    """Copy the files of a published system into the city folder, where its next revision is worked on.

    Attributes:
        name: Of the system.
        revision: The one copied; only the latest can be.
    """

    verb: ClassVar[str] = COPY
    zh: ClassVar[str] = "复制新版本"
    permission = may(PUBLISH)

    name: str
    revision: int

    def precondition(self, faults: Faults) -> None:
        """Refuse a system or revision that is not the latest, and one that is being worked on already."""
        found = latest(self.name)
        if found is None or found.revision != self.revision:
            now = "（没有公布过）" if found is None else f"修订 {found.revision}"
            faults.add(
                "copy.latest", self.name, "修订", self.revision, f"现行的{now}", "请从现行的修订复制。"
            )
        elif is_draft_open(found):
            hint = "新版本已经复制出来，请在它上面改；改好再公布。"
            faults.add("copy.open", self.name, "", None, "还没有复制出来的体系", hint)

    def change(self, tx: Transaction) -> dict[str, object]:  # noqa: ARG002 — a draft is no row
        """Write the files; where the entry should fail, they say no more than what is published."""
        found = published.find(self.name, self.revision)
        if found is None:
            raise LookupError(self.name)
        written = published.texts(found)
        for path, text in written.items():
            _write(city_folder() / path, text)
        return {"folder": f"city/catalogues/{self.name}", "files": len(written)}


@dataclass(frozen=True)
class EditDraft(Action):
    """Change one file of a draft; a published system is refused.

    Attributes:
        name: Of the system.
        path: Of the file, in the city folder.
        text: The new text.
        was: Hash of the text that was edited.
    """

    verb: ClassVar[str] = "register.edit_draft"
    zh: ClassVar[str] = "改体系草稿"
    permission = may(PUBLISH)

    name: str
    path: str
    text: str
    was: str

    def arguments(self) -> dict[str, object]:
        """Give the file and the hash of its new text; a draft is no part of the ledger."""
        return {"name": self.name, "path": self.path, "sha256": sha256(self.text.encode())}

    def prepare(self) -> Self:
        """Check the whole city with the changed file, away from the folder.

        Raises:
            Refused: With every fault of the documents; the file stays as it is.
        """
        faults = Faults()
        found = latest(self.name)
        if found is None or not is_draft_open(found):
            hint = "已公布的文件是冻结的。请先“复制新版本”，在新版本上改，改好再公布。"
            faults.add("draft.frozen", self.path, "", None, "一个正在改的新版本", hint)
        elif self.path not in draft_texts(found):
            faults.add("draft.file", self.path, "", None, "草稿中的一个文件", "请从体系的页面打开。")
        elif len(self.text) > LONGEST:
            faults.add("draft.long", self.path, "", None, f"不超过 {LONGEST} 个字的文件", "请删短。")
        faults.raise_if_any()
        with tempfile.TemporaryDirectory(prefix="tijian-draft-") as scratch:
            copied = Path(scratch) / "city"
            shutil.copytree(city_folder(), copied, ignore=shutil.ignore_patterns("inputs"))
            _write(copied / PurePosixPath(self.path), self.text)
            open_programs(copied)
        return self

    def precondition(self, faults: Faults) -> None:
        """Refuse what somebody else changed meanwhile, and what changes nothing."""
        now = sha256((city_folder() / self.path).read_bytes())
        if now != self.was:
            hint = "打开这一页之后文件又改过。请复制您写的，重新打开，再改。"
            faults.add("draft.changed", self.path, "", None, "打开以后没有变过的文件", hint)
        elif now == sha256(self.text.encode()):
            faults.add("draft.same", self.path, "", None, "与现在不同的内容", "没有改动，不用保存。")

    def change(self, tx: Transaction) -> Mapping[str, object]:  # noqa: ARG002 — a draft is no row
        """Write the file."""
        _write(city_folder() / self.path, self.text)
        return {"path": self.path}


def _write(target: Path, text: str) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text.encode())
    Path(name).chmod(0o644)
    Path(name).replace(target)
