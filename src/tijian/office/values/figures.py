"""Figures on their way in: checked against the catalogue, all faults at once, and made into rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from tijian.engine.compute.program import reported
from tijian.engine.exam.inputs import STRANDS
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import REASONS
from tijian.engine.kernel.periods import ANNUAL, parse_sub, parse_year
from tijian.engine.kernel.units import UnknownUnit, convert, parse_unit
from tijian.office.ledger.models import Entry
from tijian.office.register.city import Opened
from tijian.office.values.models import SurveyMean, Value

VARIABLE, SURVEY = "variable", "survey"


@dataclass(frozen=True)
class Figure:
    """One figure as it was given.

    Attributes:
        kind: ``variable`` or ``survey``.
        item: Variable, or question.
        area, period: Where and when.
        text: The figure as written, or 无数据, 不适用.
        unit: Its unit; empty for survey means.
        strand: 自体检, 第三方, 调查 or 监测.
        mark: 合成, 估算 and the like.
        row: Row in the source.
        note: What is said beside it.
        n, margin: Sample and margin of a survey mean.
        expected: Revision that was seen by who typed it; None: whatever stands is followed.
    """

    kind: str
    item: str
    area: str
    period: str
    text: str
    unit: str = ""
    strand: str = "自体检"
    mark: str = ""
    row: int = 0
    note: str = ""
    n: int = 0
    margin: float | None = None
    expected: int | None = None


@dataclass
class Standing:
    """The last revision of every cell that figures concern."""

    values: dict[tuple[str, str, str, str], Value]
    survey: dict[tuple[str, str, str], SurveyMean]

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> Standing:
        """Fetch what stands where the figures would go."""
        items = {f.item for f in figures if f.kind == VARIABLE}
        questions = {f.item for f in figures if f.kind == SURVEY}
        periods = {f.period for f in figures}
        values = Value.objects.filter(variable__in=items, period__in=periods).order_by("id")
        survey = SurveyMean.objects.filter(question__in=questions, period__in=periods).order_by("id")
        return cls({v.cell: v for v in values}, {m.cell: m for m in survey})

    def at(self, figure: Figure) -> Value | SurveyMean | None:
        """Give what stands in a figure's place."""
        if figure.kind == VARIABLE:
            return self.values.get((figure.item, figure.area, figure.period, figure.strand))
        return self.survey.get((figure.item, figure.area, figure.period))


def check(figures: Iterable[Figure], seen: Opened, standing: Standing, faults: Faults) -> None:
    """Collect everything that stands against figures, conflicts with what others wrote included."""
    known: set[tuple[str, ...]] = set()
    for figure in figures:
        place = _place(figure, seen)
        cell = (figure.kind, figure.item, figure.area, figure.period, figure.strand)
        if cell in known:
            faults.add(
                "value.twice", place, "", figure.text, "每项只有一个数", "同一次里写了两次，请只留一个。"
            )
        known.add(cell)
        if figure.area not in seen.city.by_code:
            faults.add("value.area", place, "区", figure.area, "本市试点范围的区", "请改正区的代码。")
        elif figure.kind == VARIABLE:
            _check_variable(figure, seen, place, faults)
        else:
            _check_question(figure, seen, place, faults)
        _check_conflict(figure, standing, place, faults)


def _place(figure: Figure, seen: Opened) -> str:
    variable = seen.city.catalogue.variables.get(figure.item)
    name = variable.zh if variable is not None else figure.item
    area = seen.city.label(figure.area) if figure.area in seen.city.by_code else figure.area
    row = f"第 {figure.row} 行 " if figure.row else ""
    return f"{row}{area} {name} {figure.period}"


