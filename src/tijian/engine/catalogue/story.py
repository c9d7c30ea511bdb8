"""A story: truths planted into a synthetic city, so that finding and treating can be measured against them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tijian.engine.catalogue.definition import IndicatorId
from tijian.engine.catalogue.document import Doc, read_sequence
from tijian.engine.catalogue.loading import City
from tijian.engine.catalogue.systems import Catalogue
from tijian.engine.kernel.faults import Faults

YEARS_TO_HEAL = 2


class Effect(Doc):
    """What a plant does to one input or to one question of the survey.

    Attributes:
        indicator: Indicator whose input it is; may be left out where the input is named by its id.
        input: Variable id, the draft's name (``alias``) or the Chinese name.
        question: Question of the questionnaire instead of an input.
        multiplier, delta: What happens to the healthy number; delta in the variable's unit or in 分.
    """

    indicator: IndicatorId | None = None
    input: str | None = None
    question: str | None = None
    multiplier: float | None = None
    delta: float | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Effect:
        if (self.input is None) == (self.question is None):
            raise ValueError("input 或 question|写明改的是哪个输入或哪一题，只写一个。")
        if self.question is not None and self.indicator is not None:
            raise ValueError("question 不配 indicator|改问卷的只写题号。")
        if (self.multiplier is None) == (self.delta is None):
            raise ValueError("multiplier 或 delta|乘数和增量只写一个。")
        return self

    def applied(self, value: float) -> float:
        """Give the planted number for a healthy one."""
        return value * self.multiplier if self.multiplier is not None else value + (self.delta or 0.0)


class Treatment(Doc):
    """A measure: when it starts and whether it works."""

    starts: int
    works: bool


class Redefinition(Doc):
    """A new revision of a definition, valid from the first year of its plant."""

    indicator: IndicatorId
    revision: Annotated[int, Field(ge=2)]
    link: Literal["same", "renamed", "口径变化", "split", "merged", "dropped"]


class Plant(Doc):
    """One planted truth.

    Attributes:
        disease: Name from the disease knowledge; None where nothing is ill, whatever the figures do.
        indicators: Indicators that show it.
        areas: Codes of the areas.
        from_: First year in which the inputs are changed.
        effect: What is changed.
        cause: Cause in words.
        measure: What was done about it.
        survey_gap: Whether people are dissatisfied there although the figures are good.
        definition_change: A change of definition that comes with it.
    """

    id: str
    disease: str | None = None
    indicators: Annotated[tuple[IndicatorId, ...], Field(min_length=1)]
    areas: Annotated[tuple[str, ...], Field(min_length=1)]
    from_: Annotated[int, Field(alias="from")]
    effect: tuple[Effect, ...] = ()
    cause: str | None = None
    measure: Treatment | None = None
    survey_gap: bool = False
    definition_change: Redefinition | None = None

    def active(self, year: int, base_year: int) -> bool:
        """Tell whether the inputs of a year are changed: from the first sick year until two years after a cure."""
        if year < max(self.from_, base_year):
            return False
        healed = self.measure is not None and self.measure.works
        return not healed or self.measure is None or year < self.measure.starts + YEARS_TO_HEAL

    @model_validator(mode="after")
    def _does_something(self) -> Plant:
        if not self.effect and not self.survey_gap and self.definition_change is None:
            raise ValueError("effect、survey_gap 或 definition_change|这一条什么也不改，请补上或删去。")
        if self.measure is not None and self.measure.starts < self.from_:
            raise ValueError("不早于 from 的 measure.starts|措施不能早于发病。")
        return self


def variable_of(effect: Effect, catalogue: Catalogue) -> str | None:
    """Find the variable that an effect names: by id, by the draft's name or by its Chinese name."""
    wanted = effect.input
    if wanted is None:
        return None
    if effect.indicator is None:
        if wanted in catalogue.variables:
            return wanted
        return next((v for v, d in catalogue.variables.items() if d.zh == wanted), None)
    definition = catalogue.indicators.get(effect.indicator)
    if definition is None:
        return None
    for name, given in definition.inputs.items():
        variable = catalogue.variables.get(name)
        if variable is not None and wanted in {name, given.alias, given.zh, variable.zh}:
            return name
    return None


