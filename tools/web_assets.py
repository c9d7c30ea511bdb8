"""What pages need from packages: web fonts and htmx; what their tests need: a browser and axe."""

from __future__ import annotations

import gzip
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from steps import ASSETS, BUILD, ROOT, Failed, described, locked, node, package_folder, run, say

WEB = ASSETS / "web"
FONT_PACKAGE = "@fontsource-variable/noto-sans-sc"
BROWSER_PACKAGE = "@sparticuz/chromium"
AXE_PACKAGE = "axe-core"
BROWSER = BUILD / "browser"
AXE = BUILD / "axe.min.js"
FACE = re.compile(r"url\(\./files/([\w-]+\.woff2)\) format\('woff2-variations'\)")
UNPACK = 'import c from "@sparticuz/chromium"; await c.executablePath()'
RECORD = WEB / "SOURCE.txt"


def build_web() -> None:
    """Put the slices of the web font, their style sheet and htmx into the package.

    Raises:
        Failed: If a package does not hold what it should.
    """
    from tijian.engine.kernel.canonical import sha256_file

    head = f"{described(FONT_PACKAGE)}\n{_htmx_version()}\n"
    name = f"noto-sans-sc-{locked(FONT_PACKAGE)['version']}"

    def record() -> str:
        parts = [WEB / "fonts.css", WEB / "htmx.min.js", *sorted((WEB / "fonts" / name).glob("*.woff2"))]
        return head + "".join(f"{sha256_file(part)}  {part.relative_to(WEB)}\n" for part in parts)

    if RECORD.is_file() and RECORD.read_text(encoding="utf-8") == record():
        say(f"web: {FONT_PACKAGE} and htmx are there")
        return
    shutil.rmtree(WEB, ignore_errors=True)
    WEB.mkdir(parents=True)
    count = _fonts(package_folder(FONT_PACKAGE), name)
    shutil.copyfile(_htmx(), WEB / "htmx.min.js")
    shutil.copyfile(ROOT / "licences" / "0BSD.txt", WEB / "htmx-0BSD.txt")
    for file in ("fonts.css", "htmx.min.js"):
        packed = gzip.compress((WEB / file).read_bytes(), mtime=0)
        (WEB / f"{file}.gz").write_bytes(packed)  # whitenoise sends it to who takes it
    RECORD.write_text(record(), encoding="utf-8")  # last: it says that all of them are whole
    say(f"web: wrote {count} slices of the font, and htmx, to {WEB.relative_to(ROOT)}")


def _fonts(package: Path, name: str) -> int:
    """Copy the slices and rewrite the addresses of their style sheet; count them."""
    folder = WEB / "fonts" / name
    folder.mkdir(parents=True)
    text = (package / "index.css").read_text(encoding="utf-8")
    files = FACE.findall(text)
    if not files or len(files) != text.count("@font-face"):
        raise Failed(f"{FONT_PACKAGE}: index.css is not as expected; set the version of package.json back.")
    for file in files:
        shutil.copyfile(package / "files" / file, folder / file)
    shutil.copyfile(ROOT / "licences" / "OFL-1.1.txt", folder / "OFL-1.1.txt")
    text = FACE.sub(rf'url("fonts/{name}/\1") format("woff2")', text)
    text = re.sub(r"/\*.*?\*/|\n\s*", "", text, flags=re.DOTALL).replace("}", "}\n")
    (WEB / "fonts.css").write_text(text, encoding="utf-8", newline="\n")
    return len(files)


def _htmx() -> Path:
    spec = find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise Failed("django-htmx is missing: pip install -r requirements.lock.")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def _htmx_version() -> str:
    from importlib.metadata import version

    return f"htmx 2 out of django-htmx {version('django-htmx')} (PyPI)"


def build_browser() -> None:
    """Unpack the browser of the tests below ``build/``, and axe beside it."""
    package, axe = package_folder(BROWSER_PACKAGE), package_folder(AXE_PACKAGE)
    version = locked(BROWSER_PACKAGE)["version"]
    record = BROWSER / "VERSION"
    shutil.copyfile(axe / "axe.min.js", AXE)
    if record.is_file() and record.read_text(encoding="utf-8") == version:
        say(f"browser: {BROWSER_PACKAGE} {version} is there")
        return
    shutil.rmtree(BROWSER, ignore_errors=True)
    remedy = f"Check that there is room for 210 MB in {BUILD.relative_to(ROOT)}; run again."
    # it unpacks into the temporary folder, and would take what another user left in a shared one
    run([node(), "--input-type=module", "-e", UNPACK], package.parents[2], remedy, temporary=BROWSER)
    record.write_text(version, encoding="utf-8")
    say(f"browser: unpacked {BROWSER_PACKAGE} {version}")
