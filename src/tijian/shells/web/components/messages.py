"""What a page says in place: nothing here yet, being read, failed, done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component, Link


@dataclass(frozen=True)
class Empty(Component):
    """What is not here, why, and the one thing to do.

    Attributes:
        title: What is not here.
        why: First use, filtered to nothing, or who may see it.
        action: What to do now.
    """

    template: ClassVar[str] = "components/empty.html"
    title: str
    why: str = ""
    action: Link | None = None


@dataclass(frozen=True)
class Loading(Component):
    """Something that is being read or computed.

    Attributes:
        words: What runs; without them grey bars stand in the place of what comes.
        done: Parts done.
        of: Parts in all; 0 where it is not known.
        poll: Address that htmx asks every two seconds and puts in its place.
    """

    template: ClassVar[str] = "components/loading.html"
    words: str = ""
    done: int = 0
    of: int = 0
    poll: str = ""

    @property
    def percent(self) -> str:
        """Share done."""
        return f"{100 * self.done / self.of:.1f}" if self.of else "0"


@dataclass(frozen=True)
class Failure(Component):
    """What failed in a panel, what still works, what to try; it stays until it is mended.

    Attributes:
        title: What failed.
        words: Why, and what still works.
        links: The table, another try.
    """

    template: ClassVar[str] = "components/failure.html"
    title: str
    words: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class StatusMessage(Component):
    """What was just done, or is worth knowing, on top of the page; it does not go away by itself.

    Attributes:
        words: What happened and who is next; for ``bad`` what was not done and what to do.
        kind: Done, worth a look, not done, or plain.
        undo: The way back, or on.
    """

    template: ClassVar[str] = "components/status_message.html"
    words: str
    kind: Literal["ok", "warn", "bad", ""] = "ok"
    undo: Link | None = None
