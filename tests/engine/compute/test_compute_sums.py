"""Ratios of summed columns: what each feature adds, where it counts, and what an empty cell does."""

import numpy as np
import pytest
import shapely

from tijian.engine.compute.registry import registered
from tijian.engine.kernel.missing import Status
from tijian.engine.sources.layer import Layer
from tijian.engine.sources.record import SourceRecord

WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)


class Town:
    """Two areas side by side and the layers given."""

    year = 2019

    def __init__(self, **layers):
        self.layers = layers

    def codes(self):
        return ("W", "E")

    def outline(self, code):
        return {"W": WEST, "E": EAST}[code]

    def layer(self, name):
        if name not in self.layers:
            return None
        xs, fields = self.layers[name]
        points = shapely.points(np.array(xs, dtype=float), 50.0)
        return Layer(points, fields, "EPSG:4550", SourceRecord(f"{name}.csv", "0" * 64, len(xs)))


def figures(name, town):
    found = registered()[name].run(town)
    return {code: (c.numerator, c.denominator) for code, c in found.items()}, found


def test_speed_is_length_by_time_in_km_and_h():
    town = Town(
        road_speeds=([10, 20, 150], {"length": [900.0, 600.0, 3600.0], "seconds": [90.0, 60.0, 360.0]})
    )
    got, found = figures("peak_speed@1", town)
    assert got["W"] == (pytest.approx(1.5), pytest.approx(150 / 3600))  # 36 km/h
    assert got["E"] == (pytest.approx(3.6), pytest.approx(0.1))
    assert found["W"].detail["采样路段图层"].startswith("road_speeds.csv")


def test_minutes_are_weighted_by_persons():
    town = Town(commutes=([10, 20, 30], {"minutes": [20.0, 50.0, 30.0], "persons": [100.0, 10.0, 0.0]}))
    got, _ = figures("commute_time@1", town)
    assert got["W"] == (20 * 100 + 50 * 10, 110)
    assert got["E"] == (0.0, Status.NO_DATA)  # nobody there: no figure


def test_a_feature_that_lacks_one_half_adds_to_neither():
    town = Town(road_speeds=([10, 20], {"length": [900.0, 600.0], "seconds": [90.0, None]}))
    got, found = figures("peak_speed@1", town)
    assert got["W"] == (pytest.approx(0.9), pytest.approx(0.025))
    assert found["W"].detail["没有数"] == "1 处，不计入"
    assert "没有数" not in found["E"].detail


def test_two_layers_are_summed_each_by_itself():
    town = Town(
        parking=([10, 20, 150], {"spaces": [30, 20, 7]}),
        vehicles=([90, 110, 120], {"vehicles": [100, "", 14]}),
    )
    got, found = figures("spaces_per_vehicle@1", town)
    assert got == {"W": (50, 100), "E": (7, 14)}
    assert found["E"].detail["没有数"] == "1 处，不计入"


def test_a_layer_that_is_not_there_is_no_data_and_named():
    _, found = figures("spaces_per_vehicle@1", Town(parking=([10], {"spaces": [1]})))
    assert {c.numerator for c in found.values()} == {Status.NO_DATA}
    assert found["W"].detail["缺"] == "机动车登记地图层"


def test_where_all_cells_are_empty_there_is_no_data_and_not_zero():
    got, _ = figures("transit_share@1", Town(trips=([10], {"transit": [None], "motorised": [5]})))
    assert got["W"] == (Status.NO_DATA, Status.NO_DATA)
