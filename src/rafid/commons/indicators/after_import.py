"""On the page on which an import of figures ended: the pages of the indicators that it filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.records.next_steps import Step

from . import disaggregation
from .models import Indicator, IndicatorValue
from .periods import in_order

MOST = 6
"""Indicators that are led to one by one; a file of more has its list."""


@dataclass(frozen=True)
class Filled:
    """What one import recorded: of which indicators, broken down by what, for which levels of places and periods."""

    indicators: list[Indicator]
    by: list[str]
    levels: list[int]
    periods: list[str]


def filled(run: Any) -> Filled | None:
    """None where it recorded no figures."""
    if IndicatorValue._meta.label_lower not in {label.lower() for label in run.written or {}}:
        return None
    rows = IndicatorValue.objects.filter(import_run=run).order_by()
    bys = rows.values_list("by", flat=True).distinct()
    return Filled(
        list(Indicator.objects.filter(pk__in=rows.values("indicator")).order_by("programme", "order")),
        sorted({name for by in bys for name in disaggregation.split(by)}),
        sorted(rows.values_list("place__level", flat=True).distinct()),
        sorted(rows.values_list("period", flat=True).distinct(), key=in_order),
    )


def figures_step(user: Any, run: Any) -> Iterator[Step]:
    found = filled(run)
    if found is None:
        return
    seen = {one.pk for one in Indicator.objects.visible_to(user).filter(pk__in=[one.pk for one in found.indicators])}
    for one in found.indicators[:MOST]:
        if one.pk in seen:
            query = urlencode({"period": found.periods[-1]}) if found.periods else ""
            yield Step(_("See the figures: %s") % one.name, f"{reverse('indicator', args=[one.code])}?{query}")
