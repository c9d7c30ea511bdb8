"""What the oracle reads: YAML documents, CSV tables and layers, by PyYAML, pandas and geopandas alone.

Nothing here comes from the product. Numbers are held in base units (m, m2, s, kg, 元, single things).
"""

# ruff: noqa: PD008 — single cells are what is read and written here

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import yaml
from oracle_layers import measured

HERE, NOT_HERE, MISSING = 0, 1, 2  # 有值, 不适用, 无数据: the worse one decides
WORDS = {HERE: "有值", NOT_HERE: "不适用", MISSING: "无数据"}

# One of the unit in base units. Different counted things share the factor 1; 万 and 亿 stand before any.
UNITS = {
    "m": 1, "km": 1000, "m2": 1, "km2": 10**6, "ha": 10**4, "m3": 1,
    "h": 3600, "min": 60, "d": 86400, "天": 86400, "a": 31_536_000, "t": 1000,
    "元": 1, "人": 1, "人次": 1, "户": 1, "辆": 1, "车": 1, "个": 1, "处": 1, "件": 1, "分": 1,
    "倍": 1, "-": 1, "%": Fraction(1, 100),
}  # fmt: skip
TIMES = {"万": 10**4, "亿": 10**8}


def factor(unit):
    """Give the size of a unit such as 万人/km2, exactly."""
    above, *below = unit.split("/")
    size = _product(above)
    for part in below:
        size /= _product(part)
    return size


def _product(text):
    size = Fraction(1)
    for name in text.split("·"):
        scale = Fraction(1)
        bare = name
        while bare not in UNITS and bare[0] in TIMES:
            scale *= TIMES[bare[0]]
            bare = bare[1:]
        size *= scale * UNITS[bare]
    return size


@dataclass(frozen=True)
class Cells:
    """Numbers over areas (rows) and years (columns), each with a status beside it."""

    value: pd.DataFrame
    status: pd.DataFrame

    def at(self, area, year):
        """Give the number at a place, or the status where there is none."""
        state = int(self.status.at[area, year])
        return float(self.value.at[area, year]) if state == HERE else WORDS[state]


