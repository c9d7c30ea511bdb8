"""Walking, cycling and driving from tags: one way a rule, and the counts of real extracts."""

import math

import numpy as np
import pytest

from tijian.engine.compute.geo.profile import CYCLE, DRIVE, KMH, ROADS, WALK, closed_points, ways

PROFILES = {"walk": WALK, "cycle": CYCLE, "drive": DRIVE}


def one(profile, **tags):
    """What holds for a single way: directions as ``+``, ``-``, and km/h."""
    found = ways(profile, {key.replace("__", ":"): [value] for key, value in tags.items()})
    way = "+" * bool(found.forward[0]) + "-" * bool(found.backward[0])
    return way, round(float(found.speed[0]) / KMH, 6) if way else None


@pytest.mark.parametrize(
    ("tags", "walk", "cycle", "drive"),
    [
        ({"highway": "residential"}, ("+-", 4.8), ("+-", 15), ("+-", 30)),
        ({"highway": "motorway"}, ("", None), ("", None), ("+", 100)),
        ({"highway": "motorway", "oneway": "no"}, ("", None), ("", None), ("+-", 100)),
        ({"highway": "motorway", "access": "yes"}, ("", None), ("", None), ("+", 100)),
        ({"highway": "motorway", "foot": "yes"}, ("+-", 4.8), ("", None), ("+", 100)),
        ({"highway": "footway"}, ("+-", 4.8), ("", None), ("", None)),
        ({"highway": "footway", "bicycle": "yes"}, ("+-", 4.8), ("+-", 4.8), ("", None)),
        ({"highway": "steps"}, ("+-", 4.8), ("", None), ("", None)),
        ({"highway": "cycleway", "foot": "no"}, ("", None), ("+-", 15), ("", None)),
        ({"highway": "path", "bicycle": "dismount"}, ("+-", 4.8), ("+-", 4.8), ("", None)),
        ({"highway": "primary", "oneway": "yes"}, ("+-", 4.8), ("+", 15), ("+", 50)),
        ({"highway": "primary", "oneway": "-1"}, ("+-", 4.8), ("-", 15), ("-", 50)),
        ({"highway": "primary", "oneway": "reversible"}, ("+-", 4.8), ("", None), ("", None)),
        ({"highway": "primary", "oneway": "maybe"}, ("+-", 4.8), ("+-", 15), ("+-", 50)),
        (
            {"highway": "primary", "oneway": "yes", "oneway__bicycle": "no"},
            ("+-", 4.8),
            ("+-", 15),
            ("+", 50),
        ),
        ({"highway": "footway", "oneway__foot": "yes"}, ("+", 4.8), ("", None), ("", None)),
        ({"highway": "tertiary", "junction": "roundabout"}, ("+-", 4.8), ("+", 15), ("+", 30)),
        (
            {"highway": "tertiary", "junction": "roundabout", "oneway": "no"},
            ("+-", 4.8),
            ("+-", 15),
            ("+-", 30),
        ),
        ({"highway": "residential", "access": "private"}, ("", None), ("", None), ("", None)),
        ({"highway": "residential", "access": "no", "foot": "yes"}, ("+-", 4.8), ("", None), ("", None)),
        ({"highway": "residential", "access": "destination"}, ("+-", 4.8), ("+-", 15), ("+-", 30)),
        ({"highway": "residential", "motor_vehicle": "no"}, ("+-", 4.8), ("+-", 15), ("", None)),
        ({"highway": "residential", "vehicle": "no", "bicycle": "yes"}, ("+-", 4.8), ("+-", 15), ("", None)),
        ({"highway": "residential", "access": "bus"}, ("", None), ("", None), ("", None)),
        ({"highway": "path", "bicycle": "designated; yes"}, ("+-", 4.8), ("+-", 15), ("", None)),
        ({"highway": "primary", "maxspeed": "60"}, ("+-", 4.8), ("+-", 15), ("+-", 60)),
        ({"highway": "primary", "maxspeed": "50; 40"}, ("+-", 4.8), ("+-", 15), ("+-", 50)),
        ({"highway": "primary", "maxspeed": "30 mph"}, ("+-", 4.8), ("+-", 15), ("+-", 48.28032)),
        ({"highway": "primary", "maxspeed": "none"}, ("+-", 4.8), ("+-", 15), ("+-", 50)),
        ({"highway": "primary", "maxspeed": "0"}, ("+-", 4.8), ("+-", 15), ("+-", 50)),
        ({"highway": "footway", "maxspeed": "60"}, ("+-", 4.8), ("", None), ("", None)),
        ({"highway": "proposed"}, ("", None), ("", None), ("", None)),
        ({"highway": "construction", "foot": "yes", "bicycle": "yes"}, ("", None), ("", None), ("", None)),
        ({"highway": None}, ("", None), ("", None), ("", None)),
    ],
)
def test_what_a_way_is_to_each_mode(tags, walk, cycle, drive):
    assert {"walk": one(WALK, **tags), "cycle": one(CYCLE, **tags), "drive": one(DRIVE, **tags)} == {
        "walk": walk,
        "cycle": cycle,
        "drive": drive,
    }


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"barrier": "gate"}, ""),
        ({"barrier": "gate", "access": "private"}, "walk cycle drive"),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, "cycle drive"),
        ({"barrier": "bollard"}, "drive"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, ""),
        ({"barrier": "bollard", "access": "yes"}, "drive"),
        ({"barrier": "stile"}, "cycle drive"),
        ({"barrier": "kerb"}, ""),
        ({"barrier": None, "access": "no"}, ""),
    ],
)
def test_what_a_barrier_closes(tags, closed):
    given = {key: [value] for key, value in tags.items()}
    assert " ".join(name for name, p in PROFILES.items() if closed_points(p, given)[0]) == closed


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_rows_are_independent_and_only_named_tags_are_read(profile):
    rng = np.random.default_rng(7)
    choices = {
        "highway": [*ROADS, "proposed", None],
        "oneway": ["yes", "-1", "no", None],
        "foot": ["yes", "no", None],
        "bicycle": ["yes", "no", "dismount", None],
        "access": ["private", "yes", None],
        "maxspeed": ["30", "50", None],
        "junction": ["roundabout", None],
    }
    tags = {key: [v[i] for i in rng.integers(len(v), size=300)] for key, v in choices.items()}
    whole = ways(profile, tags)
    order = rng.permutation(300).tolist()
    again = ways(
        profile, {key: [values[i] for i in order] for key, values in tags.items() if key in profile.tags}
    )
    for name in ("forward", "backward", "road", "speed"):
        assert np.array_equal(getattr(whole, name)[order], getattr(again, name), equal_nan=True), name
    assert np.array_equal(whole.forward | whole.backward, ~np.isnan(whole.speed))
    assert set(whole.road.tolist()) == set(range(-1, len(ROADS)))


def test_no_ways_give_empty_arrays():
    found = ways(DRIVE, {"highway": []})
    assert found.forward.shape == found.backward.shape == found.speed.shape == (0,)
    assert math.isclose(DRIVE.speeds["trunk"], 80 / 3.6)
