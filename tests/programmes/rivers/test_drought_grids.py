"""Gridded months: what a file must hold, the index of each cell, exact shares of areas, pages, files, paper and API."""

import csv
import io
import json
from datetime import date

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import MultiPolygon, Polygon

from rafid.commons.indicators.models import IndicatorValue
from rafid.methods.hydrology import oudin_pet, spei, spi
from rafid.programmes.rivers.arriving.readers.reading import FileError
from rafid.programmes.rivers.droughts import grid_files, grid_index
from rafid.programmes.rivers.droughts.classes import CODES, NONE, classed
from rafid.programmes.rivers.droughts.grid_files import grid_file
from rafid.programmes.rivers.droughts.grid_index import NotComputed, index_of
from rafid.programmes.rivers.droughts.grids import current, grid_month
from rafid.programmes.rivers.droughts.keep_grid import keep_grid, months_of
from rafid.programmes.rivers.droughts.queries import class_of
from rafid.programmes.rivers.droughts.shares import cell_km2, covered, shares
from rafid.programmes.rivers.models import Basin, DroughtGrid, GridIndex

pytestmark = pytest.mark.django_db

YEARS, ROWS, COLUMNS = 14, 5, 6
MONTHS = YEARS * 12


def rain(seed=3):
    throws = np.random.default_rng(seed)
    usual = np.tile([60, 55, 50, 40, 20, 12, 11, 10, 12, 25, 40, 55], YEARS)[:, None, None]
    return throws.gamma(2.0, usual / 2.0, (MONTHS, ROWS, COLUMNS))


def write(path, values=None, *, units="mm", first="2010-01", pet=None, temperature=None, flip=False, **change):
    import xarray

    values = rain() if values is None else values
    months = np.datetime64(first, "M") + np.arange(values.shape[0])
    north = 38.375 - 0.25 * np.arange(values.shape[1])
    if flip:
        north, values = north[::-1], values[:, ::-1]
    east = change.pop("east", 42.125 + 0.25 * np.arange(values.shape[2]))
    place = ("time", "lat", "lon")
    found = {"pr": (place, values, {"units": units} if units else {})}
    if pet is not None:
        found["pet"] = (place, pet, {"units": "mm"})
    if temperature is not None:
        found["t2m"] = (place, temperature, {"units": "K"})
    time = change.pop("time", months.astype("datetime64[ns]"))
    xarray.Dataset(found, coords={"time": time, "lat": north, "lon": east}).to_netcdf(path, engine="h5netcdf")
    return path


def keep(path, owner, **values):
    return keep_grid(
        path, **{"code": "tt-grid", "names": {"en": "Test grid"}, "source": "Test", "owner": owner, **values}
    )


@pytest.fixture
def grid(river, tmp_path):
    river.grid = keep(write(tmp_path / "rain.nc"), river.ministry)
    return river


def test_what_is_kept_is_what_the_file_holds(grid):
    kept = grid.grid
    assert (kept.rows, kept.columns, kept.months, kept.first_month) == (ROWS, COLUMNS, MONTHS, date(2010, 1, 1))
    assert kept.variables == ["precipitation"]
    assert np.array_equal(np.moveaxis(months_of(kept)[0], -1, 0), rain())


def test_south_to_north_and_longitudes_to_360_are_turned(river, tmp_path):
    kept = keep(
        write(tmp_path / "a.nc", flip=True, east=402.125 - 0.25 * np.arange(COLUMNS)[::-1] - 20), river.ministry
    )
    assert kept.north == 38.375
    assert kept.west == pytest.approx(402.125 - 20 - 360 - 1.25)
    assert np.array_equal(months_of(kept)[0][0, 0], rain()[:, 0, 0])


