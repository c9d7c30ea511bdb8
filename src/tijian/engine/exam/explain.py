"""为什么是这个值、这个等级: one row walked back to formula, numbers, criterion and files."""

from __future__ import annotations

from dataclasses import dataclass

from tijian.engine.compute.formula.dimension import infer
from tijian.engine.compute.formula.evaluate import Evaluation
from tijian.engine.compute.formula.syntax import (
    OVER_SUB_PERIODS,
    Binary,
    Call,
    Compare,
    Name,
    Negative,
    Node,
    Number,
)
from tijian.engine.compute.formula.syntax import names as names_of
from tijian.engine.compute.program import Program
from tijian.engine.exam.columns import Columns, YearReadings
from tijian.engine.exam.results import Results, Row, StrandCell
from tijian.engine.grade.words import judgement_words, quantity
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.periods import ANNUAL, label, sub_periods
from tijian.engine.kernel.rounding import readable
from tijian.engine.kernel.units import parse_unit, printed
from tijian.engine.sources.record import SourceRecord

SIGN = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}
FUNCTION_ZH = {
    "min": "较小",
    "max": "较大",
    "if": "若",
    "count": "个数",
    "sum": "合计",
    "mean": "平均",
    "prev": "上年",
}
SHOWN = 4


@dataclass(frozen=True)
class Explanation:
    """The answer to "why this value, why this grade", in sentences.

    Attributes:
        title: Indicator, area, period.
        answer: Value and grade.
        arithmetic: The formula in names, then with the numbers put in.
        judgement: Criterion, grade, distance.
        strands: Every way of getting the value.
        basis: Criterion's version, kind, certainty and sources.
        files: Files with hash that the numbers stand in.
        people: Who reports the inputs.
        missing: Inputs that are not there.
        beside: How the computed source that was not adopted came about: layers, numbers, method.
    """

    title: str
    answer: str
    arithmetic: tuple[str, ...]
    judgement: str
    strands: tuple[str, ...]
    basis: tuple[str, ...]
    files: tuple[str, ...]
    people: tuple[str, ...]
    missing: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Give the whole explanation as lines of text."""
        blocks = [
            (self.title, (self.answer,)),
            ("采用值", self.strands),
            ("公式与数字", (*self.arithmetic, *(f"缺：{m}" for m in self.missing))),
            ("并列的第三方计算", self.beside),
            ("判定", (self.judgement, *self.basis)),
            ("文件", self.files),
            ("填报", self.people),
        ]
        return [x for head, body in blocks if body for x in (head, *(f"  {b}" for b in body))]


def explain(results: Results, indicator: str, area: str, year: int | None = None) -> Explanation:
    """Explain one row of an examination.

    Raises:
        KeyError: If the examination has no such row.
    """
    row = results.row(indicator, area, year)
    program = results.inputs.programs[indicator]
    city = results.inputs.city
    columns = Columns(results.inputs)
    missing = _missing(row, program, columns) if row.status is Status.NO_DATA else ()
    return Explanation(
        title=f"{row.indicator.name.zh}（{indicator}），{city.label(area)}，{label(row.year, row.indicator.period.type)}",
        answer=_answer(row),
        arithmetic=_arithmetic(results, row, program, columns),
        judgement=judgement_words(row.verdict, row.indicator, row.area_type),
        strands=tuple(_strand(row, cell) for cell in row.strands),
        basis=_basis(results, row),
        files=_files(results, row, program, columns),
        people=tuple(
            dict.fromkeys(_person(results, name) for name in row.indicator.inputs if name in city.owner_of)
        ),
        missing=missing,
        beside=_beside(row, program),
    )


def _answer(row: Row) -> str:
    marks = f"（{row.mark.replace(';', '、')}）" if row.mark else ""
    if row.value is None:
        return f"{row.status.zh}{'：' if row.note else ''}{row.note}{marks}"
    return f"{quantity(row.value, row.indicator.unit)}，{row.verdict.grade}{marks}"


def _strand(row: Row, cell: StrandCell) -> str:
    value = cell.rounded(row.indicator.decimals)
    shown = quantity(value, row.indicator.unit) if value is not None else str(getattr(cell.value, "zh", ""))
    state = ("已选定" if row.chosen else "采用（未选定）") if cell.name == row.adopted.name else "并列"
    how = "公式" if cell.method == "formula" else cell.method
    return f"{cell.name} {shown}，{how}，{state}" if len(row.strands) > 1 else f"{cell.name} {shown}，{how}"


def _arithmetic(results: Results, row: Row, program: Program, columns: Columns) -> tuple[str, ...]:
    cell = row.adopted
    if cell.method != "formula":
        computation = program.computation
        lines = [computation.meaning] if computation is not None else []
        if computation is not None and not isinstance(cell.value, Status):
            lines.append(_quotient(cell, computation.numerator_unit, computation.denominator_unit, row))
        lines += [f"{k}：{v}" for k, v in cell.detail.items()]
        return tuple(lines)
    if program.formula is None:
        return ()
    names = Rendering(columns, program, row, numbers=False).text(program.formula)
    parts = columns.base(row.area, columns.stop_levels(program.indicator.inputs))
    if row.value is None:
        return (names,)
    if parts != (row.area,) and program.weight is not None:
        return (names, *_weighted(results, row, program, columns, parts))
    if parts != (row.area,) and program.ratio is not None:
        ratio = program.ratio
        how = _summed_words(program, columns, len(parts))
        return (names, how, _quotient(cell, ratio.numerator_unit.text, ratio.denominator_unit.text, row))
    numbers = Rendering(columns, program, row, numbers=True, results=results).text(program.formula)
    return (names, f"{numbers} = {quantity(row.value, row.indicator.unit)}")


def _summed_words(program: Program, columns: Columns, parts: int) -> str:
    """Say which side of an upper area's ratio is a sum and which stands for the area itself."""
    ratio = program.ratio
    sides = [] if ratio is None else [("分子", ratio.numerator), ("分母", ratio.denominator)]
    own = [side for side, node in sides if node is not None and _stands_itself(program, columns, node)]
    if not own:
        return f"由 {parts} 个下级的分子、分母分别求和"
    return f"{'、'.join(own)}用本级自己的数，其余由 {parts} 个下级求和"


