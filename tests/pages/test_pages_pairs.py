"""Two people correct distinct figures at the same moment, each in a session of the site, and one result depends on both."""

import logging
import os
import random
import threading

import pytest
from filling import ROUND, opened
from harness import copied
from visitors import Visitors, once

PAIRS = 500 if os.environ.get("TIJIAN_LONG") else 8
AREAS = "990103001", "990103002"
# 常住人口 of two 街道 of one year; or of two years, which the own trend of the later one looks back on.
PERIODS = ("2024", "2024"), ("2023", "2024")
STRAND, UNIT = "自体检", "万人"


@pytest.fixture(scope="module")
def place(filled_template, tmp_path_factory, request):
    """Copy the filled installation on PostgreSQL, where writers run beside one another, with a second round."""
    from tijian.shells.settings.use import release

    engine = "postgresql"
    made, name = copied(filled_template(engine), tmp_path_factory.mktemp("pairs") / "data", engine, request)
    opened("2023", 2023)
    yield made
    release()
    request.getfixturevalue("server").drop(name)


def form(client, path, area, period, text):
    """Open the form for a correction and fill it in."""
    asked = {"variable": "residents", "area": area, "period": period, "strand": STRAND}
    got = client.get(path, asked)
    assert got.status_code == 200, got.content.decode()[-400:]
    return asked | {"once": once(got), "text": text, "unit": UNIT, "reason": "并发试验", "mark": ""}


def pair(seed):
    """Post two corrections released by a barrier; give the status of both answers, or what was raised."""
    from tijian.office.register.models import Round

    path = f"/r/{Round.objects.get(name=ROUND).pk}/values/correct"
    value = f"{random.Random(seed).uniform(1, 9):.4f}"  # noqa: S311 — the same for both: a stale sum shows
    barrier, answers = threading.Barrier(2), []
    cells = list(zip(AREAS, PERIODS[seed % 2], strict=True))
    clients = [Visitors().client("bangongshi") for _ in cells]
    forms = [form(client, path, *cell, value) for client, cell in zip(clients, cells, strict=True)]

    def post(client, filled):
        from django.db import connection

        try:
            barrier.wait()
            answers.append(client.post(path, filled).status_code)
        except Exception as error:  # noqa: BLE001 — given back
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=both) for both in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_pairs_of_sessions_leave_nothing_stale(place):
    from tijian.office.values.doctor import recompute_all
    from tijian.office.values.models import Value

    before = Value.objects.count()
    assert [a for n in range(PAIRS) for a in pair(n) if a != 302] == []
    assert Value.objects.count() == before + 2 * PAIRS
    found = recompute_all()
    assert found.differences == []
    assert found.compared > 100
    assert place.verify().findings == []


@pytest.mark.usefixtures("place")
def test_a_correction_has_weaknesses_searched_again():
    """An import and a correction are acceptances of another class: whatever changed results, a search waits."""
    from django_tasks_db.models import DBTaskResult

    from tijian.office.values.scan import stale_rounds
    from tijian.shells import jobs

    DBTaskResult.objects.all().delete()
    assert pair(77) == [302, 302]
    waiting = DBTaskResult.objects.filter(task_path=jobs.scan.module_path, status="READY")
    assert waiting.count() == 1
    assert jobs.scan.func() >= 1
    assert stale_rounds() == []
    DBTaskResult.objects.all().delete()
    jobs.look_for_weaknesses()
    assert not waiting.exists()


def test_without_the_locks_the_same_pairs_leave_stale_results(place, monkeypatch):
    """The control: no period locked."""
    from tijian.office.values.correct import CorrectValues
    from tijian.office.values.doctor import recompute_all

    monkeypatch.setattr(CorrectValues, "periods", lambda _self: ())
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    stale = collided = 0
    for n in range(8):
        collided += any(a != 302 for a in pair(1000 + n))
        stale += bool(recompute_all().differences)
    print(f"without locks: {stale} of 8 pairs left stale results, {collided} collided on a revision")
    assert stale > 0
