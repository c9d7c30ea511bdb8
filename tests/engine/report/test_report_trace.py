"""Tracing an edited report: what changed, what is new, what is gone."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from report_samples import document, num

from tijian.engine.report import trace as tracing
from tijian.engine.report import word
from tijian.engine.report.blocks import (
    Caption,
    Code,
    Column,
    Day,
    Figure,
    Heading,
    KeyValues,
    Para,
    Table,
    Text,
)
from tijian.engine.report.ooxml import settled
from tijian.engine.report.references import references
from tijian.engine.report.trace import NotAReportError, trace


def edited(data, old, new, name="word/document.xml", count=1):
    """Change the text of a part, as a person with Word would."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    text = parts[name].decode()
    changed, times = re.subn(old, new, text, count=count)
    assert times == 1, (old, times)
    parts[name] = changed.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for item, blob in parts.items():
            archive.writestr(item, blob)
    return target.getvalue()


def made(*parts):
    return word.render(document(*parts), pictures={})


def test_an_untouched_report_is_resolved_throughout(report, report_docx):
    result = trace(report_docx)
    assert result.clean
    assert result.resolved == references(report)
    assert not (result.changed)
    assert not (result.unresolved)
    assert not (result.missing)


def test_a_file_is_traced_like_its_bytes(report_docx, tmp_path):
    path = tmp_path / "报告.docx"
    path.write_bytes(report_docx)
    assert trace(path) == trace(report_docx)


def test_a_changed_number_is_told_with_old_and_new(report_docx):
    result = trace(edited(report_docx, r">5\.09<", ">5.19<"))
    assert [(item.reference.key, item.old, item.new) for item in result.changed] == [
        ("value:TC02|210103|5.09", "5.09", "5.19")
    ]
    assert not result.unresolved
    assert not result.missing
    assert not result.clean


def test_a_number_split_by_the_spelling_checker_is_still_one(report_docx):
    split = r'>5</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>.09<'
    assert trace(edited(report_docx, r">5\.09<", split)).clean


def test_a_number_written_into_the_text_is_unresolved(report_docx):
    result = trace(edited(report_docx, "没有达到", "没有达到标准，差 1,234.5 处，"))
    assert [(item.text, "差 1,234.5 处" in item.context) for item in result.unresolved] == [("1,234.5", True)]
    assert result.unresolved[0].place.startswith("正文第")
    assert len(result.resolved) == len(trace(report_docx).resolved)


def test_a_digit_put_beside_a_number_is_seen(report_docx):
    behind = r">5.09</w:t></w:r><w:bookmarkEnd w:id=\1/><w:r><w:t>1</w:t></w:r>"
    result = trace(edited(report_docx, r">5\.09</w:t></w:r><w:bookmarkEnd w:id=(\"\d+\")/>", behind))
    assert [item.text for item in result.unresolved] == ["1"]


def test_a_number_in_a_table_is_told_by_its_cell(report_docx):
    cell = r'("TableText"/>(?:(?!</w:p>).)*>大东区)'
    result = trace(edited(report_docx, cell, r"\1 77 号"))
    assert [item.text for item in result.unresolved] == ["77"]
    assert re.fullmatch(r"第 \d+ 个表第 3 行第 1 格", result.unresolved[0].place)


def test_a_deleted_bookmark_is_missing_and_its_digits_are_loose(report_docx):
    gone = edited(report_docx, r'<w:bookmarkStart w:id="\d+" w:name="v_00005"/>', "")
    result = trace(gone)
    assert [item.id for item in result.missing] == ["v_00005"]
    assert [item.text for item in result.unresolved] == ["5.09"]


def test_an_emptied_bookmark_is_missing(report_docx):
    result = trace(edited(report_docx, r">5\.09<", "><"))
    assert [item.text for item in result.missing] == ["5.09"]
    assert not result.changed


def test_what_a_reviewer_struck_out_is_not_read():
    data = made(Para((Text("甲"), num("3"))))
    struck = edited(
        data,
        r">甲</w:t></w:r>",
        '>甲</w:t></w:r><w:del w:id="900"><w:r><w:delText>7</w:delText></w:r></w:del>',
    )
    assert trace(struck).clean
    added = edited(
        data, r">甲</w:t></w:r>", '>甲</w:t></w:r><w:ins w:id="901"><w:r><w:t>8</w:t></w:r></w:ins>'
    )
    assert [item.text for item in trace(added).unresolved] == ["8"]


def test_names_dates_captions_heads_and_fields_are_not_numbers():
    table = Table(
        Caption((Text("前 8 项"),), "t"),
        (Column("2019 年", "km²"), Column("值")),
        (((Code("B-2019-01"),), (num("4"),)),),
    )
    figure = KeyValues(Caption((Text("第 2 次"),)), ())
    assert trace(made(Heading(3, (Day("2019"), Text(" 年"))), table, figure)).clean


def test_a_digit_in_a_heading_is_a_number():
    assert [item.text for item in trace(made(Heading(3, (Text("前 8 项"),)))).unresolved] == ["8"]


def test_styles_are_known_by_name_whatever_their_ids(report_docx):
    renamed = edited(report_docx, r'w:styleId="Day"', 'w:styleId="a17"', "word/styles.xml")
    with zipfile.ZipFile(io.BytesIO(renamed)) as archive:
        uses = archive.read("word/document.xml").count(b'<w:rStyle w:val="Day"/>')
    assert uses > 1
    for _ in range(uses):
        renamed = edited(renamed, '<w:rStyle w:val="Day"/>', '<w:rStyle w:val="a17"/>')
    assert trace(renamed).clean


def test_the_order_of_parts_and_their_packing_do_not_matter(report_docx):
    assert trace(
        settled(
            edited(report_docx, "总体结论</w:t></w:r><w:bookmarkEnd", "总体结论 </w:t></w:r><w:bookmarkEnd")
        )
    ).clean


def test_a_file_that_lost_its_map_can_be_traced_with_a_kept_one(report, report_docx):
    lost = edited(report_docx, "urn:tijian:references:1", "urn:other", "customXml/item1.xml")
    with pytest.raises(NotAReportError, match="没有数字来源表"):
        trace(lost)
    assert trace(lost, references(report)).clean


def test_a_kept_map_with_more_numbers_shows_what_is_missing(report, report_docx):
    known = references(report)
    more = (*known, replace(known[0], id="v_09999"))
    assert [item.id for item in trace(report_docx, more).missing] == ["v_09999"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_docx_is_refused_in_words(data):
    with pytest.raises(NotAReportError, match="Word"):
        trace(data)


def test_a_bomb_is_refused_before_it_is_unpacked(report_docx, monkeypatch):
    monkeypatch.setattr(tracing, "LARGEST", 1000)
    with pytest.raises(NotAReportError, match="超过 1000"):
        trace(report_docx)


def test_entities_are_not_followed(report_docx, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("7777")
    head = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{secret}">]>'
    hostile = edited(report_docx, r"<\?xml[^>]*\?>", lambda match: match.group() + head)
    hostile = edited(hostile, "没有达到", "没有达到&x;")
    assert not any("7777" in item.text for item in trace(hostile).unresolved)


def test_figures_do_not_disturb_the_reading(fonts):
    report = document(Figure(Caption((Text("图"),)), word_chart(), "图 1"), Para((num("3"),)))
    assert trace(word.render(report, pictures=word.pictures(report, fonts=fonts))).clean


def word_chart():
    return '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>'
