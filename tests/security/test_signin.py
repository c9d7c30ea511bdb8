"""Signing in: locked out against guessing and spraying, for a while; only to pages of this site; told in words."""

from datetime import timedelta

import pytest

RIGHT = "tijian-2019"
PEOPLE = (
    "lingdao",
    "bangongshi",
    "tixi",
    "huanbao",
    "huanbao-shenhe",
    "chengjian",
    "donganqu",
    "xianqu",
    "disanfang",
)


def wrong(visitors, account, times=1, **more):
    return [visitors.sign_in(account, "falsch-falsch", **more)[1] for _ in range(times)][-1]


def right(visitors, account, **more):
    return visitors.sign_in(account, RIGHT, **more)[1].status_code


def text(answer):
    return answer.content.decode()


def test_signing_in_and_out(visitors):
    client, answer = visitors.sign_in("bangongshi")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/password").status_code == 200
    assert client.get("/signin").status_code == 302
    assert client.get("/signout").status_code == 405
    assert client.post("/signout").headers["Location"] == "/signin"
    assert client.get("/password").status_code == 302


def test_a_wrong_password_and_an_unknown_account_read_alike(visitors):
    answers = [wrong(visitors, account) for account in ("bangongshi", "meiyou")]
    assert [a.status_code for a in answers] == [422, 422]
    assert [("账号或密码不对" in text(a)) for a in answers] == [True, True]
    assert 'value="bangongshi"' in text(answers[0])


@pytest.mark.parametrize("account", ["", "x" * 81, "bang\x00ongshi", "系统管理员"])
def test_odd_names_are_no_fault_of_the_program(visitors, account):
    assert wrong(visitors, account).status_code == 422


def test_guessing_locks_the_account_wherever_it_is_tried(visitors):
    assert wrong(visitors, "bangongshi", 4).status_code == 422
    locked = wrong(visitors, "bangongshi")
    assert (locked.status_code, "请 15 分钟后再试" in text(locked)) == (429, True)
    assert right(visitors, "bangongshi") == 429
    assert right(visitors, "bangongshi", address="198.51.100.7") == 429
    assert right(visitors, "huanbao", address="198.51.100.7") == 302


def test_guessing_from_many_addresses_locks_the_account_too(visitors):
    for number in range(5):
        wrong(visitors, "bangongshi", address=f"198.51.100.{number}")
    assert right(visitors, "bangongshi") == 429


def test_spraying_locks_the_address_and_nobody_elsewhere(visitors):
    for account in PEOPLE:
        assert wrong(visitors, account).status_code == 422
    assert wrong(visitors, "meiyou").status_code == 429
    assert right(visitors, "guanli") == 429
    assert [right(visitors, a, address="198.51.100.7") for a in PEOPLE] == [302] * len(PEOPLE)


def test_signing_in_to_ones_own_account_gives_no_new_tries_at_others(visitors):
    for account in PEOPLE:
        wrong(visitors, account)
        assert right(visitors, "guanli") == 302
    assert wrong(visitors, "meiyou").status_code == 429


def test_ones_own_slips_are_forgotten_after_signing_in(visitors):
    for _ in range(3):
        wrong(visitors, "bangongshi", 4)
        assert right(visitors, "bangongshi") == 302


def test_a_made_up_header_is_no_other_address(visitors):
    for number, account in enumerate((*PEOPLE, "meiyou")):
        client = visitors.client()
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        last = visitors.sign_in(account, "falsch-falsch", client)[1]
    assert last.status_code == 429


def test_a_hundred_guesses_ask_for_the_password_five_times(visitors, monkeypatch):
    from tijian.office.people.models import Login

    asked = []
    original = Login.check_password
    monkeypatch.setattr(Login, "check_password", lambda self, given: asked.append(1) or original(self, given))
    client = visitors.client()
    for _ in range(100):
        visitors.sign_in("bangongshi", "falsch-falsch", client)
    assert len(asked) == 5


def test_after_the_cool_off_it_is_open_again_and_trying_does_not_prolong_it(visitors):
    from axes.models import AccessAttempt

    wrong(visitors, "bangongshi", 5)
    before = AccessAttempt.objects.get().attempt_time
    assert wrong(visitors, "bangongshi", 3).status_code == 429
    assert AccessAttempt.objects.get().attempt_time == before
    AccessAttempt.objects.update(attempt_time=before - timedelta(minutes=10))
    assert "请 5 分钟后再试" in text(wrong(visitors, "bangongshi"))
    AccessAttempt.objects.update(attempt_time=before - timedelta(minutes=15, seconds=1))
    assert right(visitors, "bangongshi") == 302


def test_an_account_that_was_ended_cannot_sign_in(visitors):
    from tijian.office.ledger import queries
    from tijian.office.people.actions import CreateAccount, Deactivate

    CreateAccount("lin", "林", password=RIGHT).execute("guanli", today=queries.today())
    client, answer = visitors.sign_in("lin")
    assert answer.status_code == 302
    Deactivate("lin").execute("guanli", today=queries.today())
    assert client.get("/password").status_code == 302
    assert right(visitors, "lin") == 422


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/%0d//x\r\n",
        " /x",
    ],
)
def test_nobody_is_sent_to_another_site(visitors, wanted):
    client = visitors.client()
    answer = client.post("/signin", {"username": "bangongshi", "password": RIGHT, "next": wanted})
    assert answer.headers["Location"] == "/"
    assert visitors.client().get("/signin", {"next": wanted}).status_code == 200


def test_one_goes_on_to_the_page_one_wanted(visitors):
    client = visitors.client()
    asked = client.get("/password?a=1&b=2")
    page = client.get(asked.headers["Location"])
    assert 'name="next" value="/password?a=1&amp;b=2"' in text(page)
    answer = client.post(
        "/signin", {"username": "bangongshi", "password": RIGHT, "next": "/password?a=1&b=2"}
    )
    assert answer.headers["Location"] == "/password?a=1&b=2"


@pytest.mark.parametrize("path", ["/signin", "/password", "/signout"])
def test_a_form_without_the_pages_token_is_refused_in_words(visitors, path):
    client = visitors.client("bangongshi", csrf=True)
    answer = client.post(path, {"username": "bangongshi", "password": RIGHT})
    assert (answer.status_code, "<h1" in text(answer)) == (403, True)
    assert client.get("/password").status_code == 200


def test_the_form_with_its_token_works(visitors):
    import re

    client = visitors.client(csrf=True)
    page = client.get("/signin")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(page))[1]
    form = {"username": "bangongshi", "password": RIGHT, "csrfmiddlewaretoken": token}
    assert client.post("/signin", form).status_code == 302


def test_a_host_that_is_not_ours_is_refused(visitors):
    assert visitors.client().get("/signin", headers={"Host": "evil.example"}).status_code == 400


def test_demo_accounts_are_shown_where_they_are(visitors):
    page = text(visitors.client().get("/signin"))
    assert "演示安装" in page
    assert "环保局部门填报人" in page


def test_health_tells_nothing(visitors):
    answer = visitors.client().get("/healthz")
    assert (answer.status_code, text(answer)) == (200, "正常\n")
