"""Stage against flow: a flow that was measured or reported beside the flow that the published rating makes of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity

from ..models import Series, SeriesFinding, SeriesFindingState
from ..rating.curves import flows, published
from ..values.reading import Known, aware, known_values
from .keeping import keep
from .limits import Limits, limits_of, wanted

CODE = "rated"
NEAR = np.timedelta64(3, "h")
"""A stage so near to the flow's time tells its stage; between two within half a day it is interpolated."""
BETWEEN = np.timedelta64(12, "h")
MESSAGE = gettext_noop(
    "The flow %(value)s m³/s lies %(off)s %% from the %(against)s m³/s that the rating makes of the stage."
)


def pairs(rows: Iterable[Series] | None = None) -> list[tuple[Series, Series]]:
    """Each reported series of flow with the stage of its station; of the stations of ``rows``, where they are named."""
    found = Series.objects.filter(variable__in=("stage", "discharge"), origin__in=("observed", "telemetry"))
    if rows is not None:
        stations = {one.station_id for one in rows if one.variable in ("stage", "discharge")}
        if not stations:
            return []
        found = found.filter(station__in=stations)
    stages: dict[Any, Series] = {}
    reported = []
    for one in found.select_related("station").order_by("-preferred", "origin", "ref"):
        if one.variable == "stage":
            stages.setdefault(one.station_id, one)
        elif wanted(one, CODE):
            reported.append(one)
    return [(one, stages[one.station_id]) for one in reported if one.station_id in stages]


def tell_rated(
    touched: Mapping[UUID, tuple[datetime, datetime]], known: Mapping[UUID, Series], *, user: Any = None
) -> int:
    """On arrival: of what came now. Answers how many findings are new."""
    new = 0
    for flow, stage in pairs(known[pk] for pk in touched):
        windows = [touched[one.pk] for one in (flow, stage) if one.pk in touched]
        start, end = min(one[0] for one in windows), max(one[1] for one in windows)
        new += judge_rated(flow, stage, start, end, settled=SeriesFindingState.CORRECTED, user=user)
    return new


def judge_rated(
    flow: Series, stage: Series, start: datetime, end: datetime, *, settled: str = SeriesFindingState.RESOLVED,
    user: Any = None,
) -> int:  # fmt: skip
    # What came may stand between two of the other series.
    margin = timedelta(hours=12)
    start, end = start - margin, end + margin
    reported = known_values(flow, start=start, end=end)
    found = []
    if len(reported):
        rated = _rated(known_values(stage, start=start - margin, end=end + margin), reported.times, flow)
        found = list(_doubts(flow, reported, rated, limits_of(flow)))
    return keep(found, series=[flow.pk], codes=(CODE,), start=start, end=end, settled=settled, user=user)


def _rated(stage: Known, times: NDArray[np.datetime64], flow: Series) -> NDArray[np.float64]:
    """The flow that the rating makes at ``times``; NaN where no stage is near, or no curve holds."""
    at = stage_at(stage, times)
    curves = published(flow.station)
    if not curves or np.isnan(at).all():
        return np.full(times.size, np.nan)
    quality = np.where(np.isnan(at), 9, 1).astype(np.int16)
    here = Known(
        stage.series, times, at, quality, np.full(times.size, -1, np.int16), times, [""] * times.size, [""] * times.size
    )
    return flows(here, curves).discharge


def stage_at(stage: Known, times: NDArray[np.datetime64]) -> NDArray[np.float64]:
    good = ~np.isnan(stage.good)
    known, values = stage.times[good], stage.good[good]
    found = np.full(times.size, np.nan)
    if not known.size:
        return found
    after = np.searchsorted(known, times)
    for i, at in enumerate(after.tolist()):
        beside = [one for one in (at - 1, at) if 0 <= one < known.size]
        nearest = min(beside, key=lambda one: abs(known[one] - times[i]))
        if known[nearest] == times[i]:
            found[i] = values[nearest]
        elif len(beside) == 2 and known[at] - known[at - 1] <= BETWEEN:
            part = (times[i] - known[at - 1]) / (known[at] - known[at - 1])
            found[i] = values[at - 1] + part * (values[at] - values[at - 1])
        elif abs(known[nearest] - times[i]) <= NEAR:
            found[i] = values[nearest]
    return found


def _doubts(flow: Series, reported: Known, rated: NDArray[np.float64], limits: Limits) -> Iterable[SeriesFinding]:
    from rafid.methods.hydrology import apart

    flags = apart(reported.good, rated, share=limits.rated_share, floor=limits.rated_floor)
    for i in np.flatnonzero(flags).tolist():
        value, against = float(reported.values[i]), float(rated[i])
        time = aware(reported.times[i])
        yield SeriesFinding(
            series=flow,
            check_code=CODE,
            severity=Severity.CHECK,
            start=time,
            end=time,
            value=value,
            against=round(against, 2),
            message=in_three(
                MESSAGE,
                value=f"{value:.4g}",
                against=f"{against:.4g}",
                off=f"{100 * (value / against - 1):+.0f}" if against else "–",
            ),
        )
