"""Who may open the files behind a milestone: they belong to the body that leads, and to those who judge them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tijian.office.people.permissions import ACCEPT_MILESTONE, TRAIL, Touches, allows
from tijian.office.people.queries import Person
from tijian.office.treat.queries import find


def sees_proof(person: Person, arguments: Mapping[str, Any]) -> bool:
    """Tell whether a person may open the files of a measure: those who lead, accept, confirm or audit."""
    measure = find(str(arguments.get("number", "")))
    if measure is None:
        return False
    touches = Touches(bodies={measure.lead.code}, areas=frozenset(measure.codes()))
    return (
        measure.lead.code in person.body_codes
        or allows(person, ACCEPT_MILESTONE, touches)
        or allows(person, TRAIL)
    )
