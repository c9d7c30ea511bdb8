"""Daily series: which quantity is counted, whether its labels agree with its numbers, what the year amounts to."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tijian.engine.catalogue.definition import Variable
from tijian.engine.exam.intake.verdicts import Cell, Series, Use, Verdict

COUNTED = re.compile(r"(.+?)\s*(≤|<=|<|≥|>=|>|不大于|不小于|小于|大于)\s*([0-9.]+)\s*的?天数")
OPERATORS = {"不大于": "≤", "不小于": "≥", "小于": "<", "大于": ">", "<=": "≤", ">=": "≥"}
VALID_DAYS = ("有效监测天数", "有效天数")
COMPLETE = 0.9
# quantity → other names of it
SYNONYMS = {
    "AQI": (
        "空气质量指数",
        "空气质量指数日值",
        "空气质量指数（AQI）",
        "AQI指数",
        "AQI日值",
        "AQI值",
        "日AQI",
        "AQI日均值",
    )
}
# quantity → label → least and greatest number; HJ 633-2012 table 2 (待核)
CLASSES: dict[str, dict[str, tuple[float, float]]] = {
    "AQI": {
        "优": (0, 50),
        "良": (51, 100),
        "轻度污染": (101, 150),
        "中度污染": (151, 200),
        "重度污染": (201, 300),
        "严重污染": (301, 500),
    }
}
LIKEWISE = {
    "一级": 0,
    "二级": 1,
    "三级": 2,
    "四级": 3,
    "五级": 4,
    "六级": 5,
    "Ⅰ级": 0,
    "Ⅱ级": 1,
    "Ⅲ级": 2,
    "Ⅳ级": 3,
    "Ⅴ级": 4,
    "Ⅵ级": 5,
    "轻度": 2,
    "中度": 3,
    "重度": 4,
    "严重": 5,
}


@dataclass(frozen=True, slots=True)
class Count:
    """A variable that counts the days on which a quantity meets a condition.

    Attributes:
        variable: Its id.
        quantity: What is measured every day, such as AQI.
        operator, limit: The condition.
    """

    variable: str
    quantity: str
    operator: str
    limit: float

    @property
    def condition(self) -> str:
        """The condition as people write it."""
        return f"{self.quantity}{self.operator}{self.limit:g}"

    def holds(self, number: float) -> bool:
        """Tell whether a number meets the condition."""
        match self.operator:
            case "≤":
                return number <= self.limit
            case "<":
                return number < self.limit
            case "≥":
                return number >= self.limit
            case _:
                return number > self.limit


def counts_of(variables: Mapping[str, Variable]) -> list[Count]:
    """Find the variables whose Chinese name says what they count, such as AQI≤100 的天数."""
    found = []
    for key, variable in variables.items():
        parts = COUNTED.fullmatch(variable.zh)
        if parts:
            operator = OPERATORS.get(parts[2], parts[2])
            found.append(Count(key, parts[1], operator, float(parts[3])))
    return found


def label_range(label: str, classes: Mapping[str, tuple[float, float]]) -> tuple[float, float] | None:
    """Give the numbers a label stands for; None where the label is not known."""
    if label in classes:
        return classes[label]
    place = LIKEWISE.get(label)
    ranges = list(classes.values())
    return ranges[place] if place is not None and place < len(ranges) else None


def check_labels(
    pairs: Iterable[tuple[Cell, Cell]],
    counts: Mapping[str, Count],
    classes: Mapping[str, Mapping[str, tuple[float, float]]],
) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Ask about every label that contradicts the number beside it.

    Args:
        pairs: (cell of a number, cell of its label).
        counts: Quantity → what is counted of it.
        classes: Quantity → label → least and greatest number.

    Returns:
        (quantity, area, year) → contradictions, and those of them that would change the count.
    """
    found: dict[tuple[str, str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for number, label in pairs:
        of = classes.get(number.item)
        if of is None or label.verdict is Verdict.BLANK:
            continue
        bounds = label_range(label.text, of)
        if bounds is None:
            label.judge(Verdict.ASKED, f"等级“{label.text}”不认识，应为{'、'.join(of)}之一；请改正。")
        elif number.value is not None and not bounds[0] <= number.value <= bounds[1]:
            changes = _ask_label(number, label, bounds, counts.get(number.item), of)
            key = (number.item, number.area, number.period[:4])
            contradicting, changing = found[key]
            found[key] = (contradicting + 1, changing + changes)
    return dict(found)


def _ask_label(
    number: Cell,
    label: Cell,
    bounds: tuple[float, float],
    count: Count | None,
    classes: Mapping[str, tuple[float, float]],
) -> bool:
    value = number.value or 0.0
    right = next((name for name, (low, high) in classes.items() if low <= value <= high), "")
    note = f"{number.period} {number.item} 是 {value:g}，等级写的是“{label.text}”（{bounds[0]:g}–{bounds[1]:g}），按数应为“{right}”；"
    changes = count is not None and count.holds(value) != count.holds(bounds[0])
    if count is None:
        effect = ""
    elif changes:
        effect = f"这一处会改变 {count.condition} 的天数：按数{'计入' if count.holds(value) else '不计'}，按等级{'不计' if count.holds(value) else '计入'}。"
    else:
        effect = f"这一处不改变 {count.condition} 的天数。"
    label.judge(Verdict.ASKED, f"{note}请核对哪一个对。{effect}")
    return changes


def summed(
    cells: Iterable[Cell], counts: Mapping[str, Count], labels: Mapping[tuple[str, str, str], tuple[int, int]]
) -> list[Series]:
    """Count the days of every daily series, by area and year; days asked about or refused are not covered."""
    days: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for cell in cells:
        good = cell.verdict in {Verdict.TAKEN, Verdict.CONVERTED} and cell.use is not Use.ASIDE
        if cell.item in counts and cell.part == "" and good and cell.value is not None:
            days[cell.item, cell.area, cell.period[:4]][cell.period] = cell.value
    found = []
    for (item, area, year), values in days.items():
        count = counts[item]
        contradicting, changing = labels.get((item, area, year), (0, 0))
        found.append(
            Series(
                item,
                area,
                int(year),
                366 if calendar.isleap(int(year)) else 365,
                len(values),
                sum(count.holds(v) for v in values.values()),
                count.condition,
                contradicting,
                changing,
            )
        )
    return found
