"""Which stage a flood is drawn for: one that was said, that of a threshold, or the crest of a forecast."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused

from ..forecasting.queries import curves_of, show_all, stage_of
from ..models import Forecast, Station, Threshold

QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Asked:
    """A stage in m as the station reads it; ``said`` how it came about, ``at`` for which moment, ``known_at`` from what was
    known then. ``sensitivity`` of what it rests on."""

    stage_m: float
    said: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    known_at: datetime | None = None
    sensitivity: int = 0


def of_stage(stage_m: float) -> Asked:
    if not math.isfinite(stage_m):
        raise Refused(_("The stage is a number of metres."))
    return Asked(stage_m, {"by": "stage"}, known_at=timezone.now())


def of_threshold(station: Station, code: str, user: Any) -> Asked:
    """The stage of a threshold in force; one of flow by the published curve. Raises ``Refused``."""
    rows = Threshold.objects.visible_to(user).filter(station=station, class_code=code, valid_to=None)
    found = {one.variable: one for one in rows}
    row = found.get("stage") or found.get("discharge")
    if row is None:
        raise Refused(_("The station has no such threshold of stage or flow. Say the stage."))
    stage: float | None = row.value
    if row.variable == "discharge":
        stage = _stage_at(station, row.value, user)
    assert stage is not None
    said = {"by": "threshold", "threshold": code, "variable": row.variable, "value": row.value}
    return Asked(stage, said, known_at=timezone.now())


def of_forecast(station: Station, forecast: Forecast, quantile: int, user: Any) -> Asked:
    """The stage of a forecast's crest: so many percent of the members crest lower. Raises ``Refused``."""
    if forecast.node_id != station.node_id or forecast.state != "issued":
        raise Refused(_("This forecast is not an issued one of the station's node. Choose another one."))
    if quantile not in QUANTILES:
        raise Refused(_("Choose the quantile among %(known)s.") % {"known": ", ".join(map(str, QUANTILES))})
    (shown,) = show_all([forecast], user)
    if shown.crest is None:
        raise Refused(_("The forecast has no values."))
    flow = float(np.quantile(shown.members.max(axis=1), quantile / 100))
    said = {"by": "forecast", "forecast": forecast.ref, "quantile": quantile, "flow": float(f"{flow:.6g}")}
    stage = _stage_at(station, flow, user)
    return Asked(stage, said, shown.crest.at, forecast.data_known_at, forecast.sensitivity)


def _stage_at(station: Station, flow: float, user: Any) -> float:
    curve = curves_of([station.node_id], user, by_station=True).get(station.pk) if station.node_id else None
    stage = stage_of(curve, flow) if curve is not None else None
    if stage is None:
        raise Refused(_("The station has no published rating curve that makes a stage of a flow. Say the stage."))
    return stage
