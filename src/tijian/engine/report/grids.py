"""Charts of many cells: shares of grades as stacked bars, areas × items as a heat table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tijian.engine.report import drawing, tokens
from tijian.engine.report.drawing import PRINT, Drawing, Sheet, advance
from tijian.engine.report.tokens import GradeWord

GAP = 1.6
# always in this order, good to bad, then what has no grade; 不适用 has no cell
ORDER: tuple[GradeWord, ...] = ("优", "良", "合格", "中", "差", "不合格", "不评级", "无数据")


@dataclass(frozen=True, slots=True)
class Share:
    """How many items of one area or dimension have which grade."""

    name: str
    counts: Mapping[GradeWord, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat table; ``text`` is printed in place of the grade word if given."""

    grade: GradeWord
    text: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One area of a heat table."""

    name: str
    cells: tuple[Cell, ...]


def shares(rows: Sequence[Share], *, sheet: Sheet = PRINT, alt: str = "") -> str:
    """Draw one stacked bar a row, always 优→差, its lengths on one scale, the count in every part.

    Args:
        rows: In their fixed order; a row without any item says so.
        sheet: Sizes.
        alt: One sentence for those who do not see the picture.
    """
    picture = Drawing(sheet.width)
    names = max((advance(row.name, sheet.text) for row in rows), default=0.0)
    left = min(names + 8, sheet.width * 0.3)
    right = sheet.width - advance("共 000", sheet.text) - 6
    used = [grade for grade in ORDER if any(row.counts.get(grade) for row in rows)]
    _legend(picture, sheet, left, used)
    most = max((_total(row) for row in rows), default=0) or 1
    for row in rows:
        middle = picture.height + sheet.row / 2
        picture.text(0, middle, drawing.clip(row.name, sheet.text, left - 4), sheet.text)
        total = _total(row)
        if total:
            _stack(picture, sheet, row, (left, middle, (right - left) / most))
            picture.text(
                sheet.width, middle, f"共 {total}", sheet.small + 0.5, fill=tokens.INK_SOFT, anchor="end"
            )
        else:
            picture.text(left, middle, "没有适用的项目", sheet.small, fill=tokens.INK_MUTED)
        picture.height += sheet.row + 2
    return picture.svg(alt)


def _total(row: Share) -> int:
    return sum(row.counts.get(grade, 0) for grade in ORDER)


def _legend(picture: Drawing, sheet: Sheet, left: float, used: Sequence[GradeWord]) -> None:
    size = sheet.small + 2
    x = left
    for grade in used:
        box = (x, 1.0, size * 1.2, size)
        _part(picture, box, grade)
        picture.text(x + size * 1.2 + 3, 1 + size / 2, grade, sheet.small, fill=tokens.INK_SOFT)
        x += size * 1.2 + advance(grade, sheet.small) + 12
    picture.height = size + 7 if used else 0.0


def _part(picture: Drawing, box: tuple[float, float, float, float], grade: GradeWord) -> None:
    hatch = tokens.GRADE_HATCH.get(grade)
    fill = picture.hatch(hatch) if hatch else tokens.GRADE_FILL[grade]
    edge = tokens.HATCH_INK if hatch else tokens.GRADE_EDGE if grade in tokens.PALE else None
    picture.rect(*box, fill, edge)


def _stack(picture: Drawing, sheet: Sheet, row: Share, place: tuple[float, float, float]) -> None:
    """Draw the parts of one row from ``(left, middle, length of one item)``."""
    x, middle, unit = place
    height = sheet.row - 3
    for grade in ORDER:
        count = row.counts.get(grade, 0)
        if not count:
            continue
        width = count * unit
        _part(picture, (x, middle - height / 2, max(width - 0.6, 0.4), height), grade)
        words = str(count)
        if advance(words, sheet.small) <= width - 1:
            if grade in tokens.GRADE_HATCH:
                picture.plate(x + width / 2, middle, words, sheet.small)
            else:
                ink = tokens.GRADE_INK[grade]
                picture.text(
                    x + width / 2, middle, words, sheet.small + 0.5, fill=ink, anchor="middle", bold=True
                )
        x += width


def heat(columns: Sequence[str], rows: Sequence[HeatRow], *, sheet: Sheet = PRINT, alt: str = "") -> str:
    """Draw areas × items as coloured cells with characters.

    Heads are broken into lines; where columns are narrower than two characters they stand upright.

    Args:
        columns: Names of the items.
        rows: Cells parallel to ``columns``.
        sheet: Sizes.
        alt: One sentence for those who do not see the picture.
    """
    picture = Drawing(sheet.width)
    names = max((advance(row.name, sheet.text) for row in rows), default=0.0)
    left = min(names + 8, sheet.width * 0.25)
    width = min((sheet.width - left) / max(len(columns), 1), sheet.width * 0.2)
    _heads(picture, sheet, columns, left, width)
    height = sheet.row + 3
    for row in rows:
        middle = picture.height + height / 2
        picture.text(0, middle, drawing.clip(row.name, sheet.text, left - 4), sheet.text)
        for n, cell in enumerate(row.cells):
            box = (left + n * width, picture.height, width - GAP, height - GAP)
            _cell(picture, sheet, box, cell)
        picture.height += height
    return picture.svg(alt)


def _cell(picture: Drawing, sheet: Sheet, box: tuple[float, float, float, float], cell: Cell) -> None:
    """Draw a grade, or a figure on the fill of its grade."""
    if cell.grade not in tokens.GRADE_FILL or not cell.text:
        drawing.grade_cell(picture, box, cell.grade, sheet.text, reason=cell.text, synthetic=cell.synthetic)
        return
    x, y, width, height = box
    ink = tokens.GRADE_INK[cell.grade]
    edge = tokens.GRADE_EDGE if cell.grade in tokens.PALE else None
    picture.rect(x, y, width, height, tokens.GRADE_FILL[cell.grade], edge)
    words = drawing.clip(f"{cell.text} {cell.grade}", sheet.text - 1, width - 1)
    foot = 2.4 if cell.synthetic else 0.0
    if foot:
        picture.rect(x, y + height - foot - 0.4, width, foot + 0.4, tokens.WHITE)
        picture.rect(x, y + height - foot, width, foot, picture.hatch("synthetic"))
    picture.text(x + width / 2, y + (height - foot) / 2, words, sheet.text - 1, fill=ink, anchor="middle")


def _heads(picture: Drawing, sheet: Sheet, columns: Sequence[str], left: float, width: float) -> None:
    """Write the heads at the foot of a common band."""
    size = sheet.small
    upright = width < size * 2.2
    heads = [list(name)[:10] if upright else drawing.balance(name, size, width - 2, 4) for name in columns]
    band = max((len(lines) for lines in heads), default=0) * size * 1.2
    for n, lines in enumerate(heads):
        x = left + n * width + (width - GAP) / 2
        for k, line in enumerate(lines):
            y = band - (len(lines) - k - 0.5) * size * 1.2
            picture.text(x, y, line, size, fill=tokens.INK_SOFT, anchor="middle")
    picture.height = band + 3
