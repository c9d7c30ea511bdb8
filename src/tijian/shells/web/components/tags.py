"""The one template tag of components; it is a builtin, so no template loads it."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from tijian.shells.web.components.component import Component

register = template.Library()
SHARED = ("csrf_token", "request", "site")


@register.simple_tag(takes_context=True)
def component(context: Context, shown: object) -> SafeString:
    """Render a component, or several in a row; nothing for None.

    Raises:
        TypeError: If it is something else, such as a misspelt name of the context.
    """
    if shown is None:
        return SafeString()
    if isinstance(shown, Component):
        return _render(context, shown)
    if not isinstance(shown, list | tuple):
        raise TypeError(f"{{% component %}} wants a component, not {shown!r}")
    return format_html_join("", "{}", ((_render(context, one),) for one in shown))


def _render(context: Context, shown: object) -> SafeString:
    if not isinstance(shown, Component):
        raise TypeError(f"{{% component %}} wants a component, not {shown!r}")
    found = context.template
    if found is None:
        raise TypeError("{% component %} outside a template")
    inner = context.new({"c": shown, **{key: context[key] for key in SHARED if key in context}})
    rendered = found.engine.get_template(shown.template).render(inner)
    return mark_safe(rendered)  # noqa: S308 - a template escaped it
