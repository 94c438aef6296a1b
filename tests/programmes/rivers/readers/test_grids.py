"""Readers of NetCDF: point series and ensembles on grids, made here in the form of their producers."""

from datetime import UTC, datetime

import numpy as np
import pytest

from rafid.programmes.rivers.arriving.readers import FileError, kind_of
from rafid.programmes.rivers.arriving.readers.grids import read_grid
from rafid.programmes.rivers.arriving.readers.points import read_points

xarray = pytest.importorskip("xarray")

HOURS = np.datetime64("2026-03-30T00", "ns") + np.arange(4) * np.timedelta64(6, "h")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def saved(data, path, engine="h5netcdf", encoding=None):
    data.to_netcdf(path, engine=engine, encoding=encoding)
    return path


def points(**attrs):
    return xarray.Dataset(
        {
            "stage": (
                ("station", "time"),
                [[1.0, 1.1, np.nan, 1.3], [2.0, 2.1, 2.2, 2.3]],
                {"units": "m", "standard_name": "water_surface_height_above_reference_datum"} | attrs,
            )
        },
        {
            "time": HOURS,
            "station_id": ("station", ["BAG", "MOS"], {"cf_role": "timeseries_id"}),
        },
        {"featureType": "timeSeries", "Conventions": "CF-1.11"},
    )


@pytest.mark.parametrize("engine", ["h5netcdf", "scipy"])
def test_points(tmp_path, engine):
    path = saved(points(), tmp_path / "a.nc", engine)
    assert kind_of(path.read_bytes()) == "netcdf"
    table = read_points(path)
    assert [(one.station, one.value) for one in table.rows[:5]] == [
        ("BAG", 1.0),
        ("BAG", 1.1),
        ("BAG", None),
        ("BAG", 1.3),
        ("MOS", 2.0),
    ]
    first = table.rows[0]
    assert (first.variable, first.unit, first.time, first.row) == ("stage", "m", utc(2026, 3, 30), 1)
    assert table.rows[7].row == 8


def test_points_of_one_station_in_other_units(tmp_path):
    data = points(units="cm").isel(station=0)
    (first, *_) = read_points(saved(data, tmp_path / "a.nc")).rows
    assert (first.station, first.value) == ("BAG", pytest.approx(0.01))


def test_points_that_are_ragged(tmp_path):
    data = xarray.Dataset(
        {
            "flow": ("obs", [1.0, 2.0, 3.0], {"units": "m3 s-1", "cell_methods": "time: mean"}),
            "row_size": ("station", [1, 2], {"sample_dimension": "obs"}),
        },
        {"time": ("obs", HOURS[[0, 0, 1]]), "name": ("station", ["A", "B"], {"cf_role": "timeseries_id"})},
        {"featureType": "timeSeries"},
    )
    table = read_points(saved(data, tmp_path / "a.nc"))
    assert [(one.station, one.value, one.aggregation) for one in table.rows] == [
        ("A", 1, "mean"),
        ("B", 2, "mean"),
        ("B", 3, "mean"),
    ]
    assert table.rows[0].variable == "discharge"
    short = data.assign(row_size=("station", [1, 1], {"sample_dimension": "obs"}))
    with pytest.raises(FileError, match="ends in the middle"):
        read_points(saved(short, tmp_path / "b.nc"))


