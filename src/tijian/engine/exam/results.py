"""What an examination found: one row an indicator and area, with everything behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.exam.evaluate import Strand
from tijian.engine.exam.inputs import Inputs
from tijian.engine.grade.diagnosis import Candidate
from tijian.engine.grade.dimension import DimensionResult
from tijian.engine.grade.findings import Finding
from tijian.engine.grade.judge import Verdict
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.rounding import round_half_even


@dataclass(frozen=True)
class StrandCell:
    """One way of getting a value, in one area.

    Attributes:
        name: 自体检, 第三方 or 调查.
        value: Unrounded, in the indicator's unit, or the reason why there is none.
        numerator, denominator: In the units of the definition's inputs, or a reason.
        coverage: Share of parts present.
        marks: Marks of what went in.
        method: ``formula`` or the name of a function.
        detail: Facts for the explanation.
    """

    name: str
    value: float | Status
    numerator: float | Status
    denominator: float | Status
    coverage: float
    marks: frozenset[str]
    method: str
    detail: Mapping[str, str]

    @classmethod
    def at(cls, strand: Strand, i: int) -> StrandCell:
        """Take the cell of one area."""
        return cls(
            strand.name,
            strand.value.cell(i),
            strand.numerator.cell(i),
            strand.denominator.cell(i),
            float(strand.coverage[i]),
            strand.marks[i],
            strand.method,
            strand.detail[i],
        )

    def rounded(self, decimals: int) -> Decimal | None:
        """Give the value as shown; None where there is none."""
        return None if isinstance(self.value, Status) else round_half_even(self.value, decimals)


@dataclass(frozen=True)
class Row:
    """One indicator in one area and year.

    Attributes:
        indicator: The definition.
        system: Its system.
        area, year: Where and when.
        strands: Every way of getting the value, in the order of the definition's methods.
        adopted: The strand that stands.
        chosen: Whether the office chose it.
        verdict: The judgement.
        area_type: Type of the area in the criterion's scheme, in words.
        certainty: Certainty of the criterion.
        mark: All marks, joined by ``;``.
        revision: Revision of the definition in force.
    """

    indicator: Indicator
    system: str
    area: str
    year: int
    strands: tuple[StrandCell, ...]
    adopted: StrandCell
    chosen: bool
    verdict: Verdict
    area_type: str
    certainty: str
    mark: str
    revision: int

    @property
    def status(self) -> Status:
        """有值, 无数据 or 不适用."""
        return self.adopted.value if isinstance(self.adopted.value, Status) else Status.PRESENT

    @property
    def value(self) -> Decimal | None:
        """The value as shown and graded; None where there is none."""
        return self.adopted.rounded(self.indicator.decimals)

    @property
    def note(self) -> str:
        """What a reader must know beside the figure."""
        parts = [self.verdict.reason] if self.verdict.reason else []
        if len(self.strands) > 1 and not self.chosen and self.status is Status.PRESENT:
            parts.append(f"采用值未选定，按定义先后取{self.adopted.name}")
        parts += [f"破底线：{line.subject}{line.text}" for line in self.verdict.lines if line.broken]
        if self.status is Status.NOT_APPLICABLE:
            parts.append(self._why_not_applicable())
        return "；".join(parts)

    def _why_not_applicable(self) -> str:
        return "本级没有这一指标" if not self.adopted.coverage else "本区没有这类对象"


@dataclass
class Results:
    """An examination of one year, with the years it looked back on.

    Attributes:
        inputs: What it started from.
        year: The year examined.
        rows: (indicator, area, year) → row, for the year and every year before that was evaluated.
        dimensions: (dimension, area, year) → result, for graded years.
        findings: In order of indicator, area and rule.
        candidates: Proposed diseases, by area, likeliest first.
        scope: Indicators examined, in order.
    """

    inputs: Inputs
    year: int
    scope: tuple[str, ...]
    rows: dict[tuple[str, str, int], Row] = field(default_factory=dict)
    dimensions: dict[tuple[str, str, int], DimensionResult] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def areas(self) -> tuple[str, ...]:
        """All areas, the city last."""
        return tuple(self.inputs.city.by_code)

    def row(self, indicator: str, area: str, year: int | None = None) -> Row:
        """Give one row; the year examined unless another is named."""
        return self.rows[(indicator, area, self.year if year is None else year)]

    def years(self) -> tuple[int, ...]:
        """Years evaluated, ascending."""
        return tuple(range(self.inputs.city.doc.years.lookback, self.year + 1))

    def current(self) -> list[Row]:
        """Rows of the year examined, in the order of indicators and areas."""
        return [self.row(i, a) for i in self.scope for a in self.areas]
