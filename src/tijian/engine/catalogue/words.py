"""What pydantic found wrong, in Chinese: one mistake, one fault."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic_core import ErrorDetails

from tijian.engine.catalogue.text import FORMS

FORMATS = "见 docs/reference/formats.md。"

# pydantic's kind of error → (what was expected, what to do); names in braces are of its context
WORDS: dict[str, tuple[str, str]] = {
    "missing": ("这一键", "必填，请补上。"),
    "extra_forbidden": ("格式说明中列出的键", "没有这个键，请检查拼写，见 docs/reference/formats.md。"),
    "string_type": ("文字", "数字代码请加引号。"),
    "int_type": ("整数", "请写整数，不加引号。"),
    "int_from_float": ("整数", "请去掉小数。"),
    "int_parsing": ("整数", "这里的键是年份等整数，请写整数。"),
    "int_parsing_size": ("合理大小的整数", "这个数太大，请改正。"),
    "float_type": ("数", "请写数，不加引号。"),
    "float_parsing": ("数", "这里的键是数，请改正。"),
    "finite_number": ("有限的数", "不能写无穷大或非数（.inf、.nan），请写一个数。"),
    "bool_type": ("true 或 false", "请改为 true 或 false。"),
    "list_type": ("列表", "请用 [ ] 或短横线逐行列出。"),
    "tuple_type": ("列表", "请用 [ ] 或短横线逐行列出。"),
    "dict_type": ("键和值", "请写成“键: 值”。"),
    "model_type": ("键和值", "请写成“键: 值”。"),
    "too_short": ("至少 {min_length} 项", "项数不够，请补上。"),
    "too_long": ("至多 {max_length} 项", "项数太多，请删去多余的。"),
    "greater_than": ("大于 {gt:g} 的数", FORMATS),
    "greater_than_equal": ("不小于 {ge:g} 的数", FORMATS),
    "less_than": ("小于 {lt:g} 的数", FORMATS),
    "less_than_equal": ("不大于 {le:g} 的数", FORMATS),
    "json_invalid": ("能读的文字，层次不太深", "文件里有不能用的字符，或一层套一层太深，请改正。"),
}
# kinds that say: this is not the form at all
SHAPE = re.compile(r"_type$|^literal_error$|^enum$")
COUNTS = {"too_short", "too_long"}
SHOWN = 60

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a document.

    Attributes:
        kind: Pydantic's name of the mistake.
        keys: Keys that lead to it.
        value: What stands there.
        expected, hint: What should, and what to do.
    """

    kind: str
    keys: Keys
    value: str
    expected: str
    hint: str


@dataclass(frozen=True)
class _Found:
    """An error of pydantic: keys, and among them names of the branches of unions."""

    steps: tuple[tuple[str | int, bool], ...]
    mistake: Mistake

    @property
    def cost(self) -> int:
        kind = self.mistake.kind
        return 3 if kind.endswith("_type") else 2 if SHAPE.search(kind) else 1


def mistakes(errors: Iterable[ErrorDetails], data: Any) -> list[Mistake]:
    """Tell pydantic's errors as mistakes: of a union the branch that fits best, no count of a list with faulty items.

    Args:
        errors: What pydantic found.
        data: What it found it in, to tell keys from names of branches.
    """
    found = [_found(detail, data) for detail in errors]
    unions = {f.steps[:i] for f in found for i, (_, branch) in enumerate(f.steps) if branch}
    for prefix in sorted(unions, key=len, reverse=True):
        found = _of_best_branch(found, prefix)
    told = [f.mistake for f in found]
    return [m for m in told if not (m.kind in COUNTS and any(_below(o.keys, m.keys) for o in told))]


def _found(detail: ErrorDetails, data: Any) -> _Found:
    steps = _steps(detail, data)
    keys = tuple(key for key, branch in steps if not branch)
    kind = detail["type"]
    expected, hint = _words(detail)
    value = "" if kind in {"missing", "json_invalid"} else shown(detail["input"])
    return _Found(steps, Mistake(kind, keys, value, expected, hint))


def _steps(detail: ErrorDetails, data: Any) -> tuple[tuple[str | int, bool], ...]:
    steps: list[tuple[str | int, bool]] = []
    last = len(detail["loc"]) - 1
    for i, key in enumerate(detail["loc"]):
        index = isinstance(data, list) and isinstance(key, int) and key < len(data)
        if index or (isinstance(data, dict) and key in data):
            data, branch = data[key], False
        else:
            branch = not (detail["type"] == "missing" and i == last)
        steps.append((key, branch))
    return tuple(steps)


def _of_best_branch(found: list[_Found], prefix: tuple[tuple[str | int, bool], ...]) -> list[_Found]:
    """Keep of a union's errors those of the branch that was meant; where none was, one error that names all."""
    at = len(prefix)
    branches: dict[str | int, list[_Found]] = {}
    for f in found:
        if f.steps[:at] == prefix and len(f.steps) > at and f.steps[at][1]:
            branches.setdefault(f.steps[at][0], []).append(f)
    meant = [b for b in branches.values() if not any(_hopeless(f, at) for f in b)]
    kept = min(meant or branches.values(), key=lambda b: sum(f.cost for f in b))
    first = found.index(next(f for b in branches.values() for f in b))
    rest = [f for f in found if not any(f in b for b in branches.values())]
    before = sum(f in rest for f in found[:first])
    if not meant and len(branches) > 1:
        expected = _either(f.mistake.expected for b in branches.values() for f in b)
        best = kept[0].mistake
        kept = [_Found(prefix, Mistake(best.kind, best.keys, best.value, expected, best.hint))]
    return rest[:before] + kept + rest[before:]


def _hopeless(found: _Found, at: int) -> bool:
    return len(found.steps) == at + 1 and bool(SHAPE.search(found.mistake.kind))


def _either(expected: Iterable[str]) -> str:
    ways = list(dict.fromkeys(expected))
    if "数" in ways and "整数" in ways:
        ways.remove("整数")
    return "，或".join(ways)


def _below(inner: Keys, outer: Keys) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _words(detail: ErrorDetails) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in {"literal_error", "enum"}:
        ways = re.findall("'([^']*)'", context["expected"])
        return (f"{'、'.join(ways)} 之一" if len(ways) > 1 else f"“{ways[0]}”"), "请改为其中之一。"
    if kind == "value_error":
        expected, _, hint = str(context["error"]).partition("|")
        return expected, hint
    if kind == "string_pattern_mismatch":
        return FORMS.get(context["pattern"], "格式说明中的写法"), f"请改正，{FORMATS}"
    expected, hint = WORDS.get(kind, ("格式说明中的写法", FORMATS))
    return expected.format(**context), hint


def shown(value: Any) -> str:
    """Show a value as one writes it in YAML; nothing for nothing, and for what is too long to help."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, dict | list):
        text = str(value)
        if len(text) <= 4 * SHOWN:
            text = yaml.safe_dump(
                value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=math.inf
            ).strip()
        return text if len(text) <= SHOWN else ""
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