def read_yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_csv(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


class Files:
    """Everything of a city folder, and of the systems it names."""

    def __init__(self, folder, catalogues):
        self.folder = Path(folder)
        self.city = read_yaml(self.folder / "city.yaml")
        self.rules = read_yaml(self.folder / "rules.yaml")
        self._areas()
        self._systems(Path(catalogues))
        self._criteria()
        years = self.city["years"]
        self.first, self.last, self.lookback = years["first"], years["last"], years["lookback"]
        self.questions = read_yaml(self.folder / "questionnaire.yaml")["questions"]
        self.survey = read_csv(self.folder / "inputs" / "survey.csv")
        self.survey_marks = set(self.survey["mark"])
        self._variables(read_csv(self.folder / "inputs" / "variables.csv"))
        path = self.folder / "inputs" / "revisions.csv"
        self.revisions = read_csv(path) if path.exists() else pd.DataFrame(columns=["indicator"])

    def _areas(self):
        document = read_yaml(self.folder / "areas.yaml")
        self.scheme = next(iter(document["schemes"]))
        self.areas = {a["code"]: a for a in document["areas"]}
        self.top = self.city["city"]["code"]
        self.parts = list(self.areas)
        self.codes = [*self.parts, self.top]
        self.level = {c: self.areas[c]["level"] for c in self.parts} | {self.top: "city"}

    def _systems(self, catalogues):
        self.system, self.mark, self.indicators, self.variables, self.dimensions = {}, {}, {}, {}, []
        for name in self.city["systems"]:
            own = self.folder / "catalogues" / name
            place = own if own.is_dir() else catalogues / name
            head = read_yaml(place / "system.yaml")
            self.dimensions += [d["zh"] for d in head.get("dimensions", [])]
            self.variables |= read_yaml(place / "variables.yaml")
            for path in sorted((place / "indicators").glob("*.yaml")):
                if not path.name.endswith(".cases.yaml"):
                    document = read_yaml(path)
                    self.indicators[document["id"]] = document
                    self.system[document["id"]] = name
                    self.mark[document["id"]] = head.get("mark") or ""
        order = {name: i for i, name in enumerate(self.dimensions)}
        self.indicators = dict(sorted(self.indicators.items(), key=lambda x: order[x[1]["dimension"]]))

    def _criteria(self):
        self.criteria = {}
        for path in sorted((self.folder / "criteria").glob("*.yaml")):
            if path.name != "sources.yaml":
                self.criteria |= read_yaml(path)

    def _variables(self, table):
        self.marks = table.groupby(["variable", "period"])["mark"].agg(lambda s: sorted(set(s) - {""}))
        years = sorted({int(y) for y in table["period"]})
        self.years = list(range(years[0], self.last + 1))
        table = table.assign(period=table["period"].astype(int))
        self.given = {name: self._given(name, rows) for name, rows in table.groupby("variable")}
        for name in self.variables:
            if name not in self.given:
                self.given[name] = self._given(name, table.head(0))

    def _given(self, name, rows):
        """Lay the rows of one variable out over areas and years; what is asked and not there is missing."""
        value = pd.DataFrame(float("nan"), index=self.codes, columns=self.years)
        status = pd.DataFrame(MISSING, index=self.codes, columns=self.years)
        status.loc[[c for c in self.codes if not self.asked(name, c)]] = NOT_HERE
        for row in rows.itertuples():
            if row.value == "不适用":
                status.at[row.area, row.period] = NOT_HERE
            elif row.value not in {"", "无数据"}:
                exact = Fraction(Decimal(row.value)) * factor(row.unit)
                value.at[row.area, row.period], status.at[row.area, row.period] = float(exact), HERE
        return Cells(value, status)

    def asked(self, name, code):
        variable = self.variables[name]
        if variable.get("levels"):
            return self.level[code] in variable["levels"]
        return code != self.top or variable["aggregate"] == "own"

    def whole(self, name):
        """Give a variable with the city's own number, or the sum of its parts, in frames of their own."""
        value, status = self.given[name].value.copy(), self.given[name].status.copy()
        if self.variables[name]["aggregate"] == "sum" and not self.asked(name, self.top):
            value.loc[self.top], status.loc[self.top] = self.summed(self.given[name])
        return Cells(value, status)

    def filled(self, number, status):
        """Give the same number and status everywhere."""
        frame = pd.DataFrame(index=self.codes, columns=self.years, dtype=float)
        return Cells(frame.fillna(number), frame.fillna(0).astype(int) + status)

    def summed(self, cells):
        """Sum over the parts: a missing one spoils the sum, one that cannot be there leaves it."""
        parts = cells.status.loc[self.parts]
        value = cells.value.loc[self.parts].where(parts.eq(HERE), 0.0).sum()
        status = pd.Series(HERE, index=value.index)
        status[parts.eq(NOT_HERE).all()] = NOT_HERE
        status[parts.eq(MISSING).any()] = MISSING
        return value.where(status.eq(HERE)), status

    def measured(self, year):
        """Measure the layers of a year: numerators and denominators by function and area."""
        return measured(self.city, self.folder, self.parts, year)

    def without(self, name, area, year):
        """Give the same files with one reading of a variable taken out."""
        other = object.__new__(Files)
        other.__dict__ = dict(self.__dict__)
        cells = self.given[name]
        value, status = cells.value.copy(), cells.status.copy()
        value.at[area, year], status.at[area, year] = float("nan"), MISSING
        other.given = self.given | {name: replace(cells, value=value, status=status)}
        return other

    def without_answer(self, question, area, year):
        """Give the same files with one row of the survey taken out."""
        other = object.__new__(Files)
        other.__dict__ = dict(self.__dict__)
        s = self.survey
        other.survey = s[~(s["question"].eq(question) & s["area"].eq(area) & s["period"].eq(str(year)))]
        return other
