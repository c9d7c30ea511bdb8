"""The block model of a report: what is said, apart from how Word or PDF show it.

Every number that a reader could take as a finding is a ``Num`` with the key of what it quotes. Ids,
dates, names and units have run types of their own, so that a digit in a plain ``Text`` is a mistake
(``references.lint`` finds it). Fields stand in reading order: numbering follows them.

``number``, ``id`` and ``mark`` fields are filled by ``references.prepare``; authors leave them alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tijian.engine.report.tokens import GradeWord, Tone

RefKind = Literal["value", "count", "cut", "fact"]
Align = Literal["left", "right", "center"]
StepState = Literal["done", "late", "due", "cancelled"]
Mark = Literal["synthetic", "unverified"]


@dataclass(frozen=True, slots=True)
class Ref:
    """What a printed number quotes: a canonical key such as ``value:TC02|AREA|2019``."""

    kind: RefKind
    key: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words. Holds no digit."""

    text: str
    bold: bool = False
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Num:
    """A number as printed, with its reference.

    Attributes:
        text: The figure as printed, without its unit (a % sign may be part of it).
        ref: What it quotes.
        strong: Bold.
        tone: Colour of the text.
        marked: Whether the marks of the document (synthetic, unverified) apply to it.
        id: ``v_00001`` …, filled by ``references.prepare``.
    """

    text: str
    ref: Ref
    strong: bool = False
    tone: Tone | None = None
    marked: bool = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """An id, a hash, a document number or a proper name: its digits are not figures."""

    text: str
    bold: bool = False
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A date, a year or a span of them."""

    text: str
    bold: bool = False
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, such as km/km²."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """An inline grade mark."""

    grade: GradeWord
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """From one grade or figure to another, with an arrow."""

    before: Grade | Num | Text
    after: Grade | Num | Text


@dataclass(frozen=True, slots=True)
class Steps:
    """Milestones in order, one block each."""

    states: tuple[StepState, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """A forced line break inside a paragraph or cell."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The caption number of the block with that ``label`` (“表 4”), wherever it comes to stand."""

    label: str
    mark: str = ""


Run: TypeAlias = Text | Num | Code | Day | Unit | Grade | Change | Steps | Break | Pointer
Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the renderers number it 一、（一）1. unless ``numbered`` is false."""

    level: Literal[1, 2, 3]
    runs: Runs
    numbered: bool = True
    number: str = ""


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph of body text, first line indented."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Meta:
    """A small grey line under a heading, with words at both ends."""

    left: Runs
    right: Runs = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without numbers."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print; ``pinned`` sends it to the foot of its page."""

    runs: Runs
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """Title of a table or figure: the renderer puts “表 1” or “图 1” before it.

    Attributes:
        runs: The title.
        label: Name by which a ``Pointer`` finds it.
        number: “表 1”, filled by ``references.prepare``.
    """

    runs: Runs
    label: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: Head.
        unit: Printed small and grey under the title, once for the column.
        align: Of head and cells.
        width_mm: Fixed width; None shares what is left by need.
    """

    title: str
    unit: str = ""
    align: Align = "left"
    width_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A three-line table; its head is repeated on every page.

    Attributes:
        caption: Title, or None for a table without number.
        columns: Heads; a table whose titles are all empty prints no head.
        rows: Cells of runs. A row of one cell in a wider table is a heading across it.
        note: Line under the table before the source.
        source: Words after “资料来源：”.
        small: Smaller type, for wide tables.
    """

    caption: Caption | None
    columns: tuple[Column, ...]
    rows: tuple[tuple[Runs, ...], ...]
    note: Runs = ()
    source: Runs = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or map.

    Attributes:
        caption: Title, or None.
        svg: The picture.
        alt: One sentence that says what it shows.
        width_mm: None fills the width.
    """

    caption: Caption | None
    svg: str
    alt: str
    source: Runs = ()
    width_mm: float | None = None


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A grade in a matrix; ``label`` is the reason printed where there is no grade."""

    grade: GradeWord
    label: Runs = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One area of a matrix, with an optional figure at its end."""

    name: str
    cells: tuple[MatrixCell, ...]
    trailing: Runs = ()


@dataclass(frozen=True, slots=True)
class GradeMatrix:
    """Areas × dimensions as coloured cells with characters."""

    caption: Caption | None
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    trailing_title: str = ""
    source: Runs = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of ``KeyValues``."""

    name: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Names at left, words at right, hairlines between."""

    caption: Caption | None
    rows: tuple[Entry, ...]
    source: Runs = ()
    name_mm: float = 15.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a page."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents, two levels."""


@dataclass(frozen=True, slots=True)
class ReadingGuide:
    """The box 怎么读这份报告; ``example`` is a figure of this report that shows the dotted line."""

    example: Num | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Two columns of blocks."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    left_mm: float


Block: TypeAlias = (
    Heading
    | Para
    | Meta
    | Bullets
    | Note
    | Table
    | Figure
    | GradeMatrix
    | KeyValues
    | PageBreak
    | Contents
    | ReadingGuide
    | Beside
)


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: issuer, title, and the result itself."""

    issuer: str
    title: tuple[str, ...]
    subtitle: Runs = ()
    matrix: GradeMatrix | None = None
    matrix_note: Runs = ()
    warning: Runs = ()
    date: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        title: Full title, in the properties of the file.
        short_title: Running head.
        cover: First page, or None.
        blocks: Everything after it.
        date: Day of issue; every date inside the files comes from it.
        marks: What the running head warns of and the dotted line under every number says.
        keywords: For the properties of the file.
        issuer: Author in the properties of the file.
    """

    title: str
    short_title: str
    cover: Cover | None
    blocks: tuple[Block, ...]
    date: dt.date
    marks: frozenset[Mark] = field(default_factory=frozenset)
    keywords: tuple[str, ...] = ()
    issuer: str = ""
