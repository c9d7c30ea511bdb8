"""Layers and boundary of a city, read once, projected, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import shapely

from tijian.engine.catalogue.city import LayerDoc
from tijian.engine.catalogue.loading import City
from tijian.engine.compute.geo.crs import project
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.layer import STORED_CRS, Layer, read_layer
from tijian.engine.sources.record import SourceRecord


@dataclass
class Layers:
    """The spatial inputs of a city.

    Attributes:
        city: The city, or None where there is nothing spatial.
    """

    city: City | None = None
    _read: dict[str, Layer] = field(default_factory=dict)
    _outlines: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Read the boundary and see that every area has an outline.

        Raises:
            Refused: If the file is missing or broken, or an area has no outline.
        """
        if self.city is None or self.city.doc.boundary is None:
            return
        outlines = self.outlines()
        boundary = self.city.doc.boundary
        faults = Faults()
        for area in self.city.areas.areas:
            if area.code not in outlines and not self.city.children[area.code]:
                faults.add(
                    "boundary.area",
                    f"{self.city.name}/{boundary.file}",
                    f"{boundary.key}={area.code}",
                    None,
                    f"{area.zh}的边界",
                    "边界图层里没有这个区，请补上，或从 areas.yaml 中去掉它。",
                )
        faults.raise_if_any()

    def outlines(self) -> dict[str, Any]:
        """Give the outline of each area in the projected system, in order; upper areas are unions."""
        if self.city is None or self.city.doc.boundary is None:
            return {}
        if self._outlines:
            return self._outlines
        boundary = self.city.doc.boundary
        layer = self._load(boundary.file, f"{self.city.name}/{boundary.file}", STORED_CRS)
        keys = [str(k) for k in layer.fields.get(boundary.key, [])]
        outlines = {k: g for k, g in zip(keys, layer.geometry, strict=False) if k in self.city.by_code}
        for code in _lowest_first(self.city):
            below = [outlines[c] for c in self.city.children[code] if c in outlines]
            if code not in outlines and below and code != self.city.doc.city.code:
                outlines[code] = shapely.union_all(below)
        self._outlines = {c: outlines[c] for c in self.city.by_code if c in outlines}
        return self._outlines

    def exists(self, name: str, year: int) -> bool:
        """Tell whether a layer is declared and its file for the year is there."""
        doc = self.city.doc.layers.get(name) if self.city is not None else None
        return (
            doc is not None
            and self.city is not None
            and (self.city.folder / _dated(doc.file, year)).is_file()
        )

    def layer(self, name: str, year: int) -> Layer | None:
        """Give a layer of a year in the projected system; None where the city has none.

        Raises:
            Refused: If the file is broken.
        """
        if self.city is None or not self.exists(name, year):
            return None
        doc = self.city.doc.layers[name]
        file = _dated(doc.file, year)
        layer = self._load(file, f"{self.city.name}/{file}", doc.crs)
        return replace(layer, record=_described(layer.record, doc, year))

    def _load(self, file: str, name: str, crs: str) -> Layer:
        if self.city is None:
            raise LookupError(file)
        if file not in self._read:
            layer = read_layer(self.city.folder / file, name, crs)
            target = self.city.doc.crs.projected
            self._read[file] = replace(layer, geometry=project(layer.geometry, crs, target), crs=target)
        return self._read[file]

    def records(self) -> list[SourceRecord]:
        """List the files read, by name."""
        return [self._read[file].record for file in sorted(self._read)]


def _lowest_first(city: City) -> list[str]:
    levels = [level.id for level in city.doc.levels]
    return sorted(city.by_code, key=lambda code: -levels.index(city.by_code[code].level))


def _dated(text: str, year: int) -> str:
    return text.replace("{period}", str(year))


def _described(record: SourceRecord, doc: LayerDoc, year: int) -> SourceRecord:
    return replace(
        record,
        provider=doc.provider,
        captured=_dated(doc.captured, year),
        crs=doc.crs,
        licence=doc.licence,
        mark=doc.mark,
    )
