"""Cases of a definition run through the evaluator itself, and mutants that they must notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tijian.engine.catalogue.area import Areas
from tijian.engine.catalogue.case import Case
from tijian.engine.catalogue.city import (
    AreaSet,
    CityDoc,
    CityName,
    Crs,
    DimensionRule,
    FindingRules,
    Level,
    OwnTrendRule,
    Reports,
    Rules,
    Years,
)
from tijian.engine.catalogue.definition import System
from tijian.engine.catalogue.document import read
from tijian.engine.catalogue.loading import City, CriteriaBook, find_folder
from tijian.engine.catalogue.systems import CASES, Catalogue, load_catalogue
from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.mutate import mutants
from tijian.engine.compute.formula.syntax import FormulaError, Node, written
from tijian.engine.compute.program import Program
from tijian.engine.exam.bench import CITY, YEAR, Bench
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.rounding import round_half_even
from tijian.engine.kernel.units import UnknownUnit

TOP, LOWER = "city", "district"  # what a system that speaks of the city alone is divided into


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
    """Everything a check of a catalogue found.

    Attributes:
        outcomes: Of every case that was run.
        mutations: Of every indicator that has cases to run.
        without_cases: Indicators that have none; a draft may.
        skipped: Cases that could not be run, as indicator ids: survey cases of a system by itself.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    mutations: list[Mutation] = field(default_factory=list)
    without_cases: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def count(self, fate: str) -> int:
        """Count mutants of one fate."""
        return sum(m.fate == fate for m in self.mutations)


def _expected(case: Case, decimals: int) -> str:
    return (
        case.expect if isinstance(case.expect, str) else f"{round_half_even(float(case.expect), decimals):f}"
    )


def check(
    city: City, programs: Mapping[str, Program], equivalent: Mapping[tuple[str, str], str] | None = None
) -> Check:
    """Run every case of a city's catalogue and every mutant of every formula that has cases.

    Args:
        city: A city whose systems are checked.
        programs: Its indicators ready to run.
        equivalent: (indicator, mutant text) → why that mutant means the same.

    Raises:
        Refused: If a case gives what its indicator does not ask.
    """
    bench = Bench(city.catalogue, programs, city.questionnaire, city)
    _check_cases(bench, programs)
    found = Check()
    for key, program in programs.items():
        written_cases = city.catalogue.cases.get(key, ())
        cases = [c for c in written_cases if bench.can_run(c)]
        if not written_cases:
            found.without_cases.append(key)
        found.skipped.extend([key] * (len(written_cases) - len(cases)))
        decimals = program.indicator.decimals
        for case in cases:
            got = bench.run(_formula_only(program, case), case)
            found.outcomes.append(Outcome(key, case, got, _expected(case, decimals)))
        if cases:
            found.mutations.extend(_mutations(bench, program, cases, equivalent or {}))
    return found


def _check_cases(bench: Bench, programs: Mapping[str, Program]) -> None:
    faults = Faults()
    for key, program in programs.items():
        for case in bench.catalogue.cases.get(key, ()):
            bench.check(program, case, cases_file(bench.catalogue, key), faults)
    faults.raise_if_any()


def cases_file(catalogue: Catalogue, indicator: str) -> str:
    """Name the file in which an indicator's cases stand."""
    return catalogue.files[indicator].removesuffix(".yaml") + CASES


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
    doc = CityDoc(
        city=CityName(code=CITY, zh="例"),
        area_set=AreaSet(id="cases", zh="用例"),
        systems=tuple(s.id for s in catalogue.systems),
        levels=tuple(Level(id=level, zh=level) for level in _levels(catalogue)),
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


def _levels(catalogue: Catalogue) -> list[str]:
    """List the levels that a system speaks of, the city first, each below those it is named after."""
    named = [d.scales for d in catalogue.indicators.values()]
    named += [v.levels for v in catalogue.variables.values() if v.levels is not None]
    depth: dict[str, int] = {}
    for levels in named:
        for i, level in enumerate(x for x in levels if x != TOP):
            depth[level] = max(depth.get(level, 0), i)
    return [TOP, *(sorted(depth, key=lambda level: depth[level]) or [LOWER])]
