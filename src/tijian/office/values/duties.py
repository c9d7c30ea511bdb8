"""What a round asks of whom: every variable once, with its owner, its areas and what it is used for."""

from __future__ import annotations

from dataclasses import dataclass

from tijian.engine.catalogue.definition import Variable
from tijian.engine.compute.program import reported
from tijian.office.people.queries import bodies, owners
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.values.inputs import reads

NOBODY = "没有主报单位"


@dataclass(frozen=True)
class Duty:
    """One variable that one body reports for some areas.

    Attributes:
        code: Of the body; empty where no body owns the variable.
        body: Its short name.
        variable: Id of the variable.
        definition: What is asked.
        areas: Codes of the areas it is asked for, in the city's order.
        indicators: Ids of the indicators that use it; it is asked once all the same.
    """

    code: str
    body: str
    variable: str
    definition: Variable
    areas: tuple[str, ...]
    indicators: tuple[str, ...]


def duties(which: Round) -> list[Duty]:
    """Derive the duties of a round from its definitions, its areas and the owners of today.

    By body in their order, those without an owner last; within a body in the order of the definitions.
    """
    seen = open_round_city(which)
    used: dict[str, list[str]] = {}
    for key in seen.city.catalogue.indicators:
        for variable in reads(seen, key):
            used.setdefault(variable, []).append(key)
    owned = owners()
    known = {b.code: b.short for b in bodies()}
    order = {code: n for n, code in enumerate(known)}
    found = []
    for name, definition in seen.city.catalogue.variables.items():
        if name not in used:
            continue
        areas = tuple(
            code
            for code, area in seen.city.by_code.items()
            if reported(definition, area.level, lowest=not seen.city.children[code])
        )
        code = owned.get(name, "")
        found.append(Duty(code, known.get(code, NOBODY), name, definition, areas, tuple(used[name])))
    return sorted(found, key=lambda d: order.get(d.code, len(order)))
