"""A declared layer opened by the format of its file: vector files, OSM, GTFS, tables of points, rasters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tijian.engine.catalogue.city import GtfsWindow, LayerDoc
from tijian.engine.catalogue.layer_mapping import read_layer_mapping
from tijian.engine.exam.cache import cache_root
from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.kernel.shipped import shipped
from tijian.engine.sources.layer import Layer, read_layer
from tijian.engine.sources.mapping import LayerMapping
from tijian.engine.sources.osm import OsmExtract, OsmTable, read_osm
from tijian.engine.sources.record import SourceRecord

WGS84 = "EPSG:4326"
GEOMETRIES = {
    "lines": ("lines",),
    "polygons": ("polygons",),
    "points": ("points",),
    "places": ("points", "polygons"),
}
LON, LAT = "lon", "lat"
PEOPLE = "people"
HEADWAY, DEPARTURES = "headway", "departures"


def mapping_file(folder: Path, name: str) -> Path:
    """Find a layer mapping: the city's own, else the one shipped."""
    own = folder / "layer-mapping" / f"{name}.yaml"
    return own if own.is_file() else shipped("catalogues", "layer-mapping") / f"{name}.yaml"


@dataclass
class Opener:
    """Opens layers; a file that several layers come from is read once.

    Attributes:
        folder: Of the city, in which mappings of its own may stand.
    """

    folder: Path
    _extracts: dict[tuple[str, str], tuple[LayerMapping, OsmExtract]] = field(default_factory=dict)

    def open(self, doc: LayerDoc, path: Path, name: str) -> Layer:
        """Read the layer that a declaration describes, in the system it is in.

        Args:
            doc: The declaration.
            path: The file, for the year wanted.
            name: How the file is called in faults and records.

        Raises:
            Refused: If the file is missing, broken, or not what is declared.
        """
        kinds = {".pbf": self._osm, ".zip": self._gtfs, ".csv": self._table, ".tif": self._raster}
        reader = kinds.get(path.suffix.lower())
        if reader is None:
            return read_layer(path, name, doc.crs)
        if not path.is_file():
            hint = "请放入这个图层，或在 city.yaml 中去掉它。"
            raise Refused([Fault("file.missing", name, "", "", "一个图层文件", hint)])
        return reader(doc, path, name)

    def _osm(self, doc: LayerDoc, path: Path, name: str) -> Layer:
        mapping, extract = self._extract(doc, path, name)
        wanted = osm_classes(doc)
        if not wanted or not set(wanted) <= set(mapping.classes):
            known = "、".join(mapping.classes)
            hint = "从 OSM 读的图层要写 osm，说它是对应表中的哪一类。"
            raise Refused([Fault("layer.osm", name, "osm", "、".join(wanted), known, hint)])
        parts = [
            _mapped(getattr(extract, g), g, mapping, one)
            for g in GEOMETRIES[doc.kind]
            for one in wanted
            if g in mapping.classes[one].geometry
        ]
        if not parts:
            expected = "、".join(dict.fromkeys(g for one in wanted for g in mapping.classes[one].geometry))
            hint = "对应表中这一类没有这种几何，请改 kind。"
            raise Refused([Fault("layer.kind", name, "kind", doc.kind, expected, hint)])
        geometry = np.concatenate([g for g, _ in parts])
        names = dict.fromkeys(n for _, fields in parts for n in fields)
        fields = {n: [cell for g, known in parts for cell in known.get(n, [None] * len(g))] for n in names}
        return Layer(geometry, fields, WGS84, replace(extract.record, rows=len(geometry)))

    def _extract(self, doc: LayerDoc, path: Path, name: str) -> tuple[LayerMapping, OsmExtract]:
        key = (str(path), doc.mapping)
        if key not in self._extracts:
            place = mapping_file(self.folder, doc.mapping)
            mapping = read_layer_mapping(place, f"layer-mapping/{doc.mapping}.yaml").mapping()
            extract = read_osm(
                path, name, mapping.wanted(), expected_sha256=doc.sha256 or "", cache=cache_root() / "osm"
            )
            self._extracts[key] = (mapping, extract)
        return self._extracts[key]

    def _gtfs(self, doc: LayerDoc, path: Path, name: str) -> Layer:
        from tijian.engine.sources.gtfs import read_gtfs
        from tijian.engine.sources.gtfs_departures import headways

        feed = read_gtfs(path, name)
        stops = feed.stops
        fields: dict[str, list[Any]] = {"id": list(stops.id), "name": list(stops.name)}
        if doc.gtfs is not None:
            served = headways(feed, date.fromisoformat(doc.gtfs.date), *_seconds(doc.gtfs))
            minutes = served.minutes_by_direction
            fields[HEADWAY] = [None if np.isinf(m) else m for m in minutes.tolist()]
            fields[DEPARTURES] = served.departures.tolist()
        placed = ~np.isnan(stops.lon)
        return _points(stops.lon, stops.lat, fields, placed, WGS84, feed.record)

    def _table(self, doc: LayerDoc, path: Path, name: str) -> Layer:
        from tijian.engine.compute.geo.declared import wgs84_from_declared
        from tijian.engine.sources.points_table import read_points

        lon, lat = doc.columns.get(LON, LON), doc.columns.get(LAT, LAT)
        others = tuple(c for ours, c in doc.columns.items() if ours not in {LON, LAT})
        found = read_points(path, name, lon=lon, lat=lat, datum=doc.datum or "", columns=others)
        converted = wgs84_from_declared(found.lon, found.lat, found.datum)
        record = replace(found.record, mark=converted.mark)
        fields: dict[str, list[Any]] = {**found.fields, LON: found.lon.tolist(), LAT: found.lat.tolist()}
        every = np.ones(len(found), dtype=np.bool_)
        return _points(converted.lon, converted.lat, fields, every, WGS84, record)

    def _raster(self, doc: LayerDoc, path: Path, name: str) -> Layer:
        from tijian.engine.sources.raster import read_cells

        found = read_cells(path, name, least=0.0)
        every = np.ones(len(found.values), dtype=np.bool_)
        fields: dict[str, list[Any]] = {PEOPLE: found.values.tolist()}
        return _points(found.x, found.y, fields, every, doc.crs, replace(found.record, crs=doc.crs))


