"""What a change moves, as pages show it before and after: grades of results and dimensions, round by round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from tijian.engine.report.tokens import GradeWord
from tijian.office.register.models import Round
from tijian.office.values.models import DimensionGrade, Result
from tijian.office.values.preview import Moved, moved_by
from tijian.shells.web.components.changes import Change, ChangeList
from tijian.shells.web.components.grade import GradeCell
from tijian.shells.web.pages.seen import Cell, Seen

SHOWN = 30


@dataclass(frozen=True)
class RoundMoves:
    """What moves in one round.

    Attributes:
        name: Of the round.
        grades: Results whose grade moves, the first ones.
        left_out: How many more there are.
        dimensions: Dimensions whose grade moves.
        values: Results that change without another grade.
    """

    name: str
    grades: ChangeList
    left_out: int
    dimensions: ChangeList
    values: int

    @property
    def words(self) -> str:
        """Everything in one line."""
        grades = len(self.grades.changes) + self.left_out
        dimensions = len(self.dimensions.changes)
        rest = f"{self.values} 个结果的数值或依据变动" if self.values else ""
        if not grades + dimensions:
            return f"等级都不变；{rest}。"
        parts = f"{grades} 个指标等级变动，{dimensions} 个维度等级变动"
        return f"{parts}；另有 {rest}、等级不变。" if rest else f"{parts}。"


def moves(found: Sequence[Moved]) -> tuple[RoundMoves, ...]:
    """Show what moves, without the rounds in which nothing does."""
    return tuple(_round(m) for m in found if m.results or m.dimensions)


def moved_words(action: UUID) -> str:
    """Say in a sentence how many grades an action moved, round by round."""
    counts = [(_name(m.which), len(m.grades)) for m in moved_by(action)]
    return "；".join(f"{name}：{n} 个等级变动" for name, n in counts if n) or "没有等级变动"


def _round(moved: Moved) -> RoundMoves:
    seen = Seen(moved.which)
    pairs = [(old, new) for old, new in moved.grades if old is not None]
    dimensions = [(old, new) for old, new in moved.dimension_grades if old is not None]
    return RoundMoves(
        _name(moved.which),
        ChangeList(tuple(_change(seen, old, new) for old, new in pairs[:SHOWN])),
        max(0, len(pairs) - SHOWN),
        ChangeList(tuple(_dimension(seen, old, new) for old, new in dimensions)),
        len(moved.results) - len(pairs),
    )


def _name(which: Round) -> str:
    return str(which.name)


def _change(seen: Seen, before: Result, after: Result) -> Change:
    name = seen.city.catalogue.indicators[after.indicator].name.zh
    cells = Cell(before), Cell(after)
    figures = " → ".join(f"{c.value} {c.unit}".strip() if c.value else c.status for c in cells)
    href = seen.url("explain", indicator=after.indicator, area=after.area)
    return Change(
        f"{seen.city.label(after.area)} {name}", cells[0].shown(), cells[1].shown(), "数据", href, figures
    )


def _dimension(seen: Seen, before: DimensionGrade, after: DimensionGrade) -> Change:
    grades = [GradeCell(cast("GradeWord", g.grade), synthetic=seen.synthetic) for g in (before, after)]
    href = seen.url("area", area=after.area)
    what = f"{seen.city.label(after.area)} {after.dimension}"
    return Change(what, grades[0], grades[1], "数据", href, after.reason)
