"""Progress as accepted milestones, never as a typed percentage; plan and delay on a line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component

MilestoneState = Literal["done", "late", "due", "cancelled"]
WORDS: dict[MilestoneState, str] = {"done": "完成", "late": "逾期", "due": "未到期", "cancelled": "取消"}
BLOCK = 18


@dataclass(frozen=True)
class MilestoneBar(Component):
    """One block for each milestone, and how many of them are done.

    Attributes:
        states: In the order of their dates.
        synthetic: Whether the figure carries the mark.
    """

    template: ClassVar[str] = "components/milestone_bar.html"
    states: tuple[MilestoneState, ...]
    synthetic: bool = False

    @property
    def count(self) -> tuple[int, int]:
        """Done, and of how many; cancelled ones are not counted."""
        return self.states.count("done"), len(self.states) - self.states.count("cancelled")

    @property
    def blocks(self) -> tuple[tuple[int, MilestoneState], ...]:
        """Where each block stands."""
        return tuple((n * BLOCK, state) for n, state in enumerate(self.states))

    @property
    def width(self) -> int:
        """Width of the picture."""
        return len(self.states) * BLOCK

    @property
    def words(self) -> str:
        """All states in one sentence."""
        done, of = self.count
        late = self.states.count("late")
        return f"完成 {done} 个，共 {of} 个" + (f"，逾期 {late} 个" if late else "")


@dataclass(frozen=True)
class Milestone:
    """A milestone.

    Attributes:
        name: What is to be reached.
        due: Planned date.
        state: Done, late, to come or cancelled.
        done: When it was accepted.
        forecast: When it is expected, where that is later than planned.
    """

    name: str
    due: date
    state: MilestoneState = "due"
    done: date | None = None
    forecast: date | None = None

    @property
    def words(self) -> str:
        """Its state in a few words."""
        if self.state == "done":
            return f"{self.done or self.due}"
        tail = f"，预计 {self.forecast}" if self.forecast else ""
        return f"{WORDS[self.state]}，应 {self.due}{tail}" if self.state == "late" else f"{self.due}{tail}"


@dataclass(frozen=True)
class GanttRow:
    """A measure.

    Attributes:
        code: Its number, such as M-01.
        name: What is done.
        href: Its page.
        who: Where, and which body leads.
        milestones: In the order of their dates.
        delay: In words; empty where it is on time.
        synthetic: Whether its figure carries the mark.
    """

    code: str
    name: str
    href: str
    who: str
    milestones: tuple[Milestone, ...]
    delay: str = ""
    synthetic: bool = False

    @property
    def bar(self) -> MilestoneBar:
        """Its progress."""
        return MilestoneBar(tuple(m.state for m in self.milestones), self.synthetic)

    @property
    def words(self) -> str:
        """All milestones in one sentence."""
        return f"{self.name}：" + "；".join(f"{m.name} {WORDS[m.state]} {m.words}" for m in self.milestones)


@dataclass(frozen=True)
class Mark:
    """Where a milestone stands on the line, and its delay, in per cent."""

    milestone: Milestone
    left: str
    forecast: str
    slip: str


@dataclass(frozen=True)
class Gantt(Component):
    """Measures on one line of time.

    Attributes:
        rows: The measures.
        start: Where the line begins.
        end: Where it ends.
        today: The present day, simulated or not.
    """

    template: ClassVar[str] = "components/gantt.html"
    rows: tuple[GanttRow, ...]
    start: date
    end: date
    today: date

    def _at(self, day: date) -> float:
        span = max((self.end - self.start).days, 1)
        return 100 * min(max((day - self.start).days / span, 0.0), 1.0)

    @property
    def now(self) -> str:
        """Where today stands."""
        return f"{self._at(self.today):.2f}"

    @property
    def ticks(self) -> tuple[tuple[str, str], ...]:
        """The first of each quarter, the year named where it begins."""
        found: list[tuple[str, str]] = []
        for year in range(self.start.year, self.end.year + 1):
            for month in (1, 4, 7, 10):
                day = date(year, month, 1)
                if self.start <= day < self.end:
                    label = f"{year}-{month:02}" if month == 1 or not found else f"{month:02}"
                    found.append((f"{self._at(day):.2f}", label))
        return tuple(found)

    @property
    def lines(self) -> tuple[tuple[GanttRow, tuple[str, str], tuple[Mark, ...]], ...]:
        """Each measure with the ends of its base line and its marks."""
        return tuple(
            (row, self._base(row), tuple(self._mark(m) for m in row.milestones)) for row in self.rows
        )

    def _base(self, row: GanttRow) -> tuple[str, str]:
        places = [self._at(m.due) for m in row.milestones] or [0.0]
        return f"{min(places):.2f}", f"{max(places):.2f}"

    def _mark(self, milestone: Milestone) -> Mark:
        left = self._at(milestone.due)
        late = milestone.forecast is not None and milestone.forecast > milestone.due
        right = self._at(milestone.forecast) if milestone.forecast is not None else left
        return Mark(milestone, f"{left:.2f}", f"{right:.2f}" if late else "", f"{right - left:.2f}")
