"""Marks that say what a figure is: synthetic, estimated, not yet checked; tags; coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component

Mark = Literal["合成", "估算", "示例/待核"]
Tone = Literal["", "syn", "ok", "warn", "bad", "acc"]
WORDS: dict[Mark, str] = {"合成": "合成数据", "估算": "估算", "示例/待核": "示例/待核"}


@dataclass(frozen=True)
class Tag(Component):
    """A fact in a thin frame, such as where a figure comes from; never a mood.

    Attributes:
        text: The words.
        tone: None for facts; ``ok``, ``warn``, ``bad`` for work; ``acc`` for what is chosen; ``syn`` is SyntheticMark's.
    """

    template: ClassVar[str] = "components/tag.html"
    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class SyntheticMark(Component):
    """The tag of a figure or table that is not measured.

    Attributes:
        mark: Which of the three.
    """

    template: ClassVar[str] = "components/tag.html"
    mark: Mark = "合成"

    @property
    def text(self) -> str:
        """The words of the tag."""
        return WORDS[self.mark]

    @property
    def tone(self) -> Tone:
        """Violet for synthetic figures, amber for the others."""
        return "syn" if self.mark == "合成" else "warn"


@dataclass(frozen=True)
class Figure(Component):
    """A number as printed, underlined with dots while it is synthetic or estimated.

    Attributes:
        text: The number, already rounded and with its thousands marks.
        unit: Behind it, smaller.
        synthetic: Whether it carries the mark.
        strong: Whether it is set in bold.
    """

    template: ClassVar[str] = "components/figure.html"
    text: str
    unit: str = ""
    synthetic: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Missing(Component):
    """Why there is no figure, in a few words; never blank, zero or a dash.

    Attributes:
        reason: Such as 供暖季未完, 不适用, 样本 212.
    """

    template: ClassVar[str] = "components/missing.html"
    reason: str


@dataclass(frozen=True)
class CoverageBadge(Component):
    """How many of the applicable values are there.

    Attributes:
        have: Values present.
        applicable: Values that could be.
        floor: Below this share there is no grade, in per cent.
        unit: What is counted.
        consequence: Said below the floor.
        badge: A badge in a line; otherwise a bar as wide as its place.
    """

    template: ClassVar[str] = "components/coverage.html"
    have: int
    applicable: int
    floor: int = 80
    unit: str = "项"
    consequence: str = "不评级"
    badge: bool = True

    @property
    def percent(self) -> float:
        """Covered share in per cent; 0 where nothing is applicable."""
        return 100 * self.have / self.applicable if self.applicable else 0.0

    @property
    def width(self) -> str:
        """Length of the bar in per cent."""
        return f"{self.percent:.2f}"

    @property
    def low(self) -> bool:
        """Whether the share lies below the floor."""
        return self.applicable > 0 and self.have * 100 < self.floor * self.applicable

    @property
    def words(self) -> str:
        """The share in words; rounding never lifts it to the floor or to 100."""
        if not self.applicable:
            return "不适用"
        whole = round(self.percent)
        misleads = (self.low and whole >= self.floor) or (self.have < self.applicable and whole == 100)  # noqa: PLR2004
        percent = f"{int(self.percent * 10) / 10:.1f}" if misleads else f"{whole}"
        tail = f"，{self.consequence}" if self.low and self.consequence else ""
        return f"{self.have:,}/{self.applicable:,} {self.unit}，{percent}%{tail}"
