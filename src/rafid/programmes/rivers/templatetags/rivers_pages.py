"""What pages of rivers have in common."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Station
from ..units import measured, unit_said

register = template.Library()


@register.simple_tag
def made_up() -> SafeString:
    """The banner of the demonstration, on a node where its stations are."""
    if not Station.objects.filter(source="demonstration").exists():
        return mark_safe("")
    return format_html('<p class="note bad demonstration">{}</p>', _("DEMONSTRATION: invented records"))


@register.filter
def unit(code: str) -> str:
    """A unit as the reader writes it: ``m³/s`` is ``م³/ثا``."""
    return unit_said(code)


@register.simple_tag
def figure(value: float | None, unit: str, places: int | None = None, *, signed: bool = False) -> str:
    """A figure with its unit, in the reader's language."""
    return measured(value, unit, places, signed=signed)


@register.filter
def scenario(code: str) -> str:
    """The name of a scenario of demand; whoever enters another writes its code as it is read."""
    return pgettext("scenario of demand", "usual") if code == "usual" else code
