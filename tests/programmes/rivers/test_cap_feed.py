"""``/cap``: what programmes issued to everybody in one feed, each with its message."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from rafid.methods.cap import read_alert
from rafid.programmes.rivers.warnings.acting import cancel_warning, draft_warning, issue_warning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client):
    answer = client.get("/cap")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


def test_issued_warnings_with_their_messages_and_no_draft(client, river):
    station = river.make_station()
    river.make_threshold(station, "warning", 5.0)
    now = timezone.now()
    row = draft_warning(
        station, "warning", user=river.hydrologist, onset=now + timedelta(hours=9), expires=now + timedelta(days=2)
    )
    client.force_login(river.hydrologist)
    assert entries(client) == []
    issue_warning(row, user=river.hydrologist, override_reason="Seen by the readers")
    client.logout()
    (one,) = entries(client)
    assert "Tt-Town" in one.find(f"{ATOM}title").text
    assert one.find(f"{ATOM}id").text == f"urn:uuid:{row.pk}"
    links = {link.get("rel"): link for link in one.findall(f"{ATOM}link")}
    assert links["related"].get("type") == "application/cap+xml"
    message = client.get(links["related"].get("href").removeprefix("http://testserver"))
    assert read_alert(message.content).identifier == row.ref
    assert client.get(links["alternate"].get("href").removeprefix("http://testserver")).status_code == 200
    cancel_warning(row, user=river.hydrologist, reason="The crest passed")
    (ended,) = entries(client)
    assert ended.find(f"{ATOM}updated").text > one.find(f"{ATOM}published").text


def test_a_demonstration_says_so(client, river):
    station = river.make_station()
    now = timezone.now()
    row = draft_warning(
        station, "warning", user=river.hydrologist, onset=now + timedelta(hours=9), expires=now + timedelta(days=2)
    )
    type(row).everything.filter(pk=row.pk).update(source="demonstration")
    row.refresh_from_db()
    issue_warning(row, user=river.hydrologist, override_reason="Seen by the readers")
    assert entries(client)[0].find(f"{ATOM}title").text.startswith("DEMONSTRATION")
    assert client.get("/cap/").status_code == 200