def _stands_itself(program: Program, columns: Columns, node: Node) -> bool:
    given = program.indicator.inputs
    return any(
        given[n].indicator is not None or columns.variable(n).aggregate == "own" for n in names_of(node)
    )


def _weighted(
    results: Results, row: Row, program: Program, columns: Columns, parts: tuple[str, ...]
) -> tuple[str, ...]:
    """Show a weighted mean with its values and weights, the first few of many."""
    name = str(program.weight)
    given = program.indicator.inputs[name]
    readings = YearReadings(columns, program.indicator.inputs, row.indicator.period.type, {}, row.year)
    weights = readings.annual(name, 0)
    pairs, total = [], 0.0
    for area in parts:
        value = results.row(row.indicator.id, area, row.year).adopted.value
        weight = weights.cell(columns.codes.index(area))
        if not isinstance(value, Status) and not isinstance(weight, Status):
            pairs.append(f"{readable(value)} × {readable(weight)}")
            total += weight
    shown = " + ".join(pairs[:SHOWN]) + (" + …" if len(pairs) > SHOWN else "")
    value_words = quantity(row.value, row.indicator.unit) if row.value is not None else ""
    unit = printed(given.unit)
    return (
        f"由 {len(pairs)} 个下级的值按{given.zh}加权平均",
        f"({shown}) ÷ {readable(total)} {unit} = {value_words}",
    )


def _beside(row: Row, program: Program) -> tuple[str, ...]:
    """Say how the computed source came about where another was adopted."""
    cell = next((s for s in row.strands if s.method != "formula" and s.name != row.adopted.name), None)
    if cell is None or program.computation is None:
        return ()
    quotient = _quotient(cell, program.computation.numerator_unit, program.computation.denominator_unit, row)
    lines = (program.computation.meaning, quotient, *(f"{k}：{v}" for k, v in cell.detail.items()))
    return tuple(line for line in lines if line)


def _quotient(cell: StrandCell, above: str, below: str, row: Row) -> str:
    value = cell.rounded(row.indicator.decimals)
    if isinstance(cell.numerator, Status) or isinstance(cell.denominator, Status) or value is None:
        return ""
    left = f"{readable(cell.numerator)} {printed(above)}".rstrip()
    right = f"{readable(cell.denominator)} {printed(below)}".rstrip()
    return f"{left} ÷ {right} = {quantity(value, row.indicator.unit)}"


