"""Check what no linter checks: links, lock files, file sizes, words and paths that must not be here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BIG = 1_000_000
HOSTS = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|npmmirror|deb\.debian", re.IGNORECASE)
MACHINE = re.compile(r"/work/|/home/[a-z]+/|/root/")
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".lock", ".txt", ".cfg", ".typ", ""}


def tracked() -> list[Path]:
    """List the files that are or will be in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def dead_links(path: Path, text: str) -> list[str]:
    """Find links of a Markdown file that lead to nothing in the repository."""
    found = []
    for target in LINK.findall(text):
        file = target.split("#")[0]
        if (
            file
            and "://" not in target
            and not target.startswith("mailto:")
            and not (path.parent / file).exists()
        ):
            found.append(f"dead link {target}")
    return found


def faults_of(path: Path) -> list[str]:
    """Find everything wrong with one file."""
    found = [f"{path.stat().st_size} bytes: too big"] if path.stat().st_size > BIG else []
    if path.suffix not in TEXT:
        return found
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        found += dead_links(path, text)
    if path.suffix == ".lock" and "://" in text:
        found.append("a lock file names an address")
    if path.name == "package-lock.json" and '"resolved"' in text:
        found.append("package-lock.json names where packages came from")
    if path != Path(__file__).resolve():
        found += [f"names a registry host: {m.group()}" for m in HOSTS.finditer(text)]
        found += [f"names a path of a machine: {m.group()}" for m in MACHINE.finditer(text)]
    return found


def main() -> int:
    """Print every fault; 1 if there is any."""
    faults = [f"{path.relative_to(ROOT)}: {fault}" for path in tracked() for fault in faults_of(path)]
    print("\n".join(faults) or "repository: links, locks, sizes, hosts and paths are in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
