"""One browser and one server a session: the program as people run it, on an installation with figures."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from looking import ROOT, sign_in
from playwright.sync_api import sync_playwright

from tijian.shells.settings.staff import DEMO_PASSWORD

HERE = Path(__file__).resolve().parent
CHROMIUM = ROOT / "build" / "browser" / "chromium"
PLACE = ROOT / "build" / "tmp"  # a short path, of our own: in a shared folder lies what others left
TIJIAN = Path(sys.executable).with_name("tijian")
STARTS_WITHIN = 60.0


@pytest.fixture(scope="session")
def surroundings():
    """The environment of the browser and the server."""
    runtime = PLACE / "runtime"
    runtime.mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    return os.environ | {"TMPDIR": str(PLACE), "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture(scope="module")
def browser(surroundings):
    """Chromium out of its npm package; its sandbox needs rights that an ordinary container lacks.

    Ended with the module: while it runs, the thread has an event loop, in which Django refuses to work.
    """
    assert CHROMIUM.is_file(), "run tools/build_assets.py --browser"
    with pytest.MonkeyPatch.context() as patch, sync_playwright_in(patch, surroundings) as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], env=surroundings
        )
        yield chromium
        chromium.close()


def sync_playwright_in(patch, surroundings):
    for name in ("TMPDIR", "XDG_RUNTIME_DIR"):
        patch.setenv(name, surroundings[name])
    return sync_playwright()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory, surroundings):
    """Address of the running program."""
    folder = tmp_path_factory.mktemp("site") / "data"
    filled = subprocess.run(
        [sys.executable, HERE / "fill_site.py", folder],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert filled.returncode == 0, filled.stderr[-3000:]
    port = free_port()
    log = folder.parent / "serve.txt"
    with log.open("w", encoding="utf-8") as words:
        server = subprocess.Popen(
            [TIJIAN, "serve", "--data", folder, "--port", str(port)],
            env=surroundings,
            stdout=words,
            stderr=words,
        )
        try:
            _wait(port, server, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(port, server, log):
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
        finally:
            asked.close()
    raise AssertionError(f"the server does not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def signed_in(browser, site):
    """Give the cookies of an account; nobody's for an empty name."""
    states = {}

    def of(account):
        if account and account not in states:
            states[account] = sign_in(browser, site, account, DEMO_PASSWORD)
        return states.get(account)

    return of
