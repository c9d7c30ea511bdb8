"""为什么是这个值、这个等级: one row walked back to formula, numbers, criterion and files."""

from __future__ import annotations

from dataclasses import dataclass

from tijian.engine.compute.formula.syntax import (
    Binary,
    Call,
    Compare,
    Name,
    Negative,
    Node,
    Number,
)
from tijian.engine.compute.program import Program
from tijian.engine.exam.columns import Columns, YearReadings
from tijian.engine.exam.results import Results, Row, StrandCell
from tijian.engine.grade.words import judgement_words, quantity
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.periods import label
from tijian.engine.kernel.rounding import readable
from tijian.engine.kernel.units import printed
from tijian.engine.sources.record import SourceRecord

SIGN = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


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

    def lines(self) -> list[str]:
        """Give the whole explanation as lines of text."""
        blocks = [
            (self.title, (self.answer,)),
            ("采用值", self.strands),
            ("公式与数字", (*self.arithmetic, *(f"缺：{m}" for m in self.missing))),
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
        arithmetic=_arithmetic(row, program, columns),
        judgement=judgement_words(row.verdict, row.indicator, row.area_type),
        strands=tuple(_strand(row, cell) for cell in row.strands),
        basis=_basis(results, row),
        files=_files(results, row, program, columns),
        people=tuple(
            dict.fromkeys(_person(results, name) for name in row.indicator.inputs if name in city.owner_of)
        ),
        missing=missing,
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


def _arithmetic(row: Row, program: Program, columns: Columns) -> tuple[str, ...]:
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
    summed = parts != (row.area,)
    if summed and program.weight is not None:
        weight = program.indicator.inputs[program.weight].zh
        return (names, f"由 {len(parts)} 个下级的值按{weight}加权平均")
    if summed and program.ratio is not None and row.value is not None:
        ratio = program.ratio
        how = f"由 {len(parts)} 个下级的分子、分母分别求和"
        return (names, how, _quotient(cell, ratio.numerator_unit.text, ratio.denominator_unit.text, row))
    if row.value is None:
        return (names,)
    numbers = Rendering(columns, program, row, numbers=True).text(program.formula)
    return (names, f"{numbers} = {quantity(row.value, row.indicator.unit)}")


def _quotient(cell: StrandCell, above: str, below: str, row: Row) -> str:
    if isinstance(cell.numerator, Status) or isinstance(cell.denominator, Status) or row.value is None:
        return ""
    left = f"{readable(cell.numerator)} {printed(above)}".rstrip()
    right = f"{readable(cell.denominator)} {printed(below)}".rstrip()
    return f"{left} ÷ {right} = {quantity(row.value, row.indicator.unit)}"


@dataclass
class Rendering:
    """Writes a formula for people, in names or with numbers put in.

    Attributes:
        columns: Variables.
        program: The indicator.
        row: The row explained.
        numbers: Whether numbers stand for the names.
    """

    columns: Columns
    program: Program
    row: Row
    numbers: bool

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
                return f"{function}({', '.join(self.text(a, back) for a in arguments)})"
            case Binary(operator, left, second):
                level = PRECEDENCE[operator]
                inner = f"{self.text(left, back, level)}{SIGN[operator]}{self.text(second, back, level, right=True)}"
                return f"({inner})" if level < parent or (level == parent and right) else inner

    def _name(self, name: str, back: int) -> str:
        given = self.program.indicator.inputs[name]
        if not self.numbers:
            return f"{'上年' * back}{given.zh}"
        readings = YearReadings(
            self.columns,
            dict(self.program.indicator.inputs),
            self.program.indicator.period.type,
            {},
            self.row.year,
        )
        variable = self.columns.inputs.city.catalogue.variables.get(name)
        if variable is None or variable.period.value not in {"calendar_year", "heating_season"}:
            return given.zh
        cell = readings.annual(name, back).cell(self.columns.codes.index(self.row.area))
        unit = printed(given.unit)
        return cell.zh if isinstance(cell, Status) else f"{readable(cell)} {unit}".rstrip()


def _missing(row: Row, program: Program, columns: Columns) -> tuple[str, ...]:
    """Name the inputs that are not there, with the areas they are missing in."""
    found = []
    city = columns.inputs.city
    for name, back in program.depth.items():
        if name not in city.catalogue.variables:
            continue
        variable = city.catalogue.variables[name]
        if variable.period.value not in {"calendar_year", "heating_season"}:
            continue
        for k in range(back + 1):
            column = columns.annual(name, row.year - k)
            areas = columns.base(row.area, columns.stop_levels([name]))
            own = areas if variable.aggregate != "own" else (row.area,)
            gaps = [city.label(a) for a in own if column.status[columns.codes.index(a)] == Status.NO_DATA]
            if gaps:
                found.append(f"{variable.zh} {label(row.year - k, variable.period)}（{'、'.join(gaps)}）")
    return tuple(found)


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
    hashes = {r.file: r.sha256 for r in results.inputs.records}
    lines = []
    for name, depth in program.depth.items():
        for back in range(depth + 1):
            reading = (
                columns.reading(name, row.area, str(row.year - back))
                if name in results.inputs.city.catalogue.variables
                else None
            )
            if reading is not None:
                digest = hashes[reading.place.rsplit(" 第 ", 1)[0]][:12]
                zh = columns.variable(name).zh
                given = f"{reading.text} {reading.unit}"
                lines.append(f"{zh} {row.year - back}：{given}（{reading.place}，sha256 {digest}）")
    return tuple(lines)


def _records(results: Results, need: str, year: int) -> list[SourceRecord]:
    if need == "survey":
        return [r for r in results.inputs.records if r.file.endswith("survey.csv")]
    layer = results.inputs.layers.layer(need, year)
    return [] if layer is None else [layer.record]


def _origin(record: SourceRecord) -> str:
    known = [x for x in (record.provider, record.captured, record.crs) if x]
    return f"（{'，'.join(known)}）" if known else ""


def _person(results: Results, name: str) -> str:
    body = results.inputs.city.owner_of[name]
    return f"{results.inputs.city.catalogue.variables[name].zh}：{body.short}主报"
