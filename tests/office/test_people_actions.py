"""Bodies, accounts and roles: preset, made, granted, revoked, ended; and what the trail says of it."""

import json

import pytest
from harness import STAGES
from place import DAY, HERE, tijian_here

from tijian.engine.kernel.faults import Refused

ADMIN = "系统管理员"
GOOD = "chenghu-8421-ti"
SHENYANG = HERE.parents[1] / "cities" / "shenyang"


def do(action, actor=ADMIN, **options):
    return action.execute(actor, today=DAY, **options)


def codes(refused):
    return [f.code for f in refused.value.faults]


def create(name="wangfang", called="王芳", *grants, **options):
    from tijian.office.people.actions import CreateAccount

    return do(CreateAccount(name, called, grants, **options))


def person(name):
    from tijian.office.people import queries

    return queries.person(name)


def test_an_installation_begins_with_bodies_and_one_administrator(office):
    from tijian.office.people import queries
    from tijian.office.people.models import Login

    assert [(b.code, b.area, b.is_office) for b in queries.bodies()] == [
        ("works", "", True),
        ("environment", "", False),
        ("statistics", "", False),
        ("east", "990101", False),
        ("west", "990102", False),
    ]
    assert queries.owners()["aqi"] == "environment"
    assert queries.suppliers()["residents"] == ["east", "west"]
    assert queries.owned_by({"environment"}) == {"aqi", "ammonia"}
    assert person(ADMIN).titles == ("系统管理员",)
    assert not Login.objects.get().has_usable_password()
    assert office.verify().findings == []


def test_the_38_bodies_of_the_plan_are_preset(engine, template, copy_of):
    from tijian.engine.exam.folder import open_city

    copy_of(template(engine, "opened"))
    from tijian.office.people import queries
    from tijian.office.people.actions import SetUpBodies

    city = open_city(SHENYANG)
    do(SetUpBodies(city.bodies))
    bodies = queries.bodies()
    assert (len(bodies), sum(b.kind == "区政府" for b in bodies), sum(b.is_office for b in bodies)) == (
        38,
        9,
        1,
    )
    assert queries.owners() == {v: b.id for b in city.bodies for v in b.owns}
    with pytest.raises(Refused) as refused:
        do(SetUpBodies(city.bodies))
    assert codes(refused) == ["bodies.exist"]


def test_every_demo_account_of_a_shipped_city_can_be_made(engine, template, copy_of):
    from tijian.engine.exam.folder import open_city

    place = copy_of(template(engine, "opened"))
    (place.folder / "city" / "accounts.yaml").write_bytes((SHENYANG / "accounts.yaml").read_bytes())
    from tijian.office.people import queries
    from tijian.office.people.models import Role
    from tijian.shells.settings.staff import staff, staff_for_demo

    staff(open_city(SHENYANG), ADMIN)
    staff_for_demo(ADMIN)
    demo = queries.demo_persons()
    assert {r for p in demo for r in p.roles} == set(Role.values)
    assert "沈河区" in person("shenhequ").titles
    assert person("shuiwu").titles == ("水务集团部门填报人",)


def test_an_account_is_made_with_its_roles_and_no_password_in_the_trail(office):
    from tijian.office.ledger.models import Entry
    from tijian.office.people.models import Login

    done = create("wangfang", "王芳", ("部门填报人", "environment"), password=GOOD)
    assert person("wangfang").titles == ("环保局部门填报人",)
    assert Login.objects.get(name="wangfang").check_password(GOOD)
    entry = Entry.objects.get(position=done.position)
    assert GOOD not in entry.arguments + entry.rows
    assert Login.objects.get(name="wangfang").password not in entry.arguments + entry.rows
    assert json.loads(entry.arguments)["grants"] == [["部门填报人", "environment"]]
    assert office.verify().findings == []


def test_a_password_is_told_as_who_set_whose(office):
    from tijian.office.ledger.models import Entry
    from tijian.office.people.actions import SetPassword
    from tijian.office.people.models import Login

    create()
    done = do(SetPassword("wangfang", GOOD))
    entry = Entry.objects.get(position=done.position)
    assert (entry.actor, entry.verb, entry.arguments, entry.rows) == (
        ADMIN, "people.set_password", '{"account":"wangfang"}', "[]",
    )  # fmt: skip
    assert Login.objects.get(name="wangfang").check_password(GOOD)
    do(SetPassword("wangfang", GOOD + "x"), "wangfang")  # one's own
    assert GOOD not in repr(SetPassword("wangfang", GOOD))


def test_contacts_can_be_erased_and_the_trail_stays_whole(office):
    from tijian.office.people.models import Login

    create()
    Login.objects.filter(name="wangfang").update(phone="", email="", password="")
    assert office.verify().findings == []


