"""Made-up states of work for the living page: forms, evidence, verdicts, explanations, messages."""

from __future__ import annotations

from tijian.shells.web.components.changes import Change, ChangeList, Conflict
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.evidence import Evidence, EvidenceList
from tijian.shells.web.components.explain import (
    Adopted,
    CutBar,
    CutPart,
    ExplainTree,
    Files,
    Formula,
    Hands,
    Lost,
    Strand,
    Verdictless,
)
from tijian.shells.web.components.forms import Confirm, ErrorSummary, Field, Filters, Form, Option
from tijian.shells.web.components.grade import GradeCell
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.components.messages import Empty, Failure, Loading, StatusMessage
from tijian.shells.web.components.states import StateLine, Step, Steps
from tijian.shells.web.components.verdicts import Sheet, SheetCell, VerdictRow, VerdictTable, VerdictTotals

HERE = "#main"
HASH = "7be194c2" + "0" * 52 + "0d5a"

state_lines = (
    StateLine(
        "您（钟楼区城建局 填报人）",
        "2020-02-17，已 9 天",
        "2020-02-28 前，还有 2 天",
        "提交后由本局负责人审核",
        state="mine",
    ),
    StateLine("市城乡建设局 审核人", "2020-02-28，已 5 天", "2020-03-06 前", "领导小组办公室审定"),
    StateLine(
        "钟楼区城建局 填报人",
        "2020-03-09",
        "2020-03-09，已逾期 3 天",
        state="late",
        links=(Link("催办", HERE),),
    ),
    StateLine(
        "您（钟楼区城建局 填报人）",
        "2020-03-02",
        "2020-03-09 前重交",
        reason="缺 9 处积水点改造验收单",
        state="returned",
    ),
    StateLine("已锁定", "2019-11-08", state="done"),
)
steps = Steps(
    (
        Step("待填", "领导小组办公室派发，02-17", "done"),
        Step("草稿", "等您，02-28 前提交", "now"),
        Step("已提交", "等本局负责人，2 个工作日"),
        Step("已审核", "等市城乡建设局，5 个工作日"),
    )
)
evidence = EvidenceList(
    (
        Evidence(
            "必交",
            "钟楼区道路中心线_2019.gpkg",
            href=HERE,
            about="1,842 条线，CGCS2000，截至 2019-12-31",
            sha256=HASH,
        ),
        Evidence(
            "必交", "建成区范围图", "missing", why="还没有交，交了才能提交", action=Link("选择文件", HERE)
        ),
        Evidence(
            "选交",
            "积水点改造验收单.pdf",
            "rejected",
            HERE,
            why="退回：缺第 3 页的公章",
            action=Link("重交", HERE),
        ),
        Evidence("必交", "钟楼区道路中心线_2019_旧.gpkg", "replaced", HERE, about="02-25 交，02-26 被替换"),
    )
)
verdict_totals = VerdictTotals(
    (("taken", 45), ("converted", 3), ("asked", 2), ("refused", 3), ("blank", 1)),
    "9 个区 × 6 项 = 54，一格不漏",
    synthetic=True,
)
verdict_table = VerdictTable(
    (
        VerdictRow(1, "refused", "F9", "枫岸区 常住人口", "1335935", "单位应为万人；这个数像是“人”", "改为 133.5935，或把 F4 表头单位改成“人”"),
        VerdictRow(2, "asked", "D8", "钟楼区 漏损水量", "1,227", "漏损率 24.6%，高于提醒线 24%", "写明原因，或核对供水总量 C8"),
        VerdictRow(3, "converted", "C9", "枫岸区 供水总量", "1.02亿", "表头单位是万 m³", "已换算为 10,200，请确认"),
        VerdictRow(4, "blank", "D9", "枫岸区 漏损水量", "—", "空缺记号", "已登记“3 月抄表后补报”，不会当作 0"),
    )
)  # fmt: skip
sheet = Sheet(
    "供水", ("B", "C", "D", "E", "F"), (4, ("区", "供水总量（万 m³）", "漏损水量（万 m³）", "用水人口（万人）", "常住人口（万人）")),
    (
        (7, (SheetCell("柳岸区", numeric=False), SheetCell("5,214"), SheetCell("912"), SheetCell("72.6"), SheetCell("73.1"))),
        (8, (SheetCell("钟楼区", numeric=False), SheetCell("4,988"), SheetCell("1,227", "asked", 2), SheetCell("74.8"), SheetCell("75.2"))),
        (9, (SheetCell("枫岸区", numeric=False), SheetCell("1.02亿", "converted", 3), SheetCell("—", "blank", 4), SheetCell("133.2"),
             SheetCell("1335935", "refused", 1))),
    ),
)  # fmt: skip
_CUTS = (CutPart("差", 5.0, "5.00"), CutPart("中", 6.5, "6.50"), CutPart("良", 8.0, "8.00"), CutPart("优"))
_RANGE = (CutPart("差", 0.5, "0.50"), CutPart("中", 0.8, "0.80"), CutPart("良", 0.9, "0.90"), CutPart("优", 1.1, "1.10"),
          CutPart("良", 1.3, "1.30"), CutPart("中", 1.8, "1.80"), CutPart("差"))  # fmt: skip
