"""``run(inputs, year)``: the one evaluation that folder, office and notebook call."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from tijian.engine.catalogue.criterion import Bottom, Criterion
from tijian.engine.exam.evaluate import Evaluator, Strand
from tijian.engine.exam.facts import ExamFacts, comparable
from tijian.engine.exam.inputs import Inputs
from tijian.engine.exam.results import Results, Row, StrandCell
from tijian.engine.grade.bottom import Line, apply_line
from tijian.engine.grade.diagnosis import diagnose
from tijian.engine.grade.dimension import Item, grade_dimension
from tijian.engine.grade.findings import find
from tijian.engine.grade.judge import Subject, Verdict, judge
from tijian.engine.grade.revision import other_revision
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import as_decimal

Progress = Callable[[str, int, int], None]


def run(
    inputs: Inputs, year: int, scope: Collection[str] | None = None, progress: Progress | None = None
) -> Results:
    """Examine a city for one year, with every year that its rules and charts look back on.

    Args:
        inputs: From a folder or from the office.
        year: The year examined.
        scope: Indicators to give; inputs of theirs that are indicators are evaluated too. None: all.
        progress: Called with a Chinese step name, k and n.

    Returns:
        Rows of all years from the first look-back year to ``year``; grades, findings and candidates.
    """
    wanted = tuple(k for k in inputs.city.catalogue.indicators if scope is None or k in scope)
    results = Results(inputs, year, wanted)
    examination = _Examination(inputs, results, Evaluator(inputs))
    years = range(inputs.city.doc.years.lookback, year + 1)
    say = progress or (lambda _step, _k, _n: None)
    for k, y in enumerate(years):
        say(f"计算 {y} 年", k, len(years) + 2)
        for key in wanted:
            examination.evaluate(key, y)
    say("评级", len(years), len(years) + 2)
    for y in years:
        if y >= inputs.city.doc.years.first:
            examination.judge_year(y)
    say("找短板", len(years) + 1, len(years) + 2)
    if year >= inputs.city.doc.years.first:
        facts = ExamFacts(results, examination.evaluator.columns, year)
        results.findings = find(facts)
        results.candidates = diagnose(facts, inputs.city.diseases)
    return results


@dataclass
class _Examination:
    inputs: Inputs
    results: Results
    evaluator: Evaluator

    def evaluate(self, key: str, year: int) -> None:
        """Make the rows of an indicator in a year, not judged yet."""
        program = self.inputs.programs[key]
        column, picked, chosen = self.evaluator.adopt(key, year)
        strands = list(self.evaluator.strands(key, year).values())
        for i, area in enumerate(self.results.areas):
            self.results.rows[(key, area, year)] = Row(
                indicator=program.indicator,
                system=self.inputs.city.catalogue.system_of[key],
                area=area,
                year=year,
                strands=tuple(StrandCell.at(s, i) for s in strands),
                adopted=StrandCell.at(picked[i], i),
                chosen=chosen[i],
                verdict=_unjudged(column.cell(i)),
                area_type=self._type_words(key, area),
                certainty="",
                mark=self._mark(key, picked[i], i),
                revision=self.inputs.revision(key, year),
            )

    def _mark(self, key: str, strand: Strand, i: int) -> str:
        system = self.inputs.city.catalogue.system(key).mark
        marks = sorted(strand.marks[i]) if strand.value.status[i] == Status.PRESENT else []
        return ";".join(dict.fromkeys([*marks, *([system] if system else [])]))

    def _shares(self, criterion: Criterion | None, area: str) -> dict[str, float]:
        city = self.inputs.city
        scheme = criterion.scheme if criterion is not None and criterion.scheme else city.areas.default_scheme
        return city.by_code[area].types.get(scheme or "", {})

    def _type_words(self, key: str, area: str) -> str:
        shares = self._shares(self.inputs.city.book.criteria.get(key), area)
        if len(shares) == 1:
            return next(iter(shares))
        return "、".join(f"{t} {s:g}" for t, s in shares.items())

    def judge_year(self, year: int) -> None:
        """Judge every row of a year, then its dimensions."""
        for key in self.results.scope:
            criterion = self.inputs.city.book.criteria.get(key)
            for area in self.results.areas:
                row = self.results.rows[(key, area, year)]
                verdict = judge(self._subject(row, criterion), criterion, self.inputs.city.rules.own_trend)
                certainty = criterion.certainty if criterion is not None and verdict.criterion else ""
                self.results.rows[(key, area, year)] = replace(row, verdict=verdict, certainty=certainty)
        self._dimensions(year)

    def _subject(self, row: Row, criterion: Criterion | None) -> Subject:
        n, margin = self._sample(row)
        return Subject(
            indicator=row.indicator,
            level=self.inputs.city.by_code[row.area].level,
            shares=self._shares(criterion, row.area),
            year=row.year,
            status=row.status,
            values=comparable(self.results, row.indicator.id, row.area, row.year),
            lines=self._lines(row, criterion),
            n=n,
            margin=margin,
            revisions=self.inputs.alike(row.indicator.id, row.year),
        )

    def _sample(self, row: Row) -> tuple[float | None, float | None]:
        """Give the least sample and the largest margin of the questions behind a survey figure."""
        computation = self.inputs.programs[row.indicator.id].computation
        if computation is None or "survey" not in computation.needs:
            return None, None
        questionnaire = self.inputs.city.questionnaire
        scored = {q.id for q in questionnaire.questions if q.scored} if questionnaire is not None else set()
        asked = self.inputs.survey_of(row.area, row.year).items()
        cells = [c for question, c in asked if question in scored and c.margin is not None]
        if not cells:
            return None, None
        return float(min(c.n for c in cells)), max(c.margin for c in cells if c.margin is not None)

    def _lines(self, row: Row, criterion: Criterion | None) -> list[Line]:
        if criterion is None:
            return []
        level = self.inputs.city.by_code[row.area].level
        lines = [b for b in criterion.bottom if level in b.levels and b.valid(row.year)]
        return [self._line(line, row) for line in lines]

    def _line(self, line: Bottom, row: Row) -> Line:
        key, area, year = row.indicator.id, row.area, row.year
        if line.variable is not None:
            value, past = (self._variable(line.variable, area, y) for y in (year, year - 1))
            return apply_line(line, value, past, self.inputs.city.catalogue.variables[line.variable].zh)
        why = other_revision(line.revision, row.indicator, self.inputs.alike(key, year))
        past = comparable(self.results, key, area, year).get(year - 1)
        return apply_line(line, row.value, past, "", why)

    def _variable(self, name: str, area: str, year: int) -> Decimal | None:
        cell = self.evaluator.columns.annual(name, year).cell(self.results.areas.index(area))
        return None if isinstance(cell, Status) else as_decimal(cell)

    def _dimensions(self, year: int) -> None:
        catalogue = self.inputs.city.catalogue
        for dimension in catalogue.dimensions:
            members = [k for k, d in catalogue.indicators.items() if d.dimension == dimension.zh]
            if not members or any(m not in self.results.scope for m in members):
                continue
            for area in self.results.areas:
                rows = [self.results.rows[(k, area, year)] for k in members]
                items = [
                    Item(r.indicator.id, r.status, r.verdict.grade, r.verdict.meant, r.verdict.broken)
                    for r in rows
                ]
                result = grade_dimension(items, self.inputs.city.rules.dimension)
                self.results.dimensions[(dimension.zh, area, year)] = result


def _unjudged(cell: float | Status) -> Verdict:
    """Give the verdict of a year that is only looked back on."""
    return Verdict(cell.zh if isinstance(cell, Status) else "不评级", meant=False, reason="")
