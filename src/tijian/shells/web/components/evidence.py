"""Files behind figures: what must be there, what came, where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component, Link

HEAD, TAIL = 8, 4


@dataclass(frozen=True)
class Evidence:
    """One file, or the place where one must be.

    Attributes:
        kind: 必交, 选交, or what kind of source it is.
        name: Of the file, or of what is to be handed in.
        state: Received, still missing, rejected, or replaced by another and kept.
        href: The file.
        about: Origin and as-of, in words.
        sha256: Of the file.
        why: Why it was rejected, or what its absence stops.
        action: What can be done, such as handing it in.
    """

    kind: str
    name: str
    state: Literal["received", "missing", "rejected", "replaced"] = "received"
    href: str = ""
    about: str = ""
    sha256: str = ""
    why: str = ""
    action: Link | None = None

    @property
    def fingerprint(self) -> str:
        """The first and last figures of its hash, as people compare them."""
        if len(self.sha256) <= HEAD + TAIL:
            return self.sha256
        return f"{self.sha256[:4]} {self.sha256[4:HEAD]} … {self.sha256[-TAIL:]}"


@dataclass(frozen=True)
class EvidenceList(Component):
    """Files, one below another.

    Attributes:
        items: What must be there first.
    """

    template: ClassVar[str] = "components/evidence_list.html"
    items: tuple[Evidence, ...]
