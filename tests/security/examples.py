"""Examples for routes with arguments: what stands in the filled installation, and whose it is.

A route whose arguments all have a name in ``COMMON`` needs nothing more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import made


def _round():
    from tijian.office.register.models import Round

    return Round.objects.get().pk


def _adoption():
    """Adopt other cut points, once, and name the basis that came of it."""
    from decimal import Decimal

    from filling import do

    from tijian.office.register.models import Round
    from tijian.office.values.adoptions import adoptions
    from tijian.office.values.rounds import AdoptCriteria
    from tijian.office.values.whatif import files_with

    which = Round.objects.get()
    if not adoptions(which):
        cuts = {("district", ""): [Decimal("1.8"), Decimal("1.6"), Decimal("1.45")]}
        do(AdoptCriteria(which.name, files_with(which, "MO01", cuts), "例"))
    return adoptions(which)[0].basis.pk


def _acceptance():
    """Name the first entry that wrote figures."""
    from tijian.office.values.models import Value

    return {"position": Value.objects.order_by("action_id").first().action.position}


SYSTEM = "toy-2024"


def _system():
    return {"name": SYSTEM, "revision": 1}


def _second_revision():
    """Publish the system again, once, with a comment more."""
    from filling import do

    from tijian.office.register.actions import PublishDocuments
    from tijian.office.register.drafts import city_folder, latest

    if latest(SYSTEM).revision == 1:
        file = city_folder() / "catalogues" / SYSTEM / "system.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "# 例\n", encoding="utf-8")
        do(PublishDocuments(city_folder(), ("system",)), "tixi")
    return {"name": SYSTEM, "revision": 2}


COMMON: dict[str, Callable[[], object]] = {
    "round_id": _round,
    "indicator": lambda: "MO01",
    "area": lambda: "990101",
    "layer": lambda: "roads",
    "year": lambda: 2024,
    "kind": lambda: "gpkg",
}


@dataclass
class Example:
    """One address of a route.

    Attributes:
        arguments: Gives the arguments that have no common example; it may first make what they name.
        own: Account to which it belongs, where the row of the table has ``own``; others must read 404.
    """

    arguments: Callable[[], dict]
    own: str = ""


UPLOADER = "huanbao"


def _upload():
    from tijian.office.values.uploads import Terms, keep

    table = "区,河水氨氮月均值\n东岸区,0.5\n".encode()
    return keep(UPLOADER, Terms(_round()), [("水质.csv", table)], "").token


EXAMPLES: dict[str, Example] = {
    "candidate": Example(lambda: {"disease": "any"}),
    **{
        route: Example(lambda: {"number": made.number()})
        for route in ("disease", "disease_revoke", "disease_close", "disease_relapse", "measure_new")
    },
    **{
        route: Example(lambda: {"number": made.measure()})
        for route in ("measure", "measure_assess", "measure_cancel")
    },
    "milestone": Example(lambda: {"number": made.measure(), "rank": 1}),
    "proof": Example(lambda: {"number": made.measure(), "proof": made.proof()}, own=made.DOER),
    "system": Example(_system),
    "system_file": Example(_system),
    "system_diff": Example(_second_revision),
    "system_copy": Example(_system),
    "system_indicator": Example(_system),
    "system_edit": Example(lambda: {"name": SYSTEM}),
    "criteria_undo": Example(lambda: {"basis_id": _adoption()}),
    "import_seen": Example(lambda: {"token": _upload()}, own=UPLOADER),
    "import_marked": Example(lambda: {"token": _upload(), "number": 1}, own=UPLOADER),
    "download": Example(lambda: {"name": "values.csv"}),
    "trail_entry": Example(lambda: {"number": 1}),
    "withdraw": Example(_acceptance),
    "report_file": Example(lambda: {"key": made.report()}),
}


def lacking(route, names):
    """Name the arguments of a route that have no example."""
    own = set(EXAMPLES[route].arguments()) if route in EXAMPLES else set()
    return sorted(set(names) - own - set(COMMON))


def arguments(route, names):
    """Give the arguments of one address of a route."""
    own = EXAMPLES[route].arguments() if route in EXAMPLES else {}
    return {name: own[name] if name in own else COMMON[name]() for name in names}
