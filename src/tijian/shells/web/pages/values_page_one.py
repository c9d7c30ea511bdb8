"""One indicator or variable in one area: its strands side by side, the one adopted, every revision behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404

from tijian.engine.catalogue.definition import Variable
from tijian.engine.kernel.rounding import readable
from tijian.engine.kernel.units import printed
from tijian.office.people.permissions import CHOOSE, allows, told
from tijian.office.people.queries import Person, titles
from tijian.office.values.correct import Revision, with_hands
from tijian.office.values.figures import VARIABLE
from tijian.office.values.figures import Figure as Given
from tijian.office.values.given import asked, below, choice_of, read_by, standing, users
from tijian.office.values.imports import may_write, whose
from tijian.office.values.inputs import reads_survey
from tijian.office.values.models import Choice, Value
from tijian.office.values.preview import Picked, preview
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Option
from tijian.shells.web.components.marks import Figure, Missing, Tag
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.importing_moves import RoundMoves, moves
from tijian.shells.web.pages.seen import SYNTHETIC, Seen
from tijian.shells.web.pages.values_page_list import figure_of

PERIODS = 12  # periods of a variable shown at once


@dataclass(frozen=True)
class Way:
    """One strand: its figure and what is known of it."""

    strand: str
    figure: Component
    value: float | None
    detail: str
    adopted: bool


@dataclass(frozen=True)
class Cell:
    """A value in a period and strand, with all its revisions.

    Attributes:
        title: Period and strand.
        figure: What stands.
        table: Its revisions, newest first; None where nothing was given.
        correct: Where to put it right, or to fill it in.
        locked: Why the reader may not.
    """

    title: str
    figure: Component
    table: DataTable | None
    correct: Link | None
    locked: str


@dataclass(frozen=True)
class Block:
    """A variable behind the value: its cells in the area, or the areas below it is summed from.

    Attributes:
        name: Of the variable.
        href: Its own page.
        tags: Unit, owner, what it is used for.
        cells: Periods and strands.
        below: Areas where it is asked, where it is not asked of this one.
        left_out: Periods not shown.
    """

    name: str
    href: str
    tags: tuple[Tag, ...]
    cells: tuple[Cell, ...]
    below: tuple[Link, ...]
    left_out: int


@dataclass
class One:
    """What the page of one item and area shows."""

    seen: Seen
    item: str
    area: str
    person: Person

    def __post_init__(self) -> None:
        """Refuse what the round does not have.

        Raises:
            Http404: If item or area is none of the round's.
        """
        known = self.item in self.seen.opened.programs or self.item in self.seen.city.catalogue.variables
        if not known or self.area not in self.seen.city.by_code:
            raise Http404("这一轮没有这一项或这个区。")

    @property
    def is_indicator(self) -> bool:
        """Whether the item is an indicator."""
        return self.item in self.seen.opened.programs

    @property
    def name(self) -> str:
        """Its name."""
        catalogue = self.seen.city.catalogue
        return catalogue.indicators[self.item].name.zh if self.is_indicator else self._variable.zh

    @property
    def _variable(self) -> Variable:
        return self.seen.city.catalogue.variables[self.item]

    @property
    def area_zh(self) -> str:
        """Name of the area."""
        return self.seen.city.label(self.area)

    def href(self, area: str = "", item: str = "") -> str:
        """Give the address of an item and area; of this one where neither is named."""
        name = item or self.item
        kind = "indicator" if name in self.seen.opened.programs else "variable"
        return f"{self.seen.url('values')}?{urlencode({kind: name, 'area': area or self.area})}"

    @cached_property
    def choice(self) -> Choice | None:
        """The last word of the office on it, also one that took a choice back."""
        return choice_of(self.item, self.area, self.seen.which.year)

    @property
    def chosen(self) -> str:
        """The strand chosen; empty where none is."""
        return self.choice.strand if self.choice is not None else ""

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """All strands, as far as there is something to say of them."""
        return self._ways_of_indicator() if self.is_indicator else self._ways_of_variable()

    def _ways_of_indicator(self) -> tuple[Way, ...]:
        cell = self.seen.cells.get((self.item, self.area))
        found = []
        for line in cell.facts["strands"] if cell is not None else ():
            value, status = line[4], line[8]
            figure = (
                Figure(value.replace("-", "−"), printed(line[7]), SYNTHETIC in line[10])
                if value
                else Missing(status)
            )
            parts = [_ratio(line[5], line[6]), _method(line[11])]
            parts.append(f"覆盖 {float(line[9]):.0%}" if line[9] else "")
            found.append(
                Way(
                    line[3],
                    figure,
                    float(value) if value else None,
                    "，".join(filter(None, parts)),
                    line[12] == "是",
                )
            )
        return tuple(found)

    def _ways_of_variable(self) -> tuple[Way, ...]:
        year = str(self.seen.which.year)
        found = standing(self.seen.which.year, [self.item])
        strands = found.of(self.item, self.area).get(year, {})
        adopted = found.adopted(self.item, self.area, strands) if strands else None
        return tuple(
            Way(
                v.strand,
                figure_of(v, self._variable, unit=True),
                v.value,
                f"修订 {v.revision}，{v.source.name}",
                v is adopted,
            )
            for v in strands.values()
        )

    def strands(self) -> DataTable | None:
        """Show the strands side by side; None where there is none."""
        if not self.ways:
            return None
        base = next((w.value for w in self.ways if w.adopted), None)
        rows = tuple(
            Row(
                (
                    Text(w.strand, strong=w.adopted),
                    w.figure,
                    _difference(w, base),
                    w.detail,
                    Tag("采用", "acc") if w.adopted else "",
                ),
                w.adopted,
            )
            for w in self.ways
        )
        columns = (
            Column("来源"),
            Column("值", numeric=True),
            Column("与采用值相差", numeric=True),
            Column("怎么得的"),
            Column("采用"),
        )
        return DataTable(f"{self.area_zh}{self.name}的来源", columns, (RowGroup("", rows),), plain=True)

    def why(self) -> str:
        """Say why this strand stands."""
        have = [w for w in self.ways if w.value is not None]
        adopted = next((w.strand for w in self.ways if w.adopted), "")
        if self.chosen and self.choice is not None:
            who = titles().get(self.choice.action.actor, self.choice.action.actor)
            return (
                f"{who} {self.choice.action.business_date} 选定采用{self.chosen}，理由：{self.choice.reason}"
            )
        taken_back = (
            f"（{self.choice.action.business_date} 撤销过选定，理由：{self.choice.reason}）"
            if self.choice is not None
            else ""
        )
        if not have:
            return f"还没有任何来源的数。{taken_back}"
        if len(have) == 1:
            return f"只有{have[0].strand}一种来源有数，不必选定。{taken_back}"
        return f"有 {len(have)} 种来源，还没有选定；按定义先后取{adopted}。{taken_back}"

    def options(self) -> list[tuple[str, tuple[RoundMoves, ...]]]:
        """Give the strands that could be chosen, each with what it would move; empty where there is no choice."""
        have = [w.strand for w in self.ways if w.value is not None]
        open_to = [s for s in have if s != self.chosen] if len(have) > 1 or self.chosen else []
        return [(strand, moves(preview(picked=self._picked(strand)))) for strand in open_to]

    def taken_back(self) -> tuple[RoundMoves, ...]:
        """Give what taking the choice back would move."""
        return moves(preview(picked=self._picked("")))

    def _picked(self, strand: str) -> Picked:
        return Picked(self.item, self.area, self.seen.which.year, strand)

    def adopting(self, strand: str = "", reason: str = "") -> dict[str, object]:
        """Give the forms that choose, with what was typed."""
        may = allows(self.person, CHOOSE)
        options = self.options() if may else []
        fields = (
            Field("strand", "采用哪个来源", strand, "radio", required=True,
                  options=tuple(Option(s, s) for s, _ in options)),
            Field("reason", "理由", reason, "textarea", required=True,
                  hint="写明为什么采用它，例如口径、时点或核实的结果。"),
        )  # fmt: skip
        return {
            "fields": fields,
            "options": options,
            "expected": self.choice.revision if self.choice is not None else 0,
            "taken_back": self.taken_back() if may and self.chosen else (),
            "may": may,
            "told": told(CHOOSE),
        }

    def blocks(self) -> list[Block]:
        """Show every variable behind the item."""
        names = read_by(self.seen.opened, self.item) if self.is_indicator else [self.item]
        found = standing(self.seen.which.year, names)
        return [
            self._block(name, {p: list(s.values()) for p, s in found.of(name, self.area).items()})
            for name in names
        ]

    def _block(self, name: str, periods: dict[str, list[Value]]) -> Block:
        variable = self.seen.city.catalogue.variables[name]
        owner = self.seen.city.owner_of.get(name)
        tags = (
            Tag(printed(variable.unit)),
            Tag(f"{owner.short}主报" if owner is not None else "没有写明主报单位"),
            Tag(f"用于 {len(users(self.seen.opened, name))} 项指标"),
        )
        codes = below(self.seen.opened, variable, self.area)
        if not asked(self.seen.opened, variable, self.area):
            links = tuple(Link(self.seen.city.label(c), self.href(c, name)) for c in codes)
            return Block(variable.zh, self.href(item=name), tags, (), links, 0)
        shown = sorted(periods, reverse=True)[:PERIODS]
        cells = [self._cell(name, variable, v) for period in shown for v in periods[period]]
        if not cells:
            cells = [self._nothing(name)]
        return Block(
            variable.zh,
            self.href(item=name),
            tags,
            tuple(cells),
            (),
            len(periods) - len(shown),
        )

    def _cell(self, name: str, variable: Variable, value: Value) -> Cell:
        rows = Value.objects.filter(
            variable=name, area=value.area, period=value.period, strand=value.strand
        ).select_related("source", "action")
        revisions = with_hands(list(rows.order_by("-revision")))
        correct, locked = self._correct(name, value.period, value.strand, "更正")
        title = f"{value.period}　{value.strand}"
        table = self._revisions(title, variable, revisions, correct)
        return Cell(title, figure_of(value, variable, unit=True, strong=True), table, correct, locked)

    def _nothing(self, name: str) -> Cell:
        year = str(self.seen.which.year)
        correct, locked = self._correct(name, year, self._own_strand(), "填这个数")
        return Cell(year, Missing("还没有人报"), None, correct, locked)

    def _own_strand(self) -> str:
        probe = Given(VARIABLE, self.item, self.area, str(self.seen.which.year), "0")
        return "自体检" if self.is_indicator or may_write(self.person, probe) else "第三方"

    def _correct(self, name: str, period: str, strand: str, words: str) -> tuple[Link | None, str]:
        """Give the way to put a value right, or why this person may not."""
        if not may_write(self.person, Given(VARIABLE, name, self.area, period, "0", strand=strand)):
            return None, whose(self.person, name)
        query = urlencode({"variable": name, "area": self.area, "period": period, "strand": strand})
        return Link(words, f"{self.seen.url('values_correct')}?{query}"), ""

    def _revisions(
        self, title: str, variable: Variable, revisions: Sequence[Revision], correct: Link | None
    ) -> DataTable:
        back = len(revisions) > 1 and correct is not None
        columns = (
            Column("修订"),
            Column("值", printed(variable.unit), numeric=True),
            Column("原文"),
            Column("出处"),
            Column("谁，何时"),
            Column("说明"),
            *([Column("恢复")] if back else []),
        )
        rows = []
        for n, r in enumerate(revisions):
            restore = (
                Link("恢复到这一修订", f"{correct.href}&restore={r.value.revision}")
                if correct and n
                else "现在的数"
            )
            rows.append(Row((*_said(r, variable, now=n == 0), *([restore] if back else [])), n == 0))
        return DataTable(f"{variable.zh} {title} 的修订", columns, (RowGroup("", tuple(rows)),), plain=True)

    def also(self) -> str:
        """Say what else the value is computed from, which is not corrected here."""
        if not self.is_indicator:
            return ""
        program = self.seen.opened.programs[self.item]
        layers = [n for n in (program.computation.needs if program.computation else ()) if n != "survey"]
        parts = [f"图层 {'、'.join(layers)}（由第三方机构或办公室在导入页登记）"] if layers else []
        parts += ["满意度调查表（由办公室在导入页导入）"] if reads_survey(program) else []
        return f"这项指标还由{'、'.join(parts)}算出。" if parts else ""

    def used_by(self) -> tuple[Link, ...]:
        """Name the indicators that a variable goes into."""
        if self.is_indicator:
            return ()
        known = self.seen.city.catalogue.indicators
        return tuple(
            Link(known[k].name.zh, self.seen.url("explain", indicator=k, area=self.area))
            for k in users(self.seen.opened, self.item)
        )

    def neighbours(self) -> list[tuple[str, str, bool]]:
        """Give the other areas: name, address, whether it is the one shown."""
        by_code = self.seen.city.by_code
        codes = [*self.seen.districts, self.seen.whole]
        if self.area not in codes:
            codes = [*codes, self.area]
        return [(by_code[a].short, self.href(a), a == self.area) for a in codes]


def _said(revision: Revision, variable: Variable, *, now: bool) -> tuple[str | Component, ...]:
    """Say of a revision what it is, where it stands, whose it is and why."""
    value = revision.value
    notes = "；".join(filter(None, (value.mark, value.source.note, value.note)))
    return (
        f"{value.revision}{'（现在）' if now else ''}",
        figure_of(value, variable),
        f"{value.text} {value.unit}" if value.value is not None else value.text,
        Text(value.source.name, _where(value)),
        Text(revision.who, f"{revision.when}，第 {revision.position} 条记录"),
        notes or "没有说明",
    )


def _ratio(above: str, below: str) -> str:
    """Write numerator and denominator for people; nothing where there are none, or words in their place."""
    try:
        return f"{readable(float(above))} ÷ {readable(float(below))}"
    except ValueError:
        return ""


def _method(method: str) -> str:
    return "按公式" if method == "formula" else f"由程序 {method} 算" if method else ""


def _difference(way: Way, base: float | None) -> str:
    if way.adopted or way.value is None or base is None:
        return "采用值" if way.adopted else "没有数"
    step = way.value - base
    share = f"（{abs(step) / abs(base):.1%}）" if base else ""
    sign = "+" if step > 0 else "−" if step < 0 else ""
    return f"{sign}{abs(step):.6g}{share}"


def _where(value: Value) -> str:
    """Say where in a source a value stands."""
    row = f"第 {value.row} 行，" if value.row else ""
    digest = value.source.sha256
    return f"{row}sha256 {digest[:8]}…{digest[-4:]}" if digest else row.rstrip("，")
