"""Values are recorded all or none, keep what was known, and are read as known at any moment."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from rafid.programmes.rivers.models import SeriesFinding
from rafid.programmes.rivers.values.reading import aware, known_values, latest_of, seen_values, versions_of
from rafid.programmes.rivers.values.recording import NotRecorded, Reading, Stale, record_columns, record_values

from .conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(river):
    rules = {"minimum": 0, "maximum": 12, "max_rise": 0.1, "max_fall": 0.1, "flat_steps": 4}
    return river.make_series(river.make_station(), rules=rules)


def put(series, *values, start=None, **options):
    start = start or at(1)
    rows = [Reading(series.pk, start + timedelta(days=day), value, day + 1) for day, value in enumerate(values)]
    return record_values(rows, **{"origin": "person", **options})


def test_values_are_read_as_they_were_known(stage, river):
    put(stage, 2.0, 2.1, 2.2)
    before = timezone.now()
    done = put(stage, 2.4, start=at(2), reason="Read again", user=river.hydrologist)
    assert (done.accepted, done.replaced, done.same) == (1, 1, 0)
    assert known_values(stage).values.tolist() == [2.0, 2.4, 2.2]
    assert known_values(stage, known_at=before).values.tolist() == [2.0, 2.1, 2.2]
    assert [one["value"] for one in versions_of(stage, at(2))] == [2.1, 2.4]
    assert known_values(stage, start=at(2), end=at(2)).values.tolist() == [2.4]
    assert known_values(stage, last=2).values.tolist() == [2.4, 2.2]


def test_the_same_again_is_nothing(stage):
    put(stage, 2.0, 2.1)
    done = put(stage, 2.0, 2.1, 2.2)
    assert (done.accepted, done.replaced, done.same) == (1, 0, 2)


def test_a_change_needs_a_reason_and_names_its_row(stage):
    put(stage, 2.0, 2.1)
    with pytest.raises(NotRecorded) as caught:
        put(stage, 2.0, 2.3, 2.2)
    assert [(one.row, one.field) for one in caught.value.problems] == [(2, "reason")]
    assert "2.1" in caught.value.problems[0].reason
    assert len(known_values(stage)) == 2


def test_two_people_correct_one_value(stage):
    put(stage, 2.0)
    seen = aware(known_values(stage).known_from[0])
    record_values([Reading(stage.pk, at(1), 2.5, 1, base=seen)], origin="person", reason="First")
    with pytest.raises(Stale) as caught:
        record_values([Reading(stage.pk, at(1), 2.6, 1, base=seen)], origin="person", reason="Second")
    assert "2.5" in caught.value.problems[0].reason


@pytest.mark.parametrize(
    ("reading", "field"),
    [
        ({"time": timezone.now() + timedelta(days=1)}, "time"),
        ({"time": at(year=1800)}, "time"),
        ({"value": float("inf")}, "value"),
        ({"value": float("nan")}, "value"),
    ],
)
def test_what_cannot_be_is_refused_with_row_and_field(stage, reading, field):
    rows = [
        Reading(stage.pk, at(1), 2.0, 1),
        Reading(**{"series": stage.pk, "time": at(2), "value": 2.1, "row": 2, **reading}),
    ]
    with pytest.raises(NotRecorded) as caught:
        record_values(rows, origin="person")
    assert [(one.row, one.field) for one in caught.value.problems] == [(2, field)]
    assert len(known_values(stage)) == 0


def test_one_time_twice_with_two_values_is_refused(stage):
    with pytest.raises(NotRecorded, match="Row 1 has another value"):
        record_values([Reading(stage.pk, at(1), 2.0, 1), Reading(stage.pk, at(1), 2.1, 2)], origin="person")


def test_a_closed_station_takes_nothing(stage):
    stage.station.status = "closed"
    stage.station.save()
    with pytest.raises(NotRecorded, match="closed"):
        put(stage, 2.0)


def test_a_flow_is_not_negative(river):
    flow = river.make_series(river.make_station(), "discharge")
    with pytest.raises(NotRecorded, match="not less than 0"):
        put(flow, -1.0)


def test_values_are_judged_on_arrival_and_findings_follow(stage):
    done = put(stage, 2.0, 21.0, 2.1)
    assert done.findings == 1
    assert known_values(stage).quality.tolist() == [1, 4, 1]
    finding = SeriesFinding.objects.get(series=stage)
    assert (finding.check_code, finding.severity, finding.state, finding.start) == ("range", 3, "open", at(2))
    put(stage, 2.1, start=at(2), reason="Lost decimal", user=None)
    finding.refresh_from_db()
    assert finding.state == "corrected"
    assert known_values(stage).quality.tolist() == [1, 1, 1]


def test_a_stuck_gauge_is_one_finding(stage):
    put(stage, *[2.0] * 3)
    put(stage, *[2.0] * 5, start=at(4))
    assert SeriesFinding.objects.filter(series=stage, check_code="stuck").count() == 1


def test_a_missing_value_is_kept_as_missing(stage):
    put(stage, 2.0, None)
    assert known_values(stage).quality.tolist() == [1, 9]


def test_the_latest_of_many_by_one_statement(river, stage, django_assert_num_queries):
    other = river.make_series(river.make_station("tt-upper"))
    put(stage, 2.0, 2.1)
    put(other, 3.0)
    with django_assert_num_queries(1):
        found = latest_of([stage.pk, other.pk], before=at(9))
    assert {pk: one.value for pk, one in found.items()} == {stage.pk: 2.1, other.pk: 3.0}


def test_an_embargo_holds_for_partners_and_not_for_the_own_roles(river, stage):
    stage.sensitivity, stage.embargo_hours = 1, 48
    stage.save()
    river.make_agreement()
    now = timezone.now().replace(microsecond=0)
    record_values(
        [Reading(stage.pk, now - timedelta(hours=72), 2.0, 1), Reading(stage.pk, now - timedelta(hours=2), 2.1, 2)],
        origin="api",
    )
    assert len(seen_values(river.hydrologist, stage)) == 2
    assert len(seen_values(river.partner, stage)) == 1


def test_arrays_are_recorded_as_readings_are(river, stage):
    flow = river.make_series(river.make_station("tt-upper"), "discharge")
    times = [at(day).replace(tzinfo=None) for day in (1, 2, 3)]
    done = record_columns(
        {stage.pk: (times, [2.0, 21.0, np.nan]), flow.pk: (times[::-1], [3.0, 2.0, 1.0])}, origin="model"
    )
    assert (done.accepted, done.findings) == (6, 1)
    assert done.touched[flow.pk] == (at(1), at(3))
    assert known_values(stage).quality.tolist() == [1, 4, 9]
    assert known_values(flow).values.tolist() == [1.0, 2.0, 3.0]
    again = record_columns({flow.pk: (times, [1.0, 2.5, 3.0])}, origin="model", reason="better rain")
    assert (again.accepted, again.replaced, again.same) == (1, 1, 2)
    with pytest.raises(NotRecorded, match="not less than 0") as caught:
        record_columns({flow.pk: (times, [1.0, 2.0, -3.0])}, origin="model")
    assert [one.row for one in caught.value.problems] == [3]
    with pytest.raises(ValueError, match="one value for each time"):
        record_columns({flow.pk: (times, [1.0])}, origin="model")


def test_flow_quality_and_the_one_who_recorded_are_kept(river):
    flow = river.make_series(river.make_station("tt-upper"), "discharge")
    rows = [
        Reading(flow.pk, at(1), 3.0, 1, flow_quality=1),
        Reading(flow.pk, at(2), None, 2, flow_quality=9),
        Reading(flow.pk, at(3), 4.0, 3, quality=3),
    ]
    record_values(rows, origin="rating:1", user=river.hydrologist)
    known = known_values(flow)
    assert (known.flow_quality.tolist(), known.quality.tolist()) == ([1, 9, -1], [2, 9, 3])
    assert known.origin == ["rating:1"] * 3
    assert versions_of(flow, at(1))[0]["made_by"] == river.hydrologist.pk


def test_readings_as_they_come_are_recorded_as_a_list_is(river, stage):
    """Taken apart some hundreds at a time, whatever their order, and refused by the rows that they had."""
    flow = river.make_series(river.make_station("tt-upper"), "discharge")

    def readings(wrong=None):
        for number in range(1, 1_301):
            value = -1.0 if number == wrong else number / 10
            # Backwards, and the two series by turns.
            yield Reading((stage if number % 2 else flow).pk, at(1) + timedelta(hours=-number), value, number)

    with pytest.raises(NotRecorded, match="not less than 0") as caught:
        record_values(readings(wrong=1_002), origin="person")
    assert [one.row for one in caught.value.problems] == [1_002]
    done = record_values(readings(), origin="person", judge=False)
    assert (done.accepted, len(done.touched)) == (1_300, 2)
    assert known_values(flow).values.tolist() == [number / 10 for number in range(1_300, 0, -2)]
    assert known_values(stage).values.tolist() == [number / 10 for number in range(1_299, 0, -2)]
    again = record_values(readings(), origin="person", judge=False)
    assert (again.accepted, again.same) == (0, 1_300)
    assert record_values(iter([]), origin="person").accepted == 0


@pytest.mark.parametrize("backwards", [False, True])
def test_one_value_twice_is_taken_once_and_two_are_refused(stage, backwards):
    rows = [Reading(stage.pk, at(day), 2.0, day) for day in (1, 2, 2, 3)]
    assert record_values(rows[::-1] if backwards else rows, origin="person").accepted == 3
    with pytest.raises(NotRecorded, match="another value"):
        record_values([Reading(stage.pk, at(9), 2.0, 1), Reading(stage.pk, at(9), 2.1, 2)], origin="person")


def test_what_is_sent_again_is_judged_beside_what_stands_before_between_and_after(stage):
    put(stage, 2.0, None, 2.02, 2.04)
    # The second is new beside 2.0 and 2.02; the third is sent again as it stands; the rise of 0.1 an hour is not reached.
    done = record_values(
        [Reading(stage.pk, at(2), 21.0, 1), Reading(stage.pk, at(3), 2.02, 2)], origin="person", reason="Read late"
    )
    assert (done.accepted, done.replaced, done.same, done.findings) == (1, 1, 1, 1)
    assert known_values(stage).quality.tolist() == [1, 4, 1, 1]


def test_times_are_read_to_the_microsecond_whatever_their_year(river):
    flow = river.make_series(river.make_station("tt-upper"), "discharge", origin="forecast")
    times = [at(3, year=year) + timedelta(microseconds=999_999) for year in (1901, 1969, 1970, 2026, 2099)]
    record_values([Reading(flow.pk, time, 3.0, 1) for time in times], origin="model")
    known = known_values(flow)
    assert [aware(one) for one in known.times] == times
    (version,) = versions_of(flow, times[0])
    assert {aware(one) for one in known.known_from} == {version["known_from"]}
