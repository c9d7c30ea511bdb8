"""The text of a file of criteria with the cut points of one indicator changed, and nothing else; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

WIDTH = 110

Number = Decimal | tuple[Decimal, Decimal]
Cuts = Sequence[Number]
Place = tuple[str, str]
"""Level and area type; the type is empty where one set of cut points holds for the whole level."""


class NoSuchCriterion(LookupError):
    """The text has no version of that indicator for that year, or no cut points at that place."""


@dataclass(frozen=True)
class _Change:
    """A piece of text and what is put in its stead."""

    start: int
    end: int
    text: str


def changed(text: str, indicator: str, year: int, cuts: Mapping[Place, Cuts]) -> str:
    """Write a file of criteria in which one indicator is judged by other cut points from a year on.

    Where the version in force began in that year, its numbers are replaced and it gets the next free
    number; the text before stays in the register. Where it began earlier, it ends the year before and a
    copy with the new numbers follows it, so that the years before keep the criterion they were judged by.
    Comments and everything else stay as they are; only where the text is written in a way that cannot be
    changed in place (anchors, merged keys) is the whole file written anew, without comments.

    Args:
        text: Of the file, as published.
        indicator: Id of the indicator.
        year: From when the numbers hold.
        cuts: For each place that changes its three points, 优 first, or three pairs.

    Raises:
        NoSuchCriterion: If there is nothing to change at a place.
    """
    document = yaml.safe_load(text)
    wanted = _wanted(document, indicator, year, cuts)
    if wanted == document:
        return text
    try:
        written = _in_place(text, indicator, year, cuts)
        if yaml.safe_load(written) == wanted:
            return written
    except (yaml.YAMLError, AttributeError, LookupError):
        pass  # written in a way that has no place of its own for every number
    return yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False, width=WIDTH)


# ── as data: what the new text must say ──


def _wanted(document: Any, indicator: str, year: int, cuts: Mapping[Place, Cuts]) -> Any:
    made = deepcopy(document)
    if not isinstance(made, dict) or indicator not in made:
        raise NoSuchCriterion(indicator)
    versions = made[indicator]["versions"]
    rank = _rank(versions, indicator, year)
    old, number = versions[rank], max(v["version"] for v in versions) + 1
    new = old | {"version": number, "from": year}
    for (level, kind), points in cuts.items():
        _put(new, level, kind, [_plain(p) for p in points])
    if new["levels"] == old["levels"]:
        return document
    if old["from"] == year:
        versions[rank] = new
    else:
        old["to"] = year - 1
        versions.insert(rank + 1, new)
    return made


def _rank(versions: Sequence[Mapping[str, Any]], indicator: str, year: int) -> int:
    for rank, version in enumerate(versions):
        last = version.get("to")
        if version["from"] <= year and (last is None or year <= last):
            return rank
    raise NoSuchCriterion(f"{indicator} {year}")


def _put(version: dict[str, Any], level: str, kind: str, points: list[Any]) -> None:
    judgement = version["levels"].get(level) or {}
    there = judgement.get("cuts")
    if there is None or isinstance(there, dict) != bool(kind) or (kind and kind not in there):
        raise NoSuchCriterion(f"{level} {kind}")
    new = judgement | {"cuts": there | {kind: points} if kind else points}
    version["levels"] = version["levels"] | {level: new}


def _plain(point: Number) -> Any:
    return [_number(p) for p in point] if isinstance(point, tuple) else _number(point)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


# ── as text: the same by cutting and pasting ──


def _in_place(text: str, indicator: str, year: int, cuts: Mapping[Place, Cuts]) -> str:
    versions = _child(_child(yaml.compose(text, Loader=yaml.SafeLoader), indicator), "versions")
    data = yaml.safe_load(text)[indicator]["versions"]
    rank = _rank(data, indicator, year)
    item = versions.value[rank]
    number = max(v["version"] for v in data) + 1
    inside = [_replaced(_child(item, "version"), str(number))]
    for (level, kind), points in cuts.items():
        node = _child(_child(_child(item, "levels"), level), "cuts")
        inside.append(_replaced(_child(node, kind) if kind else node, _written(points)))
    if data[rank]["from"] == year:
        return _apply(text, inside)
    inside.append(_replaced(_child(item, "from"), str(year)))
    start, end = item.start_mark.index, _end(item)
    copy = _apply(text[start:end], [_Change(c.start - start, c.end - start, c.text) for c in inside])
    return _apply(text, [*_ended(item, text, year - 1), _inserted(item, text, copy)])


def _ended(item: Any, text: str, year: int) -> list[_Change]:
    """Let a version end with a year."""
    there = next((v for k, v in item.value if k.value == "to"), None)
    if there is not None:
        return [_replaced(there, str(year))]
    at = _end(_child(item, "from"))
    if item.flow_style:
        return [_Change(at, at, f", to: {year}")]
    at = _line_end(text, at)
    return [_Change(at, at, f"\n{' ' * item.start_mark.column}to: {year}")]


def _inserted(item: Any, text: str, copy: str) -> _Change:
    """Put the copy of a version behind it, written like it."""
    if item.flow_style:
        end = _end(item)
        line = text[text.rfind("\n", 0, item.start_mark.index) + 1 : item.start_mark.index]
        if line.strip() != "-":
            return _Change(end, end, f", {copy}")
    at = _line_end(text, _end(item))
    line = text[text.rfind("\n", 0, item.start_mark.index) + 1 : item.start_mark.index]
    return _Change(at, at, f"\n{line}{copy}")


def _written(points: Cuts) -> str:
    return f"[{', '.join(_one(p) for p in points)}]"


def _one(point: Number) -> str:
    if isinstance(point, tuple):
        return f"[{', '.join(_one(p) for p in point)}]"
    return f"{_number(point)}"


def _child(node: Any, key: str) -> Any:
    return next(v for k, v in node.value if k.value == key)


def _replaced(node: Any, text: str) -> _Change:
    return _Change(node.start_mark.index, _end(node), text)


def _end(node: Any) -> int:
    """Give where the text of a node ends; a block's own mark lies behind the comments that follow it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        end: int = node.end_mark.index
        return end
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _apply(text: str, changes: Sequence[_Change]) -> str:
    for change in sorted(changes, key=lambda c: -c.start):
        text = text[: change.start] + change.text + text[change.end :]
    return text
