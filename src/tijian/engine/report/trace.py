"""Reading a report that people have edited in Word: which numbers are still the ones that were written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from lxml import etree

from tijian.engine.report.blocks import RefKind
from tijian.engine.report.ooxml import W
from tijian.engine.report.references import Reference
from tijian.engine.report.word_styles import EXEMPT, NAMED

NUMBER: Final = re.compile(r"[−+-]?\d[\d,.，．]*[%‰]?")
BOOKMARK: Final = re.compile(r"v_\d{5,}")
MAP: Final = "{urn:tijian:references:1}references"
LARGEST: Final = 200_000_000  # bytes of a part when unpacked: a report has a few million
CONTEXT: Final = 16  # characters shown on both sides of a number
HELD: Final = "\ufffc"  # stands for what is accounted for, so that digits beside it do not join
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE: Final = frozenset({f"{W}del", f"{W}moveFrom", _FALLBACK})
_WORDS: Final = {f"{W}t": "", f"{W}noBreakHyphen": "-", f"{W}tab": " ", f"{W}br": " "}


class NotAReportError(ValueError):
    """The file is no DOCX, or carries no map of references."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A number whose text is no longer the one that was written."""

    reference: Reference
    new: str

    @property
    def old(self) -> str:
        """The text as it was written."""
        return self.reference.text


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A number outside every reference, and where it stands."""

    text: str
    place: str
    context: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of the numbers of a report.

    Attributes:
        resolved: Unchanged references, in the order of the text.
        changed: References whose text was edited.
        unresolved: Digits in body text or tables that no reference accounts for.
        missing: References whose bookmark is gone, or empty.
    """

    resolved: tuple[Reference, ...]
    changed: tuple[Changed, ...]
    unresolved: tuple[Unresolved, ...]
    missing: tuple[Reference, ...]

    @property
    def clean(self) -> bool:
        """Whether every number is accounted for and none was edited."""
        return not (self.changed or self.unresolved or self.missing)


@dataclass
class _Paragraph:
    """The words of one paragraph, those accounted for held apart."""

    place: str
    exempt: bool
    words: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def trace(source: Path | bytes, references: Sequence[Reference] | None = None) -> Trace:
    """Follow every number of an edited report back to what it quotes.

    A number counts as resolved if it stands in a bookmark of the map and reads as it was written. Captions,
    contents, heads of tables and fields are exempt; so are runs in the styles 代码, 日期, 单位.

    Args:
        source: The file or its bytes.
        references: The map as kept elsewhere, for a file that lost its own (by way of ODT, for one).

    Raises:
        NotAReportError: If the file is no DOCX or carries no map.
    """
    parts = _parts(source)
    known = {item.id: item for item in (_map(parts) if references is None else references)}
    reader = _Reader(_style_names(parts.get("word/styles.xml")), set(known))
    reader.read(_parse(parts["word/document.xml"]))
    resolved: list[Reference] = []
    changed: list[Changed] = []
    for name, words in reader.marks.items():
        text = "".join(words).strip()
        if not text:
            continue
        reference = known[name]
        if text == reference.text.strip():
            resolved.append(reference)
        else:
            changed.append(Changed(reference, text))
    found = {item.id for item in resolved} | {item.reference.id for item in changed}
    missing = tuple(item for item in known.values() if item.id not in found)
    return Trace(tuple(resolved), tuple(changed), tuple(_loose(reader.paragraphs)), missing)


def _parts(source: Path | bytes) -> dict[str, bytes]:
    """Read the parts that matter, none larger than a report can have."""
    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(opened) as archive:
            for info in archive.infolist():
                wanted = info.filename in {"word/document.xml", "word/styles.xml"}
                if not wanted and not info.filename.startswith("customXml/item"):
                    continue
                if info.file_size > LARGEST:
                    raise NotAReportError(f"{info.filename} 解开后有 {info.file_size} 字节，超过 {LARGEST}。")
                parts[info.filename] = archive.read(info)
    except zipfile.BadZipFile as error:
        raise NotAReportError("文件不是 DOCX。请给 Word 或 WPS 存成的 .docx。") from error
    if "word/document.xml" not in parts:
        raise NotAReportError("文件里没有 Word 正文。请给 Word 或 WPS 存成的 .docx。")
    return parts


