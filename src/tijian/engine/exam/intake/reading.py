"""From a table laid out to its cells: what, where, when, in which unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tijian.engine.exam.inputs import STRANDS
from tijian.engine.exam.intake.figure import Figure, read_figure
from tijian.engine.exam.intake.layout import Column, Layout
from tijian.engine.exam.intake.names import NOTHING, Item, Meaning, Names, period_text
from tijian.engine.exam.intake.settle import settle
from tijian.engine.exam.intake.unit_words import unit_of
from tijian.engine.exam.intake.verdicts import Cell, Use, Verdict
from tijian.engine.kernel.periods import ANNUAL, PERIOD_ZH, PeriodType, parse_sub, parse_year
from tijian.engine.kernel.units import parse_unit
from tijian.engine.sources.grid import Grid, Merged, address

DATE_LENGTH = 10
COUNT = Item("survey", "n", "样本量", "个", PeriodType.CALENDAR_YEAR, 0, (0, 10_000_000), whole=True)
MARGIN = Item("survey", "margin", "误差", "分", PeriodType.CALENDAR_YEAR, 1, (0, 100))


@dataclass(frozen=True)
class Setting:
    """What holds for a whole import where a table says nothing else.

    Attributes:
        names: Names of the city.
        year: Period of figures whose table names none.
        strand, mark: Likewise.
        accept_unknown: Whether names that are not known are accepted for a rehearsal.
    """

    names: Names
    year: int
    strand: str
    mark: str
    accept_unknown: bool


@dataclass(frozen=True)
class Place:
    """Where a table stands: file, sheet, its first row, and the first row below the sheet's first header."""

    file: str
    sheet: str
    top: int
    head: int


