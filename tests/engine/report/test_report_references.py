"""Numbering in reading order, and the check that every figure is a reference."""

from dataclasses import replace

import pytest
from report_samples import blocks, detail, document, front, num, small_chart

from tijian.engine.report.blocks import (
    Beside,
    Bullets,
    Caption,
    Code,
    Column,
    Day,
    Entry,
    Figure,
    Heading,
    KeyValues,
    Note,
    Para,
    Pointer,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.references import LabelError, chinese, figures_of, lint, prepare, references


def test_numbers_are_named_in_reading_order(report):
    found = references(report)
    assert [item.id for item in found] == [f"v_{n:05d}" for n in range(1, len(found) + 1)]
    # cover, guide, sentence, matrix, bullets, table row by row, columns left to right
    cover = ["36", "212", "9"]
    table = ["4.87", "4.77", "4.87"]
    assert [x.text for x in found] == [
        *cover,
        "4.87",
        "5.09",
        "61.3",
        "≥70%",
        "212",
        "9",
        "7.6",
        *table,
        "285.4",
    ]
    assert found[0].kind == "value"
    assert found[0].key == "value:TC02|210103|36"


def test_numbering_twice_changes_nothing(report):
    once = prepare(report)
    assert prepare(once.document) == once


def test_headings_and_captions_count_by_themselves(report):
    prepared = prepare(report)
    assert [(entry.level, entry.number, entry.text) for entry in prepared.outline] == [
        (1, "一、", "总体结论"),
        (2, "（一）", "与 2018 年相比"),
        (3, "1.", "明细"),
        (1, "二、", "短板与治理"),
        (2, "", "还不知道的"),
        (2, "（一）", "短板清单"),
    ]
    captions = [b.caption.number for b in prepared.document.blocks if getattr(b, "caption", None)]
    assert captions == ["表 1", "表 2"]
    beside = next(b for b in prepared.document.blocks if isinstance(b, Beside))
    assert beside.left[0].caption.number == "图 1"
    assert beside.right[0].caption.number == "表 3"


def test_a_pointer_knows_a_table_that_stands_behind_it(report):
    sentence = next(b for b in prepare(report).document.blocks if isinstance(b, Para))
    assert next(run.mark for run in sentence.runs if isinstance(run, Pointer)) == "表 2"


def test_a_pointer_to_nothing_is_an_error_with_its_name():
    with pytest.raises(LabelError, match="nowhere"):
        prepare(document(Para((Pointer("nowhere"),))))


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (47, "四十七")]
)
def test_chinese_numerals(number, words):
    assert chinese(number) == words


def test_a_sound_report_has_no_findings(report):
    assert lint(report) == []


@pytest.mark.parametrize(
    "block",
    [
        Para((Text("共 "), num("3"), Text(" 处，其中 4 处"))),
        Heading(2, (Text("前 4 项"),)),
        Note((Text("共４项"),)),  # full width digits are digits
        Bullets(((Text("4"),),)),
        KeyValues(None, (Entry("名 1", (Text("4 处"),)),)),
        Table(None, (Column("2019 年"),), (((Text("4"),),),)),
        Table(None, (Column(""),), (), note=(Text("4"),)),
        Figure(None, small_chart(), "图", (Text("4"),)),
        Beside((Para((Text("4"),)),), (), 60),
    ],
)
def test_a_planted_digit_is_found(block):
    findings = lint(document(Para((Text("无"),)), block))
    assert len(findings) == 1
    assert findings[0].startswith("第 2 块")
    assert "4" in findings[0] or "４" in findings[0]


def test_a_planted_digit_on_the_cover_is_found():
    cover = replace(front(), matrix_note=(Text("覆盖 77%"),))
    assert lint(document(cover=cover)) == [
        "封面：文字“覆盖 77%”里有数字“77”，应写成 Num、Code、Day 或 Unit。"
    ]


def test_names_dates_units_and_captions_may_hold_digits():
    caption = Caption((Text("前 8 项"),))
    runs = (Code("M-01"), Day("2019"), Unit("km²"), num("4.87"))
    assert lint(document(Para(runs), Table(caption, (Column("2019 年"),), ()))) == []


def test_broken_tables_labels_and_pictures_are_found():
    short = Table(None, (Column("a"), Column("b"), Column("c")), (((), ()),))
    twice = replace(detail(), rows=())
    findings = lint(document(short, twice, twice, Para((Pointer("x"),)), Figure(None, small_chart(), " ")))
    assert findings == [
        "图表名“detail”用了不止一次。",
        "第 1 块 Table：表的第 1 行有 2 格，应有 3 格。",
        "第 4 块 Para：引用的图表“x”不存在。",
        "第 5 块 Figure：图没有说明文字 alt。",
    ]


def test_figures_in_columns_are_figures():
    assert len(figures_of(document(*blocks()))) == 1
