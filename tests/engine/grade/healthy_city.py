"""A city without disease, from the bases and trends of generator.yaml without noise; written apart from the generator."""

from dataclasses import dataclass
from decimal import Decimal

import yaml
from fake_facts import Answers, FakeFacts, run_of

from tijian.engine.compute.formula.evaluate import Evaluation
from tijian.engine.compute.formula.syntax import names
from tijian.engine.compute.program import compile_catalogue
from tijian.engine.grade.bottom import Line, apply_line
from tijian.engine.grade.judge import Subject, judge
from tijian.engine.kernel.missing import Column, Status
from tijian.engine.kernel.rounding import round_half_even
from tijian.engine.kernel.units import parse_unit


@dataclass
class Quantities:
    """Values of the variables by area and year, in their own units."""

    settings: dict
    city: object

    def __post_init__(self):
        self.base = self.settings["base_year"]
        self.order = self.settings["order"]
        self.kind = {
            a.code: max(a.types["城区类型"], key=a.types["城区类型"].get) for a in self.city.areas.areas
        }

    def by_area(self, given, area, default=0):
        """A number for all, a list in the order of areas, or one by area type."""
        if isinstance(given, list):
            return given[self.order.index(area)]
        if isinstance(given, dict):
            return given[self.kind[area]]
        return default if given is None else given

    def grown(self, rule, area, year):
        base = self.by_area(rule["base"], area)
        if "year_value" in rule and year in rule["year_value"]:
            return rule["year_value"][year]
        if "year_index" in rule:
            return base * rule["year_index"][year]
        trend = self.by_area(rule.get("trend_pct"), area)
        return base * (1 + trend / 100) ** (year - self.base) * rule.get("year_factor", {}).get(year, 1)

    def value(self, name, area, year):
        rule = self.settings["variables"][name]
        if "table" in rule:
            return rule["table"][year][self.order.index(area)]
        if "of" in rule:
            whole = self.value(rule["of"], area, year)
            if "ratio" in rule:
                share = self.by_area(rule["ratio"], area) + self.by_area(rule.get("step"), area) * (
                    year - self.base
                )
                share = (share + rule.get("year_step", {}).get(year, 0)) * rule.get("year_factor", {}).get(
                    year, 1
                )
                return whole * min(max(share, rule.get("floor") or 0), rule.get("cap") or share)
            if "times" in rule:
                return (
                    whole * self.grown(rule["times"], area, year) * rule.get("year_factor", {}).get(year, 1)
                )
            return (
                whole / self.grown(rule["divide_by"], area, year) * rule.get("year_factor", {}).get(year, 1)
            )
        if "follow" in rule:
            return self.by_area(rule["base"], area) + rule["follow"][year] - rule["follow"][self.base]
        return self.grown(rule, area, year) if "base" in rule else None


@dataclass
class Years:
    """Readings of one area over one year and those before it, for formulas."""

    quantities: Quantities
    program: object
    area: str
    year: int

    def annual(self, name, back):
        variable = self.quantities.city.catalogue.variables[name]
        value = self.quantities.value(name, self.area, self.year - back)
        if value is None:
            return Column.of([Status.NO_DATA])
        factor = parse_unit(variable.unit).to(self.program.units[name])
        return Column.of([float(value) * float(factor)])


def indicator_value(quantities, program, area, year):
    """The rounded value of an indicator in an area, or None where the base gives none."""
    if program.formula is None:
        return None
    readings = Years(quantities, program, area, year)
    needed = names(program.formula)
    if any(quantities.value(n, area, year) is None for n in needed):
        return None
    cell = (
        Evaluation(program.units, readings, 1, program.on_zero)
        .run(program.formula)
        .scaled(program.formula_factor)
        .cell(0)
    )
    return None if isinstance(cell, Status) else round_half_even(cell, program.indicator.decimals)


