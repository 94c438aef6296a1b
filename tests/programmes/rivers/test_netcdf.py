"""A series and a station as CF NetCDF, and read back by the reader of files that arrive."""

from __future__ import annotations

import io

import pytest
import xarray
from django.utils import timezone

from rafid.programmes.rivers.arriving.readers.points import read_points
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(river):
    series = river.make_series(river.make_station(name_en="Town", gauge_zero_m=25.0, datum="EGM2008"))
    readings = [Reading(series.pk, at(day), 2 + day / 10, day, quality=1) for day in range(1, 4)]
    record_values([*readings, Reading(series.pk, at(4), None, 4)], origin="person", judge=False)
    return series


@pytest.fixture
def flow(river, stage):
    series = river.make_series(stage.station, "discharge", origin="derived")
    rows = [Reading(series.pk, at(day, 12), 100.0 + day, day, flow_quality=1) for day in (1, 2)]
    record_values(rows, origin="person", follow=False, judge=False)
    return series


def opened(answer):
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-netcdf"), answer.content[:500]
    return xarray.open_dataset(io.BytesIO(answer.content), engine="h5netcdf", decode_cf=False)


def test_a_series_says_what_it_is(client, stage):
    data = opened(client.get(f"/api/v1/rivers/series/{stage.pk}/netcdf"))
    assert (data.attrs["Conventions"], data.attrs["featureType"]) == ("CF-1.8", "timeSeries")
    assert data["station_id"].attrs["cf_role"] == "timeseries_id"
    assert str(data["station_id"].values) == "tt-town"
    assert (float(data["longitude"]), float(data["latitude"])) == (44.33, 36.05)
    stage_of = data["stage"].attrs
    assert stage_of["units"] == "m"
    assert stage_of["standard_name"] == "water_surface_height_above_reference_datum"
    assert stage_of["cell_methods"] == "time: point"
    assert "25 m (EGM2008)" in stage_of["comment"]
    assert set(stage_of["coordinates"].split()) == {"latitude", "longitude", "station_id", "station_name"}
    flags = data[stage_of["ancillary_variables"].split()[0]]
    assert flags.attrs["flag_values"].tolist() == [1, 2, 3, 4, 9]
    assert flags.attrs["flag_meanings"] == "good not_evaluated suspect fail missing"
    assert flags.values.tolist() == [1, 1, 1, 9]
    assert data["time"].attrs["units"].startswith("seconds since 1970-01-01")
    assert "title" in data.attrs
    assert "DEMONSTRATION" not in data.attrs["title"]


def test_a_series_is_read_back(client, stage, tmp_path):
    path = tmp_path / "series.nc"
    path.write_bytes(client.get(f"/api/v1/rivers/series/{stage.pk}/netcdf").content)
    read = read_points(path)
    assert read.refused == ()
    found = [(one.station, one.variable, one.unit, one.time, one.value) for one in read.rows]
    assert found == [
        ("tt-town", "stage", "m", at(day), value) for day, value in ((1, 2.1), (2, 2.2), (3, 2.3), (4, None))
    ]


def test_a_station_is_read_back_with_each_series_at_its_own_times(client, river, stage, flow, tmp_path):
    other = river.make_series(stage.station, "stage", origin="altimetry", origin_name="Sentinel 3")
    record_values([Reading(other.pk, at(2, 9), 2.5)], origin="person", judge=False)
    answer = client.get("/api/v1/rivers/stations/tt-town/netcdf")
    data = opened(answer)
    assert data["discharge"].attrs["units"] == "m3 s-1"
    assert data["discharge_rating_flag"].values.tolist().count(1) == 2
    path = tmp_path / "station.nc"
    path.write_bytes(answer.content)
    read = read_points(path)
    found = sorted((one.variable, one.time, one.value) for one in read.rows if one.value is not None)
    assert found == [
        ("discharge", at(1, 12), 101), ("discharge", at(2, 12), 102),
        ("stage", at(1), 2.1), ("stage", at(2), 2.2), ("stage", at(2, 9), 2.5), ("stage", at(3), 2.3),
    ]  # fmt: skip
    assert [(one.variable, one.time) for one in read.rows if one.value is None] == [("stage", at(4))]


def test_every_variable_keeps_its_name_and_unit(client, river, tmp_path):
    from rafid.programmes.rivers.codes import VARIABLES
    from rafid.programmes.rivers.models import Series

    station = river.make_station(kind="reservoir")
    for code, variable in VARIABLES.items():
        series = Series.objects.create(
            station=station, variable=code, unit=variable.unit, step="1d", known_at=station.known_at, sensitivity=0,
            owner=station.owner, place=station.place,
        )  # fmt: skip
        record_values([Reading(series.pk, at(1), 7.25)], origin="person", judge=False, follow=False)
    path = tmp_path / "all.nc"
    path.write_bytes(client.get("/api/v1/rivers/stations/tt-town/netcdf").content)
    read = read_points(path)
    assert {one.variable: (one.unit, round(one.value, 9)) for one in read.rows} == {
        code: (variable.unit, 7.25) for code, variable in VARIABLES.items()
    }


def test_as_known_at_and_who_sees_it(client, river, stage):
    before = timezone.now()
    record_values([Reading(stage.pk, at(2), 9.5)], origin="person", reason="Read again")
    asked = before.isoformat().replace("+00:00", "Z")
    data = opened(client.get(f"/api/v1/rivers/series/{stage.pk}/netcdf?known_at={asked}"))
    assert data["stage"].values.tolist()[1] == 2.2
    assert data.attrs["known_at"] == asked
    assert asked in data.attrs["history"]
    stage.sensitivity = 1
    stage.save()
    for path in (f"series/{stage.pk}", "stations/tt-town"):
        assert client.get(f"/api/v1/rivers/{path}/netcdf").status_code == 404


def test_a_demonstration_says_so(client, stage):
    type(stage).everything.filter(pk=stage.pk).update(source="demonstration")
    data = opened(client.get(f"/api/v1/rivers/series/{stage.pk}/netcdf"))
    assert data.attrs["title"].startswith("DEMONSTRATION")
    assert data.attrs["comment"].startswith("DEMONSTRATION")


def test_no_value_is_no_file(client, stage):
    answer = client.get(f"/api/v1/rivers/series/{stage.pk}/netcdf?from=1999-01-01&to=1999-02-01")
    assert answer.status_code == 404
    assert client.get("/api/v1/rivers/stations/tt-town/netcdf?from=x").status_code == 422