@pytest.mark.parametrize(
    ("units", "factor"),
    [("m", 0.001), ("kg m-2", 1.0), ("mm/day", None), ("kg m-2 s-1", None), ("cm", 0.1)],
)
def test_units_come_to_mm_in_the_month(tmp_path, units, factor):
    lengths = np.diff((np.datetime64("2010-01", "M") + np.arange(MONTHS + 1)).astype("datetime64[D]")).astype(float)
    factor = factor or (1 / lengths if "day" in units else 1 / (lengths * 86400))[:, None, None]
    with grid_file(write(tmp_path / "u.nc", rain() * factor, units=units)) as found:
        block = np.concatenate(list(found.blocks("precipitation")))
    assert np.allclose(np.moveaxis(block, -1, 0), rain(), rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"units": ""}, "no_units"),
        ({"units": "furlong"}, "unknown_unit"),
        ({"values": -rain()}, "grid_negative"),
        ({"values": np.where(rain() > 200, np.inf, rain())}, "grid_infinite"),
        ({"east": np.array([42.0, 42.1, 42.4, 42.5, 43.0, 44.0])}, "grid_uneven"),
        ({"time": np.delete((np.datetime64("2010-01", "M") + np.arange(MONTHS + 1)).astype("datetime64[ns]"), 7)}, "grid_month_missing"),
    ],
)  # fmt: skip
def test_each_bad_grid_has_its_sentence_and_leaves_nothing(river, tmp_path, change, code):
    with pytest.raises(FileError) as caught:
        keep(write(tmp_path / "bad.nc", **change), river.ministry)
    assert caught.value.code == code
    assert caught.value.text()
    assert not DroughtGrid.objects.filter(owner=river.ministry).exists()


