"""A document as DOCX: named styles, every number a bookmark, the map of references inside, same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import docx
from docx.document import Document as Package
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm
from lxml import etree

from tijian.engine.report import ooxml, pdf, tokens, word_styles
from tijian.engine.report.blocks import Document
from tijian.engine.report.drawing import clean, escape
from tijian.engine.report.ooxml import DECLARED, Face, paragraph, run
from tijian.engine.report.references import Reference, figures_of, prepare
from tijian.engine.report.word_body import WordWriter
from tijian.engine.report.word_cover import cover

REFERENCES: Final = "urn:tijian:references:1"
_STORE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_STORE_ID: Final = "{6B4FA0C2-7149-4A5E-9D21-0F5C2A7E1B33}"  # names the kind of map, the same in every report
_EFFECTS: Final = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"
_DROPPED: Final = (
    RT.THUMBNAIL,
    RT.EXTENDED_PROPERTIES,
    RT.CUSTOM_XML,
    RT.FONT_TABLE,
    RT.WEB_SETTINGS,
    _EFFECTS,
)
_PICTURE_MISSING: Final = "没有这张图的 PNG，请先用 word.pictures 画好："


def pictures(document: Document, *, fonts: Path, drawn: Collection[str] = ()) -> dict[str, bytes]:
    """Draw every figure of a document as PNG, in one run.

    Args:
        document: The document.
        fonts: Folder of the fonts.
        drawn: SVG that is drawn already, for another document.

    Returns:
        PNG by SVG, for ``render``.
    """
    svgs = [svg for svg in dict.fromkeys(f.svg for f in figures_of(document)) if svg not in drawn]
    return dict(zip(svgs, pdf.rasterize(svgs, fonts=fonts), strict=True))


def render(document: Document, *, pictures: Mapping[str, bytes], pages: Sequence[int] = ()) -> bytes:
    """Write a document as DOCX.

    Args:
        document: Not yet numbered or numbered already, all the same.
        pictures: PNG by SVG, from ``pictures``.
        pages: Page of each heading, from ``pagination.heading_pages`` of the PDF, for the contents;
            without them the contents have no page numbers until Word refreshes them.

    Raises:
        KeyError: If a figure has no picture.
    """
    prepared = prepare(document)
    document = prepared.document
    package: Package = docx.Document(io.BytesIO(_template()))

    def embed(svg: str) -> str:
        if svg not in pictures:
            raise KeyError(_PICTURE_MISSING + svg[:80])
        relation, _ = package.part.get_or_add_image(io.BytesIO(pictures[svg]))
        return str(relation)

    writer = WordWriter(document, prepared.outline, embed, pages)
    front = cover(document.cover, writer) if document.cover is not None else ""
    content = front + writer.blocks(document.blocks)
    _page(package, document)
    _facts(package, document)
    _store(package, prepared.references)
    target = io.BytesIO()
    package.save(target)
    return ooxml.settled(target.getvalue(), {"word/document.xml": _body(package, content)})


def _body(package: Package, content: str) -> bytes:
    """Write the main part as text: parsing megabytes only to write them again would take half of the time."""
    last = etree.tostring(package.element.body.sectPr, encoding="unicode")
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<w:document {DECLARED}><w:body>{content}{last}</w:body></w:document>".encode()


@lru_cache(maxsize=1)
def _template() -> bytes:
    """Make the empty package once: python-docx's, with our styles, without what names a program."""
    package: Package = docx.Document()
    for owner in (package.part, package.part.package):
        for key in [key for key, relation in owner.rels.items() if relation.reltype in _DROPPED]:
            del owner.rels[key]
    for element, text in (
        (package.styles.element, word_styles.styles()),
        (package.part.numbering_part.element, word_styles.numbering()),
    ):
        element[:] = list(parse_xml(text))
    settings = package.settings.element
    mode = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    for old in settings.findall(f"{ooxml.W}compat"):
        settings.replace(old, parse_xml(f"<w:compat {DECLARED}>{mode}</w:compat>"))
    fonts = Part(
        PackURI("/word/fontTable.xml"),
        CT.WML_FONT_TABLE,
        word_styles.font_table().encode(),
        package.part.package,
    )
    package.part.relate_to(fonts, RT.FONT_TABLE)
    target = io.BytesIO()
    package.save(target)
    return target.getvalue()


def _page(package: Package, document: Document) -> None:
    """Set A4 with the margins of official papers, the running head and the page number outside."""
    section = package.sections[-1]
    section.page_width, section.page_height = Mm(tokens.PAGE_WIDTH), Mm(tokens.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(tokens.MARGIN_TOP), Mm(tokens.MARGIN_BOTTOM)
    section.left_margin, section.right_margin = Mm(tokens.MARGIN_LEFT), Mm(tokens.MARGIN_RIGHT)
    section.header_distance, section.footer_distance = Mm(24), Mm(22)
    package.settings.odd_and_even_pages_header_footer = True
    warning = pdf.warning_of(document)
    ink = tokens.SYNTHETIC if "synthetic" in document.marks else tokens.WARN
    words = run(document.short_title) + "<w:r><w:tab/></w:r>" + run(warning, Face(ink=ink, bold=True))
    number = run("— ") + ooxml.field("PAGE", "1") + run(" —")
    for head in (section.header, section.even_page_header):
        head.is_linked_to_previous = False
        _replace(head._element, paragraph("Header", words))  # noqa: SLF001 - the only way to its XML
    for foot, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        foot.is_linked_to_previous = False
        _replace(foot._element, paragraph("Footer", number, f'<w:jc w:val="{side}"/>'))  # noqa: SLF001


def _replace(element: BaseOxmlElement, content: str) -> None:
    element[:] = list(parse_xml(f"<w:hdr {DECLARED}>{content}</w:hdr>"))


def _facts(package: Package, document: Document) -> None:
    """Fill the properties of the file from the document alone; drop what names a program or a moment."""
    core = package.core_properties
    moment = dt.datetime.combine(document.date, dt.time())
    core.title, core.subject = _property(document.title), _property(document.short_title)
    core.author = core.last_modified_by = _property(
        document.issuer or (document.cover.issuer if document.cover else "")
    )
    core.keywords = _property("，".join(document.keywords))
    core.created = core.modified = moment
    core.comments, core.category, core.language, core.revision = pdf.warning_of(document), "", "zh-CN", 1


def _property(text: str) -> str:
    """Bring words to what a property of a file may hold: 255 characters."""
    return clean(text)[:255]


def _store(package: Package, references: Sequence[Reference]) -> None:
    """Put the map of ids into a custom XML part, which survives editing."""
    rows = "".join(
        f'<ref id="{item.id}" kind="{item.kind}" key="{escape(item.key)}" text="{escape(item.text)}"/>'
        for item in references
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    content = f'{head}<references xmlns="{REFERENCES}">{rows}</references>'.encode()
    properties = (
        f'{head}<ds:datastoreItem xmlns:ds="{_STORE}" ds:itemID="{_STORE_ID}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{REFERENCES}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()
    owner = package.part.package
    item = Part(PackURI("/customXml/item1.xml"), "application/xml", content, owner)
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    item.relate_to(Part(PackURI("/customXml/itemProps1.xml"), kind, properties, owner), RT.CUSTOM_XML_PROPS)
    package.part.relate_to(item, RT.CUSTOM_XML)
