"""An independent second evaluation of a city folder: the product's results are held against it.

It reads the YAML, CSV and layer files and imports nothing of the product. ``Oracle(folder, catalogues)``
gives ``values(year)`` and ``dimensions(year)`` as tables with the columns of the contract;
``without(...)`` is the same city with one reading or answer taken out.
"""

# ruff: noqa: PD008 — single cells are what is read and written here

from dataclasses import dataclass

import pandas as pd
from oracle_files import HERE, WORDS, Files, factor
from oracle_grades import (
    SIGNS,
    by_cuts,
    by_trend,
    cut_points,
    dimension,
    exact,
    rounded,
    twelve,
    version_of,
    worse_sign,
)
from oracle_values import Values

JOINED = ("same", "renamed")


@dataclass
class Row:
    """One row of ``values.csv`` in the making."""

    cells: dict
    value: object = None
    meant: bool = False
    broken: bool = False


class Oracle:
    """A city folder evaluated a second time."""

    def __init__(self, folder, catalogues, measured=None):
        files = Files(folder, catalogues)
        years = range(files.lookback, files.last + 1) if measured is None else measured
        self.files, self._values, self._figures, self._rows = files, Values(files, years), {}, {}

    def without(self, files, affected):
        """Give the oracle of files that differ in what some indicators read; the others keep their rows."""
        other = object.__new__(Oracle)
        other.files = files
        other._values = Values(files, self._values.measured, self._values.layers)
        other._figures = {k: f for k, f in self._figures.items() if k not in affected}
        other._rows = {p: r for p, r in self._rows.items() if p[0] not in affected}
        return other

    # ── values ──

    def figures(self, key):
        """Give every way of getting an indicator, evaluated once."""
        if key not in self._figures:
            self._figures[key] = self._values.figures(key)
        return self._figures[key]

    def adopted(self, key, area, year):
        """Give the first way that has a value; else the first way."""
        ways = self.figures(key)
        return next((f for f in ways if f.value.status.at[area, year] == HERE), ways[0])

    def shown(self, key, area, year):
        """Give the rounded value, or None."""
        cell = self.adopted(key, area, year).value
        if cell.status.at[area, year] != HERE:
            return None
        return rounded(float(cell.value.at[area, year]), self.files.indicators[key]["decimals"])

    def comparable(self, key, area, year):
        """Give the rounded values of all years up to this one that no break of definition separates."""
        breaks = [
            int(r["from"])
            for r in self.files.revisions.to_dict("records")
            if r["indicator"] == key and r["link"] not in JOINED
        ]
        found = {}
        for y in range(self.files.lookback, year + 1):
            value = self.shown(key, area, y)
            if value is not None and not any(y < b <= year for b in breaks):
                found[y] = value
        return found

    # ── rows ──

    def row(self, key, area, year):
        """Give one row of ``values.csv`` with its judgement."""
        if (key, area, year) not in self._rows:
            self._rows[(key, area, year)] = self._judged(self._plain(key, area, year), key, area, year)
        return self._rows[(key, area, year)]

    def _plain(self, key, area, year):
        files, figure = self.files, self.adopted(key, area, year)
        state, value = int(figure.value.status.at[area, year]), self.shown(key, area, year)
        coverage = float(figure.coverage.at[area, year])
        if state != HERE and coverage == 1:
            coverage = 0.0
        cells = {
            "system": files.system[key],
            "indicator": key,
            "area": area,
            "period": str(year),
            "strand": figure.strand,
            "value": "" if value is None else f"{value:f}",
            "numerator": figure.numerator.at(area, year),
            "denominator": figure.denominator.at(area, year),
            "unit": files.indicators[key]["unit"],
            "status": WORDS[state],
            "coverage": "" if WORDS[state] == "不适用" else f"{twelve(round(coverage, 4)):f}",
            "mark": ";".join(m for m in (self._mark(key, year, state, figure), files.mark[key]) if m),
            "method": figure.method,
            "revision": str(self._revision(key, year)),
        }
        return Row(cells, value)

    def _mark(self, key, year, state, figure):
        """Give the mark of what went in: of the readings, else of the survey or the layers and the boundary."""
        if state != HERE:
            return ""
        inputs = self.files.indicators[key]["inputs"]
        found = {m for name in inputs for m in self.files.marks.get((name, str(year)), [])}
        if not inputs:
            found = self.files.survey_marks
        if figure.strand == "第三方":
            found = found | {self.files.city["boundary"]["mark"]}
        return ";".join(sorted(found - {""}))

    def _revision(self, key, year):
        changes = [r for r in self.files.revisions.to_dict("records") if r["indicator"] == key]
        found = [int(r["revision"]) for r in changes if int(r["from"]) <= year]
        return found[-1] if found else self.files.indicators[key]["revision"]

    def _read_by(self, rule, key, year):
        """Tell whether a criterion's version or a line judges the revision in force, or one joined with it."""
        first = self.files.indicators[key]["revision"]
        groups = [{first}]
        for change in self.files.revisions.to_dict("records"):
            if change["indicator"] == key:
                groups += [] if change["link"] in JOINED else [set()]
                groups[-1].add(int(change["revision"]))
        in_force = self._revision(key, year)
        return any({rule.get("revision") or first, in_force} <= g for g in groups)

    def shares(self, key, area):
        """Give the shares of area types in the scheme of a criterion."""
        scheme = (self.files.criteria.get(key) or {}).get("scheme") or self.files.scheme
        return self.files.areas.get(area, {}).get("types", {}).get(scheme, {})

    def judgement(self, key, area, year):
        """Find what a criterion says of a level in a year: its version and the judgement, or None."""
        version = version_of(self.files.criteria.get(key), year)
        found = version and version["levels"].get(self.files.level[area])
        return (version, found) if found else (None, None)

    def _judged(self, row, key, area, year):
        shares = self.shares(key, area)
        types = list(shares)
        words = types[0] if len(types) == 1 else "、".join(f"{t} {s:g}" for t, s in shares.items())
        version, judgement = self.judgement(key, area, year)
        grade, meant = self._grade(row, key, area, year, judgement)
        if version and not self._read_by(version, key, year):
            grade = "不评级"
        named = row.value is not None and judgement is not None
        row.cells |= {
            "grade": row.cells["status"] if row.value is None else grade,
            "area_type": words,
            "criterion": f"{key}@{version['version']}" if named else "",
            "certainty": self.files.criteria[key]["certainty"] if named else "",
        }
        row.meant = meant
        row.broken = row.cells["grade"] == "不合格" or self._breaks(row, key, area, year)
        return row

    def _grade(self, row, key, area, year, judgement):
        """Give the grade of a value and whether a judgement is meant here at all."""
        indicator, criterion = self.files.indicators[key], self.files.criteria.get(key)
        if judgement is None or judgement["judge"] == "none":
            return "不评级", False
        points = None
        if judgement["judge"] == "cut":
            points = cut_points(judgement, self.shares(key, area), indicator["decimals"])
            if points is None:
                return "不评级", False
        if row.value is None or self._small(criterion, key, area, year):
            return "不评级", True
        if judgement["judge"] == "cut":
            return by_cuts(row.value, points, indicator["direction"]), True
        if judgement["judge"] == "pass":
            good = SIGNS[judgement["op"]](row.value, exact(judgement["value"]))
            return ("合格" if good else "不合格"), True
        return self._trend(indicator, criterion, area, year), True

    def _trend(self, indicator, criterion, area, year):
        left_out, sign = criterion.get("exclude_years") or [], worse_sign(indicator, criterion)
        if year in left_out or sign is None:
            return "不评级"
        values = {y: v for y, v in self.comparable(indicator["id"], area, year).items() if y not in left_out}
        return by_trend(values, year, indicator, sign, self.files.rules["own_trend"]) or "不评级"

    def _small(self, criterion, key, area, year):
        """Tell whether the sample of a survey figure is too small or its margin too wide."""
        if not criterion.get("sample") or self.files.indicators[key]["inputs"]:
            return False
        s = self.files.survey
        scored = [q["id"] for q in self.files.questions if q["scored"]]
        asked = s[s["area"].eq(area) & s["period"].eq(str(year)) & s["question"].isin(scored)]
        small = pd.to_numeric(asked["n"]).min() < criterion["sample"]["min_n"]
        return bool(small or pd.to_numeric(asked["margin"]).max() > criterion["sample"]["max_margin"])

    def _breaks(self, row, key, area, year):
        """Tell whether any bottom line in force is known to be broken."""
        return any(
            self._broken(line, row.value, key, area, year)
            for line in (self.files.criteria.get(key) or {}).get("bottom") or []
            if self.files.level[area] in line["levels"]
            and (line.get("from") or 0) <= year <= (line.get("to") or 9999)
        )

    def _broken(self, line, value, key, area, year):
        before = None
        if not line.get("variable") and not self._read_by(line, key, year):
            return False
        if line.get("variable"):
            unit = float(factor(self.files.variables[line["variable"]]["unit"]))
            cells = self.files.whole(line["variable"])
            value, before = (
                twelve(float(cells.value.at[area, y]) / unit) if cells.status.at[area, y] == HERE else None
                for y in (year, year - 1)
            )
        elif line["value"] == "prev":
            before = self.comparable(key, area, year).get(year - 1)
        limit = before if line["value"] == "prev" else exact(line["value"])
        return value is not None and limit is not None and not SIGNS[line["op"]](value, limit)

    # ── tables ──

    def values(self, year, keys=None):
        """Give ``values.csv`` of a year, or some indicators of it: texts, numerator and denominator as numbers."""
        wanted = [k for k in self.files.indicators if keys is None or k in keys]
        rows = [self.row(k, a, year).cells for k in wanted for a in self.files.codes]
        return pd.DataFrame(rows).set_index(["indicator", "area"])

    def dimensions(self, year):
        """Give ``dimensions.csv`` of a year."""
        found = []
        for area in self.files.codes:
            for name in self.files.dimensions:
                keys = [k for k, d in self.files.indicators.items() if d["dimension"] == name]
                rows = [self.row(k, area, year) for k in keys]
                items = [{**r.cells, "meant": r.meant, "broken": r.broken} for r in rows]
                place = {"area": area, "dimension": name, "period": str(year)}
                found.append(place | dimension(items, self.files.rules["dimension"]))
        return pd.DataFrame(found).set_index(["area", "dimension"])
