"""The table of duties and roles, cell by cell, through the predicates that actions ask."""

import importlib
import pkgutil
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from tijian.shells.settings.django_settings import ROOMS

# What was agreed, written out again: duty → role → how far.
AGREED = {
    "运行维护": {"系统管理员": "全部"},
    "管理账号": {"系统管理员": "全部"},
    "查看台账": {"审计": "全部", "系统管理员": "全部", "办公室": "全部"},
    "提交证据": {
        "办公室": "全部", "指标体系管理": "全部", "部门填报人": "全部", "部门审核人": "全部", "区": "全部",
        "第三方": "全部", "专家": "全部",
    },
    "公布体系": {"指标体系管理": "全部", "办公室": "全部"},
    "采用标准": {"办公室": "全部"},
    "开启轮次": {"办公室": "全部"},
    "填报数值": {"部门填报人": "本单位主报的变量", "第三方": "第三方渠道", "办公室": "全部"},
    "选定采用值": {"办公室": "全部"},
    "登记数据集": {"第三方": "全部", "办公室": "全部"},
    "确认城市病": {"专家": "全部", "办公室": "全部"},
    "制定治理": {"办公室": "全部"},
    "报送里程碑": {"部门填报人": "本单位牵头的", "区": "本单位牵头的", "办公室": "全部"},
    "验收里程碑": {"办公室": "全部", "部门审核人": "全部", "区": "本区"},
    "销号": {"办公室": "全部"},
    "编制报告": {"办公室": "全部"},
}  # fmt: skip
ACCOUNT = {
    "领导小组": "lingdao", "办公室": "bangongshi", "指标体系管理": "tixi", "部门填报人": "huanbao",
    "部门审核人": "huanbao-shenhe", "区": "donganqu", "第三方": "disanfang", "专家": "zhuanjia", "审计": "shenji",
    "系统管理员": "guanli",
}  # fmt: skip
# What belongs to the account of the bounded role, and what does not.
OWN = {
    "本单位主报的变量": ({"variables": {"aqi"}}, {"variables": {"aqi", "gdp"}}),
    "本区": ({"areas": {"990101"}}, {"areas": {"990102"}}),
    "第三方渠道": ({"strands": {"第三方"}}, {"strands": {"自体检"}}),
}
OWN_BODY = {"部门填报人": "environment", "区": "east"}


@dataclass
class Doing:
    """Stands in for an action that says what it touches."""

    given: dict = field(default_factory=dict)

    def touches(self):
        from tijian.office.people.permissions import Touches

        return Touches(**self.given)


@pytest.fixture
def stage():
    return "demo"


def ask(duty, account, action):
    from tijian.office.ledger.permissions import may

    return may(duty)(account, action).allowed


def samples(role, scope):
    if scope == "本单位牵头的":
        return {"bodies": {OWN_BODY[role]}}, {"bodies": {OWN_BODY[role], "statistics"}}
    return OWN[scope]


def test_every_cell(office):
    from tijian.office.people.permissions import TABLE

    assert {d: {r.value: s.value for r, s in row.items()} for d, row in TABLE.items()} == AGREED
    cells = 0
    for duty, row in AGREED.items():
        for role, account in ACCOUNT.items():
            scope, cells = row.get(role), cells + 1
            if scope is None:
                everything = {
                    "variables": {"aqi"},
                    "areas": {"990101"},
                    "strands": {"第三方"},
                    "bodies": {"east"},
                }
                assert not ask(duty, account, Doing(everything)), (duty, role)
            elif scope == "全部":
                assert ask(duty, account, object()), (duty, role)
            else:
                own, foreign = samples(role, scope)
                assert ask(duty, account, Doing(own)), (duty, role)
                assert not ask(duty, account, Doing(foreign)), (duty, role)
                assert not ask(duty, account, Doing({})), (duty, role, "says nothing")
                assert not ask(duty, account, object()), (duty, role, "has no touches")
    assert cells == len(AGREED) * len(ACCOUNT) == 160


def test_a_refusal_says_to_whom_it_belongs(office):
    from tijian.office.ledger.permissions import may

    verdict = may("填报数值")("huanbao", Doing({"variables": {"gdp"}}))
    assert verdict.rule == "“填报数值”由部门填报人（本单位主报的变量）、第三方（第三方渠道）、办公室办理"


def test_a_variable_that_moves_takes_the_right_with_it(office):
    """Assignments are rows that follow one another; the latest decides, and an earlier state can be asked."""
    from place import DAY

    from tijian.office.ledger import chain
    from tijian.office.ledger import queries as ledger
    from tijian.office.ledger.action import Transaction
    from tijian.office.people import queries
    from tijian.office.people.models import Assignment

    before = ledger.position()
    from django.db import transaction

    with transaction.atomic():
        tx = Transaction("系统管理员", DAY)
        old, new = queries.body("environment"), queries.body("works")
        tx.add(Assignment(body=old, variable="aqi", kind="主报", holds=False))
        tx.add(Assignment(body=new, variable="aqi", kind="主报", holds=True))
        chain.append(tx.action, tx.actor, "test.assign", "{}", DAY, tx.at, tx.rows())
    assert (queries.owners()["aqi"], queries.owners(before)["aqi"]) == ("works", "environment")
    assert not ask("填报数值", "huanbao", Doing({"variables": {"aqi"}}))
    assert ask("填报数值", "chengjian", Doing({"variables": {"aqi"}}))


def actions():
    """Find every action of the rooms in use."""
    from tijian.office.ledger.action import Action

    for room in ROOMS:
        package = importlib.import_module(room.rsplit(".", 2)[0])
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found = [Action]
    for one in found:
        found.extend(one.__subclasses__())
    return {a for a in found[1:] if a.__module__.startswith("tijian.office.")}


class Asked(dict):
    """Stands in for the rules in place: notes the duty that is asked for, and has no rule for it."""

    def __init__(self):
        self.duties = set()

    def get(self, duty, _default=None):
        self.duties.add(duty)


def test_every_action_asks_for_a_duty_of_the_table(office, monkeypatch):
    from tijian.office.ledger import permissions
    from tijian.office.people.permissions import TABLE

    found = {}
    for action in actions():
        monkeypatch.setattr(permissions, "_rules", Asked())
        # some ask more of their action than the stand-in has, after the duty
        with suppress(AttributeError):
            action.permission("lingdao", Doing({}))
        if hasattr(action, "verb"):  # bases have none
            found[action.verb] = permissions._rules.duties
    assert len(found) > 6
    assert set().union(*found.values()) <= set(TABLE)
    # the one decides nothing and is done for whoever set it off; the other asks for what each of its parts asks
    assert {verb for verb, duties in found.items() if not duties} <= {"values.scan", "values.import"}
