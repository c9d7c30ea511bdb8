"""Means of the questionnaire: the healthy ones and what a story does to them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tijian.engine.catalogue.generator import SurveySettings
from tijian.engine.catalogue.story import Plant
from tijian.engine.exam.generate.draws import around, normal, uniform
from tijian.engine.exam.generate.frame import Frame
from tijian.engine.exam.generate.plants import PlantedAnswers, plant_answers
from tijian.engine.exam.generate.values import Values
from tijian.engine.kernel.rounding import round_half_even

KIND = "survey"
CONFIDENCE = 1.96  # 95 %
GAP_LOW, GAP_HIGH = 40.0, 50.0
WORST, BEST = 0.0, 100.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Sample, mean and margin (95 %) of a question in an area and year, in 分, rounded to one decimal."""

    question: str
    area: str
    year: int
    n: int
    mean: float
    margin: float


def survey(frame: Frame, story: Sequence[Plant], healthy: Values) -> list[Answer]:
    """Ask every question that has a mean, in every lowest area; areas above are weighted means.

    Args:
        frame: City and settings.
        story: What is planted.
        healthy: Values without the story: the weights do not move with a plant.

    Returns:
        In the order of questions, areas, years; empty where the city has no questionnaire.
    """
    settings, questionnaire = frame.doc.survey, frame.city.questionnaire
    if settings is None or questionnaire is None:
        return []
    weights = healthy.get(settings.weight, {})
    planted = plant_answers(frame, story)
    lowest = [c for c in frame.doc.order if not any(b in frame.position for b in frame.below(c)[1:])]
    rank = {code: i for i, code in enumerate(frame.city.by_code)}
    answers: list[Answer] = []
    for question in (q.id for q in questionnaire.questions if q.id in settings.means):
        for year in frame.years:
            means = {code: _mean(frame.seed, settings, planted, (question, code, year)) for code in lowest}
            weight = {code: weights.get((code, year), 1.0) for code in lowest}
            answers += _answers(frame, settings, question, year, means, weight)
    order = {q.id: i for i, q in enumerate(questionnaire.questions)}
    return sorted(answers, key=lambda a: (order[a.question], rank[a.area], a.year))


def _answers(
    frame: Frame,
    settings: SurveySettings,
    question: str,
    year: int,
    means: dict[str, float],
    weight: dict[str, float],
) -> list[Answer]:
    answers = []
    for code in frame.city.by_code:
        parts = [c for c in frame.below(code) if c in means]
        if not parts:
            continue
        total = sum(weight[c] for c in parts)
        mean = means[code] if code in means else sum(means[c] * weight[c] for c in parts) / total
        n = settings.n * len(parts)
        answers.append(Answer(question, code, year, n, _tenth(mean), _tenth(CONFIDENCE * error(settings, n))))
    return answers


def error(settings: SurveySettings, n: int) -> float:
    """Give the standard error of a mean of n answers, in 分."""
    return settings.spread * math.sqrt(settings.design_effect / n)


def _mean(seed: int, settings: SurveySettings, planted: PlantedAnswers, cell: tuple[str, str, int]) -> float:
    question, code, _ = cell
    mean = settings.means[question]
    mean += around(settings.area_spread, seed, KIND, question, code)
    mean += around(settings.year_noise, seed, KIND, *cell)
    mean += error(settings, settings.n) * normal(seed, KIND, *cell, "error")
    mean = min(max(mean, WORST), BEST)
    for effect in planted.effects.get(cell, []):
        mean = effect.applied(mean)
    if cell in planted.gaps:
        mean = min(mean, GAP_LOW + (GAP_HIGH - GAP_LOW) * uniform(seed, KIND, *cell, "gap"))
    return _tenth(min(max(mean, WORST), BEST))


def _tenth(value: float) -> float:
    return float(round_half_even(value, 1))
