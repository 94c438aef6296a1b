"""Bulletins are frozen, come out the same from the same state of knowledge, and tell what was corrected since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.bulletins.publish import (
    OutAlready,
    discard_bulletin,
    draft_bulletin,
    publish_bulletin,
    recompute,
)
from rafid.programmes.rivers.bulletins.saying import document, grids_of
from rafid.programmes.rivers.models import Bulletin, Station
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import refused

pytestmark = pytest.mark.django_db
TODAY = timezone.now().replace(hour=3, minute=0, second=0, microsecond=0) - timedelta(days=1)
PERIOD = TODAY.date().isoformat()


@pytest.fixture
def stage(river):
    series = river.make_series(river.make_station())
    rows = [Reading(series.pk, TODAY - timedelta(days=day), 2.0 + day / 10, day + 1) for day in range(3)]
    record_values(rows, origin="person", known_from=TODAY - timedelta(hours=1))
    return series


@pytest.fixture
def published(river, stage):
    row = draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry)
    return publish_bulletin(row, user=river.chief)


def own(bulletin, code="tt-town"):
    return [one for one in bulletin.content["stations"] if one["station"] == code]


def test_a_bulletin_holds_what_the_public_may_see(published, river):
    assert [one["stage"] for one in own(published)] == [2]
    hidden = river.make_series(river.make_station("tt-upper"), sensitivity=2)
    record_values([Reading(hidden.pk, TODAY, 4.0, 1)], origin="person")
    again = draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry, corrects=published)
    assert own(again, "tt-upper") == []


def test_computed_again_it_is_the_same(published, stage):
    assert recompute(published).identical
    record_values([Reading(stage.pk, TODAY + timedelta(hours=20), 2.6, 1)], origin="person")
    assert recompute(published).identical


def test_a_corrected_value_is_told_with_its_reason(published, stage):
    record_values([Reading(stage.pk, TODAY, 2.2, 1)], origin="person", reason="Read again")
    found = recompute(published)
    assert (found.same_state, found.identical) == (True, False)
    assert [(one.then, one.now, one.reason) for one in found.corrected] == [(2.0, 2.2, "Read again")]


def test_a_rating_that_came_later_corrects_nothing_that_was_read(river, published):
    series = river.make_series(Station.objects.get(code="tt-town"), "discharge", origin="derived")
    record_values([Reading(series.pk, TODAY, 100.0, 1)], origin="rating:1")
    row = publish_bulletin(
        draft_bulletin("flood", PERIOD, user=river.hydrologist, owner=river.ministry), user=river.chief
    )
    record_values([Reading(series.pk, TODAY, 120.0, 1)], origin="rating:2", reason="Rating 2")
    assert recompute(row).identical


def test_one_of_a_kind_and_period(river, stage):
    first, second = (draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry) for _ in range(2))
    publish_bulletin(first, user=river.chief)
    with pytest.raises(Refused, match="correction"):
        publish_bulletin(second, user=river.chief)
    with pytest.raises(Refused, match="published already"):
        publish_bulletin(first, user=river.chief)


def test_what_is_published_is_drafted_again_as_its_correction_only(client, river, published):
    with pytest.raises(OutAlready, match=f"as {published.ref}. Make a correction"):
        draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry)
    river.hydrologist.organisation = river.ministry
    river.hydrologist.save()
    client.force_login(river.hydrologist)
    answer = client.post("/rivers/bulletins/new/", {"kind": "daily", "period": PERIOD}, follow=True)
    assert answer.redirect_chain[0][0] == f"/rivers/bulletins/{published.ref}/", "where its correction is made"
    page = answer.content.decode()
    assert "Make a correction of it." in page
    assert f'name="corrects" value="{published.ref}"' in page
    assert not Bulletin.objects.filter(
        period=PERIOD, bulletin_kind="daily", state="draft", owner=river.ministry
    ).exists()
    first = draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry, corrects=published)
    publish_bulletin(first, user=river.chief)
    with pytest.raises(OutAlready, match=first.ref):
        draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry, corrects=published)


def test_a_draft_is_discarded_and_taken_up_again(client, river, published):
    row = draft_bulletin("flood", PERIOD, user=river.hydrologist, owner=river.ministry)
    address = f"/rivers/bulletins/{row.ref}/"
    client.force_login(river.hydrologist)
    assert "Discard this draft" in client.get(address).content.decode()
    client.post(f"{address}discard/")
    row.refresh_from_db()
    assert row.state == "discarded"
    assert row.ref not in client.get("/rivers/bulletins/").content.decode()
    assert row.ref in client.get("/rivers/bulletins/?state=discarded").content.decode()
    assert row.ref not in str(client.get(f"/api/v1/rivers/bulletins?kind=flood&period={PERIOD}").json())
    with pytest.raises(Refused, match="discarded this draft"):
        publish_bulletin(row, user=river.chief)
    client.post(f"{address}take-up/")
    row.refresh_from_db()
    assert row.state == "draft"
    events = apps.get_model("rafid_rivers", "BulletinEvent").objects.filter(pgh_obj_id=row.pk)
    assert {"draft", "discarded"} <= set(events.values_list("state", flat=True)), "the history stays"
    with pytest.raises(Refused, match="Only a draft"):
        discard_bulletin(published)
    client.force_login(river.reader)
    assert client.post(f"{address}discard/").status_code in (403, 404)


def test_a_correction_names_what_it_corrects(river, published, stage):
    record_values([Reading(stage.pk, TODAY, 2.2, 1)], origin="person", reason="Read again")
    draft = draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry, corrects=published)
    row = publish_bulletin(draft, user=river.chief)
    published.refresh_from_db()
    assert (published.state, row.state, [one["stage"] for one in own(row)]) == ("corrected", "published", [2.2])


def test_a_published_bulletin_stays(published):
    with refused("bulletin_stays_whole"):
        Bulletin.objects.filter(pk=published.pk).update(content={})


@pytest.mark.parametrize(("kind", "period"), [("daily", "2026-13-01"), ("monthly_status", "March"), ("season", "2026")])
def test_a_period_that_is_none_is_refused(river, kind, period):
    with pytest.raises(Refused, match="is no period"):
        draft_bulletin(kind, period, user=river.hydrologist, owner=river.ministry)


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_it_is_said_in_three_languages(published, language):
    tree = document(published, language)
    assert "DEMONSTRATION" in tree.foot or not published.content["demonstration"]
    assert tree.parts


def test_each_change_of_a_day_says_its_unit(river, stage):
    flow = river.make_series(river.make_station("tt-upper", "flow"), "discharge")
    rows = [Reading(flow.pk, TODAY - timedelta(days=day), 500.0 + 20 * day, day + 1) for day in range(3)]
    record_values(rows, origin="person", known_from=TODAY - timedelta(hours=1))
    row = draft_bulletin("daily", PERIOD, user=river.hydrologist, owner=river.ministry)
    grid = grids_of(row)[1]
    at, unit = (next(n for n, one in enumerate(grid.columns) if one.text == title)
                for title in ("Change in a day", "Unit of the change"))  # fmt: skip
    told = {line[0]: (line[at], line[unit]) for line in grid.rows}
    assert (told["Tt-Town"], told["Tt-Upper"]) == ((-0.1, "m"), (-20.0, "m³/s"))
    assert "unit" not in str(row.content["stations"]), "only what is shown, not what is hashed"


def test_pages_and_files(client, river, published):
    assert client.get("/rivers/bulletins/").status_code == 200
    page = client.get(f"/rivers/bulletins/{published.ref}/?check=1&lang=en").content.decode()
    assert "to the byte" in page
    assert client.get(f"/rivers/bulletins/{published.ref}/file.pdf?lang=ckb").content[:5] == b"%PDF-"
    assert client.get(f"/rivers/bulletins/{published.ref}/file.xlsx?lang=ar").content[:2] == b"PK"
    draft = draft_bulletin("flood", PERIOD, user=river.hydrologist, owner=river.ministry)
    assert client.get(f"/rivers/bulletins/{draft.ref}/").status_code == 404
    answer = client.post(f"/api/v1/rivers/bulletins/{published.pk}/recompute").json()
    assert (answer["identical"], answer["differences"], answer["sha256"]) == (True, [], published.sha256)


def test_monthly_status_has_classes_from_ten_years(river):
    series = river.make_series(river.make_station(), "discharge")
    rows = [
        Reading(series.pk, datetime(year, 3, day, 3, tzinfo=UTC), 100.0 + 10 * (year - 2014), 1)
        for year in range(2014, 2027)
        for day in range(1, 29)
    ]
    record_values(rows, origin="person")
    row = draft_bulletin("monthly_status", "2026-03", user=river.hydrologist, owner=river.ministry)
    (mine,) = own(row)
    assert (mine["mean"], mine["years"], mine["class"], mine["percentile"]) == (220, 12, "high", 100)
