"""What became of what: changes with their cause, and two people at one item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component, shown
from tijian.shells.web.components.grade import GradeCell, GradeChange

Cause = Literal["数据", "标准", "口径"]


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        what: Area and indicator.
        before: Words, figure or grade.
        after: The same kind.
        cause: New data, another criterion, or another definition; never one sign for all three.
        href: Its explanation.
        words: What lies behind it.
    """

    what: str
    before: str | Component
    after: str | Component
    cause: Cause
    href: str = ""
    words: str = ""

    @property
    def pair(self) -> GradeChange | None:
        """The change as grades, if both are."""
        if isinstance(self.before, GradeCell) and isinstance(self.after, GradeCell):
            return GradeChange(self.before, self.after)
        return None

    @property
    def sides(self) -> tuple[Component, Component]:
        """Both as components."""
        return shown(self.before), shown(self.after)


@dataclass(frozen=True)
class ChangeList(Component):
    """What changed, a → b, each with its cause.

    Attributes:
        changes: The weightiest first.
    """

    template: ClassVar[str] = "components/change_list.html"
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Conflict(Component):
    """Somebody else changed it meanwhile: who, when, both figures, and what was typed is kept.

    Attributes:
        what: The item.
        who: Body and person.
        when: Time in words.
        original: What stood there when the form was opened.
        theirs: What stands there now.
        mine: What was typed.
        action: Where the decision is sent, as ``keep`` with ``mine`` or ``theirs``.
        hidden: Names and values sent along: what was typed, and the version now decided upon.
    """

    template: ClassVar[str] = "components/conflict.html"
    what: str
    who: str
    when: str
    original: str
    theirs: str
    mine: str
    action: str
    hidden: tuple[tuple[str, str], ...] = ()
