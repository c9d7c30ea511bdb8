"""Rights that depend on who leads a measure and who submitted a milestone."""

from __future__ import annotations

from typing import Protocol, cast

from tijian.office.ledger.permissions import Predicate, Verdict, may
from tijian.office.people import queries as people
from tijian.office.people.models import Body
from tijian.office.people.permissions import ACCEPT_MILESTONE, SUBMIT_MILESTONE


class OnMilestone(Protocol):
    """An action on a milestone, as these rights see it."""

    def doer(self) -> Body | None:
        """Give the body that leads the measure; none where there is no such measure."""

    def submitter(self) -> str:
        """Give the account whose submission is waiting; empty where none is."""


def _of_the_lead(duty: str) -> Predicate:
    """Allow accounts of the body that leads the measure, and nobody else."""
    allowed = may(duty)

    def ask(account: str, action: object) -> Verdict:
        verdict, person = allowed(account, action), people.person(account)
        lead = cast("OnMilestone", action).doer()
        if not verdict.allowed or lead is None or person is None:
            return verdict
        if lead.code in person.body_codes:
            return verdict
        return Verdict(False, f"里程碑由牵头单位（{lead.short}）的账号报送")

    return ask


def _of_another(duty: str) -> Predicate:
    """Allow whoever neither submitted it nor belongs to the body that leads the measure."""
    allowed = may(duty)

    def ask(account: str, action: object) -> Verdict:
        verdict, person = allowed(account, action), people.person(account)
        wanted = cast("OnMilestone", action)
        lead = wanted.doer()
        if not verdict.allowed:
            return verdict
        if account == wanted.submitter():
            return Verdict(False, "报送的人不能验收自己报送的里程碑")
        if lead is not None and person is not None and lead.code in person.body_codes:
            return Verdict(False, f"牵头单位（{lead.short}）的账号不能验收自己的里程碑")
        return verdict

    return ask


SUBMIT = _of_the_lead(SUBMIT_MILESTONE)
ACCEPT = _of_another(ACCEPT_MILESTONE)
