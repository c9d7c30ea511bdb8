"""The report fonts, and the sample report set once as PDF and DOCX."""

import pytest
from report_samples import blocks, document, front

from tijian.engine.kernel import shipped
from tijian.engine.report import pdf, word


@pytest.fixture(scope="session")
def fonts():
    """The folder of report fonts; without it nothing about reports is proven, so this fails."""
    try:
        return shipped.fonts()
    except FileNotFoundError:
        pytest.fail("没有报告字体。请先运行 .venv/bin/python tools/build_assets.py（或 make demo）。")


@pytest.fixture(scope="session")
def report():
    return document(*blocks(), cover=front())


@pytest.fixture(scope="session")
def report_pdf(report, fonts):
    return pdf.render(report, fonts=fonts)


@pytest.fixture(scope="session")
def report_docx(report, fonts):
    return word.render(report, pictures=word.pictures(report, fonts=fonts))
