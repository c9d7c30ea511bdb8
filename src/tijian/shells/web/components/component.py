"""What every part of a page is: a frozen view model that knows its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of a page; its template gets it as ``c``. It holds what is shown, never a row of the database."""

    template: ClassVar[str]


@dataclass(frozen=True)
class Text(Component):
    """Words in a cell.

    Attributes:
        text: The words.
        note: Smaller words below them.
        strong: Whether they are set in bold.
    """

    template: ClassVar[str] = "components/text.html"
    text: str
    note: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Link(Component):
    """Words that lead somewhere.

    Attributes:
        text: The words.
        href: Where to.
        note: Smaller words below them.
    """

    template: ClassVar[str] = "components/link.html"
    text: str
    href: str
    note: str = ""


def shown(part: str | Component) -> Component:
    """Give a component for words or for what is one already."""
    return Text(part) if isinstance(part, str) else part
