"""The page on access says what the table says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_shows_the_table_as_it_is():
    found = subprocess.run(
        [sys.executable, ROOT / "tools" / "access_table.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
