"""Keeping a gauging, and telling when three in a row lie off the curve to one side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Severity

from ..models import Gauging, Series, SeriesFinding
from ..refusals import told
from ..values.reading import moments
from ..values.recording import AHEAD
from .curves import Valid, flow_series, inside, published

DEVIATES = "rating_deviates"
MESSAGE = gettext_noop(
    "%(count)s gaugings in a row lie %(value)s %% off the rating to one side. The bed may have changed: fit the next curve."
)


@dataclass(frozen=True)
class Judged:
    gauging: Gauging
    version: int
    deviation: float
    """In % of the flow that the curve of its time gives; NaN without one."""


def keep_gauging(station: Any, *, time: datetime, stage: float, discharge: float, user: Any, **facts: Any) -> Gauging:
    """Keeps one gauging and looks whether it and those before it leave the curve. Raises ``Refused`` with a sentence."""
    if time > timezone.now() + AHEAD:
        raise Refused(_("The time lies in the future."))
    with told(Gauging), transaction.atomic():
        kept: Gauging = Gauging.objects.create(
            station=station, time=time, stage=stage, discharge=discharge, made_by=user, **facts
        )
        tell_deviations(station)
    return kept


def judged(station: Any, curves: list[Valid] | None = None) -> list[Judged]:
    """The gaugings of a station by time, each against the curve of its time; those left out of the curve as well."""
    from rafid.methods.hydrology import gauging_deviation

    rows = list(Gauging.objects.filter(station=station).order_by("time"))
    if not rows:
        return []
    times = moments(one.time for one in rows)
    stage = np.array([one.stage for one in rows])
    flow = np.array([one.discharge for one in rows])
    version, off = np.zeros(len(rows), int), np.full(len(rows), np.nan)
    for one in published(station) if curves is None else curves:
        within = inside(times, one.start, one.end)
        moved = np.zeros(len(rows))
        for start, end, height in one.shifts:
            moved[inside(times, start, end)] += height
        version[within] = one.number
        off[within] = gauging_deviation((stage + moved)[within], flow[within], curve=one.curve)
    return [Judged(row, int(v), float(d)) for row, v, d in zip(rows, version, off, strict=True)]


def tell_deviations(station: Any) -> int:
    """Findings for runs of gaugings off their curve; answers how many are new."""
    from rafid.methods.hydrology import lasting_deviations

    rows = [one for one in judged(station) if not one.gauging.left_out and np.isfinite(one.deviation)]
    series = next(iter(flow_series(station)), None) or Series.objects.filter(station=station, variable="stage").first()
    if series is None:
        return 0
    new = 0
    for first, end in lasting_deviations([one.deviation for one in rows]):
        run = rows[first:end]
        worst = float(np.mean([one.deviation for one in run]))
        _finding, created = SeriesFinding.objects.update_or_create(
            series=series,
            check_code=DEVIATES,
            start=run[0].gauging.time,
            defaults={
                "severity": Severity.CHECK,
                "end": run[-1].gauging.time,
                "value": worst,
                "message": in_three(MESSAGE, count=len(run), value=f"{worst:+.0f}"),
            },
        )
        new += created
    return new
