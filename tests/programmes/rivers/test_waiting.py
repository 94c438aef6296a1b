"""What waits for a person stands on the first page: of acts that are this person's, and of nothing else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.programmes.rivers.bulletins.publish import draft_bulletin
from rafid.programmes.rivers.models import SeriesFinding
from rafid.programmes.rivers.rating.draft_rating import draft_rating
from rafid.programmes.rivers.sheet.sheets import receive
from rafid.programmes.rivers.waiting import panels
from rafid.programmes.rivers.warnings.acting import discard_warning, draft_warning, sign_warning

from .conftest import LONG_AGO

pytestmark = pytest.mark.django_db


def shown(user):
    """The panels of this person by their titles. Grants are read anew, as for a new request."""
    return {one.title: one for one in panels(SimpleNamespace(user=type(user).objects.get(pk=user.pk)))}


@pytest.fixture
def draft(river):
    now = timezone.now()
    return draft_warning(
        river.make_station(),
        "severe",
        onset=now + timedelta(hours=9),
        expires=now + timedelta(days=2),
        user=river.chief,
    )


def test_a_draft_waits_for_the_signature_of_somebody_else(client, river, draft):
    title = "Warnings that wait for your signature"
    assert title not in shown(river.chief), "whoever drafted it does not sign it"
    assert title not in shown(river.hydrologist), "who may not sign"
    panel = shown(river.second)[title]
    assert (panel.count, [one.url for one in panel.lines]) == (1, [draft.get_absolute_url()])
    client.force_login(river.second)
    page = client.get("/?lang=en").content.decode()
    assert title in page
    assert draft.get_absolute_url() in page
    assert client.get(panel.more).status_code == 200
    sign_warning(draft, user=river.second)
    assert title not in shown(river.second)


def test_what_is_signed_waits_to_be_issued_by_another(river, draft):
    title = "Warnings to issue or discard"
    assert title not in shown(river.hydrologist), "it is not signed"
    sign_warning(draft, user=river.second)
    assert shown(river.hydrologist)[title].count == 1
    assert title not in shown(river.second), "whoever signed it does not issue it"
    assert title not in shown(river.forecaster)
    discard_warning(draft)
    assert title not in shown(river.hydrologist)


def test_findings_that_are_assigned_to_me(client, river):
    series = river.make_series(river.make_station())
    now = timezone.now()
    said = dict.fromkeys(("ar", "ckb", "en"), "far off")
    for hours, to in ((5, river.hydrologist), (4, None)):
        SeriesFinding.objects.create(
            series=series, check_code="range", start=now - timedelta(hours=hours), end=now, message=said, assigned_to=to
        )
    title = "Findings about values that are assigned to you"
    panel = shown(river.hydrologist)[title]
    assert (panel.count, len(panel.lines)) == (1, 1)
    assert title not in shown(river.chief)
    client.force_login(river.hydrologist)
    assert client.get(panel.lines[0].url).status_code == 200
    assert client.get(panel.more).status_code == 200


def test_drafts_of_bulletins_wait_for_who_publishes(river):
    row = draft_bulletin("daily", "2026-02-03", user=river.hydrologist, owner=river.ministry)
    title = "Bulletins that wait to be published"
    assert row.get_absolute_url() in [one.url for one in shown(river.chief)[title].lines]
    assert title not in shown(river.hydrologist)
    assert title not in shown(river.partner)


def test_drafts_of_curves_wait_for_who_publishes(client, river):
    station = river.make_station()
    stages = [0.8, 1.4, 2.2, 3.1, 4.3, 5.2]
    gaugings = [river.make_gauging(station, one, 35 * (one - 0.4) ** 1.7) for one in stages]
    draft_rating(station, gaugings=gaugings, valid_from=LONG_AGO, user=river.rating_engineer)
    title = "Rating curves that wait to be published"
    panel = shown(river.rating_engineer)[title]
    assert (panel.count, title in shown(river.hydrologist)) == (1, False)
    client.force_login(river.rating_engineer)
    assert client.get(panel.lines[0].url).status_code == 200


def test_a_reader_hears_of_the_sheet_until_it_is_sent(client, river):
    series = river.make_series(river.make_station(), manned=True)
    other = river.make_series(river.make_station("tt-upper"), manned=True)
    title = "Today's sheet is not sent: what you read"
    assert shown(river.reader)[title].count == 2
    assert title not in shown(river.hydrologist), "who corrects values reads no gauge"
    assert title not in shown(river.chief)
    client.force_login(river.reader)
    assert title in client.get("/?lang=en").content.decode().replace("&#x27;", "'")
    yesterday, today = timezone.localdate() - timedelta(days=1), timezone.localdate()
    row = {"series": str(other.pk), "time": f"{yesterday}T06:00", "typed": "3,2"}
    receive(uuid4(), user=river.reader, on=yesterday, rows=[row])
    lines = shown(river.reader)[title].lines
    assert [one.text for one in lines] == ["Tt-Upper", "Tt-Town"], "what was typed last stands first"
    row = {"series": str(series.pk), "time": f"{yesterday}T07:00", "typed": "3,2"}
    receive(uuid4(), user=river.reader, on=today, rows=[row])
    assert title not in shown(river.reader)


def test_a_sheet_of_many_gauges_asks_no_more_than_one_of_few(river):
    def asked(*codes):
        for code in codes:
            river.make_series(river.make_station(code), manned=True)
        reader = type(river.reader).objects.get(pk=river.reader.pk)
        with CaptureQueriesContext(connection) as made:
            (panel,) = panels(SimpleNamespace(user=reader))
        return panel.count, len(made)

    few, many = asked("tt-few"), asked(*(f"tt-many-{number}" for number in range(8)))
    assert (few[0], many[0]) == (1, 9)
    assert few[1] == many[1]
