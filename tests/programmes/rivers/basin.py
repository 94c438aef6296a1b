"""A gauge with five years of rain, temperature and flow, made by a model of it with an error that fades slowly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np

from rafid.methods.hydrology import Forcing, ModelParameters, oudin_pet, simulate
from rafid.programmes.rivers.forecasting.keeping import flow_of
from rafid.programmes.rivers.forecasting.running import carry_out, queue_forecast
from rafid.programmes.rivers.forecasting.weather import days_of_year
from rafid.programmes.rivers.models import RiverModel
from rafid.programmes.rivers.values.recording import Reading, record_values

FIRST, AREA = date(2016, 1, 1), 2000.0
PROGRESS = SimpleNamespace(at=lambda *_: None)


def morning(index):
    return datetime(FIRST.year, FIRST.month, FIRST.day, 3, tzinfo=UTC) + timedelta(days=index)


def record(series, values, *, known_from, reason=""):
    """``values``: pairs of day and value; a day whose value is None is left out."""
    rows = [Reading(series.pk, morning(i), float(one)) for i, one in values if one is not None]
    record_values(rows, origin="test", known_from=known_from, judge=False, follow=False, reason=reason)


def make_basin(river, days=365 * 5 + 2, **values):
    """``now`` is the evening of the last day; ``flow`` in m³/s."""
    chance = np.random.default_rng(7)
    day = np.arange(days)
    warm = 17 + 13 * np.sin(2 * np.pi * (day - 110) / 365.25) + chance.normal(0, 2, days)
    wet = 0.3 - 0.28 * np.sin(2 * np.pi * (day - 110) / 365.25)
    rain = np.where(chance.random(days) < wet, chance.gamma(0.8, 9, days), 0)
    pet = oudin_pet(warm, days_of_year(FIRST, days), latitude=36)
    run = simulate(Forcing(rain, pet), parameters=ModelParameters(300, 0.3, 70, 1.8)).flow
    wrong = np.zeros(days)
    for t in range(1, days):
        wrong[t] = 0.93 * wrong[t - 1] + chance.normal(0, 0.05)
    flow = flow_of(run * np.exp(wrong), AREA)
    station = river.make_station("tt-town", "flow")
    series = {name: river.make_series(station, name) for name in ("precipitation", "temperature", "discharge")}
    for name, found in (("precipitation", rain), ("temperature", warm), ("discharge", flow)):
        record(series[name], enumerate(found), known_from=morning(days - 1) + timedelta(hours=4))
    model = RiverModel.objects.create(
        node=river.town, kind="gr4j", observed=series["discharge"], area_km2=AREA, latitude=36, owner=river.ministry,
        place=river.place, forcing={name: str(series[name].pk) for name in ("precipitation", "temperature")}, **values,
    )  # fmt: skip
    last = FIRST + timedelta(days=days - 1)
    return SimpleNamespace(
        river=river, station=station, series=series, model=model, flow=flow, rain=rain, warm=warm, days=days, last=last,
        now=datetime(last.year, last.month, last.day, 18, tzinfo=UTC),
    )  # fmt: skip


def issue(basin, **values):
    row, _task = queue_forecast(basin.model, **{"members": 20, "known_at": basin.now, **values})
    carry_out(PROGRESS, str(row.pk))
    row.refresh_from_db()
    return row
