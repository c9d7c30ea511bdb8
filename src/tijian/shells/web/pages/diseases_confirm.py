"""One candidate: what matches, what is missing, what speaks against it, its causes, and the form that confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tijian.engine.catalogue.disease import Disease
from tijian.engine.kernel.faults import Fault
from tijian.office.diagnose import queries
from tijian.office.people.permissions import DIAGNOSE
from tijian.office.values.models import Candidate
from tijian.office.values.scan import latest_scan
from tijian.shells.web.access import who
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.messages import Empty
from tijian.shells.web.pages.diseases_evidence import CauseTree, causes_of, links_of, said_of, severity_words
from tijian.shells.web.pages.diseases_form import ConfirmForm
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_shared import fingerprint, who_may
from tijian.shells.web.perform import perform

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def candidate(request: HttpRequest, round_id: int, disease: str, area: str) -> HttpResponse:
    """Show one candidate, and confirm it.

    Raises:
        Http404: If the round knows no such area or disease.
    """
    seen = seen_of(round_id)
    knowledge = _knowledge(seen, disease, area)
    found = next((c for c in queries.candidates(seen.which) if (c.disease, c.area) == (disease, area)), None)
    if found is None:
        return _gone(request, seen, knowledge, area)
    posted = request.POST if request.method == "POST" else None
    form = ConfirmForm(seen, area, _meant(request, found), knowledge, posted)
    faults: tuple[Fault, ...] = ()
    status = 200
    if posted is not None and posted.get("do") != "more":
        outcome = perform(request, form.action())
        if outcome.done is not None:
            return _confirmed(request, seen, str(outcome.answer["number"]))
        faults, status = outcome.faults, outcome.status
    return render(
        request, "pages/disease_candidate.html", _context(request, form, found, faults), status=status
    )


def _knowledge(seen: Seen, disease: str, area: str) -> Disease | None:
    if area not in seen.city.by_code:
        raise Http404("这一轮没有这个区。")
    found = next((d for d in seen.city.diseases if d.id == disease), None)
    if found is None and seen.city.diseases:
        raise Http404("知识里没有这种城市病。")
    return found


def _meant(request: HttpRequest, found: Candidate) -> Candidate:
    """Give the candidate that the form was written for: after a new search the action says that it is gone."""
    asked = asked_number(request.POST.get("candidate", ""))
    if asked is None or asked == found.pk:
        return found
    old = Candidate.objects.filter(pk=asked, disease=found.disease, area=found.area).first()
    return found if old is None else old


def _confirmed(request: HttpRequest, seen: Seen, number: str) -> HttpResponse:
    messages.success(request, f"已登记为 {number}。现在等办公室制定对策。")
    return redirect("disease", round_id=seen.which.pk, number=number)


def _gone(request: HttpRequest, seen: Seen, knowledge: Disease | None, area: str) -> HttpResponse:
    name = f"{seen.city.label(area)} {knowledge.name if knowledge is not None else '城市病'}"
    why = "最近一次扫描没有提出这一候选：证据已有变动，或本来就没有。已确认的在登记里看。"
    empty = Empty("没有这一候选", why, Link("看候选和登记", seen.url("diseases")))
    context = frame(request, seen) | {"name": name, "empty": empty}
    return render(request, "pages/disease_gone.html", context)


def _context(
    request: HttpRequest, form: ConfirmForm, found: Candidate, faults: Sequence[Fault]
) -> dict[str, object]:
    seen, area, known = form.seen, form.area, found.known()
    necessary = [w for w in known["necessary"].split("；或") if w]
    indicators = seen.city.catalogue.indicators
    rests = [seen.cells[(k, area)] for k in known["indicators"] if (k, area) in seen.cells]
    tree = CauseTree(
        found.name,
        tuple(necessary),
        causes_of(seen, area, known["causes"], form.knowledge),
        links_of(seen, area, known["necessary"]),
    )
    return frame(request, seen) | {
        "candidate": found,
        "area_zh": seen.city.label(area),
        "definition": form.knowledge.definition if form.knowledge is not None else "",
        "severity_words": severity_words(form.knowledge, found.severity),
        "necessary": [said_of(seen, area, w) for w in necessary],
        "matched": [said_of(seen, area, w) for w in known["matched"]],
        "support": 1 + len(known["matched"]),
        "missing": [said_of(seen, area, w) for w in known["missing"]],
        "against": [said_of(seen, area, w) for w in known["against"]],
        "rests": [(indicators[c.row.indicator].name.zh, c) for c in rests],
        "scan": latest_scan(seen.which),
        "fingerprint": fingerprint(found),
        "tree": tree,
        "form": form.shown(faults),
        "form_candidate": form.candidate,
        "may_not": who_may(who(request), DIAGNOSE),
        "taken": _taken(seen, found),
    }


def _taken(seen: Seen, found: Candidate) -> tuple[str, str] | None:
    """Give number and address of the diagnosis that stands for a candidate already."""
    for case in queries.cases(disease=found.disease, area=found.area):
        if case.state != "撤销":
            return str(case.diagnosis), seen.url("disease", number=case.diagnosis.number)
    return None


@require_http_methods(METHODS)
def disease_new(request: HttpRequest, round_id: int) -> HttpResponse:
    """Confirm a disease without a candidate, by name and reason; the area is chosen first."""
    seen = seen_of(round_id)
    posted = request.POST if request.method == "POST" else None
    area = (posted or request.GET).get("area", "")
    if area not in seen.city.by_code:
        return _first_area(request, seen)
    form = ConfirmForm(seen, area, None, None, posted)
    faults: tuple[Fault, ...] = ()
    status = 200
    if posted is not None and posted.get("do") != "more":
        outcome = perform(request, form.action())
        if outcome.done is not None:
            return _confirmed(request, seen, str(outcome.answer["number"]))
        faults, status = outcome.faults, outcome.status
    context = frame(request, seen) | {
        "area": area,
        "area_zh": seen.city.label(area),
        "form": form.shown(faults),
        "may_not": who_may(who(request), DIAGNOSE),
    }
    return render(request, "pages/disease_new.html", context, status=status)


def _first_area(request: HttpRequest, seen: Seen) -> HttpResponse:
    address = seen.url("disease_new")
    choice = [
        (seen.city.by_code[a].zh, f"{address}?{urlencode({'area': a})}")
        for a in (*seen.districts, seen.whole)
    ]
    return render(request, "pages/disease_new.html", frame(request, seen) | {"choice": choice})
