"""Make the picture of the READMEs: four pages of the general report of the demo city, side by side.

Run in a built checkout: ``.venv/bin/python tools/pictures.py``. The report is made anew; its figures are
synthetic.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import typst

from tijian.engine.exam.folder import examine
from tijian.engine.kernel.shipped import fonts
from tijian.engine.report import pdf
from tijian.engine.report.books import general
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.figures import Figures

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures" / "report.png"
PAGES = (1, 4, 11, 36)
PPI = 150


def main() -> None:
    """Examine the demo city, set its general report and lay four of its pages side by side."""
    dossier = Dossier(examine(ROOT / "cities" / "shenyang", 2019))
    book = pdf.render(general(dossier, Figures(dossier)), fonts=fonts())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "book.pdf").write_bytes(book)
        cells = ", ".join(
            f'box(stroke: .5pt + gray, image("book.pdf", page: {n}, width: 100%))' for n in PAGES
        )
        sheet = f"#set page(width: 860pt, height: auto, margin: 6pt)\n#grid(columns: {len(PAGES)}, gutter: 6pt, {cells})"
        (folder / "sheet.typ").write_text(sheet, encoding="utf-8")
        picture = typst.compile(folder / "sheet.typ", format="png", ppi=PPI, font_paths=[fonts()])
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(picture)
    print(f"{TARGET.relative_to(ROOT)}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
