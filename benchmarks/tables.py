"""Prints the figures of a benchmark as plain tables."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Count terminal columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a titled table; every column but the first is aligned to the right."""
    texts = [[str(c) for c in row] for row in (header, *rows)]
    columns = [max(width(row[i]) for row in texts) for i in range(len(header))]
    print(f"\n{title}")
    for k, row in enumerate(texts):
        cells = [_padded(c, w, right=i > 0) for i, (c, w) in enumerate(zip(row, columns, strict=True))]
        print("  " + "  ".join(cells).rstrip())
        if k == 0:
            print("  " + "  ".join("-" * w for w in columns))


def _padded(text: str, columns: int, *, right: bool) -> str:
    space = " " * (columns - width(text))
    return space + text if right else text + space


def spread(samples: Sequence[float]) -> str:
    """Write the least and the median of some seconds."""
    return f"{min(samples):.2f} / {statistics.median(samples):.2f}"


def bar(figure: float, limit: float) -> str:
    """Say in a word whether a figure is within its limit."""
    return "达到" if figure <= limit else "超出"
