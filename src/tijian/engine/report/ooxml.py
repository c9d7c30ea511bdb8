"""WordprocessingML as text: written by hand because python-docx takes seconds for tables of this size."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tijian.engine.report.drawing import escape

NAMESPACES: Final = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
W: Final = "{" + NAMESPACES["w"] + "}"
DECLARED: Final = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
TWIPS_PER_MM: Final = 1440 / 25.4
EMU_PER_MM: Final = 36000
# no clock in a file: the earliest date a zip can hold
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# parts that readers want to meet first
FIRST: Final = ("[Content_Types].xml", "_rels/.rels")


def twips(mm: float) -> int:
    """Bring millimetres to twentieths of a point."""
    return round(mm * TWIPS_PER_MM)


def colour(value: str) -> str:
    """Bring #RRGGBB to the form of Word."""
    return value.removeprefix("#")


@dataclass(frozen=True, slots=True)
class Face:
    """Looks of a run beyond its character style; colours as #RRGGBB, size in points."""

    style: str = ""
    bold: bool = False
    ink: str = ""
    size: float | None = None
    edge: str = ""
    fill: str = ""
    hatch: str = ""
    struck: bool = False
    dotted: str = ""

    def xml(self) -> str:
        """Write the properties in the order of the schema."""
        parts = [
            f'<w:rStyle w:val="{self.style}"/>' if self.style else "",
            "<w:b/>" if self.bold else "",
            "<w:strike/>" if self.struck else "",
            f'<w:color w:val="{colour(self.ink)}"/>' if self.ink else "",
            f'<w:sz w:val="{round(self.size * 2)}"/>' if self.size else "",
            f'<w:u w:val="dotted" w:color="{colour(self.dotted)}"/>' if self.dotted else "",
            f'<w:bdr w:val="single" w:sz="4" w:space="0" w:color="{colour(self.edge)}"/>'
            if self.edge
            else "",
            shading(self.fill, self.hatch),
        ]
        inside = "".join(parts)
        return f"<w:rPr>{inside}</w:rPr>" if inside else ""


PLAIN: Final = Face()


def shading(fill: str, hatch: str = "") -> str:
    """Fill a cell or run with a colour, or with a hatch in that colour over white."""
    if hatch:
        return f'<w:shd w:val="{hatch}" w:color="{colour(fill)}" w:fill="FFFFFF"/>'
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour(fill)}"/>' if fill else ""


def run(text: str, face: Face = PLAIN) -> str:
    """Write words with one look."""
    words = f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:r>{face.xml()}{words}</w:r>" if text else ""


def field(instruction: str, result: str, face: Face = PLAIN) -> str:
    """Write a field with its present result; the long form, whose result every reader takes for text."""
    begin, middle, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    code = f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
    return begin + code + middle + run(result, face) + end


def bookmark(number: int, name: str, inside: str) -> str:
    """Put a bookmark around runs."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def paragraph(style: str, inside: str, properties: str = "") -> str:
    """Write a paragraph; ``properties`` follow the style in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inside}</w:p>'


@dataclass(frozen=True, slots=True)
class Border:
    """One edge of a cell: eighths of a point, colour, kind of line."""

    size: int
    ink: str
    line: str = "single"


@dataclass(frozen=True, slots=True)
class CellLook:
    """How a cell is drawn; widths in twips."""

    width: int
    top: Border | None = None
    bottom: Border | None = None
    left: Border | None = None
    right: Border | None = None
    fill: str = ""
    hatch: str = ""
    span: int = 1
    left_pad: int | None = None
    align: str = "center"

    def xml(self) -> str:
        """Write the properties in the order of the schema."""
        edges = "".join(
            f'<w:{side} w:val="{edge.line}" w:sz="{edge.size}" w:space="0" w:color="{colour(edge.ink)}"/>'
            for side, edge in (
                ("top", self.top),
                ("left", self.left),
                ("bottom", self.bottom),
                ("right", self.right),
            )
            if edge
        )
        pad = (
            f'<w:tcMar><w:left w:w="{self.left_pad}" w:type="dxa"/></w:tcMar>'
            if self.left_pad is not None
            else ""
        )
        parts = [
            f'<w:tcW w:w="{self.width}" w:type="dxa"/>',
            f'<w:gridSpan w:val="{self.span}"/>' if self.span > 1 else "",
            f"<w:tcBorders>{edges}</w:tcBorders>" if edges else "",
            shading(self.fill, self.hatch),
            pad,
            f'<w:vAlign w:val="{self.align}"/>',
        ]
        return f"<w:tcPr>{''.join(parts)}</w:tcPr>"


def cell(look: CellLook, paragraphs: str) -> str:
    """Write a cell."""
    return f"<w:tc>{look.xml()}{paragraphs}</w:tc>"


def row(cells: Sequence[str], *, head: bool = False, whole: bool = True, height: int | None = None) -> str:
    """Write a row; ``head`` repeats it on every page, ``whole`` keeps it on one, ``height`` in twips is exact."""
    parts = [
        "<w:cantSplit/>" if whole else "",
        f'<w:trHeight w:val="{height}" w:hRule="exact"/>' if height else "",
        "<w:tblHeader/>" if head else "",
    ]
    inside = "".join(parts)
    return f"<w:tr>{f'<w:trPr>{inside}</w:trPr>' if inside else ''}{''.join(cells)}</w:tr>"


def table(widths: Sequence[int], rows: Sequence[str], margins: tuple[int, int], title: str = "") -> str:
    """Write a table of fixed widths in twips; ``margins`` of its cells are vertical and horizontal."""
    up, side = margins
    sides = (("top", up), ("left", side), ("bottom", up), ("right", side))
    inner = "".join(f'<w:{name} w:w="{size}" w:type="dxa"/>' for name, size in sides)
    caption = f'<w:tblCaption w:val="{escape(title)}"/>' if title else ""
    look = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar>{inner}</w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1"/>{caption}'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def picture(number: int, relation: str, size_mm: tuple[float, float], alt: str) -> str:
    """Write an inline picture with its alternative text."""
    width, height = (round(mm * EMU_PER_MM) for mm in size_mm)
    words = escape(alt)
    extent = f'cx="{width}" cy="{height}"'
    graphic = (
        f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="图 {number}" descr="{words}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )
    inline = (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="图 {number}" descr="{words}"/>{graphic}</wp:inline>'
    )
    return f"<w:r><w:drawing>{inline}</w:drawing></w:r>"


def settled(package: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Rewrite a package so that the same parts give the same bytes: sorted, one fixed date, no extras."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        parts = {name: source.read(name) for name in source.namelist()} | dict(replaced or {})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda name: (name not in FIRST, name)):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            archive.writestr(info, parts[name])
    return target.getvalue()
