"""解释: one value walked back to its formula, numbers, criterion, files and people; now, or as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.engine.exam.explain import Explanation
from tijian.engine.kernel.units import printed
from tijian.office.diagnose.queries import unconfirmed
from tijian.office.people.queries import titles
from tijian.office.register.models import Basis
from tijian.office.treat.queries import doing_about
from tijian.office.values import explain as office
from tijian.office.values.models import Choice, Result, Source
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.evidence import Evidence
from tijian.shells.web.components.explain import (
    Adopted,
    CutBar,
    CutPart,
    ExplainTree,
    Files,
    Formula,
    Hands,
    Lost,
    Strand,
    Verdictless,
)
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.pages.seen import Cell, Seen, frame, gaps_address, seen_of

FRACTION = re.compile(r"^(?P<above>[^÷()]+) ÷ (?P<below>[^÷()=]+) = (?P<result>.+)$")
HASH = re.compile(r"sha256 ([0-9a-f]{12})")


@require_GET
def explain(request: HttpRequest, round_id: int, indicator: str, area: str) -> HttpResponse:
    """Explain one value.

    Raises:
        Http404: If the round has no such row, or did not exist at the position asked for.
    """
    seen = seen_of(round_id)
    at = _position(request.GET.get("as_of", ""), seen)
    key = (indicator, area)
    if key not in seen.cells:
        raise Http404("这一轮没有这一项。")
    try:
        told = office.explanation(seen.which, indicator, area, at)
    except Basis.DoesNotExist as error:
        raise Http404("那时这一轮还没有开启。") from error
    cell = seen.cells[key] if at is None else _past(seen, key, at)
    context = frame(request, seen) | {
        "indicator": seen.city.catalogue.indicators[indicator],
        "area": area,
        "area_zh": seen.city.label(area),
        "gaps": gaps_address(seen, indicator, area),
        "cell": cell,
        "tree": tree(seen, cell, told, at),
        "told": told,
        "changes": office.changes(seen.which, indicator, area, at or 0),
        "revisions": _revisions(seen, key),
        "at": at,
        "neighbours": [
            (seen.city.by_code[a].short, seen.url("explain", indicator=indicator, area=a), a == area)
            for a in [*seen.districts, seen.whole]
        ],
    }
    return render(request, "pages/explain.html", context)


def _position(text: str, seen: Seen) -> int | None:
    if not text:
        return None
    at = asked_number(text)
    if at is None or at > seen.position:
        raise Http404("没有这个位置。")
    return at


def _past(seen: Seen, key: tuple[str, str], at: int) -> Cell:
    rows = Result.objects.filter(
        round=seen.which, indicator=key[0], area=key[1], action__position__lte=at
    ).order_by("-id")
    found = rows.first()
    if found is None:
        raise Http404("那时这一项还没有结果。")
    return Cell(found)


@dataclass(frozen=True)
class Revision:
    """One revision of the result: number, when, who, cause, value and grade, address of the page as of then."""

    number: int
    day: str
    actor: str
    cause: str
    cell: Cell
    href: str


def _revisions(seen: Seen, key: tuple[str, str]) -> list[Revision]:
    rows = Result.objects.filter(round=seen.which, indicator=key[0], area=key[1])
    address, names = seen.url("explain", indicator=key[0], area=key[1]), titles()
    return [
        Revision(
            r.revision,
            r.action.business_date.isoformat(),
            names.get(r.action.actor, r.action.actor),
            r.cause,
            Cell(r),
            f"{address}?as_of={r.action.position}",
        )
        for r in rows.select_related("action").order_by("-id")
    ]


def tree(seen: Seen, cell: Cell, told: Explanation, at: int | None = None) -> ExplainTree:
    """Put an explanation into its five steps."""
    key, area = cell.row.indicator, cell.row.area
    return ExplainTree(
        cell.figure,
        cell.shown(),
        _adopted(seen, cell, told, at),
        _formula(cell, told),
        _criterion(seen, cell, told),
        _files(told),
        _hands(seen, key, area),
        _compare(cell),
        "" if cell.value else told.answer,
        f"第 {at} 条记录时" if at is not None else "",
        _links(seen, key, area),
    )


def _adopted(seen: Seen, cell: Cell, told: Explanation, at: int | None) -> Adopted:
    strands = []
    adopted = cell.line[4]
    base = cell.row.value
    for line in cell.facts["strands"]:
        name, value, status, mine = line[3], line[4], line[8], line[3] == adopted
        figure = Figure(value, printed(line[7]), cell.synthetic) if value else None
        words = "" if mine or not value or not base else f"差 {abs(float(value) - base) / abs(base):.1%}"
        strands.append(Strand(name, figure, mine, words or ("" if value else status)))
    chosen = Choice.objects.filter(item=cell.row.indicator, area=cell.row.area, year=seen.which.year)
    if at is not None:
        chosen = chosen.filter(action__position__lte=at)
    last = chosen.order_by("-id").select_related("action").first()
    if last is not None and last.strand:
        who = titles().get(last.action.actor, last.action.actor)
        reason = f"{last.reason}（{who}，{last.action.business_date}）"
        return Adopted(tuple(strands), f"选定采用{last.strand}。", reason, told.beside)
    words = "只有一种来源。" if len(strands) == 1 else f"未选定，按定义先后取{adopted}。"
    return Adopted(tuple(strands), words, beside=told.beside)


def _formula(cell: Cell, told: Explanation) -> Formula | Lost:
    if not cell.value:
        missing = "；".join(f"缺 {m}" for m in told.missing) or told.answer
        return Lost(missing)
    lines = [line.rstrip("。") for line in told.arithmetic if line]
    shown = cell.figure or Figure(cell.value)
    for number, line in enumerate(lines):
        found = FRACTION.match(line)
        if found is not None:
            above, below = Figure(found["above"].strip()), Figure(found["below"].strip())
            words = "；".join(lines[:number] + lines[number + 1 :])
            return Formula(shown, words or "分子除以分母", above, below)
    last = lines[-1] if lines else ""
    expression = last.rpartition(" = ")[0] or last
    return Formula(shown, "；".join(lines[:-1]), expression=expression)


def _criterion(seen: Seen, cell: Cell, told: Explanation) -> CutBar | Verdictless | Lost:
    words = "。".join(w.rstrip("。") for w in (told.judgement, *told.basis) if w)
    if cell.facts["cuts"] is None or cell.row.value is None:
        return Verdictless(words or "没有适用的标准。", cell.line[13])
    direction = seen.city.catalogue.indicators[cell.row.indicator].direction
    parts, low, high = scale(cell.facts["cuts"], direction, cell.row.value)
    return CutBar(parts, low, high, cell.row.value, cell.value, words, cell.line[13])


def scale(
    cuts: list[str | list[str]], direction: str, value: float
) -> tuple[tuple[CutPart, ...], float, float]:
    """Lay the grades along the scale from low to high, with room for the value at both ends."""
    if isinstance(cuts[0], list):
        lows = [float(c[0]) for c in reversed(cuts)]
        highs = [float(c[1]) for c in cuts]
        ends = [(end, f"{end:g}") for end in [*lows, *highs]]
        grades = ["差", "中", "良", "优", "良", "中", "差"]
    else:
        numbers = [float(c) for c in cuts if isinstance(c, str)]
        if direction == "higher":
            ends = [(n, f"{n:g}") for n in reversed(numbers)]
            grades = ["差", "中", "良", "优"]
        else:
            ends = [(n, f"{n:g}") for n in numbers]
            grades = ["优", "良", "中", "差"]
    points = [end for end, _ in ends]
    span = (max([*points, value]) - min([*points, value])) or 1.0
    parts = [CutPart(g, end, label) for g, (end, label) in zip(grades, ends, strict=False)]  # type: ignore[arg-type]
    parts.append(CutPart(grades[-1]))  # type: ignore[arg-type]
    return tuple(parts), min([*points, value]) - span / 4, max([*points, value]) + span / 4


def _files(told: Explanation) -> Files | Lost:
    if not told.files:
        return Lost("没有文件：这一项没有数。")
    items = []
    for words in told.files:
        digest = HASH.search(words)
        source = Source.objects.filter(sha256__startswith=digest[1]).first() if digest is not None else None
        name = words.split("（")[0]
        place = words[len(name) :].strip("（）")
        items.append(_evidence(name, place, source))
    return Files(tuple(items))


def _evidence(name: str, place: str, source: Source | None) -> Evidence:
    """Show one file behind a figure."""
    return Evidence(
        "表格" if source is not None else "图层",
        name,
        about=place,
        sha256="" if source is None else source.sha256,
    )


def _hands(seen: Seen, key: str, area: str) -> Hands | Lost:
    found = office.people(seen.which, key, area)
    if not found:
        return Lost("由图层或问卷算出，经手人见数据集登记。")
    owners = [f"{b.short}主报" for v, b in seen.city.owner_of.items() if v in seen.opened.programs[key].depth]
    entries = [(f"{zh}", f"{actor}，{day}") for zh, actor, day in found]
    return Hands((("主报单位", "、".join(dict.fromkeys(owners)) or "没有写明"), *entries))


def _compare(cell: Cell) -> str:
    last = cell.last_year()
    before = last[1] if last is not None else None
    if last is None or before is None or not cell.value:
        return ""
    year, joined = last[0], last[3]
    if not joined:
        return f"{year} 年 {before}，口径改变，不可比较"
    step = float(cell.line[5]) - float(before)
    decimals = len(before.partition(".")[2])
    moved = (
        "没有变化"
        if not round(step, decimals)
        else f"{'增加' if step > 0 else '减少'} {abs(step):.{decimals}f}"
    )
    return f"{year} 年 {before}，{moved}"


def _links(seen: Seen, key: str, area: str) -> tuple[Link, ...]:
    return (
        *_done_about(seen, key, area),
        Link("看这项指标", seen.url("indicator", indicator=key)),
        Link("看这个区", seen.url("area", area=area)),
    )


def _done_about(seen: Seen, key: str, area: str) -> list[Link]:
    """Lead to the diseases that rest on a value and to the measures on them; else to a candidate that waits."""
    doing = [d for d in doing_about(key, area) if d.diagnosis.round.year <= seen.which.year]
    links = [
        Link(f"查症结 {d.diagnosis.number}", seen.url("disease", number=d.diagnosis.number)) for d in doing
    ]
    links += [
        Link(f"看对策 {p.measure.number}", seen.url("measure", number=p.measure.number))
        for d in doing
        for p in d.plans
    ]
    if links:
        return links
    return [
        Link(f"查症结：候选 {c.number}", seen.url("candidate", disease=c.disease, area=c.area))
        for c in unconfirmed(seen.which)
        if c.area == area and key in c.known()["indicators"]
    ]
