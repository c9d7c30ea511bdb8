"""One indicator or variable in one area: its strands side by side, the one adopted, and what another would move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404

from tijian.engine.catalogue.definition import Variable
from tijian.engine.kernel.rounding import readable
from tijian.engine.kernel.units import printed
from tijian.office.people.permissions import CHOOSE, allows, told
from tijian.office.people.queries import Person, titles
from tijian.office.values.given import choice_of, standing, users
from tijian.office.values.inputs import reads_survey
from tijian.office.values.models import Choice
from tijian.office.values.preview import Picked, preview
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Option
from tijian.shells.web.components.marks import Figure, Missing, Tag
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.importing_moves import RoundMoves, moves
from tijian.shells.web.pages.seen import SYNTHETIC, Seen
from tijian.shells.web.pages.values_page_list import figure_of


@dataclass(frozen=True)
class Way:
    """One strand: its figure and what is known of it."""

    strand: str
    figure: Component
    value: float | None
    detail: str
    adopted: bool


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
                    Tag("采用", "acc") if w.adopted else "未采用",
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
