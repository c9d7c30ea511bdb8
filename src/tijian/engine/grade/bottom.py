"""Bottom lines: met or broken, never averaged away."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tijian.engine.catalogue.criterion import Bottom
from tijian.engine.kernel.rounding import exact

OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "＝"}


@dataclass(frozen=True)
class Line:
    """A bottom line applied to one area and year.

    Attributes:
        text: The line in words, such as ``≥80``.
        value: What was compared; None where it is not known.
        broken: True, False, or None where it cannot be told.
        subject: The variable it is judged on; empty for the indicator's own value.
        note: The line's own note.
        why: Why it cannot be told although there is a value; empty otherwise.
    """

    text: str
    value: Decimal | None
    broken: bool | None
    subject: str
    note: str
    why: str = ""


def apply_line(
    line: Bottom, value: Decimal | None, before: Decimal | None, subject: str, why: str = ""
) -> Line:
    """Compare a value with a bottom line.

    Args:
        line: The line.
        value: The rounded value, or the variable's number; None where missing.
        before: Last year's number, for lines against ``prev``.
        subject: What is compared, in words; empty for the indicator itself.
        why: Why the line does not judge this value; empty where it does.
    """
    limit = before if line.value == "prev" else exact(line.value)
    shown = "上年数" if line.value == "prev" else f"{exact(line.value):f}"
    text = f"{SIGNS[line.op]}{shown}"
    if value is None or limit is None or why:
        return Line(text, value, None, subject, line.note, why)
    return Line(text, value, not OPERATORS[line.op](value, limit), subject, line.note)
