"""Cases of a definition run through the evaluator itself, and mutants that they must notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from tijian.engine.catalogue.area import Area, Areas
from tijian.engine.catalogue.case import Case, Given
from tijian.engine.catalogue.city import (
    AreaSet,
    CityDoc,
    CityName,
    Crs,
    DimensionRule,
    FindingRules,
    Level,
    OwnTrendRule,
    Questionnaire,
    Reports,
    Rules,
    Years,
)
from tijian.engine.catalogue.definition import System
from tijian.engine.catalogue.document import read
from tijian.engine.catalogue.loading import City, CriteriaBook, find_folder
from tijian.engine.catalogue.systems import Catalogue, load_catalogue
from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.mutate import mutants
from tijian.engine.compute.formula.syntax import FormulaError, Node, written
from tijian.engine.compute.program import Program, reported
from tijian.engine.exam.evaluate import Evaluator
from tijian.engine.exam.inputs import Inputs, Reading, SurveyCell
from tijian.engine.kernel.missing import REASONS, Status
from tijian.engine.kernel.periods import ANNUAL, sub_periods
from tijian.engine.kernel.rounding import round_half_even
from tijian.engine.kernel.units import UnknownUnit, convert, parse_unit

YEAR, CITY = 2019, "C"


@dataclass(frozen=True)
class Outcome:
    """What a case gave."""

    indicator: str
    case: Case
    got: str
    expected: str

    @property
    def ok(self) -> bool:
        """Whether it gave what it says."""
        return self.got == self.expected


@dataclass(frozen=True)
class Mutation:
    """One changed formula and what became of it.

    Attributes:
        indicator: Whose formula.
        place: formula, numerator or denominator.
        text: The changed formula.
        fate: 发现 (a case noticed), 单位 (refused by unit), 等价 (declared equivalent) or 漏过.
    """

    indicator: str
    place: str
    text: str
    fate: str


@dataclass
class Check:
    """Everything a check of a catalogue found."""

    outcomes: list[Outcome] = field(default_factory=list)
    mutations: list[Mutation] = field(default_factory=list)
    without_cases: list[str] = field(default_factory=list)

    def count(self, fate: str) -> int:
        """Count mutants of one fate."""
        return sum(m.fate == fate for m in self.mutations)


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

    def run(self, program: Program, case: Case) -> str:
        """Run one case and give the rounded value or the reason as text."""
        city = self._city(len(case.areas) if case.areas is not None else 1)
        inputs = Inputs(city, {**self.programs, program.indicator.id: program})
        area = self._asked_area(program, case)
        for code, year, given in _placed(case, area):
            self._put(inputs, program, code, year, given)
        for question, mean in (case.survey or {}).items():
            inputs.survey[(question, area, YEAR)] = SurveyCell(400, float(mean), 2.0, "", "")
        asked = CITY if case.areas is not None else area
        column, _, _ = Evaluator(inputs).adopt(program.indicator.id, YEAR)
        cell = column.cell(list(city.by_code).index(asked))
        return (
            cell.zh if isinstance(cell, Status) else f"{round_half_even(cell, program.indicator.decimals):f}"
        )

    def _asked_area(self, program: Program, case: Case) -> str:
        lowest = self.template.doc.levels[-1].id
        return "A1" if case.areas is not None or lowest in program.indicator.scales else CITY

    def _city(self, n: int) -> City:
        top, lowest = self.template.doc.levels[0].id, self.template.doc.levels[-1].id
        areas = Areas(
            areas=tuple(
                Area(code=f"A{i}", zh=f"{i}区", short=f"{i}区", level=lowest, parent=CITY)
                for i in range(1, n + 1)
            )
        )
        doc = CityDoc(
            city=CityName(code=CITY, zh="例"),
            area_set=AreaSet(id="cases", zh="用例"),
            systems=self.template.doc.systems,
            levels=(Level(id=top, zh="全市"), Level(id=lowest, zh="区")),
            years=Years(first=YEAR, last=YEAR, lookback=YEAR - 1),
            crs=Crs(projected=self.template.doc.crs.projected),
            calendar=self.template.doc.calendar,
        )
        return replace(self.template, doc=doc, areas=areas, questionnaire=self.questionnaire, bodies=())

    def _put(self, inputs: Inputs, program: Program, code: str, year: int, given: Given) -> None:
        for name, value in given.items():
            variable = self.catalogue.variables[name]
            level = inputs.city.by_code[code].level
            if not reported(variable, level, lowest=code != CITY) and code != CITY:
                continue
            source, target = parse_unit(program.indicator.inputs[name].unit), parse_unit(variable.unit)

            def cell(
                number: float | str | None, source: object = source, target: object = target
            ) -> float | Status:
                if number is None or isinstance(number, str):
                    return REASONS.get(str(number), Status.NO_DATA)
                return float(convert(Decimal(str(number)), source, target))  # type: ignore[arg-type]

            if isinstance(value, tuple):
                kind = program.indicator.period.type
                kind = kind if kind in ANNUAL else ANNUAL[0]
                periods = sub_periods(year, kind, variable.period, Evaluator(inputs).columns.season())
                cells = [cell(v) for v in value] + [Status.NOT_APPLICABLE] * (len(periods) - len(value))
                for period, found in zip(periods, cells, strict=True):
                    inputs.readings[(name, code, period)] = {"自体检": _reading(found, variable.unit)}
            else:
                inputs.readings[(name, code, str(year))] = {"自体检": _reading(cell(value), variable.unit)}


def _reading(value: float | Status, unit: str) -> Reading:
    return Reading(value, "", unit, "自体检", "", "")


def _placed(case: Case, area: str) -> Iterator[tuple[str, int, Given]]:
    """Say for each given quantity in which area and year it stands."""
    if case.inputs is not None:
        yield area, YEAR, case.inputs
    if isinstance(case.prev, dict):
        yield area, YEAR - 1, case.prev
    if case.city is not None:
        yield CITY, YEAR, case.city
    for i, given in enumerate(case.areas or (), 1):
        yield f"A{i}", YEAR, given
    if isinstance(case.prev, tuple):
        for i, given in enumerate(case.prev, 1):
            yield f"A{i}", YEAR - 1, given


def _expected(case: Case, decimals: int) -> str:
    return (
        case.expect if isinstance(case.expect, str) else f"{round_half_even(float(case.expect), decimals):f}"
    )


def check(
    city: City, programs: Mapping[str, Program], equivalent: Mapping[tuple[str, str], str] | None = None
) -> Check:
    """Run every case of a city's catalogue and every mutant of every formula.

    Args:
        city: A city whose systems are checked.
        programs: Its indicators ready to run.
        equivalent: (indicator, mutant text) → why that mutant means the same.
    """
    bench = Bench(city.catalogue, programs, city.questionnaire, city)
    found = Check()
    for key, program in programs.items():
        cases = city.catalogue.cases.get(key, ())
        if not cases:
            found.without_cases.append(key)
        decimals = program.indicator.decimals
        for case in cases:
            found.outcomes.append(
                Outcome(key, case, bench.run(_formula_only(program, case), case), _expected(case, decimals))
            )
        found.mutations.extend(_mutations(bench, program, cases, equivalent or {}))
    return found


def _formula_only(program: Program, case: Case) -> Program:
    """Leave out the computed strand where the case gives numbers to the formula."""
    if case.survey is not None or program.formula is None:
        return program
    indicator = program.indicator.model_copy(update={"methods": ("部门提报",), "compute": None})
    return replace(program, indicator=indicator, computation=None)


def _mutations(
    bench: Bench, program: Program, cases: Sequence[Case], equivalent: Mapping[tuple[str, str], str]
) -> Iterator[Mutation]:
    inputs = list(program.indicator.inputs)
    for place, node in _formulas(program):
        for changed in mutants(node, inputs):
            text = written(changed)
            yield Mutation(
                program.indicator.id, place, text, _fate(bench, program, place, changed, cases, equivalent)
            )


def _formulas(program: Program) -> Iterator[tuple[str, Node]]:
    if program.formula is not None:
        yield "formula", program.formula
    if program.ratio is not None:
        yield "numerator", program.ratio.numerator
        if program.ratio.denominator is not None:
            yield "denominator", program.ratio.denominator


def _fate(
    bench: Bench,
    program: Program,
    place: str,
    changed: Node,
    cases: Sequence[Case],
    equivalent: Mapping[tuple[str, str], str],
) -> str:
    try:
        mutant = _with(program, place, changed)
    except (FormulaError, UnknownUnit):
        return "单位"
    for case in cases:
        if case.survey is None and bench.run(_formula_only(mutant, case), case) != _expected(
            case, program.indicator.decimals
        ):
            return "发现"
    return "等价" if (program.indicator.id, written(changed)) in equivalent else "漏过"


def _with(program: Program, place: str, changed: Node) -> Program:
    """Put a changed formula in place of the original, with its own unit factor.

    Raises:
        FormulaError, UnknownUnit: If its units no longer fit the indicator.
    """
    unit = infer(changed, program.units)
    if place == "formula":
        return replace(program, formula=changed, formula_factor=float(unit.to(program.unit)))
    ratio = program.ratio
    if ratio is None:
        raise LookupError(place)
    above = unit if place == "numerator" else ratio.numerator_unit
    below = unit if place == "denominator" else ratio.denominator_unit
    factor = float(above.times(below, -1).to(program.unit))
    if place == "numerator":
        return replace(program, ratio=replace(ratio, numerator=changed, numerator_unit=unit, factor=factor))
    return replace(program, ratio=replace(ratio, denominator=changed, denominator_unit=unit, factor=factor))


def stub_city(folder: Path) -> City:
    """Make a city without areas around one system folder, so that a system can be checked by itself.

    Raises:
        Refused: If the system, or the one it extends, is faulty.
    """
    head = read(System, folder / "system.yaml", f"{folder.name}/system.yaml")
    folders = [find_folder(folder.parent.parent, head.extends, "extends")] if head.extends else []
    catalogue = load_catalogue([*folders, folder])
    levels = tuple(dict.fromkeys(s for d in catalogue.indicators.values() for s in ("city", *d.scales)))
    doc = CityDoc(
        city=CityName(code=CITY, zh="例"),
        area_set=AreaSet(id="cases", zh="用例"),
        systems=tuple(s.id for s in catalogue.systems),
        levels=tuple(Level(id=level, zh=level) for level in levels[:2]),
        years=Years(first=YEAR, last=YEAR, lookback=YEAR - 1),
        crs=Crs(projected="EPSG:3857"),
    )
    rules = Rules(
        dimension=DimensionRule(
            points={"优": 4, "良": 3, "中": 2, "差": 1}, min_coverage=0.8, min_judged=0.5, bottom_cap="中"
        ),
        own_trend=OwnTrendRule(years=3, good_share=0.5, poor_years=2),
        findings=FindingRules(
            worsening_years=2, behind_min_areas=3, gap_below=60, gap_below_city=10, survey_min_n=100
        ),
    )
    reports = Reports(issuer="", title="", dates={}, secrecy="内部")
    return City(folder, doc, Areas(areas=()), rules, CriteriaBook(), reports, catalogue)
