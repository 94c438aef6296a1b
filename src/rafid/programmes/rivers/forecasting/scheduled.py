"""What is run by the clock."""

from __future__ import annotations

from rafid.commons.records.change import Refused

from ..models import Forecast, RiverModel
from .computing import IMPORTED
from .running import RUNS_HERE, queue_forecast


def queue_all() -> list[Forecast]:
    """One forecast for each active model, with the kind of weather that its last one had; people ask for replays."""
    queued = []
    for model in RiverModel.objects.filter(state="active", kind__in=RUNS_HERE).select_related("node"):
        last = Forecast.objects.filter(model=model, state="issued").order_by("-issued_at").first()
        kind = (
            last.forcing if last is not None and last.forcing in ("bootstrap", "analogue", *IMPORTED) else "bootstrap"
        )
        try:
            queued.append(queue_forecast(model, forcing=kind)[0])
        except Refused:
            continue
    return queued
