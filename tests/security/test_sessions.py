"""Sessions: written seldom, ended at once, never handed on."""

import pytest
from visitors import once

RIGHT, NEW = "tijian-2019", "xin-mima-7305"
WRITES = ("INSERT", "UPDATE", "DELETE")


def writes(client, path="/password", times=1):
    """Count the statements that write while a page is fetched."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        for _ in range(times):
            assert client.get(path).status_code == 200
    return [q["sql"] for q in found.captured_queries if q["sql"].lstrip().upper().startswith(WRITES)]


def test_a_session_is_written_at_half_life_only(visitors, monkeypatch):
    from tijian.shells.settings.signin import SESSION_SECONDS
    from tijian.shells.web import sessions

    client, _ = visitors.sign_in("bangongshi")
    start = sessions.time.time()
    assert writes(client, times=20) == []
    for half in (1, 2, 3):
        now = start + half * SESSION_SECONDS / 2
        monkeypatch.setattr(sessions.time, "time", lambda now=now: now - 5)
        assert writes(client, times=3) == []
        monkeypatch.setattr(sessions.time, "time", lambda now=now: now + 5)
        assert [sql.split()[0] for sql in writes(client, times=20)] == ["UPDATE"]


def test_a_renewed_session_lives_longer(visitors, monkeypatch):
    from django.contrib.sessions.models import Session

    from tijian.shells.settings.signin import SESSION_SECONDS
    from tijian.shells.web import sessions

    client, _ = visitors.sign_in("bangongshi")
    key = client.cookies["tijian"].value
    before = Session.objects.get(pk=key).expire_date
    start = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: start + SESSION_SECONDS / 2 + 5)
    answer = client.get("/password")
    assert int(answer.cookies["tijian"]["max-age"]) == SESSION_SECONDS
    assert Session.objects.get(pk=key).expire_date > before


def test_a_session_that_has_run_out_is_none(visitors):
    from datetime import timedelta

    from django.contrib.sessions.models import Session
    from django.utils import timezone

    client, _ = visitors.sign_in("bangongshi")
    Session.objects.filter(pk=client.cookies["tijian"].value).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    assert client.get("/password").status_code == 302


def test_a_visitor_gets_no_session(visitors):
    from django.contrib.sessions.models import Session

    before = Session.objects.count()
    client = visitors.client()
    for path in ("/signin", "/healthz", "/nothing"):
        client.get(path)
    client.get("/password")
    client.cookies["tijian"] = "made-up"
    client.get("/password")
    assert Session.objects.count() == before


def test_the_cookie_is_kept_from_scripts_and_from_plain_connections(visitors):
    _, answer = visitors.sign_in("bangongshi")
    cookie = answer.cookies["tijian"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    secure = visitors.client().post("/signin", {"username": "bangongshi", "password": RIGHT}, secure=True)
    assert secure.cookies["tijian"]["secure"] is True


def test_a_session_that_was_planted_is_not_taken_over(visitors):
    from django.contrib.sessions.backends.db import SessionStore

    planted = SessionStore()
    planted["x"] = 1
    planted.save()
    client = visitors.client()
    client.cookies["tijian"] = planted.session_key
    visitors.sign_in("bangongshi", RIGHT, client)
    assert client.cookies["tijian"].value != planted.session_key
    thief = visitors.client()
    thief.cookies["tijian"] = planted.session_key
    assert thief.get("/password").status_code == 302


def test_after_signing_out_the_cookie_is_worth_nothing(visitors):
    client, _ = visitors.sign_in("bangongshi")
    stolen = client.cookies["tijian"].value
    client.post("/signout")
    thief = visitors.client()
    thief.cookies["tijian"] = stolen
    assert thief.get("/password").status_code == 302


def test_a_role_that_was_taken_is_gone_with_the_next_request(visitors):
    from tijian.office.ledger import queries
    from tijian.office.people.actions import GrantRole, RevokeRole

    client = visitors.client("keren")
    GrantRole("keren", "专家").execute("guanli", today=queries.today())
    assert "专家" in client.get("/password").content.decode()
    RevokeRole("keren", "专家").execute("guanli", today=queries.today())
    assert "还没有角色" in client.get("/password").content.decode()


@pytest.fixture
def member(visitors):
    """An account of its own for each test, signed in twice."""
    import secrets

    from tijian.office.ledger import queries
    from tijian.office.people.actions import CreateAccount

    name = f"yuan{secrets.token_hex(3)}"
    CreateAccount(name, "员", password=RIGHT).execute("guanli", today=queries.today())
    return name, visitors.sign_in(name)[0], visitors.sign_in(name)[0]


def change(client, **more):
    form = {"current": RIGHT, "password": NEW, "again": NEW, "once": once(client.get("/password"))} | more
    return client.post("/password", form)


def test_a_new_password_ends_the_other_sessions(visitors, member):
    name, here, there = member
    answer = change(here)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/password")
    assert "密码已修改" in here.get("/password").content.decode()
    assert there.get("/password").status_code == 302
    assert visitors.sign_in(name, RIGHT)[1].status_code == 422
    assert visitors.sign_in(name, NEW)[1].status_code == 302


WRONG = {
    "the old one is wrong": ({"current": "falsch"}, "原密码"),
    "not twice the same": ({"again": "anders-anders-1"}, "两次输入不同"),
    "too short": ({"password": "kurz", "again": "kurz"}, "密码"),
    "without the form's token": ({"once": ""}, "请重新打开这一页"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_change_that_does_not_fit_is_refused_in_words(visitors, member, case):
    name, here, _ = member
    more, words = WRONG[case]
    answer = change(here, **more)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert NEW not in answer.content.decode()
    assert visitors.sign_in(name, RIGHT)[1].status_code == 302


def test_guessing_the_old_password_at_an_open_screen_is_locked_out(member):
    _, here, _ = member
    for _ in range(5):
        change(here, current="falsch-falsch")
    answer = change(here)
    assert (answer.status_code, "分钟后再试" in answer.content.decode()) == (422, True)
