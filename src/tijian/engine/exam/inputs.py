"""What an examination starts from, read from a folder; every faulty cell is told at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tijian.engine.catalogue.definition import STRAND_OF, Variable
from tijian.engine.catalogue.loading import City
from tijian.engine.compute.program import Program, reported
from tijian.engine.exam.layers import Layers
from tijian.engine.exam.steps import Done, Steps
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import REASONS, Status
from tijian.engine.kernel.periods import ANNUAL, PERIOD_ZH, parse_sub, parse_year
from tijian.engine.kernel.units import UnknownUnit, convert, parse_unit
from tijian.engine.sources.record import SourceRecord
from tijian.engine.sources.table import Table, read_csv

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
STRANDS = (*STRAND_OF.values(), "监测")
VARIABLES = ("variable", "area", "period", "value", "unit", "strand", "mark")
SURVEY = ("question", "area", "period", "n", "mean", "margin")
ADOPTED = ("item", "area", "period", "strand", "reason")
REVISIONS = ("indicator", "revision", "from", "link")
LINKS = ("same", "renamed", "口径变化", "split", "merged", "dropped")
JOINED = ("same", "renamed")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reported number of a variable, or the reason why there is none.

    Attributes:
        value: In the variable's own unit.
        text, unit: As given.
        strand: 自体检, 第三方, 调查 or 监测.
        mark: 合成, 估算 and the like.
        place: File and line, for the explanation.
    """

    value: float | Status
    text: str
    unit: str
    strand: str
    mark: str
    place: str


