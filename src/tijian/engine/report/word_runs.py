"""Runs as WordprocessingML: every number a bookmark, ids and dates by character styles."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatchmethod

from tijian.engine.report import ooxml, tokens
from tijian.engine.report.blocks import (
    Break,
    Change,
    Code,
    Day,
    Document,
    Grade,
    Num,
    Pointer,
    Run,
    Runs,
    Steps,
    Text,
    Unit,
)
from tijian.engine.report.ooxml import Face, run
from tijian.engine.report.runs import joined

HATCHES = {"none": "thinDiagStripe", "missing": "thinReverseDiagStripe"}
STEPS = {"done": ("■", tokens.INK_SOFT), "late": ("■", tokens.BAD), "due": ("□", tokens.CHART_AXIS),
         "cancelled": ("□", tokens.CHART_AXIS)}  # fmt: skip


LONGEST_WORD = 24


@dataclass
class RunWriter:
    """Writes the runs of one prepared document.

    Attributes:
        document: Its marks decide about the dotted line.
        marks: How many bookmarks were written.
    """

    document: Document
    marks: int = field(default=0, init=False)

    def runs(self, runs: Runs, base: Face = ooxml.PLAIN) -> str:
        """Write runs on the looks of their paragraph."""
        return "".join(self.run(item, base) for item in joined(runs))

    def mark(self, name: str, inside: str) -> str:
        """Put the next bookmark around runs."""
        self.marks += 1
        return ooxml.bookmark(self.marks, name, inside)

    @singledispatchmethod
    def run(self, item: Run, _base: Face) -> str:
        """Write one run."""
        raise TypeError(type(item).__name__)

    @run.register
    def _(self, item: Text, base: Face) -> str:
        return run(item.text, self._face(base, "", bold=item.bold, tone=item.tone))

    @run.register
    def _(self, item: Code, base: Face) -> str:
        return _unbroken(item.text, self._face(base, "Code", bold=item.bold, tone=item.tone))

    @run.register
    def _(self, item: Day, base: Face) -> str:
        return _unbroken(item.text, self._face(base, "Day", bold=item.bold, tone=item.tone))

    @run.register
    def _(self, item: Unit, base: Face) -> str:
        return run(item.text, self._face(base, "Unit", bold=False, tone=item.tone))

    @run.register
    def _(self, item: Num, base: Face) -> str:
        style = "NumberMarked" if item.marked and self.document.marks else "Number"
        return self.mark(item.id, run(item.text, self._face(base, style, bold=item.strong, tone=item.tone)))

    @run.register
    def _(self, item: Grade, _base: Face) -> str:
        return run(f"\u00a0{word(item.grade)}\u00a0", _grade_face(item))

    @run.register
    def _(self, item: Change, base: Face) -> str:
        arrow = run(" → ", Face(ink=tokens.INK_MUTED))
        return self.run(item.before, base) + arrow + self.run(item.after, base)

    @run.register
    def _(self, item: Steps, _base: Face) -> str:
        return "".join(run(STEPS[x][0], Face(ink=STEPS[x][1], struck=x == "cancelled")) for x in item.states)

    @run.register
    def _(self, _item: Break, _base: Face) -> str:
        return "<w:r><w:br/></w:r>"

    @run.register
    def _(self, item: Pointer, _base: Face) -> str:
        return ooxml.field(f"REF {place(item.mark)} \\h", item.mark, Face(style="Code"))

    def _face(self, base: Face, style: str, *, bold: bool, tone: tokens.Tone | None) -> Face:
        ink = tokens.TONES[tone] if tone else base.ink
        return Face(style=style, bold=bold or base.bold, ink=ink, size=base.size)


def word(grade: tokens.GradeWord) -> str:
    """Give what a cell says for a grade."""
    return tokens.GRADE_LABEL.get(grade, grade)


def ground(grade: tokens.GradeWord) -> tuple[str, str]:
    """Give fill and hatch of a cell with a grade; both empty for 不适用."""
    hatch = tokens.GRADE_HATCH.get(grade)
    if hatch:
        return tokens.HATCH_INK, HATCHES[hatch]
    return tokens.GRADE_FILL.get(grade, ""), ""


def graded(item: Grade, size: float | None) -> str:
    """Write the word of a grade into a cell that has its ground; on a hatch it stands on white."""
    dotted = tokens.SYNTHETIC if item.synthetic else ""
    if item.grade in tokens.GRADE_FILL:
        ink = tokens.GRADE_INK[item.grade]
        return run(word(item.grade), Face(bold=True, ink=ink, size=size, dotted=dotted))
    small = size * 0.85 if size else None
    if item.grade in tokens.GRADE_HATCH:
        return run(word(item.grade), Face(size=small, fill=tokens.WHITE, dotted=dotted))
    return run(word(item.grade), Face(size=small, ink=tokens.INK_MUTED))


def _grade_face(item: Grade) -> Face:
    """Give the looks of a grade inside a sentence."""
    dotted = tokens.SYNTHETIC if item.synthetic else ""
    fill, hatch = ground(item.grade)
    if not fill:
        return Face(ink=tokens.INK_MUTED)
    if hatch:
        return Face(fill=fill, hatch=hatch, edge=tokens.HATCH_INK, dotted=dotted)
    edge = tokens.GRADE_EDGE if item.grade in tokens.PALE else ""
    return Face(bold=True, ink=tokens.GRADE_INK[item.grade], fill=fill, edge=edge, dotted=dotted)


def _unbroken(text: str, face: Face) -> str:
    """Write an id or a date whose hyphens do not break; long ones and those with spaces may."""
    if "-" not in text or " " in text or len(text) > LONGEST_WORD:
        return run(text, face)
    hyphen = f"<w:r>{face.xml()}<w:noBreakHyphen/></w:r>"
    return hyphen.join(run(part, face) for part in text.split("-"))


def place(caption_number: str) -> str:
    """Name the bookmark of a caption: tables t_1, figures f_1."""
    kind, _, number = caption_number.partition(" ")
    return f"{'f' if kind == '图' else 't'}_{number}"
