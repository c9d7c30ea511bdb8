"""Numbering of a document in reading order, and the checks that every figure in it is a reference."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

from tijian.engine.report.blocks import (
    Beside,
    Block,
    Break,
    Caption,
    Code,
    Column,
    Day,
    Document,
    Figure,
    Grade,
    GradeMatrix,
    Heading,
    KeyValues,
    Num,
    Pointer,
    RefKind,
    Steps,
    Table,
    Text,
    Unit,
)
from tijian.engine.report.runs import plain

Node = TypeVar("Node")
Captioned = Table | GradeMatrix | KeyValues | Figure
CAPTIONED = (Table, GradeMatrix, KeyValues, Figure)
LEAVES = (str, Text, Code, Day, Unit, Grade, Steps, Break, int, float)  # hold nothing to be numbered
DIGITS = re.compile(r"\d[\d,.]*")
NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Reference:
    """One printed number: its place in the document, what it quotes, and as what it was printed."""

    id: str
    kind: RefKind
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One heading: level, its number (“（一）”, empty if none) and its words."""

    level: int
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with every number, heading and caption numbered."""

    document: Document
    references: tuple[Reference, ...]
    outline: tuple[OutlineEntry, ...]


class LabelError(ValueError):
    """A pointer names a caption that the document does not have."""

    def __init__(self, label: str) -> None:
        self.label = label
        super().__init__(f"文中引用的图表“{label}”不存在。请核对 Caption 的 label。")


@dataclass
class _Numbering:
    """Counters of one pass in reading order."""

    captions: dict[str, str]
    references: list[Reference] = field(default_factory=list)
    outline: list[OutlineEntry] = field(default_factory=list)
    headings: list[int] = field(default_factory=lambda: [0, 0, 0])
    tables: int = 0
    figures: int = 0

    def number(self, num: Num) -> Num:
        """Give the next id to a number and note its reference."""
        key = f"v_{len(self.references) + 1:05d}"
        self.references.append(Reference(key, num.ref.kind, num.ref.key, num.text))
        return replace(num, id=key)

    def heading(self, heading: Heading) -> Heading:
        """Give a heading its number and note it in the outline."""
        runs = rebuild(heading.runs, self)
        number = ""
        if heading.numbered:
            self.headings[heading.level - 1] += 1
            self.headings[heading.level :] = [0] * (3 - heading.level)
            number = heading_number(heading.level, self.headings[heading.level - 1])
        self.outline.append(OutlineEntry(heading.level, number, plain(runs)))
        return replace(heading, runs=runs, number=number)

    def caption(self, block: Captioned) -> Captioned:
        """Give a captioned block its “表 1” or “图 1”."""
        caption = block.caption
        if caption is not None:
            if isinstance(block, Figure):
                self.figures += 1
                number = f"图 {self.figures}"
            else:
                self.tables += 1
                number = f"表 {self.tables}"
            block = replace(block, caption=replace(caption, number=number))
        return _rebuild_fields(block, self)

    def pointer(self, pointer: Pointer) -> Pointer:
        """Resolve a pointer; captions behind it in the text were collected beforehand."""
        if pointer.label not in self.captions:
            raise LabelError(pointer.label)
        return replace(pointer, mark=self.captions[pointer.label])


def prepare(document: Document) -> Prepared:
    """Number a document in reading order: numbers v_00001 …, headings, tables and figures.

    The same document always gets the same ids; a renderer calls this itself.

    Raises:
        LabelError: If a pointer names no caption.
    """
    state = _Numbering(captions=_labels(document))
    numbered = _rebuild_fields(document, state)
    return Prepared(numbered, tuple(state.references), tuple(state.outline))


def references(document: Document) -> tuple[Reference, ...]:
    """List the printed numbers of a document in reading order."""
    return prepare(document).references


def figures_of(document: Document) -> tuple[Figure, ...]:
    """List the figures of a document in reading order, those in columns too."""
    return tuple(block for block in _captioned(document.blocks) if isinstance(block, Figure))


def heading_number(level: int, count: int) -> str:
    """Write the number of a heading: 一、 · （一） · 1."""
    if level == 1:
        return f"{chinese(count)}、"
    return f"（{chinese(count)}）" if level == 2 else f"{count}."  # noqa: PLR2004 - levels of the style


def chinese(number: int) -> str:
    """Write 1 … 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else NUMERALS[tens]) + "十" if tens else ""
    return head + (NUMERALS[ones] if ones or not tens else "")


