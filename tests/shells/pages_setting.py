"""What the tests of pages share: a filled installation, clients of its accounts, forms read and sent."""

import re
import sys
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "office"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "security"))

from harness import _with_slice, copied, filled_template, server, template
from visitors import Visitors, once

__all__ = ["_with_slice", "filled_template", "once", "pages", "server", "template"]

OFFICE, CATALOGUE, LEADERS, AUDITOR = "bangongshi", "tixi", "lingdao", "shenji"
ADMINISTRATOR, CLERK = "guanli", "huanbao"


@dataclass
class Pages:
    """The pages of a filled installation, as accounts see them."""

    folder: Path
    clients: dict = field(default_factory=dict)

    def client(self, account):
        if account not in self.clients:
            self.clients[account] = Visitors().client(account)
        return self.clients[account]

    def get(self, address, account=OFFICE, status=200):
        answer = self.client(account).get(address)
        assert answer.status_code == status, (address, answer.status_code, text(answer)[-600:])
        return answer

    def post(self, address, typed, account=OFFICE, form=None):
        """Send a form: with the token of the page that has it, where one is named."""
        page = self.get(form or address, account)
        return self.client(account).post(address, typed | {"once": once(page)})


@pytest.fixture
def pages(filled_template, tmp_path, request):
    """Give the pages of an installation of its own."""
    from tijian.shells.settings.use import release

    place, _ = copied(filled_template("sqlite"), tmp_path / "data", "sqlite", request)
    yield Pages(place.folder)
    release()


def text(answer):
    """Read a page without its tags."""
    body = re.sub(r"<(script|style|head).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def values(answer, name):
    """Read what stands in the inputs of a name."""
    found = re.findall(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', answer.content.decode())
    return [unescape(v[1]) if (v := re.search(r'value="([^"]*)"', tag)) else "" for tag in found]
