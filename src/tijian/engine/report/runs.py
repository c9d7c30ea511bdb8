"""What runs say, and where a line may not break inside them; both renderers read runs through here."""

from __future__ import annotations

import re
from dataclasses import replace

from tijian.engine.report.blocks import Break, Change, Code, Grade, Num, Pointer, Run, Runs, Steps, Text, Unit

NO_BREAK = "\u00a0"
# a number and its unit stay on one line
INSIDE = re.compile(r"(?<=\d) (?=[A-Za-z%‰°])")
BEHIND = re.compile(r"^ (?=[A-Za-z%‰°])")


def plain(runs: Runs) -> str:
    """Give the words of runs without any mark."""
    return "".join(plain_run(run) for run in runs)


def plain_run(run: Run) -> str:
    """Give the words of one run."""
    if isinstance(run, Pointer):
        return run.mark
    if isinstance(run, Grade):
        return run.grade
    if isinstance(run, Change):
        return f"{plain_run(run.before)} → {plain_run(run.after)}"
    return "" if isinstance(run, Steps | Break) else run.text


def joined(runs: Runs) -> Runs:
    """Put no-break spaces between numbers and their units."""
    result: list[Run] = []
    for n, run in enumerate(runs):
        if not isinstance(run, Text | Code) or " " not in run.text:
            result.append(run)
            continue
        text = INSIDE.sub(NO_BREAK, run.text)
        if n and isinstance(runs[n - 1], Num):
            alone = text == " " and n + 1 < len(runs) and isinstance(runs[n + 1], Unit)
            text = NO_BREAK if alone else BEHIND.sub(NO_BREAK, text)
        result.append(run if text == run.text else replace(run, text=text))
    return tuple(result)
