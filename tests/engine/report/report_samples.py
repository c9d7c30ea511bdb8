"""A small report with every kind of block."""

import datetime as dt

from tijian.engine.report.blocks import (
    Beside,
    Break,
    Bullets,
    Caption,
    Change,
    Code,
    Column,
    Contents,
    Cover,
    Day,
    Document,
    Entry,
    Figure,
    Grade,
    GradeMatrix,
    Heading,
    KeyValues,
    MatrixCell,
    MatrixRow,
    Meta,
    Note,
    Num,
    PageBreak,
    Para,
    Pointer,
    ReadingGuide,
    Ref,
    Steps,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.charts import Bar, Cut, Group, bars


def num(text, key=None, **looks):
    """A number that quotes a value named after itself."""
    return Num(text, Ref("value", key or f"value:TC02|210103|{text}"), **looks)


def small_chart(value=4.87):
    group = Group(
        "老区", (Bar("大东区", value, f"{value:.2f}", "差", synthetic=True),), (Cut("中", "≥5.0", low=5.0),)
    )
    return bars([group], alt="大东区低于中的下限")


def matrix(caption):
    cells = (MatrixCell("差", synthetic=True), MatrixCell("不评级", (Text("样本 "), num("212"))))
    rows = (
        MatrixRow("大东区", cells, (num("9", strong=True),)),
        MatrixRow("沈北新区", (MatrixCell("优"), MatrixCell("不适用"))),
    )
    return GradeMatrix(caption, ("交通便捷", "满意度"), rows, "差", (Text("采用值。"),))


def detail():
    columns = (
        Column("区"),
        Column("值", "km/km²", "right"),
        Column("等级", align="center"),
        Column("变化"),
        Column("里程碑"),
    )
    rows = (
        ((Text("老区", bold=True),),),
        (
            (Text("大东区"),),
            (num("4.87"),),
            (Grade("差", synthetic=True),),
            (Change(Grade("中"), Grade("差")), Break(), Change(num("4.77"), num("4.87"))),
            (Steps(("done", "late", "due", "cancelled")),),
        ),
    )
    source = (Code("sha256 7be1 94c2"), Text("，统计时点 "), Day("2019-12-31"), Text("。"))
    return Table(Caption((Text("各区明细"),), label="detail"), columns, rows, (Text("注一句。"),), source)


def blocks():
    sentence = (
        Text("全市道路网密度为 "),
        num("5.09"),
        Text(" "),
        Unit("km/km²"),
        Text("，见"),
        Pointer("detail"),
        Text("；"),
        num("61.3"),
        Text("% 没有达到 "),
        num("≥70%", marked=False),
        Text(" 的底线。"),
    )
    figure = Figure(
        Caption((Day("2019"), Text(" 年各区道路网密度"))),
        small_chart(),
        "大东区低于中的下限",
        (Text("路网图层。"),),
    )
    pairs = KeyValues(Caption((Text("怎么来的"),)), (Entry("数字", (num("285.4"), Text(" km"))),))
    return (
        Contents(),
        ReadingGuide(num("4.87")),
        Note((Text("运行清单 "), Code("9c41e0b7"), Text("。")), pinned=True),
        PageBreak(),
        Heading(1, (Text("总体结论"),)),
        Para(sentence),
        Heading(2, (Text("与 "), Day("2018"), Text(" 年相比"))),
        matrix(Caption((Text("各区等级"),))),
        Heading(3, (Text("明细"),)),
        Meta((Code("TC02"), Text(" · 导向")), (Text("标准：示例/待核"),)),
        Bullets(((Text("第一条，"), num("7.6"), Text(" km。")), (Text("第二条。"),))),
        detail(),
        Beside((figure,), (pairs,), 80),
        Heading(1, (Text("短板与治理"),)),
        Heading(2, (Text("还不知道的"),), numbered=False),
        Heading(2, (Text("短板清单"),)),
    )


def front():
    return Cover(
        "城市体检工作领导小组办公室",
        ("某市城市体检", "2019 年度自体检总报告"),
        (Text("九个区 · "), num("36"), Text(" 项指标")),
        matrix(None),
        (Text("维度等级。"),),
        (Text("合成数据。", bold=True), Text("不得引用。")),
        "2020 年 3 月",
        "版本 v1.0　数据截至 2020-03-18",
    )


def document(*parts, cover=None, marks=frozenset({"synthetic"})):
    return Document(
        "某市城市体检总报告", "某市总报告", cover, parts, dt.date(2020, 3, 18), marks, ("城市体检",)
    )
