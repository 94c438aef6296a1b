"""Records the indicators of the last months, as figures of the organisation whose series are most of the public ones."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from rafid.commons.indicators.compute import compute_indicators

from ..models import Series
from .figures import last_months
from .indicators import INDICATORS


def record_months(count: int, owner: Any = None, today: Any = None) -> int:
    """How many figures are new or changed; 0 where no series is public."""
    if owner is None:
        row = (
            Series.objects.filter(sensitivity=0).values("owner").annotate(n=Count("pk")).order_by("-n", "owner").first()
        )
        if row is None:
            return 0
        owner = row["owner"]
    codes = [one.code for one in INDICATORS]
    total = 0
    for period in last_months(count, today):
        for written in compute_indicators(period, owner, codes).values():
            total += written.inserted + written.updated
    return total
