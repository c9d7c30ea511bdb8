"""Criteria in words and as rows: cut points by level and area type, bottom lines, who says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tijian.engine.catalogue.criterion import Bottom, Criterion, Judgement, Version
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.bottom import SIGNS
from tijian.engine.grade.cutpoints import CutSet, Point, cuts_for
from tijian.engine.grade.words import points_words
from tijian.engine.kernel.rounding import exact
from tijian.shells.web.pages.files import spreadsheet
from tijian.shells.web.pages.seen import Seen

HEADER = (
    "indicator", "name", "dimension", "level", "area_type", "judge", "excellent", "good", "fair",
    "bottom", "version", "from", "to", "kind", "certainty", "basis", "refs",
)  # fmt: skip


@dataclass(frozen=True)
class CutRow:
    """The cut points of one level and area type in one version.

    Attributes:
        level: Id of the level.
        kind: Area type; empty where the level has one set for all.
        points: 优, 良, 中; none where it is judged in another way.
        words: In one line, or why there are none.
    """

    level: str
    kind: str
    points: tuple[Point, ...]
    words: str


def cut_rows(indicator: Indicator, version: Version) -> Iterator[CutRow]:
    """Give the rows of a version, level by level, type by type, as the file has them."""
    for level, judgement in version.levels.items():
        if isinstance(judgement.cuts, dict):
            for kind in judgement.cuts:
                yield _row(indicator, level, kind, judgement)
        else:
            yield _row(indicator, level, "", judgement)


def _row(indicator: Indicator, level: str, kind: str, judgement: Judgement) -> CutRow:
    found = cuts_for(judgement, {kind: 1.0} if kind else {}, indicator.decimals)
    if isinstance(found, CutSet):
        return CutRow(level, kind, found.points, points_words(found.points, indicator.direction))
    return CutRow(level, kind, (), judgement_words(judgement))


def judgement_words(judgement: Judgement) -> str:
    """Say how a level is judged that has no cut points."""
    if judgement.judge == "pass" and judgement.value is not None:
        return f"合格线 {SIGNS[str(judgement.op)]}{exact(judgement.value):f}"
    if judgement.judge == "own_trend":
        return "看自身变化"
    return f"不评级：{judgement.reason}"


def bottom_words(seen: Seen, line: Bottom) -> str:
    """Say a bottom line with what it is judged on and where it holds."""
    limit = "上年数" if line.value == "prev" else f"{exact(line.value):f}"
    variables = seen.city.catalogue.variables
    subject = variables[line.variable].zh if line.variable is not None else ""
    levels = "、".join(level_words(seen, level) for level in line.levels)
    return f"{subject}{SIGNS[line.op]}{limit}（{levels}）"


def bottoms(seen: Seen, criterion: Criterion) -> list[str]:
    """Say the bottom lines that hold in the year of a round."""
    return [bottom_words(seen, b) for b in criterion.bottom if b.valid(seen.which.year)]


def level_words(seen: Seen, level: str) -> str:
    """Name a level in Chinese."""
    return next((x.zh for x in seen.city.doc.levels if x.id == level), level)


def place_words(seen: Seen, level: str, kind: str) -> str:
    """Name what a set of cut points holds for: an area type, or a level."""
    return kind or ("全市" if level == seen.city.doc.levels[0].id else f"各{level_words(seen, level)}")


def version_words(version: Version) -> str:
    """Say number and years of a version."""
    until = f"{version.from_} 年起" if version.to is None else f"{version.from_}—{version.to} 年"
    return f"第 {version.version} 版，{until}"


def plain(point: Point) -> str:
    """Write a cut point as people type it: 8.5, or 0.9～1.4."""
    if isinstance(point, tuple):
        return f"{_number(point[0])}～{_number(point[1])}"
    return _number(point)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def table_bytes(seen: Seen) -> bytes:
    """Write all criteria in force in the year of a round as CSV, one row a level and area type."""
    rows = []
    for key, indicator in seen.city.catalogue.indicators.items():
        criterion = seen.city.book.criteria.get(key)
        version = criterion.version(seen.which.year) if criterion is not None else None
        if criterion is None or version is None:
            continue
        known = {"bottom": "；".join(bottoms(seen, criterion)), "refs": "；".join(criterion.refs)}
        for row in cut_rows(indicator, version):
            points = [plain(p) for p in row.points] or ["", "", ""]
            judge = version.levels[row.level].judge
            head = [key, indicator.name.zh, indicator.dimension, row.level, row.kind, judge]
            dates = [version.version, version.from_, "" if version.to is None else version.to]
            tail = [criterion.kind, criterion.certainty, criterion.basis, known["refs"]]
            rows.append([*head, *points, known["bottom"], *dates, *tail])
    return spreadsheet(HEADER, rows)
