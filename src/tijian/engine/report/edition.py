"""An edition: the nine reports of an examination as PDF and DOCX bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tijian.engine.exam.results import Results
from tijian.engine.kernel.shipped import fonts
from tijian.engine.report import pdf, word
from tijian.engine.report.blocks import Document
from tijian.engine.report.books import general, special
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.figures import Figures
from tijian.engine.report.pagination import heading_pages
from tijian.engine.report.references import lint

Progress = Callable[[str, int, int], None]


class UnsoundReport(RuntimeError):
    """A report would print a number without reference; a fault of ours, never of the data."""


def books(results: Results) -> dict[str, Document]:
    """Write all reports of an examination as documents, by file stem: the general one, then a special each."""
    whole = Dossier(results)
    figures = Figures(whole)
    documents = {f"00-总报告-{results.year}": general(whole, figures)}
    for i, dimension in enumerate(whole.dimensions, 1):
        documents[f"{i:02d}-{dimension.short}-{results.year}"] = special(whole, figures, dimension)
    return documents


def editions(results: Results, progress: Progress | None = None, jobs: int = 1) -> dict[str, bytes]:
    """Set all reports.

    Args:
        results: A whole examination.
        progress: Called with a Chinese step name, k and n.
        jobs: Reports set at the same time; the bytes do not depend on it.

    Returns:
        ``reports/<stem>.pdf`` and ``reports/<stem>.docx`` → bytes.

    Raises:
        UnsoundReport: If a digit stands outside a reference.
        FileNotFoundError: If the fonts were not built.
    """
    say = progress or (lambda _step, _k, _n: None)
    documents = books(results)
    for stem, document in documents.items():
        faults = lint(document)
        if faults:
            raise UnsoundReport(f"{stem}: " + "；".join(faults[:5]))
    folder = fonts()
    say("画图", 0, len(documents) + 1)
    pictures = word.pictures(documents.values(), fonts=folder)
    files: dict[str, bytes] = {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        pairs = pool.map(partial(_set, folder, pictures), documents, documents.values())
        for k, made in enumerate(pairs, 1):
            say("排版", k, len(documents) + 1)
            files |= made
    return files


def _set(folder: Path, pictures: Mapping[str, bytes], stem: str, document: Document) -> dict[str, bytes]:
    """Set one report in both forms; the contents of the DOCX take their pages from the PDF."""
    book = pdf.render(document, fonts=folder)
    return {
        f"reports/{stem}.pdf": book,
        f"reports/{stem}.docx": word.render(document, pictures=pictures, pages=heading_pages(book)),
    }
