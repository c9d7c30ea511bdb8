"""An edition: the nine reports of an examination as PDF and DOCX bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from tijian.engine.exam.results import Results
from tijian.engine.kernel.shipped import fonts
from tijian.engine.report import pdf, word
from tijian.engine.report.blocks import Document
from tijian.engine.report.books import general, special
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.figures import Figures
from tijian.engine.report.pagination import heading_pages
from tijian.engine.report.references import figures_of, lint

Progress = Callable[[str, int, int], None]


class UnsoundReport(RuntimeError):
    """A report would print a number without reference; a fault of ours, never of the data."""


def books(results: Results) -> Iterator[tuple[str, Document]]:
    """Write the reports of an examination, one after the other: the general one, then a special each.

    Yields:
        File stem and document.
    """
    whole = Dossier(results)
    figures = Figures(whole)
    yield f"00-总报告-{results.year}", general(whole, figures)
    for i, dimension in enumerate(whole.dimensions, 1):
        yield f"{i:02d}-{dimension.short}-{results.year}", special(whole, figures, dimension)


def editions(results: Results, progress: Progress | None = None, jobs: int = 1) -> dict[str, bytes]:
    """Set all reports; each is set and its pictures are drawn while the next is written.

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
    folder = fonts()
    begun: list[tuple[str, Document, Future[bytes], Future[dict[str, bytes]]]] = []
    drawn: set[str] = set()
    files: dict[str, bytes] = {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            for stem, document in books(results):
                _check(stem, document)
                book = pool.submit(pdf.render, document, fonts=folder)
                pictures = pool.submit(word.pictures, document, fonts=folder, drawn=frozenset(drawn))
                drawn |= {figure.svg for figure in figures_of(document)}
                begun.append((stem, document, book, pictures))
            known: dict[str, bytes] = {}
            for k, (stem, document, book, pictures) in enumerate(begun, 1):
                known |= pictures.result()
                files[f"reports/{stem}.pdf"] = book.result()
                # The contents of the DOCX take their pages from the PDF.
                pages = heading_pages(book.result())
                files[f"reports/{stem}.docx"] = word.render(document, pictures=known, pages=pages)
                say("排版", k, len(begun))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return files


def _check(stem: str, document: Document) -> None:
    faults = lint(document)
    if faults:
        raise UnsoundReport(f"{stem}: " + "；".join(faults[:5]))
