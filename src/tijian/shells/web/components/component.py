"""What every part of a page is: a frozen view model that knows its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of a page; its template gets it as ``c``. It holds what is shown, never a row of the database."""

    template: ClassVar[str]


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere.

    Attributes:
        text: The words.
        href: Where to.
        primary: Whether it is the one thing to do here.
        note: Added for those who hear the page, where the words alone are ambiguous.
    """

    text: str
    href: str
    primary: bool = False
    note: str = ""
