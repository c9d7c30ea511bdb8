"""One published revision: its indicators, one definition in full, and what changed since another revision."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tijian.engine.catalogue.case import Case
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.catalogue.diff import Difference, diff
from tijian.engine.catalogue.systems import Catalogue
from tijian.engine.kernel.units import printed
from tijian.office.people.permissions import PUBLISH, allows, told
from tijian.office.register.drafts import is_draft_open, latest
from tijian.office.register.models import Publication
from tijian.office.register.published import catalogue_of, find, systems
from tijian.shells.web.access import who
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Component, Link, Text
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.components.marks import Missing
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.indicators import DIRECTION
from tijian.shells.web.pages.systems_words import formula_words, notices, owner_words, published

SIZE = 25
HEADER = ("id", "name", "dimension", "unit", "direction", "kind", "methods", "formula", "cases", "revision")
PERIODS = {"calendar_year": "自然年", "heating_season": "供暖季"}


def publication_of(name: str, revision: int) -> Publication:
    """Find a published revision.

    Raises:
        Http404: If there is none.
    """
    found = find(name, revision)
    if found is None:
        raise Http404("没有公布过这个修订。")
    return found


@require_GET
def system(request: HttpRequest, name: str, revision: int) -> HttpResponse:
    """List the indicators of a revision, by dimension and word, page by page.

    Raises:
        Http404: If there is no such revision.
    """
    row = publication_of(name, revision)
    catalogue = catalogue_of(row)
    dimension, words = request.GET.get("dimension", ""), request.GET.get("q", "").strip()
    keys = [k for k, d in catalogue.indicators.items() if _fits(d, dimension, words)]
    page = page_number(request.GET.get("page", ""))
    paging = Paging(len(keys), page, SIZE, (("q", words), ("dimension", dimension)))
    context = _head(request, row, catalogue) | {
        "filters": _filters(row, catalogue, dimension, words, len(keys)),
        "table": _table(row, catalogue, keys[paging.slice], paging) if keys else None,
        "empty": Empty("没有符合条件的指标", "换一个维度，或少写几个字。"),
        "file": reverse("system_file", kwargs={"name": name, "revision": revision}),
        "others": [p for p in systems() if p.name == name and p.pk != row.pk],
    }
    return render(request, "pages/systems_revision.html", context)


def _head(request: HttpRequest, row: Publication, catalogue: Catalogue) -> dict[str, object]:
    head = catalogue.systems[0]
    now = latest(row.name)
    return {
        "notices": notices(request),
        "published": published(row),
        "row": row,
        "system": head,
        "current": now is not None and now.pk == row.pk,
        "drafting": now is not None and is_draft_open(now),
        "may": allows(who(request), PUBLISH),
        "told": told(PUBLISH),
    }


def _fits(indicator: Indicator, dimension: str, words: str) -> bool:
    named = words.lower() in f"{indicator.id} {indicator.name.zh} {indicator.meaning}".lower()
    return named and dimension in {"", indicator.dimension}


def _filters(row: Publication, catalogue: Catalogue, dimension: str, words: str, found: int) -> Filters:
    address = reverse("system", kwargs={"name": row.name, "revision": row.revision})
    named = dict.fromkeys(d.dimension for d in catalogue.indicators.values())
    options = (Option("", "全部维度"), *(Option(d, d) for d in named))
    return Filters(
        address,
        (
            Field("q", "名称、代码或含义", words, "search"),
            Field("dimension", "维度", dimension, "select", options=options),
        ),
        f"{found} 项，共 {len(catalogue.indicators)} 项",
        address if dimension or words else "",
    )


def _table(row: Publication, catalogue: Catalogue, keys: Sequence[str], paging: Paging) -> DataTable:
    columns = (
        Column("指标"),
        Column("公式"),
        Column("单位"),
        Column("方向"),
        Column("性质"),
        Column("用例", "个", numeric=True),
    )
    groups: dict[str, list[Row]] = {}
    for key in keys:
        indicator = catalogue.indicators[key]
        groups.setdefault(indicator.dimension, []).append(_line(row, catalogue, indicator))
    found = tuple(RowGroup(zh, tuple(rows)) for zh, rows in groups.items())
    return DataTable(f"{row.name} 修订 {row.revision} 的指标", columns, found, paging=paging, plain=True)


def _line(row: Publication, catalogue: Catalogue, indicator: Indicator) -> Row:
    address = reverse(
        "system_indicator", kwargs={"name": row.name, "revision": row.revision, "indicator": indicator.id}
    )
    cases = len(catalogue.cases.get(indicator.id, ()))
    return Row(
        (
            Link(indicator.name.zh, address, indicator.id),
            formula_words(indicator),
            printed(indicator.unit) or "无量纲",
            DIRECTION[indicator.direction],
            indicator.kind,
            f"{cases}" if cases else Missing("没有用例"),
        )
    )


@require_GET
def system_file(request: HttpRequest, name: str, revision: int) -> HttpResponse:
    """Give the indicators of a revision as CSV.

    Raises:
        Http404: If there is no such revision.
    """
    row = publication_of(name, revision)
    catalogue = catalogue_of(row)
    rows = []
    for key, d in catalogue.indicators.items():
        tail = ["；".join(d.methods), formula_words(d), len(catalogue.cases.get(key, ())), d.revision]
        rows.append([key, d.name.zh, d.dimension, d.unit, DIRECTION[d.direction], d.kind, *tail])
    return attachment(spreadsheet(HEADER, rows), f"{name}-修订{revision}.csv", CSV)


# ── one definition ──


@require_GET
def system_indicator(request: HttpRequest, name: str, revision: int, indicator: str) -> HttpResponse:
    """Show one definition in full: formula, inputs with owners, cases, checks, sources.

    Raises:
        Http404: If the revision has no such indicator.
    """
    row = publication_of(name, revision)
    catalogue = catalogue_of(row)
    definition = catalogue.indicators.get(indicator)
    if definition is None:
        raise Http404("这个修订里没有这项指标。")
    context = _head(request, row, catalogue) | {
        "indicator": definition,
        "formula": formula_words(definition),
        "direction": DIRECTION[definition.direction],
        "unit": printed(definition.unit) or "无量纲",
        "facts": _facts(definition),
        "inputs": _inputs(definition),
        "cases": _cases(definition, catalogue.cases.get(indicator, ())),
        "count": len(catalogue.cases.get(indicator, ())),
        "unproven": indicator in row.unproven.split(),
    }
    return render(request, "pages/systems_indicator.html", context)


def _facts(d: Indicator) -> list[tuple[str, str]]:
    as_of = f"，{d.period.as_of} 时点" if d.period.as_of else ""
    rows = (
        ("维度", f"{d.dimension}{f'，{d.section}' if d.section else ''}"),
        ("发展理念", "、".join(d.concepts)),
        ("性质", f"{d.origin or ''}{d.kind}指标"),
        ("期间", f"{PERIODS.get(d.period.type, d.period.type)}{as_of}"),
        ("取数方式", "、".join(d.methods)),
        ("小数位", f"{d.decimals}"),
        ("汇总", _aggregate(d)),
        ("分母为零", d.zero_denominator),
        ("合理范围", f"{d.checks.min:g}—{d.checks.max:g}"),
        ("保密", d.secrecy),
        ("定义修订", f"{d.revision}"),
        ("佐证材料", "；".join(f"{m.zh}（{'必交' if m.required else '选交'}）" for m in d.materials)),
        ("参考文件", "；".join(f"{r.number}（{r.certainty}）" for r in d.references)),
        ("与其他体系", "；".join(f"{x.to}：{x.kind}" for x in d.links)),
    )
    return [(term, words) for term, words in rows if words]


def _aggregate(d: Indicator) -> str:
    if isinstance(d.aggregate, str):
        return "各级分别填报，不由下级汇总"
    names = {n: i.zh for n, i in d.inputs.items()}
    if d.aggregate.weight is not None:
        return f"按{names.get(d.aggregate.weight, d.aggregate.weight)}加权平均"
    return "分子、分母分别求和再相除"


def _inputs(d: Indicator) -> DataTable | None:
    owned = owner_words()
    rows: list[Row] = []
    for key, given in d.inputs.items():
        whose: str | Component = owned.get(key, "") or Missing("没有写明")
        source = f"指标 {given.indicator}" if given.indicator is not None else key
        rows.append(Row((Text(given.zh, source), printed(given.unit) or "无量纲",
                         "由指标算出" if given.indicator is not None else whose)))  # fmt: skip
    columns = (Column("输入"), Column("单位"), Column("主报单位"))
    return DataTable("输入", columns, (RowGroup("", tuple(rows)),), plain=True, cards=False) if rows else None


def _cases(d: Indicator, cases: Sequence[Case]) -> DataTable | None:
    columns = (Column("用例"), Column("应得", printed(d.unit), numeric=True), Column("怎么算"))
    rows = tuple(Row((c.name, f"{c.expect}", c.how)) for c in cases)
    return DataTable("用例", columns, (RowGroup("", rows),), plain=True) if rows else None


# ── what changed ──


@require_GET
def system_diff(request: HttpRequest, name: str, revision: int) -> HttpResponse:
    """Show what changed since another revision, the one before unless one is named.

    Raises:
        Http404: If one of the two does not exist.
    """
    row = publication_of(name, revision)
    asked = asked_number(request.GET.get("since", ""))
    since = revision - 1 if asked is None else asked
    before = publication_of(name, since)
    found = diff(catalogue_of(before), catalogue_of(row))
    context = _head(request, row, catalogue_of(row)) | {
        "since": since,
        "total": len(found),
        "table": _differences(row, before, found) if found else None,
        "empty": Empty("定义没有改动", "两个修订的指标、变量和用例都相同；只有排版或注释不同。"),
        "others": [p.revision for p in systems() if p.name == name and p.pk != row.pk],
    }
    return render(request, "pages/systems_diff.html", context)


def _differences(row: Publication, before: Publication, found: Sequence[Difference]) -> DataTable:
    columns = (
        Column("哪一项"),
        Column("改动"),
        Column(f"修订 {before.revision}"),
        Column(f"修订 {row.revision}"),
    )
    groups: dict[str, list[Row]] = {}
    for d in found:
        head = Text(d.name, d.item)
        what = f"{d.field}改了" if d.kind == "修改" else d.kind
        after = d.after or ("没有" if d.kind != "新增" else "新增")
        groups.setdefault(d.part, []).append(Row((head, what, d.before or "没有", after)))
    rows = tuple(RowGroup(part, tuple(lines)) for part, lines in groups.items())
    return DataTable(f"修订 {before.revision} 与修订 {row.revision} 的差别", columns, rows, plain=True)
