"""Criteria: dated rows apart from the definitions they judge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tijian.engine.catalogue.document import Doc

Operator = Literal["<", "<=", ">", ">=", "=="]
Triple = Annotated[tuple[float, ...], Field(min_length=3, max_length=3)]
Interval = Annotated[tuple[float, ...], Field(min_length=2, max_length=2)]
Intervals = Annotated[tuple[Interval, ...], Field(min_length=3, max_length=3)]
Cuts = Triple | Intervals


class Judgement(Doc):
    """How an indicator is judged at one level.

    Attributes:
        judge: cut · own_trend · pass · none.
        cuts: Cut points 优/良/中, by area type where the level has types, else for all areas of it.
        op: Comparison of a pass.
        value: What a pass compares with.
        reason: Why there is no judgement.
        missing_type: Why a type has no cut points.
    """

    judge: Literal["cut", "own_trend", "pass", "none"]
    cuts: Cuts | dict[str, Cuts] | None = None
    op: Operator | None = None
    value: float | None = None
    reason: str = ""
    missing_type: dict[str, str] = {}

    @model_validator(mode="after")
    def _complete(self) -> Judgement:
        if (self.judge == "cut") != (self.cuts is not None):
            raise ValueError("judge: cut 与 cuts 同时出现|按切点判要有 cuts，别的判法没有。")
        if (self.judge == "pass") != (self.op is not None and self.value is not None):
            raise ValueError("judge: pass 与 op、value 同时出现|判合格要写 op 和 value。")
        if self.judge == "none" and not self.reason:
            raise ValueError("reason|不评级要写明理由。")
        return self


class Version(Doc):
    """One dated version of a criterion.

    Attributes:
        version: Its number.
        from_, to: First and last year it judges.
        revision: Revision of the indicator's definition it judges; None: that of the catalogue.
        levels: Level → how it is judged.
    """

    version: Annotated[int, Field(ge=1)]
    from_: Annotated[int, Field(alias="from")]
    to: int | None = None
    revision: Annotated[int | None, Field(ge=1)] = None
    levels: dict[str, Judgement]

    def valid(self, year: int) -> bool:
        """Tell whether the version judges a year."""
        return self.from_ <= year and (self.to is None or year <= self.to)


class Bottom(Doc):
    """A line that may not be averaged away, on the value or on a variable.

    Attributes:
        levels: Where it holds.
        op, value: What must hold; ``prev`` is last year's number.
        variable: The variable it is judged on; None: the indicator's own value.
        revision: Revision of the definition it judges, for a line on the value; None: that of the catalogue.
        from_, to: First and last year it holds.
        note: Where it comes from.
    """

    levels: tuple[str, ...]
    op: Operator
    value: float | Literal["prev"]
    variable: str | None = None
    revision: Annotated[int | None, Field(ge=1)] = None
    from_: Annotated[int | None, Field(alias="from")] = None
    to: int | None = None
    note: str = ""

    def valid(self, year: int) -> bool:
        """Tell whether the line holds in a year."""
        return (self.from_ is None or self.from_ <= year) and (self.to is None or year <= self.to)

    @model_validator(mode="after")
    def _revision_of_the_value(self) -> Bottom:
        if self.variable is not None and self.revision is not None:
            raise ValueError("revision 不配 variable|按变量判的底线与指标的口径无关，请删去 revision。")
        return self


class Trend(Doc):
    """Which way is worse, where direction and cut points do not say it."""

    worse: Literal["up", "down"]


class Sample(Doc):
    """What a survey must reach before its figure is graded."""

    min_n: int
    max_margin: float


class Criterion(Doc):
    """Everything by which one indicator is judged in this city."""

    scheme: str | None = None
    kind: Literal["标准", "文件", "同类城市", "专家", "示例"]
    certainty: str
    basis: str
    refs: tuple[str, ...] = ()
    why: str = ""
    approver: str | None = None
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    bottom: tuple[Bottom, ...] = ()
    trend: Trend | None = None
    exclude_years: tuple[int, ...] = ()
    sample: Sample | None = None

    def version(self, year: int) -> Version | None:
        """Find the version that judges a year."""
        return next((v for v in self.versions if v.valid(year)), None)

    @model_validator(mode="after")
    def _no_overlap(self) -> Criterion:
        numbers = [v.version for v in self.versions]
        if len(set(numbers)) != len(numbers):
            raise ValueError("各不相同的 version|版本号重复。")
        for a, b in zip(self.versions, self.versions[1:], strict=False):
            if a.to is None or a.to >= b.from_:
                raise ValueError(f"前后相接的年份|第 {a.version} 版与第 {b.version} 版的有效年份重叠。")
        return self
