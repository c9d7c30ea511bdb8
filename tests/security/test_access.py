"""The table of routes and roles, cell by cell, through the pages."""

import pytest
from examples import EXAMPLES, arguments, lacking
from filling import fill, opened, publish
from visitors import ACCOUNTS, VISITOR


@pytest.fixture(scope="module", autouse=True)
def _filled(seeded):
    """A round with figures, made once a module."""
    publish(seeded.folder)
    opened()
    fill()


def routes(patterns=None, space=""):
    """Walk every route of the pages: its name and the names of its arguments."""
    from django.urls import URLResolver, get_resolver

    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", tuple(pattern.pattern.converters)


def test_every_route_has_a_line_and_every_line_a_route(seeded):
    from tijian.shells.web.access import ACCESS

    found = dict(routes())
    without = sorted(set(found) - set(ACCESS))
    assert without == [], f"add a line to tijian.shells.web.access.ACCESS for {without}"
    assert sorted(set(ACCESS) - set(found)) == [], "lines of the access table whose route is gone"
    examples = {name: gone for name, names in found.items() if (gone := lacking(name, names))}
    assert examples == {}, "add an example of these arguments to tests/security/examples.py"


def outcome(response):
    """Say what a response comes to, in the words of the table."""
    from tijian.shells.web.access import Answer

    if response.status_code == 302 and response.headers["Location"].startswith("/signin"):
        return Answer.SIGN_IN
    if response.status_code in {403, 404}:
        return {403: Answer.FORBIDDEN, 404: Answer.NOT_FOUND}[response.status_code]
    assert response.status_code < 500
    return Answer.ALLOWED


def test_every_cell(visitors):
    from django.urls import reverse

    from tijian.office.people import queries
    from tijian.shells.web.access import ACCESS, SAFE, Answer

    clients = {account: visitors.client(account) for account in ACCOUNTS}
    persons = {account: queries.person(account) if account else None for account in ACCOUNTS}
    named, cells = dict(routes()), 0
    for name, row in ACCESS.items():
        given = arguments(name, named[name])
        address = reverse(name, kwargs=given)
        for account in ACCOUNTS:
            for method in ("GET", "POST"):
                expected = row.answer(persons[account], given, method)
                if method not in SAFE and expected is Answer.ALLOWED:
                    continue  # what a form does is the test of its page
                got = outcome(clients[account].generic(method, address))
                assert got is expected, (name, address, account or "visitor", method)
                cells += 1
        if row.own is not None:
            answers = {a: row.answer(persons[a], given) for a in ACCOUNTS if a}
            assert answers[EXAMPLES[name].own] is Answer.ALLOWED, name
            assert Answer.NOT_FOUND in answers.values(), name
    print(f"\n{cells} cells")
    assert cells > 80


def test_a_visitor_sees_nothing_but_what_is_open(visitors):
    from tijian.shells.web.access import ACCESS

    opened = {name for name, row in ACCESS.items() if row.open}
    assert opened == {"health", "signin", "signout", "components"}


def test_a_route_without_a_line_is_refused_to_everybody(visitors, monkeypatch):
    from tijian.shells.web import access

    monkeypatch.setattr(access, "ACCESS", {k: v for k, v in access.ACCESS.items() if k != "password"})
    for account in ("guanli", "bangongshi", VISITOR):
        assert visitors.client(account).get("/password").status_code == 403


def test_rows_decide_as_they_say(seeded):
    from tijian.office.people import queries
    from tijian.office.people.models import Role
    from tijian.office.people.permissions import TREAT
    from tijian.shells.web.access import Answer, to_duty, to_everybody, to_roles, to_signed_in

    clerk, office, roleless = (queries.person(a) for a in ("huanbao", "bangongshi", "keren"))
    assert to_everybody().answer(None, {}, "POST") is Answer.ALLOWED
    assert to_signed_in().answer(None, {}) is Answer.SIGN_IN
    assert to_signed_in().answer(roleless, {}) is Answer.ALLOWED
    experts = to_roles(Role.EXPERT)
    assert [experts.answer(p, {}) for p in (clerk, roleless)] == [Answer.FORBIDDEN] * 2
    assert to_duty(TREAT).answer(office, {}) is Answer.ALLOWED
    assert to_duty(TREAT).answer(clerk, {}) is Answer.FORBIDDEN
    assert "“制定治理”由办公室办理" in to_duty(TREAT).reason()
    read = to_signed_in(do=TREAT)
    assert [read.answer(clerk, {}, m) for m in ("GET", "POST")] == [Answer.ALLOWED, Answer.FORBIDDEN]
    own = to_roles(Role.CLERK, own=lambda person, given: given["body"] in person.body_codes)
    assert own.answer(clerk, {"body": "environment"}) is Answer.ALLOWED
    assert own.answer(clerk, {"body": "works"}) is Answer.NOT_FOUND
    # 404 goes before 403: nothing tells whether something hidden is there
    assert own.answer(queries.person("zhuanjia"), {"body": "works"}) is Answer.NOT_FOUND


def test_the_refusal_is_said_in_words(visitors, monkeypatch):
    from tijian.office.people.models import Role
    from tijian.shells.web import access

    monkeypatch.setattr(access, "ACCESS", {**access.ACCESS, "password": access.to_roles(Role.EXPERT)})
    page = visitors.client("huanbao").get("/password")
    assert (page.status_code, "这一页由专家使用" in page.content.decode()) == (403, True)


def test_a_page_for_nothing(visitors):
    for account in (VISITOR, "bangongshi"):
        page = visitors.client(account).get("/no/such/page")
        assert (page.status_code, "<h1" in page.content.decode()) == (404, True)


def test_the_navigation_holds_only_what_one_may_see(visitors, monkeypatch):
    from tijian.office.people.models import Role
    from tijian.shells.web import access

    table = {
        **access.ACCESS,
        "password": access.to_signed_in(nav="密码页"),
        "components": access.to_roles(Role.EXPERT, nav="专家页"),
        "not-built": access.to_signed_in(nav="未建成"),
    }
    monkeypatch.setattr(access, "ACCESS", table)
    seen = {a: visitors.client(a).get("/password").content.decode() for a in ("zhuanjia", "bangongshi")}
    assert ["专家页" in seen[a] for a in ("zhuanjia", "bangongshi")] == [True, False]
    assert 'aria-current="page">密码页' in seen["bangongshi"]
    assert "未建成" not in seen["zhuanjia"]


def test_a_part_of_a_page_is_not_replaced_by_the_page_for_signing_in(visitors):
    answer = visitors.client().get("/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/signin"


@pytest.mark.parametrize("account", ["bangongshi", "donganqu"])
def test_a_page_names_who_is_signed_in(visitors, account):
    from tijian.office.people import queries

    page = visitors.client(account).get("/password").content.decode()
    for word in (*queries.person(account).titles, *queries.person(account).bodies, "澄湖市城市体检"):
        assert word in page
