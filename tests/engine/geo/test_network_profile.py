"""Who may use which street: cases of the OSM wiki, written out."""

import math

import numpy as np
import pytest

from tijian.engine.compute.geo.profile import CYCLE, DRIVE, WALK, admit, closes, posted_speed


def one(profile, **tags):
    """Directions of one way: the letters of those it may be followed in."""
    found = admit(profile, {key.replace("__", ":"): [value] for key, value in tags.items()})
    return "f" * bool(found.forward[0]) + "b" * bool(found.backward[0])


@pytest.mark.parametrize(
    ("tags", "walk", "cycle", "drive"),
    [
        ({"highway": "residential"}, "fb", "fb", "fb"),
        ({"highway": "motorway"}, "", "", "f"),
        ({"highway": "motorway", "oneway": "no"}, "", "", "fb"),
        ({"highway": "footway"}, "fb", "", ""),
        ({"highway": "footway", "bicycle": "designated"}, "fb", "fb", ""),
        ({"highway": "steps"}, "fb", "", ""),
        ({"highway": "cycleway"}, "fb", "fb", ""),
        ({"highway": "cycleway", "foot": "no"}, "", "fb", ""),
        ({"highway": "construction"}, "", "", ""),
        ({"highway": "motorway", "foot": "yes"}, "fb", "", "f"),
        ({"highway": "residential", "oneway": "yes"}, "fb", "f", "f"),
        ({"highway": "residential", "oneway": "-1"}, "fb", "b", "b"),
        ({"highway": "residential", "oneway": "yes", "oneway__bicycle": "no"}, "fb", "fb", "f"),
        ({"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, "fb", "fb", "f"),
        ({"highway": "residential", "oneway": "alternating"}, "fb", "fb", "fb"),
        ({"highway": "tertiary", "junction": "roundabout"}, "fb", "f", "f"),
        ({"highway": "footway", "oneway__foot": "yes"}, "f", "", ""),
        ({"highway": "service", "access": "private"}, "", "", ""),
        ({"highway": "service", "access": "private", "foot": "yes"}, "fb", "", ""),
        ({"highway": "service", "access": "no", "vehicle": "yes", "motor_vehicle": "no"}, "", "fb", ""),
        ({"highway": "service", "access": "bus"}, "", "", ""),
        ({"highway": "residential", "motor_vehicle": "permit"}, "fb", "fb", ""),
        ({"highway": "footway", "bicycle": "designated; yes"}, "fb", "fb", ""),
        ({"highway": "platform"}, "fb", "", ""),
        ({"highway": "service", "access": "yes"}, "fb", "fb", "fb"),
        # an open way in general is not open to those whom its class does not take
        ({"highway": "steps", "access": "yes"}, "fb", "", ""),
        ({"highway": None}, "", "", ""),
    ],
)
def test_who_may_go_where(tags, walk, cycle, drive):
    assert (one(WALK, **tags), one(CYCLE, **tags), one(DRIVE, **tags)) == (walk, cycle, drive)


@pytest.mark.parametrize(
    ("value", "kmh"),
    [("50", 50), ("50 km/h", 50), ("30 mph", 48.28032), ("7.5", 7.5), (" 60 ", 60), ("80kph", 80)],
)
def test_a_posted_speed(value, kmh):
    assert posted_speed(value) == pytest.approx(kmh / 3.6)


@pytest.mark.parametrize("value", [None, "", "none", "walk", "50;30", "signals", "0", "CN:urban", "-5"])
def test_what_is_no_speed_is_unknown_and_not_zero(value):
    assert math.isnan(posted_speed(value))


def test_posted_speeds_hold_for_cars_only_and_the_class_where_none_is_posted():
    tags = {"highway": ["primary", "primary", "proposed"], "maxspeed": ["36", "signals", "36"]}
    assert admit(DRIVE, tags).speed.tolist() == pytest.approx([10.0, 60 / 3.6, math.nan], nan_ok=True)
    assert admit(WALK, tags).speed.tolist() == pytest.approx([4 / 3, 4 / 3, math.nan], nan_ok=True)


def test_classes_are_numbered_by_name():
    found = admit(WALK, {"highway": ["service", "footway", None, "service"]})
    assert found.classes == ("", "footway", "service")
    assert found.road.tolist() == [2, 1, 0, 2]


def test_barriers():
    tags = {
        "barrier": ["bollard", "gate", "gate", "wall", "bollard", "stile", "no", None, "kerb"],
        "access": [None, None, "private", None, None, None, "no", "no", None],
        "foot": [None, None, "yes", None, None, None, None, None, None],
        "motor_vehicle": [None, None, None, None, None, None, None, None, None],
        "motorcar": [None, None, None, None, "yes", None, None, None, None],
    }
    shut = {p.name: np.flatnonzero(closes(p, tags)).tolist() for p in (WALK, CYCLE, DRIVE)}
    assert shut == {"walk": [3], "cycle": [2, 3, 5], "drive": [0, 2, 3, 5]}


def test_no_ways_and_the_keys_asked_for():
    found = admit(DRIVE, {"highway": []})
    assert (len(found.forward), found.classes) == (0, ())
    assert set(DRIVE.keys) >= {"highway", "oneway", "junction", "access", "maxspeed"}
    assert "maxspeed" not in WALK.keys
    assert "cycleway" in CYCLE.keys
