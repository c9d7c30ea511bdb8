"""What is true of one city: its folder's documents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tijian.engine.catalogue.document import Doc

MonthDay = Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]
IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class CityName(Doc):
    """Code and names of the city."""

    code: str
    zh: str
    en: str = ""


class AreaSet(Doc):
    """Which areas are examined, where the city has more."""

    id: str
    zh: str
    note: str = ""


class Level(Doc):
    """A level of areas, from the city downwards."""

    id: str
    zh: str


class Years(Doc):
    """Years examined, and the first that is only looked back on."""

    first: int
    last: int
    lookback: int


class Crs(Doc):
    """The projected system in which lengths and areas are measured."""

    projected: Annotated[str, Field(pattern=r"^EPSG:\d+$")]


class Boundary(Doc):
    """The boundary layer of the areas."""

    file: str
    key: str
    valid_from: IsoDate
    mark: str = ""
    source: str
    review_number: str | None = None


class LayerDoc(Doc):
    """A layer of the city; ``{period}`` in file and date stands for the year."""

    file: str
    kind: Literal["lines", "polygons", "points"]
    zh: str
    provider: str
    captured: str
    crs: Annotated[str, Field(pattern=r"^EPSG:\d+$")]
    licence: str
    mark: str = ""


class GeneratorRef(Doc):
    """Seed and story with which a folder without inputs is filled."""

    seed: int
    story: str | None = None


class Calendar(Doc):
    """First and last day of the 供暖季."""

    heating_season: Annotated[tuple[MonthDay, ...], Field(min_length=2, max_length=2)] = ("11-01", "03-31")


class CityDoc(Doc):
    """``city.yaml``."""

    city: CityName
    area_set: AreaSet
    systems: Annotated[tuple[str, ...], Field(min_length=1)]
    diseases: str | None = None
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    years: Years
    crs: Crs
    boundary: Boundary | None = None
    layers: dict[str, LayerDoc] = {}
    generator: GeneratorRef | None = None
    calendar: Calendar = Calendar()


class DimensionRule(Doc):
    """How a dimension is scored."""

    points: dict[Literal["优", "良", "中", "差"], float]
    min_coverage: float
    min_judged: float
    bottom_cap: Literal["优", "良", "中", "差"]


class OwnTrendRule(Doc):
    """How an indicator is judged against its own past."""

    years: Annotated[int, Field(ge=1)]
    good_share: float
    poor_years: Annotated[int, Field(ge=1)]


class FindingRules(Doc):
    """Thresholds of the finding rules."""

    worsening_years: Annotated[int, Field(ge=1)]
    behind_min_areas: Annotated[int, Field(ge=2)]
    gap_below: float
    gap_below_city: float
    survey_min_n: int


class Rules(Doc):
    """``rules.yaml``: the city's rules of judging."""

    dimension: DimensionRule
    own_trend: OwnTrendRule
    findings: FindingRules


class Body(Doc):
    """A member body (成员单位) with what it leads, owns and supplies."""

    id: str
    short: str
    full: str
    kind: str
    duty: str
    leads: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()
    area: str | None = None
    office: bool = False
    note: str = ""


class Scale(Doc):
    """Answers of a question and their scores, best first."""

    options: tuple[str, ...]
    scores: tuple[float, ...]


class Question(Doc):
    """One item of the questionnaire and the indicators it speaks of."""

    id: str
    dimension: str
    text: str
    short: str
    scale: str
    indicators: tuple[str, ...] = ()
    ask: str = "全部"
    scored: bool = True
    contradiction: str = ""


class Questionnaire(Doc):
    """``questionnaire.yaml``."""

    title: str
    mark: str
    scales: dict[str, Scale]
    questions: tuple[Question, ...]


class ReportDates(Doc):
    """When the data of a year were closed and its report issued."""

    closed: IsoDate
    issued: IsoDate


class Reports(Doc):
    """``reports.yaml``: names and dates in the reports."""

    issuer: str
    title: str
    dates: dict[int, ReportDates]
    secrecy: Literal["公开", "内部", "敏感"]
