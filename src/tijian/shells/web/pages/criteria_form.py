"""The form of other cut points: what stands there, what was typed, and what it comes to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, QueryDict

from tijian.engine.catalogue.definition import Indicator
from tijian.engine.grade.cutpoints import Point
from tijian.office.register.criteria_text import Number, Place
from tijian.shells.web.pages.criteria_words import CutRow, cut_rows, place_words, plain
from tijian.shells.web.pages.seen import Seen

GRADES = ("优", "良", "中")
ORDER = (2, 1, 0)  # 中, 良, 优: as they are read along a scale
LONGEST = 20
SIGN = {"higher": "≥", "lower": "≤"}
PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
BETWEEN = ("～", "~", "—", "–", "至")


@dataclass(frozen=True)
class CutInput:
    """One number to type.

    Attributes:
        name: What is sent.
        value: As typed, else what stands there.
        label: For those who hear the page.
        was: What stands there.
        number: As read; none where it cannot be read.
        error: What is wrong with it; empty where nothing is.
    """

    name: str
    value: str
    label: str
    was: str
    number: Number | None
    error: str = ""

    @property
    def touched(self) -> bool:
        """Whether it says something else than what stands there."""
        return self.value.strip() != self.was


@dataclass(frozen=True)
class CutLine:
    """The numbers of one level and area type, 中 first."""

    place: Place
    label: str
    inputs: tuple[CutInput, ...]

    @property
    def words(self) -> str:
        """Say what was changed."""
        said = [
            f"“{g}” 现行 {i.was}，改为 {i.value}"
            for g, i in zip("中良优", self.inputs, strict=True)
            if i.touched
        ]
        return "；".join(said) or "没有改"


@dataclass(frozen=True)
class CutForm:
    """All cut points of an indicator that can be tried.

    Attributes:
        lines: One a level and area type.
        cuts: What would be adopted; only places that were changed.
        heads: Heads of the columns.
    """

    lines: tuple[CutLine, ...]
    cuts: Mapping[Place, tuple[Number, ...]]
    heads: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """Give what is wrong, with its place."""
        return tuple(f"{i.label}：{i.error}" for line in self.lines for i in line.inputs if i.error)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Give every number again, to be sent along with the adoption."""
        return tuple((i.name, i.value) for line in self.lines for i in line.inputs)

    @property
    def tried(self) -> bool:
        """Whether something was changed, and all of it can be read."""
        return bool(self.cuts) and not self.faults


def form_of(seen: Seen, indicator: Indicator, typed: QueryDict) -> CutForm | None:
    """Make the form from what stands there and what was typed; none where nothing is judged by cut points."""
    criterion = seen.city.book.criteria.get(indicator.id)
    version = criterion.version(seen.which.year) if criterion is not None else None
    rows = [] if version is None else [r for r in cut_rows(indicator, version) if r.points]
    if not rows:
        return None
    lines = tuple(_line(seen, row, typed) for row in rows)
    cuts: dict[Place, tuple[Number, ...]] = {}
    for line, row in zip(lines, rows, strict=True):
        points = tuple(i.number for i in line.inputs[::-1] if i.number is not None)
        if len(points) == len(GRADES) and points != row.points:
            cuts[line.place] = points
    sign = SIGN.get(indicator.direction, "")
    return CutForm(lines, cuts, tuple(f"{GRADES[n]} {sign}".strip() for n in ORDER))


def typed_of(request: HttpRequest) -> QueryDict:
    """Give what was typed, however it was sent."""
    return request.POST if request.method == "POST" else request.GET


def _line(seen: Seen, row: CutRow, typed: QueryDict) -> CutLine:
    place = place_words(seen, row.level, row.kind)
    inputs = []
    for n in ORDER:
        name = f"cut:{row.level}:{row.kind}:{GRADES[n]}"
        was = plain(row.points[n])
        value = typed.get(name, was)
        read = _read(value, row.points[n])
        number, error = (None, read) if isinstance(read, str) else (read, "")
        inputs.append(CutInput(name, value, f"{place}“{GRADES[n]}”", was, number, error))
    return CutLine((row.level, row.kind), place, tuple(inputs))


def _read(text: str, like: Point) -> Number | str:
    """Read a number, or two with a dash between them where intervals are judged; else say what is expected."""
    plain_text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not isinstance(like, tuple):
        found = _decimal(plain_text)
        return f"写的是“{text[:LONGEST]}”，应为一个数。" if found is None else found
    for sign in (*BETWEEN, "-"):
        low, found_sign, high = plain_text.partition(sign)
        if found_sign and low.strip():
            ends = _decimal(low.strip()), _decimal(high.strip())
            if ends[0] is not None and ends[1] is not None:
                return ends[0], ends[1]
    return f"写的是“{text[:LONGEST]}”，应为一个区间，如 0.9～1.4。"


def _decimal(text: str) -> Decimal | None:
    bare = text.replace(",", "")
    return Decimal(bare) if len(bare) <= LONGEST and PLAIN.fullmatch(bare) else None
