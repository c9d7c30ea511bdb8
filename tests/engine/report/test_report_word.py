"""DOCX: opens in an ordinary library, keeps every number findable, the same bytes each time."""

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from lxml import etree
from report_samples import blocks, detail, document, front, num, small_chart

from tijian.engine.report import pdf, tokens, word
from tijian.engine.report.blocks import (
    Beside,
    Code,
    Contents,
    Day,
    Figure,
    Heading,
    Note,
    PageBreak,
    Para,
    Table,
    Text,
)
from tijian.engine.report.ooxml import W, settled
from tijian.engine.report.pagination import heading_pages
from tijian.engine.report.references import references

TORTURE = "<w:t> & \" ' ]]> \x07\x0b 中文 # $ \\ {x}"


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def body(data):
    return part(data, "word/document.xml")[0]


def made(*parts, **more):
    return word.render(document(*parts, **more), pictures={})


def words(element):
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def test_every_number_is_a_bookmark_around_its_text(report, report_docx):
    found = {}
    for start in body(report_docx).iter(f"{W}bookmarkStart"):
        if start.get(f"{W}name").startswith("v_"):
            run = start.getnext()
            assert run.getnext().get(f"{W}id") == start.get(f"{W}id")
            found[start.get(f"{W}name")] = words(run)
    assert found == {item.id: item.text for item in references(report)}


def test_the_map_of_numbers_travels_in_the_file(report, report_docx):
    rows = [dict(row.attrib) for row in part(report_docx, "customXml/item1.xml")]
    told = [{"id": x.id, "kind": x.kind, "key": x.key, "text": x.text} for x in references(report)]
    assert rows == told


def test_ids_of_bookmarks_are_unique(report_docx):
    ids = [start.get(f"{W}id") for start in body(report_docx).iter(f"{W}bookmarkStart")]
    assert len(ids) == len(set(ids)) > 20


def test_an_ordinary_library_opens_it(report_docx):
    opened = docx.Document(io.BytesIO(report_docx))
    text = [paragraph.text for paragraph in opened.paragraphs]
    assert "全市道路网密度为 5.09\u00a0km/km²，见表 2；61.3% 没有达到 ≥70% 的底线。" in text
    assert len(opened.tables) >= 5
    names = {style.name for style in opened.styles}
    assert {
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Normal",
        "表文字",
        "图表题",
        "资料来源",
        "注",
        "代码",
        "日期",
        "单位",
    } <= names
    assert opened.core_properties.title == "某市城市体检总报告"
    assert opened.core_properties.created.isoformat()[:10] == "2020-03-18"
    assert opened.core_properties.author == "城市体检工作领导小组办公室"
    section = opened.sections[-1]
    assert [round(x.mm) for x in (section.page_width, section.page_height, section.top_margin)] == [
        210,
        297,
        37,
    ]
    assert [round(x.mm) for x in (section.left_margin, section.right_margin)] == [28, 26]


def test_fonts_are_named_once_and_no_theme_overrides_them(report_docx):
    styles = part(report_docx, "word/styles.xml")
    fonts = list(styles.iter(f"{W}rFonts"))
    assert len(fonts) == 1
    assert fonts[0].get(f"{W}eastAsia") == fonts[0].get(f"{W}ascii") == "思源黑体 CN"
    everything = b"".join(
        zipfile.ZipFile(io.BytesIO(report_docx)).read(n) for n in ("word/styles.xml", "word/document.xml")
    )
    assert b"Theme=" not in everything
    assert not list(body(report_docx).iter(f"{W}rFonts"))


def test_the_same_report_gives_the_same_bytes(report_docx, fonts):
    again = document(*blocks(), cover=front())
    assert word.render(again, pictures=word.pictures(again, fonts=fonts)) == report_docx
    with zipfile.ZipFile(io.BytesIO(report_docx)) as archive:
        names = archive.namelist()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names[0] == "[Content_Types].xml"
    assert names[2:] == sorted(names[2:])
    assert not [name for name in names if "thumbnail" in name or "app.xml" in name]
    assert settled(report_docx) == report_docx


