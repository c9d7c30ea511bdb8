"""Workbooks: what calamine leaves out, what is refused before it is opened, and the workbook given back."""

import datetime as dt
import functools
import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.catalogue.loading import load_city
from tijian.engine.exam.intake.examine import examine
from tijian.engine.exam.intake.marked import RESULTS, marked_workbook
from tijian.engine.exam.intake.verdicts import Verdict
from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.grid import Odd, address
from tijian.engine.sources.workbook import read_workbook

CITY = Path(__file__).parents[2] / "cities" / "shenyang"


def book(*writers, **named):
    """Write a workbook: one function a sheet, each given the book and the sheet."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    for i, write in enumerate(writers):
        write(workbook, workbook.add_worksheet(f"表{i + 1}"))
    for name, write in named.items():
        write(workbook, workbook.add_worksheet(name))
    workbook.close()
    return stream.getvalue()


def rows(*lines):
    def write(_, sheet):
        for r, line in enumerate(lines):
            sheet.write_row(r, 0, line)

    return write


def changed(data, name, change):
    """Change one entry of an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == name else content)
    return stream.getvalue()


@pytest.fixture(scope="module")
def city():
    return load_city(CITY)


@pytest.fixture(scope="module")
def found_in(city):
    def read(data, **keywords):
        intake = examine([("供水.xlsx", data)], city, year=2019, **keywords)
        assert not intake.faults
        return {c.address: c for c in intake.cells}

    return read


def test_numbers_stay_numbers_and_texts_are_told(found_in):
    cells = found_in(book(rows(["区", "供水总量"], ["和平区", 5214], ["沈河区", "5830"])))
    assert (cells["B2"].verdict, cells["B2"].value) == (Verdict.TAKEN, 5214)
    assert (cells["B3"].verdict, cells["B3"].value) == (Verdict.CONVERTED, 5830)
    assert "文本格式" in cells["B3"].note


def test_per_cent_is_read_as_people_see_it(found_in):
    def write(workbook, sheet):
        sheet.write_row(0, 0, ["区", "供水管网综合漏损率（%）"])
        sheet.write_row(1, 0, ["和平区"])
        sheet.write_number(1, 1, 0.175, workbook.add_format({"num_format": "0.0%"}))
        sheet.write_row(2, 0, ["沈河区", 17.5])

    cells = found_in(book(write))
    assert (cells["B2"].text, cells["B2"].value) == ("17.5%", 17.5)
    assert (cells["B3"].verdict, cells["B3"].value) == (Verdict.TAKEN, 17.5)


