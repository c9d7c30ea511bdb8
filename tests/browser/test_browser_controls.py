"""The checks themselves: a sound page passes, a page with one fault is caught for that fault."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from looking import ROOT, look

POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
STATIC = (ROOT / "src/tijian/shells/web/static", ROOT / "src/tijian/assets")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
STYLES = "".join(
    f'<link rel="stylesheet" href="/static/web/{name}.css">' for name in ("fonts", "tokens", "components")
)
FRAME = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>样</title><link rel="icon" href="/static/web/icon.svg">{head}</head><body><main><h1>城市体检 2019</h1>{body}</main></body></html>'
SOUND = '<p>大东区 4.87 km/km²，差。</p><span class="g g-d syn">差</span>'
SCRIPTS = {
    "writes.js": "document.addEventListener('DOMContentLoaded', () => document.querySelector('main').append('只有脚本才写得出的话'))",
    "fails.js": "nowhere.call()",
    "complains.js": "console.error('不对')",
}
FAULTS = {
    "sideways": ('<p class="nw">' + "很长的一行" * 90 + "</p>", "scrolls sideways"),
    "spills": ('<h2 class="box">不能断开的一行字</h2>', "spills out"),
    "cut below": ('<p class="low">下半截看不见的字</p>', "cut below"),
    "cut": ('<p class="slim">看不全的字看不全的字看不全的字</p>', "cut at the side"),
    "out of its picture": ('<svg width="100" height="20" role="img" aria-label="图"><text x="60" y="14">画到外面去的字</text></svg>', "out of its picture"),
    "inline style": ('<p style="width:50%">半宽</p>', "console error"),
    "console": ('<script src="/complains.js"></script>', "console error: 不对"),
    "script": ('<script src="/fails.js"></script>', "script failed"),
    "needs scripts": ('<script src="/writes.js"></script>', "another one without scripts"),
    "missing file": ('<img src="/none.png" alt="图">', "404 for"),
    "another host": ('<img src="http://127.0.0.2:9/x.png" alt="图">', "asks another host|console error"),
    "no words for a picture": ('<img src="/static/web/icon.svg">', "axe image-alt"),
    "pale words": ('<p class="pale">浅得看不清</p>', "axe color-contrast"),
    "field without label": ('<input class="fi" name="x">', "axe label"),
    "small target": ('<p><button class="dot" type="button">甲</button><button class="dot" type="button">乙</button></p>', "axe target-size"),
    "heavy": ('<script src="/heavy.js"></script>', "bytes besides fonts"),
}  # fmt: skip
EXTRA = (
    ".slim { width: 80px; overflow: hidden; white-space: nowrap } .box { width: 60px; white-space: nowrap }"
    " .low { height: 10px; overflow: hidden } .pale { color: #aab }"
    " .dot { width: 12px; height: 12px; padding: 0; border: 0; font-size: 8px; line-height: 8px; color: #000; background: #fff }"
)


class Handler(BaseHTTPRequestHandler):
    """Serves the pages of this module with the policy of the program."""

    def do_GET(self):
        name = self.path.lstrip("/")
        if name.startswith("static/"):
            self._file(name.removeprefix("static/"))
        elif name == "extra.css":
            self._send(EXTRA, "text/css")
        elif name.endswith(".js"):
            self._send(SCRIPTS.get(name, "//" + "x" * 300_000), "text/javascript")
        elif name in self.server.pages:
            self._send(self.server.pages[name], "text/html")
        else:
            self.send_error(404)

    def _file(self, name):
        found = next((folder / name for folder in STATIC if (folder / name).is_file()), None)
        if found is None:
            self.send_error(404)
        else:
            self._send(found.read_bytes(), TYPES[found.suffix])

    def _send(self, content, kind):
        data = content.encode() if isinstance(content, str) else content
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    head = STYLES + '<link rel="stylesheet" href="/extra.css">'
    server.pages = {"sound": FRAME.format(head=head, body=SOUND), "bare": FRAME.format(head="", body=SOUND)}
    for n, (body, _) in enumerate(FAULTS.values()):
        server.pages[f"fault{n}"] = FRAME.format(head=head, body=SOUND + body)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("width", [1366, 375])
def test_a_sound_page_passes(browser, address, width):
    seen = look(browser, address + "sound", width)
    assert seen.status == 200
    assert seen.faults == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_caught(browser, address, name):
    expected = FAULTS[name][1].split("|")
    seen = look(browser, f"{address}fault{list(FAULTS).index(name)}", 375)
    assert any(fault.startswith(words) or words in fault for fault in seen.faults for words in expected), (
        seen.faults
    )


def test_a_page_without_the_web_font_is_caught(browser, address):
    seen = look(browser, address + "bare", 1366)
    assert any(fault.startswith("the web font is not there") for fault in seen.faults)
