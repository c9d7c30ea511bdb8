"""The values of the oracle: formulas by Python's own ``ast`` over pandas frames, upper areas from parts."""

# ruff: noqa: PD008 — single cells are what is read and written here

import ast
import operator
from dataclasses import dataclass

import pandas as pd
from oracle_files import HERE, MISSING, NOT_HERE, Cells, factor
from oracle_layers import MEASURED

SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
REASON = {"无数据": MISSING, "不适用": NOT_HERE}


@dataclass(frozen=True)
class Figure:
    """One way of getting an indicator, over areas and years; value in its unit, the rest in input units."""

    strand: str
    method: str
    value: Cells
    numerator: Cells
    denominator: Cells
    coverage: pd.DataFrame


def parsed(formula):
    return ast.parse(formula, mode="eval").body


def names(node):
    """Tell which variables a formula reads, and how many years back each at most."""
    if isinstance(node, ast.Name):
        return {node.id: 0}
    if isinstance(node, ast.Call):
        return {n: back + 1 for n, back in names(node.args[0]).items()}
    found = {}
    for child in ast.iter_child_nodes(node):
        for name, back in names(child).items():
            found[name] = max(found.get(name, 0), back)
    return found


def scale(node, units):
    """Give the size of the unit that a numerator is printed in: that of its leading term."""
    if isinstance(node, ast.Name):
        return units[node.id]
    if isinstance(node, ast.BinOp):
        left, right = scale(node.left, units), scale(node.right, units)
        if isinstance(node.op, ast.Mult):
            return left * right
        return left / right if isinstance(node.op, ast.Div) else left
    return scale(node.args[0], units) if isinstance(node, ast.Call) else 1


