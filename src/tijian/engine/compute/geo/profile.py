"""Who may use a way, in which direction and how fast: walking, cycling and driving from OpenStreetMap tags.

Tags mean what the OpenStreetMap wiki says of ``Key:access``, ``Key:oneway`` and ``Key:maxspeed``: the most
special key that is set decides. Classes and speeds stand in ``WALK``, ``CYCLE`` and ``DRIVE`` and may be replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Values = Sequence[str | None]

KMH = 1 / 3.6
MILE = 1.609344  # kilometres
WALKING = 4.8 * KMH  # 1,200 m in a quarter of an hour

LARGE = ("trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link")
SMALL = (
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
)
FOOT = ("pedestrian", "footway", "path", "steps", "corridor", "bridleway", "cycleway", "platform")
ROADS = ("motorway", "motorway_link", *LARGE, *SMALL, *FOOT)

FREE = frozenset(
    {"yes", "permissive", "designated", "destination", "customers", "official", "public", "dismount"}
)
CLOSED = frozenset(
    {
        "no",
        "private",
        "permit",
        "agricultural",
        "forestry",
        "delivery",
        "military",
        "emergency",
        "bus",
        "psv",
        "use_sidepath",
    }
)
NEITHER, FORWARD, BACKWARD, BOTH = range(4)  # 1 as drawn, 2 against it
ONE_WAY = MappingProxyType(
    {
        "yes": FORWARD,
        "true": FORWARD,
        "1": FORWARD,
        "-1": BACKWARD,
        "reverse": BACKWARD,
        "no": BOTH,
        "false": BOTH,
        "0": BOTH,
        "alternating": BOTH,
        "reversible": NEITHER,  # which way is open changes by the hour
    }
)
ROUND = frozenset({"roundabout", "circular"})
SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?")


@dataclass(frozen=True)
class Profile:
    """How one moves.

    Attributes:
        name: ``walk``, ``cycle`` or ``drive``.
        speeds: Class of road (value of ``highway``) → metres a second; other classes are closed unless one of
            ``opened_by`` opens them.
        opened: Speed on a class that is closed by itself and opened by a tag of its own, metres a second.
        access: Keys that open or close a way, the most special first.
        one_way: Keys that set the direction, the most special first; empty where direction is not obeyed.
        limited: Whether ``maxspeed`` is obeyed in place of the speed of the class.
        barriers: Values of ``barrier`` that close a point unless its access tags open it.
    """

    name: str
    speeds: Mapping[str, float]
    opened: float
    access: tuple[str, ...]
    one_way: tuple[str, ...]
    limited: bool
    barriers: frozenset[str]

    @property
    def tags(self) -> tuple[str, ...]:
        """Keys of ways that are read."""
        more = (
            *self.one_way,
            *(("junction",) if self.implied else ()),
            *(("maxspeed",) if self.limited else ()),
        )
        return ("highway", *self.access, *more)

    @property
    def implied(self) -> bool:
        """Whether roundabouts and motorways are one-way without saying so."""
        return "oneway" in self.one_way


WALK = Profile(
    name="walk",
    speeds=MappingProxyType(dict.fromkeys((*LARGE, *SMALL, *FOOT), WALKING)),
    opened=WALKING,
    access=("foot", "access"),
    one_way=("oneway:foot",),
    limited=False,
    barriers=frozenset(),
)
CYCLE = Profile(
    name="cycle",
    speeds=MappingProxyType(dict.fromkeys((*LARGE, *SMALL, "path", "cycleway", "bridleway"), 15 * KMH)),
    opened=WALKING,
    access=("bicycle", "vehicle", "access"),
    one_way=("oneway:bicycle", "oneway"),
    limited=False,
    barriers=frozenset({"kissing_gate", "stile", "turnstile"}),
)
# Middles of the design speeds of CJJ 37-2012 (快速路, 主干路, 次干路, 支路), 待核; motorways 100 km/h.
DRIVE = Profile(
    name="drive",
    speeds=MappingProxyType(
        {
            "motorway": 100 * KMH,
            "motorway_link": 60 * KMH,
            "trunk": 80 * KMH,
            "trunk_link": 50 * KMH,
            "primary": 50 * KMH,
            "primary_link": 40 * KMH,
            "secondary": 40 * KMH,
            "secondary_link": 30 * KMH,
            "tertiary": 30 * KMH,
            "tertiary_link": 30 * KMH,
            "unclassified": 30 * KMH,
            "residential": 30 * KMH,
            "road": 30 * KMH,
            "living_street": 10 * KMH,
            "service": 15 * KMH,
            "track": 15 * KMH,
        }
    ),
    opened=10 * KMH,
    access=("motorcar", "motor_vehicle", "vehicle", "access"),
    one_way=("oneway",),
    limited=True,
    barriers=frozenset(
        {
            "bollard",
            "block",
            "chain",
            "cycle_barrier",
            "debris",
            "jersey_barrier",
            "kissing_gate",
            "log",
            "motorcycle_barrier",
            "stile",
            "turnstile",
        }
    ),
)


@dataclass(frozen=True)
class Ways:
    """What holds for each way under a profile; as ``network.build`` takes it.

    Attributes:
        forward: Whether it may be followed as drawn, shape (n,).
        backward: Whether it may be followed against it, shape (n,).
        road: Position of its class in ``ROADS``, −1 for any other, shape (n,).
        speed: Metres a second; NaN where it may not be followed; shape (n,).
    """

    forward: Flags
    backward: Flags
    road: Numbers
    speed: Floats


def ways(profile: Profile, tags: Mapping[str, Values]) -> Ways:
    """Say for each way who may follow it, whither and how fast.

    Args:
        profile: How one moves.
        tags: Key → values of n ways, None or empty where a way lacks it; ``highway`` is needed, other keys
            that are missing are taken to be set on no way.
    """
    road = _looked_up(tags["highway"], lambda value: ROADS.index(value) if value in ROADS else -1, np.int32)
    usual = _looked_up(tags["highway"], lambda value: profile.speeds.get(value, np.nan), np.float64)
    allowed, special = _access(profile, tags, len(road))
    speed = np.where(np.isnan(usual) & special & (road >= 0), profile.opened, usual)
    if profile.limited:
        stated = _looked_up(tags.get("maxspeed", ()), _speed, np.float64, len(road))
        speed = np.where(np.isnan(stated) | np.isnan(speed), speed, stated)
    if "bicycle" in profile.access:
        pushed = _looked_up(tags.get("bicycle", ()), lambda value: value == "dismount", np.bool_, len(road))
        speed = np.where(pushed & ~np.isnan(speed), WALKING, speed)
    speed = np.where(allowed, speed, np.nan)
    forward, backward = _directions(profile, tags, len(road))
    usable = ~np.isnan(speed)
    return Ways(forward & usable, backward & usable, road, np.where(forward | backward, speed, np.nan))


def closed_points(profile: Profile, tags: Mapping[str, Values]) -> Flags:
    """Say which points with a ``barrier`` tag close a way.

    Args:
        profile: How one moves.
        tags: Key → values of n points; ``barrier`` is needed.

    Returns:
        Which cannot be passed, shape (n,): those whose access tags close them, and those whose barrier closes
        them and whose access tags do not open them. A gate that says nothing more may be passed.
    """
    barrier = _looked_up(tags["barrier"], lambda value: value in profile.barriers, np.bool_)
    present = _looked_up(tags["barrier"], bool, np.bool_)
    allowed, special = _access(profile, tags, len(barrier))
    return present & (~allowed | (barrier & ~special))


def _access(profile: Profile, tags: Mapping[str, Values], count: int) -> tuple[Flags, Flags]:
    """Give what access tags do not close, and what a tag of this mode itself opens.

    ``access=yes`` alone opens nothing that is closed by its class: a motorway stays closed to walkers.
    """
    state = np.full(count, -1, dtype=np.int8)
    special = np.zeros(count, dtype=bool)
    for key in profile.access:
        found = _looked_up(tags.get(key, ()), _open, np.int8, count)
        undecided = state < 0
        state = np.where(undecided, found, state)
        if key != "access":
            special |= undecided & (found == 1)
    return state != 0, special


def _directions(profile: Profile, tags: Mapping[str, Values], count: int) -> tuple[Flags, Flags]:
    """Give whether each way may be followed as drawn and against it."""
    found: Flags = np.ones((count, 2), dtype=bool)
    if profile.implied:
        found[_looked_up(tags.get("junction", ()), ROUND.__contains__, np.bool_, count), 1] = False
        found[_looked_up(tags["highway"], "motorway".__eq__, np.bool_, count), 1] = False
    for key in reversed(profile.one_way):
        codes = _looked_up(tags.get(key, ()), _direction, np.int8, count)
        said = codes >= 0
        found[said, 0], found[said, 1] = codes[said] & FORWARD > 0, codes[said] & BACKWARD > 0
    return found[:, 0], found[:, 1]


def _looked_up(
    values: Values, meaning: Callable[[str], Any], dtype: type[np.generic], count: int | None = None
) -> NDArray[Any]:
    """Give the meaning of each value, asking once for each distinct one; of several by ``;`` the first counts."""
    if count is not None and not len(values):
        values = [None] * count
    known = {value: meaning("" if value is None else value.split(";")[0].strip()) for value in set(values)}
    return np.fromiter((known[value] for value in values), dtype=dtype, count=len(values))


def _open(value: str) -> int:
    """Give 1 for open, 0 for closed, −1 for nothing said or nothing known."""
    return 1 if value in FREE else 0 if value in CLOSED else -1


def _direction(value: str) -> int:
    """Give 1 for as drawn, plus 2 for against it; −1 for nothing said or nothing known."""
    return ONE_WAY.get(value, -1)


def _speed(value: str) -> float:
    """Give metres a second; NaN for what is no positive number, such as ``none`` or ``walk``."""
    found = SPEED.fullmatch(value.lower())
    if found is None or float(found[1]) == 0:
        return float("nan")
    return float(found[1]) * KMH * (MILE if found[2] == "mph" else 1.0)
