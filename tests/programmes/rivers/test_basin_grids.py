"""Grids as values of basins: exact weights, ensembles on which a forecast runs, pictures of snow; undone as one."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.commons.records.tasks import Failure
from rafid.programmes.rivers.arriving import files
from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
from rafid.programmes.rivers.forecasting.importing import of_series
from rafid.programmes.rivers.models import Basin, ForecastValue, RiverModel, Series, ValueFile
from rafid.programmes.rivers.terrain.basin_grids import read_for_basins, step_of
from rafid.programmes.rivers.terrain.outlines import geos
from rafid.programmes.rivers.terrain.rasters import NotTaken
from rafid.programmes.rivers.terrain.record_grid import carry_out, record_grid
from rafid.programmes.rivers.terrain.weights import weights_of
from rafid.programmes.rivers.values.reading import known_values
from tests.programmes.rivers.basin import issue, make_basin
from tests.programmes.rivers.ground import DEGREES, frame, tiff

xarray = pytest.importorskip("xarray")
pytestmark = pytest.mark.django_db

ISSUED = np.datetime64("2026-03-30T00", "ns")
LATITUDE, LONGITUDE = np.array([37.0, 36.0, 35.0]), np.array([43.0, 44.0, 45.0, 46.0])


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def basin(river):
    """Half of one cell and a quarter of the next: 44.0–44.75° E, 35.5–36.5° N of cells about 44 and 45° E, 36° N."""
    Basin.objects.update(ground=None)  # those of a demonstration
    row = Basin.objects.create(
        code="tt-basin", name_en="Test basin", source_text="Test",
        ground=geos(shapely.MultiPolygon([shapely.box(44.0, 35.5, 44.75, 36.5)])),
    )  # fmt: skip
    river.town.basin = row
    river.town.save()
    return row


@pytest.fixture
def climate(river, basin):
    return river.make_station("tt-climate", "climate", node=river.town)


def ensemble(rain, *, warm=None, steps=(24, 48, 72), members=5, issued=ISSUED):
    """Accumulated metres of rain (members, steps, rows, columns), and kelvin."""
    where = {
        "number": np.arange(1, members + 1),
        "forecast_reference_time": issued,
        "forecast_period": np.array(steps) * np.timedelta64(1, "h").astype("timedelta64[ns]"),
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "valid_time": ("forecast_period", issued + np.array(steps) * np.timedelta64(1, "h")),
    }
    dims = ("number", "forecast_period", "latitude", "longitude")
    data = {"tp": (dims, np.asarray(rain, float), {"units": "m"})}
    if warm is not None:
        data["t2m"] = (dims, np.asarray(warm, float), {"units": "K"})
    return xarray.Dataset(data, where)


def rains(members=5, days=3):
    """Member m rains (m + 1) mm a day in the cell about 44° E, three times as much about 45° E, and nothing else."""
    falls = np.zeros((members, days, 3, 4))
    for member in range(members):
        falls[member, :, 1, 1] = member + 1
        falls[member, :, 1, 2] = 3 * (member + 1)
    return falls.cumsum(axis=1) / 1000


def sent(river, data, tmp_path, *, name="ens.nc", by=None):
    if isinstance(data, bytes):
        return files.receive([data], name=name, owner=river.ministry, by=by or river.forecaster)
    path = tmp_path / name
    data.to_netcdf(path, engine="h5netcdf")
    return files.receive([path.read_bytes()], name=name, owner=river.ministry, by=by or river.forecaster)


def test_a_mean_over_a_basin_is_the_one_by_hand():
    """A half of one cell with 1 and a quarter of its neighbour with 3: (2·1 + 1·3) / 3."""
    ground = shapely.box(44.0, 35.5, 44.75, 36.5)
    weights = weights_of(ground, x=42.5, y=37.5, dx=1.0, dy=1.0, rows=3, columns=4)
    values = np.zeros((3, 4))
    values[1, 1], values[1, 2] = 1.0, 3.0
    assert weights.mean(values) == pytest.approx(5 / 3, rel=1e-12)
    assert weights.shares.sum() == pytest.approx(1)


def test_a_row_of_degrees_counts_by_its_true_area():
    """Two rows of equal degrees: the northern one is smaller on the globe."""
    ground = shapely.box(44, 59, 45, 61)
    weights = weights_of(ground, x=44, y=61, dx=1, dy=1, rows=2, columns=1)
    sine = np.sin(np.radians([59, 60, 61]))
    assert weights.mean(np.array([[1.0], [0.0]])) == pytest.approx((sine[2] - sine[1]) / (sine[2] - sine[0]), rel=1e-9)
    flat = weights_of(ground, x=44, y=61, dx=1, dy=1, rows=2, columns=1, geographic=False)
    assert flat.mean(np.array([[1.0], [0.0]])) == pytest.approx(0.5)


def test_cells_without_values_leave_a_mean_only_while_they_are_few():
    ground = shapely.box(0, 0, 100, 1)
    weights = weights_of(ground, x=0, y=1, dx=1, dy=1, rows=1, columns=100, geographic=False)
    values = np.ones((1, 100))
    values[0, :4] = np.nan
    assert weights.mean(values) == pytest.approx(1)
    values[0, :6] = np.nan
    assert np.isnan(weights.mean(values))


def test_an_ensemble_becomes_series_that_forecasts_ask_for(river, basin, climate, tmp_path):
    row = sent(river, ensemble(rains(), warm=np.full((5, 3, 3, 4), 283.15)), tmp_path)
    assert (row.kind, row.state) == ("grid", "read")
    row = record_grid(row, by=river.forecaster, product="ecmwf", members=5)
    assert (row.state, row.accepted) == ("applied", 30)
    rain = Series.objects.get(station=climate, variable="precipitation", origin_name="ecmwf-02")
    assert (rain.origin, rain.step, rain.aggregation, rain.unit) == ("forecast", "1d", "sum", "mm")
    known = known_values(rain)
    np.testing.assert_allclose(known.values, [2 * 5 / 3] * 3, rtol=1e-6)
    assert str(known.times[0]) == "2026-03-30T00:00:00.000000", "rain belongs to the day in which its step begins"
    warm = Series.objects.get(station=climate, variable="temperature", origin_name="ecmwf-05")
    np.testing.assert_allclose(known_values(warm).values, 10.0)
    assert Series.objects.filter(origin="forecast", station=climate).count() == 10


def test_the_next_run_replaces_and_the_old_stays_known(river, basin, climate, tmp_path):
    first = record_grid(sent(river, ensemble(rains()), tmp_path), by=river.forecaster, product="ecmwf")
    second = record_grid(sent(river, ensemble(2 * rains()), tmp_path), by=river.forecaster, product="ecmwf")
    assert (second.accepted, second.replaced) == (15, 15)
    rain = Series.objects.get(station=climate, variable="precipitation", origin_name="ecmwf-01")
    assert known_values(rain).values[0] == pytest.approx(2 * 5 / 3)
    assert known_values(rain, known_at=first.known_from).values[0] == pytest.approx(5 / 3)


def test_a_grid_is_undone_as_one(river, basin, climate, tmp_path):
    record_grid(sent(river, ensemble(rains()), tmp_path), by=river.forecaster, product="ecmwf")
    second = record_grid(sent(river, ensemble(2 * rains()), tmp_path), by=river.forecaster, product="ecmwf")
    files.undo(second, by=river.forecaster, reason="Wrong run")
    rain = Series.objects.get(station=climate, variable="precipitation", origin_name="ecmwf-01")
    assert known_values(rain).values[0] == pytest.approx(5 / 3)
    assert ValueFile.objects.get(pk=second.pk).state == "undone"


def test_a_grid_that_is_wrong_is_refused_with_a_sentence(river, basin, climate, tmp_path):
    def refused(data, said, **asked):
        row = sent(river, data, tmp_path)
        with pytest.raises(Refused, match=said):
            record_grid(row, by=river.forecaster, **({"product": "ecmwf"} | asked))
        assert not Series.objects.filter(origin="forecast", station=climate).exists()

    refused(ensemble(rains()), "5 members are there and 51 were expected", members=51)
    refused(ensemble(rains(3), members=3), "has 3 members; a forecast needs five")
    refused(ensemble(rains()).isel(longitude=[2, 3]), "does not cover the basin")
    refused(ensemble(rains()), "Say which ensemble", product="mine")
    data = ensemble(rains())
    del data["tp"].attrs["units"]
    refused(data, "no unit|unit")
    gap = rains()
    gap[:, 1] = np.nan
    refused(ensemble(gap), "Values are missing at step")


def test_a_basin_without_a_station_is_named(river, basin, tmp_path):
    river.town.basin = None
    river.town.save()
    row = sent(river, ensemble(rains()), tmp_path)
    taken = read_for_basins(row.sha256, river.forecaster)
    assert not taken.rows
    assert taken.refused[0]["row"] == "Test basin · Precipitation"
    assert "No station carries" in taken.refused[0]["reason"]


def test_glofas_is_read_at_the_cell_with_most_water_about_a_gauge(river, tmp_path):
    gauge = river.make_station()
    river.make_series(gauge, "discharge")
    flow = np.ones((5, 2, 3, 4))
    flow[:, :, 1, 2] = np.arange(1, 6)[:, None] * 100
    data = ensemble(flow, steps=(24, 48)).rename(tp="dis24")
    data["dis24"].attrs["units"] = "m3 s-1"
    row = record_grid(sent(river, data, tmp_path), by=river.forecaster, product="glofas")
    assert row.accepted == 10
    series = Series.objects.get(station=gauge, origin_name="glofas-03")
    known = known_values(series)
    np.testing.assert_allclose(known.values, [300, 300])
    assert str(known.times[0]) == "2026-03-30T00:00:00.000000"
    with pytest.raises(Refused, match="GloFAS"):
        record_grid(sent(river, data, tmp_path), by=river.forecaster, product="ecmwf")


def test_gridded_observations_become_a_series_of_the_basin(river, basin, climate, tmp_path):
    falls = np.zeros((3, 3, 4))
    falls[:, 1, 1], falls[:, 1, 2] = 1.0, 3.0
    days = np.datetime64("2026-03-01", "ns") + np.arange(3) * np.timedelta64(1, "D")
    data = xarray.Dataset(
        {"precip": (("time", "lat", "lon"), falls, {"units": "mm/day", "standard_name": "precipitation_amount"})},
        {"time": days, "lat": LATITUDE, "lon": LONGITUDE},
    )
    row = sent(river, data, tmp_path, name="chirps.nc")
    with pytest.raises(Refused, match="Name the product"):
        record_grid(row, by=river.forecaster, product="  ")
    record_grid(row, by=river.forecaster, product="CHIRPS 2.0")
    series = Series.objects.get(station=climate, variable="precipitation")
    assert (series.origin, series.origin_name, series.step) == ("satellite", "chirps-20", "1d")
    np.testing.assert_allclose(known_values(series).values, [5 / 3] * 3, rtol=1e-6)


def test_a_picture_of_snow_becomes_a_value_of_the_basin(river, basin, tmp_path):
    snow = river.make_station("tt-snow", "snow", node=river.town)
    values = np.zeros((3, 4))
    values[1, 1], values[1, 2] = 100.0, 40.0
    data = tiff(values, frame(3, 4, crs=DEGREES, x=42.5, y=37.5, dx=1, dy=1))
    row = sent(river, data, tmp_path, name="snow.tif")
    assert row.kind == "geotiff"
    at = river.at(2, 0)
    with pytest.raises(NotTaken, match="A cell holds 100"):
        read_for_basins(row.sha256, river.forecaster, variable="temperature", at=at)
    record_grid(row, by=river.forecaster, product="modis", variable="snow_cover", at=at)
    series = Series.objects.get(station=snow, variable="snow_cover")
    assert known_values(series).values.tolist() == [pytest.approx(80.0)]
    later = sent(river, data, tmp_path, name="snow2.tif")
    with pytest.raises(Refused, match="taken in the future"):
        record_grid(
            later, by=river.forecaster, product="modis", variable="snow_cover", at=datetime(2999, 1, 1, tzinfo=UTC)
        )


def test_a_picture_that_is_no_grid_leaves_nothing_behind(river, tmp_path):
    with pytest.raises(files.NotTaken, match="damaged or cut off") as caught:
        sent(river, tiff(np.ones((4, 4)))[:200], tmp_path, name="snow.tif")
    assert caught.value.found
    assert not ValueFile.objects.filter(name="snow.tif").exists()


def test_steps_are_told_by_their_lengths():
    first = datetime(2026, 3, 1, tzinfo=UTC)
    assert step_of(tuple(first + timedelta(hours=6 * one) for one in range(4))) == "6h"
    assert step_of((first, first + timedelta(hours=3), first + timedelta(hours=9))) == "irregular"


def test_a_forecast_runs_on_an_imported_grid(river, tmp_path):
    """From the file to the issued forecast: a wetter member makes more flow."""
    active = make_basin(river)
    calibrate_model(active.model, split=active.last - timedelta(days=730), max_runs=60)
    activate(active.model)
    Basin.objects.update(ground=None)
    river.town.basin = Basin.objects.create(
        code="tt-basin", name_en="Test basin", source_text="Test",
        ground=geos(shapely.MultiPolygon([shapely.box(44.0, 35.5, 44.75, 36.5)])),
    )  # fmt: skip
    river.town.save()
    begin = np.datetime64(active.last + timedelta(days=1), "ns")
    steps = tuple(range(24, 24 * 6, 24))
    data = ensemble(8 * rains(6, 5), warm=np.full((6, 5, 3, 4), 285.15), steps=steps, members=6, issued=begin)
    row = record_grid(
        sent(river, data, tmp_path), by=river.forecaster, product="ecmwf", known_from=active.now - timedelta(hours=1)
    )
    assert {one["row"] for one in row.refused} == set()
    made = issue(active, forcing="ecmwf", members=6, horizon_h=240)
    assert (made.state, made.members, made.steps) == ("issued", 6, [24, 48, 72, 96, 120])
    assert {"code": "weather_short", "asked_h": 240, "given_h": 120} in made.notes
    last = ForecastValue.objects.get(forecast=made, lead_h=120).members
    assert np.median(last[3:]) > np.median(last[:3]), "the wetter half of the members"


def test_the_command_takes_a_grid(river, basin, climate, tmp_path, capsys):
    path = tmp_path / "ens.nc"
    ensemble(rains()).to_netcdf(path, engine="h5netcdf")
    known = ["import", str(path), "--as", river.forecaster.login, "--owner", "TT-MOWR", "--product", "ecmwf", "--yes"]
    with pytest.raises(CommandError, match="5 members are there and 51"):
        call_command("rivers", *known, "--members", "51")
    call_command("rivers", *known)
    assert "Test basin → tt-climate precipitation × 5 × 3" in capsys.readouterr().out
    assert Series.objects.filter(origin="forecast", station=climate).count() == 5


def test_a_large_ensemble_is_recorded_by_a_task_that_says_why_it_failed(river, basin, climate, tmp_path):
    row = sent(river, ensemble(rains()), tmp_path)
    progress = SimpleNamespace(at=lambda *_: None)
    with pytest.raises(Failure) as caught:
        carry_out(progress, file=str(row.pk), by=str(river.forecaster.pk), how={"product": "ecmwf", "members": 51})
    assert "51 were expected" in caught.value.text["en"]
    assert "51" in caught.value.text["ar"] != caught.value.text["en"]
    for _again in range(2):
        carry_out(progress, file=str(row.pk), by=str(river.forecaster.pk), how={"product": "ecmwf"})
    assert ValueFile.objects.get(pk=row.pk).accepted == 15


def test_flow_of_a_grid_becomes_an_external_forecast(river, tmp_path):
    gauge = river.make_station()
    observed = river.make_series(gauge, "discharge")
    flow = np.ones((5, 2, 3, 4))
    flow[:, :, 1, 2] = np.arange(1, 6)[:, None] * 100
    data = ensemble(flow, steps=(24, 48)).rename(tp="dis24")
    data["dis24"].attrs["units"] = "m3 s-1"
    record_grid(sent(river, data, tmp_path), by=river.forecaster, product="glofas")
    model = RiverModel.objects.create(
        node=river.town, kind="external", observed=observed, area_km2=1000, latitude=36, owner=river.ministry,
        place=river.place,
    )  # fmt: skip
    made = of_series(model, "glofas", date(2026, 3, 29), timezone.now(), members=5, horizon=2)
    assert made.steps == [24, 48]
    np.testing.assert_allclose(made.ensemble, np.tile(np.arange(1, 6)[:, None] * 100, (1, 2)))