@dataclass(frozen=True, slots=True)
class SurveyCell:
    """Mean answer to a question in an area and year, with sample and margin of error (95 %, in 分)."""

    n: int
    mean: float | Status
    margin: float | None
    mark: str
    place: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Which strand the office adopted, and why."""

    strand: str
    reason: str


@dataclass(frozen=True, slots=True)
class RevisionFrom:
    """A revision of a definition in force from a year on, and how it joins the one before."""

    start: int
    revision: int
    link: str


Cell = tuple[str, str, str]


@dataclass
class Inputs:
    """Everything an examination reads.

    Attributes:
        city: The city's documents.
        programs: Indicators ready to run, inputs before users.
        readings: (variable, area, period) → strand → reading.
        survey: (question, area, year) → cell.
        choices: (indicator or variable, area, year) → choice.
        revisions: Indicator → revisions after the first, by year.
        layers: Layers and boundary, read when first asked for.
        records: Files read, in order.
        steps: Where steps that take long are kept, by the hash of what they depend on; None: nowhere.
        done: The steps of this run, in order: computed now or found kept.
        shared: What computations of a year share, by name, year and areas.
    """

    city: City
    programs: Mapping[str, Program]
    readings: dict[Cell, dict[str, Reading]] = field(default_factory=dict)
    survey: dict[tuple[str, str, int], SurveyCell] = field(default_factory=dict)
    choices: dict[tuple[str, str, int], Choice] = field(default_factory=dict)
    revisions: dict[str, list[RevisionFrom]] = field(default_factory=dict)
    layers: Layers = field(default_factory=Layers)
    records: list[SourceRecord] = field(default_factory=list)
    steps: Steps | None = None
    done: list[Done] = field(default_factory=list)
    shared: dict[tuple[str, int, tuple[str, ...]], Any] = field(default_factory=dict)
    _surveys: dict[tuple[str, int], dict[str, SurveyCell]] = field(default_factory=dict)

    def revision(self, indicator: str, year: int) -> int:
        """Tell which revision of a definition is in force in a year."""
        found = [r.revision for r in self.revisions.get(indicator, []) if r.start <= year]
        return found[-1] if found else self.programs[indicator].indicator.revision

    def alike(self, indicator: str, year: int) -> tuple[int, ...]:
        """Give the revision in force in a year, then every one that ``same`` or ``renamed`` joins with it."""
        before, pairs = self.programs[indicator].indicator.revision, []
        for r in self.revisions.get(indicator, []):
            if r.link in JOINED:
                pairs.append({before, r.revision})
            before = r.revision
        found = {self.revision(indicator, year)}
        while more := {x for pair in pairs if pair & found for x in pair} - found:
            found |= more
        return (self.revision(indicator, year), *sorted(found - {self.revision(indicator, year)}))

    def survey_of(self, area: str, year: int) -> Mapping[str, SurveyCell]:
        """Give the survey of an area and year: question → cell."""
        if not self._surveys and self.survey:
            for (question, code, when), cell in self.survey.items():
                self._surveys.setdefault((code, when), {})[question] = cell
        return self._surveys.get((area, year), {})

    def joined(self, indicator: str, first: int, last: int) -> bool:
        """Tell whether values of two years may be compared: no break of definition lies between them."""
        return not any(
            first < r.start <= last and r.link not in JOINED for r in self.revisions.get(indicator, [])
        )


def read_inputs(
    city: City, programs: Mapping[str, Program], until: int | None = None, steps: Steps | None = None
) -> Inputs:
    """Read ``inputs/`` of a city folder.

    Args:
        city: The city's documents.
        programs: Its indicators ready to run.
        until: Last year whose layers are needed; None: all of the city's.
        steps: Where steps that take long are kept; None: nowhere.

    Raises:
        Refused: With every faulty cell of every table.
    """
    faults = Faults()
    inputs = Inputs(city, programs, layers=Layers(city, steps), steps=steps)
    folder = city.folder / "inputs"
    name = f"{city.name}/inputs"
    before = len(faults.found)
    if (folder / "variables.csv").exists() or any(p.computation is None for p in programs.values()):
        with faults.kept():
            table = read_csv(folder / "variables.csv", f"{name}/variables.csv", VARIABLES)
            _read_variables(table, inputs, faults)
    sound = len(faults.found) == before
    if city.questionnaire is not None or (folder / "survey.csv").exists():
        with faults.kept():
            table = read_csv(folder / "survey.csv", f"{name}/survey.csv", SURVEY, ("mark",))
            _read_survey(table, inputs, faults)
    if (folder / "adopted.csv").exists():
        with faults.kept():
            table = read_csv(folder / "adopted.csv", f"{name}/adopted.csv", ADOPTED)
            _read_choices(table, inputs, faults, against_readings=sound)
    if (folder / "revisions.csv").exists():
        with faults.kept():
            _read_revisions(
                read_csv(folder / "revisions.csv", f"{name}/revisions.csv", REVISIONS), inputs, faults
            )
    with faults.kept():
        inputs.layers.check(until)
    faults.raise_if_any()
    return inputs


@dataclass
class _Row:
    """One row of a table under check, with its place for faults."""

    table: Table
    index: int
    faults: Faults

    def __getitem__(self, column: str) -> str:
        header = self.table.header
        return self.table.rows[self.index][header.index(column)] if column in header else ""

    @property
    def line(self) -> int:
        return self.table.lines[self.index]

    @property
    def place(self) -> str:
        return f"{self.table.record.file} 第 {self.line} 行"

    def fault(self, code: str, column: str, expected: str, hint: str) -> None:
        where = f"第 {self.line} 行，{column} 列"
        self.faults.add(code, self.table.record.file, where, self[column], expected, hint)

    def number(self, column: str) -> Decimal | None:
        text = self[column]
        if not NUMBER.fullmatch(text) or not math.isfinite(float(text)) or _vanishes(text):
            self.fault(
                "cell.number", column, "一个数，或 无数据、不适用", "数字用半角，不带单位、逗号和百分号。"
            )
            return None
        return Decimal(text)

    def whole(self, column: str) -> int | None:
        number = self.number(column)
        if number is None or number == number.to_integral_value():
            return None if number is None else int(number)
        self.fault("cell.whole", column, "整数", "请去掉小数。")
        return None

    def year(self, column: str = "period") -> int | None:
        try:
            return parse_year(self[column])
        except ValueError:
            self.fault("cell.period", column, "四位年份，如 2019", "供暖季写开始的那一年。")
            return None

    def area(self, city: City) -> str | None:
        code = self["area"]
        if code in city.by_code:
            return code
        self.fault("cell.area", "area", "areas.yaml 中的代码", "请改正代码；市级写城市代码。")
        return None

    def strand(self) -> str | None:
        if self["strand"] in STRANDS:
            return self["strand"]
        self.fault("cell.strand", "strand", "、".join(STRANDS), "请改为其中之一。")
        return None


def _vanishes(text: str) -> bool:
    """Tell whether a number is so small that a float would make it zero."""
    return float(text) == 0.0 and Decimal(text) != 0


def _read_variables(table: Table, inputs: Inputs, faults: Faults) -> None:
    inputs.records.append(table.record)
    for i in range(len(table.rows)):
        row = _Row(table, i, faults)
        name = row["variable"]
        variable = inputs.city.catalogue.variables.get(name)
        if variable is None:
            row.fault(
                "cell.variable", "variable", "体系中的变量", "请改正变量名，或先在 variables.yaml 中定义。"
            )
            continue
        area, strand = row.area(inputs.city), row.strand()
        period = _period(row, variable)
        value = _value(row, variable)
        if area is None or strand is None or period is None or value is None:
            continue
        if not _asked(inputs.city, variable, area):
            row.fault(
                "cell.level",
                "area",
                f"要报 {variable.zh} 的区",
                "这个变量在这一级由下级求和，或本级不报；请报到该报的一级。",
            )
            continue
        cell = inputs.readings.setdefault((name, area, period), {})
        if strand in cell:
            row.fault(
                "cell.twice",
                "variable",
                "同一变量、区、时期、来源只有一行",
                f"{cell[strand].place}已有这一项。",
            )
        cell[strand] = Reading(value, row["value"], row["unit"], strand, row["mark"], row.place)


def _asked(city: City, variable: Variable, area: str) -> bool:
    return reported(variable, city.by_code[area].level, lowest=not city.children[area])


def _period(row: _Row, variable: Variable) -> str | None:
    if variable.period in ANNUAL:
        year = row.year()
        return None if year is None else str(year)
    try:
        parse_sub(row["period"], variable.period)
    except ValueError:
        row.fault(
            "cell.period",
            "period",
            f"{PERIOD_ZH[variable.period]}的写法（2019-01-31、2019-01、2019Q1）",
            "请按变量的期间类型填写。",
        )
        return None
    return row["period"]


def _value(row: _Row, variable: Variable) -> float | Status | None:
    text = row["value"]
    if text in REASONS or not text:
        return REASONS.get(text, Status.NO_DATA)
    number = row.number("value")
    if number is None:
        return None
    try:
        return float(convert(number, parse_unit(row["unit"]), parse_unit(variable.unit)))
    except UnknownUnit:
        row.fault("cell.unit", "unit", f"能换算成 {variable.unit} 的单位", "请改正单位。")
        return None


def _read_survey(table: Table, inputs: Inputs, faults: Faults) -> None:
    inputs.records.append(table.record)
    known = {q.id for q in inputs.city.questionnaire.questions} if inputs.city.questionnaire else set()
    for i in range(len(table.rows)):
        row = _Row(table, i, faults)
        if row["question"] not in known:
            row.fault("cell.question", "question", "questionnaire.yaml 中的题号", "请改正题号。")
        area, year = row.area(inputs.city), row.year()
        mean: float | Status | None
        if row["mean"] in REASONS or not row["mean"]:
            mean = REASONS.get(row["mean"], Status.NO_DATA)
            n, margin = 0, None
        else:
            number, size, error = row.number("mean"), row.whole("n"), row.number("margin")
            if number is None or size is None or error is None:
                continue
            mean, n, margin = float(number), size, float(error)
        if area is None or year is None:
            continue
        key = (row["question"], area, year)
        if key in inputs.survey:
            row.fault(
                "cell.twice",
                "question",
                "同一题、区、时期只有一行",
                f"{inputs.survey[key].place}已有这一项。",
            )
        inputs.survey[key] = SurveyCell(n, mean, margin, row["mark"], row.place)


def _read_choices(table: Table, inputs: Inputs, faults: Faults, *, against_readings: bool) -> None:
    """Read choices; against readings only where these could be read, or every choice would be told again."""
    inputs.records.append(table.record)
    for i in range(len(table.rows)):
        row = _Row(table, i, faults)
        item = row["item"]
        if item not in inputs.programs and item not in inputs.city.catalogue.variables:
            row.fault("cell.item", "item", "体系中的指标或变量", "请改正代码。")
        if not row["reason"]:
            row.fault("cell.reason", "reason", "采用的理由", "采用值要写明理由。")
        area, year, strand = row.area(inputs.city), row.year(), row.strand()
        if area is None or year is None or strand is None:
            continue
        if (item, area, year) in inputs.choices:
            row.fault("cell.twice", "item", "同一项、区、时期只采用一次", "请只留一行。")
        known = item in inputs.programs or item in inputs.city.catalogue.variables
        if known and against_readings and not _has_strand(inputs, item, area, year, strand):
            row.fault("cell.strand", "strand", "这一项真有的来源", "没有这一来源的数，不能采用。")
        inputs.choices[(item, area, year)] = Choice(strand, row["reason"])


def _has_strand(inputs: Inputs, item: str, area: str, year: int, strand: str) -> bool:
    """Tell whether a chosen strand can be there: a method of the indicator, or a reading of the variable."""
    if item in inputs.programs:
        return strand in {STRAND_OF[m] for m in inputs.programs[item].indicator.methods}
    found = (s for (v, a, p), s in inputs.readings.items() if v == item and a == area and p[:4] == str(year))
    return any(strand in s for s in found)


def _read_revisions(table: Table, inputs: Inputs, faults: Faults) -> None:
    inputs.records.append(table.record)
    for i in range(len(table.rows)):
        row = _Row(table, i, faults)
        if row["indicator"] not in inputs.programs:
            row.fault("cell.item", "indicator", "体系中的指标", "请改正代码。")
        if row["link"] not in LINKS:
            row.fault("cell.link", "link", "、".join(LINKS), "请改为其中之一。")
        year, number = row.year("from"), row.whole("revision")
        if year is not None and number is not None:
            revisions = inputs.revisions.setdefault(row["indicator"], [])
            revisions.append(RevisionFrom(year, number, row["link"]))
            revisions.sort(key=lambda r: r.start)
