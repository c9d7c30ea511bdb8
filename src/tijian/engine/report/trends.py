"""Change over time: lines that break where the definition changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tijian.engine.report import drawing, tokens
from tijian.engine.report.bars import axis_ticks, spread, tick_text
from tijian.engine.report.drawing import PRINT, Drawing, Sheet, advance

Role = Literal["focus", "city", "rest"]
INK: dict[Role, str] = {"focus": tokens.ACCENT, "city": tokens.INK, "rest": tokens.CHART_REST}
WEIGHT: dict[Role, float] = {"focus": 1.5, "city": 0.9, "rest": 0.8}
DRAWN: dict[Role, int] = {"rest": 0, "city": 1, "focus": 2}  # the series talked about lies on top
FEW = 3  # fewer points than this are dots: two points make no trend
BAND = 31.0


@dataclass(frozen=True, slots=True)
class Series:
    """One line.

    Attributes:
        name: Printed at its end.
        values: One per period, None where missing.
        last: Its last value as printed; the chart never rounds.
        role: What the line is: the one talked about, the city as a whole, or the rest.
        synthetic: Whether its figures carry the synthetic mark.
    """

    name: str
    values: tuple[float | None, ...]
    last: str = ""
    role: Role = "rest"
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class BreakBand:
    """A change of definition between ``periods[after]`` and the next one."""

    after: int
    words: str = "口径改变"


@dataclass(frozen=True, slots=True)
class _Plot:
    """How a period and a value become a place."""

    sheet: Sheet
    xs: tuple[float, ...]
    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Give the height of a value."""
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def trend(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    breaks: Sequence[BreakBand] = (),
    height: float = 71.0,
    sheet: Sheet = PRINT,
    alt: str = "",
) -> str:
    """Draw lines with their names at the right; no line crosses a break or a missing value.

    The axis may start elsewhere than at zero and says so. A series of fewer than three values is dots.

    Args:
        periods: Names of the periods, oldest first.
        series: At most about ten; values parallel to ``periods``.
        breaks: Where the definition changed.
        height: Of the plot without its axis; grows with the number of series.
        sheet: Sizes.
        alt: One sentence for those who do not see the picture.
    """
    picture = Drawing(sheet.width)
    shown = [line for line in series if any(value is not None for value in line.values)]
    values = [value for line in shown for value in line.values if value is not None]
    height = max(height, (sheet.text + 1) * len(series))
    ticks = axis_ticks(min(values, default=0.0), max(values, default=1.0), 3)
    plot = _plot(periods, series, breaks, ticks, height, sheet)
    _ground(picture, plot, ticks)
    for band in breaks:
        _band(picture, plot, band)
    for line in sorted(shown, key=lambda line: DRAWN[line.role]):
        _line(picture, plot, line, {band.after for band in breaks})
    _names(picture, plot, series)
    _periods(picture, plot, periods, breaks)
    picture.height = plot.bottom + sheet.small * 1.7
    if not shown:
        middle = (plot.top + plot.bottom) / 2
        picture.plate(
            (plot.xs[0] + plot.xs[-1]) / 2 if plot.xs else sheet.width / 2, middle, "没有数据", sheet.text
        )
    return picture.svg(alt)


def _label(line: Series) -> str:
    if all(value is None for value in line.values):
        return f"{line.name} 无数据"
    return f"{line.name} {line.last}".strip()


def _plot(
    periods: Sequence[str],
    series: Sequence[Series],
    breaks: Sequence[BreakBand],
    ticks: Sequence[float],
    height: float,
    sheet: Sheet,
) -> _Plot:
    """Lay periods out evenly, with room for a band at each break."""
    step = ticks[1] - ticks[0]
    left = max(advance(tick_text(tick, step), sheet.small) for tick in ticks) + 6
    longest = max((advance(_label(line), sheet.small + 0.5, bold=True) for line in series), default=0.0)
    inner = max(advance(periods[0], sheet.small) / 2 + 2, 8.0) if periods else 8.0
    right = sheet.width - min(longest, sheet.width * 0.4) - 8
    steps = max(len(periods) - 1, 1)
    after = {band.after for band in breaks}
    band = min(BAND + 12, (right - left) * 0.3)
    gap = (right - left - inner - band * len(after)) / max(steps - len(after), 1)
    xs = [left + inner]
    for n in range(len(periods) - 1):
        xs.append(xs[-1] + (band if n in after else gap))
    top = sheet.small * 0.7
    return _Plot(sheet, tuple(xs), top, top + height, ticks[0], ticks[-1])


