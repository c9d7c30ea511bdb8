"""Whatever is changed past the actions is named, on both engines."""

import re
import shutil
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from place import DAY, WITH_SLICE

from tijian.shells.settings.installation import read_installation, write_installation
from tijian.shells.settings.use import release, use

LAST = 12


@pytest.fixture
def stage():
    return "opened"


@pytest.fixture(scope="module")
def worked(template, request, tmp_path_factory):
    """An installation in which work was done, once an engine: dates, evidence, figures, a board changed twice."""
    made = {}

    def of(engine):
        if engine not in made:
            made[engine] = _work(engine, template, request, tmp_path_factory)
        return made[engine]

    return of


def _work(engine, template, request, tmp_path_factory):
    base = tmp_path_factory.mktemp("worked")
    folder = base / "data"
    shutil.copytree(template(engine), folder)
    if engine == "postgresql":
        server = request.getfixturevalue("server")
        found = read_installation(folder)
        address = server.create(f"w{uuid4().hex[:12]}", found.database.split("/")[3].split("?")[0])
        write_installation(folder, found.model_copy(update={"database": address}))
    use(folder, WITH_SLICE)
    from ledger_slice.actions import Accept, Write

    from tijian.office.ledger.actions import SetToday, StoreEvidence

    (base / "a.csv").write_bytes(b"1\n")
    (base / "b.csv").write_bytes(b"2\n")
    SetToday(DAY).execute("甲", today=DAY)
    StoreEvidence(base / "a.csv", "甲.csv").execute("甲", today=DAY)
    StoreEvidence(base / "b.csv", "乙.csv").execute("乙", today=DAY)
    for number in range(4):
        Accept("2018", "2019", "2018", 1.5 + number).execute("丙", today=DAY)
    for text in ("一", "二", "三"):
        Write("板", text).execute("丁", today=DAY)
    SetToday(date(2019, 7, 1)).execute("甲", today=DAY)
    release()
    return folder


@pytest.fixture
def ledger(engine, worked, copy_of):
    return copy_of(worked(engine))


def test_untouched_it_is_whole(ledger):
    report = ledger.verify()
    assert (report.findings, report.notes) == ([], [])
    assert (report.entries, report.rows, report.files) == (LAST, 18, 2)


def a_field(run, _place):
    run("UPDATE ledger_slice_figure SET value = 9.25 WHERE id = (SELECT min(id) FROM ledger_slice_figure)")


def an_evidence_row(run, _place):
    run("UPDATE ledger_evidencefile SET name = '丙.csv' WHERE name = '甲.csv'")


def a_body(run, _place):
    run("UPDATE ledger_entry SET rows = replace(rows, '1.5', '2.5') WHERE position = 5")


def a_body_and_its_row(run, place):
    a_body(run, place)
    for table in ("figure", "total"):
        run(f"UPDATE ledger_slice_{table} SET value = 2.5 WHERE value = 1.5")


def arguments(run, _place):
    run("UPDATE ledger_entry SET arguments = replace(arguments, '甲.csv', '丙.csv') WHERE position = 3")


def an_actor(run, _place):
    run("UPDATE ledger_entry SET actor = '戊' WHERE position = 4")


def a_deleted_row(run, _place):
    run("DELETE FROM ledger_slice_total WHERE id = (SELECT max(id) FROM ledger_slice_total)")


def a_deleted_entry(run, _place):
    run("DELETE FROM ledger_entry WHERE position = 6")


def the_last_entries_with_their_rows(run, _place):
    """Done with care: the head put back too, so that the database alone is whole again."""
    for table in ("ledger_businessday", "ledger_slice_board", "ledger_slice_total", "ledger_slice_figure"):
        run(f"DELETE FROM {table} WHERE action_id IN (SELECT action FROM ledger_entry WHERE position > 6)")
    run("DELETE FROM ledger_entry WHERE position > 6")
    run("UPDATE ledger_head SET position = 6, hash = (SELECT hash FROM ledger_entry WHERE position = 6)")


def a_row_by_hand(run, _place):
    run(
        "INSERT INTO ledger_slice_figure (period, value, action_id) "
        "SELECT '2019', 7.5, action FROM ledger_entry WHERE position = 5"
    )


def an_entry_by_hand(run, place):
    run(
        "INSERT INTO ledger_entry (position, action, actor, verb, arguments, business_date, at, rows, previous, hash) "
        f"SELECT {LAST + 1}, ?, actor, verb, arguments, business_date, at, '[]', hash, ? FROM ledger_entry WHERE position = {LAST}",
        uuid4() if place.engine == "postgresql" else uuid4().hex,
        "a" * 64,
    )


def two_swapped(run, _place):
    for old, new in ((7, 99), (8, 7), (99, 8)):
        run("UPDATE ledger_entry SET position = ? WHERE position = ?", new, old)


def swapped_evidence(_run, place):
    from tijian.office.ledger.models import EvidenceFile

    files = [place.folder / "evidence" / row.sha256 for row in EvidenceFile.objects.order_by("id")]
    files[0].chmod(0o600)
    files[0].write_bytes(files[1].read_bytes())


