"""What is foretold is what acceptance then moves, to the last byte of every result."""

import pytest
from filling import ROUND, YEAR, accept, do, figure, opened

from tijian.engine.kernel.faults import Refused

# figures that change a value, give one up, come from another strand, from an earlier year, from a day
CASES = {
    "a figure": [("residents", "990103001", "9.9", "万人")],
    "a lost figure": [("residents", "990103001", "无数据", "万人")],
    "another unit": [("land", "990101001", "30", "ha")],
    "another strand": [("hydrants_ok", "990102001", "3", "处", "2024", "第三方")],
    "an earlier year": [("residents", "990103001", "4.4", "万人", "2023")],
    "several": [
        ("residents", "990101001", "0.4", "万人"),
        ("road_length", "990101001", "1", "km"),
        ("bridges_ok", "990101001", "0", "处"),
    ],
}


@pytest.fixture
def stage():
    return "demo"


def figures_of(case):
    keys = ("variable", "area", "text", "unit", "period", "strand")
    return [figure(**dict(zip(keys, given, strict=False))) for given in CASES[case]]


def told(moved):
    return [
        (
            m.which.name,
            [(old and (old.fields, old.facts), (new.revision, new.fields, new.facts)) for old, new in m.results],
            [(old and old.fields, (new.revision, new.fields)) for old, new in m.dimensions],
        )
        for m in moved
        if m.results or m.dimensions
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_preview_equals_what_acceptance_moves(filled, case):
    from tijian.office.ledger.queries import position
    from tijian.office.values.preview import moved_by, preview

    before = position()
    foretold = told(preview(figures_of(case)))
    assert position() == before
    done = accept(*figures_of(case))
    assert foretold == told(moved_by(done.action))
    assert foretold or case == "another unit"


def test_every_open_round_that_looks_at_it_is_foretold(filled):
    from tijian.office.values.preview import moved_by, preview

    opened("先行", areas=("990101", "990101001", "990101002", "990101003"))
    figures = [figure("residents", "990101001", "0.3", "万人")]
    foretold = told(preview(figures))
    assert [name for name, *_ in foretold] == [ROUND, "先行"]
    assert foretold == told(moved_by(accept(*figures).action))


@pytest.mark.parametrize("strand", ["第三方", ""])
def test_a_choice_is_foretold(filled, strand):
    from tijian.office.values.actions import AdoptStrand
    from tijian.office.values.preview import Picked, moved_by, preview

    choice = ("MO01", "990104", YEAR, strand)
    foretold = told(preview(picked=Picked(*choice)))
    done = do(AdoptStrand(*choice, "图层已更新"))
    assert foretold == told(moved_by(done.action)) != []


def test_what_stands_already_moves_nothing(filled):
    from tijian.office.values.preview import preview

    same = [figure("residents", "990103001", "10000", "人", row=0)]
    assert told(preview(same)) == []
    assert preview() == []
    with pytest.raises(Refused):
        accept(*same)


@pytest.mark.parametrize("case", [c for c in CASES if c != "another unit"])
def test_an_acceptance_withdrawn_leaves_every_result_as_it_was(filled, case):
    from tijian.office.ledger.models import Entry
    from tijian.office.register.models import Round
    from tijian.office.values.export import tables
    from tijian.office.values.models import Value
    from tijian.office.values.withdraw import changes_of, withdrawing

    which = Round.objects.get(name=ROUND)
    before, rows = tables(which), Value.objects.count()
    entry = Entry.objects.get(position=accept(*figures_of(case)).position)
    assert tables(which) != before
    written = len(changes_of(entry))
    do(withdrawing(entry, "弄错了"))
    assert tables(which) == before
    assert Value.objects.count() == rows + 2 * written  # nothing is deleted
    assert not [c for c in changes_of(entry) if c.last]
    with pytest.raises(Refused):
        do(withdrawing(entry, "再来一次"))


def test_a_figure_changed_between_look_and_withdrawal_is_a_conflict(filled):
    from tijian.office.ledger.models import Entry
    from tijian.office.values.withdraw import withdrawing

    entry = Entry.objects.get(position=accept(*figures_of("several")).position)
    looked_at = withdrawing(entry, "弄错了")
    accept(figure("residents", "990101001", "0.5", "万人"))
    with pytest.raises(Refused) as refused:
        do(looked_at)
    assert [f.code for f in refused.value.faults] == ["value.conflict"]
