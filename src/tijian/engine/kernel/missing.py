"""A value is a number or a reason; no operator turns a reason into a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Status(IntEnum):
    """What stands in a cell; the order is the order in which operands decide a result."""

    PRESENT = 0
    NOT_APPLICABLE = 1
    NO_DATA = 2

    @property
    def zh(self) -> str:
        """The word of the files and pages."""
        return STATUS_ZH[self]


STATUS_ZH = {Status.PRESENT: "有值", Status.NOT_APPLICABLE: "不适用", Status.NO_DATA: "无数据"}
REASONS = {"无数据": Status.NO_DATA, "不适用": Status.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one quantity over areas (or sub-periods), each a number or a reason.

    Attributes:
        values: float64, shape (n,); NaN wherever ``status`` is not PRESENT.
        status: uint8, shape (n,), codes of ``Status``.
    """

    values: NDArray[np.float64]
    status: NDArray[np.uint8]

    @classmethod
    def of(cls, cells: list[float | Status]) -> Column:
        """Build a column from numbers and reasons."""
        status = np.array([c if isinstance(c, Status) else Status.PRESENT for c in cells], dtype=np.uint8)
        values = np.array([np.nan if isinstance(c, Status) else c for c in cells], dtype=np.float64)
        return cls(values, status)

    @classmethod
    def constant(cls, value: float, n: int) -> Column:
        """Give the same number n times."""
        return cls(np.full(n, value, dtype=np.float64), np.zeros(n, dtype=np.uint8))

    @classmethod
    def absent(cls, n: int, status: Status = Status.NO_DATA) -> Column:
        """Give the same reason n times."""
        return cls(np.full(n, np.nan), np.full(n, status, dtype=np.uint8))

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where a number stands, shape (n,)."""
        return np.equal(self.status, Status.PRESENT)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.values)

    def cell(self, i: int) -> float | Status:
        """Give the number or the reason at position i."""
        status = Status(int(self.status[i]))
        return float(self.values[i]) if status is Status.PRESENT else status

    def scaled(self, factor: float) -> Column:
        """Multiply every number by a factor; reasons stay."""
        if factor == 1.0:
            return self
        with np.errstate(over="ignore"):
            values = self.values * factor
        lost = np.isinf(values)
        return Column(np.where(lost, np.nan, values), np.where(lost, np.uint8(Status.NO_DATA), self.status))


def combine(*columns: Column) -> NDArray[np.uint8]:
    """Decide the status of a result from its operands: 无数据 outweighs 不适用 outweighs a number."""
    status = columns[0].status
    for column in columns[1:]:
        status = np.maximum(status, column.status)
    return status


def ordered_sum(column: Column) -> float | Status:
    """Sum the cells one after the other in their given order.

    A sequential reducer, so that a subset of areas and a full run agree bit for bit. A cell that is
    不适用 leaves the sum; a cell that is 无数据 makes it 无数据; a sum of nothing is 不适用.

    Returns:
        The sum, or the reason why there is none.
    """
    if bool((column.status == Status.NO_DATA).any()):
        return Status.NO_DATA
    total, seen = 0.0, False
    for i in range(len(column)):
        if column.status[i] == Status.PRESENT:
            total += float(column.values[i])
            seen = True
    if not seen:
        return Status.NOT_APPLICABLE
    return total if math.isfinite(total) else Status.NO_DATA