def read_story(path: Path, city: City) -> tuple[Plant, ...]:
    """Read a story and check that everything it names is there.

    Raises:
        Refused: With every fault of form, then with every unknown name.
    """
    plants = read_sequence(Plant, path, path.name)
    check_story(plants, city, path.name)
    return plants


def check_story(plants: Sequence[Plant], city: City, file: str) -> None:
    """Check that areas, indicators, inputs, questions and diseases of a story are those of the city.

    Raises:
        Refused: With every fault.
    """
    faults = Faults()
    seen: set[str] = set()
    for plant in plants:
        if plant.id in seen:
            faults.add(
                "story.twice",
                file,
                f"{plant.id}.id",
                plant.id,
                "各不相同的 id",
                "请改名；复发也另起一个 id。",
            )
        seen.add(plant.id)
        _check_names(plant, city, file, faults)
        for j, effect in enumerate(plant.effect):
            _check_effect(effect, f"{plant.id}.effect.{j}", city, file, faults)
    faults.raise_if_any()


def _check_names(plant: Plant, city: City, file: str, faults: Faults) -> None:
    for area in plant.areas:
        if area not in city.by_code:
            faults.add(
                "story.area",
                file,
                f"{plant.id}.areas",
                area,
                "areas.yaml 中的代码",
                f"{plant.id} 的区不存在，请改正代码。",
            )
    named = [(f"{plant.id}.indicators", x) for x in plant.indicators]
    if plant.definition_change is not None:
        named.append((f"{plant.id}.definition_change.indicator", plant.definition_change.indicator))
    for place, indicator in named:
        if indicator not in city.catalogue.indicators:
            faults.add("story.indicator", file, place, indicator, "体系中的指标", "请改正指标代码。")
    diseases = [d.name for d in city.diseases]
    if plant.disease is not None and plant.disease not in diseases:
        faults.add(
            "story.disease",
            file,
            f"{plant.id}.disease",
            plant.disease,
            "、".join(diseases) or "null（这个城市没有城市病知识）",
            "请写知识库中的病名；没有病就写 null。",
        )
    if plant.survey_gap and not gap_questions(plant, city):
        faults.add(
            "story.gap",
            file,
            f"{plant.id}.survey_gap",
            "true",
            "问卷中有题目涉及这些指标",
            "没有一道题与 indicators 相连，无法表现不满意；请换指标或写 false。",
        )


def _check_effect(effect: Effect, place: str, city: City, file: str, faults: Faults) -> None:
    if effect.question is not None:
        known = [q.id for q in city.questionnaire.questions] if city.questionnaire is not None else []
        if effect.question not in known:
            faults.add(
                "story.question", file, f"{place}.question", effect.question, "问卷中的题号", "请改正题号。"
            )
        return
    if effect.indicator is not None and effect.indicator not in city.catalogue.indicators:
        faults.add(
            "story.indicator",
            file,
            f"{place}.indicator",
            effect.indicator,
            "体系中的指标",
            "请改正指标代码。",
        )
    elif variable_of(effect, city.catalogue) is None:
        wanted = f"{effect.indicator} 的一个输入" if effect.indicator else "体系中的变量"
        hint = "可以写变量名、草案名或中文名。"
        faults.add("story.input", file, f"{place}.input", effect.input, wanted, hint)


def gap_questions(plant: Plant, city: City) -> tuple[str, ...]:
    """List the scored questions that speak of a plant's indicators."""
    if city.questionnaire is None:
        return ()
    wanted = set(plant.indicators)
    return tuple(q.id for q in city.questionnaire.questions if q.scored and wanted.intersection(q.indicators))
