"""Widths of columns: numbers whole, the sum exact, the size of type chosen by need."""

import pytest
from report_samples import num, small_chart

from tijian.engine.report import drawing, layout, tokens
from tijian.engine.report.blocks import (
    Break,
    Change,
    Column,
    Figure,
    Grade,
    GradeMatrix,
    MatrixRow,
    Table,
    Text,
    Unit,
)

ELEVEN = (
    Column("区"),
    Column("区类"),
    Column("分子", "km", "right"),
    Column("分母", "km²", "right"),
    Column("值", "km/km²", "right"),
    Column("等级", align="center"),
    Column("判定标准"),
    Column("上年", "km/km²", "right"),
    Column("变化", align="right"),
    Column("采用来源"),
    Column("标记"),
)


def wide(name="苏家屯区", kind="城乡结合部"):
    row = (
        (Text(name),),
        (Text(kind),),
        (num("12,345.6"),),
        (num("2,425.3"),),
        (num("5.09"),),
        (Grade("不评级"),),
        (Text("中 "), num("≥5.00")),
        (num("4.99"),),
        (num("+0.10"),),
        (Text("第三方计算"),),
        (Text("合成"),),
    )
    return Table(None, ELEVEN, (row,) * 10)


def points(mm):
    return mm * tokens.POINTS_PER_MM


def test_eleven_columns_fit_the_type_area_without_breaking_a_number_or_a_name():
    size, widths = layout.fit(wide(), tokens.TYPE_WIDTH)
    assert size >= tokens.TABLE_SMALL
    assert sum(widths) == pytest.approx(tokens.TYPE_WIDTH)
    words = [
        "苏家屯区",
        "城乡结合部",
        "12,345.6",
        "2,425.3",
        "5.09",
        "不评",
        "≥5.00",
        "4.99",
        "+0.10",
        "第三方计算",
        "合成",
    ]
    for width, word in zip(widths, words, strict=True):
        assert points(width) >= drawing.advance(word, size) + 3.9, word
    for width, column in zip(widths, ELEVEN, strict=True):
        assert points(width) >= drawing.advance(column.unit, tokens.TABLE_HEAD - 1) + 3.9, column.title


def test_too_much_for_the_width_is_set_smaller_and_still_fits():
    size, widths = layout.fit(wide("某某某某某某新区管理委员会辖区", "城乡结合部与新区各半"), 120)
    assert size < tokens.TABLE
    assert sum(widths) == pytest.approx(120)
    assert min(widths) > 0


def test_fixed_columns_keep_their_width_and_the_rest_share():
    table = Table(
        None,
        (Column("", width_mm=6), Column("指标"), Column("值", width_mm=13)),
        (((), (Text("名"),), (num("1"),)),),
    )
    assert layout.fit(table, 156) == (tokens.TABLE, [6, pytest.approx(137), 13])


def test_room_is_kept_between_figures_and_words_but_not_before_a_unit():
    columns = (Column("值", align="right"), Column("单位"), Column("差距", align="right"), Column("对策"))
    rows = (((num("1"),), (Unit("%"),), (num("2"),), (Text("无"),)),)
    assert layout.gaps(Table(None, columns, rows)) == [0, 0, 0, layout.GAP_MM]


def test_a_forced_break_counts_by_line():
    one, two = ((Text("甲" * 30),),), ((Text("甲" * 15), Break(), Text("乙" * 15)),)
    table = [
        Table(None, (Column("a"), Column("b" * 3)), ((*cells, (Text("丙" * 30),)),)) for cells in (one, two)
    ]
    assert layout.fit(table[1], 100)[1][0] < layout.fit(table[0], 100)[1][0]


def test_a_change_and_its_arrow_stay_together():
    table = Table(
        None, (Column("a"), Column("b")), (((Change(num("4.77"), num("4.87")),), (Text("丙" * 99),)),)
    )
    width = layout.fit(table, 80)[1][0]
    assert points(width) >= drawing.advance("4.77 → 4.87", tokens.TABLE)


def test_a_table_without_rows_or_with_headings_across_has_widths():
    assert sum(layout.fit(Table(None, (Column("甲"), Column("乙")), ()), 100)[1]) == pytest.approx(100)
    assert sum(
        layout.fit(Table(None, (Column("甲"), Column("乙")), (((Text("老区"),),),)), 100)[1]
    ) == pytest.approx(100)


def test_a_figure_is_never_taller_than_its_page():
    tall = small_chart().replace('height="', 'height="9')
    wide_mm, tall_mm = layout.figure_size(Figure(None, tall, "图"), 156)
    assert tall_mm == layout.TALLEST_MM
    assert wide_mm < 156
    assert layout.figure_size(Figure(None, small_chart(), "图", width_mm=66), 156)[0] == 66


def test_a_picture_without_size_is_refused():
    with pytest.raises(ValueError, match="没有写明宽和高"):
        layout.svg_size("<svg/>")


def test_a_matrix_fills_its_width_with_and_without_figures_at_the_end():
    for trailing in ((), (num("9"),)):
        block = GradeMatrix(None, ("甲",) * 8, (MatrixRow("大东区", (), trailing),))
        name, cell, end = layout.matrix_widths(block, 156, 0.6)
        columns = 8 + bool(trailing)
        assert name + 8 * cell + end + 0.6 * columns == pytest.approx(156)
        assert end == (10 if trailing else 0)
