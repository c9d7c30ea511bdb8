"""Results stay fresh after many random changes; two people at once stand in ``tests/pages/test_pages_pairs.py``."""

import os
import random

from filling import ROUND, YEAR, accept, do, figure, opened

from tijian.engine.kernel.faults import Refused

CHANGES = 1000 if os.environ.get("TIJIAN_LONG") else 60
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
