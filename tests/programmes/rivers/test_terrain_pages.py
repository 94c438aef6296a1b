"""Pages of the ground: heights sent, a flood drawn and read, a catchment kept, a grid of weather recorded and undone."""

import json

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.places.models import Level, Place
from rafid.commons.products.datasets import datasets
from rafid.commons.records.models import Task
from rafid.programmes.rivers.models import Basin, ElevationModel, FloodMap, Series, ValueFile
from rafid.programmes.rivers.terrain import views
from rafid.programmes.rivers.terrain.flooding import carry_out
from tests.programmes.rivers.ground import CELL, COLUMNS, MIDDLE, ROWS, frame, own, tiff, valley
from tests.programmes.rivers.test_basin_grids import LATITUDE, LONGITUDE, ensemble, rains  # noqa: F401
from tests.programmes.rivers.test_terrain import RIVER_KM2, bowl

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


def file(data, name="heights.tif"):
    return SimpleUploadedFile(name, data)


SAID = {"name": "Valley", "source_text": "Test", "licence": "CC0", "vertical_datum": "EGM2008", "sensitivity": "0"}


@pytest.fixture
def elevation(client, river):
    client.force_login(river.hydrologist)
    answer = client.post("/rivers/terrain/new/", {"file": file(tiff(valley())), **SAID})
    row = own(ElevationModel).get()
    assert answer["Location"] == f"/rivers/terrain/{row.ref}/"
    return row


def asked(elevation, **values):
    return {
        "elevation": elevation.ref, "by": "stage", "stage_m": "3,0", "bed_stage_m": "0.5", "drainage_km2": f"{RIVER_KM2}",
        "sensitivity": "0", "quantile": "50", **values,
    }  # fmt: skip


@pytest.fixture
def flood(client, elevation):
    answer = client.post("/rivers/floods/maps/new/", asked(elevation))
    row = own(FloodMap).get()
    assert answer["Location"] == f"/rivers/floods/maps/{row.ref}/"
    return row


def test_heights_are_sent_and_shown(client, elevation):
    page = client.get(f"/rivers/terrain/{elevation.ref}/").content.decode()
    assert "EPSG:32638" in page
    assert "EGM2008" in page


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"%PDF-1.7", 415, "is no GeoTIFF, but a PDF"),
        (tiff(valley())[:300], 415, "damaged or cut off"),
        (tiff(np.full((5, 5), np.nan)), 422, "No cell of the grid has a height"),
    ],
)
def test_a_bad_file_is_refused_on_the_page(client, river, data, status, said):
    client.force_login(river.hydrologist)
    answer = client.post("/rivers/terrain/new/", {"file": file(data), **SAID})
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not own(ElevationModel).exists()


def test_a_flood_of_the_straight_valley_on_its_page(client, river, flood):
    """2.5 m above the river's bed: the river in the class from 2 to 4 m, its two neighbours 0.5 m deep."""
    page = client.get(f"/rivers/floods/maps/{flood.ref}/").content.decode()
    assert "0.0 to 0.5 m" in page
    assert "2.0 to 4.0 m" in page
    shapes = json.loads(client.get(f"/rivers/floods/maps/{flood.ref}/depths.geojson").content)
    areas = [one["properties"]["area_km2"] for one in shapes["features"]]
    cells = ROWS * CELL**2 / 1e6
    assert areas == pytest.approx([2 * cells, cells], rel=1e-3)
    grid = client.get(f"/rivers/floods/maps/{flood.ref}/depths.tif")
    assert grid.content.startswith(b"II*\x00")
    assert flood.ref in client.get("/rivers/floods/maps/").content.decode()


def test_a_form_says_what_is_missing(client, elevation):
    answer = client.post("/rivers/floods/maps/new/", asked(elevation, by="threshold"))
    assert answer.status_code == 422
    assert "the stage rests on it" in answer.content.decode()
    answer = client.post("/rivers/floods/maps/new/", asked(elevation, stage_m="0.4"))
    assert answer.status_code == 422
    assert "not above that of the grid" in answer.content.decode()
    assert not own(FloodMap).exists()


def test_what_lies_in_the_water_is_counted_where_it_is_deepest(client, river, flood):
    where = frame()
    wet = Place.objects.create(
        ref="tt-wet", level=Level.SETTLEMENT, name_en="Wet village", point=point(where.middle_of(5, MIDDLE))
    )
    Place.objects.create(
        ref="tt-dry", level=Level.SETTLEMENT, name_en="Dry village", point=point(where.middle_of(5, 0))
    )
    page = client.get(f"/rivers/floods/maps/{flood.ref}/").content.decode()
    assert "Wet village" in page
    assert "Dry village" not in page
    table = client.get(f"/rivers/floods/maps/{flood.ref}/exposure.csv").content.decode()
    assert f"thing,settlements,{wet.ref},Wet village,2.0,4.0,1" in table
    answer = client.get(f"/api/v1/rivers/flood-maps/{flood.ref}").json()
    (layer,) = [one for one in answer["layers"] if one["code"] == "settlements"]
    assert (layer["count"], layer["things"][0]["depth_from_m"]) == (1, 2.0)


