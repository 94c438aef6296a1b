"""Grids of heights, and floods drawn on them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.db import IntegrityError, transaction

from rafid.commons import blobs
from rafid.commons.records.change import Refused
from rafid.programmes.rivers.models import ElevationModel, FloodMap, FloodPart
from rafid.programmes.rivers.terrain.catchments import find_catchment, save_basin
from rafid.programmes.rivers.terrain.elevation import heights_of, receive_elevation
from rafid.programmes.rivers.terrain.extent import river_of
from rafid.programmes.rivers.terrain.flooding import draw_flood
from rafid.programmes.rivers.terrain.frames import area_km2
from rafid.programmes.rivers.terrain.observed import compare, receive_observed
from rafid.programmes.rivers.terrain.outlines import outline
from rafid.programmes.rivers.terrain.rasters import NotTaken, read_geotiff
from rafid.programmes.rivers.terrain.stages import of_forecast, of_stage, of_threshold
from tests.programmes.rivers.ground import CELL, COLUMNS, DEGREES, MIDDLE, ROWS, frame, own, tiff, valley

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
RIVER_KM2 = COLUMNS * CELL**2 / 1e6
"""What a row of the valley drains: only its middle does."""
SAID = {"name": "Valley", "source_text": "Test", "licence": "CC0", "vertical_datum": "EGM2008"}


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def elevation(river):
    return supplied(river, tiff(valley()))


def supplied(river, data, **values):
    return receive_elevation([data], owner=river.ministry, by=river.hydrologist, **SAID, **values)


def drawn(river, elevation, stage=3.0, **values):
    asked = {"bed_stage_m": 0.5, "drainage_km2": RIVER_KM2, "owner": river.ministry, "by": river.hydrologist}
    return draw_flood(elevation, asked=of_stage(stage), **asked, **values)


def test_a_grid_of_heights_is_kept_as_it_came(river, elevation):
    assert (elevation.rows, elevation.columns, elevation.crs) == (ROWS, COLUMNS, "EPSG:32638")
    assert (elevation.cell_x_m, elevation.cell_y_m) == pytest.approx((CELL, CELL), rel=1e-3)
    assert (elevation.lowest_m, elevation.highest_m) == pytest.approx((300.1, 312.0), abs=1e-4)
    assert elevation.ground.contains(river.make_station().point) is False
    np.testing.assert_allclose(heights_of(elevation).values, valley(), rtol=1e-6)
    with pytest.raises(IntegrityError), transaction.atomic():
        ElevationModel.objects.filter(pk=elevation.pk).update(sha256="0" * 64)


@pytest.mark.parametrize(
    ("data", "said", "found"),
    [
        (b"", "empty", True),
        (b"%PDF-1.7 and more", "is no GeoTIFF, but a PDF", True),
        (b"\x89PNG\r\n\x1a\n", "is no GeoTIFF, but an image", True),
        (tiff(valley())[:300], "damaged or cut off", True),
        (tiff(np.full((5, 5), np.nan)), "No cell of the grid has a height", False),
        (tiff(np.full((5, 5), 7.0)), "All cells have one height", False),
        (tiff(np.where(valley() > 310, -32768.0, valley())), "-32768 m, which no land has", False),
        (tiff(valley(), frame(dx=0.0003, dy=0.0003)), "in metres, but cells of 0.0003 are in degrees", False),
        (tiff(valley(), frame(crs=DEGREES, x=44, y=36)), "in degrees, but cells of 30 are in metres", False),
    ],
)
def test_a_bad_grid_is_refused_with_a_sentence_and_leaves_nothing(river, data, said, found, tmp_path):
    with pytest.raises(NotTaken, match=said) as caught:
        supplied(river, data)
    assert caught.value.found is found
    assert not own(ElevationModel).exists()
    assert not [one for one in (tmp_path / "media").rglob("*") if one.is_file()]


def test_a_grid_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.tif"
    path.write_bytes(tiff(valley()))
    with pytest.raises(NotTaken, match="at most 0 are taken"):
        read_geotiff(path, most=100)


def test_a_flood_of_the_straight_valley(river, elevation):
    """2.5 m above the river: the river 2.5 m deep, its neighbours 0.5 m, all others dry."""
    row = drawn(river, elevation)
    depth = read_geotiff(blobs.path_of(row.depths)).values
    column = np.arange(COLUMNS)
    np.testing.assert_allclose(depth, np.tile(np.maximum(2.5 - 2.0 * abs(column - MIDDLE), 0), (ROWS, 1)), atol=1e-4)
    parts = [(one.depth_from_m, one.depth_to_m, one.area_km2) for one in FloodPart.objects.filter(flood=row)]
    cells = ROWS * CELL**2 / 1e6
    assert parts == [(0.0, 0.5, pytest.approx(2 * cells, rel=1e-3)), (2.0, 4.0, pytest.approx(cells, rel=1e-3))]
    assert row.area_km2 == pytest.approx(area_km2(shapely.from_wkb(bytes(row.ground.wkb))), rel=1e-4)
    assert (row.stage_m, row.bed_stage_m, row.title) == (3.0, 0.5, "3.00 m")
    with pytest.raises(IntegrityError), transaction.atomic():
        FloodMap.objects.filter(pk=row.pk).update(stage_m=9)


def test_the_same_flood_has_the_same_hash(river, elevation):
    assert drawn(river, elevation).sha256 == drawn(river, elevation).sha256 != drawn(river, elevation, 3.1).sha256


@pytest.mark.parametrize(
    ("stage", "more", "said"),
    [
        (0.5, {}, "not above that of the grid's river"),
        (300.0, {}, "lost decimal"),
        (3.0, {"drainage_km2": 0.0}, "above 0 km²"),
        (3.0, {"drainage_km2": 50.0}, "Nowhere on this grid drain 50 km²"),
    ],
)
def test_a_flood_that_cannot_be_is_refused(river, elevation, stage, more, said):
    asked = {"bed_stage_m": 0.5, "drainage_km2": RIVER_KM2} | more
    with pytest.raises(Refused, match=said):
        draw_flood(elevation, asked=of_stage(stage), owner=river.ministry, **asked)
    assert not own(FloodMap).exists()


def test_a_river_is_what_drains_enough(elevation):
    river = river_of(heights_of(elevation), drainage_km2=RIVER_KM2)
    np.testing.assert_array_equal(river, np.arange(COLUMNS) == np.full((ROWS, 1), MIDDLE))


def test_a_flood_of_a_reach_follows_its_river_only(river):
    """Two valleys side by side; the reach runs in the western one."""
    both = np.hstack([valley(), valley()])
    elevation = supplied(river, tiff(both))
    where = frame(*both.shape)
    reach = river.make_reach(river.upper, river.town)
    x = where.x + (MIDDLE + 0.5) * CELL
    line = where.degrees(shapely.LineString([(x, where.y), (x, where.y - ROWS * CELL)]))
    reach.line = f"SRID=4326;{line.wkt}"
    reach.save()
    reach.refresh_from_db()
    row = drawn(river, elevation, reach=reach, corridor_km=0.1)
    one = drawn(river, elevation)
    assert row.area_km2 == pytest.approx(one.area_km2 / 2, rel=1e-3)
    depth = read_geotiff(blobs.path_of(row.depths)).values
    assert not (depth[:, COLUMNS:] > 0).any()


def test_a_threshold_is_a_stage(river, elevation):
    station = river.make_station()
    river.make_threshold(station, "warning", 4.2)
    asked = of_threshold(station, "warning", river.hydrologist)
    assert (asked.stage_m, asked.said["threshold"]) == (4.2, "warning")
    row = draw_flood(
        elevation, asked=asked, bed_stage_m=1.0, drainage_km2=RIVER_KM2, owner=river.ministry, station=station
    )
    assert (row.station, row.place, row.asked["by"]) == (station, station.place, "threshold")
    assert FloodPart.objects.filter(flood=row).first().station_code == "tt-town"
    with pytest.raises(Refused, match="no such threshold"):
        of_threshold(station, "severe", river.hydrologist)


def test_a_flood_is_no_more_public_than_what_it_rests_on(river, elevation):
    hidden = river.make_station("tt-lower", sensitivity=2)
    row = drawn(river, elevation, station=hidden)
    assert row.sensitivity == 2
    assert not FloodMap.objects.visible_to(river.partner).filter(pk=row.pk).exists()
    assert not FloodPart.objects.visible_to(river.partner).filter(flood=row).exists()
    assert FloodPart.objects.visible_to(river.hydrologist).filter(flood=row).exists()


def test_cells_become_polygons_along_their_sides():
    mask = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], bool)
    where = frame(3, 3)
    shape = outline(mask, where)
    assert len(shape.geoms) == 2
    assert shapely.is_valid(shape)
    assert area_km2(shape) == pytest.approx(where.area_of(mask), rel=1e-6)
    assert outline(np.zeros((3, 3), bool), where).is_empty


def test_a_flood_seen_from_above_is_laid_beside_a_computed_one(river, elevation):
    """Seen: the river and its eastern neighbour. Computed: the river and both neighbours."""
    computed = drawn(river, elevation)
    seen = np.zeros((ROWS, COLUMNS))
    seen[:, MIDDLE : MIDDLE + 2] = 1
    observed = receive_observed(
        [tiff(seen)], name="Seen", source_text="Test satellite", seen_at=river.at(2), owner=river.ministry, by=None
    )
    compare(observed, computed)
    cells = ROWS * CELL**2 / 1e6
    scores = observed.scores
    assert (scores["hits_km2"], scores["misses_km2"], scores["false_alarms_km2"]) == (
        pytest.approx(2 * cells, rel=1e-3), pytest.approx(0, abs=1e-6), pytest.approx(cells, rel=1e-3),
    )  # fmt: skip
    assert (scores["csi"], scores["pod"], scores["far"]) == pytest.approx((2 / 3, 1.0, 1 / 3), abs=1e-3)
    assert FloodMap.objects.get(pk=observed.pk).compared == computed
    with pytest.raises(Refused, match="one of each"):
        compare(computed, observed)


def test_ground_that_was_not_seen_counts_neither_way(river, elevation):
    computed = drawn(river, elevation)
    seen = np.zeros((ROWS, COLUMNS))
    seen[:, MIDDLE] = 1
    seen[:, MIDDLE - 1] = seen[:, MIDDLE + 1] = np.nan
    observed = receive_observed(
        [tiff(seen)], name="Seen", source_text="Test satellite", seen_at=river.at(2), owner=river.ministry, by=None
    )
    assert compare(observed, computed).scores["csi"] == pytest.approx(1.0, abs=1e-3)


def test_a_picture_of_other_values_is_no_flood(river):
    known = {"name": "Seen", "source_text": "T", "seen_at": river.at(2), "owner": river.ministry, "by": None}
    with pytest.raises(NotTaken, match="Water is 1 and dry ground 0"):
        receive_observed([tiff(np.full((4, 4), 5.0))], **known)
    with pytest.raises(NotTaken, match="No cell of the picture is water"):
        receive_observed([tiff(np.zeros((4, 4)))], **known)
    assert not own(FloodMap).exists()


def bowl(rows=21, columns=15):
    """A basin whose rim lies within the grid, open to the south through the middle."""
    row, column = np.mgrid[:rows, :columns]
    rim = np.minimum(np.minimum(row, columns - 1 - column), column)
    height = 500 + 3.0 * np.abs(column - columns // 2) + 0.5 * (rows - row)
    return np.where(rim == 0, 400.0 - row * 0.01, np.where(rim == 1, 560.0, height))


def test_a_catchment_of_a_point_beside_its_channel(river):
    """Sixteen rows of eleven cells drain through the middle of the seventeenth row, which is found beside the point."""
    ground = bowl()
    elevation = supplied(river, tiff(ground))
    where = frame(*ground.shape)
    longitude, latitude = where.middle_of(16, 6)
    found = find_catchment(elevation, longitude=longitude, latitude=latitude, snap_m=40)
    assert found.outlet == pytest.approx(where.middle_of(17, 7))
    assert found.moved_m == pytest.approx(CELL * 2**0.5, rel=1e-3)
    assert found.area_km2 == pytest.approx(16 * 11 * CELL**2 / 1e6, rel=1e-3)
    assert area_km2(found.ground) == pytest.approx(found.area_km2, rel=1e-4)
    basin = save_basin(
        found,
        elevation,
        code="tt-basin",
        names={"en": "Test basin"},
        by=river.hydrologist,
        reason="New",
        node=river.town,
    )
    river.town.refresh_from_db()
    assert river.town.basin == basin
    assert basin.area_km2 == pytest.approx(found.area_km2, rel=1e-4)
    assert basin.source_text == f"Valley ({elevation.ref})"
    with pytest.raises(Refused, match="Say why"):
        save_basin(found, elevation, code="tt-basin", names={}, by=None, reason=" ")


def test_a_catchment_that_goes_on_beyond_the_grid_is_refused(river, elevation):
    where = frame()
    longitude, latitude = where.middle_of(15, MIDDLE)
    with pytest.raises(Refused, match="reaches the edge of the grid"):
        find_catchment(elevation, longitude=longitude, latitude=latitude)
    with pytest.raises(Refused, match="outside the grid, which reaches from"):
        find_catchment(elevation, longitude=10.0, latitude=10.0)


def test_a_crest_of_a_forecast_becomes_a_stage(river):
    from rafid.programmes.rivers.models import Forecast, ForecastValue, Rating

    station = river.make_station()
    Rating.objects.create(
        station=station, number=1, curve={}, segments=[{"lower": None, "upper": None, "a": 10.0, "h0": 0.0, "b": 2.0}],
        valid_from=river.at(1, year=2000), state="published", published_at=river.at(1, year=2000),
    )  # fmt: skip
    row = Forecast.objects.create(
        node=station.node, data_known_at=river.at(1), members=5, owner=river.ministry, sensitivity=0
    )
    ForecastValue.objects.bulk_create(
        ForecastValue(forecast=row, lead_h=lead, members=[90.0, 160.0, 250.0, 360.0, 490.0 - lead]) for lead in (24, 48)
    )
    row.state = "running"
    row.save()
    row.state, row.issued_at, row.steps = "issued", river.at(1, 7), [24, 48]
    row.save()
    asked = of_forecast(station, row, 50, river.hydrologist)
    assert asked.stage_m == pytest.approx(5.0)
    assert asked.said["forecast"] == row.ref
    with pytest.raises(Refused, match="Choose the quantile"):
        of_forecast(station, row, 60, river.hydrologist)


def test_files_of_layers_are_written_after_a_grid_was_read():
    """GDAL looks for its data files once in a process: the grid must not be first, or GeoPackage finds none."""
    script = (
        "import sys; sys.path[:0] = ['src', '.']; import django; django.setup();"
        "from tests.programmes.rivers.ground import tiff, valley; tiff(valley()); import pyogrio; print('written')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )  # fmt: skip
    assert answer.stdout.strip().endswith("written"), answer.stderr[-400:]
