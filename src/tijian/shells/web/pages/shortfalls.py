"""短板: what is graded 差 or breaks a bottom line, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from tijian.shells.web.components.marks import Figure
from tijian.shells.web.pages.seen import Cell, Seen
from tijian.shells.web.pages.work import Cure, cures


@dataclass(frozen=True)
class Shortfall:
    """One poor figure.

    Attributes:
        cell: The figure.
        name: Of the indicator.
        area: Name of the area.
        limit: The line it misses, in words.
        gap: Distance to 中 relative to its cut point, negative; None where it is not judged by cut points.
        broken: Whether a bottom line is broken.
        cure: What is being done about it.
        href: Its explanation.
    """

    cell: Cell
    name: str
    area: str
    limit: str
    gap: float | None
    broken: bool
    cure: Cure | None
    href: str

    @property
    def figure(self) -> Figure | None:
        """The value."""
        return self.cell.figure

    @property
    def gap_words(self) -> str:
        """The distance in per cent; of a figure that is still 中, how far 差 is."""
        if self.gap is None:
            return ""
        return (
            f"离差 {abs(self.gap):.1%}"
            if self.cell.grade == "中" and not self.broken
            else f"−{abs(self.gap):.1%}"
        )


def shortfalls(seen: Seen) -> list[Shortfall]:
    """List the poor figures: broken bottom lines first, then by relative distance to 中.

    Of the city as a whole only what breaks a bottom line: its grades are those of its districts once more.
    """
    done = cures(seen)
    whole = [c for (_, area), c in seen.cells.items() if area == seen.whole and c.facts["broken"]]
    poor = [c for c in seen.district_cells() if c.grade in {"差", "不合格"} or c.facts["broken"]]
    found = [_shortfall(seen, c, done.get((c.row.indicator, c.row.area))) for c in (*whole, *poor)]
    return sorted(found, key=lambda s: (not s.broken, -abs(s.gap or 0.0)))


def close_to_poor(seen: Seen, area: str) -> list[Shortfall]:
    """List the figures of an area that are still 中, the nearest to 差 first."""
    done = cures(seen)
    found = [
        _shortfall(seen, c, done.get((c.row.indicator, area)))
        for (_, here), c in seen.cells.items()
        if here == area and c.grade == "中" and not c.facts["broken"] and c.cut("中") is not None
    ]
    return sorted((s for s in found if s.gap is not None), key=lambda s: abs(s.gap or 0.0))


def _shortfall(seen: Seen, cell: Cell, cure: Cure | None) -> Shortfall:
    indicator = seen.city.catalogue.indicators[cell.row.indicator]
    broken = bool(cell.facts["broken"])
    gap, limit = _gap(cell)
    if broken:
        lines = [f"底线{subject}{text}" for text, subject, is_broken, _ in cell.facts["lines"] if is_broken]
        limit = "；".join(lines) or limit or "不合格"
    elif not limit:
        limit = "连年变差" if cell.facts["judge"] == "own_trend" else ""
    return Shortfall(
        cell,
        indicator.name.zh,
        seen.city.label(cell.row.area),
        limit,
        gap,
        broken,
        cure,
        seen.url("explain", indicator=cell.row.indicator, area=cell.row.area),
    )


def _gap(cell: Cell) -> tuple[float | None, str]:
    """Give the relative distance to 中 and its line in words."""
    cut = cell.cut("中")
    if cut is None or cell.row.value is None:
        return None, ""
    value = cell.row.value
    if isinstance(cut, list):
        low, high = float(cut[0]), float(cut[1])
        near = low if value < low else high
        words = f"“中”{cut[0]}～{cut[1]}"
    else:
        near = float(cut)
        # What is poor lies on the wrong side of the line; what is still 中 on the right one.
        below = value < near if cell.grade != "中" else value > near
        words = f"“中”{'≥' if below else '≤'}{cut}"
    if near == value:
        return 0.0, words
    return (value - near) / near if near else None, words
