"""What every template may use: ``{% load rafid %}``. Icons, what a form keeps of the address, numbers and dates."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons import names, writing
from rafid.commons.filters import echoed

register = template.Library()

register.filter("number", writing.number)
register.filter("day", writing.day)
register.filter("moment", writing.moment)
register.filter("period", writing.period)
register.filter("size", writing.size)
register.filter("pick", names.pick)

# Drawn on a grid of 24, stroked with the text's own colour.
ICONS = {
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "bell": '<path d="M6 10a6 6 0 0 1 12 0c0 6 2 7 2 7H4s2-1 2-7M10 20.5a2.2 2.2 0 0 0 4 0"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 20.5c.8-4 4-6 8-6s7.2 2 8 6"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>',
    "grid": '<path d="M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z"/>',
    "down": '<path d="m7 10 5 5 5-5"/>',
    "forward": '<path d="m10 6 6 6-6 6"/>',
    "back": '<path d="m14 6-6 6 6 6"/>',
    "place": '<path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.3"/>',
    "help": '<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 .9-1 1.700M12 16.800v.1"/>',
    "download": '<path d="M12 4v11m-4.5-4L12 15.5l4.5-4.5M5 20h14"/>',
    "upload": '<path d="M12 16V5m-4.5 4L12 4.5 16.5 9M5 20h14"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6.5H7z"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "warning": '<path d="M12 4 2.5 20h19zM12 10v4.5M12 17.2v.1"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "edit": '<path d="M4 20h4L19 9l-4-4L4 16zM13 7l4 4"/>',
    "history": '<path d="M4 12a8 8 0 1 0 2.5-5.800L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2"/>',
    "table": '<path d="M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
}
TURNED = {"forward", "back"}
"""Icons that point along the line of reading, and so turn with it."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside words that say the same: hidden from screen readers. ``KeyError`` for a name that is not drawn."""
    flip = " flip" if name in TURNED else ""
    # Its size stands in the sign itself, too: on a slow line the stylesheet may come late.
    size = 'width="20" height="20" viewBox="0 0 24 24"'
    return mark_safe(f'<svg class="icon{flip}" {size} aria-hidden="true">{ICONS[name]}</svg>')  # noqa: S308


@register.simple_tag(takes_context=True)
def keep_query(context: dict[str, Any], *without: str) -> SafeString:
    """Hidden fields that carry the address's other parameters through a GET form; ``without`` are the form's own."""
    query: QueryDict = context["request"].GET
    kept = [
        (echoed(name, 100), echoed(value, 500))
        for name, values in query.lists()
        if name not in (*without, "page", "cursor")
        for value in values
    ]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)


@register.simple_tag
def tag(name: str, text: Any, **facts: Any) -> SafeString:
    """A badge: ``{% tag "state" record.get_state_display state=record.state %}``."""
    data = format_html_join("", ' data-{}="{}"', facts.items())
    return format_html('<span class="badge {}"{}>{}</span>', name, data, text)


@register.filter
def message_class(tags: str) -> str:
    """Django's level tags in the words of the stylesheet."""
    words = {"success": "good", "warning": "warn", "error": "bad"}
    return " ".join(words.get(one, one) for one in (tags or "").split())


@register.simple_tag
def map_texts() -> str:
    """What the live map says, as JSON for an attribute; the keys of ``map`` are MapLibre's own."""
    return json.dumps(
        {
            "label": _("Map"),
            "missing": _("No data"),
            "withheld": _("Withheld"),
            "several": _("Here: %(count)s") % {"count": "COUNT"},
            "map": {
                "Map.Title": _("Map"),
                "NavigationControl.ZoomIn": _("Zoom in"),
                "NavigationControl.ZoomOut": _("Zoom out"),
                "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl and scroll to zoom the map"),
                "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ and scroll to zoom the map"),
                "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
            },
        },
        ensure_ascii=False,
    )
