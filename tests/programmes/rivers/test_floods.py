"""Frequency of floods through the database: peaks of water years, fits, what enters them, and thresholds that rest on them."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import fit_gev, fit_gumbel, fit_lp3
from rafid.programmes.rivers.floods.fitting import PERIODS, History, frequency
from rafid.programmes.rivers.floods.keep_flood import keep_flood, leave_out
from rafid.programmes.rivers.floods.queries import Asked, peaks_of, study
from rafid.programmes.rivers.floods.use_threshold import use_as_threshold
from rafid.programmes.rivers.floods.yearly import WaterYear, starts
from rafid.programmes.rivers.forecasting.queries import limits_of
from rafid.programmes.rivers.models import HistoricalFlood, Station, Threshold
from rafid.programmes.rivers.status.queries import status
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import refused
from .flooded import FIRST, KNOWN, LAST, PEAKS, flooded, flow_in  # noqa: F401

pytestmark = pytest.mark.django_db

PAGE = "/rivers/floods/tt-town/"
FITS = {"lp3": fit_lp3, "gev": fit_gev, "gumbel": fit_gumbel}


def said(answer):
    return answer.content.decode()


def studied(river, **asked):
    return study(river.hydrologist, river.station, Asked(**asked))


def test_the_peaks_of_water_years_and_the_published_quantiles(flooded):  # noqa: F811
    found = studied(flooded)
    fits = found.frequency
    assert [one.year for one in fits.counted] == list(range(FIRST, LAST + 1))
    assert list(fits.peaks) == PEAKS
    assert fits.counted[0].on == datetime(FIRST, 4, 10).date()
    assert fits.used.code == "lp3"
    assert fits.used.of(100).flow == pytest.approx(155_274, abs=1)
    assert fits.used.of(5).flow == pytest.approx(41_156, abs=1)
    assert fits.curves["gev"].of(100).flow == pytest.approx(153_906, abs=1)
    assert fits.curves["gumbel"].of(100).flow == pytest.approx(107_232, abs=1)
    low, high = fit_lp3(PEAKS).interval(0.01)
    assert (fits.used.of(100).low, fits.used.of(100).high) == pytest.approx((low, high))
    assert [one.period for one in fits.used.quantiles if one.beyond] == [100, 200, 500]
    assert fits.low_outliers == 0


def test_a_historic_flood_enters_with_its_threshold_and_its_time(flooded):  # noqa: F811
    keep_flood(
        flooded.station, year=FIRST - 20, flow=190_000, threshold=150_000, known_since=FIRST - 35, source_text="Chronicle",
        user=flooded.forecaster,
    )  # fmt: skip
    fits = studied(flooded).frequency
    assert (fits.history.years, fits.history.threshold) == (35, 150_000)
    assert fits.used.of(100).flow == pytest.approx(175_629, abs=1)
    assert fits.used.fit.parameters["skew"] == pytest.approx(0.002461, abs=1e-5)
    held = studied(flooded, region=type(fits.region)(-0.2)).frequency
    assert held.used.of(100).flow == pytest.approx(156_674, abs=1)
    # The other fits cannot take it in.
    assert fits.curves["gev"].of(100).flow == pytest.approx(153_906, abs=1)
    leave_out(HistoricalFlood.objects.get(station=flooded.station), reason="Another river", user=flooded.forecaster)
    assert studied(flooded).frequency.used.of(100).flow == pytest.approx(155_274, abs=1)
    # As known when it still counted nothing changed.
    before = HistoricalFlood.objects.get(station=flooded.station)
    between = studied(flooded, known_at=before.known_at + (before.left_out_at - before.known_at) / 2)
    assert between.frequency.used.of(100).flow == pytest.approx(175_629, abs=1)


def test_what_enters_no_fit_says_why(flooded):  # noqa: F811
    def told(year, flow, **facts):
        return keep_flood(flooded.station, year=year, flow=flow, source_text="Chronicle", user=flooded.chief, **facts)

    told(1941, 160_000, threshold=150_000, known_since=1930)
    told(1954, 140_000)
    told(1990, 200_000, threshold=150_000, known_since=1930)
    told(1935, 100_000, threshold=90_000, known_since=1900)
    assert {one.flood.year: one.why for one in studied(flooded).frequency.history.told} == {
        1941: "", 1954: "threshold", 1990: "gauged", 1935: "below",
    }  # fmt: skip
    flooded.station.source = "demonstration"
    flooded.station.save()
    HistoricalFlood.objects.create(
        station=flooded.station,
        year=1920,
        flow=170_000,
        threshold=150_000,
        known_since=1910,
        fact=True,
        source_text="A book",
    )
    found = studied(flooded).frequency.history
    assert {one.flood.year: one.why for one in found.told}[1920] == "fact"
    assert found.since == 1930


def test_the_demonstration_s_facts_of_baghdad_enter_no_fit(db, client):
    station = Station.objects.filter(code="baghdad", source="demonstration").first()
    if station is None:
        pytest.skip("the database holds no demonstration")
    told = {one.flood.year: one for one in study(AnonymousUser(), station).frequency.history.told}
    assert {year: (one.flood.flow, one.flood.fact, one.why) for year, one in told.items()} == {
        1941: (7637, True, "fact"), 1954: (7100, True, "fact"),
    }  # fmt: skip
    assert all("Baghdad Sarai" in one.flood.source_text for one in told.values())
    page = said(client.get("/rivers/floods/baghdad/"))
    assert "DEMONSTRATION" in page
    assert "not mixed with invented flows" in page
    assert "data-refused" in page or "fewer than 30" in page


def test_low_outliers_are_marked_and_named(flooded):  # noqa: F811
    for year, peak in ((LAST + 1, 200),):
        flow_in(flooded.flow, year, peak, known=datetime(2026, 10, 2, tzinfo=UTC))
    flow_in(flooded.flow, FIRST - 1, 350)
    fits = studied(flooded).frequency
    assert fits.low_outliers == 3
    assert fits.low_threshold == 4100
    assert fits.used.of(100).flow == pytest.approx(159_148, abs=1)


@pytest.mark.parametrize("count", [9, 10])
def test_fewer_than_ten_years_are_refused_in_words(river, client, count):
    river.station = river.make_station()
    flow = river.make_series(river.station, "discharge")
    for place in range(count):
        flow_in(flow, 2016 + place, PEAKS[place])
    client.force_login(river.forecaster)
    page = said(client.get(PAGE))
    assert ("fewer than 10: no frequency" in page) == (count < 10)
    assert ("Use as threshold" in page) == (count >= 10)
    assert ("fewer than 30" in page) == (count >= 10)
    assert ("rarer than once in 20 years lie beyond twice the record" in page) == (count >= 10)
    answer = client.post(PAGE + "threshold/", {"quantile": "10|", "class": "warning"})
    assert answer.status_code == (409 if count < 10 else 302)
    assert Threshold.objects.filter(station=river.station).exists() == (count >= 10)


def test_a_year_counts_when_it_is_over_and_nearly_whole(river):
    river.station = river.make_station()
    flow = river.make_series(river.station, "discharge")
    now = datetime(2025, 6, 1, tzinfo=UTC)
    flow_in(flow, 2022, 500, days=330, known=now)
    flow_in(flow, 2023, 600, days=300, known=now)
    flow_in(flow, 2024, 700, known=now)
    flow_in(flow, 2025, 800, days=240, known=now)
    years = studied(river, known_at=now).frequency.years
    assert [(one.year, one.days, one.why) for one in years] == [
        (2022, 330, ""), (2023, 300, "short"), (2024, 366, ""), (2025, 240, "running"),
    ]  # fmt: skip
    # By calendar years the same days are others.
    assert [one.year for one in studied(river, first_month=1, known_at=now).frequency.counted] == [2022, 2024]


def test_a_threshold_is_what_the_fit_says(flooded):  # noqa: F811
    for fit, method in FITS.items():
        found, again = studied(flooded, fit=fit), method(PEAKS)
        for period in PERIODS:
            made = use_as_threshold(found, period=period, class_code="severe", user=flooded.forecaster)
            assert made.value == pytest.approx(again.quantile(1 / period))
            assert again.aep(made.value) == pytest.approx(1 / period)
            assert made.basis["fit"] == fit
            assert made.basis["beyond"] == (period > 2 * len(PEAKS))


@given(st.lists(st.floats(1, 1e5), min_size=10, max_size=40), st.sampled_from(PERIODS))
@settings(max_examples=40, deadline=None)
def test_a_rarer_flood_is_larger_and_lies_where_the_fit_puts_it(peaks, period):
    years = [
        WaterYear(1990 + i, starts(1990 + i), starts(1991 + i), 365, peak, starts(1990 + i), 1, 0, "")
        for i, peak in enumerate(peaks)
    ]
    found = frequency(years, History(), intervals=False)
    if found.used is None:
        assert found.problem in ("alike", "none")
        return
    for curve in found.curves.values():
        if curve.fit is None:
            continue
        flows = [one.flow for one in curve.quantiles]
        assert np.all(np.diff(flows) >= -1e-9 * np.abs(flows[-1]))
        quantile = curve.of(period)
        assert quantile.flow == pytest.approx(curve.fit.quantile(1 / period), rel=1e-12)


def test_a_threshold_stands_until_the_next_and_keeps_its_history(flooded, client):  # noqa: F811
    client.force_login(flooded.forecaster)
    shown = studied(flooded).frequency.used.of(10).flow
    answer = client.post(PAGE + "threshold/", {"quantile": f"10|{shown!r}", "class": "warning"})
    assert answer.status_code == 302
    first = Threshold.objects.get(station=flooded.station)
    assert (first.kind, first.variable, first.return_period, first.value) == ("return_period", "discharge", 10, shown)
    assert first.name_en == "Flood of 10 years"
    assert first.name_ar
    assert client.post(PAGE + "threshold/", {"quantile": "10|1.5", "class": "warning"}).status_code == 409
    client.post(PAGE + "threshold/", {"quantile": "25|", "class": "warning", "fit": "gev"})
    first.refresh_from_db()
    second = Threshold.objects.get(station=flooded.station, valid_to=None)
    assert (first.valid_to, second.return_period, second.basis["fit"]) == (second.valid_from, 25, "gev")
    assert first.events.count() == 2
    assert first.events.latest("pgh_id").pgh_context.metadata["reason"] == "Return period used as threshold"
    # A severe one below the warning is out of order.
    answer = client.post(PAGE + "threshold/", {"quantile": "5|", "class": "severe"})
    assert (answer.status_code, "beyond the milder one" in said(answer)) == (409, True)
    assert client.post(f"{PAGE}threshold/{second.pk}/end/").status_code == 302
    second.refresh_from_db()
    assert second.valid_to is not None
    assert client.post(f"{PAGE}threshold/{second.pk}/end/").status_code == 409


def test_status_and_station_page_read_it(flooded, client):  # noqa: F811
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    record_values(
        [Reading(flooded.flow.pk, now - timedelta(hours=3), 60_000.0)], origin="test", user=flooded.hydrologist
    )
    use_as_threshold(studied(flooded), period=5, class_code="severe", user=flooded.chief)
    (standing,) = [one for one in status(flooded.hydrologist).standings if one.station == flooded.station]
    assert standing.threshold is not None
    assert (standing.threshold.class_code, standing.threshold.kind) == ("severe", "return_period")
    (limit,) = limits_of([flooded.station.node_id], flooded.hydrologist)[flooded.station.node_id]
    assert (limit.code, limit.flow) == ("severe", standing.threshold.value)
    client.force_login(flooded.hydrologist)
    page = said(client.get("/rivers/stations/tt-town/?variable=discharge"))
    assert "Flood of 5 years" in page
    assert f"Log-Pearson III, 44 years {FIRST}–{LAST}" in page


def test_as_known_before_a_correction(flooded, client):  # noqa: F811
    day = datetime(1983, 4, 10, 3, tzinfo=UTC)
    record_values([Reading(flooded.flow.pk, day, 90_000.0)], origin="test", reason="Decimal", user=flooded.hydrologist)
    assert studied(flooded).frequency.peaks[1] == 90_000
    assert studied(flooded, known_at=KNOWN + timedelta(days=1)).frequency.peaks[1] == 179_000
    client.force_login(flooded.hydrologist)
    asked = {"station": "tt-town", "known_at": "2025-10-07T00:00:00Z"}
    (item,) = client.get("/api/v1/rivers/floods", asked).json()["items"]
    assert item["highest_peak"] == 179_000
    assert item["detail"]["known_at"].startswith("2025-10-07")
    (row,) = [
        one
        for one in peaks_of(flooded.hydrologist, known_at=KNOWN + timedelta(days=1))
        if one.station == flooded.station
    ]
    assert (row.highest, row.highest_in, row.years) == (179_000, 1983, 44)


def test_the_api_tells_what_the_page_tells(flooded, client):  # noqa: F811
    client.force_login(flooded.hydrologist)
    (item,) = client.get("/api/v1/rivers/floods?station=tt-town&month=10").json()["items"]
    detail = item["detail"]
    assert (item["years"], item["first"], item["last"], detail["used"]) == (44, FIRST, LAST, "lp3")
    (used,) = [one for one in detail["fits"] if one["used"]]
    assert used["parameters"]["mean"] == pytest.approx(4.274277, abs=1e-6)
    assert {one["return_period"]: one["flow"] for one in used["quantiles"]}[100] == pytest.approx(155_274, abs=1)
    assert len(detail["peaks"]) == 44
    assert detail["flow_duration"][0]["flow"] >= detail["flow_duration"][-1]["flow"]
    assert (detail["low_flow"]["days"], detail["low_flow"]["return_period"]) == (7, 10)
    assert detail["low_flow"]["flow"] == pytest.approx(630, rel=0.05)
    assert [one["month"] for one in detail["months"]] == list(range(1, 13))
    rows = client.get("/api/v1/rivers/floods?river=tt-river").json()["items"]
    assert [(one["station"], one["years"], one["detail"]) for one in rows] == [("tt-town", 44, None)]


def test_what_is_asked_wrongly_is_named(flooded, client):  # noqa: F811
    client.force_login(flooded.hydrologist)
    for asked, field in (
        ({"known_at": "yesterday"}, "known_at"),
        ({"known_at": "2099-01-01T00:00Z"}, "known_at"),
        ({"month": "13"}, "month"),
        ({"skew": "x"}, "skew"),
        ({"skew": "9"}, "skew"),
        ({"skew_mse": "0.3"}, "skew"),
        ({"skew": "0.1", "skew_mse": "-1"}, "skew_mse"),
        ({"fit": "weibull"}, "fit"),
    ):
        answer = client.get("/api/v1/rivers/floods", {"station": "tt-town", **asked})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == field
        page = client.get(PAGE, asked)
        assert (page.status_code, 'role="alert"' in said(page)) == (422, True)
    assert client.get("/api/v1/rivers/floods?station=%00").status_code == 404
    assert client.get("/api/v1/rivers/ratings?station=%00&state=%00").status_code == 200
    # A page's times are those of the country; the API asks for a zone.
    local = {"station": "tt-town", "known_at": "2025-11-01T00:00"}
    assert client.get("/api/v1/rivers/floods", local).status_code == 422
    assert client.get(PAGE, local).status_code == 200


def test_who_sees_and_who_may(flooded, client):  # noqa: F811
    assert client.get(PAGE).status_code == 200
    assert "Use as threshold" not in said(client.get(PAGE))
    assert client.post(PAGE + "threshold/", {"quantile": "10|", "class": "watch"}).status_code in (302, 403)
    assert not Threshold.objects.filter(station=flooded.station).exists()
    for person, may in (
        (flooded.reader, False),
        (flooded.planner, False),
        (flooded.hydrologist, True),
        (flooded.chief, True),
    ):
        client.force_login(person)
        answer = client.post(PAGE + "threshold/", {"quantile": "10|", "class": "watch"})
        assert answer.status_code == (302 if may else 403)
    told = {"year": "1941", "flow": "٧٦٣٧", "source": "A study"}
    client.force_login(flooded.reader)
    assert client.post(PAGE + "historical/", told).status_code == 403
    client.force_login(flooded.rating_engineer)
    assert client.post(PAGE + "historical/", told).status_code == 302
    assert HistoricalFlood.objects.get(station=flooded.station).flow == 7637
    flooded.flow.sensitivity = 2
    flooded.flow.save()
    client.logout()
    page = said(client.get(PAGE))
    assert "179" not in page
    flooded.station.sensitivity = 2
    flooded.station.save()
    for path in (PAGE, PAGE + "file.csv", "/api/v1/rivers/floods?station=tt-town"):
        assert client.get(path).status_code == 404
    assert "tt-town" not in said(client.get("/rivers/floods/"))
    assert "tt-town" not in said(client.get("/rivers/floods/table.csv"))
    assert "tt-town" not in said(client.get("/rivers/floods/shapes.geojson"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"year": "41st"}, "is no number"),
        ({"year": "2999"}, "future"),
        ({"year": "19,5"}, "four digits"),
        ({"flow": "-3"}, "more than 0"),
        ({"flow": "7,637"}, "Write 7637 or 7.637"),
        ({"source": " "}, "who tells"),
        ({"flow_low": "9000"}, "at least and at most"),
        ({"threshold": "5000"}, "has its year"),
        ({"threshold": "9000", "known_since": "1900"}, "no higher than the crest"),
        ({"threshold": "5000", "known_since": "1950"}, "no later than the flood"),
    ],
)
def test_a_historical_flood_typed_wrong_is_told_and_kept_in_the_form(river, client, typed, sentence):
    river.make_station()
    client.force_login(river.forecaster)
    answer = client.post(PAGE + "historical/", {"year": "1941", "flow": "7637", "source": "A study", **typed})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert f'value="{typed.get("flow", "7637")}"' in said(answer)
    assert not HistoricalFlood.objects.filter(station__code="tt-town").exists()


def test_accounts_of_one_year_stand_side_by_side(river, client):
    station = river.make_station()
    first = keep_flood(station, year=1941, flow=7637, source_text="One", user=river.chief)
    with pytest.raises(Refused, match="Another account"):
        keep_flood(station, year=1941, flow=7000, source_text="Two", user=river.chief)
    client.force_login(river.forecaster)
    assert client.post(f"{PAGE}historical/{first.pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"{PAGE}historical/{first.pk}/", {"reason": "Two is newer"}).status_code == 302
    keep_flood(station, year=1941, flow=7000, source_text="Two", user=river.chief)
    page = said(client.get(PAGE))
    assert "Two is newer" in page
    assert "7,637" in page
    with refused("flood_stays"):
        HistoricalFlood.objects.filter(pk=first.pk).update(flow=1)
    with refused("flood_stays"):
        HistoricalFlood.objects.filter(pk=first.pk).delete()
    with refused("flood_stays_out"):
        HistoricalFlood.objects.filter(pk=first.pk).update(left_out="", left_out_at=None)


def test_files_hold_the_same_figures(flooded, client):  # noqa: F811
    client.force_login(flooded.planner)
    rows = list(csv.DictReader(io.StringIO(said(client.get(PAGE + "file.csv")))))
    quantile = next(one for one in rows if one["table"] == "quantile" and one["fit"] == "lp3" and one["key"] == "100")
    assert float(quantile["value"]) == pytest.approx(155_274, abs=1)
    assert "used" in quantile["note"]
    answer = client.get(PAGE + "file.xlsx?lang=en")
    book = load_workbook(io.BytesIO(answer.content))
    figures = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert any(cell == pytest.approx(155_274, abs=1) for row in figures for cell in row if isinstance(cell, float))
    answer = client.get(PAGE + "file.pdf?lang=ckb")
    assert answer.content[:5] == b"%PDF-"
    assert client.get(PAGE + "file.exe").status_code == 404


def test_the_list_asks_as_much_for_one_station_as_for_many(flooded, client, django_assert_num_queries):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        assert peaks_of(flooded.hydrologist)
    for place in range(3):
        station = flooded.make_station(f"tt-more-{place}")
        flow_in(flooded.make_series(station, "discharge"), 2024, 700)
    with CaptureQueriesContext(connection) as many:
        assert len(peaks_of(flooded.hydrologist)) >= 4
    assert len(many) <= len(one) + 3  # the embargo of each


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_pages_in_three_languages(flooded, client, language):  # noqa: F811
    keep_flood(flooded.station, year=1941, flow=7637, source_text="x", user=flooded.chief)
    client.force_login(flooded.forecaster)
    for path in ("/rivers/floods/", PAGE):
        page = said(client.get(f"{path}?lang={language}"))
        assert ("Yearly peaks" in page) == (language == "en")
        assert "<svg" in page or path != PAGE
    with override(language):
        assert json.dumps(client.get("/rivers/floods/shapes.geojson").json())
