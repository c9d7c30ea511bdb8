"""Who may do what: one table of duties and roles, and the predicates made from it.

An action names a duty: ``permission = may("填报数值")``. Where a right is bounded (own variables, own
area), the action says what it touches by a method::

    def touches(self) -> Touches:
        return Touches(variables={self.variable}, strands={self.strand})

An action that does not say so is refused to everybody whose right is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from tijian.office.ledger import permissions as ledger
from tijian.office.ledger.permissions import EVIDENCE, OPERATION, Predicate, Verdict
from tijian.office.people import queries
from tijian.office.people.models import Role
from tijian.office.people.queries import Held, Person

PUBLISH = "公布体系"
ADOPT_CRITERIA = "采用标准"
OPEN_ROUND = "开启轮次"
REPORT = "填报数值"
CHOOSE = "选定采用值"
DATASETS = "登记数据集"
DIAGNOSE = "确认城市病"
TREAT = "制定治理"
SUBMIT_MILESTONE = "报送里程碑"
ACCEPT_MILESTONE = "验收里程碑"
CLOSE_DISEASE = "销号"
ACCOUNTS = "管理账号"
TRAIL = "查看台账"
COMPILE = "编制报告"

THIRD_PARTY_STRAND = "第三方"


@dataclass(frozen=True, slots=True)
class Touches:
    """What an action would touch, for rights that are bounded; empty means it says nothing of it."""

    variables: AbstractSet[str] = field(default_factory=frozenset)
    areas: AbstractSet[str] = field(default_factory=frozenset)
    strands: AbstractSet[str] = field(default_factory=frozenset)
    bodies: AbstractSet[str] = field(default_factory=frozenset)


class Scope(StrEnum):
    """How far a right reaches, in the words of the access table."""

    ALL = "全部"
    OWN_VARIABLES = "本单位主报的变量"
    OWN_AREA = "本区"
    OWN_BODY = "本单位牵头的"
    THIRD_PARTY = "第三方渠道"


TABLE: Mapping[str, Mapping[Role, Scope]] = {
    OPERATION: {Role.ADMINISTRATOR: Scope.ALL},
    ACCOUNTS: {Role.ADMINISTRATOR: Scope.ALL},
    TRAIL: {Role.AUDITOR: Scope.ALL, Role.ADMINISTRATOR: Scope.ALL, Role.OFFICE: Scope.ALL},
    EVIDENCE: {
        Role.OFFICE: Scope.ALL,
        Role.CATALOGUE: Scope.ALL,
        Role.CLERK: Scope.ALL,
        Role.REVIEWER: Scope.ALL,
        Role.DISTRICT: Scope.ALL,
        Role.THIRD_PARTY: Scope.ALL,
        Role.EXPERT: Scope.ALL,
    },
    PUBLISH: {Role.CATALOGUE: Scope.ALL, Role.OFFICE: Scope.ALL},
    ADOPT_CRITERIA: {Role.OFFICE: Scope.ALL},
    OPEN_ROUND: {Role.OFFICE: Scope.ALL},
    REPORT: {
        Role.CLERK: Scope.OWN_VARIABLES,
        Role.THIRD_PARTY: Scope.THIRD_PARTY,
        Role.OFFICE: Scope.ALL,
    },
    CHOOSE: {Role.OFFICE: Scope.ALL},
    DATASETS: {Role.THIRD_PARTY: Scope.ALL, Role.OFFICE: Scope.ALL},
    DIAGNOSE: {Role.EXPERT: Scope.ALL, Role.OFFICE: Scope.ALL},
    TREAT: {Role.OFFICE: Scope.ALL},
    SUBMIT_MILESTONE: {
        Role.CLERK: Scope.OWN_BODY,
        Role.DISTRICT: Scope.OWN_BODY,
        Role.OFFICE: Scope.ALL,
    },
    ACCEPT_MILESTONE: {
        Role.OFFICE: Scope.ALL,
        Role.REVIEWER: Scope.ALL,
        Role.DISTRICT: Scope.OWN_AREA,
    },
    CLOSE_DISEASE: {Role.OFFICE: Scope.ALL},
    COMPILE: {Role.OFFICE: Scope.ALL},
}
"""Duty → role → how far; a role that is not named may not."""


def rules() -> dict[str, Predicate]:
    """Give the predicate of every duty, for ``ledger.permissions.install``."""
    return {duty: _rule(duty) for duty in TABLE}


def allows(person: Person, duty: str, touches: Touches | None = None) -> bool:
    """Tell whether a person may do a duty; without ``touches``, whether there is anything it may do of it."""
    return person.active and any(
        touches is None or _reaches(scope, person.of_role(role), touches)
        for role, scope in TABLE[duty].items()
        if person.has(role)
    )


def holders(duty: str) -> frozenset[Role]:
    """Give the roles that may do anything of a duty."""
    return frozenset(TABLE[duty])


def told(duty: str) -> str:
    """Say in Chinese to whom a duty belongs."""
    parts = [r.value if s is Scope.ALL else f"{r.value}（{s}）" for r, s in TABLE[duty].items()]
    return f"“{duty}”由{'、'.join(parts)}办理"


def _rule(duty: str) -> Predicate:
    def ask(account: str, action: object) -> Verdict:
        found = queries.person(account)
        if found is None and not queries.staffed():
            # Nobody has an account yet: whoever can run commands on the folder makes the first ones.
            return ledger.operator(account, action)
        if found is None:
            return Verdict(False, "没有这个账号")
        if not found.active:
            return Verdict(False, "这个账号已停用")
        return Verdict(allows(found, duty, _touched(action)), told(duty))

    return ask


def _touched(action: object) -> Touches:
    """Ask an action what it touches; one that does not say reaches nothing that is bounded."""
    ask: Callable[[], Touches] | None = getattr(action, "touches", None)
    return Touches() if ask is None else ask()


def _reaches(scope: Scope, held: tuple[Held, ...], touches: Touches) -> bool:
    codes = {h.body for h in held if h.body}
    match scope:
        case Scope.ALL:
            return True
        case Scope.OWN_VARIABLES:
            return _within(touches.variables, queries.owned_by(codes))
        case Scope.OWN_AREA:
            return _within(touches.areas, {h.area for h in held if h.area})
        case Scope.OWN_BODY:
            return _within(touches.bodies, codes)
        case Scope.THIRD_PARTY:
            return _within(touches.strands, {THIRD_PARTY_STRAND})


def _within(wanted: AbstractSet[str], own: AbstractSet[str]) -> bool:
    return bool(wanted) and wanted <= own
