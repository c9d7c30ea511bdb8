"""Files of others are read by GDAL in a process of their own, which can take little, reach nothing and end badly.

The child gets copies of the files under fixed names in a scratch folder, an environment without secrets, only
the drivers that its task needs, no remote file systems, no network, and limits of memory and time. What it
found comes back as plain arrays and text, never as objects.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tijian.engine.kernel.faults import Fault, Refused

SOURCE = Path(__file__).resolve().parents[3]
REQUEST, FAULTS, PEAK, OUT_OF_MEMORY = "request.json", "faults.json", "peak", 77
POLL = 0.005  # seconds
KILOBYTE = 1024
NEARLY = 0.9  # of the memory allowed: a crash from there on is told as want of memory
GDAL = {
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_CACHEMAX": "64",
    "GDAL_NUM_THREADS": "1",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    # The one file that GDAL may fetch by any of its remote file systems: none that exists.
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "PROJ_NETWORK": "OFF",
}


@dataclass(frozen=True)
class Limits:
    """What reading one file may take.

    Attributes:
        memory: Resident memory of the child, bytes.
        seconds: Time on the clock.
        file_bytes: Size of the files together.
    """

    memory: int = 1 << 30
    seconds: float = 120.0
    file_bytes: int = 2 << 30


DEFAULT = Limits()


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    Attributes:
        folder: Where its results lie until the ``with`` block ends.
        peak: Largest resident memory, bytes.
    """

    folder: Path
    peak: int


@contextmanager
def isolated(
    task: str,
    files: Mapping[str, Path],
    request: Mapping[str, Any],
    name: str,
    *,
    skipped: tuple[str, ...] = (),
    limits: Limits = DEFAULT,
) -> Iterator[Ended]:
    """Run a task on copies of files in a limited child process.

    Args:
        task: Name of the task, known to ``tijian.engine.sources.jail``.
        files: Name in the scratch folder → file.
        request: Plain values for the task.
        name: How the file is called in faults.
        skipped: Drivers of GDAL that are not even registered.
        limits: What the child may take.

    Yields:
        The folder with what the task wrote.

    Raises:
        Refused: With the faults the task found; or if it took too much memory or time, or crashed.
    """
    size = sum(path.stat().st_size for path in files.values())
    if size > limits.file_bytes:
        raise _refused("file.size", name, f"{size} 字节", f"不超过 {limits.file_bytes} 字节的文件", SMALLER)
    with tempfile.TemporaryDirectory(prefix="tijian-read-") as scratch:
        folder = Path(scratch)
        for own, path in files.items():
            shutil.copyfile(path, folder / own)  # a copy: whatever the reader does, the file stays as it is
        (folder / REQUEST).write_text(json.dumps({**request, "memory": limits.memory}), "utf-8")
        peak = _run(task, folder, name, skipped, limits)
        if (folder / FAULTS).is_file():
            told = json.loads((folder / FAULTS).read_text("utf-8"))
            raise Refused([Fault(**{**fault, "file": name}) for fault in told])
        yield Ended(folder, peak)


def _run(task: str, folder: Path, name: str, skipped: tuple[str, ...], limits: Limits) -> int:
    environment = {
        **GDAL,
        "PYTHONPATH": str(SOURCE),
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        # Both lists skip: the second takes names with spaces.
        "OGR_SKIP": ",".join(skipped),
    }
    command = [sys.executable, "-m", "tijian.engine.sources.jail", task, str(folder)]
    with subprocess.Popen(  # noqa: S603 — our own module in our own interpreter
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        code, peak = _waited(child, limits.seconds)
    if (folder / PEAK).is_file():
        peak = max(peak, int((folder / PEAK).read_text("ascii")))
    if code is None:
        expected = f"{limits.seconds:g} 秒内读得完的文件"
        raise _refused("reader.time", name, "", expected, "读取超时，已停止；请裁小范围或拆成几个文件。")
    if code == OUT_OF_MEMORY or (code and peak >= NEARLY * limits.memory):
        expected = f"{limits.memory >> 20} MB 内存读得下的文件"
        raise _refused("reader.memory", name, "", expected, SMALLER)
    if code:
        hint = "文件已损坏或不是所声明的格式，读取进程已停止；请从原系统重新导出。"
        raise _refused("reader.crashed", name, "", "能读的文件", hint)
    return peak


SMALLER = "文件太大或声称太大，已停止读取；请裁小范围或拆成几个文件。"


def _waited(child: subprocess.Popen[bytes], seconds: float) -> tuple[int | None, int]:
    """Wait for a child; give its exit code, None if it had to be killed, and its largest memory seen."""
    end, peak = time.monotonic() + seconds, 0
    while child.poll() is None:
        peak = max(peak, resident_peak(child.pid))
        if time.monotonic() > end:
            child.kill()
            child.wait()
            return None, peak
        time.sleep(POLL)
    return child.returncode, peak


def resident_peak(process: int | str = "self") -> int:
    """Give the largest resident memory of a process so far, bytes; 0 where it has ended.

    ``ru_maxrss`` would not do: what a process starts with counts the memory of the one that started it.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * KILOBYTE if found else 0


def _refused(code: str, name: str, value: str, expected: str, hint: str) -> Refused:
    return Refused([Fault(code, name, "", value, expected, hint)])