def test_headings_number_themselves(report_docx):
    headings = [p for p in body(report_docx).iter(f"{W}p") if style_of(p).startswith("Heading")]
    assert [words(p) for p in headings] == [
        "总体结论",
        "与 2018 年相比",
        "明细",
        "短板与治理",
        "还不知道的",
        "短板清单",
    ]
    numbering = part(report_docx, "word/numbering.xml")
    assert [x.get(f"{W}val") for x in numbering.iter(f"{W}lvlText")] == ["%1、", "（%2）", "%3."]
    assert headings[4].find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") == "0"
    assert headings[0].find(f"{W}pPr/{W}pageBreakBefore") is not None


def style_of(paragraph):
    return paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")


def test_the_contents_are_a_field_with_its_entries(report, report_docx, report_pdf):
    codes = [code for code, _ in fields(body(report_docx)) if "Toc" in code or code.startswith("TOC")]
    assert codes.pop().startswith("TOC ")
    lines = [words(p) for p in body(report_docx).iter(f"{W}p") if style_of(p).startswith("TOC")]
    assert lines == ["一、总体结论", "（一）与 2018 年相比", "二、短板与治理", "还不知道的", "（一）短板清单"]
    assert len(codes) == len(lines)
    marks = {start.get(f"{W}name") for start in body(report_docx).iter(f"{W}bookmarkStart")}
    assert {code.split()[1] for code in codes} <= marks
    plain = replace(report, blocks=tuple(b for b in report.blocks if not isinstance(b, Beside)))
    paged = word.render(plain, pictures={}, pages=heading_pages(report_pdf))
    lines = [words(p) for p in body(paged).iter(f"{W}p") if style_of(p).startswith("TOC")]
    assert lines[0] == f"一、总体结论{heading_pages(report_pdf)[0]}"
    assert b"dirty" not in etree.tostring(body(report_docx))


def fields(element):
    """Instruction and result of every field, in order."""
    found, stack = [], []
    for run in element.iter(f"{W}r"):
        mark = run.find(f"{W}fldChar")
        kind = mark.get(f"{W}fldCharType") if mark is not None else ""
        if kind == "begin":
            stack.append(["", ""])
        elif kind == "end":
            found.append(tuple(stack.pop()))
        elif stack:
            stack[-1][0] += "".join(code.text.strip() for code in run.iter(f"{W}instrText"))
            stack[-1][1] += words(run)
    return found


def test_captions_count_by_field_and_pointers_follow_them(report_docx):
    told = fields(body(report_docx))
    assert ("REF t_2 \\h", "表 2") in told
    counted = [(code.split()[1], result) for code, result in told if code.startswith("SEQ")]
    assert counted == [("表", "1"), ("表", "2"), ("图", "1"), ("表", "3")]


def test_heads_of_tables_are_repeated_and_rows_kept_whole(report_docx):
    table = next(t for t in body(report_docx).iter(f"{W}tbl") if "里程碑" in words(t))
    rows = table.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    grid = [int(x.get(f"{W}w")) for x in table.iter(f"{W}gridCol")]
    assert sum(grid) == pytest.approx(156 / 25.4 * 1440, abs=5)
    assert rows[1].find(f"{W}tc/{W}tcPr/{W}gridSpan").get(f"{W}val") == "5"


def test_only_horizontal_lines_and_three_strong_ones(report_docx):
    table = next(t for t in body(report_docx).iter(f"{W}tbl") if "里程碑" in words(t))
    assert not [
        e for borders in table.iter(f"{W}tcBorders") for e in borders if e.tag in {f"{W}left", f"{W}right"}
    ]
    rows = table.findall(f"{W}tr")

    def edge(row, side):
        return row.find(f"{W}tc/{W}tcPr/{W}tcBorders/{W}{side}").get(f"{W}sz")

    assert edge(rows[0], "top") == edge(rows[-1], "bottom") == "6"


def test_a_grade_cell_has_its_colour_and_its_character(report_docx):
    fills = {}
    for cell in body(report_docx).iter(f"{W}tc"):
        shade = cell.find(f"{W}tcPr/{W}shd")
        if shade is not None and len(words(cell)) <= 6:
            fills[words(cell)] = (shade.get(f"{W}val"), shade.get(f"{W}fill"), shade.get(f"{W}color"))
    assert fills["差"] == ("clear", tokens.WORST[1:], "auto")
    assert fills["优"][1] == tokens.GRADE_FILL["优"][1:]
    assert fills["样本 212"] == ("thinDiagStripe", "FFFFFF", tokens.HATCH_INK[1:])
    assert "不适用" not in fills