@dataclass
class _Row:
    """What the key columns of a row say, and what is wrong with them."""

    meaning: Meaning = NOTHING
    unit: str = ""
    strand: str = ""
    mark: str = ""
    unknown_area: str = ""
    unknown_item: str = ""
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class TableReader:
    """Reads the cells of one table."""

    def __init__(self, place: Place, grid: Grid, layout: Layout, setting: Setting) -> None:
        self.place, self.grid, self.layout, self.setting = place, grid, layout, setting
        self.names = setting.names
        self.merged = {
            at: merged
            for merged in grid.merged
            for at in merged.cells()
            if grid.rows[merged.top][merged.left]
        }
        self._roles = {column.role for column in layout.columns}
        self.has_areas = bool(self._roles & {"area", "code", "name"} or layout.context.area) or any(
            column.meaning.area for column in layout.columns
        )
        self._carried: dict[str, str] = {}

    def cells(self) -> Iterator[Cell]:
        """Give every data cell with the verdict on itself."""
        data = [(c, self.layout.columns[c]) for c in self.layout.data]
        for r in range(self.layout.head, len(self.grid.rows)):
            if r not in self.layout.apart:
                row = self._row(r)
                for c, column in data:
                    yield self._cell(r, c, column, row)

    def _row(self, r: int) -> _Row:
        row = _Row()
        texts = self.grid.rows[r]
        parts: dict[str, str] = {}
        for c, column in enumerate(self.layout.columns):
            if column.role in {"area", "code", "name", "variable", "question"}:
                self._name(texts[c], column.role, row, parts)
            elif texts[c] and column.role in {"period", "date", "month", "day"}:
                parts.setdefault(column.role, texts[c])
            elif texts[c] and column.role == "unit":
                self._unit(texts[c], row)
            elif texts[c] and column.role == "strand":
                if texts[c] not in STRANDS:
                    row.faults.append(f"来源写的是“{texts[c]}”，应为{'、'.join(STRANDS)}之一；请改正。")
                row.strand = texts[c]
            elif column.role == "mark":
                row.mark = texts[c]
        self._carry(row, texts)
        self._period(parts, row)
        return row

    def _name(self, text: str, role: str, row: _Row, parts: dict[str, str]) -> None:
        if not text:
            return
        said = self.names.meaning(text)
        wants_area = role in {"area", "code", "name"}
        if wants_area and said.area and row.meaning.area:
            self._finer(said.area, text, row)
        if (
            (said.area and wants_area)
            or (said.item and not wants_area)
            or (role == "name" and said.says_something)
        ):
            row.meaning = row.meaning | Meaning(said.item, said.area, said.total, said.period, said.unit)
        elif wants_area:
            row.unknown_area = row.unknown_area or text
        else:
            row.unknown_item = row.unknown_item or text
        parts[role] = text

    def _finer(self, area: str, text: str, row: _Row) -> None:
        """Of two areas in one row the one inside the other counts; others contradict each other."""
        known = row.meaning.area
        if known in self.names.above(area):
            row.meaning = replace(row.meaning, area=area)
        elif area != known and area not in self.names.above(known):
            row.faults.append(
                f"这一行写了两个不同的区（“{text}”和{self.names.city.label(known)}）；请改正其中一个。"
            )

    def _unit(self, text: str, row: _Row) -> None:
        unit = unit_of(text)
        if unit:
            row.unit = unit
        elif text not in {"-", "1", "—", "/"}:
            row.faults.append(f"单位写的是“{text}”，认不出来；请写成万人、km2、万m3 这样的单位。")

    def _carry(self, row: _Row, texts: list[str]) -> None:
        """Carry the last name down where the cell of a name is empty, as people mean it under a group."""
        named = {column.role for c, column in enumerate(self.layout.columns) if texts[c]}
        if self.layout.shape != "wide" or not named & {"area", "code", "variable", "period"}:
            return
        said = row.meaning
        if self._roles & {"area", "code"}:
            if not said.area and not row.unknown_area and (last := self._carried.get("area")):
                row.meaning = row.meaning | Meaning(area=last)
                row.notes.append(f"区名空着，按上面的{self.names.city.label(last)}读取。")
            self._carried["area"] = row.meaning.area
        if "variable" in self._roles:
            if said.item is None and not row.unknown_item and (key := self._carried.get("item")):
                row.meaning = row.meaning | Meaning(item=self.names.items[key])
                row.notes.append(f"指标名空着，按上面的{self.names.items[key].zh}读取。")
            self._carried["item"] = row.meaning.item.id if row.meaning.item else ""

    def _period(self, parts: dict[str, str], row: _Row) -> None:
        text = parts.get("date") or parts.get("period", "")
        period = period_text(text) if text else ""
        day = parts.get("day", "")
        month = parts.get("month", "")
        if not parts.get("date") and (month or (day and "month" in parts)):
            year = period[:4] or self.layout.context.period[:4] or str(self.setting.year)
            digits = "".join(ch for ch in month if ch.isdigit())
            digits_day = "".join(ch for ch in day if ch.isdigit())
            text = f"{year}-{digits or 'x'}" + (f"-{digits_day or 'x'}" if "day" in self._roles else "")
            period = period_text(text)
        if text and not period:
            row.faults.append(f"时期写的是“{text}”，读不出来；请写成 2019、2019-01 或 2019-01-31。")
        if (
            not text
            and self.layout.shape == "wide"
            and "period" in self._roles
            and row.meaning.says_something
        ):
            period = self._carried.get("period", "")
            if period:
                row.notes.append(f"时期空着，按上面的 {period} 读取。")
        if period:
            row.meaning = Meaning(period=period) | row.meaning
        self._carried["period"] = period

    def _cell(self, r: int, c: int, column: Column, row: _Row) -> Cell:
        text = self.grid.rows[r][c]
        cell = Cell(
            self.place.file,
            self.place.sheet,
            self.place.top + r + 1 - self.place.head,
            c,
            address(self.place.top + r, c),
            text,
            Verdict.TAKEN,
            strand=row.strand or self.setting.strand,
            mark=row.mark or self.setting.mark,
        )
        meaning = column.meaning | row.meaning | self.layout.context
        item = meaning.item
        if column.role == "label":
            return self._label(cell, meaning)
        cell.part = column.part if column.part != "mean" else ""
        cell.area, cell.period = meaning.area, meaning.period
        measured = {"n": COUNT, "margin": MARGIN}.get(column.part, item)
        figure = self._figure(r, c, measured)
        settle(cell, figure, measured, figure.unit or self._unit_for(row, column, measured))
        cell.notes[:0] = row.notes
        self._merged_figure(r, c, cell, figure)
        known = self._place(cell, item, column, row)
        if known and item is not None:
            self._time(cell, item, meaning, row)
            self._faults(cell, item, column, row)
        return cell

    def _figure(self, r: int, c: int, item: Item | None) -> Figure:
        """Read one cell; a date whose stored number would be plausible was probably that number."""
        text, serial = self.grid.rows[r][c], self.grid.serials.get((r, c))
        if serial is not None and item and item.bounds and item.bounds[0] <= serial <= item.bounds[1]:
            note = (
                f"显示为日期 {text}，存的数是 {serial:.10g}；是不是 {serial:.10g}？请把单元格格式改为“数值”。"
            )
            return Figure(Verdict.ASKED, Decimal(f"{serial:.10g}"), notes=[note])
        return read_figure(text, self.grid.odd.get((r, c)))

    def _unit_for(self, row: _Row, column: Column, item: Item | None) -> str:
        stated = row.unit or column.meaning.unit or row.meaning.unit or self.layout.context.unit
        if stated or item is None:
            return stated
        kind = parse_unit(item.unit)
        return next((u for u in self.layout.units if parse_unit(u).same_kind(kind)), "")

    def _label(self, cell: Cell, meaning: Meaning) -> Cell:
        cell.part, cell.use = "label", Use.CHECK
        cell.area, cell.period = meaning.area or self.names.city.doc.city.code, meaning.period
        if not cell.text:
            cell.verdict = Verdict.BLANK
        return cell

    def _merged_figure(self, r: int, c: int, cell: Cell, figure: Figure) -> None:
        merged: Merged | None = self.merged.get((r, c))
        if merged is None or (merged.top == r and merged.bottom == r and merged.left == c == merged.right):
            return
        if (r, c) == (merged.top, merged.left):
            if figure.number is not None:
                cell.judge(
                    Verdict.ASKED,
                    f"合并单元格 {merged.shifted(self.place.top).label} 只有一个数，看不出是各格都是它，还是合在一起的数；请拆开，逐格填写。",
                )
        elif not cell.text:
            cell.judge(
                Verdict.BLANK,
                f"属于合并单元格 {merged.shifted(self.place.top).label}，数写在 {address(self.place.top + merged.top, merged.left)}。",
            )

    def _place(self, cell: Cell, item: Item | None, column: Column, row: _Row) -> bool:
        """Settle what the figure is of and where; False where that is not known."""
        if self.layout.shape == "daily" and item is None and self.layout.says_item:
            cell.use, cell.item = Use.ASIDE, column.header
            cell.area = cell.area or row.unknown_area
            if cell.verdict is not Verdict.BLANK:
                cell.verdict = Verdict.TAKEN
            cell.notes = [f"“{column.header}”是随表附带的列，本次不填报，不写入。"]
            return False
        if item is None:
            self._unknown_item(cell, row.unknown_item or self._header_name(column))
            cell.area = cell.area or row.unknown_area
            return False
        cell.kind, cell.item = item.kind, item.id
        if not cell.area or row.unknown_area:
            self._no_area(cell, item, row)
        return True

    def _header_name(self, column: Column) -> str:
        """Give the header as the name of an unknown item; a year or an area is none."""
        return "" if column.meaning.says_something else column.meaning.unknown or column.header

    def _unknown_item(self, cell: Cell, name: str) -> None:
        cell.item = name
        cell.period = cell.period or str(self.setting.year)
        if not cell.text:
            return
        if self.setting.accept_unknown:
            cell.use = Use.ASIDE
            cell.notes.append(f"体系中没有“{name}”，只预检，不写入。")
            return
        nearest = self.names.nearest(name, areas=False) if name else ""
        what = f"体系中没有“{name}”这一项" if name else "看不出是哪一项"
        remedy = (
            f"相近的有{nearest}，请改用体系中的名称"
            if nearest
            else "请在表头或标题写明体系中的名称，不填报的请删去"
        )
        cell.judge(Verdict.REFUSED, f"{what}；{remedy}。")

    def _no_area(self, cell: Cell, item: Item, row: _Row) -> None:
        city = self.names.city
        if row.unknown_area:
            cell.area = row.unknown_area
            if self.setting.accept_unknown:
                cell.use = Use.ASIDE
                cell.notes.append(f"体检范围内没有“{row.unknown_area}”，只预检，不写入。")
                return
            nearest = self.names.nearest(row.unknown_area, areas=True)
            near = f"相近的有{nearest}" if nearest else "可用的名称见 areas.yaml"
            cell.judge(
                Verdict.REFUSED, f"体检范围内没有“{row.unknown_area}”这个区；{near}，请改正区名或删去这一行。"
            )
        elif not self.has_areas and (
            self.layout.shape == "daily" or self.names.asked_at(item, city.doc.city.code)
        ):
            cell.area = city.doc.city.code
            cell.notes.append(f"没有写区，按{city.doc.city.zh}读取。")
        else:
            cell.judge(Verdict.REFUSED, "看不出是哪个区的数；请在这一行或表头写明区名。")

    def _time(self, cell: Cell, item: Item, meaning: Meaning, row: _Row) -> None:
        text = meaning.period
        if text[:1] in {"M", "Q"}:
            year = row.meaning.period[:4] or self.layout.context.period[:4] or str(self.setting.year)
            text = f"{year}-{text[1:]}" if text[0] == "M" else f"{year}{text}"
        cell.period = text or (str(self.setting.year) if item.period in ANNUAL else "")
        try:
            if item.period in ANNUAL:
                parse_year(cell.period)
            else:
                parse_sub(cell.period, item.period)
        except ValueError:
            cell.judge(
                Verdict.REFUSED,
                f"{item.zh}按{PERIOD_ZH[item.period]}填报，时期写的是“{cell.period}”；请写明{PERIOD_ZH[item.period]}。",
            )

    def _faults(self, cell: Cell, item: Item, column: Column, row: _Row) -> None:
        for fault in row.faults:
            cell.judge(Verdict.REFUSED, fault)
        if column.meaning.unit_fault:
            cell.judge(
                Verdict.REFUSED,
                f"表头单位“{column.meaning.unit_fault}”认不出来，应为能换算成 {item.unit} 的单位；请改正表头。",
            )
        if item.kind == "survey" and self.layout.shape != "long":
            cell.judge(Verdict.REFUSED, "问卷结果请按题号、区、时期、样本量、均值、误差逐行填写。")
        if cell.area in self.names.city.by_code and item.kind == "variable":
            self._level(cell, item, total="合计" if (column.meaning.total or row.meaning.total) else "")

    def _level(self, cell: Cell, item: Item, total: str) -> None:
        """An upper area of a summed variable is only compared with the sum of its parts."""
        if self.names.asked_at(item, cell.area):
            if total and item.id in self.names.own:
                cell.judge(
                    Verdict.ASKED, f"{item.zh}各级单独统计，不是各区之和；“{total}”请改为“全市”或删去。"
                )
            return
        if self.names.city.children[cell.area]:
            cell.use = Use.CHECK
            return
        cell.judge(Verdict.REFUSED, f"{item.zh}不由这一级填报；请报到该报的一级。")