@dataclass
class Rendering:
    """Writes a formula for people, in names or with numbers put in.

    Attributes:
        columns: Variables.
        program: The indicator.
        row: The row explained.
        numbers: Whether numbers stand for the names.
        results: Where the values of indicators that are inputs stand; needed for their numbers.
    """

    columns: Columns
    program: Program
    row: Row
    numbers: bool
    results: Results | None = None

    def text(self, node: Node, back: int = 0, parent: int = 0, *, right: bool = False) -> str:
        """Write a node."""
        match node:
            case Number(text):
                return text
            case Name(name):
                return self._name(name, back)
            case Negative(operand):
                return f"−{self.text(operand, back, 3)}"
            case Compare(operator, left, second):
                return f"{self.text(left, back)} {operator} {self.text(second, back)}"
            case Call(function, arguments):
                if function == "prev":
                    return self.text(arguments[0], back + 1, parent, right=right)
                if self.numbers and function in OVER_SUB_PERIODS:
                    return self._over_parts(node, back)
                return f"{FUNCTION_ZH[function]}({', '.join(self.text(a, back) for a in arguments)})"
            case Binary(operator, left, second):
                level = PRECEDENCE[operator]
                inner = f"{self.text(left, back, level)}{SIGN[operator]}{self.text(second, back, level, right=True)}"
                return f"({inner})" if level < parent or (level == parent and right) else inner

    def _readings(self) -> YearReadings:
        indicator = self.program.indicator
        return YearReadings(self.columns, indicator.inputs, indicator.period.type, {}, self.row.year)

    def _over_parts(self, node: Node, back: int) -> str:
        """Put the number of a sum over sub-periods in its place."""
        codes = self.columns.codes
        run = Evaluation(
            self.program.units,
            self._readings(),
            len(codes),
            self.program.on_zero,
            self.program.indicator.min_coverage,
        )
        cell = run.run(node, back).cell(codes.index(self.row.area))
        unit = printed(infer(node, self.program.units).text)
        return cell.zh if isinstance(cell, Status) else f"{readable(cell)} {unit}".rstrip()

    def _name(self, name: str, back: int) -> str:
        given = self.program.indicator.inputs[name]
        if not self.numbers:
            return f"{'上年' * back}{given.zh}"
        if given.indicator is not None:
            return self._indicator(given.indicator, given.unit, back)
        cell = self._readings().annual(name, back).cell(self.columns.codes.index(self.row.area))
        return cell.zh if isinstance(cell, Status) else f"{readable(cell)} {printed(given.unit)}".rstrip()

    def _indicator(self, key: str, unit: str, back: int) -> str:
        rows = self.results.rows if self.results is not None else {}
        row = rows.get((key, self.row.area, self.row.year - back))
        if row is None or isinstance(row.adopted.value, Status):
            return "无数据"
        factor = float(parse_unit(row.indicator.unit).to(parse_unit(unit)))
        return f"{readable(row.adopted.value * factor)} {printed(unit)}".rstrip()


def _missing(row: Row, program: Program, columns: Columns) -> tuple[str, ...]:
    """Name the inputs that are not there, with the areas or days they are missing in."""
    found: list[str] = []
    for name, back in program.depth.items():
        if name not in columns.inputs.city.catalogue.variables:
            continue
        variable = columns.variable(name)
        if variable.period not in ANNUAL:
            found += _missing_parts(row, program, columns, name)
            continue
        for k in range(back + 1):
            column = columns.annual(name, row.year - k)
            gaps = [
                a
                for a in _standing(columns, name, row.area)
                if column.status[columns.codes.index(a)] == Status.NO_DATA
            ]
            if gaps:
                areas = "、".join(columns.inputs.city.label(a) for a in gaps)
                found.append(f"{variable.zh} {label(row.year - k, variable.period)}（{areas}）")
    return tuple(found)