explained = ExplainTree(
    Figure("4.87", "km/km²", synthetic=True),
    GradeCell("差", synthetic=True),
    Adopted(
        (
            Strand("部门提报", Figure("4.87", synthetic=True), adopted=True),
            Strand("第三方计算", Figure("4.79", synthetic=True), words="差 1.6%"),
            Strand("社会调查", words="不适用"),
        ),
        "三种来源里采用部门提报值。",
        "理由：第三方底图为 2019-06，未含下半年通车的 4 条路。市城乡建设局，2020-03-12。",
    ),
    Formula(
        Figure("4.870", synthetic=True),
        "道路中心线长度 ÷ 建成区面积，保留两位小数：4.87",
        Figure("285.4 km", synthetic=True),
        Figure("58.6 km²", synthetic=True),
    ),
    CutBar(_CUTS, 0, 10, 4.87, "4.87", "低于 5.00 为差，还差 0.13 km/km²，约合 7.6 km 道路。标准 2019-01-01 起施行（示例/待核）。", "老区"),
    Files((Evidence("图层", "钟楼区道路中心线_2019.gpkg", href=HERE, about="区城建局，采集 2020-01-15，CGCS2000", sha256=HASH),)),
    Hands((("填报", "钟楼区城建局 道路处，02-27"), ("审核", "市城乡建设局 指标处，03-05"), ("计算", "R2019-07，清单 9c41e0b7"))),
    "2018 年 4.77，增加 0.10",
    links=(Link("查症结 B-2019-01", HERE), Link("看对策 M-01", HERE), Link("提出更正", HERE)),
)  # fmt: skip
unexplained = ExplainTree(
    None,
    GradeCell("无数据"),
    Adopted((Strand("部门提报", words="供暖季未完"),)),
    Lost("没有数可代入公式。"),
    CutBar(_RANGE, 0, 2, words="区间型标准：0.90—1.10 为优，越靠近越好。"),
    Lost("原始文件在市房产局，4 月补报后可看。"),
    Hands((("催报", "领导小组办公室，03-09"),)),
    reason="供暖季 3 月 31 日结束，4 月补报",
    as_of="这是 2020-03-18 当天的情形，后来的更正不在其中。",
)
bottom_line = Verdictless("底线：不低于 70%，低于即不合格，维度最高评“中”。", "全市")
_AREA = Field("built_area", "建成区面积", "58600000", "number", "km²", required=True,
              errors=("58,600,000 太大。全区约 100 km²；像是按 m² 填的，应为 58.6。",))  # fmt: skip
