"""Made-up figures for the living page: grades, tiles, matrix, tables, charts. No city is meant."""

from __future__ import annotations

from datetime import date

from tijian.engine.report.charts import Bar, BreakBand, Cut, Group, Region, Series
from tijian.engine.report.tokens import GradeWord
from tijian.shells.web.components.charts import Chart, bar_chart, grade_map, trend_chart, whisker_chart
from tijian.shells.web.components.component import Link, Text
from tijian.shells.web.components.grade import GradeCell, GradeChange, GradeLegend, GradeShares
from tijian.shells.web.components.marks import CoverageBadge, Figure, Missing, SyntheticMark, Tag
from tijian.shells.web.components.matrix import Dimension, Matrix, MatrixCell, MatrixGroup, MatrixRow
from tijian.shells.web.components.milestones import Gantt, GanttRow, Milestone, MilestoneBar
from tijian.shells.web.components.tables import Column, DataTable, Paging, Row, RowGroup
from tijian.shells.web.components.tiles import IndicatorCard, StatTile, Tiles

GRADES: tuple[GradeWord, ...] = ("优", "良", "中", "差", "合格", "不合格")
HERE = "#main"

measured = tuple(GradeCell(grade) for grade in GRADES)
synthetic = tuple(GradeCell(grade, synthetic=True) for grade in GRADES)
ungraded = (
    GradeCell("不评级"),
    GradeCell("不评级", "样本 212"),
    GradeCell("无数据"),
    GradeCell("无数据", "供暖季未完"),
    GradeCell("不适用"),
)
linked = GradeCell("中", synthetic=True, href=HERE, label="柳岸区 交通便捷")
change = GradeChange(GradeCell("中"), GradeCell("差", synthetic=True))
legend = GradeLegend(synthetic=True)

tiles = Tiles(
    (
        StatTile("数据覆盖", Figure("399", synthetic=True), "/ 418 个区级值", "缺 19 个均有原因",
                 coverage=CoverageBadge(399, 418, badge=False)),
        StatTile("指标时点", Figure("42", synthetic=True), "/ 47 项为当期", "3 项沿用 2018 值，2 项待供暖季"),
        StatTile("指标等级分布（389 个有等级的值）", note="另有 10 个不评级：9 个无标准，1 个样本不足",
                 shares=GradeShares((("优", 87), ("良", 133), ("中", 131), ("差", 38)), synthetic=True)),
        StatTile("底线指标未达标", Figure("1", synthetic=True), "项 · 南坡区", "污水收集率 61.3%，底线 70%", bad=True),
        StatTile("里程碑逾期", reason="还没有数：治理计划未批准"),
    ),
    "总体情况",
)  # fmt: skip
shares = GradeShares((("优", 1), ("良", 3), ("中", 40), ("差", 56)))
cards = (
    IndicatorCard("城市道路网密度", HERE, GradeCell("差", synthetic=True), Figure("4.87", "km/km²", synthetic=True),
                  compare="2018 年 4.77，差；“中” ≥5.00", tags=(Tag("部门提报"), SyntheticMark()), as_of="2019-12-31"),
    IndicatorCard("居民满意度", HERE, GradeCell("不评级", "样本 212"), Figure("66.4", "分"),
                  compare="样本 212，±4.1；少于 385 份不评级", tags=(Tag("社会调查"), SyntheticMark("示例/待核")), as_of="2019-11-30"),
    IndicatorCard("清洁能源供暖占比", HERE, GradeCell("无数据"), reason="无数据：供暖季 3 月 31 日结束，4 月补报",
                  tags=(Tag("部门提报"),), stale="上一次是 2017—2018 供暖季"),
)  # fmt: skip
coverage = (CoverageBadge(7, 8), CoverageBadge(10, 13), CoverageBadge(0, 0), CoverageBadge(398, 399))

