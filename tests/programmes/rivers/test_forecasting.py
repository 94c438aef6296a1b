"""Forecasts: from what was known, whole or not at all, with their record beside them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest

from rafid.commons.records.change import Refused
from rafid.commons.records.models import Task
from rafid.commons.records.tasks import Failure
from rafid.programmes.rivers.forecasting import running
from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
from rafid.programmes.rivers.forecasting.hindcasting import hindcast
from rafid.programmes.rivers.forecasting.running import carry_out, close_dead, queue_forecast, replay, withdraw
from rafid.programmes.rivers.forecasting.weather import read_record
from rafid.programmes.rivers.models import Forecast, ForecastValue, Verification

from .basin import PROGRESS, issue, make_basin, morning, record


@pytest.fixture
def basin(river):
    return make_basin(river)


@pytest.fixture
def active(basin):
    calibrate_model(basin.model, split=date(2019, 1, 1), max_runs=200)
    activate(basin.model)
    return basin


def test_a_model_is_judged_on_years_that_it_has_not_seen(basin):
    found = calibrate_model(basin.model, split=date(2019, 1, 1), max_runs=200)
    assert (found.calibrated_to, found.validated_from) == (date(2018, 12, 31), date(2019, 1, 1))
    assert found.scores["nse"] > 0.7
    assert found.scores["updated_nse"]["1"] > found.scores["persistence_nse"]["1"]
    assert activate(found).state == "active"
    with pytest.raises(Refused, match="Choose days within it"):
        calibrate_model(basin.model, split=date(2030, 1, 1))


def test_a_forecast_is_issued_whole(active):
    row = issue(active, horizon_h=120)
    assert row.state == "issued"
    assert row.steps == [24, 48, 72, 96, 120]
    values = {one.lead_h: one.members for one in row.values.all()}
    assert sorted(values) == row.steps
    assert all(len(members) == 20 and min(members) >= 0 for members in values.values())
    assert row.notes == []
    near, far = np.ptp(values[24]), np.ptp(values[120])
    assert far > near
    assert abs(np.median(values[24]) / active.flow[-1] - 1) < 0.5
    assert replay(row) == (True, 0.0)


def test_half_a_forecast_is_never_issued(active, monkeypatch):
    row, _task = queue_forecast(active.model, members=20, known_at=active.now)
    monkeypatch.setattr(ForecastValue.objects.__class__, "bulk_create", _broken)
    with pytest.raises(RuntimeError):
        carry_out(PROGRESS, str(row.pk))
    row.refresh_from_db()
    assert row.state == "failed"
    assert json.loads(row.failure)["en"].startswith("The work broke")
    assert not row.values.exists()
    monkeypatch.undo()
    carry_out(PROGRESS, str(row.pk))  # queued again, it begins anew
    row.refresh_from_db()
    assert row.state == "issued"


def _broken(*_args, **_values):
    raise RuntimeError("the disk is full")


def test_a_killed_run_resumes_and_one_that_gave_up_says_so(active):
    row, task = queue_forecast(active.model, members=20, known_at=active.now)
    running.take_step(row, "running")  # where the worker was killed
    carry_out(PROGRESS, str(row.pk))
    row.refresh_from_db()
    assert row.state == "issued"
    other, task = queue_forecast(active.model, members=20, known_at=active.now)
    running.take_step(other, "running")
    assert close_dead() == 0
    Task.objects.filter(pk=task.pk).update(state="failed", error={"en": "The work was cut off three times."})
    assert close_dead() == 1
    other.refresh_from_db()
    assert other.state == "failed"
    assert "three times" in other.failure


def test_it_knows_nothing_that_came_later(active):
    """Neither weather nor flow after the moment, nor what was corrected after it."""
    first = issue(active)
    record(
        active.series["discharge"],
        [(active.days - 2, 9999.0)],
        known_from=active.now + timedelta(hours=5),
        reason="a correction of later",
    )
    again = issue(active)
    assert again.sha256 == first.sha256
    assert replay(first)[0]


@pytest.mark.parametrize("seed", range(4))
def test_no_forecast_sees_the_future(active, seed):
    """Whatever is recorded or corrected after its moment, of any series and any time, changes no member."""
    kind = ("bootstrap", "analogue")[seed % 2]
    first = issue(active, seed=seed, forcing=kind)
    chance = np.random.default_rng(seed)
    later = active.now + timedelta(minutes=1)
    for name, series in active.series.items():
        old = chance.choice(active.days, 60, replace=False)
        rows = [(int(day), float(chance.uniform(0, 50))) for day in (*old, *range(active.days, active.days + 12))]
        record(series, rows, known_from=later + timedelta(days=13), reason=f"later {name}")
    again = issue(active, seed=seed, forcing=kind)
    assert again.sha256 == first.sha256
    assert replay(first) == (True, 0.0)


def test_a_missing_observation_is_told(active):
    later = morning(active.days) + timedelta(hours=4)
    for name in ("precipitation", "temperature"):
        record(active.series[name], [(active.days, 1.0)], known_from=later)
    row = issue(active, known_at=later + timedelta(hours=2))
    assert {"code": "observed_late", "last": active.last.isoformat(), "days": 1} in row.notes
    assert row.steps[0] == 24


def test_imported_weather_that_ends_early_makes_a_shorter_forecast(active):
    for member in range(6):
        for name, value in (("precipitation", 2.0 + member), ("temperature", 9.0)):
            ahead = active.river.make_series(
                active.station, name, origin="forecast", origin_name=f"ecmwf-{member:02d}"
            )  # fmt: skip
            record(ahead, [(active.days + step, value) for step in range(4)], known_from=active.now)
    row = issue(active, forcing="ecmwf", horizon_h=240)
    assert row.steps == [24, 48, 72, 96]
    assert {"code": "weather_short", "asked_h": 240, "given_h": 96} in row.notes
    assert {"code": "members_fewer", "asked": 20, "given": 6} in row.notes
    assert row.members == 6


def test_what_carries_no_forecast_says_why_in_each_language(active):
    row, _task = queue_forecast(active.model, members=20, known_at=active.now + timedelta(days=30))
    with pytest.raises(Failure):
        carry_out(PROGRESS, str(row.pk))
    row.refresh_from_db()
    assert row.state == "failed"
    assert json.loads(row.failure)["en"].startswith("The weather ends on 2020-12-31")
    for wrong in ({"members": 4}, {"horizon_h": 264}, {"horizon_h": 0}):
        with pytest.raises(Refused):
            queue_forecast(active.model, **wrong)


def test_a_long_gap_of_rain_is_refused_and_a_short_one_counted(basin):
    other = basin.river.make_series(basin.station, "precipitation", origin="telemetry")
    basin.model.forcing["precipitation"] = str(other.pk)
    record(other, [(i, None if i in (50, 51, 300) else one) for i, one in enumerate(basin.rain)], known_from=basin.now)
    assert read_record(basin.model).filled == {"precipitation": 3}
    third = basin.river.make_series(basin.station, "precipitation", origin="satellite")
    basin.model.forcing["precipitation"] = str(third.pk)
    record(third, [(i, None if 50 <= i < 55 else one) for i, one in enumerate(basin.rain)], known_from=basin.now)
    with pytest.raises(Refused, match="missing on 5 days from 2016-02-20 on"):
        read_record(basin.model)


def test_the_record_stands_beside_the_forecast(active):
    rows = hindcast(active.model, issues=60, members=15)
    assert [row.lead_h for row in rows] == [24 * lead for lead in range(1, 11)]
    assert all(row.n >= 30 for row in rows)
    first = Verification.objects.get(model=active.model, lead_h=24).scores
    assert first["beats_persistence"] == (first["crpss_persistence"] > 0)
    assert first["crps"] == pytest.approx(first["crps_persistence"] * (1 - first["crpss_persistence"]), rel=1e-3)
    assert sum(first["rank_histogram"]) == Verification.objects.get(model=active.model, lead_h=24).n
    assert first["crpss_climatology"] > 0
    again = hindcast(active.model, issues=60, members=15)
    assert [one.scores for one in again] == [one.scores for one in rows], "the same seed gives the same record"
    few = hindcast(active.model, issues=20, members=15)
    assert all(row.scores == {} and row.n < 30 for row in few), "too few cases are no figures"


def test_analogue_years_and_withdrawal(active):
    row = issue(active, forcing="analogue", horizon_h=48)
    assert row.state == "issued"
    withdraw(row, reason="The gauge was read wrongly")
    assert Forecast.objects.get(pk=row.pk).state == "withdrawn"
