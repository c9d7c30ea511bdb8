"""The verbs of the ledger itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import ClassVar, Self

from tijian import __version__
from tijian.engine.kernel.canonical import canonical
from tijian.engine.kernel.faults import Faults
from tijian.office.ledger import evidence, queries
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.models import BusinessDay, Entry, EvidenceFile, Opening
from tijian.office.ledger.permissions import EVIDENCE, OPERATION, may

EVIDENCE_BYTES = 200 << 20
NAME_LENGTH = 255


@dataclass(frozen=True)
class OpenInstallation(Action):
    """Write down for which city, and on which published documents, an installation begins."""

    verb: ClassVar[str] = "ledger.open_installation"
    zh: ClassVar[str] = "建立安装"
    permission = may(OPERATION)

    code: str
    name: str
    documents: Mapping[str, str]

    def arguments(self) -> dict[str, object]:
        """Give the city; the documents stand in the row."""
        return {"code": self.code, "name": self.name}

    def precondition(self, faults: Faults) -> None:
        """Refuse a second opening."""
        if Entry.objects.exists():
            faults.add("installation.opened", "台账", "", None, "空的台账", "这个安装已经建立，不再重复。")

    def change(self, tx: Transaction) -> None:
        """Write the one row."""
        documents = canonical(dict(self.documents)).decode()
        tx.add(Opening(code=self.code, name=self.name, documents=documents, engine=__version__))


@dataclass(frozen=True)
class SetToday(Action):
    """Set the simulated business date, or go back to the real one with ``None``."""

    verb: ClassVar[str] = "ledger.set_today"
    zh: ClassVar[str] = "设定业务日期"
    permission = may(OPERATION)

    day: date | None

    def precondition(self, faults: Faults) -> None:
        """Refuse to set what is set."""
        if queries.simulated_day() == self.day:
            shown = "实际日期" if self.day is None else self.day.isoformat()
            faults.add(
                "today.same", "业务日期", "", shown, "与现在不同的日期", "业务日期已是如此，不必再设。"
            )

    def change(self, tx: Transaction) -> None:
        """Write the date."""
        tx.add(BusinessDay(day=self.day))


@dataclass(frozen=True)
class StoreEvidence(Action):
    """Keep a file as evidence, under its hash and with the name it came by."""

    verb: ClassVar[str] = "ledger.store_evidence"
    zh: ClassVar[str] = "提交证据"
    permission = may(EVIDENCE)

    source: Path
    name: str
    sha256: str = ""
    size: int = 0

    def arguments(self) -> dict[str, object]:
        """Give name and hash; where the file came from on this machine is nobody's business."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size}

    def prepare(self) -> Self:
        """Put the bytes in place before a row names them.

        Returns:
            The action with hash and size.

        Raises:
            Refused: If there is no such file, or it is too big or has no usable name.
        """
        faults = Faults()
        if not self.source.is_file():
            faults.add("evidence.missing", self.name, "", None, "一个文件", "请检查路径。")
        elif self.source.stat().st_size > EVIDENCE_BYTES:
            limit = f"不超过 {EVIDENCE_BYTES >> 20} MB 的文件"
            faults.add("evidence.size", self.name, "", self.source.stat().st_size, limit, "请拆分或压缩。")
        if not 0 < len(self.name) <= NAME_LENGTH or "/" in self.name or "\x00" in self.name:
            expected = f"1—{NAME_LENGTH} 个字、不带路径的文件名"
            faults.add("evidence.name", self.name, "", self.name, expected, "请改名。")
        faults.raise_if_any()
        digest, size = evidence.keep(self.source)
        return replace(self, sha256=digest, size=size)

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write the row for bytes that lie in place."""
        row = tx.add(EvidenceFile(sha256=self.sha256, name=self.name, size=self.size))
        return {"id": row.pk, "sha256": self.sha256}
