"""Layers and boundary of a city, read once, projected, when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from tijian.engine.catalogue.city import Boundary, LayerDoc
from tijian.engine.catalogue.loading import City
from tijian.engine.compute.geo.crs import project
from tijian.engine.compute.geo.graph import Graph
from tijian.engine.exam.opening import Opener, mapping_file, osm_classes
from tijian.engine.exam.steps import Steps, step_key
from tijian.engine.kernel.canonical import sha256_file
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.layer import Layer, layer_digest, read_layer
from tijian.engine.sources.record import SourceRecord


@dataclass
class Layers:
    """The spatial inputs of a city.

    Attributes:
        city: The city, or None where there is nothing spatial.
        steps: Where it is kept that a file was read and found sound; None: nowhere.
    """

    city: City | None = None
    steps: Steps | None = None
    _read: dict[tuple[str, str], Layer] = field(default_factory=dict)
    _outlines: dict[str, Any] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _used: set[tuple[str, int]] = field(default_factory=set)
    _known: dict[tuple[str, str], SourceRecord] = field(default_factory=dict)
    _named: dict[tuple[str, int], Layer] = field(default_factory=dict)
    _opener: Opener | None = None
    _graphs: dict[int, Graph] = field(default_factory=dict)

    def check(self, until: int | None = None) -> None:
        """Read the boundary and every declared layer, and see that they are what they are said to be.

        Args:
            until: Last year whose layers are read; None: the city's last.

        Raises:
            Refused: With every fault: a file missing or broken, an area without outline or with two, a
                geometry of another kind or crossing itself. Nothing is repaired silently.
        """
        if self.city is None:
            return
        faults = Faults()
        if self.city.doc.boundary is not None:
            with faults.kept():
                self._check_boundary(self.city, self.city.doc.boundary)
        for name, doc in self.city.doc.layers.items():
            with faults.kept():
                self._check_layer(self.city, name, doc, until or self.city.doc.years.last)
        faults.raise_if_any()

    def _check_boundary(self, city: City, boundary: Boundary) -> None:
        file, faults = f"{city.name}/{boundary.file}", Faults()
        layer = self._load(boundary.file, file, boundary.crs)
        _check_geometry(layer, file, "polygons", faults)
        faults.raise_if_any()
        keys = [str(k) for k in layer.fields.get(boundary.key, [])]
        for code in sorted({k for k in keys if keys.count(k) > 1 and k in city.by_code}):
            faults.add(
                "boundary.twice",
                file,
                f"{boundary.key}={code}",
                code,
                "每个区一个要素",
                "请合并成一个要素，或删去多余的。",
            )
        outlines = self.outlines()
        for area in city.areas.areas:
            if area.code not in outlines and not city.children[area.code]:
                faults.add(
                    "boundary.area",
                    file,
                    f"{boundary.key}={area.code}",
                    None,
                    f"{area.zh}的边界",
                    "边界图层里没有这个区，请补上，或从 areas.yaml 中去掉它。",
                )
        faults.raise_if_any()

    def _check_layer(self, city: City, name: str, doc: LayerDoc, until: int) -> None:
        known = [y for y in range(city.doc.years.lookback, city.doc.years.last + 1) if self.exists(name, y)]
        years = [y for y in known if y <= until]
        faults = Faults()
        if not known and PERIOD not in doc.file:
            faults.add(
                "layer.missing",
                f"{city.name}/{doc.file}",
                "",
                None,
                f"{doc.zh}图层",
                "city.yaml 声明了这个图层，请放入文件，或去掉声明。",
            )
        for year in years:
            file = _dated(doc.file, year)
            with faults.kept():
                self._check_file(city, doc, file)
        faults.raise_if_any()

    def _check_file(self, city: City, doc: LayerDoc, file: str) -> None:
        """Read a file and see whether it is what is declared, unless the same was found sound before."""
        name, key, step = f"{city.name}/{file}", _key(doc, file), ""
        if self.steps is not None:
            step = step_key(
                "layer", city.doc.crs.projected, self._digest(file), self._declared(doc), doc.sha256
            )
            kept = self.steps.get(step)
            if kept is not None:
                self._known[key] = SourceRecord(**(kept | {"file": name}))
                return
        faults, layer = Faults(), self._open(doc, file)
        _check_geometry(layer, name, doc.kind, faults)
        _check_content(layer, doc, name, faults)
        faults.raise_if_any()
        if self.steps is not None:
            self.steps.put(step, asdict(layer.record))

    def _declared(self, doc: LayerDoc) -> list[object]:
        """Give as plain values what decides what is read from a file and said of it, and the mapping it names."""
        declared: list[object] = [doc.model_dump(mode="json", exclude=UNREAD)]
        if doc.osm is not None and self.city is not None:
            path = mapping_file(self.city.folder, doc.mapping)
            declared.append(sha256_file(path) if path.is_file() else None)
        return declared

    def outlines(self) -> dict[str, Any]:
        """Give the outline of each area in the projected system, in order; upper areas are unions."""
        if self.city is None or self.city.doc.boundary is None:
            return {}
        if self._outlines:
            return self._outlines
        boundary = self.city.doc.boundary
        layer = self._load(boundary.file, f"{self.city.name}/{boundary.file}", boundary.crs)
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
        if (name, year) not in self._named:
            doc = self.city.doc.layers[name]
            layer = self._open(doc, _dated(doc.file, year))
            named = {ours: layer.fields[theirs] for ours, theirs in doc.columns.items()}
            whole = replace(layer, fields=layer.fields | named, record=_described(layer.record, doc, year))
            self._named[(name, year)] = _kept(whole, doc.at_least)
        return self._named[(name, year)]

    def graph(self, year: int) -> Graph | None:
        """Give the walking network of a year, costs in metres; None where the city has no ``walk_ways``.

        Lines connect where they share a vertex. With a column ``highway`` they are ways of OpenStreetMap, and
        those on which nobody walks are left out.
        """
        layer = self.layer(WALK_WAYS, year)
        if layer is None:
            return None
        if year not in self._graphs:
            from tijian.engine.compute.geo import graph, network, profile

            ways = np.asarray(layer.geometry, dtype=object)
            if "highway" in layer.fields:
                used = profile.admit(profile.WALK, layer.fields)
                built = network.build(ways, join="vertices", forward=used.forward, backward=used.backward)
            else:
                built = network.build(ways, join="vertices")
            self._graphs[year] = graph.metres(built)
        return self._graphs[year]

    def _load(self, file: str, name: str, crs: str) -> Layer:
        if self.city is None:
            raise LookupError(file)
        if (file, "") not in self._read:
            self._keep((file, ""), read_layer(self.city.folder / file, name, crs))
        return self._read[(file, "")]

    def _open(self, doc: LayerDoc, file: str) -> Layer:
        """Read a declared layer; one file may hold several, each by its class."""
        if self.city is None:
            raise LookupError(file)
        key = _key(doc, file)
        if key not in self._read:
            if self._opener is None:
                self._opener = Opener(self.city.folder)
            self._keep(key, self._opener.open(doc, self.city.folder / file, f"{self.city.name}/{file}"))
        return self._read[key]

    def _keep(self, key: tuple[str, str], layer: Layer) -> None:
        if self.city is None:
            raise LookupError(key)
        target = self.city.doc.crs.projected
        self._read[key] = replace(layer, geometry=project(layer.geometry, layer.crs, target), crs=target)

    def record(self, name: str, year: int) -> SourceRecord | None:
        """Say where a layer of a year came from without reading its geometry; None where the city has none.

        ``rows`` is 0 unless the layer was read.
        """
        if self.city is None or not self.exists(name, year):
            return None
        doc = self.city.doc.layers[name]
        file = _dated(doc.file, year)
        key = _key(doc, file)
        known = self._read[key].record if key in self._read else self._known.get(key)
        if known is not None:
            return _described(known, doc, year)
        return _described(SourceRecord(f"{self.city.name}/{file}", self._digest(file), 0), doc, year)

    def fingerprint(self, names: Iterable[str], year: int) -> list[object]:
        """Name what a computation over layers and boundary looks at: files by hash, with their declarations."""
        if self.city is None:
            return []
        boundary, layers = self.city.doc.boundary, self.city.doc.layers
        there = [(n, self.exists(n, year)) for n in names]
        self._used |= {(n, year) for n, is_there in there if is_there}
        files: list[object] = [
            [self._digest(_dated(layers[n].file, year)), self._declared(layers[n])] if is_there else None
            for n, is_there in there
        ]
        whole = (boundary.model_dump(mode="json"), self._digest(boundary.file)) if boundary else None
        return [*files, whole]

    def _digest(self, file: str) -> str:
        if self.city is None:
            raise LookupError(file)
        if file not in self._digests:
            self._digests[file] = layer_digest(self.city.folder / file)
        return self._digests[file]

    def records(self) -> list[SourceRecord]:
        """List the files that were checked or that results rest on, by name, whether read now or known from before."""
        if self.city is not None:
            for name, year in sorted(self._used):
                doc = self.city.doc.layers[name]
                if _key(doc, _dated(doc.file, year)) not in self._known:
                    self.layer(name, year)
            if self._used:
                self.outlines()
        known = self._known | {key: layer.record for key, layer in self._read.items()}
        return [known[key] for key in sorted(known)]


def _lowest_first(city: City) -> list[str]:
    levels = [level.id for level in city.doc.levels]
    return sorted(city.by_code, key=lambda code: -levels.index(city.by_code[code].level))


def _key(doc: LayerDoc, file: str) -> tuple[str, str]:
    """Name what is read from a file: one file may hold several layers, each by its classes."""
    return file, "、".join(osm_classes(doc))


def _dated(text: str, year: int) -> str:
    return text.replace("{period}", str(year))


def _described(record: SourceRecord, doc: LayerDoc, year: int) -> SourceRecord:
    return replace(
        record,
        provider=doc.provider,
        captured=_dated(doc.captured, year),
        crs=doc.crs,
        licence=doc.licence,
        mark=";".join(dict.fromkeys(m for m in (doc.mark, record.mark) if m)),
    )


def _check_geometry(layer: Layer, file: str, kind: str, faults: Faults) -> None:
    """Name every feature that is of another kind, empty, or crosses itself; the first few of each file."""
    types = shapely.get_type_id(layer.geometry)
    wrong = ~np.isin(types, KINDS[kind]) | shapely.is_empty(layer.geometry)
    for i in np.flatnonzero(wrong)[:FEW].tolist():
        given = GEOMETRY_ZH.get(int(types[i]), "没有图形")
        faults.add(
            "layer.geometry",
            file,
            f"第 {i + 1} 个要素",
            given,
            KIND_ZH[kind],
            "请改正这个要素，或从图层中去掉它。",
        )
    crossing = (
        ~wrong & ~shapely.is_valid(layer.geometry) if kind == "polygons" else np.zeros(len(wrong), dtype=bool)
    )
    for i in np.flatnonzero(crossing)[:FEW].tolist():
        faults.add(
            "layer.crossing",
            file,
            f"第 {i + 1} 个要素",
            None,
            "边线不自相交的面",
            "请在 GIS 软件中修复几何，再导出。",
        )


def _kept(layer: Layer, at_least: Mapping[str, float]) -> Layer:
    """Keep the features whose columns hold no less than asked; an empty cell holds nothing."""
    if not at_least:
        return layer
    rows = [
        i
        for i in range(len(layer))
        if all(_holds(layer.fields[column][i], limit) for column, limit in at_least.items())
    ]
    fields = {n: [cells[i] for i in rows] for n, cells in layer.fields.items()}
    return replace(layer, geometry=np.asarray(layer.geometry, dtype=object)[rows], fields=fields)


def _holds(cell: Any, limit: float) -> bool:
    return cell is not None and cell != "" and float(cell) >= limit


def _check_content(layer: Layer, doc: LayerDoc, file: str, faults: Faults) -> None:
    """Name the declared columns that the file lacks, and a file that is not the declared one."""
    for ours, theirs in {**{c: c for c in doc.at_least}, **doc.columns}.items():
        if theirs not in layer.fields:
            known = "、".join(layer.fields) or "（没有属性列）"
            hint = f"city.yaml 说 {ours} 在这一列；请改 columns，或补上这一列。"
            faults.add("layer.column", file, "属性列", theirs, known, hint)
    if doc.sha256 is not None and layer.record.sha256 != doc.sha256:
        hint = "文件不是登记的那一个：请换回登记的文件，或核对后改 city.yaml 的 sha256。"
        faults.add("layer.sha256", file, "sha256", layer.record.sha256, doc.sha256, hint)


WALK_WAYS = "walk_ways"
UNREAD = {"mark", "licence", "provider", "zh", "sha256"}  # of a declaration: no step depends on them
KINDS = {"points": (0, 4), "lines": (1, 5), "polygons": (3, 6), "places": (0, 4, 3, 6)}
KIND_ZH = {"points": "点", "lines": "线", "polygons": "有面积的面", "places": "点或有面积的面"}
GEOMETRY_ZH = {0: "点", 1: "线", 3: "空的面", 4: "点", 5: "线", 6: "空的面"}
FEW = 5
PERIOD = "{period}"  # a layer by year may be missing: its figure is then 无数据
