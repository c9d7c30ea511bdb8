"""What computed indicators over layers share: the areas asked for, what is missing, and results with their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.coverage import ring_incomplete, to_the_edge
from tijian.engine.compute.geo.overlay import Floats, union_within
from tijian.engine.compute.registry import Computed, Material
from tijian.engine.kernel.missing import Status

LAYER_ZH: Mapping[str, str] = {
    "built_area": "建成区",
    "buildings": "建筑",
    "bus_stops": "公交站点",
    "communities": "社区",
    "commutes": "通勤",
    "construction_land": "建设用地",
    "convenience": "便民设施",
    "elderly_care": "养老设施",
    "estates": "居住区",
    "green": "绿地",
    "historic_buildings": "历史建筑",
    "hospitals": "医院",
    "kindergartens": "幼儿园",
    "middle_schools": "中学",
    "net_blocks": "净地块",
    "parking": "停车场",
    "parks": "公园绿地",
    "population": "人口",
    "primary_schools": "小学",
    "residential": "居住用地",
    "road_speeds": "采样路段",
    "roads": "道路",
    "shelters": "避难场所",
    "sports_grounds": "体育场地",
    "trips": "出行",
    "vehicles": "机动车登记地",
    "walk_ways": "步行路网",
    "water": "水域",
    "waterlogging": "积水内涝点",
}

POPULATION, PEOPLE = "population", "people"  # the layer of people and its column


@dataclass(frozen=True)
class Zones:
    """The areas that have an outline, and the layers a function asked for; all there, or ``lacking`` says what is not.

    Attributes:
        material: What it was read from.
        codes: Areas with an outline, in order.
        outlines: Their outlines, projected, metres; object array of the same length.
        layers: The layers asked for, by name.
        lacking: Layers that the city does not have for the year, in Chinese.
    """

    material: Material
    codes: tuple[str, ...]
    outlines: Any
    layers: Mapping[str, Any]
    lacking: tuple[str, ...]

    @classmethod
    def of(cls, material: Material, names: Sequence[str]) -> Zones:
        """Read what a function needs."""
        known = {c: o for c in material.codes() if (o := material.outline(c)) is not None}
        found = {name: material.layer(name) for name in names}
        return cls(
            material,
            tuple(known),
            np.array(list(known.values()), dtype=object),
            {n: layer for n, layer in found.items() if layer is not None},
            tuple(LAYER_ZH[n] for n, layer in found.items() if layer is None),
        )

    def geometry(self, name: str) -> Any:
        """Give the geometries of a layer, object array, metres."""
        return np.asarray(self.layers[name].geometry, dtype=object)

    def centres(self, name: str) -> Floats:
        """Give where each feature of a layer stands, (n, 2): points as they are, cells and areas by their centre."""
        return centres_of(self.layers[name])

    def numbers(self, name: str, column: str) -> Floats:
        """Give a column of a layer as numbers, NaN where a cell is empty; shape (n,)."""
        return numbers_of(self.layers[name], column)

    def built(self) -> Any:
        """Give the built-up part of each area, object array; empty where nothing is built."""
        return self.material.once("built", lambda: union_within(self.outlines, self.geometry("built_area")))

    def incomplete(self, name: str, radius: float) -> Any:
        """Tell in which areas a facility beyond the known ring may be missing; shape (k,)."""
        away = self.material.once(
            "to_edge", lambda: to_the_edge(self.outlines, shapely.union_all(self.outlines))
        )
        return ring_incomplete(away, self.material.ring(name), radius)

    def results(
        self, above: Floats, below: Floats, detail: Mapping[str, str], each: Sequence[Mapping[str, str]] = ()
    ) -> dict[str, Computed]:
        """Give numerators and denominators as results, each with the files they rest on.

        Args:
            above: Numerators, shape (k,); NaN is no data.
            below: Denominators, shape (k,).
            detail: What is true of all areas: parameters, method.
            each: What is true of one area each, in the order of the areas; empty for nothing.
        """
        common = {**self._sources(), **detail}
        found = {
            code: Computed(_figure(a), _figure(b), {**common, **(each[i] if each else {})})
            for i, (code, a, b) in enumerate(zip(self.codes, above.tolist(), below.tolist(), strict=True))
        }
        return {code: found.get(code, _nothing("边界")) for code in self.material.codes()}

    def nothing(self) -> dict[str, Computed]:
        """Say of every area that a layer is not there."""
        return {code: _nothing("、".join(self.lacking)) for code in self.material.codes()}

    def _sources(self) -> dict[str, str]:
        records = {f"{LAYER_ZH[n]}图层": layer.record for n, layer in self.layers.items()}
        said = {
            words: f"{r.file}（sha256 {r.sha256[:8]}{f'，{r.captured}' if r.captured else ''}）"
            for words, r in records.items()
        }
        crs = next((layer.crs for layer in self.layers.values()), "")
        return {**said, "量算坐标系": crs}


def centres_of(layer: Any) -> Floats:
    """Give where each feature of a layer stands, (n, 2): points as they are, cells and areas by their centre."""
    middle = shapely.centroid(np.asarray(layer.geometry, dtype=object))
    return np.asarray(shapely.get_coordinates(middle), dtype=np.float64)


def numbers_of(layer: Any, column: str) -> Floats:
    """Give a column of a layer as numbers, NaN where a cell is empty; shape (n,)."""
    cells = layer.fields[column]
    return np.array([np.nan if c is None or c == "" else float(c) for c in cells], dtype=np.float64)


def _figure(number: float) -> float | Status:
    return Status.NO_DATA if np.isnan(number) else number


def _nothing(what: str) -> Computed:
    return Computed(Status.NO_DATA, Status.NO_DATA, {"缺": f"{what}图层" if what != "边界" else what})
