"""The walk through an OSM PBF file with libosmium, and what is gathered on it.

This module is imported only when a file must really be decoded: it loads pyosmium.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import osmium
import shapely
from osmium import InvalidLocationError
from osmium.filter import EntityFilter, KeyFilter
from osmium.geom import ALL, WKBFactory
from osmium.osm import NODE, RELATION, WAY

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources import pbf
from tijian.engine.sources.osm import FEW, Loss, OsmTable, Tags, Wanted

# Tags that do not say what a thing is; a multipolygon with no others has its tags on its outer ways.
SILENT = frozenset({"type", "source", "created_by", "note", "fixme", "FIXME", "comment", "attribution"})


def apply(data: bytes, found: Found) -> None:
    """Walk through a file and gather what is wanted.

    Raises:
        RuntimeError: If libosmium cannot read it.
    """
    source, wanted = osmium.io.FileBuffer(data, "pbf"), found.wanted
    manager = osmium.area.AreaManager()
    with osmium.io.Reader(source, RELATION) as reader:
        osmium.apply(reader, manager.first_pass_handler())
    locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    locations.ignore_errors()
    # Not filtered by key: a multipolygon of the old style has none, its tags stand on its outer ways.
    areas = manager.second_pass_handler(_Areas(found))
    points = KeyFilter(*wanted.points) if wanted.points else EntityFilter(WAY | RELATION)
    with osmium.io.Reader(source) as reader:
        osmium.apply(reader, locations, areas, points.enable_for(NODE), _Objects(found))


def located(data: bytes, name: str) -> Refused:
    """Find the block that libosmium cannot read, by giving it each block alone."""
    first, *rest = pbf.blocks(data, name)
    header = data[: first.end]
    for block in (first, *rest):
        alone = header if block is first else header + data[block.offset : block.end]
        try:
            with osmium.io.Reader(osmium.io.FileBuffer(alone, "pbf")) as reader:
                osmium.apply(reader, _Nothing())
        except RuntimeError as error:
            return pbf.broken(name, block.offset, str(error), "能解开的块")
    return pbf.broken(name, 0, "", "能解开的 OSM PBF 文件")


class _Nothing:
    """Takes every object and does nothing, so that every block is decoded."""

    def node(self, _: Any) -> None: ...

    def way(self, _: Any) -> None: ...

    def relation(self, _: Any) -> None: ...


Shape = tuple[int, str, Tags]  # id, WKB in hexadecimal, values of the columns


@dataclass
class Found:
    """What the handlers gather while libosmium walks through the file."""

    wanted: Wanted
    ways: set[int] = field(default_factory=set)
    lines: list[Shape] = field(default_factory=list)
    points: list[Shape] = field(default_factory=list)
    from_ways: dict[int, Shape] = field(default_factory=dict)
    from_relations: dict[int, tuple[Shape, bool]] = field(default_factory=dict)
    missing_nodes: set[int] = field(default_factory=set)
    cut_ways: set[int] = field(default_factory=set)  # wanted, with nodes missing
    bare_ways: set[int] = field(default_factory=set)  # wanted, no two places
    closed: set[int] = field(default_factory=set)  # wanted as areas
    open: dict[int, Tags] = field(default_factory=dict)  # wanted as areas, not closed
    members: set[int] = field(default_factory=set)
    multipolygons: dict[int, tuple[bool, tuple[int, ...]]] = field(default_factory=dict)

    def tables(self) -> tuple[OsmTable, OsmTable, OsmTable]:
        """Give lines, areas and points in order of type and id."""
        taken, old = self._old_style()
        own = [shape for i, shape in self.from_ways.items() if i not in taken]
        relations = [s for s, tagged in self.from_relations.values() if tagged] + old
        w = self.wanted
        lines = _table([("way", self.lines)], w.line_tags)
        flat = shapely.length(lines.geometry) == 0
        self.bare_ways.update(lines.ids[flat].tolist())
        return (
            lines.only(~flat),
            _table([("way", own), ("relation", relations)], w.polygon_tags),
            _table([("node", self.points)], w.point_tags),
        )

    def _old_style(self) -> tuple[set[int], list[Shape]]:
        """Draw relations without tags of their own with the tags of their outer ways, which are then taken.

        Until about 2017 a multipolygon's tags often stood on its outer ways (OSM wiki, "Relation:multipolygon").
        """
        taken: set[int] = set()
        drawn: list[Shape] = []
        for i, (shape, tagged) in sorted(self.from_relations.items()):
            outer = self.multipolygons.get(i, (False, ()))[1]
            tags = [t for way in sorted(outer) if (t := self._area_tags(way)) is not None]
            if tagged or not tags:
                continue
            taken.update(outer)
            drawn.append((i, shape[1], tags[0]))
        return taken, drawn

    def _area_tags(self, way: int) -> Tags | None:
        return self.from_ways[way][2] if way in self.from_ways else self.open.get(way)

    def losses(self) -> tuple[Loss, ...]:
        """Count what was dropped, by reason."""
        taken, old = self._old_style()
        drawn = {i for i, _, _ in old} | self.from_relations.keys()
        undrawn = {i for i, (tagged, _) in self.multipolygons.items() if tagged and i not in drawn}
        rings = self.closed - self.from_ways.keys() - self.cut_ways - taken
        lone = self.open.keys() - self.cut_ways - self.members
        gone = self.members - self.ways
        tagged = sum(t for t, _ in self.multipolygons.values())
        told = (
            ("nodes.missing", "线所引用的点不在文件里", "node", self.missing_nodes, 0),
            ("ways.missing", "多边形关系所引用的线不在文件里", "way", gone, len(self.members)),
            ("ways.cut", "有点缺失，整条舍去的线", "way", self.cut_ways, len(self.ways)),
            ("ways.bare", "不足两个不同位置，舍去的线", "way", self.bare_ways, len(self.ways)),
            ("rings.broken", "首尾相接但围不成面，舍去的环", "way", rings, len(self.closed)),
            ("rings.open", "按标签是面但没有闭合，舍去的线", "way", lone, 0),
            ("relations.broken", "拼不成面，舍去的多边形关系", "relation", undrawn, tagged),
        )
        return tuple(
            Loss(code, reason, len(ids), of, tuple(f"{kind}/{i}" for i in sorted(ids)[:FEW]))
            for code, reason, kind, ids, of in told
            if ids
        )


class _Objects:
    """Takes nodes that passed the filter, and every way and relation."""

    def __init__(self, found: Found) -> None:
        wanted = found.wanted
        self._found, self._lines, self._areas = found, wanted.lines, wanted.polygons
        self._line_tags, self._polygon_tags, self._point_tags = (
            wanted.line_tags, wanted.polygon_tags, wanted.point_tags,
        )  # fmt: skip
        self._point, self._line = WKBFactory().create_point, WKBFactory().create_linestring
        # Told to leave out repeated points, libosmium passes over missing nodes at the start of a way.
        self._all, self._missing = ALL, InvalidLocationError

    def node(self, node: Any) -> None:
        """Keep a point."""
        get = node.tags.get
        self._found.points.append((node.id, self._point(node), tuple([get(k) for k in self._point_tags])))

    def way(self, way: Any) -> None:
        """Keep a line; note what will be an area, and which nodes are not there."""
        found, get, i = self._found, way.tags.get, way.id
        found.ways.add(i)
        closed = way.is_closed()
        line = any(get(k) is not None for k in self._lines) and not (closed and get("area") == "yes")
        area = (closed or not line) and any(get(k) is not None for k in self._areas) and get("area") != "no"
        if area and closed:
            found.closed.add(i)
        elif area:
            found.open[i] = tuple([get(k) for k in self._polygon_tags])
        try:
            wkb = self._line(way, self._all)
        except self._missing:
            found.missing_nodes.update(n.ref for n in way.nodes if not n.location.valid())
            if line or area:
                found.cut_ways.add(i)
            return
        except RuntimeError:
            if line or area:
                found.bare_ways.add(i)
            return
        if line:
            found.lines.append((i, wkb, tuple([get(k) for k in self._line_tags])))

    def relation(self, relation: Any) -> None:
        """Note which ways a multipolygon refers to."""
        kind = relation.tags.get("type")
        if kind not in {"multipolygon", "boundary"}:
            return
        ways = [(m.ref, m.role) for m in relation.members if m.type == "w"]
        self._found.members.update(ref for ref, _ in ways)
        tagged = any(k in relation.tags for k in self._areas)
        old_style = kind == "multipolygon" and {tag.k for tag in relation.tags} <= SILENT
        outer = tuple(ref for ref, role in ways if role != "inner") if old_style else ()
        self._found.multipolygons[relation.id] = (tagged, outer)


class _Areas:
    """Takes the areas that libosmium assembles."""

    def __init__(self, found: Found) -> None:
        self._found, self._keys, self._columns = found, found.wanted.polygons, found.wanted.polygon_tags
        self._polygon = WKBFactory().create_multipolygon

    def area(self, area: Any) -> None:
        """Keep an area by the object it was made from; one that could not be assembled has no ring."""
        if not area.num_rings()[0]:
            return
        get, i = area.tags.get, area.orig_id()
        tagged = any(get(k) is not None for k in self._keys)
        if tagged or not area.from_way():
            shape = (i, self._polygon(area), tuple([get(k) for k in self._columns]))
            if area.from_way():
                self._found.from_ways[i] = shape
            else:
                self._found.from_relations[i] = (shape, tagged)


def _table(parts: list[tuple[str, list[Shape]]], columns: tuple[str, ...]) -> OsmTable:
    sorted_parts = [(kind, sorted(shapes, key=lambda shape: shape[0])) for kind, shapes in parts]
    shapes = [shape for _, part in sorted_parts for shape in part]
    tags = list(zip(*(shape[2] for shape in shapes), strict=True)) if shapes else [()] * len(columns)
    return OsmTable(
        [kind for kind, part in sorted_parts for _ in part],
        np.array([shape[0] for shape in shapes], dtype=np.int64),
        np.asarray(shapely.from_wkb([shape[1] for shape in shapes]), dtype=object),
        {k: list(tags[j]) for j, k in enumerate(columns)},
    )
