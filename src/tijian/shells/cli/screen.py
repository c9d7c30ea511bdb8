"""What the terminal shows: answers on standard output, progress and faults on standard error."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence


def say(text: str = "") -> None:
    """Print a line of the answer."""
    sys.stdout.write(f"{text}\n")


def error(text: str) -> None:
    """Print a line beside the answer."""
    sys.stderr.write(f"{text}\n")


def progress(step: str, done: int, total: int) -> None:
    """Show how far long work has come; on a terminal in one line, else a line a step."""
    line = f"[{done}/{total}] {step}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line:<60}")
    else:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def progress_done() -> None:
    """End the line that progress was shown on."""
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 60 + "\r")
        sys.stderr.flush()


def width(text: str) -> int:
    """Count terminal columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text up to a number of terminal columns."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print a table with aligned columns; ``right`` names the columns aligned to the right."""
    widths = [max(width(r[i]) for r in (header, *rows)) for i in range(len(header))]
    for row in (header, *rows):
        say(
            "  ".join(
                padded(c, w, right=i in right) for i, (c, w) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
        )
