"""Periods of perception, floods known as a range, and the register of regional skews: kept, refused, fitted and told."""

import csv
import io
import json
from datetime import date
from uuid import uuid4

import pytest
from django.utils.translation import override

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import PerceptionPeriod, fit_lp3, plotting_positions
from rafid.programmes.rivers.floods.fitting import Region
from rafid.programmes.rivers.floods.keep_flood import keep_flood
from rafid.programmes.rivers.floods.keep_known import keep_period, keep_skew, leave_out_period, leave_out_skew
from rafid.programmes.rivers.floods.queries import Asked, skews_of, study
from rafid.programmes.rivers.floods.saying import basis_said
from rafid.programmes.rivers.models import Basin, PerceivedPeriod, RegionalSkew, Threshold

from .conftest import refused
from .flooded import FIRST, PEAKS, flooded  # noqa: F401

pytestmark = pytest.mark.django_db

PAGE = "/rivers/floods/tt-town/"


def said(answer):
    return answer.content.decode()


def fitted(river, **asked):
    return study(river.hydrologist, river.station, Asked(**asked)).frequency


def flood(river, year, flow, **facts):
    return keep_flood(river.station, year=year, flow=flow, source_text="Chronicle", user=river.forecaster, **facts)


def period(river, first_year, last_year, threshold):
    return keep_period(
        river.station, first_year=first_year, last_year=last_year, threshold=threshold, source_text="A wall",
        user=river.forecaster,
    )  # fmt: skip


def test_a_crest_with_a_range_enters_as_that_range(flooded):  # noqa: F811
    flood(flooded, FIRST - 20, 190_000, flow_low=170_000, flow_high=260_000, threshold=150_000, known_since=FIRST - 35)
    fits = fitted(flooded)
    told = PerceptionPeriod(35, 150_000, ranges=((170_000, 260_000),))
    assert fits.used.fit.parameters == fit_lp3(PEAKS, periods=[told]).parameters
    assert fits.history.ranged == 1
    # On paper it stands at its crest.
    assert fits.historic_positions == pytest.approx(
        plotting_positions(PEAKS, historic_peaks=[190_000], historic_years=35, historic_threshold=150_000)[1]
    )


def test_an_end_that_nobody_told_is_the_crest(flooded):  # noqa: F811
    flood(flooded, FIRST - 20, 190_000, flow_low=170_000, threshold=150_000, known_since=FIRST - 35)
    told = PerceptionPeriod(35, 150_000, ranges=((170_000, 190_000),))
    assert fitted(flooded).used.fit.parameters == fit_lp3(PEAKS, periods=[told]).parameters


def test_several_periods_each_with_its_threshold(flooded):  # noqa: F811
    period(flooded, 1800, 1899, 200_000)
    late = period(flooded, 1900, FIRST + 10, 100_000)
    flood(flooded, 1850, 250_000, threshold=150_000, known_since=1790)
    flood(flooded, 1920, 120_000, flow_low=110_000, flow_high=140_000)
    flood(flooded, 1860, 150_000)
    flood(flooded, 1700, 400_000)
    fits = fitted(flooded)
    assert {one.flood.year: one.why for one in fits.history.told} == {
        1850: "",
        1920: "",
        1860: "below",
        1700: "outside",
    }
    asked = [
        PerceptionPeriod(100, 200_000, (250_000,)),
        PerceptionPeriod(FIRST - 1900, 100_000, ranges=((110_000, 140_000),)),
    ]
    assert fits.used.fit.parameters == fit_lp3(PEAKS, periods=asked).parameters
    assert (fits.history.since, fits.history.years, fits.used.years) == (1800, FIRST - 1800, FIRST - 1800 + len(PEAKS))
    leave_out_period(late, reason="No wall stood there")
    assert {one.flood.year: one.why for one in fitted(flooded).history.told}[1920] == "outside"


def test_a_period_that_lies_in_the_gauge_s_time_tells_nothing(flooded):  # noqa: F811
    period(flooded, FIRST + 1, FIRST + 9, 100_000)
    fits = fitted(flooded)
    (one,) = fits.history.periods
    assert (one.why, one.years, one.first, one.last) == ("gauged", 0, FIRST + 1, FIRST + 9)
    assert fits.used.fit.parameters == fit_lp3(PEAKS).parameters


def test_as_known_before_a_period_was_entered_or_left_out(flooded):  # noqa: F811
    one = period(flooded, 1900, 1950, 100_000)
    before = fit_lp3(PEAKS).parameters
    with_it = fitted(flooded).used.fit.parameters
    leave_out_period(one, reason="Wrong river")
    one.refresh_from_db()
    between = one.known_at + (one.left_out_at - one.known_at) / 2
    assert fitted(flooded).used.fit.parameters == before != with_it
    assert fitted(flooded, known_at=between).used.fit.parameters == with_it


