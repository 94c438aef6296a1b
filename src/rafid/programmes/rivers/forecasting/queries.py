"""What a forecast says: its quantiles, how likely each threshold is, its crest, and the record beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from rafid.methods.hydrology import exceedance_probability

from ..models import Forecast, ForecastValue, Rating, Threshold, Verification

F64 = NDArray[np.float64]
QUANTILES = (5, 25, 50, 75, 95)
FEWEST = 30


@dataclass(frozen=True)
class Limit:
    """A threshold as a flow: ``flow`` m³/s, and its own ``value`` and ``variable`` where it is a stage."""

    code: str
    name: str
    flow: float
    value: float
    variable: str
    station: str


@dataclass(frozen=True)
class Likely:
    limit: Limit
    by_lead: list[float]
    within: float
    """At any time until the end."""

    @property
    def percent(self) -> float:
        return 100 * self.within


@dataclass(frozen=True)
class Spread:
    """Middle, and what 80 % of the members lie between."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Crest:
    at: datetime
    first: datetime
    last: datetime
    flow: Spread
    stage: Spread | None


@dataclass(frozen=True)
class Skill:
    """The record at one lead. Without 30 cases there are no figures, and the lead counts as not proven."""

    lead_h: int
    n: int
    scores: dict[str, Any]

    @property
    def beats(self) -> bool:
        return bool(self.scores.get("beats_persistence"))

    @property
    def inside(self) -> float | None:
        """Percent of the cases within the 80 % range."""
        return 100 * self.scores["inside_80"] if self.scores else None


@dataclass(frozen=True, eq=False)
class Shown:
    """A forecast with all that stands beside it. ``members`` (members, steps), m³/s."""

    row: Forecast
    steps: list[int]
    members: F64
    quantiles: dict[int, F64]
    likely: list[Likely]
    skill: list[Skill]
    crest: Crest | None

    @property
    def guidance_only(self) -> list[int]:
        """Leads that have not shown to be better than persistence."""
        if any(one.get("code") == "upstream_none" for one in self.row.notes):
            return list(self.steps)  # the record is that of forecasts upstream, not of a held flow
        proven = {one.lead_h for one in self.skill if one.beats}
        return [step for step in self.steps if step not in proven]

    def time_of(self, step: int) -> datetime:
        return self.row.data_known_at + timedelta(hours=step)


def show_all(rows: Sequence[Forecast], user: Any) -> list[Shown]:
    """Many forecasts by a fixed number of statements."""
    values: dict[Any, list[ForecastValue]] = defaultdict(list)
    for one in ForecastValue.objects.filter(forecast__in=[row.pk for row in rows]).order_by("lead_h"):
        values[one.forecast_id].append(one)
    records = records_of({row.model_id for row in rows if row.model_id})
    limits = limits_of({row.node_id for row in rows}, user)
    curves = curves_of({row.node_id for row in rows}, user)
    return [
        _shown(row, values[row.pk], records.get(row.model_id, []), limits.get(row.node_id, []), curves.get(row.node_id))
        for row in rows
    ]


def _shown(
    row: Forecast, values: list[ForecastValue], skill: list[Skill], limits: list[Limit], curve: Rating | None
) -> Shown:
    steps = [one.lead_h for one in values]
    if not steps:
        return Shown(row, [], np.empty((0, 0)), {}, [], skill, None)
    members = np.array([one.members for one in values], float).T
    quantiles = dict(zip(QUANTILES, np.quantile(members, np.array(QUANTILES) / 100, axis=0), strict=True))
    likely = [
        Likely(
            one,
            np.asarray(exceedance_probability(members, threshold=one.flow)).tolist(),
            float(exceedance_probability(members, threshold=one.flow, within=len(steps))),
        )
        for one in limits
    ]
    found = Shown(row, steps, members, quantiles, likely, skill, None)
    return Shown(row, steps, members, quantiles, likely, skill, _crest(found, curve))


