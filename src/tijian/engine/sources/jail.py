"""The child process in which files of others are read: ``python -m tijian.engine.sources.jail TASK FOLDER``.

It is started by ``isolation`` only. Libraries are loaded first, then the door is locked, then the file is read.
"""

from __future__ import annotations

import ctypes
import json
import platform
import resource
import struct
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.isolation import FAULTS, OUT_OF_MEMORY, PEAK, REQUEST, resident_peak

Task = Callable[[Path, dict[str, Any]], None]

# Linux system calls by machine: audit number of the machine, then socket, connect, execve, execveat, ptrace
# and io_uring_setup (which can open sockets by another door).
CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, ABOVE, RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of classic BPF
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # refuse: EPERM
NUMBER, MACHINE = 0, 4  # where both stand in struct seccomp_data
OTHER_TABLE = 0x40000000  # from here on x86 calls of the x32 table
SLACK = 32 << 20  # bytes of what is mapped already that may yet become resident
# What others import where it is installed, and a task does without.
UNNEEDED = {
    "vector": ("pandas", "geopandas", "pyproj"),
    "raster": ("pandas", "geopandas"),
    "osm": ("pandas", "geopandas"),
}


def main(task: str, folder: Path) -> int:
    """Load, lock, read; what was refused is written down, want of memory is the exit code."""
    request = json.loads((folder / REQUEST).read_text("utf-8"))
    sys.meta_path.insert(0, _Unneeded(UNNEEDED[task]))
    run = _loaded(task)
    lock(request["memory"])
    try:
        run(folder, request)
    except Refused as refused:
        told = [fault.as_dict() for fault in refused.faults]
        (folder / FAULTS).write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    except MemoryError:
        return OUT_OF_MEMORY
    finally:
        (folder / PEAK).write_text(str(resident_peak()), "ascii")
    return 0


class _Unneeded(MetaPathFinder):
    """Tells libraries that take what is installed that some of it is not: half a second and 150 MB."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:  # noqa: ARG002
        """Refuse the import of a library that the task does without.

        Raises:
            ModuleNotFoundError: If it is one.
        """
        if fullname in self._names:
            raise ModuleNotFoundError(fullname)


def _loaded(task: str) -> Task:
    """Give the function of a task, with the libraries it needs.

    Raises:
        LookupError: If there is no such task.
    """
    if task == "vector":
        from tijian.engine.sources.vector_child import extract

        return extract
    if task == "raster":
        from tijian.engine.sources.raster_child import measure

        return measure
    if task == "osm":
        import osmium  # noqa: F401 — loaded before the memory is counted
        import pyarrow.parquet  # noqa: F401

        from tijian.engine.sources.osm_apart import extract as extract_osm

        return extract_osm
    raise LookupError(task)


def lock(memory: int) -> None:
    """Limit this process: memory, no core file, no network, no other program.

    Args:
        memory: Resident memory it may come to, bytes; held by limiting the addresses it may take from now on.
    """
    pages, resident = (int(n) for n in Path("/proc/self/statm").read_text("ascii").split()[:2])
    page = resource.getpagesize()
    room = pages * page + max(memory - resident * page - SLACK, 0)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cut_off()


def cut_off() -> None:
    """Refuse from now on, for good, every call that opens a socket or starts a program (Linux seccomp).

    Raises:
        OSError: If the kernel does not take the filter.
        NotImplementedError: On a machine whose calls we do not know.
    """
    machine, calls = CALLS.get(platform.machine(), (0, ()))
    if not calls:
        raise NotImplementedError(platform.machine())
    # Instructions from last to first: a jump says how many instructions to pass over.
    steps = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    left = len(calls) + 1
    steps.append((ABOVE, left, 0, OTHER_TABLE))
    steps += [(EQUAL, left - i, 0, call) for i, call in enumerate(calls, 1)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0),
    ):
        if libc.prctl(*(ctypes.c_ulong(a) for a in arguments)):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
