"""Who may do what, as predicates that are passed in: the ledger knows no people."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ACCOUNT_LENGTH = 80
OPERATION = "运行维护"
EVIDENCE = "提交证据"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an account may act, and the rule that decided, in Chinese."""

    allowed: bool
    rule: str


Predicate = Callable[[str, object], Verdict]
"""From an account and the action it wants to do."""

_rules: dict[str, Predicate] = {}


def install(rules: Mapping[str, Predicate]) -> None:
    """Put the rule of each duty in place; called once, where the wings are put together."""
    _rules.clear()
    _rules.update(rules)


def may(duty: str) -> Predicate:
    """Give the predicate of a duty, whose rule is looked up when it is asked.

    A duty without a rule is refused to everybody.
    """

    def ask(account: str, action: object) -> Verdict:
        rule = _rules.get(duty)
        return Verdict(False, f"没有为“{duty}”配置规则") if rule is None else rule(account, action)

    return ask


def operator(account: str, _action: object) -> Verdict:
    """Allow whoever can run commands on the folder of the installation, under a name that can be written down."""
    if not account.strip() or len(account) > ACCOUNT_LENGTH:
        return Verdict(False, f"账号要有名字，不超过 {ACCOUNT_LENGTH} 个字")
    if any(unicodedata.category(c).startswith("C") for c in account):
        return Verdict(False, "账号中不能有控制字符")
    return Verdict(True, "能在安装文件夹上运行命令的人")
