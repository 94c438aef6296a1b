"""Gauges up and down one river beside each other: less flow than must arrive, and a jump that no neighbour shares.

Two gauges are neighbours where the main river leads from one to the other without a reservoir and without a third gauge
between them. What is led away is taken off by the rule of each diversion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity
from rafid.methods.hydrology import least_arriving, short_of, unmatched_changes
from rafid.methods.hydrology.consistency import runs

from ..codes import NodeKind
from ..models import Diversion, Series, SeriesFinding
from ..network.standing import Standing, standing
from ..units import in_units
from ..values.reading import windows_of
from .days import Days, by_day
from .limits import limits_of, wanted

SHORT, UNMATCHED = "neighbour", "counterpart"
BEFORE = timedelta(days=60)
"""So much of the time before is read, to know what changes are usual."""
SMALLEST = {"discharge": 0.05, "stage": 0.03}
"""The least that counts as a usual change: 5 % of a flow, 3 cm of a stage."""
LEADS = 0.6
"""A gauge tells of its neighbour's changes where it brings at least so much of its flow."""

MESSAGES = {
    SHORT: gettext_noop(
        "The flow %(value)s m³/s is less than what must arrive from upstream (%(stations)s): at least %(against)s m³/s."
    ),
    UNMATCHED: gettext_noop(
        "From %(against)s to %(value)s %(unit)s within a day, and %(station)s shows nothing of it at the travel time."
    ),
}


@dataclass(frozen=True)
class Link:
    """From the gauge ``upper`` the river reaches the gauge ``lower`` after ``lag_s``, with ``kept`` of its water. ``turns`` are
    the diversions on the way."""

    upper: Series
    lower: Series
    lag_s: float
    kept: float
    turns: tuple[Diversion, ...]

    @property
    def lag(self) -> int:
        return round(self.lag_s / 86_400)


def links(at: datetime) -> list[Link]:
    river = standing(at)
    gauges = _gauges()
    below = {one.upstream_id: one for one in river.reaches}
    kinds = {one.pk: one.kind for one in river.nodes}
    found = []
    for node, series in gauges.items():
        passed, lag, kept = [node], 0.0, 1.0
        while (reach := below.get(passed[-1])) is not None and reach.downstream_id not in passed:
            lag, kept = lag + reach.k_s, kept * (1 - reach.loss)
            if reach.downstream_id in gauges:
                lower = gauges[reach.downstream_id]
                found.append(Link(series, lower, lag, kept, _turns(river, passed)))
                break
            if kinds.get(reach.downstream_id) == NodeKind.RESERVOIR:
                break
            passed.append(reach.downstream_id)
    return found


def _gauges() -> dict[Any, Series]:
    """By node the series that tells its flow, else its stage: the preferred one, the observed one before the rated."""
    rows = Series.objects.filter(
        variable__in=("discharge", "stage"), station__node__isnull=False, station__status="active"
    )
    rows = rows.exclude(origin__in=("forecast", "model", "satellite", "altimetry")).select_related("station")
    found: dict[Any, Series] = {}
    for one in rows.order_by("variable", "-preferred", "origin", "ref"):
        found.setdefault(one.station.node_id, one)
    return found


def _turns(river: Standing, passed: list[Any]) -> tuple[Diversion, ...]:
    return tuple(one for node in passed for one in river.diversions if one.at_id == node)


def passing(flow: np.ndarray, turns: tuple[Diversion, ...]) -> np.ndarray:
    """What is left of ``flow`` behind the diversions, each by its rule."""
    left = flow.copy()
    for one in turns:
        capacity = np.inf if one.capacity_downstream is None else one.capacity_downstream
        most = np.inf if one.maximum is None else one.maximum
        left = left - np.clip(np.maximum(left - capacity, one.fraction * left), 0, most)
    return left


