"""Drought indices of stations: months from values, who sees them, as known when, and what there is no index for."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from rafid.methods.hydrology import drought_events, spei, spi
from rafid.programmes.rivers.droughts.monthly import month_of, monthly
from rafid.programmes.rivers.droughts.queries import class_of, drought
from rafid.programmes.rivers.models import Series
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db

YEARS = 16
FIRST = 2010
MONTHS = YEARS * 12


def month(i):
    return datetime(FIRST + i // 12, i % 12 + 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _reads_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def rained(river):
    """Sixteen years of monthly rain to December 2025; the last eight months are nearly dry."""
    chance = np.random.default_rng(4)
    river.rain_mm = chance.gamma(2, np.tile([30, 28, 25, 20, 12, 6, 5, 5, 8, 14, 22, 28], YEARS))
    river.rain_mm[-8:] *= 0.1
    river.station = river.make_station("tt-town", kind="rain")
    river.rain = river.make_series(river.station, "precipitation", step="1mo", aggregation="sum")
    rows = [Reading(river.rain.pk, month(i), float(value)) for i, value in enumerate(river.rain_mm)]
    record_values(rows, user=river.reader, origin="import:1", known_from=datetime(2026, 1, 5, tzinfo=UTC))
    return river


def one(river, **asked):
    (row,) = own(drought(river.hydrologist, **{"index": "spi", "scale": 6, "month": "2025-12", **asked}).rows)
    return row


def own(rows):
    """Those of this test's station, beside the demonstration's."""
    return [row for row in rows if (row["station"] if isinstance(row, dict) else row.station.code) == "tt-town"]


def test_the_index_is_that_of_the_method_and_holds_its_event(rained):
    values = spi(rained.rain_mm, scale=6)
    row = one(rained)
    assert row.value == pytest.approx(values[-1])
    event = drought_events(values)[-1]
    assert event.end == MONTHS
    assert (row.months, row.severity) == (event.duration, pytest.approx(event.severity))
    assert row.since == f"{month(event.start):%Y-%m}"
    assert (row.status, row.years) == ("low", YEARS)
    earlier = one(rained, month="2019-06")
    assert earlier.value == pytest.approx(spi(rained.rain_mm[: 9 * 12 + 6], scale=6)[-1])


def test_it_is_computed_as_known_at_a_moment(rained):
    record_values(
        [Reading(rained.rain.pk, month(MONTHS - 1), 200.0)],
        user=rained.hydrologist,
        origin="person",
        reason="Late report",
    )
    assert one(rained).value > one(rained, known_at=datetime(2026, 1, 6, tzinfo=UTC)).value + 1
    assert one(rained, known_at=datetime(2026, 1, 1, tzinfo=UTC)).why == "empty"


def test_there_is_no_index_where_days_or_years_are_missing(rained):
    record_values(
        [Reading(rained.rain.pk, month(MONTHS - 2), None)], user=rained.hydrologist, origin="person", reason="Lost"
    )
    assert (one(rained).value, one(rained).why) == (None, "gap")
    assert one(rained, scale=1).value is not None
    assert one(rained, month="2015-03", scale=1).why == "short"
    assert one(rained, month="2009-03").why == "empty"


def test_days_become_months(rained):
    daily = rained.make_series(rained.station, "precipitation", step="1d", aggregation="sum", origin="telemetry")
    start = datetime(2025, 1, 1, 6, tzinfo=UTC)
    rows = [Reading(daily.pk, start + timedelta(days=i), 2.0) for i in range(59) if i not in (40, 41, 42, 43)]
    record_values(rows, user=rained.reader, origin="import:2")
    found = monthly(daily, known_values(daily), np.datetime64("2024-12"), np.datetime64("2025-03"))
    np.testing.assert_array_equal(found, [np.nan, 62, np.nan, np.nan])
    flow = rained.make_series(rained.station, "discharge", step="6h")
    midnight = datetime(2024, 12, 31, 21, tzinfo=UTC)  # in Baghdad
    rows = [Reading(flow.pk, midnight + timedelta(hours=6 * i), float(i % 4)) for i in range(31 * 4)]
    record_values(rows, user=rained.reader, origin="import:3")
    found = monthly(flow, known_values(flow), np.datetime64("2025-01"), np.datetime64("2025-01"))
    assert found[0] == pytest.approx(1.5)
    assert month_of("202603") == month_of("2026-03") == np.datetime64("2026-03")
    for wrong in ("2026", "2026-13", "2026-3", "nowhen", "٢٠٢٦٠٣"):
        with pytest.raises(ValueError, match="2026-03"):
            month_of(wrong)


def test_a_balance_needs_both_of_its_parts(rained):
    assert own(drought(rained.hydrologist, index="spei", scale=3, month="2025-12").rows) == []
    pet = Series.objects.create(
        station=rained.station, variable="pet", unit="mm", step="1mo", aggregation="sum", owner=rained.ministry,
        place=rained.place, sensitivity=0, known_at=rained.rain.known_at,
    )  # fmt: skip
    lost = np.tile([20, 30, 50, 80, 120, 150, 170, 160, 120, 80, 40, 20.0], YEARS)
    record_values(
        [Reading(pet.pk, month(i), float(v)) for i, v in enumerate(lost)], user=rained.reader, origin="import:2"
    )
    (row,) = own(drought(rained.hydrologist, index="spei", scale=3, month="2025-12").rows)
    assert row.value == pytest.approx(spei(rained.rain_mm - lost, scale=3)[-1])


def test_five_classes():
    assert [class_of(z) for z in (-3, -1.2, -1.1, -0.6, 0, 0.5, 0.6, 1.1, 1.2)] == [
        "low", "low", "below_normal", "below_normal", "normal", "normal", "above_normal", "above_normal", "high",
    ]  # fmt: skip


def test_the_api_and_the_page(rained, client):
    answer = client.get("/api/v1/rivers/drought/spi", {"scale": 6, "month": "2025-12"})
    found = json.loads(answer.content)
    assert (found["index"], found["scale"], found["month"]) == ("spi", 6, "2025-12")
    (row,) = own(found["items"])
    assert (row["station"], row["class"]) == ("tt-town", "low")
    assert row["event"]["months"] >= 3
    assert client.get("/api/v1/rivers/drought/pdsi").status_code == 404
    for wrong in ({"scale": 0}, {"month": "soon"}, {"month": "2999-01"}, {"known_at": "never"}, {"month": "0000-01"}):
        assert client.get("/api/v1/rivers/drought/spi", wrong).status_code == 422
    page = client.get("/rivers/drought/?scale=6&month=2025-12").content.decode()
    assert "/rivers/stations/tt-town/" in page
    assert "Low" in page
    assert client.get("/rivers/drought/?month=soon").status_code == 422
    rows = list(csv.reader(io.StringIO(client.get("/rivers/drought/table.csv?scale=6&month=2025-12").content.decode())))
    assert ["tt-town", "2025-12"] in [row[:2] for row in rows]
    rained.rain.embargo_hours = 24 * 365 * 100
    rained.rain.save()
    (row,) = own(json.loads(client.get("/api/v1/rivers/drought/spi", {"month": "2025-12"}).content)["items"])
    assert (row["value"], row["why"]) == (None, "empty")
    rained.rain.sensitivity = 2
    rained.rain.save()
    assert own(json.loads(client.get("/api/v1/rivers/drought/spi", {"month": "2025-12"}).content)["items"]) == []
