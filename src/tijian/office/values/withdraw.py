"""An acceptance of figures taken back as a whole: what stood before becomes the next revision, nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import Status
from tijian.office.ledger.models import Entry
from tijian.office.values.actions import AcceptValues
from tijian.office.values.figures import SURVEY, VARIABLE, Figure
from tijian.office.values.models import SurveyMean, Value

Row = Value | SurveyMean


@dataclass(frozen=True)
class Change:
    """A figure that an entry wrote.

    Attributes:
        row: As it was written.
        before: What stood in its place; None where nothing did.
        last: Whether it stands still; else it was changed again since.
    """

    row: Row
    before: Row | None
    last: bool


@dataclass(frozen=True)
class WithdrawValues(AcceptValues):
    """Put back what stood before the figures of an entry; the reason stands in ``note``, and is asked for."""

    verb: ClassVar[str] = "values.withdraw"
    zh: ClassVar[str] = "撤回数值"

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason, for a figure that can be put back, and that nobody changed one meanwhile."""
        if not self.note.strip():
            faults.add("withdraw.reason", self.zh, "理由", None, "一句理由", "请写明为什么撤回。")
        if not self.figures:
            hint = "这次写入的数后来都改过了，没有可以撤回的；请逐个更正。"
            faults.add("withdraw.none", self.source, "", None, "仍在册的数", hint)
            return
        super().precondition(faults)


def changes_of(entry: Entry) -> list[Change]:
    """List the figures that an entry wrote, in the order of the file, each with what stood there before."""
    rows: list[Row] = [*Value.objects.filter(action=entry).order_by("id")]
    rows += SurveyMean.objects.filter(action=entry).order_by("id")
    values = _revisions(Value.objects.filter(variable__in={r.variable for r in rows if isinstance(r, Value)}))
    asked = {r.question for r in rows if isinstance(r, SurveyMean)}
    means = _revisions(SurveyMean.objects.filter(question__in=asked))
    found = []
    for row in rows:
        known = (values if isinstance(row, Value) else means)[row.cell]
        found.append(Change(row, known.get(row.revision - 1), row.revision == max(known)))
    return found


def _revisions(rows: Iterable[Row]) -> dict[tuple[str, ...], dict[int, Row]]:
    found: dict[tuple[str, ...], dict[int, Row]] = {}
    for row in rows:
        found.setdefault(row.cell, {})[row.revision] = row
    return found


def wrote_figures(entry: Entry) -> bool:
    """Tell whether an entry wrote any figure."""
    return any(kind.objects.filter(action=entry).exists() for kind in (Value, SurveyMean))


def withdrawing(entry: Entry, note: str, changes: Sequence[Change] | None = None) -> WithdrawValues:
    """Make the action that takes an entry back, as far as its figures stand still.

    Args:
        entry: The entry.
        note: Why.
        changes: From ``changes_of``, where they are known already.
    """
    known = changes_of(entry) if changes is None else changes
    figures = tuple(_figure(c) for c in known if c.last)
    return WithdrawValues(figures, f"撤回第 {entry.position} 条记录", note=note)


def _figure(change: Change) -> Figure:
    """Give what stood before as a figure; where nothing stood, the cell is 无数据 again."""
    row, before = change.row, change.before
    item = row.variable if isinstance(row, Value) else row.question
    kind = VARIABLE if isinstance(row, Value) else SURVEY
    given = row if before is None else before
    survey = (given.n, given.margin) if isinstance(given, SurveyMean) else (0, None)
    return Figure(
        kind,
        item,
        row.area,
        row.period,
        Status.NO_DATA.zh if before is None else text_of(before),
        given.unit if isinstance(given, Value) else "",
        row.strand if isinstance(row, Value) else "调查",
        given.mark,
        note="" if before is None else before.note,
        n=survey[0],
        margin=survey[1],
        expected=row.revision,
    )


def text_of(row: Row) -> str:
    """Give a figure as it was written."""
    if row.reason:
        return row.reason
    return row.text if isinstance(row, Value) else f"{row.value!r}"