class Healthy:
    """The healthy city; gives facts of a year, with what a case changes in one area."""

    def __init__(self, city, settings_file):
        self.city = city
        self.settings = yaml.safe_load(settings_file.read_text(encoding="utf-8"))
        self.quantities = Quantities(self.settings, city)
        self.programs = compile_catalogue(city.catalogue)
        self.districts = [a.code for a in city.areas.areas]
        self.table = {}

    def history(self, key, area, year):
        """Healthy values of an indicator up to a year."""
        found = {}
        for y in range(2018, year + 1):
            if (key, area, y) not in self.table:
                try:
                    self.table[key, area, y] = indicator_value(self.quantities, self.programs[key], area, y)
                except KeyError:  # a year before the first of the base, for prev
                    self.table[key, area, y] = None
            if self.table[key, area, y] is not None:
                found[y] = self.table[key, area, y]
        return found

    def facts(self, year, case=None):
        """Facts of a year; ``case`` as in disease_cases.yaml."""
        case = case or {}
        made = FakeFacts(
            year=year,
            rules=self.city.rules.findings,
            names=(*self.districts, self.city.doc.city.code),
            definitions={k: p.indicator for k, p in self.programs.items()},
            criteria=self.city.book.criteria,
        )
        main = self.quantities.kind
        made.groups = {a: [b for b in self.districts if main[b] == main[a]] for a in self.districts}
        for key in self.programs:
            for area in self.districts:
                self._judge(
                    made,
                    key,
                    area,
                    year,
                    case if area == case.get("area") else {"changed": case.get("definition_change")},
                )
        self._survey(made, case)
        for name in self.city.catalogue.variables:
            for area in self.districts:
                for back in (0, 1):
                    value = self.quantities.value(name, area, year - back)
                    if value is not None:
                        made.quantities[name, area, back] = Decimal(repr(float(value)))
        return made

    def _judge(self, made, key, area, year, case):
        values = self.history(key, area, year)
        if key in case.get("series", {}):
            values = run_of(year, *case["series"][key])
            values = {y: round_half_even(v, self.programs[key].indicator.decimals) for y, v in values.items()}
        if key in {case.get("definition_change"), case.get("changed")}:
            values = {y: v for y, v in values.items() if y == year}  # nothing before is comparable
        if key == case.get("data_invalid"):
            values = {y: v for y, v in values.items() if y != year}
        made.numbers[key, area] = values
        lines = self._lines(key, area, year, values)
        if key in case.get("bottom_broken", ()):
            lines = [*lines, Line("底线", values[year], broken=True, subject="", note="")]
        shares = self.city.by_code[area].types["城区类型"]
        status = Status.PRESENT if year in values else Status.NO_DATA
        subject = Subject(self.programs[key].indicator, "district", shares, year, status, values, lines)
        made.verdicts[key, area] = judge(subject, self.city.book.criteria[key], self.city.rules.own_trend)

    def _lines(self, key, area, year, values):
        lines = []
        for line in self.city.book.criteria[key].bottom:
            if "district" in line.levels and line.valid(year):
                value, before = values.get(year), None
                if line.variable is not None:
                    value, before = (
                        Decimal(repr(round(float(self.quantities.value(line.variable, area, y)), 6)))
                        for y in (year, year - 1)
                    )
                    value, before = (
                        round_half_even(v, self.city.catalogue.variables[line.variable].decimals)
                        for v in (value, before)
                    )
                lines.append(apply_line(line, value, before, line.variable or ""))
        return lines

    def _survey(self, made, case):
        n = self.settings["survey"]["n"]
        for question, mean in self.settings["survey"]["means"].items():
            for area in self.districts:
                own = case.get("survey", {}).get(question) if area == case.get("area") else None
                made.answers[question, area] = Answers(n, Decimal(str(mean if own is None else own)))
            made.answers[question, made.city()] = Answers(n * len(self.districts), Decimal(str(mean)))