_KIND = Field(
    "kind",
    "来源种类",
    "ledger",
    "select",
    required=True,
    options=(Option("ledger", "业务台账"), Option("paper", "正式文件")),
)
fields = (
    Field("length", "道路中心线长度", "285.4", "number", "km", hint="建成区内，双幅路计一次，不含小区内部路", required=True),
    _AREA,
    Field("points", "积水内涝点数", "14", "number", "个", warning="与去年相差 39.1%，超过 30% 的提醒线。没有错也能提交，请写明原因。"),
    _KIND,
    Field("as_of", "统计时点", "2019-12-31", "date", required=True),
    Field("file", "道路中心线图层", kind="file", accept=".gpkg,.zip", hint="GeoPackage，或 SHP 打成的 zip"),
    Field("why", "变化原因", "2019 年完成 9 处积水点改造。", "textarea"),
    Field("none", "没有数", kind="radio", options=(Option("season", "供暖季未完"), Option("nobody", "没有单位统计")), value="season"),
    Field("parts", "附上", kind="checkboxes", options=(Option("a", "验收单"), Option("b", "照片")), chosen=("a",)),
    Field("sure", "我已核对单位", "on", "checkbox", required=True, errors=("请核对后勾选。",)),
    Field("locked", "填报单位", "钟楼区城建局", locked=True),
)  # fmt: skip
form = Form(
    HERE,
    fields,
    "提交给本局负责人审核",
    Link("存为草稿", HERE),
    ("两个文件的范围对不上：长度按新边界，面积按旧边界。",),
    columns=True,
    key="demo",
)
waiting_form = Form(
    HERE,
    (Field("points2", "已达标老旧小区数", kind="number", unit="个"),),
    "提交",
    lacking="还差 1 项",
    key="demo-off",
)
summary = ErrorSummary(fields)
filters = Filters(
    HERE,
    (
        Field("q", "指标或区", "道路", "search", wide=True),
        Field("dimension", "维度", "", "select", options=(Option("", "全部维度"), Option("t", "交通便捷"))),
        Field("grade", "等级", "d", "select", options=(Option("", "全部等级"), Option("d", "差"))),
    ),
    "找到 38 项，共 418 项",
    HERE,
)
confirm = Confirm(
    "公布 2019 年度结果？", HERE, "公布", Link("不公布", HERE), "公布后指标体系、标准和 389 个等级都锁定，以后只能发修订版。",
    ("3 张地图没有审图号，不会公布", "1 个满意度格样本不足，显示“不评级”"), "公布 2019 年度结果",
)  # fmt: skip
messages = (
    StatusMessage("已提交。现在等钟楼区城建局负责人审核，应在 03-03 前。", undo=Link("撤回", HERE)),
    StatusMessage("2018 年按旧口径，不能与 2019 年相减。", "warn"),
    StatusMessage("没有写入：第 3 行的区名认不出。", "bad", Link("看第 3 行", HERE)),
    StatusMessage("正在重算 47 项指标，本页的等级还是重算前的。", ""),
)
empties = (
    Empty("这个区还没有城市病登记", "候选问题有 2 个，等专家确认。", Link("去确认", HERE)),
    Empty("没有符合条件的指标", "选了“满意度”和“差”，两个条件合起来没有。", Link("清除条件", HERE)),
    Empty("您看不到填报草稿", "草稿只给填报单位看。要看数，等审核通过后在指标页看。"),
)
loadings = (Loading(), Loading("正在重算指标", 31, 47), Loading("正在读取文件"))
failure = Failure(
    "这张图没有画出来。",
    "边界文件“高新区 2019”读不到。表格仍可看。",
    (Link("看表格", HERE), Link("重试", HERE)),
)
changes = ChangeList(
    (
        Change(
            "钟楼区 泊位车辆比", GradeCell("中"), GradeCell("差"), "数据", HERE, "0.66 → 0.58，新上牌车辆补报"
        ),
        Change(
            "枫岸区 道路网密度",
            GradeCell("良"),
            GradeCell("中"),
            "标准",
            HERE,
            "值没有变；老区“良”的下限 6.0 → 6.5",
        ),
        Change(
            "高新区 蓝绿空间占比",
            Figure("43.1", "%"),
            Figure("39.8", "%"),
            "口径",
            words="2019 年起不计农田，两年不可比",
        ),
    )
)
conflict = Conflict(
    "道路中心线长度（km）",
    "市自然资源局 李工",
    "3 分钟前",
    "285.4",
    "286.0",
    "285.9",
    HERE,
    (("typed", "285.9"),),
)
