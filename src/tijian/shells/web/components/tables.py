"""Tables of figures and long lists: units in the head, one sort of cell a column, pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Component, Link, shown

NEAR = 2  # pages shown on each side of the present one


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        title: In the head.
        unit: Below the title, once for all cells.
        numeric: Whether cells stand at the right.
        sort: Address that sorts by it.
        sorted: How it is sorted now: ascending, descending, or not.
    """

    title: str
    unit: str = ""
    numeric: bool = False
    sort: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Row:
    """A row; its first cell is its head.

    Attributes:
        parts: Words or components, one for each column.
        selected: Whether it is the one talked about.
    """

    parts: tuple[str | Component, ...]
    selected: bool = False

    @property
    def cells(self) -> tuple[Component, ...]:
        """The cells as components."""
        return tuple(shown(part) for part in self.parts)


@dataclass(frozen=True)
class RowGroup:
    """Rows under a line of their own, such as 老区; without a title just rows."""

    title: str
    rows: tuple[Row, ...]


def page_number(text: str) -> int:
    """Read the page an address asks for: the first where it names none, or no number."""
    return asked_number(text) or 1


@dataclass(frozen=True)
class Paging(Component):
    """Where one is in a long list.

    Attributes:
        total: Items in all.
        page: The present one, from 1.
        size: Items a page.
        query: What else stands in the address, such as filters.
        unit: What is counted.
    """

    template: ClassVar[str] = "components/paging.html"
    total: int
    page: int = 1
    size: int = 50
    query: tuple[tuple[str, str], ...] = ()
    unit: str = "项"

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def present(self) -> int:
        """The page shown: one that exists, whatever was asked for."""
        return min(max(self.page, 1), self.pages)

    @property
    def slice(self) -> slice:
        """The items of the page, for a list or a query."""
        start = (self.present - 1) * self.size
        return slice(start, min(start + self.size, self.total))

    @property
    def first(self) -> int:
        """Number of the first item shown; 0 where there is none."""
        return self.slice.start + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last item shown."""
        return min(self.present * self.size, self.total)

    @property
    def words(self) -> str:
        """Where one is, in words."""
        if not self.total:
            return f"共 0 {self.unit}"
        return f"第 {self.first:,}—{self.last:,} {self.unit}，共 {self.total:,} {self.unit}"

    def address(self, page: int) -> str:
        """Give the address of a page."""
        return "?" + urlencode([*((k, v) for k, v in self.query if k != "page"), ("page", str(page))])

    @property
    def before(self) -> str:
        """Address of the page before; empty on the first."""
        return self.address(self.present - 1) if self.present > 1 else ""

    @property
    def after(self) -> str:
        """Address of the next page; empty on the last."""
        return self.address(self.present + 1) if self.present < self.pages else ""

    @property
    def numbers(self) -> tuple[tuple[int, str], ...]:
        """Pages to offer with their addresses; 0 stands for those left out."""
        near = range(self.present - NEAR, self.present + NEAR + 1)
        wanted = sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})
        found: list[tuple[int, str]] = []
        for n in wanted:
            if found and n > found[-1][0] + 1:
                found.append((0, ""))
            found.append((n, self.address(n)))
        return tuple(found)


@dataclass(frozen=True)
class DataTable(Component):
    """A table of figures.

    Attributes:
        caption: What it shows, where and when.
        columns: Heads.
        groups: Rows, in groups or in one without title.
        total: The last line, set off.
        links: 看图, 下载 and the like.
        paging: Where it is one page of many.
        cards: Whether rows become cards on a phone; otherwise a wide table moves sideways in its frame.
        plain: Whether the caption is only for those who hear the page, since a panel has it in its head.
    """

    template: ClassVar[str] = "components/data_table.html"
    caption: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    total: Row | None = None
    links: tuple[Link, ...] = ()
    paging: Paging | None = None
    cards: bool = True
    plain: bool = False

    @property
    def lines(
        self,
    ) -> tuple[tuple[RowGroup, tuple[tuple[Row, tuple[tuple[Column, Component], ...]], ...]], ...]:
        """Groups with their rows, each cell beside its column."""
        return tuple((group, tuple((row, self._beside(row)) for row in group.rows)) for group in self.groups)

    @property
    def foot(self) -> tuple[tuple[Column, Component], ...]:
        """The cells of the last line."""
        return self._beside(self.total) if self.total else ()

    def _beside(self, row: Row) -> tuple[tuple[Column, Component], ...]:
        return tuple(zip(self.columns, row.cells, strict=True))
