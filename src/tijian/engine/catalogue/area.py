"""Areas, their place in the hierarchy and their types."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from tijian.engine.catalogue.document import Doc

TOLERANCE = 1e-9
Share = Annotated[float, Field(gt=0, le=1)]


class Scheme(Doc):
    """A set of area types, such as 老区 新区 城乡结合部."""

    types: tuple[str, ...]


class Area(Doc):
    """One area: code, names, level, parent and its share of each type by scheme."""

    code: str
    zh: str
    short: str
    level: str
    parent: str
    types: dict[str, dict[str, Share]] = {}


class Areas(Doc):
    """All areas below the city, in the one order used everywhere."""

    schemes: dict[str, Scheme] = {}
    areas: tuple[Area, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Areas:
        codes = [area.code for area in self.areas]
        twice = sorted({c for c in codes if codes.count(c) > 1})
        if twice:
            raise ValueError(f"各不相同的代码|{'、'.join(twice)} 出现两次。")
        for area in self.areas:
            for scheme, shares in area.types.items():
                _check_shares(area, scheme, shares, self.schemes)
        return self

    @cached_property
    def default_scheme(self) -> str | None:
        """The first scheme, in which criteria speak unless they name another."""
        return next(iter(self.schemes), None)


def _check_shares(area: Area, scheme: str, shares: dict[str, float], schemes: dict[str, Scheme]) -> None:
    if scheme not in schemes:
        raise ValueError(f"schemes 中的一种|{area.zh}的 {scheme} 没有在 schemes 中定义。")
    unknown = [t for t in shares if t not in schemes[scheme].types]
    if unknown:
        raise ValueError(f"{'、'.join(schemes[scheme].types)} 之一|{area.zh}写了 {'、'.join(unknown)}。")
    if abs(sum(shares.values()) - 1) > TOLERANCE:
        raise ValueError(f"份额之和为 1|{area.zh}的 {scheme} 份额之和是 {sum(shares.values()):g}。")
