"""A story put into healthy values; afterwards nothing tells which cells it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tijian.engine.catalogue.story import Effect, Plant, gap_questions, variable_of
from tijian.engine.exam.generate.frame import Frame
from tijian.engine.exam.generate.values import Cell, Values, rounded, rounded_down
from tijian.engine.kernel.faults import Faults

STORY = "story"
WHOLE_SHARE = 1.0


def plant_values(frame: Frame, story: Sequence[Plant], healthy: Values) -> Values:
    """Change the planted cells of the variables, one plant after the other.

    A variable made from a planted one does not move with it. Planted numbers are rounded as reported, do not
    fall below zero, and a part does not exceed its whole where the settings cap its share at 1 or less.

    Raises:
        Refused: If an effect names an area in which its variable is not reported.
    """
    raw = _raw(frame, story, healthy)
    values = {name: dict(cells) for name, cells in healthy.items()}
    for name in frame.sequence:  # wholes before their parts
        for cell, number in raw.get(name, {}).items():
            values[name][cell] = _bounded(frame, name, cell, number, values, raw)
    return values


def _raw(frame: Frame, story: Sequence[Plant], healthy: Values) -> Values:
    """Apply multipliers and deltas without bounds; only changed cells."""
    raw: Values = {}
    faults = Faults()
    for plant in story:
        for effect in plant.effect:
            name = variable_of(effect, frame.city.catalogue)
            if name is None:
                continue
            cells = raw.setdefault(name, {})
            for cell in dict.fromkeys(_cells(frame, plant, effect, name, faults)):
                cells[cell] = effect.applied(cells.get(cell, healthy[name][cell]))
    faults.raise_if_any()
    return raw


def _cells(frame: Frame, plant: Plant, effect: Effect, name: str, faults: Faults) -> Iterator[Cell]:
    asked = set(frame.asked(name))
    for area in plant.areas:
        codes = (area,) if area in asked else tuple(c for c in frame.below(area) if c in asked)
        if not codes:
            faults.add(
                "story.level",
                STORY,
                f"{plant.id}.effect",
                f"{effect.input}（{frame.city.label(area)}）",
                "这个区要报的变量",
                "这个变量不在这一级报，改不到它；请换区或换变量。",
            )
        for code in codes:
            for year in frame.written(name):
                if plant.active(year, frame.doc.base_year):
                    yield code, year


def _bounded(frame: Frame, name: str, cell: Cell, number: float, values: Values, raw: Values) -> float:
    """Keep a planted number within its natural bounds and round it as it is reported."""
    variable = frame.city.catalogue.variables[name]
    settings = frame.doc.variables[name]
    lowest = 0.0
    for part, other in frame.doc.variables.items():
        # An unplanted part stays as it is, so it is the whole that has to hold it.
        if (
            other.of == name
            and _is_part(frame, part)
            and cell in values[part]
            and cell not in raw.get(part, {})
        ):
            lowest = max(lowest, values[part][cell])
    value = rounded(variable, max(number, lowest))
    if settings.of is not None and _is_part(frame, name):
        value = min(value, rounded_down(variable, values[settings.of][cell]))
    return value


def _is_part(frame: Frame, name: str) -> bool:
    settings = frame.doc.variables[name]
    return settings.ratio is not None and settings.cap is not None and settings.cap <= WHOLE_SHARE


@dataclass(frozen=True)
class PlantedAnswers:
    """What a story does to the survey.

    Attributes:
        effects: (question, area, year) → effects, in the order of the story.
        gaps: (question, area, year) where people are dissatisfied although the figures are good.
    """

    effects: dict[tuple[str, str, int], list[Effect]] = field(default_factory=dict)
    gaps: set[tuple[str, str, int]] = field(default_factory=set)


def plant_answers(frame: Frame, story: Sequence[Plant]) -> PlantedAnswers:
    """Find which answers a story changes; an area stands for everything below it."""
    planted = PlantedAnswers()
    for plant in story:
        codes = {code for area in plant.areas for code in frame.below(area)}
        years = [y for y in frame.years if plant.active(y, frame.doc.base_year)]
        gaps = gap_questions(plant, frame.city) if plant.survey_gap else ()
        for code in codes:
            for year in years:
                planted.gaps.update((question, code, year) for question in gaps)
                for effect in plant.effect:
                    if effect.question is not None:
                        planted.effects.setdefault((effect.question, code, year), []).append(effect)
    return planted
