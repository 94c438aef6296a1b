"""What is run by the clock."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Forecast, RiverModel
from ..refusals import told
from .computing import IMPORTED
from .importing import newest_known
from .rounds import start_ready
from .running import RUNS_HERE, begin, queue_forecast
from .scoring import score_archive

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
    queued += _brought(moment)
    start_ready(moment)
    return queued


def _brought(moment: datetime) -> list[Forecast]:
    """Forecasts of other centres whose series hold something new. A draft issues them, too: only so can it have a record."""
    queued = []
    models = RiverModel.objects.filter(kind="external", state__in=("draft", "active")).select_related(
        "node", "observed"
    )
    for model in models:
        kind = model.forcing.get("ensemble")
        known = newest_known(model, kind) if kind else None
        last = Forecast.objects.filter(model=model).exclude(state="failed").order_by("-data_known_at").first()
        if known is None or (last is not None and last.data_known_at >= known):
            continue
        try:
            queued.append(queue_forecast(model, known_at=moment)[0])
        except Refused:
            continue
    return queued


def score_all() -> int:
    """The records of models whose forecasts come from elsewhere, anew; answers how many."""
    count = 0
    for model in RiverModel.objects.filter(kind="external", observed__isnull=False).exclude(state="retired"):
        count += bool(score_archive(model))
    return count
