"""Other cut points tried on a round before anybody adopts them; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tijian.engine.catalogue.consistency import check_city
from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.document import read_mapping
from tijian.engine.kernel.faults import Faults
from tijian.office.register import queries
from tijian.office.register.city import Opened
from tijian.office.register.criteria_text import Cuts, NoSuchCriterion, Place, changed
from tijian.office.register.models import Document, Round
from tijian.office.values.models import DimensionGrade, Result
from tijian.office.values.recompute import CRITERION, DEFINITION, evaluate
from tijian.office.values.results import News, current_dimensions, dimension_news, news
from tijian.office.values.rounds import Rebase


@dataclass(frozen=True)
class Trial:
    """What a round's grades would be by other cut points of one indicator.

    Attributes:
        results: The indicator's results by the new cut points that differ from the stored ones.
        moved: Those whose grade is another: stored, then new.
        dimensions: Dimension grades that would be other: stored (None before there was one), then new.
        grades: Area → the indicator's grade by the new cut points.
    """

    results: tuple[Result, ...]
    moved: tuple[tuple[Result, Result], ...]
    dimensions: tuple[tuple[DimensionGrade | None, DimensionGrade], ...]
    grades: Mapping[str, str]


def file_of(seen: Opened, indicator: str) -> str:
    """Give the path of the file that an indicator's criterion stands in, below the city folder."""
    return seen.city.book.files[indicator].partition("/")[2]


def files_with(which: Round, indicator: str, cuts: Mapping[Place, Cuts]) -> dict[str, str]:
    """Write the file that holds an indicator's criterion with other cut points, from the year of a round on.

    Raises:
        Refused: If the criterion has no cut points at a place, or none for the year of the round.
    """
    seen, faults = queries.open_round_city(which), Faults()
    if indicator not in seen.city.book.files:
        faults.add("criteria.indicator", which.name, "指标", indicator, "有标准的指标", "请改正指标代码。")
        faults.raise_if_any()
    path = file_of(seen, indicator)
    text = Document.objects.get(sha256=queries.criteria_of(queries.basis(which)).manifest()[path]).text
    try:
        return {path: changed(text, indicator, which.year, cuts)}
    except NoSuchCriterion as error:
        hint = "这项指标在这一级不按切点判，或没有这个区类的切点。"
        faults.add("criteria.place", path, indicator, str(error), f"{which.year} 年有效的切点", hint)
        faults.raise_if_any()
        raise


def trial(which: Round, indicator: str, files: Mapping[str, str]) -> Trial:
    """Judge an indicator, and the dimension it stands in, by a changed file of criteria.

    The rest of the round cannot change by it: a grade depends on the criterion of its own indicator alone.

    Raises:
        Refused: With every fault of the changed file.
    """
    seen = _with_files(queries.open_round_city(which), files)
    results = evaluate(which, seen, {indicator})
    basis, before = queries.basis(which), current_dimensions(which)
    found = news(which, basis, results, CRITERION)
    pairs = [(old, new) for old, new in found.moved if old is not None and new.indicator == indicator]
    return Trial(
        tuple(r for r in found.fresh if r.indicator == indicator),
        tuple(pairs),
        tuple((before.get(g.cell), g) for g in dimension_news(which, results)),
        {r.area: r.verdict.grade for r in results.current() if r.indicator.id == indicator},
    )


def _with_files(seen: Opened, files: Mapping[str, str]) -> Opened:
    """Open a city with some files of criteria changed, without reading all the others again."""
    book = seen.city.book
    criteria = dict(book.criteria)
    for path, text in files.items():
        criteria |= _read(text, f"{seen.city.name}/{path}")
    city = replace(seen.city, book=replace(book, criteria=criteria))
    check_city(city)
    return Opened(city, seen.programs, seen.layers)


def _read(text: str, name: str) -> dict[str, Criterion]:
    with TemporaryDirectory(prefix="tijian-trial-") as scratch:
        path = Path(scratch) / "criteria.yaml"
        path.write_bytes(text.encode())
        return read_mapping(Criterion, path, name)


def rebased(which: Round) -> News:
    """Say what would differ if a round were judged by what is published now; nothing is written.

    Raises:
        Refused: If the round is not open.
    """
    draft = Rebase(which.name, "").prepare().draft
    if draft is None:
        raise RuntimeError("a draft is made by prepare")
    return news(which, queries.basis(which), draft.results, DEFINITION)
