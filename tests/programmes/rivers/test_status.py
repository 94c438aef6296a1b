"""Today's status: classes by thresholds, what is late, and a number of statements that no country's size changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.programmes.rivers.status.queries import status
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(minute=0, second=0, microsecond=0)


def read(series, *values, ends=NOW):
    rows = [
        Reading(series.pk, ends - timedelta(days=len(values) - 1 - day), value, day) for day, value in enumerate(values)
    ]
    record_values(rows, origin="person")


def own(user, code="tt-town", **asked):
    return next(one for one in status(user, **asked).standings if one.station.code == code)


@pytest.fixture
def gauge(river):
    station = river.make_station()
    for code, value in (("watch", 4.0), ("warning", 5.0), ("severe", 6.5), ("low", 1.0), ("critical", 0.5)):
        river.make_threshold(station, code, value)
    return river.make_series(station, manned=True)


@pytest.mark.parametrize(
    ("level", "klass"),
    [(2.0, "normal"), (4.0, "watch"), (5.2, "warning"), (7.0, "severe"), (0.9, "low"), (0.4, "critical")],
)
def test_the_most_severe_threshold_that_is_passed_gives_the_class(river, gauge, level, klass):
    read(gauge, 2.0, level)
    one = own(river.hydrologist)
    assert (one.klass, one.change) == (klass, pytest.approx(level - 2.0))


def test_a_station_without_a_reading_has_no_class_and_is_late(river, gauge):
    assert (own(river.hydrologist).klass, own(river.hydrologist).late) == ("unknown", True)
    read(gauge, 2.0)
    assert own(river.hydrologist).late is False
    assert own(river.hydrologist, at=NOW + timedelta(days=3)).late is True


def test_a_value_that_was_taken_back_leaves_the_reading_before_it(river, gauge):
    read(gauge, 5.2, ends=NOW - timedelta(hours=3))
    record_values([Reading(gauge.pk, NOW, 0.3, 0)], origin="person")
    assert own(river.hydrologist).klass == "critical"
    taken = timezone.now()
    record_values([Reading(gauge.pk, NOW, None, 0)], origin="person", reason="The wrong file")
    one = own(river.hydrologist)
    assert (one.klass, one.values["stage"].value, one.late) == ("warning", 5.2, False)
    assert own(river.hydrologist, known_at=taken).klass == "critical"


def test_it_is_told_as_known_at_a_moment(river, gauge):
    read(gauge, 2.0)
    before = timezone.now()
    record_values([Reading(gauge.pk, NOW, 7.0, 1)], origin="person", reason="Read again")
    assert own(river.hydrologist).klass == "severe"
    assert own(river.hydrologist, known_at=before).klass == "normal"


def test_an_embargo_holds_on_the_status_too(river, gauge):
    gauge.embargo_hours = 48
    gauge.save()
    read(gauge, 2.0, 3.0, 7.0)
    assert own(river.hydrologist).klass == "severe"
    assert own(river.world.stranger).values["stage"].value == 2.0


def test_more_stations_cost_no_more_statements(river, gauge):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            status(river.hydrologist)
        return len(found)

    read(gauge, 2.0)
    status(river.hydrologist)
    few = count()
    for number in range(12):
        station = river.make_station(f"tt-more-{number}", node=None)
        river.make_threshold(station, "watch", 4.0)
        read(river.make_series(station), 2.0)
    assert count() == few


@pytest.mark.parametrize(
    "address", ["/rivers/", "/rivers/status.csv", "/rivers/status.geojson", "/api/v1/rivers/status"]
)
@pytest.mark.parametrize("who", ["hydrologist", "partner", "nobody"])
def test_no_way_to_the_status_costs_more_statements_for_more_stations(client, river, address, who):
    river.make_agreement()
    if who != "nobody":
        client.force_login(river.people[who])

    def count():
        with CaptureQueriesContext(connection) as found:
            answer = client.get(address)
        assert answer.status_code == 200
        return len(found), answer.content.decode()

    def more(numbers):
        for number in numbers:
            node = river.make_node(f"tt-more-{number}", kind="reservoir")
            station = river.make_station(node.code, node=node)
            river.make_threshold(station, "watch", 4.0)
            read(river.make_series(station, sensitivity=number % 2), 2.0, 5.0)
            read(river.make_series(station, "storage"), 900.0)
            river.make_reservoir(node, station=station, sensitivity=0)

    more(range(2))  # a public one and one for partners: what is empty is not asked for
    count()
    few, _said = count()
    more(range(2, 10))
    many, said = count()
    assert "tt-more-9" in said
    assert many == few


def test_page_table_shapes_and_api(client, river, gauge):
    read(gauge, 4.0, 5.2)
    page = client.get("/rivers/?lang=en").content.decode()
    assert "Tt-Town" in page
    assert "<bdi>\u2066+1.2\u2069 m</bdi>" in page
    assert "Flood warning" in page
    assert "tt-town" in client.get("/rivers/status.csv?class=warning").content.decode()
    assert "tt-town" not in client.get("/rivers/status.csv?class=normal").content.decode()
    shapes = client.get("/rivers/status.geojson").json()["features"]
    assert "tt-town" in {one["properties"].get("code") for one in shapes}
    said = client.get("/api/v1/rivers/status").json()
    (mine,) = [one for one in said["stations"] if one["station"] == "tt-town"]
    assert (mine["class"], mine["value"], mine["variable"]) == ("warning", 5.2, "stage")
    assert "is no time" in client.get("/rivers/?known_at=soon&lang=en").content.decode()


def test_the_table_of_a_demonstration_says_so(client, alone, gauge):
    read(gauge, 5.2)
    assert "note" not in client.get("/rivers/status.csv").content.decode()
    type(gauge.station).everything.filter(pk=gauge.station_id).update(source="demonstration")
    head, *rows = client.get("/rivers/status.csv").content.decode().splitlines()
    assert head.endswith(",note")
    (mine,) = [row for row in rows if row.startswith("tt-town")]
    assert mine.endswith(",DEMONSTRATION: invented records")
