"""Every current result computed again on its stored basis, and held against what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from tijian import __version__
from tijian.engine.exam.run import run
from tijian.engine.kernel.canonical import canonical
from tijian.office.register import queries
from tijian.office.register.models import Round
from tijian.office.values.inputs import inputs
from tijian.office.values.models import DimensionGrade, Result
from tijian.office.values.results import current, current_dimensions, dimension_lines, lines
from tijian.office.values.scan import is_stale


@dataclass
class Checkup:
    """What a recomputation found.

    Attributes:
        compared: Rows computed again.
        differences: Rows that are other than stored, each in words.
        unproven: Rows of another revision of the engine (未验).
        waiting: Rounds whose findings are to be computed again (待重算).
    """

    compared: int = 0
    differences: list[str] = field(default_factory=list)
    unproven: int = 0
    waiting: list[str] = field(default_factory=list)


def recompute_all() -> Checkup:
    """Recompute every round: an open one as it stands, an ended one as of its end."""
    found = Checkup()
    for which in queries.rounds():
        _round(which, found)
    return found


def _round(which: Round, found: Checkup) -> None:
    at = queries.ended_at(which)
    results = run(inputs(which, at), which.year)
    stored = current(which, at)
    for _, result in lines(results):
        _compare(which, stored.pop(result.cell, None), result, found)
    grades = current_dimensions(which, at)
    for grade in dimension_lines(which, results):
        _compare(which, grades.pop(grade.cell, None), grade, found)
    for key in [*stored, *grades]:
        found.differences.append(f"{which} {' '.join(key)}：库中有，重算没有")
    if at is None and is_stale(which):
        found.waiting.append(which.name)


def _compare(
    which: Round, stored: Result | DimensionGrade | None, made: Result | DimensionGrade, found: Checkup
) -> None:
    found.compared += 1
    place = f"{which} {' '.join(made.cell)}"
    if stored is None:
        found.differences.append(f"{place}：库中没有")
    elif stored.engine != __version__:
        found.unproven += 1
    elif _content(stored) != _content(made):
        found.differences.append(f"{place}：库中 {_told(stored)}，重算 {_told(made)}")


def _content(row: Result | DimensionGrade) -> str:
    beside = row.facts if isinstance(row, Result) else row.reason
    return canonical([row.fields, beside, row.grade]).decode()


def _told(row: Result | DimensionGrade) -> str:
    return f"{row.value} {row.grade}" if isinstance(row, Result) else row.grade
