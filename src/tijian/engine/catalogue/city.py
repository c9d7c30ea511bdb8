"""What is true of one city: its folder's documents."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from tijian.engine.catalogue.document import Doc
from tijian.engine.catalogue.text import EpsgCode, IsoDate, MonthDay
from tijian.engine.kernel.periods import FIRST_YEAR, LAST_YEAR

CLOCK = r"^[0-9]{1,2}:[0-5][0-9]$"
GRADES = ("优", "良", "中", "差")
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Share = Annotated[float, Field(ge=0, le=1)]


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

    first: Year
    last: Year
    lookback: Year

    @model_validator(mode="after")
    def _in_order(self) -> Years:
        if not self.lookback <= self.first <= self.last:
            raise ValueError("由早到晚的 lookback、first、last|回看年不晚于首年，首年不晚于末年，请改正。")
        return self


class Crs(Doc):
    """The projected system in which lengths and areas are measured."""

    projected: EpsgCode


class Boundary(Doc):
    """The boundary layer of the areas."""

    file: str
    key: str
    valid_from: IsoDate
    crs: EpsgCode = "EPSG:4490"
    mark: str = ""
    source: str
    review_number: str | None = None


class GtfsWindow(Doc):
    """The date and the hours in which the service at stops is counted; hours may pass 24:00."""

    date: IsoDate
    from_: Annotated[str, Field(alias="from", pattern=CLOCK)]
    to: Annotated[str, Field(pattern=CLOCK)]


class LayerDoc(Doc):
    """A layer of the city; ``{period}`` in file and date stands for the year.

    ``columns`` names the file's columns by ours (``people: TOTPOP``); ``ring`` is how many metres beyond the
    city's outline the layer is complete; ``sha256`` is held against the file where it is given. ``places`` are
    points and areas together. ``osm`` names the class, or classes, of the mapping for a PBF file, ``datum`` the datum of a
    table of points, ``gtfs`` the window in which departures at stops are counted; ``at_least`` keeps the features whose column (by our name)
    holds no less.
    """

    file: str
    kind: Literal["lines", "polygons", "points", "places"]
    zh: str
    provider: str
    captured: str
    crs: EpsgCode
    licence: str
    mark: str = ""
    columns: dict[str, str] = {}
    ring: Annotated[float, Field(ge=0)] = 0.0
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    osm: tuple[str, ...] | str | None = None
    mapping: str = "osm"
    datum: str | None = None
    at_least: dict[str, float] = {}
    gtfs: GtfsWindow | None = None


class GeneratorRef(Doc):
    """Seed and story with which a folder without inputs is filled."""

    seed: int
    story: str | None = None


class Calendar(Doc):
    """First and last day of the 供暖季."""

    heating_season: Annotated[tuple[MonthDay, ...], Field(min_length=2, max_length=2)] = ("11-01", "03-31")

    @model_validator(mode="after")
    def _ends_before_the_next(self) -> Calendar:
        start, end = self.heating_season
        if end >= start:
            raise ValueError("跨年的起止日，如 [11-01, 03-31]|供暖季在次年结束，止日要早于下一季的起日。")
        return self


class CityDoc(Doc):
    """``city.yaml``; ``indicators`` keeps of its systems only those named, in their order."""

    city: CityName
    area_set: AreaSet
    systems: Annotated[tuple[str, ...], Field(min_length=1)]
    indicators: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    diseases: str | None = None
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    years: Years
    crs: Crs
    boundary: Boundary | None = None
    layers: dict[str, LayerDoc] = {}
    generator: GeneratorRef | None = None
    calendar: Calendar = Calendar()


def _falling(points: dict[str, float]) -> dict[str, float]:
    """Refuse points that are not there for each grade, or that do not fall from grade to grade."""
    wanted = "优、良、中、差四级各一个分值，由高到低"
    missing = [grade for grade in GRADES if grade not in points]
    if missing:
        raise ValueError(f"{wanted}|没有写{'、'.join(missing)}，请补上。")
    if any(points[better] <= points[worse] for better, worse in pairwise(GRADES)):
        raise ValueError(f"{wanted}|较好一级的分值要高于较差一级，请改正。")
    return points


class DimensionRule(Doc):
    """How a dimension is scored."""

    points: Annotated[dict[Literal["优", "良", "中", "差"], float], AfterValidator(_falling)]
    min_coverage: Share
    min_judged: Share
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