def _missing_parts(row: Row, program: Program, columns: Columns, name: str) -> list[str]:
    """Say which sub-periods are missing in each area a value rests on, and how many must be there."""
    variable, kind = columns.variable(name), row.indicator.period.type
    periods = sub_periods(row.year, kind, variable.period, columns.season())
    every = columns.parts(name, row.year, kind)
    lines = []
    for area in _standing(columns, name, row.area):
        column = every[columns.codes.index(area)]
        gaps = [p for p, s in zip(periods, column.status, strict=True) if s == Status.NO_DATA]
        due = int((column.status != Status.NOT_APPLICABLE).sum())
        if gaps:
            shown = "、".join(gaps[:SHOWN]) + ("…" if len(gaps) > SHOWN else "")
            least = f"，至少要 {program.indicator.min_coverage:.0%}"
            lines.append(
                f"{variable.zh}（{columns.inputs.city.label(area)}）：应有 {due} 个，缺 {len(gaps)} 个（{shown}）{least}"
            )
    return lines


def _standing(columns: Columns, name: str, area: str) -> tuple[str, ...]:
    """Give the areas whose reports of a variable stand behind an area."""
    if columns.asked(name, area):
        return (area,)
    return tuple(a for a in columns.base(area, columns.stop_levels([name])) if columns.asked(name, a))


def _basis(results: Results, row: Row) -> tuple[str, ...]:
    criterion = results.inputs.city.book.criteria.get(row.indicator.id)
    if criterion is None or not row.verdict.criterion:
        return ()
    refs = [f"{r} {results.inputs.city.book.sources[r][0]}" for r in criterion.refs]
    lines = [f"标准 {row.verdict.criterion}（{criterion.kind}，{criterion.certainty}）：{criterion.basis}"]
    if criterion.why:
        lines.append(f"为何这样分：{criterion.why}")
    return (*lines, *(f"出处 {r}" for r in refs))


def _files(results: Results, row: Row, program: Program, columns: Columns) -> tuple[str, ...]:
    """List what a value rests on: readings with file, line and hash, or layers and survey."""
    if row.adopted.method != "formula":
        needs = program.computation.needs if program.computation is not None else ()
        return tuple(
            f"{r.file}，sha256 {r.sha256[:12]}{_origin(r)}"
            for need in needs
            for r in _records(results, need, row.year)
        )
    lines: list[str] = []
    for name, depth in program.depth.items():
        if name not in results.inputs.city.catalogue.variables:
            continue
        for area in _standing(columns, name, row.area):
            for year in range(row.year, row.year - depth - 1, -1):
                lines += _reading_lines(results, row, columns, name, area, year)
    return tuple(lines)


def _reading_lines(
    results: Results, row: Row, columns: Columns, name: str, area: str, year: int
) -> list[str]:
    """Say where the numbers of a variable in an area and year stand: file, line, hash."""
    variable = columns.variable(name)
    where = "" if area == row.area else f"{results.inputs.city.label(area)} "
    hashes = {r.file: r.sha256[:12] for r in results.inputs.records}
    if variable.period in ANNUAL:
        reading = columns.reading(name, area, str(year))
        if reading is None:
            return []
        given = (
            f"{reading.text} {reading.unit}" if not isinstance(reading.value, Status) else reading.value.zh
        )
        digest = hashes.get(_file_of(reading.place), "")
        return [f"{where}{variable.zh} {year}：{given}（{reading.place}，sha256 {digest}）"]
    periods = sub_periods(year, row.indicator.period.type, variable.period, columns.season())
    found = [r for r in (columns.reading(name, area, p) for p in periods) if r is not None]
    if not found:
        return []
    digest = hashes.get(_file_of(found[0].place), "")
    return [f"{where}{variable.zh} {year}：{len(found)} 个数（{found[0].place}起，sha256 {digest}）"]


def _file_of(place: str) -> str:
    return place.rsplit(" 第 ", 1)[0]


def _records(results: Results, need: str, year: int) -> list[SourceRecord]:
    if need == "survey":
        return [r for r in results.inputs.records if r.file.endswith("survey.csv")]
    record = results.inputs.layers.record(need, year)
    return [] if record is None else [record]


def _origin(record: SourceRecord) -> str:
    known = [x for x in (record.provider, record.captured, record.crs) if x]
    return f"（{'，'.join(known)}）" if known else ""


def _person(results: Results, name: str) -> str:
    body = results.inputs.city.owner_of[name]
    return f"{results.inputs.city.catalogue.variables[name].zh}：{body.short}主报"
