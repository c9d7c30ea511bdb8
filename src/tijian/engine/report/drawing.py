"""Drawing SVG by attributes alone, so that a page with a strict CSP and a PDF show the same picture.

No ``style=`` (ignored under our CSP), no script, no clock: the same calls give the same text. Widths of
words are known from the advances of the report font, so a chart is laid out without measuring on screen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tijian.engine.report import tokens
from tijian.engine.report.tokens import GradeWord, Hatch

Anchor = Literal["start", "middle", "end"]
Points = Sequence[tuple[float, float]]

# Advances of Source Han Sans Regular in thousandths of an em, grouped by width; all else is one em
_ADVANCES: Final[dict[str, int]] = {
    character: advance
    for advance, characters in (
        (224, " "),
        (269, "|"),
        (278, "ij',.:;"),
        (293, "lI"),
        (325, "!f"),
        (338, "()[]{}"),
        (347, "-"),
        (370, "°"),
        (392, "tr/\\"),
        (410, "²³"),
        (475, '*s?z"'),
        (498, "x"),
        (521, "cvy"),
        (536, "YJ"),
        (555, "0123456789#$+<=>^~LFke"),
        (564, "_·ga"),
        (575, "XV"),
        (588, "E"),
        (607, "STZ`oAhu"),
        (620, "nbdpq"),
        (638, "PRC"),
        (657, "KB"),
        (689, "&DG"),
        (722, "UN"),
        (742, "HOQ"),
        (812, "wM"),
        (894, "W—"),
        (926, "%m"),
        (946, "@"),
    )
    for character in characters
}
# Bold is about 6 % wider in Latin and digits; Chinese is one em in every weight
_BOLD: Final = 1.06
_BASELINE: Final = 0.37  # of the size: from the middle of a line of digits and Chinese to its baseline
_HATCHES: Final[dict[Hatch, tuple[float, float, str, str]]] = {
    # tile, stroke, ink, path of a tile of 4
    "none": (6.0, 0.5, tokens.HATCH_INK, "M-1 1l2-2M0 4L4 0M3 5l2-2"),
    "missing": (3.0, 0.45, tokens.HATCH_INK, "M-1 3l2 2M0 0l4 4M3-1l2 2"),
    "synthetic": (2.4, 0.6, tokens.SYNTHETIC, "M-1 1l2-2M0 4L4 0M3 5l2-2"),
}
_NOT_FIRST: Final = frozenset("，。、；：）！？》〕】”’%")
_PLACEHOLDER: Final = "@@"
# XML 1.0 forbids these even as references
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sizes a chart is drawn with: one for print, others for pages.

    Attributes:
        width: Of the picture, points in print, pixels on a page. Text is never scaled.
        text: Size of names and values.
        small: Size of cut labels, axes and notes.
        row: Height of one row of a bar chart.
    """

    width: float
    text: float
    small: float
    row: float

    def narrower(self, width: float) -> Sheet:
        """Give the same sizes on another width."""
        return Sheet(width, self.text, self.small, self.row)


PRINT: Final = Sheet(width=tokens.TYPE_WIDTH * tokens.POINTS_PER_MM, text=9.0, small=7.5, row=15.0)
SCREEN: Final = Sheet(width=760.0, text=13.0, small=12.0, row=24.0)
PHONE: Final = Sheet(width=358.0, text=13.0, small=12.0, row=28.0)


def print_sheet(width_mm: float) -> Sheet:
    """Give the print sizes for a figure of that width in millimetres."""
    return PRINT.narrower(width_mm * tokens.POINTS_PER_MM)


