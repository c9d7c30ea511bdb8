"""A round as files: what it stored, word for word, and the city folder that gives the same again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tijian.engine.exam.files import DIMENSIONS, FINDINGS, VALUES, csv_bytes, write
from tijian.engine.exam.inputs import ADOPTED, SURVEY, VARIABLES, Cell, Choice, Reading, SurveyCell
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import plain
from tijian.office.register import queries
from tijian.office.register.city import Opened, without_lacking_layers, write_folder
from tijian.office.register.models import Round
from tijian.office.values.inputs import inputs
from tijian.office.values.results import current, current_dimensions, ordered
from tijian.office.values.scan import latest_scan


def cells(seen: Opened) -> list[tuple[str, str]]:
    """Name the cells of a round in the order of ``values.csv``."""
    return [(i, a) for i in seen.city.catalogue.indicators for a in seen.city.by_code]


def tables(which: Round, at: int | None = None) -> dict[str, bytes]:
    """Give what a round stored as files: values.csv, dimensions.csv and the latest findings.csv.

    Raises:
        Basis.DoesNotExist: As of a position before the round was opened.
    """
    seen = queries.open_round_city(which, at)
    values = ordered(current(which, at), cells(seen))
    dimensions = [(d.zh, a) for a in seen.city.by_code for d in seen.city.catalogue.dimensions]
    grades = ordered(current_dimensions(which, at), dimensions)
    files = {
        "values.csv": csv_bytes(VALUES, [r.line() for r in values]),
        "dimensions.csv": csv_bytes(DIMENSIONS, [g.line() for g in grades]),
    }
    scan = latest_scan(which)
    if scan is not None:
        files["findings.csv"] = csv_bytes(FINDINGS, scan.lines())
    return files


def export_folder(which: Round, out: Path, at: int | None = None) -> None:
    """Write a round as a city folder that ``exam`` reads, with every value, choice and layer it rests on.

    Raises:
        FileExistsError: If something lies there already.
        Basis.DoesNotExist: As of a position before the round was opened.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(out)
    at = at or queries.ended_at(which)  # what came after its end is no part of a round
    pinned = queries.pinned(which, at)
    write_folder(pinned, out)
    city = out / "city.yaml"
    city.write_text(without_lacking_layers(city.read_text(encoding="utf-8"), pinned), encoding="utf-8")
    read = inputs(which, at)
    write(
        out,
        {
            "inputs/variables.csv": csv_bytes(VARIABLES, list(_variables(read.readings.items()))),
            "inputs/survey.csv": csv_bytes((*SURVEY, "mark"), list(_survey(read.survey.items()))),
            "inputs/adopted.csv": csv_bytes(ADOPTED, list(_adopted(read.choices.items()))),
        },
    )


def _variables(found: Iterable[tuple[Cell, dict[str, Reading]]]) -> Iterable[Sequence[str]]:
    for (variable, area, period), strands in sorted(found, key=_key):
        for strand in sorted(strands):
            r = strands[strand]
            yield variable, area, period, r.text, r.unit, r.strand, r.mark


def _survey(found: Iterable[tuple[tuple[str, str, int], SurveyCell]]) -> Iterable[Sequence[str]]:
    for (question, area, year), cell in sorted(found, key=_key):
        mean, margin = cell.mean, cell.margin
        given = mean.zh if isinstance(mean, Status) else plain(mean)
        error = "" if margin is None else plain(margin)
        yield question, area, str(year), str(cell.n), given, error, cell.mark


def _adopted(found: Iterable[tuple[tuple[str, str, int], Choice]]) -> Iterable[Sequence[str]]:
    for (item, area, year), choice in sorted(found, key=_key):
        yield item, area, str(year), choice.strand, choice.reason


def _key(pair: tuple[tuple[object, ...], object]) -> tuple[str, ...]:
    return tuple(str(part) for part in pair[0])
