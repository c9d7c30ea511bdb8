"""The computed indicators, and how they are found."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from tijian.engine.compute.indicators.satisfaction.survey_score import survey_score
from tijian.engine.compute.indicators.transport.road_density import road_density
from tijian.engine.compute.registry import indicator, registered
from tijian.engine.kernel.missing import Status

ND, NA = Status.NO_DATA, Status.NOT_APPLICABLE


class Desk:
    """Material written down by hand."""

    year = 2019

    def __init__(self, outlines=None, layers=None, means=None, groups=()):
        self.outlines, self.layers, self.means, self.groups = (
            outlines or {},
            layers or {},
            means or {},
            groups,
        )

    def codes(self):
        return tuple(self.outlines or self.means)

    def outline(self, code):
        return self.outlines[code]

    def layer(self, name):
        return self.layers.get(name)

    def survey(self, code):
        return self.means[code]

    def question_groups(self):
        return self.groups


def layer(*geometry):
    record = SimpleNamespace(file="inputs/a.parquet", sha256="0123456789abcdef")
    return SimpleNamespace(geometry=np.array(geometry, dtype=object), record=record, crs="EPSG:4550")


def test_both_computations_are_found_by_scanning():
    assert registered()["road_density@1"] is road_density
    assert registered()["survey_score@1"] is survey_score
    assert all(name == c.name and c.meaning for name, c in registered().items())


def test_a_computation_carries_what_it_was_registered_with():
    @indicator("a@3", numerator_unit="km", denominator_unit="km2", needs=("roads",), meaning="一句话。")
    def made(material):
        return {material.year: None}

    assert (made.name, made.numerator_unit, made.denominator_unit) == ("a@3", "km", "km2")
    assert (made.needs, made.meaning, made.own) == (("roads",), "一句话。", False)
    assert made.run(Desk()) == {2019: None}
    assert "a@3" not in registered()


def test_roads_count_inside_the_built_up_part_of_each_area():
    west, east = shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000, 0, 20_000, 10_000)
    built = layer(
        shapely.box(5000, 0, 12_000, 10_000), shapely.box(11_000, 0, 15_000, 10_000)
    )  # they overlap
    roads = layer(
        shapely.LineString([(0, 500), (20_000, 500)]), shapely.LineString([(6000, 0), (6000, 10_000)])
    )
    results = road_density.run(Desk({"W": west, "E": east}, {"roads": roads, "built_area": built}))
    assert list(results) == ["W", "E"]
    assert (results["W"].numerator, results["W"].denominator) == (15.0, 50.0)
    assert (results["E"].numerator, results["E"].denominator) == (5.0, 50.0)
    assert results["E"].detail["道路图层"] == "inputs/a.parquet（sha256 01234567）"
    assert results["E"].detail["量算坐标系"] == "EPSG:4550"


def test_an_area_without_built_up_land_has_nothing_on_either_side():
    built = layer(shapely.box(0, 0, 1000, 1000))
    roads = layer(shapely.LineString([(0, 500), (20_000, 500)]))
    results = road_density.run(
        Desk({"E": shapely.box(5000, 0, 6000, 1000)}, {"roads": roads, "built_area": built})
    )
    assert (results["E"].numerator, results["E"].denominator) == (0.0, 0.0)


@pytest.mark.parametrize("absent", ["roads", "built_area", "outline"])
def test_without_a_layer_or_outline_there_is_no_data(absent):
    layers = {
        "roads": layer(shapely.LineString([(0, 0), (1, 1)])),
        "built_area": layer(shapely.box(0, 0, 1, 1)),
    }
    layers.pop(absent, None)
    outline = None if absent == "outline" else shapely.box(0, 0, 1, 1)
    (result,) = road_density.run(Desk({"W": outline}, layers)).values()
    assert (result.numerator, result.denominator) == (ND, ND)


GROUPS = (("生态宜居", ("Q01", "Q02")), ("交通便捷", ("Q09",)))


@pytest.mark.parametrize(
    ("means", "numerator", "denominator"),
    [
        ({"Q01": 70.0, "Q02": 74.0, "Q09": 60.0}, 132.0, 2.0),
        ({"Q01": 70.0, "Q02": NA, "Q09": 60.0}, 130.0, 2.0),
        ({"Q01": NA, "Q02": NA, "Q09": 60.0}, 60.0, 1.0),
        ({"Q01": 70.0, "Q02": ND, "Q09": 60.0}, ND, ND),
        ({"Q01": 70.0, "Q09": 60.0}, ND, ND),
        ({"Q01": NA, "Q02": NA, "Q09": NA}, ND, ND),
        (None, ND, ND),
        ({"Q01": 70.0, "Q02": 74.0, "Q09": 60.0, "Q40": 0.0}, 132.0, 2.0),
    ],
)
def test_the_satisfaction_score_by_hand(means, numerator, denominator):
    (result,) = survey_score.run(Desk(means={"210102": means}, groups=GROUPS)).values()
    assert (result.numerator, result.denominator) == (numerator, denominator)


def test_dimensions_weigh_the_same_however_many_questions_they_have():
    many = (("一", tuple(f"Q{i}" for i in range(9))), ("二", ("Z",)))
    means = {f"Q{i}": 50.0 for i in range(9)} | {"Z": 100.0}
    (result,) = survey_score.run(Desk(means={"a": means}, groups=many)).values()
    assert result.numerator / result.denominator == 75.0
