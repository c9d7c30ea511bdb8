"""Questions about bodies, accounts and roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from tijian.office.ledger.queries import as_of
from tijian.office.people.models import Account, Assignment, Body, Grant, Role


@dataclass(frozen=True, slots=True)
class Held:
    """A role that an account has; ``body`` is the code of a body, empty where the role is for none."""

    role: str
    body: str = ""
    body_short: str = ""
    area: str = ""

    @property
    def title(self) -> str:
        """Say the role with its body, as a person would; a district is named by itself."""
        return (
            self.body_short if self.body and self.role == Role.DISTRICT else f"{self.body_short}{self.role}"
        )


@dataclass(frozen=True, slots=True)
class Person:
    """An account with the roles it has at the moment."""

    name: str
    zh: str
    active: bool
    held: tuple[Held, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Name the roles, each once."""
        return tuple(dict.fromkeys(h.role for h in self.held))

    @property
    def bodies(self) -> tuple[str, ...]:
        """Name the bodies by their short names, each once."""
        return tuple(dict.fromkeys(h.body_short for h in self.held if h.body))

    @property
    def body_codes(self) -> frozenset[str]:
        """Give the codes of the bodies."""
        return frozenset(h.body for h in self.held if h.body)

    @property
    def areas(self) -> frozenset[str]:
        """Give the codes of the areas that its bodies govern."""
        return frozenset(h.area for h in self.held if h.area)

    @property
    def titles(self) -> tuple[str, ...]:
        """Say each role with its body, as a person would."""
        return tuple(h.title for h in self.held)

    def has(self, *roles: str) -> bool:
        """Tell whether it has any of these roles."""
        return any(h.role in roles for h in self.held)

    def of_role(self, role: str) -> tuple[Held, ...]:
        """Give what it holds of one role."""
        return tuple(h for h in self.held if h.role == role)


def staffed() -> bool:
    """Tell whether any account exists yet."""
    return Account.objects.exists()


def person(name: str) -> Person | None:
    """Find an account with its roles; none where there is no such account."""
    account = Account.objects.filter(name=name).first()
    return None if account is None else _person(account, Grant.objects.filter(account=account))


def persons() -> list[Person]:
    """List every account with its roles, in the order they were made."""
    return _persons(Account.objects.all())


def titles() -> dict[str, str]:
    """Say of every account who it is, in words: body and name; accounts nobody knows stand for themselves."""
    return {p.name: "、".join(p.bodies) + p.zh for p in persons()}


def demo_persons() -> list[Person]:
    """List the demo accounts that are active."""
    return _persons(Account.objects.filter(demo=True, active=True))


def _persons(accounts: models.QuerySet[Account]) -> list[Person]:
    grants: dict[int, list[Grant]] = {}
    for grant in _in_order(Grant.objects.filter(account__in=accounts)):
        grants.setdefault(grant.account_id, []).append(grant)
    return [_assembled(a, grants.get(a.pk, [])) for a in accounts.order_by("pk")]


def _person(account: Account, grants: models.QuerySet[Grant]) -> Person:
    return _assembled(account, _in_order(grants))


def _in_order(grants: models.QuerySet[Grant]) -> Iterable[Grant]:
    # by position, which is the order of commits; keys may be taken earlier than that
    return grants.select_related("body").order_by("action__position", "pk")


def _assembled(account: Account, grants: Iterable[Grant]) -> Person:
    latest: dict[tuple[str, int | None], Grant] = {}
    for grant in grants:
        latest.pop((grant.role, grant.body_id), None)
        if grant.holds:
            latest[grant.role, grant.body_id] = grant
    held = tuple(
        Held(g.role, g.body.code, g.body.short, g.body.area) if g.body is not None else Held(g.role)
        for g in latest.values()
    )
    return Person(account.name, account.zh, account.active, held)


def bodies() -> list[Body]:
    """List the bodies in their order."""
    return list(Body.objects.order_by("rank", "pk"))


def body(code: str) -> Body | None:
    """Find a body by its code."""
    found: Body | None = Body.objects.filter(code=code).first()
    return found


def owners(at: int | None = None) -> dict[str, str]:
    """Say which body owns each variable, by code, now or as of a position."""
    return {a.variable: a.body.code for a in _holding(Assignment.Kind.OWNS, at)}


def suppliers(at: int | None = None) -> dict[str, list[str]]:
    """Say which bodies supply each variable beside its owner, by code, now or as of a position."""
    found: dict[str, list[str]] = {}
    for assignment in _holding(Assignment.Kind.SUPPLIES, at):
        found.setdefault(assignment.variable, []).append(assignment.body.code)
    return found


def owned_by(codes: Iterable[str]) -> frozenset[str]:
    """Give the variables that any of these bodies owns."""
    wanted = set(codes)
    return (
        frozenset(variable for variable, code in owners().items() if code in wanted)
        if wanted
        else frozenset()
    )


def _holding(kind: str, at: int | None) -> list[Assignment]:
    rows = Assignment.objects.filter(kind=kind)
    if at is not None:
        rows = as_of(rows, at)
    latest: dict[tuple[str, int], Assignment] = {}
    for row in rows.select_related("body").order_by("action__position", "pk"):
        latest[row.variable, row.body_id] = row
    return [row for row in latest.values() if row.holds]
