"""Healthy values of the variables, as the head of ``generator.yaml`` states them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR

from tijian.engine.catalogue.definition import Variable
from tijian.engine.catalogue.generator import PerArea, Series, VariableSettings
from tijian.engine.exam.generate.draws import normal
from tijian.engine.exam.generate.frame import Frame
from tijian.engine.kernel.rounding import as_decimal, round_half_even

Cell = tuple[str, int]
Values = dict[str, dict[Cell, float]]
KIND = "variable"


def healthy_values(frame: Frame) -> Values:
    """Make every variable over all areas of the settings and, where it is asked, the city.

    Returns:
        Variable → (area, year) → number in the variable's unit, rounded as it is reported.
    """
    values: Values = {}
    for name in frame.sequence:
        maker = _Maker(frame, name, frame.doc.variables[name], values)
        values[name] = {
            (code, year): maker.area(code, year) for code in maker.codes() for year in maker.years
        }
        values[name] |= {
            (frame.city.doc.city.code, y): maker.whole_city(y) for y in maker.years if maker.has_city
        }
    return values


@dataclass(frozen=True)
class _Maker:
    """Makes one variable."""

    frame: Frame
    name: str
    settings: VariableSettings
    values: Values

    @property
    def years(self) -> tuple[int, ...]:
        return self.frame.made[self.name]

    @property
    def has_city(self) -> bool:
        return self.settings.own_city

    @property
    def variable(self) -> Variable | None:
        return self.frame.city.catalogue.variables.get(self.name)

    def codes(self) -> tuple[str, ...]:
        return self.frame.doc.order if self.settings.for_areas else ()

    def area(self, code: str, year: int) -> float:
        """Give the value of an area: made, kept within the plausible range, rounded."""
        given = self.settings.year_value.get(year)
        value = self._made(code, year) if given is None else given
        variable = self.variable
        if variable is not None and variable.range is not None:
            value = min(max(value, variable.range.min), variable.range.max)
        return rounded(variable, value)

    def whole_city(self, year: int) -> float:
        """Give the city's own value; the plausible range is one of districts and does not bind it."""
        s, code = self.settings, self.frame.city.doc.city.code
        value = s.year_value.get(year)
        if value is None and s.city_follow is not None:
            value = s.city_follow[year]
        elif value is None and s.city is not None:
            value = self._own(s.city, code, year) * self._noise(self.name, s.noise_pct, code, year)
        return rounded(self.variable, 0.0 if value is None else value)

    def _made(self, code: str, year: int) -> float:
        s = self.settings
        if s.table is not None:
            return s.table[year][self.frame.position[code]]
        noise = self._noise(self.name, s.noise_pct, code, year)
        if s.base is not None:
            return self._own(s.base, code, year) * noise
        whole = self.values[s.of or ""][(code, year)]
        factor = s.year_factor.get(year, 1.0) * noise
        if s.ratio is not None:
            share = self.frame.number(s.ratio, code) + self.frame.number(s.step, code) * self._passed(year)
            return whole * _within((share + s.year_step.get(year, 0.0)) * factor, s.floor, s.cap)
        if s.times is not None:
            return whole * self._series("times", s.times, code, year) * factor
        if s.divide_by is None:
            raise LookupError(self.name)
        return whole / self._series("divide_by", s.divide_by, code, year) * factor

    def _own(self, base: PerArea, code: str, year: int) -> float:
        """Give a series of its own without noise: followed, by index, or by trend."""
        s = self.settings
        start = self.frame.number(base, code)
        if s.follow is not None:
            then, now = s.follow[self.frame.doc.base_year], s.follow[year]
            return start * now / then if s.spread == "proportional" else start + now - then
        factor = s.year_factor.get(year, 1.0)
        if s.year_index:
            return start * s.year_index[year] * factor
        return start * grown(self.frame.number(s.trend_pct, code), self._passed(year)) * factor

    def _series(self, part: str, series: Series, code: str, year: int) -> float:
        growth = grown(self.frame.number(series.trend_pct, code), self._passed(year))
        noise = self._noise(f"{self.name}.{part}", series.noise_pct, code, year)
        return self.frame.number(series.base, code) * growth * series.year_factor.get(year, 1.0) * noise

    def _passed(self, year: int) -> int:
        return year - self.frame.doc.base_year

    def _noise(self, name: str, pct: float, code: str, year: int) -> float:
        return 1.0 + pct / 100.0 * normal(self.frame.seed, KIND, name, code, year) if pct else 1.0


def grown(pct: float, years: int) -> float:
    """Give (1 + pct/100)^years by repeated multiplication, whose bits no mathematical library decides."""
    factor = 1.0
    for _ in range(abs(years)):
        factor *= 1.0 + pct / 100.0
    return factor if years >= 0 else 1.0 / factor


def _within(value: float, floor: float | None, cap: float | None) -> float:
    value = value if floor is None else max(value, floor)
    return value if cap is None else min(value, cap)


def places(variable: Variable | None) -> int:
    """Tell with how many decimals a variable is reported; counts have none."""
    return 0 if variable is None or variable.whole else variable.decimals


def rounded(variable: Variable | None, value: float) -> float:
    """Round a value as it is reported; one that the city does not ask stays as it is."""
    return value if variable is None else float(round_half_even(value, places(variable)))


def rounded_down(variable: Variable, value: float) -> float:
    """Bring a bound to the decimals of a variable without exceeding it."""
    quantum = as_decimal(1.0).scaleb(-places(variable))
    return float(as_decimal(value).quantize(quantum, rounding=ROUND_FLOOR))
