"""The base of all documents, and its faults in Chinese."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from tijian.engine.catalogue.yaml_file import line_of, read_yaml
from tijian.engine.kernel.faults import Fault, Faults, Refused


class Doc(BaseModel):
    """A typed document: strict types, no unknown keys, frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Zh(Doc):
    """A name in Chinese and English."""

    zh: str
    en: str = ""


D = TypeVar("D", bound=BaseModel)

# pydantic's kind of error → (what was expected, what to do)
WORDS: dict[str, tuple[str, str]] = {
    "missing": ("这一键", "必填，请补上。"),
    "extra_forbidden": ("格式说明中列出的键", "没有这个键，请检查拼写，见 docs/reference/formats.md。"),
    "string_type": ("文字", "数字代码请加引号。"),
    "int_type": ("整数", "请写整数，不加引号。"),
    "int_from_float": ("整数", "请去掉小数。"),
    "float_type": ("数", "请写数，不加引号。"),
    "bool_type": ("true 或 false", "请改为 true 或 false。"),
    "list_type": ("列表", "请用 [ ] 或短横线逐行列出。"),
    "tuple_type": ("列表", "请用 [ ] 或短横线逐行列出。"),
    "dict_type": ("键和值", "请写成“键: 值”。"),
    "model_type": ("键和值", "请写成“键: 值”。"),
    "too_short": ("更多的项", "项数不够。"),
    "too_long": ("更少的项", "项数太多。"),
}
SHOWN = 60


def refuse(
    error: ValidationError, name: str, path: Path | None, prefix: tuple[str | int, ...] = ()
) -> Refused:
    """Turn everything pydantic found into faults with file, line and key path."""
    return Refused([_fault(detail, name, path, prefix) for detail in error.errors(include_url=False)])


def _fault(detail: ErrorDetails, name: str, path: Path | None, prefix: tuple[str | int, ...]) -> Fault:
    keys = prefix + tuple(k for k in detail["loc"] if not _is_branch(k))
    line = line_of(path, keys) if path is not None else None
    place = ".".join(str(k) for k in keys)
    kind = detail["type"]
    value = "" if kind == "missing" else _shown(detail["input"])
    expected, hint = WORDS.get(kind, ("", ""))
    context = detail.get("ctx", {})
    if kind in {"literal_error", "enum"}:
        expected, hint = f"{context['expected'].replace(' or ', '、')} 之一", "请改为其中之一。"
    elif kind == "value_error":
        expected, _, hint = str(context["error"]).partition("|")
    elif not expected:
        expected, hint = detail["msg"], "见 docs/reference/formats.md。"
    return Fault(f"document.{kind}", name, f"第 {line} 行，{place}" if line else place, value, expected, hint)


def _is_branch(key: str | int) -> bool:
    """Tell whether pydantic put the name of a union's branch into the path; no key of ours looks so."""
    return isinstance(key, str) and (
        (key[:1].isupper() and key.isidentifier() and not key.isupper()) or "[" in key
    )


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def parse(model: type[D], data: Any, name: str, path: Path | None = None, *prefix: str | int) -> D:
    """Check plain data against a model.

    Args:
        model: The document type.
        data: What was read.
        name: File for faults.
        path: Where the file lies, to find lines; None where it was not read from a file.
        prefix: Keys that lead to this part of the file.

    Raises:
        Refused: With every fault found.
    """
    try:
        # By way of JSON: there a list may become a tuple and 2019 a key, while types stay strict.
        return model.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise refuse(error, name, path, prefix) from error


def read(model: type[D], path: Path, name: str) -> D:
    """Read and check one document.

    Raises:
        Refused: With every fault found.
    """
    return parse(model, read_yaml(path, name), name, path)


def read_mapping(model: type[D], path: Path, name: str) -> dict[str, D]:
    """Read a file whose keys each hold one document.

    Raises:
        Refused: With every fault found.
    """
    data = read_yaml(path, name)
    faults = Faults()
    if not isinstance(data, dict):
        faults.add("document.form", name, "", type(data).__name__, "键和值", "每个键下写一项。")
        faults.raise_if_any()
    documents: dict[str, D] = {}
    for key, value in data.items():
        with faults.kept():
            documents[str(key)] = parse(model, value, name, path, key)
    faults.raise_if_any()
    return documents


def read_sequence(model: type[D], path: Path, name: str) -> tuple[D, ...]:
    """Read a file that is a list of documents.

    Raises:
        Refused: With every fault found.
    """
    data = read_yaml(path, name)
    faults = Faults()
    if not isinstance(data, list):
        faults.add("document.form", name, "", type(data).__name__, "列表", "每项以短横线开头。")
        faults.raise_if_any()
    documents: list[D] = []
    for i, value in enumerate(data):
        with faults.kept():
            documents.append(parse(model, value, name, path, i))
    faults.raise_if_any()
    return tuple(documents)
