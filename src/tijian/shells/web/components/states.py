"""Who is waited for, since when, what comes next; the steps of a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component, Link

State = Literal["mine", "others", "late", "returned", "done"]


@dataclass(frozen=True)
class StateLine(Component):
    """现在等谁 · 自何时 · 应在 · 下一步: every item in a process carries one.

    Attributes:
        who: Whom it waits for, body and role.
        since: Since when, with the days passed.
        due: Until when; overdue days belong here.
        next_step: What comes after.
        reason: Why it was returned.
        state: ``mine`` waits for the reader, ``others`` does not; ``late`` is red, ``returned`` amber.
        links: What can be done here.
    """

    template: ClassVar[str] = "components/state_line.html"
    who: str
    since: str = ""
    due: str = ""
    next_step: str = ""
    reason: str = ""
    state: State = "others"
    links: tuple[Link, ...] = ()

    @property
    def entries(self) -> tuple[tuple[str, str, bool], ...]:
        """The terms that are there, their words, and whether these are red."""
        done = self.state == "done"
        terms = (
            ("办结" if done else "现在等谁", self.who, False),
            ("时间" if done else "自何时", self.since, False),
            ("应在", self.due, self.state == "late"),
            ("被退回的原因", self.reason, False),
            ("下一步", self.next_step, False),
        )
        return tuple(term for term in terms if term[1])


@dataclass(frozen=True)
class Step:
    """One step of a process.

    Attributes:
        name: Its name.
        words: Who and when.
        state: Passed, the present one, or to come.
    """

    name: str
    words: str = ""
    state: Literal["done", "now", "later"] = "later"


@dataclass(frozen=True)
class Steps(Component):
    """How far something has come.

    Attributes:
        steps: From the first.
    """

    template: ClassVar[str] = "components/steps.html"
    steps: tuple[Step, ...]
