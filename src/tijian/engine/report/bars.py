"""Charts of areas on one indicator: bars from zero with cut lines, dots with a margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tijian.engine.report import drawing, tokens
from tijian.engine.report.drawing import PRINT, Drawing, Sheet, advance
from tijian.engine.report.tokens import GradeWord

GAP = 8.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One area on one indicator.

    Attributes:
        name: Area.
        value: None where there is none.
        text: The value as printed; the chart never rounds.
        grade: Its grade or why there is none.
        reason: In words, for a row without value.
        synthetic: Whether the figure carries the synthetic mark.
        margin: Half width of the interval, for ``whisker``.
        sample: Words about the sample, for ``whisker`` (“样本 426”).
    """

    name: str
    value: float | None
    text: str
    grade: GradeWord
    reason: str = ""
    synthetic: bool = False
    margin: float | None = None
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut line: “中 ≥5.0”; for ranges both ends of the interval.

    Attributes:
        grade: The grade that begins at the line.
        text: Condition as printed.
        low: Lower end (higher is better, range), None if open.
        high: Upper end (lower is better, range), None if open.
    """

    grade: str
    text: str
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> tuple[float, ...]:
        """The values at which lines are drawn."""
        return tuple(end for end in (self.low, self.high) if end is not None)


@dataclass(frozen=True, slots=True)
class Group:
    """Areas judged by the same cut lines, such as 老区."""

    name: str
    bars: tuple[Bar, ...]
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the columns of a chart lie and how a value becomes a place."""

    sheet: Sheet
    name_width: float
    left: float
    right: float
    text_right: float
    mark_right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Give the place of a value."""
        return self.left + (self.right - self.left) * (value - self.low) / (self.high - self.low)


def bars(groups: Sequence[Group], *, sheet: Sheet = PRINT, alt: str = "") -> str:
    """Draw horizontal bars from zero, grouped by area type, with dashed cut lines.

    Lengths are proportional to values on one scale for all groups; a negative value runs left of zero.
    A row without value is hatched and says why.

    Args:
        groups: In the fixed order of areas.
        sheet: Sizes.
        alt: One sentence for those who do not see the picture.
    """
    values = [bar.value for group in groups for bar in group.bars if bar.value is not None]
    ends = [end for group in groups for cut in group.cuts for end in cut.ends]
    low, high = min([0.0, *values, *ends]), max([0.0, *values, *ends])
    span = (high - low) or 1.0
    low = low - span * 0.04 if low < 0 else 0.0
    frame = _frame(groups, sheet, low, (high if high > low else low + span) + span * 0.1)
    picture = Drawing(sheet.width)
    for group in groups:
        top = _group_head(picture, frame, group)
        for bar in group.bars:
            _bar(picture, frame, bar)
        _cut_lines(picture, frame, group, top)
    return picture.svg(alt)


def whisker(groups: Sequence[Group], *, sheet: Sheet = PRINT, alt: str = "") -> str:
    """Draw survey figures as dots with their margin; the axis may start elsewhere than at zero and says so.

    Args:
        groups: In the fixed order of areas; ``margin`` and ``sample`` of every bar are printed.
        sheet: Sizes.
        alt: One sentence for those who do not see the picture.
    """
    rows = [bar for group in groups for bar in group.bars]
    ends = [end for group in groups for cut in group.cuts for end in cut.ends]
    for bar in rows:
        if bar.value is not None:
            ends += [bar.value - (bar.margin or 0.0), bar.value + (bar.margin or 0.0)]
    ticks = axis_ticks(min(ends, default=0.0), max(ends, default=1.0))
    step = ticks[1] - ticks[0]
    frame = _frame(groups, sheet, ticks[0] - step * 0.1, ticks[-1] + step * 0.1)
    picture = Drawing(sheet.width)
    for group in groups:
        top = _group_head(picture, frame, group)
        for bar in group.bars:
            _dot(picture, frame, bar)
        _cut_lines(picture, frame, group, top)
    _axis(picture, frame, ticks)
    return picture.svg(alt)


def axis_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Choose about ``count`` round axis figures that cover a range; at least two."""
    if high <= low:
        pad = abs(low) * 0.1 or 1.0
        low, high = low - pad, high + pad
    raw = (high - low) / count
    power = 10.0 ** _floor_log10(raw)
    step = next((power * factor for factor in (1, 2, 2.5, 5) if power * factor >= raw * 0.999), power * 10)
    first, last = int(low // step), int(-(-high // step))
    return [round(step * index, 12) for index in range(first, max(last, first + 1) + 1)]


def tick_text(value: float, step: float) -> str:
    """Write an axis figure with as many decimals as its step needs."""
    decimals = next((n for n in range(7) if abs(round(step, n) - step) < step * 1e-6), 6)
    return drawing.signed(value, decimals)


def _floor_log10(value: float) -> int:
    # read from the decimal form: math.log10 may differ in its last bit between machines
    return int(f"{value:e}".split("e")[1])


def _frame(groups: Sequence[Group], sheet: Sheet, low: float, high: float) -> _Frame:
    """Give each column the width its longest words need, names at most 30 % of the sheet."""
    rows = [bar for group in groups for bar in group.bars]
    names = [advance(bar.name, sheet.text) for bar in rows]
    names += [advance(group.name, sheet.small + 1) for group in groups]
    name_width = min(max(names, default=0.0) + GAP, sheet.width * 0.3)
    marks = max((drawing.mark_width(bar.grade, sheet.row - 2) for bar in rows), default=0.0)
    texts = max((advance(_shown(bar), sheet.text) for bar in rows), default=0.0)
    text_right = sheet.width - marks - GAP * 1.5
    right = text_right - texts - GAP * 1.5
    return _Frame(sheet, name_width, name_width, right, text_right, sheet.width, low, high)


def _shown(bar: Bar) -> str:
    margin = f" {bar.sample}" if bar.sample else ""
    return "" if bar.value is None else bar.text + margin


def _group_head(picture: Drawing, frame: _Frame, group: Group) -> float:
    """Write the area type and the labels of its cut lines; give the height where its rows begin."""
    sheet = frame.sheet
    if not group.name and not group.cuts:
        return picture.height
    picture.height += 5.0
    middle = picture.height + sheet.row / 2 - 1
    picture.text(0, middle, drawing.clip(group.name, sheet.small + 1, frame.name_width - 4), sheet.small + 1,
                 fill=tokens.INK_SOFT)  # fmt: skip
    labels = [
        (f"{cut.grade} {cut.text}", frame.x(sum(cut.ends) / len(cut.ends))) for cut in group.cuts if cut.ends
    ]
    widths = [advance(words, sheet.small) for words, _ in labels]
    order = sorted(range(len(labels)), key=lambda n: labels[n][1])
    places = spread(
        [labels[n][1] for n in order], [widths[n] + 5 for n in order], frame.name_width, frame.mark_right
    )
    for n, x in zip(order, places, strict=True):
        picture.text(x, middle, labels[n][0], sheet.small, fill=tokens.INK_MUTED, anchor="middle")
    picture.height += sheet.row - 3
    return picture.height


def _cut_labels(cut: Cut, frame: _Frame) -> list[tuple[str, float]]:
    """Label a cut line; of an interval the lower end has the words, the upper end the grade."""
    words = [f"{cut.grade} {cut.text}", cut.grade]
    return [(text, frame.x(end)) for text, end in zip(words, cut.ends, strict=False)]


def spread(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels, in ascending order of their places, so that they neither overlap nor leave the room."""
    places: list[float] = []
    edge = low
    for centre, width in zip(wanted, widths, strict=True):
        places.append(max(centre, edge + width / 2))
        edge = places[-1] + width / 2
    edge = high
    for n in range(len(places) - 1, -1, -1):
        places[n] = min(places[n], edge - widths[n] / 2)
        edge = places[n] - widths[n] / 2
    return places


def _name(picture: Drawing, frame: _Frame, bar: Bar) -> float:
    """Write the name of a row, on two small lines where it is long; give the middle of the row."""
    sheet = frame.sheet
    width = frame.name_width - 4
    size = sheet.text
    lines = [bar.name]
    if advance(bar.name, size) > width:
        size = sheet.small
        lines = drawing.wrap(bar.name, size, width, 2)
    height = max(sheet.row, len(lines) * size * 1.2 + 2 if len(lines) > 1 else 0)
    middle = picture.height + height / 2
    for n, line in enumerate(lines):
        picture.text(0, middle + (n - (len(lines) - 1) / 2) * size * 1.15, line, size)
    picture.height += height
    return middle


def _bar(picture: Drawing, frame: _Frame, bar: Bar) -> None:
    middle = _name(picture, frame, bar)
    thick = frame.sheet.row * 0.47
    if bar.value is None:
        _without_value(picture, frame, bar, middle, thick)
        return
    zero, end = frame.x(0.0), frame.x(bar.value)
    picture.line((frame.left, middle), (frame.right, middle), tokens.CHART_GRID)
    fill = tokens.GRADE_FILL.get(bar.grade, tokens.CHART_BAR)
    edge = tokens.GRADE_EDGE if bar.grade in tokens.PALE else None
    if bar.value == 0:
        picture.line((zero, middle - thick / 2), (zero, middle + thick / 2), tokens.INK, 1.2)
    else:
        picture.rect(min(zero, end), middle - thick / 2, abs(end - zero), thick, fill, edge)
    if frame.low < 0:
        picture.line(
            (zero, middle - frame.sheet.row / 2), (zero, middle + frame.sheet.row / 2), tokens.CHART_AXIS
        )
    _figures(picture, frame, bar, middle)


def _dot(picture: Drawing, frame: _Frame, bar: Bar) -> None:
    middle = _name(picture, frame, bar)
    if bar.value is None:
        _without_value(picture, frame, bar, middle, frame.sheet.row * 0.47)
        return
    picture.line((frame.left, middle), (frame.right, middle), tokens.CHART_GRID)
    if bar.margin:
        low, high = frame.x(bar.value - bar.margin), frame.x(bar.value + bar.margin)
        picture.line((low, middle), (high, middle), tokens.INK_SOFT, 1.0)
        for x in (low, high):
            picture.line((x, middle - 2.5), (x, middle + 2.5), tokens.INK_SOFT, 1.0)
    fill = tokens.GRADE_FILL.get(bar.grade, tokens.WHITE)
    picture.dot(frame.x(bar.value), middle, frame.sheet.row * 0.22, fill, tokens.INK)
    _figures(picture, frame, bar, middle)


def _figures(picture: Drawing, frame: _Frame, bar: Bar, middle: float) -> None:
    """Write value and grade at the right."""
    sheet = frame.sheet
    words = _shown(bar)
    picture.text(frame.text_right, middle, words, sheet.text, anchor="end")
    if bar.synthetic and words:
        after = advance(words, sheet.text) - advance(bar.text, sheet.text)
        right = frame.text_right - after
        picture.underline(right - advance(bar.text, sheet.text), right, middle + sheet.text * 0.62)
    _mark(picture, frame, bar, middle)


def _mark(picture: Drawing, frame: _Frame, bar: Bar, middle: float) -> None:
    size = frame.sheet.row - 2
    width = drawing.mark_width(bar.grade, size)
    box = (frame.mark_right - width, middle - size / 2, width, size)
    drawing.grade_cell(picture, box, bar.grade, frame.sheet.text - 0.5, synthetic=bar.synthetic)


def _without_value(picture: Drawing, frame: _Frame, bar: Bar, middle: float, thick: float) -> None:
    """Draw a row that has no value: hatched unless it cannot apply, the reason in words."""
    hatch = tokens.GRADE_HATCH.get(bar.grade)
    size = frame.sheet.small
    words = bar.reason or tokens.GRADE_LABEL.get(bar.grade, bar.grade)
    words = drawing.clip(words, size, frame.right - frame.left - 12)
    if hatch is None:
        picture.text(frame.left + 6, middle, words, size, fill=tokens.INK_MUTED)
    else:
        picture.rect(frame.left, middle - thick / 2, frame.right - frame.left, thick, picture.hatch(hatch))
        picture.plate(frame.left + 8, middle, words, size, anchor="start")
    _mark(picture, frame, bar, middle)


def _cut_lines(picture: Drawing, frame: _Frame, group: Group, top: float) -> None:
    for end in sorted({end for cut in group.cuts for end in cut.ends}):
        x = frame.x(end)
        picture.dashed((x, top), (x, picture.height), tokens.LINE_CONTROL)


def _axis(picture: Drawing, frame: _Frame, ticks: Sequence[float]) -> None:
    """Write the figures of an axis under the rows."""
    size = frame.sheet.small
    middle = picture.height + size
    step = ticks[1] - ticks[0]
    for tick in ticks:
        x = frame.x(tick)
        picture.line((x, picture.height), (x, picture.height + 3), tokens.CHART_AXIS)
        picture.text(x, middle, tick_text(tick, step), size, fill=tokens.INK_MUTED, anchor="middle")
    picture.height += size * 1.8
