"""Where the story plays: a fresh installation, its server, a browser, and what a person sees."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "story"
SHORT = ROOT / "build" / "tmp"  # a short path of our own: in a shared folder lies what others left
CHROMIUM = ROOT / "build" / "browser" / "chromium"
TIJIAN = Path(sys.executable).with_name("tijian")
PASSWORD = "tijian-2019"  # noqa: S105 — of the demo accounts, printed by `tijian serve`
WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 375, "height": 740}
STARTS_WITHIN = 60.0


class Unlike(Exception):
    """Something else was seen than must be."""

    def __init__(self, expected: str, seen: str) -> None:
        self.expected, self.seen = expected, seen
        super().__init__(f"应为 {expected}，见到 {seen}")


def must(held: object, expected: str, seen: object) -> None:
    """Hold what is seen against what must be."""
    if not held:
        raise Unlike(expected, str(seen)[:300])


def surroundings() -> dict[str, str]:
    """Give the environment of every program of the story."""
    runtime = SHORT / "runtime"
    runtime.mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    return os.environ | {
        "TMPDIR": str(SHORT),
        "XDG_RUNTIME_DIR": str(runtime),
        "TIJIAN_CACHE": str(ROOT / "var" / "cache"),
    }


def run(*command: object, code: int = 0) -> str:
    """Run a program as a person does at a terminal.

    Raises:
        Unlike: If it ends otherwise than with ``code``.
    """
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=surroundings(),
    )
    shown = " ".join(str(part) for part in command[1:4])
    must(done.returncode == code, f"{shown} 以 {code} 结束", f"{done.returncode}：{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def tijian(*arguments: object, code: int = 0) -> str:
    """Run ``tijian``."""
    return run(TIJIAN, *arguments, code=code)


@dataclass
class Server:
    """``tijian serve`` on an installation."""

    data: Path
    port: int = 0
    words: str = ""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, today: str = "") -> None:
        """Start it, or start it again on another day."""
        self.stop()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        log = self.data.parent / "serve.txt"
        command = [TIJIAN, "serve", "--data", self.data, "--port", self.port]
        command += ["--today", today] if today else []
        with log.open("wb") as words:
            self._process = subprocess.Popen(
                [str(c) for c in command], stdout=words, stderr=words, cwd=ROOT, env=surroundings()
            )
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end and self._process.poll() is None:
            self.words = log.read_text(encoding="utf-8")
            if "Ctrl-C" in self.words and self._answers():
                return
            time.sleep(0.2)
        raise Unlike("tijian serve 应答", log.read_text(encoding="utf-8"))

    def _answers(self) -> bool:
        asked = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            asked.close()

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)
        self._process = None


@dataclass
class Stage:
    """Everything the steps share."""

    browser: Browser
    server: Server
    data: Path
    city: Path
    notes: dict[str, str] = field(default_factory=dict)
    _contexts: dict[tuple[str, bool], tuple[str, BrowserContext]] = field(default_factory=dict)
    page: Page | None = None

    def visit(self, account: str, path: str = "/", *, phone: bool = False) -> Page:
        """Open a page as somebody, signing in first where that is not done yet.

        Raises:
            Unlike: If the page does not come.
        """
        context = self._context(account, phone=phone)
        page = context.new_page()
        for old in context.pages[:-1]:
            old.close()
        self.page = page
        answer = page.goto(self.server.url + path)
        must(answer is not None and answer.ok, f"{path} 可以打开", answer.status if answer else "没有应答")
        return page

    def _context(self, account: str, *, phone: bool) -> BrowserContext:
        known = self._contexts.get((account, phone))
        if known is not None and known[0] == self.server.url:
            return known[1]
        context = self.browser.new_context(viewport=PHONE if phone else WIDE, accept_downloads=True)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.server.url}/signin")
        page.fill("[name=username]", account)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        must("signin" not in page.url, f"{account} 登录", page.locator("main").inner_text())
        self._contexts[account, phone] = (self.server.url, context)
        return context

    def keep(self, name: str) -> str:
        """Photograph the page shown last."""
        if self.page is None:
            return ""
        place = PLACE / "screens" / f"{name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(Exception):
            self.page.screenshot(path=place, full_page=True)
        return str(place.relative_to(ROOT))


def words(page: Page) -> str:
    """Give the text of a page's main part, white space as one space."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def fresh() -> None:
    """Clear the place of the story."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    SHORT.mkdir(parents=True, exist_ok=True)


def start_browser(playwright: Playwright) -> Browser:
    """Start Chromium out of its npm package; its sandbox needs rights that an ordinary container lacks."""
    return playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=["--no-sandbox"], env=dict(surroundings())
    )


def playing() -> object:
    """Begin to play: Playwright, with temporary files in a folder of our own."""
    os.environ["TMPDIR"] = str(SHORT)
    return sync_playwright()
