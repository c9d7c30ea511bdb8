"""Cases a domain expert can recompute by hand."""

from __future__ import annotations

from typing import Literal

from tijian.engine.catalogue.document import Doc

Given = dict[str, float | int | Literal["无数据", "不适用"] | tuple[float | int | None, ...]]


class Case(Doc):
    """Small inputs and the value they must give.

    Attributes:
        inputs: Quantities of one area, in the definition's input units; a tuple is by sub-period.
        prev: The same, one period back.
        areas: Several areas whose upper area is asked; then ``prev`` is a list as well.
        city: Quantities of the upper area itself, for variables that each level reports.
        survey: Question means, for survey indicators.
        expect: The rounded value, or the reason why there is none.
        how: The arithmetic, in words and figures.
    """

    name: str
    inputs: Given | None = None
    prev: Given | tuple[Given, ...] | None = None
    areas: tuple[Given, ...] | None = None
    city: Given | None = None
    survey: dict[str, float | int] | None = None
    expect: float | int | Literal["无数据", "不适用"]
    how: str
