"""PDF: what is written is what is printed, with the right font, the same bytes each time."""

import io
from dataclasses import replace

import pypdf
import pytest
from report_samples import blocks, detail, document, front, num, small_chart

from tijian.engine.report import pdf
from tijian.engine.report.blocks import (
    Bullets,
    Caption,
    Code,
    Contents,
    Day,
    Entry,
    Figure,
    Heading,
    KeyValues,
    Note,
    PageBreak,
    Para,
    Table,
    Text,
)
from tijian.engine.report.pagination import heading_pages

TORTURE = "#let x = 1; $a^2$ *粗* _斜_ @引 <标> \\转 [括] {花} \"引\" '撇' `码` ~ -- --- // /* 注 */ ... = + - & | ^ % \\u{41} #] ## 中文。"


def squeezed(text):
    """Drop spaces: a line may break anywhere, and spaces between scripts are drawn, not written."""
    return "".join(text.split()).replace("\u00a0", "")


def pages(data):
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def set_text(fonts, *parts, **more):
    return "".join(pages(pdf.render(document(*parts, **more), fonts=fonts)))


def test_nothing_in_a_text_can_act_as_markup(fonts):
    runs = (Text(TORTURE), Code(TORTURE, bold=True), Day(TORTURE, tone="muted"), num(TORTURE))
    text = set_text(
        fonts,
        Para(runs),
        Heading(1, runs[:1]),
        Note(runs[:1]),
        Bullets((runs[:1],)),
        KeyValues(Caption(runs[:1]), (Entry(TORTURE, runs[:1]),)),
        replace(detail(), caption=None, source=runs[:1]),
        Figure(None, small_chart(), TORTURE),
        cover=replace(front(), title=(TORTURE,), issuer=TORTURE, version=TORTURE),
    )
    # running head and contents of the page may stand between the lines of a long text: count the whole ones
    assert text.count(squeezed(TORTURE)) >= 12


def test_every_sentence_of_the_report_is_there(report_pdf):
    found = pages(report_pdf)
    text = "".join(found)
    for sentence in (
        "全市道路网密度为5.09km/km²，见表2；61.3%没有达到≥70%的底线。",
        "（一）与2018年相比",
        "1.明细",
        "二、短板与治理",
        "还不知道的",
        "表2各区明细",
        "图12019年各区道路网密度",
        "表3怎么来的",
        "资料来源：sha2567be194c2，统计时点2019-12-31。",
        "285.4km",
        "样本212",
        "运行清单9c41e0b7。",
        "怎么读这份报告",
    ):
        assert sentence in text, sentence
    assert "2019年度自体检总报告" in found[0]
    assert "版本v1.0数据截至2020-03-18" in found[0]


def test_the_running_head_warns_on_every_page_but_the_cover(report_pdf, fonts):
    found = pages(report_pdf)
    assert "合成数据，不得引用" not in found[0]
    assert all("某市总报告合成数据，不得引用" in page for page in found[1:])
    assert "示例/待核，不得引用" in set_text(fonts, Para((Text("文"),)), marks=frozenset({"unverified"}))
    assert "不得引用" not in set_text(fonts, Para((Text("文"),)), marks=frozenset())


def test_pages_are_numbered_from_the_cover_on(report_pdf):
    found = pages(report_pdf)
    assert "—1—" not in found[0]
    assert "—2—" in found[1]
    assert "—3—" in found[2]


def test_the_contents_name_the_right_pages(report_pdf, report, fonts):
    told = heading_pages(report_pdf)
    found = pages(report_pdf)
    names = ["一、总体结论", "（一）与2018年相比", "1.明细", "二、短板与治理", "还不知道的", "（一）短板清单"]
    assert len(told) == len(names)
    for name, page in zip(names, told, strict=True):
        assert name in found[page - 1]
    contents = found[1]
    assert f"一、总体结论{told[0]}" in contents
    assert f"二、短板与治理{told[3]}" in contents
    assert "1.明细" not in contents
    assert heading_pages(b"%PDF-1.7 nothing") == ()
    assert heading_pages(pdf.render(document(Para((Text("没有标题"),))), fonts=fonts)) == ()
    many = [part for n in range(60) for part in (Heading(1, (Text("章"),)), PageBreak())]
    assert heading_pages(pdf.render(document(*many), fonts=fonts)) == tuple(range(1, 61))
    assert report.cover is not None


def test_only_the_report_font_is_used_and_it_is_embedded(report_pdf):
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(report_pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(str(inner["/BaseFont"]))
            assert any(key in inner["/FontDescriptor"] for key in ("/FontFile3", "/FontFile2"))
    assert {name.split("+")[1] for name in names} == {"SourceHanSansCN-Regular", "SourceHanSansCN-Bold"}


def test_the_same_report_gives_the_same_bytes(report, report_pdf, fonts):
    assert pdf.render(document(*blocks(), cover=front()), fonts=fonts) == report_pdf
    assert pdf.render(report, fonts=fonts) == report_pdf


def test_dates_in_the_file_are_those_of_the_report(report_pdf):
    reader = pypdf.PdfReader(io.BytesIO(report_pdf))
    assert reader.metadata.title == "某市城市体检总报告"
    assert reader.metadata.author == "城市体检工作领导小组办公室"
    assert reader.metadata.creation_date.strftime("%Y-%m-%d") == "2020-03-18"
    assert b"2020-03-18" in report_pdf
    assert b"pdfaid:part" in report_pdf


def test_a_long_table_repeats_its_head_on_every_page(fonts):
    row = detail().rows[1]
    table = replace(detail(), rows=tuple(row for _ in range(400)))
    found = pages(pdf.render(document(table), fonts=fonts))
    assert len(found) > 5
    assert all("里程碑" in page for page in found[:-1])
    assert sum(page.count("大东区") for page in found) == 400


def test_a_short_table_is_not_broken_over_pages(fonts):
    filler = [Para((Text("文" * 38),)) for _ in range(35)]
    found = pages(pdf.render(document(*filler, detail()), fonts=fonts))
    assert "各区明细" not in found[0]
    assert "各区明细" in found[1]
    assert "资料来源" in found[1]


def test_a_cell_longer_than_a_page_is_not_cut_off(fonts):
    table = Table(None, detail().columns[:2], (((Text("长" * 6000 + "尾"),), (num("1"),)),))
    text = set_text(fonts, table)
    assert text.count("长") == 6000
    assert "尾" in text


def test_an_empty_report_is_a_page(fonts):
    assert len(pages(pdf.render(document(), fonts=fonts))) == 1
    assert len(pages(pdf.render(document(Contents(), Table(None, (), ())), fonts=fonts))) == 1


def test_missing_fonts_are_refused_in_words(tmp_path):
    with pytest.raises(pdf.TypesettingError, match=r"没有字体 Source Han Sans 的 Regular 与 Bold"):
        pdf.render(document(Para((Text("文"),))), fonts=tmp_path)


def test_a_character_that_the_font_lacks_is_refused_not_dropped(fonts):
    with pytest.raises(pdf.TypesettingError, match="🏙"):
        pdf.render(document(Para((Text("城🏙市"),))), fonts=fonts)


def test_pictures_become_png_of_their_size(fonts):
    first, second = pdf.rasterize([small_chart(), small_chart(6.0)], fonts=fonts, ppi=144)
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert first != second
    width = int.from_bytes(first[16:20], "big")
    assert width == pytest.approx(442.2 * 2, abs=1)
    assert pdf.rasterize([], fonts=fonts) == []
    assert pdf.rasterize([small_chart()], fonts=fonts, ppi=144) == [first]
