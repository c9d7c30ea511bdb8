"""An examination written down by hand, and documents to judge by."""

import copy
from dataclasses import dataclass, field
from decimal import Decimal

from tijian.engine.catalogue.city import FindingRules, OwnTrendRule
from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.catalogue.document import parse

CITY = "C"
RULES = FindingRules(worsening_years=2, behind_min_areas=3, gap_below=60, gap_below_city=10, survey_min_n=100)
OWN = OwnTrendRule(years=3, good_share=0.5, poor_years=2)

_INDICATOR = {
    "id": "X1", "revision": 1, "name": {"zh": "某指标"}, "dimension": "维", "meaning": "意思。", "concepts": ["绿色"],
    "kind": "导向", "unit": "%", "decimals": 1, "direction": "higher", "scales": ["city", "district"],
    "period": {"type": "calendar_year"}, "methods": ["部门提报"], "secrecy": "公开",
    "inputs": {"a": {"unit": "人", "zh": "甲"}}, "formula": "a", "aggregate": "own",
    "checks": {"min": 0, "max": 100, "jump": {"abs": 10}, "worsen2": {"abs": 5}},
}  # fmt: skip
_CRITERION = {"kind": "示例", "certainty": "示例/待核", "basis": "建议"}


def indicator(name="X1", **more):
    """An indicator; ``jump`` and ``worsen2`` may be given directly."""
    document = copy.deepcopy(_INDICATOR) | {"id": name}
    for step in ("jump", "worsen2"):
        if step in more:
            document["checks"][step] = more.pop(step)
    return parse(Indicator, document | more, name)


def criterion(first=2019, last=None, levels=None, **more):
    """A criterion of one version."""
    version = {"version": 1, "from": first, "to": last, "levels": levels or {}}
    return parse(Criterion, _CRITERION | {"versions": [version]} | more, "criteria")


def cut(*cuts, level="district", **more):
    """A criterion with three cut points (or intervals) at one level."""
    given = [list(c) if isinstance(c, tuple) else c for c in cuts]
    return criterion(levels={level: {"judge": "cut", "cuts": given}}, **more)


def series(**years):
    """Decimals by year: ``series(y2019="8.0")``."""
    return {int(y[1:]): Decimal(str(v)) for y, v in years.items()}


def run_of(last, *values):
    """Decimals of the years up to ``last``, the last value being that year's."""
    return {last - len(values) + 1 + i: Decimal(str(v)) for i, v in enumerate(values)}


@dataclass
class Answers:
    """Sample and mean of a question."""

    n: int
    score: Decimal | None


@dataclass
class FakeFacts:
    """Facts as plain dictionaries, keyed as the rules ask for them."""

    year: int = 2021
    rules: FindingRules = RULES
    names: tuple[str, ...] = ("A", "B", "D", CITY)
    definitions: dict = field(default_factory=dict)
    criteria: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)  # (indicator, area) → {year: Decimal}
    verdicts: dict = field(default_factory=dict)  # (indicator, area) → Verdict
    answers: dict = field(default_factory=dict)  # (question, area) → Answers
    asked: dict = field(default_factory=dict)  # indicator → questions
    quantities: dict = field(default_factory=dict)  # (variable, area, back) → Decimal
    groups: dict = field(default_factory=dict)  # area → peers

    def areas(self):
        return self.names

    def city(self):
        return self.names[-1]

    def label(self, area):
        return area

    def siblings(self, area):
        return [self.names[-1]] if area == self.names[-1] else list(self.names[:-1])

    def peers(self, area):
        return self.groups.get(area, self.siblings(area))

    def indicators(self):
        return self.definitions

    def criterion(self, name):
        return self.criteria.get(name)

    def values(self, name, area):
        return self.numbers.get((name, area), {})

    def verdict(self, name, area):
        return self.verdicts.get((name, area))

    def survey(self, question, area):
        return self.answers.get((question, area))

    def questions(self, name):
        return self.asked.get(name, ())

    def question_name(self, question):
        return f"“{question}”题"

    def variable(self, name, area, back):
        return self.quantities.get((name, area, back))

    def variable_name(self, name):
        return f"变量{name}"
