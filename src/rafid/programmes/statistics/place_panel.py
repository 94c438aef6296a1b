"""On a place's page: the way to its Population page."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from rafid.commons.indicators.figures import Reader
from rafid.commons.places.models import Level, Place

POPULATION = "population"


def panel(request: Any, place: Place) -> str:
    if place.level > Level.DISTRICT or POPULATION not in Reader(request.user).indicators:
        return ""
    return render_to_string("statistics/place_panel.html", {"place": place}, request=request)
