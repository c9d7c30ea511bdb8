"""The base of all documents, and its faults in Chinese."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from tijian.engine.catalogue.words import Mistake, mistakes, shown
from tijian.engine.catalogue.yaml_file import line_of, read_yaml
from tijian.engine.kernel.faults import Fault, Faults, Refused


class Doc(BaseModel):
    """A typed document: strict types, no unknown keys, finite numbers, frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Zh(Doc):
    """A name in Chinese and English."""

    zh: str
    en: str = ""


D = TypeVar("D", bound=BaseModel)


def refuse(
    error: ValidationError, data: Any, name: str, path: Path | None, prefix: tuple[str | int, ...] = ()
) -> Refused:
    """Turn everything pydantic found into faults with file, line and key path."""
    found = mistakes(error.errors(include_url=False), data)
    return Refused([_fault(mistake, name, path, prefix) for mistake in found])


def _fault(mistake: Mistake, name: str, path: Path | None, prefix: tuple[str | int, ...]) -> Fault:
    keys = prefix + mistake.keys
    line = line_of(path, keys) if path is not None else None
    place = ".".join(str(k) for k in keys)
    return Fault(
        f"document.{mistake.kind}",
        name,
        f"第 {line} 行，{place}" if line else place,
        mistake.value,
        mistake.expected,
        mistake.hint,
    )


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
    # By way of JSON: there a list may become a tuple and 2019 a key, while types stay strict.
    try:
        text = json.dumps(data, default=str)
    except RecursionError as error:
        place = ".".join(str(k) for k in prefix)
        raise Refused(
            [Fault("document.deep", name, place, "", "层次不太深的内容", "一层套一层太深，请改正。")]
        ) from error
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise refuse(error, _plain(text), name, path, prefix) from error


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        return None


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
        faults.add("document.form", name, "", shown(data), "键和值", "每个键下写一项。")
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
        faults.add("document.form", name, "", shown(data), "列表", "每项以短横线开头。")
        faults.raise_if_any()
    documents: list[D] = []
    for i, value in enumerate(data):
        with faults.kept():
            documents.append(parse(model, value, name, path, i))
    faults.raise_if_any()
    return tuple(documents)
