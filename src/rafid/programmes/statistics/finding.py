"""Which place has the figures of a place: nothing smaller than a district has its own."""

from __future__ import annotations

from rafid.commons.places.models import Level, Place


def with_figures(place: Place) -> Place:
    """The place itself, or the district around it: nothing smaller has figures."""
    while place.level > Level.DISTRICT and place.parent is not None:
        place = place.parent
    return place