def found(start: datetime, now: datetime) -> Iterator[SeriesFinding]:
    """What does not fit from ``start`` to ``now``."""
    every = links(now)
    ids = {one.pk for link in every for one in (link.upper, link.lower)}
    days = by_day(windows_of(ids, start=start - BEFORE, end=now), start - BEFORE, now)
    into: dict[Any, list[Link]] = defaultdict(list)
    for link in every:
        into[link.lower.pk].append(link)
    for some in into.values():
        yield from _short(some, days, start)
    for link in every:
        alone = len(into[link.lower.pk]) == 1
        yield from _unmatched(link, days, start, alone)


def _short(some: list[Link], days: Days, start: datetime) -> Iterator[SeriesFinding]:
    lower = some[0].lower
    some = [one for one in some if one.upper.variable == "discharge"]
    if lower.variable != "discharge" or not some or not wanted(lower, SHORT):
        return
    limits = limits_of(lower)
    flow = days.of(lower)
    least = least_arriving(
        [passing(days.of(one.upper), one.turns) for one in some],
        lags=[one.lag for one in some],
        losses=[1 - one.kept for one in some],
    )
    flags = short_of(flow, least, share=limits.neighbour_share, floor=limits.neighbour_floor)
    names = [one.upper.station.names for one in some]
    for first, last in runs(flags):
        if days.time(last) < start:
            continue
        worst = first + int(np.argmax(least[first : last + 1] - flow[first : last + 1]))
        yield SeriesFinding(
            series=lower,
            check_code=SHORT,
            severity=Severity.CHECK,
            start=days.first(lower, first),
            end=days.last(lower, last),
            value=float(flow[worst]),
            against=round(float(least[worst]), 1),
            message=in_three(
                MESSAGES[SHORT], value=f"{flow[worst]:.4g}", against=f"{least[worst]:.4g}", stations=_joined(names)
            ),
        )


def _joined(names: list[dict[str, str]]) -> dict[str, str]:
    marks = {"ar": "، ", "ckb": "، ", "en": ", "}
    return {language: mark.join(one.get(language) or one["en"] for one in names) for language, mark in marks.items()}


def _unmatched(link: Link, days: Days, start: datetime, alone: bool) -> Iterator[SeriesFinding]:
    """Jumps of the upper gauge of which the lower one shows nothing; and the other way round."""
    upper, lower = days.of(link.upper), days.of(link.lower)
    flows = link.upper.variable == link.lower.variable == "discharge"
    if flows:
        both = ~np.isnan(upper) & ~np.isnan(lower)
        arrives = passing(upper, link.turns) * link.kept
        leads = bool(both.any()) and float(arrives[both].mean()) >= LEADS * float(lower[both].mean())
    else:
        leads = alone
    if not leads:
        return
    for one, other, lag, sees in (
        (link.upper, link.lower, link.lag, Severity.CHECK),
        (link.lower, link.upper, -link.lag, Severity.NOTE),
    ):
        if not wanted(one, UNMATCHED):
            continue
        here, there = _judged(one, days.of(one)), _judged(other, days.of(other))
        flags = unmatched_changes(
            here / SMALLEST[one.variable], there / SMALLEST[other.variable], lag=lag, strong=limits_of(one).jump, floor=1.0
        )  # fmt: skip
        for first, last in runs(flags):
            if days.time(last) < start:
                continue
            before, value = float(days.of(one)[first - 1]), float(days.of(one)[first])
            yield SeriesFinding(
                series=one,
                check_code=UNMATCHED,
                severity=sees,
                start=days.first(one, first),
                end=days.last(one, last),
                value=value,
                against=before,
                message=in_three(
                    MESSAGES[UNMATCHED],
                    value=f"{value:.4g}",
                    against=f"{before:.4g}",
                    unit=in_units(one.unit),
                    station=other.station.names,
                ),
            )


def _judged(series: Series, values: np.ndarray) -> np.ndarray:
    """Flows by their logarithm, so that a change is a share; stages as they are."""
    return np.log(np.maximum(values, 0.1)) if series.variable == "discharge" else values
