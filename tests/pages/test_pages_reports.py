"""报告, 系统状态, 台账 and 帮助: editions are stored bytes, the trail is read entry by entry."""

import csv
import io
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
    assert "values_value" in entry  # in the raw record
    assert re.search(r"变量 \w+", entry)
    assert "数值 " in entry
    assert f"/values/withdraw/{number}" in entry
    assert visitors.client("shenji").get("/trail/99999/").status_code == 404
    assert visitors.client("lingdao").get("/trail/").status_code == 403


def test_the_state_of_the_system_and_the_guide_of_ones_role_first(place, visitors):
    text = page(visitors, "/status/", "guanli")
    assert ("SQLite" if place.engine == "sqlite" else "PostgreSQL") in text
    helped = page(visitors, "/help/", "zhuanjia")
    assert helped.index("您的角色") < helped.index("领导小组</h2>")


def test_the_trail_is_narrowed_by_date_and_downloaded_whole(place, visitors):
    """A typed text that is no date narrows nothing and is said; the file has full hashes and local time."""
    from django.utils import timezone

    from tijian.office.ledger.models import Entry

    last = Entry.objects.order_by("-position")[0]
    day = last.business_date.isoformat()
    assert f"/trail/{last.position}/" in page(visitors, f"/trail/?since={day}&until={day}", "shenji")
    assert "没有这样的记录" in page(visitors, "/trail/?until=1999-12-31", "shenji")
    wrong = page(visitors, "/trail/?since=五月", "shenji")
    assert "“五月”不是日期" in wrong
    assert f"/trail/{last.position}/" in wrong
    file = visitors.client("shenji").get("/trail/trail.csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + Entry.objects.count()
    assert rows[1][0] == str(last.position)
    assert rows[1][-1] == last.hash
    assert rows[1][-2] == f"{timezone.localtime(last.at):%Y-%m-%d %H:%M:%S}" != f"{last.at:%Y-%m-%d %H:%M:%S}"
    assert rows[1][-2] in page(visitors, "/trail/", "shenji")
    none = visitors.client("shenji").get("/trail/trail.csv?until=1999-12-31")
    assert len(none.content.decode().splitlines()) == 1


def test_checks_are_asked_for_on_the_page_and_name_what_is_wrong(place, visitors):
    """A row edited by SQL and a stored result edited by SQL are each named by the check that is for it."""
    from django.db import connection
    from django_tasks_db.models import DBTaskResult

    from tijian.shells import jobs

    DBTaskResult.objects.all().delete()
    client = visitors.client("shenji")
    assert "还没有做过" in page(visitors, "/status/", "shenji")
    for _ in range(2):
        client.post("/status/check", {"what": "ledger", "once": once(client.get("/status/"))})
    assert DBTaskResult.objects.filter(task_path=jobs.verify_ledger.module_path).count() == 1
    assert "正在核对台账" in page(visitors, "/status/", "shenji")
    assert "HX-Refresh" not in client.get("/status/running").headers
    ended(jobs.verify_ledger)
    assert client.get("/status/running").headers["HX-Refresh"] == "true"
    assert "全部相符" in page(visitors, "/status/", "shenji")
    ended(jobs.recompute_results)
    assert "差异 0" in page(visitors, "/status/", "shenji")
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM values_result WHERE grade = '差'")
        key = cursor.fetchone()[0]
        cursor.execute("UPDATE values_result SET grade = '优' WHERE id = %s", [key])
    ended(jobs.verify_ledger)
    ended(jobs.recompute_results)
    text = page(visitors, "/status/", "shenji")
    assert f"第 {key} 行与第" in text
    assert text.count("1 处不符") == 2
    with connection.cursor() as cursor:
        cursor.execute("UPDATE values_result SET grade = '差' WHERE id = %s", [key])
    assert (
        client.post("/status/check", {"what": "x", "once": once(client.get("/status/"))}).status_code == 404
    )
    assert visitors.client("huanbao").post("/status/check", {"what": "ledger"}).status_code == 403


def ended(job):
    """Do what the worker does with a job that waits, and keep what it gives as the queue does."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.filter(task_path=job.module_path, status="READY").first()
    key = waiting.pk if waiting is not None else job.enqueue().id
    DBTaskResult.objects.filter(pk=key).update(
        status="SUCCESSFUL", return_value=job.func(), finished_at=timezone.now()
    )


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
