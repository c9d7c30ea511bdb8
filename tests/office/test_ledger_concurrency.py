"""Many writers: the chain has no gap and no fork, results on common periods are never stale, no lock queues the work."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from place import DAY


@pytest.fixture
def stage():
    return "opened"


PAIRS = 50
EACH = 200


def run_two(office, mode, each):
    children = [office.child(mode, name, each) for name in ("甲", "乙")]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    return children


def finish(children):
    failed = sum(int(child.stdout.readline()) for child in children)
    for child in children:
        child.stdin.close()
        child.stdout.close()
        assert child.wait(60) == 0
    return failed


def test_two_processes_leave_one_chain_and_positions_are_the_order_of_commits(office):
    """Whoever looks meanwhile sees as many entries as the highest position: none was taken and not yet committed."""
    from django.db.models import Count, Max

    from tijian.office.ledger.models import Entry

    began = time.monotonic()
    children = run_two(office, "many", EACH)
    looks, ahead = 0, []
    while any(child.poll() is None for child in children) and looks < 100_000:
        seen = Entry.objects.aggregate(count=Count("*"), top=Max("position"))
        looks += 1
        time.sleep(0.002)
        if seen["count"] != seen["top"]:
            ahead.append(seen)
        if seen["top"] == 2 * EACH + 1:
            break
    assert finish(children) == 0
    seconds = time.monotonic() - began
    report = office.verify()
    assert report.findings == []
    assert report.notes == []  # the file of heads is complete, too
    assert ahead == []
    assert looks > 20
    positions = list(Entry.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, 2 * EACH + 2))
    print(
        f"\n{office.engine}: {2 * EACH} actions by two processes in {seconds:.1f} s, {looks} looks, 0 gaps, 0 forks"
    )


def test_without_the_lock_the_same_two_processes_collide(office):
    """The control: the head read without its lock (on SQLite: transactions begun DEFERRED)."""
    failed = finish(run_two(office, "without-lock", 100))
    print(f"\n{office.engine}: without the lock {failed} of 200 actions failed")
    assert failed > 0
    assert office.verify().findings == []  # the database's own keys refuse a fork


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_the_head_is_not_locked_while_actions_work(office):
    """Two actions meet inside their changes; with the head locked first they never would."""
    from django.db import connection
    from ledger_slice.actions import Write

    meeting = threading.Barrier(2, timeout=10)

    class Meet(Write):
        def change(self, tx):
            meeting.wait()
            return super().change(tx)

    def go(name):
        try:
            return Meet(name, "字").execute("甲", today=DAY).position
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, "甲乙")) == [2, 3]


def stale_after(kind, pause):
    """Release pairs on two periods, one of which looks back on the other; count totals that are stale."""
    from django.db import connection
    from ledger_slice.models import Total, latest_total

    barrier = threading.Barrier(2, timeout=60)

    def go(which):
        try:
            for pair in range(PAIRS):
                earlier, later = f"{pair}-2018", f"{pair}-2019"
                action = kind(earlier, later, (earlier, later)[which], float(pair + which + 1), pause)
                barrier.wait()
                action.execute(f"人{which}", today=DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, (0, 1)))
    assert Total.objects.count() == 3 * PAIRS
    stale = 0
    for pair in range(PAIRS):
        stale += latest_total(f"{pair}-2019") != float(2 * pair + 3)
    return stale


def test_with_all_periods_locked_no_result_is_stale(office):
    from ledger_slice.actions import Accept

    assert stale_after(Accept, 0.002) == 0
    assert office.verify().findings == []


@pytest.mark.parametrize("kind", ["AcceptWithoutLocks", "AcceptWithOwnLock"])
def test_the_controls_leave_stale_results_where_writers_run_beside_one_another(office, kind):
    """Also with a lock on the own period alone. On SQLite IMMEDIATE leaves one writer at a time: nothing to lock."""
    from ledger_slice import actions

    stale = stale_after(getattr(actions, kind), 0.002)
    print(f"\n{office.engine}: {kind} {stale} of {PAIRS} stale")
    assert stale == 0 if office.engine == "sqlite" else stale > 0


def test_the_key_of_a_period_is_stable():
    from tijian.office.ledger.locks import lock_key

    assert lock_key("2019") == 7457024538345717608
    assert len({lock_key(str(year)) for year in range(1900, 2100)}) == 200
    assert all(-(2**63) <= lock_key(str(year)) < 2**63 for year in range(1900, 2100))


def test_a_lock_outside_an_action_is_an_error_of_ours(office):
    from tijian.office.ledger.locks import lock_periods

    with pytest.raises(RuntimeError):
        lock_periods(["2019"])


def test_who_waits_too_long_is_told_so(office):
    """A held lock becomes a refusal in words, not a fault of the program."""
    from django.db import connection, transaction
    from ledger_slice.actions import Accept

    from tijian.engine.kernel.faults import Refused
    from tijian.office.ledger.locks import lock_periods

    held, leave = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                lock_periods(["2019"])
                held.set()
                leave.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert held.wait(20)
        with connection.cursor() as cursor:
            cursor.execute(
                "PRAGMA busy_timeout = 50" if office.engine == "sqlite" else "SET lock_timeout = '50ms'"
            )
        with pytest.raises(Refused) as refused:
            Accept("2018", "2019", "2019", 1.0).execute("甲", today=DAY)
        leave.set()
        holder.result()
    assert [f.code for f in refused.value.faults] == ["ledger.busy"]
