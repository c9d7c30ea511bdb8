"""YAML files: strict reading, and the line of a key for the person who must mend it."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources.decode import decode

Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(Base):  # type: ignore[misc]
    """The safe loader, refusing a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping whose keys are all different."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"重复的键 {key}", key_node.start_mark)
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path, name: str) -> Any:
    """Read one YAML document.

    Args:
        path: The file.
        name: How the file is called in faults.

    Raises:
        Refused: If the file is missing, cannot be decoded, is no YAML or holds a key twice.
    """
    if not path.is_file():
        raise Refused([Fault("file.missing", name, "", "", "一个 YAML 文件", f"请放入 {name}。")])
    text, _ = decode(path.read_bytes(), name)
    try:
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 — StrictLoader is the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"第 {mark.line + 1} 行，第 {mark.column + 1} 列" if mark else ""
        problem = error.problem or ""
        raise Refused(
            [Fault("yaml.broken", name, place, problem, "合法的 YAML", "请检查缩进、引号和重复的键。")]
        ) from error


def line_of(path: Path, keys: tuple[str | int, ...]) -> int | None:
    """Find the line on which the value at a key path starts; None where the path leads nowhere."""
    text, _ = decode(path.read_bytes(), path.name)
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    line = None
    for key in keys:
        if node is None:
            return line
        node = _child(node, key)
        if node is not None:
            line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key] if key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == str(key)), None)
    return None
