"""Server and worker of one installation, started and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from tijian.engine.kernel.faults import Fault, Refused
from tijian.shells import lifeline, running

log = logging.getLogger(__name__)

THREADS = 8  # for pages; SQLite has one writer, PostgreSQL a pool that holds more than these
STOP_SECONDS = 10
RESTART_SECONDS = 5.0
READY_SECONDS = 60


def serve(folder: Path, listen: str, port: int, hosts: Sequence[str], ready: Callable[[], None]) -> None:
    """Serve until told to stop by Ctrl-C or SIGTERM; nothing of it runs when this returns.

    Args:
        folder: The installation.
        listen: Address to listen at.
        port: Port to listen at.
        hosts: Names by which browsers may call it, beside those of this machine.
        ready: Called once pages answer.

    Raises:
        Refused: If the port is taken, or the installation is served already.
        RuntimeError: If the pages cannot be served.
    """
    folder = folder.resolve()
    address = f"http://{listen}:{port}/"
    with running.alone(folder, address):
        _check_port(listen, port)
        os.environ |= {
            running.DATA: str(folder),
            running.HOSTS: " ".join([listen, *hosts]),
            lifeline.PARENT: str(os.getpid()),
        }
        signal.signal(
            signal.SIGTERM, _leave
        )  # until the server has its own: so that the worker is stopped, too
        jobs = Jobs(folder)
        try:
            jobs.start()
            threading.Thread(target=_when_ready, args=(listen, port, ready), daemon=True).start()
            _pages(listen, port)
        finally:
            jobs.stop()
            running.clear(folder)
            (folder / running.FOLDER / f"{running.SERVER}-{os.getpid()}").unlink(missing_ok=True)


def _pages(listen: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # a fresh process: nothing of this one, such as open connections, is shared by accident
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "tijian.shells.web.wsgi:application",
        address=listen,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.error,
    )
    try:
        server.serve()
    except SystemExit as error:
        if error.code:
            raise RuntimeError("the pages could not be served; see the log") from error


class Jobs:
    """The worker as a child: started again if it falls, stopped at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="jobs", daemon=True)

    def start(self) -> None:
        """Start it, and watch over it."""
        self._begin()
        self._thread.start()

    def stop(self) -> None:
        """Let it finish what it is doing, for a while; then it is ended."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _begin(self) -> None:
        # a session of its own: Ctrl-C at the terminal reaches the server alone, which then stops it
        command = [sys.executable, "-m", "tijian.shells.worker", str(self._folder)]
        self._process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 — our own module

    def _keep(self) -> None:
        while not self._stopping.is_set():
            if self._process is not None and self._process.poll() is not None:
                log.error("the worker ended and is started again", extra={"code": self._process.returncode})
                if not self._stopping.wait(RESTART_SECONDS):
                    self._begin()
            self._stopping.wait(0.5)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _check_port(listen: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in listen else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen, port))
        except OSError as error:
            hint = f"{listen}:{port} 不能用：{error.strerror}。请用 --port 换一个端口。"
            raise Refused(
                [Fault("serve.port", "tijian serve", "--port", str(port), "空闲的端口", hint)]
            ) from error


def _when_ready(listen: str, port: int, ready: Callable[[], None]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(listen, listen)  # noqa: S104 — compared, not bound
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            with opener.open(f"http://{host}:{port}/healthz", timeout=5):
                ready()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