def advance(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate the width of words in the unit of ``size``, never too narrow by more than a few per cent."""
    total = 0.0
    for character in text:
        known = _ADVANCES.get(character)
        if known is None:
            total += 1000 if ord(character) > 0xFF else 620  # noqa: PLR2004 - beyond Latin-1 all is full width
        else:
            total += known * _BOLD if bold else known
    return total * size / 1000


def clip(text: str, size: float, width: float) -> str:
    """Shorten words to a width, ending in … where something was cut off."""
    if advance(text, size) <= width:
        return text
    kept = text
    while kept and advance(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…"


def wrap(text: str, size: float, width: float, lines: int) -> list[str]:
    """Break words into at most ``lines`` lines of a width; the last is clipped if need be."""
    result: list[str] = []
    rest = text
    while rest and len(result) < lines - 1 and advance(rest, size) > width:
        cut = next((n for n in range(len(rest), 0, -1) if advance(rest[:n], size) <= width), 1)
        cut = _before_word(rest, cut)
        result.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*result, clip(rest, size, width)] if rest else result


def balance(text: str, size: float, width: float, lines: int) -> list[str]:
    """Break words into lines of about equal length, as few as the width allows."""
    count = len(wrap(text, size, width, lines))
    narrowest = advance(text, size) / max(count, 1)
    for step in range(8):
        trial = min(narrowest + size * step * 0.25, width)
        broken = wrap(text, size, trial, lines)
        if len(broken) <= count and not (broken and broken[-1].endswith("…")):
            return broken
    return wrap(text, size, width, lines)


def _before_word(text: str, cut: int) -> int:
    """Move a break back so that it parts no Latin word or number and no line begins with a comma."""
    back = cut
    while 0 < back < len(text) and (_joined(text[back - 1], text[back]) or text[back] in _NOT_FIRST):
        back -= 1
    return back or cut


def _joined(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and " " not in {before, after}


def number(value: float) -> str:
    """Write a coordinate: two decimals at most, no exponent, no negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def signed(value: float, decimals: int) -> str:
    """Write an axis figure with a true minus sign and thousands marks."""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "" if not text.strip("-0.,") else "−")


def clean(text: str) -> str:
    """Drop the control characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def escape(text: str) -> str:
    """Escape words for XML text and attributes; what XML forbids is dropped."""
    text = clean(text)
    for raw, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(raw, safe)
    return text


@dataclass
class Drawing:
    """A picture under construction."""

    width: float
    height: float = 0.0
    parts: list[str] = field(default_factory=list)
    hatches: set[Hatch] = field(default_factory=set)

    def hatch(self, kind: Hatch) -> str:
        """Give the fill of a hatch and remember to define it."""
        self.hatches.add(kind)
        return f"url(#{_PLACEHOLDER}-{kind})"

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str | None = None
    ) -> None:
        """Draw a rectangle, with a hairline if ``stroke`` is given."""
        edge = f' stroke="{stroke}" stroke-width="0.5"' if stroke else ""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self.parts.append(f'<rect {place} fill="{fill}"{edge}/>')

    def line(
        self, start: tuple[float, float], end: tuple[float, float], stroke: str, width: float = 0.5
    ) -> None:
        """Draw a straight line."""
        self._line(start, end, f'stroke="{stroke}" stroke-width="{number(width)}"')

    def dashed(
        self, start: tuple[float, float], end: tuple[float, float], stroke: str, dash: str = "3 2"
    ) -> None:
        """Draw a straight dashed hairline."""
        self._line(start, end, f'stroke="{stroke}" stroke-width="0.5" stroke-dasharray="{dash}"')

    def _line(self, start: tuple[float, float], end: tuple[float, float], ink: str) -> None:
        (x1, y1), (x2, y2) = start, end
        place = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self.parts.append(f"<line {place} {ink}/>")

    def polyline(self, points: Points, stroke: str, width: float) -> None:
        """Draw a line through points."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        ink = f'stroke="{stroke}" stroke-width="{number(width)}" stroke-linejoin="round"'
        self.parts.append(f'<polyline points="{path}" fill="none" {ink}/>')

    def polylines(self, lines: Sequence[Points], stroke: str, width: float) -> None:
        """Draw many lines as one path."""
        path = "".join("M" + "L".join(f"{number(x)} {number(y)}" for x, y in line) for line in lines)
        if path:
            ink = f'stroke="{stroke}" stroke-width="{number(width)}" stroke-linejoin="round"'
            self.parts.append(f'<path d="{path}" fill="none" {ink}/>')

    def dot(self, x: float, y: float, radius: float, fill: str, stroke: str | None = None) -> None:
        """Draw a filled circle."""
        edge = f' stroke="{stroke}" stroke-width="0.8"' if stroke else ""
        self.parts.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{edge}/>'
        )

    def area(self, rings: Sequence[Points], fill: str, stroke: str, width: float = 0.5) -> None:
        """Draw rings as one area; a ring inside another is a hole."""
        path = "".join(
            "M" + "L".join(f"{number(x)} {number(y)}" for x, y in ring) + "Z"
            for ring in rings
            if len(ring) > 2  # noqa: PLR2004
        )
        if path:
            ink = f'stroke="{stroke}" stroke-width="{number(width)}" stroke-linejoin="round"'
            self.parts.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd" {ink}/>')

    def text(
        self,
        x: float,
        middle: float,
        words: str,
        size: float,
        *,
        fill: str = tokens.INK,
        anchor: Anchor = "start",
        bold: bool = False,
    ) -> None:
        """Write one line whose middle lies at the height ``middle``."""
        if not words:
            return
        place = f'x="{number(x)}" y="{number(middle + size * _BASELINE)}" font-size="{number(size)}"'
        weight = ' font-weight="700"' if bold else ""
        end = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(f'<text {place} fill="{fill}"{weight}{end}>{escape(words)}</text>')

    def plate(self, x: float, middle: float, words: str, size: float, *, anchor: Anchor = "middle") -> None:
        """Write words on a white plate, so that they can be read over a hatch."""
        width = advance(words, size) + 4
        left = {"start": x - 2, "middle": x - width / 2, "end": x - width + 2}[anchor]
        self.rect(left, middle - size * 0.62, width, size * 1.24, tokens.WHITE)
        self.text(x, middle, words, size, anchor=anchor)

    def underline(self, left: float, right: float, y: float) -> None:
        """Draw the dotted line of a synthetic figure."""
        self.dashed((left, y), (right, y), tokens.SYNTHETIC, "1 1.2")

    def svg(self, alt: str = "") -> str:
        """Close the picture; ids of hatches come from its content, so pictures can share a page."""
        body = "".join(self.parts)
        name = "h" + hashlib.sha256(body.encode()).hexdigest()[:10]
        defs = "".join(_pattern(kind, name) for kind in sorted(self.hatches))
        defs = f"<defs>{defs}</defs>" if defs else ""
        size = f'width="{number(self.width)}" height="{number(self.height)}"'
        box = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        label = f' role="img" aria-label="{escape(alt)}"' if alt else ""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family="{tokens.FAMILIES}"{label}>'
        return f"{head}{defs}{body.replace(f'url(#{_PLACEHOLDER}-', f'url(#{name}-')}</svg>"


