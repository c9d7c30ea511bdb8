"""A form sent twice is done once, and what stands against an action comes back to the page."""

import threading

import pytest

TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def perform(visitors):
    """Perform an action as if its form had been posted."""
    from django.test import RequestFactory

    from tijian.office.people.models import Login
    from tijian.shells.web.perform import perform

    def of(action, token=TOKEN, account="guanli"):
        request = RequestFactory().post("/x", {"once": token} if token else {})
        request.user = Login.objects.get(name=account)
        return perform(request, action)

    return of


def token(number):
    return f"{number:032x}"


def write(name, text="字"):
    from ledger_slice.actions import Write

    return Write(name, text)


def entries():
    from tijian.office.ledger.models import Entry

    return Entry.objects.count()


def test_sent_twice_it_is_done_once_and_answered_alike(perform):
    before = entries()
    first, second = perform(write("一"), token(1)), perform(write("一"), token(1))
    assert (first.done, first.status, first.faults) == (second.done, 200, ())
    assert first.answer == second.answer != {}
    assert entries() == before + 1
    assert perform(write("一"), token(2)).done.position == first.done.position + 1


def test_sent_twice_at_the_same_time_it_is_done_once(perform):
    from django.db import connection

    before, found = entries(), []

    def send():
        found.append(perform(write("二"), token(3)))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entries() == before + 1
    assert {o.done.position for o in found if o.done} == {before + 1}
    assert {f.code for o in found for f in o.faults} <= {"repeat.busy", "repeat.released"}


def test_a_used_form_with_other_content_is_refused_in_words(perform):
    perform(write("三", "先"), token(4))
    outcome = perform(write("三", "后"), token(4))
    assert (outcome.done, outcome.status) == (None, 409)
    assert [f.code for f in outcome.faults] == ["repeat.reused"]
    assert "这张表单已经提交过" in outcome.faults[0].hint
    assert TOKEN not in str(outcome.faults[0])


def test_everything_that_stands_against_it_comes_back_and_the_form_can_be_sent_again(perform):
    outcome = perform(write("忌", ""), token(5))
    assert [(f.code, f.expected, f.hint) for f in outcome.faults] == [
        ("slice.empty", "内容", "请写内容。"), ("slice.name", "别的名称", "请改名。"),
    ]  # fmt: skip
    assert outcome.status == 422
    assert perform(write("四"), token(5)).done is not None


@pytest.mark.parametrize("given", ["", "x", "g" * 32, TOKEN + "0"])
def test_without_a_token_nothing_is_done(perform, given):
    before = entries()
    outcome = perform(write("五"), given)
    assert ([f.code for f in outcome.faults], outcome.status) == (["form.once"], 422)
    assert entries() == before


def test_a_token_of_somebody_else_is_not_used_up(perform):
    from tijian.office.people.actions import SetPassword

    first = perform(SetPassword("guanli", "tijian-2020-a"), token(6), "guanli")
    second = perform(SetPassword("keren", "tijian-2020-b"), token(6), "keren")
    assert second.done.position == first.done.position + 1


def test_a_missing_right_is_told_with_the_rule(perform):
    outcome = perform(write("六"), token(7), "huanbao")
    assert outcome.status == 403
    assert "“运行维护”由系统管理员办理" in outcome.faults[0].hint


def test_every_rendering_has_a_token_of_its_own(visitors):
    from visitors import once

    client = visitors.client("bangongshi")
    assert once(client.get("/password")) != once(client.get("/password"))
