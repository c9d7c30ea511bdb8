"""An examination as the rules of finding and diagnosis see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tijian.engine.catalogue.city import FindingRules
from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.exam.columns import Columns
from tijian.engine.exam.results import Results
from tijian.engine.grade.judge import Verdict
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import as_decimal


@dataclass(frozen=True, slots=True)
class SurveyFigure:
    """Sample and mean of a question."""

    n: int
    score: Decimal | None


@dataclass(frozen=True)
class ExamFacts:
    """Answers the questions of ``grade.facts.Facts`` from results.

    Attributes:
        results: The examination.
        columns: Its variables.
        year: The year judged.
    """

    results: Results
    columns: Columns
    year: int

    @property
    def rules(self) -> FindingRules:
        """Thresholds of the city."""
        return self.results.inputs.city.rules.findings

    def areas(self) -> Sequence[str]:
        """All areas, the city last."""
        return self.results.areas

    def city(self) -> str:
        """Code of the city."""
        return self.results.inputs.city.doc.city.code

    def label(self, area: str) -> str:
        """Name of an area."""
        return self.results.inputs.city.label(area)

    def siblings(self, area: str) -> Sequence[str]:
        """Areas of the same level."""
        by_code = self.results.inputs.city.by_code
        return [a for a in self.results.areas if by_code[a].level == by_code[area].level]

    def peers(self, area: str) -> Sequence[str]:
        """Areas of the same level whose largest type is the same."""
        mine = self._main_type(area)
        return [a for a in self.siblings(area) if self._main_type(a) == mine]

    def _main_type(self, area: str) -> str:
        city = self.results.inputs.city
        shares = city.by_code[area].types.get(city.areas.default_scheme or "", {})
        return max(shares, key=lambda t: shares[t]) if shares else ""

    def indicators(self) -> Mapping[str, Indicator]:
        """Definitions examined."""
        return {i: self.results.inputs.programs[i].indicator for i in self.results.scope}

    def criterion(self, indicator: str) -> Criterion | None:
        """Criterion of an indicator."""
        return self.results.inputs.city.book.criteria.get(indicator)

    def values(self, indicator: str, area: str) -> Mapping[int, Decimal]:
        """Rounded values of the years that may be compared with the year judged."""
        return comparable(self.results, indicator, area, self.year)

    def verdict(self, indicator: str, area: str) -> Verdict | None:
        """Verdict of the year judged."""
        row = self.results.rows.get((indicator, area, self.year))
        return row.verdict if row is not None else None

    def survey(self, question: str, area: str) -> SurveyFigure | None:
        """Answers to a question in the year judged."""
        cell = self.results.inputs.survey.get((question, area, self.year))
        if cell is None:
            return None
        return SurveyFigure(cell.n, None if isinstance(cell.mean, Status) else as_decimal(cell.mean))

    def questions(self, indicator: str) -> Sequence[str]:
        """Scored questions that speak of an indicator."""
        questionnaire = self.results.inputs.city.questionnaire
        if questionnaire is None:
            return ()
        return [q.id for q in questionnaire.questions if q.scored and indicator in q.indicators]

    def question_name(self, question: str) -> str:
        """Short name of a question; the id itself where the city does not ask it."""
        questionnaire = self.results.inputs.city.questionnaire
        found = [q.short for q in questionnaire.questions if q.id == question] if questionnaire else []
        return found[0] if found else question

    def variable(self, name: str, area: str, back: int) -> Decimal | None:
        """A variable in its own unit; None where the city does not have it or it is missing."""
        if name not in self.results.inputs.city.catalogue.variables:
            return None
        cell = self.columns.annual(name, self.year - back).cell(self.results.areas.index(area))
        return None if isinstance(cell, Status) else as_decimal(cell)

    def variable_name(self, name: str) -> str:
        """Chinese name of a variable."""
        variable = self.results.inputs.city.catalogue.variables.get(name)
        return variable.zh if variable is not None else name


def comparable(results: Results, indicator: str, area: str, year: int) -> dict[int, Decimal]:
    """Give the rounded values of an indicator in an area for all years joined with one year by definition."""
    values: dict[int, Decimal] = {}
    for y in results.years():
        row = results.rows.get((indicator, area, y))
        if row is None or row.value is None or y > year:
            continue
        if results.inputs.joined(indicator, y, year):
            values[y] = row.value
    return values
