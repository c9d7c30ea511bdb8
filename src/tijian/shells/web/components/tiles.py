"""Numbers that stand alone: tiles in a row, the card of an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tijian.shells.web.components.component import Component
from tijian.shells.web.components.grade import GradeCell, GradeShares
from tijian.shells.web.components.marks import CoverageBadge, Figure, SyntheticMark, Tag

MIDDLE, ROW = 2, 5


@dataclass(frozen=True)
class StatTile(Component):
    """One number with what it is of, and one line of context.

    Attributes:
        label: What is counted.
        value: The number; None where there is none yet, and ``reason`` says why.
        of: Behind it, such as “/ 418 个区级值”.
        note: One line of context.
        bad: Whether the number is set in the red of 差.
        reason: In words, in place of a missing number.
        coverage: A bar below the number.
        shares: A bar of grades in place of the number.
    """

    template: ClassVar[str] = "components/tile.html"
    label: str
    value: Figure | None = None
    of: str = ""
    note: str = ""
    bad: bool = False
    reason: str = ""
    coverage: CoverageBadge | None = None
    shares: GradeShares | None = None


@dataclass(frozen=True)
class Tiles(Component):
    """At most five tiles joined in a row.

    Attributes:
        tiles: From the most important.
        label: What they are together.
    """

    template: ClassVar[str] = "components/tiles.html"
    tiles: tuple[StatTile, ...]
    label: str

    @property
    def wide_middle(self) -> bool:
        """Whether the third of five needs more room."""
        return len(self.tiles) == ROW and self.tiles[MIDDLE].shares is not None


@dataclass(frozen=True)
class IndicatorCard(Component):
    """An indicator at one glance.

    Attributes:
        name: Of the indicator.
        href: Its page.
        grade: Of the value.
        value: None where there is none, and ``reason`` says why.
        reason: In words.
        compare: The last value and the line of 中, in words.
        tags: Where it comes from, and its marks.
        as_of: 统计时点.
        stale: In words, where the value is an old one.
    """

    template: ClassVar[str] = "components/indicator_card.html"
    name: str
    href: str
    grade: GradeCell
    value: Figure | None = None
    reason: str = ""
    compare: str = ""
    tags: tuple[Tag | SyntheticMark, ...] = ()
    as_of: str = ""
    stale: str = ""
