"""链: value, grade, finding, disease, cause, measure, milestones, effect on one page, each with its version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.office.diagnose import queries as diagnoses
from tijian.office.diagnose.queries import Case
from tijian.office.treat import queries
from tijian.office.treat.queries import Plan
from tijian.office.values.models import Candidate
from tijian.shells.web.components.forms import Field, Filters, Option
from tijian.shells.web.pages.chain_boxes import Level, boxes_of
from tijian.shells.web.pages.diseases_case import case_of
from tijian.shells.web.pages.diseases_ladder import indicators_of
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_shared import area_names


@dataclass(frozen=True)
class Start:
    """What a chain is walked from.

    Attributes:
        seen: The round of its values.
        cells: Keys of the values, indicator and area.
        cases: Confirmed diseases on them.
        candidates: Those that wait for confirmation.
        title: What it is about, in words.
    """

    seen: Seen
    cells: tuple[tuple[str, str], ...]
    cases: tuple[Case, ...]
    candidates: tuple[Candidate, ...]
    title: str


@require_GET
def chain(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the chain of a value or of a disease; without either, what there is to choose.

    Raises:
        Http404: If the round has no such value, or there is no such disease.
    """
    seen = seen_of(round_id)
    number, indicator = request.GET.get("disease", ""), request.GET.get("indicator", "")
    area = request.GET.get("area", "")
    if indicator and indicator not in seen.city.catalogue.indicators:
        raise Http404("这一轮没有这项指标。")
    start = None
    if number:
        start = _from_disease(seen, number)
    elif indicator and area:
        start = _from_value(seen, indicator, area)
    context = frame(request, seen) | {
        "choose": _choose(seen, indicator, area),
        "chosen": bool(start),
        "title": start.title if start is not None else "",
        "levels": levels(start) if start is not None else (),
        "elsewhere": start is not None and start.seen.which.pk != seen.which.pk,
        "origin": start.seen if start is not None else seen,
        "register": _register(seen) if start is None else (),
        "areas": _areas(seen, indicator, area),
    }
    return render(request, "pages/chain.html", context)


def _from_value(seen: Seen, indicator: str, area: str) -> Start:
    if (indicator, area) not in seen.cells:
        raise Http404("这一轮没有这一项。")
    doing = [d for d in queries.doing_about(indicator, area) if d.diagnosis.round.year <= seen.which.year]
    cases = tuple(diagnoses.case(d.diagnosis) for d in doing)
    waiting = tuple(
        c
        for c in diagnoses.unconfirmed(seen.which)
        if c.area == area and indicator in c.known()["indicators"]
    )
    name = seen.city.catalogue.indicators[indicator].name.zh
    return Start(seen, ((indicator, area),), cases, waiting, f"{seen.city.label(area)} {name}")


def _from_disease(seen: Seen, number: str) -> Start:
    case = case_of(number)
    diagnosis = case.diagnosis
    origin = seen if diagnosis.round_id == seen.which.pk else Seen(diagnosis.round)
    keys = indicators_of(case)
    keys += [
        t.indicator
        for p in queries.measures(diagnosis=diagnosis)
        for t in p.targets
        if t.indicator not in keys
    ]
    cells = tuple((k, a) for k in keys for a in diagnosis.codes() if (k, a) in origin.cells)
    return Start(
        origin,
        cells,
        (case,),
        (),
        f"{diagnosis.number} {area_names(origin, diagnosis.codes())} {diagnosis.name}",
    )


def levels(start: Start) -> tuple[Level, ...]:
    """Lay the chain out in its eight levels; one that has nothing says who could do it."""
    plans: list[Plan] = [
        p for c in start.cases for p in queries.measures(diagnosis=c.diagnosis, cancelled=True)
    ]
    found = boxes_of(start.seen, start.cells, start.cases, start.candidates, plans)
    keys = ["", *(level.key for level in found), ""]
    return tuple(replace(level, before=keys[n], after=keys[n + 2]) for n, level in enumerate(found))


def _choose(seen: Seen, indicator: str, area: str) -> Filters:
    known = seen.city.catalogue.indicators
    by_code = seen.city.by_code
    indicators = (Option("", "请选指标"), *(Option(k, d.name.zh) for k, d in known.items()))
    areas = (Option("", "请选区"), *(Option(a, by_code[a].zh) for a in (*seen.districts, seen.whole)))
    fields = (
        Field("indicator", "指标", indicator, "select", options=indicators, wide=True),
        Field("area", "区", area, "select", options=areas),
    )
    return Filters(seen.url("chain"), fields)


def _areas(seen: Seen, indicator: str, area: str) -> Sequence[tuple[str, str, bool]]:
    """Give the way to the same indicator in the other areas."""
    if not indicator:
        return ()
    address = seen.url("chain")
    return [
        (seen.city.by_code[a].short, f"{address}?{urlencode({'indicator': indicator, 'area': a})}", a == area)
        for a in (*seen.districts, seen.whole)
    ]


def _register(seen: Seen) -> list[tuple[str, str, str]]:
    """Give the diseases to start from: number and name, where and in which state, address."""
    address = seen.url("chain")
    return [
        (
            str(c.diagnosis),
            f"{area_names(seen, c.diagnosis.codes())}，{c.state}",
            f"{address}?{urlencode({'disease': c.diagnosis.number})}",
        )
        for c in diagnoses.cases()
        if c.diagnosis.round.year <= seen.which.year
    ]
