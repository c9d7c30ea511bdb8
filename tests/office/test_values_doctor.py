"""Results stay fresh: after many random changes, and where many people change cells that one result depends on."""

import os
import random
import threading

import pytest
from filling import ROUND, YEAR, accept, do, figure, opened

from tijian.engine.kernel.faults import Refused

CHANGES = 1000 if os.environ.get("TIJIAN_LONG") else 60
PAIRS = 500 if os.environ.get("TIJIAN_LONG") else 25
REASONS = ("无数据", "不适用")


def cells():
    """Name every cell that stands: variable, area, period, strand, unit, text."""
    from tijian.office.values.models import Value

    found = {v.cell: v for v in Value.objects.order_by("id")}
    return [(*cell, v.unit, v.text) for cell, v in sorted(found.items())]


def changed(rng, known):
    variable, area, period, strand, unit, text = rng.choice(known)
    given = (
        rng.choice(REASONS)
        if rng.random() < 0.15 or text in REASONS
        else f"{float(text) * rng.uniform(0.5, 2):.4f}"
    )
    return figure(variable, area, given, unit, period, strand=strand)


def random_changes(rng, count):
    from tijian.office.values.actions import AdoptStrand

    known, done = cells(), 0
    while done < count:
        try:
            if rng.random() < 0.1:
                strand = rng.choice(["自体检", "第三方", ""])
                do(AdoptStrand("MO01", rng.choice(["990101", "990102", "990104"]), YEAR, strand, "试"))
            else:
                accept(*(changed(rng, known) for _ in range(rng.choice([1, 1, 1, 3]))))
        except Refused as refused:
            codes = {f.code for f in refused.faults}
            assert codes <= {"values.same", "choice.same", "choice.strand", "value.twice"}, codes
            continue
        done += 1


def test_after_random_changes_nothing_is_stale(filled):
    from tijian.office.values.doctor import recompute_all

    opened("2023", 2023)
    random_changes(random.Random(20190619), CHANGES)  # noqa: S311
    found = recompute_all()
    assert found.differences == []
    assert found.compared > 100
    assert filled.verify().findings == []


def test_with_one_dependency_taken_out_doctor_finds_it(filled, monkeypatch):
    """The control: 常住人口 is no longer known to be read, so its users grow stale."""
    from tijian.office.values import closure
    from tijian.office.values.doctor import recompute_all

    truth = closure.reads
    monkeypatch.setattr(closure, "reads", lambda seen, key: truth(seen, key) - {"residents"})
    accept(figure("residents", "990103001", "9.9", "万人"))
    assert recompute_all().differences


def pair(seed):
    """Let two people accept distinct cells at once, released together, on which the same results depend; give their faults."""
    barrier, faults = threading.Barrier(2), []

    def accepting(variable, area, text, unit):
        from django.db import connection

        try:
            barrier.wait()
            accept(figure(variable, area, text, unit))
        except Exception as error:  # noqa: BLE001 — told below
            faults.append(error)
        finally:
            connection.close()

    rng = random.Random(seed)  # noqa: S311
    people = f"{rng.uniform(1, 9):.4f}"
    threads = [
        threading.Thread(target=accepting, args=("residents", "990103001", people, "万人")),
        threading.Thread(target=accepting, args=("residents", "990103002", people, "万人")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.parametrize("engine", ["postgresql"], indirect=False)
def test_pairs_of_writers_leave_nothing_stale(engine, filled_template, copy_of):
    from tijian.office.values.doctor import recompute_all

    copy_of(filled_template(engine))
    assert [fault for n in range(PAIRS) for fault in pair(n)] == []
    assert recompute_all().differences == []


@pytest.mark.parametrize("engine", ["postgresql"], indirect=False)
def test_without_the_locks_pairs_of_writers_leave_stale_results(
    engine, filled_template, copy_of, monkeypatch
):
    """The control: the same pairs, no period locked."""
    from tijian.office.values.actions import AcceptValues
    from tijian.office.values.doctor import recompute_all

    copy_of(filled_template(engine))
    monkeypatch.setattr(AcceptValues, "periods", lambda _self: ())
    stale = collided = 0
    for n in range(PAIRS):
        collided += bool(pair(n))
        stale += bool(recompute_all().differences)
    print(f"without locks: {stale} of {PAIRS} pairs left stale results, {collided} collided on a revision")
    assert stale + collided


def test_as_of_asks_one_position(filled):
    from tijian.office.ledger.queries import position
    from tijian.office.values.results import current

    at = position()
    from tijian.office.register.models import Round

    which = Round.objects.get(name=ROUND)
    before = {cell: r.pk for cell, r in current(which).items()}
    accept(figure("residents", "990103001", "9.9", "万人"))
    assert {cell: r.pk for cell, r in current(which, at).items()} == before
    assert {cell: r.pk for cell, r in current(which).items()} != before