def point(place):
    return f"SRID=4326;POINT({place[0]} {place[1]})"


def test_a_map_that_is_not_mine_is_not_there(client, river, flood):
    FloodMap.objects.filter(pk=flood.pk).update(sensitivity=2)
    client.force_login(river.partner)
    for path in ("", "depths.geojson", "depths.tif", "exposure.csv"):
        assert client.get(f"/rivers/floods/maps/{flood.ref}/{path}").status_code == 404
    assert client.get(f"/api/v1/rivers/flood-maps/{flood.ref}").status_code == 404
    assert flood.ref not in {one["ref"] for one in client.get("/api/v1/rivers/flood-maps").json()["items"]}
    assert flood.ref not in client.get("/rivers/floods/maps/").content.decode()
    assert client.get("/rivers/floods/maps/new/").status_code == 403


def test_the_extent_is_a_dataset_that_others_read(client, river, flood):
    answer = client.get("/api/v1/products/datasets/rivers-flood-extent/rows")
    if answer.status_code == 404:
        answer = client.get("/api/v1/datasets/rivers-flood-extent/rows")
    assert answer.status_code == 200, answer.content
    rows = answer.json()["items"]
    assert flood.ref in {one["map_ref"] for one in rows}


def test_a_large_grid_is_drawn_by_a_task(client, river, elevation, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 10)
    answer = client.post("/rivers/floods/maps/new/", asked(elevation))
    task = Task.objects.get(name="rivers-flood-map")
    assert str(task.pk) in answer["Location"]
    assert not own(FloodMap).exists()
    run(task)
    run(task)  # once more, as after a worker that died
    row = own(FloodMap).get()
    task.refresh_from_db()
    assert task.link == f"/rivers/floods/maps/{row.ref}/"


def run(task):
    from procrastinate.contrib.django.models import ProcrastinateJob

    job = ProcrastinateJob.objects.filter(args__task=str(task.pk)).latest("id")
    progress = type("Told", (), {"at": lambda *_: None})()
    progress.task = task
    carry_out(progress, **job.args["kwargs"])


def test_a_catchment_is_found_shown_and_kept(client, river):
    client.force_login(river.hydrologist)
    ground = bowl()
    client.post("/rivers/terrain/new/", {"file": file(tiff(ground)), **SAID})
    elevation = own(ElevationModel).get()
    longitude, latitude = frame(*ground.shape).middle_of(16, 6)
    find = {"elevation": elevation.ref, "longitude": f"{longitude}", "latitude": f"{latitude}", "snap_m": "40"}
    page = client.post("/rivers/catchments/", find)
    assert page.status_code == 200
    assert "0.159 km²" in page.content.decode(), "16 × 11 cells of 900 m² of the map, on the ellipsoid"
    assert not Basin.objects.filter(code="tt-bowl").exists()
    keep = {**find, "save": "yes", "code": "tt-bowl", "name_en": "Bowl", "node": "tt-town", "reason": "New"}
    assert client.post("/rivers/catchments/", keep)["Location"] == "/rivers/catchments/"
    basin = Basin.objects.get(code="tt-bowl")
    assert basin.area_km2 == pytest.approx(16 * 11 * CELL**2 / 1e6, rel=1e-3)
    river.town.refresh_from_db()
    assert river.town.basin == basin
    (one,) = [row for row in client.get("/api/v1/rivers/basins").json()["items"] if row["code"] == "tt-bowl"]
    assert (one["code"], one["geometry"]["type"]) == ("tt-bowl", "MultiPolygon")


def test_a_catchment_that_reaches_the_edge_says_the_remedy(client, elevation):
    longitude, latitude = frame().middle_of(15, MIDDLE)
    asked_ = {"elevation": elevation.ref, "longitude": f"{longitude}", "latitude": f"{latitude}", "snap_m": "0"}
    page = client.get("/rivers/catchments/").content.decode()
    # The only grid is chosen already; a demonstration has one more.
    only = ElevationModel.objects.count() == 1
    assert f'value="{elevation.ref}"{" selected" if only else ""}' in page
    answer = client.post("/rivers/catchments/", asked_)
    assert answer.status_code == 422
    assert "Take a larger grid" in answer.content.decode()
    answer = client.post("/rivers/catchments/", {**asked_, "longitude": ""})
    assert "Say the point, or choose a station" in answer.content.decode()


def test_who_may_not_edit_the_network_finds_no_catchments(client, river, elevation):
    client.force_login(river.reader)
    assert client.get("/rivers/catchments/").status_code == 200
    assert client.post("/rivers/catchments/", {}).status_code == 403


