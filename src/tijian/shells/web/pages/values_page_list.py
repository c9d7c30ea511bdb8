"""The figures of a round as a table of variables and areas, with filters, pages and a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import ClassVar
from urllib.parse import urlencode

from tijian.engine.catalogue.definition import Variable
from tijian.engine.kernel.rounding import round_half_even
from tijian.engine.kernel.units import printed
from tijian.office.register.city import Opened
from tijian.office.values.given import Standing, asked, below, read_by, standing
from tijian.office.values.models import Value
from tijian.shells.web.components.component import Component, Link
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Figure, Missing
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup
from tijian.shells.web.pages.files import spreadsheet
from tijian.shells.web.pages.seen import SYNTHETIC, Seen

SIZE = 40
HEADER = (
    "variable",
    "name",
    "area",
    "area_name",
    "period",
    "value",
    "unit",
    "strand",
    "mark",
    "adopted",
    "revision",
    "source",
    "row",
    "sha256",
    "body",
)


@dataclass(frozen=True)
class ValueCell(Component):
    """A figure that leads to where it comes from.

    Attributes:
        href: Its page.
        shown: The figure, or why there is none.
        note: Smaller words below it.
    """

    template: ClassVar[str] = "pages/values_cell.html"
    href: str
    shown: Component
    note: str = ""


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed down to, as it stands in the address."""

    body: str = ""
    dimension: str = ""
    words: str = ""
    missing: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Read an address."""
        return cls(
            query.get("body", ""),
            query.get("dimension", ""),
            query.get("q", "").strip(),
            bool(query.get("missing", "")),
        )

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Give what stands in the address."""
        pairs = (("q", self.words), ("body", self.body), ("dimension", self.dimension))
        return (*((k, v) for k, v in pairs if v), *((("missing", "on"),) if self.missing else ()))


