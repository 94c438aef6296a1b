"""Computing a forecast from what was known at one moment: the same moment and seed give the same numbers."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons.products.release.canonical import canonical
from rafid.methods.hydrology import simulate

from ..models import Forecast, RiverModel
from .keeping import error_model_of, flow_of, parameters_of
from .members import drawn, flows, of_forcings
from .members import told as dressed
from .routed import Archive, corrected, course_of, own_parameters, read_routed, simulated
from .routing import Ahead, led_ahead, storage_days, storage_on
from .weather import ZONE, NoWeather, Record, imported_members, read_record

IMPORTED = ("ecmwf", "glofas", "other")
FEWEST = 5
"""Members."""

STALE = timedelta(days=7)
"""Weather that ends longer ago carries no forecast of today."""


class Made:
    """What a run made: ``ensemble`` (members, steps) in m³/s, its leads in hours, and what the reader must know."""

    def __init__(self, ensemble: Any, steps: list[int], notes: list[dict[str, Any]], members: int) -> None:
        self.ensemble, self.steps, self.notes, self.members = ensemble, steps, notes, members

    @property
    def rows(self) -> dict[int, list[float]]:
        return {step: [float(f"{one:.6g}") for one in self.ensemble[:, i]] for i, step in enumerate(self.steps)}

    @property
    def sha256(self) -> str:
        return hashlib.sha256(canonical({str(step): row for step, row in self.rows.items()}).encode()).hexdigest()


def compute(row: Forecast) -> Made:
    """The members of a forecast from what was known at its moment: the same moment and seed give the same numbers."""
    model = row.model
    if model is not None and model.kind == "external":
        from .importing import of_series

        return of_series(model, row.forcing, _today(row), row.data_known_at, row.members, row.horizon_h // 24)
    if model is None or not model.error_model:
        raise NoWeather(_("The model has no parameters. Calibrate it first."))
    if model.kind == "routing":
        return _routed(row, model)
    record = read_record(model, known_at=row.data_known_at, until=_today(row))
    notes = _late(record.last, row) + _filled_notes(record) + _observed_notes(record.flow, record.last)
    parameters, errors = parameters_of(model.parameters), error_model_of(model.error_model)
    run = simulate(record.forcing, parameters=parameters)
    weather, members = _weather(model, row, record, row.members, notes)
    ahead = flows(weather, record.forcing, parameters=parameters, state=run.state)
    ensemble = dressed(ahead, observed=record.flow, simulated=run.flow, errors=errors, seed=row.seed)
    return _of_days(row, record.last, flow_of(ensemble, model.area_km2), notes, members)


def _routed(row: Forecast, model: RiverModel) -> Made:
    """The forecasts of the places upstream, led to the node member by member, and what the own catchment adds."""
    course = course_of(model, row.data_known_at)
    found = read_routed(model, course, known_at=row.data_known_at, until=_today(row))
    notes = _late(found.last, row, upstream=True) + _observed_notes(found.observed, found.last)
    notes += [{"code": "upstream_late", "node": code, "days": days} for code, days in sorted(found.past.late.items())]
    days = row.horizon_h // 24
    archive = Archive(row, found.last, days, row.members)
    codes = [one.code for one in course.all_places if one.role in ("forecast", "reservoir_forecast")]
    members = archive.count(codes)
    if members < row.members:
        notes.append({"code": "members_upstream", "asked": row.members, "given": members})
    weather = None
    if found.record is not None and own_parameters(model) is not None:
        weather, members = _weather(model, row, found.record, members, notes)
        days = min(days, weather.horizon)
    stored: dict[Any, float | None] = {}

    def storage(reservoir: Any) -> float | None:
        if reservoir.pk not in stored:
            known = storage_days(reservoir, known_at=row.data_known_at, until=_today(row))
            stored[reservoir.pk] = storage_on(known, found.last)
        return stored[reservoir.pk]

    ahead = Ahead(
        found.past, members, days,
        lambda code: archive.ahead(code, found.past.flows[code], members), storage, row.seed,
        archive.notes,
    )  # fmt: skip
    coming = led_ahead(course, ahead)
    if coming.shape[1] < days:
        notes.append({"code": "upstream_short", "asked_h": row.horizon_h, "given_h": 24 * coming.shape[1]})
    past, run = simulated(model, found)
    if weather is not None and run is not None and found.record is not None:
        own = own_parameters(model)
        assert own is not None
        added = flow_of(flows(weather, found.record.forcing, parameters=own, state=run.state), model.area_km2)
        coming = coming + added[:, : coming.shape[1]]
    ensemble = corrected(model, coming, found.observed, past, row.seed)
    return _of_days(row, found.last, ensemble, notes + archive.notes, members)


def _today(row: Forecast) -> date:
    return row.data_known_at.astimezone(ZONE).date()


def _late(last: date, row: Forecast, *, upstream: bool = False) -> list[dict[str, Any]]:
    late = (_today(row) - last).days
    if late > STALE.days:
        said = (
            _("The flows upstream end on %(day)s: too long ago for a forecast of today. Enter what came since.")
            if upstream
            else _("The weather ends on %(day)s: too long ago for a forecast of today. Enter what came since.")
        )
        raise NoWeather(said % {"day": last.isoformat()})
    # The day of issue itself is not over yet.
    return [{"code": "flows_late" if upstream else "weather_late", "last": last.isoformat()}] if late > 1 else []


def _filled_notes(record: Record) -> list[dict[str, Any]]:
    return [{"code": "weather_filled", "variable": name, "days": count} for name, count in record.filled.items()]


def _weather(
    model: RiverModel, row: Forecast, record: Record, members: int, notes: list[dict[str, Any]]
) -> tuple[Any, int]:
    """The members' weather, and how many there are."""
    horizon, first = row.horizon_h // 24, record.last + timedelta(days=1)
    if row.forcing not in IMPORTED and row.forcing != "observed":
        weather = drawn(
            record.forcing, record.day_of_year, kind=row.forcing, start_day=first.timetuple().tm_yday, horizon=horizon,
            members=members, seed=row.seed,
        )  # fmt: skip
        return weather, members
    weather, given = _given(model, row, first, horizon, members, notes)
    if weather.horizon < horizon:
        notes.append({"code": "weather_short", "asked_h": row.horizon_h, "given_h": 24 * weather.horizon})
    if given < members:
        notes.append({"code": "members_fewer", "asked": row.members, "given": given})
    return weather, given


