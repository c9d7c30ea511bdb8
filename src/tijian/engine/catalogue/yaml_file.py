"""YAML files: strict reading, and the line of a key for the person who must mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tijian.engine.kernel.faults import Fault, Refused
from tijian.engine.sources.decode import decode

Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A key may be what JSON can write as a key.
KEYS = (str, int, float, bool, type(None))
# What the constructors of the library raise for a value that looks like a date or number and is none.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
SHOWN = 60
BROKEN = ("合法的 YAML", "请检查缩进、引号和重复的键。")


class Unfit(yaml.constructor.ConstructorError):
    """A value or key that cannot stand where it stands, with what was expected and what to do."""

    def __init__(self, value: str, node: yaml.Node, expected: str, hint: str) -> None:
        super().__init__(None, None, value, node.start_mark)
        self.expected, self.hint = expected, hint


class StrictLoader(Base):  # type: ignore[misc]
    """The safe loader, refusing a key that stands twice and a value that cannot be."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Build the object of a node.

        Raises:
            Unfit: If it looks like a date or a number and is none.
        """
        try:
            return super().construct_object(node, deep=deep)
        except UNREADABLE as error:
            value = node.value if isinstance(node, yaml.ScalarNode) else ""
            hint = "没有这样的日期或数；请改正，是文字就加引号。"
            raise Unfit(_short(value), node, "能读的日期、数或文字", hint) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping whose keys are all different, also when written as text.

        Raises:
            Unfit: If a key stands twice or is no key.
        """
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, KEYS):
                value = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
                raise Unfit(_short(value), key_node, "用文字或整数作的键", "请改正这个键，是文字就加引号。")
            if str(key) in seen:
                raise Unfit(f"重复的键 {_short(str(key))}", key_node, *BROKEN)
            seen.add(str(key))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path, name: str) -> Any:
    """Read one YAML document.

    Args:
        path: The file.
        name: How the file is called in faults.

    Raises:
        Refused: If the file is missing, cannot be decoded, is no YAML, uses aliases or holds a key twice.
    """
    if not path.is_file():
        raise Refused([Fault("file.missing", name, "", "", "一个 YAML 文件", f"请放入 {name}。")])
    text, _ = decode(path.read_bytes(), name)
    try:
        _refuse_aliases(text, name)
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 — StrictLoader is the safe loader
    except yaml.MarkedYAMLError as error:
        raise Refused([_broken(error, text, name)]) from error
    except yaml.YAMLError as error:
        raise Refused([_unprintable(text, name)]) from error
    except RecursionError as error:
        fault = Fault("yaml.deep", name, "", "", "层次不太深的 YAML", "一层套一层太深，请改正。")
        raise Refused([fault]) from error


def _refuse_aliases(text: str, name: str) -> None:
    """Refuse aliases: a few lines of them can stand for more than the machine holds."""
    if "&" not in text or "*" not in text:
        return
    for event in yaml.parse(text, Loader=Base):
        if isinstance(event, yaml.AliasEvent):
            hint = "请删去锚和别名，把内容照样再写一遍；本是文字就加引号。"
            place = _place(event.start_mark)
            raise Refused([Fault("yaml.alias", name, place, f"*{event.anchor}", "不用别名的 YAML", hint)])


def _place(mark: Any) -> str:
    return f"第 {mark.line + 1} 行，第 {mark.column + 1} 列"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _broken(error: yaml.MarkedYAMLError, text: str, name: str) -> Fault:
    """Tell where the text is no YAML: at the line found, or where the unfinished thing begins."""
    if isinstance(error, Unfit):
        place = _place(error.problem_mark)
        return Fault("yaml.broken", name, place, str(error.problem), error.expected, error.hint)
    lines = text.splitlines()
    for mark in (error.problem_mark, error.context_mark):
        line = lines[mark.line].strip() if mark is not None and mark.line < len(lines) else ""
        if line:
            return Fault("yaml.broken", name, _place(mark), _short(line), *BROKEN)
    last = error.problem_mark or error.context_mark
    return Fault("yaml.broken", name, _place(last) if last else "", "", *BROKEN)


def _unprintable(text: str, name: str) -> Fault:
    """Name the control character because of which the text cannot be read."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    place = f"第 {text.count(chr(10), 0, found.start()) + 1} 行" if found else ""
    value = f"U+{ord(found[0]):04X}" if found else ""
    hint = "这里有看不见的控制字符，请删去，或把这一行重新键入。"
    return Fault("yaml.character", name, place, value, "看得见的文字", hint)


def line_of(path: Path, keys: tuple[str | int, ...]) -> int | None:
    """Find the line on which the value at a key path starts; None where the path leads nowhere."""
    text, _ = decode(path.read_bytes(), path.name)
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=Base)
    except (yaml.YAMLError, RecursionError):
        return None
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