def test_numbers_are_dotted_while_synthetic_and_not_otherwise(report_docx):
    def styles(data):
        return [
            x.get(f"{W}val") for x in body(data).iter(f"{W}rStyle") if x.get(f"{W}val").startswith("Number")
        ]

    assert styles(report_docx).count("Number") == 1  # the one that is not marked
    assert set(styles(made(Para((num("4.87"),)), marks=frozenset()))) == {"Number"}


def test_pictures_carry_their_words(report_docx):
    properties = [e for e in body(report_docx).iter() if etree.QName(e).localname == "docPr"]
    assert [e.get("descr") for e in properties] == ["大东区低于中的下限"]
    opened = docx.Document(io.BytesIO(report_docx))
    shape = opened.inline_shapes[0] if len(opened.inline_shapes) else None
    assert shape is None or round(shape.width.mm) == 80  # python-docx does not look into tables
    with zipfile.ZipFile(io.BytesIO(report_docx)) as archive:
        assert sum(name.startswith("word/media/") for name in archive.namelist()) == 1


def test_a_figure_without_its_picture_is_refused():
    with pytest.raises(KeyError, match=r"word\.pictures"):
        made(Figure(None, small_chart(), "图"))


def test_the_cover_has_no_running_head_and_pages_are_numbered_outside(report_docx):
    sections = list(body(report_docx).iter(f"{W}sectPr"))
    assert len(sections) == 2
    assert not sections[0].findall(f"{W}headerReference")
    assert {x.get(f"{W}type") for x in sections[1].findall(f"{W}headerReference")} == {"default", "even"}
    assert part(report_docx, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    sides = []
    for name in ("word/footer1.xml", "word/footer2.xml"):
        foot = part(report_docx, name)
        sides.append(foot.find(f"{W}p/{W}pPr/{W}jc").get(f"{W}val"))
        assert words(foot) == "— 1 —"
        assert fields(foot) == [("PAGE", "1")]
    assert sides == ["right", "left"]
    assert "合成数据，不得引用" in words(part(report_docx, "word/header1.xml"))


def test_a_report_without_cover_or_marks_is_one_plain_section():
    data = made(Para((Text("文"),)), marks=frozenset())
    assert len(list(body(data).iter(f"{W}sectPr"))) == 1
    assert "引用" not in words(part(data, "word/header1.xml"))


def test_no_character_can_break_the_file():
    runs = (Text(TORTURE), Code(TORTURE), Day(TORTURE), num(TORTURE))
    cover = replace(front(), title=(TORTURE,), issuer=TORTURE, date=TORTURE)
    data = made(
        Para(runs), Heading(1, runs), Note(runs), replace(detail(), source=runs), Contents(), cover=cover
    )
    clean = TORTURE.replace("\x07", "").replace("\x0b", "")
    assert words(body(data)).count(clean) >= 4 * 4 + 3
    assert docx.Document(io.BytesIO(data)).paragraphs


def test_ids_and_dates_do_not_break_at_their_hyphens():
    data = made(Para((Code("M-01"), Text("，"), Day("2019-12-31"))))
    assert docx.Document(io.BytesIO(data)).paragraphs[0].text == "M-01，2019-12-31"
    assert len(list(body(data).iter(f"{W}noBreakHyphen"))) == 3


def test_two_tables_never_grow_together():
    bare = Table(None, detail().columns, detail().rows)
    children = [child.tag.removeprefix(W) for child in body(made(bare, bare))]
    assert children == ["tbl", "p", "tbl", "p", "sectPr"]
    inside = body(made(Beside((bare,), (Para((Text("文"),)),), 60)))
    assert all(cell[-1].tag == f"{W}p" for cell in inside.iter(f"{W}tc"))


def test_a_page_break_before_anything_else_is_kept():
    data = made(Para((Text("一"),)), PageBreak(), Para((Text("二"),)))
    assert len(list(body(data).iter(f"{W}br"))) == 1


def test_figures_of_several_reports_are_drawn_once(fonts):
    one, two = small_chart(), small_chart(6.0)
    reports = [
        document(Figure(None, svg, "图"), Beside((Figure(None, one, "图"),), (), 60)) for svg in (one, two)
    ]
    drawn = word.pictures(reports[0], fonts=fonts)
    assert list(drawn) == [one]
    drawn |= word.pictures(reports[1], fonts=fonts, drawn=drawn)
    assert list(drawn) == [one, two]
    assert drawn[one] == pdf.rasterize([one], fonts=fonts)[0]