def _crest(found: Shown, curve: Rating | None) -> Crest:
    """Of each member the highest flow and when; then the middle of these, not the highest of the middles."""
    peak = found.members.max(axis=1)
    when = np.array(found.steps)[found.members.argmax(axis=1)]
    first, middle, last = np.quantile(when, [0.1, 0.5, 0.9], method="nearest").tolist()
    flow = _spread(peak)
    stage = None
    if curve is not None:
        levels = [stage_of(curve, one) for one in (flow.low, flow.middle, flow.high)]
        stage = Spread(*levels) if all(one is not None for one in levels) else None  # type: ignore[arg-type]
    return Crest(found.time_of(middle), found.time_of(first), found.time_of(last), flow, stage)


def _spread(values: F64) -> Spread:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    return Spread(low, middle, high)


def records_of(models: Iterable[Any]) -> dict[Any, list[Skill]]:
    """The record of each model by lead."""
    found: dict[Any, list[Skill]] = defaultdict(list)
    for one in Verification.objects.filter(model__in=set(models), variable="discharge").order_by(
        "lead_h", "computed_at"
    ):
        rows = found[one.model_id]
        skill = Skill(one.lead_h, one.n, one.scores if one.n >= FEWEST else {})
        if rows and rows[-1].lead_h == one.lead_h:
            rows[-1] = skill  # a later period
        else:
            rows.append(skill)
    return found


def limits_of(nodes: Iterable[Any], user: Any) -> dict[Any, list[Limit]]:
    """Rising thresholds in force at the nodes' stations, as flows; a stage without a published curve is left out."""
    keys = set(nodes)
    curves = curves_of(keys, user, by_station=True)
    found: dict[Any, list[Limit]] = defaultdict(list)
    rows = Threshold.objects.visible_to(user).filter(
        station__node__in=keys, valid_to=None, variable__in=("stage", "discharge"),
        class_code__in=("watch", "warning", "severe", "extreme"),
    )  # fmt: skip
    for one in rows.select_related("station"):
        flow: float | None = one.value
        if one.variable == "stage":
            curve = curves.get(one.station_id)
            flow = flow_at(curve, one.value) if curve is not None else None
        if flow is not None:
            found[one.station.node_id].append(
                Limit(one.class_code, one.get_class_code_display(), flow, one.value, one.variable, one.station.code)
            )
    for limits in found.values():
        limits.sort(key=lambda one: one.flow)
    return found


def curves_of(nodes: Iterable[Any], user: Any, *, by_station: bool = False) -> dict[Any, Rating]:
    """The curve that is valid now at each node (or station)."""
    rows = (
        Rating.objects.visible_to(user)
        .filter(Q(valid_to=None), station__node__in=set(nodes), state="published")
        .select_related("station")
    )
    return {(one.station_id if by_station else one.station.node_id): one for one in rows.order_by("valid_from")}


def flow_at(curve: Rating, stage: float) -> float | None:
    """m³/s at a stage; beyond the last segment its formula goes on."""
    segments = sorted(curve.segments, key=lambda one: one["lower"] if one["lower"] is not None else -1e9)
    chosen = None
    for one in segments:
        if chosen is None or (one["lower"] is not None and stage >= one["lower"]):
            chosen = one
    if chosen is None or stage <= chosen["h0"]:
        return None
    return float(chosen["a"] * (stage - chosen["h0"]) ** chosen["b"])


def stage_of(curve: Rating, flow: float) -> float | None:
    """The stage of a flow, m: that of the highest segment whose own range it reaches."""
    segments = sorted(curve.segments, key=lambda one: one["lower"] if one["lower"] is not None else -1e9)
    found = None
    for one in segments:
        level = float(one["h0"] + (max(flow, 0.0) / one["a"]) ** (1 / one["b"]))
        if found is None or (one["lower"] is not None and level >= one["lower"]):
            found = level
    return found