def test_another_kind_of_file_and_a_cut_one(river, tmp_path):
    (tmp_path / "a.nc").write_bytes(b"PK\x03\x04 not a grid")
    whole = write(tmp_path / "b.nc").read_bytes()
    (tmp_path / "c.nc").write_bytes(whole[: len(whole) // 2])
    for name, code in (("a.nc", "not_this_kind"), ("c.nc", "damaged")):
        with pytest.raises(FileError) as caught:
            keep(tmp_path / name, river.ministry)
        assert caught.value.code == code


def test_each_cell_has_the_index_of_the_method(grid):
    found = index_of(grid.grid, "spi", 6)
    for row, column in ((0, 0), (4, 5), (2, 3)):
        assert np.allclose(found[:, row, column], spi(rain()[:, row, column], scale=6), atol=1e-6, equal_nan=True)
    assert GridIndex.objects.filter(grid=grid.grid).count() == 1
    index_of(grid.grid, "spi", 6)
    assert GridIndex.objects.filter(grid=grid.grid).count() == 1


def test_blocks_make_no_difference(grid, tmp_path, monkeypatch):
    whole = np.array(index_of(grid.grid, "spi", 3))
    monkeypatch.setattr(grid_files, "BLOCK", 1)
    monkeypatch.setattr(grid_index, "BLOCK", 1)
    other = keep(write(tmp_path / "again.nc"), grid.ministry, code="tt-again")
    assert other.kept == grid.grid.kept
    assert np.array_equal(index_of(other, "spi", 3), whole, equal_nan=True)


def test_spei_from_temperature_is_oudins_balance(river, tmp_path):
    warm = 288.15 + 10 * np.sin(np.arange(MONTHS) * np.pi / 6)[:, None, None] + np.zeros((MONTHS, ROWS, COLUMNS))
    kept = keep(write(tmp_path / "w.nc", temperature=warm), river.ministry)
    assert (kept.variables, kept.pet_from) == (["precipitation", "pet"], "temperature")
    middle = np.array([15, 46, 74, 105, 135, 166, 196, 227, 258, 288, 319, 349])[np.arange(MONTHS) % 12]
    lengths = np.diff((np.datetime64("2010-01", "M") + np.arange(MONTHS + 1)).astype("datetime64[D]")).astype(float)
    pet = oudin_pet(warm[:, 1, 1] - 273.15, middle, latitude=38.125) * lengths
    expected = spei(rain()[:, 1, 1] - pet, scale=3)
    assert np.allclose(index_of(kept, "spei", 3)[:, 1, 1], expected, atol=1e-5, equal_nan=True)


def test_a_grid_without_pet_has_no_spei_and_a_large_one_is_not_waited_for(grid, monkeypatch):
    with pytest.raises(NotComputed):
        index_of(grid.grid, "spei", 3)
    monkeypatch.setattr(grid_index, "AT_ONCE", 10)
    with pytest.raises(NotComputed):
        index_of(grid.grid, "spi", 9)
    assert index_of(grid.grid, "spi", 9, wait=True).shape == (MONTHS, ROWS, COLUMNS)


def test_classes_are_those_of_stations():
    values = np.array([-5, -1.5, -1.1264, -0.9, -0.5828, -0.3, 0, 0.5, 0.583, 1.0, 1.1264, 1.2, 5, np.nan])
    found = classed(values)
    assert [CODES[one] if one != NONE else None for one in found] == [
        None if np.isnan(one) else class_of(float(one)) for one in values
    ]


def square(west, south, east, north):
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


def test_cells_count_by_the_ground_inside_the_border(grid):
    # A half of the first column, and a quarter of a degree of the second.
    cells, parts = covered(grid.grid, square(42.125, 38.25, 42.5, 38.5))
    assert dict(zip(cells.tolist(), parts.tolist(), strict=True)) == pytest.approx({0: 0.5, 1: 1.0})
    # Cells are as large as their latitudes make them: those in the south are larger.
    ground = cell_km2(grid.grid)
    assert (np.diff(ground) > 0).all()
    assert ground[0] == pytest.approx((0.25 * 111.195) ** 2 * np.cos(np.radians(38.375)), rel=1e-4)


def test_shares_of_a_basin_are_exact_and_say_what_is_not_covered(grid):
    Basin.objects.create(
        code="tt-basin", name_en="Basin", source_text="Test", ground=square(42.0, 37.75, 43.0, 39.0)
    )  # the upper half lies outside the grid
    month = grid_month(grid.grid, index="spi", scale=3, month="2023-12")
    (one,) = [share for share in shares(grid.grid, month.values) if share.area.code == "tt-basin"]
    ground = cell_km2(grid.grid)
    expected = dict.fromkeys(CODES, 0.0)
    for row in range(3):
        for column in range(4):
            expected[CODES[month.classes[row, column]]] += ground[row]
    assert one.classes == pytest.approx(expected)
    assert sum(one.part(name) for name in CODES) == pytest.approx(1)
    weights = np.repeat(ground[:3], 4)
    assert one.mean == pytest.approx(np.average(month.values[:3, :4].ravel(), weights=weights))
    assert 0.55 < one.covered < 0.65


def test_months_that_are_not_there_and_who_sees_a_grid(grid, tmp_path):
    for month in ("2009-12", "2024-01"):
        with pytest.raises(ValueError, match="no"):
            grid_month(grid.grid, index="spi", scale=3, month=month)
    secret = keep(write(tmp_path / "s.nc"), grid.ministry, code="tt-secret", sensitivity=2)
    assert secret in current(grid.hydrologist)
    assert secret not in current(AnonymousUser())
    assert secret not in current(grid.partner)
    newer = keep(write(tmp_path / "n.nc"), grid.ministry, code="tt-newer", replaces=grid.grid)
    codes = [one.code for one in current(grid.hydrologist)]
    assert newer.code in codes
    assert "tt-grid" not in codes


@pytest.fixture
def page(grid, client):
    client.force_login(grid.hydrologist)
    return lambda path, **asked: client.get(f"/rivers/drought/{path}", {"grid": "tt-grid", "month": "2023-12", **asked})


def test_the_page_shows_the_map_and_the_shares(page):
    answer = page("", scale=3)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "/rivers/drought/map.png?grid=tt-grid" in text
    assert "On the grid" in text
    assert "The grid does not hold this month" in page("", month="2025-01").content.decode()
    assert "no SPEI" in page("", index="spei").content.decode()


def test_the_map_is_a_picture_of_the_classes(page, grid):
    from PIL import Image

    image = Image.open(io.BytesIO(page("map.png").content)).convert("RGB")
    month = grid_month(grid.grid, index="spi", scale=3, month="2023-12")
    row, column = next(map(tuple, np.argwhere(month.classes == 4)), (None, None))
    if row is not None:
        at = (int((column + 0.5) * image.width / COLUMNS), int((row + 0.5) * image.height / ROWS))
        assert image.getpixel(at) == (0x01, 0x66, 0x5E)
    assert page("map.png", month="2030-01").status_code == 404


def test_the_live_map_has_the_cells_and_the_months_beside(page, grid):
    told = page("map.json").json()
    month = grid_month(grid.grid, index="spi", scale=3, month="2023-12")
    assert (told["index"], told["month"]) == ("SPI-3", "2023-12")
    assert [one["code"] for one in told["classes"]] == ["low", "below_normal", "normal", "above_normal", "high"]
    assert np.allclose(np.array(told["grid"]["values"], float), month.values, atol=5e-3, equal_nan=True)
    for row, kinds in zip(told["grid"]["classes"], month.classes.tolist(), strict=True):
        assert [9 if one == "." else int(one) for one in row] == kinds
    assert page("map.json", month="2030-01").status_code == 404
    text = page("", scale=3).content.decode()
    assert "month=2023-11" in text
    assert "month=2024-01" not in text, "the grid ends"


@pytest.mark.parametrize("ext", ["csv", "xlsx", "geojson"])
def test_tables_are_files_with_tags(page, grid, ext):
    Basin.objects.create(code="tt-basin", name_en="B", source_text="Test", ground=square(42.0, 37.5, 43.0, 38.0))
    body = b"".join(page(f"areas.{ext}", hxl="true").streaming_content)
    if ext == "csv":
        head, tags, *rows = body.decode().splitlines()
        assert head.startswith("period,index,scale,area")
        assert tags.startswith("#date+period,#indicator+code")
        own = [one for one in csv.DictReader([head, *rows]) if one["area"] == "tt-basin"]
        assert [(one["period"], one["index"], one["scale"], one["area_kind"]) for one in own] == [
            ("202312", "spi", "3", "basin")
        ]
    assert body
    assert page(f"stations.{ext}").status_code == 200


def test_an_outline_that_is_corrected_has_shares_of_its_own(grid):
    basin = Basin.objects.create(
        code="tt-basin", name_en="B", source_text="Test", ground=square(42.0, 37.5, 43.0, 38.0)
    )

    def ground():
        found = grid_month(grid.grid, index="spi", scale=3, month="2023-12").shares
        return next(one.area.whole for one in found if one.area.code == "tt-basin")

    before = ground()
    basin.ground = square(42.0, 37.5, 42.5, 38.0)
    basin.save()
    assert ground() == pytest.approx(before / 2, rel=1e-3)


def test_the_months_paper_and_the_published_report(grid, client):
    from rafid.programmes.rivers.droughts.monthly_paper import figures_of, gather, say

    DroughtGrid.objects.exclude(pk=grid.grid.pk).update(sensitivity=2)
    figures = gather({"owner": grid.ministry.ref}, "202312", grid.hydrologist)
    assert figures["sha256"] == gather({"owner": grid.ministry.ref}, "202312", None)["sha256"] or figures["made"]
    assert {one["index"] for one in figures["maps"]} == {"spi"}
    paper = say(json.loads(json.dumps(figures)))
    assert paper.document.parts
    assert next(one.title for one in paper.grids).startswith("SPI-3")
    assert figures_of("2023-12")["maps"][0]["classes"][0].strip("01234.") == ""


def test_the_months_paper_is_made_by_a_task_and_then_there_for_all(grid, client):
    from rafid.commons.records.models import Task
    from rafid.programmes.rivers.droughts import printing

    DroughtGrid.objects.exclude(pk=grid.grid.pk).update(sensitivity=2)
    asked = {"month": "2023-12", "lang": "ckb"}
    answer = client.get("/rivers/drought/month.pdf", asked)
    assert (answer.status_code, answer["Retry-After"]) == (202, "5")
    page = client.get("/rivers/drought/month.pdf", asked, headers={"Accept": "text/html"})
    assert (page.status_code, page["Refresh"]) == (202, "5")
    task = Task.objects.get(name="rivers-drought-pdf-ckb 2023-12")  # both ask for one
    progress = type("Told", (), {"at": lambda *_: None})()
    printing.print_by_task(progress, month="2023-12", language="ckb")
    assert task.link.startswith("/rivers/drought/month.pdf?month=2023-12")
    answer = client.get("/rivers/drought/month.pdf", asked)
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Language"] == "ckb"
    assert client.get("/rivers/drought/month.pdf", asked).content == answer.content
    assert client.get("/rivers/drought/month.pdf", {**asked, "lang": "ar"}).status_code == 202
    for month in ("2030-01", "x"):
        assert client.get("/rivers/drought/month.pdf", {"month": month}).status_code == 404


def test_a_paper_that_failed_is_not_started_again_at_once(grid, client):
    from rafid.commons.records.models import Task, TaskState

    DroughtGrid.objects.exclude(pk=grid.grid.pk).update(sensitivity=2)
    asked = {"month": "2023-11", "lang": "en"}
    client.get("/rivers/drought/month.pdf", asked)
    Task.objects.filter(name="rivers-drought-pdf-en 2023-11").update(state=TaskState.FAILED)
    page = client.get("/rivers/drought/month.pdf", asked, headers={"Accept": "text/html"})
    assert "could not be made" in page.content.decode()
    assert "Refresh" not in page
    assert Task.objects.filter(name="rivers-drought-pdf-en 2023-11").count() == 1


def test_the_api_gives_cells_and_areas(grid, client):
    client.force_login(grid.hydrologist)
    asked = {"scale": 3, "month": "2023-12", "grid": "tt-grid"}
    found = client.get("/api/v1/rivers/drought/spi", asked).json()["grid"]
    month = grid_month(grid.grid, index="spi", scale=3, month="2023-12")
    assert np.allclose(found["values"], month.values, atol=1e-4)
    assert found["rows"] == ROWS
    assert client.get("/api/v1/rivers/drought/spi", {**asked, "grid": "none"}).status_code == 422
    assert client.get("/api/v1/rivers/drought/spei", asked).status_code == 422
    assert client.get("/api/v1/rivers/drought/spi", {"month": "2023-12"}).json()["grid"] is None


def test_a_grid_is_sent_on_its_page(river, client, tmp_path):
    client.force_login(river.hydrologist)
    with write(tmp_path / "rain.nc").open("rb") as file:
        sent = {"file": file, "code": "tt-sent", "source": "Somewhere", "name_en": "Sent", "sensitivity": "1"}
        answer = client.post("/rivers/drought/grids/", sent)
    assert answer.status_code == 302
    kept = DroughtGrid.objects.get(code="tt-sent")
    assert (kept.sensitivity, kept.made_by, kept.file_name) == (1, river.hydrologist, "rain.nc")
    with (tmp_path / "no.nc").open("wb") as file:
        file.write(b"%PDF-1.4")
    with (tmp_path / "no.nc").open("rb") as file:
        answer = client.post("/rivers/drought/grids/", {"file": file, "code": "tt-no", "source": "S"})
    assert answer.status_code == 415
    assert "a PDF" in answer.content.decode()
    client.force_login(river.reader)
    assert client.get("/rivers/drought/grids/").status_code == 403


def test_the_grid_and_agreements_of_the_demonstration(river):
    """By themselves: a tenth of its cells, marked as made up, with its dry and its wet years in the index."""
    from types import SimpleNamespace

    from rafid.programmes.rivers import demo_drought, demo_sharing
    from rafid.programmes.rivers.models import AgreedSeries

    DroughtGrid.objects.filter(code="demonstration-months").update(code="another")
    world = SimpleNamespace(
        small=True, today=date(2026, 9, 30), flood_year=2026, ministry=river.ministry, north=river.northern
    )
    grid = demo_drought.grid(world)
    assert (grid.made_up, grid.columns, grid.rows, grid.months) == (True, 11, 10, 180)
    months = {
        text: float(np.nanmean(grid_month(grid, index="spi", scale=12, month=text).values))
        for text in ("2026-08", "2025-09")
    }
    assert months["2025-09"] < -1
    assert months["2026-08"] > 0
    series = river.make_series(river.make_station("tt-town", sensitivity=1), sensitivity=1)
    assert demo_sharing.agreements(world) == 2
    assert AgreedSeries.objects.get(series=series).agreement.receiver == river.northern
    IndicatorValue.objects.filter(indicator__programme="rivers").delete()
    assert demo_drought.figures(world) > 0


def test_a_grid_whose_file_is_gone_is_not_offered(grid, settings, tmp_path):
    assert grid.grid in current(grid.hydrologist)
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    assert grid.grid not in current(grid.hydrologist)
