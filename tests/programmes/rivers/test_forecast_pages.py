"""Pages and addresses of forecasts and outlooks."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from rafid.commons.records.tasks import Failure
from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
from rafid.programmes.rivers.forecasting.drawing import SIZES, Frame, _names
from rafid.programmes.rivers.forecasting.hindcasting import hindcast
from rafid.programmes.rivers.forecasting.running import carry_out
from rafid.programmes.rivers.models import Forecast, Outlook, RiverModel
from rafid.programmes.rivers.outlook.making import make_outlook

from .basin import PROGRESS, issue, make_basin

API = "/api/v1/rivers"


@pytest.fixture
def basin(river):
    made = make_basin(river)
    calibrate_model(made.model, split=made.last.replace(year=2019, month=1, day=1), max_runs=100)
    activate(made.model)
    river.make_threshold(made.station, "warning", 5.0, variable="discharge", kind="flow")
    river.make_threshold(made.station, "severe", 1e6, variable="discharge", kind="flow")
    return made


@pytest.fixture
def told(basin):
    hindcast(basin.model, issues=40, members=10)
    return issue(basin, horizon_h=72)


def test_a_forecast_by_the_api(told, client):
    found = client.get(f"{API}/forecasts/{told.pk}").json()
    assert (found["node"], found["members"], found["forcing"]) == ("tt-town", 20, "bootstrap")
    assert [one["lead_hours"] for one in found["quantiles"]] == [24, 48, 72]
    for one in found["quantiles"]:
        assert one["p05"] <= one["p25"] <= one["p50"] <= one["p75"] <= one["p95"]
    severe = [one for one in found["exceedance"] if one["class"] == "severe"]
    assert [one["probability"] for one in severe] == [0, 0, 0]
    assert len(found["exceedance"]) == 6
    skill = {one["lead_hours"]: one for one in found["skill"]}
    assert skill[24]["n"] >= 30
    assert {"nse", "crps", "crpss_persistence", "crpss_climatology", "beats_persistence"} < set(skill[24])
    expected = [one for one in (24, 48, 72) if not skill[one]["beats_persistence"]]
    assert found["guidance_only_leads"] == expected
    listed = client.get(f"{API}/forecasts?node=tt-town").json()
    assert [one["id"] for one in listed["items"]] == [str(told.pk)]
    assert client.get(f"{API}/forecasts?node=elsewhere").json()["items"] == []


def test_pages_of_a_list_go_on(basin, client):
    rows = [issue(basin, horizon_h=24, seed=seed) for seed in range(3)]
    first = client.get(f"{API}/forecasts?limit=2").json()
    then = client.get(f"{API}/forecasts?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + then["items"]] == [str(row.pk) for row in reversed(rows)]
    assert then["next"] is None
    assert client.get(f"{API}/forecasts?cursor=nonsense").status_code == 422


def test_a_forecast_is_asked_for(basin, client, river):
    body = {"node": "tt-town", "horizon_h": 48, "members": 10, "forcing": "bootstrap", "seed": 5}
    assert client.post(f"{API}/forecasts", body, "application/json").status_code == 401
    client.force_login(river.partner)
    assert client.post(f"{API}/forecasts", body, "application/json").status_code == 403
    client.force_login(river.forecaster)
    answer = client.post(f"{API}/forecasts", body, "application/json")
    assert answer.status_code == 202, answer.content
    said = answer.json()
    assert (said["state"], said["job"]["state"]) == ("queued", "waiting")
    row = Forecast.objects.get(pk=said["id"])
    assert (row.seed, row.members, row.horizon_h, row.asked_by) == (5, 10, 48, river.forecaster)
    for wrong in ({"members": 4}, {"horizon_h": 1000}, {"forcing": "guess"}, {"forcing": "observed"}, {"seed": -1}):
        assert client.post(f"{API}/forecasts", body | wrong, "application/json").status_code == 422
    assert client.post(f"{API}/forecasts", body | {"node": "nowhere"}, "application/json").status_code == 404
    assert client.post(f"{API}/forecasts", body | {"node": "tt-lower"}, "application/json").status_code == 422


def test_what_is_not_issued_is_not_there_for_strangers(basin, client, river):
    client.force_login(river.forecaster)
    client.post(f"{API}/forecasts", {"node": "tt-town", "members": 10}, "application/json")
    row = Forecast.objects.get(node__code="tt-town")
    assert client.get(f"{API}/forecasts/{row.pk}").json()["state"] == "queued"
    client.logout()
    assert client.get(f"{API}/forecasts/{row.pk}").status_code == 404
    assert client.get(f"{API}/forecasts?node=tt-town").json()["items"] == []


def test_restricted_models_make_restricted_forecasts(basin, client):
    RiverModel.objects.filter(pk=basin.model.pk).update(sensitivity=2)
    basin.model.refresh_from_db()
    row = issue(basin, horizon_h=24)
    assert client.get(f"{API}/forecasts/{row.pk}").status_code == 404
    assert client.get("/rivers/forecasts/tt-town/?forecast=" + row.ref).status_code == 404


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_pages_of_a_forecast(told, client, language):
    listed = client.get(f"/rivers/forecasts/?lang={language}")
    assert listed.status_code == 200
    assert "/rivers/forecasts/tt-town/" in listed.text
    page = client.get(f"/rivers/forecasts/tt-town/?lang={language}")
    assert page.status_code == 200
    hours = {"ar": "24 ساعة", "ckb": "24 کاتژمێر", "en": "24 h"}[language]
    for part in ('class="fan"', "fan-middle", 'class="ranks"', told.ref, hours):
        assert part in page.text


def test_names_of_thresholds_that_lie_close_do_not_cover_one_another():
    limits = [
        SimpleNamespace(limit=SimpleNamespace(name=name, flow=flow))
        for name, flow in (("Watch", 197.0), ("Watch", 198.0), ("Warning", 211.0), ("Severe", 215.0), ("Severe", 218.0))
    ]
    begin = datetime(2026, 11, 29, tzinfo=UTC)
    drawn = str(_names(Frame(begin, begin + timedelta(days=1), 300.0, SIZES[0]), limits))
    places = [float(one) for one in re.findall(r' y="([^"]*)"', drawn)]
    assert [drawn.count(name) for name in ("Watch", "Warning", "Severe")] == [1, 1, 1]
    assert all(low - high >= 13 for low, high in zip(places, places[1:], strict=False))


def test_a_model_without_record_is_guidance_only(basin, client):
    row = issue(basin, horizon_h=48)
    assert client.get(f"{API}/forecasts/{row.pk}").json()["guidance_only_leads"] == [24, 48]
    page = client.get("/rivers/forecasts/tt-town/?lang=en").text
    assert "no record yet" in page
    assert page.count('class="pale"') >= 2


def test_a_page_costs_the_same_with_many_forecasts(basin, client, django_assert_max_num_queries):
    for seed in range(4):
        issue(basin, horizon_h=24, seed=seed)
    with django_assert_max_num_queries(30):
        client.get(f"{API}/forecasts")


def test_asking_on_the_page(basin, client, river):
    assert client.post("/rivers/forecasts/tt-town/ask/", {"forcing": "bootstrap"}).status_code == 302, "to sign in"
    client.force_login(river.reader)
    assert client.post("/rivers/forecasts/tt-town/ask/", {"forcing": "bootstrap"}).status_code == 404
    client.force_login(river.forecaster)
    answer = client.post("/rivers/forecasts/tt-town/ask/", {"forcing": "analogue"})
    row = Forecast.objects.get(node__code="tt-town")
    assert answer.url == f"/rivers/forecasts/tt-town/?forecast={row.ref}"
    assert "being computed" in client.get(answer.url + "&lang=en").text
    with pytest.raises(Failure):
        carry_out(PROGRESS, str(row.pk))
    row.refresh_from_db()
    assert row.state == "failed", "today's weather is not there"
    assert json.loads(row.failure)["en"] in client.get(answer.url + "&lang=en").text.replace("&#x27;", "'")


def test_the_members_as_a_table(told, client):
    answer = client.get(f"/rivers/forecasts/tt-town/members.csv?forecast={told.ref}")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert [row[0] for row in rows[1:]] == ["24", "48", "72"]
    assert len(rows[1]) == 3 + 20


def test_the_command(basin):
    out = io.StringIO()
    call_command(
        "rivers", "calibrate", "tt-town", "--split", "2019-06-01", "--max-runs", "60", "--activate", stdout=out
    )
    assert "NSE" in out.getvalue()
    assert sorted(RiverModel.objects.filter(node__code="tt-town").values_list("state", flat=True)) == [
        "active",
        "retired",
    ]
    call_command("rivers", "hindcast", "tt-town", "--issues", "35", "--members", "8", stdout=out)
    assert "240 h" in out.getvalue()
    with pytest.raises(CommandError, match="The weather ends on"):
        call_command("rivers", "forecast", "tt-town", "--members", "10", stdout=out)
    with pytest.raises(CommandError, match="no river node"):
        call_command("rivers", "forecast", "nowhere", stdout=out)


def test_the_outlook_by_page_and_api(basin, client, river):
    row = make_outlook(basin.model, season="2021-01/2021-03", known_at=basin.now)
    found = client.get(f"{API}/outlooks?node=tt-town").json()["items"]
    assert [one["ref"] for one in found] == [row.ref]
    assert len(found[0]["months"]) == 3
    assert found[0]["traces"] == len(row.volumes)
    assert client.get(f"{API}/outlooks/{row.pk}").json() == found[0]
    for address in ("/rivers/outlook/", f"/rivers/outlook/{row.ref}/"):
        for language in ("ar", "ckb", "en"):
            assert client.get(f"{address}?lang={language}").status_code == 200
    assert client.get(f"/rivers/outlook/{row.ref}/plan.csv").text.startswith("year of the weather")
    assert client.get("/rivers/outlook/OL-NOTHING/").status_code == 404
    client.force_login(river.reader)
    asked = {"model": str(basin.model.pk), "season": "2021-01/2021-03"}
    assert client.post("/rivers/outlook/make/", asked).status_code == 404
    client.force_login(river.planner)
    assert client.post("/rivers/outlook/make/", asked).url.startswith("/tasks/")
    assert client.post("/rivers/outlook/make/", asked | {"season": "never"}).url == "/rivers/outlook/"
    assert Outlook.objects.count() == 1, "the work is queued"
