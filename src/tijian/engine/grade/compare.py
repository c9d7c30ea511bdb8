"""What moved a grade from one year to the next: the data, the criterion or the definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tijian.engine.grade.cutpoints import GRADES

Cause = Literal["数据", "标准", "口径", "数据和标准"]


@dataclass(frozen=True)
class GradeChange:
    """A grade that is another than the year before.

    Attributes:
        before, after: Both grades.
        cause: What moved it.
        better: Whether it rose; None where the grades have no order.
    """

    before: str
    after: str
    cause: Cause
    better: bool | None


def compare(before: str, after: str, under_old: str | None, *, joined: bool) -> GradeChange | None:
    """Tell a change of grade apart by cause.

    Args:
        before: Grade of the earlier year.
        after: Grade of the later year.
        under_old: What the later value would be by the earlier year's criterion; None where unknown.
        joined: Whether no break of definition lies between.

    Returns:
        None where the grade did not change.
    """
    if before == after:
        return None
    order = (*reversed(GRADES),)
    better = order.index(after) > order.index(before) if before in order and after in order else None
    cause: Cause
    if not joined:
        cause = "口径"
    elif under_old is None or under_old == after:
        cause = "数据"
    elif under_old == before:
        cause = "标准"
    else:
        cause = "数据和标准"
    return GradeChange(before, after, cause, better)
