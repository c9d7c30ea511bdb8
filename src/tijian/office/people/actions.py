"""The verbs that set up bodies, accounts and roles."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import ClassVar, Self

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tijian.engine.catalogue.city import Body as CityBody
from tijian.engine.kernel.faults import Faults
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import ACCOUNT_LENGTH, OPERATION, Predicate, Verdict, may
from tijian.office.people import queries
from tijian.office.people.models import ALONE, BOUND, Account, Assignment, Body, Grant, Login, Role
from tijian.office.people.permissions import ACCOUNTS

PEOPLE = "人员"


def _another(predicate: Predicate) -> Predicate:
    """Bound a right to other people's accounts: nobody widens or ends what is their own."""

    def ask(account: str, action: object) -> Verdict:
        if getattr(action, "account", None) == account:
            return Verdict(False, "不能办理自己的账号")
        return predicate(account, action)

    return ask


def _or_own(predicate: Predicate) -> Predicate:
    """Allow it on one's own account, too."""

    def ask(account: str, action: object) -> Verdict:
        found = queries.person(account)
        if getattr(action, "account", None) == account and found is not None and found.active:
            return Verdict(True, "本人")
        return predicate(account, action)

    return ask


@dataclass(frozen=True)
class SetUpBodies(Action):
    """Write down the member bodies of the city and the variables that each reports."""

    verb: ClassVar[str] = "people.set_up_bodies"
    zh: ClassVar[str] = "建立成员单位"
    permission = may(OPERATION)

    bodies: tuple[CityBody, ...]

    def arguments(self) -> dict[str, object]:
        """Give how many; what they are stands in the rows."""
        return {"bodies": len(self.bodies)}

    def precondition(self, faults: Faults) -> None:
        """Refuse a second time."""
        if Body.objects.exists():
            faults.add(
                "bodies.exist", "成员单位", "", None, "还没有单位的安装", "成员单位已经建立，不再重复。"
            )

    def change(self, tx: Transaction) -> Mapping[str, object]:
        """Write a row a body, then a row for each variable it owns or supplies."""
        rows = [_row(body, rank) for rank, body in enumerate(self.bodies, 1)]
        tx.add_all(rows)
        kinds = Assignment.Kind
        tx.add_all(
            [
                Assignment(body=row, variable=variable, kind=kind, holds=True)
                for row, body in zip(rows, self.bodies, strict=True)
                for kind, variables in ((kinds.OWNS, body.owns), (kinds.SUPPLIES, body.supplies))
                for variable in variables
            ]
        )
        return {"bodies": len(rows)}


def _row(body: CityBody, rank: int) -> Body:
    return Body(
        code=body.id,
        short=body.short,
        full_name=body.full,
        kind=body.kind,
        area=body.area or "",
        duty=body.duty,
        leads="、".join(body.leads),
        is_office=body.office,
        note=body.note,
        rank=rank,
    )


@lru_cache(maxsize=1)
def _public_hash(password: str | None) -> str:
    """Hash the password of the demo accounts once: all of them share it, and everybody may know it."""
    return make_password(password)


@dataclass(frozen=True)
class CreateAccount(Action):
    """Make an account, with its first roles; without a password nobody can sign in with it yet.

    Attributes:
        grants: Roles, each with the code of a body or an empty text.
    """

    verb: ClassVar[str] = "people.create_account"
    zh: ClassVar[str] = "建立账号"
    permission = may(ACCOUNTS)

    account: str
    called: str
    grants: tuple[tuple[str, str], ...] = ()
    password: str | None = field(default=None, repr=False)
    demo: bool = False
    hashed: str = field(default="", repr=False)

    def prepare(self) -> Self:
        """Hash the password before anything is locked; that takes its time on purpose.

        Returns:
            The action with the hash.
        """
        return replace(
            self, hashed=_public_hash(self.password) if self.demo else make_password(self.password)
        )

    def arguments(self) -> dict[str, object]:
        """Give all but the password."""
        return {
            "account": self.account,
            "called": self.called,
            "grants": [list(g) for g in self.grants],
            "demo": self.demo,
        }

    def precondition(self, faults: Faults) -> None:
        """Check name, roles and password."""
        _check_name(self.account, faults)
        if not self.called.strip() or len(self.called) > ACCOUNT_LENGTH:
            expected = f"1—{ACCOUNT_LENGTH} 个字的称呼"
            faults.add("account.called", PEOPLE, "称呼", self.called, expected, "请写姓名或岗位。")
        for role, body in self.grants:
            _check_role(role, body, faults)
        _check_alone([r for r, _ in self.grants], faults)
        if self.password is not None:
            check_password(self.password, self.account, faults)

    def change(self, tx: Transaction) -> Mapping[str, object]:
        """Write account and roles, and beside the chain what it signs in with."""
        account = tx.add(Account(name=self.account, zh=self.called.strip(), demo=self.demo))
        known = {b.code: b for b in queries.bodies()}
        tx.add_all([Grant(account=account, role=r, body=known.get(b), holds=True) for r, b in self.grants])
        Login.objects.create(account=account, name=self.account, password=self.hashed)
        return {"account": self.account}


@dataclass(frozen=True)
class GrantRole(Action):
    """Give a role to somebody else."""

    verb: ClassVar[str] = "people.grant_role"
    zh: ClassVar[str] = "授予角色"
    permission = _another(may(ACCOUNTS))

    account: str
    role: str
    body: str = ""

    def precondition(self, faults: Faults) -> None:
        """Check account and role."""
        found = _check_known(self.account, faults)
        _check_role(self.role, self.body, faults)
        if found is None:
            return
        if any((h.role, h.body) == (self.role, self.body) for h in found.held):
            faults.add("role.held", PEOPLE, "角色", self.role, "还没有的角色", "这个角色已经授予，不必再授。")
        _check_alone([*found.roles, self.role], faults)

    def change(self, tx: Transaction) -> None:
        """Write the grant."""
        tx.add(_grant(self.account, self.role, self.body, holds=True))


