"""The verbs of the register that change no result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

from tijian.engine.exam.folder import open_programs
from tijian.engine.kernel.canonical import canonical
from tijian.engine.kernel.faults import Faults
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import OPERATION, Verdict, may
from tijian.office.people.permissions import ADOPT_CRITERIA, PUBLISH
from tijian.office.register import queries
from tijian.office.register.documents import Bundle, bundles
from tijian.office.register.models import CITY, DISEASES, KINDS, SYSTEM, Document, Publication

UNPROVEN = "未验算"


def _publisher(account: str, action: object) -> Verdict:
    """Ask for the duty that the kinds call for: systems, criteria, or the city's own documents."""
    kinds = set(getattr(action, "kinds", ()))
    if kinds <= {SYSTEM, DISEASES}:
        return may(PUBLISH)(account, action)
    return may(OPERATION if CITY in kinds else ADOPT_CRITERIA)(account, action)


@dataclass(frozen=True)
class PublishDocuments(Action):
    """Publish what differs in a city folder from what was published last: frozen, as a new revision.

    Attributes:
        folder: The city folder.
        kinds: Which kinds of documents.
        name: Name of the city, where the folder has another; else that of what was published last.
        unproven: Publish indicators without cases all the same, marked 未验算.
        note: Why.
        found: What will be published, filled in by ``prepare``.
    """

    verb: ClassVar[str] = "register.publish"
    zh: ClassVar[str] = "公布"
    permission = _publisher

    folder: Path
    kinds: tuple[str, ...]
    name: str = ""
    unproven: bool = False
    note: str = ""
    found: tuple[Bundle, ...] = ()
    lacking: tuple[str, ...] = ()

    def arguments(self) -> dict[str, object]:
        """Give what is published by kind, name and hash."""
        named = canonical([[b.kind, b.name, b.sha256] for b in self.found]).decode()
        return {"kinds": " ".join(self.kinds), "documents": named, "note": self.note}

    def prepare(self) -> Self:
        """Read and check the folder.

        Returns:
            The action with what is to be published.

        Raises:
            Refused: With every fault of the documents.
        """
        city, programs = open_programs(self.folder)
        found = tuple(b for b in bundles(city, self.name or _called()) if b.kind in self.kinds)
        systems = {b.name for b in found if b.kind == SYSTEM}
        lacking = tuple(
            key
            for key in programs
            if city.catalogue.system_of[key] in systems and not city.catalogue.cases.get(key)
        )
        return replace(self, found=found, lacking=lacking)

    def precondition(self, faults: Faults) -> None:
        """Refuse what has not changed, and indicators without cases unless that is wanted."""
        if not fresh(self.found):
            hint = "已公布的文件是冻结的：要改就复制成新版本，改了再公布。"
            faults.add("publish.same", str(self.folder.name), "", None, "与上一次公布不同的文件", hint)
        if self.lacking and not self.unproven:
            shown = "、".join(self.lacking)
            hint = "请补上用例，或写明照样公布；那样会标记“未验算”。"
            faults.add("publish.cases", self.folder.name, "用例", shown, "每项指标至少一个用例", hint)

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write new documents, then the publications that name them."""
        made = fresh(self.found)
        keep(made, tx)
        rows = [self._row(bundle) for bundle in made]
        tx.add_all(rows)
        return {"published": "；".join(f"{row} {row.sha256[:12]}" for row in rows)}

    def _row(self, bundle: Bundle) -> Publication:
        own = [key for key in self.lacking if any(f.endswith(f"/{key}.yaml") for f in bundle.files)]
        row = revision(bundle, self.note)
        row.mark = ";".join(m for m in (bundle.mark, UNPROVEN if own else "") if m)
        row.unproven = " ".join(own)
        return row


def _called() -> str:
    """Give the name under which the city was published; empty before that."""
    return next((p.name for p in queries.latest(CITY)), "")


def fresh(found: Sequence[Bundle]) -> list[Bundle]:
    """Keep the bundles that differ from what was published last under their kind and name."""
    known = {(p.kind, p.name): p.sha256 for kind in KINDS for p in queries.latest(kind)}
    return [b for b in found if known.get((b.kind, b.name)) != b.sha256]


def keep(made: Sequence[Bundle], tx: Transaction) -> None:
    """Write the texts of what is published; a text the register has is not written again."""
    texts = {digest: b.files[path] for b in made for path, digest in b.hashes.items()}
    there = set(Document.objects.filter(sha256__in=list(texts)).values_list("sha256", flat=True))
    tx.add_all([Document(sha256=d, text=texts[d]) for d in sorted(texts) if d not in there])


def revision(bundle: Bundle, note: str) -> Publication:
    """Make the next revision of a bundle's kind and name, to be added."""
    before = queries.latest(bundle.kind, bundle.name)
    return Publication(
        kind=bundle.kind,
        name=bundle.name,
        revision=before[0].revision + 1 if before else 1,
        sha256=bundle.sha256,
        files=canonical(bundle.hashes).decode(),
        mark=bundle.mark,
        note=note,
    )