@dataclass
class ValueList:
    """The figures of a round, narrowed down."""

    seen: Seen
    wanted: Wanted

    @property
    def opened(self) -> Opened:
        """The city of the round."""
        return self.seen.opened

    @cached_property
    def standing(self) -> Standing:
        """What stands."""
        return standing(self.seen.which.year)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Districts, and the city last."""
        return (*self.seen.districts, self.seen.whole)

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Variables that fit, in their order."""
        known = self.seen.city.catalogue.variables
        return {name: v for name, v in known.items() if self._fits(name, v)}

    @cached_property
    def _of_dimension(self) -> set[str]:
        return {n for key in self.seen.members(self.wanted.dimension) for n in read_by(self.opened, key)}

    def _fits(self, name: str, variable: Variable) -> bool:
        owner = self.seen.city.owner_of.get(name)
        wanted = self.wanted
        return (
            wanted.words.lower() in f"{name} {variable.zh}".lower()
            and (not wanted.body or (owner is not None and owner.id == wanted.body))
            and (not wanted.dimension or name in self._of_dimension)
            and (not wanted.missing or bool(self.lacking(name, variable)))
        )

    def lacking(self, name: str, variable: Variable) -> list[str]:
        """Name the areas that are asked for a variable and have no figure."""
        codes = {code for area in self.areas for code in below(self.opened, variable, area)}
        return [code for code in self.seen.city.by_code if code in codes and self.standing.lacks(name, code)]

    def table(self, page: int) -> DataTable:
        """Show a page of variables against areas."""
        paging = Paging(len(self.variables), page, SIZE, self.wanted.query, "项")
        names = list(self.variables)[paging.slice]
        columns = (
            Column("变量"),
            Column("单位"),
            *(Column(self.seen.city.by_code[a].short, numeric=True) for a in self.areas),
        )
        rows = tuple(self._row(name) for name in names)
        address = f"{self.seen.url('values')}?{urlencode([*self.wanted.query, ('format', 'csv')])}"
        title = f"{self.seen.which.name} 各区的数"
        links = (Link("下载 csv", address),)
        return DataTable(
            title, columns, (RowGroup("", rows),), links=links, paging=paging, cards=False, plain=True
        )

    def _row(self, name: str) -> Row:
        variable = self.variables[name]
        owner = self.seen.city.owner_of.get(name)
        head = Link(variable.zh, self.href(name, self.seen.whole), owner.short if owner is not None else "")
        return Row((head, printed(variable.unit), *(self._cell(name, variable, a) for a in self.areas)))

    def href(self, name: str, area: str) -> str:
        """Give the address of a variable in an area."""
        return f"{self.seen.url('values')}?{urlencode({'variable': name, 'area': area})}"

    def _cell(self, name: str, variable: Variable, area: str) -> Component:
        href = self.href(name, area)
        if asked(self.opened, variable, area):
            return ValueCell(href, *self._own(name, variable, area))
        codes = below(self.opened, variable, area)
        if not codes:
            return Missing("本级不报")
        have = sum(not self.standing.lacks(name, code) for code in codes)
        parts = [self._annual(name, code) for code in codes]
        known = [p for p in parts if p is not None and p.value is not None]
        if variable.aggregate != "sum" or len(known) < len(codes):
            return ValueCell(href, Figure(f"{have}/{len(codes)}"), "个下级已报")
        total = fsum(p.value for p in known if p.value is not None)
        text = _printed(total, variable)
        synthetic = any(SYNTHETIC in p.mark for p in known)
        return ValueCell(href, Figure(text, "", synthetic), f"{len(codes)} 个下级之和")

    def _annual(self, name: str, area: str) -> Value | None:
        """Give the one figure of the year that stands for a variable in an area; None where there is none or several."""
        periods = self.standing.of(name, area)
        if list(periods) != [str(self.seen.which.year)]:
            return None
        return self.standing.adopted(name, area, next(iter(periods.values())))

    def _own(self, name: str, variable: Variable, area: str) -> tuple[Component, str]:
        periods = self.standing.of(name, area)
        if not periods:
            return Missing("无数据"), ""
        if len(periods) > 1 or next(iter(periods)) != str(self.seen.which.year):
            return Figure(f"{len(periods)}"), "期"
        strands = next(iter(periods.values()))
        value = self.standing.adopted(name, area, strands)
        return figure_of(value, variable), f"{len(strands)} 种来源" if len(strands) > 1 else ""

    def filters(self) -> Filters:
        """Show what the list can be narrowed down by."""
        known = self.seen.city.catalogue.variables
        bodies = [b for b in self.seen.city.bodies if b.owns]
        wanted, address = self.wanted, self.seen.url("values")
        fields = (
            Field("q", "名称或代码", wanted.words, "search"),
            Field("body", "主报单位", wanted.body, "select",
                  options=(Option("", "全部单位"), *(Option(b.id, b.short) for b in bodies))),
            Field("dimension", "维度", wanted.dimension, "select",
                  options=(Option("", "全部维度"), *(Option(d.zh, d.zh) for d in self.seen.dimension_list))),
            Field("missing", "只看缺数的", "on" if wanted.missing else "", "checkbox"),
        )  # fmt: skip
        found = f"{len(self.variables)} 项，共 {len(known)} 项"
        return Filters(address, fields, found, address if wanted.query else "")

    def file(self) -> bytes:
        """Give every figure of the variables that fit as a table."""
        rows: list[Sequence[str]] = []
        for (name, area), periods in self.standing.cells.items():
            if name in self.variables and area in self.seen.city.by_code:
                for strands in periods.values():
                    adopted = self.standing.adopted(name, area, strands)
                    rows += [self._line(v, adopted=v is adopted) for v in strands.values()]
        order = {name: n for n, name in enumerate(self.variables)}
        rows.sort(key=lambda r: (order[r[0]], r[2], r[4], r[7]))
        return spreadsheet(HEADER, rows)

    def _line(self, value: Value, *, adopted: bool) -> list[str]:
        owner = self.seen.city.owner_of.get(value.variable)
        return [
            value.variable,
            self.variables[value.variable].zh,
            value.area,
            self.seen.city.label(value.area),
            value.period,
            value.text,
            value.unit,
            value.strand,
            value.mark,
            "是" if adopted else "否",
            str(value.revision),
            _tame(value.source.name),
            str(value.row or ""),
            value.source.sha256,
            owner.short if owner is not None else "",
        ]


def _tame(text: str) -> str:
    """Keep a spreadsheet from taking the name of a file for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _printed(number: float, variable: Variable) -> str:
    return f"{round_half_even(number, variable.decimals):,f}".replace("-", "−")


def figure_of(value: Value, variable: Variable, *, unit: bool = False, strong: bool = False) -> Component:
    """Show a value in its variable's unit with the variable's decimals; its reason where there is none."""
    if value.value is None:
        return Missing(value.reason or "无数据")
    text = _printed(value.value, variable)
    return Figure(text, printed(variable.unit) if unit else "", SYNTHETIC in value.mark, strong)
