"""GCJ-02 and BD-09 against prcoords, point by point, and there and back."""

import math

import numpy as np
import prcoords
import pytest

from tijian.engine.compute.geo.datum import (
    bd09_from_gcj02,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from_gcj02,
)

COUNT = 4000
METRES_PER_DEGREE = 111_000


@pytest.fixture(scope="module")
def points():
    draw = np.random.default_rng(20190619)
    return draw.uniform(73.5, 135.0, COUNT), draw.uniform(4.0, 53.5, COUNT)


def reference(function, lon, lat):
    found = [function((y, x)) for x, y in zip(lon, lat, strict=True)]
    return np.array([c.lon for c in found]), np.array([c.lat for c in found])


def close(pair, other, tolerance):
    assert np.abs(pair[0] - other[0]).max() < tolerance
    assert np.abs(pair[1] - other[1]).max() < tolerance


def test_forward_agrees_with_prcoords(points):
    close(gcj02_from_wgs84(*points), reference(prcoords.wgs_gcj, *points), 1e-11)
    close(bd09_from_gcj02(*points), reference(prcoords.gcj_bd, *points), 1e-11)


def test_inverse_agrees_with_prcoords(points):
    # prcoords stops its own iteration at 1e-5 degrees of correction, which leaves a few 1e-8.
    close(wgs84_from_gcj02(*points), reference(prcoords.gcj_wgs_bored, *points), 1e-7)
    close(gcj02_from_bd09(*points), reference(prcoords.bd_gcj_bored, *points), 1e-7)


def test_there_and_back_is_exact(points):
    close(wgs84_from_gcj02(*gcj02_from_wgs84(*points)), points, 1e-9)
    close(gcj02_from_bd09(*bd09_from_gcj02(*points)), points, 1e-9)


def test_the_independent_forward_undoes_our_inverse(points):
    close(reference(prcoords.wgs_gcj, *wgs84_from_gcj02(*points)), points, 1e-9)


def test_the_shift_is_tens_to_hundreds_of_metres(points):
    x, y = gcj02_from_wgs84(*points)
    metres = np.hypot((x - points[0]) * np.cos(np.radians(points[1])), y - points[1]) * METRES_PER_DEGREE
    assert metres.min() > 10
    assert metres.max() < 1500


def test_a_point_in_shenyang():
    # 123.43 E, 41.80 N, by prcoords
    lon, lat = gcj02_from_wgs84(123.43, 41.80)
    expected = prcoords.wgs_gcj((41.80, 123.43))
    assert math.isclose(float(lon), expected.lon, abs_tol=1e-12)
    assert math.isclose(float(lat), expected.lat, abs_tol=1e-12)


def test_outside_china_nothing_moves():
    lon, lat = np.array([2.35, -74.0]), np.array([48.85, 40.7])
    close(gcj02_from_wgs84(lon, lat), (lon, lat), 1e-15)
    close(wgs84_from_gcj02(lon, lat), (lon, lat), 1e-15)


def test_shapes_are_kept_and_nothing_is_fine():
    lon, lat = wgs84_from_gcj02(np.full((2, 3), 123.4), np.full((2, 3), 41.8))
    assert lon.shape == lat.shape == (2, 3)
    assert wgs84_from_gcj02(np.array([]), np.array([]))[0].shape == (0,)
