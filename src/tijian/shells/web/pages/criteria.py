"""标准: by what the indicators of a round are judged; and one criterion, with other cut points tried on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.cutpoints import GRADES
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.units import printed
from tijian.office.people.permissions import ADOPT_CRITERIA, allows, told
from tijian.office.register.queries import is_closed
from tijian.office.values.whatif import files_with, trial
from tijian.shells.web.access import who
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.grade import GradeLegend
from tijian.shells.web.components.marks import Figure, Missing, Tag
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Row, RowGroup
from tijian.shells.web.pages.criteria_form import CutForm, form_of, typed_of
from tijian.shells.web.pages.criteria_history import earlier
from tijian.shells.web.pages.criteria_trial import AREA_TYPE, Shown, shown
from tijian.shells.web.pages.criteria_words import (
    bottoms,
    cut_rows,
    judgement_words,
    level_words,
    place_words,
    table_bytes,
    version_words,
)
from tijian.shells.web.pages.files import CSV, attachment
from tijian.shells.web.pages.indicators import DIRECTION
from tijian.shells.web.pages.seen import Seen, frame, seen_of


@require_GET
def criteria(request: HttpRequest, round_id: int) -> HttpResponse:
    """List all criteria of a round, or show one of them where an indicator is named.

    Raises:
        Http404: If the round has no such indicator.
    """
    seen = seen_of(round_id)
    named = request.GET.get("indicator", "")
    if named:
        return one(request, seen, named)
    dimension, words = request.GET.get("dimension", ""), request.GET.get("q", "").strip()
    known = seen.city.catalogue.indicators
    keys = [k for k, d in known.items() if _fits(d, dimension, words)]
    context = frame(request, seen) | {
        "filters": _filters(seen, dimension, words, len(keys)),
        "table": _table(seen, keys) if keys else None,
        "empty": Empty("没有符合条件的指标", "换一个维度，或少写几个字。"),
        "earlier": earlier(seen),
    }
    return render(request, "pages/criteria.html", context)


@require_GET
def criteria_file(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give all criteria in force in the year of a round as CSV."""
    seen = seen_of(round_id)
    return attachment(table_bytes(seen), f"{seen.which.name}-判定标准.csv", CSV)


def _fits(indicator: Indicator, dimension: str, words: str) -> bool:
    named = words.lower() in f"{indicator.id} {indicator.name.zh}".lower()
    return named and dimension in {"", indicator.dimension}


def _filters(seen: Seen, dimension: str, words: str, found: int) -> Filters:
    address = seen.url("criteria")
    options = (Option("", "全部维度"), *(Option(d.zh, d.zh) for d in seen.dimension_list))
    return Filters(
        address,
        (
            Field("q", "名称或代码", words, "search"),
            Field("dimension", "维度", dimension, "select", options=options),
        ),
        f"{found} 项，共 {len(seen.city.catalogue.indicators)} 项",
        address if dimension or words else "",
    )


# ── all of them ──


def _table(seen: Seen, keys: Sequence[str]) -> DataTable:
    types = [kind for kind, _ in seen.groups if kind]
    level = seen.city.by_code[seen.districts[0]].level
    heads = types or [f"各{level_words(seen, level)}"]
    columns = (
        Column("指标"),
        *(Column(h) for h in heads),
        Column("全市"),
        Column("底线"),
        Column("依据"),
    )
    known = seen.city.catalogue.indicators
    groups = tuple(
        RowGroup(d.zh, tuple(_line(seen, k, types, level) for k in keys if known[k].dimension == d.zh))
        for d in seen.dimension_list
        if any(known[k].dimension == d.zh for k in keys)
    )
    links = (Link("下载 csv", seen.url("criteria_file")),)
    return DataTable(f"{seen.which.year} 年判定标准", columns, groups, links=links, plain=True)


def _line(seen: Seen, key: str, types: Sequence[str], level: str) -> Row:
    indicator = seen.city.catalogue.indicators[key]
    criterion = seen.city.book.criteria.get(key)
    version = criterion.version(seen.which.year) if criterion is not None else None
    unit = printed(indicator.unit)
    head = Link(indicator.name.zh, address_of(seen, key), f"{key}{f'，{unit}' if unit else ''}")
    if criterion is None or version is None:
        return Row((head, *([Missing("没有标准")] * (len(types or " ") + 1)), "", ""))
    words = {(r.level, r.kind): r.words for r in cut_rows(indicator, version)}
    whole = seen.city.doc.levels[0].id
    here = [words.get((level, t), words.get((level, ""), "")) for t in types or [""]]
    cells: list[str | Component] = [_cut(w) for w in (*here, words.get((whole, ""), ""))]
    lines = "；".join(bottoms(seen, criterion)) or "没有"
    refs = "、".join(criterion.refs)
    about = f"{criterion.certainty}{f'，{refs}' if refs else ''}"
    return Row((head, *cells, lines, Text(criterion.kind, about)))


def _cut(words: str) -> str | Component:
    if not words:
        return Missing("不评")
    if words.startswith("不评级"):
        return Text("不评级", words.partition("：")[2])
    return words


def address_of(seen: Seen, indicator: str) -> str:
    """Give the address of the criterion of an indicator."""
    return f"{seen.url('criteria')}?indicator={indicator}"


# ── one of them ──


