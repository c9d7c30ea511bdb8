"""From the words of a source (OSM tags, AMap types, land-use codes) to our classes, by rules that are data.

A description is what a source says of one object: tags for OpenStreetMap, a type of three levels for AMap
(several joined by ``|``), a code for a land-use standard. The same description always gives the same
classes, so each distinct one is judged once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tijian.engine.sources.osm import OsmTable, Wanted

ANY = "*"
Scheme = Literal["osm", "type", "code"]
Says = Mapping[str, str] | tuple[str, ...]  # tags, or types and codes taken apart
Description = tuple[tuple[str, str], ...] | str
GEOMETRIES = ("lines", "polygons", "points")


@dataclass(frozen=True)
class Condition:
    """What an object must say: all tags for OSM; a type or code of which its own is the same or a part.

    Attributes:
        tags: Key → values accepted; ``*`` accepts any value.
        prefix: Type such as ``医疗保健服务;综合医院`` or code such as ``07``; empty for OSM.
    """

    tags: tuple[tuple[str, frozenset[str]], ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Rule:
    """One way into a class, and the value the object then has in it (a level, a kind; empty for none)."""

    value: str
    any: tuple[Condition, ...]


@dataclass(frozen=True)
class MappedClass:
    """A class of ours.

    Attributes:
        zh: Its name.
        geometry: Kinds of geometry in which it comes, of ``lines``, ``polygons``, ``points``.
        rules: The first that fits gives the value.
        none: What keeps an object out of this class; of several types of one object, only those types.
    """

    zh: str
    geometry: tuple[str, ...]
    rules: tuple[Rule, ...]
    none: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Classified:
    """Objects by class.

    Attributes:
        rows: Class → rows that belong to it, ascending.
        values: Class → value of each of these rows.
        excluded: Reason → how many objects are in no class for it.
        unmapped: What no rule speaks of → how many, most frequent first.
        of: How many objects there were.
    """

    rows: dict[str, list[int]]
    values: dict[str, list[str]]
    excluded: dict[str, int]
    unmapped: dict[str, int]
    of: int


@dataclass(frozen=True)
class LayerMapping:
    """The rules for one scheme.

    Attributes:
        scheme: ``osm``, ``type`` (levels joined by ``;``, several types by ``|``) or ``code``.
        classes: Our name → class.
        exclude: Reason → what keeps an object out of every class.
        keep: Kind of geometry → further OSM keys to keep as columns.
        digest: Hash of the document.
    """

    scheme: Scheme
    classes: dict[str, MappedClass]
    exclude: dict[str, tuple[Condition, ...]] = field(default_factory=dict)
    keep: dict[str, tuple[str, ...]] = field(default_factory=dict)
    digest: str = ""

    def wanted(self) -> Wanted:
        """Say which OSM objects and tags the rules need."""
        keys, tags = {}, {}
        for geometry in GEOMETRIES:
            rules = [r for c in self.classes.values() if geometry in c.geometry for r in c.rules]
            conditions = [condition for rule in rules for condition in rule.any]
            # The first key of a condition finds the object, the others narrow it.
            keys[geometry] = tuple(dict.fromkeys(c.tags[0][0] for c in conditions))
            tags[geometry] = tuple(
                dict.fromkeys([*keys[geometry], *self._asked(geometry), *self.keep.get(geometry, ())])
            )
        return Wanted(*(keys[g] for g in GEOMETRIES), *(tags[g] for g in GEOMETRIES))

    def _asked(self, geometry: str) -> list[str]:
        """Give every key that a condition on objects of this geometry asks, exclusions included."""
        conditions = [c for group in self.exclude.values() for c in group]
        for mapped in self.classes.values():
            if geometry in mapped.geometry:
                conditions += [*mapped.none, *(c for rule in mapped.rules for c in rule.any)]
        return sorted({key for condition in conditions for key, _ in condition.tags})

    def judge(self, description: Description, geometry: str = "") -> tuple[dict[str, str], str]:
        """Judge one description.

        Args:
            description: Tags as sorted pairs, a type, or a code.
            geometry: Kind of geometry; empty to judge for all.

        Returns:
            Class → value, and the reason for which the object is excluded (empty where it is not).
        """
        says = _tags(description) if self.scheme == "osm" else _parts(description, self.scheme)
        for reason, conditions in self.exclude.items():
            if any(_fits(c, says, self.scheme) for c in conditions):
                return {}, reason
        found = {}
        for name, mapped in self.classes.items():
            if geometry and geometry not in mapped.geometry:
                continue
            left = _without(mapped.none, says, self.scheme)
            values = (
                r.value for r in mapped.rules if left and any(_fits(c, left, self.scheme) for c in r.any)
            )
            if (value := next(values, None)) is not None:
                found[name] = value
        return found, ""

    def classify(self, descriptions: Sequence[Description], geometry: str = "") -> Classified:
        """Sort objects into classes; an object may be in several, as a park is also green.

        Args:
            descriptions: What the source says of each object, n of them.
            geometry: Kind of geometry of all of them; empty to judge for all.
        """
        judged = {d: self.judge(d, geometry) for d in dict.fromkeys(descriptions)}
        rows: dict[str, list[int]] = {name: [] for name in self.classes}
        values: dict[str, list[str]] = {name: [] for name in self.classes}
        excluded: Counter[str] = Counter()
        unmapped: Counter[str] = Counter()
        for i, description in enumerate(descriptions):
            classes, reason = judged[description]
            if reason:
                excluded[reason] += 1
            elif not classes:
                unmapped[shown(description)] += 1
            for name, value in classes.items():
                rows[name].append(i)
                values[name].append(value)
        ordered = sorted(unmapped.items(), key=lambda pair: (-pair[1], pair[0]))
        return Classified(rows, values, dict(sorted(excluded.items())), dict(ordered), len(descriptions))

    def classify_osm(self, table: OsmTable, geometry: str) -> Classified:
        """Sort the objects of an OSM table into classes.

        Args:
            table: Lines, polygons or points read with ``wanted``.
            geometry: Which of them.
        """
        asked = [key for key in self._asked(geometry) if key in table.fields]
        columns = [table.fields[key] for key in asked]
        rows: Iterable[tuple[str | None, ...]] = zip(*columns, strict=True) if columns else [()] * len(table)
        return self.classify(
            [tuple((k, v) for k, v in zip(asked, row, strict=True) if v is not None) for row in rows],
            geometry,
        )


def shown(description: Description) -> str:
    """Write a description as text."""
    return description if isinstance(description, str) else " ".join(f"{k}={v}" for k, v in description)


def _tags(description: Description) -> Mapping[str, str]:
    return dict(description) if not isinstance(description, str) else {}


def _parts(description: Description, scheme: Scheme) -> tuple[str, ...]:
    """Take a description apart: several AMap types in one cell, one code."""
    text = shown(description)
    parts = text.split("|") if scheme == "type" else [text]
    return tuple(part.strip() if scheme == "type" else part.strip().upper() for part in parts)


def _without(none: tuple[Condition, ...], says: Says, scheme: Scheme) -> Says | None:
    """Take away what a class does not accept: single types of several, else the whole object."""
    if isinstance(says, tuple):
        return tuple(part for part in says if not any(_within(part, c.prefix, scheme) for c in none))
    return None if any(_fits(c, says, scheme) for c in none) else says


def _fits(condition: Condition, says: Says, scheme: Scheme) -> bool:
    if isinstance(says, tuple):
        return any(_within(part, condition.prefix, scheme) for part in says)
    return all(key in says and (ANY in values or says[key] in values) for key, values in condition.tags)


def _within(part: str, prefix: str, scheme: Scheme) -> bool:
    """Tell whether a type or code is the same as the prefix or a part of it; codes are read digit by digit."""
    return part == prefix or part.startswith(prefix + ";" if scheme == "type" else prefix)