def _ground(picture: Drawing, plot: _Plot, ticks: Sequence[float]) -> None:
    step = ticks[1] - ticks[0]
    size = plot.sheet.small
    left = plot.xs[0] - 6
    for tick in ticks:
        y = plot.y(tick)
        picture.line((left, y), (plot.xs[-1], y), tokens.LINE_1)
        picture.text(left - 4, y, tick_text(tick, step), size, fill=tokens.INK_MUTED, anchor="end")


def _band(picture: Drawing, plot: _Plot, band: BreakBand) -> None:
    """Fill the room between two periods and say in words what changed there."""
    if not 0 <= band.after < len(plot.xs) - 1:
        return
    left, right = plot.xs[band.after], plot.xs[band.after + 1]
    width = min(BAND, (right - left) * 0.75)
    centre, size = (left + right) / 2, plot.sheet.small
    picture.rect(centre - width / 2, plot.top - 2, width, plot.bottom - plot.top + 2, tokens.SUNKEN)
    picture.dashed((centre, plot.top + size * 4), (centre, plot.bottom), tokens.LINE_CONTROL)
    for n, words in enumerate(drawing.balance(band.words, size, width - 2, 3)):
        picture.text(centre, plot.top + size * (0.6 + n * 1.25), words, size, anchor="middle", bold=True)


def _line(picture: Drawing, plot: _Plot, line: Series, after: set[int]) -> None:
    ink, weight = INK[line.role], WEIGHT[line.role]
    pieces = _pieces(line.values, after)
    dots_only = sum(len(piece) for piece in pieces) < FEW
    for piece in pieces:
        points = [(plot.xs[n], plot.y(value)) for n, value in piece]
        if len(points) > 1 and not dots_only:
            picture.polyline(points, ink, weight)
        else:
            for x, y in points:
                picture.dot(x, y, weight + 0.9, ink)


def _pieces(values: Sequence[float | None], after: set[int]) -> list[list[tuple[int, float]]]:
    """Part the values where one is missing or the definition changed."""
    pieces: list[list[tuple[int, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None or n - 1 in after:
            pieces.append([])
        if value is not None:
            pieces[-1].append((n, value))
    return [piece for piece in pieces if piece]


def _names(picture: Drawing, plot: _Plot, series: Sequence[Series]) -> None:
    """Write the names at the ends of the lines, moved apart where they would overlap."""
    size = plot.sheet.small + 0.5
    ends: list[tuple[float, Series]] = []
    for line in series:
        known = [value for value in line.values if value is not None]
        ends.append((plot.y(known[-1]) if known else plot.bottom, line))
    ends.sort(key=lambda end: (end[0], end[1].name))
    heights = spread(
        [y for y, _ in ends], [size * 1.15] * len(ends), plot.top - size, plot.bottom + size * 0.6
    )
    left = (plot.xs[-1] if plot.xs else 0) + 6
    for y, (_, line) in zip(heights, ends, strict=True):
        fill = tokens.INK_MUTED if line.role == "rest" else INK[line.role]
        words = drawing.clip(_label(line), size, plot.sheet.width - left)
        picture.text(left, y, words, size, fill=fill, bold=line.role != "rest")
        if line.synthetic and line.last and words.endswith(line.last):
            end = left + advance(words, size, bold=line.role != "rest")
            picture.underline(end - advance(line.last, size), end, y + size * 0.6)


def _periods(picture: Drawing, plot: _Plot, periods: Sequence[str], breaks: Sequence[BreakBand]) -> None:
    """Write the periods; where they would touch, the ends of the pieces come first."""
    size = plot.sheet.small
    ends = {0, len(periods) - 1} | {band.after for band in breaks} | {band.after + 1 for band in breaks}
    taken: list[tuple[float, float]] = []
    for n in sorted(range(len(periods)), key=lambda n: (n not in ends, n)):
        half = advance(periods[n], size) / 2 + 2
        x = plot.xs[n]
        if all(x + half <= left or x - half >= right for left, right in taken):
            taken.append((x - half, x + half))
            picture.text(x, plot.bottom + size, periods[n], size, fill=tokens.INK_MUTED, anchor="middle")
