"""The one-time token of a form: sent twice, it is done once."""

from __future__ import annotations

import re
import secrets

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
FIELD = "once"
TOKEN = re.compile(r"[0-9a-f]{32}")


@register.simple_tag
def once() -> SafeString:
    """Write the hidden field; every rendering of a form has a token of its own."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_hex(16))


def token(request: HttpRequest) -> str:
    """Give the token of a posted form; empty where it has none."""
    found = request.POST.get(FIELD, "")
    return found if TOKEN.fullmatch(found) else ""
