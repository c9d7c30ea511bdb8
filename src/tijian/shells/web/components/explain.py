"""Why a value is what it is: five steps from the adopted value to the people, and where to go next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tijian.engine.report.tokens import GradeWord
from tijian.shells.web.components.component import Component, Link
from tijian.shells.web.components.evidence import Evidence, EvidenceList
from tijian.shells.web.components.grade import CLASSES, GradeCell
from tijian.shells.web.components.marks import Figure

TITLES = ("采用值", "公式与数字", "判定标准", "原始文件", "经手")
APART = 13.0  # per cent of the bar that a figure of a cut point needs


@dataclass(frozen=True)
class Lost(Component):
    """A step that cannot be shown, and why.

    Attributes:
        words: What is missing and who has it.
    """

    template: ClassVar[str] = "components/explain_lost.html"
    words: str


@dataclass(frozen=True)
class Strand:
    """A source of the value, such as 部门提报.

    Attributes:
        name: Of the source.
        value: As printed; None where it gave none, and ``words`` says why.
        adopted: Whether it is the 采用值.
        words: How far it lies from the adopted one.
    """

    name: str
    value: Figure | None = None
    adopted: bool = False
    words: str = ""


@dataclass(frozen=True)
class Adopted(Component):
    """Which source was adopted.

    Attributes:
        strands: All sources.
        summary: One sentence.
        reason: Why, by whom, when.
        beside: How the computed source that was not adopted came about.
    """

    template: ClassVar[str] = "components/explain_adopted.html"
    strands: tuple[Strand, ...]
    summary: str = ""
    reason: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formula(Component):
    """The formula with the numbers put in.

    Attributes:
        result: Before rounding.
        words: The formula in words, and how it was rounded.
        numerator: Above the line.
        denominator: Below it; None for a formula that is no fraction, which ``expression`` gives.
        expression: With the numbers put in.
    """

    template: ClassVar[str] = "components/explain_formula.html"
    result: Figure
    words: str
    numerator: Figure | None = None
    denominator: Figure | None = None
    expression: str = ""


@dataclass(frozen=True)
class CutPart:
    """A stretch of the scale with one grade.

    Attributes:
        grade: Its grade.
        upper: Where it ends; None for the last.
        label: The end as printed.
    """

    grade: GradeWord
    upper: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Place:
    """A part of the bar in per cent of its width."""

    kind: str
    grade: str
    left: str
    width: str
    middle: str
    roomy: bool


@dataclass(frozen=True)
class Tick:
    """The figure of a cut point and where it stands; crowded ones stand a line lower."""

    left: str
    label: str
    y: int
    lower: bool


@dataclass(frozen=True)
class CutBar(Component):
    """The value on the scale of its criterion; a range is a scale whose grades come twice.

    Attributes:
        parts: From the low end of the scale to the high.
        low: Where the scale begins.
        high: Where it ends.
        value: The value; None where there is none.
        value_text: As printed.
        words: The criterion, its source and date, and what is lacking, in words.
        area_type: Whose criterion it is, such as 老区.
    """

    template: ClassVar[str] = "components/explain_cuts.html"
    parts: tuple[CutPart, ...]
    low: float
    high: float
    value: float | None = None
    value_text: str = ""
    words: str = ""
    area_type: str = ""

    def _at(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return 100 * min(max((value - self.low) / span, 0.0), 1.0)

    @property
    def places(self) -> tuple[Place, ...]:
        """The parts of the bar."""
        found, left = [], 0.0
        for part in self.parts:
            right = 100.0 if part.upper is None else self._at(part.upper)
            middle, width = (left + right) / 2, right - left
            found.append(
                Place(CLASSES[part.grade], part.grade, f"{left:.2f}", f"{width:.2f}", f"{middle:.2f}",
                      width >= 8 * len(part.grade))
            )  # fmt: skip
            left = right
        return tuple(found)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The figures of the cut points."""
        found: list[Tick] = []
        last = -APART
        for part in self.parts:
            if part.upper is None:
                continue
            left = self._at(part.upper)
            lower = left - last < APART and not (found and found[-1].lower)
            found.append(Tick(f"{left:.2f}", part.label, 70 if lower else 56, lower))
            last = left
        return tuple(found)

    @property
    def mark(self) -> str:
        """Where the value stands."""
        return f"{self._at(self.value):.2f}" if self.value is not None else ""

    @property
    def anchor(self) -> str:
        """How its figure is set, so that it stays inside at both ends."""
        place = self._at(self.value or 0.0)
        return "start" if place < APART else "end" if place > 100 - APART else "middle"

    @property
    def height(self) -> int:
        """Height of the picture."""
        return 76 if any(tick.lower for tick in self.ticks) else 62

    @property
    def spoken(self) -> str:
        """The scale in words."""
        ends = "，".join(f"{p.grade}到 {p.label}" if p.upper is not None else p.grade for p in self.parts)
        return f"从低到高：{ends}" + (f"；本值 {self.value_text}" if self.value is not None else "")


@dataclass(frozen=True)
class Verdictless(Component):
    """A criterion without cut points: 合格 or not, a bottom line, or none, in words.

    Attributes:
        words: The criterion, its source and date.
        area_type: Whose criterion it is.
    """

    template: ClassVar[str] = "components/explain_words.html"
    words: str
    area_type: str = ""


@dataclass(frozen=True)
class Files(Component):
    """The files the value comes from.

    Attributes:
        items: Data sets and tables.
    """

    template: ClassVar[str] = "components/explain_files.html"
    items: tuple[Evidence, ...]

    @property
    def listed(self) -> EvidenceList:
        """The files as a list."""
        return EvidenceList(self.items)


@dataclass(frozen=True)
class Hands(Component):
    """Who had a hand in it.

    Attributes:
        entries: Step, and who and when.
    """

    template: ClassVar[str] = "components/explain_hands.html"
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ExplainTree(Component):
    """Five steps, each with its numbers or with what is missing; then where to go next.

    Attributes:
        value: As printed; None where there is none, and ``reason`` says why.
        grade: Of the value.
        adopted: 采用值.
        formula: 公式与数字.
        criterion: 判定标准.
        files: 原始文件.
        hands: 经手.
        compare: The last value and the change, in words.
        reason: Why there is no value.
        as_of: Said where a past state is shown.
        links: What comes next: cause, measure, correction.
    """

    template: ClassVar[str] = "components/explain_tree.html"
    value: Figure | None
    grade: GradeCell
    adopted: Adopted | Lost
    formula: Formula | Lost
    criterion: CutBar | Verdictless | Lost
    files: Files | Lost
    hands: Hands | Lost
    compare: str = ""
    reason: str = ""
    as_of: str = ""
    links: tuple[Link, ...] = ()

    @property
    def steps(self) -> tuple[tuple[str, Component], ...]:
        """Titles with what stands below them."""
        parts = (self.adopted, self.formula, self.criterion, self.files, self.hands)
        area_type = getattr(self.criterion, "area_type", "")
        titles = [f"{t}：{area_type}" if t == TITLES[2] and area_type else t for t in TITLES]
        return tuple(zip(titles, parts, strict=True))
