"""What pages say of floods and their thresholds."""

from __future__ import annotations

from django import template

from ..floods.saying import basis_said
from ..models import Threshold
from ..status.words import river_name

register = template.Library()
register.filter("river_name", river_name)


@register.filter
def rests_on(threshold: Threshold) -> str:
    """What a threshold rests on: the fit and its years, or its source."""
    return basis_said(threshold)
