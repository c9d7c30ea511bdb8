"""What an import says of every cell: a verdict, and totals that add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component
from tijian.shells.web.components.marks import Figure

Verdict = Literal["taken", "converted", "asked", "refused", "blank"]
WORDS: dict[Verdict, tuple[str, str, str]] = {  # words, sign, class
    "taken": ("接受", "✓", "ok"),
    "converted": ("规整后接受", "~", "fix"),
    "asked": ("要说明", "?", "warn"),
    "refused": ("拒绝", "×", "bad"),
    "blank": ("无数据", "○", "nil"),
}
NOTES: dict[Verdict, str] = {
    "taken": "原样写入",
    "converted": "写法已换算，请看一眼",
    "asked": "写了原因就接受",
    "refused": "改了才能写入",
    "blank": "原因已认出",
}


@dataclass(frozen=True)
class VerdictMark(Component):
    """A verdict as sign and word.

    Attributes:
        verdict: One of the five.
    """

    template: ClassVar[str] = "components/verdict_mark.html"
    verdict: Verdict

    @property
    def words(self) -> str:
        """The word."""
        return WORDS[self.verdict][0]

    @property
    def sign(self) -> str:
        """The sign before it."""
        return WORDS[self.verdict][1]

    @property
    def tone(self) -> str:
        """Its class."""
        return WORDS[self.verdict][2]


@dataclass(frozen=True)
class VerdictTotals(Component):
    """How many cells were read and what became of them.

    Attributes:
        counts: Cells by verdict.
        shape: Where the sum comes from, such as “9 个区 × 6 项”.
        synthetic: Whether the figures carry the mark.
    """

    template: ClassVar[str] = "components/verdict_totals.html"
    counts: tuple[tuple[Verdict, int], ...]
    shape: str = ""
    synthetic: bool = False

    @property
    def read(self) -> Figure:
        """Cells read: the sum of all verdicts."""
        return Figure(f"{sum(n for _, n in self.counts):,}", synthetic=self.synthetic)

    @property
    def entries(self) -> tuple[tuple[VerdictMark, Figure, str], ...]:
        """Each verdict with its count and what it means."""
        return tuple(
            (VerdictMark(verdict), Figure(f"{n:,}", synthetic=self.synthetic), NOTES[verdict])
            for verdict, n in self.counts
        )


@dataclass(frozen=True)
class VerdictRow:
    """A marked cell.

    Attributes:
        number: As it is marked on the sheet.
        verdict: One of the five.
        place: Address of the cell, such as F9.
        what: Which number it is.
        written: What the cell says.
        problem: What is wrong.
        remedy: What to do.
    """

    number: int
    verdict: Verdict
    place: str
    what: str
    written: str
    problem: str
    remedy: str

    @property
    def mark(self) -> VerdictMark:
        """The verdict as sign and word."""
        return VerdictMark(self.verdict)


@dataclass(frozen=True)
class VerdictTable(Component):
    """The marked cells, one a row.

    Attributes:
        rows: Refused ones first.
    """

    template: ClassVar[str] = "components/verdict_table.html"
    rows: tuple[VerdictRow, ...]


@dataclass(frozen=True)
class SheetCell:
    """A cell of a workbook as it was.

    Attributes:
        text: What is written.
        verdict: What was said of it.
        number: Of its row in the table below; 0 for an unmarked cell.
        numeric: Whether it stands at the right.
    """

    text: str
    verdict: Verdict = "taken"
    number: int = 0
    numeric: bool = True

    @property
    def tone(self) -> str:
        """Its class; none for a cell that was simply taken."""
        return "" if self.verdict == "taken" else f"x-{WORDS[self.verdict][2]}"

    @property
    def spoken(self) -> str:
        """The verdict for those who hear the page."""
        return "" if self.verdict == "taken" else WORDS[self.verdict][0]


@dataclass(frozen=True)
class Sheet(Component):
    """A part of a workbook as it was, with its marked cells.

    Attributes:
        name: Of the sheet.
        letters: Of the columns.
        head: Number of the row of heads, and its cells.
        rows: Their numbers and cells.
    """

    template: ClassVar[str] = "components/sheet.html"
    name: str
    letters: tuple[str, ...]
    head: tuple[int, tuple[str, ...]]
    rows: tuple[tuple[int, tuple[SheetCell, ...]], ...]
