"""Functions that compute indicators where a formula cannot say it."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol, TypeVar

from tijian.engine.compute.geo.graph import Graph
from tijian.engine.kernel.missing import Status

T = TypeVar("T")

GROUP = "tijian.indicators"
ROOM = "tijian.engine.compute.indicators"


@dataclass(frozen=True, slots=True)
class Computed:
    """What a function gives for one area: numerator, denominator, or a reason; and words for the explanation.

    Attributes:
        numerator, denominator: In the units that the computation declares; a reason where there is none.
        detail: Facts for the explanation (layers, coordinate system, counts), in order.
    """

    numerator: float | Status
    denominator: float | Status
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that is not served: what lies beside the figure of a coverage.

    Attributes:
        area: Code of the area it lies in.
        shape: The place, projected: a piece of land, a community.
        people: How many live there; None where the city has no people by place.
        nearest: Name or id of the nearest facility; empty where there is none.
        distance: Metres to it in a straight line; None where there is none.
        lacking: What is lacking, where several things are asked for.
    """

    area: str
    shape: Any
    people: float | None
    nearest: str
    distance: float | None
    lacking: str = ""


class Material(Protocol):
    """What a function may look at: areas, layers and survey of one year. It reads no file itself."""

    @property
    def year(self) -> int:
        """The period examined."""

    def codes(self) -> tuple[str, ...]:
        """Lowest examined areas, in order."""

    def outline(self, code: str) -> Any:
        """Outline of an area in the projected system, or None."""

    def layer(self, name: str) -> Any:
        """A layer in the projected system, or None where the city has none for the year."""

    def ring(self, name: str) -> float:
        """Metres beyond the city's outline up to which a layer is complete."""

    def graph(self) -> Graph | None:
        """The walking network of the year in metres, or None where the city has none."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Give what several computations of the year share over the same areas, made when first asked for."""

    def survey(self, code: str) -> Mapping[str, float | Status] | None:
        """Mean score of each scored question in an area, or None where there was no survey."""

    def question_groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Scored questions by dimension, dimensions in order."""


@dataclass(frozen=True)
class Computation:
    """A registered function.

    Attributes:
        name: Id and revision, such as ``road_density@1``.
        run: From material to one result an area; upper areas are added by the evaluator unless ``own``.
        numerator_unit, denominator_unit: Units of what it returns.
        own: Whether the function itself gives upper areas too (a survey), instead of sums.
        needs: Layers and ``survey`` it looks at; for manifest and faults.
        meaning: One sentence for the explanation.
        gaps: For a coverage: from material to the places not served; None for anything else.
    """

    name: str
    run: Callable[[Material], dict[str, Computed]]
    numerator_unit: str
    denominator_unit: str
    own: bool
    needs: tuple[str, ...]
    meaning: str
    gaps: Callable[[Material], list[Gap]] | None = None


def indicator(
    name: str,
    *,
    numerator_unit: str,
    denominator_unit: str,
    needs: tuple[str, ...],
    meaning: str,
    own: bool = False,
    gaps: Callable[[Material], list[Gap]] | None = None,
) -> Callable[[Callable[[Material], dict[str, Computed]]], Computation]:
    """Register a pure function as the computation of an indicator, with id and revision."""

    def wrap(run: Callable[[Material], dict[str, Computed]]) -> Computation:
        return Computation(name, run, numerator_unit, denominator_unit, own, needs, meaning, gaps)

    return wrap


@cache
def registered() -> dict[str, Computation]:
    """Find all computations: modules of ``compute.indicators`` and the entry points of other packages.

    Raises:
        ValueError: If two functions carry one name.
    """
    found: dict[str, Computation] = {}
    room = import_module(ROOM)
    modules = [import_module(m.name) for m in pkgutil.walk_packages(room.__path__, f"{ROOM}.")]
    candidates = [
        value for module in modules for value in vars(module).values() if isinstance(value, Computation)
    ]
    candidates += [entry.load() for entry in entry_points(group=GROUP)]
    for computation in candidates:
        if found.setdefault(computation.name, computation) is not computation:
            raise ValueError(computation.name)
    return found
