"""The matrix of grades: areas, grouped by type, against dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tijian.engine.report.tokens import GradeWord
from tijian.shells.web.components.component import Component
from tijian.shells.web.components.grade import GradeCell


@dataclass(frozen=True)
class MatrixCell:
    """A grade of an area in a dimension.

    Attributes:
        grade: One of the nine words.
        graded: Items that have a grade.
        applicable: Items that could have one.
        poor: Items graded 差.
        reason: Where there is no grade, in a few words.
        synthetic: Whether the foot is drawn.
        href: Its explanation.
    """

    grade: GradeWord
    graded: int = 0
    applicable: int = 0
    poor: int = 0
    reason: str = ""
    synthetic: bool = False
    href: str = ""

    @property
    def shown(self) -> GradeCell:
        """The cell as a grade."""
        return GradeCell(self.grade, self.reason, self.synthetic)


@dataclass(frozen=True)
class Dimension:
    """A column: its name, and two characters for narrow screens."""

    name: str
    short: str = ""
    href: str = ""


@dataclass(frozen=True)
class MatrixRow:
    """An area.

    Attributes:
        name: Its name.
        cells: One for each dimension.
        short: For narrow screens.
        href: Its page.
    """

    name: str
    cells: tuple[MatrixCell, ...]
    short: str = ""
    href: str = ""

    @property
    def poor(self) -> int:
        """Items graded 差 in all dimensions."""
        return sum(cell.poor for cell in self.cells)


@dataclass(frozen=True)
class MatrixGroup:
    """Areas of one type, such as 老区."""

    area_type: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class Matrix(Component):
    """Areas × dimensions, with the number of items graded 差 in each cell, row and column.

    Attributes:
        dimensions: The columns.
        groups: The rows, in the fixed order of areas.
        caption: What it shows, for those who hear the page.

    Raises:
        ValueError: If a row has not one cell for each dimension.
    """

    template: ClassVar[str] = "components/matrix.html"
    dimensions: tuple[Dimension, ...]
    groups: tuple[MatrixGroup, ...]
    caption: str

    def __post_init__(self) -> None:
        wrong = [row.name for group in self.groups for row in group.rows
                 if len(row.cells) != len(self.dimensions)]  # fmt: skip
        if wrong:
            raise ValueError(f"not one cell a dimension: {', '.join(wrong)}")

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        """All areas."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def most(self) -> int:
        """The largest total of an area; where it is not 0 it is set in red."""
        return max((row.poor for row in self.rows), default=0) or -1

    @property
    def totals(self) -> tuple[int, ...]:
        """Items graded 差 in each dimension."""
        return tuple(sum(row.cells[n].poor for row in self.rows) for n in range(len(self.dimensions)))

    @property
    def total(self) -> int:
        """Items graded 差 in all."""
        return sum(self.totals)

    def lines(
        self,
    ) -> tuple[
        tuple[MatrixGroup, tuple[tuple[MatrixRow, tuple[tuple[Dimension, MatrixCell], ...]], ...]], ...
    ]:
        """Groups with their rows, each cell beside its dimension."""
        return tuple(
            (group, tuple((row, tuple(zip(self.dimensions, row.cells, strict=True))) for row in group.rows))
            for group in self.groups
        )
