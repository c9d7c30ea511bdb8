"""What the rules of finding and diagnosis may ask of an examination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from tijian.engine.catalogue.city import FindingRules
from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.judge import Verdict


class SurveyFact(Protocol):
    """Sample, mean and margin of a question."""

    @property
    def n(self) -> int:
        """Answers counted."""

    @property
    def score(self) -> Decimal | None:
        """Mean, None where missing."""


class Facts(Protocol):
    """An examination as its rules see it; the year is the period examined unless one is given."""

    @property
    def year(self) -> int:
        """The period examined."""

    @property
    def rules(self) -> FindingRules:
        """Thresholds."""

    def areas(self) -> Sequence[str]:
        """All areas, the city last."""

    def city(self) -> str:
        """Code of the city."""

    def label(self, area: str) -> str:
        """Name of an area."""

    def peers(self, area: str) -> Sequence[str]:
        """Areas of the same level and main type, itself included."""

    def siblings(self, area: str) -> Sequence[str]:
        """Areas of the same level, itself included."""

    def indicators(self) -> Mapping[str, Indicator]:
        """Definitions by id."""

    def criterion(self, indicator: str) -> Criterion | None:
        """Criterion of an indicator."""

    def values(self, indicator: str, area: str) -> Mapping[int, Decimal]:
        """Rounded values by year that may be compared with the year examined."""

    def verdict(self, indicator: str, area: str) -> Verdict | None:
        """Verdict in the year examined."""

    def survey(self, question: str, area: str) -> SurveyFact | None:
        """Answers to a question in the year examined."""

    def questions(self, indicator: str) -> Sequence[str]:
        """Questions that speak of an indicator."""

    def question_name(self, question: str) -> str:
        """Short name of a question."""

    def variable(self, name: str, area: str, back: int) -> Decimal | None:
        """A variable in its own unit, ``back`` years ago."""

    def variable_name(self, name: str) -> str:
        """Chinese name of a variable."""
