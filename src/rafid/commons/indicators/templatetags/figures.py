"""``{% load figures %}``: a figure as a table shows it, with the mark that says where it is not plainly counted."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.indicators.figures import BARRED, LINKS, Figure
from rafid.commons.writing import number

register = template.Library()


@register.simple_tag
def figure(given: Figure | str | None, kind: str = "count") -> SafeString:
    """``1,234``; ``–`` without a figure, ``*`` where it must not be computed. Counts are whole, rates have one decimal.

    ``indicators/marks.html`` explains the marks.
    """
    if not given:  # a template gives an empty text for what is not there
        return format_html('<span class="muted" title="{}">–</span>', _("No figure"))
    if given.basis == BARRED or given.value is None:
        return format_html('<span class="muted" title="{}">*</span>', _("Must not be computed for this place"))
    text = number(given.value, 0 if kind == "count" else 1)
    sign, why = mark_of(given)
    if not sign:
        return mark_safe(text)  # noqa: S308 - digits and separators
    return format_html('{}<sup class="mark" title="{}">{}</sup>', text, why, sign)


def mark_of(given: Figure) -> tuple[str, str]:
    """The sign behind a figure and what it means; empty where there is nothing to say."""
    if given.basis == LINKS:
        return "+", _("Sum of linked census districts")
    if given.share_present is not None and given.share_present < 1:
        return "†", _("Not all parts have a figure")
    if given.provisional:
        return "p", _("Provisional")
    return "", ""
