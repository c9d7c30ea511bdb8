"""Names as departments write them: variables, areas, periods and the words of a header."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from tijian.engine.catalogue.loading import City
from tijian.engine.compute.program import reported
from tijian.engine.exam.intake.daily import CLASSES, SYNONYMS, VALID_DAYS, counts_of
from tijian.engine.exam.intake.unit_words import unit_of
from tijian.engine.exam.intake.verdicts import Cell
from tijian.engine.kernel.periods import FIRST_YEAR, LAST_YEAR, PeriodType

DECORATION = re.compile(r"[\s_\-—–·.,，。、:：;；\"'“”‘’*＊※()（）\[\]【】《》<>①-⑳]+")
BRACKET = re.compile(
    r"^(.*\S)\s*[（(\[【]\s*([^（）()\[\]【】]*|[^（(]*\([^)]*\)[^)）]*)\s*[）)\]】]\s*[*①-⑳]?$", re.DOTALL
)
UNIT_TAIL = re.compile(r"^(.*?\S)\s*(?:[,，;；]?\s*(?:计量)?单位\s*[:：]\s*|[/／,，\s])\s*(\S+)$", re.DOTALL)
NUMBERED = re.compile(r"^[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]\s*(?=[^\s0-9])")
INCLUDED = re.compile(r"^(其中|包括|#|＃)\s*[:：]?\s*(?=\S)")
UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s()（）]+(?:\s*[、,，;；]\s*[^\s()（）]+)*)")
YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})\s*(?:年度?末?底?|(?![0-9.]))")
ONLY_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?(?:年|年度|年末|年底|财年)?")
SEASON = re.compile(
    r"((?:19|20)[0-9]{2})\s*[-/—–~至]\s*(?:(?:19|20)?[0-9]{2})\s*年?度?\s*(?:供暖|采暖|供热)(?:季|期)"
)
QUARTER = re.compile(r"((?:19|20)[0-9]{2})\s*年?\s*(?:第?([一二三四1-4])季度?|[Qq]([1-4]))")
MONTH = re.compile(r"((?:19|20)[0-9]{2})\s*(?:[-/.年])\s*([0-9]{1,2})\s*月?")
DATE = re.compile(
    r"((?:19|20)[0-9]{2})\s*[-/.年]?\s*([0-9]{1,2})\s*[-/.月]?\s*([0-9]{1,2})\s*日?(?:[ T][0-9:]+)?"
)
INNER = re.compile(r"(1[0-2]|0?[1-9])月份?|第?([一二三四1-4])季度")
TOTALS = frozenset(
    ["合计", "总计", "小计", "共计", "总和", "total", "sum", "各区合计", "全区合计", "九区合计", "合", "计"]
) | {"合计数"}
NEAREST, CLOSE = 3, 0.4
# role of a column → words of its header
ROLES: dict[str, frozenset[str]] = {
    role: frozenset(words.split())
    for role, words in {
        "variable": "variable indicator item 变量 变量名 指标 指标名称 项目 数据项 数据项名称 指标代码 变量代码 数据名称",
        "question": "question 题 题号 问题 题目",
        "area": "area city district region 区 区县 县区 区县名称 地区 行政区 区域 城区 区划 行政区划 辖区 区名 区名称 城市 地区名称 各区 街道 街镇 area_name 地名 所在区",
        "code": "code adcode 代码 行政区划代码 区划代码 区划码 地区代码 area_code",
        "period": "period year 年 年份 年度 时期 期间 报告期 数据年份 统计年度 统计年份 供暖季 所属期",
        "date": "date day_date 日期 监测日期 时间 监测时间 数据日期",
        "month": "month 月 月份",
        "day": "day 日",
        "value": "value 数值 值 数据 数 填报值 指标值 数据值 填报数据 填报数 结果",
        "n": "n 样本 样本量 样本数 有效样本 有效样本量",
        "mean": "mean 均值 平均分 得分 平均得分 满意度",
        "margin": "margin 误差 误差范围 抽样误差 误差限",
        "unit": "unit 单位 计量单位",
        "strand": "strand 来源类别 数据来源类别",
        "mark": "mark 标记 数据标记",
        "label": "level quality aqi_level 等级 级别 质量等级 空气质量等级 空气质量级别 空气质量指数级别 空气质量状况 空气质量指数类别 空气质量 类别 质量状况",
        "serial": "no id 序号 编号 序 顺序号 行号",
        "remark": "note remark remarks 备注 说明 口径 口径说明 填报单位 部门 责任部门 责任单位 联系人 联系电话 填报人 数据来源 来源 资料来源 依据 填报说明",
    }.items()
}
ROLE_OF = {word: role for role, words in ROLES.items() for word in words}


@dataclass(frozen=True, slots=True)
class Item:
    """What a figure can be of: a variable, an indicator or a question.

    Attributes:
        kind: variable, indicator or survey.
        id, zh, unit: Of the definition.
        period: How often it is known.
        decimals: As people report it.
        bounds: Plausible least and greatest value, in ``unit``; None where none is stated.
        whole: Whether it counts.
        classes: Label → least and greatest number, where labels must agree.
    """

    kind: str
    id: str
    zh: str
    unit: str
    period: PeriodType
    decimals: int
    bounds: tuple[float, float] | None = None
    whole: bool = False
    classes: Mapping[str, tuple[float, float]] | None = None

    @property
    def shown_unit(self) -> str:
        """The unit for sentences; nothing for a pure number."""
        return "" if self.unit in {"-", "1"} else self.unit


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name, or a row, column or title together, says about figures.

    Attributes:
        item: What; None where nothing is said.
        area: Code of an area.
        total: Whether it is a sum of the areas of the table.
        period: Text of a period.
        unit: In the writing of the unit system.
        unknown: A name that says what or where, but is not known.
        unit_fault: A text that stands where a unit should and is none.
    """

    item: Item | None = None
    area: str = ""
    total: bool = False
    period: str = ""
    unit: str = ""
    unknown: str = ""
    unit_fault: str = ""

    def __or__(self, other: Meaning) -> Meaning:
        """Fill what this meaning does not say from another."""
        return Meaning(
            self.item or other.item,
            self.area or other.area,
            self.total or other.total,
            self.period or other.period,
            self.unit or other.unit,
            self.unknown or other.unknown,
            self.unit_fault or other.unit_fault,
        )

    @property
    def says_something(self) -> bool:
        """Whether a name of an item, area or period was understood."""
        return bool(self.item or self.area or self.total or self.period)


