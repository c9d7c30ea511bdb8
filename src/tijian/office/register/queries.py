"""Questions to the register, now or as of a position of the ledger."""

from __future__ import annotations

from django.db import models

from tijian.office.ledger.queries import as_of
from tijian.office.register.city import Opened, Pinned, opened, pin
from tijian.office.register.models import CRITERIA, KINDS, Basis, Closing, Dataset, Publication, Round

EVERY = 1 << 30  # a round that names no areas examines all of them


def _at(rows: models.QuerySet[Basis], at: int | None) -> models.QuerySet[Basis]:
    return rows if at is None else as_of(rows, at)


def latest(kind: str, name: str | None = None, at: int | None = None) -> list[Publication]:
    """Give the latest publication of each name of a kind, in the order they were first published."""
    rows = Publication.objects.filter(kind=kind).order_by("id")
    rows = rows if at is None else as_of(rows, at)
    found: dict[str, Publication] = {}
    for row in rows if name is None else rows.filter(name=name):
        found[row.name] = row
    return list(found.values())


def lacking() -> list[str]:
    """Name the kinds of documents without which no round can be opened."""
    return [zh for kind, zh in KINDS.items() if kind != "diseases" and not latest(kind)]


def current_publications(at: int | None = None) -> list[Publication]:
    """Give what a round opened now would judge by."""
    return [p for kind in KINDS for p in latest(kind, at=at)]


def rounds() -> list[Round]:
    """Give all rounds, by year and in the order they were opened."""
    return list(Round.objects.order_by("year", "id"))


def latest_round() -> Round | None:
    """Give the round that is shown first: of the latest year the one with most areas, opened last."""
    found = rounds()
    return max(found, key=lambda r: (r.year, len(r.codes()) or EVERY, r.pk)) if found else None


def open_rounds(since: int | None = None) -> list[Round]:
    """Give the rounds that still recompute, of a year and later."""
    found = Round.objects.filter(closing__isnull=True).order_by("year", "id")
    return list(found if since is None else found.filter(year__gte=since))


def is_closed(which: Round) -> bool:
    """Tell whether a round has ended."""
    return Closing.objects.filter(round=which).exists()


def ended_at(which: Round) -> int | None:
    """Give the position at which a round ended; none while it is open. Its results stand as of there."""
    found = Closing.objects.filter(round=which).values_list("action__position", flat=True).first()
    return None if found is None else int(found)


def basis(which: Round, at: int | None = None) -> Basis:
    """Give what a round judges by.

    Raises:
        Basis.DoesNotExist: As of a position before it was opened.
    """
    found = _at(Basis.objects.filter(round=which), at).order_by("-id").first()
    if found is None:
        raise Basis.DoesNotExist(f"{which} as of {at}")
    return found


def publications(which: Basis) -> list[Publication]:
    """Give the publications of a basis, in order of id."""
    return list(Publication.objects.filter(id__in=which.ids()).order_by("id"))


def criteria_of(which: Basis) -> Publication:
    """Give the criteria among the publications of a basis."""
    return next(p for p in publications(which) if p.kind == CRITERIA)


def datasets(until: int, at: int | None = None) -> list[Dataset]:
    """Give the latest revision of every dataset of a year and those before it."""
    rows = Dataset.objects.order_by("id")
    rows = rows if at is None else as_of(rows, at)
    found = {(d.layer, d.period): d for d in rows}
    return [d for (_, period), d in found.items() if int(period[:4]) <= until]


def pinned(which: Round, at: int | None = None) -> Pinned:
    """Say by hashes what a round sees."""
    return pin(publications(basis(which, at)), which.codes(), datasets(which.year, at))


def open_round_city(which: Round, at: int | None = None) -> Opened:
    """Open the city as a round sees it, now or as of a position.

    Raises:
        Basis.DoesNotExist: As of a position before the round was opened.
    """
    return opened(pinned(which, at))


def city_now() -> Opened:
    """Open the city by the latest publications of everything, without datasets.

    Raises:
        LookupError: Before the city's documents were published.
    """
    return opened(pin(current_publications(), (), ()))
