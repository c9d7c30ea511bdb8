"""A document as PDF by typst: same input, same bytes; fails where a font or a character is missing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final, Literal

import typst

from tijian.engine.report import layout, markup, tokens
from tijian.engine.report.blocks import Document
from tijian.engine.report.drawing import number
from tijian.engine.report.references import prepare

TEMPLATE = Path(__file__).with_name("template.typ")
STANDARD: Final = "a-2a"  # archives keep it; typst then also refuses a character that no font has
PPI = 200.0
_READING = Lock()


class TypesettingError(RuntimeError):
    """The document cannot be set: a font is missing, or typst refused it."""


def render(document: Document, *, fonts: Path) -> bytes:
    """Set a document as PDF/A.

    Args:
        document: Not yet numbered or numbered already, all the same.
        fonts: Folder with the OTF files of Source Han Sans, Regular and Bold.

    Raises:
        TypesettingError: If the fonts lack the family, or typst refuses or warns.
    """
    document = prepare(document).document
    writer = markup.Markup()
    body = markup.cover(document.cover) if document.cover is not None else ""
    body += writer.blocks(document.blocks)
    inputs = {
        "tokens": json.dumps(_tokens(), ensure_ascii=False),
        "svgs": json.dumps(writer.svgs, ensure_ascii=False),
        "document": json.dumps(_facts(document), ensure_ascii=False),
    }
    source = TEMPLATE.read_text(encoding="utf-8") + body
    result = _compile(source, fonts, inputs, "pdf", midnight(document.date))
    return result[0]


def rasterize(svgs: Sequence[str], *, fonts: Path, ppi: float = PPI) -> list[bytes]:
    """Turn pictures into PNG at their true size (one unit is one point).

    Raises:
        TypesettingError: If the fonts lack the family, or typst refuses or warns.
    """
    if not svgs:
        return []
    pages = ['#let svgs = json(bytes(sys.inputs.at("svgs")))\n']
    for n, svg in enumerate(svgs):
        width, height = (f"{number(size)}pt" for size in layout.svg_size(svg))
        image = f'image(bytes(svgs.at({n})), format: "svg", width: {width}, height: {height})'
        pages.append(f"#page(width: {width}, height: {height}, margin: 0pt, {image})\n")
    inputs = {"svgs": json.dumps(list(svgs), ensure_ascii=False)}
    return _compile("".join(pages), fonts, inputs, "png", 0, ppi)


def midnight(date: dt.date) -> int:
    """Give the second at which a day begins, as the time stamp of files."""
    return int(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC).timestamp())


def _faces(folder: Path) -> typst.Fonts:
    """Give the fonts of a folder; reports set at the same time wait for the first to have read them."""
    with _READING:
        return _read_faces(folder)


@lru_cache(maxsize=4)
def _read_faces(folder: Path) -> typst.Fonts:
    """Read the fonts once, and nothing but them: typst falls back silently on whatever it finds."""
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    weights = {face.weight for face in faces.fonts() if face.family == tokens.FAMILY}
    if not {400, 700} <= weights:
        raise TypesettingError(
            f"{folder} 里没有字体 {tokens.FAMILY} 的 Regular 与 Bold（找到的字族：{', '.join(faces.families()) or '无'}）。"
            "请运行 tools/build_assets.py，或放入 npm 包 source-han-sans-cn 的 OTF 文件。"
        )
    return faces


def _compile(
    source: str,
    fonts: Path,
    inputs: dict[str, str],
    form: Literal["pdf", "png"],
    timestamp: int,
    ppi: float | None = None,
) -> list[bytes]:
    faces = _faces(fonts.resolve())
    try:
        result, warnings = typst.compile_with_warnings(
            source.encode(),
            font_paths=faces,
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs=inputs,
            timestamp=timestamp,
            pdf_standards=STANDARD if form == "pdf" else None,
        )
    except typst.TypstError as error:
        raise TypesettingError("\n".join(["报告排不出来：" + str(error), *error.hints])) from error
    if warnings:
        raise TypesettingError("排版有警告：" + "；".join(str(warning) for warning in warnings))
    return [result] if isinstance(result, bytes) else list(result)


def _tokens() -> dict[str, object]:
    """Give the template its colours and sizes, which stand in ``tokens`` alone."""
    return {
        "ink": tokens.INK,
        "soft": tokens.INK_SOFT,
        "muted": tokens.INK_MUTED,
        "line1": tokens.LINE_1,
        "line2": tokens.LINE_2,
        "control": tokens.LINE_CONTROL,
        "page": tokens.PAGE,
        "synthetic": tokens.SYNTHETIC,
        "accent": tokens.ACCENT,
        "warn": tokens.WARN,
        "late": tokens.BAD,
        "bad": tokens.WORST,
        "hatch": tokens.HATCH_INK,
        "edge": tokens.GRADE_EDGE,
        "fills": tokens.GRADE_FILL,
        "inks": tokens.GRADE_INK,
        "pale": sorted(tokens.PALE),
        "labels": tokens.GRADE_LABEL,
        "hatched": tokens.GRADE_HATCH,
        "family": tokens.FAMILY,
        "body": tokens.BODY,
        "table": tokens.TABLE,
        "tablehead": tokens.TABLE_HEAD,
        "caption": tokens.CAPTION,
        "source": tokens.SOURCE,
        "heading": tokens.HEADING,
    }


def warning_of(document: Document) -> str:
    """Give what the running head warns of; empty for a document without marks."""
    if "synthetic" in document.marks:
        return "合成数据，不得引用"
    return "示例/待核，不得引用" if "unverified" in document.marks else ""


def _facts(document: Document) -> dict[str, object]:
    return {
        "title": document.title,
        "short": document.short_title,
        "author": document.issuer or (document.cover.issuer if document.cover else ""),
        "keywords": list(document.keywords),
        "year": document.date.year,
        "month": document.date.month,
        "day": document.date.day,
        "marked": bool(document.marks),
        "synthetic": "synthetic" in document.marks,
        "warning": warning_of(document),
    }
