"""What waits for a decision of the office: figures of several strands among which nobody has chosen."""

from __future__ import annotations

from collections.abc import Iterable

from tijian.office.values.figures import VARIABLE, Figure
from tijian.office.values.models import Choice, Value

YEAR = 4


def undecided(figures: Iterable[Figure]) -> list[Figure]:
    """Give the figures whose cell has another strand too and no choice that stands."""
    given = [f for f in figures if f.kind == VARIABLE]
    items = {f.item for f in given}
    strands: dict[tuple[str, str, str], set[str]] = {}
    for variable, area, period, strand in Value.objects.filter(variable__in=items).values_list(
        "variable", "area", "period", "strand"
    ):
        strands.setdefault((variable, area, period), set()).add(strand)
    chosen = {c.cell: c.strand for c in Choice.objects.filter(item__in=items).order_by("id")}
    return [
        f
        for f in given
        if len(strands.get((f.item, f.area, f.period), ())) > 1
        and not chosen.get((f.item, f.area, int(f.period[:YEAR])))
    ]
