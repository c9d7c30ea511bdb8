"""Published documents in words: formulas by Chinese names, marks, who published and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.contrib.messages import get_messages
from django.http import HttpRequest

from tijian.engine.catalogue.definition import Indicator
from tijian.office.people.queries import bodies, owners, titles
from tijian.office.register.models import Publication
from tijian.shells.web.components.component import Component
from tijian.shells.web.components.marks import SyntheticMark, Tag
from tijian.shells.web.components.messages import StatusMessage

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SPOKEN = {
    "prev": "上年",
    "sum": "合计",
    "mean": "均值",
    "count": "个数",
    "min": "最小",
    "max": "最大",
    "if": "如果",
}
SIGNS = (("*", "×"), ("/", "÷"), ("<=", "≤"), (">=", "≥"))
SAMPLE = ("示例", "待核")
HASH = 12


@dataclass(frozen=True)
class Tags(Component):
    """Several tags in one cell.

    Attributes:
        tags: In order.
    """

    template: ClassVar[str] = "pages/systems_tags.html"
    tags: tuple[Tag | SyntheticMark, ...]


@dataclass(frozen=True)
class Published:
    """Who published a revision and when, its hash as people compare it, and its marks."""

    row: Publication
    actor: str
    day: str
    position: int
    tags: tuple[Tag | SyntheticMark, ...]

    @property
    def short(self) -> str:
        """Give the first figures of the hash."""
        return self.row.sha256[:HASH]


def published(row: Publication, names: Mapping[str, str] | None = None) -> Published:
    """Prepare a publication for the page; ``names`` are the titles of accounts, looked up if not given."""
    entry = row.action
    known = titles() if names is None else names
    actor = known.get(entry.actor, entry.actor)
    return Published(
        row, actor, entry.business_date.isoformat(), entry.position, marks(row.mark, row.unproven)
    )


def marks(mark: str, unproven: str = "") -> tuple[Tag | SyntheticMark, ...]:
    """Give the tags of a mark: 示例/待核 as the one mark, others as they are."""
    found: list[Tag | SyntheticMark] = []
    for word in filter(None, mark.split(";")):
        if all(part in SAMPLE for part in word.split("/")):
            found.append(SyntheticMark("示例/待核"))
        else:
            many = f" {len(unproven.split())} 项" if word == "未验算" and unproven else ""
            found.append(Tag(f"{word}{many}", "warn"))
    return tuple(dict.fromkeys(found))


def formula_words(definition: Indicator) -> str:
    """Write the formula with the Chinese names of its inputs; a computed one by its function."""
    if definition.formula is None:
        return f"由函数 {definition.compute} 计算"
    names = SPOKEN | {n: i.zh for n, i in definition.inputs.items()}
    text = NAME.sub(lambda found: names.get(found[0], found[0]), definition.formula)
    for sign, shown in SIGNS:
        text = text.replace(sign, shown)
    return text


def owner_words() -> dict[str, str]:
    """Say which body reports each variable, by its short name."""
    short = {b.code: b.short for b in bodies()}
    return {variable: short.get(code, code) for variable, code in owners().items()}


def notices(request: HttpRequest) -> list[StatusMessage]:
    """Give what was just done, for pages that stand outside a round."""
    return [StatusMessage(str(m), "bad" if m.level_tag == "error" else "ok") for m in get_messages(request)]
