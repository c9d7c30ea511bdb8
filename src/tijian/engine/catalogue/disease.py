"""Knowledge of 城市病: symptoms as patterns, causes, measures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tijian.engine.catalogue.document import Doc

GradeWord = Literal["优", "良", "中", "差", "合格", "不合格"]
KINDS = {
    "ind": ({"grade"}, {"trend", "years"}, {"behind_type_pct"}, {"bottom"}, {"district_gap_over"}),
    "survey": ({"below"}, {"above"}, {"below", "while_"}, {"above", "while_"}),
    "variable": ({"below"}, {"above"}, {"growth_over"}, {"growth_below"}),
    "complaint": ({"rise_pct"}, {"per_10k_over"}, {"rise_pct", "per_10k_over"}),
    "alarm": ({"count_over"},),
    "text": (set(),),
    "all": (set(),),
    "any": (set(),),
}


class GradeIs(Doc):
    """The condition beside a survey pattern: an indicator has one of these grades."""

    ind: str
    grade: tuple[GradeWord, ...]


class Pattern(Doc):
    """One thing that is true, not true, or cannot be known."""

    ind: str | None = None
    survey: str | None = None
    variable: str | None = None
    complaint: str | None = None
    alarm: str | None = None
    text: str | None = None
    all: tuple[Pattern, ...] | None = None
    any: tuple[Pattern, ...] | None = None
    grade: tuple[GradeWord, ...] | None = None
    trend: Literal["恶化"] | None = None
    years: Annotated[int, Field(ge=1, le=5)] | None = None
    behind_type_pct: float | None = None
    bottom: Literal["破"] | None = None
    district_gap_over: float | None = None
    below: float | None = None
    above: float | None = None
    while_: Annotated[GradeIs | None, Field(alias="while")] = None
    growth_over: float | None = None
    growth_below: float | None = None
    rise_pct: float | None = None
    per_10k_over: float | None = None
    count_over: float | None = None
    w: Annotated[int, Field(ge=1, le=3)] = 1

    @property
    def kind(self) -> str:
        """What the pattern looks at: the one key of ``KINDS`` that is set."""
        return next(k for k in KINDS if getattr(self, k) is not None)

    @model_validator(mode="after")
    def _one_kind(self) -> Pattern:
        kinds = [k for k in KINDS if getattr(self, k) is not None]
        if len(kinds) != 1:
            raise ValueError(f"{'、'.join(KINDS)} 中的一个|一条症状只看一样东西。")
        given = {
            f for f in type(self).model_fields if f not in KINDS and f != "w" and getattr(self, f) is not None
        }
        if given not in KINDS[kinds[0]]:
            wanted = " 或 ".join("+".join(sorted(k)) or "（无）" for k in KINDS[kinds[0]])
            raise ValueError(f"{kinds[0]} 配 {wanted.replace('while_', 'while')}|条件写得不全或不配套。")
        return self


class Cause(Doc):
    """A possible cause, with evidence for and against in words and, where it can be seen, as patterns."""

    name: str
    supports: tuple[str, ...]
    refutes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    usually_available: bool
    when: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()


class Move(Doc):
    """What a measure moves, and by how much (order of magnitude, never a promise)."""

    indicator: str | None = None
    question: str | None = None
    effect: str


class Node(Doc):
    """A milestone of a measure and what counts as done."""

    name: str
    done: str


class Measure(Doc):
    """A way of treating a disease."""

    name: str
    moves: tuple[Move, ...]
    time: str
    lead: str
    support: tuple[str, ...] = ()
    milestones: tuple[Node, ...]
    pitfalls: tuple[str, ...] = ()


class Disease(Doc):
    """One 城市病: when it is proposed, why it may be, how bad it is, what helps."""

    id: str
    name: str
    field: str
    dimension: str
    definition: str
    necessary: Pattern
    supporting: tuple[Pattern, ...] = ()
    contradict: tuple[Pattern, ...] = ()
    causes: tuple[Cause, ...]
    severity: dict[Literal["重", "中", "轻"], str]
    severity_when: dict[Literal["重", "中"], Pattern] = {}
    measures: tuple[Measure, ...] = ()
    note: str = ""


class Knowledge(Doc):
    """Head of a folder of disease knowledge."""

    id: str
    title: str
    mark: str
    fields: tuple[str, ...]
    rules: tuple[str, ...] = ()
