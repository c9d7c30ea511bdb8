"""Which processes serve an installation: one server at a time, and nothing left over from the last."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tijian.engine.kernel.faults import Fault, Refused

DATA, HOSTS = "TIJIAN_DATA", "TIJIAN_HOSTS"  # what a server tells the processes of its pages
FOLDER = "run"
LOCK = "lock"
SERVER, PAGES, JOBS = "server", "pages", "jobs"
WORDS = {SERVER: "服务", PAGES: "页面进程", JOBS: "任务进程"}
PATIENCE_SECONDS = 5.0  # orphans end by themselves, see lifeline


def sign_in(folder: Path, part: str) -> None:
    """Note this process in the folder of the installation, with the time it started."""
    (folder / FOLDER / f"{part}-{os.getpid()}").write_text(_started(os.getpid()), encoding="ascii")


@contextmanager
def alone(folder: Path, address: str) -> Iterator[None]:
    """Be the only server of an installation, and leave no note behind.

    Raises:
        Refused: If it is served already, or processes of an earlier server still run.
    """
    (folder / FOLDER).mkdir(exist_ok=True)
    descriptor = os.open(folder / FOLDER / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused([_served(folder, os.pread(descriptor, 200, 0).decode())]) from None
        _check_leftovers(folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, address.encode(), 0)
        sign_in(folder, SERVER)
        yield
    finally:
        os.close(descriptor)


def clear(folder: Path) -> None:
    """Take away the notes of processes that have ended."""
    for note, alive in _notes(folder).items():
        if not alive:
            note.unlink(missing_ok=True)


def _check_leftovers(folder: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while (left := [n for n, alive in _notes(folder).items() if alive]) and time.monotonic() < end:
        time.sleep(0.2)
    clear(folder)
    if left:
        named = "、".join(f"{WORDS.get(p, p)} {pid}" for p, _, pid in (n.name.partition("-") for n in left))
        hint = f"上一次没有正常停下，还有进程在运行：{named}。请用 kill 结束它们，再启动。"
        raise Refused([Fault("serve.leftover", str(folder), "", named, "没有残留进程的安装", hint)])


def _served(folder: Path, address: str) -> Fault:
    servers = [
        n.name.partition("-")[2] for n, alive in _notes(folder).items() if alive and n.name.startswith(SERVER)
    ]
    hint = f"进程 {'、'.join(servers)} 正在 {address} 上服务；要换端口请先停下它。"
    return Fault("serve.running", str(folder), "", "", "没有在服务的安装", hint)


def _notes(folder: Path) -> dict[Path, bool]:
    """Find every note, and whether the very process it tells of still runs: numbers are given out again."""
    notes = {}
    for note in sorted((folder / FOLDER).glob("*-*")):
        pid = note.name.rpartition("-")[2]
        if pid.isdecimal():
            notes[note] = _started(int(pid)) == note.read_text(encoding="ascii") != ""
    return notes


def _started(pid: int) -> str:
    """Say when a process started, in the clock of the machine; empty where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "alive" if not Path("/proc/self").exists() and _exists(pid) else ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
