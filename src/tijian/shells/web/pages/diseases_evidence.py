"""Evidence in words, each piece with the way to the value that it speaks of; causes and what speaks for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tijian.engine.catalogue.disease import Disease
from tijian.office.diagnose.models import Evidence
from tijian.shells.web.components.component import Link
from tijian.shells.web.components.grade import GradeCell
from tijian.shells.web.components.marks import Tag
from tijian.shells.web.pages.seen import Cell, Seen

QUESTION = re.compile(r"^“?Q\d+ ")
COMPLAINT, ALARM = "投诉", "告警"


@dataclass(frozen=True)
class Said:
    """One piece of evidence.

    Attributes:
        text: What it says.
        tag: What kind of evidence it is.
        links: Explanations of the values that it speaks of.
        about: On what it rests, in small words.
        grade: Of the value linked.
    """

    text: str
    tag: Tag
    links: tuple[Link, ...] = ()
    about: str = ""
    grade: GradeCell | None = None


def said_of(seen: Seen, area: str, words: str, about: str = "") -> Said:
    """Show the words of a candidate, with the indicators that they name."""
    links = links_of(seen, area, words)
    return Said(words, Tag("指标" if links else _kind(words)), links, about)


def _kind(words: str) -> str:
    if QUESTION.match(words):
        return "调查"
    if COMPLAINT in words:
        return "上报"
    return "监测" if ALARM in words else "变量"


def links_of(seen: Seen, area: str, words: str) -> tuple[Link, ...]:
    """Lead to the explanations of every indicator that words name, in the order in which they name them."""
    found: dict[int, str] = {}
    rest = words
    names = seen.city.catalogue.indicators
    for key in sorted(names, key=lambda k: -len(names[k].name.zh)):
        name = names[key].name.zh
        place = rest.find(name)
        if place >= 0 and (key, area) in seen.cells:
            found[place] = key
            rest = rest.replace(name, "　" * len(name))
    return tuple(
        Link(f"解释：{names[found[n]].name.zh}", seen.url("explain", indicator=found[n], area=area))
        for n in sorted(found)
    )


def piece(seen: Seen, evidence: Evidence, area: str) -> Said:
    """Show a stored piece of evidence; ``seen`` is the round of its diagnosis."""
    result = evidence.result
    if result is not None:
        cell = Cell(result)
        name = seen.city.catalogue.indicators[result.indicator].name.zh
        text = f"{name} {cell.value} {cell.unit}".strip() if cell.value else f"{name}：{cell.status}"
        own = evidence.text
        now = seen.cells.get((result.indicator, result.area))
        newer = now is not None and now.row.revision != result.revision
        about = f"{seen.city.label(result.area)}，{result.round.name}，修订 {result.revision}"
        about += f"；现在已是修订 {now.row.revision}" if now is not None and newer else ""
        href = seen.url("explain", indicator=result.indicator, area=result.area)
        plain = f"{result.indicator} {result.grade}"
        text = text if own in {"", plain} else f"{own}（{text}）"
        return Said(text, Tag("指标"), (Link("解释", href),), about, cell.shown())
    if evidence.file is not None:
        return Said(
            evidence.text or evidence.file.name, Tag("文件"), (), f"sha256 {evidence.file.sha256[:12]}"
        )
    if evidence.candidate is not None:
        return said_of(seen, area, evidence.text, f"候选 {evidence.candidate.number}")
    return Said(evidence.text, Tag("记录"), (), "专家意见，没有链接")


# ── causes ──


@dataclass(frozen=True)
class CauseLine:
    """A cause with what is seen for and against it, and what the knowledge says would decide it.

    Attributes:
        name: The cause.
        chosen: Whether experts confirmed it.
        seen_for, seen_against: What the examination sees.
        supports, refutes, data: What the knowledge says: for, against, and what would have to be looked at.
        own: Whether the knowledge does not have it.
    """

    name: str
    chosen: bool = False
    seen_for: tuple[Said, ...] = ()
    seen_against: tuple[Said, ...] = ()
    supports: tuple[str, ...] = ()
    refutes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    own: bool = False

    @property
    def seen(self) -> tuple[tuple[str, Said], ...]:
        """What is seen, each with its side."""
        pro = (("支持", e) for e in self.seen_for)
        return (*pro, *(("反对", e) for e in self.seen_against))

    @property
    def note(self) -> str:
        """How much is seen for and against it, in words."""
        if self.chosen:
            return "专家自拟并确认" if self.own else "专家确认"
        parts = [f"支持 {len(self.seen_for)} 条"] if self.seen_for else []
        parts += [f"反对 {len(self.seen_against)} 条"] if self.seen_against else []
        return "，".join(parts) or "还没有看到证据，待查"


@dataclass(frozen=True)
class CauseTree:
    """A disease with its causes, and what each rests on.

    Attributes:
        name: Of the disease.
        lines: On what it was proposed, in words.
        causes: Those confirmed first.
        lead: Addresses of the values below the name.
    """

    name: str
    lines: tuple[str, ...]
    causes: tuple[CauseLine, ...]
    lead: tuple[Link, ...] = field(default=())


def causes_of(
    seen: Seen, area: str, known: Sequence[dict[str, Any]], disease: Disease | None, chosen: str = ""
) -> tuple[CauseLine, ...]:
    """Give the causes of a candidate as it stored them, else those of the knowledge; the one chosen first.

    Args:
        seen: Round of the candidate.
        area: Where.
        known: Causes as a candidate stores them.
        disease: The knowledge, where there is no candidate.
        chosen: Name of the cause confirmed, or one in words of one's own.
    """
    lines = [
        CauseLine(
            c["name"],
            c["name"] == chosen,
            tuple(said_of(seen, area, w) for w in c["for"]),
            tuple(said_of(seen, area, w) for w in c["against"]),
            tuple(c["supports"]),
            tuple(c["refutes"]),
            tuple(c["data"]),
        )
        for c in known
    ]
    if not lines and disease is not None:
        lines = [
            CauseLine(c.name, c.name == chosen, (), (), c.supports, c.refutes, c.data) for c in disease.causes
        ]
    if chosen and all(not c.chosen for c in lines):
        lines.append(CauseLine(chosen, chosen=True, own=True))
    return tuple(sorted(lines, key=lambda c: not c.chosen))


def severity_words(knowledge: Disease | None, severity: str) -> str:
    """Say what the knowledge means by a severity; empty where it says nothing."""
    known = {str(k): v for k, v in knowledge.severity.items()} if knowledge is not None else {}
    return known.get(severity, "")