def test_the_database_refuses_years_that_another_period_holds(flooded):  # noqa: F811
    first = period(flooded, 1800, 1899, 200_000)
    with pytest.raises(Refused, match="Another period of this station"):
        period(flooded, 1899, 1950, 100_000)
    period(flooded, 1900, 1950, 100_000)
    with refused("perceived_periods_apart"):
        PerceivedPeriod.objects.create(
            station=flooded.station, first_year=1700, last_year=1800, threshold=5, source_text="x"
        )
    leave_out_period(first, reason="Wrong river")
    period(flooded, 1750, 1899, 150_000)
    with refused("perceived_period_stays"):
        PerceivedPeriod.objects.filter(pk=first.pk).update(threshold=1)
    with refused("perceived_period_stays_out"):
        PerceivedPeriod.objects.filter(pk=first.pk).update(left_out="", left_out_at=None)
    with refused("perceived_period_years"):
        PerceivedPeriod.objects.create(
            station=flooded.station, first_year=1600, last_year=1500, threshold=5, source_text="x"
        )
    with pytest.raises(Refused, match="left out already"):
        leave_out_period(first, reason="Again")


def test_a_period_is_entered_and_left_out_on_the_page(flooded, client):  # noqa: F811
    typed = {"first_year": "1800", "last_year": "1899", "threshold": "200000", "source": "Mark on a wall"}
    client.force_login(flooded.reader)
    assert client.post(PAGE + "perceived/", typed).status_code == 403
    client.force_login(flooded.forecaster)
    assert client.post(PAGE + "perceived/", typed).status_code == 302
    one = PerceivedPeriod.objects.get(station=flooded.station)
    assert one.events.last().pgh_context.metadata["reason"] == "Period of perception entered"
    page = said(client.get(PAGE))
    assert "Mark on a wall" in page
    assert "From 1800 to 1899 every flood above 200,000 m³/s would have been noticed" in page
    assert page.count('class="perceived"') >= 1
    for wrong, sentence in (
        ({"first_year": ""}, "first and a last"),
        ({"last_year": "1700"}, "lies after the last"),
        ({"last_year": "2150"}, "lies in the future"),
        ({"threshold": "much"}, "no number"),
        ({"source": ""}, "name the source"),
        ({"as_of": "2026-13-45"}, "“2026-13-45” is no date. Write it as"),
        ({}, "Another period of this station"),
    ):
        answer = client.post(PAGE + "perceived/", {**typed, **wrong})
        assert answer.status_code == 422
        assert sentence in said(answer)
    assert client.post(f"{PAGE}perceived/{one.pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"{PAGE}perceived/{one.pk}/", {"reason": "Another wall"}).status_code == 302
    assert client.post(f"{PAGE}perceived/{uuid4()}/", {"reason": "x"}).status_code == 404
    assert "left out: Another wall" in said(client.get(PAGE))


def test_what_was_typed_for_a_period_stays_in_its_own_form(flooded, client):  # noqa: F811
    client.force_login(flooded.forecaster)
    typed = {"first_year": "", "last_year": "1899", "threshold": "200001", "source": "Mark on a wall"}
    page = said(client.post(PAGE + "perceived/", typed))
    assert (page.count('value="200001"'), page.count('value="Mark on a wall"')) == (1, 1)
    flood_typed = {"year": "1850", "flow": "", "threshold": "200001", "source": "Mark on a wall", "as_of": "soon"}
    page = said(client.post(PAGE + "historical/", flood_typed))
    assert (page.count('value="200001"'), page.count('value="Mark on a wall"')) == (1, 1)
    assert "“soon” is no date. Write it as" in page


def test_a_regional_skew_of_the_register_is_taken_with_its_source(flooded, client):  # noqa: F811
    row = keep_skew(None, skew=-0.2, error=0.12, source_text="A study of skews in Test", user=flooded.forecaster)
    client.force_login(flooded.forecaster)
    page = said(client.get(PAGE))
    assert "The whole country: &#8294;\u200e−0.20&#8297; (mean square error 0.120) · A study of skews in Test" in page
    page = said(client.get(f"{PAGE}?region={row.pk}"))
    assert "Regional skew \u200e−0.200, mean square error 0.120" in page, "its sign stays before it in Arabic, too"
    expected = fit_lp3(PEAKS, regional_skew=-0.2, regional_skew_mse=0.12)
    detail = json.loads(client.get(f"/api/v1/rivers/floods?station=tt-town&region={row.pk}").content)["items"][0][
        "detail"
    ]
    assert (detail["regional_skew"], detail["regional_skew_source"]) == (-0.2, "A study of skews in Test")
    assert detail["fits"][0]["parameters"]["skew"] == pytest.approx(expected.parameters.skew)
    listed = json.loads(client.get("/api/v1/rivers/regional-skews").content)["items"]
    assert {"id": str(row.pk), "basin": None, "skew": -0.2, "mean_square_error": 0.12,
            "source": "A study of skews in Test", "as_of": None} in listed  # fmt: skip
    rows = list(csv.reader(io.StringIO(said(client.get(f"{PAGE}file.csv?region={row.pk}")))))
    assert ["regional_skew", "", "", "-0.2", "0.12", "", "A study of skews in Test"] in rows
    flow = expected.quantile(1 / 50)
    used = client.post(PAGE + "threshold/", {"region": str(row.pk), "quantile": f"50|{flow!r}", "class": "severe"})
    assert used.status_code == 302
    made = Threshold.objects.get(station=flooded.station, kind="return_period")
    assert made.basis["regional_skew_source"] == "A study of skews in Test"
    assert "A study of skews in Test" in said(client.get(PAGE))


def test_the_skews_that_count_come_first_and_of_them_the_newest(river, client):
    def keep(source, year=None):
        as_of = year and date(year, 5, 1)
        return keep_skew(None, skew=0.1, error=None, source_text=source, user=river.forecaster, as_of=as_of)

    leave_out_skew(keep("TT of 2025, wrong", 2025), reason="Replaced")
    for source, year in (("TT of 2019", 2019), ("TT of no day", None), ("TT of 2024", 2024)):
        keep(source, year)
    order = ["TT of 2024", "TT of 2019", "TT of no day", "TT of 2025, wrong"]
    assert [one.source_text for one in skews_of(river.forecaster) if one.source_text in order] == order[:3]
    page = said(client.get("/rivers/floods/skews/"))
    assert sorted(order, key=page.index) == order
    river.make_station("tt-shown", source="demonstration")
    assert "DEMONSTRATION: invented records" in said(client.get("/rivers/floods/skews/"))


def test_what_a_threshold_rests_on_is_said_in_whole_sentences(flooded, client):  # noqa: F811
    client.force_login(flooded.forecaster)
    flow = fit_lp3(PEAKS, regional_skew=-0.2).quantile(1 / 500)
    asked = {"skew": "-0.2", "quantile": f"500|{flow!r}", "class": "severe"}
    assert client.post(PAGE + "threshold/", asked).status_code == 302
    text = basis_said(Threshold.objects.get(station=flooded.station, kind="return_period"))
    assert text.endswith("Regional skew \u200e−0.200, held. Beyond twice the record.")
    assert ".." not in text


def test_a_fit_that_takes_no_skew_is_not_said_to_have_one(flooded, client):  # noqa: F811
    client.force_login(flooded.forecaster)
    assert "Regional skew \u200e−0.200, held." in said(client.get(f"{PAGE}?skew=-0.2"))
    assert "Regional skew \u200e" not in said(client.get(f"{PAGE}?skew=-0.2&fit=gev"))
    used = fitted(flooded, fit="gev", region=Region(-0.2)).used
    asked = {"skew": "-0.2", "fit": "gev", "quantile": f"50|{used.of(50).flow!r}", "class": "severe"}
    assert client.post(PAGE + "threshold/", asked).status_code == 302
    assert "kew" not in basis_said(Threshold.objects.get(station=flooded.station, kind="return_period"))


def test_a_skew_that_is_left_out_is_offered_no_longer(flooded, client):  # noqa: F811
    row = keep_skew(None, skew=0.3, error=None, source_text="An older study of skews", user=flooded.forecaster)
    leave_out_skew(row, reason="Replaced")
    client.force_login(flooded.hydrologist)
    assert "An older study of skews" not in said(client.get(PAGE))
    answer = client.get(f"{PAGE}?region={row.pk}")
    assert answer.status_code == 422
    assert "not in the register" in said(answer)
    assert client.get(f"/api/v1/rivers/floods?station=tt-town&region={uuid4()}").status_code == 422
    assert client.get("/api/v1/rivers/floods?station=tt-town&region=x").status_code == 422
    with refused("regional_skew_stays"):
        RegionalSkew.objects.filter(pk=row.pk).update(skew=0.1)


def test_the_register_of_skews_on_its_page(river, client):
    basin = Basin.objects.create(code="tt-skewed", name_en="Skewed basin", source_text="Test")
    typed = {"basin": "tt-skewed", "skew": "-0.15", "error": "0.2", "source": "A regional study", "as_of": "2020-05-01"}
    assert client.post("/rivers/floods/skews/", typed).status_code == 403
    client.force_login(river.reader)
    assert client.post("/rivers/floods/skews/", typed).status_code == 403
    client.force_login(river.forecaster)
    assert client.post("/rivers/floods/skews/", typed).status_code == 302
    row = RegionalSkew.objects.get(basin=basin)
    assert (row.skew, row.error, row.made_by) == (-0.15, 0.2, river.forecaster)
    for wrong, sentence in (
        ({"skew": "4"}, "between -3 and 3"),
        ({"skew": ""}, "number"),
        ({"error": "-1"}, "0 or more"),
        ({"source": " "}, "which study"),
        ({"basin": "nowhere"}, "no such basin"),
    ):
        answer = client.post("/rivers/floods/skews/", {**typed, **wrong})
        assert answer.status_code == 422, wrong
        assert sentence in said(answer)
    assert client.post(f"/rivers/floods/skews/{row.pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"/rivers/floods/skews/{row.pk}/", {"reason": "Replaced"}).status_code == 302
    assert client.post(f"/rivers/floods/skews/{uuid4()}/", {"reason": "x"}).status_code == 404
    for language in ("ar", "ckb", "en"):
        with override(language):
            page = said(client.get(f"/rivers/floods/skews/?lang={language}"))
        assert "Skewed basin" in page
        assert "Replaced" in page