NOTHING = Meaning()


@cache
def normal(text: str) -> str:
    """Bring a name to the form in which names are compared."""
    tidy = unicodedata.normalize("NFKC", text).lower()
    return DECORATION.sub("", tidy.replace("_", "")) or tidy


class Names:
    """All names a city knows; answers are remembered, since tables repeat them."""

    def __init__(self, city: City, aliases: Mapping[str, str] | None = None) -> None:
        self.city = city
        self.items = _items(city)
        self.own = frozenset(k for k, v in city.catalogue.variables.items() if v.aggregate == "own")
        self.counts = {count.quantity: count for count in counts_of(city.catalogue.variables)}
        self.valid_days = next((k for k, v in city.catalogue.variables.items() if v.zh in VALID_DAYS), "")
        self._item_of = _series_names(self.counts) | _item_names(city, self.items, aliases or {})
        self._area_of = _area_names(city)
        self._measured = self.measured
        self._known: dict[str, Meaning] = {}
        self._nearest: dict[tuple[str, bool], str] = {}

    def meaning(self, text: str) -> Meaning:
        """Understand one text of a header or of a key column."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._understood(text)
        return found

    def _understood(self, text: str) -> Meaning:
        text = INCLUDED.sub("", NUMBERED.sub("", text))
        if not text:
            return NOTHING
        whole = self._simple(text)
        if whole.says_something:
            return whole
        for pattern in (BRACKET, UNIT_TAIL):
            parts = pattern.match(text)
            if parts:
                name, inside = self._simple(parts[1].strip()), parts[2].strip()
                unit = unit_of(inside)
                if name.says_something or unit:
                    return self._with_bracket(name, parts[1].strip(), inside, unit)
        return self._composed(text)

    def _with_bracket(self, name: Meaning, head: str, inside: str, unit: str | None) -> Meaning:
        if not name.says_something:
            name = self._composed(head)
        if unit:
            return replace(name, unit=unit)
        more = self._simple(inside)
        if more.says_something:
            return name | more
        fault = inside if name.item and re.search(r"[万亿千百吨米元个处]", inside) else ""
        return replace(name, unit_fault=fault)

    def _composed(self, text: str) -> Meaning:
        """Take a year from a name such as 2019年供水总量."""
        year = YEAR.search(text)
        if year:
            rest = (text[: year.start()] + text[year.end() :]).strip()
            name = self._simple(rest) if rest else NOTHING
            if name.says_something:
                return replace(name, period=year[1])
        return Meaning(unknown=text)

    def _simple(self, text: str) -> Meaning:
        key = normal(text)
        if key in self._item_of:
            return Meaning(item=self._item_of[key])
        if key in self._area_of:
            return Meaning(area=self._area_of[key])
        if key in TOTALS:
            return Meaning(area=self.city.doc.city.code, total=True)
        period = period_text(text)
        return Meaning(period=period) if period else NOTHING

    @property
    def measured(self) -> dict[str, Item]:
        """Everything figures can be of, with the quantities that are only counted."""
        return self.items | {item.id: item for item in self._item_of.values() if item.kind == "series"}

    def item(self, cell: Cell) -> Item | None:
        """Give what a cell is a figure of; None where it is not known."""
        return self._measured.get(cell.item) if cell.kind else None

    def above(self, area: str) -> tuple[str, ...]:
        """Give the codes of the areas above one, nearest first."""
        parent = self.city.by_code[area].parent
        return (parent, *self.above(parent)) if parent in self.city.by_code else ()

    def nearest(self, text: str, *, areas: bool) -> str:
        """Name the known names nearest to one that is not known, for a remedy."""
        if (text, areas) not in self._nearest:
            self._nearest[text, areas] = self._search(text, areas=areas)
        return self._nearest[text, areas]

    def _search(self, text: str, *, areas: bool) -> str:
        pool = (
            [a.zh for a in self.city.by_code.values()]
            if areas
            else [i.zh for i in self.items.values() if i.kind != "survey"]
        )
        bracket = BRACKET.match(text)
        name = bracket[1] if bracket else text
        inside = [p for p in pool if len(name) > 1 and (name in p or p in name)]
        close = difflib.get_close_matches(name, pool, NEAREST, CLOSE)
        return "、".join(list(dict.fromkeys([*inside, *close]))[:NEAREST])

    def asked_at(self, item: Item, area: str) -> bool:
        """Tell whether a variable is reported for an area itself, not summed from its parts."""
        if item.kind != "variable":
            return True
        variable = self.city.catalogue.variables[item.id]
        return reported(variable, self.city.by_code[area].level, lowest=not self.city.children[area])


def _items(city: City) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for key, v in city.catalogue.variables.items():
        bounds = (v.range.min, v.range.max) if v.range else None
        items[key] = Item(
            "variable", key, v.zh, v.unit, v.period, v.decimals, bounds, v.whole, _classes(city, key)
        )
    for key, d in city.catalogue.indicators.items():
        checks = (d.checks.min, d.checks.max)
        items[key] = Item(
            "indicator", key, d.name.zh, d.unit, d.period.type, d.decimals, checks, classes=d.checks.classes
        )
    if city.questionnaire:
        for q in city.questionnaire.questions:
            items[q.id] = Item("survey", q.id, q.short, "分", PeriodType.CALENDAR_YEAR, 1, (0, 100))
    return items


def _classes(city: City, variable: str) -> Mapping[str, tuple[float, float]] | None:
    users = (d for d in city.catalogue.indicators.values() if variable in d.inputs)
    return next((d.checks.classes for d in users if d.checks.classes), None)


def _item_names(city: City, items: Mapping[str, Item], aliases: Mapping[str, str]) -> dict[str, Item]:
    """Give every name of an item: aliases given, ids, Chinese names, aliases of inputs that name one variable only."""
    loose: dict[str, set[str]] = {}
    for definition in city.catalogue.indicators.values():
        for key, given in definition.inputs.items():
            target = given.indicator or key
            for name in (given.alias, given.zh):
                if name and target in items:
                    loose.setdefault(normal(name), set()).add(target)
    names = {name: items[next(iter(ids))] for name, ids in loose.items() if len(ids) == 1}
    for kind in ("survey", "indicator", "variable"):
        for key, item in items.items():
            if item.kind == kind:
                if kind != "survey":
                    names[normal(item.zh)] = item
                    names[normal(re.sub(r"[（(][^（()）]*[）)]", "", item.zh))] = item
                    names.setdefault(normal(item.zh.removesuffix("数")), item)
                names[normal(key)] = item
    for name, key in aliases.items():
        names[normal(name)] = items[key]
    return names


def _series_names(quantities: Iterable[str]) -> dict[str, Item]:
    """Give the names of quantities that are measured every day and only counted."""
    names: dict[str, Item] = {}
    for quantity in quantities:
        top = max((high for _, high in CLASSES.get(quantity, {}).values()), default=None)
        # A day of exactly 0 is nearly always one that was not measured.
        bounds = (1.0, top) if top is not None else None
        item = Item(
            "series", quantity, quantity, "-", PeriodType.DAY, 0, bounds, classes=CLASSES.get(quantity)
        )
        names |= {normal(name): item for name in (quantity, *SYNONYMS.get(quantity, ()))}
    return names


def _area_names(city: City) -> dict[str, str]:
    """Give every name of an area; a short name that two areas share names neither."""
    names: dict[str, set[str]] = {}
    top = city.doc.city
    prefix = top.zh.removesuffix("市")
    for code, area in city.by_code.items():
        forms = {
            area.zh,
            area.short,
            code,
            f"{code}.0",
            f"{code:0<12}",
            f"{top.zh}{area.zh}",
            f"{prefix}{area.zh}",
        }
        if code == top.code:
            forms |= {prefix, top.en, "全市", "市级", "市本级", f"{prefix}全市"} - {""}
        for form in forms:
            names.setdefault(normal(form), set()).add(code)
    return {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}


@cache
def period_text(text: str) -> str:
    """Give the period a text names and nothing else, as files write it; empty where it is none."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    if found := ONLY_YEAR.fullmatch(tidy):
        return found[1] if FIRST_YEAR <= int(found[1]) <= LAST_YEAR else ""
    if found := SEASON.fullmatch(tidy):
        return found[1]
    if found := QUARTER.fullmatch(tidy):
        quarter = found[3] or str("一二三四1234".index(found[2]) % 4 + 1)
        return f"{found[1]}Q{quarter}"
    if found := MONTH.fullmatch(tidy):
        return f"{found[1]}-{int(found[2]):02d}" if 1 <= int(found[2]) <= 12 else ""  # noqa: PLR2004
    if found := INNER.fullmatch(tidy):
        return f"M{int(found[1]):02d}" if found[1] else f"Q{'一二三四1234'.index(found[2]) % 4 + 1}"
    if found := DATE.fullmatch(tidy):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    return ""


def year_in(text: str) -> str:
    """Give the one year or 供暖季 a title names; empty where it names none or several."""
    season = SEASON.search(text)
    if season:
        return season[1]
    years = dict.fromkeys(YEAR.findall(text))
    return next(iter(years)) if len(years) == 1 else ""


def units_in(text: str) -> tuple[str, ...]:
    """Give the units of a line such as 单位：万人、平方公里."""
    found = UNIT_LINE.search(unicodedata.normalize("NFKC", text))
    if found is None:
        return ()
    units = [unit_of(part) for part in re.split(r"[、,，;；]", found[1])]
    return tuple(u for u in units if u)


@cache
def role_of(text: str) -> str:
    """Give the role of a column by its header: area, period, value, unit …; empty where it has none."""
    tidy = unicodedata.normalize("NFKC", text).lower().strip()
    tidy = re.sub(r"[\s*:：()]+", "", tidy)
    return ROLE_OF.get(tidy, "")