_DIMENSIONS = ("生态宜居", "城市特色", "交通便捷", "生活舒适", "多元包容", "安全韧性", "城市活力", "满意度")
_SHORT = ("生态", "特色", "交通", "舒适", "包容", "韧性", "活力", "满意")
_AREAS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "老区",
        (("柳岸区", "良优良良中良良良"), ("枫岸区", "良优中良良良良良"), ("钟楼区", "中中差中良良中中")),
    ),
    ("新区", (("高新区", "优良良良良良优良"), ("空港新区", "良中中中良中良不"))),
    ("城乡结合部", (("南坡区", "中差中不良良良中"), ("北塬区", "良中良中良中缺中"))),
)
_WORDS: dict[str, GradeWord] = {
    "优": "优",
    "良": "良",
    "中": "中",
    "差": "差",
    "不": "不评级",
    "缺": "无数据",
}
_POOR: dict[str, int] = {"中": 1, "差": 4}


def _cell(letter: str) -> MatrixCell:
    grade = _WORDS[letter]
    reason = {"不": "覆盖 77%", "缺": "供暖季未完"}.get(letter, "")
    return MatrixCell(grade, 6, 8, _POOR.get(letter, 0), reason, synthetic=True, href=HERE)


matrix = Matrix(
    tuple(Dimension(name, short) for name, short in zip(_DIMENSIONS, _SHORT, strict=True)),
    tuple(
        MatrixGroup(kind, tuple(
            MatrixRow(name, tuple(_cell(letter) for letter in letters), name.removesuffix("区").removesuffix("新"), HERE)
            for name, letters in rows
        ))
        for kind, rows in _AREAS
    ),
    "八个维度 × 七个区的等级",
)  # fmt: skip


def _line(name: str, length: str, value: str, last: str, grade: GradeWord, selected: bool = False) -> Row:
    figures = (Figure(length, synthetic=True), Figure(value, synthetic=True), Figure(last, synthetic=True))
    return Row((Link(name, HERE), *figures, GradeCell(grade, synthetic=True)), selected)


table = DataTable(
    "2019 年各区城市道路网密度",
    (Column("区"), Column("道路长度", "km", numeric=True, sort=HERE), Column("密度 2019", "km/km²", numeric=True, sort=HERE, sorted="descending"),
     Column("密度 2018", "km/km²", numeric=True), Column("等级")),
    (
        RowGroup("老区", (_line("柳岸区", "305.7", "8.13", "8.06", "优"), _line("钟楼区", "285.4", "4.87", "4.77", "差", selected=True))),
        RowGroup("新区", (_line("高新区", "680.8", "5.75", "5.59", "良"),
                         Row((Text("空港新区", "2019 年设立"), Missing("未报"), Missing("无数据"), Missing("不适用"), GradeCell("无数据"))))),
    ),
    Row(("全市", Figure("3,171.6", synthetic=True), Figure("5.09", synthetic=True), Figure("4.99", synthetic=True), GradeCell("不评级"))),
    links=(Link("看图", HERE), Link("下载 xlsx", HERE), Link("下载 csv", HERE)),
)  # fmt: skip
long_list = DataTable(
    "指标值（宽表，在框内左右移动）",
    tuple(Column(f"{year} 年" if year else "指标", "" if not year else "个/万人", numeric=bool(year)) for year in (0, *range(2010, 2024))),
    (RowGroup("", tuple(Row((name, *(Figure(f"{n}.{year % 10}") for year in range(2010, 2024)))) for n, name in enumerate(("每万人停车位", "每万人公厕", "每万人诊所"), 11))),),
    cards=False,
    paging=Paging(10_000, page=5, query=(("q", "每万人"),)),
)  # fmt: skip

_OLD = (Cut("优", "≥8.0", 8.0), Cut("良", "≥6.5", 6.5), Cut("中", "≥5.0", 5.0))
_NEW = (Cut("优", "≥7.0", 7.0), Cut("良", "≥5.5", 5.5), Cut("中", "≥4.0", 4.0))
_GROUPS = (
    Group("老区", (Bar("柳岸区", 8.13, "8.13", "优", synthetic=True), Bar("枫岸区", 7.3, "7.30", "良", synthetic=True),
                  Bar("钟楼区", 4.87, "4.87", "差", synthetic=True)), _OLD),
    Group("新区", (Bar("高新区", 5.75, "5.75", "良", synthetic=True), Bar("空港新区", None, "", "无数据", "2019 年设立，未报")), _NEW),
)  # fmt: skip
_SURVEY = (
    Group("", (Bar("柳岸区", 71.2, "71.2", "良", margin=1.9, sample="样本 512"), Bar("枫岸区", 66.4, "66.4", "中", margin=2.1, sample="样本 426"),
               Bar("空港新区", 64.0, "64.0", "不评级", margin=4.1, sample="样本 212")), (Cut("良", "≥70", 70.0),)),
)  # fmt: skip
_YEARS = ("2014", "2015", "2016", "2017", "2018", "2019")
_LINES = (
    Series("柳岸", (10.0, 10.1, 10.2, 8.0, 8.06, 8.13), "8.13", synthetic=True),
    Series("高新", (7.0, 7.1, 7.2, 5.5, 5.59, 5.75), "5.75", synthetic=True),
    Series("全市", (5.9, 6.1, 6.3, 4.9, 4.99, 5.09), "5.09", "city", synthetic=True),
    Series("钟楼", (5.8, 5.8, 5.9, 4.7, 4.77, 4.87), "4.87", "focus", synthetic=True),
)


