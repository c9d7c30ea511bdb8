"""The head of the chain, kept outside the database: whoever rewrites the database is found out here.

A line is ``position hash``. Lines are a set. Those missing at the end are allowed (the machine stopped
between commit and writing), and the next writer adds them; a line that the database does not know is
tampering, unless a line ``restore position hash time`` behind it says that an older backup was put back.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tijian.office.ledger.models import Entry

LINE = re.compile(r"(?P<position>[1-9][0-9]{0,17}) (?P<hash>[0-9a-f]{64})")
RESTORE = re.compile(r"restore (?P<position>0|[1-9][0-9]{0,17}) (?P<hash>[0-9a-f]{64}) (?P<at>\S+)")
TAIL = 1 << 16


@dataclass(frozen=True, slots=True)
class Restore:
    """A marker: in this line of the file, the database was put back to this position."""

    line: int
    position: int
    hash: str
    at: str


@dataclass
class HeadFile:
    """What the file says, read whole.

    Attributes:
        lines: Hashes noted for each position, with the number of the line.
        restores: Every marker.
        unreadable: Numbers of lines that are neither.
        torn: The text of a last line without its end, else empty.
    """

    lines: dict[int, dict[str, int]] = field(default_factory=dict)
    restores: list[Restore] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    torn: str = ""


def path() -> Path:
    """Find the file of this installation."""
    return Path(settings.INSTALLATION) / "chain" / "head.log"


def note(position: int, digest: str) -> None:
    """Append the head after a commit, with every committed entry that another writer had no time to append.

    Writers queue on the file; who comes second often finds its line written by the first.
    """
    with _locked() as descriptor:
        tail, whole = _tail(descriptor)
        if f"{position} {digest}" in tail:
            return
        last = _last_position(tail)
        text = "" if whole else "\n"
        if last < position:
            missing = Entry.objects.filter(position__gt=last).order_by("position")
            text += "".join(f"{p} {h}\n" for p, h in missing.values_list("position", "hash"))
        if f"{position} {digest}\n" not in text:  # the file claims to be ahead of us: verify will say why
            text += f"{position} {digest}\n"
        _write(descriptor, text)


def note_restore(position: int, digest: str, at: datetime) -> None:
    """Append the marker of a restore: from here on the database stands at this position again."""
    with _locked() as descriptor:
        _, whole = _tail(descriptor)
        _write(descriptor, f"{'' if whole else chr(10)}restore {position} {digest} {at.isoformat()}\n")


def read() -> HeadFile:
    """Read the whole file; a file that is not there says nothing."""
    found = HeadFile()
    try:
        text = path().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return found
    *lines, found.torn = text.split("\n")
    for number, line in enumerate(lines, 1):
        if match := LINE.fullmatch(line):
            found.lines.setdefault(int(match["position"]), {}).setdefault(match["hash"], number)
        elif match := RESTORE.fullmatch(line):
            found.restores.append(Restore(number, int(match["position"]), match["hash"], match["at"]))
        elif line and not _is_torn(line, lines[number : number + 1]):
            found.unreadable.append(number)
    return found


def _is_torn(line: str, following: list[str]) -> bool:
    """Tell whether a line is the beginning of the next: written in part, then whole by the next writer."""
    return bool(following) and following[0].startswith(line)


@contextmanager
def _locked() -> Iterator[int]:
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _tail(descriptor: int) -> tuple[list[str], bool]:
    """Read the last whole lines, and whether the file ends with one."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - TAIL)
    text = os.pread(descriptor, size - start, start).decode("utf-8", errors="replace")
    *lines, torn = text.split("\n")
    return (lines[1:] if start else lines), not torn


def _last_position(lines: list[str]) -> int:
    for line in reversed(lines):
        if match := LINE.fullmatch(line) or RESTORE.fullmatch(line):
            return int(match["position"])
    return 0


def _write(descriptor: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(descriptor, data) :]
    os.fsync(descriptor)
