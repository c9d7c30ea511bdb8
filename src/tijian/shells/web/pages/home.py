"""首页: one screen for the leading group — tiles, the matrix, the worst figures, what is overdue, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tijian.engine.report.tokens import GradeWord
from tijian.office.ledger import queries as ledger
from tijian.office.people.looks import look, looked
from tijian.office.register.queries import latest_round
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.grade import GradeCell, GradeChange, GradeLegend, GradeShares
from tijian.shells.web.components.marks import CoverageBadge, Figure
from tijian.shells.web.components.matrix import Dimension, Matrix, MatrixCell, MatrixGroup, MatrixRow
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tiles import StatTile, Tiles
from tijian.shells.web.pages.changes import change_list
from tijian.shells.web.pages.seen import Cell, Seen, frame, seen_of
from tijian.shells.web.pages.shortfalls import shortfalls
from tijian.shells.web.pages.work import overdue_lines, overdue_tile

SHOWN = 8
WIDE = 5  # characters that a column head has room for
GRADED: tuple[GradeWord, ...] = ("优", "良", "中", "差")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the round of the latest year; before the first round, what is to be done to have one."""
    which = latest_round()
    if which is None:
        return render(request, "pages/first.html", {"empty": _first()})
    return _page(request, Seen(which))


@require_GET
def round_home(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show one round."""
    return _page(request, seen_of(round_id))


@require_POST
def mark_looked(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take note that somebody has looked at what changed up to now."""
    look(who(request).name, ledger.position())
    return redirect("round_home", round_id=round_id)


def _first() -> Empty:
    words = "先公布指标体系，再开启一个体检轮次；这一页就会显示各区各维度的等级和短板。"
    return Empty("还没有体检轮次", words, Link("到“指标体系”公布", "/systems"))


def _page(request: HttpRequest, seen: Seen) -> HttpResponse:
    since = looked(who(request).name)
    worst = shortfalls(seen)
    context = frame(request, seen) | {
        "tiles": tiles(seen, ledger.today()),
        "matrix": matrix(seen),
        "legend": GradeLegend(synthetic=seen.synthetic),
        "shortfalls": worst[:SHOWN],
        "shortfalls_total": len(worst),
        "overdue": overdue_lines(seen, ledger.today()),
        "compared": compared(seen),
        "changes": change_list(seen, since),
        "since": since,
        "origins": origins(seen),
    }
    return render(request, "pages/home.html", context)


def tiles(seen: Seen, today: date) -> Tiles:
    """Five numbers: coverage, indicators with figures, grades, bottom lines, overdue milestones."""
    cells = [c for c in seen.district_cells() if c.status != "不适用"]
    have = [c for c in cells if c.status == "有值"]
    named = {c.row.indicator for c in have}
    asked = {c.row.indicator for c in cells} | {k for k, a in seen.cells if a == seen.whole}
    with_figure = named | {k for (k, a), c in seen.cells.items() if a == seen.whole and c.status == "有值"}
    return Tiles(
        (
            StatTile(
                "数据覆盖",
                Figure(f"{len(have)}", synthetic=seen.synthetic),
                f"/ {len(cells)} 个区级值",
                _lacking(len(cells) - len(have)),
                coverage=CoverageBadge(len(have), len(cells), badge=False),
            ),
            StatTile(
                "有数的指标",
                Figure(f"{len(with_figure)}", synthetic=seen.synthetic),
                f"/ {len(asked)} 项",
                f"其中区级 {len(named)} 项，其余只有全市的数",
            ),
            _shares(cells, seen),
            _bottom(seen),
            overdue_tile(seen, today),
        ),
        "总体情况",
    )


def _lacking(n: int) -> str:
    return "没有缺数" if not n else f"缺 {n} 个，原因见各指标"


def _shares(cells: Sequence[Cell], seen: Seen) -> StatTile:
    counts = Counter(c.grade for c in cells)
    graded = sum(counts[g] for g in GRADED)
    passed = counts["合格"] + counts["不合格"]
    note = f"另有 {passed} 个判合格与否，{counts['不评级']} 个不评级"
    return StatTile(
        f"等级分布（{graded} 个有等级的值）",
        note=note,
        shares=GradeShares(tuple((g, counts[g]) for g in GRADED), synthetic=seen.synthetic),
    )


def _bottom(seen: Seen) -> StatTile:
    broken = [c for c in seen.cells.values() if c.facts["broken"]]
    if not broken:
        return StatTile("底线未达标", Figure("0"), "项", "没有指标破底线")
    names = Counter(c.row.indicator for c in broken)
    known = seen.city.catalogue.indicators
    worst, _ = names.most_common(1)[0]
    areas = "、".join(seen.city.label(c.row.area) for c in broken if c.row.indicator == worst)
    words = f"{known[worst].name.zh}（{areas}）"
    return StatTile("底线未达标", Figure(f"{len(names)}", synthetic=seen.synthetic), "项", words, bad=True)


def matrix(seen: Seen) -> Matrix:
    """Districts by type against dimensions."""
    columns = seen.dimension_list
    return Matrix(
        tuple(Dimension(d.zh if len(d.zh) <= WIDE else d.short, d.short) for d in columns),
        tuple(
            MatrixGroup(
                area_type,
                tuple(
                    MatrixRow(
                        seen.city.by_code[a].zh,
                        tuple(_cell(seen, d.zh, a) for d in columns),
                        seen.city.by_code[a].short,
                        seen.url("area", area=a),
                    )
                    for a in codes
                ),
            )
            for area_type, codes in seen.groups
        ),
        f"{seen.which.name} {len(columns)} 个维度 × {len(seen.districts)} 个区的等级",
    )


def _cell(seen: Seen, dimension: str, area: str) -> MatrixCell:
    stored = seen.dimensions.get((dimension, area))
    cells = [seen.cells[(k, area)] for k in seen.members(dimension) if (k, area) in seen.cells]
    poor = sum(c.grade == "差" for c in cells)
    href = f"{seen.url('area', area=area)}#d-{_anchor(seen, dimension)}"
    synthetic = any(c.synthetic for c in cells)
    if stored is None:
        return MatrixCell("无数据", poor=poor, synthetic=synthetic, href=href)
    line = stored.line()
    graded, applicable = int(line[6]), int(line[7])
    reason = _dimension_reason(line, stored.reason)
    grade = cast("GradeWord", stored.grade)
    return MatrixCell(grade, graded, applicable, poor, reason, synthetic=synthetic, href=href)


def _dimension_reason(line: Sequence[str], reason: str) -> str:
    if line[3] != "不评级":
        return ""
    if "覆盖" in reason and line[5]:
        return f"覆盖 {float(line[5]):.0%}"
    return "等级不足" if reason else ""


def _anchor(seen: Seen, dimension: str) -> str:
    return next(d.id for d in seen.dimension_list if d.zh == dimension)


@dataclass(frozen=True)
class Compared:
    """Grades beside those of the year before.

    Attributes:
        better, worse: Changes, the weightiest first: words, change, address.
        better_total, worse_total: How many there are.
        same: Grades that stayed.
        apart: Figures that may not be compared.
        year: The year before.
    """

    better: tuple[tuple[str, GradeChange, str], ...]
    worse: tuple[tuple[str, GradeChange, str], ...]
    better_total: int
    worse_total: int
    same: int
    apart: int
    year: int


def compared(seen: Seen) -> Compared | None:
    """Compare every district's grades with those of the year before; None where that year was not graded."""
    better: list[tuple[int, Cell, str]] = []
    worse: list[tuple[int, Cell, str]] = []
    same = apart = 0
    order = {g: n for n, g in enumerate(reversed(GRADED))}
    for cell in seen.district_cells():
        last = cell.last_year()
        if last is None or last[2] not in order or cell.grade not in order:
            continue
        if not last[3]:
            apart += 1
        elif last[2] == cell.grade:
            same += 1
        else:
            step = order[cell.grade] - order[last[2]]
            (better if step > 0 else worse).append((abs(step), cell, last[2]))
    if not (better or worse or same or apart):
        return None
    return Compared(
        _few(seen, better), _few(seen, worse), len(better), len(worse), same, apart, seen.which.year - 1
    )


def _few(seen: Seen, found: list[tuple[int, Cell, str]]) -> tuple[tuple[str, GradeChange, str], ...]:
    known, by_code = seen.city.catalogue.indicators, seen.city.by_code
    rows = sorted(found, key=lambda item: -item[0])[:5]
    return tuple(
        (
            f"{by_code[c.row.area].short} {known[c.row.indicator].name.zh}",
            GradeChange(GradeCell(before), c.shown()),  # type: ignore[arg-type]
            seen.url("explain", indicator=c.row.indicator, area=c.row.area),
        )
        for _, c, before in rows
    )


def origins(seen: Seen) -> list[tuple[str, int, str]]:
    """Say how many district figures come from which strand, and how many are missing: words, count, share."""
    counts: Counter[str] = Counter()
    for cell in seen.district_cells():
        if cell.status == "有值":
            counts[cell.line[4]] += 1
        elif cell.status == "无数据":
            counts["无数据"] += 1
    total = sum(counts.values()) or 1
    order = [
        *(s for s in ("自体检", "第三方", "调查", "监测") if counts[s]),
        *(["无数据"] if counts["无数据"] else []),
    ]
    return [(name, counts[name], f"{100 * counts[name] / total:.1f}") for name in order]