def _of_days(row: Forecast, last: date, ensemble: Any, notes: list[dict[str, Any]], members: int) -> Made:
    """The days that are still to come."""
    skipped = (last + timedelta(days=1) - _today(row)).days  # late weather: the first leads are over already
    steps = [24 * (lead + skipped) for lead in range(ensemble.shape[1])]
    kept = [i for i, step in enumerate(steps) if step > 0]
    if not kept:
        raise NoWeather(_("All days that the weather reaches are over. Enter what came since."))
    return Made(ensemble[:, kept], [steps[i] for i in kept], notes, members)


def _observed_notes(flow: Any, last: date) -> list[dict[str, Any]]:
    """Says where today's observation is missing: the forecast goes on from the last one."""
    seen = np.flatnonzero(np.isfinite(flow))
    if not seen.size:
        return [{"code": "observed_none"}]
    late = len(flow) - 1 - int(seen[-1])
    return [{"code": "observed_late", "last": (last - timedelta(days=late)).isoformat(), "days": late}] if late else []


def _given(
    model: RiverModel, row: Forecast, first: date, horizon: int, members: int, notes: list[dict[str, Any]]
) -> tuple[Any, int]:
    if row.forcing == "observed":
        after = read_record(model)
        begin = after.at(first)
        left = len(after) - begin
        if begin < 0 or left < 1:
            raise NoWeather(_("The weather after this moment is not known yet."))
        cut = after.forcing.between(begin, begin + min(left, horizon))
        return of_forcings([cut] * members, len(cut)), members
    found, left_out = imported_members(model, row.forcing, first, row.data_known_at, horizon)
    if left_out:
        notes.append({"code": "members_left_out", "members": left_out})
    if len(found) < FEWEST:
        raise NoWeather(
            _("The imported ensemble has %(count)s members; a forecast needs five.") % {"count": len(found)}
        )
    chosen = found[:members]
    return of_forcings(chosen, min(horizon, len(chosen[0]))), len(chosen)
