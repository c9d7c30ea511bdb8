"""The table to fill in: a line for every figure that somebody reports in a round, with the number left open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tijian.office.people.models import Role
from tijian.office.values.duties import duties
from tijian.shells.web.access import who
from tijian.shells.web.pages.files import CSV, attachment, spreadsheet
from tijian.shells.web.pages.seen import seen_of

HEADER = ("变量", "区", "年份", "数值", "单位")


@require_GET
def import_template(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the lines of the person's bodies, to the office those of all; what comes back filled in can be imported."""
    seen, person = seen_of(round_id), who(request)
    everything = person.has(Role.OFFICE, Role.THIRD_PARTY)
    rows = [
        (d.definition.zh, seen.city.label(area), seen.which.year, "", d.definition.unit)
        for d in duties(seen.which)
        if everything or d.code in person.body_codes
        for area in d.areas
    ]
    return attachment(spreadsheet(HEADER, rows), f"{seen.which.name}-填报表.csv", CSV)