def lost_evidence(_run, place):
    from tijian.office.ledger.models import EvidenceFile

    (place.folder / "evidence" / EvidenceFile.objects.get(name="乙.csv").sha256).unlink()


def an_added_head(_run, place):
    with (place.folder / "chain" / "head.log").open("a") as file:
        file.write(f"13 {'b' * 64}\n")


def a_removed_head(_run, place):
    file = place.folder / "chain" / "head.log"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:4] + lines[5:]))


def a_scribbled_head(_run, place):
    with (place.folder / "chain" / "head.log").open("a") as file:
        file.write("此行作废\n")


def a_half_scribbled_head(_run, place):
    with (place.folder / "chain" / "head.log").open("a") as file:
        file.write("13 abc")


def a_false_restore(_run, place):
    with (place.folder / "chain" / "head.log").open("a") as file:
        file.write(f"restore 6 {'c' * 64} 2019-06-01T00:00:00+00:00\n")


# what was done → (code, what must stand in its sentence, entry)
NAMED = {
    a_field: ("row.changed", r"数（表 ledger_slice_figure）第 \d+ 行.*数值 value 记录为“1.5”，现为“9.25”", 5),
    an_evidence_row: (
        "row.changed",
        r"证据文件（表 ledger_evidencefile）第 \d+ 行.*记录为“甲.csv”，现为“丙.csv”",
        3,
    ),
    a_body: ("entry.changed", r"第 5 条记录（slice.accept，丙）的内容与它的哈希不符", 5),
    a_body_and_its_row: ("entry.changed", r"第 5 条记录", 5),
    arguments: ("entry.changed", r"第 3 条记录（ledger.store_evidence，甲）的内容与它的哈希不符", 3),
    an_actor: ("entry.changed", r"第 4 条记录（ledger.store_evidence，戊）的内容与它的哈希不符", 4),
    a_deleted_row: ("row.missing", r"合计（表 ledger_slice_total）第 \d+ 行不见了，第 8 条", 8),
    a_deleted_entry: ("entry.missing", r"第 6 条记录不见了", 6),
    the_last_entries_with_their_rows: ("head.unknown", r"第 12 条记录，数据库里没有这一条", 12),
    a_row_by_hand: ("row.unknown", r"数（表 ledger_slice_figure）第 \d+ 行没有任何记录写过", None),
    an_entry_by_hand: ("entry.changed", r"第 13 条记录", 13),
    two_swapped: ("entry.changed", r"第 7 条记录", 7),
    swapped_evidence: ("evidence.changed", r"证据文件“甲.csv”.*被换过", None),
    lost_evidence: ("evidence.missing", r"证据文件“乙.csv”.*不见了", None),
    an_added_head: ("head.unknown", r"头文件第 13 行记着第 13 条记录，数据库里没有这一条", 13),
    a_removed_head: ("head.hole", r"头文件缺第 5 条", 5),
    a_scribbled_head: ("head.unreadable", r"头文件第 13 行读不懂", None),
    a_half_scribbled_head: ("head.unreadable", r"头文件的最后一行读不懂", None),
    a_false_restore: ("head.restore", r"恢复标记与第 6 条记录不符", 6),
}


@pytest.mark.parametrize("tamper", NAMED, ids=lambda t: t.__name__)
def test_each_is_named(ledger, tamper):
    code, words, entry = NAMED[tamper]
    with ledger.raw() as run:
        tamper(run, ledger)
    found = ledger.verify().findings
    assert any(f.code == code and re.search(words, f.message) and f.entry == entry for f in found), found


def test_the_whole_chain_written_anew_is_found_by_the_file_of_heads(ledger):
    """An attacker who can compute hashes makes the database whole again; the lines outside do not fit."""
    from tijian.office.ledger import chain
    from tijian.office.ledger.models import Entry

    with ledger.raw() as run:
        a_body_and_its_row(run, ledger)
        previous = chain.GENESIS
        for entry in Entry.objects.order_by("position"):
            entry.previous = previous
            previous = chain.digest(entry)
            run(
                "UPDATE ledger_entry SET previous = ?, hash = ? WHERE position = ?",
                entry.previous,
                previous,
                entry.position,
            )
        run("UPDATE ledger_head SET hash = ?", previous)
    codes = [(f.code, f.entry) for f in ledger.verify().findings]
    assert codes == [("head.unknown", position) for position in range(5, LAST + 1)]


