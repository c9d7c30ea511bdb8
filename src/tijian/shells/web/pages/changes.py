"""What changed in a round since somebody last looked, each change with its cause."""

from __future__ import annotations

from tijian.office.values.models import Result
from tijian.shells.web.components.changes import Cause, Change, ChangeList
from tijian.shells.web.components.component import Text
from tijian.shells.web.components.grade import GradeCell
from tijian.shells.web.pages.seen import Cell, Seen

SHOWN = 12
OPENED = "开启"
CAUSES: dict[str, Cause] = {"数据": "数据", "标准": "标准", "口径": "口径", "边界": "口径"}


def changed_since(seen: Seen, since: int, indicator: str = "") -> list[tuple[Result, Result]]:
    """Give results whose grade or printed value is another than at a position: before and now, newest first."""
    rows = Result.objects.filter(round=seen.which, action__position__gt=since, revision__gt=1)
    if indicator:
        rows = rows.filter(indicator=indicator)
    latest: dict[tuple[str, str], Result] = {r.cell: r for r in rows.order_by("id")}
    pairs = []
    for cell, now in latest.items():
        before = (
            Result.objects.filter(
                round=seen.which, indicator=cell[0], area=cell[1], action__position__lte=since
            )
            .order_by("-id")
            .first()
        )
        if before is not None and (before.grade, before.line()[5]) != (now.grade, now.line()[5]):
            pairs.append((before, now))
    return sorted(pairs, key=lambda pair: -pair[1].pk)


def change_list(seen: Seen, since: int, indicator: str = "") -> ChangeList | None:
    """Show what changed since a position, grades before figures; None where nothing did."""
    if not since:
        return None
    pairs = changed_since(seen, since, indicator)
    ordered = sorted(pairs, key=lambda pair: pair[0].grade == pair[1].grade)
    made = tuple(_change(seen, before, now) for before, now in ordered[:SHOWN])
    return ChangeList(made) if made else None


def _change(seen: Seen, before: Result, now: Result) -> Change:
    known, cells = seen.city.catalogue.indicators, (Cell(before), Cell(now))
    what = f"{seen.city.label(now.area)} {known[now.indicator].name.zh}"
    href = seen.url("explain", indicator=now.indicator, area=now.area)
    figures = " → ".join(f"{c.value} {c.unit}".strip() if c.value else c.status for c in cells)
    cause = CAUSES.get(now.cause, "数据")
    if before.grade != now.grade:
        shown: tuple[GradeCell, GradeCell] = (cells[0].shown(), cells[1].shown())
        return Change(what, *shown, cause, href, figures)
    texts = tuple(Text(part) for part in figures.split(" → "))
    return Change(what, texts[0], texts[1], cause, href, f"等级仍为{now.grade}")
