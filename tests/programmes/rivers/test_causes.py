"""A warning whose cause does not hold is asked back: what was read and foretold is said with its numbers, and a reason is kept."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.apps import apps
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.models import FloodWarning, Forecast, ForecastValue, RiverModel, Verification
from rafid.programmes.rivers.values.recording import Reading, record_values
from rafid.programmes.rivers.warnings.acting import (
    discard_warning,
    draft_warning,
    give_reason,
    issue_warning,
    sign_warning,
    take_up_warning,
)
from rafid.programmes.rivers.warnings.causes import Doubted, doubts_kept, doubts_of

pytestmark = pytest.mark.django_db
WHY = "The readers upstream tell of a wave"


@pytest.fixture
def gauge(river):
    """A gauge with a threshold of 6.5 m, and what draws up a severe warning of it."""
    station = river.make_station()
    river.make_threshold(station, "severe", 6.5)
    series = river.make_series(station)

    def read(value, hours=2.0):
        record_values([Reading(series.pk, timezone.now() - timedelta(hours=hours), value)], origin="person")

    def draft(level="severe", **more):
        now = timezone.now()
        times = {"onset": now + timedelta(hours=12), "expires": now + timedelta(days=3)}
        return draft_warning(station, level, user=river.hydrologist, **times, **more)

    return river, read, draft


def codes(row, user):
    return [one.code for one in doubts_of(row, user=user)]


@pytest.mark.parametrize(("value", "asked"), [(3.2, True), (5.9, True), (6.0, False), (6.5, False), (8.0, False)])
def test_what_stands_far_below_its_threshold_is_asked_back(gauge, value, asked):
    river, read, draft = gauge
    read(value)
    assert codes(draft(), river.hydrologist) == (["below", "no_forecast"] if asked else [])


def test_it_is_said_with_its_numbers(gauge):
    river, read, draft = gauge
    read(3.2)
    said = " ".join(one.sentence for one in doubts_of(draft(), user=river.hydrologist))
    for number in ("3.20 m", "6.50 m", "3.30 m", "0.50 m"):
        assert number in said
    assert "No issued forecast" in said
    for language in ("ar", "ckb"):
        with override(language):
            assert "6.50" in doubts_of(draft(), user=river.hydrologist)[0].sentence


def test_a_reading_of_the_day_before_yesterday_shows_nothing(gauge):
    river, read, draft = gauge
    row = draft()
    assert codes(row, river.hydrologist) == ["unread", "no_forecast"]
    read(6.9, hours=60)
    assert codes(row, river.hydrologist) == ["late", "no_forecast"]
    read(6.9, hours=3)
    assert codes(row, river.hydrologist) == []


def test_low_water_is_low(gauge):
    river, read, draft = gauge
    station = FloodWarning.objects.get(pk=draft().pk).station
    river.make_threshold(station, "critical", 1.0)
    read(3.2)
    assert codes(draft("critical"), river.hydrologist) == ["above", "no_forecast"]
    read(1.2, hours=1)
    assert codes(draft("critical"), river.hydrologist) == []


def test_a_flow_may_lack_a_tenth(gauge):
    river, _read, draft = gauge
    station = draft().station
    river.make_threshold(station, "extreme", 2000.0, variable="discharge", kind="flow")
    series = river.make_series(station, "discharge")
    record_values([Reading(series.pk, timezone.now() - timedelta(hours=4), 1790.0)], origin="person")
    (first, _second) = doubts_of(draft("extreme"), user=river.hydrologist)
    assert (first.code, first.facts["apart"], first.facts["margin"]) == ("below", 210.0, 200.0)
    record_values([Reading(series.pk, timezone.now() - timedelta(hours=1), 1800.0)], origin="person")
    assert codes(draft("extreme"), river.hydrologist) == []


def test_a_level_without_a_threshold_is_asked_back(gauge):
    river, read, draft = gauge
    read(9.0)
    assert codes(draft("watch"), river.hydrologist) == ["no_threshold"]


@pytest.fixture
def foretold(gauge, river):
    """Makes a forecast at the gauge's node of which ``share`` of the members reach 2,000 m³/s from the second day on, and
    which has a record only where ``proven`` says so."""
    _river, read, draft = gauge
    station = draft().station
    read(3.2)
    river.make_threshold(station, "extreme", 2000.0, variable="discharge", kind="flow")
    now = timezone.now()
    known = {"owner": river.ministry, "place": river.place}
    model = RiverModel.objects.create(
        node=river.town,
        kind="gr4j",
        area_km2=1000,
        latitude=36,
        observed=river.make_series(station, "discharge"),
        **known,
    )

    def make(share, *, proven=True):
        leads = [24, 48, 72]
        row = Forecast.objects.create(
            model=model, node=river.town, data_known_at=now - timedelta(hours=1), issued_at=now, members=20,
            horizon_h=72, steps=leads, **known,
        )  # fmt: skip
        members = np.where(np.arange(20) < round(20 * share), 2100.0, 900.0)
        for lead in leads:
            values = members if lead > 24 else np.full(20, 900.0)
            ForecastValue.objects.create(forecast=row, lead_h=lead, members=values.tolist())
            if proven:
                Verification.objects.update_or_create(
                    model=model, variable="discharge", lead_h=lead, start="2026-01-01", end="2026-03-31",
                    defaults={"computed_at": now, "n": 60, "scores": {"beats_persistence": True, "inside_80": 0.8}},
                )  # fmt: skip
        for state in ("running", "issued"):
            row.state = state
            row.save()
        return row

    return make


def test_a_forecast_carries_it_at_proven_leads_and_as_probable_as_its_level(gauge, foretold):
    river, _read, draft = gauge
    row = draft("extreme")
    assert codes(row, river.hydrologist) == ["unread", "no_forecast"]
    foretold(0.9, proven=False)
    assert codes(row, river.hydrologist) == ["unread", "no_forecast"], "no lead has shown to be better than persistence"
    Forecast.objects.filter(node=river.town).update(state="withdrawn")
    weak = foretold(0.25)
    read, told = doubts_of(row, user=river.hydrologist)
    assert (told.code, told.facts["ref"], told.facts["percent"], told.facts["asked"]) == (
        "improbable",
        weak.ref,
        25,
        50,
    )
    assert "25 %" in told.sentence
    assert read.code == "unread"
    Forecast.objects.filter(pk=weak.pk).update(state="withdrawn")
    strong = foretold(0.6)
    assert codes(row, river.hydrologist) == []
    assert codes(draft("extreme", forecast=strong), river.hydrologist) == []


def test_issuing_asks_for_a_reason_and_keeps_it_with_what_spoke_against_it(gauge):
    river, read, draft = gauge
    read(3.2)
    row = draft()
    sign_warning(row, user=river.chief)
    with pytest.raises(Doubted, match=r"3.30 m below the threshold of 6.50 m.*why the warning goes out all the same"):
        issue_warning(row, user=river.hydrologist)
    row.refresh_from_db()
    assert row.state == "draft"
    with pytest.raises(Doubted):
        issue_warning(row, user=river.hydrologist, override_reason="  ")
    row = issue_warning(row, user=river.hydrologist, override_reason=WHY)
    assert (row.state, row.override_reason) == ("issued", WHY)
    assert [one.code for one in doubts_kept(row)] == ["below", "no_forecast"]
    events = apps.get_model("rafid_rivers", "FloodWarningEvent").objects.filter(pgh_obj_id=row.pk)
    assert events.order_by("-pgh_id").first().override_reason == WHY


def test_what_holds_is_issued_unasked(gauge):
    river, read, draft = gauge
    read(6.6)
    row = draft()
    sign_warning(row, user=river.chief)
    row = issue_warning(row, user=river.hydrologist)
    assert (row.state, row.override_reason, row.doubts) == ("issued", "", [])


def test_a_reason_that_comes_after_the_signature_is_signed_anew(gauge):
    river, read, draft = gauge
    read(3.2)
    row = sign_warning(draft(), user=river.chief)
    row = give_reason(row, reason=WHY)
    assert (row.override_reason, row.second_signature) == (WHY, None)
    sign_warning(row, user=river.chief)
    assert give_reason(row, reason=f" {WHY} ").second_signature == river.chief, "the same reason changes nothing"
    assert issue_warning(row, user=river.hydrologist).override_reason == WHY


def test_the_page_says_it_to_those_who_sign_and_to_nobody_else(client, gauge):
    river, read, draft = gauge
    read(3.2)
    row = draft()
    address = f"/rivers/warnings/{row.ref}/"
    client.force_login(river.forecaster)
    client.post(f"{address}reason/", {"override_reason": WHY})
    client.force_login(river.chief)
    page = client.get(address).content.decode()
    assert WHY in page
    assert "3.30 m below the threshold of 6.50 m" in page
    client.post(f"{address}sign/")
    client.force_login(river.hydrologist)
    assert "Issue all the same" in client.get(address).content.decode()
    client.post(f"{address}issue/", {"override_reason": WHY})
    row.refresh_from_db()
    assert row.state == "issued"
    assert "What spoke against this warning" in client.get(address).content.decode()
    client.logout()
    page = client.get(address).content.decode()
    assert row.ref in page
    assert WHY not in page
    assert "spoke against" not in page


def test_the_page_refuses_with_the_numbers(client, gauge):
    river, read, draft = gauge
    read(3.2)
    row = draft("severe")
    sign_warning(row, user=river.chief)
    client.force_login(river.hydrologist)
    answer = client.post(f"/rivers/warnings/{row.ref}/issue/", follow=True).content.decode()
    assert "Look again, or say why the warning goes out all the same." in answer
    row.refresh_from_db()
    assert row.state == "draft"


def test_programs_are_asked_back_too(client, gauge):
    river, read, draft = gauge
    read(3.2)
    row = draft()
    address = f"/api/v1/rivers/warnings/{row.ref}/issue"

    def post(**body):
        return client.post(address, body, content_type="application/json")

    assert post().status_code == 401
    client.force_login(river.reader)
    assert post().status_code == 403
    client.force_login(river.hydrologist)
    assert post(override_reason=WHY).status_code == 409, "one signature"
    sign_warning(row, user=river.chief)
    answer = post()
    assert answer.status_code == 422
    assert "3.30 m below the threshold of 6.50 m" in answer.json()["detail"]
    assert answer.json()["errors"][0]["where"] == "override_reason"
    answer = post(override_reason=WHY)
    assert (answer.status_code, answer.json()["state"]) == (200, "issued")
    assert post(override_reason=WHY).status_code == 409


def test_a_draft_is_discarded_and_taken_up_again(client, gauge):
    river, read, draft = gauge
    read(3.2)
    row = sign_warning(draft(), user=river.chief)
    address = f"/rivers/warnings/{row.ref}/"
    client.force_login(river.reader)
    assert client.post(f"{address}discard/").status_code == 403
    client.force_login(river.forecaster)
    assert "Discard this draft" in client.get(address).content.decode()
    client.post(f"{address}discard/")
    row.refresh_from_db()
    assert row.state == "discarded"
    assert "Take this draft up again" in client.get(address).content.decode()
    assert row.ref not in client.get("/rivers/warnings/").content.decode()
    assert row.ref in client.get("/rivers/warnings/?state=discarded").content.decode()
    listed = client.get("/api/v1/rivers/warnings?station=tt-town").json()["items"]
    assert listed == []
    client.post(f"{address}take-up/")
    row.refresh_from_db()
    assert (row.state, row.second_signature) == ("draft", None), "it is signed anew"
    events = apps.get_model("rafid_rivers", "FloodWarningEvent").objects.filter(pgh_obj_id=row.pk)
    assert "discarded" in set(events.values_list("state", flat=True))


def test_what_was_issued_is_not_discarded(gauge):
    river, read, draft = gauge
    read(6.6)
    row = sign_warning(draft(), user=river.chief)
    issue_warning(row, user=river.hydrologist)
    with pytest.raises(Refused, match="meanwhile"):
        discard_warning(row)
    with pytest.raises(Refused, match="not possible"):
        take_up_warning(row)
