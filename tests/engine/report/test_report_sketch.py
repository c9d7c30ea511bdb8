"""The small picture of a layer: every kind of feature is drawn, many are thinned and the picture says so."""

import re

import numpy as np
import shapely

from tijian.engine.report.sketch import MOST_POINTS, sketch

AREAS = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)]


def test_each_kind_of_feature_is_drawn_over_both_outlines():
    shapes = np.array(
        [
            shapely.Point(100, 100),
            shapely.LineString([(0, 0), (500, 500)]),
            shapely.box(1200, 200, 1400, 400),
        ],
        dtype=object,
    )
    picture = sketch(AREAS, shapes, alt="图")
    assert picture.count("<circle") == 1
    assert picture.count("<path") == 2 * len(AREAS) + 2  # outlines under and over, the area, the line
    assert 'aria-label="图"' in picture


def test_the_north_is_up_and_the_scale_is_one():
    picture = sketch(AREAS, shapely.points([[0, 1000], [2000, 0]]))
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture).groups())
    assert width / height == 2
    first, last = (tuple(map(float, m)) for m in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', picture))
    assert first == (0, 0)
    assert abs(last[0] - width) < 0.1
    assert abs(last[1] - height) < 0.1


def test_more_than_can_be_seen_are_thinned_and_it_is_said():
    many = shapely.points(
        np.stack([np.linspace(0, 2000, 2 * MOST_POINTS + 1), np.full(2 * MOST_POINTS + 1, 500.0)], axis=1)
    )
    picture = sketch(AREAS, many)
    assert picture.count("<circle") == len(many[::3])
    assert "每 3 个画一个" in picture
    assert "个画一个" not in sketch(AREAS, many[:MOST_POINTS])


def test_nothing_to_draw_is_said():
    assert "没有要素" in sketch([], np.array([], dtype=object))
    assert "没有要素" in sketch([], np.array([None, shapely.Point()], dtype=object))