@dataclass(frozen=True)
class RevokeRole(Action):
    """Take a role from somebody else; it no longer holds from the next request on."""

    verb: ClassVar[str] = "people.revoke_role"
    zh: ClassVar[str] = "收回角色"
    permission = _another(may(ACCOUNTS))

    account: str
    role: str
    body: str = ""

    def precondition(self, faults: Faults) -> None:
        """Refuse to take what is not held."""
        found = _check_known(self.account, faults)
        if found is not None and not any((h.role, h.body) == (self.role, self.body) for h in found.held):
            faults.add("role.missing", PEOPLE, "角色", self.role, "这个账号现有的角色", "请检查角色和单位。")

    def change(self, tx: Transaction) -> None:
        """Write that it no longer holds."""
        tx.add(_grant(self.account, self.role, self.body, holds=False))


@dataclass(frozen=True)
class SetPassword(Action):
    """Set the password of an account; the trail says who set whose, and nothing of it."""

    verb: ClassVar[str] = "people.set_password"
    zh: ClassVar[str] = "设定密码"
    permission = _or_own(may(ACCOUNTS))

    account: str
    password: str = field(repr=False)
    hashed: str = field(default="", repr=False)

    def prepare(self) -> Self:
        """Hash it before anything is locked; that takes its time on purpose.

        Returns:
            The action with the hash.
        """
        return replace(self, hashed=make_password(self.password))

    def arguments(self) -> dict[str, object]:
        """Give whose, never what."""
        return {"account": self.account}

    def precondition(self, faults: Faults) -> None:
        """Check account and password."""
        _check_known(self.account, faults)
        check_password(self.password, self.account, faults)

    def change(self, tx: Transaction) -> None:  # noqa: ARG002 — no chained row: a password can be erased
        """Store the hash; sessions begun with the old password end."""
        Login.objects.filter(name=self.account).update(password=self.hashed)


@dataclass(frozen=True)
class Deactivate(Action):
    """End somebody else's account; its name stays in the trail, its sessions end at the next request."""

    verb: ClassVar[str] = "people.deactivate"
    zh: ClassVar[str] = "停用账号"
    permission = _another(may(ACCOUNTS))

    account: str

    def precondition(self, faults: Faults) -> None:
        """Refuse an account that is unknown or ended already."""
        found = _check_known(self.account, faults)
        if found is not None and not found.active:
            faults.add("account.inactive", PEOPLE, "账号", self.account, "启用中的账号", "这个账号已经停用。")

    def change(self, tx: Transaction) -> None:
        """Write that it is no longer active."""
        account: Account = Account.objects.get(name=self.account)
        account.active = False
        tx.change(account)


def check_password(password: str, account: str, faults: Faults) -> None:
    """Collect what is wrong with a new password, by the validators in the settings."""
    try:
        validate_password(password, Login(name=account))
    except ValidationError as error:
        for message in error.messages:
            faults.add("password.weak", PEOPLE, "密码", None, "一个不易猜到的密码", message)


def _check_name(name: str, faults: Faults) -> None:
    expected = f"1—{ACCOUNT_LENGTH} 个字，没有空格和控制字符"
    odd = [c for c in name if c.isspace() or unicodedata.category(c).startswith("C")]
    if not 0 < len(name) <= ACCOUNT_LENGTH or odd or unicodedata.normalize("NFKC", name) != name:
        faults.add("account.name", PEOPLE, "账号", name, expected, "请改名；不要用全角字母或数字。")
        return
    for known in Account.objects.values_list("name", flat=True):
        if known.casefold() == name.casefold():
            faults.add(
                "account.exists", PEOPLE, "账号", name, "还没有用过的账号", f"已有账号 {known}，请换一个。"
            )


def _check_known(name: str, faults: Faults) -> queries.Person | None:
    found = queries.person(name)
    if found is None:
        faults.add("account.missing", PEOPLE, "账号", name, "已建立的账号", "请检查账号。")
    return found


def _check_role(role: str, body: str, faults: Faults) -> None:
    if role not in Role.values:
        faults.add("role.unknown", PEOPLE, "角色", role, "、".join(Role.values), "请改正角色。")
        return
    found = queries.body(body) if body else None
    if body and found is None:
        faults.add("body.unknown", PEOPLE, "单位", body, "成员单位的代码", "请检查单位代码。")
    elif role in BOUND and found is None:
        faults.add("role.body", PEOPLE, "单位", None, f"“{role}”所在的单位", "这个角色要写明单位。")
    elif role == Role.DISTRICT and found is not None and not found.area:
        faults.add("role.area", PEOPLE, "单位", body, "一个区政府", "角色“区”只授予区政府的账号。")


def _check_alone(roles: list[str], faults: Faults) -> None:
    alone = [r for r in roles if r in ALONE]
    if alone and len(set(roles)) > 1:
        hint = "管系统的、查台账的和办业务的要分开，请用不同的账号。"
        faults.add("role.alone", PEOPLE, "角色", "、".join(dict.fromkeys(roles)), f"单独的“{alone[0]}”", hint)


def _grant(account: str, role: str, body: str, *, holds: bool) -> Grant:
    found = queries.body(body) if body else None
    return Grant(account=Account.objects.get(name=account), role=role, body=found, holds=holds)
