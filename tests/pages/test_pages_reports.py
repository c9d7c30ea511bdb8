"""报告, 系统状态, 台账 and 帮助: editions are stored bytes, the trail is read entry by entry."""

import re

import pytest
from filling import ROUND, accept, figure
from visitors import once

from tijian.engine.kernel.faults import Refused


@pytest.fixture
def which(place):
    from tijian.office.register.models import Round

    return Round.objects.get(name=ROUND)


def issue(account="bangongshi"):
    """Do what the worker does with the job."""
    from tijian.shells.jobs import issue

    return issue.func(ROUND, account)


def page(visitors, path, account="bangongshi"):
    answer = visitors.client(account).get(path)
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return answer.content.decode()


def test_an_edition_is_stored_bytes_and_stays(place, which, visitors):
    """A second setting of the same state is refused as equal, which also says that it gives the same bytes."""
    from tijian.engine.kernel.canonical import sha256
    from tijian.office.publish.models import Report

    number = issue()
    text = page(visitors, f"/r/{which.pk}/reports/")
    assert f"第 {number} 版" in text
    client, got = visitors.client("lingdao"), {}
    for href, key in re.findall(rf'href="(/r/{which.pk}/reports/(\d+)/)"', text):
        got[int(key)] = sha256(client.get(href).content)
    assert got == dict(Report.objects.values_list("pk", "sha256"))
    assert len(got) == 2 * (1 + 5)
    with pytest.raises(Refused) as refused:
        issue()
    assert [f.code for f in refused.value.faults] == ["edition.same"]
    accept(figure("residents", "990103001", "5.55", "万人"))
    assert "这一版之后结果已变" in page(visitors, f"/r/{which.pk}/reports/")
    assert issue() == number + 1
    assert place.verify().findings == []


def test_only_the_office_has_reports_set_and_asking_twice_is_one_job(place, which, visitors):
    from django_tasks_db.models import DBTaskResult

    from tijian.shells import jobs

    DBTaskResult.objects.all().delete()
    client = visitors.client("bangongshi")
    for _ in range(2):
        client.post(f"/r/{which.pk}/reports/", {"once": once(client.get(f"/r/{which.pk}/reports/"))})
    assert DBTaskResult.objects.filter(task_path=jobs.issue.module_path).count() == 1
    assert "正在编制九份报告" in page(visitors, f"/r/{which.pk}/reports/")
    running = client.get(f"/r/{which.pk}/reports/running")
    assert "HX-Refresh" not in running.headers
    DBTaskResult.objects.all().delete()
    assert client.get(f"/r/{which.pk}/reports/running").headers["HX-Refresh"] == "true"
    assert visitors.client("huanbao").post(f"/r/{which.pk}/reports/").status_code == 403
    with pytest.raises(Refused):
        issue("huanbao")


def test_a_lost_file_and_another_rounds_file_are_404(place, which, visitors):
    from tijian.office.ledger import evidence
    from tijian.office.publish.models import Report

    report = Report.objects.first() or (issue() and Report.objects.first())
    client = visitors.client("lingdao")
    assert client.get(f"/r/999/reports/{report.pk}/").status_code == 404
    evidence.path(report.sha256).rename(evidence.path(report.sha256).with_suffix(".away"))
    assert client.get(f"/r/{which.pk}/reports/{report.pk}/").status_code == 404
    evidence.path(report.sha256).with_suffix(".away").rename(evidence.path(report.sha256))


def test_the_trail_is_read_from_the_end_and_narrowed(place, visitors):
    from tijian.office.ledger.queries import position

    text = page(visitors, "/trail/", "shenji")
    assert f"/trail/{position()}/" in text
    narrowed = page(visitors, "/trail/?verb=values.accept", "shenji")
    assert "采纳数值" in narrowed
    assert "没有这样的记录" in page(visitors, "/trail/?actor=nobody", "shenji")
    number = re.search(r"/trail/(\d+)/", narrowed)[1]
    entry = page(visitors, f"/trail/{number}/", "shenji")
    assert "values_value" in entry
    assert visitors.client("shenji").get("/trail/99999/").status_code == 404
    assert visitors.client("lingdao").get("/trail/").status_code == 403


def test_the_state_of_the_system_and_the_guide_of_ones_role_first(place, visitors):
    text = page(visitors, "/status/", "guanli")
    assert ("SQLite" if place.engine == "sqlite" else "PostgreSQL") in text
    helped = page(visitors, "/help/", "zhuanjia")
    assert helped.index("您的角色") < helped.index("领导小组</h2>")


def test_reports_of_an_ended_round_are_those_of_its_end(place, which, visitors):
    """What was corrected after the end is no part of the round: the same reports again are refused as equal."""
    from filling import do

    from tijian.office.publish.models import Edition
    from tijian.office.register.queries import ended_at
    from tijian.office.values.rounds import CloseRound

    accept(figure("residents", "990103001", "6.66", "万人"))
    do(CloseRound(ROUND, "例"))
    issue()
    assert Edition.objects.order_by("-number")[0].position == ended_at(which)
    accept(figure("residents", "990103001", "7.77", "万人"))
    with pytest.raises(Refused) as refused:
        issue()
    assert [f.code for f in refused.value.faults] == ["edition.same"]
