"""Words of warnings in templates: ``{% load monitoring_warnings %}``."""

from __future__ import annotations

from django import template

from ..warnings.rules import LABELS

register = template.Library()


@register.filter
def threshold_name(code: str) -> str:
    return str(LABELS.get(code, code))
