"""The daily sheet: questions, one sheet however often it is sent, what becomes of each row."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from rafid.programmes.rivers.models import DailySheet
from rafid.programmes.rivers.sheet.sheets import NoSheet, receive, series_for
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db

RULES = {"minimum": 0, "maximum": 12, "max_rise": 0.1, "max_fall": 0.05}


@pytest.fixture
def stage(river):
    series = river.make_series(river.make_station(), manned=True, rules=RULES)
    record_values([Reading(series.pk, yesterday(), 3.20)], origin="person", user=river.hydrologist)
    return series


def yesterday(hours=24):
    return timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


def row(series, typed, *, hours=0, **more):
    return {"series": str(series.pk), "time": yesterday(hours).isoformat(), "typed": typed, **more}


def sheet(river, *rows, id=None, by=None, **more):
    return receive(id or uuid4(), user=by or river.reader, on=timezone.localdate(), rows=list(rows), **more)


def only(found):
    (answer,) = found.answered["rows"]
    return answer


def test_a_reading_is_recorded_as_it_was_typed(river, stage):
    found = sheet(river, row(stage, "٣٫٣١"))
    assert only(found) == {"state": "recorded", "value": 3.31}
    known = known_values(stage)
    assert known.values[-1] == 3.31
    assert known.origin[-1] == f"sheet:{found.pk}"
    assert found.rows[0]["typed"] == "٣٫٣١"


@pytest.mark.parametrize(
    ("typed", "question", "said"),
    [
        ("331", "centimetres", "then it is 3.31 m"),
        ("33.1", "ten_times", "Is the decimal sign lost"),
        ("0.33", "ten_times", "ten times off"),
        ("13", "outside", "outside what this series can be"),
        ("7.5", "fast_rise", "faster than this river rises"),
        ("0.9", "fast_fall", "faster than this river falls"),
    ],
)
def test_what_is_asked_back_is_not_recorded_until_it_is_right(river, stage, typed, question, said):
    answer = only(sheet(river, row(stage, typed)))
    assert (answer["state"], answer["question"]) == ("asked", question)
    assert said in answer["reason"]
    assert len(known_values(stage)) == 1
    assert only(sheet(river, row(stage, typed, confirmed=True)))["state"] == "recorded"
    assert len(known_values(stage)) == 2


def test_sent_twice_it_is_one_sheet(river, stage):
    id = uuid4()
    first, second = sheet(river, row(stage, "3.3"), id=id), sheet(river, row(stage, "3.9"), id=id)
    assert first.pk == second.pk
    assert second.rows[0]["typed"] == "3.3"
    assert DailySheet.objects.count() == 1
    assert known_values(stage).values[-1] == 3.3
    with pytest.raises(NoSheet, match="Another person"):
        sheet(river, row(stage, "3.9"), id=id, by=river.hydrologist)


def test_one_bad_row_does_not_lose_the_others(river, stage):
    other = river.make_series(river.make_station("tt-lower"), manned=True)
    found = sheet(
        river,
        row(stage, "high"),
        row(other, "2.2"),
        row(other, "2.3", hours=-48),
        {"series": str(uuid4()), "time": "", "typed": "1"},
        "nothing",
    )
    assert [one["state"] for one in found.answered["rows"]] == ["refused", "recorded", "refused", "refused", "refused"]
    assert "“high”" in found.answered["rows"][0]["reason"]
    assert "future" in found.answered["rows"][2]["reason"]
    assert known_values(other).values.tolist() == [2.2]


def test_another_value_needs_a_reason(river, stage):
    sheet(river, row(stage, "3.3"))
    assert "Say why" in only(sheet(river, row(stage, "3.35")))["reason"]
    assert only(sheet(river, row(stage, "3.35"), reason="misread"))["state"] == "recorded"
    assert known_values(stage).reasons[-1] == "misread"


def test_only_what_is_read_every_day_stands_on_the_sheet(river, stage):
    river.make_series(river.make_station("tt-lower"), manned=False)
    river.make_series(river.make_station("tt-upper", status="closed"), manned=True)
    assert series_for(river.reader) == [stage]
    assert series_for(river.planner) == []


def post(client, body):
    return client.post(reverse("rivers-enter-send"), json.dumps(body), content_type="application/json")


def test_the_script_sends_and_gets_the_same_answer_again(client, river, stage):
    body = {"id": str(uuid4()), "on": timezone.localdate().isoformat(), "rows": [row(stage, "3.3")]}
    assert post(client, body).status_code == 401
    client.force_login(river.planner)
    assert post(client, body).status_code == 403
    client.force_login(river.reader)
    first, second = post(client, body), post(client, body)
    assert (first.status_code, first.json()) == (201, second.json())
    assert first.json()["accepted"] == 1


@pytest.mark.parametrize("body", [{}, [], "x", {"id": "1"}, {"id": str(uuid4()), "on": "2026-03-01"}, {"id": str(uuid4()), "on": "2026-03-01", "rows": []}])  # fmt: skip
def test_what_is_no_sheet_is_refused(client, river, body):
    client.force_login(river.reader)
    answer = post(client, body)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_the_page_without_a_script(client, river, stage):
    client.force_login(river.reader)
    page = client.get(reverse("rivers-enter"))
    text = page.content.decode()
    assert 'data-last="3.2"' in text
    fields = {"id": str(uuid4()), "on": timezone.localdate().isoformat(), "hour": "00:00", f"value-{stage.pk}": "33"}
    answer = client.post(reverse("rivers-enter"), fields)
    assert answer.status_code == 422
    assert "Is the decimal sign lost" in answer.content.decode()
    fields |= {"id": str(uuid4()), f"value-{stage.pk}": "3.25"}
    answer = client.post(reverse("rivers-enter"), fields)
    assert answer.status_code == 200
    assert "1 value is recorded" in answer.content.decode()
    client.force_login(river.planner)
    assert client.get(reverse("rivers-enter")).status_code == 403


def test_the_worker_is_served(client):
    answer = client.get(reverse("rivers-enter-worker"))
    assert answer["Content-Type"] == "text/javascript"
    assert b"/rivers/enter/" in answer.content