def lint(document: Document) -> list[str]:
    """Find what must not be printed: digits in plain text, rows of wrong length, pointers to nothing.

    Captions, heads of columns, names of rows and the titles of the cover are exempt: they name.

    Returns:
        One Chinese sentence a finding, in reading order; empty if the document is sound.
    """
    findings: list[str] = []
    if document.cover is not None:
        findings += _lint_digits(_gather(document.cover), "封面")
    parts = [_gather(block) for block in document.blocks]
    labels = [caption.label for found in parts for caption in found.captions if caption.label]
    findings += [
        f"图表名“{label}”用了不止一次。" for label in sorted({x for x in labels if labels.count(x) > 1})
    ]
    for number, (block, found) in enumerate(zip(document.blocks, parts, strict=True), 1):
        place = f"第 {number} 块 {type(block).__name__}"
        findings += _lint_digits(found, place)
        for table in found.tables:
            findings += _lint_rows(table, place)
        findings += [
            f"{place}：引用的图表“{pointer.label}”不存在。"
            for pointer in found.pointers
            if pointer.label not in labels
        ]
        findings += [f"{place}：图没有说明文字 alt。" for figure in found.figures if not figure.alt.strip()]
    return findings


@dataclass
class _Parts:
    """What a tree of blocks holds, by kind and in reading order; ``texts`` are those that must not name numbers."""

    captions: list[Caption] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def _gather(node: object) -> _Parts:
    """Walk a tree once and sort what the checks look at."""
    found = _Parts()
    _sort(node, found, named=False)
    return found


def _sort(node: object, found: _Parts, *, named: bool) -> None:
    """Note a node, then what lies in it; under a caption or the head of a column texts name something."""
    if isinstance(node, tuple):
        for item in node:
            _sort(item, found, named=named)
        return
    match node:
        case Text():
            if not named:
                found.texts.append(node)
        case Caption():
            found.captions.append(node)
        case Table():
            found.tables.append(node)
        case Pointer():
            found.pointers.append(node)
        case Figure():
            found.figures.append(node)
    inside = named or isinstance(node, Caption | Column)
    for name in _names(node):
        _sort(getattr(node, name), found, named=inside)


def _lint_digits(found: _Parts, place: str) -> list[str]:
    return [
        f"{place}：文字“{text.text}”里有数字“{match.group()}”，应写成 Num、Code、Day 或 Unit。"
        for text in found.texts
        if (match := DIGITS.search(text.text))
    ]


def _lint_rows(table: Table, place: str) -> list[str]:
    width = len(table.columns)
    return [
        f"{place}：表的第 {number} 行有 {len(row)} 格，应有 {width} 格。"
        for number, row in enumerate(table.rows, 1)
        if len(row) not in {1, width}
    ]


def _labels(document: Document) -> dict[str, str]:
    """Number the labelled captions first, since a pointer may stand before its table."""
    found: dict[str, str] = {}
    counts = {"表": 0, "图": 0}
    for block in _captioned(document.blocks):
        caption = block.caption
        if caption is None:
            continue
        kind = "图" if isinstance(block, Figure) else "表"
        counts[kind] += 1
        if caption.label:
            found[caption.label] = f"{kind} {counts[kind]}"
    return found


def _captioned(blocks: Sequence[Block]) -> Iterator[Captioned]:
    """Yield the blocks that may have a caption, in reading order."""
    for block in blocks:
        if isinstance(block, CAPTIONED):
            yield block
        elif isinstance(block, Beside):
            yield from _captioned(block.left)
            yield from _captioned(block.right)


def rebuild(node: Node, state: _Numbering) -> Node:
    """Copy a tree of blocks with the numbers of ``state`` filled in."""
    if node is None or isinstance(node, LEAVES):
        return node
    if isinstance(node, tuple):
        return cast("Node", tuple([rebuild(item, state) for item in node]))
    result: object = node
    if isinstance(node, Num):
        result = state.number(node)
    elif isinstance(node, Pointer):
        result = state.pointer(node)
    elif isinstance(node, Heading):
        result = state.heading(node)
    elif isinstance(node, CAPTIONED):
        result = state.caption(node)
    elif is_dataclass(node):
        result = _rebuild_fields(node, state)
    return cast("Node", result)


def _rebuild_fields(node: Node, state: _Numbering) -> Node:
    changed: dict[str, object] = {}
    for name in _names(node):
        old = getattr(node, name)
        new = rebuild(old, state)
        if new is not old:
            changed[name] = new
    return cast("Node", replace(cast("Any", node), **changed)) if changed else node


@cache
def _names_of(kind: Hashable) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cast("Any", kind))) if is_dataclass(kind) else ()


def _names(node: object) -> tuple[str, ...]:
    return _names_of(cast("Hashable", type(node)))
