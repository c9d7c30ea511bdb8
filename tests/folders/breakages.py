"""Ways to break a city folder, and what must be said of each."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CITY, AREAS, RULES, REPORTS, BODIES = "city.yaml", "areas.yaml", "rules.yaml", "reports.yaml", "bodies.yaml"
CRITERIA, SOURCES = "criteria/all.yaml", "criteria/sources.yaml"
SYSTEM = "catalogues/toy-2024"
VARIABLES, ADOPTED, SURVEY = "inputs/variables.csv", "inputs/adopted.csv", "inputs/survey.csv"
BOUNDARY, ROADS = "boundaries/areas.geojson", "inputs/layers/roads-2024.geojson"
ROW = "residents,990101001,2024,2.4,万人,自体检,"
ROW_LINE = 18
HEADER = "variable,area,period,value,unit,strand,mark"


@dataclass
class Break:
    """One thing broken in a copy of a city.

    Attributes:
        name: Name of the test.
        do: Breaks the folder.
        code, file, place, value: What the fault says; a file without its city's folder, or a system's.
        words: Words that the expectation and the remedy must hold.
        city: toy or shenyang.
    """

    name: str
    do: Callable[[Path], object]
    code: str
    file: str
    place: str
    value: str
    words: tuple[str, ...]
    city: str = field(default="toy", kw_only=True)

    def __str__(self):
        return self.name


def remove(name):
    def do(folder):
        path = folder / name
        return shutil.rmtree(path) if path.is_dir() else path.unlink()

    return do


def put(name, content):
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)


def edit(name, old, new):
    """Replace the first occurrence of a text; a byte-order mark stays."""

    def do(folder):
        text = (folder / name).read_bytes().decode()
        assert old in text, (name, old)
        (folder / name).write_bytes(text.replace(old, new, 1).encode())

    return do


def both(*steps):
    return lambda folder: [step(folder) for step in steps]


def indicator(key):
    return f"{SYSTEM}/indicators/{key}.yaml"


def geojson(name, change):
    """Change the parsed features of a layer."""

    def do(folder):
        document = json.loads((folder / name).read_text(encoding="utf-8"))
        change(document["features"])
        (folder / name).write_text(json.dumps(document), encoding="utf-8")

    return do


def cell(old, new):
    """Change a cell of one row of the variables."""
    return edit(VARIABLES, ROW, ROW.replace(old, new, 1))


def bytes_of(name, change):
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def damaged_gb18030(data):
    """In GB18030, with the second byte of a 万 of line 18 lost."""
    lines = data.decode("utf-8-sig").encode("gb18030").split(b"\n")
    lines[ROW_LINE - 1] = lines[ROW_LINE - 1].replace(
        "万".encode("gb18030"), "万".encode("gb18030")[:1] + b"\xff"
    )
    return b"\n".join(lines)


MISSING = [
    Break(
        "no city.yaml",
        remove(CITY),
        "city.missing",
        "",
        "",
        "",
        ("一个城市文件夹，内有 city.yaml", "请检查路径"),
    ),
    Break(
        "no areas", remove(AREAS), "file.missing", AREAS, "", "", ("一个 YAML 文件", "请放入 toy/areas.yaml")
    ),
    Break(
        "no rules", remove(RULES), "file.missing", RULES, "", "", ("一个 YAML 文件", "请放入 toy/rules.yaml")
    ),
    Break(
        "no reports",
        remove(REPORTS),
        "file.missing",
        REPORTS,
        "",
        "",
        ("一个 YAML 文件", "请放入 toy/reports.yaml"),
    ),
    Break(
        "no criteria",
        remove("criteria"),
        "file.missing",
        "criteria",
        "",
        "",
        ("判定标准的文件夹", "criteria/*.yaml"),
    ),
    Break(
        "no inputs",
        remove("inputs"),
        "inputs.missing",
        "inputs",
        "",
        "",
        ("输入数据文件夹", "请放入 inputs/，或在"),
    ),
    Break(
        "no variables",
        remove(VARIABLES),
        "file.missing",
        VARIABLES,
        "",
        "",
        ("一个 CSV 文件", f"列为 {HEADER}"),
    ),
    Break(
        "no boundary", remove(BOUNDARY), "file.missing", BOUNDARY, "", "", ("一个图层文件", "请放入这个图层")
    ),
    Break(
        "no system folder",
        remove(SYSTEM),
        "catalogue.missing",
        CITY,
        "systems",
        "toy-2024",
        ("catalogues/", "请检查名称，或放入这个文件夹"),
    ),
    Break(
        "no system.yaml", remove(f"{SYSTEM}/system.yaml"), "file.missing", f"{SYSTEM}/system.yaml", "", "", ()
    ),
    Break(
        "no variables.yaml",
        remove(f"{SYSTEM}/variables.yaml"),
        "file.missing",
        f"{SYSTEM}/variables.yaml",
        "",
        "",
        ("一个 YAML 文件", "请放入 toy-2024/variables.yaml"),
    ),
    Break(
        "no survey",
        remove(SURVEY),
        "file.missing",
        SURVEY,
        "",
        "",
        ("一个 CSV 文件", "question,area,period,n,mean,margin"),
        city="shenyang",
    ),
    Break(
        "no diseases",
        edit(CITY, "diseases: urban-diseases-draft", "diseases: urban-illnesses"),
        "catalogue.missing",
        CITY,
        "diseases",
        "urban-illnesses",
        ("请检查名称",),
        city="shenyang",
    ),
]

YAML = [
    Break(
        "duplicate key",
        edit(indicator("LV01"), "unit: 万人/km2", "unit: 万人/km2\nunit: 人/km2"),
        "yaml.broken",
        indicator("LV01"),
        "第 9 行，第 1 列",
        "重复的键 unit",
        ("合法的 YAML", "重复的键"),
    ),
    Break(
        "tab indentation",
        edit(indicator("LV01"), "  residents:", "\tresidents:"),
        "yaml.broken",
        indicator("LV01"),
        "第 16 行，第 1 列",
        ...,
        ("合法的 YAML", "请检查缩进"),
    ),
    Break(
        "unclosed bracket",
        edit(RULES, "bottom_cap: 中}", "bottom_cap: 中"),
        "yaml.broken",
        RULES,
        ...,
        ...,
        ("合法的 YAML", "请检查缩进、引号"),
    ),
    Break(
        "python tag",
        edit(RULES, "findings:", "x: !!python/object/apply:os.getcwd []\nfindings:"),
        "yaml.broken",
        RULES,
        "第 3 行，第 4 列",
        ...,
        ("合法的 YAML",),
    ),
    Break(
        "unknown key",
        edit(indicator("LV01"), "decimals: 2", "decimals: 2\ncolour: 红"),
        "document.extra_forbidden",
        indicator("LV01"),
        "第 10 行，colour",
        "红",
        ("格式说明中列出的键", "请检查拼写"),
    ),
    Break(
        "missing key",
        edit(indicator("LV01"), "unit: 万人/km2\n", ""),
        "document.missing",
        indicator("LV01"),
        "unit",
        "",
        ("必填，请补上",),
    ),
    Break(
        "number as text",
        edit(indicator("LV01"), "decimals: 2", 'decimals: "2"'),
        "document.int_type",
        indicator("LV01"),
        "第 9 行，decimals",
        "2",
        ("整数", "不加引号"),
    ),
    Break(
        "code as number",
        edit(AREAS, 'code: "990104"', "code: 990104"),
        "document.string_type",
        AREAS,
        "第 13 行，areas.10.code",
        "990104",
        ("文字", "数字代码请加引号"),
    ),
    Break(
        "list for a mapping",
        put(RULES, "- 优\n- 良\n"),
        "document.model_type",
        RULES,
        "",
        "[优, 良]",
        ("键和值", "键: 值"),
    ),
    Break(
        "text for a list",
        edit(indicator("LV01"), "scales: [city, district, street]", "scales: city"),
        "document.tuple_type",
        indicator("LV01"),
        "第 11 行，scales",
        "city",
        ("列表", "短横线"),
    ),
    Break(
        "unknown word",
        edit(indicator("LV01"), "direction: range", "direction: 区间"),
        "document.literal_error",
        indicator("LV01"),
        "第 10 行，direction",
        "区间",
        ("higher", "range", "请改为其中之一"),
    ),
    Break(
        "per cent in rules",
        edit(RULES, "min_coverage: 0.8", "min_coverage: 80%"),
        "document.float_type",
        RULES,
        "第 1 行，dimension.min_coverage",
        "80%",
        ("数", "不加引号"),
    ),
]

DEFINITIONS = [
    Break(
        "unknown unit",
        edit(indicator("LV01"), "unit: 万人/km2", "unit: 万人/kn2"),
        "unit.unknown",
        indicator("LV01"),
        "unit",
        "万人/kn2",
        ("已知的单位", "不认识“kn”"),
    ),
    Break(
        "unknown unit of an input",
        edit(indicator("LV01"), "unit: 万人, zh", "unit: 万仁, zh"),
        "unit.unknown",
        indicator("LV01"),
        "inputs.residents.unit",
        "万仁",
        ("已知的单位", "不认识“万仁”"),
    ),
    Break(
        "unit of another kind",
        edit(indicator("LV01"), "unit: 万人, zh", "unit: 万户, zh"),
        "input.unit",
        indicator("LV01"),
        "inputs.residents.unit",
        "万户",
        ("与变量单位 万人 同一量纲", "可以换算"),
    ),
    Break(
        "formula of another unit",
        edit(indicator("LV01"), "unit: 万人/km2", 'unit: "%"'),
        "formula.result",
        indicator("LV01"),
        "formula",
        "%（公式：residents / land）",
        ("与 万人/km2 同一量纲", "量纲与 unit 不符"),
    ),
    Break(
        "people plus surface",
        edit(indicator("LV01"), "residents / land", "residents + land"),
        "formula.unit",
        indicator("LV01"),
        "formula",
        "residents + land（公式：residents + land）",
        ("同一量纲的两边", "左边是 万人，右边是 km2，不能相加减"),
    ),
    Break(
        "unknown function",
        edit(indicator("LV01"), "formula: residents / land", "formula: log(residents) / land"),
        "formula.function",
        indicator("LV01"),
        "formula",
        "log（公式：log(residents) / land）",
        ("min、max、if、prev、count、sum、mean", "只有这些函数"),
    ),
    Break(
        "scale constant",
        edit(indicator("SA02"), "formula: bridges_ok", "formula: 100 * bridges_ok"),
        "formula.scale",
        indicator("SA02"),
        "formula",
        "100（公式：100 * bridges_ok / bridges_all）",
        ("不写比例常数", "百分数和万由单位换算"),
    ),
    Break(
        "dunder in a formula",
        edit(indicator("LV01"), "formula: residents", "formula: residents.__class__"),
        "formula.character",
        indicator("LV01"),
        "formula",
        ...,
        ("数字、变量名", "公式语言不含这个字符"),
    ),
    Break(
        "name not in inputs",
        edit(indicator("LV01"), "formula: residents", "formula: people"),
        "formula.variable",
        indicator("LV01"),
        "formula",
        "people（公式：people / land）",
        ("inputs 中列出的变量", "或改正拼写"),
    ),
    Break(
        "input without variable",
        edit(indicator("LV02"), "  visits: {unit", "  visitors: {unit"),
        "input.unknown",
        indicator("LV02"),
        "inputs.visitors",
        "visitors",
        ("variables.yaml 中的变量", "请先定义它"),
    ),
    Break(
        "cycle",
        edit(
            indicator("MO01"),
            "\nformula: road",
            "\n  again: {unit: m/人, zh: 人均, indicator: MO02}\nformula: road",
        ),
        "formula.cycle",
        indicator("MO01"),
        "inputs",
        "MO01 → MO02 → MO01",
        ("不绕圈的引用", "互相引用，谁也算不出来"),
    ),
    Break(
        "unknown computation",
        edit(indicator("MO01"), "road_density@1", "road_density@2"),
        "compute.unknown",
        indicator("MO01"),
        "compute",
        "road_density@2",
        ("road_density@1", "请改正名称或版本"),
    ),
    Break(
        "unknown weight",
        edit(indicator("LV02"), "weight: visits", "weight: patients"),
        "aggregate.weight",
        indicator("LV02"),
        "aggregate",
        "patients",
        ("inputs 中的变量", "权重也是输入"),
    ),
    Break(
        "days outside count",
        edit(indicator("WA02"), "formula: mean(ammonia)", "formula: ammonia"),
        "formula.period",
        indicator("WA02"),
        "formula",
        "ammonia",
        ("逐日、逐月变量写在 count、sum、mean 里", "ammonia 是分期变量"),
    ),
    Break(
        "id and file differ",
        edit(indicator("LV01"), "id: LV01", "id: LV09"),
        "indicator.id",
        indicator("LV01"),
        "id",
        "LV09",
        ("“LV01”", "id 与文件同名"),
    ),
    Break(
        "unknown dimension",
        edit(indicator("LV01"), "dimension: 宜居", "dimension: 舒适"),
        "indicator.dimension",
        indicator("LV01"),
        "dimension",
        "舒适",
        ("水绿、出行、宜居、安全、活力", "请改为体系中的维度"),
    ),
]

JUDGING = [
    Break(
        "cut points against the direction",
        edit(CRITERIA, "[90, 80, 70]", "[70, 80, 90]"),
        "criterion.direction",
        CRITERIA,
        "WA01.versions.1.district",
        "[70.0, 80.0, 90.0]",
        ("由高到低的优、良、中（越大越好）", "切点与方向不符，请调换顺序"),
    ),
    Break(
        "cut points of lower against it",
        edit(CRITERIA, "[0.5, 1, 1.5]", "[1.5, 1, 0.5]"),
        "criterion.direction",
        CRITERIA,
        "WA02.versions.1.district",
        "[1.5, 1.0, 0.5]",
        ("由低到高的优、良、中（越小越好）",),
    ),
    Break(
        "intervals not one in another",
        edit(CRITERIA, "[[0.8, 1.2], [0.5, 1.5], [0.3, 2]]", "[[0.8, 1.2], [0.9, 1.5], [0.3, 2]]"),
        "criterion.direction",
        CRITERIA,
        "LV01.versions.1.street",
        ...,
        ("由内到外、外包含内的三个区间",),
    ),
    Break(
        "cut points for a range",
        edit(CRITERIA, "[[0.8, 1.2], [0.5, 1.5], [0.3, 2]]", "[0.8, 0.5, 0.3]"),
        "criterion.form",
        CRITERIA,
        "LV01.versions.1.street",
        "[0.8, 0.5, 0.3]",
        ("三个由内到外的区间", "LV01 的方向是 range"),
    ),
    Break(
        "cut point with too many decimals",
        edit(CRITERIA, "[90, 80, 70]", "[90.25, 80, 70]"),
        "criterion.decimals",
        CRITERIA,
        "WA01.versions.1.district",
        "[90.25, 80.0, 70.0]",
        ("不多于 1 位小数", "修约后的值碰不到它"),
    ),
    Break(
        "criterion of an unknown level",
        edit(CRITERIA, "district: {judge: cut, cuts: [90", "town: {judge: cut, cuts: [90"),
        "criterion.level",
        CRITERIA,
        "WA01.versions.1.town",
        "town",
        ("city.yaml 中的级别", "请改正级别"),
    ),
    Break(
        "source not in the list",
        edit(CRITERIA, "refs: [T1, T2]", "refs: [T1, T9]"),
        "criterion.source",
        CRITERIA,
        "MO01.refs",
        "T9",
        ("sources.yaml 中的号", "请在 sources.yaml 中写明出处"),
    ),
    Break(
        "versions overlap",
        edit(CRITERIA, "to: 2023", "to: 2024"),
        "document.value_error",
        CRITERIA,
        "第 23 行，MO01",
        ...,
        ("前后相接的年份", "第 1 版与第 2 版的有效年份重叠"),
    ),
    Break(
        "bottom line on an unknown variable",
        edit(CRITERIA, 'op: ">="', 'variable: bridges, op: ">="'),
        "criterion.variable",
        CRITERIA,
        "SA02.bottom.0",
        "bridges",
        ("体系中的变量", "请改正变量名"),
    ),
    Break(
        "one area of an unknown type",
        edit("criteria/TC.yaml", "老区: [9, 8, 6]", "旧区: [9, 8, 6]"),
        "criterion.type",
        "criteria/TC.yaml",
        "TC02.versions.1.district.旧区",
        "旧区",
        ("老区、新区、城乡结合部", "请改为这种分法中的区类"),
        city="shenyang",
    ),
    Break(
        "shares of types",
        edit(AREAS, "城区类型: {老区: 0.7, 新区: 0.3}", "城区类型: {老区: 0.7, 新区: 0.2}"),
        "document.value_error",
        AREAS,
        "",
        ...,
        ("份额之和为 1", "铁西区的 城区类型 份额之和是 0.9"),
        city="shenyang",
    ),
    Break(
        "area without its parent",
        edit(AREAS, 'parent: "990103"', 'parent: "990109"'),
        "area.parent",
        AREAS,
        "areas.8.parent",
        "990109",
        ("已列出的上级代码", "松坪街道没有上级"),
    ),
    Break(
        "area twice",
        edit(AREAS, '{code: "990104"', '{code: "990101"'),
        "document.value_error",
        AREAS,
        "",
        ...,
        ("各不相同的代码", "990101 出现两次"),
    ),
    Break(
        "variable with two owners",
        edit(BODIES, "owns: [aqi", "owns: [gdp, aqi"),
        "body.owner",
        BODIES,
        "statistics",
        "gdp",
        ("只有一家主报的变量", "环保局也主报它"),
    ),
    Break(
        "variable without owner",
        edit(BODIES, "owns: [aqi, ", "owns: ["),
        "body.nobody",
        BODIES,
        "owns",
        "aqi",
        ("一家主报单位", "没有单位主报这个变量"),
    ),
    Break(
        "question of an unknown indicator",
        edit("questionnaire.yaml", "indicators: [EL04]", "indicators: [EL40]"),
        "question.indicator",
        "questionnaire.yaml",
        "Q01",
        "EL40",
        ("体系中的指标", "请改正指标代码"),
        city="shenyang",
    ),
]


def number(name, text, shown=None):
    return Break(
        f"value {name}",
        cell("2.4", text),
        "cell.number",
        VARIABLES,
        f"第 {ROW_LINE} 行，value 列",
        text.strip('"') if shown is None else shown,
        ("一个数，或 无数据、不适用", "数字用半角，不带单位、逗号和百分号"),
    )


def column(name, old, new, code, *words):
    place = f"第 {ROW_LINE} 行，{name} 列"
    return Break(f"{name} {new or 'empty'}", cell(old, new), code, VARIABLES, place, new, words)


DATA = [
    *(
        number(x, x)
        for x in ("NaN", "inf", "-inf", "1e400", "12%", "12 km", "0x1F", "1_000", "−5", "二", "N/A", "=1+1")
    ),
    number("with thousands mark", '"1,234"'),
    column("variable", "residents", "people", "cell.variable", "体系中的变量", "请改正变量名"),
    column("area", "990101001", "990101009", "cell.area", "areas.yaml 中的代码", "请改正代码"),
    column("area", "990101001", "", "cell.area", "areas.yaml 中的代码"),
    column("period", "2024", "2024年", "cell.period", "四位年份"),
    column("period", "2024", "2024-01", "cell.period", "四位年份"),
    column("strand", "自体检", "自查", "cell.strand", "自体检、第三方、调查、监测", "请改为其中之一"),
    column("unit", "万人", "万仁", "cell.unit", "能换算成 万人 的单位", "请改正单位"),
    column("unit", "万人", "km", "cell.unit", "能换算成 万人 的单位"),
    column("unit", "万人", "", "cell.unit", "能换算成 万人 的单位"),
    Break(
        "a day that does not exist",
        edit(VARIABLES, "aqi,990101,2024-12-31", "aqi,990101,2024-12-32"),
        "cell.period",
        VARIABLES,
        "第 311 行，period 列",
        "2024-12-32",
        ("日的写法",),
    ),
    Break(
        "a day for a month",
        edit(VARIABLES, "ammonia,990101,2024-01,", "ammonia,990101,2024-01-01,"),
        "cell.period",
        VARIABLES,
        "第 457 行，period 列",
        "2024-01-01",
        ("月的写法", "期间类型"),
    ),
    Break(
        "duplicate row",
        edit(VARIABLES, ROW, f"{ROW}\n{ROW}"),
        "cell.twice",
        VARIABLES,
        f"第 {ROW_LINE + 1} 行，variable 列",
        "residents",
        ("只有一行", f"toy/inputs/variables.csv 第 {ROW_LINE} 行已有这一项"),
    ),
    Break(
        "row too short",
        edit(VARIABLES, ROW, "residents,990101001,2024,2.4"),
        "csv.width",
        VARIABLES,
        f"第 {ROW_LINE} 行",
        "4 个格",
        ("7 个格", "请补齐或删去多余的逗号"),
    ),
    Break(
        "row too long",
        edit(VARIABLES, ROW, f"{ROW},"),
        "csv.width",
        VARIABLES,
        f"第 {ROW_LINE} 行",
        "8 个格",
        ("7 个格",),
    ),
    Break(
        "quote not closed",
        edit(VARIABLES, ROW, f'"{ROW}'),
        "csv.broken",
        VARIABLES,
        f"第 {ROW_LINE} 行",
        ...,
        ("引号成对的 CSV", "请检查这一行的引号和逗号"),
    ),
    Break(
        "column missing",
        edit(VARIABLES, HEADER, "variable,area,period,value,unit,strand"),
        "csv.column.missing",
        VARIABLES,
        "表头",
        "variable,area,period,value,unit,strand",
        ("有“mark”一列", f"表头应为 {HEADER}"),
    ),
    Break(
        "column unknown",
        edit(VARIABLES, HEADER, f"{HEADER},remark"),
        "csv.column.unknown",
        VARIABLES,
        "第 8 列",
        "remark",
        ("已知的列名", f"可用的列：{HEADER}"),
    ),
    Break(
        "100 000 columns",
        put(VARIABLES, ",".join(["x"] * 100_000) + "\n"),
        "csv.columns",
        VARIABLES,
        "表头",
        "100000",
        ("不超过 1000 列",),
    ),
    Break(
        "damaged byte in GB18030",
        bytes_of(VARIABLES, damaged_gb18030),
        "text.damaged",
        VARIABLES,
        ...,
        "0xCD",
        ("GB18030 编码的文字", "这个字节读不成文字"),
    ),
    Break(
        "NUL in the text",
        cell("2.4", "2\0"),
        "text.nul",
        VARIABLES,
        f"第 {ROW_LINE} 行",
        "",
        ("空字符", "请从原系统重新导出"),
    ),
    Break(
        "adopted without reason",
        edit(ADOPTED, "逐个现场数过", ""),
        "cell.reason",
        ADOPTED,
        "第 2 行，reason 列",
        "",
        ("采用的理由", "采用值要写明理由"),
    ),
    Break(
        "adopted of an unknown item",
        edit(ADOPTED, "hydrants_ok", "hydrants"),
        "cell.item",
        ADOPTED,
        "第 2 行，item 列",
        "hydrants",
        ("体系中的指标或变量",),
    ),
    Break(
        "adopted of an unknown strand",
        edit(ADOPTED, "第三方", "甲方"),
        "cell.strand",
        ADOPTED,
        "第 2 行，strand 列",
        "甲方",
        ("自体检、第三方、调查、监测",),
    ),
    Break(
        "survey of an unknown question",
        edit(SURVEY, "\nQ01,210102,2018,", "\nQ99,210102,2018,"),
        "cell.question",
        SURVEY,
        ...,
        "Q99",
        ("questionnaire.yaml 中的题号", "请改正题号"),
        city="shenyang",
    ),
    Break(
        "survey without questionnaire",
        put(SURVEY, "question,area,period,n,mean,margin\nQ01,990101,2024,400,70,2\n"),
        "cell.question",
        SURVEY,
        "第 2 行，question 列",
        "Q01",
        ("questionnaire.yaml 中的题号",),
    ),
]

UPPER_AND_LOWER_STREET = 1  # position of 灯塔街道 in the boundary file


LAYERS = [
    Break(
        "street without boundary",
        geojson(BOUNDARY, lambda features: features.pop(UPPER_AND_LOWER_STREET)),
        "boundary.area",
        BOUNDARY,
        "code=990101001",
        "",
        ("灯塔街道的边界", "边界图层里没有这个区"),
    ),
    Break(
        "district without boundary",
        edit("boundaries/counties.geojson", '"adcode":"210106"', '"adcode":"210999"'),
        "boundary.area",
        "boundaries/counties.geojson",
        "adcode=210106",
        "",
        ("铁西区的边界", "请补上，或从 areas.yaml 中去掉它"),
        city="shenyang",
    ),
    Break(
        "boundary cut off",
        bytes_of(BOUNDARY, lambda data: data[:-200]),
        "layer.broken",
        BOUNDARY,
        "",
        ...,
        ("能读的图层", "文件已损坏或格式不对，请重新导出"),
    ),
    Break(
        "boundary without features", put(BOUNDARY, "{}"), "layer.broken", BOUNDARY, "", ..., ("能读的图层",)
    ),
    Break(
        "boundary with an open ring",
        geojson(BOUNDARY, lambda features: features[1]["geometry"]["coordinates"][0].pop()),
        "layer.broken",
        BOUNDARY,
        "",
        ...,
        ("能读的图层",),
    ),
    Break(
        "boundary as a drawing",
        both(edit(CITY, "areas.geojson", "areas.dxf"), put("boundaries/areas.dxf", "x")),
        "layer.kind",
        "boundaries/areas.dxf",
        "",
        ".dxf",
        (".geojson", ".shp", "请另存为"),
    ),
    Break(
        "boundary as no real shapefile",
        both(edit(CITY, "areas.geojson", "areas.shp"), put("boundaries/areas.shp", "x")),
        "layer.content",
        "boundaries/areas.shp",
        "",
        "",
        (),
    ),
    Break(
        "road layer cut off",
        bytes_of(ROADS, lambda data: data[:-100]),
        "layer.broken",
        ROADS,
        "",
        ...,
        ("能读的图层", "请重新导出"),
    ),
    Break(
        "road layer with NaN",
        edit(ROADS, "113.95", "NaN"),
        "layer.broken",
        ROADS,
        "",
        ...,
        ("能读的图层",),
    ),
    Break(
        "parquet cut off",
        bytes_of("inputs/layers/roads-2019.parquet", lambda data: data[:-50]),
        "layer.broken",
        "inputs/layers/roads-2019.parquet",
        "",
        ...,
        ("能读的图层", "文件已损坏或格式不对"),
        city="shenyang",
    ),
    Break(
        "parquet that is none",
        put("inputs/layers/built_area-2019.parquet", "no parquet at all"),
        "layer.broken",
        "inputs/layers/built_area-2019.parquet",
        "",
        ...,
        ("能读的图层",),
        city="shenyang",
    ),
]

ALL = [*MISSING, *YAML, *DEFINITIONS, *JUDGING, *DATA, *LAYERS]
