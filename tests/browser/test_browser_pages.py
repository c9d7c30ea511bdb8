"""Every page in a browser, at the width of a desk and of a phone."""

import pytest
from looking import look

from pages import PAGES, WIDTHS


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_in_order(browser, site, signed_in, page, width):
    seen = look(browser, site + page.path, width, signed_in(page.account), page.name, page.budget)
    assert seen.status == page.status
    assert seen.faults == []
