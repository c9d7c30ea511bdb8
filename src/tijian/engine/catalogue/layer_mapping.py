"""Layer mappings as documents: ``catalogues/layer-mapping/*.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tijian.engine.catalogue.document import Doc, read
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.sources.mapping import ANY, Condition, LayerMapping, MappedClass, Rule

Geometry = Literal["lines", "polygons", "points"]
Values = str | tuple[str, ...]
# An OSM condition is a mapping of keys to values, of which all must hold; any other is a type or a code.
ConditionDoc = Annotated[str, Field(min_length=1)] | Annotated[dict[str, Values], Field(min_length=1)]
Conditions = Annotated[tuple[ConditionDoc, ...], Field(min_length=1)]


class RuleDoc(Doc):
    """One way into a class: any of the conditions, and the value it gives."""

    value: str = ""
    any: Conditions


class ClassDoc(Doc):
    """A class: name, geometry, rules in order (the first that fits gives the value), exceptions."""

    zh: str
    geometry: Annotated[tuple[Geometry, ...], Field(min_length=1)]
    rules: Annotated[tuple[RuleDoc, ...], Field(min_length=1)]
    none: tuple[ConditionDoc, ...] = ()


class LayerMappingDoc(Doc):
    """The mapping of one scheme.

    Attributes:
        scheme: ``osm`` for tags, ``type`` for AMap's types of three levels, ``code`` for land-use codes.
        zh: Its name.
        status: 待核 until somebody of the city has checked it.
        source: Where the words of the scheme are laid down.
        classes: Our name → class.
        exclude: Reason → what keeps an object out of every class.
        keep: Kind of geometry → further OSM keys to keep.
    """

    scheme: Literal["osm", "type", "code"]
    zh: str
    status: Literal["待核", "已核"]
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    classes: Annotated[dict[str, ClassDoc], Field(min_length=1)]
    exclude: dict[str, Conditions] = {}
    keep: dict[Geometry, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _conditions_suit_the_scheme(self) -> LayerMappingDoc:
        groups = [*self.exclude.values(), *(c.none for c in self.classes.values())]
        groups += [rule.any for c in self.classes.values() for rule in c.rules]
        wanted = dict if self.scheme == "osm" else str
        if not all(isinstance(condition, wanted) for group in groups for condition in group):
            raise ValueError("与 scheme 相符的条件|osm 的条件写成 {键: 值}，type 和 code 的写成文字。")
        return self

    def mapping(self) -> LayerMapping:
        """Give the rules, with the hash of the document."""
        classes = {
            name: MappedClass(
                doc.zh,
                doc.geometry,
                tuple(Rule(rule.value, _conditions(rule.any)) for rule in doc.rules),
                _conditions(doc.none),
            )
            for name, doc in self.classes.items()
        }
        exclude = {reason: _conditions(group) for reason, group in self.exclude.items()}
        keep = {str(geometry): keys for geometry, keys in self.keep.items()}
        return LayerMapping(self.scheme, classes, exclude, keep, self.digest)

    @property
    def digest(self) -> str:
        """Hash of the document in its canonical form; comments and order of keys have no part in it."""
        return sha256(canonical(self.model_dump(mode="json")))


def _conditions(docs: tuple[ConditionDoc, ...]) -> tuple[Condition, ...]:
    return tuple(_condition(doc) for doc in docs)


def _condition(doc: ConditionDoc) -> Condition:
    if isinstance(doc, str):
        return Condition(prefix=doc)
    values = {key: (value,) if isinstance(value, str) else value for key, value in doc.items()}
    return Condition(tuple((key, frozenset({ANY} if ANY in v else v)) for key, v in values.items()))


def read_layer_mapping(path: Path, name: str) -> LayerMappingDoc:
    """Read and check a mapping.

    Raises:
        Refused: With every fault found.
    """
    return read(LayerMappingDoc, path, name)
