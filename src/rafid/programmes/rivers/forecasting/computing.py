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
from .weather import ZONE, NoWeather, imported_members, read_record

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
    if model is None or not model.error_model:
        raise NoWeather(_("The model has no parameters. Calibrate it first."))
    today = row.data_known_at.astimezone(ZONE).date()
    record = read_record(model, known_at=row.data_known_at, until=today)
    notes: list[dict[str, Any]] = []
    late = (today - record.last).days
    if late > STALE.days:
        raise NoWeather(
            _("The weather ends on %(day)s: too long ago for a forecast of today. Enter what came since.")
            % {"day": record.last.isoformat()}
        )
    if late > 1:  # the day of issue itself is not over yet
        notes.append({"code": "weather_late", "last": record.last.isoformat()})
    for name, count in record.filled.items():
        notes.append({"code": "weather_filled", "variable": name, "days": count})
    notes += _observed_notes(record.flow, record.last)
    parameters, errors = parameters_of(model.parameters), error_model_of(model.error_model)
    run = simulate(record.forcing, parameters=parameters)
    horizon = row.horizon_h // 24
    first = record.last + timedelta(days=1)
    members = row.members
    if row.forcing in IMPORTED or row.forcing == "observed":
        weather, members = _given(model, row, first, horizon)
        if weather.horizon < horizon:
            notes.append({"code": "weather_short", "asked_h": row.horizon_h, "given_h": 24 * weather.horizon})
        if members < row.members:
            notes.append({"code": "members_fewer", "asked": row.members, "given": members})
    else:
        weather = drawn(
            record.forcing, record.day_of_year, kind=row.forcing, start_day=first.timetuple().tm_yday, horizon=horizon,
            members=members, seed=row.seed,
        )  # fmt: skip
    ahead = flows(weather, record.forcing, parameters=parameters, state=run.state)
    ensemble = dressed(ahead, observed=record.flow, simulated=run.flow, errors=errors, seed=row.seed)
    skipped = (first - today).days  # late weather: the first leads are over already
    steps = [24 * (lead + skipped) for lead in range(weather.horizon)]
    kept = [i for i, step in enumerate(steps) if step > 0]
    if not kept:
        raise NoWeather(_("All days that the weather reaches are over. Enter what came since."))
    return Made(flow_of(ensemble[:, kept], model.area_km2), [steps[i] for i in kept], notes, members)


def _observed_notes(flow: Any, last: date) -> list[dict[str, Any]]:
    """Says where today's observation is missing: the forecast goes on from the last one."""
    seen = np.flatnonzero(np.isfinite(flow))
    if not seen.size:
        return [{"code": "observed_none"}]
    late = len(flow) - 1 - int(seen[-1])
    return [{"code": "observed_late", "last": (last - timedelta(days=late)).isoformat(), "days": late}] if late else []


def _given(model: RiverModel, row: Forecast, first: date, horizon: int) -> tuple[Any, int]:
    if row.forcing == "observed":
        after = read_record(model)
        begin = after.at(first)
        left = len(after) - begin
        if begin < 0 or left < 1:
            raise NoWeather(_("The weather after this moment is not known yet."))
        cut = after.forcing.between(begin, begin + min(left, horizon))
        return of_forcings([cut] * row.members, len(cut)), row.members
    found, _last = imported_members(model, row.forcing, first, row.data_known_at)
    if len(found) < FEWEST:
        raise NoWeather(
            _("The imported ensemble has %(count)s members; a forecast needs five.") % {"count": len(found)}
        )
    chosen = found[: row.members]
    return of_forcings(chosen, min(horizon, len(chosen[0]))), len(chosen)
