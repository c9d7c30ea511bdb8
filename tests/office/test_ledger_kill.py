"""kill -9 in the middle of work: nothing acknowledged is lost, no entry without its rows, no row without its entry."""

import os
import random
import signal
import time

import pytest

KILLS = 20


@pytest.fixture
def stage():
    return "opened"


def killed(office, honest):
    """Let writers be killed at random moments; give everything that was acknowledged."""
    chance = random.Random(20190601)  # noqa: S311 — moments, no secrets
    nursery = office.child("nursery", "honest" if honest else "hasty")
    acknowledged = []
    for number in range(KILLS):
        nursery.stdin.write(f"{number}\n")
        nursery.stdin.flush()
        pid, first = None, False
        while not (pid and first):
            kind, what = nursery.stdout.readline().split()
            pid = int(what) if kind == "pid" else pid
            if kind == "ack":
                first = True
                acknowledged.append(what)
        time.sleep(chance.uniform(0.05, 0.15))
        os.kill(pid, signal.SIGKILL)
        while (line := nursery.stdout.readline().split()) != ["end", str(number)]:
            acknowledged.append(line[1])
    nursery.stdin.close()
    nursery.stdout.close()
    assert nursery.wait(20) == 0
    return acknowledged


def lost(acknowledged):
    from ledger_slice.models import Board

    return set(acknowledged) - set(Board.objects.values_list("name", flat=True))


def test_nothing_acknowledged_is_lost_and_nothing_is_half(office):
    acknowledged = killed(office, honest=True)
    assert len(acknowledged) >= KILLS
    assert lost(acknowledged) == set()
    report = office.verify()
    assert report.findings == []
    assert report.rows == report.entries
    print(f"\n{office.engine}: {KILLS} kills, {len(acknowledged)} acknowledged, 0 lost, 0 halves")


def test_a_writer_that_answers_before_it_has_written_is_found_out(office):
    acknowledged = killed(office, honest=False)
    gone = lost(acknowledged)
    print(f"\n{office.engine}: the hasty writer lost {len(gone)} of {len(acknowledged)}")
    assert gone
