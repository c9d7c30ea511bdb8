"""A new measure on a 城市病: typed, its targets looked at, then made."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tijian.engine.catalogue.disease import Measure as Known
from tijian.engine.kernel.faults import Fault, Faults
from tijian.office.diagnose.models import OPEN
from tijian.office.diagnose.queries import state_of
from tijian.office.people.permissions import TREAT
from tijian.shells.web.access import who
from tijian.shells.web.pages.diseases_case import case_of
from tijian.shells.web.pages.diseases_ladder import indicators_of
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_form import MeasureForm, Reach, origin_of
from tijian.shells.web.pages.treatment_shared import area_names, who_may
from tijian.shells.web.perform import UNFIT, Outcome, perform

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def measure_new(request: HttpRequest, round_id: int, number: str) -> HttpResponse:
    """Make a measure on a disease; its targets are shown with the grade each would reach before it is made.

    Raises:
        Http404: If there is no such number.
    """
    seen, case = seen_of(round_id), case_of(number)
    posted = request.POST if request.method == "POST" else None
    origin = origin_of(seen, case.diagnosis)
    form = MeasureForm(origin, case.diagnosis, tuple(indicators_of(case)), posted)
    asked = form.typed("do")
    if posted is None or asked.startswith("more"):
        return _page(request, seen, form)
    reaches, against = form.reaches()
    if asked == "look" or (asked == "save" and form.typed("looked") != form.mark and not against):
        return _page(
            request, seen, form, reaches, against, 200 if not against else UNFIT, unseen=asked == "save"
        )
    outcome = _make(request, form)
    if outcome.done is not None:
        messages.success(request, f"已制定 {outcome.answer['number']}。现在等牵头单位报送里程碑。")
        return redirect("measure", round_id=round_id, number=str(outcome.answer["number"]))
    return _page(request, seen, form, reaches, outcome.faults, outcome.status)


def _make(request: HttpRequest, form: MeasureForm) -> Outcome:
    """Do it; where something cannot be read, tell that with everything else that stands against it."""
    unread = form.unread
    if not unread:
        return perform(request, form.action())
    faults = Faults()
    form.action().precondition(faults)
    return Outcome(faults=(*unread, *faults.found), status=UNFIT)


def _page(
    request: HttpRequest,
    seen: Seen,
    form: MeasureForm,
    reaches: Sequence[Reach] = (),
    faults: Sequence[Fault] = (),
    status: int = 200,
    *,
    unseen: bool = False,
) -> HttpResponse:
    state = state_of(form.diagnosis)
    context = frame(request, seen) | {
        "diagnosis": form.diagnosis,
        "area_zh": area_names(form.origin, form.diagnosis.codes()),
        "origin": form.origin,
        "form": form.shown(faults),
        "reaches": reaches,
        "unseen": unseen,
        "state": state if state not in OPEN else "",
        "known": known_measures(form.origin, form.diagnosis.disease),
        "may_not": who_may(who(request), TREAT),
    }
    return render(request, "pages/measure_new.html", context, status=status)


def known_measures(seen: Seen, disease: str) -> tuple[Known, ...]:
    """Give the measures that the knowledge names for a disease."""
    return next((d.measures for d in seen.city.diseases if d.id == disease), ())
