"""Systems, variables and indicators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from tijian.engine.catalogue.document import Doc, Zh
from tijian.engine.catalogue.text import COMPUTATION, IDENTIFIER, INDICATOR_ID, MonthDay
from tijian.engine.kernel.periods import ANNUAL, PeriodType

Origin = Literal["国家", "省", "市"]
Strand = Literal["自体检", "第三方", "调查", "监测"]
Method = Literal["部门提报", "第三方计算", "问卷调查"]
STRAND_OF: dict[str, Strand] = {"部门提报": "自体检", "第三方计算": "第三方", "问卷调查": "调查"}
METHOD_OF = {strand: method for method, strand in STRAND_OF.items()}
Period = PeriodType
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
IndicatorId = Annotated[str, Field(pattern=INDICATOR_ID)]
Rate = Annotated[float, Field(gt=0)]


class Dimension(Doc):
    """One of the themes under which indicators are judged together."""

    id: str
    zh: str
    short: str
    en: str = ""


class Section(Doc):
    """A heading inside a dimension."""

    zh: str
    dimension: str


class System(Doc):
    """An indicator system: year, issuer, document, dimensions.

    ``unjudged`` says why nothing of the system is judged unless a city writes a criterion; empty: a city must.
    """

    id: str
    title: Zh
    year: int
    issuer: str
    document: str
    origin: Origin
    status: Literal["draft", "published"]
    mark: str
    unjudged: str = ""
    extends: str | None = None
    dimensions: tuple[Dimension, ...] = ()
    sections: tuple[Section, ...] = ()


class Range(Doc):
    """Plausible bounds for one area, in the variable's unit."""

    min: float
    max: float


class Variable(Doc):
    """One meaning, asked once and used by every indicator that needs it."""

    zh: str
    unit: str
    aggregate: Literal["sum", "own", "none"]
    kind: Literal["存量", "流量"]
    period: Period = PeriodType.CALENDAR_YEAR
    decimals: Annotated[int, Field(ge=0, le=9)]
    range: Range | None = None
    levels: tuple[str, ...] | None = None
    whole: bool = False
    note: str = ""


class Input(Doc):
    """A quantity a formula speaks of: a variable, or the value of another indicator."""

    unit: str
    zh: str
    alias: str | None = None
    indicator: IndicatorId | None = None


class Step(Doc):
    """A change from one year to another, relative or in the indicator's unit."""

    rel: Rate | None = None
    abs: Rate | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Step:
        if (self.rel is None) == (self.abs is None):
            raise ValueError("rel 或 abs 之一|rel 是相对变化，abs 是绝对变化，只写一个。")
        return self


class Checks(Doc):
    """Bounds a value must keep, and the changes that ask for an explanation."""

    min: float
    max: float
    jump: Step
    worsen2: Step
    classes: dict[str, tuple[float, float]] | None = None


class Aggregate(Doc):
    """How an upper area comes about: summed numerator and denominator, or a weighted mean."""

    numerator: str | None = None
    denominator: str | None = None
    weight: Identifier | None = None

    @model_validator(mode="after")
    def _ratio_or_weight(self) -> Aggregate:
        ratio = self.numerator is not None and self.denominator is not None
        neither = self.numerator is None and self.denominator is None
        if not ((ratio and self.weight is None) or (neither and self.weight is not None)):
            raise ValueError("numerator 和 denominator，或 weight|上级由分子分母求和，或按 weight 加权。")
        return self


def _annual(kind: PeriodType) -> PeriodType:
    """Refuse a period shorter than a year: an indicator has one value a year."""
    if kind not in ANNUAL:
        raise ValueError(f"{'、'.join(ANNUAL)} 之一|指标一年一个值；逐月、逐日的是变量的 period。")
    return kind


class PeriodOf(Doc):
    """Which period a value belongs to, and the day of a stock."""

    type: Annotated[Period, AfterValidator(_annual)]
    as_of: MonthDay | None = None


class Material(Doc):
    """Evidence asked for with a value."""

    zh: str
    required: bool


class Link(Doc):
    """What an indicator of another system or revision has to do with this one."""

    to: str
    kind: Literal["same", "renamed", "口径变化", "split", "merged", "dropped"]


class Reference(Doc):
    """A standard or document."""

    number: str
    certainty: str


class Indicator(Doc):
    """What is measured: meaning, unit, direction, formula, aggregation, checks."""

    id: IndicatorId
    revision: Annotated[int, Field(ge=1)]
    name: Zh
    dimension: str
    section: str | None = None
    meaning: str
    concepts: tuple[Literal["创新", "协调", "绿色", "开放", "共享"], ...]
    origin: Origin | None = None
    kind: Literal["导向", "底线"]
    unit: str
    decimals: Annotated[int, Field(ge=0, le=9)]
    direction: Literal["higher", "lower", "range", "pass"]
    scales: tuple[str, ...]
    period: PeriodOf
    methods: Annotated[tuple[Method, ...], Field(min_length=1)]
    secrecy: Literal["公开", "内部", "敏感"]
    inputs: dict[Identifier, Input]
    formula: str | None = None
    compute: Annotated[str, Field(pattern=COMPUTATION)] | None = None
    aggregate: Aggregate | Literal["own"]
    zero_denominator: Literal["无数据", "不适用"] = "无数据"
    min_coverage: Annotated[float, Field(gt=0, le=1)] = 1.0
    checks: Checks
    materials: tuple[Material, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[Reference, ...] = ()
    note: str = ""
    provenance: str = ""

    @model_validator(mode="after")
    def _can_be_computed(self) -> Indicator:
        reported = "部门提报" in self.methods
        if self.formula is None and self.compute is None:
            raise ValueError("formula 或 compute|没有公式也没有计算函数，就得不到值。")
        if reported != (self.formula is not None):
            raise ValueError("methods 与 formula 一致|有 formula 才有部门提报，有部门提报就要 formula。")
        if (self.compute is not None) != any(m != "部门提报" for m in self.methods):
            raise ValueError("methods 与 compute 一致|第三方计算和问卷调查要有 compute。")
        return self
