"""What the text of one cell says: a figure as people write it, or why there is none."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

from tijian.engine.exam.intake.unit_words import unit_of
from tijian.engine.exam.intake.verdicts import Verdict
from tijian.engine.sources.grid import Odd

PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}
ALIKE = str.maketrans(
    {
        "−": "-",
        "﹣": "-",
        "‐": "-",
        "‑": "-",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "，": ",",
        "٪": "%",
    }
)
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
EXCEL_ERROR = re.compile(
    r"#(DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE
)
DASHES = re.compile(r"[-—–―－─~/\\…．.·]{1,6}")
NO_DATA = frozenset(
    [
        "无数据",
        "暂无",
        "暂无数据",
        "无",
        "缺",
        "缺失",
        "缺测",
        "缺报",
        "未统计",
        "未报",
        "未填",
        "待补",
        "待报",
        "空",
        "没有",
        "null",
        "none",
        "nan",
        "na",
        "n/a",
        "n.a.",
    ]
)
NOT_APPLICABLE = frozenset(["不适用", "不涉及", "无此项", "无此项目", "不存在"])
REASONED = re.compile(
    r"(无数据|暂无数据|暂无|未统计|缺报|缺失|缺|不适用|不涉及|无此项)\s*[:：,，;；(（]\s*(.+?)\s*[)）]?"
)
NOTE_MARK = re.compile(r"(?<=[0-9%\s)])\s*([①-⑳⑴-⒇¹²³⁴-⁹*※†‡]+|\[[0-9]{1,2}\]|\(?注[0-9]?\)?)$")
BEFORE = re.compile(
    r"(大约|约为|约计|约|近|估计|预计|大概|大致|将近|超过|不足|不到|低于|高于|多于|少于|≈|~|>=|<=|≥|≤|>|<)\s*(?=[-+0-9.])"
)
AFTER = re.compile(
    r"(?<=[0-9万亿千百%人户个处件辆天分米])\s*(左右|上下|以上|以下|余|多|\(估计?\)|\(预计\)|\(约\)|\(暂\)|\(初步\))"
)
NUMBER = r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?"
RANGE = re.compile(rf"({NUMBER})\s*[%万亿]?\s*(?:--?|~|—+|–|至|到)\s*({NUMBER})\s*[^0-9]*")
DATE = re.compile(
    r"(19|20)[0-9]{2}\s*([-/.年])\s*[0-9]{1,2}(\s*[-/.月]\s*[0-9]{1,2}日?|月)?( [0-9:]+)?"
    r"|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
    r"|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*-[0-9]{1,2}"
)
HEAD = re.compile(r"([-+]?)([0-9][0-9, ']*[0-9]|[0-9])?(\.[0-9]*)?(?:[eE]([-+]?[0-9]{1,3}))?(.*)", re.DOTALL)
GROUPED = re.compile(r"[0-9]{1,3}([, '])[0-9]{3}(\1[0-9]{3})*")
LOOKALIKE = re.compile(r"(?=.*[0-9])[0-9OoIlＯ.,]+")
SCALES = {
    "千": 1_000,
    "百": 100,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "十万": 100_000,
    "万": 10_000,
    "亿": 100_000_000,
}
LONGEST, DIGITS = 200, 17


@dataclass(slots=True)
class Figure:
    """What a text says.

    Attributes:
        verdict: Of the text alone.
        number: The figure as written, before any unit; None where there is none or more than one.
        unit: Unit written in the cell, as the unit system writes it; empty where none is.
        scale: Factor written in the cell: 万 is 10 000.
        notes: What was done, or what is wrong and the remedy.
        reason: 无数据 or 不适用 where the text says so.
        decimals: Digits behind the point.
    """

    verdict: Verdict = Verdict.TAKEN
    number: Decimal | None = None
    unit: str = ""
    scale: int = 1
    notes: list[str] = field(default_factory=list)
    reason: str = ""
    decimals: int = 0


def read_figure(text: str, odd: Odd | None = None) -> Figure:
    """Read the text of a cell.

    Args:
        text: As people see it.
        odd: What a workbook says about the cell beside its text.
    """
    if odd is None and PLAIN.fullmatch(text) and len(text) <= DIGITS:
        return Figure(number=Decimal(text), decimals=len(text.partition(".")[2]))
    special = _by_kind(text, odd) or _missing(text)
    if special is not None:
        return special
    figure = Figure()
    if odd is Odd.TEXT:
        figure.verdict = Verdict.CONVERTED
        figure.notes.append("文本格式的数字，已按数字读取。")
    return _read(_tidied(text, figure), text, figure)


def _by_kind(text: str, odd: Odd | None) -> Figure | None:
    if odd is Odd.ERROR or EXCEL_ERROR.fullmatch(text):
        return _refused(f"公式出错（{text}），应为一个数；请改正公式，或填算好的数。")
    if odd is Odd.EMPTY_FORMULA:
        return _refused("这一格是公式，文件里没有算好的结果；请用 Excel 打开、保存后再传，或填算好的数。")
    if odd is Odd.BOOL:
        return _refused(f"写的是 {text}，应为一个数；请填数。")
    if odd is Odd.DATE:
        return _refused("Excel 把这一格当成了日期，原来的数看不出来；请把单元格格式改为“数值”后重填。")
    if text and set(text) == {"#"}:
        return _refused("列太窄，另存时数字变成了 #；请放宽这一列，从原表重新导出。")
    if len(text) > LONGEST:
        return _refused("文字太长，应为一个数；请只填数，说明另写。")
    return None


def _refused(note: str) -> Figure:
    return Figure(Verdict.REFUSED, notes=[note])


def _missing(text: str) -> Figure | None:
    bare = INVISIBLE.sub("", text).strip(" \u3000'’‘\"“”()（）")
    if not bare:
        return Figure(Verdict.BLANK, notes=[] if not text else ["空格，没有填。"])
    if bare.lower() in NO_DATA or DASHES.fullmatch(bare):
        note = f"“{bare}”是空缺记号，登记为无数据，不当作 0；确实是 0 就填 0。"
        return Figure(Verdict.BLANK, notes=[note], reason="无数据")
    if bare in NOT_APPLICABLE:
        return Figure(Verdict.BLANK, notes=["登记为不适用。"], reason="不适用")
    found = REASONED.fullmatch(bare)
    if found and not PLAIN.fullmatch(found[2]):
        reason = "不适用" if found[1] in NOT_APPLICABLE else "无数据"
        return Figure(Verdict.BLANK, notes=[f"登记为{reason}，原因：{found[2]}。"], reason=reason)
    return None


def _tidied(text: str, figure: Figure) -> str:
    """Write the text in half-width characters, without what only decorates it; every change is noted."""
    bare = INVISIBLE.sub("", text).strip()
    tidy = bare.translate(WIDE).translate(ALIKE).strip()
    if any("０" <= c <= "９" or c in "．％－＋" for c in bare):
        _note(figure, "全角字符已换成半角")
    if tidy[:1] in "'’‘`" and tidy[1:]:
        tidy = tidy[1:].strip()
        _note(figure, "去掉了开头的撇号")
    mark = NOTE_MARK.search(tidy)
    if mark:
        tidy = tidy[: mark.start()].rstrip()
        _note(figure, f"去掉了注号 {mark[1]}")
    if tidy[:1] in "¥$" and tidy[1:]:
        figure.unit = "元" if tidy[0] == "¥" else "$"
        tidy = tidy[1:].strip()
        _note(figure, "去掉了货币符号")
    if tidy.startswith("(") and tidy.endswith(")") and re.fullmatch(rf"\(\s*{NUMBER}\s*%?\s*\)", tidy):
        tidy = f"-{tidy[1:-1].strip()}"
        _note(figure, "括号里的数按负数读取")
    return tidy


def _note(figure: Figure, done: str) -> None:
    if figure.verdict is Verdict.TAKEN:
        figure.verdict = Verdict.CONVERTED
    figure.notes.append(f"{done}。")


def _ask(figure: Figure, note: str) -> None:
    figure.verdict = Verdict.ASKED
    figure.notes.append(note)


def _refuse(figure: Figure, note: str) -> Figure:
    figure.verdict = Verdict.REFUSED
    figure.notes.append(note)
    return figure


def _read(tidy: str, text: str, figure: Figure) -> Figure:
    if DATE.fullmatch(tidy):
        return _refuse(
            figure, f"写的是“{text}”，像日期，应为一个数；多半是 Excel 把数改成了日期，请按文本重填。"
        )
    between = RANGE.fullmatch(tidy)
    if between:
        _ask(figure, f"写的是一个范围“{text}”，应为一个数；请填一个数，或说明取哪一个。")
        return figure
    tidy = _without_about(tidy, figure)
    found = HEAD.fullmatch(tidy)
    if found is None or not (found[2] or (found[3] and found[3] != ".")):
        return _no_number(tidy, text, figure)
    sign, whole, fraction, exponent, rest = (g or "" for g in found.groups())
    if rest[:1] in ".,'" and rest[1:2].isdigit():
        return _refuse(figure, f"写的是“{text}”，读不成一个数；请检查小数点和逗号。")
    if LOOKALIKE.fullmatch(tidy) and any(c in "OoIl" for c in tidy):
        return _lookalike(tidy, text, figure)
    digits = _whole(whole, text, figure)
    if digits is None:
        return figure
    figure.number = Decimal(f"{sign}{digits or 0}{fraction if fraction != '.' else ''}") or Decimal(0)
    figure.decimals = max(len(fraction) - 1, 0)
    if exponent:
        _exponent(int(exponent), text, figure)
    if figure.number is not None and rest.strip():
        _with_unit(rest.strip(), text, figure)
    return figure


def _without_about(tidy: str, figure: Figure) -> str:
    """Take 约, 左右 and the like away; such a figure is asked about."""
    about = BEFORE.match(tidy)
    after = AFTER.search(tidy)
    for word in (about, after):
        if word:
            _ask(figure, f"写有“{word[1].strip('()')}”，不是确数；请填确数，或写明是估算的理由。")
    if about:
        tidy = tidy[about.end() :]
    return AFTER.sub("", tidy)


def _no_number(tidy: str, text: str, figure: Figure) -> Figure:
    if LOOKALIKE.fullmatch(tidy):
        return _lookalike(tidy, text, figure)
    figure.unit = ""
    hint = "请填数；确实没有就填“无数据：原因”。"
    return _refuse(figure, f"写的是文字“{text}”，应为一个数；{hint}")


def _lookalike(tidy: str, text: str, figure: Figure) -> Figure:
    likely = tidy.translate(str.maketrans("OoIl", "0011"))
    return _refuse(figure, f"写的是“{text}”，里面有字母；是不是 {likely}？请改成数字。")


def _whole(whole: str, text: str, figure: Figure) -> str | None:
    """Give the digits before the point without separators; None where they can be read in two ways."""
    if not whole or whole.isdigit():
        if len(whole) > 1 and whole[0] == "0":
            _ask(
                figure,
                f"写的是“{text}”，开头有 0；是不是 {whole.lstrip('0') or 0}，还是漏了小数点？请核对原表。",
            )
        if len(whole) > DIGITS:
            _refuse(figure, f"写的是“{text}”，位数太多，存不下；请核对。")
            return None
        return whole
    if GROUPED.fullmatch(whole):
        _note(figure, f"千分位“{whole}”已去掉")
        return re.sub("[, ']", "", whole)
    joined = re.sub("[, ']", "", whole)
    pieces = re.split("[, ']+", whole)
    if len(pieces) == 2 and "," in whole:  # noqa: PLR2004  one comma: a point or a separator
        note = f"写的是“{text}”，逗号的位置不对；是 {pieces[0]}.{pieces[1]}，还是 {joined}？请改正。"
    else:
        note = f"写的是“{text}”，分隔的位置不对；是不是 {joined}？请改正。"
    _ask(figure, note)
    return None


def _exponent(exponent: int, text: str, figure: Figure) -> None:
    number = figure.number or Decimal(0)
    scaled = number.scaleb(exponent)
    if not math.isfinite(float(scaled)) or (float(scaled) == 0.0 and number):
        figure.number = None
        _refuse(figure, f"写的是“{text}”，超出了能存的范围；请核对。")
        return
    figure.number = scaled
    figure.decimals = max(figure.decimals - exponent, 0)
    _note(figure, f"科学记数法已展开为 {scaled:f}，由 Excel 显示的可能丢了位数，请看一眼")


def _with_unit(rest: str, text: str, figure: Figure) -> None:
    """Read what stands behind the figure: a factor, a unit, or words that do not belong there."""
    rest = rest.strip("()[] ")
    if rest in SCALES:
        figure.scale = SCALES[rest]
        if figure.verdict is Verdict.TAKEN:
            figure.verdict = Verdict.CONVERTED
        return
    unit = unit_of(rest)
    if unit is None:
        what = "多了文字" if not any(c.isdigit() for c in rest) else "不止一个数"
        if what == "不止一个数":
            figure.number = None
        _refuse(figure, f"写的是“{text}”，{what}“{rest}”；应只填一个数，说明写到备注。")
        return
    figure.unit = unit
    if figure.verdict is Verdict.TAKEN:
        figure.verdict = Verdict.CONVERTED
