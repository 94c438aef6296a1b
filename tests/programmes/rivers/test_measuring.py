"""Indicators of what everybody may see, and the files of reservoirs and the network."""

import csv
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.places.models import Level, Place, PlaceVersion
from rafid.programmes.rivers.codes import VARIABLES
from rafid.programmes.rivers.measuring import figures
from rafid.programmes.rivers.measuring.indicators import INDICATORS
from rafid.programmes.rivers.measuring.record_figures import record_months
from rafid.programmes.rivers.models import Reservoir, ReservoirFact, Series, Station
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
PERIOD = "202603"


def places():
    return list(Place.objects.filter(level__lte=Level.SUBDISTRICT).order_by("level", "ref"))


def of(rows):
    return {Place.objects.get(pk=row["place"]).ref: row for row in rows}


def measured(river, code, values, variable="stage", kind="stage", **more):
    station = river.make_station(code, kind=kind, **{key: more[key] for key in ("sensitivity",) if key in more})
    series = Series.objects.create(
        station=station, variable=variable, unit=VARIABLES[variable].unit, step="1d", owner=river.ministry, place=river.place,
        known_at=datetime(1990, 1, 1, tzinfo=UTC), **{"sensitivity": 0, **more},
    )  # fmt: skip
    rows = [
        Reading(series.pk, datetime(2026, 3, 1, 6, tzinfo=UTC) + timedelta(days=n), value)
        for n, value in enumerate(values)
    ]
    record_values(rows, origin="t", judge=False, known_from=datetime(2026, 4, 1, tzinfo=UTC))
    return station


def test_stage_and_class_are_the_highest_that_everybody_may_see(river):
    station = measured(river, "tt-town", [2.0, 5.5, 3.0])
    measured(river, "tt-lower", [2.0, 99.0], sensitivity=2)
    measured(river, "tt-upper", [2.0, 88.0], embargo_hours=24 * 365 * 50)
    river.make_threshold(station, "watch", 4.0)
    river.make_threshold(station, "warning", 5.0)
    river.make_threshold(station, "severe", 6.0)
    assert of(figures.stages(places(), PERIOD))["T11"]["value"] == 5.5
    assert of(figures.classes(places(), PERIOD))["T11"]["value"] == 2
    assert list(figures.stages(places(), "199901")) == []


def test_fill_counts_the_reservoirs_that_everybody_may_see(river):
    for code, storage, level in (("tt-upper", 600.0, 0), ("tt-lower", 9000.0, 2)):
        node = next(one for one in (river.upper, river.lower) if one.code == code)
        station = measured(river, code, [storage], variable="storage", kind="reservoir", sensitivity=level)
        reservoir = river.make_reservoir(node, station=station, sensitivity=level)
        ReservoirFact.objects.create(
            reservoir=reservoir,
            name="capacity",
            value=10000 if level else 1000,
            unit="Mm³",
            source_text="Test",
            preferred=True,
            reason="the only one",
        )
    row = of(figures.fills(places(), PERIOD))["T1"]
    assert (row["numerator"], row["denominator"]) == (600, 1000)


def test_months_are_recorded_once_and_are_figures_like_others(river):
    measured(river, "tt-town", [2.0, 5.5])
    assert record_months(1, river.ministry.pk, date(2026, 4, 15)) > 0
    assert record_months(1, river.ministry.pk, date(2026, 4, 15)) == 0
    row = IndicatorValue.objects.get(indicator__code="rivers-stage", owner=river.ministry, period=PERIOD)
    assert row.value == 5.5
    declared = set(Indicator.objects.filter(programme="rivers", state="adopted").values_list("code", flat=True))
    assert declared == {one.code for one in INDICATORS}