def _check_variable(figure: Figure, seen: Opened, place: str, faults: Faults) -> None:
    variable = seen.city.catalogue.variables.get(figure.item)
    if variable is None:
        faults.add("value.variable", place, "变量", figure.item, "体系中的变量", "请改正变量名。")
        return
    area = seen.city.by_code[figure.area]
    if not reported(variable, area.level, lowest=not seen.city.children[figure.area]):
        hint = "这个变量在这一级由下级求和，或本级不报；请报到该报的一级。"
        faults.add("value.level", place, "区", area.zh, f"要报{variable.zh}的区", hint)
    try:
        if variable.period in ANNUAL:
            parse_year(figure.period)
        else:
            parse_sub(figure.period, variable.period)
    except ValueError:
        faults.add("value.period", place, "时期", figure.period, "如 2019、2019-01", "请按变量的期间填写。")
    if figure.strand not in STRANDS:
        faults.add("value.strand", place, "来源", figure.strand, "、".join(STRANDS), "请改为其中之一。")
    if figure.text not in REASONS and number(figure, variable.unit) is None:
        hint = "数字用半角，不带单位和逗号；没有数就写无数据或不适用。"
        expected = f"一个数，单位能换算成 {variable.unit}"
        faults.add("value.number", place, "数值", f"{figure.text} {figure.unit}".strip(), expected, hint)


def _check_question(figure: Figure, seen: Opened, place: str, faults: Faults) -> None:
    questionnaire = seen.city.questionnaire
    known = {q.id for q in questionnaire.questions} if questionnaire is not None else set()
    if figure.item not in known:
        faults.add("value.question", place, "题号", figure.item, "问卷中的题号", "请改正题号。")
    if figure.text in REASONS:
        return
    if _decimal(figure.text) is None:
        faults.add("value.number", place, "均值", figure.text, "一个数", "没有数就写无数据。")
    if figure.n <= 0 or figure.margin is None:
        faults.add(
            "value.sample", place, "样本和误差", figure.n, "样本数和 95% 误差", "调查的数要带样本和误差。"
        )


def _check_conflict(figure: Figure, standing: Standing, place: str, faults: Faults) -> None:
    there = standing.at(figure)
    revision = 0 if there is None else there.revision
    if figure.expected is None or figure.expected == revision or there is None:
        return
    entry = Entry.objects.get(action=there.action_id)
    shown = there.reason or (there.text if isinstance(there, Value) else f"{there.value:g}")
    hint = f"{entry.actor} 于 {timezone.localtime(entry.at):%Y-%m-%d %H:%M} 改为 {shown}，您写的是 {figure.text}；看清后再决定用哪个数。"
    faults.add("value.conflict", place, "数值", figure.text, f"修订 {figure.expected} 之后没有人改过", hint)


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and math.isfinite(float(found)) else None


def number(figure: Figure, unit: str) -> float | None:
    """Give a figure in a variable's unit, converted in Decimal; None where it is none or does not convert."""
    found = _decimal(figure.text)
    if found is None:
        return None
    try:
        return float(convert(found, parse_unit(figure.unit), parse_unit(unit)))
    except UnknownUnit:
        return None


def value_row(figure: Figure, seen: Opened, standing: Standing) -> Value | SurveyMean | None:
    """Make the row of a checked figure; None where exactly this stands already. Its source is set later."""
    there = standing.at(figure)
    revision = 1 if there is None else there.revision + 1
    reason = figure.text if figure.text in REASONS else ""
    shared = {
        "area": figure.area,
        "period": figure.period,
        "revision": revision,
        "reason": reason,
        "mark": figure.mark,
        "row": figure.row,
        "note": figure.note,
    }
    made: Value | SurveyMean
    if figure.kind == VARIABLE:
        unit = seen.city.catalogue.variables[figure.item].unit
        value = None if reason else number(figure, unit)
        made = Value(
            variable=figure.item,
            strand=figure.strand,
            text=figure.text,
            unit=figure.unit or unit,
            value=value,
            **shared,
        )
    else:
        value = None if reason else float(figure.text)
        made = SurveyMean(question=figure.item, n=figure.n, margin=figure.margin, value=value, **shared)
    return None if there is not None and _same(there, made) else made


SAME = ("value", "reason", "mark", "note")


def _same(there: Value | SurveyMean, made: Value | SurveyMean) -> bool:
    names = (*SAME, "text", "unit") if isinstance(made, Value) else (*SAME, "n", "margin")
    return all(getattr(there, name) == getattr(made, name) for name in names)