def test_points_that_cannot_be_read_are_refused(tmp_path):
    data = points()
    del data["stage"].attrs["units"]
    with pytest.raises(FileError, match="stage has no unit"):
        read_points(saved(data, tmp_path / "units.nc"))
    with pytest.raises(FileError, match="Unit K is not known"):
        read_points(saved(points(units="K"), tmp_path / "kelvin.nc"))
    with pytest.raises(FileError, match="does not say whose"):
        read_points(saved(points().drop_vars("station_id"), tmp_path / "who.nc"))
    grid = points().assign_attrs(featureType="grid")
    with pytest.raises(FileError, match="CF timeSeries"):
        read_points(saved(grid, tmp_path / "kind.nc"))
    other = points().assign_coords(
        time=("time", [0, 1, 2, 3], {"units": "days since 2026-01-01", "calendar": "360_day"})
    )
    with pytest.raises(FileError, match="360_day"):
        read_points(saved(other, tmp_path / "calendar.nc"))
    whole = saved(points(), tmp_path / "whole.nc").read_bytes()
    for size in (100, 600, len(whole) // 2, len(whole) - 900):
        (tmp_path / "cut.nc").write_bytes(whole[:size])
        with pytest.raises(FileError, match="damaged"):
            read_points(tmp_path / "cut.nc")
    (tmp_path / "not.nc").write_bytes(b"GRIB....")
    with pytest.raises(FileError, match="GRIB"):
        read_points(tmp_path / "not.nc")
    (tmp_path / "empty.nc").write_bytes(b"")
    with pytest.raises(FileError, match="empty"):
        read_points(tmp_path / "empty.nc")


STEPS = np.array([0, 6, 12, 18])


def ens(values=None, members=3, name="tp", units="m", steps=STEPS, **more):
    """As ECMWF's GRIB becomes NetCDF: number, step, latitude from north to south; tp adds up from the start."""
    shape = (members, len(steps), 3, 4)
    if values is None:
        rain = np.arange(len(steps))[None, :, None, None] * (1 + np.arange(members))[:, None, None, None] * 0.001
        values = np.broadcast_to(rain, shape)
    return xarray.Dataset(
        {name: (("number", "step", "latitude", "longitude"), values, {"units": units})},
        {
            "number": np.arange(members),
            "step": ("step", steps, {"units": "hours"}),
            "time": ((), HOURS[0]),
            "latitude": [37.0, 36.0, 35.0],
            "longitude": [42.0, 43.0, 44.0, 45.0],
        },
    )


def test_accumulated_metres_become_millimetres_of_each_step(tmp_path):
    (grid,) = read_grid(saved(ens(), tmp_path / "a.nc"), members=3)
    assert (grid.variable, grid.unit, grid.issued) == ("precipitation", "mm", utc(2026, 3, 30))
    assert grid.values.shape == (3, 4, 3, 4)
    np.testing.assert_allclose(grid.values[:, 1:, 0, 0], [[1] * 3, [2] * 3, [3] * 3], rtol=1e-9)
    np.testing.assert_array_equal(grid.values[:, 0], 0)
    assert grid.times[-1] == utc(2026, 3, 30, 18)
    np.testing.assert_allclose(grid.values.sum(1)[2], 9.0)


def test_a_first_step_after_the_start_counts_what_fell_before_it(tmp_path):
    values = np.full((2, 2, 3, 4), 0.004)
    (grid,) = read_grid(saved(ens(values, 2, steps=STEPS[1:3]), tmp_path / "a.nc"))
    np.testing.assert_allclose(grid.values[0, :, 0, 0], [4, 0])


def test_kelvin_and_glofas(tmp_path):
    data = ens(np.full((3, 4, 3, 4), 290.15), name="t2m", units="K")
    (grid,) = read_grid(saved(data, tmp_path / "a.nc"))
    assert (grid.variable, grid.unit) == ("temperature", "°C")
    np.testing.assert_allclose(grid.values, 17.0)
    flow = ens(np.full((3, 4, 3, 4), 512.0), name="dis24", units="m**3 s**-1").rename(step="forecast_period")
    (grid,) = read_grid(saved(flow, tmp_path / "b.nc"), members=3)
    assert (grid.variable, grid.unit, float(grid.values.max())) == ("discharge", "m³/s", 512)


def test_only_the_area_is_read_from_west_to_east(tmp_path):
    values = np.broadcast_to(np.arange(4.0), (1, 4, 3, 4))
    data = ens(values, 1, "t2m", "degC").assign_coords(longitude=[350.0, 355.0, 0.0, 5.0], latitude=[35.0, 36.0, 37.0])
    (grid,) = read_grid(saved(data, tmp_path / "a.nc"), bounds=(-5.0, 35.5, 0.0, 36.5))
    assert grid.longitude.tolist() == [-10, -5, 0, 5]
    assert grid.latitude.tolist() == [37, 36, 35]
    assert grid.values[0, 0, 0].tolist() == [0, 1, 2, 3]
    with pytest.raises(FileError, match="does not reach"):
        read_grid(tmp_path / "a.nc", bounds=(-5.0, 30.0, 0.0, 36.5))


def test_what_a_grid_lacks_is_named(tmp_path):
    with pytest.raises(FileError, match="3 members are there and 51"):
        read_grid(saved(ens(), tmp_path / "a.nc"), members=51)
    bare = ens()
    del bare["tp"].attrs["units"]
    with pytest.raises(FileError, match="tp has no unit"):
        read_grid(saved(bare, tmp_path / "b.nc"))
    gap = np.array(ens()["tp"].values)
    gap[1, 2] = np.nan
    with pytest.raises(FileError, match="missing at step 2026-03-30 12:00"):
        read_grid(saved(ens(gap), tmp_path / "c.nc"))
    falls = np.array(ens()["tp"].values)
    falls[0, 3] = 0
    with pytest.raises(FileError, match="missing at step 2026-03-30 18:00"):
        read_grid(saved(ens(falls), tmp_path / "d.nc"))
    with pytest.raises(FileError, match="no variable that is known"):
        read_grid(saved(ens(name="z500"), tmp_path / "e.nc"))
    with pytest.raises(FileError, match="no time"):
        read_grid(saved(ens().isel(step=[1, 0]), tmp_path / "f.nc"))
