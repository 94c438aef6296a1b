"""Findings about values: explained, confirmed, assigned, corrected, and the correction undone."""

from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.commons.records.change import Stale as StaleRecord
from rafid.programmes.rivers.checking import deciding
from rafid.programmes.rivers.models import SeriesFinding
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db

RULES = {"minimum": 0, "maximum": 12}


def record(river, series, *values, by=None):
    start = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=10)
    rows = [Reading(series.pk, start + timedelta(days=day), value) for day, value in enumerate(values)]
    record_values(rows, origin="person", user=by or river.hydrologist)
    return [one.time for one in rows]


@pytest.fixture
def doubtful(river):
    series = river.make_series(river.make_station(), rules=RULES)
    record(river, series, 3.1, 32.0, 3.2)
    return SeriesFinding.objects.get(series=series)


def test_a_correction_settles_the_finding_and_keeps_the_old_value(river, doubtful):
    before = timezone.now()
    deciding.correct(doubtful.series, doubtful.start, 3.2, by=river.hydrologist, reason="lost decimal")
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.settled_by) == ("corrected", river.hydrologist)
    assert known_values(doubtful.series).values.tolist() == [3.1, 3.2, 3.2]
    assert known_values(doubtful.series, known_at=before).values.tolist() == [3.1, 32.0, 3.2]


def test_undoing_a_correction_opens_the_finding_again(river, doubtful):
    with pytest.raises(Refused, match="never corrected"):
        deciding.undo(doubtful.series, doubtful.start, by=river.hydrologist, reason="no")
    deciding.correct(doubtful.series, doubtful.start, 3.2, by=river.hydrologist, reason="lost decimal")
    deciding.undo(doubtful.series, doubtful.start, by=river.hydrologist, reason="it was the flood")
    doubtful.refresh_from_db()
    assert doubtful.state == "open"
    known = known_values(doubtful.series)
    assert (known.values[1], known.reasons[1]) == (32.0, "it was the flood")


def test_who_corrects_second_sees_what_changed(river, doubtful):
    base = known_values(doubtful.series).known_from[1].astype("datetime64[us]").astype(object).replace(tzinfo=UTC)
    deciding.correct(doubtful.series, doubtful.start, 3.2, by=river.hydrologist, reason="lost decimal", base=base)
    with pytest.raises(Refused, match=r"it is 3\.2 now"):
        deciding.correct(doubtful.series, doubtful.start, 3.3, by=river.hydrologist, reason="re-read", base=base)


def test_steps_of_a_finding(river, doubtful):
    with pytest.raises(Refused, match="Say why"):
        deciding.decide(doubtful, "explain", by=river.hydrologist)
    row = deciding.decide(doubtful, "explain", by=river.hydrologist, reason="gate opened", version=1)
    assert (row.state, row.reason, row.settled_by) == ("explained", "gate opened", river.hydrologist)
    with pytest.raises(StaleRecord):
        deciding.decide(doubtful, "confirm", by=river.hydrologist, version=1)
    with pytest.raises(Refused, match="not possible"):
        deciding.decide(doubtful, "explain", by=river.hydrologist, reason="again")
    row = deciding.decide(doubtful, "reopen", by=river.hydrologist)
    assert (row.state, row.settled_by) == ("open", None)
    assert deciding.assign(doubtful, to=river.chief).assigned_to == river.chief


def test_the_pages(client, river, doubtful):
    client.force_login(river.hydrologist)
    listing = client.get(reverse("rivers-findings"), {"station": "tt-town"})
    assert "32" in listing.content.decode()
    assert "tt-town" in client.get(reverse("rivers-findings-file"), {"station": "tt-town"}).content.decode()
    url = reverse("rivers-finding", args=[doubtful.pk])
    page = client.get(url).content.decode()
    assert "<polyline" in page
    known = known_values(doubtful.series).known_from[1].astype("datetime64[us]").astype(object).replace(tzinfo=UTC)
    wrong = client.post(url, {"action": "correct", "value": "3,2", "reason": "", "base": known.isoformat()})
    assert wrong.status_code == 422
    done = client.post(url, {"action": "correct", "value": "3,2", "reason": "lost decimal", "base": known.isoformat()})
    assert done.status_code == 302
    stale = client.post(url, {"action": "correct", "value": "3.3", "reason": "again", "base": known.isoformat()})
    assert stale.status_code == 422
    assert "it is 3.2 now" in stale.content.decode()
    assert client.post(url, {"action": "undo", "reason": "flood"}).status_code == 302
    assert client.post(url, {"action": "confirm", "version": "1"}).status_code == 409
    assert client.post(url, {"action": "nothing"}).status_code == 422


def test_a_filter_that_means_nothing_is_told(client, river, doubtful):
    client.force_login(river.hydrologist)
    assert "does not know" in client.get(reverse("rivers-findings"), {"severity": "9"}).content.decode()


def test_who_decides(client, river, doubtful):
    url = reverse("rivers-finding", args=[doubtful.pk])
    for one in (river.reader, river.planner):
        client.force_login(one)
        assert client.get(reverse("rivers-findings")).status_code == 403
        assert client.post(url, {"action": "correct", "value": "3", "reason": "x"}).status_code == 403
    doubtful.series.sensitivity = 2
    doubtful.series.save()
    client.force_login(river.world.person("r-stranger"))
    assert client.get(url).status_code == 404
