"""``generator.yaml``: from what a synthetic city is made. The head of the shipped city's file states every key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from tijian.engine.catalogue.document import Doc


def _form(value: Any) -> str:
    """Name the way a per-area number is written, so that a fault speaks of one form only."""
    if isinstance(value, list | tuple):
        return "List"
    return "Mapping" if isinstance(value, dict) else "Number"


# One number for all areas, one per area in the order of `order`, or one per area type.
PerArea = Annotated[
    Annotated[float, Tag("Number")]
    | Annotated[tuple[float, ...], Tag("List")]
    | Annotated[dict[str, float], Tag("Mapping")],
    Discriminator(_form),
]
ByYear = dict[int, float]

# key: keys of which at least one must stand beside it
BESIDE: dict[str, tuple[str, ...]] = {
    "ratio": ("of",),
    "times": ("of",),
    "divide_by": ("of",),
    "step": ("ratio",),
    "year_step": ("ratio",),
    "floor": ("ratio",),
    "cap": ("ratio",),
    "follow": ("base", "city"),
    "spread": ("follow",),
    "trend_pct": ("base", "city"),
    "year_index": ("base", "city"),
}
SOURCES = ("base", "table", "ratio", "times", "divide_by")
# key: keys that would say the same thing a second way
AGAINST: dict[str, tuple[str, ...]] = {
    "follow": ("trend_pct", "year_index", "year_factor"),
    "table": ("noise_pct", "year_factor"),
    "city_follow": ("city",),
}


class Series(Doc):
    """A quantity of its own inside another's settings (``times``, ``divide_by``)."""

    base: PerArea
    trend_pct: PerArea = 0.0
    year_factor: ByYear = {}
    noise_pct: float = 0.0


class VariableSettings(Doc):
    """How one variable comes about; which keys go together is checked here.

    Attributes:
        base, trend_pct, year_factor, year_index, year_value, noise_pct: A series of its own.
        table: Values written out, by year.
        of: Variable of which this one is a share (``ratio``), a multiple or a quotient.
        step, year_step, floor, cap: Of the share.
        follow, spread: A series whose changes it shares.
        city, city_follow: The city's own value, for variables that every level reports itself.
        extra_years: Years written beside lookback … last.
    """

    base: PerArea | None = None
    trend_pct: PerArea = 0.0
    year_factor: ByYear = {}
    year_index: ByYear = {}
    year_value: ByYear = {}
    noise_pct: float = 0.0
    table: dict[int, tuple[float, ...]] | None = None
    of: str | None = None
    ratio: PerArea | None = None
    step: PerArea = 0.0
    year_step: ByYear = {}
    floor: float | None = None
    cap: float | None = None
    times: Series | None = None
    divide_by: Series | None = None
    follow: ByYear | None = None
    spread: Literal["additive", "proportional"] = "additive"
    city: float | None = None
    city_follow: ByYear | None = None
    extra_years: tuple[int, ...] = ()

    @property
    def own_city(self) -> bool:
        """Whether the city's own value is given."""
        return self.city is not None or self.city_follow is not None

    @property
    def for_areas(self) -> bool:
        """Whether values of areas are given."""
        return any(getattr(self, key) is not None for key in SOURCES)

    @model_validator(mode="after")
    def _one_meaning(self) -> VariableSettings:
        given = self.model_fields_set
        sources = [key for key in SOURCES if getattr(self, key) is not None]
        if len(sources) > 1:
            raise ValueError(f"{'、'.join(SOURCES)} 中的一个|同时写了 {'、'.join(sources)}，只留一个。")
        if not sources and not self.own_city:
            raise ValueError(f"{'、'.join(SOURCES)}、city 中的一个|没有写值从哪里来。")
        if self.of is not None and sources and sources[0] in {"base", "table"}:
            raise ValueError(f"of 配 ratio、times 或 divide_by|of 与 {sources[0]} 不能同时写。")
        for key, others in BESIDE.items():
            if key in given and not any(o in given for o in others):
                raise ValueError(f"{key} 配 {' 或 '.join(others)}|{key} 单独写没有意义，请补上或删去。")
        for key, others in AGAINST.items():
            clash = [o for o in others if key in given and o in given]
            if clash:
                raise ValueError(f"{key} 不配 {'、'.join(others)}|请删去 {'、'.join(clash)}。")
        if self.own_city and not isinstance(self.trend_pct, float | int):
            raise ValueError("city 配一个数的 trend_pct|全市值没有区和区类，趋势只能是一个数。")
        return self


class SurveySettings(Doc):
    """Means, samples and spread of the questionnaire, in 分.

    Attributes:
        n: Answers per area.
        spread: Standard deviation of one person's answer.
        design_effect: By how much the sample is worse than a simple one.
        area_spread, year_noise: Half-widths of the deviations of an area, and of an area in a year.
        means: City-wide mean of each question.
        weight: Variable by which areas are weighted in a mean above them; equal weights where it is not there.
    """

    n: Annotated[int, Field(ge=1)]
    spread: float
    design_effect: float = 1.0
    area_spread: float = 0.0
    year_noise: float = 0.0
    means: dict[str, float]
    weight: str = "resident_pop"


class LayerSettings(Doc):
    """Where the layers grow from, and how far they measure from what is reported.

    Attributes:
        centre: Longitude and latitude, degrees.
        difference_pct: Standard deviation of measured against reported, in per cent.
    """

    centre: Annotated[tuple[float, ...], Field(min_length=2, max_length=2)]
    difference_pct: Annotated[float, Field(ge=0, le=10)]


class GeneratorDoc(Doc):
    """``generator.yaml``."""

    order: Annotated[tuple[str, ...], Field(min_length=1)]
    base_year: int
    types: dict[str, str] = {}
    variables: dict[str, VariableSettings]
    survey: SurveySettings | None = None
    layers: LayerSettings | None = None
