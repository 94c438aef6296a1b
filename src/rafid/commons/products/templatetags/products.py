"""The row of rooms above each page of data and products; each shows to whom it serves."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()


@register.simple_tag(takes_context=True)
def product_tabs(context: dict[str, Any]) -> list[dict[str, Any]]:
    """A room that is not there yet has no tab."""
    from ..release.desk import works_here

    request = context["request"]
    works = request.user.is_authenticated and works_here(request.user)
    offered = [
        ("catalog", _("Catalogue"), True),
        ("gallery", pgettext("of products", "Gallery"), True),
        ("dashboards", _("Dashboards"), True),
        ("desk", _("Release desk"), works),
        ("compose", _("Compose"), works),
        ("reach", _("Reach"), works),
        ("translations", _("Translation desk"), works),
    ]
    tabs = []
    for name, title, open_to in offered:
        try:
            url = reverse(name) if open_to else ""
        except NoReverseMatch:
            url = ""
        if url:
            tabs.append({"name": title, "url": url, "on": request.path.startswith(url)})
    return tabs


@register.simple_tag(takes_context=True)
def may_set_webhooks(context: dict[str, Any]) -> bool:
    """The page of webhooks is not there for others."""
    from ..gallery.webhooks import may_set

    return may_set(context["request"].user)


@register.simple_tag(takes_context=True)
def block_frame(context: dict[str, Any], one: Any) -> str:
    """The code that shows this block of a public dashboard in a frame of another site."""
    from ..gallery.product import frame

    address = f"{context['frame']}?lang={context['language']}&block={one.index + 1}"
    return frame(address, one.title, 640, 480)
