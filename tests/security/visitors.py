"""Who comes to the pages: a visitor, an account of every role, an account without any."""

import re

from tijian.shells.settings.staff import DEMO_PASSWORD

ROLELESS = "keren"
VISITOR = ""
ACCOUNTS = (
    VISITOR, ROLELESS, "lingdao", "bangongshi", "tixi", "huanbao", "huanbao-shenhe", "chengjian", "donganqu",
    "xianqu", "disanfang", "zhuanjia", "shenji", "guanli",
)  # fmt: skip
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Visitors:
    """Clients of Django, each with cookies of its own."""

    def client(self, account=VISITOR, *, csrf=False, address="192.0.2.1"):
        """Give a client, signed in without a password where an account is named."""
        from django.test import Client

        from tijian.office.people.models import Login

        client = Client(enforce_csrf_checks=csrf, SERVER_NAME="localhost", REMOTE_ADDR=address)
        if account:
            client.force_login(Login.objects.get(name=account), backend=BACKEND)
        return client

    def sign_in(self, account, password=DEMO_PASSWORD, client=None, **more):
        """Post the form; give client and answer."""
        client = client or self.client(**more)
        return client, client.post("/signin", {"username": account, "password": password})


def once(page):
    """Read the one-time token of a page."""
    return re.search(r'name="once" value="([0-9a-f]{32})"', page.content.decode())[1]