def other(value):
    """Give another value of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value + 2**-40
        case UUID():
            return uuid4()
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case str():
            return value[:-1] + ("1" if value[-1:] != "1" else "2")
    return "" if value is None else None


def test_every_single_cell_is_held_to_account(ledger):
    """Change each cell of each row of every table of the ledger, one at a time: verify finds every one."""
    from tijian.office.ledger.models import Entry, Head
    from tijian.office.ledger.rows import chained_models, table

    missed, tried = [], 0
    with ledger.raw() as run:
        for model in (Entry, Head, *chained_models()):
            columns = [
                f.column for f in model._meta.concrete_fields if f.name not in getattr(model, "unchained", ())
            ]
            key = model._meta.pk.column
            rows = run(f"SELECT {', '.join(columns)} FROM {table(model)} ORDER BY {key}")
            for row in rows:
                cells = dict(zip(columns, row, strict=True))
                for column, value in cells.items():
                    if value is None:
                        continue
                    new = other(value)
                    after = new if column == key else cells[key]
                    if column == key:
                        new = after = value + 1000
                    run(f"UPDATE {table(model)} SET {column} = ? WHERE {key} = ?", new, cells[key])
                    tried += 1
                    if not ledger.verify().findings:
                        missed.append((table(model), cells[key], column))
                    run(f"UPDATE {table(model)} SET {column} = ? WHERE {key} = ?", value, after)
        assert ledger.verify().findings == []
    print(f"\n{ledger.engine}: {tried} cells changed, {len(missed)} missed")
    assert tried > 190
    assert missed == []


def test_what_cannot_be_read_is_named_and_stops_nothing(ledger):
    """SQLite keeps any text in any column; the rest is still examined."""
    if ledger.engine == "postgresql":
        with ledger.raw() as run:
            run("UPDATE ledger_entry SET rows = '不是 JSON' WHERE position = 2")
        assert [(f.code, f.entry) for f in ledger.verify().findings if f.code == "entry.changed"] == [
            ("entry.changed", 2)
        ]
        return
    with ledger.raw() as run:
        run("UPDATE ledger_entry SET at = '昨天' WHERE position = 5")
        run("UPDATE ledger_entry SET business_date = '2019-13-45' WHERE position = 7")
        run("UPDATE ledger_slice_figure SET value = '很多' WHERE value = 2.5")
        run("UPDATE ledger_businessday SET day = '2019-13-45' WHERE day = '2019-06-01'")
    found = [(f.code, f.entry) for f in ledger.verify().findings]
    assert {("entry.changed", 5), ("entry.unreadable", 7), ("row.changed", 2), ("row.changed", 6)} <= set(
        found
    )


def test_lines_missing_at_the_end_are_a_note_and_the_next_action_adds_them(ledger):
    from ledger_slice.actions import Write

    file = ledger.folder / "chain" / "head.log"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-3]) + lines[-3][:20])  # torn by a power cut
    report = ledger.verify()
    assert report.findings == []
    assert ["末尾少 3 行" in note for note in report.notes] == [True]
    Write("板", "四").execute("丁", today=DAY)
    report = ledger.verify()
    assert (report.findings, report.notes) == ([], [])


def test_after_a_restore_the_lost_end_is_told_and_no_tampering(ledger):
    from django.utils import timezone
    from ledger_slice.actions import Write

    from tijian.office.ledger import head_file
    from tijian.office.ledger.models import Entry

    with ledger.raw() as run:
        the_last_entries_with_their_rows(run, ledger)
    head_file.note_restore(6, Entry.objects.get(position=6).hash, timezone.now())
    Write("新板", "一").execute("丁", today=DAY)
    report = ledger.verify()
    assert report.findings == []
    assert ["从备份恢复到第 6 条记录" in note for note in report.notes] == [True]
    with (ledger.folder / "chain" / "head.log").open("a") as log:
        log.write(f"9 {'d' * 64}\n")
    assert [f.code for f in ledger.verify().findings] == ["head.unknown"]


def test_a_clock_put_back_is_noted_and_the_order_stands(ledger, monkeypatch):
    from ledger_slice.actions import Write

    from tijian.office.ledger import action

    real = action.timezone.now
    with monkeypatch.context() as patch:
        patch.setattr(action.timezone, "now", lambda: real() - timedelta(minutes=5))
        assert Write("板", "四").execute("丁", today=DAY).position == LAST + 1
    report = ledger.verify()
    assert report.findings == []
    assert ["时钟在第 13 条记录处往回拨过" in note for note in report.notes] == [True]


def test_a_full_disk_after_commit_does_not_make_the_action_fail(ledger, monkeypatch):
    from ledger_slice.actions import Write

    from tijian.office.ledger import action

    def full(*_args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(action.head_file, "note", full)
        assert Write("板", "四").execute("丁", today=DAY).position == LAST + 1
    assert "No space left" in (ledger.folder / "logs" / "tijian.log").read_text(encoding="utf-8")
    assert ledger.verify().findings == []


def test_verify_keeps_nobody_from_writing(ledger):
    from ledger_slice.actions import Write

    from tijian.office.ledger import queries
    from tijian.office.ledger.models import Entry

    with queries.snapshot():
        before = Entry.objects.count()
        child = ledger.child("many", "旁人", 3)
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("\n")
        child.stdin.close()
        assert child.stdout.readline() == "0\n"
        child.stdout.close()
        assert child.wait(20) == 0
        assert Entry.objects.count() == before
    assert Entry.objects.count() == before + 3
    assert Write("板", "四").execute("丁", today=DAY).position == LAST + 4