class Values:
    """Evaluates the indicators of one set of files; layers are overlaid for the years asked only."""

    def __init__(self, files, measured=(), layers=None):
        self.files = files
        self.measured = measured
        self.layers = {} if layers is None else layers

    def _run(self, node, zero):
        """Evaluate a formula over all areas and years, in base units."""
        if isinstance(node, ast.Constant):
            return self.files.filled(float(node.value), HERE)
        if isinstance(node, ast.Name):
            return self.files.whole(node.id)
        if isinstance(node, ast.Call):
            if node.func.id != "prev":
                raise NotImplementedError(node.func.id)
            inner = self._run(node.args[0], zero)
            return Cells(inner.value.shift(1, axis=1), inner.status.shift(1, axis=1, fill_value=MISSING))
        return both(type(node.op), self._run(node.left, zero), self._run(node.right, zero), zero)

    def figures(self, key):
        """Give every way of getting an indicator, in the order of its methods."""
        indicator = self.files.indicators[key]
        ways = {"部门提报": self._by_formula, "第三方计算": self._by_layers, "问卷调查": self._by_survey}
        found = [ways[m](indicator) for m in indicator["methods"]]
        gone = [c for c in self.files.codes if self.files.level[c] not in indicator["scales"]]
        for figure in found:
            for cells in (figure.value, figure.numerator, figure.denominator):
                cells.status.loc[gone] = NOT_HERE
        return found

    # ── reported ──

    def _by_formula(self, indicator):
        zero = REASON[indicator["zero_denominator"]]
        formula, rule = parsed(indicator["formula"]), indicator["aggregate"]
        value = self._run(formula, zero)
        value = Cells(value.value / float(factor(indicator["unit"])), value.status)
        above, below = terms(formula, rule)
        a, b = self._term(above, indicator, zero), self._term(below, indicator, zero)
        coverage = self.files.filled(1.0, HERE).value
        if rule != "own":
            self._upper(indicator, (value, coverage), (above, a), (below, b), zero)
        return Figure("自体检", "formula", value, a, b, coverage)

    def _term(self, node, indicator, zero):
        if node is None:
            return self.files.filled(float("nan"), NOT_HERE)
        cells = self._run(node, zero)
        return Cells(cells.value / float(scale(node, sizes(indicator))), cells.status)

    def _own(self, node):
        return any(self.files.variables[n]["aggregate"] == "own" for n in names(node))

    def _upper(self, indicator, result, above, below, zero):
        """Put the city's row: sums of both terms over the parts, unless a term is the city's own."""
        top, (value, coverage), (node_a, a), (node_b, b) = self.files.top, result, above, below
        state_a, state_b = a.status, b.status
        if not (self._own(node_a) or self._own(node_b)):
            # Both sums run over the same parts: what spoils or leaves one does so to the other.
            gone = a.status.eq(NOT_HERE) | b.status.eq(NOT_HERE)
            state_a = state_b = a.status.where(a.status >= b.status, b.status).mask(gone, NOT_HERE)
        for node, cells, state in ((node_a, a, state_a), (node_b, b, state_b)):
            if not self._own(node):
                parts = Cells(cells.value, state)
                cells.value.loc[top], cells.status.loc[top] = self.files.summed(parts)
                coverage.loc[top] = coverage.loc[top].clip(upper=self._share(parts))
        sized = sizes(indicator)
        ratio = float(scale(node_a, sized) / scale(node_b, sized) / factor(indicator["unit"]))
        quotient = both(ast.Div, a, b, zero)
        value.value.loc[top] = quotient.value.loc[top] * ratio
        value.status.loc[top] = quotient.status.loc[top]

    def _share(self, parts):
        status = parts.status.loc[self.files.parts]
        return (status.eq(HERE).sum() / status.ne(NOT_HERE).sum()).fillna(1.0)

    # ── measured and asked ──

    def _by_layers(self, indicator):
        files = self.files
        a, b = files.filled(float("nan"), MISSING), files.filled(float("nan"), MISSING)
        for year in self.measured if indicator["compute"] in MEASURED else ():
            if year not in self.layers:
                self.layers[year] = files.measured(year)
            for cells, numbers in zip((a, b), self.layers[year][indicator["compute"]], strict=True):
                cells.value.loc[files.parts, year] = numbers
                cells.value.loc[files.top, year] = numbers.sum()
                cells.status[year] = HERE
        value = both(ast.Div, a, b, REASON[indicator["zero_denominator"]])
        above, below = MEASURED.get(indicator["compute"], ("km2", "km2"))
        value = Cells(
            value.value * float(factor(above) / factor(below) / factor(indicator["unit"])), value.status
        )
        return Figure("第三方", indicator["compute"], value, a, b, files.filled(1.0, HERE).value)

    def _by_survey(self, indicator):
        files = self.files
        a, b = files.filled(float("nan"), MISSING), files.filled(float("nan"), MISSING)
        scored = pd.DataFrame([q for q in files.questions if q["scored"]]).set_index("id")["dimension"]
        means = files.survey.assign(mean=pd.to_numeric(files.survey["mean"]))
        means = means.pivot_table(index=["area", "period"], columns="question", values="mean")
        means = means.reindex(columns=scored.index)
        scores = means.T.groupby(scored).mean().T
        for (area, period), row in scores[means.notna().all(axis=1)].iterrows():
            for cells, number in ((a, row.sum()), (b, float(len(row)))):
                cells.value.at[area, int(period)], cells.status.at[area, int(period)] = number, HERE
        value = both(ast.Div, a, b, REASON[indicator["zero_denominator"]])
        return Figure("调查", indicator["compute"], value, a, b, files.filled(1.0, HERE).value)


def sizes(indicator):
    """Give the size of the unit in which a definition speaks of each input."""
    return {name: factor(given["unit"]) for name, given in indicator["inputs"].items()}


def terms(formula, rule):
    """Find numerator and denominator: those of the aggregation, else those of a plain quotient."""
    if rule != "own":
        return parsed(rule["numerator"]), parsed(rule["denominator"])
    plain = isinstance(formula, ast.BinOp) and isinstance(formula.op, ast.Div)
    return (formula.left, formula.right) if plain else (None, None)


def both(sign, a, b, zero):
    """Combine two operands; the worse status decides, and nothing is divided by 0."""
    status = a.status.where(a.status >= b.status, b.status)
    right = b.value
    if sign is ast.Div:
        status = status.mask(status.eq(HERE) & right.eq(0), zero)
        right = right.where(right.ne(0))
    return Cells(SIGNS[sign](a.value, right).where(status.eq(HERE)), status)
