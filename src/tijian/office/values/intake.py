"""From the verdicts of an import to the actions that write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tijian.engine.exam.intake.verdicts import Cell, Given, Intake, Use, Verdict
from tijian.engine.kernel.rounding import plain
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.values.actions import AcceptValues
from tijian.office.values.figures import VARIABLE, Figure
from tijian.office.values.inputs import inputs

ADDRESS = re.compile(r"[A-Z]+(\d+)$")


def previous(which: Round) -> dict[tuple[str, str, str], float]:
    """Give last year's reported figures in their variables' units, against which jumps are seen.

    Returns:
        (variable, area, period) → value.
    """
    read = inputs(which, None, None, open_round_city(which))
    found: dict[tuple[str, str, str], float] = {}
    for (variable, area, period), strands in read.readings.items():
        value = next(iter(strands.values())).value
        if isinstance(value, float):
            found[(variable, area, period)] = value
    return found


def accepting(
    intake: Intake,
    files: Sequence[Path],
    provider: str,
    note: str = "",
    asked: str = "",
    explained: Mapping[str, str] | None = None,
) -> list[AcceptValues]:
    """Make one action a file, each with the figures that the file would write.

    Args:
        intake: The verdicts.
        files: The files, by whose names their bytes are found.
        provider: Who delivered them.
        note: Said of the whole source.
        asked: Why cells that were asked about are right; with it they are written too, each with this note.
        explained: Place of a cell → why just this one is right; goes before ``asked``.
    """
    reasons = explained or {}
    by_hash = {f.sha256: f for f in intake.files}
    paths = {path.name: path for path in files}
    made = []
    for digest, file in by_hash.items():
        figures = tuple(_figure(g) for g in intake.given if g.sha256 == digest and g.kind != "indicator")
        doubtful = [c for c in intake.cells if c.file == file.file and answers(c)]
        why = {id(c): (reasons.get(c.place) or asked).strip() for c in doubtful}
        figures += tuple(_asked(c, why[id(c)]) for c in doubtful if why[id(c)])
        if figures:
            made.append(
                AcceptValues(
                    figures,
                    file.file,
                    content=paths.get(file.file),
                    provider=provider,
                    encoding=file.encoding,
                    note=note,
                )
            )
    return made


def answers(cell: Cell) -> bool:
    """Tell whether a reason makes a cell that was asked about a figure: it holds one, and its place is known."""
    known = cell.kind == VARIABLE and cell.value is not None and cell.use is Use.WRITE
    return cell.verdict is Verdict.ASKED and known


def _asked(cell: Cell, reason: str) -> Figure:
    found = ADDRESS.search(cell.address)
    return Figure(
        kind=VARIABLE,
        item=cell.item,
        area=cell.area,
        period=cell.period,
        text=plain(cell.value or 0.0),
        unit=cell.unit,
        strand=cell.strand,
        mark=cell.mark,
        row=int(found[1]) if found is not None else 0,
        note=f"{cell.note}说明：{reason}",
    )


def _figure(given: Given) -> Figure:
    found = ADDRESS.search(given.place)
    return Figure(
        kind=given.kind,
        item=given.item,
        area=given.area,
        period=given.period,
        text=given.reason if given.value is None else plain(given.value),
        unit=given.unit,
        strand=given.strand,
        mark=given.mark,
        row=int(found[1]) if found is not None else 0,
        note=given.note,
        n=given.n or 0,
        margin=given.margin,
    )
