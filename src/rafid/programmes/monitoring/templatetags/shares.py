"""Filters for templates of monitoring: ``{% load shares %}``."""

from __future__ import annotations

from typing import Any

from django import template

from ..contracts import units
from ..contracts.bands import percent as as_percent

register = template.Library()


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """0.8345 → 83; nothing for None."""
    return as_percent(float(value), places) if value is not None and value != "" else ""


@register.filter
def unit_name(unit: str) -> str:
    """``sessions`` in the reader's language."""
    return units.unit_name(unit)
