"""``/api/v1/rivers/series/…``: who sees what, as known at, and rows refused by their number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(river):
    series = river.make_series(river.make_station())
    record_values([Reading(series.pk, at(day), 2 + day / 10, day) for day in range(1, 5)], origin="person")
    return series


def url(series, rest=""):
    return f"/api/v1/rivers/series/{series.pk}/values{rest}"


def test_anybody_reads_public_values(client, stage):
    answer = client.get(url(stage)).json()
    assert [one["value"] for one in answer["values"]] == [2.1, 2.2, 2.3, 2.4]
    assert answer["values"][0] == {
        "time": "2026-03-01T06:00:00Z", "value": 2.1, "quality": 2, "source": "person", "flow_quality": None,
    }  # fmt: skip


def test_a_stranger_finds_nothing_of_what_is_not_public(client, stage):
    stage.sensitivity = 1
    stage.save()
    assert client.get(url(stage)).status_code == 404
    listed = client.get(f"/api/v1/rivers/series?station={stage.station.code}").json()
    assert listed["items"] == []


def test_as_known_at(client, river, stage):
    before = timezone.now().isoformat().replace("+00:00", "Z")
    client.force_login(river.hydrologist)
    body = {"values": [{"time": "2026-03-02T09:00:00+03:00", "value": "٣٫٥"}], "reason": "Read again"}
    answer = client.post(url(stage), body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (201, {"accepted": 1, "replaced": 1, "findings": 0})
    assert client.get(url(stage)).json()["values"][1]["value"] == 3.5
    assert client.get(url(stage, f"?known_at={before}")).json()["values"][1]["value"] == 2.2


def test_csv_by_accept(client, stage):
    answer = client.get(url(stage, "?from=2026-03-03&to=2026-03-04"), headers={"Accept": "text/csv"})
    assert answer.content.decode().splitlines() == [
        "time,stage [m],quality,source",
        "2026-03-03T06:00:00Z,2.3,2,person",
    ]


@pytest.mark.parametrize(
    ("values", "row", "field"),
    [
        ([], 0, "values"),
        ([{"time": "2026-03-09T06:00:00Z", "value": 1}, {"time": "yesterday", "value": 1}], 2, "time"),
        ([{"time": "2026-03-09T06:00:00", "value": 1}], 1, "time"),
        ([{"time": "2026-03-09T06:00:00Z", "value": "high"}], 1, "value"),
        ([{"time": "2026-03-09T06:00:00Z", "value": "1e999"}], 1, "value"),
        ([{"time": "2999-03-09T06:00:00Z", "value": 1}], 1, "time"),
        ([{"time": "2026-03-09T06:00:00Z", "value": 10**400}], 1, "value"),
        ([{"time": "2026-03-02T06:00:00Z", "value": 9}], 1, "reason"),
        ([{"time": "2026-03-09T06:00:00Z", "value": 1}, 5], 2, "time"),
        ([None], 1, "time"),
        ("many", 0, "values"),
        (None, 0, "values"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_recorded(client, river, stage, values, row, field):
    client.force_login(river.hydrologist)
    answer = client.post(url(stage), {"values": values}, content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["row"], error["field"]) == (row, field)
    assert len(client.get(url(stage)).json()["values"]) == 4


def test_a_body_without_values_is_no_recording(client, river, stage):
    client.force_login(river.hydrologist)
    answer = client.post(url(stage), {}, content_type="application/json")
    assert answer.status_code == 422
    assert [(one["row"], one["field"]) for one in answer.json()["errors"]] == [(0, "values")]


def test_a_plus_that_an_address_lost_is_read_as_one(client, stage):
    answer = client.get(url(stage, "?from=2026-03-03T09:00:00+03:00&to=2026-03-03T09:00:01.5+03:00"))
    assert [one["value"] for one in answer.json()["values"]] == [2.3]


def test_an_interval_that_ends_before_it_begins_is_refused(client, stage):
    answer = client.get(url(stage, "?from=2026-03-03&to=2026-03-01"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "from"


def test_recording_is_for_roles_that_record(client, river, stage):
    body = {"values": [{"time": "2026-03-09T06:00:00Z", "value": 1}]}
    assert client.post(url(stage), body, content_type="application/json").status_code == 401
    client.force_login(river.planner)
    assert client.post(url(stage), body, content_type="application/json").status_code == 403


def test_an_agreement_opens_after_its_embargo(client, river, stage):
    stage.sensitivity = 1
    stage.save()
    client.force_login(river.partner)
    assert client.get(url(stage)).status_code == 404
    river.make_agreement(embargo_days=1)
    now = timezone.now().replace(microsecond=0)
    record_values([Reading(stage.pk, now - timedelta(hours=1), 5.0, 1)], origin="person")
    assert [one["value"] for one in client.get(url(stage)).json()["values"]] == [2.1, 2.2, 2.3, 2.4]


def test_a_demonstration_says_so_wherever_its_values_go(client, alone, stage):
    type(stage).everything.filter(pk=stage.pk).update(source="demonstration")
    assert client.get(url(stage)).json()["note"] == "DEMONSTRATION: invented records"
    rows = client.get(url(stage), headers={"Accept": "text/csv"}).content.decode().splitlines()
    assert rows[0] == "time,stage [m],quality,source,note"
    assert all(row.endswith(",DEMONSTRATION: invented records") for row in rows[1:])
    (listed,) = client.get(f"/api/v1/rivers/series?station={stage.station.code}").json()["items"]
    assert listed["demonstration"] is True
    stations = client.get("/api/v1/rivers/stations").json()["items"]
    assert [one["demonstration"] for one in stations if one["code"] == stage.station.code] == [False]


def test_our_own_csv_is_read_as_values_not_as_stations(client, stage, tmp_path):
    from rafid.programmes.rivers.arriving.readers.tables import read_table

    type(stage).everything.filter(pk=stage.pk).update(source="demonstration")
    path = tmp_path / "values.csv"
    path.write_bytes(client.get(url(stage), headers={"Accept": "text/csv"}).content)
    read = read_table(path)
    assert read.refused == ()
    assert [(one.station, one.variable, one.unit, one.value) for one in read.rows] == [
        ("", "stage", "m", value) for value in (2.1, 2.2, 2.3, 2.4)
    ]