def _pattern(kind: Hatch, name: str) -> str:
    tile, stroke, ink, path = _HATCHES[kind]
    size = f'width="{number(tile)}" height="{number(tile)}" viewBox="0 0 4 4"'
    line = f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{number(stroke * 4 / tile)}"/>'
    return f'<pattern id="{name}-{kind}" {size} patternUnits="userSpaceOnUse">{line}</pattern>'


def grade_word(grade: GradeWord, reason: str = "") -> str:
    """Give what a cell says: the grade itself, or why there is none."""
    return grade if grade in tokens.GRADE_FILL else reason or tokens.GRADE_LABEL[grade]


def mark_width(grade: GradeWord, height: float) -> float:
    """Give the width of an inline grade mark, wider where its word is longer."""
    return max(height, advance(grade_word(grade), height * 0.66) + height * 0.34)


def grade_cell(
    drawing: Drawing,
    box: tuple[float, float, float, float],
    grade: GradeWord,
    size: float,
    *,
    reason: str = "",
    synthetic: bool = False,
) -> None:
    """Draw a grade as fill, character and, where synthetic, a hatched foot.

    Args:
        drawing: The picture.
        box: Left, top, width, height.
        grade: What to show; 不适用 has words and no fill.
        size: Of the character.
        reason: Words in place of 不评 or 缺.
        synthetic: Whether the foot is drawn.
    """
    left, top, width, height = box
    word, centre = grade_word(grade, reason), left + width / 2
    fill = tokens.GRADE_FILL.get(grade)
    if fill is not None:
        drawing.rect(left, top, width, height, fill, tokens.GRADE_EDGE if grade in tokens.PALE else None)
        middle = top + height / 2
        if synthetic:
            foot = max(2.4, height * 0.16)
            drawing.rect(left, top + height - foot - 0.4, width, foot + 0.4, tokens.WHITE)
            drawing.rect(left, top + height - foot, width, foot, drawing.hatch("synthetic"))
            middle -= foot / 2
        drawing.text(centre, middle, word, size, fill=tokens.GRADE_INK[grade], anchor="middle", bold=True)
        return
    hatch = tokens.GRADE_HATCH.get(grade)
    small = max(min(size * 0.8, size * (width - 3) / max(advance(word, size), 1)), size * 0.65)
    word = clip(word, small, width)
    if hatch is None:
        drawing.text(centre, top + height / 2, word, small, fill=tokens.INK_MUTED, anchor="middle")
        return
    drawing.rect(left, top, width, height, drawing.hatch(hatch), tokens.HATCH_INK)
    drawing.plate(centre, top + height / 2, word, small)