def test_the_rain_index_of_a_governorate_is_that_of_its_ground(river, tmp_path):
    from rafid.programmes.rivers.droughts.grids import grid_month

    from .test_drought_grids import keep, write

    PlaceVersion.objects.create(
        place=river.world.south,
        geometry=MultiPolygon(Polygon.from_bbox((42.0, 37.5, 43.0, 38.5)), srid=4326),
        valid=DateRange(date(2000, 1, 1), None),
    )
    from rafid.programmes.rivers.droughts import shares

    shares._areas.cache_clear()
    grid = keep(write(tmp_path / "rain.nc"), river.ministry)
    month = grid_month(grid, index="spi", scale=3, month="2023-11")
    row = of(figures.spi_means(places(), "202311"))["T1"]
    weights = np.repeat(shares.cell_km2(grid)[:4], 4)
    assert row["value"] == pytest.approx(np.average(month.values[:4, :4].ravel(), weights=weights), abs=2e-3)
    dry = of(figures.dry_grounds(places(), "202311"))["T1"]
    assert dry["denominator"] == pytest.approx(weights.sum(), rel=1e-4)
    assert list(figures.spi_means(places(), "2023")) == []


def lines(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content).decode().splitlines()


def test_files_of_invented_readings_and_reservoirs_say_so(river, client):
    client.force_login(river.hydrologist)
    station = measured(river, "tt-upper", [600.0, 610.0], variable="storage", kind="reservoir")
    dam = river.make_reservoir(river.upper, station=station)
    for address in ("/data/rivers-readings.csv", "/data/rivers-reservoirs.csv", "/rivers/reservoirs.csv"):
        told = {row["demonstration"] for row in csv.DictReader(lines(client, address))}
        assert told == {"false"}, address
    Station.objects.filter(pk=station.pk).update(source="demonstration")
    Reservoir.objects.filter(pk=dam.pk).update(source="demonstration")
    for address in ("/data/rivers-readings.csv", "/data/rivers-reservoirs.csv", "/rivers/reservoirs.csv"):
        told = {row["demonstration"] for row in csv.DictReader(lines(client, address))}
        assert told == {"true"}, address


def test_files_of_reservoirs_and_the_network(river, client):
    client.force_login(river.hydrologist)
    station = measured(river, "tt-upper", [600.0, 610.0], variable="storage", kind="reservoir", sensitivity=1)
    river.make_reservoir(river.upper, station=station)
    river.make_reach(river.upper, river.town)
    head, tags, *rows = lines(client, "/rivers/reservoirs.csv?hxl=true")
    assert head.startswith("code,name_ar")
    assert tags.startswith("#loc+reservoir+code")
    assert any(row.startswith("tt-upper,") and ",610," in row for row in rows)
    head, tags, *rows = lines(client, "/rivers/network.csv?hxl=true")
    assert any(row.startswith("tt-upper-tt-town,tt-upper,tt-town,") for row in rows)
    assert '"LineString"' in "".join(lines(client, "/rivers/network.geojson"))
    rows = lines(client, "/rivers/reservoirs/tt-upper/balance.csv?days=400")
    assert rows[0].startswith("reservoir,day,level_m,storage_mm3")
    assert any("2026-03-02" in row and ",610," in row for row in rows)
    for address in ("/rivers/reservoirs.pdf", "/rivers/reservoirs/none/balance.csv", "/rivers/network.exe"):
        assert client.get(address).status_code == 404
    assert client.get("/rivers/reservoirs/tt-upper/balance.xlsx").status_code == 200
    client.logout()
    assert client.get("/rivers/reservoirs/tt-upper/balance.csv").status_code == 404


def test_figures_of_a_demonstration_say_so(river):
    station = measured(river, "tt-town", [2.0, 5.5])
    record_months(1, river.ministry.pk, date(2026, 4, 15))
    row = IndicatorValue.objects.get(indicator__code="rivers-stage", owner=river.ministry, period=PERIOD)
    assert "DEMONSTRATION" not in row.source_text or type(station).objects.filter(source="demonstration").exists()
    type(station).objects.filter(pk=station.pk).update(source="demonstration")
    record_months(1, river.ministry.pk, date(2026, 4, 15))
    row.refresh_from_db()
    assert row.source_text.startswith("DEMONSTRATION")