def test_errors_and_formulas_never_computed_are_refused(found_in):
    def write(_, sheet):
        sheet.write_row(0, 0, ["区", "供水总量", "漏损水量"])
        sheet.write_row(1, 0, ["和平区"])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 2, "=800+112", None, 912)

    data = book(write)
    cells = found_in(data)
    assert cells["B2"].verdict is Verdict.REFUSED
    assert "#DIV/0!" in cells["B2"].note
    assert (cells["C2"].verdict, cells["C2"].value) == (Verdict.TAKEN, 912)
    bare = changed(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>912</v>", b""))
    assert "没有算好的结果" in found_in(bare)["C2"].note
    assert found_in(bare)["C2"].verdict is Verdict.REFUSED


def test_a_number_that_became_a_date_is_told(found_in):
    def write(workbook, sheet):
        sheet.write_row(0, 0, ["区", "供水总量", "在园幼儿数"])
        sheet.write_row(1, 0, ["和平区"])
        sheet.write_number(1, 2, 21000, workbook.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(1, 1, dt.date(2019, 1, 2), workbook.add_format({"num_format": "yyyy-mm-dd"}))

    cells = found_in(book(write))
    assert (cells["B2"].verdict, cells["B2"].value) == (Verdict.REFUSED, None)
    assert "日期" in cells["B2"].note
    assert (cells["C2"].text, cells["C2"].verdict, cells["C2"].value) == ("1957-06-29", Verdict.ASKED, 21000)
    assert "是不是 21000" in cells["C2"].note


def test_merged_keys_are_filled_and_merged_figures_are_asked_about(found_in, city):
    def write(_, sheet):
        sheet.merge_range(0, 0, 0, 2, "2018年供水")
        sheet.write_row(1, 0, ["区", "年份", "供水总量"])
        sheet.merge_range(2, 0, 3, 0, "和平区")
        sheet.write_row(2, 1, [2018, 5214])
        sheet.write_row(3, 1, [2019, 5300])
        sheet.write_row(4, 0, ["沈河区", 2019])
        sheet.write_row(5, 0, ["大东区", 2019])
        sheet.merge_range(4, 2, 5, 2, 9000)

    data = book(write)
    cells = found_in(data)
    assert [(c.area, c.period, c.value) for c in cells.values()][:2] == [
        ("210102", "2018", 5214),
        ("210102", "2019", 5300),
    ]
    assert cells["C5"].verdict is Verdict.ASKED
    assert cells["C6"].verdict is Verdict.BLANK
    assert "C5:C6" in cells["C6"].note
    sheet = examine([("a.xlsx", data)], city, year=2019).files[0].sheets[0]
    assert any("合并单元格" in note for note in sheet.notes)


def test_a_hidden_sheet_is_read_and_told(city):
    def hidden(_, sheet):
        rows(["区", "漏损水量"], ["和平区", 912])(_, sheet)
        sheet.hide()

    intake = examine([("a.xlsx", book(rows(["区", "供水总量"], ["和平区", 5214]), hidden))], city, year=2019)
    assert [s.hidden for s in intake.files[0].sheets] == [False, True]
    assert "隐藏" in intake.files[0].sheets[1].notes[0]
    assert [c.sheet for c in intake.cells] == ["表1", "表2"]


def test_sheets_of_one_file_are_checked_against_one_another(city):
    one, two = (rows(["区", "供水总量"], ["和平区", value]) for value in (5214, 5300))
    intake = examine([("a.xlsx", book(one, two))], city, year=2019)
    (contradiction,) = intake.contradictions
    assert contradiction.values == (5214, 5300)
    assert contradiction.places == ("a.xlsx 表1!B2", "a.xlsx 表2!B2")
    assert intake.given == ()


PLAIN = book(rows(["区", "供水总量"], ["和平区", 5214]))


def _far(data):
    return changed(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )


def _doctype(data):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    return changed(data, "xl/workbook.xml", lambda xml: xml.replace(b"?>", b"?>" + bomb, 1))


def _bomb(data):
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.xml", b"<a>" + b" " * 310_000_000 + b"</a>")
    return stream.getvalue()


def _zip():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
REFUSED = {
    "locked": (OLE + "EncryptedPackage".encode("utf-16-le"), "workbook.locked"),
    "old format": (OLE, "workbook.old"),
    "text renamed": ("区,供水总量\n和平区,1\n".encode(), "workbook.kind"),
    "document renamed": (_zip(), "workbook.kind"),
    "cut": (PLAIN[:-300], "workbook.broken"),
    "damaged": (PLAIN[:900] + b"\0" * 200 + PLAIN[1100:], "workbook.broken"),
    "a cell far away": (_far(PLAIN), "table.size"),
    "entities": (_doctype(PLAIN), "workbook.doctype"),
    "too many sheets": (book(*[rows(["a"])] * 51), "workbook.sheets"),
    "empty": (b"", "workbook.kind"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_readable_workbook_is_refused_in_words(name):
    data, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        read_workbook(data, "供水.xlsx")
    (fault,) = refused.value.faults
    assert (fault.code, fault.file) == (code, "供水.xlsx")
    assert re.search("[\u4e00-\u9fff]", fault.hint)


def test_a_bomb_is_refused():
    with pytest.raises(Refused) as refused:
        read_workbook(_bomb(PLAIN), "a.xlsx")
    assert refused.value.faults[0].code == "table.size"


def test_a_cut_anywhere_is_refused_or_read_never_a_traceback(city):
    for cut in range(0, len(PLAIN), 97):
        intake = examine([("a.xlsx", PLAIN[:cut])], city, year=2019)
        assert intake.faults or intake.cells


def test_a_flipped_byte_is_refused_or_read_never_a_traceback(city):
    for at in range(0, len(PLAIN), 61):
        data = PLAIN[:at] + bytes([PLAIN[at] ^ 0xFF]) + PLAIN[at + 1 :]
        examine([("a.xlsx", data)], city, year=2019)


def test_addresses_are_those_of_spreadsheets():
    assert [address(0, c) for c in (0, 25, 26, 51, 52, 701, 702)] == [
        "A1",
        "Z1",
        "AA1",
        "AZ1",
        "BA1",
        "ZZ1",
        "AAA1",
    ]


@pytest.fixture(scope="module")
def returned(city):
    data = book(
        rows(
            ["区", "供水总量（万m3）", "漏损水量（万m3）"],
            ["和平区", 3600, 4100],
            ["沈河区", "５８３０", "=1+1"],
        ),
    )
    intake = examine([("供水.xlsx", data)], city, year=2019)
    return data, intake, marked_workbook(intake, data)


def test_the_same_values_come_back_marked_with_the_remedy(returned):
    data, _, marked = returned
    before, after = read_workbook(data, "a"), read_workbook(marked, "a")
    assert [g.sheet for g in after] == ["表1", RESULTS]
    assert after[0].rows == before[0].rows
    assert after[0].odd == before[0].odd
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        comments = archive.read("xl/comments1.xml").decode()
    assert 'ref="C2"' in comments
    assert "大于供水总量" in comments
    listed = {row[3]: row for row in after[1].rows[2:]}
    assert listed["C2"][1] == "拒绝"
    assert listed["B3"][1] == "规整后接受"


def test_what_came_back_can_be_sent_again(returned, city):
    _, intake, marked = returned
    again = examine([("供水.xlsx", marked)], city, year=2019)
    assert [(c.address, c.verdict, c.value) for c in again.cells] == [
        (c.address, c.verdict, c.value) for c in intake.cells
    ]
    assert "校验结果" in again.files[0].sheets[1].notes[0]


TEXTS = st.sampled_from(
    ["区", "供水总量", "漏损水量（m3）", "和平区", "沈河区", "2019", "—", "5,214", "见附件", "", "注：无"]
)


@given(
    st.lists(st.lists(TEXTS | st.integers(0, 9000), min_size=4, max_size=4), min_size=2, max_size=7),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_every_cell_of_every_sheet_has_exactly_one_verdict(lines, data):
    top, left = data.draw(st.integers(0, len(lines) - 2)), data.draw(st.integers(0, 2))

    def write(_, sheet):
        rows(*lines)(_, sheet)
        sheet.merge_range(top, left, top + 1, left + 1, lines[top][left])

    workbook = book(write, rows(["区", "供水总量"], *lines))
    intake = examine([("a.xlsx", workbook)], load_city_once(), year=2019)
    assert not intake.faults
    grids = {g.sheet: g for g in read_workbook(workbook, "a.xlsx")}
    for sheet in intake.files[0].sheets:
        grid = grids[sheet.name]
        wanted = [
            (r, c)
            for table in sheet.tables
            for r in range(table.top, table.bottom)
            for c in range(grid.width)
            if r not in table.set_apart and c not in table.keys
        ]
        assert [(c.row + sheet.head - 1, c.column) for c in intake.cells if c.sheet == sheet.name] == wanted
    totals = intake.totals
    assert sum(totals[v.value] for v in Verdict) == totals["cells"]
    read_workbook(marked_workbook(intake, workbook), "b.xlsx")


@functools.cache
def load_city_once():
    return load_city(CITY)


def test_words_that_look_like_formulas_stay_words(returned):
    _, _, marked = returned
    grid = read_workbook(marked, "a")[0]
    assert Odd.EMPTY_FORMULA not in grid.odd.values()
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_equal_verdicts_give_equal_bytes(returned):
    data, intake, marked = returned
    assert marked_workbook(intake, data) == marked


def test_only_files_of_the_import_come_back(returned):
    _, intake, _ = returned
    with pytest.raises(KeyError):
        marked_workbook(intake, b"other")


def test_a_text_table_comes_back_as_a_workbook(city):
    data = "区,供水总量\n和平区,见附件\n".encode("gb18030")
    intake = examine([("供水.csv", data)], city, year=2019)
    grids = read_workbook(marked_workbook(intake, data), "a")
    assert grids[0].rows[1] == ["和平区", "见附件"]
    assert grids[1].sheet == RESULTS