def one(
    request: HttpRequest,
    seen: Seen,
    key: str,
    others: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Show one criterion, with a trial where other cut points were typed.

    Args:
        request: Holds what was typed.
        seen: The round.
        key: The indicator.
        others: Why an adoption was refused.
        status: Of the answer.

    Raises:
        Http404: If the round has no such indicator.
    """
    indicator = seen.city.catalogue.indicators.get(key)
    if indicator is None:
        raise Http404("这一轮没有这项指标。")
    typed = typed_of(request)
    form = form_of(seen, indicator, typed)
    closed = is_closed(seen.which)
    tried, faults = (None, ()) if form is None or closed else _tried(seen, indicator, form)
    criterion = seen.city.book.criteria.get(key)
    context = frame(request, seen) | {
        "indicator": indicator,
        "direction": DIRECTION[indicator.direction],
        "unit": printed(indicator.unit),
        "criterion": criterion,
        "tags": _tags(indicator, criterion),
        "sources": _sources(seen, criterion),
        "bottoms": bottoms(seen, criterion) if criterion is not None else [],
        "versions": _versions(seen, indicator, criterion),
        "values": _values(seen, indicator),
        "form": form,
        "trial": tried,
        "faults": [*faults, *others],
        "closed": closed,
        "may": allows(who(request), ADOPT_CRITERIA),
        "told": told(ADOPT_CRITERIA),
        "note": typed.get("note", ""),
        "address": address_of(seen, key),
        "earlier": earlier(seen, key),
        "legend": GradeLegend(synthetic=seen.synthetic),
    }
    return render(request, "pages/criteria_one.html", context, status=status)


def _tried(seen: Seen, indicator: Indicator, form: CutForm) -> tuple[Shown | None, tuple[str, ...]]:
    if form.faults:
        return None, form.faults
    if not form.cuts:
        return None, ()
    try:
        files = files_with(seen.which, indicator.id, form.cuts)
        return shown(seen, indicator, form, trial(seen.which, indicator.id, files)), ()
    except Refused as refused:
        return None, tuple(f"写的是“{f.value}”，应为{f.expected}。{f.hint}" for f in refused.faults)


def _tags(indicator: Indicator, criterion: Criterion | None) -> tuple[Tag, ...]:
    if criterion is None:
        return (Tag("没有标准", "warn"),)
    approver = criterion.approver or "没有批准人"
    return (
        Tag(f"{indicator.kind}指标"),
        Tag(f"依据：{criterion.kind}"),
        Tag(criterion.certainty, "warn" if "待核" in criterion.certainty else ""),
        Tag(approver, "" if criterion.approver else "warn"),
    )


def _sources(seen: Seen, criterion: Criterion | None) -> list[tuple[str, str, str]]:
    if criterion is None:
        return []
    known = seen.city.book.sources
    return [(ref, *known.get(ref, ("没有登记", ""))) for ref in criterion.refs]


def _versions(
    seen: Seen, indicator: Indicator, criterion: Criterion | None
) -> list[tuple[str, bool, DataTable]]:
    """Give every version: in words, whether it is in force, and its cut points."""
    if criterion is None:
        return []
    now = criterion.version(seen.which.year)
    columns = (Column("范围"), Column("标准线"))
    return [
        (
            version_words(v),
            v is now,
            DataTable(
                version_words(v),
                columns,
                (RowGroup("", tuple(
                    Row((place_words(seen, r.level, r.kind), r.words)) for r in cut_rows(indicator, v)
                )),),
                plain=True,
                cards=False,
            ),
        )
        for v in reversed(criterion.versions)
    ]  # fmt: skip


def _values(seen: Seen, indicator: Indicator) -> DataTable:
    columns = (
        Column("区"),
        Column("区类"),
        Column(f"{seen.which.year} 年", printed(indicator.unit), numeric=True),
        Column("等级"),
        Column("标准线"),
        Column("距上一级"),
    )
    groups = tuple(RowGroup("", (_value(seen, indicator, a),)) for a in (*seen.districts, seen.whole))
    links = (Link("下载 csv", seen.url("download", name="values.csv")),)
    return DataTable(f"{seen.which.year} 年{indicator.name.zh}", columns, groups, links=links, plain=True)


def _value(seen: Seen, indicator: Indicator, area: str) -> Row:
    cell = seen.cells[(indicator.id, area)]
    step = cell.facts["next"]
    words = str(cell.facts["cuts_words"])
    line = (
        words[words.rfind(GRADES[0]) :] if words else ""
    )  # behind the area type, or the parts of a mixed one
    return Row(
        (
            Link(seen.city.label(area), seen.url("explain", indicator=indicator.id, area=area)),
            cell.line[AREA_TYPE] or "全市",
            Figure(cell.value, synthetic=cell.synthetic) if cell.value else Missing(cell.status),
            cell.shown(),
            line or _otherwise(seen, indicator, area),
            f"{step[0]} {step[1]}" if step else "",
        )
    )


def _otherwise(seen: Seen, indicator: Indicator, area: str) -> str:
    """Say how an area is judged that is not judged by cut points."""
    criterion = seen.city.book.criteria.get(indicator.id)
    version = criterion.version(seen.which.year) if criterion is not None else None
    judgement = version.levels.get(seen.city.by_code[area].level) if version is not None else None
    if judgement is None:
        return "没有标准"
    return "这类区没有切点" if judgement.judge == "cut" else judgement_words(judgement)
