"""Who may use which street, in which direction and how fast: walking, cycling, driving on OpenStreetMap tags.

Keys and values as the OSM wiki defines them ("Key:access", "Key:oneway", "Key:maxspeed", "Key:barrier"). Speeds
are assumptions (待核) and stand here as data: 80 m a minute on foot, so that 15 minutes are the 1,200 m of the
15-minute circle; design speeds of CJJ 37-2012 §3.2.1, upper values, by car where nothing is posted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]
Tags = Mapping[str, Sequence[str | None]]

KMH = 1 / 3.6  # metres a second
MPH = 1.609344 * KMH
SHUT = frozenset(
    {
        *("no", "private", "permit", "residents", "employees", "delivery", "military", "emergency"),
        *("agricultural", "forestry", "bus", "psv", "use_sidepath", "discouraged"),
    }
)
OPEN = frozenset({"yes", "designated", "permissive", "official", "destination", "customers"})
ONWARD = {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0, "-1": -1, "reverse": -1}
ROUND = frozenset({"roundabout", "circular"})
ALWAYS_ONE_WAY = frozenset({"motorway"})
POSTED = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?")
STREETS = (
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
)
OBSTACLES = frozenset({"wall", "fence", "hedge", "retaining_wall", "city_wall"})
BODY_WIDE = frozenset({"cycle_barrier", "kissing_gate", "stile", "turnstile", "full-height_turnstile"})
CAR_WIDE = frozenset(
    {"bollard", "block", "motorcycle_barrier", "jersey_barrier", "debris", "chain", "planter", "log"}
)


@dataclass(frozen=True)
class Profile:
    """A way of moving.

    Attributes:
        name: ``walk``, ``cycle`` or ``drive``.
        speeds: Value of ``highway`` → km/h; other values are used only where the last key of ``access`` says so.
        opened: km/h on those.
        access: Keys that open or shut a way, from the general to the one that decides.
        oneway: Keys of direction that are obeyed, from the general to the one that decides.
        against: Values of ``cycleway`` that allow the other direction.
        implied: Whether roundabouts and motorways are one-way without saying so.
        posted: Whether ``maxspeed`` replaces the speed of the class.
        barriers: Values of ``barrier`` that shut a way.
        beside: km/h between a point and the network.
    """

    name: str
    speeds: Mapping[str, float]
    opened: float
    access: tuple[str, ...]
    oneway: tuple[str, ...]
    barriers: frozenset[str]
    against: frozenset[str] = frozenset()
    implied: bool = True
    posted: bool = False
    beside: float = 4.8

    @property
    def keys(self) -> tuple[str, ...]:
        """Tags of ways that ``admit`` reads."""
        further = ("maxspeed",) if self.posted else ()
        against = ("cycleway",) if self.against else ()
        return ("highway", "junction", *self.access, *self.oneway, *further, *against)


@dataclass(frozen=True)
class Admitted:
    """What ``network.build`` needs of the ways of a profile.

    Attributes:
        forward: Whether a way may be followed as drawn; neither for ways not used. Shape (n,).
        backward: Whether it may be followed against its drawing, shape (n,).
        road: Position in ``classes``, shape (n,).
        speed: Metres a second, NaN for ways not used; shape (n,).
        classes: Values of ``highway`` in alphabetical order; the empty one for ways without.
    """

    forward: Flags
    backward: Flags
    road: Numbers
    speed: Floats
    classes: tuple[str, ...] = field(default=())


WALK = Profile(
    name="walk",
    speeds=dict.fromkeys(
        (*STREETS, "footway", "pedestrian", "path", "steps", "cycleway", "bridleway", "corridor", "platform"),
        4.8,
    ),
    opened=4.8,
    access=("access", "foot"),
    oneway=("oneway:foot",),
    barriers=OBSTACLES,
    implied=False,
)
CYCLE = Profile(
    name="cycle",
    speeds=dict.fromkeys((*STREETS, "cycleway", "path"), 15.0),
    opened=15.0,
    access=("access", "vehicle", "bicycle"),
    oneway=("oneway", "oneway:bicycle"),
    barriers=OBSTACLES | frozenset({"stile", "turnstile", "full-height_turnstile"}),
    against=frozenset({"opposite", "opposite_lane", "opposite_track"}),
)
DRIVE = Profile(
    name="drive",
    speeds={
        "motorway": 100.0,
        "motorway_link": 60.0,
        "trunk": 80.0,
        "trunk_link": 60.0,
        "primary": 60.0,
        "primary_link": 40.0,
        "secondary": 50.0,
        "secondary_link": 40.0,
        "tertiary": 40.0,
        "tertiary_link": 40.0,
        "unclassified": 40.0,
        "residential": 30.0,
        "living_street": 20.0,
        "service": 20.0,
        "road": 30.0,
    },
    opened=20.0,
    access=("access", "vehicle", "motor_vehicle", "motorcar"),
    oneway=("oneway", "oneway:motor_vehicle"),
    barriers=OBSTACLES | BODY_WIDE | CAR_WIDE,
    posted=True,
)


def admit(profile: Profile, tags: Tags) -> Admitted:
    """Tell which ways a profile uses.

    Args:
        profile: The way of moving.
        tags: Key → values of n ways, None where a way has no such tag; a key that is not there has none.
            ``profile.keys`` names those that are read.

    Returns:
        Directions, class and speed of each way.
    """
    highway = [value or "" for value in tags["highway"]]
    count = len(highway)
    allowed = np.array([value in profile.speeds for value in highway], dtype=bool)
    known = np.array([value != "" for value in highway], dtype=bool)
    verdict = _verdict(profile, tags, count)
    used = known & np.where(allowed, verdict != SAYS_NO, verdict == SAYS_OWN_YES)
    way = _directions(profile, tags, highway) if count else np.zeros(0, dtype=np.int64)
    speed = np.array([profile.speeds.get(value, profile.opened) for value in highway], dtype=np.float64) * KMH
    if profile.posted:
        posted = np.array(
            [posted_speed(value) for value in _values(tags, "maxspeed", count)], dtype=np.float64
        )
        speed = np.where(np.isnan(posted), speed, posted)
    classes, road = np.unique(np.array(highway, dtype=str), return_inverse=True)
    return Admitted(
        used & (way >= 0),
        used & (way <= 0),
        road.astype(np.int32),
        np.where(used, speed, np.nan),
        tuple(classes.tolist()),
    )


def closes(profile: Profile, tags: Tags) -> Flags:
    """Tell which points shut a way for a profile.

    Args:
        profile: The way of moving.
        tags: Key → values of n points: ``barrier`` and the profile's keys of access.

    Returns:
        True where the barrier is impassable and access does not open it, or access shuts it; shape (n,).
    """
    barrier = tags["barrier"]
    shut = np.array([value in profile.barriers for value in barrier], dtype=bool)
    there = np.array([value is not None and value != "no" for value in barrier], dtype=bool)
    verdict = _verdict(profile, tags, len(barrier))
    found: Flags = there & np.where(shut, verdict != SAYS_OWN_YES, verdict == SAYS_NO)
    return found


def posted_speed(value: str | None) -> float:
    """Read a posted limit as metres a second; NaN for none, for words and for several values."""
    found = POSTED.fullmatch(value.strip().lower()) if value else None
    if found is None or float(found[1]) == 0:
        return float("nan")
    return float(found[1]) * (MPH if found[2] == "mph" else KMH)


SAYS_NOTHING, SAYS_NO, SAYS_YES, SAYS_OWN_YES = 0, 1, 2, 3


def _verdict(profile: Profile, tags: Tags, count: int) -> NDArray[np.int8]:
    """Let the most special key of access that says something decide."""
    verdict = np.full(count, SAYS_NOTHING, dtype=np.int8)
    for key in profile.access:
        yes = SAYS_OWN_YES if key == profile.access[-1] else SAYS_YES
        table = dict.fromkeys(SHUT, SAYS_NO) | dict.fromkeys(OPEN, yes)
        # Of several values ("designated; yes") the first decides.
        values = [(value or "").split(";")[0].strip() for value in _values(tags, key, count)]
        said = np.array([table.get(value, SAYS_NOTHING) for value in values], np.int8)
        verdict = np.where(said == SAYS_NOTHING, verdict, said)
    return verdict


def _directions(profile: Profile, tags: Tags, highway: list[str]) -> NDArray[np.int64]:
    """Give 1 for ways only forward, −1 only backward, 0 both."""
    count = len(highway)
    way = np.zeros(count, dtype=np.int64)
    if profile.implied:
        rounds = np.array([value in ROUND for value in _values(tags, "junction", count)], dtype=bool)
        way[rounds | np.array([value in ALWAYS_ONE_WAY for value in highway], dtype=bool)] = 1
    unsaid = 2
    for key in profile.oneway:
        said = np.array(
            [ONWARD.get(value or "", unsaid) for value in _values(tags, key, count)], dtype=np.int64
        )
        way = np.where(said == unsaid, way, said)
    if profile.against:
        way[
            np.array([value in profile.against for value in _values(tags, "cycleway", count)], dtype=bool)
        ] = 0
    return way


def _values(tags: Tags, key: str, count: int) -> Sequence[str | None]:
    return tags.get(key) or [None] * count
