"""Indicator systems read together: what is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tijian.engine.catalogue.case import Case
from tijian.engine.catalogue.definition import Dimension, Indicator, Section, System, Variable
from tijian.engine.catalogue.document import read, read_mapping, read_sequence
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Faults

CASES = ".cases.yaml"


@dataclass(frozen=True)
class Catalogue:
    """Indicator systems read together: a basic system and what a city adds.

    Attributes:
        systems: In the order given.
        variables: By id; one meaning each.
        indicators: By id, ordered by dimension, system, id.
        cases: By indicator id.
        system_of: Indicator id → system id.
        files: Indicator id → file, for faults.
    """

    systems: tuple[System, ...]
    variables: dict[str, Variable]
    indicators: dict[str, Indicator]
    cases: dict[str, tuple[Case, ...]]
    system_of: dict[str, str]
    files: dict[str, str]
    variable_files: dict[str, str] = field(default_factory=dict)

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """All dimensions, in order; one that several systems name stands once, as the first names it."""
        found = {d.zh: d for s in reversed(self.systems) for d in s.dimensions}
        return tuple(found[zh] for zh in dict.fromkeys(d.zh for s in self.systems for d in s.dimensions))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order."""
        return tuple(x for s in self.systems for x in s.sections)

    def system(self, indicator: str) -> System:
        """Find the system an indicator belongs to."""
        return next(s for s in self.systems if s.id == self.system_of[indicator])

    def digest(self, system: str) -> str:
        """Hash the canonical form of a system: its head, variables and indicators."""
        return sha256(
            canonical(
                {
                    "system": _plain(next(s for s in self.systems if s.id == system)),
                    "indicators": {
                        i: _plain(d) for i, d in self.indicators.items() if self.system_of[i] == system
                    },
                    "variables": {
                        v: _plain(d)
                        for v, d in self.variables.items()
                        if self.variable_files[v].startswith(f"{system}/")
                    },
                }
            )
        )


def _plain(document: BaseModel) -> Any:
    return document.model_dump(mode="json", by_alias=True)


def load_catalogue(folders: Iterable[Path]) -> Catalogue:
    """Read indicator systems.

    Args:
        folders: One folder a system, basic system first.

    Raises:
        Refused: With every fault of form in every file.
    """
    faults = Faults()
    parts = [_load_system(folder, faults) for folder in folders]
    faults.raise_if_any()
    systems = tuple(p.system for p in parts if p.system is not None)
    _refuse_twice(parts)
    variables, variable_files = _merge((p.variables, p.file("variables.yaml")) for p in parts)
    indicators = {i: d for p in parts for i, d in p.indicators.items()}
    order = [d.zh for s in systems for d in s.dimensions]
    rank = {s.id: n for n, s in enumerate(systems)}
    system_of = {i: p.folder.name for p in parts for i in p.indicators}

    def key(i: str) -> tuple[int, int, str]:
        dimension = indicators[i].dimension
        place = order.index(dimension) if dimension in order else len(order)
        return (place, rank.get(system_of[i], 0), i)

    ordered = {i: indicators[i] for i in sorted(indicators, key=key)}
    return Catalogue(
        systems,
        variables,
        ordered,
        {i: c for p in parts for i, c in p.cases.items()},
        system_of,
        {i: f for p in parts for i, f in p.files.items()},
        variable_files,
    )


def _refuse_twice(parts: Sequence[_SystemParts]) -> None:
    """Refuse an indicator that stands in two systems: a concept has one definition in force."""
    faults = Faults()
    seen: dict[str, str] = {}
    for part in parts:
        for key, file in part.files.items():
            if key in seen:
                faults.add(
                    "indicator.twice",
                    file,
                    "id",
                    key,
                    "只定义一次的指标",
                    f"{seen[key]} 已经定义了它，请删去一处。",
                )
            seen[key] = file
    faults.raise_if_any()


def _merge(parts: Iterable[tuple[dict[str, Variable], str]]) -> tuple[dict[str, Variable], dict[str, str]]:
    merged: dict[str, Variable] = {}
    files: dict[str, str] = {}
    faults = Faults()
    for variables, file in parts:
        for name, variable in variables.items():
            if name in merged:
                faults.add(
                    "variable.twice",
                    file,
                    name,
                    name,
                    "只定义一次的变量",
                    f"{files[name]} 已经定义了它，请删去一处。",
                )
            merged[name], files[name] = variable, file
    faults.raise_if_any()
    return merged, files


@dataclass
class _SystemParts:
    folder: Path
    system: System | None = None
    variables: dict[str, Variable] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    cases: dict[str, tuple[Case, ...]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def file(self, name: str) -> str:
        return f"{self.folder.name}/{name}"


def _load_system(folder: Path, faults: Faults) -> _SystemParts:
    parts = _SystemParts(folder)

    def head() -> None:
        parts.system = read(System, folder / "system.yaml", parts.file("system.yaml"))
        if parts.system.id != folder.name:
            faults.add(
                "system.id",
                parts.file("system.yaml"),
                "id",
                parts.system.id,
                f"“{folder.name}”",
                "id 与文件夹同名。",
            )

    with faults.kept():
        head()
    with faults.kept():
        parts.variables = read_mapping(Variable, folder / "variables.yaml", parts.file("variables.yaml"))
    paths = sorted((folder / "indicators").glob("*.yaml"))
    for path in paths:
        if not path.name.endswith(CASES):
            with faults.kept():
                _load_indicator(path, parts, faults)
    for path in paths:
        if path.name.endswith(CASES):
            with faults.kept():
                _load_cases(path, parts, faults)
    return parts


def _load_indicator(path: Path, parts: _SystemParts, faults: Faults) -> None:
    name = parts.file(f"indicators/{path.name}")
    indicator = read(Indicator, path, name)
    if indicator.id != path.stem:
        faults.add("indicator.id", name, "id", indicator.id, f"“{path.stem}”", "id 与文件同名。")
    parts.indicators[indicator.id] = indicator
    parts.files[indicator.id] = name


def _load_cases(path: Path, parts: _SystemParts, faults: Faults) -> None:
    name = parts.file(f"indicators/{path.name}")
    key = path.name.removesuffix(CASES)
    if key not in parts.indicators and not path.with_name(f"{key}.yaml").is_file():
        faults.add(
            "case.orphan", name, "", key, "与一项指标同名的用例", f"没有 {key}.yaml，请改文件名或删去它。"
        )
    parts.cases[key] = read_sequence(Case, path, name)