def test_roles_come_and_go_and_each_change_is_kept(office):
    from tijian.office.people.actions import GrantRole, RevokeRole
    from tijian.office.people.models import Grant

    create("wangfang", "王芳", ("部门填报人", "environment"))
    do(GrantRole("wangfang", "部门填报人", "works"))
    do(RevokeRole("wangfang", "部门填报人", "environment"))
    assert person("wangfang").titles == ("城建局部门填报人",)
    do(GrantRole("wangfang", "部门填报人", "environment"))
    assert person("wangfang").bodies == ("城建局", "环保局")
    assert Grant.objects.filter(account__name="wangfang").count() == 4
    assert office.verify().findings == []


REFUSED = {
    "name with a space": (("wang fang", "王芳"), ["account.name"]),
    "full-width name": (("ｗang", "王芳"), ["account.name"]),
    "no name": (("", "王芳"), ["account.name"]),
    "nobody called": (("wangfang", " "), ["account.called"]),
    "taken, other case": (("系统管理员", "王芳"), ["account.exists"]),
    "unknown role": (("wangfang", "王芳", ("市长", "")), ["role.unknown"]),
    "unknown body": (("wangfang", "王芳", ("办公室", "x")), ["body.unknown"]),
    "clerk of nobody": (("wangfang", "王芳", ("部门填报人", "")), ["role.body"]),
    "district without area": (("wangfang", "王芳", ("区", "works")), ["role.area"]),
    "auditor who works": (("wangfang", "王芳", ("审计", ""), ("办公室", "works")), ["role.alone"]),
    "all at once": (("w f", "", ("市长", "")), ["account.name", "account.called", "role.unknown"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_faulty_account_is_refused_with_everything(office, case):
    from tijian.office.people.models import Account, Login

    arguments, expected = REFUSED[case]
    with pytest.raises(Refused) as refused:
        create(*arguments)
    assert codes(refused) == expected
    assert (Account.objects.count(), Login.objects.count()) == (1, 1)


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "wangfang12"])
def test_a_weak_password_is_refused_in_chinese(office, password):
    with pytest.raises(Refused) as refused:
        create(password=password)
    assert set(codes(refused)) == {"password.weak"}
    assert "密码" in str(refused.value)


def test_nobody_widens_or_ends_what_is_his_own(office):
    from tijian.office.people.actions import Deactivate, GrantRole, RevokeRole

    for action in (GrantRole(ADMIN, "办公室", "works"), RevokeRole(ADMIN, "系统管理员"), Deactivate(ADMIN)):
        with pytest.raises(Refused, match="不能办理自己的账号"):
            do(action)


def test_only_the_administrator_makes_accounts(office):
    from tijian.office.people.actions import CreateAccount

    create("zhao", "赵", ("办公室", "works"))
    with pytest.raises(Refused, match="“管理账号”由系统管理员办理"):
        do(CreateAccount("qian", "钱"), "zhao")


def test_an_ended_account_may_nothing_from_then_on(office):
    from tijian.office.ledger.actions import SetToday
    from tijian.office.people.actions import Deactivate, SetPassword

    create("sun", "孙", ("系统管理员", ""))
    do(SetToday(DAY), "sun")
    do(Deactivate("sun"))
    for action in (SetToday(None), SetPassword("sun", GOOD)):
        with pytest.raises(Refused, match=r"已停用|管理账号"):
            do(action, "sun")
    with pytest.raises(Refused) as refused:
        do(Deactivate("sun"))
    assert codes(refused) == ["account.inactive"]


def test_commands_need_an_account_once_there_are_some(office):
    from tijian.office.ledger.actions import SetToday

    with pytest.raises(Refused, match="没有这个账号"):
        do(SetToday(DAY), "张三")


def test_the_commands_of_people(office):
    data = ("--data", office.folder)
    assert (
        tijian_here(
            "people", "add", "li", "--name", "李", "--role", "区", "--body", "东岸区", *data
        ).returncode
        == 0
    )
    again = tijian_here("people", "add", "LI", "--name", "李", *data)
    assert (again.returncode, "已有账号 li" in again.stderr) == (1, True)
    assert (
        tijian_here("people", "grant", "li", "--role", "部门填报人", "--body", "statistics", *data).returncode
        == 0
    )
    assert tijian_here("people", "revoke", "li", "--role", "区", "--body", "东岸区", *data).returncode == 0
    assert tijian_here("people", "deactivate", "li", *data).returncode == 0
    listed = json.loads(tijian_here("people", "list", *data, "--json").stdout)
    assert listed[-1] == {
        "account": "li", "name": "李", "active": False, "roles": [{"role": "部门填报人", "body": "statistics"}],
    }  # fmt: skip
    shown = tijian_here("people", "list", *data).stdout
    assert "统计局部门填报人" in shown


def test_a_password_from_standard_input(office, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}\n"))
    answer = tijian_here("people", "password", ADMIN, "--data", office.folder, "--stdin")
    assert (answer.returncode, GOOD in answer.stdout) == (0, False)
    from tijian.shells.settings.use import use

    use(office.folder)
    from tijian.office.people.models import Login

    assert Login.objects.get(name=ADMIN).check_password(GOOD)


def test_stages_are_what_they_are_called():
    assert set(STAGES) == {"opened", "begun", "demo"}
