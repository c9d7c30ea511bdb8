"""Grades: fill and character together, the reason in words where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from tijian.engine.report import tokens
from tijian.engine.report.tokens import GradeWord
from tijian.shells.web.components.component import Component

# 合格 borrows the quietest fill and 不合格 the loudest, as in the engine's charts
CLASSES: dict[GradeWord, str] = {
    "优": "a",
    "良": "b",
    "中": "c",
    "差": "d",
    "合格": "a",
    "不合格": "d",
    "不评级": "n",
    "无数据": "m",
    "不适用": "x",
}
LEGEND: tuple[GradeWord, ...] = ("优", "良", "中", "差", "不评级", "无数据")
NARROWEST = 150  # px: the least a bar of shares is given; words that would not fit there stand below it
LETTER, DIGIT, AIR = 12, 7.5, 8  # px at the size of the words in the bar


@dataclass(frozen=True)
class GradeCell(Component):
    """A grade in a line of text or a table cell.

    Attributes:
        grade: One of the nine words.
        reason: In place of 不评 or 缺, such as 样本 212.
        synthetic: Whether the hatched foot is drawn.
        href: Where it leads, such as its explanation.
        label: Said before the grade to those who hear the page, such as 交通便捷.
    """

    template: ClassVar[str] = "components/grade.html"
    grade: GradeWord
    reason: str = ""
    synthetic: bool = False
    href: str = ""
    label: str = ""

    @property
    def kind(self) -> str:
        """Letter of its class."""
        return CLASSES[self.grade]

    @property
    def word(self) -> str:
        """What the cell says."""
        return (
            self.grade if self.grade in tokens.GRADE_FILL else self.reason or tokens.GRADE_LABEL[self.grade]
        )

    @property
    def spoken(self) -> str:
        """What is added for those who hear the page."""
        full = "" if self.word == self.grade else f"，{self.grade}"
        return full + ("，合成数据" if self.synthetic else "")


@dataclass(frozen=True)
class GradeChange(Component):
    """A grade that became another.

    Attributes:
        before: The earlier.
        after: The later.
    """

    template: ClassVar[str] = "components/grade_change.html"
    before: GradeCell
    after: GradeCell


@dataclass(frozen=True)
class GradeLegend(Component):
    """What the fills and hatches mean.

    Attributes:
        synthetic: Whether the mark of synthetic figures is explained too.
    """

    template: ClassVar[str] = "components/grade_legend.html"
    synthetic: bool = False

    @property
    def entries(self) -> tuple[tuple[GradeCell, str], ...]:
        """Each cell with the words beside it; a grade needs none."""
        return tuple((GradeCell(grade), "" if grade in tokens.GRADE_FILL else grade) for grade in LEGEND)


@dataclass(frozen=True)
class Part:
    """One part of a bar of shares: where it lies in per cent, and its words."""

    grade: GradeWord
    count: int
    left: str
    width: str
    middle: str
    roomy: bool

    @property
    def kind(self) -> str:
        """Letter of its class."""
        return CLASSES[self.grade]


@dataclass(frozen=True)
class GradeShares(Component):
    """How many items have which grade: one bar, always from 优 to 差.

    Attributes:
        counts: Items by grade.
        synthetic: Whether the figures carry the mark.
    """

    template: ClassVar[str] = "components/grade_shares.html"
    counts: tuple[tuple[GradeWord, int], ...]
    synthetic: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that are not empty."""
        total = sum(n for _, n in self.counts) or 1
        starts = [0, *accumulate(n for _, n in self.counts)]
        return tuple(
            Part(grade, n, f"{100 * start / total:.2f}", f"{100 * n / total:.2f}",
                 f"{100 * (start + n / 2) / total:.2f}", _fits(grade, n, total))
            for (grade, n), start in zip(self.counts, starts, strict=False)
            if n
        )  # fmt: skip

    @property
    def words(self) -> str:
        """All counts in one sentence."""
        return "，".join(f"{grade} {n:,}" for grade, n in self.counts)

    @property
    def cramped(self) -> str:
        """The counts that have no room inside the bar."""
        return "　".join(f"{part.grade} {part.count:,}" for part in self.parts if not part.roomy)


def _fits(grade: GradeWord, count: int, total: int) -> bool:
    needed = LETTER * len(grade) + DIGIT * len(str(count)) + AIR
    return NARROWEST * count / total >= needed
