"""What is run by the clock."""

from __future__ import annotations

from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Forecast, RiverModel
from ..refusals import told
from .computing import IMPORTED
from .rounds import start_ready
from .running import RUNS_HERE, begin, queue_forecast

KINDS = ("bootstrap", "analogue", *IMPORTED)


def queue_all() -> list[Forecast]:
    """One forecast for each active model from one moment, with the kind of weather that its last one had; people ask for
    replays. Routed nodes are begun at once and computed when those upstream of them are done."""
    moment, queued = timezone.now(), []
    models = RiverModel.objects.filter(state="active", kind__in=RUNS_HERE).select_related("node", "observed")
    last = {
        one.model_id: one.forcing
        for one in Forecast.objects.filter(model__in=models, state="issued").order_by("model", "issued_at")
    }
    for model in models:
        kind = last.get(model.pk, "bootstrap")
        kind = kind if kind in KINDS else "bootstrap"
        try:
            if model.kind == "routing":
                with told(Forecast), because("forecast asked for"):
                    queued.append(begin(model, forcing=kind, known_at=moment))
            else:
                queued.append(queue_forecast(model, forcing=kind, known_at=moment)[0])
        except Refused:
            continue
    start_ready(moment)
    return queued
