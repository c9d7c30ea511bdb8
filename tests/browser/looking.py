"""What a browser holds against a page: layout, words, colours, fonts, requests, with and without scripts."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error
from playwright.sync_api import Page as Tab

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "var" / "screens"
AXE = ROOT / "build" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FONT = "Noto Sans SC Variable"
HEIGHT = 768

# What axe cannot decide by itself, and why it is in order: rule → places
UNDECIDED = {
    "color-contrast": (
        # letters over a hatch have a white plate behind them; fill and letter of grades are held in
        # tests/shells/test_web_components_tokens.py, and the hatched foot of synthetic grades lies below the letter
        ".g", ".gx", ".tag.syn", ".cov", "table.sheet td", "svg text",
        ".scrollx",  # what is scrolled out of its frame lies behind the edge
        ".ar, .vd i, .far",  # signs, with their words beside them
    ),
    "th-has-data-cells": ("table",),  # the heads of groups stand above rows
}  # fmt: skip

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
CLIPPED = """() => {
  const words = e => (e.textContent || '').trim().slice(0, 30);
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg, .sr, [data-clips]') || getComputedStyle(e).clipPath !== 'none' || !words(e) || !e.getClientRects().length) continue;
    const s = getComputedStyle(e);
    const x = s.overflowX, y = s.overflowY;
    if (['hidden', 'clip'].includes(x) && e.scrollWidth > e.clientWidth + 1) found.push('cut at the side: ' + words(e));
    if (['hidden', 'clip'].includes(y) && e.scrollHeight > e.clientHeight + 1) found.push('cut below: ' + words(e));
    const boxes = e.matches('td, th, .btn, .tag, .tile, .gx, .g, .btn, dd, h1, h2, .note, .panel');
    if (boxes && x === 'visible' && s.display !== 'inline' && e.scrollWidth > e.clientWidth + 1
        && ![...e.children].some(c => c.matches('.scrollx'))) found.push('spills out: ' + words(e));
  }
  for (const t of document.querySelectorAll('svg text')) {
    const r = t.getBoundingClientRect();
    let svg = t.ownerSVGElement;
    while (svg.ownerSVGElement) svg = svg.ownerSVGElement;
    const b = svg.getBoundingClientRect();
    if (!r.width || !b.width) continue;
    if (r.left < b.left - 1 || r.right > b.right + 1 || r.bottom > b.bottom + 2) found.push('out of its picture: ' + words(t));
  }
  return found;
}"""
FONTS = """async family => {
  await document.fonts.ready;
  const loaded = [...document.fonts].filter(f => f.family.includes(family) && f.status === 'loaded').length;
  const pen = document.createElement('canvas').getContext('2d');
  const width = font => { pen.font = '40px ' + font; return pen.measureText('1,234.5 Wig').width; };
  const same = ['serif', 'sans-serif', 'monospace'].filter(f => width(`"${family}", ${f}`) === width(f));
  return {loaded, known: document.fonts.check(`16px "${family}"`, '体检1'), same};
}"""
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(e => !e.name.endsWith('.woff2')).reduce((sum, e) => sum + e.encodedBodySize, 0)"""
AUDIT = """async ([tags, undecided]) => {
  const r = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']});
  const say = (kind, rule, node) => `${kind} ${rule.id}: ${node.target.join(' ')}: ` + (node.any[0] || node.all[0] || node.none[0] || {}).message;
  const found = r.violations.flatMap(rule => rule.nodes.map(n => say('axe', rule, n)));
  for (const rule of r.incomplete) for (const n of rule.nodes) {
    const e = document.querySelector(n.target[n.target.length - 1]);
    if (!(undecided[rule.id] || []).some(place => e && e.closest(place))) found.push(say('axe cannot decide', rule, n));
  }
  return found;
}"""


@dataclass
class Seen:
    """What happened while a page was loaded."""

    tab: Tab
    status: int = 0
    faults: list[str] = field(default_factory=list)


def look(browser: Browser, url: str, width: int, state=None, name: str = "", budget: int = 200_000) -> Seen:
    """Load a page, take its picture, and name everything wrong with it.

    Args:
        browser: The session's.
        url: Any page.
        width: Of the window.
        state: Cookies of whoever is signed in.
        name: Of the screenshot; none is taken without.
        budget: Bytes the page may need besides fonts.
    """
    with _context(browser, width, state) as context:
        tab = context.new_page()
        seen = Seen(tab)
        _listen(seen, url)
        answer = tab.goto(url)
        seen.status = answer.status if answer else 0
        check_page(seen, budget)
        if name:
            SCREENS.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        text = _text(tab)
    with _context(browser, width, state, scripts=False) as context:
        tab = context.new_page()
        tab.goto(url)
        if _text(tab) != text:
            seen.faults.append("the main text is another one without scripts")
    return seen


def check_page(seen: Seen, budget: int = 200_000) -> None:
    """Add to ``seen.faults`` what is wrong with the page now shown, such as after a click."""
    tab, faults = seen.tab, seen.faults
    fonts = tab.evaluate(FONTS, FONT)
    if not fonts["loaded"] or not fonts["known"] or fonts["same"]:
        faults.append(f"the web font is not there: {fonts}")
    sideways = tab.evaluate(SIDEWAYS)
    if sideways > 0:
        faults.append(f"scrolls sideways by {sideways} px")
    faults += sorted(set(tab.evaluate(CLIPPED)))
    weight = tab.evaluate(WEIGHT)
    if weight > budget:
        faults.append(f"needs {weight} bytes besides fonts, {budget} are allowed")
    # as an expression: the policy forbids both a script tag and eval
    tab.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
    faults += tab.evaluate(AUDIT, [TAGS, UNDECIDED])


@contextmanager
def _context(browser: Browser, width: int, state, *, scripts: bool = True):
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        java_script_enabled=scripts,
        storage_state=state,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()


def _listen(seen: Seen, url: str) -> None:
    home = _host(url)

    def message(told) -> None:
        # that the page itself is a 404 is what its status says
        if told.type in {"error", "warning"} and not (
            told.location["url"] == url and "status of" in told.text
        ):
            seen.faults.append(f"console {told.type}: {told.text}")

    def asked(request) -> None:
        if _host(request.url) != home:
            seen.faults.append(f"asks another host: {request.url}")

    def answered(response) -> None:
        if response.status >= 400 and response.url != url:
            seen.faults.append(f"{response.status} for {response.url}")

    seen.tab.on("console", message)
    seen.tab.on("pageerror", lambda error: seen.faults.append(f"script failed: {error}"))
    seen.tab.on("request", asked)
    seen.tab.on("response", answered)


def _host(url: str) -> str:
    return re.sub(r"^(\w+://[^/]*).*", r"\1", url)


def _text(tab: Tab) -> str:
    return " ".join(tab.locator("main").inner_text().split())


def sign_in(browser: Browser, site: str, account: str, password: str):
    """Sign in by the form and give the cookies.

    Raises:
        AssertionError: If it did not succeed.
    """
    with _context(browser, 1366, None) as context:
        tab = context.new_page()
        tab.goto(f"{site}signin")
        tab.fill("[name=username]", account)
        tab.fill("[name=password]", password)
        try:
            tab.click("main button[type=submit]")
        except Error as error:  # pragma: no cover - says what the form said
            raise AssertionError(tab.inner_text("main")) from error
        tab.wait_for_load_state()
        assert "/signin" not in tab.url, tab.inner_text("main")
        return context.storage_state()
