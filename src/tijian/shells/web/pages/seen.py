"""What a page of a round sees: its city, its stored results, and the frame around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from tijian.engine.catalogue.definition import Dimension
from tijian.engine.catalogue.loading import City
from tijian.engine.exam.gaps import has_gaps
from tijian.engine.kernel.units import printed
from tijian.engine.report.tokens import GradeWord
from tijian.office.ledger.models import Entry
from tijian.office.ledger.queries import position
from tijian.office.register import queries
from tijian.office.register.city import Opened
from tijian.office.register.models import Round
from tijian.office.values.models import DimensionGrade, Result
from tijian.office.values.results import current, current_dimensions
from tijian.office.values.scan import is_stale
from tijian.shells.web.components.grade import GradeCell
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.frame import Place, Rounds

SYNTHETIC = "合成"
KEPT = 8  # rounds kept in a process
SHORT_REASONS = (("样本", "样本不足"), ("覆盖", "覆盖不足"), ("标准", "无标准"), ("切点", "无切点"))


@dataclass(frozen=True)
class Cell:
    """One row of ``values.csv`` as a page needs it."""

    row: Result

    @cached_property
    def line(self) -> list[str]:
        """The line of ``values.csv``."""
        return self.row.line()

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What stands behind it."""
        return self.row.known()

    @property
    def grade(self) -> GradeWord:
        """The grade, or why there is none."""
        return cast("GradeWord", self.row.grade)

    @property
    def value(self) -> str:
        """The value as printed; empty where there is none."""
        return self.line[5].replace("-", "−")

    @property
    def unit(self) -> str:
        """The unit as printed."""
        return printed(self.line[8])

    @property
    def status(self) -> str:
        """有值, 无数据 or 不适用."""
        return self.line[9]

    @property
    def marks(self) -> tuple[str, ...]:
        """Marks of figure and system."""
        return tuple(m for m in self.line[11].split(";") if m)

    @property
    def synthetic(self) -> bool:
        """Whether the figure is synthetic."""
        return SYNTHETIC in self.marks

    @property
    def note(self) -> str:
        """What a reader must know beside the figure."""
        return self.line[18]

    @property
    def figure(self) -> Figure | None:
        """The value as a component; None where there is none."""
        return Figure(self.value, self.unit, self.synthetic) if self.value else None

    def shown(self, href: str = "", label: str = "") -> GradeCell:
        """The grade as a component."""
        return GradeCell(self.grade, self.reason, self.synthetic, href, label)

    @property
    def reason(self) -> str:
        """In a few words, why there is no grade."""
        if self.grade != "不评级":
            return ""
        why = str(self.facts["reason"])
        return next((words for part, words in SHORT_REASONS if part in why), "")

    def cut(self, grade: str) -> str | list[str] | None:
        """The cut point of a grade; None where it is not judged by cut points."""
        cuts = self.facts["cuts"]
        return None if cuts is None else cuts["优良中".index(grade)]

    def history(self) -> list[tuple[int, str | None, str, bool]]:
        """Year, value, grade and comparability, ascending."""
        return [(y, v, g, j) for y, v, g, j in self.facts["history"]]

    def last_year(self) -> tuple[int, str | None, str, bool] | None:
        """The year before; None where there is none."""
        found = self.history()
        return found[-2] if len(found) > 1 else None


@dataclass(frozen=True)
class Stored:
    """What a round stored up to a position of the ledger.

    Attributes:
        cells: (indicator, area) → cell.
        dimensions: (dimension, area) → grade.
    """

    cells: Mapping[tuple[str, str], Cell]
    dimensions: Mapping[tuple[str, str], DimensionGrade]


@lru_cache(maxsize=KEPT)
def stored(_installation: str, round_id: int, _position: int) -> Stored:
    """Read the results of a round, kept in the process until the ledger moves on."""
    which = Round.objects.get(pk=round_id)
    cells = {key: Cell(row) for key, row in current(which).items()}
    return Stored(cells, dict(current_dimensions(which)))