def _square(name: str, x: float, y: float, grade: GradeWord, wide: float = 1.0) -> Region:
    side = 10_000.0
    ring = [
        (x * side, y * side),
        ((x + wide) * side, y * side),
        ((x + wide) * side, (y + 1) * side),
        (x * side, (y + 1) * side),
    ]
    return Region(name, [ring], grade, synthetic=True)


_REGIONS = (_square("柳岸", 1, 1, "优"), _square("枫岸", 0, 1, "良"), _square("钟楼", 2, 1, "差"), _square("高新", 0, 2, "良", 2),
            _square("空港", 2, 2, "无数据"), _square("南坡", 0, 0, "不评级", 2), _square("北塬", 2, 0, "中"))  # fmt: skip

bars: Chart = bar_chart(
    "2019 年各区值与等级", "bars", _GROUPS, "各区道路网密度，柳岸区最高 8.13，钟楼区最低 4.87",
    around={"hint": "虚线为该片区类型的标准线", "links": (Link("下载", HERE),), "table": table,
            "source": "来源：部门提报，截至 2019-12-31。"},
)  # fmt: skip
whiskers: Chart = whisker_chart(
    "2019 年居民满意度", "whiskers", _SURVEY, "各区满意度，柳岸区最高 71.2", width=600,
    around={"source": "社会满意度调查；横线为抽样误差。"},
)  # fmt: skip
trend: Chart = trend_chart(
    "2014—2019 年道路网密度", "trend", _YEARS, _LINES, "2017 年起口径改变，前后不连线", breaks=(BreakBand(2),),
    around={"note": "2017 年起不可与以前比较。以前按市辖区内道路全长统计，现在只计建成区内道路中心线。", "links": (Link("下载", HERE),)},
)  # fmt: skip
grades: Chart = grade_map(
    "等级分布图", "map", _REGIONS, "七个区的等级，钟楼区差", selected="钟楼", boundary="边界示意，2019-01-01 起",
    around={"links": (Link("看表格", HERE), Link("下载 GeoJSON", HERE)), "legend": legend},
)  # fmt: skip
milestone_bar = MilestoneBar(("done", "late", "due", "cancelled"), synthetic=True)
gantt = Gantt(
    (
        GanttRow("M-01", "打通断头路 12 条（10.6 km）", HERE, "钟楼区 · 区政府", (
            Milestone("征收方案批复", date(2019, 11, 30), "done", date(2019, 12, 20)),
            Milestone("首批 5 条开工", date(2020, 2, 15), "late", forecast=date(2020, 4, 20)),
            Milestone("首批 5 条完工", date(2020, 8, 31), forecast=date(2020, 10, 20)),
            Milestone("12 条全部通车", date(2020, 11, 30)),
        ), "逾期 32 天", synthetic=True),
        GanttRow("M-02", "老旧小区改造 13 个", HERE, "钟楼区 · 市房产局", (
            Milestone("改造名单公布", date(2019, 10, 31), "done", date(2019, 10, 28)),
            Milestone("设计审查", date(2020, 1, 31), "done", date(2020, 1, 20)),
            Milestone("加装电梯", date(2020, 5, 31), "cancelled"),
            Milestone("居民验收", date(2020, 10, 31)),
        )),
    ),
    date(2019, 10, 1), date(2021, 1, 1), date(2020, 3, 18),
)  # fmt: skip
