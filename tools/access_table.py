"""Write the table of duties and roles into ``docs/explanation/access.md``; with ``--check`` only compare."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "access.md"
BEGIN, END = "<!-- table: tools/access_table.py -->\n", "<!-- end of table -->\n"


def table() -> str:
    """Render duties as rows and roles as columns; a cell says how far, an empty one that it may not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tijian.shells.settings.tools")
    import django

    django.setup()
    from tijian.office.people.models import Role
    from tijian.office.people.permissions import TABLE

    lines = [["", *(r.value for r in Role)], ["---", *("---" for _ in Role)]]
    lines += [[duty, *(str(row.get(role, "")) for role in Role)] for duty, row in TABLE.items()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> int:
    """Compare or write.

    Returns:
        1 where the page says something else.
    """
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    wanted = f"{before}{BEGIN}{table()}{END}{rest.split(END)[1]}"
    if "--check" in sys.argv:
        if text != wanted:
            sys.stderr.write(f"{PAGE}: run tools/access_table.py\n")
        return int(text != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
