"""The variables behind a value, each with every revision of its figures and the way to put them right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tijian.engine.catalogue.definition import Variable
from tijian.engine.kernel.periods import ANNUAL
from tijian.engine.kernel.units import printed
from tijian.office.people.models import Role
from tijian.office.people.permissions import THIRD_PARTY_STRAND
from tijian.office.values.correct import Revision, with_hands
from tijian.office.values.figures import VARIABLE
from tijian.office.values.figures import Figure as Given
from tijian.office.values.given import asked, below, read_by, standing, users
from tijian.office.values.imports import may_write, whose
from tijian.office.values.models import Value
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.marks import Missing, Tag
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.values_page_list import figure_of
from tijian.shells.web.pages.values_page_one import One

PERIODS = 12  # periods of a variable shown at once


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


def blocks(one: One) -> list[Block]:
    """Show every variable behind the item."""
    names = read_by(one.seen.opened, one.item) if one.is_indicator else [one.item]
    found = standing(one.seen.which.year, names)
    return [
        _block(one, name, {p: list(s.values()) for p, s in found.of(name, one.area).items()})
        for name in names
    ]


def _block(one: One, name: str, periods: dict[str, list[Value]]) -> Block:
    variable = one.seen.city.catalogue.variables[name]
    owner = one.seen.city.owner_of.get(name)
    tags = (
        Tag(printed(variable.unit)),
        Tag(f"{owner.short}主报" if owner is not None else "没有写明主报单位"),
        Tag(f"用于 {len(users(one.seen.opened, name))} 项指标"),
    )
    codes = below(one.seen.opened, variable, one.area)
    if not asked(one.seen.opened, variable, one.area):
        links = tuple(Link(one.seen.city.label(c), one.href(c, name)) for c in codes)
        return Block(variable.zh, one.href(item=name), tags, (), links, 0)
    year = str(one.seen.which.year)
    shown = sorted(periods, reverse=True)[:PERIODS]
    cells = [_cell(one, name, variable, v) for period in shown for v in periods[period]]
    if not cells:
        cells = [_nothing(one, name, variable)]
    elif year in periods and all(v.strand != THIRD_PARTY_STRAND for v in periods[year]):
        cells += _third(one, name)
    return Block(
        variable.zh,
        one.href(item=name),
        tags,
        tuple(cells),
        (),
        len(periods) - len(shown),
    )


def _cell(one: One, name: str, variable: Variable, value: Value) -> Cell:
    rows = Value.objects.filter(
        variable=name, area=value.area, period=value.period, strand=value.strand
    ).select_related("source", "action")
    revisions = with_hands(list(rows.order_by("-revision")))
    correct, locked = _correct(one, name, value.period, value.strand, "更正")
    title = f"{value.period}　{value.strand}"
    table = _revisions(title, variable, revisions, correct)
    return Cell(title, figure_of(value, variable, unit=True, strong=True), table, correct, locked)


def _third(one: One, name: str) -> list[Cell]:
    """Let the third party and the office give its figure beside the others."""
    if not one.person.has(Role.THIRD_PARTY, Role.OFFICE):
        return []
    year = str(one.seen.which.year)
    correct, _ = _correct(one, name, year, THIRD_PARTY_STRAND, "填第三方的数")
    title = f"{year}　{THIRD_PARTY_STRAND}"
    return [Cell(title, Missing("还没有人报"), None, correct, "")] if correct is not None else []


def _nothing(one: One, name: str, variable: Variable) -> Cell:
    year = str(one.seen.which.year)
    if variable.period not in ANNUAL:
        return Cell(year, Missing("还没有人报"), None, None, "逐日、逐月的数在导入页整表上传。")
    correct, locked = _correct(one, name, year, _own_strand(one, name), "填这个数")
    return Cell(year, Missing("还没有人报"), None, correct, locked)


def _own_strand(one: One, name: str) -> str:
    """Give the strand in which a person would fill in a figure."""
    probe = Given(VARIABLE, name, one.area, str(one.seen.which.year), "0")
    return (
        "自体检"
        if may_write(one.person, probe) or not one.person.has(Role.THIRD_PARTY)
        else THIRD_PARTY_STRAND
    )


def _correct(one: One, name: str, period: str, strand: str, words: str) -> tuple[Link | None, str]:
    """Give the way to put a value right, or why this person may not."""
    if not may_write(one.person, Given(VARIABLE, name, one.area, period, "0", strand=strand)):
        return None, whose(one.person, name)
    query = urlencode({"variable": name, "area": one.area, "period": period, "strand": strand})
    return Link(words, f"{one.seen.url('values_correct')}?{query}"), ""


def _revisions(
    title: str, variable: Variable, revisions: Sequence[Revision], correct: Link | None
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


def _where(value: Value) -> str:
    """Say where in a source a value stands."""
    row = f"第 {value.row} 行，" if value.row else ""
    digest = value.source.sha256
    return f"{row}sha256 {digest[:8]}…{digest[-4:]}" if digest else row.rstrip("，")
