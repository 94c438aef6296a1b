"""Where a record of mine action is shown: on a page of its own, else on that of its register."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.simple_tag
def page_of(code: str, ref: str, part: str = "") -> str:
    """The address of the record ``ref`` of the register ``code``; of a ``part`` of its page (a scan, a document)."""
    try:
        return reverse(f"mineaction-{code}{'-' if part else ''}{part}", args=[ref])
    except NoReverseMatch:
        return reverse("record", args=["mineaction", code, ref])