def osm_classes(doc: LayerDoc) -> tuple[str, ...]:
    """Give the classes of the mapping that a layer is made of."""
    return (doc.osm,) if isinstance(doc.osm, str) else doc.osm or ()


def _points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    fields: dict[str, list[Any]],
    kept: NDArray[np.bool_],
    crs: str,
    record: SourceRecord,
) -> Layer:
    rows = np.flatnonzero(kept).tolist()
    columns = {n: [cells[i] for i in rows] for n, cells in fields.items()}
    geometry = np.asarray(shapely.points(x[kept], y[kept]), dtype=object)
    return Layer(geometry, columns, crs, replace(record, rows=len(rows)))


def _mapped(
    table: OsmTable, geometry: str, mapping: LayerMapping, wanted: str
) -> tuple[Any, dict[str, list[Any]]]:
    """Give the objects of one class: geometry, tags, and the value the mapping gives them."""
    found = mapping.classify_osm(table, geometry)
    rows: Sequence[int] = found.rows[wanted]
    fields: dict[str, list[Any]] = {key: [cells[i] for i in rows] for key, cells in table.fields.items()}
    fields["id"] = [f"{table.types[i]}/{table.ids[i]}" for i in rows]
    fields["class"] = list(found.values[wanted])
    return np.asarray(table.geometry, dtype=object)[list(rows)], fields


def _seconds(window: GtfsWindow) -> tuple[float, float]:
    return _clock(window.from_), _clock(window.to)


def _clock(text: str) -> float:
    hours, minutes = text.split(":")
    return float(int(hours) * 3600 + int(minutes) * 60)
