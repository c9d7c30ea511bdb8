"""A small city made for each case of a definition, in which the evaluator itself runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tijian.engine.catalogue.area import Area, Areas
from tijian.engine.catalogue.case import Case, Given
from tijian.engine.catalogue.city import AreaSet, CityDoc, CityName, Crs, Level, Questionnaire, Years
from tijian.engine.catalogue.definition import Variable
from tijian.engine.catalogue.loading import City
from tijian.engine.catalogue.systems import Catalogue
from tijian.engine.compute.program import Program, reported
from tijian.engine.exam.evaluate import Evaluator
from tijian.engine.exam.inputs import Inputs, Reading, SurveyCell
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import REASONS, Column, Status
from tijian.engine.kernel.periods import ANNUAL, PERIOD_ZH, Season, sub_periods
from tijian.engine.kernel.rounding import round_half_even
from tijian.engine.kernel.units import Unit, convert, parse_unit

YEAR, CITY, FIRST = 2019, "C", "A1"

Number = float | int | str | None


@dataclass(frozen=True)
class Spot:
    """Where a group of given quantities stands: its key in the case, its area and its year."""

    key: str
    area: str
    year: int
    given: Given


class Bench:
    """Runs cases of one catalogue in a small city made for each case."""

    def __init__(
        self,
        catalogue: Catalogue,
        programs: Mapping[str, Program],
        questionnaire: Questionnaire | None,
        template: City,
    ) -> None:
        self.catalogue, self.programs = catalogue, programs
        self.questionnaire, self.template = questionnaire, template

    def can_run(self, case: Case) -> bool:
        """Tell whether there is what the case needs: a system by itself has no questionnaire."""
        return case.survey is None or self.questionnaire is not None

    def run(self, program: Program, case: Case) -> str:
        """Run one case and give the rounded value or the reason as text."""
        city = self._city(self._level(program), len(case.areas) if case.areas is not None else 1)
        evaluator = Evaluator(Inputs(city, {**self.programs, program.indicator.id: program}))
        asked = self._asked(program, case)
        self._put_indicators(evaluator, program, _spots(case, asked))
        for spot in _spots(case, asked):
            self._put_variables(evaluator, program, spot)
        for question, mean in (case.survey or {}).items():
            evaluator.inputs.survey[(question, asked, YEAR)] = SurveyCell(400, float(mean), 2.0, "", "")
        column, _, _ = evaluator.adopt(program.indicator.id, YEAR)
        cell = column.cell(list(city.by_code).index(asked))
        return (
            cell.zh if isinstance(cell, Status) else f"{round_half_even(cell, program.indicator.decimals):f}"
        )

    def _level(self, program: Program) -> str:
        """Choose the level of the case's areas: the lowest where the inputs are asked, best one of the indicator's."""
        below = [level.id for level in self.template.doc.levels[1:]] or [self.template.doc.levels[0].id]
        below.reverse()
        inside = [level for level in below if level in program.indicator.scales]
        known = [
            self.catalogue.variables[n] for n in program.indicator.inputs if n in self.catalogue.variables
        ]
        return max(
            dict.fromkeys([*inside, *below]),
            key=lambda level: sum(reported(v, level, lowest=True) for v in known),
        )

    def _asked(self, program: Program, case: Case) -> str:
        inside = self._level(program) in program.indicator.scales
        return FIRST if case.areas is None and inside else CITY

    def _city(self, level: str, n: int) -> City:
        top = self.template.doc.levels[0].id
        areas = Areas(
            areas=tuple(
                Area(code=f"A{i}", zh=f"{i}区", short=f"{i}区", level=level, parent=CITY)
                for i in range(1, n + 1)
            )
        )
        doc = CityDoc(
            city=CityName(code=CITY, zh="例"),
            area_set=AreaSet(id="cases", zh="用例"),
            systems=self.template.doc.systems,
            levels=(Level(id=top, zh="全市"), Level(id=level, zh="区")),
            years=Years(first=YEAR, last=YEAR, lookback=YEAR - 1),
            crs=Crs(projected=self.template.doc.crs.projected),
            calendar=self.template.doc.calendar,
        )
        return replace(self.template, doc=doc, areas=areas, questionnaire=self.questionnaire, bodies=())

    def _stands(self, program: Program, spot: Spot, variable: Variable) -> str | None:
        """Find the area a variable is asked in: the one it is given for, else the one area below."""
        top, level = self.template.doc.levels[0].id, self._level(program)
        at_top = spot.area == CITY
        if reported(variable, top if at_top else level, lowest=not at_top):
            return spot.area
        alone = at_top and spot.key in {"inputs", "prev"}
        return FIRST if alone and reported(variable, level, lowest=True) else None

    def _put_indicators(self, evaluator: Evaluator, program: Program, spots: Sequence[Spot]) -> None:
        """Let numbers given for indicators that are inputs stand as their adopted values."""
        codes = evaluator.columns.codes
        for name, given in program.indicator.inputs.items():
            if given.indicator is None:
                continue
            target = self.programs[given.indicator].unit
            for year in range(YEAR - max(program.depth.values(), default=0), YEAR + 1):
                here = {s.area: s.given[name] for s in spots if s.year == year and name in s.given}
                cells = [_cell(_single(here.get(c)), parse_unit(given.unit), target) for c in codes]
                evaluator.adopted[(given.indicator, year)] = Column.of(cells)
                evaluator.adopted_marks[(given.indicator, year)] = [frozenset() for _ in codes]

    def _put_variables(self, evaluator: Evaluator, program: Program, spot: Spot) -> None:
        readings = evaluator.inputs.readings
        for name, value in spot.given.items():
            given = program.indicator.inputs[name]
            if given.indicator is not None:
                continue
            variable = self.catalogue.variables[name]
            area = self._stands(program, spot, variable) or spot.area
            source, target = parse_unit(given.unit), parse_unit(variable.unit)
            if not isinstance(value, tuple):
                readings[(name, area, str(spot.year))] = _reading(_cell(value, source, target), variable.unit)
                continue
            periods = self._periods(program, variable, spot.year, evaluator.columns.season())
            cells = [_cell(v, source, target) for v in value]
            cells += [Status.NOT_APPLICABLE] * (len(periods) - len(value))
            for period, found in zip(periods, cells, strict=True):
                readings[(name, area, period)] = _reading(found, variable.unit)

    def _periods(self, program: Program, variable: Variable, year: int, season: Season) -> list[str]:
        kind = program.indicator.period.type
        return sub_periods(year, kind if kind in ANNUAL else ANNUAL[0], variable.period, season)

    # ── what cannot be meant ──

    def check(self, program: Program, case: Case, file: str, faults: Faults) -> None:
        """Tell names that are no inputs, lists of the wrong length and numbers where none is asked."""
        self._check_years(case, file, faults)
        for spot in _spots(case, self._asked(program, case)):
            for name, value in spot.given.items():
                given = program.indicator.inputs.get(name)
                place = f"{case.name}.{spot.key}.{name}"
                if given is None:
                    wanted = "、".join(program.indicator.inputs) or "没有输入的指标，请删去"
                    faults.add("case.input", file, place, name, wanted, "用例只给这个指标的 inputs 中的量。")
                elif given.indicator is not None:
                    if isinstance(value, tuple):
                        faults.add("case.form", file, place, _shown(value), "一个数", "指标没有分期的值。")
                else:
                    self._check_variable(program, spot, name, file, place, faults)
        known = {q.id for q in self.questionnaire.questions} if self.questionnaire is not None else set()
        for question in case.survey or {} if known else {}:
            if question not in known:
                faults.add(
                    "case.question",
                    file,
                    f"{case.name}.survey.{question}",
                    question,
                    "questionnaire.yaml 中的题号",
                    "请改正题号。",
                )

    def _check_years(self, case: Case, file: str, faults: Faults) -> None:
        if case.areas is not None and isinstance(case.prev, dict):
            wanted = f"{len(case.areas)} 项的列表，与 areas 一一对应"
        elif isinstance(case.prev, tuple) and len(case.prev) > len(case.areas or ()):
            wanted = f"不多于 areas 的 {len(case.areas)} 项" if case.areas else "一组量，不是列表"
        else:
            return
        faults.add("case.prev", file, f"{case.name}.prev", None, wanted, "上一期的量要与本期的地区对应。")

    def _check_variable(
        self, program: Program, spot: Spot, name: str, file: str, place: str, faults: Faults
    ) -> None:
        value, variable = spot.given[name], self.catalogue.variables[name]
        annual = variable.period in ANNUAL
        if annual == isinstance(value, tuple):
            wanted = "一个数" if annual else f"逐{PERIOD_ZH[variable.period]}的列表"
            hint = f"{variable.zh}是{'年度' if annual else '分期'}变量。"
            faults.add("case.form", file, place, _shown(value), wanted, hint)
        if self._stands(program, spot, variable) is None:
            faults.add(
                "case.level",
                file,
                place,
                _shown(value),
                "在这一级填报的变量",
                f"{variable.zh}不在这一级填报，请移到填报它的一级（inputs、areas 或 city）。",
            )
        if isinstance(value, tuple) and not annual:
            start, end = (tuple(map(int, t.split("-"))) for t in self.template.doc.calendar.heating_season)
            season = Season((start[0], start[1]), (end[0], end[1]))
            most = len(self._periods(program, variable, spot.year, season))
            if len(value) > most:
                wanted = f"不多于 {most} 项"
                faults.add("case.periods", file, place, f"{len(value)} 项", wanted, "一年没有这么多期。")


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _single(value: Number | tuple[Number, ...]) -> Number:
    return None if isinstance(value, tuple) else value


def _cell(value: Number, source: Unit, target: Unit) -> float | Status:
    if value is None or isinstance(value, str):
        return REASONS.get(str(value), Status.NO_DATA)
    return float(convert(Decimal(str(value)), source, target))


def _reading(value: float | Status, unit: str) -> dict[str, Reading]:
    return {"自体检": Reading(value, "", unit, "自体检", "", "")}


def _spots(case: Case, asked: str) -> tuple[Spot, ...]:
    return tuple(_each_spot(case, asked))


def _each_spot(case: Case, asked: str) -> Iterator[Spot]:
    """Say for each given group of quantities in which area and year it stands."""
    if case.inputs is not None:
        yield Spot("inputs", FIRST if case.areas is not None else asked, YEAR, case.inputs)
    if isinstance(case.prev, dict):
        yield Spot("prev", asked, YEAR - 1, case.prev)
    if case.city is not None:
        yield Spot("city", CITY, YEAR, case.city)
    for i, given in enumerate(case.areas or (), 1):
        yield Spot(f"areas.{i - 1}", f"A{i}", YEAR, given)
    if isinstance(case.prev, tuple):
        for i, given in enumerate(case.prev, 1):
            yield Spot(f"prev.{i - 1}", f"A{i}", YEAR - 1, given)