def test_a_seen_flood_is_compared_on_its_page(client, river, flood):
    seen = np.zeros((ROWS, COLUMNS))
    seen[:, MIDDLE : MIDDLE + 2] = 1
    known = {"name": "Seen", "source_text": "Test satellite", "seen_at": "2026-03-02T09:00", "sensitivity": "0"}
    client.post("/rivers/floods/maps/seen/", {"file": file(tiff(seen), "seen.tif"), **known})
    row = own(FloodMap).get(origin="observed")
    answer = client.post(f"/rivers/floods/maps/{row.ref}/compare/", {"with_map": flood.ref})
    assert answer.status_code == 302
    page = client.get(f"/rivers/floods/maps/{row.ref}/").content.decode()
    assert "Critical success index" in page
    assert "0.67" in page
    answer = client.post("/rivers/floods/maps/seen/", {"file": file(b"no picture", "seen.tif"), **known})
    assert answer.status_code == 415


@pytest.fixture
def weather(river):
    from tests.programmes.rivers.test_basin_grids import geos, shapely

    Basin.objects.update(ground=None)  # those of a demonstration
    river.town.basin = Basin.objects.create(
        code="tt-basin", name_en="Test basin", source_text="Test",
        ground=geos(shapely.MultiPolygon([shapely.box(44.0, 35.5, 44.75, 36.5)])),
    )  # fmt: skip
    river.town.save()
    return river.make_station("tt-climate", "climate", node=river.town)


def test_a_grid_of_weather_is_seen_recorded_and_undone(client, river, weather, tmp_path):
    client.force_login(river.forecaster)
    path = tmp_path / "ens.nc"
    ensemble(rains()).to_netcdf(path, engine="h5netcdf")
    answer = client.post("/rivers/import/", {"file": file(path.read_bytes(), "ens.nc")})
    row = ValueFile.objects.get(made_by=river.forecaster)
    assert answer["Location"] == f"/rivers/import/{row.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "Test basin" in page
    assert "5.00 mm" in page, "the mean of members 1 to 5, each 5/3 mm"
    answer = client.post(f"/rivers/import/{row.pk}/grid/", {"product": "ecmwf", "members": "51"})
    assert answer.status_code == 422
    assert "51 were expected" in answer.content.decode()
    assert client.post(f"/rivers/import/{row.pk}/grid/", {"product": "ecmwf"}).status_code == 302
    assert Series.objects.filter(origin="forecast", station=weather).count() == 5
    page = client.get(f"/rivers/import/{row.pk}/").content.decode()
    assert "Undo this file" in page
    client.post(f"/rivers/import/{row.pk}/undo/", {"reason": "Wrong run"})
    row.refresh_from_db()
    assert row.state == "undone"


def test_a_picture_of_snow_asks_what_it_is(client, river, weather, tmp_path):
    from tests.programmes.rivers.ground import DEGREES

    client.force_login(river.forecaster)
    data = tiff(np.full((3, 4), 60.0), frame(3, 4, crs=DEGREES, x=42.5, y=37.5, dx=1, dy=1))
    client.post("/rivers/import/", {"file": file(data, "snow.tif")})
    row = ValueFile.objects.get(made_by=river.forecaster)
    assert "What does the picture show?" in client.get(f"/rivers/import/{row.pk}/").content.decode()
    assert "Picture taken at" in client.get(f"/rivers/import/{row.pk}/?what=snow_cover").content.decode()
    answer = client.post(f"/rivers/import/{row.pk}/grid/", {"product": "modis", "variable": "snow_cover"})
    assert answer.status_code == 422
    answer = client.post(
        f"/rivers/import/{row.pk}/grid/", {"product": "modis", "variable": "snow_cover", "at": "2026-03-02T09:00"}
    )
    assert answer.status_code == 302
    assert Series.objects.filter(variable="snow_cover", station=weather).exists()


def test_a_map_is_withdrawn_with_a_reason_and_leaves_the_dataset(client, river, flood):
    answer = client.post(f"/rivers/floods/maps/{flood.ref}/withdraw/", {"reason": " "})
    assert answer.status_code == 422
    client.post(f"/rivers/floods/maps/{flood.ref}/withdraw/", {"reason": "Wrong bed"})
    flood.refresh_from_db()
    assert flood.state == "withdrawn"
    assert "This map is withdrawn" in client.get(f"/rivers/floods/maps/{flood.ref}/").content.decode()
    published = datasets()["rivers-flood-extent"]
    assert not published.declared.query(river.hydrologist).filter(map_ref=flood.ref).exists()
    client.force_login(river.partner)
    assert client.get(f"/rivers/floods/maps/{flood.ref}/").status_code == 404
    assert client.post(f"/rivers/floods/maps/{flood.ref}/withdraw/", {"reason": "x"}).status_code == 404
