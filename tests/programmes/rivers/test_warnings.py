"""Warnings: two signatures, updates, cancellation, the message that machines read, and who was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.commons.people.models import Message
from rafid.commons.records.change import Refused
from rafid.methods.cap import check_alert, read_alert
from rafid.programmes.rivers.models import FloodWarning
from rafid.programmes.rivers.values.recording import Reading, record_values
from rafid.programmes.rivers.warnings.acting import (
    cancel_warning,
    draft_warning,
    expire_due,
    issue_warning,
    sign_warning,
)

from .conftest import refused

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def draft(river):
    station = river.make_station()
    for level, value in (("watch", 4.0), ("warning", 5.0), ("severe", 6.5)):
        river.make_threshold(station, level, value)
    record_values([Reading(river.make_series(station).pk, NOW - timedelta(hours=2), 6.8)], origin="person")

    def make(level="warning", **values):
        times = {"onset": NOW + timedelta(hours=12), "expires": NOW + timedelta(days=2), **values}
        return draft_warning(station, level, user=river.hydrologist, **times)

    return make


def test_a_draft_is_written_in_three_languages(draft):
    row = draft()
    assert row.headline["en"] == "Flood warning for Tt-Town"
    assert "5 m" in row.text["en"]
    assert row.headline["ar"] != row.headline["en"] != row.headline["ckb"]


def test_a_severe_warning_needs_a_second_person(draft, river):
    row = draft("severe")
    with pytest.raises(Refused, match="second person"):
        issue_warning(row, user=river.hydrologist)
    with pytest.raises(Refused, match="Somebody else signs"):
        sign_warning(row, user=river.hydrologist)
    sign_warning(row, user=river.chief)
    with pytest.raises(Refused, match="second person"):
        issue_warning(row, user=river.chief)
    assert issue_warning(row, user=river.hydrologist).state == "issued"


def test_the_database_refuses_one_signature_too(draft, river):
    row = draft("severe")
    with refused("warning_needs_second"):
        FloodWarning.objects.filter(pk=row.pk).update(state="issued", issued_at=NOW, issued_by=river.chief)


def test_an_issued_warning_stays(draft, river):
    row = issue_warning(draft(), user=river.hydrologist)
    with refused("warning_stays"):
        FloodWarning.objects.filter(pk=row.pk).update(level="watch")


def test_it_ends_after_it_begins(draft):
    with pytest.raises(Refused, match="before the start"):
        draft(expires=NOW)


def test_an_update_takes_the_place_of_the_first(draft, river):
    first = issue_warning(draft(), user=river.hydrologist)
    second = issue_warning(draft("watch", updates=first), user=river.hydrologist)
    first.refresh_from_db()
    assert (first.state, second.state) == ("updated", "issued")
    with pytest.raises(Refused, match="is over"):
        issue_warning(draft("watch", updates=first), user=river.hydrologist)


def test_cancelling_says_why_and_what_is_over_expires(draft, river):
    row = issue_warning(draft(), user=river.hydrologist)
    with pytest.raises(Refused, match="Say why"):
        cancel_warning(row, user=river.hydrologist, reason=" ")
    assert cancel_warning(row, user=river.hydrologist, reason="The crest passed").state == "cancelled"
    other = issue_warning(draft(), user=river.hydrologist)
    assert expire_due(NOW + timedelta(days=3)) == 1
    other.refresh_from_db()
    assert other.state == "expired"


def test_those_on_duty_are_told(draft, river):
    row = issue_warning(draft(), user=river.hydrologist)
    told = {one.account.login for one in Message.objects.filter(link=row.get_absolute_url())}
    assert {"r-chief", "r-reader", "r-planner"} <= told


def test_the_message_for_machines(client, draft, river):
    row = draft()
    assert client.get(f"/rivers/warnings/{row.ref}/cap.xml").status_code == 404
    issue_warning(row, user=river.hydrologist)
    xml = client.get(f"/rivers/warnings/{row.ref}/cap.xml").content
    assert check_alert(xml, within=(20, 30, 45, 60)) == ()
    alert = read_alert(xml)
    assert (alert.msg_type, [one.language for one in alert.infos]) == ("Alert", ["ar-IQ", "ckb-IQ", "en"])
    cancel_warning(row, user=river.hydrologist, reason="The crest passed")
    alert = read_alert(client.get(f"/rivers/warnings/{row.ref}/cap.xml").content)
    assert (alert.msg_type, alert.references[0][1]) == ("Cancel", row.ref)
    assert row.ref.encode() in client.get("/rivers/warnings.atom").content


def test_pages_lead_through_the_steps(client, draft, river):
    row = draft("severe")
    assert client.get(f"/rivers/warnings/{row.ref}/").status_code == 404
    client.force_login(river.chief)
    client.post(f"/rivers/warnings/{row.ref}/sign/")
    client.force_login(river.hydrologist)
    client.post(f"/rivers/warnings/{row.ref}/issue/")
    client.logout()
    page = client.get(f"/rivers/warnings/{row.ref}/?lang=en").content.decode()
    assert "Severe flood warning for Tt-Town" in page
    assert "r-chief" not in page
    listed = client.get("/api/v1/rivers/warnings?station=tt-town").json()["items"]
    assert [(one["ref"], one["state"], one["signed"]) for one in listed] == [(row.ref, "issued", True)]


def test_a_new_one_by_the_form(client, river, draft):
    client.force_login(river.forecaster)
    draft()
    form = {"station": "tt-town", "level": "watch", "onset": "2099-03-01T06:00", "expires": "2099-03-02T06:00"}
    answer = client.post("/rivers/warnings/new/", {**form, "headline_en": "Own words"})
    assert answer.status_code == 302
    assert FloodWarning.objects.get(level="watch", station__code="tt-town").headline["en"] == "Own words"
    assert client.post("/rivers/warnings/new/", {**form, "onset": "tomorrow"}).status_code == 422
    client.force_login(river.reader)
    assert client.get("/rivers/warnings/new/").status_code == 403


def test_the_threshold_is_told_with_its_unit_whatever_it_is_of(river):
    dam = river.make_station("tt-dam", "reservoir")
    river.make_threshold(dam, "severe", 319.5, variable="reservoir_level")
    times = {"onset": NOW + timedelta(hours=6), "expires": NOW + timedelta(days=2)}
    row = draft_warning(dam, "severe", user=river.hydrologist, **times)
    assert "319.5 m " in row.text["en"]
    assert "319.5 م " in row.text["ar"]


def test_a_sign_that_no_text_holds_is_left_away(client, draft, river):
    row = issue_warning(draft("warning"), user=river.hydrologist)
    client.force_login(river.hydrologist)
    assert client.post(f"/rivers/warnings/{row.ref}/cancel/", {"reason": "The crest\x00 passed"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.ended_why) == ("cancelled", "The crest passed")
