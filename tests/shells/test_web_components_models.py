"""What view models work out: shares, pages, places on a scale; rounding never lies."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.evidence import Evidence
from tijian.shells.web.components.explain import Adopted, CutBar, CutPart, ExplainTree, Lost
from tijian.shells.web.components.forms import Confirm, ErrorSummary, Field
from tijian.shells.web.components.grade import CLASSES, GradeCell, GradeShares
from tijian.shells.web.components.marks import CoverageBadge
from tijian.shells.web.components.matrix import Dimension, Matrix, MatrixCell, MatrixGroup, MatrixRow
from tijian.shells.web.components.milestones import Gantt, GanttRow, Milestone, MilestoneBar
from tijian.shells.web.components.states import StateLine
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup, page_number
from tijian.shells.web.components.verdicts import VerdictTotals


@pytest.mark.parametrize(
    ("have", "of", "words", "low"),
    [
        (7, 8, "7/8 项，88%", False),
        (10, 13, "10/13 项，77%，不评级", True),
        (4, 5, "4/5 项，80%", False),
        (399, 500, "399/500 项，79.8%，不评级", True),  # 80 would say that the floor is reached
        (1999, 2000, "1,999/2,000 项，99.9%", False),  # 100 would say that nothing is missing
        (0, 0, "不适用", False),
        (0, 9, "0/9 项，0%，不评级", True),
    ],
)
def test_coverage_in_words(have, of, words, low):
    badge = CoverageBadge(have, of)
    assert (badge.words, badge.low) == (words, low)


def test_a_cell_without_grade_says_why():
    assert GradeCell("不评级", "样本 212").word == "样本 212"
    assert GradeCell("不评级", "样本 212").spoken == "，不评级"
    assert GradeCell("无数据").word == "缺"
    assert GradeCell("差", synthetic=True).spoken == "，合成数据"
    assert CLASSES["不适用"] not in "abcd"


def test_shares_fill_the_bar_and_tell_every_count():
    shares = GradeShares((("优", 1), ("良", 0), ("中", 40), ("差", 59)))
    assert sum(float(p.width) for p in shares.parts) == pytest.approx(100, abs=0.05)
    assert [p.grade for p in shares.parts] == ["优", "中", "差"]
    assert shares.cramped == "优 1"
    assert shares.words == "优 1，良 0，中 40，差 59"
    assert GradeShares((("优", 0),)).parts == ()


@given(total=st.integers(0, 12_000), page=st.integers(-5, 500), size=st.integers(1, 200))
def test_pages_part_a_list_without_gap_or_overlap(total, page, size):
    paging = Paging(total, page, size)
    assert 1 <= paging.present <= paging.pages
    assert len(range(*paging.slice.indices(total))) == (
        min(size, total - (paging.present - 1) * size) if total else 0
    )
    covered = [
        n
        for p in range(1, min(paging.pages, 50) + 1)
        for n in range(*Paging(total, p, size).slice.indices(total))
    ]
    assert covered == list(range(min(total, 50 * size)))
    assert (paging.before == "") == (paging.present == 1)
    assert (paging.after == "") == (paging.present == paging.pages)
    shown = [n for n, _ in paging.numbers if n]
    assert shown == sorted(set(shown))
    assert {1, paging.present, paging.pages} <= set(shown)


def test_ten_thousand_items_keep_their_filters():
    paging = Paging(10_000, 5, query=(("q", "道路"), ("page", "3")))
    assert paging.words == "第 201—250 项，共 10,000 项"
    assert paging.after == "?q=%E9%81%93%E8%B7%AF&page=6"
    assert Paging(0).words == "共 0 项"


@pytest.mark.parametrize(
    ("text", "page"),
    [("7", 7), ("007", 7), ("", 1), ("-3", 1), ("²", 1), ("٣", 1), ("x", 1), ("9" * 5000, 1)],
)
def test_a_page_asked_for_is_a_number_or_the_first(text, page):
    assert page_number(text) == page


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        (" 2019 ", 2019),
        ("0", 0),
        ("", None),
        ("-3", None),
        ("²", None),
        ("٣", None),
        ("9" * 5000, None),
    ],
)
def test_a_number_in_a_field_nobody_types_is_plain_digits_or_none(text, value):
    assert asked_number(text) == value


CUTS = (CutPart("差", 5, "5.00"), CutPart("中", 6.5, "6.50"), CutPart("良", 8, "8.00"), CutPart("优"))


def test_a_value_stands_where_its_grade_is():
    bar = CutBar(CUTS, 0, 10, 4.87, "4.87")
    assert [(p.grade, p.left, p.width) for p in bar.places] == [("差", "0.00", "50.00"), ("中", "50.00", "15.00"), ("良", "65.00", "15.00"), ("优", "80.00", "20.00")]  # fmt: skip
    assert bar.mark == "48.70"
    assert bar.spoken == "从低到高：差到 5.00，中到 6.50，良到 8.00，优；本值 4.87"


def test_a_value_beyond_the_scale_stays_on_the_bar():
    assert CutBar(CUTS, 0, 10, 25, "25").mark == "100.00"
    assert CutBar(CUTS, 0, 10, 25, "25").anchor == "end"
    assert CutBar(CUTS, 0, 10, -3, "−3").anchor == "start"
    assert CutBar(CUTS, 0, 10).mark == ""


def test_crowded_cut_points_stand_on_two_lines():
    ticks = CutBar((CutPart("差", 5, "5"), CutPart("中", 5.5, "5.5"), CutPart("良")), 0, 10).ticks
    assert [t.lower for t in ticks] == [False, True]


def test_a_scale_without_length_divides_by_nothing():
    assert CutBar((CutPart("合格"),), 3, 3, 3, "3").mark == "0.00"


def test_progress_counts_what_was_accepted_and_leaves_out_what_was_cancelled():
    bar = MilestoneBar(("done", "late", "due", "cancelled"))
    assert bar.count == (1, 3)
    assert bar.words == "完成 1 个，共 3 个，逾期 1 个"


def test_a_line_of_time_holds_marks_slips_and_quarters():
    late = Milestone("开工", date(2020, 2, 15), "late", forecast=date(2020, 4, 20))
    row = GanttRow("M-01", "打通断头路", "#", "甲区", (Milestone("批复", date(2019, 11, 30), "done"), late))
    gantt = Gantt((row,), date(2019, 10, 1), date(2021, 1, 1), date(2020, 3, 18))
    assert [label for _, label in gantt.ticks] == ["2019-10", "2020-01", "04", "07", "10"]
    (_, (start, end), (first, second)) = gantt.lines[0]
    assert float(start) < float(end) < float(gantt.now)
    assert first.forecast == ""
    assert float(second.left) + float(second.slip) == pytest.approx(float(second.forecast), abs=0.02)
    assert late.words == "逾期，应 2020-02-15，预计 2020-04-20"


def test_a_matrix_adds_up_and_refuses_a_row_too_short():
    cells = (MatrixCell("差", 6, 8, 4), MatrixCell("良", 5, 5, 1))
    group = MatrixGroup(
        "老区", (MatrixRow("甲区", cells), MatrixRow("乙区", (MatrixCell("优"), MatrixCell("中", poor=2))))
    )
    matrix = Matrix((Dimension("交通便捷"), Dimension("满意度")), (group,), "二维")
    assert (matrix.totals, matrix.total, matrix.most) == ((4, 3), 7, 5)
    with pytest.raises(ValueError, match="甲区"):
        Matrix((Dimension("交通便捷"),), (group,), "二维")
    healthy = Matrix(
        (Dimension("交通便捷"),), (MatrixGroup("", (MatrixRow("甲区", (MatrixCell("优"),)),)),), "二维"
    )
    assert healthy.most == -1  # nothing is red where nothing is 差


def test_a_row_of_another_length_than_the_head_is_refused():
    table = DataTable("表", (Column("区"), Column("值")), (RowGroup("", (Row(("甲区",)),)),))
    with pytest.raises(ValueError, match="zip"):
        _ = table.lines


def test_totals_of_verdicts_add_up():
    totals = VerdictTotals((("taken", 45), ("converted", 3), ("asked", 2), ("refused", 3), ("blank", 1)))
    assert totals.read.text == "54"


def test_a_hash_is_shown_as_people_compare_it():
    assert (
        Evidence("必交", "甲.gpkg", sha256="7be194c2" + "f" * 52 + "0d5a").fingerprint == "7be1 94c2 … 0d5a"
    )
    assert Evidence("必交", "甲.gpkg", sha256="7be1").fingerprint == "7be1"


def test_a_state_says_only_what_it_knows():
    assert [t[0] for t in StateLine("甲局", due="03-09", state="late").entries] == ["现在等谁", "应在"]
    assert [t[2] for t in StateLine("甲局", due="03-09", state="late").entries] == [False, True]
    assert StateLine("已锁定", "2019-11-08", state="done").entries[0][:2] == ("办结", "已锁定")


def test_a_summary_counts_each_error_once():
    fields = (Field("a", "甲", errors=("错一", "错二")), Field("b", "乙"))
    summary = ErrorSummary(fields, ("范围对不上",))
    assert summary.count == 3
    assert fields[0].described == "e-a"
    assert Field("c", "丙", hint="提示", warning="留心").described == "w-c h-c"


def test_only_the_sentence_itself_confirms():
    sentence = "公布 2019 年度（A|B）结果."
    field = Confirm("公布？", "/x", "公布", Link("不公布", "/"), sentence=sentence).typed
    assert field is not None
    assert re.fullmatch(field.pattern, sentence)
    assert not re.fullmatch(field.pattern, "公布 2019 年度（A|B）结果x")
    assert Confirm("退回？", "/x", "退回", Link("不退", "/")).typed is None


def test_an_explanation_has_five_steps_also_where_some_are_lost():
    lost = Lost("文件在市房产局")
    tree = ExplainTree(
        None, GradeCell("无数据"), Adopted(()), lost, CutBar(CUTS, 0, 10, area_type="老区"), lost, lost
    )
    assert [title for title, _ in tree.steps] == [
        "采用值",
        "公式与数字",
        "判定标准：老区",
        "原始文件",
        "经手",
    ]
