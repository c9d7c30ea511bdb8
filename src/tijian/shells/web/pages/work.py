"""What is being done about a figure, and what of it is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.tiles import StatTile
from tijian.shells.web.pages.seen import Seen


@dataclass(frozen=True)
class Cure:
    """A measure that treats a figure: number, whether it is late, address."""

    number: str
    late: bool
    href: str


@dataclass(frozen=True)
class Late:
    """A milestone past its date: days, its name, its measure, who leads, dates in words, address."""

    days: int
    name: str
    measure: str
    lead: str
    due: str
    href: str


def cures(_seen: Seen) -> Mapping[tuple[str, str], Cure]:
    """Give the measures by (indicator, area)."""
    return {}


def overdue_lines(_seen: Seen, _today: object) -> list[Late]:
    """List milestones past their date, the latest first."""
    return []


def overdue_tile(_seen: Seen, _today: object) -> StatTile:
    """Count the milestones past their date."""
    return StatTile("里程碑逾期", Figure("0"), "个", "还没有治理计划")