@dataclass
class Seen:
    """A round as pages show it."""

    which: Round
    position: int = field(default_factory=position)

    @cached_property
    def opened(self) -> Opened:
        """Its city, ready to run."""
        return queries.open_round_city(self.which)

    @property
    def city(self) -> City:
        """Its city."""
        return self.opened.city

    @property
    def cells(self) -> Mapping[tuple[str, str], Cell]:
        """(indicator, area) → cell."""
        return self._stored.cells

    @property
    def dimensions(self) -> Mapping[tuple[str, str], DimensionGrade]:
        """(dimension, area) → grade."""
        return self._stored.dimensions

    @cached_property
    def _stored(self) -> Stored:
        return stored(str(settings.INSTALLATION), self.which.pk, self.position)

    @property
    def whole(self) -> str:
        """Code of the city."""
        return self.city.doc.city.code

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Areas directly below the city."""
        return self.city.children[self.whole]

    @cached_property
    def groups(self) -> list[tuple[str, list[str]]]:
        """Districts by main type of the default scheme, in the scheme's order; one group where there is none."""
        scheme = self.city.areas.default_scheme
        if scheme is None:
            return [("", list(self.districts))]
        order = self.city.areas.schemes[scheme].types
        found: dict[str, list[str]] = {t: [] for t in order}
        for code in self.districts:
            shares = self.city.by_code[code].types.get(scheme, {})
            found[max(shares, key=lambda t: shares[t]) if shares else order[0]].append(code)
        return [(t, codes) for t, codes in found.items() if codes]

    def members(self, dimension: str) -> list[str]:
        """Indicators of a dimension, in order."""
        return [k for k, d in self.city.catalogue.indicators.items() if d.dimension == dimension]

    @property
    def dimension_list(self) -> tuple[Dimension, ...]:
        """Dimensions, in order."""
        return tuple(self.city.catalogue.dimensions)

    def district_cells(self, indicators: Iterable[str] | None = None) -> list[Cell]:
        """Cells of the districts, in order of indicators and districts."""
        wanted = self.city.catalogue.indicators if indicators is None else indicators
        return [self.cells[(k, a)] for k in wanted for a in self.districts if (k, a) in self.cells]

    @cached_property
    def synthetic(self) -> bool:
        """Whether any figure is synthetic."""
        return any(c.synthetic for c in self.cells.values())

    @property
    def data_date(self) -> str:
        """Until when the data of the year were taken in, as the city's reports say."""
        dates = self.city.reports.dates.get(self.which.year)
        closed = f"{self.which.year}-12-31" if dates is None else str(dates.closed)
        last = Entry.objects.filter(position=self.position).values_list("business_date", flat=True).first()
        return closed if last is None else min(closed, last.isoformat())

    @property
    def named(self) -> str:
        """The round in words, its year once."""
        year = f"{self.which.year} 年"
        return (
            f"{year}轮次" if self.which.name == str(self.which.year) else f"{self.which.name}轮次（{year}）"
        )

    def url(self, route: str, **arguments: object) -> str:
        """Give the address of a page of this round."""
        return reverse(route, kwargs={"round_id": self.which.pk, **arguments})


def gaps_address(seen: Seen, indicator: str, area: str = "") -> str:
    """Give the page of the places that a coverage leaves; empty for any other indicator."""
    if not has_gaps(seen.opened.programs[indicator]):
        return ""
    return seen.url("gaps", indicator=indicator) + (f"?area={area}" if area in seen.districts else "")


def seen_of(round_id: int) -> Seen:
    """Find a round by its id.

    Raises:
        Http404: If there is none.
    """
    which = Round.objects.filter(pk=round_id).first()
    if which is None:
        raise Http404("没有这个轮次。")
    return Seen(which)


def frame(request: HttpRequest, seen: Seen) -> dict[str, object]:
    """Give what stands around a page of a round: the switch of rounds, footer, whether it is being recomputed."""
    match = request.resolver_match
    places = []
    for other in reversed(queries.rounds()):
        href = reverse("round_home", kwargs={"round_id": other.pk})
        if match is not None and "round_id" in match.kwargs:
            with suppress(NoReverseMatch):
                href = reverse(match.view_name, kwargs=match.kwargs | {"round_id": other.pk})
        places.append(Place(other.name, href, other.pk == seen.which.pk))
    return {
        "seen": seen,
        "rounds": Rounds(seen.which.name, tuple(places)),
        "stale": is_stale(seen.which),
        "page_footer": _footer(seen),
    }


def _footer(seen: Seen) -> tuple[str, ...]:
    basis = queries.basis(seen.which)
    published = queries.publications(basis)
    systems = "、".join(f"{p.name} 修订 {p.revision}" for p in published if p.kind == "system")
    criteria = next((p for p in published if p.kind == "criteria"), None)
    marks = {m for p in published for m in p.mark.split(";") if m}
    words = [f"指标体系 {systems}"]
    if criteria is not None:
        words.append(f"判定标准 修订 {criteria.revision}（{criteria.sha256[:8]}）")
    words.append(f"第 {seen.position} 条记录时的结果")
    if marks:
        words.append("、".join(sorted(marks)))
    return tuple(words)
