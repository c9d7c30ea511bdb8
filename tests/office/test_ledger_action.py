"""An action: permission, every precondition, rows and entry together, the same key once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from place import DAY

from tijian.engine.kernel.faults import Refused


@pytest.fixture
def stage():
    return "opened"


def write(name="甲", text="字", **options):
    from ledger_slice.actions import Write

    return Write(name, text).execute("张三", today=DAY, **options)


def codes(refused):
    return [f.code for f in refused.value.faults]


def test_an_entry_holds_who_what_when_and_every_row(office):
    from ledger_slice.actions import Accept
    from ledger_slice.models import Figure, Total

    from tijian.office.ledger.models import Entry

    done = Accept("2018", "2019", "2018", 0.1 + 0.2).execute("李四", today=DAY)
    entry = Entry.objects.get(position=done.position)
    assert (entry.position, entry.actor, entry.verb, entry.business_date) == (2, "李四", "slice.accept", DAY)
    assert json.loads(entry.arguments)["value"] == "0.30000000000000004"
    (figure,), totals = Figure.objects.all(), Total.objects.order_by("id")
    action = str(done.action)
    assert json.loads(entry.rows) == [
        ["ledger_slice_figure", {"action_id": action, "id": figure.pk, "period": "2018", "value": "0.30000000000000004"}],
        ["ledger_slice_total", {"action_id": action, "id": totals[0].pk, "period": "2018", "value": "0.30000000000000004"}],
        ["ledger_slice_total", {"action_id": action, "id": totals[1].pk, "period": "2019", "value": "0.30000000000000004"}],
    ]  # fmt: skip
    assert office.verify().findings == []


def test_every_precondition_is_told_and_nothing_written(office):
    from tijian.office.ledger.models import Entry

    with pytest.raises(Refused) as refused:
        write("忌", "")
    assert codes(refused) == ["slice.empty", "slice.name"]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("account", ["", " ", "张\n三", "甲" * 81])
def test_a_nameless_account_is_refused_with_the_rule(office, account):
    from ledger_slice.actions import Write

    with pytest.raises(Refused) as refused:
        Write("甲", "字").execute(account, today=DAY)
    assert codes(refused) == ["permission.missing"]
    assert "账号" in str(refused.value)


def test_a_duty_without_a_rule_is_nobodys(office):
    from tijian.office.ledger.permissions import may

    assert not may("无此职责")("张三", None).allowed


def test_a_failure_after_writing_leaves_neither_row_nor_entry(office, monkeypatch):
    from ledger_slice.models import Board

    from tijian.office.ledger import action
    from tijian.office.ledger.models import Entry

    def broken(*_args):
        raise OSError("disk")

    monkeypatch.setattr(action.chain, "append", broken)
    with pytest.raises(OSError, match="disk"):
        write()
    assert (Board.objects.count(), Entry.objects.count()) == (0, 1)


def test_a_row_without_an_entry_cannot_commit(office):
    from django.db import IntegrityError, transaction
    from ledger_slice.models import Board

    with pytest.raises(IntegrityError), transaction.atomic():
        Board._base_manager.bulk_create([Board(name="甲", text="字", action_id=uuid4())])


def test_chained_rows_are_written_by_actions_only(office):
    from ledger_slice.models import Board, Figure

    from tijian.office.ledger.action import Transaction
    from tijian.office.ledger.models import Entry

    write()
    board = Board.objects.get()
    for attempt in (
        board.save, board.delete, Board.objects.all().delete, Entry.objects.all().delete,
        lambda: Board.objects.update(text=""), lambda: Board.objects.create(name="乙"),
        lambda: Transaction("张三", DAY).change(Figure(period="2019", value=1.0)),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            attempt()


def test_actions_do_not_nest(office):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        write()


def test_not_a_number_has_no_place(office):
    from ledger_slice.actions import Accept

    with pytest.raises(ValueError, match="nan"):
        Accept("2018", "2019", "2018", float("nan")).execute("甲", today=DAY)


def test_a_changed_row_is_held_to_its_latest_form_and_contacts_are_free(office):
    write("甲", "一")
    write("甲", "二")
    with office.raw() as run:
        run("UPDATE ledger_slice_board SET contact = '电话'")
    assert office.verify().findings == []
    with office.raw() as run:
        run("UPDATE ledger_slice_board SET text = '一'")
    (finding,) = office.verify().findings
    assert "内容 text 记录为“二”，现为“一”" in finding.message
    assert finding.entry == 3


# --- the simulated date -------------------------------------------------------------------------


def test_the_date_is_chained_and_copied_to_the_folder(office):
    from tijian.office.ledger import queries
    from tijian.office.ledger.actions import SetToday
    from tijian.shells.settings.installation import read_installation

    first = SetToday(DAY).execute("甲", today=queries.today())
    assert queries.today() == DAY
    assert read_installation(office.folder).today == DAY
    with pytest.raises(Refused) as refused:
        SetToday(DAY).execute("甲", today=DAY)
    assert codes(refused) == ["today.same"]
    SetToday(date(2020, 1, 1)).execute("甲", today=DAY)
    assert queries.simulated_day(first.position) == DAY
    assert queries.simulated_day(first.position - 1) is None
    SetToday(None).execute("甲", today=queries.today())
    assert read_installation(office.folder).today is None
    assert office.verify().findings == []


# --- idempotency --------------------------------------------------------------------------------


def test_twenty_at_once_under_one_key_have_one_effect(office):
    from django.db import connection
    from ledger_slice.models import Board

    from tijian.office.ledger.models import Entry

    barrier = threading.Barrier(20)

    def send(_number):
        barrier.wait()
        try:
            return write(key="一次")
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    done = [a for a in answers if not isinstance(a, Refused)]
    refused = [a for a in answers if isinstance(a, Refused)]
    assert len({d.action for d in done}) == 1
    assert {f.code for r in refused for f in r.faults} <= {"repeat.busy"}
    assert all("张三 于 20" in str(r) for r in refused)
    assert (Board.objects.count(), Entry.objects.count()) == (1, 2)
    assert write(key="一次") == done[0]
    print(f"\n{office.engine}: {len(done)} answered alike, {len(refused)} told to wait")


def test_a_key_belongs_to_one_request_of_one_person(office):
    from ledger_slice.actions import Write

    write(key="k")
    with pytest.raises(Refused) as refused:
        write(text="别的", key="k")
    assert codes(refused) == ["repeat.reused"]
    with pytest.raises(Refused) as refused:
        Write("甲", "字").execute("李四", today=DAY, key="k")
    assert codes(refused) == ["repeat.reused"]


def test_a_refused_request_gives_its_key_back(office):
    with pytest.raises(Refused):
        write("忌", key="k")
    assert write("忌讳", key="k").position == 2


def test_a_claim_of_the_dead_is_taken_over_and_the_living_one_then_writes_nothing(office, monkeypatch):
    from ledger_slice.models import Board

    from tijian.office.ledger import repeats
    from tijian.office.ledger.models import Repeat

    first = repeats.claim
    stolen = []

    def slow(*request):
        mine = first(*request)
        if not stolen:
            stolen.append(True)
            with pytest.raises(Refused) as busy:
                first(*request)
            assert codes(busy) == ["repeat.busy"]
            Repeat.objects.update(started=Repeat.objects.get().started - repeats.LEASE - timedelta(seconds=1))
            write(key="k")
        return mine

    monkeypatch.setattr(repeats, "claim", slow)
    with pytest.raises(Refused) as lost:
        write(key="k")
    assert codes(lost) == ["repeat.lost"]
    assert Board.objects.count() == 1
    assert write(key="k").position == 2


# --- evidence -----------------------------------------------------------------------------------


def test_evidence_lies_under_its_hash_and_is_kept_once(office, tmp_path):
    from tijian.office.ledger.actions import StoreEvidence

    source = tmp_path / "a.csv"
    source.write_bytes(b"1,2\n")
    first = StoreEvidence(source, "甲.csv").execute("甲", today=DAY)
    again = StoreEvidence(source, "乙.csv").execute("甲", today=DAY)
    assert first.answer["sha256"] == again.answer["sha256"]
    assert [p.name for p in (office.folder / "evidence").iterdir()] == [first.answer["sha256"]]
    report = office.verify()
    assert (report.findings, report.files, report.rows) == ([], 1, 3)


def test_evidence_that_is_none_is_refused_at_once_for_every_reason(office, tmp_path):
    from tijian.office.ledger.actions import StoreEvidence

    with pytest.raises(Refused) as refused:
        StoreEvidence(tmp_path / "none", "../甲").execute("甲", today=DAY)
    assert codes(refused) == ["evidence.missing", "evidence.name"]
