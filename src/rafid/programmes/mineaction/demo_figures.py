"""What the demonstration's ground amounts to, as figures: dashboards have something to show from the first day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rafid.commons.indicators.figures import DEMONSTRATION
from rafid.commons.indicators.write import record_values
from rafid.commons.places.models import Level, Place

from .picture.measured import INDICATORS


def load(owner: Any, today: date, months: int) -> str:
    """The last whole months before ``today``."""
    places = list(Place.objects.filter(level__lte=Level.SUBDISTRICT).order_by("level", "ref"))
    day, written = today, 0
    for _month in range(months):
        day = day.replace(day=1) - timedelta(days=1)
        rows = [
            {"period": f"{day:%Y%m}", "indicator": one.code, **row}
            for one in INDICATORS
            if one.compute is not None
            for row in one.compute(places, f"{day:%Y%m}")
        ]
        record_values(
            None, rows, owner=owner.pk, source=f"{DEMONSTRATION}: ground that nobody surveyed", as_of=f"{today}"
        )
        written += len(rows)
    return f"figures of ground by district: {written}"
