"""Faults as data: where, what stands there, what was expected, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what was given, with everything a person needs to mend it.

    Attributes:
        code: Stable identifier of the kind of fault, such as ``unit.unknown``.
        file: File as the person knows it, relative to the folder given where possible.
        place: Row, cell, key path or line inside the file; empty for the file itself.
        value: What stands there, as text; empty where nothing stands there.
        expected: What should stand there, in Chinese.
        hint: What to do, in Chinese.
    """

    code: str
    file: str
    place: str
    value: str
    expected: str
    hint: str

    def __str__(self) -> str:
        """Say the fault in one Chinese line."""
        where = f"{self.file}，{self.place}" if self.place else self.file
        what = f"写的是“{self.value}”，" if self.value else ""
        return f"{where}：{what}应为{self.expected}。{self.hint}"

    def as_dict(self) -> dict[str, str]:
        """Give the fault as a plain mapping for JSON."""
        return asdict(self)


class Refused(Exception):
    """The input was refused; carries every fault that was found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Faults:
    """Collects faults so that all are told at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, file: str, place: str, value: object, expected: str, hint: str) -> None:
        """Note one fault; ``value`` is shown as text, ``None`` as nothing."""
        self.found.append(Fault(code, file, place, "" if value is None else str(value), expected, hint))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the faults that a step refuses with, so that the next step still runs."""
        try:
            yield
        except Refused as refused:
            self.found.extend(refused.faults)

    def raise_if_any(self) -> None:
        """End here if anything was found.

        Raises:
            Refused: With every distinct fault, in the order found.
        """
        if self.found:
            raise Refused(dict.fromkeys(self.found))