def _parse(blob: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(blob, parser)
    except etree.XMLSyntaxError as error:
        raise NotAReportError("DOCX 里的 XML 读不出来，文件可能损坏。") from error


def _map(parts: Mapping[str, bytes]) -> Iterator[Reference]:
    """Find the map of references among the custom parts, whatever their numbers have become."""
    for name, blob in parts.items():
        if name.startswith("customXml/item") and b"tijian:references" in blob:
            root = _parse(blob)
            if root.tag == MAP:
                for row in root:
                    kind = cast("RefKind", row.get("kind", "fact"))
                    yield Reference(row.get("id", ""), kind, row.get("key", ""), row.get("text", ""))
                return
    raise NotAReportError("文件里没有数字来源表，不是本系统生成的报告，或另存时丢掉了它。")


def _style_names(blob: bytes | None) -> dict[str, str]:
    """Give the names of styles by id: programs renumber ids and keep names."""
    if blob is None:
        return {}
    found: dict[str, str] = {}
    for style in _parse(blob).iter(f"{W}style"):
        name = style.find(f"{W}name")
        if name is not None:
            found[style.get(f"{W}styleId", "")] = name.get(f"{W}val", "")
    return found


class _Reader:
    """Walks the body once and sorts its words into bookmarks and paragraphs."""

    def __init__(self, styles: Mapping[str, str], known: set[str]) -> None:
        self.styles = styles
        self.known = known
        self.marks: dict[str, list[str]] = {}
        self.paragraphs: list[_Paragraph] = []
        self._open: dict[str, str] = {}
        self._fields = 0
        self._count = 0
        self._tables = 0

    def read(self, root: etree._Element) -> None:
        """Read the whole document."""
        for body in root.iter(f"{W}body"):
            self._walk(body, "")

    def _walk(self, element: etree._Element, place: str) -> None:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _GONE:
                continue
            if tag == f"{W}tbl":
                self._table(child)
            elif tag == f"{W}p":
                self._paragraph(child, place)
            elif tag in {f"{W}bookmarkStart", f"{W}bookmarkEnd"}:
                self._bookmark(child)
            else:
                self._walk(child, place)

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        number = self._tables
        for n, line in enumerate(table.iterchildren(f"{W}tr"), 1):
            for k, cell in enumerate(line.iterchildren(f"{W}tc"), 1):
                self._walk(cell, f"第 {number} 个表第 {n} 行第 {k} 格")

    def _paragraph(self, element: etree._Element, place: str) -> None:
        if not place:
            self._count += 1
            place = f"正文第 {self._count} 段"
        style = element.find(f"{W}pPr/{W}pStyle")
        name = self.styles.get(style.get(f"{W}val", ""), "") if style is not None else ""
        paragraph = _Paragraph(place, name in EXEMPT or name.lower() in EXEMPT)
        self.paragraphs.append(paragraph)
        self._runs(element, paragraph, simple=False)

    def _runs(self, element: etree._Element, paragraph: _Paragraph, *, simple: bool) -> None:
        """Read what a paragraph, link or inserted piece holds; ``simple`` inside a simple field."""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _GONE:
                continue
            if tag in {f"{W}bookmarkStart", f"{W}bookmarkEnd"}:
                self._bookmark(child)
            elif tag == f"{W}r":
                self._run(child, paragraph, simple=simple)
            elif tag == f"{W}p":  # a text box inside a run
                self._paragraph(child, paragraph.place)
            else:
                self._runs(child, paragraph, simple=simple or tag == f"{W}fldSimple")

    def _run(self, run: etree._Element, paragraph: _Paragraph, *, simple: bool) -> None:
        style = run.find(f"{W}rPr/{W}rStyle")
        name = self.styles.get(style.get(f"{W}val", ""), "") if style is not None else ""
        for child in run:
            if child.tag == f"{W}fldChar":
                kind = child.get(f"{W}fldCharType")
                self._fields += {"begin": 1, "end": -1}.get(kind or "", 0)
            elif child.tag in _WORDS:
                words = child.text or "" if child.tag == f"{W}t" else _WORDS[child.tag]
                self._words(words, paragraph, exempt=simple or self._fields > 0 or name in NAMED)
            elif isinstance(child.tag, str) and child.tag not in _GONE and len(child):
                self._runs(child, paragraph, simple=simple)

    def _words(self, words: str, paragraph: _Paragraph, *, exempt: bool) -> None:
        for name in self._open.values():
            self.marks[name].append(words)
        held = exempt or bool(self._open)
        paragraph.words.append(HELD * len(words) if held else words)
        paragraph.shown.append(words)

    def _bookmark(self, element: etree._Element) -> None:
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}bookmarkEnd":
            self._open.pop(number, None)
            return
        name = element.get(f"{W}name", "")
        if BOOKMARK.fullmatch(name) and name in self.known:
            self._open[number] = name
            self.marks.setdefault(name, [])


def _loose(paragraphs: list[_Paragraph]) -> Iterator[Unresolved]:
    """Find the digits that nothing accounts for."""
    for paragraph in paragraphs:
        if paragraph.exempt:
            continue
        words, shown = "".join(paragraph.words), "".join(paragraph.shown)
        for match in NUMBER.finditer(words):
            start, end = max(match.start() - CONTEXT, 0), match.end() + CONTEXT
            text = match.group().rstrip(",.，．")
            yield Unresolved(text, paragraph.place, shown[start:end].strip())
