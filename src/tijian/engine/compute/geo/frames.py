"""Plain tables read column by column: a pandas DataFrame, a dict of lists, whatever gives ``table[name]``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Faults

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

FEW = 5  # rows told one by one for one kind of fault; the others are counted


class Frame(Protocol):
    """A table of named columns that can be made anew from a dict of columns."""

    def __getitem__(self, name: Any, /) -> Any:
        """Give a column."""

    def __contains__(self, name: Any, /) -> bool:
        """Tell whether there is such a column."""


@dataclass(frozen=True)
class Table:
    """A table as it was given, with the name a person knows it by and the faults found in it so far.

    Attributes:
        frame: The table.
        title: How it is called in faults.
        faults: Where faults are collected, shared by the tables of one call.
    """

    frame: Frame
    title: str
    faults: Faults

    def require(self, names: Iterable[str]) -> None:
        """Note every column that is not there, and columns of unequal length."""
        wanted = list(dict.fromkeys(names))
        lengths = {name: len(self.frame[name]) for name in wanted if name in self.frame}
        if len(set(lengths.values())) > 1:
            self.faults.add("frame.length", self.title, "", lengths, "一样长的列", "请检查各列的行数。")
        for name in wanted:
            if name not in self.frame:
                self.faults.add(
                    "frame.column",
                    self.title,
                    f"列 {name}",
                    None,
                    "有这一列",
                    "请补上这一列，或写明列名参数。",
                )

    def labels(self, name: str) -> list[Any]:
        """Give a column as Python values: ids and groups; an empty cell is noted as a fault."""
        values = cells(self.frame[name])
        blank = [i for i, value in enumerate(values) if is_blank(value)]
        self.note("frame.blank", name, blank, lambda _: None, "有内容", "请补上，或删去这一行。")
        return values

    def numbers(self, name: str, *, unknown: bool = False) -> Floats:
        """Give a column of finite numbers not below zero; others are noted as faults.

        Args:
            name: The column.
            unknown: Whether an empty cell may stand; it is NaN in the result.

        Returns:
            float64, shape (n,).
        """
        column = self.frame[name]
        values = _floats(column)
        suspect = np.flatnonzero(~(np.isfinite(values) & (values >= 0))).tolist()
        told = cells(column) if suspect else []
        rows = [i for i in suspect if not (unknown and is_blank(told[i]))]
        self.note("frame.number", name, rows, told.__getitem__, "不小于 0 的数", "请改正，或删去这一行。")
        return values

    def note(
        self,
        code: str,
        name: str,
        rows: Sequence[int],
        value: Callable[[int], object],
        expected: str,
        hint: str,
    ) -> None:
        """Note the same fault in many rows: the first few one by one, the others as a count."""
        for row in rows[:FEW]:
            self.faults.add(code, self.title, f"第 {row + 1} 行 {name}", value(row), expected, hint)
        if len(rows) > FEW:
            self.faults.add(
                code, self.title, f"{name} 另有 {len(rows) - FEW} 行同样的错", None, expected, hint
            )


def cells(column: Any) -> list[Any]:
    """Give the cells of a column as Python values."""
    values: list[Any] = column.tolist() if hasattr(column, "tolist") else list(column)
    return values


def is_blank(value: Any) -> bool:
    """Tell None, NaN, NaT and NA: the values that do not equal themselves, and None."""
    return value is None or (value == value) is not True  # noqa: PLR0124


def _floats(column: Any) -> Floats:
    """Give numbers as float64; what is no number becomes NaN."""
    array = np.asarray(column)
    if array.dtype.kind in "biuf":
        return array.astype(np.float64)
    return np.array(
        [float(v) if isinstance(v, Real) and not is_blank(v) else np.nan for v in cells(column)],
        dtype=np.float64,
    )


def ranks(labels: Sequence[Any]) -> Positions:
    """Give each label its place in sorted order, so that sums do not depend on the order of rows.

    Args:
        labels: Distinct values, shape (n,); of different types they are sorted type by type.
    """
    order = sorted(range(len(labels)), key=lambda i: (type(labels[i]).__name__, labels[i]))
    places = np.empty(len(labels), dtype=np.int64)
    places[order] = np.arange(len(labels))
    return places


def made_like(frame: Frame, columns: dict[str, Any]) -> Any:
    """Make a table of the same kind as another."""
    kind: Callable[[dict[str, Any]], Any] = type(frame)
    return kind(columns)
